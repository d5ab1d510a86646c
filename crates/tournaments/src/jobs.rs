//! Work that tournaments have done later. A job only calls an idempotent act of a service: late or twice, it does
//! no harm.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use kernel::{
    Clock, Db, DbError, Random, Tx,
    jobs::{Job, JobError, NewJob, Worker, enqueue},
};
use serde_json::json;

use crate::{
    context::{By, Context},
    service::{clock, matches, prize},
};

/// Moves a tournament on: payload `{"tournament_id"}`.
pub const TOURNAMENT_CLOCK: &str = "tournament.clock";
/// Moves a match on: payload `{"match_id"}`.
pub const MATCH_CLOCK: &str = "match.clock";
/// Pays a tournament's prizes: payload `{"tournament_id"}`.
pub const PRIZES_PAY: &str = "prizes.pay";

/// Queues a job about one row, which the payload names so (`tournament_id`, say), in the caller's unit of work. There
/// is one unfinished job of a kind about a row, due at the earliest time that was asked for: its act asks again for
/// what is due later.
///
/// # Errors
/// When the database fails.
pub async fn at(tx: &Tx, cx: &Context<'_>, kind: &str, row: &str, id: i64, when: DateTime<Utc>) -> Result<(), DbError> {
    let job =
        NewJob { payload: json!({ row: id }), dedupe_key: Some(format!("{kind}:{id}")), ..NewJob::new(kind, when) };
    enqueue(tx, cx.clock, job).await.map(drop)
}

/// Gives the worker the jobs of tournaments.
#[must_use]
pub fn register(worker: Worker, db: &Db, clock: &Arc<dyn Clock>, random: &Arc<dyn Random>) -> Worker {
    let shared = (db.clone(), Arc::clone(clock), Arc::clone(random));
    let (db, clock, random) = shared.clone();
    let worker = worker.handle(TOURNAMENT_CLOCK, move |job| {
        let (db, clock, random) = (db.clone(), Arc::clone(&clock), Arc::clone(&random));
        async move {
            let id = row_of(&job, "tournament_id")?;
            Ok(clock::run(&db, clock, random, id).await?)
        }
    });
    let (db, clock, random) = shared.clone();
    let worker = worker.handle(MATCH_CLOCK, move |job| {
        let (db, clock, random) = (db.clone(), Arc::clone(&clock), Arc::clone(&random));
        async move {
            let id = row_of(&job, "match_id")?;
            let (clock, random) = (&*clock, &*random);
            let done = db.write(|tx| async move {
                let cx = Context::new(clock, random, &By::SYSTEM);
                matches::advance(&tx, &cx, id).await.map(|_| ())
            });
            Ok(done.await?)
        }
    });
    let (db, clock, random) = shared;
    worker.handle(PRIZES_PAY, move |job| {
        let (db, clock, random) = (db.clone(), Arc::clone(&clock), Arc::clone(&random));
        async move {
            let id = row_of(&job, "tournament_id")?;
            let (clock, random) = (&*clock, &*random);
            let done = db.write(|tx| async move {
                let cx = Context::new(clock, random, &By::SYSTEM);
                prize::pay_when_due(&tx, &cx, id).await.map(|_| ())
            });
            Ok(done.await?)
        }
    })
}

/// The row that a job is about.
fn row_of(job: &Job, row: &str) -> Result<i64, JobError> {
    let id = job.payload.get(row).and_then(serde_json::Value::as_i64);
    id.ok_or_else(|| JobError::fatal(format!("the job does not say its {row}")))
}
