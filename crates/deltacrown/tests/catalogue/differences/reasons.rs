//! The reasons for single differences: `differences.toml` beside the manifest of each app.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use seadrift::{
    entity::{ColumnDeclaration, Declaration},
    project::Project,
};
use serde::Deserialize;

use super::compare::{Difference, Kind, Place};

/// One difference and why it is there.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The table.
    pub table: String,
    /// The column, when it is about one.
    #[serde(default)]
    pub column: String,
    /// The name, old or ours, of the constraint that it is about.
    #[serde(default)]
    pub constraint: String,
    /// The name, old or ours, of the index that it is about.
    #[serde(default)]
    pub index: String,
    /// `added`, `removed`, `changed`, `type`, `null`, `default` or `choices`.
    pub kind: String,
    /// What it was, for who reads the file; the document has it from the schema.
    #[serde(default)]
    pub was: String,
    /// What it is, likewise.
    #[serde(default)]
    pub is: String,
    /// Why.
    pub reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    difference: Vec<Entry>,
}

impl Entry {
    /// Whether this is the reason for a difference. A column that came or went takes along whatever
    /// is only about it.
    pub fn covers(&self, difference: &Difference) -> bool {
        if self.table != difference.table {
            return false;
        }
        match &difference.place {
            Place::Table => self.is_whole() && self.kind == difference.kind.word(),
            Place::Column(name) => self.column == *name && self.kind == difference.kind.word(),
            Place::Constraint { columns, names, .. } => {
                let named = |name: &String| !name.is_empty() && names.contains(name);
                let came_or_went = matches!(self.kind.as_str(), "added" | "removed");
                let along = !self.column.is_empty() && came_or_went && columns.contains(&self.column);
                named(&self.constraint) || named(&self.index) || (along && difference.kind.word() == self.kind)
            }
        }
    }

    /// Whether what the entry says of a difference that it covers is not so. Of types, defaults and
    /// values it must say what the schema says, of the rest at least not the contrary.
    pub fn misstates(&self, difference: &Difference) -> bool {
        let differ = |said: &str, seen: &str| !said.is_empty() && words(said) != words(seen);
        match difference.kind {
            Kind::Added => !self.was.is_empty(),
            Kind::Removed => !self.is.is_empty(),
            Kind::Changed => false,
            Kind::Type | Kind::Null | Kind::Default | Kind::Choices => {
                differ(&self.was, &difference.was) || differ(&self.is, &difference.is)
            }
        }
    }

    fn is_whole(&self) -> bool {
        self.column.is_empty() && self.constraint.is_empty() && self.index.is_empty()
    }

    /// What it is about, for messages.
    pub fn subject(&self) -> String {
        let part = [&self.column, &self.constraint, &self.index].into_iter().find(|part| !part.is_empty());
        let part = part.map_or_else(String::new, |part| format!(".{part}"));
        format!("{}{part} ({})", self.table, self.kind)
    }
}

fn words(text: &str) -> BTreeSet<&str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty()).collect()
}

/// All entries of the apps.
pub fn read(project: &Project) -> Vec<Entry> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut entries = Vec::new();
    for app in &project.apps {
        let path = crates.join(&app.name).join("differences.toml");
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let file: File = toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        entries.extend(file.difference);
    }
    entries
}

/// What the models declare, by table.
pub struct Declarations(BTreeMap<&'static str, &'static Declaration>);

impl Declarations {
    /// Those of a project.
    pub fn of(project: &Project) -> Self {
        Self(project.models().filter_map(|model| Some((model.table_name, model.declaration?))).collect())
    }

    /// What is declared of a column.
    pub fn column(&self, table: &str, column: &str) -> Option<&'static ColumnDeclaration> {
        self.0.get(table)?.column(column)
    }

    /// The values that columns allow, by `table.column`.
    pub fn choices(&self) -> BTreeMap<String, Vec<seadrift::schema::Literal>> {
        let columns = self
            .0
            .iter()
            .flat_map(|(table, d)| d.columns.iter().map(move |c| (format!("{table}.{}", c.name), c.allowed())));
        columns.filter(|(_, allowed)| !allowed.is_empty()).collect()
    }
}
