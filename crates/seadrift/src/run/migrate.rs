//! `migrate` as a function: take the lock, read the record, plan, look before, run.

use std::time::Duration;

use chrono::{SecondsFormat, Utc};
use sea_orm::sqlx;
use thiserror::Error;

use super::{
    ConnectError, Connection, DatabaseUrl, Journal, Lock, LockError, Record,
    execute::{self, ExecuteError, Functions, Progress},
    journal,
    plan::{Plan, PlanError},
    record,
    rerecord::{self, Rerecord},
};
use crate::{
    history::History,
    migration::MigrationId,
    report::{Code, Report, verify},
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
    let result = locked(history, functions, &mut connection, url, goal, options, &mut told).await;
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
    url: &DatabaseUrl,
    goal: &Goal,
    options: &Options,
    told: &mut impl FnMut(Told<'_>),
) -> Result<Migrated, MigrateError> {
    let (mut record, mut rerecords) = rerecord::settle(history, &Record::read(connection).await?);
    let journal = Journal::read(connection).await?;
    let mut report = verify::record_findings(history, &record);
    report.findings.extend(verify::lost_halves(history, &journal));
    if let Ok(plan) = history.plan(&record, goal) {
        // A gap of the record that this very run fills is no reason not to run it.
        let filled = |need: &MigrationId| plan.steps.iter().any(|step| step.id == *need);
        if verify::record_gaps(history, &record).iter().all(|(_, need)| filled(need)) {
            report.findings.retain(|finding| finding.code != Code::RecordGap);
        }
    }
    if !report.agrees() {
        return Err(MigrateError::Disagree(report));
    }
    let mut count = 0;
    if !options.fake && !journal.entries.is_empty() {
        // What is half done comes first: until it is whole, no other migration knows what it stands on.
        for (id, entry) in &journal.entries {
            let plan = history.plan_of(&record, id, entry.direction)?;
            run(connection, url, &plan, &journal, functions, told).await?;
            count += plan.steps.len();
        }
        (record, rerecords) = rerecord::settle(history, &Record::read(connection).await?);
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
    count += plan.steps.len();
    if plan.steps.is_empty() {
        return Ok(Migrated { count, rerecorded });
    }
    if options.fake {
        fake(connection, &plan, &journal).await?;
    } else {
        // What was half done is done by now.
        run(connection, url, &plan, &Journal::default(), functions, told).await?;
    }
    Ok(Migrated { count, rerecorded })
}

/// Makes the tables of record and journal, as far as the plan needs them, and runs it.
async fn run(
    connection: &mut Connection,
    url: &DatabaseUrl,
    plan: &Plan,
    journal: &Journal,
    functions: &Functions,
    told: &mut impl FnMut(Told<'_>),
) -> Result<(), MigrateError> {
    record::create_table(connection).await?;
    if plan.steps.iter().any(|step| !step.atomic) {
        let sql = journal::create_table();
        told(Told::Progress(Progress::Statement(&sql)));
        connection.execute(&sql).await?;
    }
    execute::run(connection, url, plan, journal, functions, |progress| told(Told::Progress(progress))).await?;
    Ok(())
}

/// Records the plan in one transaction without running it.
async fn fake(connection: &mut Connection, plan: &Plan, journal: &Journal) -> Result<(), sqlx::Error> {
    record::create_table(connection).await?;
    connection.execute("BEGIN").await?;
    let mut statements: Vec<String> = Vec::new();
    for step in &plan.steps {
        statements.push(match step.direction {
            super::plan::Direction::Forward => record::insert(&step.id, &step.hash, &now()),
            super::plan::Direction::Backward => record::delete(&step.id),
        });
        statements.extend(journal.entries.get(&step.id).map(|_| journal::delete(&step.id)));
    }
    for sql in &statements {
        if let Err(error) = connection.execute(sql).await {
            connection.execute("ROLLBACK").await?;
            return Err(error);
        }
    }
    connection.execute("COMMIT").await.map(drop)
}
