//! The document: what differs from the old system, and why, for those who move over and those who wonder.

use std::{collections::BTreeMap, fmt::Write as _};

use seadrift::project::Project;

use super::{
    Explained, Reason,
    compare::{Difference, Kind, Place},
    rules::{self, RULES},
};

const HEAD: &str = "\
# Differences from the old schema

<!-- Written by a test: `UPDATE_DOCS=1 cargo test -p deltacrown --test catalogue document`. -->

DeltaCrown replaces a Django system. Its tables and columns keep their names, so that its database can be
adopted; where types and constraints differ, this page tells why. A test compares the two table by table, column
by column, key by key, by what they mean and not by the names of constraints, and fails on a difference that has
no reason here.

Compared are the tables of the old apps accounts, corelib, economy, notifications, teams, tournaments and
user_profile. Out of scope are Django's own tables (`auth_*`, `django_*`) and those of the apps ecommerce and
siteui, which have no part here.
";

/// The whole document.
pub fn write(found: &Explained<'_>, project: &Project) -> String {
    let mut text = HEAD.to_owned();
    let count = |kind: Kind| found.reasons.iter().filter(|(d, _)| d.place == Place::Table && d.kind == kind).count();
    let (added, removed) = (count(Kind::Added), count(Kind::Removed));
    let kept = found.old.schema.tables.len() - removed;
    let own = found.reasons.iter().filter(|(_, reason)| matches!(reason, Some(Reason::Own(_)))).count();
    let _ = write!(
        text,
        "\nThe old system had {} tables, of which {kept} are here; {added} are new. {own} differences have a reason of \
         their own; the others follow from these rules.\n",
        found.old.schema.tables.len(),
    );
    general(&mut text, found);
    for app in &project.apps {
        let tables: Vec<&str> = found
            .ours
            .schema
            .tables
            .values()
            .filter(|table| table.app == app.name)
            .map(|table| table.name.as_str())
            .collect();
        chapter(&mut text, &app.name, &tables, found);
    }
    let gone: Vec<&str> = found
        .old
        .schema
        .tables
        .keys()
        .map(String::as_str)
        .filter(|name| found.ours.schema.table(name).is_none())
        .collect();
    chapter(&mut text, "no longer there", &gone, found);
    text
}

fn general(text: &mut String, found: &Explained<'_>) {
    text.push_str("\n## Rules\n\n| rule | why | how often |\n| --- | --- | ---: |\n");
    for (name, reason, times) in rules::moved(found.seen) {
        let _ = writeln!(text, "| {name} | {reason} | {times} |");
    }
    for (at, rule) in RULES.iter().enumerate() {
        let times =
            found.reasons.iter().filter(|(_, reason)| matches!(reason, Some(Reason::Rule(r)) if *r == at)).count();
        if times > 0 {
            let _ = writeln!(text, "| {} | {} | {times} |", rule.name, rule.reason);
        }
    }
}

fn chapter(text: &mut String, title: &str, tables: &[&str], found: &Explained<'_>) {
    let mut own: BTreeMap<&str, Vec<(&Difference, &str)>> = BTreeMap::new();
    for (difference, reason) in &found.reasons {
        if let Some(Reason::Own(entry)) = reason {
            own.entry(difference.table.as_str()).or_default().push((difference, entry.reason.as_str()));
        }
    }
    let (told, silent): (Vec<&&str>, Vec<&&str>) = tables.iter().partition(|table| own.contains_key(**table));
    if tables.is_empty() {
        return;
    }
    let _ = write!(text, "\n## {title}\n");
    for table in told {
        let _ = write!(text, "\n### `{table}`\n\n| what | then → now | why |\n| --- | --- | --- |\n");
        for (difference, reason) in &own[table] {
            let _ = writeln!(text, "| {} | {} | {} |", place(difference), cell(&change(difference)), cell(reason));
        }
    }
    if !silent.is_empty() {
        let names: Vec<String> = silent.iter().map(|name| format!("`{name}`")).collect();
        let _ = write!(text, "\nNothing but the rules: {}.\n", names.join(", "));
    }
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

fn place(difference: &Difference) -> String {
    match &difference.place {
        Place::Table => "the table".to_owned(),
        Place::Column(name) => format!("`{name}`"),
        Place::Constraint { word, columns, .. } => format!("{word} on `{}`", columns.join("`, `")),
    }
}

fn change(difference: &Difference) -> String {
    let code = |text: &str| if text.is_empty() { "none".to_owned() } else { format!("`{text}`") };
    let (was, is) = (&difference.was, &difference.is);
    match difference.kind {
        Kind::Added if is.is_empty() => "new".to_owned(),
        Kind::Removed if was.is_empty() => "gone".to_owned(),
        Kind::Added => format!("new: {}", code(is)),
        Kind::Removed => format!("gone: {}", code(was)),
        Kind::Null => format!("{was} → {is}"),
        Kind::Default => format!("default {} → {}", code(was), code(is)),
        Kind::Choices if was == "any" => format!("any value → {is}"),
        Kind::Choices if is == "any" => format!("{was} → any value"),
        Kind::Choices if was.is_empty() => format!("more values: {is}"),
        Kind::Choices if is.is_empty() => format!("fewer values: without {was}"),
        Kind::Choices => format!("other values: {is} instead of {was}"),
        Kind::Changed | Kind::Type => format!("{} → {}", code(was), code(is)),
    }
}

/// The difference on one line, for messages.
pub fn line(difference: &Difference) -> String {
    let names = match &difference.place {
        Place::Constraint { names, .. } => format!(" ({})", names.join(", ")),
        _ => String::new(),
    };
    format!("{}: {}{names}, {}: {}", difference.table, place(difference), difference.kind.word(), change(difference))
}
