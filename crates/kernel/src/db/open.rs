//! Opening a database: its settings, set and then read back, and errors that say what to mend.
//!
//! Not here: what is done with the connections, and the schema (Seadrift's).

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sea_orm::sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions};
use sea_orm::sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
};
use sea_orm::sqlx::{self, Connection, Executor, Row};
use sea_orm::{DatabaseConnection, SqlxPostgresConnector, SqlxSqliteConnector};
use thiserror::Error;

use super::target::Target;
use crate::event::EventBus;

/// The first SQLite without the bug that could lose a commit when the log was reset.
const OLDEST_SQLITE: (u32, u32, u32) = (3, 51, 3);
/// Major version of the oldest PostgreSQL that is supported.
const OLDEST_POSTGRES: i32 = 14;
/// A connection that lay idle for this long is asked whether it still lives before it is used.
const ASK_AFTER_IDLE: Duration = Duration::from_secs(30);
/// Connections for reading besides, for whoever reads much of one moment.
const SNAPSHOTS: u32 = 2;
/// How long the first connection to a server may take.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);

/// How a database is opened. The defaults serve; a field is there because somebody must change it.
#[derive(Debug, Clone)]
pub struct DbOptions {
    /// Where committed units of work publish their events.
    pub events: Arc<EventBus>,
    /// Connections for reading; by default 4 on SQLite and 10 on PostgreSQL. Besides, two are for
    /// [`Db::snapshot`](super::Db::snapshot).
    pub read_connections: Option<u32>,
    /// Connections for writing on PostgreSQL. SQLite has one, always.
    pub write_connections: u32,
    /// How long a caller waits for a free connection before it is told that the server is busy.
    pub acquire_timeout: Duration,
    /// How long SQLite itself waits for another process that holds the file.
    pub busy_timeout: Duration,
    /// After this long PostgreSQL gives up a statement.
    pub statement_timeout: Duration,
    /// What PostgreSQL's `pg_stat_activity` calls this program.
    pub application_name: String,
}

impl Default for DbOptions {
    fn default() -> Self {
        Self {
            events: Arc::new(EventBus::default()),
            read_connections: None,
            write_connections: 10,
            acquire_timeout: Duration::from_secs(30),
            busy_timeout: Duration::from_secs(5),
            statement_timeout: Duration::from_secs(30),
            application_name: "deltacrown".to_owned(),
        }
    }
}

/// Why a database could not be opened.
#[derive(Debug, Error)]
pub enum OpenError {
    /// Not a kind of database that is supported.
    #[error(
        "the database URL begins with {scheme}://, which is not supported: use sqlite://PATH or \
         postgres://USER:PASSWORD@HOST/DATABASE"
    )]
    UnknownScheme {
        /// What stands before `://`.
        scheme: String,
    },
    /// A parameter that nobody reads, most likely a misspelt one.
    #[error("the database URL has an unknown parameter {name}; known are {known}")]
    UnknownParameter {
        /// Its name.
        name: String,
        /// The names that are understood.
        known: String,
    },
    /// The URL cannot be read.
    #[error(
        "the database URL cannot be read: {reason} (expected sqlite://PATH or \
         postgres://USER:PASSWORD@HOST/DATABASE)"
    )]
    Malformed {
        /// What is wrong with it.
        reason: String,
    },
    /// The folder of a SQLite file cannot be made or read.
    #[error("the folder {path} for the database file cannot be used: {source}")]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A SQLite file, or its folder, may not be written.
    #[error(
        "{path} is read-only ({reason}): let the user who runs this program write to the file and \
         to its folder"
    )]
    ReadOnly {
        /// The file or folder.
        path: PathBuf,
        /// How that was noticed.
        reason: String,
    },
    /// The file is something else.
    #[error("{path} is not a SQLite database: {reason}")]
    NotADatabase {
        /// The file.
        path: PathBuf,
        /// How that was noticed.
        reason: String,
    },
    /// The server could not be reached or did not let us in.
    #[error("cannot open {target}: {reason}")]
    Refused {
        /// The database, without password.
        target: String,
        /// What it said.
        reason: String,
    },
    /// The database is open but does not work as it must.
    #[error("{target} cannot be used: {setting} is {found}, but must be {needed}")]
    Unfit {
        /// The database, without password.
        target: String,
        /// The setting or version that is wrong.
        setting: &'static str,
        /// Its value.
        found: String,
        /// The value that it must have.
        needed: String,
    },
}

/// The two doors of an open database: one that cannot write and one that can.
pub(super) struct Doors {
    pub(super) reader: DatabaseConnection,
    /// How many may read at a time, besides [`SNAPSHOTS`].
    pub(super) readers: u32,
    pub(super) writer: DatabaseConnection,
}

pub(super) async fn open(target: &Target, options: &DbOptions) -> Result<Doors, OpenError> {
    match target {
        Target::Sqlite(path) => open_sqlite(path, &target.label(), options).await,
        Target::Postgres(url) => open_postgres(url, &target.label(), options).await,
    }
}

async fn open_sqlite(path: &Path, label: &str, options: &DbOptions) -> Result<Doors, OpenError> {
    prepare_folder(path)?;
    let settings = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(options.busy_timeout);
    let pool = || {
        SqlitePoolOptions::new()
            .acquire_timeout(options.acquire_timeout)
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
            // A transaction that the driver could not end would swallow the next one.
            .before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
    };
    let writer = pool()
        .min_connections(1)
        .max_connections(1)
        .connect_with(settings.clone())
        .await
        .map_err(|error| explain_sqlite(path, &error))?;
    let mut connection = writer.acquire().await.map_err(|error| explain_sqlite(path, &error))?;
    check_sqlite(&mut connection, path, label).await?;
    drop(connection);
    let readers = options.read_connections.unwrap_or(4);
    let reader = pool()
        .max_connections(readers + SNAPSHOTS)
        .connect_with(settings.pragma("query_only", "ON"))
        .await
        .map_err(|error| explain_sqlite(path, &error))?;
    Ok(Doors {
        reader: SqlxSqliteConnector::from_sqlx_sqlite_pool(reader),
        readers,
        writer: SqlxSqliteConnector::from_sqlx_sqlite_pool(writer),
    })
}

/// Makes the file's folder and notices what may not be written before SQLite does: SQLite would
/// open a read-only file without a word and fail at the first write.
fn prepare_folder(path: &Path) -> Result<(), OpenError> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let unusable = |source| OpenError::Folder { path: folder.to_owned(), source };
    std::fs::create_dir_all(folder).map_err(unusable)?;
    let folder_mode = std::fs::metadata(folder).map_err(unusable)?.permissions();
    let read_only = |path: &Path| OpenError::ReadOnly {
        path: path.to_owned(),
        reason: "its permissions let nobody write".to_owned(),
    };
    if folder_mode.readonly() {
        return Err(read_only(folder));
    }
    match std::fs::metadata(path) {
        Ok(file) if file.is_dir() => {
            Err(OpenError::NotADatabase { path: path.to_owned(), reason: "it is a folder".to_owned() })
        }
        Ok(file) if file.permissions().readonly() => Err(read_only(path)),
        _ => Ok(()),
    }
}

fn explain_sqlite(path: &Path, error: &sqlx::Error) -> OpenError {
    let path = path.to_owned();
    let reason = error.to_string();
    let code = match error {
        sqlx::Error::Database(error) => error.code().and_then(|code| code.parse::<u32>().ok()),
        _ => None,
    };
    match code.map(|code| code & 0xff) {
        // SQLITE_PERM, SQLITE_READONLY, SQLITE_CANTOPEN
        Some(3 | 8 | 14) => OpenError::ReadOnly { path, reason },
        // SQLITE_CORRUPT, SQLITE_NOTADB
        Some(11 | 26) => OpenError::NotADatabase { path, reason },
        _ => OpenError::Refused { target: path.display().to_string(), reason },
    }
}

/// Reads back what was set, for SQLite accepts a setting that it cannot honour in silence.
async fn check_sqlite(connection: &mut SqliteConnection, path: &Path, label: &str) -> Result<(), OpenError> {
    let expected = [("journal_mode", "wal"), ("synchronous", "2"), ("foreign_keys", "1")];
    for (setting, needed) in expected {
        let sql = sqlx::AssertSqlSafe(format!("SELECT CAST({setting} AS TEXT) FROM pragma_{setting}"));
        let row = connection.fetch_one(sqlx::query(sql)).await;
        let found: String = row.and_then(|row| row.try_get(0)).map_err(|error| explain_sqlite(path, &error))?;
        require(label, setting, found == needed, &found, needed)?;
    }
    let row = connection.fetch_one("SELECT sqlite_version()").await;
    let version: String = row.and_then(|row| row.try_get(0)).map_err(|error| explain_sqlite(path, &error))?;
    let (major, minor, patch) = OLDEST_SQLITE;
    require(
        label,
        "the version of SQLite",
        version_of(&version) >= OLDEST_SQLITE,
        &version,
        &format!("{major}.{minor}.{patch} or newer"),
    )?;
    // Proves that the file and its log can be written, which opening does not.
    for statement in ["BEGIN IMMEDIATE", "ROLLBACK"] {
        connection.execute(statement).await.map_err(|error| explain_sqlite(path, &error))?;
    }
    Ok(())
}

fn version_of(text: &str) -> (u32, u32, u32) {
    let mut numbers = text.split('.').map(|part| part.parse().unwrap_or(0));
    let mut next = || numbers.next().unwrap_or(0);
    (next(), next(), next())
}

fn require(target: &str, setting: &'static str, holds: bool, found: &str, needed: &str) -> Result<(), OpenError> {
    if holds {
        return Ok(());
    }
    Err(OpenError::Unfit { target: target.to_owned(), setting, found: found.to_owned(), needed: needed.to_owned() })
}

async fn open_postgres(url: &PgConnectOptions, label: &str, options: &DbOptions) -> Result<Doors, OpenError> {
    let milliseconds = options.statement_timeout.as_millis().to_string();
    let settings = url.clone().application_name(&options.application_name).options([
        ("statement_timeout", milliseconds.as_str()),
        // Twice the time that any statement may take: whoever is silent for longer is gone.
        ("idle_in_transaction_session_timeout", "60000"),
    ]);
    check_postgres(&settings, label).await?;
    let pool = |connections: u32| {
        PgPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(options.acquire_timeout)
            .test_before_acquire(false)
            .before_acquire(|connection, usage| {
                Box::pin(async move {
                    if usage.idle_for >= ASK_AFTER_IDLE {
                        connection.ping().await?;
                    }
                    Ok(!connection.is_in_transaction())
                })
            })
    };
    let reading = settings.clone().options([("default_transaction_read_only", "on")]);
    let readers = options.read_connections.unwrap_or(10);
    Ok(Doors {
        reader: SqlxPostgresConnector::from_sqlx_postgres_pool(pool(readers + SNAPSHOTS).connect_lazy_with(reading)),
        readers,
        writer: SqlxPostgresConnector::from_sqlx_postgres_pool(
            pool(options.write_connections).connect_lazy_with(settings),
        ),
    })
}

/// Makes one connection by itself: a pool would hide a refusal behind its time limit.
async fn check_postgres(settings: &PgConnectOptions, label: &str) -> Result<(), OpenError> {
    let refused = |reason: String| OpenError::Refused { target: label.to_owned(), reason };
    let mut connection = tokio::time::timeout(CONNECT_LIMIT, PgConnection::connect_with(settings))
        .await
        .map_err(|_| refused(format!("no answer within {} s", CONNECT_LIMIT.as_secs())))?
        .map_err(|error| refused(error.to_string()))?;
    let row = connection.fetch_one("SELECT current_setting('server_version_num')::int").await;
    let version: i32 = row.and_then(|row| row.try_get(0)).map_err(|error| refused(error.to_string()))?;
    let _ = connection.close().await; // a failed goodbye changes nothing
    require(
        label,
        "the version of PostgreSQL",
        version / 10_000 >= OLDEST_POSTGRES,
        &(version / 10_000).to_string(),
        &format!("{OLDEST_POSTGRES} or newer"),
    )
}
