//! Diagrams: a schema as Mermaid text and as one self-contained page, a history as a graph.
//!
//! Generated text that people read: equal input gives equal output, so that a committed diagram can be
//! held true by a test. Not here: where the schema comes from, and files.

mod history;
mod layout;
mod lines;
mod mermaid;
mod page;
mod svg;

use std::collections::{BTreeMap, BTreeSet};

use crate::schema::{Schema, Table};

pub use history::{Migrations, history_mermaid, history_page};
pub use mermaid::{markdown, mermaid};
pub use page::page;

/// The tables of a diagram, by app.
#[derive(Clone, Debug)]
pub struct Selection<'s> {
    schema: &'s Schema,
    apps: BTreeMap<&'s str, Vec<&'s Table>>,
}

/// One line between tables: a foreign key or a soft reference.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Reference<'s> {
    /// The columns that point.
    columns: Vec<&'s str>,
    /// The table pointed at, or the label of a model that nobody declares.
    target: &'s str,
    /// Whether it points without a constraint.
    soft: bool,
    /// Whether a row may point at nothing.
    optional: bool,
    /// Whether at most one row points at each.
    single: bool,
}

impl<'s> Selection<'s> {
    /// The tables of these apps, and these tables with all that they point at or that points at them;
    /// without either, everything.
    ///
    /// # Errors
    /// When a table does not exist, with the one that is spelt most like it.
    pub fn of(schema: &'s Schema, apps: &[String], tables: &[String]) -> Result<Self, String> {
        let mut chosen: BTreeSet<&str> = BTreeSet::new();
        for table in schema.tables.values() {
            if apps.contains(&table.app) || (apps.is_empty() && tables.is_empty()) {
                chosen.insert(&table.name);
            }
        }
        for name in tables {
            let Some(table) = schema.table(name).or_else(|| schema.model(name)) else {
                let near = crate::migration::nearest::nearest(name, schema.tables.keys().map(String::as_str));
                let near = near.map(|near| format!("; did you mean {near:?}?")).unwrap_or_default();
                return Err(format!("there is no table {name:?}{near}"));
            };
            chosen.insert(&table.name);
            chosen.extend(references(schema, table).into_iter().map(|reference| reference.target));
            let points = |other: &&Table| references(schema, other).iter().any(|r| r.target == table.name);
            chosen.extend(schema.tables.values().filter(points).map(|other| other.name.as_str()));
        }
        let mut by_app: BTreeMap<&str, Vec<&Table>> = BTreeMap::new();
        for table in schema.tables.values().filter(|table| chosen.contains(table.name.as_str())) {
            by_app.entry(&table.app).or_default().push(table);
        }
        Ok(Self { schema, apps: by_app })
    }

    /// Whether the diagram shows this table.
    fn shows(&self, name: &str) -> bool {
        self.schema.table(name).is_some_and(|table| {
            self.apps.get(table.app.as_str()).is_some_and(|tables| tables.iter().any(|shown| shown.name == name))
        })
    }

    fn tables(&self) -> impl Iterator<Item = &'s Table> + '_ {
        self.apps.values().flatten().copied()
    }

    fn references(&self, table: &'s Table) -> Vec<Reference<'s>> {
        references(self.schema, table)
    }
}

/// What the columns of a table point at, in the order of its columns.
fn references<'s>(schema: &'s Schema, table: &'s Table) -> Vec<Reference<'s>> {
    let nullable = |name: &str| table.column(name).is_some_and(|column| column.nullable);
    let single = |columns: &[&str]| {
        let same =
            |keys: Vec<Option<&str>>| keys.len() == columns.len() && columns.iter().all(|c| keys.contains(&Some(c)));
        same(table.primary_key.iter().map(|key| Some(key.as_str())).collect())
            || table
                .indexes
                .iter()
                .filter(|index| index.unique && index.predicate.is_none())
                .any(|index| same(index.keys.iter().map(|key| key.column()).collect()))
    };
    let hard = table.foreign_keys.iter().map(|key| {
        let columns: Vec<&str> = key.columns.iter().map(String::as_str).collect();
        let optional = columns.iter().any(|column| nullable(column));
        Reference { single: single(&columns), optional, soft: false, target: &key.references, columns }
    });
    let soft = table.columns.iter().filter_map(|column| {
        let label = &column.soft_ref.as_ref()?.0;
        let target = schema.model(label).map_or(label.as_str(), |target| target.name.as_str());
        let columns = vec![column.name.as_str()];
        Some(Reference { single: single(&columns), optional: column.nullable, soft: true, target, columns })
    });
    let mut all: Vec<Reference<'s>> = hard.chain(soft).collect();
    all.sort_by_key(|reference| table.columns.iter().position(|column| column.name == reference.columns[0]));
    all
}
