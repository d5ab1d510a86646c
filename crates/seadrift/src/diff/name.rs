//! Names of migrations: `0001_initial`, `0002_user_nickname`, `0003_remove_match_stream_url`.

use super::footprint::Placed;
use crate::{
    operation::Operation,
    schema::{IndexKey, Table},
};

/// The most characters of a name, its number included.
const LIMIT: usize = 52;
const MORE: &str = "_and_more";

/// What one operation adds to a name.
#[derive(Clone, Debug)]
pub(super) struct Fragment {
    table: String,
    text: String,
    /// Whether it is about the table or a column. What is not, such as an index, is only named
    /// where nothing else happens to the table: it most often comes with a column.
    main: bool,
}

/// What the operation adds to a name; `before` is its table before it.
pub(super) fn fragment(placed: &Placed, before: Option<&Table>) -> Fragment {
    let table = placed.operation.table().unwrap_or_default().to_owned();
    let model = before.map(model).unwrap_or_default();
    let (main, text) = match (&placed.operation, &placed.undo) {
        (Operation::CreateTable(table), _) => (true, self::model(table)),
        (Operation::DropTable { .. }, _) => (true, format!("delete_{model}")),
        (Operation::RenameTable { from, to }, _) => (true, format!("rename_{from}_to_{to}")),
        (Operation::AlterModel { model: to, .. }, _) => {
            let to = snake(to.rsplit('.').next().unwrap_or_default());
            (false, if to == model { format!("move_{model}") } else { format!("rename_{model}_{to}") })
        }
        (Operation::AddColumn { column, .. }, _) => (true, format!("{model}_{}", column.name)),
        (Operation::DropColumn { column, .. }, _) => (true, format!("remove_{model}_{column}")),
        (Operation::RenameColumn { from, to, .. }, _) => (true, format!("rename_{model}_{from}_{to}")),
        (Operation::AlterColumn { column, .. }, _) => (true, format!("alter_{model}_{}", column.name)),
        (Operation::AlterPrimaryKey { .. }, _) => (true, format!("{model}_primary_key")),
        (Operation::AddIndex { index, .. }, _) => (false, format!("{model}_{}", on(&index.keys, &index.name))),
        (Operation::DropIndex { index: name, .. }, Some(Operation::AddIndex { index, .. })) => {
            (false, format!("remove_{model}_{}", on(&index.keys, name)))
        }
        (Operation::AddForeignKey { foreign_key, .. }, _) => {
            (false, format!("{model}_{}", foreign_key.columns.join("_")))
        }
        (Operation::DropForeignKey { .. }, Some(Operation::AddForeignKey { foreign_key, .. })) => {
            (false, format!("remove_{model}_{}_fk", foreign_key.columns.join("_")))
        }
        (Operation::AddCheck { check, .. }, _) => (false, check.name.clone()),
        (Operation::DropCheck { check, .. }, _) => (false, format!("remove_{check}")),
        (Operation::Run { forward, .. }, _) => (true, format!("run_{forward}")),
        (Operation::RunSql { about, .. }, _) if !about.is_empty() => (true, about.clone()),
        _ => (true, "data".to_owned()),
    };
    Fragment { table, text: clean(&text), main }
}

/// What an index is on, in words.
fn on(keys: &[IndexKey], name: &str) -> String {
    match keys.iter().map(IndexKey::column).collect::<Option<Vec<_>>>() {
        Some(columns) => format!("{}_index", columns.join("_")),
        None => name.to_owned(),
    }
}

fn model(table: &Table) -> String {
    if table.model.is_empty() { table.name.clone() } else { snake(&table.model) }
}

/// `PlayerRole` to `player_role`.
fn snake(name: &str) -> String {
    let mut text = String::new();
    let mut previous_lower = false;
    for letter in name.chars() {
        if letter.is_uppercase() && previous_lower {
            text.push('_');
        }
        previous_lower = letter.is_lowercase() || letter.is_ascii_digit();
        text.extend(letter.to_lowercase());
    }
    text
}

/// Only what is safe in a file name everywhere: small letters, digits, single underscores.
fn clean(text: &str) -> String {
    let mut clean = String::new();
    for letter in text.chars().map(|letter| letter.to_ascii_lowercase()) {
        if letter.is_ascii_alphanumeric() {
            clean.push(letter);
        } else if !clean.is_empty() && !clean.ends_with('_') {
            clean.push('_');
        }
    }
    clean.trim_end_matches('_').to_owned()
}

/// The name of a migration: its number and the wanted name, `initial` for an app's first one, or
/// what its operations do.
pub(super) fn migration_name(number: u32, first: bool, wanted: Option<&str>, fragments: &[&Fragment]) -> String {
    let mut name = format!("{number:04}");
    if let Some(wanted) = wanted.map(clean).filter(|wanted| !wanted.is_empty()) {
        return format!("{name}_{wanted}");
    }
    if first {
        return format!("{name}_initial");
    }
    let named_by_main = |fragment: &Fragment| fragments.iter().any(|other| other.main && other.table == fragment.table);
    let mut texts: Vec<&str> = Vec::new();
    for fragment in fragments.iter().filter(|fragment| fragment.main || !named_by_main(fragment)) {
        if !fragment.text.is_empty() && !texts.contains(&fragment.text.as_str()) {
            texts.push(&fragment.text);
        }
    }
    let start = name.len();
    for (place, text) in texts.iter().enumerate() {
        let reserve = if place + 1 < texts.len() { MORE.len() } else { 0 };
        if place == 0 {
            let room = LIMIT - name.len() - 1 - reserve;
            name.push('_');
            name.push_str(text[..text.len().min(room)].trim_end_matches('_'));
        } else if name.len() + 1 + text.len() + reserve <= LIMIT {
            name.push('_');
            name.push_str(text);
        } else {
            name.push_str(MORE);
            break;
        }
    }
    if name.len() == start {
        name.push_str("_changes");
    }
    name
}
