//! One runner at a time on a database.
//!
//! PostgreSQL holds an advisory lock of the session, SQLite an operating-system lock on a file
//! beside the database: both go by themselves when the runner dies.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{Read, Seek, Write},
    path::PathBuf,
    time::{Duration, Instant},
};

use sea_orm::sqlx;
use thiserror::Error;

use super::connection::{Connection, DatabaseUrl, host_name};

/// The key of the advisory lock: "seadrift" in ASCII.
const KEY: i64 = 0x7365_6164_7269_6674;

/// The lock, held until it is released or the process ends.
#[derive(Debug)]
pub struct Lock {
    file: Option<File>,
}

/// Why the lock could not be had.
#[derive(Debug, Error)]
pub enum LockError {
    /// Somebody else has held it for as long as we were told to wait.
    #[error("another runner works on this database: {holder}; waited {} s. Try again, or wait longer with --lock-wait", waited.as_secs())]
    Held {
        /// Who holds it.
        holder: String,
        /// How long we waited.
        waited: Duration,
    },
    /// The lock file cannot be opened.
    #[error("lock file {}: {reason}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// The database failed.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl Lock {
    /// Takes the lock, waiting at most `patience`; `waiting` is called once, with the holder, if it must wait.
    ///
    /// # Errors
    /// Names the holder.
    pub async fn take(
        connection: &mut Connection,
        url: &DatabaseUrl,
        patience: Duration,
        mut waiting: impl FnMut(&str),
    ) -> Result<Self, LockError> {
        let begun = Instant::now();
        let mut told = false;
        let mut file = match url.file() {
            Some(path) => Some(open_lock_file(path)?),
            None => None,
        };
        loop {
            let holder = match (&mut *connection, &mut file) {
                (Connection::Postgres(_), _) => try_postgres(connection).await?,
                (Connection::Sqlite(_), Some((path, file))) => try_file(path, file)?,
                (Connection::Sqlite(_), None) => None,
            };
            let Some(holder) = holder else { return Ok(Self { file: file.map(|(_, f)| f) }) };
            if begun.elapsed() >= patience {
                return Err(LockError::Held { holder, waited: begun.elapsed() });
            }
            if !std::mem::replace(&mut told, true) {
                waiting(&holder);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Gives the lock back.
    ///
    /// # Errors
    /// What the database says.
    pub async fn release(self, connection: &mut Connection) -> Result<(), sqlx::Error> {
        if let Some(file) = &self.file {
            let _ = file.set_len(0);
            let _ = file.unlock();
        }
        if matches!(connection, Connection::Postgres(_)) {
            connection.rows(&format!("SELECT CAST(pg_advisory_unlock({KEY}) AS text)")).await?;
        }
        Ok(())
    }
}

/// Takes the advisory lock, or says who holds it.
async fn try_postgres(connection: &mut Connection) -> Result<Option<String>, sqlx::Error> {
    let got = connection.rows(&format!("SELECT CAST(pg_try_advisory_lock({KEY}) AS text)")).await?;
    if got[0][0].as_deref() == Some("true") {
        return Ok(None);
    }
    let (high, low) = (KEY >> 32, KEY & 0xffff_ffff);
    let holder = connection
        .rows(&format!(
            "SELECT CAST(a.application_name AS text), CAST(a.pid AS text), CAST(a.usename AS text), \
             CAST(coalesce(host(a.client_addr), 'local') AS text), CAST(a.backend_start AS text) \
             FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid \
             WHERE l.locktype = 'advisory' AND l.granted AND l.classid = {high} AND l.objid = {low} \
             AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        ))
        .await?;
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    Ok(Some(match holder.first() {
        Some(row) => format!(
            "{} (server process {}, user {}, from {}, since {})",
            text(&row[0]),
            text(&row[1]),
            text(&row[2]),
            text(&row[3]),
            text(&row[4])
        ),
        None => "a session that has just ended".to_owned(),
    }))
}

fn open_lock_file(database: PathBuf) -> Result<(PathBuf, File), LockError> {
    let mut name = database.into_os_string();
    name.push(".lock");
    let path = PathBuf::from(name);
    match OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path) {
        Ok(file) => Ok((path, file)),
        Err(error) => Err(LockError::File { path, reason: error.to_string() }),
    }
}

/// Takes the lock on the file and writes our name into it, or reads who holds it.
fn try_file(path: &std::path::Path, file: &mut File) -> Result<Option<String>, LockError> {
    let failed = |e: std::io::Error| LockError::File { path: path.to_owned(), reason: e.to_string() };
    match file.try_lock() {
        Ok(()) => {
            file.set_len(0).and_then(|()| file.rewind()).map_err(failed)?;
            let holder = format!("process {} on {}", std::process::id(), host_name());
            file.write_all(holder.as_bytes()).map_err(failed)?;
            Ok(None)
        }
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            file.rewind().and_then(|()| file.read_to_string(&mut holder)).map_err(failed)?;
            Ok(Some(if holder.is_empty() { "a process that has just begun".to_owned() } else { holder }))
        }
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}
