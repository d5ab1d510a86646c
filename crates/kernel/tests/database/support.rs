//! Runs one test body on every database there is: SQLite always, PostgreSQL when
//! `DELTACROWN_TEST_POSTGRES` holds the URL of a server on which databases may be created.

use std::sync::atomic::{AtomicU32, Ordering};

use kernel::db::{Db, DbOptions};
use sea_orm::sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

/// The variable that names the PostgreSQL server.
const SERVER: &str = "DELTACROWN_TEST_POSTGRES";

static NUMBER: AtomicU32 = AtomicU32::new(1);

/// An empty database of one kind.
pub struct Scratch {
    /// Where it is; may be opened more than once.
    pub url: String,
    kind: Kind,
}

enum Kind {
    Sqlite { _folder: tempfile::TempDir },
    Postgres { server: String, name: String },
}

impl Scratch {
    /// A file in a folder of its own.
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self {
            url: format!("sqlite://{}", folder.path().join("scratch.db").display()),
            kind: Kind::Sqlite { _folder: folder },
        }
    }

    /// A database of its own on the server, or nothing without a server.
    pub async fn postgres() -> Option<Self> {
        let server = std::env::var(SERVER).ok()?;
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("kernel_{}_{number}", std::process::id());
        run_on(&server, format!("CREATE DATABASE {name}")).await;
        let (address, parameters) = match server.split_once('?') {
            Some((address, parameters)) => (address, format!("?{parameters}")),
            None => (server.as_str(), String::new()),
        };
        let (base, _) = address.rsplit_once('/').expect("a URL ends in /DATABASE");
        Some(Self { url: format!("{base}/{name}{parameters}"), kind: Kind::Postgres { server, name } })
    }

    /// Opens it.
    pub async fn open(&self, options: DbOptions) -> Db {
        match Db::connect(&self.url, options).await {
            Ok(db) => db,
            Err(error) => panic!("{error}"),
        }
    }

    /// Removes it.
    pub async fn remove(self) {
        if let Kind::Postgres { server, name } = self.kind {
            run_on(&server, format!("DROP DATABASE {name} WITH (FORCE)")).await;
        }
    }
}

async fn run_on(server: &str, sql: String) {
    let mut connection =
        PgConnection::connect(server).await.unwrap_or_else(|error| panic!("{SERVER} does not answer: {error}"));
    if let Err(error) = connection.execute(AssertSqlSafe(sql.clone())).await {
        panic!("{sql}: {error}");
    }
}

/// Runs the body once for every kind of database.
pub async fn on_each_database<F, W>(body: F)
where
    F: Fn(Db) -> W,
    W: Future<Output = ()>,
{
    let mut all = vec![Scratch::sqlite()];
    all.extend(Scratch::postgres().await);
    for scratch in all {
        let db = scratch.open(DbOptions::default()).await;
        println!("on {}", db.kind());
        body(db.clone()).await;
        db.close().await;
        scratch.remove().await;
    }
}
