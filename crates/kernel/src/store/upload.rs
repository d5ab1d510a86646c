//! Queries of uploads. Whoever wants the head does not read the bytes.

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::model::upload::{ActiveModel, Column, Entity, Model};
use crate::upload::Head;

pub(crate) async fn insert(db: &impl ConnectionTrait, row: ActiveModel) -> Result<(), DbErr> {
    Entity::insert(row).exec_without_returning(db).await.map(drop)
}

pub(crate) async fn head(db: &impl ConnectionTrait, token: &str) -> Result<Option<Head>, DbErr> {
    Entity::find()
        .select_only()
        .columns([
            Column::Token,
            Column::Purpose,
            Column::ContentType,
            Column::ByteSize,
            Column::Sha256,
            Column::FileName,
            Column::OwnerId,
            Column::CreatedAt,
        ])
        .filter(Column::Token.eq(token))
        .into_model()
        .one(db)
        .await
}

pub(crate) async fn whole(db: &impl ConnectionTrait, token: &str) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(Column::Token.eq(token)).one(db).await
}

pub(crate) async fn delete(db: &impl ConnectionTrait, tokens: &[String]) -> Result<u64, DbErr> {
    Ok(Entity::delete_many().filter(Column::Token.is_in(tokens)).exec(db).await?.rows_affected)
}

/// Ids and tokens of files of this purpose that are older, after an id, lowest first.
pub(crate) async fn older(
    db: &impl ConnectionTrait,
    purpose: &str,
    than: DateTime<Utc>,
    after: i64,
    limit: u64,
) -> Result<Vec<(i64, String)>, DbErr> {
    Entity::find()
        .select_only()
        .columns([Column::Id, Column::Token])
        .filter(Column::Purpose.eq(purpose))
        .filter(Column::CreatedAt.lt(than))
        .filter(Column::Id.gt(after))
        .order_by_asc(Column::Id)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await
}
