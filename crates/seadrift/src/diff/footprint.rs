//! What an operation touches, and so which operations may change places.
//!
//! Two operations are independent when neither touches what the other does; then their order has
//! no meaning. This is what merging, splitting into migrations and dependencies rest on. It is
//! conservative: it may call two operations dependent that are not, never the other way round.
//! Data steps touch everything.

use crate::{
    operation::{Misfit, Operation, index_uses, unique_columns},
    schema::{Check, Column, DefaultValue, Expression, ForeignKey, Index, Schema, Table},
};

/// An operation at its place in a history: with what undoes it, which is also the definition of
/// what it drops, and what it touches.
#[derive(Clone, Debug)]
pub(super) struct Placed {
    pub operation: Operation,
    /// The inverse; a data step without a backward step has none.
    pub undo: Option<Operation>,
    pub touches: Footprint,
}

impl Placed {
    /// Places the operation after `schema`, which it then changes.
    pub fn apply(operation: Operation, schema: &mut Schema) -> Result<Self, Misfit> {
        let undo = match operation {
            Operation::RunSql { .. } | Operation::Run { .. } => None,
            _ => Some(operation.inverse(schema)?),
        };
        operation.apply(schema)?;
        Ok(Self::new(operation, undo))
    }

    pub fn new(operation: Operation, undo: Option<Operation>) -> Self {
        let mut touches = Footprint::default();
        touches.add(&operation);
        if let Some(undo) = &undo {
            touches.add(undo);
        }
        Self { operation, undo, touches }
    }

    /// Whether the order of both has no meaning.
    pub fn independent(&self, other: &Self) -> bool {
        self.touches.independent(&other.touches)
    }

    /// Whether this is a data step.
    pub fn is_data_step(&self) -> bool {
        matches!(self.operation, Operation::RunSql { .. } | Operation::Run { .. })
    }
}

/// What an operation, or several, touch.
#[derive(Clone, Debug, Default)]
pub(super) struct Footprint {
    everything: bool,
    /// Tables that come, go or change their name.
    whole: Vec<String>,
    /// Tables of which a part changes.
    partly: Vec<String>,
    /// Table and column: columns that come, go or change.
    columns: Vec<(String, String)>,
    /// Columns that other parts are made of.
    reads: Vec<Read>,
    /// Table and columns: keys that come or go, on which foreign keys may rest.
    keys: Vec<(String, Vec<String>)>,
    /// Table and columns that foreign keys point at.
    targets: Vec<(String, Vec<String>)>,
    /// Names of other parts that come, go or change, each with its kind.
    parts: Vec<(Kind, String, String)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// In the name space of the whole database.
    Index,
    ForeignKey,
    Check,
    PrimaryKey,
    Model,
}

#[derive(Clone, Debug)]
struct Read {
    table: String,
    of: Source,
}

#[derive(Clone, Debug)]
enum Source {
    Columns(Vec<String>),
    Index(Box<Index>),
    Expression(Expression),
}

impl Footprint {
    /// The tables that are touched, even if only by pointing at them.
    pub fn tables(&self) -> impl Iterator<Item = &String> {
        self.whole.iter().chain(&self.partly).chain(self.targets.iter().map(|(table, _)| table))
    }

    /// The names of indexes that are touched; they are one space in a database.
    pub fn indexes(&self) -> impl Iterator<Item = &String> {
        self.parts.iter().filter(|(kind, ..)| *kind == Kind::Index).map(|(_, _, name)| name)
    }

    /// The tables that are touched as more than a target of foreign keys.
    pub fn changed_tables(&self) -> impl Iterator<Item = &String> {
        self.whole.iter().chain(&self.partly)
    }

    /// Whether this touches the table as more than a target of foreign keys.
    pub fn changes_table(&self, name: &str) -> bool {
        self.changed_tables().any(|table| table == name)
    }

    /// Whether this touches the column itself.
    pub fn changes_column(&self, table: &str, column: &str) -> bool {
        self.columns.iter().any(|(t, c)| t == table && c == column)
    }

    fn add(&mut self, operation: &Operation) {
        match operation {
            Operation::CreateTable(table) => self.add_table(table),
            Operation::DropTable { table } => self.whole.push(table.clone()),
            Operation::RenameTable { from, to } => self.whole.extend([from.clone(), to.clone()]),
            Operation::AlterModel { table, .. } => self.add_part(Kind::Model, table, ""),
            Operation::AddColumn { table, column, fill } | Operation::AlterColumn { table, column, fill } => {
                self.add_column(table, column, fill.as_ref());
            }
            Operation::DropColumn { table, column } => self.add_column_name(table, column),
            Operation::RenameColumn { table, from, to } => {
                self.add_column_name(table, from);
                self.add_column_name(table, to);
            }
            Operation::AlterPrimaryKey { table, columns } => {
                self.add_part(Kind::PrimaryKey, table, "");
                self.add_key(table, columns.clone());
                self.add_read(table, Source::Columns(columns.clone()));
            }
            Operation::AddIndex { table, index } => self.add_index(table, index),
            Operation::DropIndex { table, index } => self.add_part(Kind::Index, table, index),
            Operation::AddForeignKey { table, foreign_key } => self.add_foreign_key(table, foreign_key),
            Operation::DropForeignKey { table, foreign_key } => self.add_part(Kind::ForeignKey, table, foreign_key),
            Operation::AddCheck { table, check } => self.add_check(table, check),
            Operation::DropCheck { table, check } => self.add_part(Kind::Check, table, check),
            Operation::RunSql { .. } | Operation::Run { .. } => self.everything = true,
        }
    }

    fn add_table(&mut self, table: &Table) {
        self.whole.push(table.name.clone());
        self.targets.extend(table.foreign_keys.iter().map(target));
        for index in &table.indexes {
            self.parts.push((Kind::Index, String::new(), index.name.clone()));
        }
    }

    fn add_part(&mut self, kind: Kind, table: &str, name: &str) {
        self.partly.push(table.to_owned());
        let space = if kind == Kind::Index { "" } else { table };
        self.parts.push((kind, space.to_owned(), name.to_owned()));
    }

    fn add_column(&mut self, table: &str, column: &Column, fill: Option<&DefaultValue>) {
        self.add_column_name(table, &column.name);
        if let Some(DefaultValue::Sql { sql }) = fill {
            self.add_read(table, Source::Expression(sql.clone()));
        }
    }

    fn add_column_name(&mut self, table: &str, column: &str) {
        self.partly.push(table.to_owned());
        self.columns.push((table.to_owned(), column.to_owned()));
    }

    fn add_read(&mut self, table: &str, of: Source) {
        self.reads.push(Read { table: table.to_owned(), of });
    }

    fn add_key(&mut self, table: &str, mut columns: Vec<String>) {
        columns.sort_unstable();
        self.keys.push((table.to_owned(), columns));
    }

    fn add_index(&mut self, table: &str, index: &Index) {
        self.add_part(Kind::Index, table, &index.name);
        self.add_read(table, Source::Index(Box::new(index.clone())));
        if let Some(columns) = unique_columns(index) {
            self.add_key(table, columns.into_iter().map(str::to_owned).collect());
        }
    }

    fn add_foreign_key(&mut self, table: &str, key: &ForeignKey) {
        self.add_part(Kind::ForeignKey, table, &key.name);
        self.add_read(table, Source::Columns(key.columns.clone()));
        self.targets.push(target(key));
    }

    fn add_check(&mut self, table: &str, check: &Check) {
        self.add_part(Kind::Check, table, &check.name);
        self.add_read(table, Source::Expression(check.expression.clone()));
    }

    /// Whether the order of both has no meaning.
    pub fn independent(&self, other: &Self) -> bool {
        !(self.everything || other.everything || self.disturbs(other) || other.disturbs(self))
            && self.parts.iter().all(|part| !other.parts.contains(part))
            && self.columns.iter().all(|column| !other.columns.contains(column))
    }

    /// Whether this changes what the other one stands on.
    fn disturbs(&self, other: &Self) -> bool {
        self.whole.iter().any(|table| other.tables().any(|name| name == table))
            || self.columns.iter().any(|(table, column)| other.reads_column(table, column))
            || self.keys.iter().any(|key| other.targets.contains(key))
    }

    fn reads_column(&self, table: &str, column: &str) -> bool {
        self.reads.iter().any(|read| read.table == table && read.of.uses(column))
            || self.targets.iter().any(|(target, columns)| target == table && columns.iter().any(|c| c == column))
    }
}

impl Source {
    fn uses(&self, column: &str) -> bool {
        match self {
            Self::Columns(columns) => columns.iter().any(|name| name == column),
            Self::Index(index) => index_uses(index, column),
            Self::Expression(expression) => expression.mentions(column),
        }
    }
}

/// The table and the sorted columns that a foreign key points at.
fn target(key: &ForeignKey) -> (String, Vec<String>) {
    let mut columns = key.referenced_columns.clone();
    columns.sort_unstable();
    (key.references.clone(), columns)
}
