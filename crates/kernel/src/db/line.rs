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
//!
//! SQLite works in a thread of the driver's, and each call there and back changes threads twice; the driver's own way of
//! beginning and of ending a transaction does so three times. So here transactions and savepoints are begun by text that
//! goes along with a unit's first query, and ended by text: to the driver all of it is one transaction that never ends.

use std::sync::Arc;
use std::time::Duration;

use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr, TransactionTrait};
use tokio::runtime::Handle;
use tokio::sync::{Mutex, OwnedMutexGuard, watch};
use tracing::Instrument;

use super::error::{DbError, is_broken_connection, is_contention};
use super::explain_commit;
use super::signal::Raised;
use crate::event::Emitted;

/// So many units share a commit at most, for the first of them waits for the last.
const LARGEST: usize = 64;

pub(super) struct Line {
    /// Fair: who comes first is first.
    front: Arc<Mutex<Front>>,
    patience: Duration,
}

/// Belongs to whoever stands at the front.
struct Front {
    pool: DatabaseConnection,
    /// The one connection that writes. It is gone while a unit works on it, and for good when that one did not come to
    /// an end: what was open on it is lost then, and another connection is made.
    connection: Option<DatabaseTransaction>,
    stage: Stage,
    open: Option<Joint>,
    /// Where the driver ends the connection, wherever this is dropped.
    runtime: Handle,
}

impl Drop for Front {
    fn drop(&mut self) {
        let _entered = self.runtime.enter();
        self.connection = None;
    }
}

/// Where the transaction of the connection stands.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Stage {
    /// Nothing is begun.
    #[default]
    Idle,
    /// One unit has worked in it.
    Begun,
    /// So have others, each on top of a savepoint in the place of the one before.
    Marked,
}

impl Stage {
    /// What sets the next unit off from those before it.
    const fn beginning(self) -> &'static str {
        match self {
            // Takes the lock for writing at once: who began by reading could not write when somebody else, another
            // process, has written meanwhile.
            Self::Idle => "BEGIN IMMEDIATE",
            Self::Begun => "SAVEPOINT unit",
            Self::Marked => "RELEASE unit; SAVEPOINT unit",
        }
    }

    /// What takes back a unit that began so.
    const fn undoing(self) -> &'static str {
        match self {
            Self::Idle => "ROLLBACK",
            Self::Begun | Self::Marked => "ROLLBACK TO unit",
        }
    }
}

/// The units that share a transaction which is not committed yet.
#[derive(Default)]
struct Joint {
    units: usize,
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
    /// # Panics
    /// Outside of a runtime, where no database can be open.
    pub(super) fn new(pool: DatabaseConnection, patience: Duration) -> Self {
        let front = Front { pool, connection: None, stage: Stage::Idle, open: None, runtime: Handle::current() };
        Self { front: Arc::new(Mutex::new(front)), patience }
    }
}

impl Front {
    /// Commits what is open, unless it is lost, and says so to all whose work it is. Must not be cancelled: nobody
    /// would know what became of it.
    async fn settle(&mut self) {
        let Some(Joint { units, fate }) = self.open.take() else { return };
        let stage = std::mem::take(&mut self.stage);
        let settled = match &self.connection {
            None => Fate::Broken,
            Some(_) if stage == Stage::Idle => Fate::Stored,
            Some(connection) => match connection.execute_unprepared("COMMIT").await {
                Ok(_) => Fate::Stored,
                Err(error) => {
                    self.undo(Stage::Idle).await;
                    if units == 1 || is_broken_connection(&error) { Fate::Refused(error) } else { Fate::Broken }
                }
            },
        };
        fate.send_replace(Some(settled));
    }

    /// Takes back what was done from this stage on, or gives the connection up, which does so too.
    async fn undo(&mut self, stage: Stage) {
        let Some(connection) = self.connection.take() else { return };
        match connection.execute_unprepared(stage.undoing()).await {
            Ok(_) => self.connection = Some(connection),
            Err(error) => tracing::warn!(%error, "a rollback failed; the connection is replaced"),
        }
    }
}

/// A connection without a transaction, which the driver takes for one.
async fn connect(pool: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let connection = pool.begin().await?;
    connection.execute_unprepared("COMMIT").await?;
    Ok(connection)
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
        if front.open.is_some() && (alone || front.connection.is_none()) {
            // A task of its own: whoever waits here may be cancelled.
            let settling = tokio::spawn(async move {
                front.settle().await;
                front
            });
            front = settling.await.map_err(unknown)?;
        }
        Ok(Turn { front, alone })
    }

    /// Closes the pool, after those who stand in line.
    pub(super) async fn close(&self) -> Result<(), DbErr> {
        let mut front = self.front.lock().await;
        front.settle().await;
        front.connection = None;
        front.pool.close_by_ref().await
    }
}

impl Turn {
    /// The connection for a unit, and the text that begins it.
    pub(super) async fn begin(&mut self) -> Result<(DatabaseTransaction, &'static str), DbErr> {
        let connection = match self.front.connection.take() {
            Some(connection) => connection,
            None => connect(&self.front.pool).await?,
        };
        Ok((connection, self.front.stage.beginning()))
    }

    /// Takes back the unit's work, if it has `begun` any; the others' work is as it was.
    pub(super) async fn take_back(mut self, connection: DatabaseTransaction, begun: bool, failure: Option<&DbErr>) {
        let front = &mut *self.front;
        // Another process is writing: nothing is begun.
        if front.stage == Stage::Idle && failure.is_some_and(is_contention) {
            return;
        }
        front.connection = Some(connection);
        if begun {
            front.undo(front.stage).await;
            if front.stage == Stage::Begun {
                front.stage = Stage::Marked;
            }
        }
    }

    /// Leaves a unit's work, if it has `begun` any, for the commit, waits for that, and then publishes. A caller that
    /// is cancelled meanwhile changes nothing.
    pub(super) async fn store(
        self,
        db: Arc<super::Shared>,
        connection: DatabaseTransaction,
        begun: bool,
        emitted: Vec<Emitted>,
        raised: Raised,
    ) -> Result<(), NotStored> {
        let Self { mut front, alone } = self;
        front.connection = Some(connection);
        if begun {
            front.stage = if front.stage == Stage::Idle { Stage::Begun } else { Stage::Marked };
        }
        let open = front.open.get_or_insert_default();
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
