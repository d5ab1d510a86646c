//! Copying an SQLite database with SQLite's own online backup: one moment of it, page by page, while
//! others read and write.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use rusqlite::{
    Connection, OpenFlags,
    backup::{Backup, StepResult},
};

use super::CheckpointError;

/// How long others may hold the database before the copy is given up.
const PATIENCE: Duration = Duration::from_secs(30);

/// Copies a database into a new file that stands alone, without a log beside it.
pub(super) async fn copy(from: PathBuf, to: PathBuf) -> Result<(), CheckpointError> {
    blocking(from, to, |from, to| {
        backup(from, to)?;
        let target = Connection::open(to)?;
        target.pragma_update(None, "journal_mode", "DELETE")
    })
    .await
}

/// Gives the database `to` the content of `from`, in one transaction: programs that have it open see
/// the old content or the new, and one that is killed leaves the old.
pub(super) async fn replace(from: PathBuf, to: PathBuf) -> Result<(), CheckpointError> {
    blocking(from, to, backup).await
}

async fn blocking(
    from: PathBuf,
    to: PathBuf,
    work: impl FnOnce(&Path, &Path) -> rusqlite::Result<()> + Send + 'static,
) -> Result<(), CheckpointError> {
    let path = to.clone();
    let done = tokio::task::spawn_blocking(move || work(&from, &to)).await;
    let reason = match done {
        Ok(Ok(())) => return Ok(()),
        Ok(Err(error)) => error.to_string(),
        Err(error) => error.to_string(),
    };
    Err(CheckpointError::Sqlite { path, reason })
}

fn backup(from: &Path, to: &Path) -> rusqlite::Result<()> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let source = Connection::open_with_flags(from, flags)?;
    source.busy_timeout(PATIENCE)?;
    let mut target = Connection::open_with_flags(to, flags | OpenFlags::SQLITE_OPEN_CREATE)?;
    target.busy_timeout(PATIENCE)?;
    let begun = Instant::now();
    let backup = Backup::new(&source, &mut target)?;
    loop {
        // All pages in one step: nobody can change the source between two.
        match backup.step(-1)? {
            StepResult::Done => return Ok(()),
            _ if begun.elapsed() > PATIENCE => {
                let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY);
                let text = format!("others held it for {} s; stop them and try again", PATIENCE.as_secs());
                return Err(rusqlite::Error::SqliteFailure(code, Some(text)));
            }
            _ => std::thread::sleep(Duration::from_millis(50)),
        }
    }
}
