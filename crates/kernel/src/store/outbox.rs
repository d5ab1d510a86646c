//! Queries of the outbox.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{ExprTrait, Query};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::model::outbox::{ActiveModel, Column, Entity, Model};

pub(crate) async fn insert(db: &impl ConnectionTrait, row: ActiveModel) -> Result<(), DbErr> {
    Entity::insert(row).exec_without_returning(db).await.map(drop)
}

/// The highest ids, at most `count`, highest first.
pub(crate) async fn newest_ids(db: &impl ConnectionTrait, count: u64) -> Result<Vec<i64>, DbErr> {
    Entity::find().select_only().column(Column::Id).order_by_desc(Column::Id).limit(count).into_tuple().all(db).await
}

/// Rows after this id, lowest first.
pub(crate) async fn after(db: &impl ConnectionTrait, id: i64, limit: u64) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(Column::Id.gt(id)).order_by_asc(Column::Id).limit(limit).all(db).await
}

/// Those of these ids that are there by now.
pub(crate) async fn among(db: &impl ConnectionTrait, ids: &[i64]) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(Column::Id.is_in(ids.iter().copied())).order_by_asc(Column::Id).all(db).await
}

/// Rows of these topics that come after an id or are among others, lowest first.
pub(crate) async fn missed(
    db: &impl ConnectionTrait,
    topics: &[String],
    last: i64,
    others: &[i64],
    limit: u64,
) -> Result<Vec<Model>, DbErr> {
    let wanted = Condition::any().add(Column::Id.gt(last)).add(Column::Id.is_in(others.iter().copied()));
    Entity::find()
        .filter(Column::Topic.is_in(topics))
        .filter(wanted)
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(db)
        .await
}

/// Deletes at most `limit` rows that are older; answers how many.
pub(crate) async fn delete_older(db: &impl ConnectionTrait, than: DateTime<Utc>, limit: u64) -> Result<u64, DbErr> {
    let old = Query::select()
        .column(Column::Id)
        .from(Entity)
        .and_where(ExprTrait::lt(Column::CreatedAt.into_expr(), than))
        .limit(limit)
        .take();
    Ok(Entity::delete_many().filter(Column::Id.in_subquery(old)).exec(db).await?.rows_affected)
}
