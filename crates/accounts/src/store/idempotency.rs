//! Queries of idempotency keys.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, sea_query::OnConflict};

use crate::model::idempotency_key::{ActiveModel, Column, Entity, Model};

/// Makes the row unless there is one of this person, scope and key; answers whether it was made. When
/// another unit of work is making it at this moment, PostgreSQL waits for that one's end.
pub(crate) async fn insert_missing(db: &impl ConnectionTrait, row: ActiveModel) -> Result<bool, DbErr> {
    let once = OnConflict::columns([Column::UserId, Column::Scope, Column::Token]).do_nothing().to_owned();
    Ok(Entity::insert(row).on_conflict(once).exec_without_returning(db).await? > 0)
}

pub(crate) async fn find(
    db: &impl ConnectionTrait,
    user: i64,
    scope: &str,
    token: &str,
) -> Result<Option<Model>, DbErr> {
    let key = Entity::find().filter(Column::UserId.eq(user));
    key.filter(Column::Scope.eq(scope)).filter(Column::Token.eq(token)).one(db).await
}

/// Keeps the answer of a key that has none yet; answers whether it did.
pub(crate) async fn answer(db: &impl ConnectionTrait, id: i64, status: i16, body: &str) -> Result<bool, DbErr> {
    let row = ActiveModel {
        response_status: Set(Some(status)),
        response_body: Set(Some(body.to_owned())),
        ..Default::default()
    };
    let open = Entity::update_many().set(row).filter(Column::Id.eq(id)).filter(Column::ResponseStatus.is_null());
    Ok(open.exec(db).await?.rows_affected > 0)
}

/// Deletes a person's keys that are older; answers how many.
pub(crate) async fn delete_older(db: &impl ConnectionTrait, user: i64, oldest: DateTime<Utc>) -> Result<u64, DbErr> {
    let old = Entity::delete_many().filter(Column::UserId.eq(user)).filter(Column::CreatedAt.lt(oldest));
    Ok(old.exec(db).await?.rows_affected)
}
