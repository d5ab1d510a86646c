//! Why there is no checkpoint, or no way back.

use std::path::{Path, PathBuf};

use sea_orm::sqlx;
use thiserror::Error;

use crate::{
    report::Report,
    run::{ConnectError, LockError, connection, migrate::MigrateError},
};

/// Why a checkpoint, a restore or a reset did not happen. The database is as it was.
#[derive(Debug, Error)]
pub enum CheckpointError {
    /// The database could not be opened.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// Another runner works on it.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The database failed.
    #[error("the database failed: {}", connection::explain(.0))]
    Database(#[from] sqlx::Error),
    /// SQLite failed while it copied or read a file.
    #[error("{}: {reason}", path.display())]
    Sqlite {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        reason: String,
    },
    /// A file or folder cannot be read or written.
    #[error("{}: {reason}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// A manifest is none.
    #[error("{} is no manifest of a checkpoint: {reason}; was the checkpoint made whole?", path.display())]
    Manifest {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// A name that cannot be one.
    #[error("{0:?} cannot be the name of a checkpoint: use up to 40 letters, digits, - and _, and not - first")]
    BadName(String),
    /// There is one of this name.
    #[error("there is a checkpoint {name:?} in {} already; choose another name", folder.display())]
    Exists {
        /// The name.
        name: String,
        /// The folder.
        folder: PathBuf,
    },
    /// There is none of this name.
    #[error("there is no checkpoint {name:?} in {}; there {}", folder.display(), list(known))]
    NotFound {
        /// The name.
        name: String,
        /// The folder.
        folder: PathBuf,
        /// Those there are.
        known: Vec<String>,
    },
    /// A database in memory.
    #[error("a database in memory cannot be copied; give it a file")]
    InMemory,
    /// The copy is of the other kind of database.
    #[error("checkpoint {name:?} was made of {made_of}, and does not fit {target}")]
    OtherKind {
        /// The checkpoint.
        name: String,
        /// What it was made of.
        made_of: String,
        /// What it should become.
        target: String,
    },
    /// The copy is not what its manifest says.
    #[error("checkpoint {name:?} is damaged, and was not used: {detail}")]
    Damaged {
        /// The checkpoint.
        name: String,
        /// What differs.
        detail: String,
    },
    /// What was brought back is not what it should be.
    #[error("what was brought back is not what checkpoint {name:?} holds: {detail}")]
    Differs {
        /// The checkpoint.
        name: String,
        /// What differs.
        detail: String,
    },
    /// Sessions of others.
    #[error(
        "database {database:?} is in use, and cannot be replaced under its users: {}; stop them, or end their sessions with --disconnect",
        who.join(", ")
    )]
    InUse {
        /// The database.
        database: String,
        /// Who.
        who: Vec<String>,
    },
    /// Neither way of copying works.
    #[error(
        "database {database:?} cannot be copied. On the server: {template}. With pg_dump: {dump}. Stop its users, or install pg_dump of the server's version"
    )]
    NoCopy {
        /// The database.
        database: String,
        /// Why the server cannot.
        template: String,
        /// Why `pg_dump` cannot.
        dump: String,
    },
    /// A program of PostgreSQL failed.
    #[error("{program} failed: {reason}")]
    Program {
        /// The program.
        program: String,
        /// What it says.
        reason: String,
    },
    /// The new database could not be built.
    #[error("the new database could not be built, and the old one was left as it is: {0}")]
    Build(#[from] MigrateError),
    /// The new database is not what the history says.
    #[error("the new database is not what the history says, and the old one was left as it is\n\n{0}")]
    Verify(Report),
}

impl CheckpointError {
    pub(super) fn file(path: &Path, error: &std::io::Error) -> Self {
        Self::File { path: path.to_owned(), reason: error.to_string() }
    }
}

fn list(known: &[String]) -> String {
    if known.is_empty() { "is none".to_owned() } else { format!("are: {}", known.join(", ")) }
}
