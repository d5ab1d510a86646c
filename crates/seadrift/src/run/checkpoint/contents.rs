//! What a database holds: of each table the number of rows and a hash that does not depend on their
//! order, and one hash of all definitions. Equal values mean equal contents.
//!
//! The hash of a table is the sum, modulo 2¹²⁰ or more, of the SHA-256 of its rows, cut: a multiset hash
//! by addition (Clarke et al., "Incremental Multiset Hash Functions", 2003). It guards against damage
//! and mistakes, not against people who choose rows to deceive it.

use std::{collections::BTreeMap, path::Path};

use rusqlite::{OpenFlags, types::ValueRef};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::CheckpointError;
use crate::{
    dialect::quote,
    run::{Connection, DatabaseUrl},
};

/// What a table holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableContent {
    /// How many rows.
    pub rows: u64,
    /// The hash of all rows.
    pub hash: String,
    /// False for what only numbers rows: a sequence.
    #[serde(default = "yes", skip_serializing_if = "Clone::clone")]
    pub is_table: bool,
}

fn yes() -> bool {
    true
}

/// What a database holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// The hash of all definitions.
    pub schema: String,
    /// Every table and sequence.
    pub tables: BTreeMap<String, TableContent>,
}

/// Reads everything at one moment.
///
/// # Errors
/// When the database cannot be read.
pub(super) async fn read(url: &DatabaseUrl) -> Result<Contents, CheckpointError> {
    match url.file() {
        Some(file) => {
            let path = file.clone();
            let read = tokio::task::spawn_blocking(move || of_file(&path)).await;
            let failed = |reason: String| CheckpointError::Sqlite { path: file.clone(), reason };
            read.map_err(|error| failed(error.to_string()))?.map_err(|error| failed(error.to_string()))
        }
        None => {
            let mut connection = Connection::open(url, false).await?;
            connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
            let contents = of_server(&mut connection).await?;
            connection.execute("COMMIT").await?;
            connection.close().await?;
            Ok(contents)
        }
    }
}

fn of_file(path: &Path) -> rusqlite::Result<Contents> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = rusqlite::Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(std::time::Duration::from_secs(30))?;
    let moment = connection.transaction()?;
    let check: String = moment.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if check != "ok" {
        return Err(rusqlite::Error::ToSqlConversionFailure(format!("the file is damaged: {check}").into()));
    }
    let mut schema = Sha256::new();
    let mut names = Vec::new();
    {
        let mut statement = moment.prepare(
            "SELECT m.type, m.name, coalesce(m.sql, ''), coalesce((SELECT l.type FROM pragma_table_list l \
             WHERE l.schema = 'main' AND l.name = m.name), '') FROM sqlite_master m ORDER BY m.type, m.name",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (kind, name, sql, table): (String, String, String, String) =
                (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
            if name.starts_with("sqlite_stat") {
                continue; // What the planner guesses is no content.
            }
            for part in [&kind, &name, &sql] {
                schema.update((part.len() as u64).to_le_bytes());
                schema.update(part);
            }
            if kind == "table" && (table == "table" || table == "shadow") {
                names.push(name);
            }
        }
    }
    let mut tables = BTreeMap::new();
    for name in names {
        let content = of_table(&moment, &name)?;
        tables.insert(name, content);
    }
    Ok(Contents { schema: hex(&schema.finalize()), tables })
}

fn of_table(connection: &rusqlite::Connection, name: &str) -> rusqlite::Result<TableContent> {
    let mut statement = connection.prepare(&format!("SELECT * FROM {}", quote(name)))?;
    let columns = statement.column_count();
    let mut rows = statement.query([])?;
    let (mut count, mut sum) = (0_u64, 0_u128);
    while let Some(row) = rows.next()? {
        let mut hash = Sha256::new();
        for column in 0..columns {
            let (kind, bytes): (u8, &[u8]) = match row.get_ref(column)? {
                ValueRef::Null => (0, &[]),
                ValueRef::Integer(number) => (1, &number.to_le_bytes()),
                ValueRef::Real(number) => (2, &number.to_bits().to_le_bytes()),
                ValueRef::Text(text) => (3, text),
                ValueRef::Blob(blob) => (4, blob),
            };
            hash.update([kind]);
            hash.update((bytes.len() as u64).to_le_bytes());
            hash.update(bytes);
        }
        let digest = hash.finalize();
        let mut first = [0_u8; 16];
        first.copy_from_slice(&digest[..16]);
        sum = sum.wrapping_add(u128::from_le_bytes(first));
        count += 1;
    }
    Ok(TableContent { rows: count, hash: format!("{sum:032x}"), is_table: name != "sqlite_sequence" })
}

/// Reads a PostgreSQL database within the transaction that the caller has begun.
pub(super) async fn of_server(connection: &mut Connection) -> Result<Contents, CheckpointError> {
    // Values as texts must not depend on who asks.
    let plain = "SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL IntervalStyle = 'iso_8601'; \
                 SET LOCAL extra_float_digits = 3; SET LOCAL bytea_output = 'hex'; SET LOCAL search_path = ''";
    let path = connection.rows("SELECT current_setting('search_path')").await?;
    connection.execute(plain).await?;
    let own = "n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'";
    let mut schema = Sha256::new();
    for row in connection.rows(&definitions(own)).await? {
        let text = row[0].clone().unwrap_or_default();
        schema.update((text.len() as u64).to_le_bytes());
        schema.update(text);
    }
    let named = |kinds: &str| {
        format!(
            "SELECT format('%I.%I', n.nspname, c.relname), CASE WHEN n.nspname = 'public' THEN format('%I', c.relname) \
             ELSE format('%I.%I', n.nspname, c.relname) END FROM pg_catalog.pg_class c \
             JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ({kinds}) AND {own} ORDER BY 1"
        )
    };
    let mut tables = BTreeMap::new();
    for row in connection.rows(&named("'r'")).await? {
        let [Some(place), Some(name)] = row.as_slice() else { continue };
        // Two slices of 60 bits of each row's hash, added as numbers without bound.
        let sum = |from: u32| format!("coalesce(sum(('x' || substr(h, {from}, 15))::bit(60)::bigint), 0)::text");
        let sql = format!(
            "SELECT count(*)::text, {}, {} FROM (SELECT encode(sha256(convert_to(t::text, 'UTF8')), 'hex') h FROM ONLY {place} t) x",
            sum(1),
            sum(16)
        );
        let found = connection.rows(&sql).await?;
        let text = |at: usize| found.first().and_then(|row| row[at].clone()).unwrap_or_default();
        let content = TableContent {
            rows: text(0).parse().unwrap_or(0),
            hash: format!("{}-{}", text(1), text(2)),
            is_table: true,
        };
        tables.insert(name.clone(), content);
    }
    for row in connection.rows(&named("'S'")).await? {
        let [Some(place), Some(name)] = row.as_slice() else { continue };
        let found = connection.rows(&format!("SELECT last_value::text || ' ' || is_called::text FROM {place}")).await?;
        let hash = found.first().and_then(|row| row[0].clone()).unwrap_or_default();
        tables.insert(name.clone(), TableContent { rows: 0, hash, is_table: false });
    }
    let path = path.first().and_then(|row| row[0].clone()).unwrap_or_default();
    connection.execute(&format!("SET LOCAL search_path = {path}")).await?;
    Ok(Contents { schema: hex(&schema.finalize()), tables })
}

/// Columns, constraints, indexes, views and triggers in the server's words.
fn definitions(own: &str) -> String {
    let of = "JOIN pg_catalog.pg_class c ON c.oid = x.{} JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace";
    let of = |column: &str| of.replace("{}", column);
    format!(
        "SELECT format('%I.%I column %s %I %s %s %s', n.nspname, c.relname, x.attnum, x.attname, \
           format_type(x.atttypid, x.atttypmod), x.attnotnull, pg_get_expr(d.adbin, d.adrelid)) FROM pg_catalog.pg_attribute x {} \
           LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = x.attrelid AND d.adnum = x.attnum \
           WHERE x.attnum > 0 AND NOT x.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm') AND {own} \
         UNION ALL SELECT format('%I.%I constraint %I %s', n.nspname, c.relname, x.conname, pg_get_constraintdef(x.oid)) \
           FROM pg_catalog.pg_constraint x {} WHERE {own} \
         UNION ALL SELECT pg_get_indexdef(x.indexrelid) FROM pg_catalog.pg_index x {} WHERE {own} \
         UNION ALL SELECT format('%I.%I view %s', n.nspname, c.relname, pg_get_viewdef(c.oid)) FROM pg_catalog.pg_class c \
           JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('v', 'm') AND {own} \
         UNION ALL SELECT pg_get_triggerdef(x.oid) FROM pg_catalog.pg_trigger x {} WHERE NOT x.tgisinternal AND {own} \
         ORDER BY 1",
        of("attrelid"),
        of("conrelid"),
        of("indrelid"),
        of("tgrelid"),
    )
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
