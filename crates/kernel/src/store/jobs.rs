//! Queries of the queue.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Alias, CaseStatement, Expr, ExprTrait, OnConflict, Query};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::db::skip_locked;
use crate::jobs::rules::{DEAD, DONE, Next, QUEUED, RUNNING};
use crate::model::job::{ActiveModel, Column, Entity, Model};

fn here(column: Column) -> Expr {
    Expr::col((Entity, column))
}

fn asked(column: Column) -> Expr {
    Expr::col((Alias::new("excluded"), column))
}

/// Inserts a job and answers its id. An unfinished one with the same key is due at the earlier of the
/// two times instead; when it is running, it runs once more.
pub(crate) async fn insert(db: &impl ConnectionTrait, row: ActiveModel) -> Result<i64, DbErr> {
    let sooner = here(Column::Status).eq(QUEUED).and(asked(Column::RunAt).lt(here(Column::RunAt)));
    let again = here(Column::Status)
        .eq(RUNNING)
        .and(here(Column::RerunAt).is_null().or(asked(Column::RunAt).lt(here(Column::RerunAt))));
    let choose = |condition: Expr, then: Expr, otherwise: Expr| -> Expr {
        Expr::Case(Box::new(CaseStatement::new().case(condition, then).finally(otherwise)))
    };
    let merge = unfinished_key()
        .value(Column::RunAt, choose(sooner, asked(Column::RunAt), here(Column::RunAt)))
        .value(Column::RerunAt, choose(again, asked(Column::RunAt), here(Column::RerunAt)))
        .to_owned();
    Ok(Entity::insert(row).on_conflict(merge).exec_with_returning(db).await?.id)
}

/// Inserts a recurring job; the one that is there gets the period, and is due within it.
pub(crate) async fn insert_recurring(
    db: &impl ConnectionTrait,
    row: ActiveModel,
    latest: DateTime<Utc>,
) -> Result<i64, DbErr> {
    let later = here(Column::Status).eq(QUEUED).and(here(Column::RunAt).gt(latest));
    let run_at = CaseStatement::new().case(later, Expr::val(latest)).finally(here(Column::RunAt));
    let merge = unfinished_key()
        .value(Column::PeriodMs, asked(Column::PeriodMs))
        .value(Column::RunAt, Expr::Case(Box::new(run_at)))
        .to_owned();
    Ok(Entity::insert(row).on_conflict(merge).exec_with_returning(db).await?.id)
}

/// The words of the partial unique index: the databases take it as the target only when they are the same.
fn unfinished_key() -> OnConflict {
    OnConflict::column(Column::DedupeKey).target_and_where(Expr::col(Column::FinishedAt).is_null()).to_owned()
}

/// When the next job of these kinds is due or its lease runs out.
pub(crate) async fn next_due(db: &impl ConnectionTrait, kinds: &[String]) -> Result<Option<DateTime<Utc>>, DbErr> {
    let queued: Option<DateTime<Utc>> = Entity::find()
        .select_only()
        .column(Column::RunAt)
        .filter(Column::Status.eq(QUEUED))
        .filter(Column::Kind.is_in(kinds))
        .order_by_asc(Column::RunAt)
        .limit(1)
        .into_tuple()
        .one(db)
        .await?;
    let running: Option<DateTime<Utc>> = Entity::find()
        .select_only()
        .column(Column::LockedUntil)
        .filter(Column::Status.eq(RUNNING))
        .filter(Column::Kind.is_in(kinds))
        .order_by_asc(Column::LockedUntil)
        .limit(1)
        .into_tuple()
        .one(db)
        .await?;
    Ok(queued.into_iter().chain(running).min())
}

/// Locks jobs that are due, or whose worker is gone, and that nobody else is about to take.
pub(crate) async fn lock_due(
    db: &impl ConnectionTrait,
    kinds: &[String],
    now: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<Model>, DbErr> {
    let due = Condition::any()
        .add(Condition::all().add(Column::Status.eq(QUEUED)).add(Column::RunAt.lte(now)))
        .add(Condition::all().add(Column::Status.eq(RUNNING)).add(Column::LockedUntil.lte(now)));
    let query = Entity::find()
        .filter(Column::Kind.is_in(kinds))
        .filter(due)
        .order_by_asc(Column::RunAt)
        .order_by_asc(Column::Id)
        .limit(limit);
    skip_locked(query).all(db).await
}

/// Hands locked jobs to a worker.
pub(crate) async fn hand_over(
    db: &impl ConnectionTrait,
    ids: &[i64],
    claim: &str,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Vec<Model>, DbErr> {
    let mut taken = Entity::update_many()
        .col_expr(Column::Status, Expr::val(RUNNING))
        .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
        .col_expr(Column::LockedBy, Expr::val(claim))
        .col_expr(Column::LockedUntil, Expr::val(until))
        .col_expr(Column::StartedAt, Expr::val(now))
        .filter(Column::Id.is_in(ids.iter().copied()))
        .exec_with_returning(db)
        .await?;
    taken.sort_by_key(|job| (job.run_at, job.id));
    Ok(taken)
}

/// The job, when this claim still holds it; locked for a change.
pub(crate) async fn lock_claimed(db: &impl ConnectionTrait, id: i64, claim: &str) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).filter(held(claim)).lock_exclusive().one(db).await
}

pub(crate) async fn lock(db: &impl ConnectionTrait, id: i64) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).lock_exclusive().one(db).await
}

fn held(claim: &str) -> Condition {
    Condition::all().add(Column::Status.eq(RUNNING)).add(Column::LockedBy.eq(claim))
}

/// Prolongs a lease; answers whether the claim still held.
pub(crate) async fn renew(
    db: &impl ConnectionTrait,
    id: i64,
    claim: &str,
    until: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let done = Entity::update_many()
        .col_expr(Column::LockedUntil, Expr::val(until))
        .filter(Column::Id.eq(id))
        .filter(held(claim))
        .exec(db)
        .await?;
    Ok(done.rows_affected > 0)
}

/// Stores what becomes of a job that this unit of work has locked. `locked_by` stays: it tells who was
/// last at it.
pub(crate) async fn settle(db: &impl ConnectionTrait, id: i64, next: &Next) -> Result<(), DbErr> {
    let (status, run_at, finished_at) = match next.run_at {
        Some(run_at) => (QUEUED, Some(run_at), None),
        None => (if next.dead { DEAD } else { DONE }, None, Some(next.now)),
    };
    let mut update = Entity::update_many()
        .col_expr(Column::Status, Expr::val(status))
        .col_expr(Column::Attempts, Expr::val(next.attempts))
        .col_expr(Column::LockedUntil, Expr::val(None::<DateTime<Utc>>))
        .col_expr(Column::RerunAt, Expr::val(None::<DateTime<Utc>>))
        .col_expr(Column::FinishedAt, Expr::val(finished_at));
    if let Some(run_at) = run_at {
        update = update.col_expr(Column::RunAt, Expr::val(run_at));
    }
    if let Some(error) = &next.error {
        update = update.col_expr(Column::LastError, Expr::val(error.as_str()));
    }
    update.filter(Column::Id.eq(id)).exec(db).await.map(drop)
}

/// Another unfinished job with this key.
pub(crate) async fn unfinished_with(db: &impl ConnectionTrait, key: &str) -> Result<Option<i64>, DbErr> {
    Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::DedupeKey.eq(key))
        .filter(Column::FinishedAt.is_null())
        .into_tuple()
        .one(db)
        .await
}

/// Deletes the job with this key unless somebody is at it; answers whether there was one.
pub(crate) async fn delete_queued(db: &impl ConnectionTrait, key: &str) -> Result<bool, DbErr> {
    let waiting = Condition::all().add(Column::DedupeKey.eq(key)).add(Column::Status.eq(QUEUED));
    Ok(Entity::delete_many().filter(waiting).exec(db).await?.rows_affected > 0)
}

pub(crate) async fn counts(db: &impl ConnectionTrait) -> Result<Vec<(String, String, i64)>, DbErr> {
    Entity::find()
        .select_only()
        .column(Column::Kind)
        .column(Column::Status)
        .column_as(Column::Id.count(), "jobs")
        .group_by(Column::Kind)
        .group_by(Column::Status)
        .order_by_asc(Column::Kind)
        .order_by_asc(Column::Status)
        .into_tuple()
        .all(db)
        .await
}

/// The due time of the job that is due for longest.
pub(crate) async fn oldest_due(db: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, DbErr> {
    Entity::find()
        .select_only()
        .column(Column::RunAt)
        .filter(Column::Status.eq(QUEUED))
        .filter(Column::RunAt.lte(now))
        .order_by_asc(Column::RunAt)
        .limit(1)
        .into_tuple()
        .one(db)
        .await
}

/// Deletes at most `limit` done jobs that finished earlier; answers how many.
pub(crate) async fn delete_done(db: &impl ConnectionTrait, before: DateTime<Utc>, limit: u64) -> Result<u64, DbErr> {
    let old = Query::select()
        .column(Column::Id)
        .from(Entity)
        .and_where(ExprTrait::eq(Column::Status.into_expr(), DONE))
        .and_where(ExprTrait::lt(Column::FinishedAt.into_expr(), before))
        .limit(limit)
        .take();
    Ok(Entity::delete_many().filter(Column::Id.in_subquery(old)).exec(db).await?.rows_affected)
}
