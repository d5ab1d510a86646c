//! The migration graph, as Mermaid and as a page: one lane an app, from left to right in the order in
//! which migrations can run.

use std::{collections::BTreeMap, fmt::Write as _};

use super::{
    lines::{curve, escape},
    page::document,
};
use crate::{
    migration::{Graph, LoadedMigration, MigrationId},
    run::Record,
};

/// What to draw.
#[derive(Clone, Copy, Debug)]
pub struct Migrations<'g> {
    /// The graph.
    pub graph: &'g Graph,
    /// What a database has run, if that shall be shown.
    pub record: Option<&'g Record>,
    /// Only these apps; all, when there are none.
    pub apps: &'g [String],
}

impl<'g> Migrations<'g> {
    fn shown(&self) -> impl Iterator<Item = &'g LoadedMigration> + '_ {
        self.graph.order().filter(|loaded| self.shows(loaded.id()))
    }

    fn shows(&self, id: &MigrationId) -> bool {
        self.apps.is_empty() || self.apps.contains(&id.app)
    }

    /// Whether it has run; nothing when that is not asked.
    fn done(&self, id: &MigrationId) -> Option<bool> {
        self.record.map(|record| record.has(id))
    }

    /// What it needs, but for what follows from that.
    fn parents(&self, id: &MigrationId) -> Vec<&'g LoadedMigration> {
        let parents: Vec<&LoadedMigration> = self.graph.parents(id).collect();
        let implied =
            |parent: &LoadedMigration| parents.iter().any(|other| self.graph.is_ancestor(parent.id(), other.id()));
        parents.iter().filter(|parent| self.shows(parent.id()) && !implied(parent)).copied().collect()
    }
}

/// The graph as a Mermaid flowchart; what has run is marked.
pub fn history_mermaid(migrations: &Migrations<'_>) -> String {
    let mut text = String::from("flowchart LR\n");
    let mut by_app: BTreeMap<&str, Vec<&LoadedMigration>> = BTreeMap::new();
    for loaded in migrations.shown() {
        by_app.entry(&loaded.id().app).or_default().push(loaded);
    }
    for (app, own) in by_app {
        let _ = writeln!(text, "    subgraph {app}");
        for loaded in own {
            let done = migrations.done(loaded.id()).unwrap_or(false);
            let (mark, class) = if done { ("✓ ", ":::done") } else { ("", "") };
            let _ = writeln!(text, "        {}[\"{mark}{}\"]{class}", node(loaded.id()), loaded.id().name);
        }
        text.push_str("    end\n");
    }
    for loaded in migrations.shown() {
        for parent in migrations.parents(loaded.id()) {
            let _ = writeln!(text, "    {} --> {}", node(parent.id()), node(loaded.id()));
        }
    }
    if migrations.record.is_some() {
        text.push_str("    classDef done stroke:#12805c,color:#12805c\n");
    }
    text
}

fn node(id: &MigrationId) -> String {
    format!("{}_{}", id.app, id.name)
}

const STEP: i32 = 250;
const BOX: (i32, i32) = (196, 30);
const LANE: i32 = 34;
const LEFT: i32 = 24;

/// The graph as a page.
pub fn history_page(migrations: &Migrations<'_>, title: &str) -> String {
    let mut depth: BTreeMap<&MigrationId, i32> = BTreeMap::new();
    let mut lanes: BTreeMap<&str, BTreeMap<i32, Vec<&LoadedMigration>>> = BTreeMap::new();
    for loaded in migrations.shown() {
        let before = migrations.parents(loaded.id()).into_iter().filter_map(|parent| depth.get(parent.id())).max();
        let at = before.map_or(0, |before| before + 1);
        depth.insert(loaded.id(), at);
        lanes.entry(&loaded.id().app).or_default().entry(at).or_default().push(loaded);
    }
    let mut places: BTreeMap<&MigrationId, (i32, i32)> = BTreeMap::new();
    let (mut nodes, mut y) = (String::new(), 0);
    let width = depth.values().max().map_or(0, |deepest| deepest * STEP) + BOX.0 + 2 * LEFT;
    for (app, columns) in &lanes {
        let rows = columns.values().map(Vec::len).max().and_then(|rows| i32::try_from(rows).ok()).unwrap_or(1);
        let height = LANE + rows * (BOX.1 + 10) + 8;
        let _ = writeln!(
            nodes,
            "<rect class=\"lane\" x=\"0\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"8\"/><text class=\"app\" x=\"12\" y=\"{}\">{}</text>",
            y + 21,
            escape(app)
        );
        for (column, own) in columns {
            for (row, loaded) in (0_i32..).zip(own) {
                places.insert(loaded.id(), (LEFT + column * STEP, y + LANE + row * (BOX.1 + 10)));
            }
        }
        y += height + 14;
    }
    let mut edges = String::new();
    for (id, (x, top)) in &places {
        let middle = top + BOX.1 / 2;
        for parent in migrations.parents(id) {
            let (px, ptop) = places[parent.id()];
            let class = if parent.id().app == id.app { "line" } else { "line soft" };
            let path = curve((px + BOX.0, ptop + BOX.1 / 2), (*x, middle));
            let title = format!("{id} needs {}", parent.id());
            let _ = writeln!(edges, "<path class=\"{class}\" d=\"{path}\"><title>{}</title></path>", escape(&title));
        }
    }
    for (id, (x, top)) in &places {
        let class = if migrations.done(id) == Some(true) { "done" } else { "open" };
        let mark = if migrations.done(id) == Some(true) { "✓ " } else { "" };
        let _ = writeln!(
            nodes,
            "<g class=\"{class}\" id=\"{}\"><rect class=\"node\" x=\"{x}\" y=\"{top}\" width=\"{}\" height=\"{}\" rx=\"6\"/><text x=\"{}\" y=\"{}\">{mark}{}<title>{id}</title></text></g>",
            escape(&node(id)),
            BOX.0,
            BOX.1,
            x + 10,
            top + 19,
            escape(&short(&id.name))
        );
    }
    let count = places.len();
    let told = match migrations.record {
        Some(record) => format!(", {} of them have run", places.keys().filter(|id| record.has(id)).count()),
        None => String::new(),
    };
    let body = format!(
        "<header><h1>{}</h1><p>{count} migrations{told}. A migration stands to the right of all that it needs, without lines \
         that follow from others; a dashed line leads to another app.</p></header>\n<main><div class=\"plane\" tabindex=\"0\"><svg width=\"{width}\" height=\"{y}\" \
         viewBox=\"0 0 {width} {y}\">\n{edges}{nodes}</svg></div></main>\n",
        escape(title)
    );
    document(title, &body)
}

/// A name that fits its box.
fn short(name: &str) -> String {
    if name.chars().count() <= 24 { name.to_owned() } else { name.chars().take(23).chain(['…']).collect() }
}
