//! Every query of accounts.

pub(crate) mod access;
pub(crate) mod idempotency;
pub(crate) mod people;

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter,
};

use crate::model::{session, user};

/// The users whose folded name or address this is: at most one of each, the name's first.
pub(crate) async fn find_by_name(
    db: &impl ConnectionTrait,
    username_ci: &str,
    email_ci: &str,
) -> Result<Vec<user::Model>, DbErr> {
    let either = Condition::any().add(user::Column::UsernameCi.eq(username_ci)).add(user::Column::EmailCi.eq(email_ci));
    let mut found = user::Entity::find().filter(either).all(db).await?;
    found.sort_by_key(|user| user.username_ci != username_ci);
    Ok(found)
}

pub(crate) async fn username_taken(db: &impl ConnectionTrait, username_ci: &str) -> Result<bool, DbErr> {
    Ok(user::Entity::find().filter(user::Column::UsernameCi.eq(username_ci)).count(db).await? > 0)
}

pub(crate) async fn email_taken(db: &impl ConnectionTrait, email_ci: &str) -> Result<bool, DbErr> {
    Ok(user::Entity::find().filter(user::Column::EmailCi.eq(email_ci)).count(db).await? > 0)
}

pub(crate) async fn insert_user(db: &impl ConnectionTrait, row: user::ActiveModel) -> Result<user::Model, DbErr> {
    user::Entity::insert(row).exec_with_returning(db).await
}

pub(crate) async fn note_sign_in(db: &impl ConnectionTrait, user: i64, now: DateTime<Utc>) -> Result<(), DbErr> {
    let row = user::ActiveModel { last_login: Set(Some(now)), ..Default::default() };
    user::Entity::update_many().set(row).filter(user::Column::Id.eq(user)).exec(db).await.map(drop)
}

pub(crate) async fn insert_session(db: &impl ConnectionTrait, row: session::ActiveModel) -> Result<(), DbErr> {
    session::Entity::insert(row).exec_without_returning(db).await.map(drop)
}

/// The session of this token's hash with its user, whether it is still good or not.
pub(crate) async fn find_session(
    db: &impl ConnectionTrait,
    token_hash: &str,
) -> Result<Option<(session::Model, user::Model)>, DbErr> {
    let found = session::Entity::find()
        .filter(session::Column::TokenHash.eq(token_hash))
        .find_also_related(user::Entity)
        .one(db)
        .await?;
    Ok(found.and_then(|(session, user)| Some((session, user?))))
}

pub(crate) async fn touch_session(db: &impl ConnectionTrait, id: i64, now: DateTime<Utc>) -> Result<(), DbErr> {
    let row = session::ActiveModel { last_seen_at: Set(now), ..Default::default() };
    session::Entity::update_many().set(row).filter(session::Column::Id.eq(id)).exec(db).await.map(drop)
}

pub(crate) async fn delete_session(db: &impl ConnectionTrait, token_hash: &str) -> Result<(), DbErr> {
    session::Entity::delete_many().filter(session::Column::TokenHash.eq(token_hash)).exec(db).await.map(drop)
}

/// Deletes the sessions of this user; answers how many.
pub(crate) async fn delete_sessions_of(db: &impl ConnectionTrait, user: i64) -> Result<u64, DbErr> {
    let deleted = session::Entity::delete_many().filter(session::Column::UserId.eq(user)).exec(db).await?;
    Ok(deleted.rows_affected)
}

pub(crate) async fn user_of_session(db: &impl ConnectionTrait, id: i64) -> Result<Option<i64>, DbErr> {
    Ok(session::Entity::find_by_id(id).one(db).await?.map(|session| session.user_id))
}

pub(crate) async fn delete_session_by_id(db: &impl ConnectionTrait, id: i64) -> Result<bool, DbErr> {
    Ok(session::Entity::delete_by_id(id).exec(db).await?.rows_affected > 0)
}

pub(crate) async fn set_password(db: &impl ConnectionTrait, user: i64, hash: &str) -> Result<(), DbErr> {
    let row = user::ActiveModel { password: Set(hash.to_owned()), ..Default::default() };
    user::Entity::update_many().set(row).filter(user::Column::Id.eq(user)).exec(db).await.map(drop)
}

/// Answers whether it changed.
pub(crate) async fn set_active(db: &impl ConnectionTrait, user: i64, active: bool) -> Result<bool, DbErr> {
    let row = user::ActiveModel { is_active: Set(active), ..Default::default() };
    let other = user::Column::IsActive.eq(!active);
    let done = user::Entity::update_many().set(row).filter(user::Column::Id.eq(user)).filter(other).exec(db).await?;
    Ok(done.rows_affected > 0)
}

/// Deletes sessions that have ended; answers how many.
pub(crate) async fn delete_ended(
    db: &impl ConnectionTrait,
    now: DateTime<Utc>,
    seen_before: DateTime<Utc>,
) -> Result<u64, DbErr> {
    let ended =
        Condition::any().add(session::Column::ExpiresAt.lte(now)).add(session::Column::LastSeenAt.lte(seen_before));
    Ok(session::Entity::delete_many().filter(ended).exec(db).await?.rows_affected)
}

/// How many accounts may sign in.
pub(crate) async fn count_active(db: &impl ConnectionTrait) -> Result<u64, DbErr> {
    user::Entity::find().filter(user::Column::IsActive.eq(true)).count(db).await
}
