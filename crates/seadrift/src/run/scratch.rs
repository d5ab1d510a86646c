//! A scratch database: made beside the real one, migrated from nothing, verified, removed.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::{
    Connection, DatabaseUrl,
    migrate::{Goal, MigrateError, Options, migrate},
};
use crate::{
    dialect::{Dialect, quote},
    history::History,
    project::Project,
    report::{Report, verify},
};

/// Migrates a scratch database of the same kind from nothing, verifies it, undoes everything,
/// and removes it.
///
/// # Errors
/// When the scratch database cannot be made, migrated or read.
pub async fn verify_fresh(history: &History, project: &Project, url: &DatabaseUrl) -> Result<Report, MigrateError> {
    let scratch = Scratch::make(url).await?;
    let result = inside(history, project, &scratch.url).await;
    scratch.remove().await?;
    result
}

async fn inside(history: &History, project: &Project, url: &DatabaseUrl) -> Result<Report, MigrateError> {
    let options = Options { fake: false, lock_wait: Duration::from_secs(10) };
    migrate(history, &project.functions, url, &Goal::Everything, &options, |_| ()).await?;
    let mut connection = Connection::open(url, false).await?;
    let report = verify::verify(history, &mut connection, &verify::Options { data: true }).await?;
    connection.close().await?;
    Ok(report)
}

/// A database that is removed when it has served.
pub(super) struct Scratch {
    url: DatabaseUrl,
    server: DatabaseUrl,
    name: String,
}

impl Scratch {
    /// Where it is.
    pub(super) fn url(&self) -> &DatabaseUrl {
        &self.url
    }

    /// Makes one of the same kind: on the same server, or a file of its own.
    pub(super) async fn make(server: &DatabaseUrl) -> Result<Self, MigrateError> {
        let nanos = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_nanos());
        let name = format!("seadrift_scratch_{}_{nanos}", std::process::id());
        let place = match server.dialect() {
            Dialect::Postgres => {
                let mut connection = Connection::open(server, false).await?;
                connection.execute(&format!("CREATE DATABASE {}", quote(&name))).await?;
                connection.close().await?;
                name.clone()
            }
            Dialect::Sqlite => std::env::temp_dir().join(format!("{name}.db")).display().to_string(),
        };
        let url = match server.dialect() {
            Dialect::Postgres => server.with_database(&place),
            Dialect::Sqlite => format!("sqlite://{place}").parse().ok(),
        };
        let url = url.ok_or_else(|| super::ConnectError::Malformed {
            url: server.redacted(),
            reason: "no scratch database can be named from it".to_owned(),
        })?;
        Ok(Self { url, server: server.clone(), name })
    }

    /// Removes it.
    pub(super) async fn remove(self) -> Result<(), MigrateError> {
        match self.url.file() {
            Some(file) => {
                for suffix in ["", "-wal", "-shm", ".lock"] {
                    let mut path = file.clone().into_os_string();
                    path.push(suffix);
                    let _ = std::fs::remove_file(path);
                }
            }
            None => {
                let mut connection = Connection::open(&self.server, false).await?;
                connection.execute(&format!("DROP DATABASE IF EXISTS {}", quote(&self.name))).await?;
                connection.close().await?;
            }
        }
        Ok(())
    }
}
