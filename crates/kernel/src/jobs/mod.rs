//! Work that is done later, by whichever node takes it first, and again after a crash.
//!
//! [`enqueue`] stores a job in the caller's unit of work: a rollback takes it along, and after the
//! commit no crash loses it. A [`Worker`] takes jobs that are due and hands them to its handlers.
//!
//! - **At least once.** A worker holds a job by a lease that it renews; when it dies, another takes
//!   the job as soon as the lease has run out. So a handler may run again although it did its work:
//!   handlers must be idempotent. One whose work is one unit of work says [`finish`] in it and has
//!   its effects exactly once.
//! - **Never two at a time.** A worker whose lease is lost, or cannot be renewed in time, stops the
//!   handler at its next `await` and cannot mark the job. The nodes' clocks should agree to within a
//!   second.
//! - **Keys.** Among unfinished jobs there is one with a `dedupe_key` at most, so a key says all that
//!   the payload does. Asked for again, it is due at the earlier time; asked for while it runs, it
//!   runs once more, for the handler may have read what has changed since.
//! - **Recurring jobs** ([`every`]) are one row, queued again by its own end.
//!
//! Not here: what the jobs are (each app's, wired by the program).

pub(crate) mod rules;
mod worker;

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::ActiveValue::Set;
use serde_json::{Value, json};
use thiserror::Error;

use crate::clock::Clock;
use crate::db::{Db, DbError, Signal, Tx};
use crate::model::job;
use crate::store;
use rules::{Backoff, DEAD, Next, Outcome, QUEUED};

pub use worker::{Worker, WorkerOptions};

/// After so many failures a job is dead unless it says otherwise.
pub const DEFAULT_ATTEMPTS: u16 = 10;
/// How many rows one unit of work deletes, so that nobody waits for long.
const BATCH: u64 = 1_000;

/// A job to be queued: `NewJob { payload, ..NewJob::new("match.forfeit", deadline) }`.
#[derive(Debug, Clone)]
pub struct NewJob {
    /// Which handler does it, `app.verb`; a hundred bytes at most.
    pub kind: String,
    /// What the handler needs to know: ids, not copies of rows.
    pub payload: Value,
    /// Not before then.
    pub run_at: DateTime<Utc>,
    /// Among unfinished jobs there is one with this key at most; two hundred bytes at most.
    pub dedupe_key: Option<String>,
    /// After so many failures it is dead; 0 counts as 1.
    pub max_attempts: u16,
}

impl NewJob {
    /// A job of this kind without data and key.
    pub fn new(kind: impl Into<String>, run_at: DateTime<Utc>) -> Self {
        Self { kind: kind.into(), payload: json!({}), run_at, dedupe_key: None, max_attempts: DEFAULT_ATTEMPTS }
    }
}

/// A job as its handler gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Id of the row.
    pub id: i64,
    /// Its kind.
    pub kind: String,
    /// What the handler needs to know.
    pub payload: Value,
    /// When it was due.
    pub run_at: DateTime<Utc>,
    /// The how-manieth attempt this is, from 1.
    pub attempt: i32,
    /// After so many failures it is dead.
    pub max_attempts: i32,
    /// The worker and this very claim: what fences others out.
    claim: String,
}

impl From<job::Model> for Job {
    fn from(row: job::Model) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            payload: row.payload,
            run_at: row.run_at,
            attempt: row.attempts,
            max_attempts: row.max_attempts,
            claim: row.locked_by,
        }
    }
}

/// Why a handler failed. `?` makes one of any error, which is tried again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobError {
    message: String,
    fatal: bool,
}

impl JobError {
    /// It may go better next time.
    pub fn retry(message: impl Into<String>) -> Self {
        Self { message: message.into(), fatal: false }
    }

    /// It will never go well: the job is dead at once.
    pub fn fatal(message: impl Into<String>) -> Self {
        Self { message: message.into(), fatal: true }
    }
}

/// An error with its causes, for operators.
impl<E: std::error::Error> From<E> for JobError {
    fn from(error: E) -> Self {
        let mut message = error.to_string();
        let mut cause = error.source();
        while let Some(source) = cause {
            let text = source.to_string();
            // Many errors repeat their cause in their own text.
            if !message.contains(&text) {
                message.push_str(": ");
                message.push_str(&text);
            }
            cause = source.source();
        }
        Self::retry(message)
    }
}

/// Why [`finish`] did not.
#[derive(Debug, Error)]
pub enum FinishRefusal {
    /// Another worker has the job by now: roll back and leave it alone.
    #[error("job {id} is not this worker's any more: what this attempt did must be rolled back")]
    Lost {
        /// The job.
        id: i64,
    },
    /// The database did not do it.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Why a job is not tried again.
#[derive(Debug, Error)]
pub enum RetryRefusal {
    /// There is no such job.
    #[error("there is no job {id}: it was removed, reload the list")]
    Unknown {
        /// The id that was asked for.
        id: i64,
    },
    /// Only a dead job needs it.
    #[error("job {id} is {status}: only a dead job is tried again by hand")]
    NotDead {
        /// The job.
        id: i64,
        /// How it stands.
        status: String,
    },
    /// The same work is queued already.
    #[error("job {other} does the same and is not finished: there is no need to try job {id} again")]
    KeyTaken {
        /// The job.
        id: i64,
        /// The unfinished one with its key.
        other: i64,
    },
    /// The database did not do it.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// How many jobs of a kind stand how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// The kind.
    pub kind: String,
    /// `queued`, `running`, `done` or `dead`.
    pub status: String,
    /// How many.
    pub jobs: u64,
}

/// Figures of the queue.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counts {
    /// By kind and status, in that order.
    pub by_kind: Vec<Count>,
    /// For how long the longest waiting of those that are due has been due.
    pub overdue: Duration,
}

impl Counts {
    /// How many jobs of all kinds stand so.
    pub fn total(&self, status: &str) -> u64 {
        self.by_kind.iter().filter(|count| count.status == status).map(|count| count.jobs).sum()
    }
}

/// Queues a job in the caller's unit of work and wakes the workers after its commit. Answers its id:
/// with a key, that of the unfinished job with this key if there is one, which keeps its payload and
/// is due at the earlier of the two times.
///
/// # Errors
/// When the row cannot be stored; the unit of work is then lost.
pub async fn enqueue(tx: &Tx, clock: &dyn Clock, new: NewJob) -> Result<i64, DbError> {
    let id = store::jobs::insert(tx, row_of(new, clock.now())).await?;
    tx.raise(Signal::Jobs);
    Ok(id)
}

/// Has a job of this kind done again and again: at once, and then one period after the last turn, by
/// one node at a time. To be said at every start; a new period holds from the next turn on. Turns that
/// nobody was there for are not made up for.
///
/// # Errors
/// When the row cannot be stored; the unit of work is then lost.
pub async fn every(tx: &Tx, clock: &dyn Clock, kind: &str, period: Duration) -> Result<i64, DbError> {
    let now = clock.now();
    let period_ms = i64::try_from(period.as_millis()).unwrap_or(i64::MAX).max(1);
    let mut row = row_of(NewJob { dedupe_key: Some(format!("every:{kind}")), ..NewJob::new(kind, now) }, now);
    row.period_ms = Set(Some(period_ms));
    let id = store::jobs::insert_recurring(tx, row, rules::later(now, period)).await?;
    tx.raise(Signal::Jobs);
    Ok(id)
}

fn row_of(new: NewJob, now: DateTime<Utc>) -> job::ActiveModel {
    job::ActiveModel {
        kind: Set(new.kind),
        payload: Set(new.payload),
        run_at: Set(crate::clock::to_microseconds(new.run_at)),
        status: Set(QUEUED.to_owned()),
        max_attempts: Set(i32::from(new.max_attempts.max(1))),
        dedupe_key: Set(new.dedupe_key),
        created_at: Set(now),
        ..Default::default()
    }
}

/// Takes the queued job with this key back, for example a deadline that does not hold any more;
/// answers whether there was one. One that is running goes on.
///
/// # Errors
/// When the database fails; the unit of work is then lost.
pub async fn cancel(tx: &Tx, dedupe_key: &str) -> Result<bool, DbError> {
    Ok(store::jobs::delete_queued(tx, dedupe_key).await?)
}

/// Marks a job as done in the unit of work of its handler, which so has its effects exactly once.
/// Nothing more is to be done after it; what the handler returns then changes nothing.
///
/// # Errors
/// [`FinishRefusal::Lost`] when another worker has the job by now.
pub async fn finish(tx: &Tx, clock: &dyn Clock, job: &Job) -> Result<(), FinishRefusal> {
    let backoff = Backoff { first: Duration::ZERO, longest: Duration::ZERO, chance: 0 }; // a success has no pause
    match settle(tx, clock, job, Outcome::Done, backoff).await? {
        true => Ok(()),
        false => Err(FinishRefusal::Lost { id: job.id }),
    }
}

/// Stores the end of an attempt, if the claim still holds. Answers whether it did.
async fn settle(tx: &Tx, clock: &dyn Clock, job: &Job, outcome: Outcome, backoff: Backoff) -> Result<bool, DbError> {
    let Some(row) = store::jobs::lock_claimed(tx, job.id, &job.claim).await? else {
        return Ok(false);
    };
    let next = rules::after(&row, outcome, clock.now(), backoff);
    store::jobs::settle(tx, job.id, &next).await?;
    if next.run_at.is_some() {
        tx.raise(Signal::Jobs);
    }
    Ok(true)
}

/// Queues a dead job again, with all of its attempts, due now.
///
/// # Errors
/// [`RetryRefusal`] says why not.
pub async fn retry(tx: &Tx, clock: &dyn Clock, id: i64) -> Result<(), RetryRefusal> {
    let job = store::jobs::lock(tx, id).await.map_err(DbError::from)?.ok_or(RetryRefusal::Unknown { id })?;
    if job.status != DEAD {
        return Err(RetryRefusal::NotDead { id, status: job.status });
    }
    if let Some(key) = &job.dedupe_key
        && let Some(other) = store::jobs::unfinished_with(tx, key).await.map_err(DbError::from)?
    {
        return Err(RetryRefusal::KeyTaken { id, other });
    }
    let now = clock.now();
    let next = Next { now, run_at: Some(now), dead: false, attempts: 0, error: None };
    store::jobs::settle(tx, id, &next).await.map_err(DbError::from)?;
    tx.raise(Signal::Jobs);
    Ok(())
}

/// Figures of the queue: for operators and for metrics.
///
/// # Errors
/// When the database fails.
pub async fn counts(db: &Db, clock: &dyn Clock) -> Result<Counts, DbError> {
    let now = clock.now();
    let by_kind = store::jobs::counts(db.read()).await?;
    let oldest = store::jobs::oldest_due(db.read(), now).await?;
    Ok(Counts {
        by_kind: by_kind
            .into_iter()
            .map(|(kind, status, jobs)| Count { kind, status, jobs: jobs.unsigned_abs() })
            .collect(),
        overdue: oldest.and_then(|due| (now - due).to_std().ok()).unwrap_or_default(),
    })
}

/// Deletes jobs that were done longer ago than `keep`, some at a time; answers how many. Dead ones
/// stay until somebody has looked at them.
///
/// # Errors
/// When the database fails; what is deleted by then stays deleted.
pub async fn prune(db: &Db, clock: &dyn Clock, keep: TimeDelta) -> Result<u64, DbError> {
    let before = clock.now() - keep;
    let mut deleted = 0;
    loop {
        let batch = db.write(|tx| async move { Ok::<_, DbError>(store::jobs::delete_done(&tx, before, BATCH).await?) });
        let count = batch.await?;
        deleted += count;
        if count < BATCH {
            return Ok(deleted);
        }
    }
}
