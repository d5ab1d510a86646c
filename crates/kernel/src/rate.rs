//! Limits on how often something may be done, exact across tasks, nodes and restarts.
//!
//! The generic cell rate algorithm (ITU-T I.371): one moment a key, the one at which all of its limit
//! is there again. A take moves it on by one share, unless it would lie further ahead than the limit
//! reaches. The same as a bucket of tokens that fills steadily. The nodes' clocks should agree to
//! within a second.
//!
//! A take is a unit of work of its own: it counts also when the act that it guards fails. A refusal
//! only reads, so that a flood of them does not keep others from writing.

use std::time::Duration;

use chrono::TimeDelta;
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::clock::Clock;
use crate::db::{Db, DbError, Tx};
use crate::store;
use crate::upload::hexadecimal;

/// The longest key that is kept as it is.
const KEY_LIMIT: usize = 200;
/// How many rows one unit of work deletes, so that nobody waits for long.
const BATCH: u64 = 1_000;

/// How much there is: `burst` at once, and all of it again after `per`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// How often at once; 0 counts as 1.
    pub burst: u32,
    /// How long until all of it is there again.
    pub per: Duration,
}

impl Limit {
    /// `burst` at once, all of it again after `per`.
    pub const fn new(burst: u32, per: Duration) -> Self {
        Self { burst, per }
    }

    /// The time after which one more may be taken, in microseconds.
    fn share(self) -> i64 {
        let share = self.per.as_micros() / u128::from(self.burst.max(1));
        // A century is enough, and keeps sums of it within an i64.
        share.clamp(1, 3_000_000_000_000_000) as i64
    }

    /// How far ahead the moment may lie before a take.
    fn reach(self) -> i64 {
        self.share().saturating_mul(i64::from(self.burst.max(1)) - 1)
    }
}

/// It may be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowed {
    /// How often more at once.
    pub remaining: u32,
}

/// Why it may not be done now.
#[derive(Debug, Error)]
pub enum RateRefusal {
    /// Too often lately.
    #[error("too often lately: try again in {} s", retry_after.as_secs().saturating_add(1))]
    Limited {
        /// How long until the next one is allowed.
        retry_after: Duration,
    },
    /// The database did not do it.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Takes one from the key's limit.
///
/// # Errors
/// [`RateRefusal::Limited`] when nothing is left, with the time to wait.
pub async fn take(db: &Db, clock: &dyn Clock, key: &str, limit: Limit) -> Result<Allowed, RateRefusal> {
    let key = &fit(key);
    let now = clock.now();
    let moment = now.timestamp_micros();
    let latest = moment.saturating_add(limit.reach());
    let refused = |value: i64| RateRefusal::Limited {
        retry_after: Duration::from_micros(value.saturating_sub(latest).max(0).unsigned_abs()),
    };
    let before = store::rate::value(db.read(), key).await.map_err(DbError::from)?;
    if let Some(value) = before.filter(|value| *value > latest) {
        return Err(refused(value));
    }
    let outcome = db.write(|tx| async move {
        match store::rate::advance(&tx, key, now, limit.share(), latest).await? {
            Some(value) => Ok::<_, DbError>(Ok(value)),
            None => Ok(Err(store::rate::value(&tx, key).await?)),
        }
    });
    match outcome.await? {
        Ok(value) => {
            let left = latest.saturating_sub(value) / limit.share();
            let left = if value > latest { 0 } else { left.saturating_add(1) };
            Ok(Allowed { remaining: u32::try_from(left).unwrap_or(u32::MAX) })
        }
        // Without a row somebody forgot the key this very moment.
        Err(value) => Err(refused(value.unwrap_or(latest))),
    }
}

/// Gives a key all of its limit back, for example after a right password.
///
/// # Errors
/// When the database fails; the unit of work is then lost.
pub async fn forget(tx: &Tx, key: &str) -> Result<(), DbError> {
    Ok(store::rate::delete(tx, &fit(key)).await?)
}

/// Deletes keys that have all of their limit again; answers how many. Nobody can tell the difference.
///
/// # Errors
/// When the database fails; what is deleted by then stays deleted.
pub async fn prune(db: &Db, clock: &dyn Clock) -> Result<u64, DbError> {
    // A minute late, for nodes whose clock is behind.
    let full = (clock.now() - TimeDelta::minutes(1)).timestamp_micros();
    let mut deleted = 0;
    loop {
        let batch = db.write(|tx| async move { Ok::<_, DbError>(store::rate::delete_full(&tx, full, BATCH).await?) });
        let count = batch.await?;
        deleted += count;
        if count < BATCH {
            return Ok(deleted);
        }
    }
}

/// A key as it is stored: what is too long is told apart by its digest.
fn fit(key: &str) -> String {
    if key.len() <= KEY_LIMIT {
        return key.to_owned();
    }
    format!("sha256:{}", hexadecimal(&Sha256::digest(key)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_and_reach_stay_within_bounds() {
        let cases = [
            (Limit::new(5, Duration::from_secs(60)), (12_000_000, 48_000_000)),
            (Limit::new(1, Duration::from_secs(60)), (60_000_000, 0)),
            (Limit::new(0, Duration::from_secs(60)), (60_000_000, 0)),
            (Limit::new(3, Duration::ZERO), (1, 2)),
            (Limit::new(1, Duration::MAX), (3_000_000_000_000_000, 0)),
            (Limit::new(u32::MAX, Duration::MAX), (3_000_000_000_000_000, i64::MAX)),
        ];
        for (limit, expected) in cases {
            assert_eq!((limit.share(), limit.reach()), expected, "{limit:?}");
        }
    }

    #[test]
    fn long_keys_fit_and_stay_apart() {
        assert_eq!(fit("sign-in:192.0.2.1"), "sign-in:192.0.2.1");
        let (a, b) = (fit(&"a".repeat(500)), fit(&"a".repeat(501)));
        assert!(a.len() <= KEY_LIMIT && a != b, "{a} {b}");
    }
}
