//! What can be wrong with a graph, each with its place and its mend.

use std::{fmt, path::PathBuf};

use thiserror::Error;

use crate::{
    migration::{MigrationId, file::Place},
    report::{Code, Finding},
};

/// One step of a cycle: this migration depends on the next one of the list, the last on the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CycleStep {
    /// The migration.
    pub migration: MigrationId,
    /// Where the dependency on the next one stands.
    pub place: Place,
    /// The dependency as written there, when that is not the next one's own name.
    pub written: Option<MigrationId>,
}

impl fmt::Display for CycleStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}", self.migration, self.place)?;
        match &self.written {
            Some(written) => write!(f, ", as {written})"),
            None => f.write_str(")"),
        }
    }
}

/// What is wrong with a graph of migrations.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum GraphError {
    /// Two files hold the migration of one id.
    #[error("{id} exists twice: {} and {}", files[0].display(), files[1].display())]
    Duplicate {
        /// The migration.
        id: MigrationId,
        /// Both files.
        files: [PathBuf; 2],
    },
    /// A dependency names a migration that does not exist.
    #[error("{place}: {migration} depends on {wanted}, which does not exist{}", meant(nearest.as_ref()))]
    MissingMigration {
        /// The migration that depends.
        migration: MigrationId,
        /// Where it says so.
        place: Place,
        /// What it depends on.
        wanted: MigrationId,
        /// The existing name that is spelt most like it.
        nearest: Option<MigrationId>,
    },
    /// A dependency names an app that has no migrations.
    #[error("{place}: {migration} depends on {wanted}, and there is no app {:?} with migrations{}", wanted.app, meant(nearest.as_ref()))]
    UnknownApp {
        /// The migration that depends.
        migration: MigrationId,
        /// Where it says so.
        place: Place,
        /// What it depends on.
        wanted: MigrationId,
        /// The app that is spelt most like it.
        nearest: Option<String>,
    },
    /// Migrations wait for each other.
    #[error("migrations depend on each other in a circle: {}", circle(path))]
    Cycle {
        /// The circle, from its first migration by name.
        path: Vec<CycleStep>,
    },
    /// An app has several last migrations.
    #[error("app {app:?} has {} last migrations: {}", leaves.len(), list(leaves))]
    ConflictingLeaves {
        /// The app.
        app: String,
        /// The migrations of the app that no other of the app depends on, with their files.
        leaves: Vec<(MigrationId, PathBuf)>,
    },
    /// Two migrations of one line of an app have the same number.
    #[error("app {app:?} has two migrations numbered {number:04}: {}", list(migrations))]
    SameNumber {
        /// The app.
        app: String,
        /// The number.
        number: u32,
        /// Both migrations, the earlier first, with their files.
        migrations: [(MigrationId, PathBuf); 2],
    },
    /// Two migrations say that they take the place of a third.
    #[error("{replaced} is replaced twice: by {}", list(by))]
    ReplacedTwice {
        /// The migration that is replaced.
        replaced: MigrationId,
        /// Who replaces it.
        by: [(MigrationId, PathBuf); 2],
    },
    /// Migrations replace each other in a circle.
    #[error("migrations replace each other in a circle: {}", list(migrations))]
    ReplacedInCircle {
        /// The circle.
        migrations: Vec<(MigrationId, PathBuf)>,
    },
}

fn meant<T: fmt::Display>(nearest: Option<&T>) -> String {
    nearest.map(|n| format!("; did you mean {n}?")).unwrap_or_default()
}

fn circle(path: &[CycleStep]) -> String {
    let steps = path.iter().chain(path.first()).map(|step| step.migration.to_string());
    steps.collect::<Vec<_>>().join(" → ")
}

fn list(migrations: &[(MigrationId, PathBuf)]) -> String {
    let one = |(id, file): &(MigrationId, PathBuf)| format!("{id} ({})", file.display());
    migrations.iter().map(one).collect::<Vec<_>>().join(", ")
}

impl GraphError {
    /// The stable code of this kind of problem.
    pub fn code(&self) -> Code {
        Code::History
    }

    /// The edit or the command that mends it.
    pub fn mend(&self) -> String {
        match self {
            Self::Duplicate { .. } => "remove one of the two files".to_owned(),
            Self::MissingMigration { nearest: Some(nearest), .. } => format!("write \"{nearest}\""),
            Self::MissingMigration { wanted, .. } => {
                format!("restore the file {}.toml of app {:?}, or remove the dependency", wanted.name, wanted.app)
            }
            Self::UnknownApp { wanted, nearest: Some(nearest), .. } => format!("write \"{nearest}.{}\"", wanted.name),
            Self::UnknownApp { wanted, .. } => {
                format!("add the app {:?} to the project, or remove the dependency", wanted.app)
            }
            Self::Cycle { path } => {
                let mut mend = "remove one of these dependencies; where two tables point at each other, add one foreign key in a later migration".to_owned();
                for step in path {
                    mend.push_str(&format!("\n{step}"));
                }
                mend
            }
            Self::ConflictingLeaves { .. } => "makemigrations --merge".to_owned(),
            Self::SameNumber { migrations: [_, (later, _)], .. } => {
                format!("give {} and its file the next free number, before any database has run it", later.name)
            }
            Self::ReplacedTwice { .. } => "remove one of the two files, or let one replace the other".to_owned(),
            Self::ReplacedInCircle { .. } => "remove one of these entries of `replaces`".to_owned(),
        }
    }

    /// Where the problem is: a file with its line, or the first of the files.
    pub fn place(&self) -> Place {
        match self {
            Self::MissingMigration { place, .. } | Self::UnknownApp { place, .. } => place.clone(),
            Self::Cycle { path } => path.first().map_or_else(|| Place::new("", None), |step| step.place.clone()),
            Self::Duplicate { files: [file, _], .. } => Place::new(file, None),
            Self::ConflictingLeaves { leaves: all, .. } | Self::ReplacedInCircle { migrations: all } => {
                Place::new(all.first().map(|(_, file)| file.clone()).unwrap_or_default(), None)
            }
            Self::SameNumber { migrations: [_, (_, file)], .. } | Self::ReplacedTwice { by: [(_, file), _], .. } => {
                Place::new(file, None)
            }
        }
    }

    /// The same as a finding of a report.
    pub fn finding(&self) -> Finding {
        Finding::new(self.code(), self.place().to_string()).cause(self.to_string()).mend(self.mend())
    }
}
