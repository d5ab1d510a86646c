//! The time of day, passed in: a rule that asks a [`Clock`] can be replayed.
//!
//! Not here: measuring durations (use `std::time::Instant`) and time zones of people (pages).

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Duration, SubsecRound, Utc};

/// Tells the time in UTC, never finer than a microsecond.
///
/// PostgreSQL keeps microseconds; a finer value would come back changed after a round trip.
pub trait Clock: Send + Sync {
    /// The present moment, a whole number of microseconds.
    fn now(&self) -> DateTime<Utc>;
}

/// The computer's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        to_microseconds(Utc::now())
    }
}

/// A clock that stands still until it is told to move: for tests and replays.
#[derive(Debug)]
pub struct TestClock {
    now: Mutex<DateTime<Utc>>,
}

impl TestClock {
    /// A clock that shows `now`, cut to microseconds.
    pub fn at(now: DateTime<Utc>) -> Self {
        Self { now: Mutex::new(to_microseconds(now)) }
    }

    /// A clock that shows an RFC 3339 time such as `2026-03-01T18:00:00Z`.
    ///
    /// # Panics
    /// When the text is not such a time: it is written by a programmer, in a test.
    pub fn at_text(now: &str) -> Self {
        match DateTime::parse_from_rfc3339(now) {
            Ok(time) => Self::at(time.with_timezone(&Utc)),
            Err(error) => panic!("{now:?} is not an RFC 3339 time: {error}"),
        }
    }

    /// Shows `now` from here on. May go backwards, as computers' clocks do.
    pub fn set(&self, now: DateTime<Utc>) {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) = to_microseconds(now);
    }

    /// Moves on by `step`; a negative step goes back.
    pub fn advance(&self, step: Duration) {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        *now = to_microseconds(*now + step);
    }
}

impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Cuts a time to whole microseconds, the finest that both databases keep.
pub fn to_microseconds(time: DateTime<Utc>) -> DateTime<Utc> {
    time.trunc_subsecs(6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_clock_is_finer_than_a_microsecond() {
        let fine = DateTime::from_timestamp(1_700_000_000, 123_456_789).expect("in range");
        assert_eq!(TestClock::at(fine).now().timestamp_subsec_nanos(), 123_456_000);
        let clock = TestClock::at(fine);
        clock.advance(Duration::nanoseconds(1_999));
        assert_eq!(clock.now().timestamp_subsec_nanos(), 123_457_000);
        clock.set(fine);
        assert_eq!(clock.now().timestamp_subsec_nanos(), 123_456_000);
        // The computer's clock may be coarse by itself, so one reading proves nothing.
        for _ in 0..1_000 {
            assert_eq!(SystemClock.now().timestamp_subsec_nanos() % 1_000, 0);
        }
    }

    #[test]
    fn a_test_clock_stands_still_until_moved() {
        let clock = TestClock::at_text("2024-02-28T23:59:59Z");
        assert_eq!(clock.now(), clock.now());
        clock.advance(Duration::seconds(1));
        assert_eq!(clock.now().to_rfc3339(), "2024-02-29T00:00:00+00:00");
        clock.advance(Duration::days(-1));
        assert_eq!(clock.now().to_rfc3339(), "2024-02-28T00:00:00+00:00");
    }
}
