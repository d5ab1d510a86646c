//! Reads the outbox as it grows.

use std::collections::BTreeMap;
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::hub::Hub;
use super::{LiveEvent, Resume};
use crate::db::{Db, DbError, Signal};
use crate::model::outbox;
use crate::store;

/// How long an id that was not seen is looked for.
pub const GAP_LIFE: Duration = Duration::from_secs(300);
/// How many ids that were not seen are looked for, the highest.
pub const GAP_LIMIT: usize = 4_096;
/// Up to this age they are looked for at every turn, later about once a second.
const YOUNG: Duration = Duration::from_secs(2);
/// How many rows are read at a time.
const BATCH: usize = 500;
/// The longest pause after failures.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

pub(super) struct Tail {
    db: Db,
    signal: watch::Receiver<()>,
    /// The highest id that was seen.
    last: i64,
    /// Lower ids that were not, with the time since when they are missed.
    gaps: BTreeMap<i64, Instant>,
    /// When all of them were last looked for.
    looked: Instant,
}

impl Tail {
    /// Goes to the end. The gaps below it may be transactions that are open, so they are looked for.
    pub(super) async fn begin(db: Db) -> Result<Self, DbError> {
        let signal = db.listen(Signal::News);
        let mut ids = store::outbox::newest_ids(db.read(), BATCH as u64).await?;
        ids.reverse();
        let last = ids.last().map_or(0, |highest| (highest - BATCH as i64).max(0));
        ids.retain(|id| *id > last);
        let mut tail = Self { db, signal, last, gaps: BTreeMap::new(), looked: Instant::now() };
        ids.into_iter().for_each(|id| tail.see(id));
        Ok(tail)
    }

    pub(super) fn place(&self) -> Resume {
        Resume::new(self.last, self.gaps.keys().copied())
    }

    /// Reads until nobody is left who could listen.
    pub(super) async fn run(mut self, hub: Weak<Hub>, poll: Duration) {
        let mut failures = 0_u32;
        loop {
            self.signal.mark_unchanged();
            let Some(hub) = hub.upgrade() else { return };
            let more = match self.read(&hub).await {
                Ok(more) => {
                    failures = 0;
                    more
                }
                Err(DbError::Closed) => return,
                Err(error) => {
                    failures += 1;
                    tracing::warn!(%error, failures, "news cannot be read");
                    false
                }
            };
            drop(hub); // not held while waiting: it ends with its last user
            if more {
                continue;
            }
            let pause = poll.saturating_mul(1 << failures.min(3)).min(poll.max(LONGEST_PAUSE));
            tokio::select! {
                changed = self.signal.changed(), if failures == 0 => debug_assert!(changed.is_ok()),
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Reads what is new and delivers it; answers whether there is more.
    async fn read(&mut self, hub: &Hub) -> Result<bool, DbError> {
        let mut late = Vec::new();
        for ids in self.wanted().chunks(BATCH) {
            late.extend(store::outbox::among(self.db.read(), ids).await?);
        }
        let rows = store::outbox::after(self.db.read(), self.last, BATCH as u64).await?;
        let more = rows.len() == BATCH;
        // From here on nothing waits: all of it is delivered, or none.
        let events: Vec<_> = late.into_iter().chain(rows).map(|row| Arc::new(self.take(row))).collect();
        hub.deliver(&events, self.place());
        Ok(more)
    }

    fn take(&mut self, row: outbox::Model) -> LiveEvent {
        self.see(row.id);
        LiveEvent::new(row, self.place())
    }

    fn see(&mut self, id: i64) {
        if id <= self.last {
            self.gaps.remove(&id);
            return;
        }
        let now = Instant::now();
        let limit = i64::try_from(GAP_LIMIT).unwrap_or(i64::MAX);
        for missing in (self.last + 1).max(id.saturating_sub(limit))..id {
            self.gaps.insert(missing, now);
        }
        while self.gaps.len() > GAP_LIMIT {
            self.gaps.pop_first();
        }
        self.last = id;
    }

    /// The ids to look for at this turn; forgets those that were looked for long enough.
    fn wanted(&mut self) -> Vec<i64> {
        let now = Instant::now();
        self.gaps.retain(|_, since| now - *since < GAP_LIFE);
        let all = now - self.looked >= Duration::from_secs(1);
        if all {
            self.looked = now;
        }
        self.gaps.iter().filter(|(_, since)| all || now - **since < YOUNG).map(|(id, _)| *id).collect()
    }
}
