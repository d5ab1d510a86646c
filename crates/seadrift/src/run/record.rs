//! The record: which migrations the database says it has run.

use std::collections::BTreeMap;

use sea_orm::sqlx;

use super::connection::Connection;
use crate::{
    dialect::{Dialect, quote_text},
    migration::MigrationId,
};

/// Name of the table that holds the record.
pub const TABLE: &str = "seadrift_migration";

/// One row of the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Hash of the migration's meaning when it ran.
    pub hash: String,
    /// When it ran, RFC 3339 in UTC.
    pub applied_at: String,
}

/// The whole record, in memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// What has run.
    pub applied: BTreeMap<MigrationId, Entry>,
}

impl Record {
    /// Whether this migration has run.
    pub fn has(&self, id: &MigrationId) -> bool {
        self.applied.contains_key(id)
    }

    /// A record that says that these have run: for planning without a database.
    pub fn standing_for(ids: impl IntoIterator<Item = MigrationId>) -> Self {
        let entry = || Entry { hash: String::new(), applied_at: String::new() };
        Self { applied: ids.into_iter().map(|id| (id, entry())).collect() }
    }

    /// Reads the record; a database without one has an empty record.
    ///
    /// # Errors
    /// What the database says.
    pub async fn read(connection: &mut Connection) -> Result<Self, sqlx::Error> {
        let exists = match connection.dialect() {
            Dialect::Postgres => format!("SELECT CAST(to_regclass({}) AS text)", quote_text(TABLE)),
            Dialect::Sqlite => format!("SELECT name FROM sqlite_master WHERE type = 'table' AND name = '{TABLE}'"),
        };
        let found = connection.rows(&exists).await?;
        if found.first().is_none_or(|row| row[0].is_none()) {
            return Ok(Self::default());
        }
        let rows = connection.rows(&format!("SELECT app, name, hash, applied_at FROM {TABLE}")).await?;
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let entry = |row: &Vec<Option<String>>| {
            let id = MigrationId::new(text(&row[0]), text(&row[1]));
            (id, Entry { hash: text(&row[2]), applied_at: text(&row[3]) })
        };
        Ok(Self { applied: rows.iter().map(entry).collect() })
    }
}

/// Creates the table of the record where it is missing.
///
/// # Errors
/// What the database says.
pub async fn create_table(connection: &mut Connection) -> Result<(), sqlx::Error> {
    let sql = format!(
        "CREATE TABLE IF NOT EXISTS {TABLE} (app varchar(100) NOT NULL, name varchar(200) NOT NULL, \
         hash varchar(64) NOT NULL, applied_at varchar(32) NOT NULL, PRIMARY KEY (app, name))"
    );
    if connection.dialect() == Dialect::Postgres {
        // IF NOT EXISTS still raises a notice; a notice is not news.
        connection.execute("SET client_min_messages = warning").await?;
    }
    connection.execute(&sql).await.map(drop)
}

/// The statement that records this migration as run now.
pub fn insert(id: &MigrationId, hash: &str, now: &str) -> String {
    format!(
        "INSERT INTO {TABLE} (app, name, hash, applied_at) VALUES ({}, {}, {}, {})",
        quote_text(&id.app),
        quote_text(&id.name),
        quote_text(hash),
        quote_text(now)
    )
}

/// The statement that forgets this migration.
pub fn delete(id: &MigrationId) -> String {
    format!("DELETE FROM {TABLE} WHERE app = {} AND name = {}", quote_text(&id.app), quote_text(&id.name))
}
