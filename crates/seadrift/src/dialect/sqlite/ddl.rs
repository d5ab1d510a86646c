//! Definitions: a table or an index of the schema as SQLite's CREATE statement.

use super::{
    literal::{expression_sql, value_sql},
    types::{declared_in, implied_check, writable},
};
use crate::{
    dialect::{Dialect, RenderError, quote},
    operation::Misfit,
    schema::{Check, Column, ForeignKey, Index, IndexKey, ReferentialAction, Table},
};

/// `CREATE TABLE` for this table under this name, with more definitions and table options behind its own.
pub(super) fn create_table(
    table: &Table,
    name: &str,
    more_columns: &[String],
    more_constraints: &[String],
    options: &[&str],
) -> Result<String, RenderError> {
    let mut parts = Vec::new();
    for column in &table.columns {
        parts.push(column_sql(table, column)?);
    }
    parts.extend_from_slice(more_columns);
    if parts.is_empty() {
        return Err(unsupported(format!("table {:?} without columns", table.name), "give it at least one column"));
    }
    if !table.primary_key.is_empty() && !identity_key(table) {
        let key = quoted(&table.primary_key);
        parts.push(format!("CONSTRAINT {} PRIMARY KEY ({key})", quote(&format!("pk_{}", table.name))));
    }
    for check in &table.checks {
        parts.push(check_sql(check)?);
    }
    for foreign_key in &table.foreign_keys {
        parts.push(foreign_key_sql(foreign_key));
    }
    parts.extend_from_slice(more_constraints);
    let options = if options.is_empty() { String::new() } else { format!(" {}", options.join(", ")) };
    Ok(format!("CREATE TABLE {} (\n    {}\n){options}", quote(name), parts.join(",\n    ")))
}

/// Whether the primary key is one identity column, which carries the key in its own definition.
pub(super) fn identity_key(table: &Table) -> bool {
    match table.primary_key.as_slice() {
        [only] => table.column(only).is_some_and(|c| c.identity),
        _ => false,
    }
}

/// One column's definition.
pub(super) fn column_sql(table: &Table, column: &Column) -> Result<String, RenderError> {
    writable(table, column)?;
    let mut sql = format!("{} {}", quote(&column.name), declared_in(table, column));
    if !column.nullable {
        sql.push_str(" NOT NULL");
    }
    if column.identity {
        identity_fits(table, column)?;
        sql.push_str(" PRIMARY KEY AUTOINCREMENT");
    }
    if let Some(default) = &column.default {
        sql.push_str(&format!(" DEFAULT {}", value_sql(&column.ty, default)?));
    }
    if let Some(check) = implied_check(column) {
        sql.push_str(&format!(" CHECK ({check})"));
    }
    Ok(sql)
}

fn identity_fits(table: &Table, column: &Column) -> Result<(), RenderError> {
    use crate::schema::ColumnType::{BigInt, Integer, SmallInt};
    let alone = matches!(table.primary_key.as_slice(), [only] if *only == column.name);
    if alone && !column.nullable && column.default.is_none() && matches!(column.ty, SmallInt | Integer | BigInt) {
        return Ok(());
    }
    Err(unsupported(
        format!("identity on column {:?} of table {:?}", column.name, table.name),
        "an identity column is an integer, not null, without default, and alone the primary key",
    ))
}

fn check_sql(check: &Check) -> Result<String, RenderError> {
    let rule = expression_sql(&check.expression, &format!("check {:?}", check.name))?;
    Ok(format!("CONSTRAINT {} CHECK ({rule})", quote(&check.name)))
}

fn foreign_key_sql(foreign_key: &ForeignKey) -> String {
    let mut sql = format!(
        "CONSTRAINT {} FOREIGN KEY ({}) REFERENCES {}",
        quote(&foreign_key.name),
        quoted(&foreign_key.columns),
        quote(&foreign_key.references)
    );
    if !foreign_key.referenced_columns.is_empty() {
        sql.push_str(&format!(" ({})", quoted(&foreign_key.referenced_columns)));
    }
    for (event, action) in [("DELETE", foreign_key.on_delete), ("UPDATE", foreign_key.on_update)] {
        if action != ReferentialAction::NoAction {
            sql.push_str(&format!(" ON {event} {}", action.sql()));
        }
    }
    sql
}

/// `CREATE INDEX` for this index of this table.
pub(super) fn create_index(table: &Table, index: &Index) -> Result<String, RenderError> {
    let place = format!("index {:?}", index.name);
    if let Some(missing) = index.keys.iter().filter_map(IndexKey::column).find(|c| table.column(c).is_none()) {
        // SQLite would take the quoted name for a text and index that.
        let (table, name) = (table.name.clone(), missing.to_owned());
        return Err(Misfit::NoPart { table, kind: "column", name }.into());
    }
    let mut keys = Vec::new();
    for key in &index.keys {
        keys.push(match key {
            IndexKey::Column(name) => quote(name),
            IndexKey::Descending { desc } => format!("{} DESC", quote(desc)),
            IndexKey::Expression { sql, descending } => {
                format!("({}){}", expression_sql(sql, &place)?, if *descending { " DESC" } else { "" })
            }
        });
    }
    let unique = if index.unique { "UNIQUE " } else { "" };
    let mut sql =
        format!("CREATE {unique}INDEX {} ON {} ({})", quote(&index.name), quote(&table.name), keys.join(", "));
    if let Some(predicate) = &index.predicate {
        sql.push_str(&format!(" WHERE {}", expression_sql(predicate, &place)?));
    }
    Ok(sql)
}

/// The names, quoted, with commas between.
pub(super) fn quoted(names: &[String]) -> String {
    names.iter().map(|n| quote(n)).collect::<Vec<_>>().join(", ")
}

pub(super) fn unsupported(what: String, advice: &str) -> RenderError {
    RenderError::Unsupported { dialect: Dialect::Sqlite, what, advice: advice.to_owned() }
}
