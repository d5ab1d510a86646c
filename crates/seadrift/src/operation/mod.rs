//! Operations: the closed set of steps that a migration is made of.
//!
//! An operation has two faces. Here is the first, [`Operation::apply`]: what it does to the
//! [`crate::schema::Schema`] value, together with its inverse and its description. The second, its
//! statements, is in [`crate::dialect`].

mod apply;
mod fit;
mod inverse;
mod rename;

use serde::{Deserialize, Serialize};
use thiserror::Error;

pub(crate) use fit::{index_uses, same_columns, unique_columns};
pub(crate) use rename::renamed_table;

use crate::schema::{Check, Column, DefaultValue, ForeignKey, Index, IndexKey, Table};

/// One step of a migration.
///
/// In files the variant is the key `op` beside the others. Here it is tagged from outside: serde
/// forgets where a value stood in its file when it must look for a tag within it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Operation {
    /// Create a table with all that hangs on it.
    CreateTable(Box<Table>),
    /// Drop a table and its rows.
    DropTable {
        /// Name of the table.
        table: String,
    },
    /// Rename a table; its rows, indexes and constraints stay.
    RenameTable {
        /// Name before.
        from: String,
        /// Name after.
        to: String,
    },
    /// Change which model a table belongs to. Runs no statement.
    AlterModel {
        /// Name of the table.
        table: String,
        /// The model's new name within the app; or `app.Model`, which moves the table to that app.
        model: String,
    },
    /// Add a column.
    AddColumn {
        /// Name of the table.
        table: String,
        /// The column.
        column: Column,
        /// What rows that exist already get, when the column itself has no default.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fill: Option<DefaultValue>,
    },
    /// Drop a column and its values.
    DropColumn {
        /// Name of the table.
        table: String,
        /// Name of the column.
        column: String,
    },
    /// Rename a column.
    RenameColumn {
        /// Name of the table.
        table: String,
        /// Name before.
        from: String,
        /// Name after.
        to: String,
    },
    /// Change type, nullability, default, identity or soft reference of a column.
    AlterColumn {
        /// Name of the table.
        table: String,
        /// The column as it shall be; its name is that of an existing column.
        column: Column,
        /// What rows that hold NULL get when the column becomes not null.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fill: Option<DefaultValue>,
    },
    /// Give a table another primary key.
    AlterPrimaryKey {
        /// Name of the table.
        table: String,
        /// Columns of the key, in key order.
        columns: Vec<String>,
    },
    /// Create an index.
    AddIndex {
        /// Name of the table.
        table: String,
        /// The index.
        index: Index,
    },
    /// Drop an index.
    DropIndex {
        /// Name of the table.
        table: String,
        /// Name of the index.
        index: String,
    },
    /// Add a foreign key.
    AddForeignKey {
        /// Name of the table.
        table: String,
        /// The foreign key.
        foreign_key: ForeignKey,
    },
    /// Drop a foreign key; rows and indexes stay.
    DropForeignKey {
        /// Name of the table.
        table: String,
        /// Name of the constraint.
        foreign_key: String,
    },
    /// Add a check; rows that exist already must keep it.
    AddCheck {
        /// Name of the table.
        table: String,
        /// The check.
        check: Check,
    },
    /// Drop a check.
    DropCheck {
        /// Name of the table.
        table: String,
        /// Name of the constraint.
        check: String,
    },
    /// Run hand-written statements. Does not change the schema value.
    RunSql {
        /// What it is for, one line.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        about: String,
        /// The statements for each database.
        forward: SqlPerDialect,
        /// The statements that undo them; without, the migration cannot be reversed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        backward: Option<SqlPerDialect>,
    },
    /// Call functions that the program has registered under these names. Does not change the schema value.
    Run {
        /// Name of the function.
        forward: String,
        /// Name of the function that undoes it; without, the migration cannot be reversed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        backward: Option<String>,
    },
}

/// Hand-written statements for each database; an empty list means that nothing needs to be done there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SqlPerDialect {
    /// Statements for PostgreSQL, run in order.
    #[serde(default)]
    pub postgres: Vec<String>,
    /// Statements for SQLite, run in order.
    #[serde(default)]
    pub sqlite: Vec<String>,
}

/// Why an operation does not fit the schema it is applied to.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Misfit {
    /// The table is not there.
    #[error("table {0:?} does not exist at this point of the history")]
    NoTable(String),
    /// The table is there already.
    #[error("table {0:?} exists already at this point of the history")]
    TableExists(String),
    /// A part of a table is not there.
    #[error("table {table:?} has no {kind} {name:?} at this point of the history")]
    NoPart {
        /// The table.
        table: String,
        /// `column`, `index`, `foreign key` or `check`.
        kind: &'static str,
        /// Name of the part.
        name: String,
    },
    /// A part of a table is there already.
    #[error("table {table:?} has a {kind} {name:?} already at this point of the history")]
    PartExists {
        /// The table.
        table: String,
        /// `column`, `index`, `foreign key` or `check`.
        kind: &'static str,
        /// Name of the part.
        name: String,
    },
    /// A foreign key points at something that is not there.
    #[error(
        "foreign key {foreign_key:?} of table {table:?} points at {missing:?}, which does not exist at this point of \
         the history; depend on the migration that creates it"
    )]
    Unresolved {
        /// The table that points.
        table: String,
        /// Name of the foreign key.
        foreign_key: String,
        /// The table, or `table.column`, that is missing.
        missing: String,
    },
    /// Something still needs what would go.
    #[error("{needed:?} of table {table:?} is still needed by {by}; drop that first")]
    StillNeeded {
        /// The table.
        table: String,
        /// The column or table that would go.
        needed: String,
        /// What needs it.
        by: String,
    },
    /// The operation cannot be undone.
    #[error("{0} cannot be undone: it names no backward step")]
    Irreversible(String),
}

impl Operation {
    /// Creates this table.
    pub fn create(table: Table) -> Self {
        Self::CreateTable(Box::new(table))
    }

    /// The table that this operation touches, by its name before.
    pub fn table(&self) -> Option<&str> {
        match self {
            Self::CreateTable(table) => Some(&table.name),
            Self::RenameTable { from, .. } => Some(from),
            Self::RunSql { .. } | Self::Run { .. } => None,
            Self::DropTable { table }
            | Self::AlterModel { table, .. }
            | Self::AddColumn { table, .. }
            | Self::DropColumn { table, .. }
            | Self::RenameColumn { table, .. }
            | Self::AlterColumn { table, .. }
            | Self::AlterPrimaryKey { table, .. }
            | Self::AddIndex { table, .. }
            | Self::DropIndex { table, .. }
            | Self::AddForeignKey { table, .. }
            | Self::DropForeignKey { table, .. }
            | Self::AddCheck { table, .. }
            | Self::DropCheck { table, .. } => Some(table),
        }
    }

    /// The tables that this operation's foreign keys point at.
    pub fn references(&self) -> Vec<&str> {
        match self {
            Self::CreateTable(table) => table.foreign_keys.iter().map(|f| f.references.as_str()).collect(),
            Self::AddForeignKey { foreign_key, .. } => vec![&foreign_key.references],
            _ => Vec::new(),
        }
    }

    /// Whether values or rows are lost when this runs.
    pub fn loses_data(&self) -> bool {
        matches!(self, Self::DropTable { .. } | Self::DropColumn { .. })
    }

    /// One line for people: `Add column nickname varchar(40) to accounts_user`.
    pub fn describe(&self) -> String {
        match self {
            Self::CreateTable(table) => format!("Create table {} ({} columns)", table.name, table.columns.len()),
            Self::DropTable { table } => format!("Drop table {table}"),
            Self::RenameTable { from, to } => format!("Rename table {from} to {to}"),
            Self::AlterModel { table, model } => format!("Let table {table} belong to model {model}"),
            Self::AddColumn { table, column, .. } => format!("Add column {} to {table}", describe_column(column)),
            Self::DropColumn { table, column } => format!("Drop column {column} of {table}"),
            Self::RenameColumn { table, from, to } => format!("Rename column {from} of {table} to {to}"),
            Self::AlterColumn { table, column, .. } => {
                format!("Alter column {} of {table}", describe_column(column))
            }
            Self::AlterPrimaryKey { table, columns } => {
                format!("Make ({}) the primary key of {table}", columns.join(", "))
            }
            Self::AddIndex { table, index } => {
                let unique = if index.unique { "unique " } else { "" };
                format!("Add {unique}index {} on {table} ({})", index.name, describe_keys(&index.keys))
            }
            Self::DropIndex { table, index } => format!("Drop index {index} of {table}"),
            Self::AddForeignKey { table, foreign_key } => format!(
                "Add foreign key {} from {table} ({}) to {} ({})",
                foreign_key.name,
                foreign_key.columns.join(", "),
                foreign_key.references,
                foreign_key.referenced_columns.join(", ")
            ),
            Self::DropForeignKey { table, foreign_key } => format!("Drop foreign key {foreign_key} of {table}"),
            Self::AddCheck { table, check } => {
                format!("Add check {} to {table}: {}", check.name, check.expression)
            }
            Self::DropCheck { table, check } => format!("Drop check {check} of {table}"),
            Self::RunSql { about, .. } if about.is_empty() => "Run SQL".to_owned(),
            Self::RunSql { about, .. } => format!("Run SQL: {about}"),
            Self::Run { forward, .. } => format!("Run function {forward}"),
        }
    }
}

fn describe_column(column: &Column) -> String {
    let mut text = format!("{} {}", column.name, column.ty);
    text.push_str(if column.nullable { " null" } else { " not null" });
    if let Some(soft) = &column.soft_ref {
        text.push_str(&format!(" → {} (soft)", soft.0));
    }
    text
}

/// The parts of an index's key, separated by commas.
pub(crate) fn describe_keys(keys: &[IndexKey]) -> String {
    let part = |key: &IndexKey| match key {
        IndexKey::Column(name) => name.clone(),
        IndexKey::Descending { desc } => format!("{desc} desc"),
        IndexKey::Expression { sql, descending } => format!("({sql}){}", if *descending { " desc" } else { "" }),
    };
    keys.iter().map(part).collect::<Vec<_>>().join(", ")
}
