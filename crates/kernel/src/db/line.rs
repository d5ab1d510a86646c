//! The line before SQLite's one writer, and the commits that units of work share there.
//!
//! A commit waits for the disk, longer than most units work. So a unit that is done does not commit while others stand
//! in line: it stands behind them, they work in savepoints of its transaction, and whoever of them comes to the front
//! again first commits for all. Nobody is answered before that commit, all of them at once after it, and nobody waits
//! for it who stands alone.
//!
//! A unit that fails takes back its own savepoint. What breaks the shared transaction (a commit that is refused, a
//! caller that is cancelled while it works) stores nothing of it, and each of its units runs again, by itself: whose
//! fault it was then hears it alone.

use std::sync::Arc;
use std::time::Duration;

use sea_orm::{DatabaseTransaction, DbErr, TransactionTrait};
use tokio::sync::{Mutex, OwnedMutexGuard, watch};
use tracing::Instrument;

use super::error::{DbError, is_broken_connection};
use super::signal::Raised;
use super::{explain_commit, roll_back};
use crate::event::Emitted;

/// So many units share a commit at most, for the first of them waits for the last.
const LARGEST: usize = 64;

pub(super) struct Line {
    /// Fair: who comes first is first.
    front: Arc<Mutex<Front>>,
    patience: Duration,
}

/// Belongs to whoever stands at the front.
#[derive(Default)]
struct Front {
    open: Option<Joint>,
}

/// A transaction that is not committed yet.
struct Joint {
    transaction: DatabaseTransaction,
    units: usize,
    /// True while a unit works on top of it, and for good when that one did not come to an end.
    broken: bool,
    fate: watch::Sender<Option<Fate>>,
}

/// What became of a shared transaction.
#[derive(Clone)]
enum Fate {
    Stored,
    /// The commit was refused, and the unit was alone in it or the connection is gone.
    Refused(DbErr),
    Broken,
}

impl Line {
    pub(super) fn new(patience: Duration) -> Self {
        Self { front: Arc::default(), patience }
    }
}

impl Front {
    /// Commits what is open, or takes back what is broken, and says so to all whose work it is. Must not be
    /// cancelled: nobody would know what became of it.
    async fn settle(&mut self) {
        let Some(Joint { transaction, units, broken, fate }) = self.open.take() else { return };
        let settled = if broken {
            roll_back(transaction).await;
            Fate::Broken
        } else {
            match transaction.commit().await {
                Ok(()) => Fate::Stored,
                Err(error) if units == 1 || is_broken_connection(&error) => Fate::Refused(error),
                Err(_) => Fate::Broken,
            }
        };
        fate.send_replace(Some(settled));
    }

    /// What was begun on top of the open transaction has come to its end.
    fn mend(&mut self) {
        if let Some(open) = &mut self.open {
            open.broken = false;
        }
    }
}

/// The front of the line, held.
pub(super) struct Turn {
    front: OwnedMutexGuard<Front>,
    alone: bool,
}

/// Why a unit's work was not stored.
pub(super) enum NotStored {
    /// Others who shared the transaction may have been at fault: once more, by itself.
    Shared,
    Failed(DbError),
}

impl Line {
    /// Waits for the front of the line; `alone` shares its commit with nobody.
    pub(super) async fn turn(&self, alone: bool) -> Result<Turn, DbError> {
        let turn = tokio::time::timeout(self.patience, Arc::clone(&self.front).lock_owned()).await;
        let mut front = turn.map_err(|_| DbError::Overloaded)?;
        if front.open.as_ref().is_some_and(|open| alone || open.broken) {
            // A task of its own: whoever waits here may be cancelled.
            let settling = tokio::spawn(async move {
                front.settle().await;
                front
            });
            front = settling.await.map_err(unknown)?;
        }
        Ok(Turn { front, alone })
    }
}

impl Turn {
    /// Begins on top of what is open. Without anything open there is nothing to begin on.
    pub(super) async fn begin(&mut self) -> Option<Result<DatabaseTransaction, DbErr>> {
        let open = self.front.open.as_mut()?;
        open.broken = true;
        Some(open.transaction.begin().await)
    }

    /// What was begun has been taken back, and the others' work is as it was.
    pub(super) fn took_back(&mut self) {
        self.front.mend();
    }

    /// Leaves a unit's work for the commit, waits for that, and then publishes. A caller that is cancelled meanwhile
    /// changes nothing.
    pub(super) async fn store(
        self,
        db: Arc<super::Shared>,
        transaction: DatabaseTransaction,
        emitted: Vec<Emitted>,
        raised: Raised,
    ) -> Result<(), NotStored> {
        let Self { mut front, alone } = self;
        match &mut front.open {
            Some(_) => {
                transaction.commit().await.map_err(|error| NotStored::Failed(error.into()))?;
                front.mend();
            }
            open => *open = Some(Joint { transaction, units: 0, broken: false, fate: watch::Sender::default() }),
        }
        let Some(open) = &mut front.open else { return Err(NotStored::Shared) };
        open.units += 1;
        let (mut fate, last) = (open.fate.subscribe(), alone || open.units >= LARGEST);
        let line = Arc::clone(OwnedMutexGuard::mutex(&front));
        let task = async move {
            let mut turn = Some(front);
            if !last {
                turn = None;
                tokio::select! {
                    // An error says that the sender is gone, which tells everybody before.
                    biased;
                    _ = fate.wait_for(Option::is_some) => {}
                    front = line.lock_owned() => turn = Some(front),
                }
            }
            if let Some(mut front) = turn
                && fate.borrow().is_none()
            {
                front.settle().await;
            }
            let settled = fate.borrow().clone();
            if matches!(settled, Some(Fate::Stored)) {
                db.committed(raised);
                if !emitted.is_empty() {
                    db.events.dispatch(emitted).await;
                }
            }
            settled
        };
        let settled =
            tokio::spawn(task.in_current_span()).await.map_err(|broken| NotStored::Failed(unknown(broken)))?;
        match settled {
            Some(Fate::Stored) => Ok(()),
            Some(Fate::Refused(error)) => Err(NotStored::Failed(explain_commit(error))),
            Some(Fate::Broken) => Err(NotStored::Shared),
            None => Err(NotStored::Failed(unknown("nobody has ended the transaction"))),
        }
    }
}

fn unknown(reason: impl ToString) -> DbError {
    DbError::OutcomeUnknown { reason: reason.to_string() }
}
