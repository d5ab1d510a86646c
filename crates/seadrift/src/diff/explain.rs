//! A pending change said to people: where a part has a definition on both sides, both are shown.
//! What only comes or only goes is said well enough by [`Operation::describe`].

use super::text;
use crate::{
    operation::Operation,
    schema::{Check, Column, ForeignKey, Index, Schema},
};

/// One line for each part that `operations` change, with its definition in the history (`before`)
/// and in the code.
pub fn explain(before: &Schema, operations: &[Operation]) -> Vec<String> {
    explain_as(before, operations, "in the history", "in the code")
}

/// As [`explain`], with other words for the two sides, such as `in the database`.
pub fn explain_as(before: &Schema, operations: &[Operation], old: &str, new: &str) -> Vec<String> {
    let mut changes = Changes::default();
    let mut schema = before.clone();
    for operation in operations {
        changes.note(operation, &schema);
        // One that does not fit belongs to what another migration makes; there is nothing old to show then.
        let _ = operation.apply(&mut schema);
    }
    changes.lines(&|what, was, is| format!("{what}: {was} {old}, {is} {new}"))
}

/// What was and what is, each with its table's name.
type Parts<T> = Vec<(String, T)>;

#[derive(Default)]
struct Changes {
    columns: Parts<(Column, Column)>,
    others: Vec<(String, String, String)>,
    old_indexes: Parts<Index>,
    new_indexes: Parts<Index>,
    old_keys: Parts<ForeignKey>,
    new_keys: Parts<ForeignKey>,
    old_checks: Parts<Check>,
    new_checks: Parts<Check>,
}

impl Changes {
    fn note(&mut self, operation: &Operation, schema: &Schema) {
        let Some(before) = operation.table().and_then(|name| schema.table(name)) else { return };
        let table = || before.name.clone();
        match operation {
            Operation::AlterColumn { column, .. } => {
                let pair = before.column(&column.name).map(|old| (table(), (old.clone(), column.clone())));
                self.columns.extend(pair);
            }
            Operation::AlterPrimaryKey { columns, .. } => self.others.push((
                format!("primary key of {}", before.name),
                text::primary_key(before),
                format!("({})", columns.join(", ")),
            )),
            Operation::AlterModel { model, .. } => self.others.push((
                format!("table {}", before.name),
                format!("model {}", before.label()),
                format!(
                    "model {}",
                    if model.contains('.') { model.clone() } else { format!("{}.{model}", before.app) }
                ),
            )),
            Operation::DropIndex { index, .. } => {
                self.old_indexes.extend(before.index(index).map(|index| (table(), index.clone())));
            }
            Operation::AddIndex { index, .. } => self.new_indexes.push((table(), index.clone())),
            Operation::DropForeignKey { foreign_key, .. } => {
                self.old_keys.extend(before.foreign_key(foreign_key).map(|key| (table(), key.clone())));
            }
            Operation::AddForeignKey { foreign_key, .. } => self.new_keys.push((table(), foreign_key.clone())),
            Operation::DropCheck { check, .. } => {
                self.old_checks.extend(before.check(check).map(|check| (table(), check.clone())));
            }
            Operation::AddCheck { check, .. } => self.new_checks.push((table(), check.clone())),
            _ => {}
        }
    }

    fn lines(mut self, say: &dyn Fn(&str, &str, &str) -> String) -> Vec<String> {
        let mut lines = Vec::new();
        for (table, (old, new)) in std::mem::take(&mut self.columns) {
            let what = format!("column {} of {table}", new.name);
            let old_reference = reference(&old, &table, &mut self.old_keys);
            let new_reference = reference(&new, &table, &mut self.new_keys);
            let (mut was, mut is) = aspects(&old, &new);
            if old_reference != new_reference {
                was.push(old_reference);
                is.push(new_reference);
            }
            if !was.is_empty() {
                lines.push(say(&what, &was.join(", "), &is.join(", ")));
            }
        }
        for (what, was, is) in &self.others {
            lines.push(say(what, was, is));
        }
        for (table, old) in &self.old_keys {
            let Some(new) = twin(table, &self.new_keys, |new| new.columns == old.columns) else { continue };
            let what = format!("foreign key of {table} ({})", old.columns.join(", "));
            if old == new {
                lines.push(format!("{what}: {} is dropped and added again, what it rests on changes", old.name));
            } else {
                let text = |key: &ForeignKey| format!("{} {}", key.name, text::target(key));
                lines.push(say(&what, &text(old), &text(new)));
            }
        }
        for (table, old) in &self.old_indexes {
            let same_keys = |new: &Index| new.keys == old.keys && new.predicate == old.predicate;
            if let Some(new) = twin(table, &self.new_indexes, |new| new.name == old.name) {
                lines.push(say(&format!("index {} of {table}", old.name), &text::index(old), &text::index(new)));
            } else if let Some(new) = twin(table, &self.new_indexes, same_keys) {
                let text = |index: &Index| format!("{}{}", if index.unique { "unique " } else { "" }, index.name);
                let what = format!("index of {table} {}", text::index(&Index { unique: false, ..old.clone() }));
                lines.push(say(&what, &text(old), &text(new)));
            }
        }
        for (table, old) in &self.old_checks {
            if let Some(new) = twin(table, &self.new_checks, |new| new.name == old.name) {
                let what = format!("check {} of {table}", old.name);
                lines.push(say(&what, old.expression.as_str(), new.expression.as_str()));
            }
        }
        lines
    }
}

fn twin<'a, T>(table: &str, parts: &'a Parts<T>, same: impl Fn(&T) -> bool) -> Option<&'a T> {
    parts.iter().find(|(other, part)| other == table && same(part)).map(|(_, part)| part)
}

/// What a column points at, by a foreign key that is taken out of `keys`, or softly.
fn reference(column: &Column, table: &str, keys: &mut Parts<ForeignKey>) -> String {
    if let Some(soft) = &column.soft_ref {
        return format!("soft reference to {}", soft.0);
    }
    match keys.iter().position(|(other, key)| other == table && key.columns == [column.name.as_str()]) {
        Some(at) => {
            let (_, key) = keys.remove(at);
            format!("foreign key {} {}", key.name, text::target(&key))
        }
        None => "no reference".to_owned(),
    }
}

/// The properties in which two definitions of a column differ, but for references.
fn aspects(old: &Column, new: &Column) -> (Vec<String>, Vec<String>) {
    let texts = |column: &Column| {
        [
            column.ty.to_string(),
            text::nullability(column).trim().to_owned(),
            column.default.as_ref().map_or("no default".to_owned(), |value| format!("default {}", text::value(value))),
            if column.identity { "identity" } else { "no identity" }.to_owned(),
        ]
    };
    texts(old).into_iter().zip(texts(new)).filter(|(old, new)| old != new).unzip()
}
