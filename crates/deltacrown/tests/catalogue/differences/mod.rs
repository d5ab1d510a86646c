//! Every difference from the system that this one replaces has its reason, and a document tells them all.
//!
//! `old_schema.json` holds the old facts; `crates/APP/differences.toml` the reasons that are about one
//! difference; [`rules`] those that are told once. The document is `docs/schema-differences.md`.

mod compare;
mod document;
mod reasons;
mod rules;

use std::{fs, path::Path};

use seadrift::{
    project::Project,
    schema::{Column, ColumnType},
};

use self::{
    compare::{Comparison, Difference, Old, Ours, compare},
    reasons::{Declarations, Entry},
};

/// Why a difference is there.
#[derive(Clone, Copy, Debug)]
enum Reason<'a> {
    /// A rule, by its position.
    Rule(usize),
    /// An entry of its own.
    Own(&'a Entry),
}

/// All differences with their reasons.
struct Explained<'a> {
    old: &'a Old,
    ours: &'a Ours,
    seen: &'a Comparison,
    reasons: Vec<(&'a Difference, Option<Reason<'a>>)>,
    /// Entries that are about no difference.
    idle: Vec<&'a Entry>,
}

impl<'a> Explained<'a> {
    fn new(
        old: &'a Old,
        ours: &'a Ours,
        seen: &'a Comparison,
        declarations: &Declarations,
        entries: &'a [Entry],
    ) -> Self {
        let reason = |difference: &Difference| match entries.iter().find(|entry| entry.covers(difference)) {
            Some(entry) => Some(Reason::Own(entry)),
            None => rules::rule_for(difference, ours, declarations).map(Reason::Rule),
        };
        let reasons = seen.differences.iter().map(|difference| (difference, reason(difference))).collect();
        let idle = entries.iter().filter(|entry| !seen.differences.iter().any(|d| entry.covers(d))).collect();
        Self { old, ours, seen, reasons, idle }
    }

    /// What is wrong, a line each.
    fn faults(&self) -> Vec<String> {
        let told = self.reasons.iter().filter(|(_, reason)| reason.is_none());
        let missing = told.map(|(d, _)| format!("no reason for: {}", document::line(d)));
        let wrong = self.reasons.iter().filter_map(|(difference, reason)| match reason {
            Some(Reason::Own(entry)) if entry.misstates(difference) => {
                Some(format!("is told otherwise in its reason: {}", document::line(difference)))
            }
            _ => None,
        });
        let idle = self.idle.iter().map(|entry| format!("is no difference: {}", entry.subject()));
        missing.chain(wrong).chain(idle).collect()
    }
}

fn old() -> Old {
    serde_json::from_str(include_str!("../old_schema.json")).unwrap_or_else(|error| panic!("old_schema.json: {error}"))
}

fn ours(project: &Project) -> Ours {
    let schema = project.schema().unwrap_or_else(|errors| panic!("{errors:?}"));
    Ours { schema, choices: Declarations::of(project).choices() }
}

/// Compares, explains, and hands the result to `judge`.
fn explained<T>(old: &Old, ours: &Ours, entries: &[Entry], judge: impl FnOnce(&Explained<'_>) -> T) -> T {
    let seen = compare(old, ours);
    judge(&Explained::new(old, ours, &seen, &Declarations::of(&web::project()), entries))
}

#[test]
fn every_difference_has_a_reason_and_every_reason_a_difference() {
    let project = web::project();
    let faults = explained(&old(), &ours(&project), &reasons::read(&project), |found| found.faults());
    assert!(
        faults.is_empty(),
        "{} faults; say why in `differences.toml` of the app, or take back what differs:\n{}",
        faults.len(),
        faults.join("\n")
    );
}

#[test]
fn the_document_is_up_to_date() {
    let project = web::project();
    let text = explained(&old(), &ours(&project), &reasons::read(&project), |found| document::write(found, &project));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schema-differences.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == text,
        "docs/schema-differences.md is stale: run `UPDATE_DOCS=1 cargo test -p deltacrown --test catalogue document` \
         and commit it"
    );
}

#[test]
fn what_has_no_reason_is_caught() {
    let project = web::project();
    let (old, entries) = (old(), reasons::read(&project));
    let mut changed = ours(&project);
    let table = changed.schema.tables.get_mut("teams_teampost").expect("posts");
    table.columns.push(Column::new("mood", ColumnType::Varchar(7)));
    table.columns.retain(|column| column.name != "is_edited");
    table.indexes.retain(|index| index.name != "ix_teams_teampost_team_id_created_at");
    table.foreign_keys.retain(|key| key.columns != ["author_id"]);
    for column in table.columns.iter_mut().filter(|column| column.name == "title") {
        column.ty = ColumnType::Varchar(20);
        column.nullable = true;
    }
    changed
        .choices
        .insert("teams_teampost.visibility".to_owned(), vec![seadrift::schema::Literal::Text("x".to_owned())]);
    let faults = explained(&old, &changed, &entries, |found| found.faults());
    for (about, times) in
        [("mood", 1), ("is_edited", 1), ("created_at desc", 1), ("author_id", 1), ("title", 2), ("visibility", 1)]
    {
        let told = faults.iter().filter(|fault| fault.contains("teams_teampost") && fault.contains(about)).count();
        assert_eq!(told, times, "{about}: {faults:#?}");
    }
}

fn entry(kind: &str, is: &str) -> Entry {
    Entry {
        table: "teams_teampost".to_owned(),
        column: "title".to_owned(),
        constraint: String::new(),
        index: String::new(),
        kind: kind.to_owned(),
        was: String::new(),
        is: is.to_owned(),
        reason: "none".to_owned(),
    }
}

#[test]
fn a_reason_for_nothing_is_caught() {
    let project = web::project();
    let mut entries = reasons::read(&project);
    entries.push(entry("type", ""));
    let faults = explained(&old(), &ours(&project), &entries, |found| found.faults());
    assert_eq!(faults, ["is no difference: teams_teampost.title (type)"]);
}

#[test]
fn a_reason_that_tells_something_else_is_caught() {
    let project = web::project();
    let mut changed = ours(&project);
    let table = changed.schema.tables.get_mut("teams_teampost").expect("posts");
    for column in table.columns.iter_mut().filter(|column| column.name == "title") {
        column.ty = ColumnType::Varchar(20);
    }
    for (is, faulty) in [("varchar(20)", false), ("", false), ("varchar(30)", true), ("text", true)] {
        let mut entries = reasons::read(&project);
        entries.push(entry("type", is));
        let faults = explained(&old(), &changed, &entries, |found| found.faults());
        assert_eq!(faults.len(), usize::from(faulty), "{is}: {faults:#?}");
    }
}
