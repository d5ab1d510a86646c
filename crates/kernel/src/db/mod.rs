//! The door to the database. Every service reads through [`Db::read`] and writes through
//! [`Db::write`], on SQLite and PostgreSQL alike.
//!
//! A unit of work is one closure in one transaction:
//!
//! ```no_run
//! use kernel::db::{Db, DbError};
//! use kernel::event::catalogue::TournamentCreated;
//! use sea_orm::ConnectionTrait;
//!
//! # async fn example(db: &Db) -> Result<(), DbError> {
//! db.write(|tx| async move {
//!     tx.execute_unprepared("INSERT INTO cup (name) VALUES ('Spring')").await?;
//!     tx.emit(TournamentCreated { tournament_id: 1 });
//!     Ok::<_, DbError>(())
//! })
//! .await
//! # }
//! ```
//!
//! - It borrows what it needs (`let name = &name;` before it) and works on its own `tx`.
//! - It may run more than once, after a deadlock for example, so it touches nothing outside.
//! - A row that is read in order to be changed is read with SeaORM's `lock_exclusive()`, rows of
//!   one kind in the order of their ids. PostgreSQL locks them; SQLite, which has one writer, needs
//!   no lock and gets no such text.
//! - It reads through its `tx`: [`Db::read`] shows what was there before.
//! - Nothing slow happens in it: on SQLite everybody else's writing waits for its end.
//! - On SQLite units that stand in line share a commit. Each is answered after it, and none can tell.
//!
//! Not here: tables and queries (each app's `model` and `store`) and migrations (Seadrift).

mod error;
mod line;
mod open;
mod places;
mod reader;
mod signal;
mod target;
mod tx;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sea_orm::sea_query::{LockBehavior, LockType};
use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseTransaction, DbErr, IsolationLevel, QuerySelect, Statement,
    TransactionOptions, TransactionTrait,
};
use tokio::sync::watch;
use tracing::Instrument;

pub use error::{Constraint, DbError};
pub use open::{DbOptions, OpenError};
pub use reader::Reader;
pub(crate) use signal::Signal;
pub use target::DbKind;
pub use tx::Tx;

use crate::event::{Emitted, EventBus};
use error::{is_broken_connection, is_contention};
use line::{Line, NotStored, Turn};
use places::{Place, Places};
use signal::{Raised, Signals};
use target::Target;
use tx::{Ending, Owner};

/// How often a unit of work is tried before its caller hears that the database is too busy.
const MAX_ATTEMPTS: u32 = 8;
/// How long [`Db::ping`] waits.
const PING_LIMIT: Duration = Duration::from_secs(5);

tokio::task_local! {
    /// Set while this task runs the closure of a unit of work.
    static UNIT_OF_WORK: ();
}

/// Whether the running task is inside a unit of work.
pub(crate) fn inside_unit_of_work() -> bool {
    UNIT_OF_WORK.try_with(|()| ()).is_ok()
}

/// An open database. Cheap to clone; clones share its connections.
#[derive(Clone)]
pub struct Db {
    shared: Arc<Shared>,
}

struct Shared {
    kind: DbKind,
    label: String,
    reader: Reader,
    entrance: Entrance,
    events: Arc<EventBus>,
    signals: Signals,
    /// Counts pauses, so that units that collided do not meet again.
    pauses: AtomicU64,
    statements: Arc<AtomicU64>,
    commits: AtomicU64,
}

/// Where units of work wait for a connection.
enum Entrance {
    /// Of SQLite's one writer.
    Line(Line),
    /// Of PostgreSQL's.
    Places(Arc<Places>),
}

impl Entrance {
    /// Waits; `alone` is for SQLite, where units may share a commit.
    async fn pass(&self, alone: bool) -> Result<Stand, DbError> {
        match self {
            Self::Line(line) => line.turn(alone).await.map(Stand::Turn),
            Self::Places(places) => Ok(Stand::Place(places.take().await?)),
        }
    }
}

/// What a unit of work has while it works.
enum Stand {
    Turn(Turn),
    Place(Place),
}

impl Shared {
    /// Says that a unit of work has been stored.
    fn committed(&self, raised: Raised) {
        self.commits.fetch_add(1, Ordering::AcqRel);
        self.signals.send(raised);
    }
}

enum Attempt<T> {
    Done(T),
    Again(DbErr),
    /// Again, at once and by itself.
    Alone,
}

impl Db {
    /// Opens `sqlite://PATH` (the file and its folder are made when missing) or
    /// `postgres://USER:PASSWORD@HOST/DATABASE`.
    ///
    /// # Errors
    /// [`OpenError`] says which part of the URL, file or server is in the way. No error and no
    /// `Debug` text holds the password.
    pub async fn connect(url: &str, options: DbOptions) -> Result<Self, OpenError> {
        let target = Target::parse(url)?;
        let mut doors = open::open(&target, &options).await?;
        let statements = Arc::<AtomicU64>::default();
        for door in [&mut doors.reader, &mut doors.writer] {
            let statements = Arc::clone(&statements);
            door.set_metric_callback(move |_| {
                statements.fetch_add(1, Ordering::Relaxed);
            });
        }
        let patience = options.acquire_timeout;
        let places = |pool, count| Arc::new(Places::new(pool, count, patience));
        let (kind, entrance) = match target {
            Target::Sqlite(_) => (DbKind::Sqlite, Entrance::Line(Line::new(doors.writer, patience))),
            Target::Postgres(_) => {
                (DbKind::Postgres, Entrance::Places(places(doors.writer, options.write_connections)))
            }
        };
        Ok(Self {
            shared: Arc::new(Shared {
                kind,
                label: target.label(),
                reader: Reader { places: places(doors.reader, doors.readers) },
                entrance,
                events: options.events,
                signals: Signals::default(),
                pauses: AtomicU64::new(0),
                statements,
                commits: AtomicU64::new(0),
            }),
        })
    }

    /// Which database this is, for the few texts that differ.
    pub fn kind(&self) -> DbKind {
        self.shared.kind
    }

    /// Where this database is, without password: for logs and for people.
    pub fn label(&self) -> &str {
        &self.shared.label
    }

    /// Where committed units of work publish their events.
    pub fn events(&self) -> &Arc<EventBus> {
        &self.shared.events
    }

    /// What one moment looks like, whatever others write meanwhile: a transaction that only reads, for whoever reads
    /// much. Only few may have one at a time, and others wait.
    ///
    /// # Errors
    /// When the database fails to begin it.
    pub async fn snapshot(&self) -> Result<DatabaseTransaction, DbErr> {
        // A reading transaction of SQLite sees one moment by itself.
        let options = match self.kind() {
            DbKind::Sqlite => TransactionOptions::default(),
            DbKind::Postgres => TransactionOptions {
                isolation_level: Some(IsolationLevel::RepeatableRead),
                access_mode: Some(AccessMode::ReadOnly),
                ..TransactionOptions::default()
            },
        };
        self.shared.reader.places.pool().begin_with_options(options).await
    }

    /// Changes whenever a unit of work that raised this signal has committed here. Other processes
    /// are not heard: who must not miss them looks now and then as well.
    pub(crate) fn listen(&self, signal: Signal) -> watch::Receiver<()> {
        self.shared.signals.listen(signal)
    }

    /// For queries. The database refuses to write through it.
    pub fn read(&self) -> &Reader {
        &self.shared.reader
    }

    /// How many statements have been run since the database was opened, of queries and units of
    /// work alike. Beginning and ending a transaction and `execute_unprepared` are not counted.
    pub fn statements(&self) -> u64 {
        self.shared.statements.load(Ordering::Relaxed)
    }

    /// Another number after each unit of work that was stored through this `Db` or a clone, before its caller hears of
    /// it. What was read while the number stayed the same is what such a unit would read, too; other processes are not
    /// counted.
    pub fn commits(&self) -> u64 {
        self.shared.commits.load(Ordering::Acquire)
    }

    /// Runs a unit of work: all of it is stored, and its events are published, or none.
    ///
    /// An `Err` from the closure rolls back. When others were in the way (a deadlock, a
    /// serialisation failure, a locked file), the closure is run again, a bounded number of times
    /// with growing pauses. The handlers of its events have run when this returns; a caller that
    /// is cancelled during the commit does not keep them from running.
    ///
    /// # Errors
    /// The closure's own error, or a [`DbError`] made into it.
    pub async fn write<T, E, F, W>(&self, unit: F) -> Result<T, E>
    where
        F: Fn(Tx) -> W + Send,
        W: Future<Output = Result<T, E>> + Send,
        T: Send,
        E: From<DbError> + Send,
    {
        if inside_unit_of_work() {
            return Err(DbError::Nested.into());
        }
        let (mut attempts, mut alone) = (1, false);
        loop {
            let attempt = {
                // Not held while it waits to be tried again.
                let mut stand = self.shared.entrance.pass(alone).await?;
                match self.begin(&mut stand).await {
                    Ok(owner) => {
                        // On the heap: such a future is large, and it is handed on from here several times.
                        let work = Box::pin(unit(owner.handle()));
                        self.conclude(stand, owner, work).await
                    }
                    // Nothing has been asked yet, so a connection that died can be replaced.
                    Err(error) if is_contention(&error) || is_broken_connection(&error) => Attempt::Again(error),
                    Err(error) => Attempt::Done(Err(DbError::from(error).into())),
                }
            };
            let source = match attempt {
                Attempt::Done(outcome) => return outcome,
                Attempt::Again(source) => source,
                Attempt::Alone => {
                    alone = true;
                    continue;
                }
            };
            if attempts == MAX_ATTEMPTS {
                return Err(exhausted(attempts, source).into());
            }
            tracing::debug!(attempts, error = %source, "unit of work is tried again");
            tokio::time::sleep(self.pause(attempts)).await;
            attempts += 1;
        }
    }

    /// Runs the closure's work, then commits, rolls back or asks for another attempt.
    async fn conclude<T, E, W>(&self, stand: Stand, owner: Owner, work: W) -> Attempt<Result<T, E>>
    where
        W: Future<Output = Result<T, E>>,
        E: From<DbError>,
    {
        let outcome = UNIT_OF_WORK.scope((), work).await;
        let Ending { transaction, begun, failure, emitted, raised } = match owner.end() {
            Ok(ending) => ending,
            Err(error) => return Attempt::Done(Err(error.into())),
        };
        match (outcome, failure) {
            (Ok(value), None) => {
                let stored = match stand {
                    Stand::Turn(turn) => {
                        turn.store(Arc::clone(&self.shared), transaction, begun, emitted, raised).await
                    }
                    Stand::Place(place) => {
                        self.commit(place, transaction, emitted, raised).await.map_err(NotStored::Failed)
                    }
                };
                match stored {
                    Ok(()) => Attempt::Done(Ok(value)),
                    Err(NotStored::Shared) => Attempt::Alone,
                    Err(NotStored::Failed(DbError::Statement(error))) if is_contention(&error) => Attempt::Again(error),
                    Err(NotStored::Failed(error)) => Attempt::Done(Err(error.into())),
                }
            }
            (outcome, failure) => {
                match stand {
                    Stand::Turn(turn) => turn.take_back(transaction, begun, failure.as_ref()).await,
                    Stand::Place(place) => place.roll_back(transaction).await,
                }
                match (outcome, failure) {
                    (_, Some(error)) if is_contention(&error) => Attempt::Again(error),
                    (Ok(_), Some(source)) => Attempt::Done(Err(DbError::Swallowed { source }.into())),
                    (outcome, _) => Attempt::Done(outcome),
                }
            }
        }
    }

    async fn begin(&self, stand: &mut Stand) -> Result<Owner, DbErr> {
        let begun = match stand {
            Stand::Turn(turn) => turn.begin().await.map(|(connection, text)| (connection, Some(text)))?,
            Stand::Place(place) => (place.begin().await?, None),
        };
        Ok(Owner::new(begun, self.shared.kind, Arc::clone(&self.shared.events)))
    }

    /// Commits and then publishes. With events to tell this is a task of its own, so that a
    /// caller that is cancelled between the two does not lose them.
    async fn commit(
        &self,
        place: Place,
        transaction: DatabaseTransaction,
        emitted: Vec<Emitted>,
        raised: Raised,
    ) -> Result<(), DbError> {
        if emitted.is_empty() {
            place.commit(transaction).await.map_err(explain_commit)?;
            self.shared.committed(raised);
            return Ok(());
        }
        let shared = Arc::clone(&self.shared);
        let task = async move {
            place.commit(transaction).await.map_err(explain_commit)?;
            shared.committed(raised);
            shared.events.dispatch(emitted).await;
            Ok(())
        };
        match tokio::spawn(task.in_current_span()).await {
            Ok(committed) => committed,
            Err(broken) => Err(DbError::OutcomeUnknown { reason: broken.to_string() }),
        }
    }

    /// 2 ms, doubled at each attempt up to a quarter of a second, give or take half.
    fn pause(&self, attempts: u32) -> Duration {
        let middle = (1_000_u64 << attempts.min(8)).min(250_000);
        let turn = self.shared.pauses.fetch_add(1, Ordering::Relaxed);
        // Multiplying by 2^64 over the golden ratio spreads consecutive numbers evenly.
        let spread = turn.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
        Duration::from_micros(middle / 2 + ((middle * spread) >> 32))
    }

    /// Whether the database answers, within five seconds: for readiness checks.
    ///
    /// # Errors
    /// Why it does not.
    pub async fn ping(&self) -> Result<(), DbError> {
        let question = Statement::from_string(self.shared.reader.get_database_backend(), "SELECT 1");
        let answer = self.shared.reader.query_one_raw(question);
        match tokio::time::timeout(PING_LIMIT, answer).await {
            Ok(answer) => answer.map(|_| ()).map_err(DbError::from),
            Err(_) => Err(DbError::Overloaded),
        }
    }

    /// Closes every connection after its statement is done; later calls fail. The last thing a
    /// program does with its database.
    pub async fn close(&self) {
        let writing = match &self.shared.entrance {
            Entrance::Line(line) => line.close().await,
            Entrance::Places(places) => places.close().await,
        };
        for closed in [self.shared.reader.places.close().await, writing] {
            if let Err(error) = closed {
                tracing::warn!(%error, "a database pool did not close cleanly");
            }
        }
    }
}

/// Makes a query take the rows that nobody else holds, and lock them until the unit's end: for workers
/// that share a queue. The text is PostgreSQL's alone; SQLite has one writer, whose rows nobody holds.
pub fn skip_locked<Q: QuerySelect>(query: Q) -> Q {
    query.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
}

fn exhausted(attempts: u32, source: DbErr) -> DbError {
    if is_contention(&source) { DbError::Contended { attempts, source } } else { DbError::from(source) }
}

/// A server that says no has not committed; a connection that broke may have.
fn explain_commit(error: DbErr) -> DbError {
    if is_broken_connection(&error) {
        return DbError::OutcomeUnknown { reason: error.to_string() };
    }
    DbError::from(error)
}

/// Kind and place, never the password.
impl fmt::Debug for Db {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Db").field("kind", &self.shared.kind).field("at", &self.shared.label).finish_non_exhaustive()
    }
}
