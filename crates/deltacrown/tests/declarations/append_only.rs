//! Rows that are only ever added: no constraint changes or deletes them, and no code does.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use seadrift::schema::ReferentialAction;

/// Tables that must be append-only, whatever their entities say.
const KEPT: [&str; 4] =
    ["accounts_adminentry", "economy_deltacrowntransaction", "tournaments_auditlog", "tournaments_tournamentversion"];

fn append_only() -> BTreeSet<&'static str> {
    let project = web::project();
    let kept = project.models().filter(|model| model.declaration.is_some_and(|declared| declared.append_only));
    kept.map(|model| model.table_name).collect()
}

#[test]
fn ledgers_and_logs_are_append_only() {
    let found = append_only();
    for table in KEPT {
        assert!(found.contains(table), "{table}");
    }
}

/// A row that another row's end would change or take along is not kept.
#[test]
fn no_reference_changes_a_ledger_or_a_log() {
    let schema = web::project().schema().expect("entities without errors");
    for table in ["economy_deltacrowntransaction", "tournaments_auditlog", "tournaments_tournamentversion"] {
        for key in &schema.tables[table].foreign_keys {
            for action in [key.on_delete, key.on_update] {
                let keeps = matches!(action, ReferentialAction::Restrict | ReferentialAction::NoAction);
                assert!(keeps, "{table}.{} {}", key.name, action.sql());
            }
        }
    }
}

#[test]
fn no_code_changes_or_deletes_their_rows() {
    let sources = sources();
    let mut found = Vec::new();
    for table in append_only() {
        let module = module_of(table, &sources);
        for (path, text) in &sources {
            found.extend(changes(text, &module, table).into_iter().map(|line| format!("{}: {line}", path.display())));
        }
    }
    assert!(found.is_empty(), "rows that are only ever added are changed by\n{}", found.join("\n"));
}

/// The search above sees every way that this house's code takes.
#[test]
fn changing_code_is_seen() {
    for (text, seen) in [
        ("use crate::model::ledger;\nledger::Entity::update_many().set(row)", true),
        ("use crate::model::ledger;\nledger::Entity::update(row).exec(db)", true),
        ("use crate::model::ledger as entry;\nentry::Entity::delete_by_id(7).exec(db)", true),
        ("use crate::model::{wallet, ledger as entry};\nentry::Entity::delete_many()", true),
        ("let row = ledger::ActiveModel { ..Default::default() };\nrow.update(db).await", true),
        ("fn gone(row: ledger::Model) { row.delete(db).await }", true),
        ("let sql = \"UPDATE economy_ledger SET amount = 1\";", true),
        ("let sql = \"delete from \\\"economy_ledger\\\" where id = 1\";", true),
        ("ledger::Entity::insert(row).exec(db)", false),
        ("use crate::model::wallet;\nwallet::Entity::update_many()", false),
        ("let row = wallet::ActiveModel {};\nrow.update(db).await", false),
        ("let sql = \"SELECT * FROM economy_ledger\";", false),
    ] {
        assert_eq!(!changes(text, "ledger", "economy_ledger").is_empty(), seen, "{text}");
    }
}

/// Lines that change or delete rows of a table whose entity is in this module.
fn changes(text: &str, module: &str, table: &str) -> Vec<String> {
    let mut names = vec![module.to_owned()];
    for (at, _) in text.match_indices(&format!("{module} as ")) {
        let alias = &text[at + module.len() + 4..];
        names.push(alias.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
    }
    let mentions = |name: &String, what: &str| {
        let word = format!("{name}::{what}");
        text.match_indices(&word).any(|(at, _)| !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
    };
    let rows = names.iter().any(|name| mentions(name, "ActiveModel") || mentions(name, "Model"));
    let acts = |line: &str| {
        let by_entity = names
            .iter()
            .any(|name| ["update", "delete"].iter().any(|act| line.contains(&format!("{name}::Entity::{act}"))));
        let by_row = rows && [".update(", ".delete(", ".save("].iter().any(|act| line.contains(act));
        let sql = line.to_lowercase().replace(['"', '\\'], "");
        by_entity || by_row || ["update ", "delete from "].iter().any(|act| sql.contains(&format!("{act}{table}")))
    };
    text.lines().filter(|line| acts(line)).map(|line| line.trim().to_owned()).collect()
}

/// The module of the entity of this table.
fn module_of(table: &str, sources: &[(PathBuf, String)]) -> String {
    let declares = format!("table_name = \"{table}\"");
    let (path, _) = sources.iter().find(|(_, text)| text.contains(&declares)).unwrap_or_else(|| panic!("{table}"));
    path.file_stem().expect("a name").to_string_lossy().into_owned()
}

/// The sources of the crates that the program is made of.
fn sources() -> Vec<(PathBuf, String)> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut folders: Vec<PathBuf> =
        ["accounts", "profiles", "notifications", "economy", "teams", "tournaments", "web", "deltacrown"]
            .map(|name| crates.join(name).join("src"))
            .into();
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).expect("a text");
                found.push((path, text));
            }
        }
    }
    assert!(found.len() > 50, "the sources were not found");
    found
}
