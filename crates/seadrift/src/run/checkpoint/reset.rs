//! Starting anew: a new database is built from the migrations beside the old one and verified; the old
//! one goes into a checkpoint; then they change places.

use std::time::Duration;

use super::{
    CheckpointError, Manifest, Options, checkpoint, manifest::file_url, postgres, restore::beside, sqlite, surprise,
};
use crate::{
    dialect::Dialect,
    history::History,
    project::Project,
    report::verify,
    run::{
        Connection, DatabaseUrl, Lock,
        migrate::{self, Goal},
    },
};

/// What a reset did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reset {
    /// The checkpoint of what was there, if anything was.
    pub replaced: Option<Manifest>,
    /// How many migrations ran.
    pub migrations: usize,
}

/// Replaces the database by a new one that only the migrations have made.
///
/// # Errors
/// The database is as it was.
pub async fn reset_db(
    history: &History,
    project: &Project,
    url: &DatabaseUrl,
    options: &Options,
) -> Result<Reset, CheckpointError> {
    match url.dialect() {
        Dialect::Sqlite => in_sqlite(history, project, url, options).await,
        Dialect::Postgres => in_postgres(history, project, url, options).await,
    }
}

/// Runs every migration on the new database, and verifies it.
async fn build(history: &History, project: &Project, new: &DatabaseUrl) -> Result<usize, CheckpointError> {
    let options = migrate::Options { fake: false, lock_wait: Duration::from_secs(10) };
    let done = migrate::migrate(history, &project.functions, new, &Goal::Everything, &options, |_| ()).await?;
    let mut connection = Connection::open(new, false).await?;
    let report = verify::verify(history, &mut connection, &verify::Options::default()).await?;
    connection.close().await?;
    if report.agrees() { Ok(done.count) } else { Err(CheckpointError::Verify(report)) }
}

async fn in_sqlite(
    history: &History,
    project: &Project,
    url: &DatabaseUrl,
    options: &Options,
) -> Result<Reset, CheckpointError> {
    let file = url.file().ok_or(CheckpointError::InMemory)?;
    let exists = file.exists();
    let mut connection = Connection::open(url, true).await?;
    let lock = Lock::take(&mut connection, url, Duration::from_secs(300), |_| ()).await?;
    let mut draft = file.clone().into_os_string();
    draft.push(format!(".new-{}", std::process::id()));
    let draft = std::path::PathBuf::from(draft);
    let result = async {
        let migrations = build(history, project, &file_url(&draft)?).await?;
        let replaced = if exists { Some(checkpoint(url, None, options).await?) } else { None };
        sqlite::replace(draft.clone(), file).await?;
        Ok(Reset { replaced, migrations })
    }
    .await;
    for suffix in ["", "-wal", "-shm", ".lock"] {
        let mut path = draft.clone().into_os_string();
        path.push(suffix);
        let _ = std::fs::remove_file(path);
    }
    lock.release(&mut connection).await?;
    connection.close().await?;
    result
}

async fn in_postgres(
    history: &History,
    project: &Project,
    url: &DatabaseUrl,
    options: &Options,
) -> Result<Reset, CheckpointError> {
    let ready = beside(&url.database_name().unwrap_or_default());
    postgres::refuse_users(url, options.disconnect).await?;
    postgres::create(url, &ready, None).await?;
    let result = async {
        let migrations = build(history, project, &postgres::other(url, &ready)?).await?;
        let there = surprise(url).await?.exists;
        let replaced = if there { Some(checkpoint(url, None, options).await?) } else { None };
        postgres::exchange(url, &ready, options.disconnect).await?;
        Ok(Reset { replaced, migrations })
    }
    .await;
    if result.is_err() {
        let _ = postgres::drop_database(url, &ready).await;
    }
    result
}
