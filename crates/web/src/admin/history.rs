//! The history of a row: who did what to it, and the values before and after.

use accounts::{model::admin_entry, service::history};
use askama::Template;
use axum::{
    extract::{Path, RawQuery, State},
    response::Response,
};
use serde_json::Value as Json;

use super::{
    catalogue::{Model, catalogue},
    field::capital,
    frame::{Frame, Theme},
    link::Pairs,
    list::viewable,
    naming,
    staff::Staff,
    value::Cell,
};
use crate::{csrf::Csrf, error::Trouble, layout::machine, pages, site::Shared};

/// Entries on a page.
const PAGE: u64 = 30;

/// An entry, for a template.
pub(crate) struct EntryView {
    pub(crate) when: String,
    pub(crate) when_machine: String,
    pub(crate) who: String,
    /// What was done, as a verb in the past.
    pub(crate) act: String,
    pub(crate) object: String,
    /// The page of the object, where there may be one.
    pub(crate) href: Option<String>,
    pub(crate) model: String,
    /// Label, before, after.
    pub(crate) changes: Vec<(String, String, String)>,
}

impl EntryView {
    pub(crate) fn of(entry: admin_entry::Model) -> Self {
        let model = catalogue().named(&entry.app, &entry.model);
        let gone = entry.act == "delete" || entry.object_id.is_empty();
        Self {
            when: entry.created_at.format("%Y-%m-%d %H:%M").to_string(),
            when_machine: machine(&entry.created_at),
            who: entry.username,
            act: past(&entry.act),
            href: model.filter(|_| !gone).map(|model| model.row_path(&entry.object_id)),
            model: model.map_or_else(|| entry.model.clone(), |model| model.label.clone()),
            changes: changes(model, &entry.changes),
            object: entry.object,
        }
    }
}

fn past(act: &str) -> String {
    match act {
        "add" => "added".to_owned(),
        "change" => "changed".to_owned(),
        "delete" => "deleted".to_owned(),
        "export" => "exported".to_owned(),
        other => format!("did \u{201c}{}\u{201d} to", capital(&other.replace('_', " "))),
    }
}

fn changes(model: Option<&Model>, changes: &Json) -> Vec<(String, String, String)> {
    let Json::Object(changes) = changes else { return Vec::new() };
    let told = changes.iter().map(|(column, pair)| {
        let field = model.and_then(|model| model.open_field(column)).map(|(_, field)| field);
        let words = |value: Option<&Json>| {
            let text = match value {
                None | Some(Json::Null) => return "\u{2014}".to_owned(),
                Some(Json::String(text)) => text.clone(),
                Some(other) => other.to_string(),
            };
            let shown = field.and_then(|field| Some(Cell::from_plain(field.kind, &text)?.shown(field)));
            naming::short(&shown.unwrap_or(text), 400)
        };
        let label = field.map_or_else(|| capital(&column.replace('_', " ")), |field| field.label.clone());
        match pair {
            Json::Array(pair) => (label, words(pair.first()), words(pair.get(1))),
            other => (label, "\u{2014}".to_owned(), words(Some(other))),
        }
    });
    told.collect()
}

#[derive(Template)]
#[template(path = "admin/history.html")]
struct HistoryPage {
    frame: Frame,
    model: &'static Model,
    name: String,
    path: String,
    entries: Vec<EntryView>,
    next: Option<String>,
    first: bool,
}

pub(crate) async fn show(
    State(shared): State<Shared>,
    staff: Staff,
    csrf: Csrf,
    theme: Theme,
    Path((app, slug, key)): Path<(String, String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Trouble> {
    let model = viewable(&staff, &app, &slug)?;
    let before = Pairs::parse(query.as_deref().unwrap_or_default()).get("before").and_then(|id| id.parse().ok());
    let object = (model.app, model.name, key.as_str());
    let mut entries = history::of_object(&shared.db, object, before, PAGE + 1).await?;
    let more = entries.len() as u64 > PAGE;
    entries.truncate(PAGE as usize);
    // The history of what is gone can still be read.
    let cell = Cell::from_plain(model.key_field().kind, &key);
    let name = match &cell {
        Some(cell) => naming::name(shared.db.read(), model, cell).await?,
        None => None,
    };
    let name = name.or_else(|| entries.first().map(|entry| entry.object.clone()));
    let Some(name) = name else {
        return Err(super::list::nothing(format!(
            "There is no {} {}, and there was none.",
            model.label,
            naming::short(&key, 80)
        )));
    };
    let path = model.row_path(&key);
    Ok(pages::show(&HistoryPage {
        frame: Frame::of(&staff, &csrf, theme, Some(model), format!("{path}/history")),
        model,
        name,
        next: entries.last().filter(|_| more).map(|entry| format!("{path}/history?before={}", entry.id)),
        entries: entries.into_iter().map(EntryView::of).collect(),
        first: before.is_none(),
        path,
    }))
}
