//! The questions of a tournament's form.

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};

use crate::model::custom_field;

/// All questions, in the order of the form.
pub(crate) async fn of(db: &impl ConnectionTrait, tournament: i64) -> Result<Vec<custom_field::Model>, DbErr> {
    custom_field::Entity::find()
        .filter(custom_field::Column::TournamentId.eq(tournament))
        .order_by_asc(custom_field::Column::Order)
        .order_by_asc(custom_field::Column::Id)
        .all(db)
        .await
}

pub(crate) async fn by_id(db: &impl ConnectionTrait, id: i64) -> Result<Option<custom_field::Model>, DbErr> {
    custom_field::Entity::find_by_id(id).one(db).await
}

pub(crate) async fn insert(
    db: &impl ConnectionTrait,
    row: custom_field::ActiveModel,
) -> Result<custom_field::Model, DbErr> {
    custom_field::Entity::insert(row).exec_with_returning(db).await
}

pub(crate) async fn update(db: &impl ConnectionTrait, id: i64, row: custom_field::ActiveModel) -> Result<(), DbErr> {
    custom_field::Entity::update_many().set(row).filter(custom_field::Column::Id.eq(id)).exec(db).await.map(drop)
}

pub(crate) async fn delete(db: &impl ConnectionTrait, id: i64) -> Result<(), DbErr> {
    custom_field::Entity::delete_by_id(id).exec(db).await.map(drop)
}

/// Whether somebody has filled in the form, also when they gave up since.
pub(crate) async fn is_answered(db: &impl ConnectionTrait, tournament: i64) -> Result<bool, DbErr> {
    use crate::model::registration::{Column, Entity};
    Ok(Entity::find().filter(Column::TournamentId.eq(tournament)).count(db).await? > 0)
}
