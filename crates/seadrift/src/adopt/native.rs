//! What only the database itself can tell or do: live names of primary keys, sequences from before
//! identity columns, and renaming what is the same but for its name. PostgreSQL only; SQLite has no names
//! for keys and no sequences, and an index there is made anew.

use std::collections::BTreeMap;

use sea_orm::sqlx;

use crate::{
    dialect::{Dialect, quote, quote_text},
    operation::{Operation, SqlPerDialect},
    run::Connection,
    schema::{Table, name},
};

/// What the catalogue says beyond the schema.
#[derive(Clone, Debug, Default)]
pub(super) struct Natives {
    /// Table and name of each primary key.
    keys: Vec<(String, String)>,
    /// Table, column and sequence of each number that is a default and no identity.
    serials: Vec<(String, String, String)>,
}

/// Reads them.
pub(super) async fn natives(connection: &mut Connection) -> Result<Natives, sqlx::Error> {
    if connection.dialect() == Dialect::Sqlite {
        return Ok(Natives::default());
    }
    let text = |row: &Vec<Option<String>>, at: usize| row.get(at).cloned().flatten().unwrap_or_default();
    let keys = connection
        .rows(
            "SELECT c.relname::text, o.conname::text FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid \
             WHERE o.contype = 'p' AND c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())",
        )
        .await?;
    let serials = connection
        .rows(
            "SELECT c.relname::text, a.attname::text, pg_get_serial_sequence(quote_ident(c.relname), a.attname) \
             FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
             WHERE c.relkind = 'r' AND a.attidentity = '' AND a.atthasdef \
             AND c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) \
             AND pg_get_serial_sequence(quote_ident(c.relname), a.attname) IS NOT NULL",
        )
        .await?;
    Ok(Natives {
        keys: keys.iter().map(|row| (text(row, 0), text(row, 1))).collect(),
        serials: serials.iter().map(|row| (text(row, 0), text(row, 1), text(row, 2))).collect(),
    })
}

/// A part that is the same but for its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Renamed {
    pub table: String,
    /// `index` or `check`.
    pub kind: &'static str,
    pub from: String,
    pub to: String,
}

/// The parts of `live` that are ours under another name; `live` has them under ours afterwards.
pub(super) fn rename_parts(live: &mut Table, ours: &Table) -> Vec<Renamed> {
    let (canonical, wanted) = (live.canonical(), ours.canonical());
    let mut renamed = Vec::new();
    for index in wanted.indexes.iter().filter(|index| canonical.index(&index.name).is_none()) {
        let twin = canonical.indexes.iter().find(|twin| {
            let same = (&twin.keys, twin.unique, &twin.predicate) == (&index.keys, index.unique, &index.predicate);
            same && wanted.index(&twin.name).is_none() && !taken(&renamed, &twin.name)
        });
        renamed.extend(twin.map(|twin| part(live, "index", &twin.name, &index.name)));
    }
    for check in wanted.checks.iter().filter(|check| canonical.check(&check.name).is_none()) {
        let twin = canonical.checks.iter().find(|twin| {
            twin.expression == check.expression && wanted.check(&twin.name).is_none() && !taken(&renamed, &twin.name)
        });
        renamed.extend(twin.map(|twin| part(live, "check", &twin.name, &check.name)));
    }
    for one in &renamed {
        let index = live.indexes.iter_mut().filter(|_| one.kind == "index").map(|index| &mut index.name);
        let check = live.checks.iter_mut().filter(|_| one.kind == "check").map(|check| &mut check.name);
        index.chain(check).filter(|name| **name == one.from).for_each(|name| one.to.clone_into(name));
    }
    renamed
}

fn taken(renamed: &[Renamed], name: &str) -> bool {
    renamed.iter().any(|one| one.from == name)
}

fn part(table: &Table, kind: &'static str, from: &str, to: &str) -> Renamed {
    Renamed { table: table.name.clone(), kind, from: from.to_owned(), to: to.to_owned() }
}

impl Natives {
    /// The statements that give parts our names, and make identities of sequences, on our tables.
    /// `ours` has the name of each of our tables by its live one.
    pub fn operations(&self, ours: &BTreeMap<&str, &str>, renamed: &[Renamed]) -> Vec<Operation> {
        let mut statements: Vec<String> = renamed
            .iter()
            .map(|Renamed { table, kind, from, to }| match *kind {
                // Renames the constraint too, where the index belongs to one.
                "index" => format!("ALTER INDEX {} RENAME TO {}", quote(from), quote(to)),
                _ => format!("ALTER TABLE {} RENAME CONSTRAINT {} TO {}", quote(table), quote(from), quote(to)),
            })
            .collect();
        // The key of a table that is renamed is renamed with it.
        for (table, key) in self.keys.iter().filter(|(table, _)| ours.get(table.as_str()) == Some(&table.as_str())) {
            let to = name::fit(format!("pk_{table}"));
            if *key != to {
                let (table, key, to) = (quote(table), quote(key), quote(&to));
                statements.push(format!("ALTER TABLE {table} RENAME CONSTRAINT {key} TO {to}"));
            }
        }
        for (table, column, sequence) in &self.serials {
            statements.extend(ours.get(table.as_str()).map(|table| identity(table, column, sequence)));
        }
        if statements.is_empty() {
            return Vec::new();
        }
        let forward = SqlPerDialect { postgres: statements, sqlite: Vec::new() };
        vec![Operation::RunSql { about: "names and identities".to_owned(), forward, backward: None }]
    }
}

/// The identity goes on where the sequence stood, so that no number is given twice, not even that of a
/// row that was deleted.
fn identity(table: &str, column: &str, sequence: &str) -> String {
    let (relation, name) = (quote(table), quote(column));
    let body = format!(
        "DECLARE last bigint; used boolean; BEGIN SELECT last_value, is_called INTO last, used FROM {sequence}; \
         ALTER TABLE {relation} ALTER COLUMN {name} DROP DEFAULT; DROP SEQUENCE {sequence}; \
         ALTER TABLE {relation} ALTER COLUMN {name} SET NOT NULL; \
         ALTER TABLE {relation} ALTER COLUMN {name} ADD GENERATED BY DEFAULT AS IDENTITY; \
         PERFORM setval(pg_get_serial_sequence({}, {}), last, used); END",
        quote_text(&relation),
        quote_text(column)
    );
    format!("DO {}", quote_text(&body))
}
