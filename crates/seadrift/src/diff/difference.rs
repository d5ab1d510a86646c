//! What a schema that was found lacks, has too much or has otherwise than expected, one entry a
//! damage: a missing table does not also list its columns, a missing column not the indexes and
//! foreign keys that went with it. What a live database cannot hold is not compared: app, model
//! and soft references.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use serde::Serialize;

use super::text;
use crate::{
    operation::index_uses,
    schema::{Column, ForeignKey, Index, Schema, Table},
};

/// One object that is not as expected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// What is wrong with it.
    #[serde(flatten)]
    pub kind: DifferenceKind,
    /// The table.
    pub table: String,
    /// The part's name; the table's own where the table as a whole is meant.
    pub name: String,
    /// The definition expected; empty where nothing was.
    pub expected: String,
    /// The definition found; empty where nothing was.
    pub found: String,
    /// What is missing or otherwise only because of this: `index ix_a of t`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub along: Vec<String>,
}

/// What is wrong with an object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum DifferenceKind {
    MissingTable,
    UnexpectedTable,
    MissingColumn,
    UnexpectedColumn,
    ColumnDiffers {
        /// The properties that differ, at least one.
        what: Vec<ColumnProperty>,
    },
    PrimaryKeyDiffers,
    MissingIndex,
    UnexpectedIndex,
    IndexDiffers,
    MissingForeignKey,
    UnexpectedForeignKey,
    ForeignKeyDiffers,
    MissingCheck,
    UnexpectedCheck,
    CheckDiffers,
}

/// A property of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum ColumnProperty {
    Type,
    Null,
    Default,
    Identity,
}

impl DifferenceKind {
    /// The kind of object: `table`, `column`, `primary key`, `index`, `foreign key` or `check`.
    pub fn object(&self) -> &'static str {
        match self {
            Self::MissingTable | Self::UnexpectedTable => "table",
            Self::MissingColumn | Self::UnexpectedColumn | Self::ColumnDiffers { .. } => "column",
            Self::PrimaryKeyDiffers => "primary key",
            Self::MissingIndex | Self::UnexpectedIndex | Self::IndexDiffers => "index",
            Self::MissingForeignKey | Self::UnexpectedForeignKey | Self::ForeignKeyDiffers => "foreign key",
            Self::MissingCheck | Self::UnexpectedCheck | Self::CheckDiffers => "check",
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let object = self.kind.object();
        match object {
            "table" => write!(f, "table {}", self.table)?,
            "primary key" => write!(f, "primary key of {}", self.table)?,
            _ => write!(f, "{object} {} of {}", self.name, self.table)?,
        }
        match (self.expected.is_empty(), self.found.is_empty()) {
            (_, true) => write!(f, ": missing, expected {}", self.expected)?,
            (true, _) => write!(f, ": unexpected, found {}", self.found)?,
            _ => write!(f, ": expected {}, found {}", self.expected, self.found)?,
        }
        if !self.along.is_empty() {
            write!(f, "; with it {}", self.along.join(", "))?;
        }
        Ok(())
    }
}

/// Every difference between what was expected and what was found, tables in the order of their names.
pub fn difference(expected: &Schema, found: &Schema) -> Vec<Difference> {
    let mut comparison = Comparison { gone: gone(expected, found), extra: gone(found, expected), ..Default::default() };
    for (name, table) in &expected.tables {
        match found.table(name) {
            Some(other) => comparison.table(&table.canonical(), &other.canonical()),
            None => comparison.add(DifferenceKind::MissingTable, name, name, size(table), String::new()),
        }
    }
    for (name, table) in found.tables.iter().filter(|(name, _)| !expected.tables.contains_key(*name)) {
        comparison.add(DifferenceKind::UnexpectedTable, name, name, String::new(), size(table));
    }
    let Comparison { mut differences, mut along, .. } = comparison;
    for difference in &mut differences {
        let column = match difference.kind {
            DifferenceKind::MissingTable => "",
            DifferenceKind::MissingColumn | DifferenceKind::UnexpectedColumn => &difference.name,
            _ => continue,
        };
        difference.along = along.remove(&(difference.table.clone(), column.to_owned())).unwrap_or_default();
    }
    differences.sort_by(|a, b| a.table.cmp(&b.table));
    differences
}

fn size(table: &Table) -> String {
    format!("{} columns", table.columns.len())
}

/// Tables, and columns of tables that are on both sides, which only the first schema has.
#[derive(Default)]
struct Gone {
    tables: BTreeSet<String>,
    columns: BTreeMap<String, BTreeSet<String>>,
}

fn gone(from: &Schema, other: &Schema) -> Gone {
    let mut gone = Gone::default();
    for (name, table) in &from.tables {
        let Some(twin) = other.table(name) else {
            gone.tables.insert(name.clone());
            continue;
        };
        let columns: BTreeSet<String> =
            table.columns.iter().filter(|c| twin.column(&c.name).is_none()).map(|c| c.name.clone()).collect();
        if !columns.is_empty() {
            gone.columns.insert(name.clone(), columns);
        }
    }
    gone
}

impl Gone {
    /// A column of the table that is gone and for which this holds.
    fn column(&self, table: &str, uses: impl Fn(&str) -> bool) -> Option<(String, String)> {
        let column = self.columns.get(table)?.iter().find(|column| uses(column))?;
        Some((table.to_owned(), column.clone()))
    }

    /// What took this foreign key along: one of its columns, its target, or a column there.
    fn cause(&self, table: &str, key: &ForeignKey) -> Option<(String, String)> {
        let names = |columns: &[String], column: &str| columns.iter().any(|name| name == column);
        let target = || self.tables.contains(&key.references).then(|| (key.references.clone(), String::new()));
        self.column(table, |column| names(&key.columns, column))
            .or_else(target)
            .or_else(|| self.column(&key.references, |column| names(&key.referenced_columns, column)))
    }
}

/// A table, and a column of it or nothing: what took other parts along.
type Cause = (String, String);

#[derive(Default)]
struct Comparison {
    gone: Gone,
    extra: Gone,
    differences: Vec<Difference>,
    along: BTreeMap<Cause, Vec<String>>,
}

impl Comparison {
    fn add(&mut self, kind: DifferenceKind, table: &str, name: &str, expected: String, found: String) {
        let (table, name) = (table.to_owned(), name.to_owned());
        self.differences.push(Difference { kind, table, name, expected, found, along: Vec::new() });
    }

    fn table(&mut self, expected: &Table, found: &Table) {
        let key_differs = self.primary_key(expected, found);
        self.columns(expected, found, key_differs);
        let index_cause = |gone: &Gone, index: &Index| gone.column(&expected.name, |column| index_uses(index, column));
        self.parts(
            &expected.name,
            (&expected.indexes, &found.indexes),
            (|index| &index.name, text::index, index_cause),
            [DifferenceKind::MissingIndex, DifferenceKind::UnexpectedIndex, DifferenceKind::IndexDiffers],
        );
        self.parts(
            &expected.name,
            (&expected.foreign_keys, &found.foreign_keys),
            (|key| &key.name, text::foreign_key, |gone, key| gone.cause(&expected.name, key)),
            [
                DifferenceKind::MissingForeignKey,
                DifferenceKind::UnexpectedForeignKey,
                DifferenceKind::ForeignKeyDiffers,
            ],
        );
        self.parts(
            &expected.name,
            (&expected.checks, &found.checks),
            (
                |check| &check.name,
                |check| check.expression.to_string(),
                |gone, check| gone.column(&expected.name, |column| check.expression.mentions(column)),
            ),
            [DifferenceKind::MissingCheck, DifferenceKind::UnexpectedCheck, DifferenceKind::CheckDiffers],
        );
    }

    /// Whether the key is found to differ other than by columns that are missing.
    fn primary_key(&mut self, expected: &Table, found: &Table) -> bool {
        if expected.primary_key == found.primary_key {
            return false;
        }
        let name = &expected.name;
        let is_gone = |gone: &Gone, column: &str| gone.column(name, |other| other == column).is_some();
        let cause = expected.primary_key.iter().find(|column| is_gone(&self.gone, column));
        let rest: Vec<&String> = expected.primary_key.iter().filter(|column| !is_gone(&self.gone, column)).collect();
        let found_rest: Vec<&String> =
            found.primary_key.iter().filter(|column| !is_gone(&self.extra, column)).collect();
        match cause {
            Some(column) if found.primary_key.is_empty() || rest == found_rest => {
                let cause = (name.clone(), column.clone());
                self.along.entry(cause).or_default().push(format!("primary key of {name}"));
                false
            }
            _ => {
                let texts = (text::primary_key(expected), text::primary_key(found));
                self.add(DifferenceKind::PrimaryKeyDiffers, name, "primary key", texts.0, texts.1);
                true
            }
        }
    }

    fn columns(&mut self, expected: &Table, found: &Table, key_differs: bool) {
        for column in &expected.columns {
            let Some(other) = found.column(&column.name) else {
                let text = text::column(column);
                self.add(DifferenceKind::MissingColumn, &expected.name, &column.name, text, String::new());
                continue;
            };
            let what = properties(column, other);
            // Only a primary key has an identity: who drops the one drops the other.
            let by_key =
                key_differs && what == [ColumnProperty::Identity] && expected.primary_key.contains(&column.name);
            if !what.is_empty() && !by_key {
                let texts = (text::column(column), text::column(other));
                self.add(DifferenceKind::ColumnDiffers { what }, &expected.name, &column.name, texts.0, texts.1);
            }
        }
        for column in found.columns.iter().filter(|column| expected.column(&column.name).is_none()) {
            let text = text::column(column);
            self.add(DifferenceKind::UnexpectedColumn, &expected.name, &column.name, String::new(), text);
        }
    }

    /// Compares parts by name; `cause` says which missing (or unexpected) column or table explains one.
    fn parts<T: PartialEq>(
        &mut self,
        table: &str,
        (expected, found): (&[T], &[T]),
        (name, text, cause): (impl Fn(&T) -> &String, impl Fn(&T) -> String, impl Fn(&Gone, &T) -> Option<Cause>),
        [missing, unexpected, differs]: [DifferenceKind; 3],
    ) {
        let along = |part: &T| format!("{} {} of {table}", missing.object(), name(part));
        for part in expected {
            let twin = found.iter().find(|other| name(other) == name(part));
            if twin == Some(part) {
                continue;
            }
            if let Some(cause) = cause(&self.gone, part) {
                self.along.entry(cause).or_default().push(along(part));
            } else if let Some(twin) = twin {
                self.add(differs.clone(), table, name(part), text(part), text(twin));
            } else {
                self.add(missing.clone(), table, name(part), text(part), String::new());
            }
        }
        for part in found.iter().filter(|part| expected.iter().all(|other| name(other) != name(part))) {
            match cause(&self.extra, part).filter(|(_, column)| !column.is_empty()) {
                Some(cause) => self.along.entry(cause).or_default().push(along(part)),
                None => self.add(unexpected.clone(), table, name(part), String::new(), text(part)),
            }
        }
    }
}

fn properties(expected: &Column, found: &Column) -> Vec<ColumnProperty> {
    [
        (ColumnProperty::Type, expected.ty != found.ty),
        (ColumnProperty::Null, expected.nullable != found.nullable),
        (ColumnProperty::Default, expected.default != found.default),
        (ColumnProperty::Identity, expected.identity != found.identity),
    ]
    .into_iter()
    .filter_map(|(property, differs)| differs.then_some(property))
    .collect()
}
