//! Whether parts of a table fit it: that the columns they name are there, that what they point
//! at exists, and that nothing which is still needed goes. Expressions are not looked into for
//! columns that are missing; the database says that better.

use super::Misfit;
use crate::schema::{ForeignKey, Index, IndexKey, Schema, Table};

/// Whether the index is over this column, or names it in an expression or its predicate.
pub(crate) fn index_uses(index: &Index, column: &str) -> bool {
    let in_key = |key: &IndexKey| match key {
        IndexKey::Expression { sql, .. } => sql.mentions(column),
        other => other.column() == Some(column),
    };
    index.keys.iter().any(in_key) || index.predicate.as_ref().is_some_and(|p| p.mentions(column))
}

/// The columns of a whole unique index on plain columns: those that a foreign key may point at.
pub(crate) fn unique_columns(index: &Index) -> Option<Vec<&str>> {
    if !index.unique || index.predicate.is_some() {
        return None;
    }
    index.keys.iter().map(IndexKey::column).collect()
}

/// Whether both name the same columns in whatever order.
pub(crate) fn same_columns<A: AsRef<str>, B: AsRef<str>>(a: &[A], b: &[B]) -> bool {
    let sorted = |mut names: Vec<String>| {
        names.sort_unstable();
        names
    };
    a.len() == b.len()
        && sorted(a.iter().map(|n| n.as_ref().to_owned()).collect())
            == sorted(b.iter().map(|n| n.as_ref().to_owned()).collect())
}

/// Whether a foreign key may point at these columns of the table.
pub(crate) fn has_key(table: &Table, columns: &[String]) -> bool {
    same_columns(&table.primary_key, columns)
        || table.indexes.iter().filter_map(unique_columns).any(|unique| same_columns(&unique, columns))
}

pub(super) fn check_table(schema: &Schema, table: &Table) -> Result<(), Misfit> {
    distinct(table, "column", table.columns.iter().map(|c| &c.name))?;
    distinct(table, "index", table.indexes.iter().map(|i| &i.name))?;
    distinct(table, "foreign key", table.foreign_keys.iter().map(|f| &f.name))?;
    distinct(table, "check", table.checks.iter().map(|c| &c.name))?;
    check_columns(table, &table.primary_key)?;
    for index in &table.indexes {
        check_index(table, index)?;
    }
    for foreign_key in &table.foreign_keys {
        let target = if foreign_key.references == table.name { Some(table) } else { None };
        check_foreign_key(table, foreign_key, target.or_else(|| schema.table(&foreign_key.references)))?;
    }
    Ok(())
}

fn distinct<'a>(table: &Table, kind: &'static str, names: impl Iterator<Item = &'a String>) -> Result<(), Misfit> {
    let mut seen = std::collections::BTreeSet::new();
    for name in names {
        if !seen.insert(name) {
            return Err(Misfit::PartExists { table: table.name.clone(), kind, name: name.clone() });
        }
    }
    Ok(())
}

pub(super) fn check_columns(table: &Table, columns: &[String]) -> Result<(), Misfit> {
    match columns.iter().find(|name| table.column(name).is_none()) {
        None => Ok(()),
        Some(name) => Err(Misfit::NoPart { table: table.name.clone(), kind: "column", name: name.clone() }),
    }
}

pub(super) fn check_index(table: &Table, index: &Index) -> Result<(), Misfit> {
    match index.keys.iter().filter_map(IndexKey::column).find(|name| table.column(name).is_none()) {
        None => Ok(()),
        Some(name) => Err(Misfit::NoPart { table: table.name.clone(), kind: "column", name: name.to_owned() }),
    }
}

pub(super) fn check_foreign_key(table: &Table, key: &ForeignKey, target: Option<&Table>) -> Result<(), Misfit> {
    check_columns(table, &key.columns)?;
    let missing = match target {
        None => key.references.clone(),
        Some(target) => match key.referenced_columns.iter().find(|name| target.column(name).is_none()) {
            None => return Ok(()),
            Some(column) => format!("{}.{column}", key.references),
        },
    };
    Err(Misfit::Unresolved { table: table.name.clone(), foreign_key: key.name.clone(), missing })
}

/// Refuses when a foreign key rests on `index` of the table and on nothing else.
pub(super) fn refuse_if_index_needed(schema: &Schema, table: &str, index: &str) -> Result<(), Misfit> {
    let Some(before) = schema.table(table) else { return Ok(()) };
    let Some(columns) = before.index(index).and_then(unique_columns) else { return Ok(()) };
    let mut after = before.clone();
    after.indexes.retain(|i| i.name != index);
    refuse_if_key_needed(schema, &after, &columns, index)
}

/// Refuses when a foreign key rests on the table's primary key, and the other one does not carry it.
pub(super) fn refuse_if_primary_key_needed(schema: &Schema, table: &str, columns: &[String]) -> Result<(), Misfit> {
    let Some(before) = schema.table(table) else { return Ok(()) };
    if before.primary_key == columns {
        return Ok(());
    }
    let mut after = before.clone();
    after.primary_key = columns.to_vec();
    let old: Vec<&str> = before.primary_key.iter().map(String::as_str).collect();
    refuse_if_key_needed(schema, &after, &old, "the primary key")
}

fn refuse_if_key_needed(schema: &Schema, after: &Table, columns: &[&str], what: &str) -> Result<(), Misfit> {
    for other in schema.tables.values() {
        let rests = |f: &&ForeignKey| {
            f.references == after.name
                && same_columns(&f.referenced_columns, columns)
                && !has_key(after, &f.referenced_columns)
        };
        if let Some(key) = other.foreign_keys.iter().find(rests) {
            let by = format!("foreign key {:?} of table {:?}", key.name, other.name);
            return Err(Misfit::StillNeeded { table: after.name.clone(), needed: what.to_owned(), by });
        }
    }
    Ok(())
}
