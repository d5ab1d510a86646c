//! Why a history cannot be replayed: what, where, which migration is concerned, and what mends it.

use std::fmt;

use thiserror::Error;

use crate::{
    migration::{MigrationId, file::Place},
    operation::Misfit,
    report::{Code, Finding},
};

/// What a migration needs of the schema before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Need {
    /// A foreign key points somewhere.
    ForeignKey {
        /// Name of the constraint.
        name: String,
        /// The table that holds it, and its columns that point.
        from: (String, Vec<String>),
        /// The table it points at, and the columns there.
        to: (String, Vec<String>),
    },
    /// An operation changes a table.
    Operation {
        /// The operation in a line.
        operation: String,
        /// The table.
        table: String,
    },
}

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ForeignKey { from: (table, columns), to: (target, _), .. } => match &columns[..] {
                [column] => write!(f, "{table}.{column} → {target}"),
                columns => write!(f, "{table}.({}) → {target}", columns.join(", ")),
            },
            Self::Operation { operation, .. } => f.write_str(operation),
        }
    }
}

/// A table or a part of one, as messages name it: `tournaments_tournament`, `column slug of tournaments_tournament`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// The table.
    pub table: String,
    /// `column`, `index`, `foreign key` or `check`, and its name.
    pub part: Option<(&'static str, String)>,
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.part {
            None => write!(f, "table {}", self.table),
            Some((kind, name)) => write!(f, "{kind} {name} of {}", self.table),
        }
    }
}

/// Why what is needed is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// A migration creates it, and no chain of dependencies leads there.
    MissingEdge {
        /// The migration that creates it.
        creator: MigrationId,
        /// Where it does.
        place: Place,
    },
    /// A migration creates it that itself must run later.
    CreatedLater {
        /// The migration that creates it.
        creator: MigrationId,
        /// Where it does.
        place: Place,
    },
    /// An operation further down in the same migration creates it.
    CreatedBelow {
        /// Where it does.
        place: Place,
    },
    /// A migration before this one has dropped or renamed it.
    Gone {
        /// The migration that did.
        by: MigrationId,
        /// Where it did.
        place: Place,
        /// Its new name, when it was renamed.
        renamed_to: Option<String>,
    },
    /// No migration creates it.
    Unknown {
        /// The existing name that is spelt most like it.
        nearest: Option<String>,
    },
}

/// A migration needs something that no chain of dependencies leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unresolved {
    /// The migration.
    pub migration: MigrationId,
    /// Where in its file.
    pub place: Place,
    /// What it wants to do.
    pub need: Need,
    /// What is not there.
    pub object: Object,
    /// Why.
    pub cause: Cause,
}

impl Unresolved {
    /// What is known about the missing object.
    fn because(&self) -> String {
        let object = &self.object;
        match &self.cause {
            Cause::MissingEdge { creator, place } => format!(
                "{creator} creates {object} ({place}), and no dependency leads there: the edge {} → {creator} is missing",
                self.migration
            ),
            Cause::CreatedLater { creator, place } => {
                format!("{creator} creates {object} ({place}), and itself depends on {}", self.migration)
            }
            Cause::CreatedBelow { place } => {
                format!("{object} is created only further down in the same file ({place})")
            }
            Cause::Gone { by, place, renamed_to: None } => format!("{by} has dropped {object} before ({place})"),
            Cause::Gone { by, place, renamed_to: Some(new) } => {
                format!("{by} has renamed {object} to {new} before ({place})")
            }
            Cause::Unknown { nearest: None } => format!("no migration creates {object}"),
            Cause::Unknown { nearest: Some(nearest) } => {
                format!("no migration creates {object}; did you mean {nearest}?")
            }
        }
    }

    /// The edit or the command that mends it.
    pub fn mend(&self) -> String {
        let file = self.place.file.display();
        match (&self.cause, &self.need) {
            (Cause::MissingEdge { creator, .. }, _) => {
                format!("add \"{creator}\" to dependencies of {file}, or run doctor --fix")
            }
            (Cause::CreatedLater { creator, .. }, Need::ForeignKey { name, .. }) => {
                format!(
                    "take foreign key {name} out of {file}, and add it in a new migration that depends on {creator}"
                )
            }
            (Cause::CreatedLater { creator, .. }, _) => {
                format!("move the operation from {file} to a new migration that depends on {creator}")
            }
            (Cause::CreatedBelow { place }, _) => format!("move what stands at {place} above {}", self.place),
            (Cause::Gone { renamed_to: Some(new), .. }, _) | (Cause::Unknown { nearest: Some(new) }, _) => {
                format!("write {new:?} at {}", self.place)
            }
            (Cause::Gone { .. } | Cause::Unknown { .. }, Need::ForeignKey { name, .. }) => {
                format!(
                    "remove foreign key {name} at {}, or create {} in a migration before it",
                    self.place, self.object
                )
            }
            (Cause::Gone { .. } | Cause::Unknown { .. }, _) => {
                format!("remove the operation at {}, or create {} in a migration before it", self.place, self.object)
            }
        }
    }
}

impl fmt::Display for Unresolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}: {}", self.place, self.migration, self.need, self.because())
    }
}

/// Why a history cannot be replayed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum HistoryError {
    /// Something is needed that no chain of dependencies leads to.
    #[error("{0}")]
    Unresolved(Box<Unresolved>),
    /// An operation does not fit the schema that the migrations before it leave.
    #[error("{place}: {migration}: {operation}: {misfit}")]
    Misfit {
        /// The migration.
        migration: MigrationId,
        /// Where the operation stands.
        place: Place,
        /// The operation in a line.
        operation: String,
        /// Why it does not fit.
        misfit: Box<Misfit>,
    },
}

impl HistoryError {
    /// The stable code of this kind of problem.
    pub fn code(&self) -> Code {
        match self {
            Self::Unresolved(_) => Code::UnresolvedReference,
            Self::Misfit { .. } => Code::Replay,
        }
    }

    /// Where it is.
    pub fn place(&self) -> &Place {
        match self {
            Self::Unresolved(unresolved) => &unresolved.place,
            Self::Misfit { place, .. } => place,
        }
    }

    /// The same as a finding of a report.
    pub fn finding(&self) -> Finding {
        match self {
            Self::Unresolved(unresolved) => Finding::new(self.code(), unresolved.need.to_string())
                .evidence(
                    format!("{} when {} runs", unresolved.object, unresolved.migration),
                    format!("{} at {}", unresolved.migration, unresolved.place),
                )
                .cause(unresolved.because())
                .mend(unresolved.mend()),
            Self::Misfit { migration, place, operation, misfit } => {
                Finding::new(self.code(), format!("{migration} at {place}"))
                    .evidence("", operation)
                    .cause(misfit.to_string())
                    .mend("correct the operation; if it has been edited by hand, restore the file")
            }
        }
    }
}
