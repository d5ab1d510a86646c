//! What becomes of a job: values in, values out.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::clock::to_microseconds;
use crate::model::job::Model;

pub(crate) const QUEUED: &str = "queued";
pub(crate) const RUNNING: &str = "running";
pub(crate) const DONE: &str = "done";
pub(crate) const DEAD: &str = "dead";

/// Of an error's text, so much is kept.
const ERROR_LIMIT: usize = 2_000;
const MAX_DELAY: TimeDelta = TimeDelta::days(365_000);

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    Done,
    /// It went wrong; with `fatal` trying again is of no use.
    Failed {
        error: String,
        fatal: bool,
    },
    /// The worker stopped before the end; this does not count.
    GivenBack,
}

/// How long to wait after a failure.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Backoff {
    pub(crate) first: Duration,
    pub(crate) longest: Duration,
    /// Anything: spreads the pauses of jobs that failed together.
    pub(crate) chance: u64,
}

/// What becomes of a job after an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Next {
    pub(crate) now: DateTime<Utc>,
    /// Queued again for then; finished without it.
    pub(crate) run_at: Option<DateTime<Utc>>,
    /// Finished by being given up.
    pub(crate) dead: bool,
    pub(crate) attempts: i32,
    /// A new text for the last error.
    pub(crate) error: Option<String>,
}

/// Decides what becomes of a job.
///
/// A recurring job never dies: when its attempts are used up it waits for its next turn. A job that
/// was asked for again while it was running starts afresh.
pub(crate) fn after(job: &Model, outcome: Outcome, now: DateTime<Utc>, backoff: Backoff) -> Next {
    let turn = job.period_ms.map(|period| next_turn(job.run_at, period, now));
    let afresh = job.rerun_at.into_iter().chain(turn).min();
    let next = |run_at, attempts, error| Next { now, run_at, dead: false, attempts, error };
    match outcome {
        Outcome::Done => next(afresh, if afresh.is_some() { 0 } else { job.attempts }, None),
        Outcome::GivenBack => next(Some(job.run_at), (job.attempts - 1).max(0), None),
        Outcome::Failed { error, fatal } => {
            let error = Some(shorten(error));
            if !fatal && job.attempts < job.max_attempts {
                return next(Some(later(now, pause(job.attempts, backoff))), job.attempts, error);
            }
            match afresh {
                Some(_) => next(afresh, 0, error),
                None => Next { now, run_at: None, dead: true, attempts: job.attempts, error },
            }
        }
    }
}

/// One period after the last turn; turns that were missed are not made up for.
fn next_turn(last: DateTime<Utc>, period_ms: i64, now: DateTime<Utc>) -> DateTime<Utc> {
    let period = Duration::from_millis(period_ms.max(1).unsigned_abs());
    let next = later(last, period);
    if next > now { next } else { later(now, period) }
}

/// The first pause, doubled at each attempt up to the longest, give or take half of it.
fn pause(attempts: i32, backoff: Backoff) -> Duration {
    let doublings = attempts.saturating_sub(1).clamp(0, 31).unsigned_abs();
    let middle = backoff.first.saturating_mul(1 << doublings).min(backoff.longest);
    let share = (backoff.chance >> 11) as f64 / (1_u64 << 53) as f64; // 0 to 1, without 1
    middle.mul_f64(0.5 + share)
}

/// A time that cannot overflow, in whole microseconds, the finest that both databases keep.
pub(crate) fn later(time: DateTime<Utc>, by: Duration) -> DateTime<Utc> {
    let by = TimeDelta::from_std(by).unwrap_or(MAX_DELAY).min(MAX_DELAY);
    to_microseconds(time.checked_add_signed(by).unwrap_or(time))
}

fn shorten(mut text: String) -> String {
    // PostgreSQL's texts hold no NUL.
    text.retain(|character| character != '\0');
    if text.len() > ERROR_LIMIT {
        text.truncate(text.floor_char_boundary(ERROR_LIMIT));
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_700_000_000 + second, 0).expect("in range")
    }

    fn job(attempts: i32, period_s: Option<i64>, rerun: Option<i64>) -> Model {
        Model {
            id: 1,
            kind: "k".to_owned(),
            payload: Value::Null,
            run_at: at(0),
            status: RUNNING.to_owned(),
            attempts,
            max_attempts: 3,
            locked_by: "w".to_owned(),
            locked_until: Some(at(5)),
            started_at: Some(at(0)),
            last_error: String::new(),
            dedupe_key: None,
            rerun_at: rerun.map(at),
            period_ms: period_s.map(|s| s * 1_000),
            created_at: at(0),
            finished_at: None,
        }
    }

    /// In the middle of the range, so that a pause is what the doubling says.
    const PLAIN: Backoff =
        Backoff { first: Duration::from_secs(2), longest: Duration::from_secs(6), chance: u64::MAX / 2 + 1 };

    #[test]
    fn every_end_of_an_attempt_is_decided() {
        let failed = |fatal| Outcome::Failed { error: "no".to_owned(), fatal };
        // job, outcome at second 10, queued for second, dead, attempts
        let cases = [
            (job(1, None, None), Outcome::Done, None, false, 1),
            (job(1, None, Some(3)), Outcome::Done, Some(3), false, 0),
            (job(1, Some(60), None), Outcome::Done, Some(60), false, 0),
            (job(1, Some(60), Some(12)), Outcome::Done, Some(12), false, 0),
            (job(1, Some(4), None), Outcome::Done, Some(14), false, 0),
            (job(1, None, None), failed(false), Some(12), false, 1),
            (job(2, None, None), failed(false), Some(14), false, 2),
            (job(3, None, None), failed(false), None, true, 3),
            (job(1, None, None), failed(true), None, true, 1),
            (job(3, None, Some(11)), failed(false), Some(11), false, 0),
            (job(3, Some(60), None), failed(false), Some(60), false, 0),
            (job(1, Some(60), None), failed(true), Some(60), false, 0),
            (job(1, Some(60), None), failed(false), Some(12), false, 1),
            (job(1, None, Some(3)), Outcome::GivenBack, Some(0), false, 0),
        ];
        for (job, outcome, run_at, dead, attempts) in cases {
            let next = after(&job, outcome.clone(), at(10), PLAIN);
            assert_eq!(
                (next.run_at, next.dead, next.attempts),
                (run_at.map(at), dead, attempts),
                "{job:?} {outcome:?}"
            );
            assert_eq!(next.error.is_some(), matches!(outcome, Outcome::Failed { .. }));
        }
    }

    #[test]
    fn pauses_double_up_to_a_bound_and_spread() {
        let pauses = [1, 2, 3, 30, i32::MAX].map(|attempts| pause(attempts, PLAIN).as_secs());
        assert_eq!(pauses, [2, 4, 6, 6, 6]);
        let fine = Outcome::Failed { error: String::new(), fatal: false };
        let queued =
            after(&job(1, None, None), fine, at(10), Backoff { chance: 12_345_678_901_234_567, ..PLAIN }).run_at;
        assert_eq!(queued.expect("queued").timestamp_subsec_nanos() % 1_000, 0, "no finer than a microsecond");
        let spread = |chance| pause(1, Backoff { chance, ..PLAIN });
        assert_eq!(spread(0), Duration::from_secs(1));
        assert!((2.9..=3.0).contains(&spread(u64::MAX).as_secs_f64()));
    }

    #[test]
    fn an_endless_error_is_cut_between_characters() {
        let text = shorten(format!("{}\0", "é".repeat(5_000)));
        assert!(text.len() < 2_010 && text.ends_with("é…"), "{text}");
    }
}
