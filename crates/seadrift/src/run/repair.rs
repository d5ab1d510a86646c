//! Repair: a drifted database is made what the history says, under the lock, in one transaction.
//!
//! Only what the history declares is touched. What nobody declared (stray tables, columns and
//! indexes) stays: its rows may be somebody's. Not here: tables that were there before their
//! migration, and records that do not fit the history; those need a decision, which `verify-schema`
//! describes.

use std::time::Duration;

use super::{
    Connection, DatabaseUrl, Lock, Record,
    execute::{self, Functions},
    migrate::{MigrateError, Told},
};
use crate::{
    dialect::quote,
    diff::{self, Answers, Fill, Hints, Question},
    history::History,
    operation::Operation,
    report::verify,
    schema::{Schema, Table},
};

/// What a repair would do, or did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Repair {
    /// The operations from the live schema to the one of the history.
    pub operations: Vec<Operation>,
    /// What must be answered first; then there are no operations.
    pub questions: Vec<Question>,
}

/// Finds, and with `run` also does, what makes the tables of these apps (of all, when there are
/// none) what the recorded migrations say. Rows are kept; a column that is missing comes back
/// with its default, or with what the answers say.
///
/// # Errors
/// As [`super::migrate::migrate`]; nothing is changed then.
pub async fn repair(
    history: &History,
    url: &DatabaseUrl,
    apps: &[String],
    answers: Answers,
    run: bool,
    mut told: impl FnMut(Told<'_>),
) -> Result<Repair, MigrateError> {
    let mut connection = Connection::open(url, false).await?;
    let patience = Duration::from_secs(300);
    let lock = Lock::take(&mut connection, url, patience, |holder| told(Told::Waiting(holder))).await?;
    let result = locked(history, &mut connection, apps, answers, run).await;
    let released = lock.release(&mut connection).await;
    let repair = result?;
    released?;
    connection.close().await?;
    Ok(repair)
}

async fn locked(
    history: &History,
    connection: &mut Connection,
    apps: &[String],
    mut answers: Answers,
    run: bool,
) -> Result<Repair, MigrateError> {
    let record = Record::read(connection).await?;
    let report = verify::record_findings(history, &record);
    if !report.agrees() {
        return Err(MigrateError::Disagree(report));
    }
    let expected = history.schema_of(|id| record.has(id));
    let found = declared(verify::inspect(connection, &expected).await?, &expected);
    let target = target(&expected, &found, apps);
    let operations = loop {
        match diff::diff(&found, &target, &Hints::default(), &answers) {
            Ok(operations) => break operations,
            Err(questions) => {
                let open = settle_empty(connection, &mut answers, questions, &found).await?;
                if !open.is_empty() {
                    return Ok(Repair { operations: Vec::new(), questions: open });
                }
            }
        }
    };
    if run && !operations.is_empty() {
        execute::run_unrecorded(connection, &operations, &found, &Functions::default()).await?;
    }
    Ok(Repair { operations, questions: Vec::new() })
}

/// The declared part of the live schema, with what a database cannot know: apps, models and soft
/// references. What is left out, stray tables, columns and indexes, no operation can touch.
fn declared(found: Schema, expected: &Schema) -> Schema {
    Schema::of(found.tables.into_values().filter_map(|mut table| {
        let known = expected.table(&table.name)?;
        table.app.clone_from(&known.app);
        table.model.clone_from(&known.model);
        table.columns.retain(|column| known.column(&column.name).is_some());
        table.indexes.retain(|index| known.index(&index.name).is_some());
        for column in &mut table.columns {
            column.soft_ref = known.column(&column.name).and_then(|c| c.soft_ref.clone());
        }
        Some(table)
    }))
}

/// What the declared part should be: the history's tables of these apps, the others as they are.
fn target(expected: &Schema, found: &Schema, apps: &[String]) -> Schema {
    let wanted = |table: &&Table| apps.is_empty() || apps.contains(&table.app);
    let mut target = found.clone();
    target.tables.extend(expected.tables.values().filter(wanted).map(|table| (table.name.clone(), table.clone())));
    target
}

/// Answers what fills a column of a table without rows, and gives back the other questions.
async fn settle_empty(
    connection: &mut Connection,
    answers: &mut Answers,
    questions: Vec<Question>,
    found: &Schema,
) -> Result<Vec<Question>, MigrateError> {
    let mut open = Vec::new();
    for question in questions {
        match &question {
            Question::Fill { table, column, .. } if found.table(table).is_some() => {
                let rows = connection.rows(&format!("SELECT '1' FROM {} LIMIT 1", quote(table))).await?;
                if rows.is_empty() {
                    *answers = std::mem::take(answers).filled(table, column, Fill::NONE);
                } else {
                    open.push(question);
                }
            }
            _ => open.push(question),
        }
    }
    Ok(open)
}
