//! `migrate` as a function: take the lock, read the record, plan, look before, run.

use std::time::Duration;

use chrono::{SecondsFormat, Utc};
use sea_orm::sqlx;
use thiserror::Error;

use super::{
    ConnectError, Connection, DatabaseUrl, Lock, LockError, Record,
    execute::{self, ExecuteError, Functions, Progress},
    plan::{Plan, PlanError},
    record,
    rerecord::{self, Rerecord},
};
use crate::{
    history::History,
    migration::MigrationId,
    report::{Report, verify},
};

/// Where to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Goal {
    /// Every migration.
    Everything,
    /// Every migration of this app, with what they need.
    App(String),
    /// Exactly to this migration of its app: forwards with what it needs, or backwards with what needs the later ones.
    Target(MigrationId),
    /// Before the first migration of this app.
    Zero(String),
}

/// How to run.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Record only.
    pub fake: bool,
    /// How long to wait for another runner.
    pub lock_wait: Duration,
}

/// What is told while it runs.
#[derive(Clone, Copy, Debug)]
pub enum Told<'a> {
    /// Another runner holds the lock.
    Waiting(&'a str),
    /// A migration begins or ends.
    Progress(Progress<'a>),
    /// Migrations were replaced, and the record now names those that took their place.
    Rerecorded(&'a Rerecord),
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Migrated {
    /// How many migrations ran or were recorded.
    pub count: usize,
    /// How many replacements were re-recorded.
    pub rerecorded: usize,
}

/// Why `migrate` stopped.
#[derive(Debug, Error)]
pub enum MigrateError {
    /// The database could not be opened.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// Another runner works on it.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// No plan could be made.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The database is not what its record says; nothing was run.
    #[error("nothing was run, because the database is not what its record says\n\n{0}")]
    Disagree(Report),
    /// A migration failed.
    #[error(transparent)]
    Execute(#[from] ExecuteError),
    /// The database failed.
    #[error("the database failed: {}", super::connection::explain(.0))]
    Database(#[from] sqlx::Error),
}

/// The moment as the record keeps it.
pub(crate) fn now() -> String {
    Utc::now().to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Brings the database to the goal. A runner that had to wait reads the record anew, so it never
/// runs what another one has just run.
///
/// # Errors
/// See [`MigrateError`]; migrations that were done before the error stay done.
pub async fn migrate(
    history: &History,
    functions: &Functions,
    url: &DatabaseUrl,
    goal: &Goal,
    options: &Options,
    mut told: impl FnMut(Told<'_>),
) -> Result<Migrated, MigrateError> {
    let mut connection = Connection::open(url, true).await?;
    let lock = Lock::take(&mut connection, url, options.lock_wait, |holder| told(Told::Waiting(holder))).await?;
    let result = locked(history, functions, &mut connection, goal, options, &mut told).await;
    let released = lock.release(&mut connection).await;
    let done = result?;
    released?;
    connection.close().await?;
    Ok(done)
}

async fn locked(
    history: &History,
    functions: &Functions,
    connection: &mut Connection,
    goal: &Goal,
    options: &Options,
    told: &mut impl FnMut(Told<'_>),
) -> Result<Migrated, MigrateError> {
    let (record, rerecords) = rerecord::settle(history, &Record::read(connection).await?);
    let report = verify::record_findings(history, &record);
    if !report.agrees() {
        return Err(MigrateError::Disagree(report));
    }
    let plan = history.plan(&record, goal)?;
    if !options.fake && !plan.steps.is_empty() {
        let zombies = verify::zombies(history, &plan, connection).await?;
        if !zombies.agrees() {
            return Err(MigrateError::Disagree(zombies));
        }
    }
    let rerecorded = rerecords.len();
    if rerecorded > 0 {
        rerecord::write(connection, &rerecords, &record).await?;
        rerecords.iter().for_each(|change| told(Told::Rerecorded(change)));
    }
    if plan.steps.is_empty() {
        return Ok(Migrated { count: 0, rerecorded });
    }
    if options.fake {
        fake(connection, &plan).await?;
        return Ok(Migrated { count: plan.steps.len(), rerecorded });
    }
    record::create_table(connection).await?;
    execute::run(connection, &plan, functions, now, |progress| told(Told::Progress(progress))).await?;
    Ok(Migrated { count: plan.steps.len(), rerecorded })
}

/// Records the plan in one transaction without running it.
async fn fake(connection: &mut Connection, plan: &Plan) -> Result<(), sqlx::Error> {
    record::create_table(connection).await?;
    connection.execute("BEGIN").await?;
    for step in &plan.steps {
        let sql = match step.direction {
            super::plan::Direction::Forward => record::insert(&step.id, &step.hash, &now()),
            super::plan::Direction::Backward => record::delete(&step.id),
        };
        if let Err(error) = connection.execute(&sql).await {
            connection.execute("ROLLBACK").await?;
            return Err(error);
        }
    }
    connection.execute("COMMIT").await.map(drop)
}
