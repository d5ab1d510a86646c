//! Running a plan: one transaction a migration, with its row of the record inside; and stage by stage
//! those that are not atomic.

use std::{collections::BTreeMap, fmt, future::Future, pin::Pin, sync::Arc, time::Duration};

use super::{
    Connection, DatabaseUrl, Journal,
    migrate::now,
    plan::{Direction, Plan, Planned},
    record,
    runner::Runner,
};
use crate::{dialect::Step, migration::MigrationId, operation::Operation, schema::Schema};

pub use super::error::{ExecuteError, Kept};

/// Any error of a registered function.
pub type FunctionError = Box<dyn std::error::Error + Send + Sync>;

/// What a registered function answers.
pub type FunctionFuture<'c> = Pin<Box<dyn Future<Output = Result<(), FunctionError>> + Send + 'c>>;

/// A data step written in Rust. It runs on the migration's connection, inside its transaction; in a
/// migration that is not atomic, in one of its own.
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
    /// A statement waits for a lock, which these hold.
    Waiting(&'a Planned, &'a str),
    /// This migration was half done; it goes on behind so many of its so many operations.
    Resumed(&'a Planned, usize, usize),
    /// This statement, or registered function, runs next.
    Statement(&'a str),
}

/// How often a transaction that waits for a lock is tried.
const ATTEMPTS: u32 = 5;

/// Evaluates an attempt until it no longer fails because of a lock, some times at most. A macro, for
/// what is tried borrows the runner anew each time.
macro_rules! retried {
    ($runner:expr, $planned:expr, $attempt:expr) => {{
        let mut attempt = 1;
        loop {
            let done = $attempt;
            let Some(pause) = $crate::run::execute::pause(&done, attempt) else { break done };
            if let Err(error) = &done {
                let why = error.lock_wait().unwrap_or_default();
                ($runner.progress)($crate::run::execute::Progress::Retried($planned, why));
            }
            tokio::time::sleep(pause).await;
            attempt += 1;
        }
    }};
}
pub(super) use retried;

/// How long to wait before a transaction is tried again; `None` when it is not.
pub(super) fn pause(done: &Result<(), ExecuteError>, attempt: u32) -> Option<Duration> {
    let waited = done.as_ref().is_err_and(|error| error.lock_wait().is_some());
    (waited && attempt < ATTEMPTS).then(|| Duration::from_millis(u64::from(attempt) * 200))
}

/// Runs every step of the plan. The caller holds the lock and has created the tables of record and,
/// where a step is not atomic, of the journal.
///
/// # Errors
/// The first migration that fails ends the run; those before it stay.
pub async fn run(
    connection: &mut Connection,
    url: &DatabaseUrl,
    plan: &Plan,
    journal: &Journal,
    functions: &Functions,
    progress: impl FnMut(Progress<'_>),
) -> Result<(), ExecuteError> {
    let mut schema = plan.start.clone();
    let mut runner = Runner::watched(connection, functions, url, progress).await?;
    for (index, step) in plan.steps.iter().enumerate() {
        (runner.progress)(Progress::Begun(step, index + 1, plan.steps.len()));
        let begun = std::time::Instant::now();
        let record = record(step);
        match journal.entries.get(&step.id) {
            None if step.atomic => {
                let steps = render(runner.connection, step, &mut schema)?;
                let records = [record];
                retried!(runner, step, runner.transaction(step, &steps, &records).await)?;
            }
            entry => runner.stages(step, &mut schema, entry, record).await?,
        }
        own(&mut schema, step);
        (runner.progress)(Progress::Done(step, begun.elapsed()));
    }
    Ok(())
}

/// The statement that records a step, or forgets it.
fn record(step: &Planned) -> String {
    match step.direction {
        Direction::Forward => record::insert(&step.id, &step.hash, &now()),
        Direction::Backward => record::delete(&step.id),
    }
}

/// The steps of a migration; the schema is led along.
fn render(connection: &Connection, step: &Planned, schema: &mut Schema) -> Result<Vec<Step>, ExecuteError> {
    let rendered = connection.dialect().render_along(&step.operations, schema);
    rendered.map_err(|source| ExecuteError::Render { id: step.id.clone(), source: Box::new(source) })
}

/// A table belongs to the app of the migration that creates it.
fn own(schema: &mut Schema, step: &Planned) {
    for operation in &step.operations {
        if let Operation::CreateTable(table) = operation
            && let Some(created) = schema.tables.get_mut(&table.name)
        {
            created.app.clone_from(&step.id.app);
        }
    }
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
    begin(connection, &step).await?;
    let result = within(connection, &step, before, functions, None).await;
    end(connection, &step, result.is_ok()).await?;
    result
}

/// Runs steps that belong to no migration, in one transaction. The caller holds the lock.
///
/// # Errors
/// Nothing of it is kept then.
pub(crate) async fn run_adoption(
    connection: &mut Connection,
    steps: &[Step],
    functions: &Functions,
) -> Result<(), ExecuteError> {
    let step = Planned {
        id: MigrationId::new("adopt", "database"),
        direction: Direction::Forward,
        hash: String::new(),
        atomic: true,
        operations: Vec::new(),
    };
    Runner::unwatched(connection, functions, |_| ()).transaction(&step, steps, &[]).await
}

/// Begins a transaction in which steps can run [`within`].
pub(super) async fn begin(connection: &mut Connection, step: &Planned) -> Result<(), ExecuteError> {
    Runner::unwatched(connection, &Functions::default(), |_| ()).begin(step).await
}

/// Runs a step inside a transaction that the caller has begun.
///
/// # Errors
/// The caller takes it back then.
pub(super) async fn within(
    connection: &mut Connection,
    step: &Planned,
    before: &Schema,
    functions: &Functions,
    record: Option<&str>,
) -> Result<(), ExecuteError> {
    let steps = render(connection, step, &mut before.clone())?;
    let records: Vec<String> = record.map(str::to_owned).into_iter().collect();
    Runner::unwatched(connection, functions, |_| ()).steps(step, &steps, &records).await
}

/// Commits, or takes everything back that was done since [`begin`].
pub(super) async fn end(connection: &mut Connection, step: &Planned, commit: bool) -> Result<(), ExecuteError> {
    let functions = Functions::default();
    let mut runner = Runner::unwatched(connection, &functions, |_| ());
    if commit { runner.finish(step, Ok(())).await } else { Ok(runner.roll_back().await?) }
}

/// The schema after this step.
pub(super) fn advance(schema: &mut Schema, step: &Planned) -> Result<(), ExecuteError> {
    for operation in &step.operations {
        let misfit = |source| ExecuteError::Misfit { id: step.id.clone(), source: Box::new(source) };
        operation.apply(schema).map_err(misfit)?;
    }
    own(schema, step);
    Ok(())
}
