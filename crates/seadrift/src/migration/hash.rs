//! The hash of a migration's meaning, by which an applied migration is known to be unchanged.
//!
//! The hash is taken of the typed operations and dependencies, not of the file: comments, layout and
//! the order of things whose order means nothing do not change it. It must never change between
//! versions of Seadrift, or every deployed database would report tampering; so the form that is hashed
//! is spelt out here instead of borrowed from the file format, and pinned by tests.
//!
//! Two halves of 32 hexadecimal digits: the first of what the migration does, the second of what it
//! depends on. An edge that is added to an applied migration can so be told from a changed operation.
//! What it `replaces` is no part of it: that key is removed once no database needs it. Nor are the lints
//! that it acknowledges.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use super::Migration;
use crate::{
    operation::{Operation, SqlPerDialect},
    schema::{Check, Column, DefaultValue, ForeignKey, Index, IndexKey, Literal, Table},
};

/// Digits of each half.
const HALF: usize = 32;

/// What a change of hash means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Nothing changed.
    None,
    /// The migration does the same and depends on something else.
    Dependencies,
    /// The migration does something else.
    Operations,
}

/// The hash of the migration's meaning, 64 hexadecimal digits.
pub fn hash(migration: &Migration) -> String {
    let mut does = Canon::new("seadrift migration 1");
    does.word(if migration.atomic { "atomic" } else { "not atomic" });
    does.list(&migration.operations, operation);

    let mut after = Canon::new("seadrift dependencies 1");
    let mut dependencies: Vec<String> = migration.dependencies.iter().map(ToString::to_string).collect();
    dependencies.sort_unstable();
    dependencies.dedup();
    after.list(&dependencies, |canon, id| canon.word(id));
    does.digits() + &after.digits()
}

/// The hash of what these operations do, 32 hexadecimal digits.
pub fn operations(operations: &[Operation]) -> String {
    let mut canon = Canon::new("seadrift operations 1");
    canon.list(operations, operation);
    canon.digits()
}

/// What has changed between two hashes.
///
/// # Example
/// ```
/// use seadrift::migration::{Migration, MigrationId, hash::{Change, change, hash}};
///
/// let mut migration = Migration::new(MigrationId::new("teams", "0002_nothing"), vec![]);
/// let recorded = hash(&migration);
/// migration.dependencies.push(MigrationId::new("teams", "0001_initial"));
/// assert_eq!(change(&recorded, &hash(&migration)), Change::Dependencies);
/// ```
pub fn change(recorded: &str, now: &str) -> Change {
    if recorded == now {
        Change::None
    } else if recorded.get(..HALF).is_some_and(|half| now.get(..HALF) == Some(half)) {
        Change::Dependencies
    } else {
        Change::Operations
    }
}

/// The half of a hash that says what the migration does, whatever it depends on.
pub fn deeds(hash: &str) -> &str {
    hash.get(..HALF).unwrap_or(hash)
}

/// What is hashed: words, each with its length before it, so that no two meanings run together.
struct Canon(Sha256);

impl Canon {
    fn new(title: &str) -> Self {
        let mut canon = Self(Sha256::new());
        canon.word(title);
        canon
    }

    fn word(&mut self, word: &str) {
        self.number(word.len());
        self.0.update(word);
    }

    fn words(&mut self, words: &[&str]) {
        for word in words {
            self.word(word);
        }
    }

    fn number(&mut self, number: usize) {
        self.0.update((number as u64).to_be_bytes());
    }

    fn flag(&mut self, flag: bool) {
        self.word(if flag { "yes" } else { "no" });
    }

    fn list<T>(&mut self, items: &[T], each: impl Fn(&mut Self, &T)) {
        self.number(items.len());
        for item in items {
            each(self, item);
        }
    }

    fn option<T>(&mut self, item: Option<&T>, each: impl Fn(&mut Self, &T)) {
        self.number(usize::from(item.is_some()));
        if let Some(item) = item {
            each(self, item);
        }
    }

    /// A list whose order means nothing.
    fn by_name<T>(&mut self, items: &[T], name: impl Fn(&T) -> &str, each: impl Fn(&mut Self, &T)) {
        let mut sorted: Vec<&T> = items.iter().collect();
        sorted.sort_by(|a, b| name(a).cmp(name(b)));
        self.list(&sorted, |canon, item| each(canon, item));
    }

    fn digits(self) -> String {
        let mut digits = String::with_capacity(2 * HALF);
        for byte in &self.0.finalize()[..HALF / 2] {
            let _ = write!(digits, "{byte:02x}");
        }
        digits
    }
}

fn operation(canon: &mut Canon, operation: &Operation) {
    match operation {
        Operation::CreateTable(created) => {
            canon.word("create_table");
            table(canon, created);
        }
        Operation::DropTable { table } => canon.words(&["drop_table", table]),
        Operation::RenameTable { from, to } => canon.words(&["rename_table", from, to]),
        Operation::AlterModel { table, model } => canon.words(&["alter_model", table, model]),
        Operation::AddColumn { table, column: added, fill } => {
            canon.words(&["add_column", table]);
            column(canon, added);
            canon.option(fill.as_ref(), default);
        }
        Operation::DropColumn { table, column } => canon.words(&["drop_column", table, column]),
        Operation::RenameColumn { table, from, to } => canon.words(&["rename_column", table, from, to]),
        Operation::AlterColumn { table, column: altered, fill } => {
            canon.words(&["alter_column", table]);
            column(canon, altered);
            canon.option(fill.as_ref(), default);
        }
        Operation::AlterPrimaryKey { table, columns } => {
            canon.words(&["alter_primary_key", table]);
            canon.list(columns, |canon, column| canon.word(column));
        }
        Operation::AddIndex { table, index: added } => {
            canon.words(&["add_index", table]);
            index(canon, added);
        }
        Operation::DropIndex { table, index } => canon.words(&["drop_index", table, index]),
        Operation::AddForeignKey { table, foreign_key: added } => {
            canon.words(&["add_foreign_key", table]);
            foreign_key(canon, added);
        }
        Operation::DropForeignKey { table, foreign_key } => canon.words(&["drop_foreign_key", table, foreign_key]),
        Operation::AddCheck { table, check: added } => {
            canon.words(&["add_check", table]);
            check(canon, added);
        }
        Operation::DropCheck { table, check } => canon.words(&["drop_check", table, check]),
        // What a data step is about is for people: as little a meaning as a comment.
        Operation::RunSql { about: _, forward, backward } => {
            canon.word("run_sql");
            sql(canon, forward);
            canon.option(backward.as_ref(), sql);
        }
        Operation::Run { forward, backward } => {
            canon.words(&["run", forward]);
            canon.option(backward.as_ref(), |canon, name| canon.word(name));
        }
    }
}

// Each value is taken apart in full, so that a field added to it does not compile until it is hashed.

/// A table without its app, which is its migration's.
fn table(canon: &mut Canon, table: &Table) {
    let Table { name, app: _, model, primary_key, columns, indexes, foreign_keys, checks } = table;
    canon.words(&[name, model]);
    canon.list(primary_key, |canon, column| canon.word(column));
    canon.by_name(columns, |c| &c.name, column);
    canon.by_name(indexes, |i| &i.name, index);
    canon.by_name(foreign_keys, |f| &f.name, foreign_key);
    canon.by_name(checks, |c| &c.name, check);
}

fn column(canon: &mut Canon, column: &Column) {
    let Column { name, ty, nullable, identity, default: value, soft_ref } = column;
    canon.words(&[name, &ty.to_string()]);
    canon.flag(*nullable);
    canon.flag(*identity);
    canon.option(value.as_ref(), default);
    canon.option(soft_ref.as_ref(), |canon, soft| canon.word(&soft.0));
}

fn default(canon: &mut Canon, default: &DefaultValue) {
    match default {
        DefaultValue::Literal(Literal::Bool(value)) => canon.words(&["bool", if *value { "true" } else { "false" }]),
        DefaultValue::Literal(Literal::Int(value)) => canon.words(&["int", &value.to_string()]),
        DefaultValue::Literal(Literal::Text(value)) => canon.words(&["text", value]),
        DefaultValue::Sql { sql } => canon.words(&["sql", sql.as_str()]),
    }
}

fn index(canon: &mut Canon, index: &Index) {
    let Index { name, keys, unique, predicate } = index;
    canon.word(name);
    canon.list(keys, |canon, key| match key {
        IndexKey::Column(name) => canon.words(&["column", name]),
        IndexKey::Descending { desc } => canon.words(&["column descending", desc]),
        IndexKey::Expression { sql, descending: false } => canon.words(&["sql", sql.as_str()]),
        IndexKey::Expression { sql, descending: true } => canon.words(&["sql descending", sql.as_str()]),
    });
    canon.flag(*unique);
    canon.option(predicate.as_ref(), |canon, predicate| canon.word(predicate.as_str()));
}

fn foreign_key(canon: &mut Canon, key: &ForeignKey) {
    let ForeignKey { name, columns, references, referenced_columns, on_delete, on_update } = key;
    canon.word(name);
    canon.list(columns, |canon, column| canon.word(column));
    canon.word(references);
    canon.list(referenced_columns, |canon, column| canon.word(column));
    canon.words(&[on_delete.sql(), on_update.sql()]);
}

fn check(canon: &mut Canon, check: &Check) {
    let Check { name, expression } = check;
    canon.words(&[name, expression.as_str()]);
}

fn sql(canon: &mut Canon, sql: &SqlPerDialect) {
    let SqlPerDialect { postgres, sqlite } = sql;
    for statements in [postgres, sqlite] {
        canon.list(statements, |canon, statement| canon.word(statement));
    }
}
