//! Why a repair did nothing.

use sea_orm::sqlx;
use thiserror::Error;

use crate::{
    dialect::RenderError,
    migration::MigrationId,
    run::{ConnectError, LockError, connection, execute::ExecuteError, migrate::MigrateError, plan::PlanError},
};

/// Why a repair did nothing. The database is as it was.
#[derive(Debug, Error)]
pub enum RepairError {
    /// No connection, no lock, or a record that does not fit the history.
    #[error(transparent)]
    Migrate(#[from] MigrateError),
    /// A table could not be mended in place.
    #[error(
        "{source}\nNothing was changed. A table that cannot be mended in place can be moved aside and built anew, with the rows that fit: repair --quarantine {}",
        tables.join(" --quarantine ")
    )]
    InPlace {
        /// The tables that were to be mended.
        tables: Vec<String>,
        /// Why they could not.
        source: Box<ExecuteError>,
    },
    /// A statement failed.
    #[error("the database refused a statement, nothing was changed\n    statement {sql}\n    answer    {message}")]
    Statement {
        /// The statement.
        sql: String,
        /// What the database says.
        message: String,
    },
    /// An expression could not become SQL.
    #[error("nothing was changed: {0}")]
    Render(#[from] RenderError),
    /// Something reads a table that would be moved aside.
    #[error(
        "nothing was changed: {} reads table {table:?} and would go on reading it in quarantine; keep its definition, drop it, repair, and create it again",
        readers.join(", ")
    )]
    Readers {
        /// The table.
        table: String,
        /// Views and materialised views.
        readers: Vec<String>,
    },
    /// A table to be moved aside does not exist.
    #[error("nothing was changed: the database has no table {table:?} that could be moved aside; it has {known}")]
    NoTable {
        /// The name asked for.
        table: String,
        /// The tables there are.
        known: String,
    },
    /// The migration that makes a table does not run in a transaction.
    #[error(
        "nothing was changed: {id} does not run in one transaction, so it cannot be run together with moving its tables aside; rename them by hand, then migrate"
    )]
    NotAtomic {
        /// The migration.
        id: MigrationId,
    },
    /// A copy has not all rows.
    #[error("nothing was changed: of {expected} rows of {table:?}, {found} arrived in quarantine")]
    RowsLost {
        /// The table.
        table: String,
        /// How many there were.
        expected: u64,
        /// How many there would be.
        found: u64,
    },
    /// Rows of other tables point at rows that could not be carried.
    #[error(
        "nothing was changed: rows of other tables point at rows that cannot be carried, and would point at nothing: {detail}; correct or remove them first, or say with --answers what the missing columns get"
    )]
    Orphans {
        /// Which.
        detail: String,
    },
}

impl From<ConnectError> for RepairError {
    fn from(error: ConnectError) -> Self {
        Self::Migrate(error.into())
    }
}

impl From<LockError> for RepairError {
    fn from(error: LockError) -> Self {
        Self::Migrate(error.into())
    }
}

impl From<PlanError> for RepairError {
    fn from(error: PlanError) -> Self {
        Self::Migrate(error.into())
    }
}

impl From<ExecuteError> for RepairError {
    fn from(error: ExecuteError) -> Self {
        Self::Migrate(error.into())
    }
}

impl From<sqlx::Error> for RepairError {
    fn from(error: sqlx::Error) -> Self {
        Self::Migrate(error.into())
    }
}

/// Runs a statement; an error names it.
pub(super) async fn run(connection: &mut super::Connection, sql: &str) -> Result<u64, RepairError> {
    connection.execute(sql).await.map_err(|error| statement(sql, &error))
}

/// Reads rows of texts; an error names the statement.
pub(super) async fn rows(
    connection: &mut super::Connection,
    sql: &str,
) -> Result<Vec<Vec<Option<String>>>, RepairError> {
    connection.rows(sql).await.map_err(|error| statement(sql, &error))
}

/// Reads one whole number.
pub(super) async fn number(connection: &mut super::Connection, sql: &str) -> Result<u64, RepairError> {
    let found = rows(connection, sql).await?;
    Ok(found.first().and_then(|row| row.first()?.as_ref()?.parse().ok()).unwrap_or(0))
}

fn statement(sql: &str, error: &sqlx::Error) -> RepairError {
    RepairError::Statement { sql: sql.to_owned(), message: connection::explain(error) }
}
