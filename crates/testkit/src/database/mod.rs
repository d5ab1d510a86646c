//! A fresh, empty database for one test, of either kind, removed when dropped.
//!
//! Not here: schemas and data. What a database of the platform looks like is `seadrift`'s business.

mod cluster;
mod place;
mod postgres;
mod run;
mod sqlite;
mod template;

#[cfg(feature = "browser")]
pub(crate) use run::on_runtime;
pub use run::{Outcome, fresh, run, run_on};

use std::fmt;
use std::future::Future;
use std::hash::Hash;
use std::path::Path;

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, Statement};
use url::Url;

/// The two databases that the platform runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A file.
    Sqlite,
    /// A database of a server.
    Postgres,
}

impl Kind {
    /// Both, in the order in which tests are listed.
    pub const ALL: [Self; 2] = [Self::Sqlite, Self::Postgres];
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        })
    }
}

/// A database that is empty when made and gone when dropped.
pub struct TestDatabase(Place);

enum Place {
    Sqlite(sqlite::Directory),
    Postgres(postgres::Owned),
}

impl TestDatabase {
    /// A fresh SQLite file in a directory of its own.
    ///
    /// # Panics
    /// If the directory of databases cannot be written.
    pub fn sqlite() -> Self {
        Self(Place::Sqlite(sqlite::Directory::create()))
    }

    /// A fresh PostgreSQL database; `None` where there is no PostgreSQL, which has then been said on standard error.
    ///
    /// The server is the one that the environment variable `DELTACROWN_TEST_POSTGRES` names (the URL of a database
    /// from which others can be created), or else a private one started from installed programs and shared by all
    /// test processes; its texts sort by code point (locale `C`).
    ///
    /// # Panics
    /// If the server cannot be started or refuses, and where `CI` is set and there is no PostgreSQL.
    pub fn postgres() -> Option<Self> {
        match cluster::server() {
            Ok(server) => Some(Self(Place::Postgres(postgres::Owned::create(server, None)))),
            Err(missing) => {
                missing.skip();
                None
            }
        }
    }

    /// A fresh database of the kind asked for; see [`Self::sqlite`] and [`Self::postgres`].
    pub fn new(kind: Kind) -> Option<Self> {
        match kind {
            Kind::Sqlite => Some(Self::sqlite()),
            Kind::Postgres => Self::postgres(),
        }
    }

    /// A database that `prepare` has filled, or a copy of one that it has filled before.
    ///
    /// The copy costs a few milliseconds more than an empty database, whatever the preparation costs. It is shared
    /// by the tests of one program, over processes, as long as the key is equal: the key must tell everything that
    /// the result depends on and that is not in the program itself, for instance a hash of migration files.
    /// On the server of `DELTACROWN_TEST_POSTGRES` each database is prepared anew.
    ///
    /// `None` where there is no such database, which has then been said on standard error.
    ///
    /// # Panics
    /// If it cannot be made or prepared.
    pub async fn prepared<O: Outcome>(
        kind: Kind,
        key: impl Hash,
        prepare: impl AsyncFnOnce(&Self) -> O,
    ) -> Option<Self> {
        match kind {
            Kind::Sqlite => Some(template::sqlite(key, prepare).await),
            Kind::Postgres => template::postgres(key, prepare).await,
        }
    }

    /// Another fresh database of the same kind.
    ///
    /// # Panics
    /// If it cannot be made.
    pub fn sibling(&self) -> Self {
        Self::new(self.kind()).expect("a database of this kind was made before")
    }

    /// Which database this is.
    pub fn kind(&self) -> Kind {
        match self.0 {
            Place::Sqlite(_) => Kind::Sqlite,
            Place::Postgres(_) => Kind::Postgres,
        }
    }

    /// The URL to connect to, without a query part: `sqlite://…` or `postgres://…`.
    pub fn url(&self) -> &str {
        match &self.0 {
            Place::Sqlite(directory) => directory.url(),
            Place::Postgres(owned) => owned.url(),
        }
    }

    /// The URL without a password.
    fn shown(&self) -> String {
        Url::parse(self.url()).map_or_else(|_| self.kind().to_string(), |url| cluster::shown(&url))
    }

    /// The file of a SQLite database; `None` on PostgreSQL.
    ///
    /// Its directory belongs to this database alone and goes with it.
    pub fn file(&self) -> Option<&Path> {
        match &self.0 {
            Place::Sqlite(directory) => Some(directory.file()),
            Place::Postgres(_) => None,
        }
    }

    /// A plain SeaORM pool of up to four connections, with none of the platform's settings.
    ///
    /// # Panics
    /// If the database does not answer.
    pub async fn connect(&self) -> DatabaseConnection {
        let mut options = ConnectOptions::new(self.url());
        options.max_connections(4).sqlx_logging(false);
        Database::connect(options).await.unwrap_or_else(|error| panic!("cannot connect to {}: {error}", self.shown()))
    }

    /// Runs statements, separated by semicolons, on a connection of their own.
    ///
    /// # Panics
    /// If one of them fails.
    pub async fn execute(&self, sql: &str) {
        let connection = self.connect().await;
        connection.execute_unprepared(sql).await.unwrap_or_else(|error| panic!("{error}, in: {sql}"));
        connection.close().await.expect("a connection closes");
    }

    /// The names of the user's tables (on PostgreSQL: of all schemas that are not the server's own), sorted.
    ///
    /// # Panics
    /// If the database does not answer.
    pub async fn tables(&self) -> Vec<String> {
        let connection = self.connect().await;
        let sql = match self.kind() {
            Kind::Sqlite => {
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
            }
            Kind::Postgres => {
                "SELECT tablename::text AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
            }
        };
        let rows = connection
            .query_all_raw(Statement::from_string(connection.get_database_backend(), sql))
            .await
            .unwrap_or_else(|error| panic!("cannot list the tables of {}: {error}", self.shown()));
        let mut names: Vec<String> = rows.iter().map(|row| row.try_get("", "name").expect("a name is text")).collect();
        connection.close().await.expect("a connection closes");
        names.sort();
        names
    }
}

impl fmt::Debug for TestDatabase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TestDatabase({})", self.shown())
    }
}

/// Runs a future to its end, whether or not the caller is on a runtime.
fn wait_for<T: Send>(future: impl Future<Output = T> + Send) -> T {
    std::thread::scope(|scope| {
        let worker = scope.spawn(|| {
            tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime starts")
                .block_on(future)
        });
        worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}
