//! Moving a table aside with all its rows, so that its name is free and nothing acts on it any more.
//!
//! PostgreSQL: into the schema `quarantine`, with indexes and sequences. SQLite has no schemas, and a
//! renamed table would keep its foreign keys: rows in quarantine would hold back, or go with, rows in
//! use. There the rows are copied, counted and the original removed; its definition goes into the
//! register. Foreign keys are taken off in both. Not here: what happens to the rows then.

use super::error::{RepairError, number, rows, run};
use crate::{
    dialect::{Dialect, quote, quote_text},
    run::Connection,
    schema::{Table, name},
};

/// The schema of PostgreSQL that tables are moved into.
const SCHEMA: &str = "quarantine";
/// What SQLite's quarantined tables begin with. `seadrift_` keeps them out of every comparison.
const PREFIX: &str = "seadrift_quarantine_";

/// A table that has been moved.
#[derive(Clone, Debug)]
pub(super) struct Moved {
    /// As it was.
    pub before: Table,
    /// Where it is, quoted.
    pub place: String,
    /// The statements that it was made of.
    pub definition: String,
    pub rows: u64,
    /// The highest number that its identity column has ever given.
    pub last_number: Option<i64>,
    /// Foreign keys of other tables that pointed at it and were taken off: table, name, definition.
    pub incoming: Vec<(String, String, String)>,
}

/// Moves the table aside. The caller has a transaction open, on SQLite with `foreign_keys` off.
pub(super) async fn move_aside(connection: &mut Connection, table: &Table) -> Result<Moved, RepairError> {
    match connection.dialect() {
        Dialect::Postgres => in_postgres(connection, table).await,
        Dialect::Sqlite => in_sqlite(connection, table).await,
    }
}

async fn in_sqlite(connection: &mut Connection, table: &Table) -> Result<Moved, RepairError> {
    let (old, text) = (quote(&table.name), quote_text(&table.name));
    let taken = rows(connection, "SELECT name FROM sqlite_master").await?;
    let place = free_name(&format!("{PREFIX}{}", table.name), |name| {
        taken.iter().any(|row| row[0].as_deref().is_some_and(|taken| taken.eq_ignore_ascii_case(name)))
    });
    let made = format!("SELECT sql FROM sqlite_master WHERE tbl_name = {text} AND sql IS NOT NULL ORDER BY rowid");
    let definition = rows(connection, &made).await?.into_iter().filter_map(|row| row[0].clone()).collect::<Vec<_>>();
    let numbered = rows(connection, "SELECT name FROM sqlite_master WHERE name = 'sqlite_sequence'").await?;
    let last_number = if numbered.is_empty() {
        None
    } else {
        let sql = format!("SELECT CAST(seq AS text) FROM sqlite_sequence WHERE name = {text}");
        rows(connection, &sql).await?.first().and_then(|row| row[0].as_ref()?.parse().ok())
    };
    let count = number(connection, &format!("SELECT CAST(count(*) AS text) FROM {old}")).await?;
    let new = quote(&place);
    run(connection, &format!("CREATE TABLE {new} AS SELECT * FROM {old}")).await?;
    let copied = number(connection, &format!("SELECT CAST(count(*) AS text) FROM {new}")).await?;
    if copied != count {
        return Err(RepairError::RowsLost { table: table.name.clone(), expected: count, found: copied });
    }
    run(connection, &format!("DROP TABLE {old}")).await?;
    let definition = definition.join(";\n");
    Ok(Moved { before: table.clone(), place: new, definition, rows: count, last_number, incoming: Vec::new() })
}

async fn in_postgres(connection: &mut Connection, table: &Table) -> Result<Moved, RepairError> {
    let old = quote(&table.name);
    let oid = format!("CAST({} AS regclass)", quote_text(&old));
    refuse_readers(connection, table, &oid).await?;
    let count = number(connection, &format!("SELECT CAST(count(*) AS text) FROM {old}")).await?;
    let definition = definition(connection, table, &oid).await?;
    let last_number = last_number(connection, table, &old).await?;

    let keys = format!(
        "SELECT CAST(c.relname AS text), CAST(o.conname AS text), pg_get_constraintdef(o.oid), \
         CAST(CAST(o.conrelid AS regclass) AS text) FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid \
         WHERE o.contype = 'f' AND o.conparentid = 0 AND (o.conrelid = {oid} OR o.confrelid = {oid}) ORDER BY 4, 2"
    );
    let mut incoming = Vec::new();
    for key in rows(connection, &keys).await? {
        let [Some(of), Some(name), Some(text), Some(shown)] = key.as_slice() else { continue };
        run(connection, &format!("ALTER TABLE {shown} DROP CONSTRAINT {}", quote(name))).await?;
        if *of != table.name {
            incoming.push((shown.clone(), name.clone(), text.clone()));
        }
    }

    run(connection, &format!("CREATE SCHEMA IF NOT EXISTS {SCHEMA}")).await?;
    let there = names(connection, &format!("= {}", quote_text(SCHEMA))).await?;
    let here = names(connection, "= current_schema()").await?;
    for part in parts(connection, &oid).await? {
        let free = free_name(&part.1, |name| {
            there.iter().any(|n| n == name) || name != part.1 && here.iter().any(|n| n == name)
        });
        if free != part.1 {
            run(connection, &format!("ALTER {} {} RENAME TO {}", part.0, quote(&part.1), quote(&free))).await?;
        }
    }
    let place = free_name(&table.name, |name| {
        there.iter().any(|n| n == name) || name != table.name && here.iter().any(|n| n == name)
    });
    if place != table.name {
        run(connection, &format!("ALTER TABLE {old} RENAME TO {}", quote(&place))).await?;
    }
    run(connection, &format!("ALTER TABLE {} SET SCHEMA {SCHEMA}", quote(&place))).await?;
    let place = format!("{SCHEMA}.{}", quote(&place));
    Ok(Moved { before: table.clone(), place, definition, rows: count, last_number, incoming })
}

/// The name itself, or the first of `name_2`, `name_3` … that is not taken.
fn free_name(base: &str, taken: impl Fn(&str) -> bool) -> String {
    let numbered = |n: u32| if n == 1 { name::fit(base) } else { name::fit(format!("{base}_{n}")) };
    (1..).map(numbered).find(|name| !taken(name)).unwrap_or_default()
}

/// Names of relations of a schema of PostgreSQL.
async fn names(connection: &mut Connection, of: &str) -> Result<Vec<String>, RepairError> {
    let sql = format!(
        "SELECT CAST(c.relname AS text) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname {of}"
    );
    Ok(rows(connection, &sql).await?.into_iter().filter_map(|row| row[0].clone()).collect())
}

/// What moves along under its own name: indexes, and the sequences that belong to columns.
async fn parts(connection: &mut Connection, oid: &str) -> Result<Vec<(&'static str, String)>, RepairError> {
    let sql = format!(
        "SELECT CAST(c.relkind AS text), CAST(c.relname AS text) FROM pg_class c WHERE c.oid IN \
         (SELECT indexrelid FROM pg_index WHERE indrelid = {oid}) OR c.relkind = 'S' AND c.oid IN (SELECT objid \
         FROM pg_depend WHERE classid = 'pg_class'::regclass AND refclassid = 'pg_class'::regclass AND refobjid = {oid} \
         AND deptype IN ('a', 'i')) ORDER BY 2"
    );
    let word = |kind: &str| if kind == "S" { "SEQUENCE" } else { "INDEX" };
    let found = rows(connection, &sql).await?;
    Ok(found.into_iter().filter_map(|row| Some((word(row[0].as_deref()?), row[1].clone()?))).collect())
}

async fn refuse_readers(connection: &mut Connection, table: &Table, oid: &str) -> Result<(), RepairError> {
    let sql = format!(
        "SELECT DISTINCT CASE v.relkind WHEN 'm' THEN 'materialised view ' ELSE 'view ' END || v.relname \
         FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid JOIN pg_class v ON v.oid = r.ev_class \
         WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = {oid} \
         AND r.ev_class <> {oid} ORDER BY 1"
    );
    let readers: Vec<String> = rows(connection, &sql).await?.into_iter().filter_map(|row| row[0].clone()).collect();
    if readers.is_empty() { Ok(()) } else { Err(RepairError::Readers { table: table.name.clone(), readers }) }
}

/// Columns, constraints, indexes and triggers in the server's words, for the register.
async fn definition(connection: &mut Connection, table: &Table, oid: &str) -> Result<String, RepairError> {
    let sql = format!(
        "SELECT 'column ' || quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod) || \
           CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END || coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), ''), \
           1, a.attnum FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum \
           WHERE a.attrelid = {oid} AND a.attnum > 0 AND NOT a.attisdropped \
         UNION ALL SELECT 'constraint ' || quote_ident(conname) || ' ' || pg_get_constraintdef(oid), 2, 0 \
           FROM pg_constraint WHERE conrelid = {oid} \
         UNION ALL SELECT pg_get_indexdef(indexrelid), 3, 0 FROM pg_index WHERE indrelid = {oid} \
         UNION ALL SELECT pg_get_triggerdef(oid), 4, 0 FROM pg_trigger WHERE tgrelid = {oid} AND NOT tgisinternal \
         ORDER BY 2, 3, 1"
    );
    let sql = format!("SELECT t.text FROM ({sql}) t (text, kind, place)");
    let lines: Vec<String> = rows(connection, &sql).await?.into_iter().filter_map(|row| row[0].clone()).collect();
    Ok(format!("table {}\n{}", quote(&table.name), lines.join("\n")))
}

async fn last_number(connection: &mut Connection, table: &Table, old: &str) -> Result<Option<i64>, RepairError> {
    let Some(column) = table.columns.iter().find(|column| column.identity) else { return Ok(None) };
    let sql = format!("SELECT pg_get_serial_sequence({}, {})", quote_text(old), quote_text(&column.name));
    let Some(sequence) = rows(connection, &sql).await?.first().and_then(|row| row[0].clone()) else { return Ok(None) };
    let sql = format!("SELECT CAST(last_value AS text) FROM {sequence} WHERE is_called");
    Ok(rows(connection, &sql).await?.first().and_then(|row| row[0].as_ref()?.parse().ok()))
}
