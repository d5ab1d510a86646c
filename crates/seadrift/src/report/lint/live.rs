//! The rows that decide, counted in the database as it is today, under the names that it knows today.

use std::collections::{BTreeMap, BTreeSet};

use super::hazard::{Count, Counted, Hazard};
use crate::{
    dialect::{Dialect, quote},
    migration::LoadedMigration,
    operation::Operation,
    report::{Finding, Severity},
    run::{Connection, connection},
    schema::{Expression, IndexKey},
};

/// What pending migrations will have renamed, made and changed by the time the next one runs.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    created: BTreeSet<String>,
    /// The live name of a table that has another one by then.
    tables: BTreeMap<String, String>,
    /// The live name of a column, by its table and its name by then; none where the values are not there yet.
    columns: BTreeMap<(String, String), Option<String>>,
    /// Whether a data step runs before, which may have changed any row.
    data_step: bool,
}

impl Names {
    /// Tables that are not there yet, and so hold no rows.
    pub fn created(&self) -> &BTreeSet<String> {
        &self.created
    }

    /// Takes in what an operation renames and makes.
    pub fn note(&mut self, operation: &Operation) {
        match operation {
            Operation::CreateTable(table) => drop(self.created.insert(table.name.clone())),
            Operation::RenameTable { from, to } => self.rename_table(from, to),
            Operation::AddColumn { table, column, .. } | Operation::AlterColumn { table, column, .. } => {
                self.columns.insert((table.clone(), column.name.clone()), None);
            }
            Operation::RenameColumn { table, from, to } => {
                let live = self.column(table, from);
                self.columns.insert((table.clone(), to.clone()), live);
            }
            Operation::RunSql { .. } | Operation::Run { .. } => self.data_step = true,
            _ => {}
        }
    }

    fn rename_table(&mut self, from: &str, to: &str) {
        if self.created.remove(from) {
            self.created.insert(to.to_owned());
        }
        let live = self.tables.remove(from).unwrap_or_else(|| from.to_owned());
        self.tables.insert(to.to_owned(), live);
        let of: Vec<_> = self.columns.keys().filter(|(table, _)| table == from).cloned().collect();
        for key in of {
            let live = self.columns.remove(&key).flatten();
            self.columns.insert((to.to_owned(), key.1), live);
        }
    }

    fn table(&self, name: &str) -> String {
        self.tables.get(name).cloned().unwrap_or_else(|| name.to_owned())
    }

    fn column(&self, table: &str, name: &str) -> Option<String> {
        match self.columns.get(&(table.to_owned(), name.to_owned())) {
            Some(live) => live.clone(),
            None => Some(name.to_owned()),
        }
    }

    /// The condition over live names; none where it is about values that are not there yet.
    fn condition(&self, table: &str, condition: &Expression) -> Option<Expression> {
        let mut live = condition.clone();
        for ((_, name), now) in self.columns.iter().filter(|((of, name), _)| of == table && condition.mentions(name)) {
            live = live.with_column_renamed(name, now.as_ref()?);
        }
        Some(live)
    }

    /// The query that counts, if what it counts is there today.
    pub fn query(&self, count: &Count) -> Option<String> {
        let table = quote(&self.table(&count.table));
        let columns = |names: &[String]| names.iter().map(|c| self.column(&count.table, c)).collect::<Option<Vec<_>>>();
        let given = |keys: &[String], prefix: &str| {
            keys.iter().map(|k| format!("{prefix}{k} IS NOT NULL")).collect::<Vec<_>>().join(" AND ")
        };
        Some(match &count.of {
            Counted::All => format!("SELECT CAST(count(*) AS text) FROM {table}"),
            Counted::Where(condition) => {
                let condition = self.condition(&count.table, condition)?;
                format!("SELECT CAST(count(*) AS text) FROM {table} WHERE {condition}")
            }
            Counted::Duplicates(index) => {
                let key = |key: &IndexKey| match key {
                    IndexKey::Expression { sql, .. } => self.condition(&count.table, sql).map(|sql| format!("({sql})")),
                    other => self.column(&count.table, other.column()?).map(|name| quote(&name)),
                };
                let keys = index.keys.iter().map(key).collect::<Option<Vec<_>>>()?;
                let only = match &index.predicate {
                    Some(predicate) => format!(" AND ({})", self.condition(&count.table, predicate)?),
                    None => String::new(),
                };
                format!(
                    "SELECT CAST(coalesce(sum(n), 0) AS text) FROM (SELECT count(*) AS n FROM {table} WHERE {}{only} \
                     GROUP BY {} HAVING count(*) > 1) AS twice",
                    given(&keys, ""),
                    keys.join(", ")
                )
            }
            Counted::Dangling(key) => {
                if self.created.contains(&key.references) {
                    return None;
                }
                let from: Vec<String> = columns(&key.columns)?.iter().map(|c| quote(c)).collect();
                let target = |c: &String| self.column(&key.references, c);
                let to = key.referenced_columns.iter().map(target).collect::<Option<Vec<_>>>()?;
                let equal = from.iter().zip(&to).map(|(a, b)| format!("b.{} = a.{a}", quote(b))).collect::<Vec<_>>();
                format!(
                    "SELECT CAST(count(*) AS text) FROM {table} a WHERE {} AND NOT EXISTS (SELECT 1 FROM {} b WHERE {})",
                    given(&from, "a."),
                    quote(&self.table(&key.references)),
                    equal.join(" AND ")
                )
            }
        })
    }
}

/// A database whose rows are counted.
pub(super) struct Rows<'c> {
    connection: &'c mut Connection,
}

impl<'c> Rows<'c> {
    /// Counting is given up where it takes more than half a minute: a lint is not worth a stalled server.
    pub async fn open(connection: &'c mut Connection) -> Self {
        if connection.dialect() == Dialect::Postgres {
            // Without the limit the counts are right all the same.
            let _ = connection.execute("SET statement_timeout = '30s'").await;
        }
        Self { connection }
    }

    pub fn dialect(&self) -> Dialect {
        self.connection.dialect()
    }

    /// What the hazard turns out to be, given the rows; nothing where they let it be.
    pub async fn settle(&mut self, hazard: &Hazard, names: &Names, loaded: &LoadedMigration) -> Option<Finding> {
        let Some(count) = &hazard.count else { return hazard.uncounted() };
        let mut names = names.clone();
        loaded.migration.operations[..hazard.operation].iter().for_each(|operation| names.note(operation));
        let Some(query) = names.query(count) else {
            return hazard.uncounted().map(|finding| finding.evidence("", "not there yet to be counted"));
        };
        let counted = self.connection.rows(&query).await;
        let number = |rows: Vec<Vec<Option<String>>>| rows.first()?.first()?.as_ref()?.parse::<i64>().ok();
        match counted.map(number) {
            Ok(Some(rows)) if rows < count.least => match &hazard.otherwise {
                Some(other) => other.uncounted().map(|finding| finding.evidence("", "no rows, nothing is lost")),
                None => None,
            },
            Ok(Some(rows)) => {
                let mut finding = hazard.finding();
                finding.found = format!("{rows} {}", count.what);
                if count.least == 1 && !names.data_step {
                    finding.severity = Severity::Error;
                } else if names.data_step {
                    finding.found.push_str(" today; a data step before may change that");
                }
                Some(finding)
            }
            Ok(None) => hazard.uncounted(),
            Err(error) => {
                let why = format!("could not be counted: {}", connection::explain(&error));
                hazard.uncounted().map(|finding| finding.evidence("", why))
            }
        }
    }
}
