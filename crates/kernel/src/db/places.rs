//! Connections that are kept open and handed from one user to the next, of whom there are so many at most.
//!
//! The driver's pool asks each connection that comes back whether it lives, a journey to the database as long as that of
//! a short query. So connections are taken from that pool once and kept here; what they do is begun and ended by text:
//! to the driver each is one transaction that never ends, as [`line`](super::line)'s is.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use sea_orm::{ConnAcquireErr, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr, TransactionTrait};
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::error::is_broken_connection;
use crate::sync::lock;

/// A connection that nobody has used for this long may have been ended at the other side, or between.
const OLD: Duration = Duration::from_secs(600);
/// One whose next transaction is begun is ended by the server long before.
const STALE: Duration = Duration::from_secs(1);

pub(super) struct Places {
    pool: DatabaseConnection,
    /// Fair: who comes first is first.
    free: Arc<Semaphore>,
    count: u32,
    /// Who came in vain, so far.
    waiting: AtomicUsize,
    kept: Mutex<Vec<Kept>>,
    patience: Duration,
    /// Where the driver ends the connections, wherever this is dropped.
    runtime: Handle,
}

/// A connection that nobody uses.
struct Kept {
    connection: DatabaseTransaction,
    since: Instant,
    /// Whether the transaction of whoever comes next is.
    begun: bool,
}

impl Kept {
    fn is_fresh(&self) -> bool {
        self.since.elapsed() < if self.begun { STALE } else { OLD }
    }
}

/// Counts whoever waits for a place, however that ends.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Drop for Places {
    fn drop(&mut self) {
        let _entered = self.runtime.enter();
        self.forget();
    }
}

impl Places {
    /// So many connections of this pool at most.
    ///
    /// # Panics
    /// Outside of a runtime, where no database can be open.
    pub(super) fn new(pool: DatabaseConnection, count: u32, patience: Duration) -> Self {
        Self {
            pool,
            free: Arc::new(Semaphore::new(count as usize)),
            count,
            waiting: AtomicUsize::new(0),
            kept: Mutex::default(),
            patience,
            runtime: Handle::current(),
        }
    }

    pub(super) const fn pool(&self) -> &DatabaseConnection {
        &self.pool
    }

    /// Waits for a place.
    pub(super) async fn take(self: &Arc<Self>) -> Result<Place, DbErr> {
        let failed = DbErr::ConnectionAcquire;
        let permit = match Arc::clone(&self.free).try_acquire_owned() {
            Ok(permit) => permit,
            Err(_) => {
                let _waiting = Waiting::new(&self.waiting);
                tokio::time::timeout(self.patience, Arc::clone(&self.free).acquire_owned())
                    .await
                    .map_err(|_| failed(ConnAcquireErr::Timeout))?
                    .map_err(|_| failed(ConnAcquireErr::ConnectionClosed))?
            }
        };
        Ok(Place { places: Arc::clone(self), _permit: permit })
    }

    /// Gives up all connections that nobody uses: where the server has ended one, it is hardly the only one.
    fn forget(&self) {
        let kept = std::mem::take(&mut *lock(&self.kept));
        drop(kept);
    }

    /// Waits for those who work, lets nobody else in, and closes the pool.
    pub(super) async fn close(&self) -> Result<(), DbErr> {
        let all = self.free.acquire_many(self.count).await;
        self.free.close();
        self.forget();
        drop(all);
        self.pool.close_by_ref().await
    }
}

/// A place, held.
pub(super) struct Place {
    places: Arc<Places>,
    _permit: OwnedSemaphorePermit,
}

impl Place {
    /// A connection that is kept, if it may still be used.
    fn kept(&self) -> Option<Kept> {
        let kept = lock(&self.places.kept).pop();
        kept.filter(Kept::is_fresh)
    }

    /// Another connection, on which a transaction is begun.
    async fn another(&self) -> Result<DatabaseTransaction, DbErr> {
        self.places.pool.begin().await
    }

    /// A connection on which nothing is begun, and whether others have used it before.
    pub(super) async fn connection(&self) -> Result<(DatabaseTransaction, bool), DbErr> {
        if let Some(Kept { connection, .. }) = self.kept() {
            return Ok((connection, true));
        }
        let connection = self.another().await?;
        connection.execute_unprepared("COMMIT").await?;
        Ok((connection, false))
    }

    /// A connection on which a transaction is begun.
    pub(super) async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        let Some(Kept { connection, begun, .. }) = self.kept() else { return self.another().await };
        if !begun && let Err(error) = connection.execute_unprepared("BEGIN").await {
            self.is_gone(&error);
            return Err(error);
        }
        Ok(connection)
    }

    /// Stores what was done, and begins what comes next while somebody waits for that. A connection on which this fails
    /// is given up.
    pub(super) async fn commit(self, connection: DatabaseTransaction) -> Result<(), DbErr> {
        let begun = self.places.waiting.load(Ordering::Relaxed) > 0;
        connection.execute_unprepared(if begun { "COMMIT AND CHAIN" } else { "COMMIT" }).await?;
        self.keep(connection, begun);
        Ok(())
    }

    /// Takes back what was done, or gives the connection up, which does so too.
    pub(super) async fn roll_back(self, connection: DatabaseTransaction) {
        match connection.execute_unprepared("ROLLBACK").await {
            Ok(_) => self.keep(connection, false),
            Err(error) => tracing::warn!(%error, "a rollback failed; the connection is replaced"),
        }
    }

    /// Whether this error says that the connection is gone; those that nobody uses are then, too.
    pub(super) fn is_gone(&self, error: &DbErr) -> bool {
        let is_gone = is_broken_connection(error);
        if is_gone {
            self.places.forget();
        }
        is_gone
    }

    /// For whoever comes next, to whom this place goes afterwards.
    pub(super) fn keep(self, connection: DatabaseTransaction, begun: bool) {
        lock(&self.places.kept).push(Kept { connection, since: Instant::now(), begun });
    }
}
