//! The hazards of a migration, from its operations and the schema before it. Pure.

use std::collections::BTreeSet;

use super::fit::{Fit, fit};
use crate::{
    dialect::{self, Dialect},
    migration::LoadedMigration,
    operation::Operation,
    report::{Code, Finding},
    schema::{Column, Expression, ForeignKey, Index, IndexKey, Schema, Table, name::in_expression},
};

/// From so many rows on a table counts as large: below, a copy of it takes less than about a second.
const LARGE: i64 = 100_000;

/// Something that can go wrong.
#[derive(Clone, Debug)]
pub(super) struct Hazard {
    pub code: Code,
    /// The place of the operation in its migration.
    pub operation: usize,
    pub object: String,
    pub cause: String,
    pub mend: String,
    /// The rows that decide whether it does.
    pub count: Option<Count>,
    /// What remains to be said where no rows make it so.
    pub otherwise: Option<Box<Hazard>>,
}

/// Rows to count.
#[derive(Clone, Debug)]
pub(super) struct Count {
    pub table: String,
    pub of: Counted,
    /// Behind the number: `rows hold a value`.
    pub what: &'static str,
    /// With fewer it is no hazard.
    pub least: i64,
}

#[derive(Clone, Debug)]
pub(super) enum Counted {
    All,
    /// Rows for which this holds.
    Where(Expression),
    /// Rows whose keys in this index are those of another row.
    Duplicates(Index),
    /// Rows that point nowhere.
    Dangling(ForeignKey),
}

impl Hazard {
    fn new(code: Code, operation: usize, object: impl Into<String>, cause: impl Into<String>) -> Self {
        let (object, cause) = (object.into(), cause.into());
        Self { code, operation, object, cause, mend: String::new(), count: None, otherwise: None }
    }

    fn mend(mut self, mend: impl Into<String>) -> Self {
        self.mend = mend.into();
        self
    }

    fn count(mut self, table: &str, of: Counted, what: &'static str) -> Self {
        self.count = Some(Count { table: table.to_owned(), of, what, least: 1 });
        self
    }

    /// Without rows in evidence.
    pub fn finding(&self) -> Finding {
        Finding::new(self.code, &self.object).cause(&self.cause).mend(&self.mend)
    }

    /// Where rows cannot be counted: as bad as its code says. A rebuild is only one where a table is large.
    pub fn uncounted(&self) -> Option<Finding> {
        let small = self.count.as_ref().is_none_or(|count| count.least == 1);
        small.then(|| self.finding())
    }
}

/// The hazards of the migration, begun at the schema `before`. Tables that are `created` by migrations
/// which run with it hold no rows and no release uses them.
pub(super) fn hazards(loaded: &LoadedMigration, before: &Schema, created: &BTreeSet<String>) -> Vec<Hazard> {
    let mut after = before.clone();
    // A history that has been loaded fits.
    loaded.migration.operations.iter().for_each(|operation| drop(operation.apply(&mut after)));
    let (schema, created) = (before.clone(), created.clone());
    let mut finder = Finder { schema, after: &after, created, at: 0, locked: None, found: Vec::new() };
    for (at, operation) in loaded.migration.operations.iter().enumerate() {
        finder.at = at;
        finder.look(operation);
        let _ = operation.apply(&mut finder.schema);
    }
    finder.found
}

/// What takes long, and keeps others out of a table while it does, on this database; of a table only once.
pub(super) fn locks(
    loaded: &LoadedMigration,
    before: &Schema,
    created: &BTreeSet<String>,
    dialect: Dialect,
) -> Vec<Hazard> {
    let (mut schema, mut created) = (before.clone(), created.clone());
    let mut found: Vec<Hazard> = Vec::new();
    for (at, operation) in loaded.migration.operations.iter().enumerate() {
        if let Operation::CreateTable(table) = operation {
            created.insert(table.name.clone());
        }
        let told = dialect.hazards(operation, &schema, loaded.migration.atomic).unwrap_or_default();
        if let Some(table) = operation.table().filter(|name| !created.contains(*name)) {
            for hazard in told.iter().filter_map(|hazard| lock(dialect, hazard, at, table)) {
                if !found.iter().any(|other| (other.code, &other.object) == (hazard.code, &hazard.object)) {
                    found.push(hazard);
                }
            }
        }
        let _ = operation.apply(&mut schema);
    }
    found
}

fn lock(dialect: Dialect, hazard: &dialect::Hazard, at: usize, table: &str) -> Option<Hazard> {
    let whom = if hazard.stops_reads() { "nobody else can read or write it" } else { "nobody else can write it" };
    let (code, what, cause, mend) = match dialect {
        Dialect::Sqlite if hazard.rewrites => (
            Code::SqliteRebuild,
            "rows are copied",
            "SQLite copies every row into a new table, in one transaction: readers go on, writers wait".to_owned(),
            "run it when nobody plays; put all changes of the table into one migration, which is one copy",
        ),
        Dialect::Postgres if hazard.rewrites && hazard.stops_writes() => (
            Code::RewritesTable,
            "rows are written anew",
            format!("every row is written anew, and {whom} meanwhile"),
            "where it is a fill, write `atomic = false` into the file, and the rows are filled without that lock; \
             where it is a type, add a column of the new type, fill it, and drop the old one in the next release",
        ),
        Dialect::Postgres if hazard.scans && hazard.stops_writes() => (
            Code::ScansUnderLock,
            "rows are read",
            format!("every row is read, and {whom} meanwhile"),
            "write `atomic = false` into the file: an index is then built concurrently, a constraint validated beside writers",
        ),
        _ => return None,
    };
    let mut hazard = Hazard::new(code, at, table, cause).mend(mend).count(table, Counted::All, what);
    if let Some(count) = &mut hazard.count {
        count.least = LARGE;
    }
    Some(hazard)
}

struct Finder<'a> {
    /// The schema before the operation that is looked at.
    schema: Schema,
    /// The schema after the whole migration.
    after: &'a Schema,
    created: BTreeSet<String>,
    at: usize,
    /// A table that an operation so far has locked.
    locked: Option<String>,
    found: Vec<Hazard>,
}

impl Finder<'_> {
    fn hazard(&self, code: Code, object: impl Into<String>, cause: impl Into<String>) -> Hazard {
        Hazard::new(code, self.at, object, cause)
    }

    fn look(&mut self, operation: &Operation) {
        match operation {
            Operation::CreateTable(table) => {
                self.created.insert(table.name.clone());
                table.foreign_keys.iter().for_each(|key| self.unindexed(&table.name, key));
            }
            Operation::RunSql { backward, .. } => self.data_step(operation, backward.is_none()),
            Operation::Run { backward, .. } => self.data_step(operation, backward.is_none()),
            Operation::AddForeignKey { table, foreign_key } => {
                self.unindexed(table, foreign_key);
                if !self.created.contains(table) {
                    self.dangling(table, foreign_key);
                }
            }
            Operation::RenameTable { from, to } if self.created.contains(from) => {
                self.created.insert(to.clone());
            }
            _ => {}
        }
        let Some(table) = operation.table().filter(|name| !self.created.contains(*name)) else { return };
        let Some(before) = self.schema.table(table).cloned() else { return };
        if !matches!(operation, Operation::AlterModel { .. }) {
            self.locked.get_or_insert_with(|| table.to_owned());
        }
        self.change(&before, operation);
    }

    /// An operation on a table that has been there before.
    fn change(&mut self, before: &Table, operation: &Operation) {
        let table = &before.name;
        match operation {
            Operation::DropTable { .. } => {
                let gone = self.gone(table, "reads and writes it until the new release runs");
                let hazard = self
                    .hazard(
                        Code::DropsRows,
                        table,
                        "every row of the table is deleted; going back brings it back empty",
                    )
                    .mend(
                        "make a checkpoint first; or rename the table in this release and drop it in the next, \
                         when nobody has missed it",
                    )
                    .count(table, Counted::All, "rows would go");
                self.found.push(Hazard { otherwise: Some(Box::new(gone)), ..hazard });
            }
            Operation::DropColumn { column, .. } => {
                let object = format!("{table}.{column}");
                let gone = self.gone(&object, "reads and writes it until the new release runs");
                let hazard = self
                    .hazard(
                        Code::DropsValues,
                        &object,
                        "every value is deleted; going back brings the column back empty",
                    )
                    .mend(
                        "make a checkpoint first; or stop using the column in this release and drop it in the next, \
                         when nobody has missed it",
                    )
                    .count(table, Counted::Where(is_null(column, false)), "rows hold a value");
                self.found.push(Hazard { otherwise: Some(Box::new(gone)), ..hazard });
            }
            Operation::RenameTable { from, .. } => {
                let hazard = self.gone(from, "uses the old name until the new release runs");
                self.found.push(hazard);
            }
            Operation::RenameColumn { from, .. } => {
                let hazard = self.gone(&format!("{table}.{from}"), "uses the old name until the new release runs");
                self.found.push(hazard);
            }
            Operation::AddColumn { column, fill, .. } => self.added(table, column, fill.is_some()),
            Operation::AlterColumn { column, fill, .. } => {
                if let Some(old) = before.column(&column.name) {
                    self.altered(table, old, column, fill.is_some());
                }
            }
            Operation::AddIndex { index, .. } if index.unique => self.duplicates(table, index),
            Operation::AddCheck { check, .. } => {
                let broken = Expression(format!("NOT ({})", check.expression));
                let hazard = self
                    .hazard(
                        Code::BreaksCheck,
                        format!("{table}.{}", check.name),
                        "one row that does not keep the check stops the migration",
                    )
                    .mend(format!("correct the rows in a data step before: those for which NOT ({})", check.expression))
                    .count(table, Counted::Where(broken), "rows do not keep it");
                self.found.push(hazard);
            }
            Operation::DropIndex { index, .. } => self.uncovered(before, index),
            _ => {}
        }
    }

    fn gone(&self, object: &str, what: &str) -> Hazard {
        self.hazard(Code::GoneName, object, format!("the release that runs now {what}, and fails meanwhile")).mend(
            "stop the old release first; or go in two releases: the first adds the new name and writes both, \
             the second drops the old one",
        )
    }

    fn added(&mut self, table: &str, column: &Column, filled: bool) {
        if column.nullable || column.default.is_some() || column.identity {
            return;
        }
        let object = format!("{table}.{}", column.name);
        if !filled {
            let cause = "the column refuses NULL and has neither default nor fill: with one row in the table the migration stops";
            let hazard = self
                .hazard(Code::FailsOnRows, &object, cause)
                .mend("give the operation a fill, or the column a default")
                .count(table, Counted::All, "rows would hold nothing");
            self.found.push(hazard);
        }
        self.required(&object);
    }

    fn required(&mut self, object: &str) {
        let cause = "the release that runs now inserts rows without this value, and fails until the new release runs";
        let mend = "give the column a default in the database, and drop the default in the next release; \
                    or stop the old release first";
        let hazard = self.hazard(Code::InsertsFail, object, cause).mend(mend);
        self.found.push(hazard);
    }

    fn altered(&mut self, table: &str, old: &Column, new: &Column, filled: bool) {
        let object = format!("{table}.{}", new.name);
        match fit(&new.name, &old.ty, &new.ty) {
            Fit::Keeps => {}
            Fit::Loses(what) => {
                let hazard = self
                    .hazard(Code::LosesPrecision, &object, format!("from {} to {}, values lose {what}", old.ty, new.ty))
                    .mend("add a column of the new type, fill it in a data step that decides, and drop the old one in the next release")
                    .count(table, Counted::Where(is_null(&new.name, false)), "rows hold a value");
                self.found.push(hazard);
            }
            Fit::MayNot(condition) => {
                let cause = format!("from {} to {}, a value that does not fit stops the migration", old.ty, new.ty);
                let mut hazard = self
                    .hazard(Code::ValuesMayNotFit, &object, cause)
                    .mend("look at the values, and correct those that do not fit in a data step before");
                if let Some(condition) = condition {
                    hazard = hazard.count(table, Counted::Where(condition), "rows do not fit");
                }
                self.found.push(hazard);
            }
        }
        if old.nullable && !new.nullable && !filled {
            let hazard = self
                .hazard(
                    Code::FailsOnRows,
                    &object,
                    "the column begins to refuse NULL without a fill: one row that holds NULL stops the migration",
                )
                .mend("give the operation a fill")
                .count(table, Counted::Where(is_null(&new.name, true)), "rows hold NULL");
            self.found.push(hazard);
        }
        let was_optional = old.nullable || old.default.is_some() || old.identity;
        if was_optional && !new.nullable && new.default.is_none() && !new.identity {
            self.required(&object);
        }
    }

    fn duplicates(&mut self, table: &str, index: &Index) {
        let hazard = self
            .hazard(Code::Duplicates, format!("{table}.{}", index.name), "two rows with equal keys stop the migration")
            .mend("make the rows distinct, or merge them, in a data step before")
            .count(table, Counted::Duplicates(index.clone()), "rows share their keys with another row");
        self.found.push(hazard);
    }

    fn dangling(&mut self, table: &str, key: &ForeignKey) {
        let hazard = self
            .hazard(
                Code::Dangling,
                format!("{table}.{}", key.name),
                format!("one row that points at nothing in {} stops the migration", key.references),
            )
            .mend("correct the rows in a data step before, or make the column nullable and set them to NULL")
            .count(table, Counted::Dangling(key.clone()), "rows point nowhere");
        self.found.push(hazard);
    }

    fn unindexed(&mut self, table: &str, key: &ForeignKey) {
        // Only what the migration leaves is looked at: it may add the index, or drop the key again.
        let Some(left) = self.after.table(table).filter(|left| left.foreign_key(&key.name).is_some()) else { return };
        let object = format!("{table}.{}", key.name);
        let told = |hazard: &Hazard| hazard.code == Code::UnindexedForeignKey && hazard.object == object;
        if covers(left, key) || self.found.iter().any(told) {
            return;
        }
        let cause = format!(
            "deleting a row of {}, and joining the two, reads all of {table}; no index begins with ({})",
            key.references,
            key.columns.join(", ")
        );
        let mend = "add an index on the columns to the entity; SeaORM's `indexed`, or `index(…)` of Seadrift";
        let hazard = self.hazard(Code::UnindexedForeignKey, &object, cause).mend(mend);
        self.found.push(hazard);
    }

    /// A dropped index that a foreign key leaned on.
    fn uncovered(&mut self, before: &Table, index: &str) {
        let mut without = before.clone();
        without.indexes.retain(|other| other.name != index);
        for key in before.foreign_keys.iter().filter(|key| covers(before, key) && !covers(&without, key)) {
            self.unindexed(&before.name, key);
        }
    }

    fn data_step(&mut self, operation: &Operation, irreversible: bool) {
        if irreversible {
            let hazard = self
                .hazard(
                    Code::Irreversible,
                    operation.describe(),
                    "it names no backward step: `migrate` cannot go back past it",
                )
                .mend(
                    "name what undoes it; where nothing needs to be undone, an empty list or an empty function says so",
                );
            self.found.push(hazard);
        }
        if let Some(table) = &self.locked {
            let cause = format!("everybody who needs {table} waits until the data step is done");
            let hazard = self
                .hazard(Code::DataStepUnderLocks, operation.describe(), cause)
                .mend("put the data step into a migration of its own, before or after");
            self.found.push(hazard);
        }
    }
}

fn is_null(column: &str, null: bool) -> Expression {
    Expression(format!("{} IS {}NULL", in_expression(column), if null { "" } else { "NOT " }))
}

/// Whether an index that holds all rows begins with the columns of the key, in whatever order.
fn covers(table: &Table, key: &ForeignKey) -> bool {
    let begins = |names: Vec<Option<&str>>| {
        let first = &names[..key.columns.len().min(names.len())];
        key.columns.iter().all(|column| first.contains(&Some(column.as_str())))
    };
    // Rows that point nowhere need not be in the index.
    let whole = |index: &&Index| match &index.predicate {
        None => true,
        Some(only) => key.columns.iter().any(|c| only.canonical() == is_null(c, false).canonical()),
    };
    begins(table.primary_key.iter().map(|name| Some(name.as_str())).collect())
        || table.indexes.iter().filter(whole).any(|i| begins(i.keys.iter().map(IndexKey::column).collect()))
}
