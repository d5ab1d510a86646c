//! The schema: one plain value that says what tables there are.
//!
//! Entities, migration files and live databases are all read into a [`Schema`];
//! every comparison is between two of these. No I/O and no SQL here.

mod column;
mod expression;
pub mod name;
mod table;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use column::{Column, ColumnType, DefaultValue, Literal, SoftReference};
pub use expression::Expression;
pub use table::{Check, ForeignKey, Index, IndexKey, ReferentialAction, Table};

/// All tables, by their name in the database.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schema {
    /// The tables, keyed by [`Table::name`].
    pub tables: BTreeMap<String, Table>,
}

impl Schema {
    /// A schema of these tables; a later table replaces an earlier one of the same name.
    pub fn of(tables: impl IntoIterator<Item = Table>) -> Self {
        Self { tables: tables.into_iter().map(|t| (t.name.clone(), t)).collect() }
    }

    /// The table of this name.
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.get(name)
    }

    /// The table behind a model label such as `tournaments.Tournament`, without regard to ASCII case.
    pub fn model(&self, label: &str) -> Option<&Table> {
        self.tables.values().find(|t| t.label().eq_ignore_ascii_case(label))
    }

    /// Only what belongs to this app.
    pub fn app(&self, app: &str) -> Self {
        Self::of(self.tables.values().filter(|t| t.app == app).cloned())
    }

    /// The same schema in canonical form: expressions normalised, and everything
    /// whose order has no meaning sorted. Two schemas mean the same exactly when
    /// their canonical forms are equal.
    pub fn canonical(&self) -> Self {
        Self::of(self.tables.values().map(Table::canonical))
    }

    /// Whether both mean the same; see [`Schema::canonical`].
    pub fn same_as(&self, other: &Self) -> bool {
        self.canonical() == other.canonical()
    }
}
