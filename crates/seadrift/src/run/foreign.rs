//! The tables of a database that another tool made and that are left to it: since an adoption,
//! `verify-schema` knows them and does not call them strays.

use std::collections::BTreeSet;

use sea_orm::sqlx;

use super::Connection;
use crate::dialect::{Dialect, quote_text};

/// Name of the table that lists them.
pub const TABLE: &str = "seadrift_foreign_table";

/// The names of the tables that are left to another tool.
///
/// # Errors
/// What the database says.
pub async fn read(connection: &mut Connection) -> Result<BTreeSet<String>, sqlx::Error> {
    let exists = match connection.dialect() {
        Dialect::Postgres => format!("SELECT CAST(to_regclass({}) AS text)", quote_text(TABLE)),
        Dialect::Sqlite => format!("SELECT name FROM sqlite_master WHERE type = 'table' AND name = '{TABLE}'"),
    };
    if connection.rows(&exists).await?.first().is_none_or(|row| row[0].is_none()) {
        return Ok(BTreeSet::new());
    }
    let rows = connection.rows(&format!("SELECT name FROM {TABLE}")).await?;
    Ok(rows.into_iter().filter_map(|row| row.into_iter().next().flatten()).collect())
}

/// Lists these tables, with the tool that made them and the moment.
///
/// # Errors
/// What the database says.
pub async fn add(connection: &mut Connection, tables: &[String], by: &str, now: &str) -> Result<(), sqlx::Error> {
    let create = format!(
        "CREATE TABLE IF NOT EXISTS {TABLE} (name varchar(200) NOT NULL PRIMARY KEY, made_by varchar(40) NOT NULL, \
         since varchar(32) NOT NULL)"
    );
    connection.execute(&create).await?;
    for table in tables {
        let insert = format!(
            "INSERT INTO {TABLE} (name, made_by, since) VALUES ({}, {}, {}) ON CONFLICT (name) DO NOTHING",
            quote_text(table),
            quote_text(by),
            quote_text(now)
        );
        connection.execute(&insert).await?;
    }
    Ok(())
}
