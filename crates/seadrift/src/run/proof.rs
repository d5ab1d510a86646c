//! The proof of a rewritten history on scratch databases: what a deployed database goes through, and
//! what a new one does, end in the same live schema.

use std::time::Duration;

use thiserror::Error;

use super::{
    Connection, DatabaseUrl,
    migrate::{Goal, MigrateError, Migrated, Options, migrate},
    scratch::Scratch,
};
use crate::{
    diff::difference,
    history::History,
    project::Project,
    report::{Report, verify},
    schema::Schema,
};

/// Why old and new history do not come to the same, or why it could not be told.
#[derive(Debug, Error)]
pub enum ProofError {
    /// A scratch database could not be made, migrated or read.
    #[error("the proof could not be made: {stage}: {error}")]
    Failed {
        /// Which history ran, and on what.
        stage: &'static str,
        /// Why.
        error: Box<MigrateError>,
    },
    /// A scratch database is not what its history says.
    #[error("{stage}: the scratch database is not what the history says\n\n{report}")]
    Disagrees {
        /// Which history ran, and on what.
        stage: &'static str,
        /// What is wrong.
        report: Report,
    },
    /// A database at the end of the old history was not only re-recorded.
    #[error("a database at the end of the old history would have to run {0} migrations instead of being re-recorded")]
    NotRerecorded(usize),
    /// Both histories leave different schemas.
    #[error("old and new history leave different databases:\n{0}")]
    Differs(String),
}

const OLD: &str = "the old history on a scratch database";
const MOVED: &str = "the new history on a scratch database at the end of the old one";
const NEW: &str = "the new history on a scratch database from nothing";

/// Runs the old history on a scratch database and lets the new one take it over; runs the new history
/// on another from nothing; and compares both. The scratch databases are of the kind of `url`, made
/// beside it, and removed.
///
/// # Errors
/// See [`ProofError`].
pub async fn prove(old: &History, new: &History, project: &Project, url: &DatabaseUrl) -> Result<(), ProofError> {
    let deployed = on_scratch(url, OLD, async |scratch| {
        run(old, project, scratch, OLD).await?;
        let moved = run(new, project, scratch, MOVED).await?;
        if moved.count > 0 {
            return Err(ProofError::NotRerecorded(moved.count));
        }
        inspect(new, scratch, MOVED).await
    });
    let deployed = deployed.await?;
    let fresh = on_scratch(url, NEW, async |scratch| {
        run(new, project, scratch, NEW).await?;
        inspect(new, scratch, NEW).await
    });
    let differences = difference(&deployed, &fresh.await?);
    if differences.is_empty() {
        return Ok(());
    }
    Err(ProofError::Differs(differences.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")))
}

/// Makes a scratch database, and removes it whatever happens on it.
async fn on_scratch<T>(
    url: &DatabaseUrl,
    stage: &'static str,
    body: impl AsyncFnOnce(&DatabaseUrl) -> Result<T, ProofError>,
) -> Result<T, ProofError> {
    let scratch = Scratch::make(url).await.map_err(|error| failed(stage, error))?;
    let done = body(scratch.url()).await;
    scratch.remove().await.map_err(|error| failed(stage, error))?;
    done
}

fn failed(stage: &'static str, error: impl Into<MigrateError>) -> ProofError {
    ProofError::Failed { stage, error: Box::new(error.into()) }
}

async fn run(
    history: &History,
    project: &Project,
    url: &DatabaseUrl,
    stage: &'static str,
) -> Result<Migrated, ProofError> {
    let options = Options { fake: false, lock_wait: Duration::from_secs(10) };
    let done = migrate(history, &project.functions, url, &Goal::Everything, &options, |_| ()).await;
    done.map_err(|error| failed(stage, error))
}

/// The live schema, once it is proven to be what the history says.
async fn inspect(history: &History, url: &DatabaseUrl, stage: &'static str) -> Result<Schema, ProofError> {
    let mut connection = Connection::open(url, false).await.map_err(|error| failed(stage, error))?;
    let report = verify::verify(history, &mut connection, &verify::Options::default()).await;
    let report = report.map_err(|error| failed(stage, error))?;
    if !report.findings.is_empty() {
        return Err(ProofError::Disagrees { stage, report });
    }
    let found = verify::inspect(&mut connection, history.schema()).await.map_err(|error| failed(stage, error))?;
    connection.close().await.map_err(|error| failed(stage, error))?;
    Ok(found)
}
