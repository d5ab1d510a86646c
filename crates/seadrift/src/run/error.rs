//! Why a migration did not run, in words that say what was kept and what to do.

use std::fmt;

use sea_orm::sqlx;
use thiserror::Error;

use super::{connection, execute::FunctionError};
use crate::{dialect::RenderError, migration::MigrationId, operation::Misfit};

/// What is left of a migration that failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kept {
    /// Nothing: it ran in one transaction.
    #[default]
    Nothing,
    /// So many operations, because it is not atomic.
    Operations {
        /// How many are done.
        done: u32,
        /// How many there are.
        count: u32,
    },
}

impl fmt::Display for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("nothing of this migration was kept"),
            Self::Operations { done, count } => write!(
                f,
                "{done} of its {count} operations are done; mend the cause and run migrate again, it goes on there"
            ),
        }
    }
}

/// Why a migration did not run.
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
    #[error("{id}: the database refused a statement, {kept}\n    statement {sql}\n    answer    {message}")]
    Statement {
        /// The migration.
        id: MigrationId,
        /// The statement.
        sql: Box<str>,
        /// What the database says, and who held the lock if it waited for one.
        message: String,
        /// The code that the database gives the error; empty when the connection failed.
        code: Box<str>,
        /// What is left.
        kept: Kept,
    },
    /// A table could not be rebuilt.
    #[error("{id}: {message}; {kept}")]
    Rebuild {
        /// The migration.
        id: MigrationId,
        /// Why.
        message: String,
        /// What is left.
        kept: Kept,
    },
    /// Rows break a foreign key after the migration.
    #[error("{id}: rows would break a foreign key: {detail}; {kept}")]
    BrokenRows {
        /// The migration.
        id: MigrationId,
        /// Which.
        detail: String,
        /// What is left.
        kept: Kept,
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
    #[error("{id}: function {name:?} failed, {kept}: {source}")]
    Function {
        /// The migration.
        id: MigrationId,
        /// The name.
        name: String,
        /// Why.
        source: FunctionError,
        /// What is left.
        kept: Kept,
    },
    /// An index of this name is there and is another one.
    #[error(
        "{id}: there is an index {index:?} already, and it is not the one that the migration adds; drop or rename it: \
         ALTER INDEX \"{index}\" RENAME TO …; {kept}"
    )]
    OtherIndex {
        /// The migration.
        id: MigrationId,
        /// The index.
        index: String,
        /// What is left.
        kept: Kept,
    },
    /// The operations that were done are not those of the file any more.
    #[error(
        "{id} is half done, and its first {done} operations are not those that ran; put the file back as it was, or \
         change only what comes after them"
    )]
    OtherBeginning {
        /// The migration.
        id: MigrationId,
        /// How many operations have run or begun.
        done: usize,
    },
    /// The database failed between statements.
    #[error("the database failed: {}", connection::explain(.0))]
    Database(#[from] sqlx::Error),
}

impl ExecuteError {
    /// The same error of a migration of which something is kept.
    pub(super) fn keeping(mut self, left: Kept) -> Self {
        match &mut self {
            Self::Statement { kept, .. }
            | Self::Rebuild { kept, .. }
            | Self::BrokenRows { kept, .. }
            | Self::Function { kept, .. }
            | Self::OtherIndex { kept, .. } => *kept = left,
            Self::Render { .. }
            | Self::Misfit { .. }
            | Self::NoFunction { .. }
            | Self::OtherBeginning { .. }
            | Self::Database(_) => {}
        }
        self
    }

    /// What the database says, if it only waited too long for a lock.
    pub(super) fn lock_wait(&self) -> Option<&str> {
        match self {
            // lock_not_available, deadlock_detected.
            Self::Statement { code, message, .. } if matches!(&**code, "55P03" | "40P01") => Some(message),
            _ => None,
        }
    }

    /// Whether it would fail again as long as rows, file and program are what they are.
    pub(super) fn is_refusal(&self) -> bool {
        match self {
            Self::Statement { code, .. } => !code.is_empty() && self.lock_wait().is_none(),
            Self::Database(_) => false,
            _ => true,
        }
    }

    /// Whether the database says that this statement cannot run in a transaction.
    pub(super) fn wants_no_transaction(&self) -> bool {
        let Self::Statement { code, message, .. } = self else { return false };
        // 25001: active_sql_transaction. SQLite has no code for it.
        &**code == "25001" || &**code == "1" && message.contains("within") && message.contains("transaction")
    }
}
