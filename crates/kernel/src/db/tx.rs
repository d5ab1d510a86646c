//! The inside of a unit of work: statements, events that wait for the commit, savepoints.
//!
//! Not here: beginning, committing and retrying, which [`Db::write`](super::Db::write) does.

use std::fmt;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use sea_orm::prelude::async_trait::async_trait;
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult, Statement, TransactionTrait,
};

use super::DbKind;
use super::error::{DbError, is_contention};
use super::signal::{Raised, Signal};
use crate::event::{Emitted, Event, EventBus, Origin};
use crate::sync::lock;

/// How long an answer of SQLite is looked out for before the task goes to sleep.
const LOOK_OUT: Duration = Duration::from_micros(100);

/// An open unit of work. SeaORM's queries run on it: `Entity::find().one(&tx)`.
///
/// Once a statement has failed, the unit is lost on both databases alike: further statements are
/// refused and it ends in a rollback, also when the closure returns `Ok`. A statement that may
/// fail, such as an insert that answers "taken" when the key exists, goes into a
/// [`savepoint`](Self::savepoint).
pub struct Tx {
    session: Arc<Session>,
}

struct Session {
    transaction: DatabaseTransaction,
    /// What begins this unit of work, until its first statement goes to the database.
    beginning: Mutex<Option<&'static str>>,
    kind: DbKind,
    events: Arc<EventBus>,
    /// The first failure; while there is one, nothing more is done.
    failure: Mutex<Option<DbErr>>,
    emitted: Mutex<Vec<Emitted>>,
    raised: Mutex<Raised>,
}

/// What the one who began a transaction keeps, to end it.
pub(super) struct Owner {
    session: Arc<Session>,
}

/// How a unit of work stands when its closure is done.
pub(super) struct Ending {
    pub(super) transaction: DatabaseTransaction,
    /// Whether anything was asked of the database.
    pub(super) begun: bool,
    pub(super) failure: Option<DbErr>,
    pub(super) emitted: Vec<Emitted>,
    pub(super) raised: Raised,
}

impl Owner {
    /// With the text that begins it, where the transaction is not begun yet.
    pub(super) fn new(
        (transaction, beginning): (DatabaseTransaction, Option<&'static str>),
        kind: DbKind,
        events: Arc<EventBus>,
    ) -> Self {
        Self {
            session: Arc::new(Session {
                transaction,
                beginning: Mutex::new(beginning),
                kind,
                events,
                failure: Mutex::default(),
                emitted: Mutex::default(),
                raised: Mutex::default(),
            }),
        }
    }

    /// The handle for the closure.
    pub(super) fn handle(&self) -> Tx {
        Tx { session: Arc::clone(&self.session) }
    }

    /// Takes everything back. Fails while somebody still holds the handle: the transaction is
    /// then of no more use to it and rolls back when it lets go.
    pub(super) fn end(self) -> Result<Ending, DbError> {
        match Arc::try_unwrap(self.session) {
            Ok(session) => Ok(Ending {
                transaction: session.transaction,
                begun: lock(&session.beginning).is_none(),
                failure: std::mem::take(&mut lock(&session.failure)),
                emitted: std::mem::take(&mut lock(&session.emitted)),
                raised: *lock(&session.raised),
            }),
            Err(session) => {
                session.note(DbErr::Custom("its closure has returned".to_owned()));
                Err(DbError::Outlived)
            }
        }
    }
}

impl Session {
    /// Remembers the first failure.
    fn note(&self, error: DbErr) -> DbErr {
        lock(&self.failure).get_or_insert_with(|| error.clone());
        error
    }

    /// Begins a call to the database: with what begins this unit of work, if it is the first.
    fn call(&self) -> Result<(Option<&'static str>, Call<'_>), DbErr> {
        self.refuse_if_failed()?;
        let beginning = lock(&self.beginning).take();
        Ok((beginning, Call { session: self, is_first: beginning.is_some() }))
    }

    /// Waits for an answer. One of SQLite, which works on another thread of this process, is looked out for at first:
    /// to sleep and be woken takes longer than most statements work. Whoever writes there is alone in that, so no more
    /// than one thread ever looks out, and it lets all others go first.
    async fn answer<T>(&self, call: impl Future<Output = T>) -> T {
        let mut call = pin!(call);
        poll_fn(|context| {
            let begun = Instant::now();
            loop {
                let answer = call.as_mut().poll(context);
                if answer.is_ready() || self.kind != DbKind::Sqlite || begun.elapsed() > LOOK_OUT {
                    return answer;
                }
                std::thread::yield_now();
            }
        })
        .await
    }

    /// Begins this unit of work by itself, unless it is begun.
    async fn begin(&self) -> Result<(), DbErr> {
        match self.call()? {
            (Some(text), call) => call.end(self.answer(self.transaction.execute_unprepared(text)).await.map(drop)),
            (None, _) => Ok(()),
        }
    }

    fn refuse_if_failed(&self) -> Result<(), DbErr> {
        match &*lock(&self.failure) {
            None => Ok(()),
            Some(first) => Err(DbErr::Custom(format!(
                "this unit of work has failed already and takes no more statements: {first}"
            ))),
        }
    }
}

/// A call to the database that has not been answered.
struct Call<'a> {
    session: &'a Session,
    is_first: bool,
}

impl Call<'_> {
    /// Passes the answer on, and remembers a failure.
    fn end<T>(mut self, answer: Result<T, DbErr>) -> Result<T, DbErr> {
        self.is_first = false;
        answer.map_err(|error| self.session.note(error))
    }
}

/// Nobody knows whether a unit of work is begun of which the first call was given up.
impl Drop for Call<'_> {
    fn drop(&mut self) {
        if self.is_first {
            self.session.note(DbErr::Custom("its first statement was given up".to_owned()));
        }
    }
}

impl Tx {
    /// Which database this is, for the few texts that differ.
    pub fn kind(&self) -> DbKind {
        self.session.kind
    }

    /// States a fact. It is published after this unit of work has committed, in the order of the
    /// statements; after a rollback it never was.
    pub fn emit<E: Event>(&self, event: E) {
        self.emit_from(event, Origin::default());
    }

    /// States a fact and tells where it comes from.
    pub fn emit_from<E: Event>(&self, event: E, origin: Origin) {
        self.publish(self.stamp(event, origin));
    }

    /// Gives an event its id and time; it is told to nobody yet.
    pub(crate) fn stamp<E: Event>(&self, event: E, origin: Origin) -> Emitted {
        self.session.events.stamp(event, origin)
    }

    /// Has a stamped event published after the commit.
    pub(crate) fn publish(&self, emitted: Emitted) {
        lock(&self.session.emitted).push(emitted);
    }

    /// Has the listeners of this signal woken after the commit.
    pub(crate) fn raise(&self, signal: Signal) {
        lock(&self.session.raised).add(signal);
    }

    /// Runs a part that may fail without losing the rest: on an error its changes and its events
    /// are undone and the unit of work goes on. The part works on the handle that it is given.
    ///
    /// # Errors
    /// The closure's own; [`DbError`] when the database fails at setting or releasing the
    /// savepoint, or when the closure returned `Ok` after a failed statement.
    pub async fn savepoint<T, E, F, W>(&self, part: F) -> Result<T, E>
    where
        F: FnOnce(Tx) -> W + Send,
        W: Future<Output = Result<T, E>> + Send,
        T: Send,
        E: From<DbError> + Send,
    {
        let outer = &self.session;
        let failed = |error| DbError::from(outer.note(error));
        outer.begin().await.map_err(DbError::from)?;
        let transaction = outer.transaction.begin().await.map_err(failed)?;
        let inner = Owner::new((transaction, None), outer.kind, Arc::clone(&outer.events));
        // On the heap, as a unit's work is.
        let outcome = Box::pin(part(inner.handle())).await;
        let Ending { transaction, failure, emitted, raised, .. } = inner.end()?;
        match (outcome, failure) {
            (Ok(value), None) => {
                transaction.commit().await.map_err(failed)?;
                lock(&outer.emitted).extend(emitted);
                lock(&outer.raised).join(raised);
                Ok(value)
            }
            (outcome, failure) => {
                transaction.rollback().await.map_err(failed)?;
                if let Some(error) = failure.as_ref().filter(|error| is_contention(error)) {
                    outer.note(error.clone()); // only the whole unit can be tried again
                }
                match (outcome, failure) {
                    (Ok(_), Some(source)) => Err(DbError::Swallowed { source }.into()),
                    (outcome, _) => outcome,
                }
            }
        }
    }
}

/// Whether this statement is the transaction's own business. On SQLite others may share that transaction.
fn ends_or_begins(sql: &str) -> bool {
    let word: String = sql.trim_start().chars().take_while(char::is_ascii_alphabetic).collect();
    ["BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE"]
        .iter()
        .any(|control| word.eq_ignore_ascii_case(control))
}

#[async_trait]
impl ConnectionTrait for Tx {
    fn get_database_backend(&self) -> DbBackend {
        self.session.transaction.get_database_backend()
    }

    // What counts rows goes by itself: SQLite would count those of the statement before for a text that begins.
    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.session.begin().await?;
        let (_, call) = self.session.call()?;
        call.end(self.session.answer(self.session.transaction.execute_raw(statement)).await)
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.session.refuse_if_failed()?;
        if ends_or_begins(sql) {
            let text = format!("{sql}: a unit of work begins and ends with its closure");
            return Err(self.session.note(DbErr::Custom(text)));
        }
        self.session.begin().await?;
        let (_, call) = self.session.call()?;
        call.end(self.session.transaction.execute_unprepared(sql).await)
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let (beginning, call) = self.session.call()?;
        let query = self.session.transaction.query_one_raw(after(beginning, statement));
        call.end(self.session.answer(query).await)
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let (beginning, call) = self.session.call()?;
        let query = self.session.transaction.query_all_raw(after(beginning, statement));
        call.end(self.session.answer(query).await)
    }
}

/// The statement, with the text that goes before it.
fn after(beginning: Option<&'static str>, mut statement: Statement) -> Statement {
    if let Some(text) = beginning {
        statement.sql.insert_str(0, "; ");
        statement.sql.insert_str(0, text);
    }
    statement
}

impl fmt::Debug for Tx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tx")
            .field("kind", &self.session.kind)
            .field("failed", &lock(&self.session.failure).is_some())
            .field("emitted", &lock(&self.session.emitted).len())
            .finish_non_exhaustive()
    }
}
