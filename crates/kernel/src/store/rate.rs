//! Queries of rate limits.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, OnConflict, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};

use crate::model::rate_limit::{Column, Entity};

pub(crate) async fn value(db: &impl ConnectionTrait, key: &str) -> Result<Option<i64>, DbErr> {
    Entity::find().select_only().column(Column::Value).filter(Column::Key.eq(key)).into_tuple().one(db).await
}

/// Moves the key's moment on by `step`, counted from `now` if it lies before, unless it lies beyond
/// `limit`. One statement, so that of many at once none sees a moment that another has moved on.
/// Answers the new moment.
pub(crate) async fn advance(
    db: &impl ConnectionTrait,
    key: &str,
    now: DateTime<Utc>,
    step: i64,
    limit: i64,
) -> Result<Option<i64>, DbErr> {
    let moment = now.timestamp_micros();
    let stored = || Expr::col((Entity, Column::Value));
    let start = CaseStatement::new().case(stored().gt(moment), stored()).finally(moment);
    let move_on = OnConflict::column(Column::Key)
        .value(Column::Value, Expr::Case(Box::new(start)).add(step))
        .value(Column::UpdatedAt, now)
        .action_and_where(stored().lte(limit))
        .to_owned();
    let statement = Query::insert()
        .into_table(Entity)
        .columns([Column::Key, Column::Value, Column::UpdatedAt])
        .values_panic([key.into(), moment.saturating_add(step).into(), now.into()])
        .on_conflict(move_on)
        .returning_col(Column::Value)
        .to_owned();
    db.query_one(&statement).await?.map(|row| row.try_get_by_index(0)).transpose()
}

pub(crate) async fn delete(db: &impl ConnectionTrait, key: &str) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::Key.eq(key)).exec(db).await.map(drop)
}

/// Deletes at most `limit` keys whose moment is past: they say no more than no row would.
pub(crate) async fn delete_full(db: &impl ConnectionTrait, now: i64, limit: u64) -> Result<u64, DbErr> {
    let full = Query::select()
        .column(Column::Id)
        .from(Entity)
        .and_where(ExprTrait::lte(Column::Value.into_expr(), now))
        .limit(limit)
        .take();
    // Asked again outside: a key may be taken from between the two.
    let deleted = Entity::delete_many().filter(Column::Id.in_subquery(full)).filter(Column::Value.lte(now));
    Ok(deleted.exec(db).await?.rows_affected)
}
