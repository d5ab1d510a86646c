//! One dedicated connection to a database, of either kind, and the errors of getting it.
//!
//! Migrations need session state (locks, pragmas), so they never run through a pool.

use std::{path::PathBuf, str::FromStr};

use sea_orm::sqlx::{
    self, ConnectOptions, Connection as _, Executor, PgConnection, Row, SqliteConnection,
    postgres::PgConnectOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use thiserror::Error;

use crate::dialect::Dialect;

/// An open connection.
#[derive(Debug)]
pub enum Connection {
    /// To a PostgreSQL server.
    Postgres(PgConnection),
    /// To an SQLite file.
    Sqlite(SqliteConnection),
}

/// Why a database could not be opened. No text of these holds a password.
#[derive(Debug, Error)]
pub enum ConnectError {
    /// The URL names no database that is known here.
    #[error("database URL {0:?} is not understood: it must begin with sqlite:// or postgres://")]
    Scheme(String),
    /// The URL has the right scheme, and something wrong after it.
    #[error("database URL {url:?} is not understood: {reason}")]
    Malformed {
        /// The URL without its password.
        url: String,
        /// What the driver says.
        reason: String,
    },
    /// The file of the database does not exist.
    #[error("database file {} does not exist; create it with `migrate`", .0.display())]
    NoFile(PathBuf),
    /// The file cannot be opened or created.
    #[error("database file {}: {reason}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system or SQLite says.
        reason: String,
    },
    /// The server does not answer, or refuses.
    #[error(
        "database {url} cannot be reached: {reason}; check that the server runs and that host, port, user and password are right"
    )]
    Unreachable {
        /// The URL without its password.
        url: String,
        /// What the driver says.
        reason: String,
    },
}

/// Where a database is.
#[derive(Clone)]
pub struct DatabaseUrl {
    text: String,
    dialect: Dialect,
}

/// Without the password.
impl std::fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DatabaseUrl({})", self.redacted())
    }
}

/// Without the password.
impl std::fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.redacted())
    }
}

impl FromStr for DatabaseUrl {
    type Err = ConnectError;

    fn from_str(text: &str) -> Result<Self, ConnectError> {
        let dialect = match text.split_once(':').map(|(scheme, _)| scheme) {
            Some("sqlite") => Dialect::Sqlite,
            Some("postgres" | "postgresql") => Dialect::Postgres,
            _ => return Err(ConnectError::Scheme(redact(text))),
        };
        let url = Self { text: text.to_owned(), dialect };
        let malformed = |e: sqlx::Error| ConnectError::Malformed { url: url.redacted(), reason: e.to_string() };
        match dialect {
            Dialect::Sqlite => drop(SqliteConnectOptions::from_str(text).map_err(malformed)?),
            Dialect::Postgres => drop(PgConnectOptions::from_str(text).map_err(malformed)?),
        }
        Ok(url)
    }
}

/// The URL with its password replaced, also when it cannot be parsed.
fn redact(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else { return text.to_owned() };
    let authority_end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let shown = match rest[..authority_end].rsplit_once('@') {
        Some((user, host)) => {
            let user = user.split_once(':').map_or(user.to_owned(), |(name, _)| format!("{name}:***"));
            format!("{scheme}://{user}@{host}{}", &rest[authority_end..])
        }
        None => text.to_owned(),
    };
    match shown.find("password=") {
        Some(at) => {
            let end = shown[at..].find('&').map_or(shown.len(), |n| at + n);
            format!("{}password=***{}", &shown[..at], &shown[end..])
        }
        None => shown,
    }
}

impl DatabaseUrl {
    /// Which database.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The URL as given, password included: for a driver, never for a person.
    pub fn secret(&self) -> &str {
        &self.text
    }

    /// The URL without its password.
    pub fn redacted(&self) -> String {
        redact(&self.text)
    }

    /// The file of an SQLite database; none for PostgreSQL and for a database in memory.
    pub fn file(&self) -> Option<PathBuf> {
        if self.dialect != Dialect::Sqlite {
            return None;
        }
        let options = SqliteConnectOptions::from_str(&self.text).ok()?;
        let path = options.get_filename();
        let in_memory = self.text.contains(":memory:") || self.text.contains("mode=memory");
        (!in_memory && !path.as_os_str().is_empty()).then(|| path.to_owned())
    }

    /// The name of a PostgreSQL database on its server; none for SQLite.
    pub fn database_name(&self) -> Option<String> {
        let options = PgConnectOptions::from_str(&self.text).ok().filter(|_| self.dialect == Dialect::Postgres)?;
        Some(options.get_database().unwrap_or_else(|| options.get_username()).to_owned())
    }

    /// The password that the URL holds, for programs that take it from their environment.
    pub(crate) fn password(&self) -> Option<String> {
        let (_, rest) = self.text.split_once("://")?;
        let authority = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
        let of_user =
            authority.rsplit_once('@').and_then(|(user, _)| user.split_once(':')).map(|(_, password)| password);
        let query = rest.split_once('?').map(|(_, query)| query).unwrap_or_default();
        let found = of_user.or_else(|| query.split('&').find_map(|pair| pair.strip_prefix("password=")))?;
        Some(percent_decoded(found))
    }

    /// The same server with another database (PostgreSQL), or the same with another file (SQLite).
    pub fn with_database(&self, name: &str) -> Option<Self> {
        let (base, query) = self.text.split_once('?').map_or((self.text.as_str(), None), |(b, q)| (b, Some(q)));
        let base = match self.dialect {
            Dialect::Sqlite => format!("sqlite://{name}"),
            Dialect::Postgres => {
                let authority = base.find("://")? + 3;
                let end = base[authority..].find('/').map_or(base.len(), |n| authority + n);
                format!("{}/{name}", &base[..end])
            }
        };
        let text = query.map_or(base.clone(), |q| format!("{base}?{q}"));
        text.parse().ok()
    }
}

/// The text with `%41` and the like read; what is no such sequence stays.
fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = tail.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        match hex.and_then(|two| u8::from_str_radix(two, 16).ok()).filter(|_| *first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

impl Connection {
    /// Opens the database. With `create`, a missing SQLite file and its folder are made.
    ///
    /// # Errors
    /// Names the file or server, never the password.
    pub async fn open(url: &DatabaseUrl, create: bool) -> Result<Self, ConnectError> {
        match url.dialect {
            Dialect::Postgres => open_postgres(url).await.map(Self::Postgres),
            Dialect::Sqlite => open_sqlite(url, create).await.map(Self::Sqlite),
        }
    }

    /// Which database this leads to.
    pub fn dialect(&self) -> Dialect {
        match self {
            Self::Postgres(_) => Dialect::Postgres,
            Self::Sqlite(_) => Dialect::Sqlite,
        }
    }

    /// Runs one or more statements without parameters; answers how many rows they touched.
    ///
    /// # Errors
    /// What the database says.
    pub async fn execute(&mut self, sql: &str) -> Result<u64, sqlx::Error> {
        let sql = sqlx::AssertSqlSafe(sql.to_owned());
        Ok(match self {
            Self::Postgres(c) => c.execute(sqlx::raw_sql(sql)).await?.rows_affected(),
            Self::Sqlite(c) => c.execute(sqlx::raw_sql(sql)).await?.rows_affected(),
        })
    }

    /// Rows whose columns are all text (cast them in the query).
    ///
    /// # Errors
    /// What the database says, or that a column is not text.
    pub async fn rows(&mut self, sql: &str) -> Result<Vec<Vec<Option<String>>>, sqlx::Error> {
        let sql = sqlx::AssertSqlSafe(sql.to_owned());
        match self {
            Self::Postgres(c) => {
                let rows = c.fetch_all(sqlx::raw_sql(sql)).await?;
                rows.iter().map(|r| (0..r.len()).map(|i| r.try_get(i)).collect()).collect()
            }
            Self::Sqlite(c) => {
                let rows = c.fetch_all(sqlx::raw_sql(sql)).await?;
                rows.iter().map(|r| (0..r.len()).map(|i| r.try_get(i)).collect()).collect()
            }
        }
    }

    /// Ends the session in good order.
    ///
    /// # Errors
    /// What the database says.
    pub async fn close(self) -> Result<(), sqlx::Error> {
        match self {
            Self::Postgres(c) => c.close().await,
            Self::Sqlite(c) => c.close().await,
        }
    }
}

async fn open_postgres(url: &DatabaseUrl) -> Result<PgConnection, ConnectError> {
    let unreachable = |reason: String| ConnectError::Unreachable { url: url.redacted(), reason };
    let options = PgConnectOptions::from_str(&url.text).map_err(|e| unreachable(e.to_string()))?;
    let options = options.application_name(&session_name()).disable_statement_logging();
    let wait = std::time::Duration::from_secs(10);
    match tokio::time::timeout(wait, options.connect()).await {
        Ok(Ok(connection)) => Ok(connection),
        Ok(Err(error)) => Err(unreachable(error.to_string())),
        Err(_) => Err(unreachable(format!("no answer within {} s", wait.as_secs()))),
    }
}

async fn open_sqlite(url: &DatabaseUrl, create: bool) -> Result<SqliteConnection, ConnectError> {
    let file = url.file();
    let path = file.clone().unwrap_or_else(|| PathBuf::from(":memory:"));
    let failed = |reason: String| ConnectError::File { path: path.clone(), reason };
    if let Some(file) = &file {
        if !create && !file.exists() {
            return Err(ConnectError::NoFile(file.clone()));
        }
        if let Some(folder) = file.parent().filter(|f| create && !f.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder)
                .map_err(|e| failed(format!("its folder {} cannot be made: {e}", folder.display())))?;
        }
    }
    let options = SqliteConnectOptions::from_str(&url.text).map_err(|e| failed(e.to_string()))?;
    let options = options
        .create_if_missing(create)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(std::time::Duration::from_secs(30))
        // 32 MiB: making an object reads the list of all, which does not fit in the usual 2 MB.
        .pragma("cache_size", "-32768")
        .disable_statement_logging();
    options.connect().await.map_err(|error| failed(explain(&error)))
}

/// SQLite's short words, with what to look at; any other database's words as they are.
pub(crate) fn explain(error: &sqlx::Error) -> String {
    let text = error.as_database_error().map_or_else(|| error.to_string(), |e| e.message().to_owned());
    let advice = match text.as_str() {
        t if t.contains("unable to open") => "check that the folder exists and may be written",
        t if t.contains("readonly") => "the file or its folder may not be written; check owner and permissions",
        t if t.contains("not a database") => "the file is something else; check the path",
        t if t.contains("full") => "the disk is full; free some space and try again",
        t if t.contains("disk I/O error") => "check that the disk has space left and can be written, and try again",
        _ => return text,
    };
    format!("{text}; {advice}")
}

/// What our sessions are called on a server.
pub(crate) fn session_name() -> String {
    // PostgreSQL keeps 63 bytes.
    crate::schema::name::fit(format!("seadrift {} on {}", std::process::id(), host_name()))
}

pub(crate) fn host_name() -> String {
    std::fs::read_to_string("/proc/sys/kernel/hostname")
        .map(|name| name.trim().to_owned())
        .ok()
        .or_else(|| std::env::var("HOSTNAME").ok())
        .unwrap_or_else(|| "unknown host".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_never_shown() {
        for (url, shown) in [
            ("postgres://ann:s3cret@db:5432/x", "postgres://ann:***@db:5432/x"),
            ("postgres://ann@db/x", "postgres://ann@db/x"),
            ("postgres://db/x?user=ann&password=s3cret&a=b", "postgres://db/x?user=ann&password=***&a=b"),
            ("postgres://a:p@ss@db/x", "postgres://a:***@db/x"),
            ("mysql://ann:s3cret@db/x", "mysql://ann:***@db/x"),
        ] {
            assert_eq!(redact(url), shown);
        }
        let error = "mysql://ann:s3cret@db/x".parse::<DatabaseUrl>().unwrap_err();
        assert!(!error.to_string().contains("s3cret"), "{error}");
        assert!(error.to_string().contains("sqlite://"), "{error}");
    }

    #[test]
    fn a_password_is_found_and_decoded() {
        for (url, password, name) in [
            ("postgres://ann:s3%2Fcret%25@db:5432/x", Some("s3/cret%"), "x"),
            ("postgres://ann@db/x", None, "x"),
            ("postgres://db/x?user=ann&password=a%20b", Some("a b"), "x"),
            ("postgres://ann:pw@db", Some("pw"), "ann"),
        ] {
            let url: DatabaseUrl = url.parse().unwrap();
            assert_eq!((url.password().as_deref(), url.database_name().as_deref()), (password, Some(name)));
        }
    }

    #[test]
    fn another_database_on_the_same_server() {
        let url: DatabaseUrl = "postgres://ann:pw@db:5432/x?sslmode=disable".parse().unwrap();
        assert_eq!(url.with_database("y").unwrap().secret(), "postgres://ann:pw@db:5432/y?sslmode=disable");
        let url: DatabaseUrl = "sqlite://var/x.db".parse().unwrap();
        assert_eq!(url.with_database("/tmp/y.db").unwrap().file().unwrap(), PathBuf::from("/tmp/y.db"));
        assert_eq!("sqlite::memory:".parse::<DatabaseUrl>().unwrap().file(), None);
    }
}
