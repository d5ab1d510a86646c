//! The journal: how far migrations have come that do not run in one transaction.
//!
//! There is a row from the first stage that is done until the migration is recorded, or its record is
//! deleted. Each row is written in the transaction of the stage that it is about.

use std::collections::BTreeMap;

use sea_orm::sqlx;

use super::{
    Connection,
    plan::{Direction, Planned},
};
use crate::{
    dialect::{Dialect, quote_text, stage::Position},
    migration::{MigrationId, hash},
};

/// Name of the table that holds the journal.
pub const TABLE: &str = "seadrift_journal";

/// A migration that is half done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Which way it goes.
    pub direction: Direction,
    /// How far it has come.
    pub position: Position,
    /// Hash of the operations that have run or begun.
    pub hash: String,
    /// When the last stage was done, RFC 3339 in UTC.
    pub changed_at: String,
}

impl Entry {
    /// Whether these operations begin with those that have run.
    pub fn fits(&self, planned: &Planned) -> bool {
        let begun = planned.operations.get(..self.position.touched());
        self.direction == planned.direction && begun.is_some_and(|begun| hash::operations(begun) == self.hash)
    }
}

/// The whole journal, in memory. A runner goes on with what is half done before it begins anything
/// else, so there is at most one entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Journal {
    /// What is half done.
    pub entries: BTreeMap<MigrationId, Entry>,
}

impl Journal {
    /// Reads the journal; a database without one has nothing that is half done.
    ///
    /// # Errors
    /// What the database says.
    pub async fn read(connection: &mut Connection) -> Result<Self, sqlx::Error> {
        let exists = match connection.dialect() {
            Dialect::Postgres => format!("SELECT CAST(to_regclass({}) AS text)", quote_text(TABLE)),
            Dialect::Sqlite => format!("SELECT name FROM sqlite_master WHERE type = 'table' AND name = '{TABLE}'"),
        };
        if connection.rows(&exists).await?.first().is_none_or(|row| row[0].is_none()) {
            return Ok(Self::default());
        }
        let sql = format!(
            "SELECT app, name, direction, CAST(operations AS text), CAST(parts AS text), hash, changed_at FROM {TABLE}"
        );
        let rows = connection.rows(&sql).await?;
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let number = |value: &Option<String>| value.as_ref().and_then(|text| text.parse().ok()).unwrap_or_default();
        let entry = |row: &Vec<Option<String>>| {
            let entry = Entry {
                direction: if row[2].as_deref() == Some("backward") { Direction::Backward } else { Direction::Forward },
                position: Position { operations: number(&row[3]), parts: number(&row[4]) },
                hash: text(&row[5]),
                changed_at: text(&row[6]),
            };
            (MigrationId::new(text(&row[0]), text(&row[1])), entry)
        };
        Ok(Self { entries: rows.iter().map(entry).collect() })
    }
}

/// The statement that makes the table of the journal where it is missing.
pub fn create_table() -> String {
    format!(
        "CREATE TABLE IF NOT EXISTS {TABLE} (app varchar(100) NOT NULL, name varchar(200) NOT NULL, \
         direction varchar(8) NOT NULL, operations integer NOT NULL, parts integer NOT NULL, hash varchar(64) NOT NULL, \
         changed_at varchar(32) NOT NULL, PRIMARY KEY (app, name))"
    )
}

/// The statement that says how far this migration has come.
pub fn write(planned: &Planned, position: Position, now: &str) -> String {
    let begun = planned.operations.get(..position.touched()).unwrap_or(&planned.operations);
    let direction = match planned.direction {
        Direction::Forward => "forward",
        Direction::Backward => "backward",
    };
    format!(
        "INSERT INTO {TABLE} (app, name, direction, operations, parts, hash, changed_at) \
         VALUES ({}, {}, '{direction}', {}, {}, {}, {}) ON CONFLICT (app, name) DO UPDATE SET \
         direction = excluded.direction, operations = excluded.operations, parts = excluded.parts, \
         hash = excluded.hash, changed_at = excluded.changed_at",
        quote_text(&planned.id.app),
        quote_text(&planned.id.name),
        position.operations,
        position.parts,
        quote_text(&hash::operations(begun)),
        quote_text(now)
    )
}

/// The statement that forgets this migration.
pub fn delete(id: &MigrationId) -> String {
    format!("DELETE FROM {TABLE} WHERE app = {} AND name = {}", quote_text(&id.app), quote_text(&id.name))
}
