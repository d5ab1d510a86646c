//! The two databases: how operations become statements, and how a live database is read.

mod carry;
mod hazard;
pub mod postgres;
pub mod sqlite;
pub mod stage;

use std::{fmt, str::FromStr};

use thiserror::Error;

pub(crate) use carry::Carried;
pub use hazard::{Hazard, Lock};
use stage::Stage;

use crate::{
    operation::{Misfit, Operation},
    schema::{ColumnType, DefaultValue, Schema},
};

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dialect {
    /// PostgreSQL 14 and newer.
    Postgres,
    /// SQLite 3.51.3 and newer, the bundled library.
    Sqlite,
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Postgres => "postgres",
            Self::Sqlite => "sqlite",
        })
    }
}

impl FromStr for Dialect {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "postgres" | "postgresql" => Ok(Self::Postgres),
            "sqlite" => Ok(Self::Sqlite),
            _ => Err(format!("unknown dialect {text:?}; known: postgres, sqlite")),
        }
    }
}

/// What the executor does for an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Run one statement.
    Sql(String),
    /// Rebuild a table of SQLite.
    Rebuild(Box<sqlite::Rebuild>),
    /// Call a registered function.
    Run(String),
}

/// Why operations could not become statements.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RenderError {
    /// An operation does not fit the schema before it.
    #[error(transparent)]
    Misfit(#[from] Misfit),
    /// The database cannot do this.
    #[error("{dialect} cannot do this: {what}; {advice}")]
    Unsupported {
        /// The database.
        dialect: Dialect,
        /// What it cannot do.
        what: String,
        /// What to do instead.
        advice: String,
    },
}

impl Dialect {
    /// The steps of a migration's operations, begun at the schema `before`.
    ///
    /// # Errors
    /// When an operation does not fit, or the database cannot do it.
    pub fn render(self, operations: &[Operation], before: &Schema) -> Result<Vec<Step>, RenderError> {
        match self {
            Self::Postgres => postgres::render(operations, before),
            Self::Sqlite => sqlite::render(operations, before),
        }
    }

    /// The same, and leads the schema along to the one behind the operations, which spares a copy of
    /// all tables. After an error the schema is of no use.
    ///
    /// # Errors
    /// When an operation does not fit, or the database cannot do it.
    pub fn render_along(self, operations: &[Operation], schema: &mut Schema) -> Result<Vec<Step>, RenderError> {
        match self {
            Self::Postgres => postgres::render_along(operations, schema),
            Self::Sqlite => sqlite::render_along(operations, schema),
        }
    }

    /// The stages of a migration that is not atomic, begun at the schema `before`.
    ///
    /// # Errors
    /// When an operation does not fit, or the database cannot do it.
    pub fn stages(self, operations: &[Operation], before: &Schema) -> Result<Vec<Stage>, RenderError> {
        match self {
            Self::Postgres => postgres::stages(operations, before),
            Self::Sqlite => sqlite::stages(operations, before),
        }
    }

    /// What each transaction of this operation does to tables that are there already: which locks it
    /// takes, and whether it reads or rewrites all rows under them. In a migration with `atomic` all
    /// locks are held until its end. Empty for hand-written steps, which nobody can know, and for
    /// operations that run no statement.
    ///
    /// # Errors
    /// When the database cannot do it.
    pub fn hazards(self, operation: &Operation, before: &Schema, atomic: bool) -> Result<Vec<Hazard>, RenderError> {
        match self {
            Self::Postgres => Ok(postgres::hazards(operation, before, atomic)),
            Self::Sqlite => sqlite::hazards(operation, before),
        }
    }
}

impl Dialect {
    /// A value for a column of this type, as an expression that can be selected.
    pub(crate) fn constant(self, value: &DefaultValue, ty: &ColumnType) -> String {
        match self {
            Self::Postgres => self.proven(&postgres::value(value, ty), ty),
            // What SQLite cannot write down is refused where it is written, with the reason.
            Self::Sqlite => sqlite::value_sql(ty, value).unwrap_or_else(|_| "NULL".to_owned()),
        }
    }

    /// The SQL expression `value`, of type `from`, as the type `to`, but for its bounds: what is too long
    /// or too large stays so, and can be looked for.
    pub(crate) fn carried(self, value: &str, from: &ColumnType, to: &ColumnType) -> String {
        match self {
            Self::Postgres => postgres::carried(value, from, to),
            Self::Sqlite => sqlite::convert(from, to, value),
        }
    }

    /// The SQL expression `value` as this type, but for its bounds.
    pub(crate) fn proven(self, value: &str, ty: &ColumnType) -> String {
        match self {
            Self::Postgres => postgres::unbounded(value, ty),
            Self::Sqlite => value.to_owned(),
        }
    }
}

/// An identifier in double quotes, the same in both databases.
pub fn quote(identifier: &str) -> String {
    format!("\"{}\"", identifier.replace('"', "\"\""))
}

/// A text literal in single quotes, the same in both databases.
pub fn quote_text(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
