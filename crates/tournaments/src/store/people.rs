//! Accounts and profiles of people, read from the apps below and never written.

use accounts::model::user;
use profiles::model::user_profile;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect};

/// An account with its profile.
pub(crate) async fn person(
    db: &impl ConnectionTrait,
    id: i64,
) -> Result<Option<(user::Model, Option<user_profile::Model>)>, DbErr> {
    let Some(account) = user::Entity::find_by_id(id).one(db).await? else { return Ok(None) };
    let profile = user_profile::Entity::find().filter(user_profile::Column::UserId.eq(id)).one(db).await?;
    Ok(Some((account, profile)))
}

/// Whether somebody was told of this event with this link.
pub(crate) async fn was_told(db: &impl ConnectionTrait, user: i64, event: &str, url: &str) -> Result<bool, DbErr> {
    use notifications::model::notification::{Column, Entity};
    let told = Entity::find()
        .filter(Column::RecipientId.eq(user))
        .filter(Column::Event.eq(event))
        .filter(Column::Url.eq(url))
        .count(db)
        .await?;
    Ok(told > 0)
}

/// Those of these accounts that are active.
pub(crate) async fn active(db: &impl ConnectionTrait, ids: &[i64]) -> Result<Vec<i64>, DbErr> {
    user::Entity::find()
        .select_only()
        .column(user::Column::Id)
        .filter(user::Column::Id.is_in(ids.iter().copied()))
        .filter(user::Column::IsActive.eq(true))
        .into_tuple()
        .all(db)
        .await
}

/// The profiles of these accounts, by account.
pub(crate) async fn profiles(db: &impl ConnectionTrait, users: &[i64]) -> Result<Vec<(i64, i64)>, DbErr> {
    user_profile::Entity::find()
        .select_only()
        .columns([user_profile::Column::UserId, user_profile::Column::Id])
        .filter(user_profile::Column::UserId.is_in(users.iter().copied()))
        .into_tuple()
        .all(db)
        .await
}
