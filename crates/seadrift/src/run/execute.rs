//! Running a plan: one transaction a migration, with its row of the record inside.

use std::{collections::BTreeMap, fmt, future::Future, pin::Pin, sync::Arc, time::Duration};

use sea_orm::sqlx;
use thiserror::Error;

use super::{
    Connection, connection,
    plan::{Direction, Plan, Planned},
    record,
};
use crate::{
    dialect::{Dialect, RenderError, Step, sqlite},
    migration::MigrationId,
    operation::{Misfit, Operation},
    schema::Schema,
};

/// Any error of a registered function.
pub type FunctionError = Box<dyn std::error::Error + Send + Sync>;

/// What a registered function answers.
pub type FunctionFuture<'c> = Pin<Box<dyn Future<Output = Result<(), FunctionError>> + Send + 'c>>;

/// A data step written in Rust. It runs on the migration's connection, inside its transaction.
pub type Function = Arc<dyn for<'c> Fn(&'c mut Connection) -> FunctionFuture<'c> + Send + Sync>;

/// The data steps that migrations may name.
#[derive(Clone, Default)]
pub struct Functions(pub BTreeMap<String, Function>);

impl fmt::Debug for Functions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// What happens while a plan runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress<'a> {
    /// This migration begins; so many of so many.
    Begun(&'a Planned, usize, usize),
    /// This migration is done and recorded.
    Done(&'a Planned, Duration),
    /// A lock of the database is held by others; this migration is tried again.
    Retried(&'a Planned, &'a str),
}

/// Why a migration did not run. The database is as it was before that migration.
#[derive(Debug, Error)]
pub enum ExecuteError {
    /// The operations could not become statements.
    #[error("{id}: {source}")]
    Render {
        /// The migration.
        id: MigrationId,
        /// Why.
        source: Box<RenderError>,
    },
    /// An operation does not fit.
    #[error("{id}: {source}")]
    Misfit {
        /// The migration.
        id: MigrationId,
        /// Why.
        source: Box<Misfit>,
    },
    /// A statement failed.
    #[error(
        "{id}: the database refused a statement, nothing of this migration was kept\n    statement {sql}\n    answer    {message}"
    )]
    Statement {
        /// The migration.
        id: MigrationId,
        /// The statement.
        sql: String,
        /// What the database says.
        message: String,
        /// Whether it only waited too long for a lock.
        locked: bool,
    },
    /// A table could not be rebuilt.
    #[error("{id}: {message}")]
    Rebuild {
        /// The migration.
        id: MigrationId,
        /// Why.
        message: String,
    },
    /// Rows break a foreign key after the migration.
    #[error("{id}: rows would break a foreign key, nothing of this migration was kept: {detail}")]
    BrokenRows {
        /// The migration.
        id: MigrationId,
        /// Which.
        detail: String,
    },
    /// A migration names a function that the program does not have.
    #[error("{id}: no function {name:?} is registered; registered: {known}")]
    NoFunction {
        /// The migration.
        id: MigrationId,
        /// The name.
        name: String,
        /// The names there are.
        known: String,
    },
    /// A registered function failed.
    #[error("{id}: function {name:?} failed, nothing of this migration was kept: {source}")]
    Function {
        /// The migration.
        id: MigrationId,
        /// The name.
        name: String,
        /// Why.
        source: FunctionError,
    },
    /// The migration asks for steps outside of a transaction.
    #[error(
        "{id}: atomic = false: steps outside of a transaction could not be resumed after a crash, and are not run; split the migration, and run such a statement by hand"
    )]
    NotAtomic {
        /// The migration.
        id: MigrationId,
    },
    /// The database failed between statements.
    #[error("the database failed: {}", connection::explain(.0))]
    Database(#[from] sqlx::Error),
}

/// How often a migration that waits for a lock is tried.
const ATTEMPTS: u32 = 5;
/// How long a statement waits for a lock before the migration is tried again, so that it does not
/// hold up everybody who queues behind it.
const LOCK_TIMEOUT_MS: u32 = 4_000;

/// Runs every step of the plan. The caller holds the lock and has created the record's table.
///
/// # Errors
/// The first migration that fails ends the run; those before it stay.
pub async fn run(
    connection: &mut Connection,
    plan: &Plan,
    functions: &Functions,
    now: impl Fn() -> String,
    mut progress: impl FnMut(Progress<'_>),
) -> Result<(), ExecuteError> {
    let mut schema = plan.start.clone();
    for (index, step) in plan.steps.iter().enumerate() {
        progress(Progress::Begun(step, index + 1, plan.steps.len()));
        let begun = std::time::Instant::now();
        let mut attempt = 1;
        loop {
            match run_one(connection, step, &schema, functions, &now()).await {
                Ok(()) => break,
                Err(ExecuteError::Statement { locked: true, message, .. }) if attempt < ATTEMPTS => {
                    progress(Progress::Retried(step, &message));
                    tokio::time::sleep(Duration::from_millis(u64::from(attempt) * 200)).await;
                    attempt += 1;
                }
                Err(error) => return Err(error),
            }
        }
        advance(&mut schema, step)?;
        progress(Progress::Done(step, begun.elapsed()));
    }
    Ok(())
}

/// The schema after this step.
pub(super) fn advance(schema: &mut Schema, step: &Planned) -> Result<(), ExecuteError> {
    for operation in &step.operations {
        let misfit = |source| ExecuteError::Misfit { id: step.id.clone(), source: Box::new(source) };
        operation.apply(schema).map_err(misfit)?;
        if let Operation::CreateTable(table) = operation
            && let Some(created) = schema.tables.get_mut(&table.name)
        {
            created.app.clone_from(&step.id.app);
        }
    }
    Ok(())
}

/// Runs operations that belong to no migration, in one transaction and without a row of the record.
/// The caller holds the lock; `before` is the live schema.
///
/// # Errors
/// Nothing of it is kept then.
pub(super) async fn run_unrecorded(
    connection: &mut Connection,
    operations: &[Operation],
    before: &Schema,
    functions: &Functions,
) -> Result<(), ExecuteError> {
    let step = Planned {
        id: MigrationId::new("repair", "database"),
        direction: Direction::Forward,
        hash: String::new(),
        atomic: true,
        operations: operations.to_vec(),
    };
    run_in_transaction(connection, &step, before, functions, None).await
}

/// One migration, in one transaction together with its row of the record.
async fn run_one(
    connection: &mut Connection,
    step: &Planned,
    before: &Schema,
    functions: &Functions,
    now: &str,
) -> Result<(), ExecuteError> {
    if !step.atomic {
        return Err(ExecuteError::NotAtomic { id: step.id.clone() });
    }
    let record = match step.direction {
        Direction::Forward => record::insert(&step.id, &step.hash, now),
        Direction::Backward => record::delete(&step.id),
    };
    run_in_transaction(connection, step, before, functions, Some(&record)).await
}

async fn run_in_transaction(
    connection: &mut Connection,
    step: &Planned,
    before: &Schema,
    functions: &Functions,
    record: Option<&str>,
) -> Result<(), ExecuteError> {
    begin(connection, step).await?;
    let result = within(connection, step, before, functions, record).await;
    finish(connection, step, result).await
}

/// Runs a step inside a transaction that the caller has begun.
///
/// # Errors
/// The caller rolls back then.
pub(super) async fn within(
    connection: &mut Connection,
    step: &Planned,
    before: &Schema,
    functions: &Functions,
    record: Option<&str>,
) -> Result<(), ExecuteError> {
    let steps = connection
        .dialect()
        .render(&step.operations, before)
        .map_err(|source| ExecuteError::Render { id: step.id.clone(), source: Box::new(source) })?;
    run_steps(connection, step, &steps, functions, record).await
}

/// Begins the transaction of a step.
pub(super) async fn begin(connection: &mut Connection, step: &Planned) -> Result<(), ExecuteError> {
    let begin = match connection.dialect() {
        Dialect::Postgres => format!("BEGIN; SET LOCAL lock_timeout = {LOCK_TIMEOUT_MS}"),
        Dialect::Sqlite => {
            // Outside the transaction, where alone it has an effect: a rebuild drops a table that
            // others point at, and their rows must stay.
            connection.execute("PRAGMA foreign_keys = OFF").await?;
            "BEGIN IMMEDIATE".to_owned()
        }
    };
    connection.execute(&begin).await.map(drop).map_err(|error| statement_error(step, &begin, &error))
}

/// Commits, or takes everything back that was done since [`begin`].
pub(super) async fn end(connection: &mut Connection, step: &Planned, commit: bool) -> Result<(), ExecuteError> {
    if commit {
        return finish(connection, step, Ok(())).await;
    }
    let _ = connection.execute("ROLLBACK").await;
    if connection.dialect() == Dialect::Sqlite {
        connection.execute("PRAGMA foreign_keys = ON").await?;
    }
    Ok(())
}

/// Commits or rolls back, and leaves the session as it was.
async fn finish(
    connection: &mut Connection,
    step: &Planned,
    result: Result<(), ExecuteError>,
) -> Result<(), ExecuteError> {
    let result = match result {
        Ok(()) => connection.execute("COMMIT").await.map_err(|error| statement_error(step, "COMMIT", &error)),
        Err(error) => Err(error),
    };
    if result.is_err() {
        // Also after a commit that failed: a full disk leaves SQLite's transaction open. A session
        // whose transaction is gone already has nothing to roll back.
        let _ = connection.execute("ROLLBACK").await;
    }
    if connection.dialect() == Dialect::Sqlite {
        connection.execute("PRAGMA foreign_keys = ON").await?;
    }
    result.map(drop)
}

async fn run_steps(
    connection: &mut Connection,
    planned: &Planned,
    steps: &[Step],
    functions: &Functions,
    record: Option<&str>,
) -> Result<(), ExecuteError> {
    for step in steps {
        match step {
            Step::Sql(sql) => {
                connection.execute(sql).await.map_err(|error| statement_error(planned, sql, &error))?;
            }
            Step::Rebuild(rebuild) => run_rebuild(connection, planned, rebuild).await?,
            Step::Run(name) => run_function(connection, planned, functions, name).await?,
        }
    }
    if let Connection::Sqlite(sqlite) = connection
        && may_break_rows(planned, steps)
    {
        let broken = sqlite::violations(sqlite).await?;
        if !broken.is_empty() {
            let detail = broken.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
            return Err(ExecuteError::BrokenRows { id: planned.id.clone(), detail });
        }
    }
    if let Some(record) = record {
        connection.execute(record).await.map_err(|error| statement_error(planned, record, &error))?;
    }
    Ok(())
}

/// Whether rows can come to point at nothing while SQLite does not look: it is told not to for the
/// sake of rebuilds, and looking at every table anew takes as long as there are rows.
fn may_break_rows(planned: &Planned, steps: &[Step]) -> bool {
    let unseen = |operation: &Operation| matches!(operation, Operation::RunSql { .. });
    steps.iter().any(|step| !matches!(step, Step::Sql(_))) || planned.operations.iter().any(unseen)
}

fn statement_error(planned: &Planned, sql: &str, error: &sqlx::Error) -> ExecuteError {
    let database = error.as_database_error();
    let code = database.and_then(|e| e.code()).unwrap_or_default();
    let message = connection::explain(error);
    // 55P03: lock_not_available, 40P01: deadlock_detected.
    let locked = code == "55P03" || code == "40P01";
    ExecuteError::Statement { id: planned.id.clone(), sql: sql.to_owned(), message, locked }
}

async fn run_rebuild(
    connection: &mut Connection,
    planned: &Planned,
    rebuild: &sqlite::Rebuild,
) -> Result<(), ExecuteError> {
    let Connection::Sqlite(sqlite) = connection else { return Ok(()) };
    match rebuild.run(sqlite).await {
        Ok(_) => Ok(()),
        Err(error) => Err(ExecuteError::Rebuild { id: planned.id.clone(), message: error.to_string() }),
    }
}

async fn run_function(
    connection: &mut Connection,
    planned: &Planned,
    functions: &Functions,
    name: &str,
) -> Result<(), ExecuteError> {
    let Some(function) = functions.0.get(name) else {
        let known = functions.0.keys().cloned().collect::<Vec<_>>().join(", ");
        return Err(ExecuteError::NoFunction { id: planned.id.clone(), name: name.to_owned(), known });
    };
    function(connection).await.map_err(|source| ExecuteError::Function {
        id: planned.id.clone(),
        name: name.to_owned(),
        source,
    })
}
