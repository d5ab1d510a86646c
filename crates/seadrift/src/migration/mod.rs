//! Migrations: named lists of operations with dependencies, their files and their graph.
//!
//! A history is read in three steps, and each refuses what would go wrong later: [`MigrationSource`]
//! reads files, [`Graph::build`] joins them, [`Graph::replay`] checks every reference along the
//! dependencies and applies every operation. No database is needed for any of them.
//!
//! ```
//! use seadrift::migration::{Graph, file};
//!
//! let users = r#"
//! app = "accounts"
//!
//! [[operations]]
//! op = "create_table"
//! name = "accounts_user"
//! primary_key = ["id"]
//! columns = [{ name = "id", type = "bigint", identity = true }]
//! "#;
//! let teams = r#"
//! app = "teams"
//!
//! [[operations]]
//! op = "create_table"
//! name = "teams_team"
//! primary_key = ["id"]
//! columns = [
//!     { name = "id", type = "bigint", identity = true },
//!     { name = "owner_id", type = "bigint" },
//! ]
//! foreign_keys = [
//!     { name = "fk_owner", columns = ["owner_id"], references = "accounts_user", referenced_columns = ["id"] },
//! ]
//! "#;
//! let read = |text: &str, app: &str| {
//!     file::parse(text, format!("{app}/migrations/0001_initial.toml").as_ref(), app).unwrap()
//! };
//! let graph = Graph::build(vec![read(users, "accounts"), read(teams, "teams")]).unwrap();
//!
//! // accounts happens to come before teams, but no dependency says that it must.
//! let refused = graph.replay().unwrap_err();
//! assert_eq!(
//!     refused[0].finding().mend,
//!     "add \"accounts.0001_initial\" to dependencies of teams/migrations/0001_initial.toml, or run doctor --fix",
//! );
//!
//! let edge = &graph.missing_edges()[0];
//! let mended = file::add_dependency(teams, &edge.file, &edge.dependency).unwrap();
//! let graph = Graph::build(vec![read(users, "accounts"), read(&mended, "teams")]).unwrap();
//! assert!(graph.replay().unwrap().schema().table("teams_team").is_some());
//! ```

pub mod file;
pub mod graph;
pub mod hash;
pub(crate) mod nearest;
mod replacement;
pub mod replay;
pub mod rewrite;
pub mod source;

use std::{collections::BTreeMap, fmt, str::FromStr};

use serde::{Deserialize, Serialize, de};

use crate::operation::Operation;

pub use file::{FileError, LoadedMigration, Place};
pub use graph::{Graph, GraphError};
pub use replacement::{Replacement, Standing};
pub use replay::{HistoryError, MissingEdge, Replay};
pub use source::{MigrationSource, Origin, SourceError};

/// Which migration: app and name, written `accounts.0001_initial`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MigrationId {
    /// The app.
    pub app: String,
    /// The name, which is the file's name without `.toml`; in a dependency also
    /// `__first__` or `__latest__`.
    pub name: String,
}

impl MigrationId {
    /// The id of this app's migration of this name.
    pub fn new(app: impl Into<String>, name: impl Into<String>) -> Self {
        Self { app: app.into(), name: name.into() }
    }

    /// The number that the name begins with.
    pub fn number(&self) -> Option<u32> {
        self.name.split('_').next()?.parse().ok()
    }
}

impl fmt::Display for MigrationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.app, self.name)
    }
}

impl FromStr for MigrationId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('.') {
            Some((app, name)) if !app.is_empty() && !name.is_empty() && !name.contains('.') => Ok(Self::new(app, name)),
            _ => Err(format!("{text:?} is not a migration; write app.name, such as accounts.0001_initial")),
        }
    }
}

impl Serialize for MigrationId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for MigrationId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// A migration whose place another one takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replaced {
    /// App and name.
    pub id: MigrationId,
    /// What it did, as [`hash::deeds`] of its hash: a database that has run something else under this
    /// name is not at the state that is replaced. Without, whatever ran under this name will do; but
    /// for the replacing migration's own name, which then stands for that migration itself.
    pub hash: Option<String>,
}

impl Replaced {
    /// This migration, as it was when it was replaced.
    pub fn of(loaded: &LoadedMigration) -> Self {
        Self { id: loaded.id().clone(), hash: Some(hash::deeds(&loaded.hash).to_owned()) }
    }
}

impl From<MigrationId> for Replaced {
    fn from(id: MigrationId) -> Self {
        Self { id, hash: None }
    }
}

/// One migration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migration {
    /// App and name.
    pub id: MigrationId,
    /// What must have run before.
    pub dependencies: Vec<MigrationId>,
    /// The migrations whose place this one takes, when it was squashed or regenerated. Migrations of
    /// an app that have the same list take that place together.
    pub replaces: Vec<Replaced>,
    /// Whether all operations run in one transaction with the record of it. A migration that says no
    /// runs in stages which let others read and write meanwhile, and a journal says how far it has
    /// come: what is done stays when a later stage fails, and the next run goes on there.
    pub atomic: bool,
    /// Lints that its author has weighed, with the reason: by code (`SD602`), or by code and object
    /// (`SD602 accounts_user.nick`). No part of its meaning.
    pub acknowledged: BTreeMap<String, String>,
    /// The operations, in order.
    pub operations: Vec<Operation>,
}

impl Migration {
    /// A migration without dependencies that runs in one transaction.
    pub fn new(id: MigrationId, operations: Vec<Operation>) -> Self {
        let acknowledged = BTreeMap::new();
        Self { id, dependencies: Vec::new(), replaces: Vec::new(), atomic: true, acknowledged, operations }
    }
}
