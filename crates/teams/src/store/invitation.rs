//! Queries of invitations.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::{PENDING, Stored};
use crate::model::core::{
    team,
    team_invite::{ActiveModel, Column, Entity, Model},
};

pub(crate) async fn by_id(db: &impl ConnectionTrait, id: i64) -> Stored<Option<Model>> {
    Ok(Entity::find_by_id(id).one(db).await?)
}

pub(crate) async fn locked(db: &impl ConnectionTrait, id: i64) -> Stored<Option<Model>> {
    Ok(Entity::find_by_id(id).lock_exclusive().one(db).await?)
}

pub(crate) async fn by_token_hash(db: &impl ConnectionTrait, hash: &str) -> Stored<Option<Model>> {
    Ok(Entity::find().filter(Column::Token.eq(hash)).one(db).await?)
}

pub(crate) async fn insert(db: &impl ConnectionTrait, row: ActiveModel) -> Stored<Model> {
    Ok(Entity::insert(row).exec_with_returning(db).await?)
}

/// How many invitations hold a place on the roster of this team.
pub(crate) async fn count_places(db: &impl ConnectionTrait, team: i64, now: DateTime<Utc>) -> Stored<u32> {
    let held = Entity::find()
        .filter(Column::TeamId.eq(team))
        .filter(Column::Status.eq(PENDING))
        .filter(Column::ExpiresAt.gt(now))
        .filter(Column::Role.is_in(["PLAYER", "SUBSTITUTE"]));
    Ok(u32::try_from(held.count(db).await?).unwrap_or(u32::MAX))
}

/// Whether a profile has an invitation into this team that it can accept.
pub(crate) async fn is_pending(db: &impl ConnectionTrait, team: i64, profile: i64, now: DateTime<Utc>) -> Stored<bool> {
    let open = Entity::find().filter(Column::TeamId.eq(team)).filter(Column::InvitedUserId.eq(profile));
    Ok(open.filter(Column::Status.eq(PENDING)).filter(Column::ExpiresAt.gt(now)).count(db).await? > 0)
}

/// Ends an invitation that waits for an answer; answers whether it did. Binds it to this profile, if given.
pub(crate) async fn end(db: &impl ConnectionTrait, id: i64, status: &str, profile: Option<i64>) -> Stored<bool> {
    let mut row = ActiveModel { status: Set(status.to_owned()), ..Default::default() };
    if profile.is_some() {
        row.invited_user_id = Set(profile);
    }
    let open = Entity::update_many().set(row).filter(Column::Id.eq(id)).filter(Column::Status.eq(PENDING));
    Ok(open.exec(db).await?.rows_affected > 0)
}

/// Cancels what this team has open.
pub(crate) async fn cancel_all(db: &impl ConnectionTrait, team: i64) -> Stored<()> {
    let row = ActiveModel { status: Set("CANCELLED".to_owned()), ..Default::default() };
    let open = Entity::update_many().set(row).filter(Column::TeamId.eq(team)).filter(Column::Status.eq(PENDING));
    open.exec(db).await?;
    Ok(())
}

/// Lets run out what is due, of one team or of all; answers how many.
pub(crate) async fn expire(db: &impl ConnectionTrait, now: DateTime<Utc>, team: Option<i64>) -> Stored<u64> {
    let row = ActiveModel { status: Set("EXPIRED".to_owned()), ..Default::default() };
    let due = Entity::update_many().set(row).filter(Column::Status.eq(PENDING)).filter(Column::ExpiresAt.lte(now));
    let due = if let Some(team) = team { due.filter(Column::TeamId.eq(team)) } else { due };
    Ok(due.exec(db).await?.rows_affected)
}

/// What a profile can accept, newest first, with the teams.
pub(crate) async fn of_profile(
    db: &impl ConnectionTrait,
    profile: i64,
    now: DateTime<Utc>,
) -> Stored<Vec<(Model, team::Model)>> {
    let found = Entity::find()
        .filter(Column::InvitedUserId.eq(profile))
        .filter(Column::Status.eq(PENDING))
        .filter(Column::ExpiresAt.gt(now))
        .find_also_related(team::Entity)
        .filter(team::Column::IsActive.eq(true))
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .all(db)
        .await?;
    Ok(found.into_iter().filter_map(|(invite, team)| Some((invite, team?))).collect())
}

/// What a team has open, newest first.
pub(crate) async fn of_team(db: &impl ConnectionTrait, team: i64, now: DateTime<Utc>) -> Stored<Vec<Model>> {
    let open = Entity::find().filter(Column::TeamId.eq(team)).filter(Column::Status.eq(PENDING));
    let open = open.filter(Column::ExpiresAt.gt(now)).order_by_desc(Column::CreatedAt).order_by_desc(Column::Id);
    Ok(open.all(db).await?)
}
