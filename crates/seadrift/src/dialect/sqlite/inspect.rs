//! A live database as a schema value.
//!
//! One query reads everything, so that what is seen is one moment: SQLite keeps the text of every
//! definition, and `parse` reads it. Left out are SQLite's own tables, Seadrift's (`seadrift_…`),
//! virtual tables with their shadows, and views. What a schema value has no word for (collations,
//! computed columns, `ON CONFLICT`, deferred foreign keys, a type without its check) shows as
//! [`ColumnType::Other`], so that no comparison passes over it. `STRICT` and `WITHOUT ROWID` are not
//! part of the value; a rebuild keeps them.

use std::collections::BTreeMap;

use sea_orm::sqlx::{self, Row, SqliteConnection};

use super::{
    literal,
    parse::{self, ColumnText, ConstraintKind, ForeignKeyText, TableText, Unreadable},
    token::{self, normal},
    types::{from_declared, implied_check},
};
use crate::schema::{Check, Column, ColumnType, Expression, ForeignKey, Index, IndexKey, Schema, Table, name};

/// Reads the schema of the connected database.
///
/// # Errors
/// When the database cannot be read, or holds a definition that this version of Seadrift does not understand.
pub async fn inspect(connection: &mut SqliteConnection) -> Result<Schema, sqlx::Error> {
    let live = Definitions::read(connection).await?;
    let mut schema = Schema::default();
    for (name, text) in &live.tables {
        schema.tables.insert(name.clone(), live.table(name, text));
    }
    Ok(schema)
}

/// The definitions of all tables and indexes, read but not yet interpreted.
pub(super) struct Definitions {
    pub tables: BTreeMap<String, TableText>,
    /// Indexes made by a statement: their table, name and text.
    pub indexes: Vec<(String, String, String)>,
}

impl Definitions {
    pub async fn read(connection: &mut SqliteConnection) -> Result<Self, sqlx::Error> {
        let rows = sqlx::query(
            "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL AND (type = 'index' \
             OR type = 'table' AND name IN (SELECT l.name FROM pragma_table_list l \
             WHERE l.schema = 'main' AND l.type = 'table')) ORDER BY rowid",
        )
        .fetch_all(connection)
        .await?;
        let mut live = Self { tables: BTreeMap::new(), indexes: Vec::new() };
        for row in rows {
            let (kind, name): (String, String) = (row.try_get(0)?, row.try_get(1)?);
            let (table, sql): (String, String) = (row.try_get(2)?, row.try_get(3)?);
            if is_internal(&table) {
                continue;
            }
            if kind == "table" {
                live.tables.insert(name.clone(), parse::table(&sql).map_err(|e| unreadable(&name, &e))?);
            } else {
                live.indexes.push((table, name, sql));
            }
        }
        live.indexes.retain(|(table, _, _)| live.tables.contains_key(table));
        for (_, name, sql) in &live.indexes {
            parse::index(sql).map_err(|e| unreadable(name, &e))?;
        }
        Ok(live)
    }

    /// This table as a value.
    pub fn table(&self, name: &str, text: &TableText) -> Table {
        let mut table = Table::new("", "", name);
        table.primary_key = primary_key(text);
        let mut checks = text.constraints.iter().filter_map(LiveCheck::of).collect::<Vec<_>>();
        table.columns = text.columns.iter().map(|c| column(c, text, &mut checks)).collect();
        for check in &checks {
            let name = check.name(&table);
            table.checks.push(Check::new(name, check.expression));
        }
        for constraint in &text.constraints {
            match &constraint.kind {
                ConstraintKind::Unique { columns } => {
                    let columns = spelled(columns, text);
                    let name = constraint.name.clone().unwrap_or_else(|| name::unique(name, &columns));
                    table.indexes.push(Index::on(name, columns).unique());
                }
                ConstraintKind::ForeignKey(key) => {
                    let key = self.foreign_key(name, text, constraint.name.as_ref(), key);
                    table.foreign_keys.push(key);
                }
                _ => {}
            }
        }
        for (_, name, sql) in self.indexes.iter().filter(|(t, _, _)| t == name) {
            if let Ok(parsed) = parse::index(sql) {
                table.indexes.push(index(name, &parsed, text));
            }
        }
        table
    }

    fn foreign_key(&self, table: &str, text: &TableText, given: Option<&String>, key: &ForeignKeyText) -> ForeignKey {
        let columns = spelled(&key.columns, text);
        let target = self.tables.iter().find(|(n, _)| n.eq_ignore_ascii_case(&key.references));
        let referenced_columns = match target {
            Some((_, target)) if key.referenced.is_empty() => primary_key(target),
            Some((_, target)) => spelled(&key.referenced, target),
            None => key.referenced.clone(),
        };
        ForeignKey {
            name: given.cloned().unwrap_or_else(|| name::foreign_key(table, &columns)),
            columns,
            references: target.map_or_else(|| key.references.clone(), |(n, _)| n.clone()),
            referenced_columns,
            on_delete: key.on_delete,
            on_update: key.on_update,
        }
    }
}

/// Tables that are not the project's.
pub(super) fn is_internal(table: &str) -> bool {
    table.starts_with("sqlite_") || table.starts_with("seadrift_")
}

fn unreadable(name: &str, error: &Unreadable) -> sqlx::Error {
    sqlx::Error::Decode(format!("{name:?}: {error}").into())
}

/// The names as their columns spell them; SQLite does not mind the case.
fn spelled(columns: &[String], table: &TableText) -> Vec<String> {
    let spell = |name: &String| {
        table
            .columns
            .iter()
            .find(|c| c.name.eq_ignore_ascii_case(name))
            .map_or_else(|| name.clone(), |c| c.name.clone())
    };
    columns.iter().map(spell).collect()
}

pub(super) fn primary_key(table: &TableText) -> Vec<String> {
    let key = table.constraints.iter().find_map(|c| match &c.kind {
        ConstraintKind::PrimaryKey { columns } => Some(columns),
        _ => None,
    });
    key.map_or_else(Vec::new, |columns| spelled(columns, table))
}

/// A check of the live table that no column has claimed as its implied one.
struct LiveCheck<'t> {
    given: Option<&'t str>,
    column: Option<&'t str>,
    expression: &'t str,
}

impl<'t> LiveCheck<'t> {
    fn of(constraint: &'t parse::ConstraintText) -> Option<Self> {
        let ConstraintKind::Check { expression } = &constraint.kind else { return None };
        Some(Self { given: constraint.name.as_deref(), column: constraint.column.as_deref(), expression })
    }

    /// Its name, or the conventional one, with a number where that is taken.
    fn name(&self, table: &Table) -> String {
        if let Some(given) = self.given {
            return given.to_owned();
        }
        let first = table.columns.iter().map(|c| c.name.as_str()).find(|c| token::names(self.expression, c));
        let base = name::check(&table.name, self.column.or(first).unwrap_or("check"));
        let numbered = |n: u32| if n == 1 { base.clone() } else { format!("{base}_{n}") };
        (1..).map(numbered).find(|n| table.check(n).is_none()).unwrap_or(base.clone())
    }
}

fn column(text: &ColumnText, table: &TableText, checks: &mut Vec<LiveCheck<'_>>) -> Column {
    let known = from_declared(&text.declared);
    let mut column = Column::new(&text.name, known.clone().unwrap_or(ColumnType::Text));
    column.identity = text.autoincrement;
    let in_key = primary_key(table).contains(&text.name);
    let numbers_itself = in_key && text.declared.eq_ignore_ascii_case("integer");
    column.nullable = !(text.not_null || in_key && (table.without_rowid || numbers_itself));
    column.default = text.default.as_ref().and_then(|d| literal::parse(known.as_ref(), d));
    let claimed = if column.identity { claim_identity(&mut column, checks) } else { claim(&column, checks) };
    if known.is_none() || !claimed || !text.oddities.is_empty() {
        column.ty = ColumnType::Other(words(text, known.is_some() && !claimed));
    }
    column
}

/// What is odd about the column, in words.
fn words(text: &ColumnText, unchecked: bool) -> String {
    let mut words = vec![if text.declared.is_empty() { "untyped".to_owned() } else { text.declared.clone() }];
    words.extend(text.oddities.iter().cloned());
    if unchecked {
        words.push("without its check".to_owned());
    }
    words.join(" ")
}

/// Takes the check that the column's type implies; false when it is not there.
fn claim(column: &Column, checks: &mut Vec<LiveCheck<'_>>) -> bool {
    let Some(expected) = implied_check(column).map(|rule| normal(&rule)) else { return true };
    let own = |check: &LiveCheck<'_>| {
        check.given.is_none() && check.column == Some(&column.name) && normal(check.expression) == expected
    };
    match checks.iter().position(own) {
        Some(found) => {
            checks.remove(found);
            true
        }
        None => false,
    }
}

/// An identity column is declared `integer` whatever its size; its check tells.
fn claim_identity(column: &mut Column, checks: &mut Vec<LiveCheck<'_>>) -> bool {
    for ty in [ColumnType::SmallInt, ColumnType::Integer] {
        column.ty = ty;
        if claim(column, checks) {
            return true;
        }
    }
    column.ty = ColumnType::BigInt;
    true
}

fn index(name: &str, parsed: &parse::IndexText, table: &TableText) -> Index {
    let keys = parsed.keys.iter().map(|key| {
        let column = key.column.as_ref().and_then(|c| spelled(std::slice::from_ref(c), table).pop());
        match column {
            Some(desc) if key.descending => IndexKey::Descending { desc },
            Some(column) => IndexKey::Column(column),
            None => IndexKey::Expression { sql: key.text.as_str().into(), descending: key.descending },
        }
    });
    Index {
        name: name.to_owned(),
        keys: keys.collect(),
        unique: parsed.unique,
        predicate: parsed.predicate.as_deref().map(Expression::from),
    }
}
