//! Words and roles of models and columns: what forms, lists and exports take from the declarations.

use std::collections::BTreeSet;

use seadrift::{
    entity::{ColumnDeclaration, Declaration},
    schema::{ColumnType, Schema},
};

const APPS: [&str; 5] = ["accounts", "profiles", "notifications", "economy", "tournaments"];

/// The models of these apps with their tables' names.
fn declared() -> Vec<(&'static str, &'static Declaration)> {
    let project = web::project();
    let models = project.models().filter(|model| APPS.contains(&model.app.as_str()));
    models.map(|model| (model.table_name, model.declaration.expect("declared"))).collect()
}

#[test]
fn secrets_are_these() {
    let secret = |(table, declaration): (&str, &'static Declaration)| {
        let secret = declaration.columns.iter().filter(|column| column.secret);
        secret.map(|column| format!("{table}.{}", column.name)).collect::<Vec<_>>()
    };
    let found: BTreeSet<String> = declared().into_iter().flat_map(secret).collect();
    let expected = [
        "accounts_emailotp.code",
        "accounts_pendingsignup.password_hash",
        "accounts_session.token_hash",
        "accounts_user.password",
        "corelib_idempotencykey.response_body",
    ];
    assert_eq!(found, expected.map(str::to_owned).into());
}

/// What is wrong with a model's words, one a line.
fn poor(table: &str, declaration: &Declaration, schema: &Schema) -> Vec<String> {
    let mut found = Vec::new();
    let mut say = |holds: bool, what: String| {
        if !holds {
            found.push(format!("{table}{what}"));
        }
    };
    say(!declaration.doc.is_empty(), " has no doc".to_owned());
    say(!declaration.ordering.is_empty(), " has no ordering".to_owned());
    let enough = declaration.columns.len().saturating_sub(1).min(2);
    say(declaration.list.len() >= enough, " lists next to nothing".to_owned());
    say(declaration.label != declaration.plural, " is called alike, one or many".to_owned());
    for column in declaration.columns {
        let name = column.name;
        let moment = name.ends_with("_at") || name.ends_with("_ci");
        say(!column.doc.is_empty(), format!(".{name} has no doc"));
        say(!column.label.contains('_'), format!(".{name} is labelled like a column"));
        say(
            !moment || !column.editable() || declaration.append_only,
            format!(".{name} is set by the program, not by hand"),
        );
        let words: BTreeSet<&str> = column.choices.iter().map(|choice| choice.label).collect();
        say(words.len() == column.choices.len(), format!(".{name} has two choices of one label"));
        let ty = schema.tables[table].column(name).map(|column| column.ty.clone());
        let explained = !column.help.is_empty() || declaration.append_only || !column.editable();
        say(ty != Some(ColumnType::Json) || explained, format!(".{name} is JSON without help"));
        say(column.soft_ref.is_none() || !column.help.is_empty(), format!(".{name} is a soft reference without help"));
    }
    found
}

#[test]
fn people_find_words_everywhere() {
    let schema = web::project().schema().expect("entities without errors");
    let found: Vec<String> =
        declared().into_iter().flat_map(|(table, declaration)| poor(table, declaration, &schema)).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// The rules above see what is poor: a model stripped of its words.
#[test]
fn missing_words_are_seen() {
    let schema = web::project().schema().expect("entities without errors");
    let (table, declaration) =
        declared().into_iter().find(|(table, _)| *table == "economy_coinpolicy").expect("coin policies");
    let strip = |column: &ColumnDeclaration| ColumnDeclaration {
        doc: "",
        help: "",
        label: "some_column",
        readonly: false,
        ..column.clone()
    };
    let columns: &'static [ColumnDeclaration] = declaration.columns.iter().map(strip).collect::<Vec<_>>().leak();
    let stripped =
        Declaration { doc: "", ordering: &[], list: &[], plural: declaration.label, columns, ..declaration.clone() };
    let found = poor(table, &stripped, &schema);
    for expected in [
        "economy_coinpolicy has no doc",
        "economy_coinpolicy has no ordering",
        "economy_coinpolicy lists next to nothing",
        "economy_coinpolicy is called alike, one or many",
        "economy_coinpolicy.winner has no doc",
        "economy_coinpolicy.winner is labelled like a column",
        "economy_coinpolicy.created_at is set by the program, not by hand",
        "economy_coinpolicy.tournament_id is a soft reference without help",
    ] {
        assert!(found.iter().any(|line| line == expected), "no {expected:?} in {found:#?}");
    }
}
