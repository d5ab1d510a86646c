//! A schema as one page: an overview of the apps, then each app with its tables. No script, no other
//! file; light or dark as the reader has it; everything is text that the browser can find.

use std::{collections::BTreeMap, fmt::Write as _};

use super::{Selection, layout, lines::escape, svg};

/// The page's own looks, shared with the page of a history.
pub(super) const STYLE: &str = include_str!("page.css");

/// The page.
pub fn page(selection: &Selection<'_>, title: &str) -> String {
    let mut body = String::new();
    let tables: usize = selection.apps.values().map(Vec::len).sum();
    let references: usize = selection.tables().map(|table| selection.references(table).len()).sum();
    let _ = writeln!(
        body,
        "<header><h1>{}</h1><p>{tables} tables in {} apps, {references} references. A line runs where tables stand side by \
         side; every other reference is a link to its table. Find any name with the browser's search.</p>{LEGEND}</header>",
        escape(title),
        selection.apps.len()
    );
    body.push_str("<nav aria-label=\"Tables\">\n");
    for (app, tables) in &selection.apps {
        let app = escape(app);
        let _ = write!(
            body,
            "<details><summary><a href=\"#app-{app}\">{app}</a> <span>{}</span></summary><ul>",
            tables.len()
        );
        for table in tables {
            let name = escape(&table.name);
            let _ = write!(body, "<li><a href=\"#{name}\">{name}</a></li>");
        }
        body.push_str("</ul></details>\n");
    }
    body.push_str("</nav>\n<main>\n");
    for (app, tables) in &selection.apps {
        let drawing = layout::draw(selection, tables);
        let name = escape(app);
        let plural = if tables.len() == 1 { "" } else { "s" };
        let _ = writeln!(
            body,
            "<section><h2 id=\"app-{name}\">{name} <small>{} table{plural}{}</small></h2><div class=\"plane\" tabindex=\"0\">",
            tables.len(),
            uses(selection, app)
        );
        body.push_str(&svg::app(selection, app, &drawing));
        body.push_str("</div></section>\n");
    }
    body.push_str("</main>\n");
    document(title, &body)
}

/// What an app points at in others: `, uses accounts (12), teams (3)`.
fn uses(selection: &Selection<'_>, app: &str) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for table in &selection.apps[app] {
        for reference in selection.references(table) {
            if let Some(target) = selection.schema.table(reference.target).filter(|target| target.app != app) {
                *counts.entry(&target.app).or_default() += 1;
            }
        }
    }
    if counts.is_empty() {
        return String::new();
    }
    let link = |(app, count): (&&str, &usize)| {
        let name = escape(app);
        if selection.apps.contains_key(*app) {
            format!("<a href=\"#app-{name}\">{name}</a> ({count})")
        } else {
            format!("{name} ({count})")
        }
    };
    format!(", points at {}", counts.iter().map(link).collect::<Vec<_>>().join(", "))
}

const LEGEND: &str = "<p class=\"legend\">\
<svg width=\"64\" height=\"16\" aria-hidden=\"true\"><path class=\"line\" d=\"M4,8H60\"/><path class=\"end\" d=\"M60,3L50,8L60,13M10,3v10\"/></svg> many rows point at one \
<svg width=\"64\" height=\"16\" aria-hidden=\"true\"><path class=\"line\" d=\"M4,8H60\"/><path class=\"end\" d=\"M60,3L50,8L60,13M10,3v10M13,8a4,4 0 1,0 8,0a4,4 0 1,0 -8,0\"/></svg> or at none \
<svg width=\"64\" height=\"16\" aria-hidden=\"true\"><path class=\"line\" d=\"M4,8H60\"/><path class=\"end\" d=\"M54,3v10M10,3v10\"/></svg> at most one row points \
<svg width=\"64\" height=\"16\" aria-hidden=\"true\"><path class=\"line soft\" d=\"M4,8H60\"/></svg> soft: without a constraint \
<b>id</b> key &nbsp; name<b>?</b> may be null &nbsp; <b>← 3</b> so many tables point here</p>";

/// A whole document around a body.
pub(super) fn document(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n{body}</body>\n</html>\n",
        escape(title)
    )
}
