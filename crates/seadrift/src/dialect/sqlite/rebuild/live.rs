//! What the live table has beyond the schema, and whether a rebuild can keep it.

use std::collections::BTreeSet;

use sea_orm::sqlx::{self, Row, SqliteConnection};

use super::{Rebuild, RebuildError};
use crate::{
    dialect::{
        quote,
        sqlite::{
            ddl::{column_sql, identity_key},
            inspect::Definitions,
            parse::{ConstraintKind, TableText},
            token::{self, normal},
        },
    },
    schema::{Column, ColumnType, Table},
};

/// What a live table has that the schema does not know.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LiveExtras {
    /// Whether the table is `STRICT`.
    pub strict: bool,
    /// Whether the table is `WITHOUT ROWID`.
    pub without_rowid: bool,
    /// Columns that the schema does not know.
    pub columns: Vec<KeptColumn>,
    /// Checks, foreign keys and unique constraints that the schema does not know, as they stand in
    /// the table's definition.
    pub constraints: Vec<String>,
    /// The statements of indexes that the schema does not know.
    pub indexes: Vec<String>,
    /// The statements of the table's triggers.
    pub triggers: Vec<String>,
    /// The highest number that an identity column has ever given.
    pub sequence: Option<i64>,
    /// Whether the planner has statistics of the table.
    pub analyzed: bool,
}

/// A column that the schema does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptColumn {
    /// Its name.
    pub name: String,
    /// Its definition as written.
    pub definition: String,
    /// Whether its values are computed, and so not copied.
    pub generated: bool,
}

impl LiveExtras {
    /// Reads what this rebuild must keep.
    ///
    /// # Errors
    /// When something could not be kept.
    pub async fn read(connection: &mut SqliteConnection, rebuild: &Rebuild) -> Result<Self, RebuildError> {
        let name = &rebuild.before.name;
        let refuse = |reason: String| RebuildError::Refused { table: name.clone(), reason };
        let live = Definitions::read(connection).await?;
        let text = live.tables.get(name).ok_or_else(|| refuse("it does not exist in this database".to_owned()))?;
        let table = live.table(name, text);
        let mut extras = Self { strict: text.strict, without_rowid: text.without_rowid, ..Self::default() };
        let reading = Reading { rebuild, text, table: &table };
        reading.same_as_known().map_err(refuse)?;
        reading.options().map_err(refuse)?;
        reading.columns(&mut extras).map_err(refuse)?;
        reading.constraints(&mut extras).map_err(refuse)?;
        for (_, index, sql) in live.indexes.iter().filter(|(t, i, _)| t == name && rebuild.before.index(i).is_none()) {
            reading.survives(&format!("index {index:?}"), sql).map_err(refuse)?;
            extras.indexes.push(sql.clone());
        }
        extras.read_rest(connection, &reading).await?;
        Ok(extras)
    }

    async fn read_rest(
        &mut self,
        connection: &mut SqliteConnection,
        reading: &Reading<'_>,
    ) -> Result<(), RebuildError> {
        let name = &reading.rebuild.before.name;
        let rows =
            sqlx::query("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid")
                .fetch_all(&mut *connection)
                .await?;
        let mut tables = BTreeSet::new();
        for row in rows {
            let (kind, object): (String, String) = (row.try_get(0)?, row.try_get(1)?);
            let (table, sql): (String, String) = (row.try_get(2)?, row.try_get(3)?);
            if (kind == "view" || kind == "trigger") && (table == *name || token::names(&sql, name)) {
                let refuse = |reason| RebuildError::Refused { table: name.clone(), reason };
                reading.not_taken_for_text(&format!("{kind} {object:?}"), &sql).map_err(refuse)?;
            }
            if kind == "trigger" && table == *name {
                self.triggers.push(sql);
            }
            tables.insert(object);
        }
        if tables.contains("sqlite_sequence") {
            let query = sqlx::query_scalar("SELECT seq FROM sqlite_sequence WHERE name = ?1").bind(name);
            self.sequence = query.fetch_optional(&mut *connection).await?;
        }
        if tables.contains("sqlite_stat1") {
            let query = sqlx::query_scalar("SELECT count(*) FROM sqlite_stat1 WHERE tbl = ?1").bind(name);
            self.analyzed = query.fetch_one(&mut *connection).await.map(|n: i64| n > 0)?;
        }
        Ok(())
    }
}

struct Reading<'r> {
    rebuild: &'r Rebuild,
    text: &'r TableText,
    table: &'r Table,
}

impl Reading<'_> {
    /// What the schema knows of the table must be as it knows it: a difference is a drift, and the
    /// rebuild would take it away without anybody having asked.
    fn same_as_known(&self) -> Result<(), String> {
        let before = &self.rebuild.before;
        for known in &before.columns {
            let Some(live) = self.table.column(&known.name) else {
                return Err(format!("column {:?} is missing in the database; {DRIFT}", known.name));
            };
            let (known, live) = (describe(before, known), describe(self.table, live));
            if normal(&known) != normal(&live) {
                return Err(format!("the database has the column {live}, the history {known}; {DRIFT}"));
            }
        }
        if self.table.primary_key != before.primary_key {
            let (live, known) = (self.table.primary_key.join(", "), before.primary_key.join(", "));
            return Err(format!("the database has the primary key ({live}), the history ({known}); {DRIFT}"));
        }
        Ok(())
    }

    fn options(&self) -> Result<(), String> {
        let after = &self.rebuild.after;
        if self.text.without_rowid && (after.primary_key.is_empty() || identity_key(after)) {
            let advice = "a primary key that is no identity column";
            return Err(format!("it is WITHOUT ROWID, which takes {advice}; make it a table with rowids first"));
        }
        if self.text.strict {
            const TYPES: [&str; 6] = ["int", "integer", "real", "text", "blob", "any"];
            if let Some((column, word)) = self.rebuild.declared().find(|(_, word)| !TYPES.contains(&word.as_str())) {
                return Err(format!(
                    "it is STRICT, which has no type {word} (column {column:?}); make it a table that is not STRICT first"
                ));
            }
        }
        Ok(())
    }

    fn columns(&self, extras: &mut LiveExtras) -> Result<(), String> {
        let has = |t: &Table, name: &str| t.columns.iter().any(|c| c.name.eq_ignore_ascii_case(name));
        for column in self.text.columns.iter().filter(|c| !has(&self.rebuild.before, &c.name)) {
            if has(&self.rebuild.after, &column.name) {
                return Err(format!("the database has a column {:?} already; {DRIFT}", column.name));
            }
            self.survives(&format!("column {:?}", column.name), &column.definition)?;
            extras.columns.push(KeptColumn {
                name: column.name.clone(),
                definition: column.definition.clone(),
                generated: column.generated,
            });
        }
        Ok(())
    }

    fn constraints(&self, extras: &mut LiveExtras) -> Result<(), String> {
        let before = &self.rebuild.before;
        // Their conventional names, in the order in which the live table lists them.
        let mut checks = self.table.checks.iter();
        for constraint in &self.text.constraints {
            let inside = constraint.column.as_ref().is_some_and(|c| extras.columns.iter().any(|k| k.name == *c));
            let known = match &constraint.kind {
                ConstraintKind::PrimaryKey { .. } => true,
                ConstraintKind::Unique { columns } => {
                    let same = |i: &&crate::schema::Index| {
                        let of_index = i.keys.iter().filter_map(|k| k.column());
                        of_index.map(str::to_ascii_lowercase).eq(columns.iter().map(|c| c.to_ascii_lowercase()))
                    };
                    let live = self.table.indexes.iter().find(|i| i.unique && i.predicate.is_none() && same(i));
                    live.is_some_and(|i| before.index(&i.name).is_some())
                }
                ConstraintKind::Check { expression } => {
                    // A check that a column has claimed is not in the list.
                    let listed = checks.clone().next().is_some_and(|c| c.expression.as_str() == *expression);
                    let name = if listed { checks.next().map(|c| c.name.clone()) } else { None };
                    name.is_none_or(|n| before.check(&n).is_some())
                }
                ConstraintKind::ForeignKey(key) => {
                    let same = |f: &&crate::schema::ForeignKey| {
                        f.references.eq_ignore_ascii_case(&key.references)
                            && f.columns.len() == key.columns.len()
                            && f.columns.iter().zip(&key.columns).all(|(a, b)| a.eq_ignore_ascii_case(b))
                            && constraint.name.as_ref().is_none_or(|n| *n == f.name)
                    };
                    let live = self.table.foreign_keys.iter().find(same);
                    live.is_some_and(|f| before.foreign_key(&f.name).is_some())
                }
            };
            if known || inside {
                continue;
            }
            let name = constraint.name.as_ref().map(|n| format!("CONSTRAINT {} ", quote(n))).unwrap_or_default();
            let text = format!("{name}{}", constraint.text);
            self.survives(&format!("the constraint {text}"), &text)?;
            extras.constraints.push(text);
        }
        Ok(())
    }

    /// Refuses when the text, which is kept as it is, names a column that goes.
    fn survives(&self, what: &str, sql: &str) -> Result<(), String> {
        match self.gone().find(|column| token::names(sql, column)) {
            None => Ok(()),
            Some(column) => Err(format!(
                "{what}, which the history does not know, needs the column {column:?} that would go; \
                 drop the one in a migration first, or keep the other"
            )),
        }
    }

    /// SQLite takes a name in double quotes that is no column for a text, so that a view or trigger
    /// would go on with wrong values instead of failing.
    fn not_taken_for_text(&self, what: &str, sql: &str) -> Result<(), String> {
        let tokens = token::tokens(sql);
        let quoted =
            |column: &&str| tokens.iter().any(|t| t.text.starts_with('"') && t.unquoted().eq_ignore_ascii_case(column));
        match self.gone().find(quoted) {
            None => Ok(()),
            Some(column) => {
                Err(format!("{what} names the column {column:?} that would go; drop it in a migration first"))
            }
        }
    }

    /// Columns that are not there any more afterwards.
    fn gone(&self) -> impl Iterator<Item = &str> {
        let after = &self.rebuild.after;
        let gone = |name: &&str| !after.columns.iter().any(|c| c.name.eq_ignore_ascii_case(name));
        self.rebuild.before.columns.iter().map(|c| c.name.as_str()).filter(gone)
    }
}

const DRIFT: &str = "the database has drifted, `verify-schema` shows how and `repair` mends it";

/// The column's definition, also of a type that could not be written.
fn describe(table: &Table, column: &Column) -> String {
    column_sql(table, column).unwrap_or_else(|_| {
        let plain = Column { ty: ColumnType::Text, identity: false, ..column.clone() };
        let rest = column_sql(table, &plain).unwrap_or_default();
        format!("{} ({rest})", column.ty)
    })
}
