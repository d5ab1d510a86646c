//! What can go wrong in a unit of work, and how the two databases say it.

use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr, sqlx};
use thiserror::Error;

/// Why the database did not do what was asked. An app's own error enum wraps it.
#[derive(Debug, Error)]
pub enum DbError {
    /// A statement failed.
    #[error("the database refused a statement: {0}")]
    Statement(#[source] DbErr),
    /// Others kept the rows or the file busy at every attempt.
    #[error(
        "the database stayed busy with other work through {attempts} attempts: try again in a \
         moment (last answer: {source})"
    )]
    Contended {
        /// How often the unit of work was tried.
        attempts: u32,
        /// What the database said last.
        source: DbErr,
    },
    /// No connection became free in time.
    #[error(
        "no database connection became free in time: the database is down or overloaded, try again \
         in a moment"
    )]
    Overloaded,
    /// The program has closed its database.
    #[error("the database is closed: the program is shutting down")]
    Closed,
    /// A statement failed and the unit of work went on as if it had not.
    #[error(
        "the unit of work was rolled back because a statement in it had failed: {source}; wrap a \
         statement that may fail in a savepoint"
    )]
    Swallowed {
        /// The statement's error.
        source: DbErr,
    },
    /// The connection broke while committing.
    #[error(
        "the connection broke during the commit: the changes may or may not be stored, read them \
         back before trying again ({reason})"
    )]
    OutcomeUnknown {
        /// What the driver said.
        reason: String,
    },
    /// A unit of work was opened inside another one.
    #[error(
        "a unit of work was opened inside another one, which would wait for itself: pass the \
         transaction down instead, or use a savepoint"
    )]
    Nested,
    /// The handle of a unit of work was kept beyond its closure.
    #[error(
        "a unit of work was rolled back because its transaction was still held when its closure \
         returned: do not move it into a task or a struct"
    )]
    Outlived,
}

/// So that `?` works on SeaORM's calls in functions that return [`DbError`].
impl From<DbErr> for DbError {
    fn from(error: DbErr) -> Self {
        match error {
            DbErr::ConnectionAcquire(ConnAcquireErr::Timeout) => Self::Overloaded,
            DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed) => Self::Closed,
            other => Self::Statement(other),
        }
    }
}

/// The kind of rule that a statement broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Constraint {
    /// A row with the same key exists.
    Unique,
    /// The row that is referred to is missing, or this one is still referred to.
    ForeignKey,
    /// A required value is missing.
    NotNull,
    /// A CHECK said no.
    Check,
}

impl DbError {
    /// Which kind of constraint a failed statement broke, told alike for both databases.
    pub fn constraint(&self) -> Option<Constraint> {
        use sqlx::error::ErrorKind;
        let (Self::Statement(source) | Self::Swallowed { source }) = self else {
            return None;
        };
        let error = database_error(source)?;
        match error.kind() {
            ErrorKind::UniqueViolation => Some(Constraint::Unique),
            ErrorKind::ForeignKeyViolation => Some(Constraint::ForeignKey),
            ErrorKind::NotNullViolation => Some(Constraint::NotNull),
            ErrorKind::CheckViolation => Some(Constraint::Check),
            _ if is_restriction(error) => Some(Constraint::ForeignKey),
            _ => None,
        }
    }
}

/// Whether a row could not go because others refer to it by a key that says RESTRICT: a case for
/// itself to SQLite (SQLITE_CONSTRAINT_TRIGGER) and to PostgreSQL from 18 on (restrict_violation).
fn is_restriction(error: &dyn sqlx::error::DatabaseError) -> bool {
    match error.code().as_deref() {
        Some("1811") => error.message().contains("FOREIGN KEY"),
        Some("23001") => true,
        _ => false,
    }
}

/// Whether the same unit of work may well succeed when it is run again: others were in the way.
pub(super) fn is_contention(error: &DbErr) -> bool {
    let Some(code) = database_error(error).and_then(|error| error.code()) else {
        return false;
    };
    match code.as_ref() {
        // PostgreSQL: serialization_failure, deadlock_detected.
        "40001" | "40P01" => true,
        // SQLite: SQLITE_BUSY and SQLITE_LOCKED, whose details stand in the higher bytes.
        sqlite => sqlite.len() < 5 && matches!(sqlite.parse::<u32>().map(|code| code & 0xff), Ok(5 | 6)),
    }
}

/// Whether the connection itself is gone. What was asked last may or may not have been done.
pub(super) fn is_broken_connection(error: &DbErr) -> bool {
    use sqlx::Error;
    match sqlx_error(error) {
        Some(Error::Io(_) | Error::Protocol(_) | Error::WorkerCrashed) => true,
        // PostgreSQL: admin_shutdown, crash_shutdown, cannot_connect_now, idle_session_timeout,
        // idle_in_transaction_session_timeout.
        Some(Error::Database(error)) => {
            matches!(error.code().as_deref(), Some("57P01" | "57P02" | "57P03" | "57P05" | "25P03"))
        }
        _ => false,
    }
}

fn sqlx_error(error: &DbErr) -> Option<&sqlx::Error> {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(error))
        | DbErr::Exec(RuntimeErr::SqlxError(error))
        | DbErr::Query(RuntimeErr::SqlxError(error)) => Some(error),
        _ => None,
    }
}

fn database_error(error: &DbErr) -> Option<&dyn sqlx::error::DatabaseError> {
    match sqlx_error(error)? {
        sqlx::Error::Database(error) => Some(error.as_ref()),
        _ => None,
    }
}
