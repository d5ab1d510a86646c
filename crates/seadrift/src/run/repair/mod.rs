//! Repair: a drifted database is made what the history says, under the lock, in one transaction.
//!
//! A table that drifted is mended in place, rows kept. A table that cannot be is moved aside into
//! quarantine, built anew, and given the rows that fit: one that was there before its migration, one
//! whose foreign key points at another table, so that its numbers mean something else, or one that
//! is asked for. Nothing is dropped: what nobody declared (stray tables, columns and indexes) stays,
//! and so does everything in quarantine. Not here: records that do not fit the history; those need a
//! decision, which `doctor` describes.

mod aside;
mod carry;
mod columns;
mod error;
mod quarantine;
pub mod register;

use std::{collections::BTreeSet, time::Duration};

use serde::Serialize;

use super::{
    Connection, DatabaseUrl, Journal, Lock, Record,
    execute::{self, Functions},
    migrate::{MigrateError, Told},
};
use crate::{
    dialect::{Dialect, quote},
    diff::{self, Answers, Fill, Hints, Question},
    history::History,
    migration::MigrationId,
    operation::Operation,
    report::verify,
    schema::{Schema, Table},
};

pub use carry::{LeftColumn, LeftRows};
pub use error::RepairError;

/// What to repair, and how.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Only tables of these apps; of all, when there are none.
    pub apps: Vec<String>,
    /// Tables to move aside although they could be mended in place, or that nobody declared.
    pub quarantine: Vec<String>,
    /// What fills columns that have nothing.
    pub answers: Answers,
    /// Do it; else only find out what would be done. Where tables would be moved aside everything is
    /// done and taken back, so that what it tells is what happened.
    pub run: bool,
}

/// What a repair would do, or did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Repair {
    /// The operations that mend tables in place.
    #[serde(serialize_with = "described")]
    pub operations: Vec<Operation>,
    /// The tables moved aside, and what came of their rows.
    pub aside: Vec<Aside>,
    /// The migrations that ran after their tables were out of the way.
    pub migrations: Vec<MigrationId>,
    /// What must be answered first; then there is nothing else.
    pub questions: Vec<Question>,
}

fn described<S: serde::Serializer>(operations: &[Operation], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(operations.iter().map(Operation::describe))
}

/// A table that was moved aside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Aside {
    /// Its name before.
    pub table: String,
    /// Its name now, quoted, as a query names it.
    pub place: String,
    /// Why it was moved.
    pub why: String,
    /// How many rows it has.
    pub rows: u64,
    /// How many of them are in the new table as well.
    pub carried: u64,
    /// Rows that are only in quarantine.
    pub left_rows: Vec<LeftRows>,
    /// Columns whose values are only in quarantine.
    pub left_columns: Vec<LeftColumn>,
    /// Columns that need an answer before rows can be carried: `table.column`.
    pub unanswered: Vec<String>,
    /// How it was defined.
    pub definition: String,
}

impl Aside {
    /// Whether the new table has all that the old one had.
    pub fn is_complete(&self) -> bool {
        self.left_rows.is_empty() && self.left_columns.iter().all(|left| left.values == 0)
    }
}

impl Repair {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.operations.is_empty() && self.aside.is_empty() && self.questions.is_empty()
    }

    /// Whether the tables have all that they had: nothing stays in quarantine alone, no value changes its type.
    pub fn keeps_everything(&self) -> bool {
        let keeps =
            |operation: &Operation| !operation.loses_data() && !matches!(operation, Operation::AlterColumn { .. });
        self.questions.is_empty() && self.aside.iter().all(Aside::is_complete) && self.operations.iter().all(keeps)
    }
}

/// Finds, and with [`Options::run`] also does, what makes the database what the recorded migrations
/// say. A column that is missing comes back with its default, or with what the answers say.
///
/// # Errors
/// Nothing is changed then.
pub async fn repair(
    history: &History,
    functions: &Functions,
    url: &DatabaseUrl,
    options: Options,
    mut told: impl FnMut(Told<'_>),
) -> Result<Repair, RepairError> {
    let mut connection = Connection::open(url, false).await?;
    let patience = Duration::from_secs(300);
    let lock = Lock::take(&mut connection, url, patience, |holder| told(Told::Waiting(holder))).await?;
    let result = locked(history, functions, &mut connection, options).await;
    let released = lock.release(&mut connection).await;
    let repair = result?;
    released?;
    connection.close().await?;
    Ok(repair)
}

/// A table that is to be moved aside.
struct Condemned {
    table: Table,
    why: String,
}

/// What is known before anything is done.
struct Case<'h> {
    history: &'h History,
    functions: &'h Functions,
    record: Record,
    expected: Schema,
    /// The live schema, with PostgreSQL's spellings settled.
    live: Schema,
    options: Options,
}

async fn locked(
    history: &History,
    functions: &Functions,
    connection: &mut Connection,
    options: Options,
) -> Result<Repair, RepairError> {
    let record = Record::read(connection).await?;
    let mut report = verify::record_findings(history, &record);
    // What is half done is no drift, and `migrate` ends it.
    let journal = Journal::read(connection).await?;
    report.findings.extend(verify::half_findings(history, &journal, &mut Vec::new()));
    if !report.agrees() {
        return Err(MigrateError::Disagree(report).into());
    }
    let expected = history.schema_of(|id| record.has(id));
    let live = verify::inspect(connection, &expected).await?;
    let mut case = Case { history, functions, record, expected, live, options };

    let zombies = quarantine::zombies(&case)?;
    let condemned = condemned(connection, &case, &zombies.tables).await?;
    let mut found = declared(&case.live, &case.expected);
    for one in &condemned {
        found.tables.remove(&one.table.name);
    }
    if connection.dialect() == Dialect::Postgres {
        drop_keys_that_would_change(&mut found, &case, &condemned);
    }
    let target = target(&case.expected, &found, &case.options.apps, &condemned);
    let operations = loop {
        match diff::diff(&found, &target, &Hints::default(), &case.options.answers) {
            Ok(operations) => break operations,
            Err(questions) => {
                let open = settle_empty(connection, &mut case.options.answers, questions, &found).await?;
                if !open.is_empty() {
                    return Ok(Repair { questions: open, ..Repair::default() });
                }
            }
        }
    };
    if condemned.is_empty() && zombies.tables.is_empty() {
        if case.options.run && !operations.is_empty() {
            in_place(connection, &operations, &found, functions).await?;
        }
        return Ok(Repair { operations, ..Repair::default() });
    }
    quarantine::run(connection, &case, condemned, zombies, operations, &found).await
}

/// Mends tables in place.
async fn in_place(
    connection: &mut Connection,
    operations: &[Operation],
    found: &Schema,
    functions: &Functions,
) -> Result<(), RepairError> {
    execute::run_unrecorded(connection, operations, found, functions).await.map_err(|source| {
        let tables: BTreeSet<String> = operations.iter().filter_map(|o| o.table().map(str::to_owned)).collect();
        RepairError::InPlace { tables: tables.into_iter().collect(), source: Box::new(source) }
    })
}

/// The recorded tables that are moved aside: those asked for, and those with rows whose foreign key
/// points at another table than the history says.
async fn condemned(
    connection: &mut Connection,
    case: &Case<'_>,
    zombies: &[Condemned],
) -> Result<Vec<Condemned>, RepairError> {
    let mut condemned = Vec::new();
    let is_zombie = |name: &String| zombies.iter().any(|zombie| zombie.table.name == *name);
    for name in case.options.quarantine.iter().filter(|name| !is_zombie(name)) {
        let Some(table) = case.live.table(name) else {
            let known = case.live.tables.keys().cloned().collect::<Vec<_>>().join(", ");
            return Err(RepairError::NoTable { table: name.clone(), known });
        };
        condemned.push(Condemned { table: table.clone(), why: "asked for with --quarantine".to_owned() });
    }
    let wanted = |table: &&Table| case.options.apps.is_empty() || case.options.apps.contains(&table.app);
    for expected in case.expected.tables.values().filter(wanted) {
        let Some(table) = case.live.table(&expected.name) else { continue };
        if case.options.quarantine.contains(&table.name) {
            continue;
        }
        let Some(why) = points_elsewhere(expected, table) else { continue };
        let rows = connection.rows(&format!("SELECT '1' FROM {} LIMIT 1", quote(&table.name))).await?;
        if !rows.is_empty() {
            condemned.push(Condemned { table: table.clone(), why });
        }
    }
    Ok(condemned)
}

/// A foreign key of the live table that leads to another table than the history says.
fn points_elsewhere(expected: &Table, live: &Table) -> Option<String> {
    expected.foreign_keys.iter().find_map(|key| {
        let other = live.foreign_keys.iter().find(|k| k.columns == key.columns && k.references != key.references)?;
        let both = live.foreign_keys.iter().any(|k| k.columns == key.columns && k.references == key.references);
        let columns = key.columns.join(", ");
        (!both).then(|| format!("{columns} points at {} and should point at {}", other.references, key.references))
    })
}

/// The declared part of the live schema, with what a database cannot know: apps, models and soft
/// references. What is left out, stray tables, columns and indexes, no operation can touch.
fn declared(found: &Schema, expected: &Schema) -> Schema {
    Schema::of(found.tables.values().cloned().filter_map(|mut table| {
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

/// What the declared part should be: the history's tables of these apps and those built anew, the others as they are.
fn target(expected: &Schema, found: &Schema, apps: &[String], condemned: &[Condemned]) -> Schema {
    let wanted = |table: &&Table| {
        apps.is_empty() || apps.contains(&table.app) || condemned.iter().any(|c| c.table.name == table.name)
    };
    let mut target = found.clone();
    target.tables.extend(expected.tables.values().filter(wanted).map(|table| (table.name.clone(), table.clone())));
    target
}

/// PostgreSQL takes off the foreign keys that point at a table when it is moved aside. Those that are
/// as declared come back at the end; the others are gone, and no operation must drop them again.
fn drop_keys_that_would_change(found: &mut Schema, case: &Case<'_>, condemned: &[Condemned]) {
    for table in found.tables.values_mut() {
        let known = case.expected.table(&table.name);
        table.foreign_keys.retain(|key| {
            let goes = condemned.iter().any(|one| one.table.name == key.references);
            !goes || known.and_then(|known| known.foreign_key(&key.name)) == Some(key)
        });
    }
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
