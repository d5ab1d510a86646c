//! The first page, with the apps, their models and what happened last; the map of all tables; and
//! finding a table or a row by a word.

use accounts::{Act, service::history};
use askama::Template;
use axum::{
    extract::{Path, RawQuery, State},
    response::Response,
};
use sea_orm::sea_query::Condition;

use super::{
    catalogue::{App, Model, catalogue},
    frame::{Frame, Theme},
    history::EntryView,
    link::Pairs,
    list::nothing,
    naming,
    select::{self, counted, counting, counts},
    staff::Staff,
};
use crate::{csrf::Csrf, error::Trouble, pages, site::Shared};

/// Entries of the history on the first page.
const LATEST: u64 = 12;
/// Rows of each model, and models, that finding shows.
const FOUND: u64 = 6;
const MODELS: usize = 6;
/// The longest word to find.
const LONGEST: usize = 100;

/// A model with its count.
struct Counted {
    model: &'static Model,
    count: String,
    empty: bool,
    add: bool,
}

/// An app with its models.
struct Card {
    app: &'static App,
    models: Vec<Counted>,
}

#[derive(Template)]
#[template(path = "admin/index.html")]
struct IndexPage {
    frame: Frame,
    title: String,
    cards: Vec<Card>,
    latest: Vec<EntryView>,
    /// Whether this person may do nothing at all.
    nothing: bool,
    one: bool,
}

/// The apps that this person may look at, with the counts of their models: one statement.
async fn cards(shared: &Shared, staff: &Staff, only: Option<&str>) -> Result<Vec<Card>, Trouble> {
    let apps = catalogue().apps.iter();
    let apps = apps.filter(|app| staff.access.may(app.name, Act::View) && only.is_none_or(|only| app.name == only));
    let apps: Vec<&'static App> = apps.collect();
    let models = || apps.iter().flat_map(|app| &app.models).map(|at| &catalogue().models[*at]);
    let queries = models().map(|model| counting(model.table, Condition::all(), select::COUNTED)).collect();
    let mut found = counts(shared.db.read(), queries).await?.into_iter();
    let card = |app: &&'static App| Card {
        app,
        models: app
            .models
            .iter()
            .map(|at| &catalogue().models[*at])
            .map(|model| {
                let count = found.next().unwrap_or(0);
                Counted { model, count: counted(count), empty: count == 0, add: staff.may(model, Act::Add) }
            })
            .collect(),
    };
    Ok(apps.iter().map(card).collect())
}

async fn page(
    shared: &Shared,
    staff: &Staff,
    csrf: &Csrf,
    theme: Theme,
    app: Option<&'static App>,
) -> Result<Response, Trouble> {
    let cards = cards(shared, staff, app.map(|app| app.name)).await?;
    let apps: Vec<&str> = cards.iter().map(|card| card.app.name).collect();
    let latest = history::latest(&shared.db, &apps, LATEST).await?;
    let here = app.map_or_else(|| "/admin".to_owned(), |app| format!("/admin/{}", app.name));
    Ok(pages::show(&IndexPage {
        frame: Frame::of(staff, csrf, theme, None, here),
        title: app.map_or_else(|| "Administration".to_owned(), |app| app.label.clone()),
        nothing: staff.access.is_nothing(),
        latest: latest.into_iter().map(EntryView::of).collect(),
        one: app.is_some(),
        cards,
    }))
}

pub(crate) async fn index(
    State(shared): State<Shared>,
    staff: Staff,
    csrf: Csrf,
    theme: Theme,
) -> Result<Response, Trouble> {
    page(&shared, &staff, &csrf, theme, None).await
}

pub(crate) async fn app(
    State(shared): State<Shared>,
    staff: Staff,
    csrf: Csrf,
    theme: Theme,
    Path(name): Path<String>,
) -> Result<Response, Trouble> {
    let app = catalogue().app(&name).filter(|app| staff.access.may(app.name, Act::View));
    let app = app.ok_or_else(|| nothing("There is no such app. The map lists them all.".to_owned()))?;
    page(&shared, &staff, &csrf, theme, Some(app)).await
}

#[derive(Template)]
#[template(path = "admin/map.html")]
struct MapPage {
    frame: Frame,
    cards: Vec<Card>,
    tables: usize,
}

/// Every table, and how to reach it.
pub(crate) async fn map(
    State(shared): State<Shared>,
    staff: Staff,
    csrf: Csrf,
    theme: Theme,
) -> Result<Response, Trouble> {
    let cards = cards(&shared, &staff, None).await?;
    let frame = Frame::of(&staff, &csrf, theme, None, "/admin/map");
    Ok(pages::show(&MapPage { frame, tables: cards.iter().map(|card| card.models.len()).sum(), cards }))
}

/// Rows of one model that were found.
struct Found {
    model: &'static Model,
    /// Names and addresses.
    rows: Vec<(String, String)>,
    /// The list with the same search.
    all: String,
}

#[derive(Template)]
#[template(path = "admin/find.html")]
struct FindPage {
    frame: Frame,
    text: String,
    tables: Vec<&'static Model>,
    found: Vec<Found>,
}

/// Finds tables by their names, and rows of the models that most others refer to. As many
/// statements as models are looked into.
pub(crate) async fn find(
    State(shared): State<Shared>,
    staff: Staff,
    csrf: Csrf,
    theme: Theme,
    RawQuery(query): RawQuery,
) -> Result<Response, Trouble> {
    let pairs = Pairs::parse(query.as_deref().unwrap_or_default());
    let text: String = pairs.get("q").unwrap_or_default().chars().filter(|c| !c.is_control()).take(LONGEST).collect();
    let words: Vec<String> = text.split_whitespace().take(5).map(str::to_lowercase).collect();
    let viewable = || catalogue().models.iter().filter(|model| staff.access.may(model.app, Act::View));
    let (mut tables, mut found) = (Vec::new(), Vec::new());
    if !words.is_empty() {
        let named = |model: &&Model| {
            let names = format!("{} {} {} {}", model.plural, model.label, model.table, model.app).to_lowercase();
            words.iter().all(|word| names.contains(word.as_str()))
        };
        tables = viewable().filter(named).collect();
        let mut central: Vec<&'static Model> = viewable().filter(|model| !model.search.is_empty()).collect();
        central.sort_by_key(|model| std::cmp::Reverse(model.children.len()));
        for model in central.into_iter().take(MODELS) {
            let kind = shared.db.kind();
            let narrow = |query: &mut sea_orm::sea_query::SelectStatement, table: &str| {
                for word in &words {
                    query.cond_where(select::search(kind, model, word, Some(table)));
                }
            };
            let rows = naming::find(shared.db.read(), model, narrow, FOUND).await?;
            if !rows.is_empty() {
                let rows = rows.into_iter().map(|(key, name)| (name, model.row_path(&key))).collect();
                let all = format!("{}?q={}", model.path(), super::link::segment(&text));
                found.push(Found { model, rows, all });
            }
        }
    }
    let frame = Frame::of(&staff, &csrf, theme, None, "/admin/find");
    Ok(pages::show(&FindPage { frame, text, tables, found }))
}
