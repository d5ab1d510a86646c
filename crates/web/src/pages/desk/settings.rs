//! The settings of a tournament, changed at its desk. Who was overtaken by somebody else sees both changes beside
//! each other, and saves what they want of them.

use std::collections::BTreeSet;

use ::tournaments::{
    Game,
    error::settings::{EditRefusal, Field},
    rules::{
        access::Act,
        edit::{self, may_change},
        settings::Settings,
    },
    service::{query, settings},
};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::{
    Desk, Done, Errors, Typed, Visit,
    form::{self, add, also_wrong, fill, shown},
    form_view::{Kind, PLACES, Section, Source},
    frame::{Frame, frame},
    new::wrong_fields,
    open, see_other,
    stop::Stop,
    unprocessable,
};
use crate::{csrf::Form, error::Trouble, layout::Layout, pages, site::Shared};

/// A field that somebody else changed meanwhile.
struct Overtaken {
    label: &'static str,
    before: String,
    theirs: String,
    /// What whoever sends the form has changed it to, if they have.
    mine: Option<String>,
}

#[derive(Template)]
#[template(path = "desk/settings.html")]
struct Page {
    layout: Layout,
    frame: Frame,
    sections: Vec<Section>,
    wrong: Vec<(&'static str, &'static str, String)>,
    places: [u16; 7],
    /// The version that is looked at.
    seen: i32,
    summary: String,
    overtaken: Vec<Overtaken>,
    any_fixed: bool,
    error: Option<String>,
}

fn fixed(desk: &Desk) -> BTreeSet<Field> {
    Field::ALL.iter().copied().filter(|field| !may_change(*field, desk.status())).collect()
}

/// The games of the list, with the tournament's own one, which may take no new tournaments.
async fn games(shared: &Shared, desk: &Desk) -> Result<Vec<Game>, Trouble> {
    let mut games = query::games(shared.db.read()).await?;
    if let Some(own) = desk.facts.card.game.as_ref().filter(|own| games.iter().all(|game| game.id != own.id)) {
        games.push(own.clone());
    }
    Ok(games)
}

#[derive(Default)]
struct Attempt {
    errors: Errors,
    overtaken: Vec<Overtaken>,
    error: Option<String>,
}

async fn page(
    shared: &Shared,
    visit: &Visit,
    desk: &Desk,
    typed: &Typed,
    attempt: Attempt,
    done: Option<&str>,
) -> Result<Response, Trouble> {
    let games = games(shared, desk).await?;
    let game = games.iter().find(|game| Some(game.id) == typed.number("game_id"));
    let plugin = game.and_then(|game| shared.games.get(game.code.as_deref()?));
    let fixed = fixed(desk);
    let source = Source {
        typed,
        errors: &attempt.errors,
        games: &games,
        plugin: plugin.as_deref(),
        fixed: &fixed,
        staff: visit.person.0.user.is_staff,
    };
    let sections = source.sections();
    let (layout, frame) = frame(shared, visit, desk, "settings", done).await?;
    Ok(pages::show(&Page {
        layout,
        frame,
        wrong: wrong_fields(&sections),
        sections,
        places: PLACES,
        seen: desk.tournament().current_version,
        summary: typed.get("summary").to_owned(),
        overtaken: attempt.overtaken,
        any_fixed: !fixed.is_empty(),
        error: attempt.error,
    }))
}

pub(crate) async fn form(
    State(shared): State<Shared>,
    visit: Visit,
    Path(slug): Path<String>,
    Query(Done { done }): Query<Done>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[Act::Edit]).await?;
    let typed = fill(&Settings::from(desk.tournament()));
    page(&shared, &visit, &desk, &typed, Attempt::default(), done.as_deref()).await
}

pub(crate) async fn save(
    State(shared): State<Shared>,
    visit: Visit,
    Path(slug): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[Act::Edit]).await?;
    let (id, now) = (desk.id(), Settings::from(desk.tournament()));
    let seen: i32 = typed.number("seen").unwrap_or(0);
    // What the form was made from: what somebody did not touch is told by it.
    let base = if seen == desk.tournament().current_version {
        now.clone()
    } else {
        at_version(&shared, id, seen, &now).await?
    };
    let fixed = fixed(&desk);
    let (wanted, mut errors) = form::read(&typed, &base, &fixed);
    if !errors.is_empty() {
        also_wrong(&mut errors, &wanted, shared.clock.now());
        let attempt = Attempt { errors, ..Attempt::default() };
        return Ok(unprocessable(page(&shared, &visit, &desk, &typed, attempt, None).await?));
    }
    let (cx, games, settings) = (visit.cx(&shared), &*shared.games, &wanted);
    let summary = typed.get("summary").trim();
    let saved = shared
        .db
        .write(|tx| async move { settings::edit(&tx, &cx, games, id, settings.clone(), seen, summary).await })
        .await;
    match saved {
        Ok(saved) => {
            let done = if saved.current_version == seen { "same" } else { "saved" };
            Ok(see_other(&format!("{}?done={done}", desk.path("settings"))))
        }
        Err(EditRefusal::Invalid(wrong)) => {
            add(&mut errors, wrong);
            let attempt = Attempt { errors, ..Attempt::default() };
            Ok(unprocessable(page(&shared, &visit, &desk, &typed, attempt, None).await?))
        }
        Err(refusal @ EditRefusal::Stale { .. }) => {
            // The version that is there now, whatever it was when this request came.
            let desk = open(&shared, &visit, &slug, &[Act::Edit]).await?;
            stale(&shared, &visit, &desk, (&base, &wanted), &typed, refusal.to_string()).await
        }
        Err(other) => {
            let error = Some(Stop::from(other).said()?);
            let attempt = Attempt { error, ..Attempt::default() };
            Ok(unprocessable(page(&shared, &visit, &desk, &typed, attempt, None).await?))
        }
    }
}

/// The settings as a version keeps them; the present ones when there is none that can be read.
async fn at_version(shared: &Shared, id: i64, number: i32, now: &Settings) -> Result<Settings, Trouble> {
    let versions = settings::versions(shared.db.read(), id, Some(number.saturating_add(1))).await?;
    let version = versions.into_iter().find(|version| version.version_number == number);
    let kept = version.and_then(|version| edit::from_version(&version.version_data, now).ok());
    Ok(kept.unwrap_or_else(|| now.clone()))
}

/// The form again with both changes in it: where only the other one changed a field it has their value, elsewhere
/// what was typed. Saved again, it is a change of what is there now.
async fn stale(
    shared: &Shared,
    visit: &Visit,
    desk: &Desk,
    (base, mine): (&Settings, &Settings),
    typed: &Typed,
    text: String,
) -> Result<Response, Trouble> {
    let now = Settings::from(desk.tournament()).tidy();
    let base = base.clone().tidy();
    let (theirs, own) = (edit::changes(&base, &now), edit::changes(&base, mine));
    let games = games(shared, desk).await?;
    let overtaken = theirs.iter().map(|change| Overtaken {
        label: change.field.label(),
        before: shown(change.field, &change.before, &games),
        theirs: shown(change.field, &change.after, &games),
        mine: own
            .iter()
            .find(|own| own.field == change.field && own.after != change.after)
            .map(|own| shown(own.field, &own.after, &games)),
    });
    let overtaken = overtaken.collect();
    let mut both = edit::as_value(&now);
    for change in &own {
        both[change.field.name()] = change.after.clone();
    }
    // The values come from two settings of this very kind, so they are one.
    let both: Settings = serde_json::from_value(both).map_err(Trouble::internal)?;
    let mut merged = fill(&both);
    merged.set("summary", typed.get("summary"));
    let attempt = Attempt { overtaken, error: Some(text), ..Attempt::default() };
    let page = page(shared, visit, desk, &merged, attempt, None).await?;
    Ok((StatusCode::CONFLICT, page).into_response())
}
