//! The register of the quarantine: which tables were moved aside, when, why, and how they were defined.
//!
//! It lies in the database itself, so that whoever opens it years later can tell what these tables are.

use sea_orm::sqlx;

use super::{
    Aside,
    error::{self, RepairError},
};
use crate::{
    dialect::{Dialect, quote, quote_text},
    run::Connection,
};

/// Name of the table that holds the register.
pub const TABLE: &str = "seadrift_quarantine";

/// A table that lies in quarantine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name there, quoted, as a query names it.
    pub place: String,
    /// Its name before.
    pub table: String,
    /// When it was moved, RFC 3339 in UTC.
    pub moved_at: String,
    /// Why it was moved.
    pub why: String,
    /// How many rows it has had.
    pub rows: u64,
    /// How many of them are in the new table.
    pub carried: u64,
}

/// What lies in quarantine; a table that somebody has dropped since is not there any more.
///
/// # Errors
/// What the database says.
pub async fn read(connection: &mut Connection) -> Result<Vec<Entry>, sqlx::Error> {
    if !exists(connection, &quote(TABLE), TABLE).await? {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT place, table_name, moved_at, why, CAST(row_count AS text), CAST(carried AS text) FROM {TABLE} ORDER BY moved_at, place"
    );
    let mut entries = Vec::new();
    for row in connection.rows(&sql).await? {
        let text = |at: usize| row.get(at).cloned().flatten().unwrap_or_default();
        let entry = Entry {
            place: text(0),
            table: text(1),
            moved_at: text(2),
            why: text(3),
            rows: text(4).parse().unwrap_or(0),
            carried: text(5).parse().unwrap_or(0),
        };
        let bare = entry.place.trim_matches('"').replace("\"\"", "\"");
        if exists(connection, &entry.place, &bare).await? {
            entries.push(entry);
        }
    }
    Ok(entries)
}

async fn exists(connection: &mut Connection, quoted: &str, bare: &str) -> Result<bool, sqlx::Error> {
    let sql = match connection.dialect() {
        Dialect::Postgres => format!("SELECT CAST(to_regclass({}) AS text)", quote_text(quoted)),
        Dialect::Sqlite => {
            format!("SELECT name FROM sqlite_master WHERE type = 'table' AND name = {}", quote_text(bare))
        }
    };
    Ok(connection.rows(&sql).await?.first().is_some_and(|row| row[0].is_some()))
}

/// Enters a table that was moved aside.
pub(super) async fn enter(connection: &mut Connection, aside: &Aside, now: &str) -> Result<(), RepairError> {
    let create = format!(
        "CREATE TABLE IF NOT EXISTS {TABLE} (place varchar(200) NOT NULL PRIMARY KEY, table_name varchar(200) NOT NULL, \
         moved_at varchar(32) NOT NULL, why text NOT NULL, row_count bigint NOT NULL, carried bigint NOT NULL, \
         definition text NOT NULL)"
    );
    error::run(connection, &create).await?;
    // A place may be free again because somebody dropped the table by hand.
    error::run(connection, &format!("DELETE FROM {TABLE} WHERE place = {}", quote_text(&aside.place))).await?;
    let insert = format!(
        "INSERT INTO {TABLE} (place, table_name, moved_at, why, row_count, carried, definition) VALUES ({}, {}, {}, {}, {}, {}, {})",
        quote_text(&aside.place),
        quote_text(&aside.table),
        quote_text(now),
        quote_text(&aside.why),
        aside.rows,
        aside.carried,
        quote_text(&aside.definition)
    );
    error::run(connection, &insert).await.map(drop)
}
