//! The indexes of a table: those asked for, and those that references need.

use std::collections::BTreeSet;

use sea_orm::sea_query::IndexCreateStatement;

use super::{EntityError, IndexDeclaration, SortKey};
use crate::schema::{Index, IndexKey, Table, name};

/// Indexes on the way into a table.
pub(super) struct Indexes<'a> {
    model: &'a str,
    table: &'a str,
    found: Vec<Index>,
    /// What is wrong with them.
    pub errors: Vec<EntityError>,
}

impl<'a> Indexes<'a> {
    pub fn new(model: &'a str, table: &'a str) -> Self {
        Self { model, table, found: Vec::new(), errors: Vec::new() }
    }

    /// One column that is `unique`.
    pub fn unique_column(&mut self, column: &str) {
        self.add(Index::on(name::unique(self.table, &[column]), [column]).unique());
    }

    /// What SeaORM makes of `indexed` and `unique_key`; only the names are ours.
    pub fn of_sea_orm(&mut self, statement: &IndexCreateStatement) {
        let columns = statement.get_index_spec().get_column_names();
        if statement.is_unique_key() {
            self.add(Index::on(name::unique(self.table, &columns), &columns).unique());
        } else {
            self.add(Index::on(name::index(self.table, &columns), &columns));
        }
    }

    /// An index of the declaration.
    pub fn declared(&mut self, index: &IndexDeclaration) {
        let keys = match index.sql {
            Some(sql) => vec![IndexKey::Expression { sql: sql.into(), descending: false }],
            None => index.columns.iter().map(key).collect(),
        };
        let parts: Vec<String> = match index.sql {
            Some(sql) => words(sql),
            None => index.columns.iter().map(|key| key.column.to_owned()).collect(),
        };
        let name = match (index.name, index.unique) {
            (Some(name), _) => name::fit(name),
            (None, true) => name::unique(self.table, &parts),
            (None, false) => name::index(self.table, &parts),
        };
        self.add(Index { name, keys, unique: index.unique, predicate: index.filter.map(Into::into) });
    }

    fn add(&mut self, index: Index) {
        match self.found.iter().find(|i| i.name == index.name) {
            None => self.found.push(index),
            Some(same) if *same == index => {}
            Some(_) => {
                let (model, name) = (self.model.to_owned(), index.name);
                self.errors.push(EntityError::NamedTwice { model, kind: "indexes", name });
            }
        }
    }

    /// Puts the indexes into the table, and adds one for every reference that none of them serves:
    /// without it, each delete of a row pointed at reads the whole table.
    pub fn finish(self, table: &mut Table) {
        table.indexes = self.found;
        let keys = table.foreign_keys.iter().map(|key| key.columns.clone());
        let soft = table.columns.iter().filter(|c| c.soft_ref.is_some()).map(|c| vec![c.name.clone()]);
        for columns in keys.chain(soft).collect::<Vec<_>>() {
            if !serves_any(table, &columns) {
                let mut name = name::index(&table.name, &columns);
                if table.index(&name).is_some() {
                    // A partial index has the name already.
                    name = name::fit(name + "_ref");
                }
                table.indexes.push(Index::on(name, columns));
            }
        }
    }
}

fn key(key: &SortKey) -> IndexKey {
    let column = key.column.to_owned();
    if key.descending { IndexKey::Descending { desc: column } } else { IndexKey::Column(column) }
}

/// The words of an expression, for a name.
fn words(sql: &str) -> Vec<String> {
    sql.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect()
}

/// Whether the primary key or an index of the table begins with these columns, in any order.
fn serves_any(table: &Table, columns: &[String]) -> bool {
    let wanted: BTreeSet<&str> = columns.iter().map(String::as_str).collect();
    let begins = |keys: Vec<Option<&str>>| {
        let first: BTreeSet<_> = keys.into_iter().take(wanted.len()).flatten().collect();
        first == wanted
    };
    begins(table.primary_key.iter().map(|c| Some(c.as_str())).collect())
        || table
            .indexes
            .iter()
            .any(|i| holds_all_matches(i, columns) && begins(i.keys.iter().map(IndexKey::column).collect()))
}

/// Whether the index has every row in which these columns are not null: a lookup finds all it needs.
fn holds_all_matches(index: &Index, columns: &[String]) -> bool {
    index.predicate.as_ref().is_none_or(|predicate| {
        let words: Vec<_> = predicate.as_str().split_whitespace().collect();
        let [column, rest @ ..] = words.as_slice() else { return false };
        columns.iter().any(|c| c == column) && rest.join(" ").eq_ignore_ascii_case("is not null")
    })
}
