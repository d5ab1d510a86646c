//! The versions of a tournament's settings: what changed when, the difference of two, and the way back to one.

use ::tournaments::{
    model::tournament_version::Model as Version,
    rules::access::Act,
    service::{query, settings},
};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use serde::Deserialize;

use super::{
    Desk, Done, Typed, Visit,
    ask::{Question, ask},
    form::shown,
    frame::{Frame, frame},
    open, see_other,
    stop::Stop,
};
use crate::{
    csrf::Form,
    error::Trouble,
    layout::{Layout, machine, moment},
    pages,
    site::Shared,
};

#[derive(Deserialize)]
pub(crate) struct At {
    below: Option<i32>,
    done: Option<String>,
}

struct Row {
    number: i32,
    summary: String,
    by: String,
    when: String,
    when_machine: String,
    current: bool,
}

#[derive(Template)]
#[template(path = "desk/versions.html")]
struct Page {
    layout: Layout,
    frame: Frame,
    rows: Vec<Row>,
    next: Option<i32>,
    may_restore: bool,
}

async fn rows(shared: &Shared, desk: &Desk, versions: &[Version]) -> Result<Vec<Row>, Trouble> {
    let people: Vec<i64> = versions.iter().filter_map(|version| version.changed_by_id).collect();
    let names = accounts::service::people::names(&shared.db, &people).await?;
    let row = |version: &Version| Row {
        number: version.version_number,
        summary: version.change_summary.clone(),
        by: match version.changed_by_id {
            Some(id) => names.get(&id).cloned().unwrap_or_default(),
            None => "the clock".to_owned(),
        },
        when: moment(&version.changed_at),
        when_machine: machine(&version.changed_at),
        current: version.version_number == desk.tournament().current_version,
    };
    Ok(versions.iter().map(row).collect())
}

pub(crate) async fn list(
    State(shared): State<Shared>,
    visit: Visit,
    Path(slug): Path<String>,
    Query(at): Query<At>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[Act::Edit]).await?;
    let versions = settings::versions(shared.db.read(), desk.id(), at.below).await?;
    let full = versions.len() >= usize::try_from(settings::PAGE).unwrap_or(usize::MAX);
    let next = versions.last().filter(|last| full && last.version_number > 1).map(|last| last.version_number);
    let rows = rows(&shared, &desk, &versions).await?;
    let may_restore = desk.status().is_before_play();
    let (layout, frame) = frame(&shared, &visit, &desk, "versions", at.done.as_deref()).await?;
    Ok(pages::show(&Page { layout, frame, rows, next, may_restore }))
}

#[derive(Deserialize)]
pub(crate) struct Two {
    from: i32,
    to: i32,
}

struct Difference {
    label: &'static str,
    before: String,
    after: String,
}

#[derive(Template)]
#[template(path = "desk/diff.html")]
struct DiffPage {
    layout: Layout,
    frame: Frame,
    from: i32,
    to: i32,
    changes: Vec<Difference>,
}

async fn differences(shared: &Shared, desk: &Desk, from: i32, to: i32) -> Result<Vec<Difference>, Trouble> {
    let changes = settings::diff(shared.db.read(), desk.tournament(), from, to).await?;
    let gone = || Trouble::refused(StatusCode::NOT_FOUND, "One of these versions is not there, or cannot be read.");
    let changes = changes.ok_or_else(gone)?;
    let games = query::games(shared.db.read()).await?;
    let difference = |change: &::tournaments::rules::edit::Change| Difference {
        label: change.field.label(),
        before: shown(change.field, &change.before, &games),
        after: shown(change.field, &change.after, &games),
    };
    Ok(changes.iter().map(difference).collect())
}

pub(crate) async fn diff(
    State(shared): State<Shared>,
    visit: Visit,
    Path(slug): Path<String>,
    Query(Two { from, to }): Query<Two>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[Act::Edit]).await?;
    let changes = differences(&shared, &desk, from, to).await?;
    let (layout, frame) = frame(&shared, &visit, &desk, "versions", None).await?;
    Ok(pages::show(&DiffPage { layout, frame, from, to, changes }))
}

async fn asked(
    shared: &Shared,
    visit: &Visit,
    desk: &Desk,
    number: i32,
    error: Option<String>,
) -> Result<Response, Trouble> {
    let seen = desk.tournament().current_version;
    let changes = differences(shared, desk, seen, number).await?;
    let text = if changes.is_empty() {
        "Its settings are those that there are now.".to_owned()
    } else {
        "These settings change. What changes is kept as a new version, so there is a way back from this one, too."
            .to_owned()
    };
    let line = |change: &Difference| format!("{}: {} → {}", change.label, change.before, change.after);
    let question = Question {
        title: format!("Go back to version {number}?"),
        text: vec![text],
        lines: changes.iter().map(line).collect(),
        action: desk.path(&format!("versions/{number}/restore")),
        button: format!("Go back to version {number}"),
        back: desk.path("versions"),
        hidden: vec![("seen".to_owned(), seen.to_string())],
        ..Question::default()
    };
    ask(shared, visit, desk, "versions", question, error).await
}

pub(crate) async fn question(
    State(shared): State<Shared>,
    visit: Visit,
    Path((slug, number)): Path<(String, i32)>,
    Query(Done { .. }): Query<Done>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[Act::Edit]).await?;
    asked(&shared, &visit, &desk, number, None).await
}

pub(crate) async fn restore(
    State(shared): State<Shared>,
    visit: Visit,
    Path((slug, number)): Path<(String, i32)>,
    Form(typed): Form<Typed>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[Act::Edit]).await?;
    let (cx, games, id) = (visit.cx(&shared), &*shared.games, desk.id());
    let seen: i32 = typed.number("seen").unwrap_or(0);
    let done = shared.db.write(|tx| async move { settings::rollback(&tx, &cx, games, id, number, seen).await }).await;
    match done {
        Ok(_) => Ok(see_other(&format!("{}?done=restored", desk.path("versions")))),
        Err(refusal) => {
            let text = match &refusal {
                ::tournaments::error::settings::RollbackRefusal::Edit(
                    ::tournaments::error::settings::EditRefusal::Invalid(wrong),
                ) => {
                    let told = wrong.iter().map(|(field, invalid)| format!("{}: {invalid}", field.label()));
                    told.collect::<Vec<_>>().join(" ")
                }
                _ => Stop::from(refusal).said()?,
            };
            asked(&shared, &visit, &desk, number, Some(text)).await
        }
    }
}
