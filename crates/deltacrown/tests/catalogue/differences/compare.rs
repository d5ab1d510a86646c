//! What differs between the old schema and ours, by meaning: names of indexes and constraints do not count.
//!
//! Not here: which differences need a reason of their own (`rules`), and the reasons (`reasons`).

use std::collections::{BTreeMap, BTreeSet};

use seadrift::schema::{Check, Column, DefaultValue, ForeignKey, Index, IndexKey, Literal, Schema, Table};
use serde::Deserialize;

/// The old system's tables.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Old {
    /// What the file is.
    #[serde(rename = "about")]
    _about: String,
    /// Tables; defaults and `on_delete` are those of its application.
    pub schema: Schema,
    /// The values that its application allowed, by `table.column`.
    pub choices: BTreeMap<String, Vec<Literal>>,
}

/// Our tables.
pub struct Ours {
    /// Tables.
    pub schema: Schema,
    /// The values that a column allows, by `table.column`.
    pub choices: BTreeMap<String, Vec<Literal>>,
}

/// The part of a table that differs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The table itself.
    Table,
    /// A column.
    Column(String),
    /// A foreign key, an index or a check: the columns that it speaks of, and its names.
    Constraint { word: &'static str, columns: Vec<String>, names: Vec<String> },
}

/// How it differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Added,
    Removed,
    Changed,
    Type,
    Null,
    Default,
    Choices,
}

impl Kind {
    /// The word in `differences.toml` and in the document.
    pub fn word(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
            Self::Type => "type",
            Self::Null => "null",
            Self::Default => "default",
            Self::Choices => "choices",
        }
    }
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    pub table: String,
    pub place: Place,
    pub kind: Kind,
    pub was: String,
    pub is: String,
}

/// What the comparison saw: the differences, and how many things agree but for where they are kept.
#[derive(Default)]
pub struct Comparison {
    pub differences: Vec<Difference>,
    /// Columns whose default the application had and the database has.
    pub defaults_moved: usize,
    /// Columns whose values only the application bounded.
    pub choices_checked: usize,
    /// Foreign keys whose action was the application's and is the database's.
    pub actions_moved: usize,
}

/// Compares all tables.
pub fn compare(old: &Old, ours: &Ours) -> Comparison {
    let (was, is) = (old.schema.canonical(), ours.schema.canonical());
    let names: BTreeSet<&String> = was.tables.keys().chain(is.tables.keys()).collect();
    let mut seen = Comparison::default();
    for name in names {
        match (was.table(name), is.table(name)) {
            (Some(was), Some(is)) => Pair { old, ours, was, is }.compare(&mut seen),
            (Some(_), None) => seen.differences.push(whole(name, Kind::Removed)),
            (None, Some(_)) => seen.differences.push(whole(name, Kind::Added)),
            (None, None) => {}
        }
    }
    seen.differences.sort();
    seen
}

fn whole(table: &str, kind: Kind) -> Difference {
    Difference { table: table.to_owned(), place: Place::Table, kind, was: String::new(), is: String::new() }
}

/// One table, then and now.
struct Pair<'a> {
    old: &'a Old,
    ours: &'a Ours,
    was: &'a Table,
    is: &'a Table,
}

impl Pair<'_> {
    fn compare(&self, seen: &mut Comparison) {
        self.columns(seen);
        self.foreign_keys(seen);
        self.indexes(seen);
        self.checks(seen);
        if self.was.primary_key != self.is.primary_key {
            let (was, is) = (self.was.primary_key.join(", "), self.is.primary_key.join(", "));
            let columns = self.is.primary_key.clone();
            self.add(seen, constraint("primary key", columns, []), Kind::Changed, was, is);
        }
    }

    fn add(&self, seen: &mut Comparison, place: Place, kind: Kind, was: String, is: String) {
        seen.differences.push(Difference { table: self.is.name.clone(), place, kind, was, is });
    }

    fn columns(&self, seen: &mut Comparison) {
        let names: BTreeSet<&String> = self.was.columns.iter().chain(&self.is.columns).map(|c| &c.name).collect();
        for name in names {
            let place = Place::Column(name.clone());
            match (self.was.column(name), self.is.column(name)) {
                (Some(was), Some(is)) => self.column(seen, &place, was, is),
                (Some(was), None) => self.add(seen, place, Kind::Removed, shown(was), String::new()),
                (None, Some(is)) => self.add(seen, place, Kind::Added, String::new(), shown(is)),
                (None, None) => {}
            }
        }
    }

    fn column(&self, seen: &mut Comparison, place: &Place, was: &Column, is: &Column) {
        if was.ty != is.ty {
            self.add(seen, place.clone(), Kind::Type, was.ty.to_string(), is.ty.to_string());
        }
        if was.nullable != is.nullable {
            let word = |column: &Column| if column.nullable { "may be NULL" } else { "never NULL" }.to_owned();
            self.add(seen, place.clone(), Kind::Null, word(was), word(is));
        }
        let (before, after) = (default(was), default(is));
        if before != after && !same_number(&before, &after) {
            self.add(seen, place.clone(), Kind::Default, before, after);
        } else if is.default.is_some() {
            seen.defaults_moved += 1;
        }
        let label = format!("{}.{}", self.is.name, is.name);
        let (before, after) = (values(self.old.choices.get(&label)), values(self.ours.choices.get(&label)));
        if before != after {
            let word = |set: &BTreeSet<String>, other: &BTreeSet<String>| match (set.is_empty(), other.is_empty()) {
                (true, _) => "any".to_owned(),
                (_, true) => set.iter().cloned().collect::<Vec<_>>().join(", "),
                _ => set.difference(other).cloned().collect::<Vec<_>>().join(", "),
            };
            self.add(seen, place.clone(), Kind::Choices, word(&before, &after), word(&after, &before));
        } else if !after.is_empty() {
            seen.choices_checked += 1;
        }
    }

    fn foreign_keys(&self, seen: &mut Comparison) {
        let same = |a: &ForeignKey, b: &ForeignKey| a.columns == b.columns;
        for was in &self.was.foreign_keys {
            match self.is.foreign_keys.iter().find(|is| same(was, is)) {
                Some(is) if reference(was) == reference(is) => seen.actions_moved += 1,
                Some(is) => {
                    let place = constraint("foreign key", is.columns.clone(), [&was.name, &is.name]);
                    self.add(seen, place, Kind::Changed, reference(was), reference(is));
                }
                None => {
                    let place = constraint("foreign key", was.columns.clone(), [&was.name]);
                    self.add(seen, place, Kind::Removed, reference(was), String::new());
                }
            }
        }
        for is in self.is.foreign_keys.iter().filter(|is| !self.was.foreign_keys.iter().any(|was| same(was, is))) {
            let place = constraint("foreign key", is.columns.clone(), [&is.name]);
            self.add(seen, place, Kind::Added, String::new(), reference(is));
        }
    }

    fn indexes(&self, seen: &mut Comparison) {
        let mut gone: Vec<&Index> = self.was.indexes.iter().collect();
        let mut new: Vec<&Index> = Vec::new();
        for is in &self.is.indexes {
            match gone.iter().position(|was| was.unique == is.unique && index(was) == index(is)) {
                Some(at) => {
                    gone.remove(at);
                }
                None => new.push(is),
            }
        }
        for is in new {
            let columns = of_index(self.is, is);
            let near = gone
                .iter()
                .position(|was| was.unique == is.unique && sorted(of_index(self.was, was)) == sorted(columns.clone()));
            match near.map(|at| gone.remove(at)) {
                Some(was) => {
                    let place = constraint(word(is), columns, [&was.name, &is.name]);
                    self.add(seen, place, Kind::Changed, index(was), index(is));
                }
                None => {
                    self.add(seen, constraint(word(is), columns, [&is.name]), Kind::Added, String::new(), index(is))
                }
            }
        }
        for was in gone {
            let place = constraint(word(was), of_index(self.was, was), [&was.name]);
            self.add(seen, place, Kind::Removed, index(was), String::new());
        }
    }

    /// Checks of allowed values are compared as choices of their columns.
    fn checks(&self, seen: &mut Comparison) {
        let of_choices = |check: &Check| {
            let columns = of_check(self.is, check);
            let [column] = columns.as_slice() else { return false };
            let chosen = self.ours.choices.contains_key(&format!("{}.{column}", self.is.name));
            chosen && (check.expression.as_str().contains(" IN (") || !check.expression.as_str().contains(" AND "))
        };
        let was: Vec<&Check> = self.was.checks.iter().filter(|c| !of_choices(c)).collect();
        let is: Vec<&Check> = self.is.checks.iter().filter(|c| !of_choices(c)).collect();
        let same = |a: &Check, b: &Check| a.expression == b.expression;
        let mut gone: Vec<&Check> = was.iter().filter(|w| !is.iter().any(|i| same(w, i))).copied().collect();
        for check in is.iter().filter(|i| !was.iter().any(|w| same(i, w))) {
            let columns = of_check(self.is, check);
            // Two checks of the same columns are one that changed.
            let near = gone.iter().position(|was| was.name == check.name || of_check(self.was, was) == columns);
            match near.map(|at| gone.remove(at)) {
                Some(was) => {
                    let place = constraint("check", columns, [&was.name, &check.name]);
                    self.add(seen, place, Kind::Changed, was.expression.to_string(), check.expression.to_string());
                }
                None => {
                    let place = constraint("check", columns, [&check.name]);
                    self.add(seen, place, Kind::Added, String::new(), check.expression.to_string());
                }
            }
        }
        for check in gone {
            let place = constraint("check", of_check(self.was, check), [&check.name]);
            self.add(seen, place, Kind::Removed, check.expression.to_string(), String::new());
        }
    }
}

fn constraint<'n>(word: &'static str, columns: Vec<String>, names: impl IntoIterator<Item = &'n String>) -> Place {
    Place::Constraint { word, columns, names: names.into_iter().cloned().collect() }
}

fn shown(column: &Column) -> String {
    let null = if column.nullable { " null" } else { "" };
    let default = default(column);
    let default = if default.is_empty() { default } else { format!(" default {default}") };
    format!("{}{null}{default}", column.ty)
}

fn default(column: &Column) -> String {
    match &column.default {
        None => String::new(),
        Some(DefaultValue::Literal(literal)) => value(literal),
        Some(DefaultValue::Sql { sql }) => sql.to_string(),
    }
}

/// `0`, `0.0` and `0.00` are one default.
fn same_number(a: &str, b: &str) -> bool {
    matches!((a.parse::<f64>(), b.parse::<f64>()), (Ok(a), Ok(b)) if a == b)
}

fn value(literal: &Literal) -> String {
    match literal {
        Literal::Bool(value) => value.to_string(),
        Literal::Int(number) => number.to_string(),
        Literal::Text(text) => format!("'{text}'"),
    }
}

fn values(literals: Option<&Vec<Literal>>) -> BTreeSet<String> {
    literals.into_iter().flatten().map(value).collect()
}

fn reference(key: &ForeignKey) -> String {
    format!(
        "{} ({}) on delete {}",
        key.references,
        key.referenced_columns.join(", "),
        key.on_delete.sql().to_lowercase()
    )
}

fn word(index: &Index) -> &'static str {
    if index.unique { "unique" } else { "index" }
}

/// The order of a unique index's columns and their directions matter to no row.
fn index(index: &Index) -> String {
    let mut keys: Vec<String> = index
        .keys
        .iter()
        .map(|key| match key {
            IndexKey::Descending { desc } if !index.unique => format!("{desc} desc"),
            IndexKey::Column(name) | IndexKey::Descending { desc: name } => name.clone(),
            IndexKey::Expression { sql, .. } => sql.to_string(),
        })
        .collect();
    if index.unique {
        keys.sort();
    }
    let filter = index.predicate.as_ref().map_or_else(String::new, |filter| format!(" where {filter}"));
    format!("({}){filter}", keys.join(", "))
}

/// The columns of an index's key, in order.
fn of_index(table: &Table, index: &Index) -> Vec<String> {
    let named = |key: &IndexKey, name: &str| match key {
        IndexKey::Expression { sql, .. } => sql.mentions(name),
        column => column.column() == Some(name),
    };
    let columns = |key| table.columns.iter().filter(move |c| named(key, &c.name)).map(|c| c.name.clone());
    index.keys.iter().flat_map(columns).collect()
}

fn of_check(table: &Table, check: &Check) -> Vec<String> {
    table.columns.iter().filter(|c| check.expression.mentions(&c.name)).map(|c| c.name.clone()).collect()
}

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names
}
