//! Adopting a database that another tool made: it becomes what the history says, in place, in one
//! transaction, with every row kept and counted.
//!
//! `maker` tells which tool it was, `answers` is what only its operator knows, `bridge` finds the
//! operations that lead from the live tables to ours, `rows` says what each row will be, `prove` looks
//! in the database for rows that would not fit, `run` does it, `draft` writes the answers file to fill in.
//! Tables that the history does not have stay as they are; `verify-schema` knows them from then on.
//!
//! Not here: keeping two programs on one database. The other tool's own migrations end with the adoption.

mod answers;
mod bridge;
pub mod draft;
mod maker;
mod native;
mod plan;
mod prove;
mod rows;
mod run;
mod value;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use sea_orm::sqlx;
use serde::Serialize;
use thiserror::Error;

use crate::{
    dialect::quote,
    diff::{Fill, Question},
    history::History,
    project::Project,
    report::{Code, Finding, Report, Severity, verify},
    run::{ConnectError, Connection, DatabaseUrl, Lock, LockError, Record, connection, execute::ExecuteError},
    schema::Schema,
};

pub use answers::{Answers, Choice, Convert};
pub use maker::{Maker, Tool};
use plan::Plan;
pub use plan::{Open, TableBridge};
pub use value::{ValueFunction, ValueFunctions};

/// What leads from the live database to the history, and what still stands in the way.
#[derive(Clone, Debug, Serialize)]
pub struct Bridge {
    /// The tool that made the database, as far as its traces tell.
    pub maker: Option<Maker>,
    /// Our tables, by name.
    pub tables: Vec<TableBridge>,
    /// Tables that stay as they are, with their rows.
    pub untouched: BTreeMap<String, i64>,
    /// Tables that are kept under another name, beside ours that is made new, with their rows.
    pub aside: BTreeMap<String, (String, i64)>,
    /// What must be answered first.
    pub questions: Vec<Open>,
    /// Rows that would not fit.
    pub misfits: Vec<Finding>,
    /// Whether it was done.
    pub done: bool,
}

impl Bridge {
    /// Whether nothing stands in the way.
    pub fn is_open(&self) -> bool {
        self.questions.is_empty() && self.misfits.iter().all(|finding| finding.severity != Severity::Error)
    }
}

/// Why a database was not adopted. It is as it was.
#[derive(Debug, Error)]
pub enum AdoptError {
    /// The database could not be opened.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// Somebody else works on it.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The database has a record of our own.
    #[error(
        "this database has run {count} migrations of this program already, so there is nothing to adopt; see showmigrations and verify-schema"
    )]
    Ours {
        /// How many migrations it has run.
        count: usize,
    },
    /// The database has none of our tables.
    #[error("this database has none of this program's tables, so there is nothing to adopt; build them with migrate")]
    Nothing,
    /// An answer is about something that is not there, or cannot be understood.
    #[error("{0}")]
    Answers(String),
    /// A step failed.
    #[error(transparent)]
    Execute(#[from] ExecuteError),
    /// The database failed.
    #[error("the database failed: {}", connection::explain(.0))]
    Database(#[from] sqlx::Error),
}

/// How to adopt.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Do it, if nothing stands in the way; without, only look.
    pub run: bool,
    /// How long to wait for another runner.
    pub lock_wait: Duration,
}

/// Finds what leads from the live database to the history, and with `run` goes there.
///
/// Looking takes no locks and changes nothing. Going there is one transaction, which ends with a proof:
/// every row is counted again, and the live schema is compared with the history; one disagreement, and
/// nothing of it is kept.
///
/// # Errors
/// See [`AdoptError`]; the database is as it was then.
pub async fn adopt(
    project: &Project,
    history: Arc<History>,
    url: &DatabaseUrl,
    answers: &Answers,
    options: &Options,
    waiting: impl FnMut(&str),
) -> Result<Bridge, AdoptError> {
    let mut connection = Connection::open(url, false).await?;
    let lock = Lock::take(&mut connection, url, options.lock_wait, waiting).await?;
    let result = locked(project, history, &mut connection, answers, options).await;
    let released = lock.release(&mut connection).await;
    let bridge = result?;
    released?;
    connection.close().await?;
    Ok(bridge)
}

async fn locked(
    project: &Project,
    history: Arc<History>,
    connection: &mut Connection,
    answers: &Answers,
    options: &Options,
) -> Result<Bridge, AdoptError> {
    let record = Record::read(connection).await?;
    if !record.applied.is_empty() {
        return Err(AdoptError::Ours { count: record.applied.len() });
    }
    let live = verify::inspect(connection, history.schema()).await?;
    let maker = maker::detect(connection, &live).await?;
    let natives = native::natives(connection).await?;
    let mut answers = answers.clone();
    let dialect = connection.dialect();
    let mut plan = bridge::plan(&live, &history, &project.hints(), &answers, &natives, dialect)?;
    if plan.tables.iter().all(|table| table.from.is_none()) {
        return Err(AdoptError::Nothing);
    }
    let counts = count(connection, &live).await?;
    let mut misfits = prove::prove(connection, &plan, &project.values).await?;
    if needless_fills(&mut plan, &mut misfits, &mut answers) {
        plan = bridge::plan(&live, &history, &project.hints(), &answers, &natives, dialect)?;
    }
    let mut bridge = plan.told(maker, &counts);
    bridge.misfits = misfits;
    if options.run && bridge.is_open() {
        let functions = (project.functions.clone(), project.values.clone());
        run::run(connection, &plan, history, functions, bridge.maker.as_ref()).await?;
        bridge.done = true;
    }
    Ok(bridge)
}

/// Answers what fills a column where no row needs it, which the rows have told; and leaves out a finding
/// that only repeats a question. Says whether there is something to plan anew.
fn needless_fills(plan: &mut Plan, misfits: &mut Vec<Finding>, answers: &mut Answers) -> bool {
    let mut settled = false;
    for open in &plan.questions {
        let Open::Fill { question: Question::Fill { table, column, .. } } = open else { continue };
        let object = format!("{table}.{column}");
        let empty = |finding: &Finding| finding.code == Code::HoldsNothing && finding.object == object;
        if misfits.iter().any(empty) {
            misfits.retain(|finding| !empty(finding));
        } else {
            answers.diff = std::mem::take(&mut answers.diff).filled(table, column, Fill::NONE);
            settled = true;
        }
    }
    settled
}

/// How many rows each table has.
async fn count(connection: &mut Connection, live: &Schema) -> Result<BTreeMap<String, i64>, sqlx::Error> {
    let mut counts = BTreeMap::new();
    for name in live.tables.keys() {
        counts.insert(name.clone(), rows_of(connection, name).await?);
    }
    Ok(counts)
}

async fn rows_of(connection: &mut Connection, table: &str) -> Result<i64, sqlx::Error> {
    let rows = connection.rows(&format!("SELECT CAST(count(*) AS text) FROM {}", quote(table))).await?;
    Ok(rows[0][0].as_ref().and_then(|text| text.parse().ok()).unwrap_or_default())
}

/// What a proof that failed says.
fn disagreement(report: &Report) -> String {
    format!("the database would not be what the history says, so nothing was changed\n\n{report}")
}
