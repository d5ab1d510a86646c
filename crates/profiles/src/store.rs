//! Every query of profiles.

use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, sea_query::OnConflict};

use crate::model::user_profile as profile;

pub(crate) async fn of_user(db: &impl ConnectionTrait, user: i64) -> Result<Option<profile::Model>, DbErr> {
    profile::Entity::find().filter(profile::Column::UserId.eq(user)).one(db).await
}

/// Inserts the profile unless the user has one.
pub(crate) async fn insert_missing(db: &impl ConnectionTrait, row: profile::ActiveModel) -> Result<(), DbErr> {
    let once = OnConflict::column(profile::Column::UserId).do_nothing().to_owned();
    profile::Entity::insert(row).on_conflict(once).exec_without_returning(db).await.map(drop)
}

pub(crate) async fn update(db: &impl ConnectionTrait, row: profile::ActiveModel) -> Result<profile::Model, DbErr> {
    row.update(db).await
}
