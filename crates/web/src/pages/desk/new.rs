//! A new tournament: the game first, because regions and ids are the game's, then everything else on one form.

use std::collections::BTreeSet;

use ::tournaments::{
    Game,
    error::settings::CreateRefusal,
    rules::settings::Settings,
    service::{query, settings},
};
use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use chrono::{DateTime, TimeDelta, Timelike, Utc};
use serde::Deserialize;

use super::{
    Errors, Typed, Visit,
    form::{self, add, also_wrong, fill},
    form_view::{Kind, PLACES, Section, Source},
    see_other, unprocessable,
};
use crate::{csrf::Form, error::Trouble, layout::Layout, pages, site::Shared};

#[derive(Deserialize)]
pub(crate) struct Chosen {
    game: Option<i64>,
}

#[derive(Template)]
#[template(path = "desk/choose_game.html")]
struct GamesPage {
    layout: Layout,
    games: Vec<Game>,
}

#[derive(Template)]
#[template(path = "desk/new.html")]
struct Page {
    layout: Layout,
    csrf: String,
    sections: Vec<Section>,
    wrong: Vec<(&'static str, &'static str, String)>,
    places: [u16; 7],
}

/// The refused fields of a form, for the list at its top: name, label, what is wrong.
pub(super) fn wrong_fields(sections: &[Section]) -> Vec<(&'static str, &'static str, String)> {
    let fields = sections.iter().flat_map(|section| &section.fields);
    fields.filter_map(|field| Some((field.name, field.label, field.error.clone()?))).collect()
}

/// The default values: whole hours, and registration from now on.
fn defaults(game: i64, now: DateTime<Utc>) -> Settings {
    let now = now.with_second(0).and_then(|now| now.with_nanosecond(0)).unwrap_or(now);
    let hour = now.with_minute(0).unwrap_or(now) + TimeDelta::days(7) + TimeDelta::hours(1);
    Settings {
        registration_end: hour,
        tournament_start: hour + TimeDelta::hours(1),
        ..Settings::new("", game, 16, now)
    }
}

pub(crate) async fn form(
    State(shared): State<Shared>,
    visit: Visit,
    Query(chosen): Query<Chosen>,
) -> Result<Response, Trouble> {
    let games = query::games(shared.db.read()).await?;
    let Some(game) = chosen.game.and_then(|id| games.iter().find(|game| game.id == id)) else {
        return Ok(pages::show(&GamesPage {
            layout: Layout::of(&shared, Some(&visit.person), &visit.csrf, "organize").await?,
            games,
        }));
    };
    let typed = fill(&defaults(game.id, shared.clock.now()));
    page(&shared, &visit, &games, &typed, &Errors::default()).await
}

async fn page(
    shared: &Shared,
    visit: &Visit,
    games: &[Game],
    typed: &Typed,
    errors: &Errors,
) -> Result<Response, Trouble> {
    let game = games.iter().find(|game| Some(game.id) == typed.number("game_id"));
    let plugin = game.and_then(|game| shared.games.get(game.code.as_deref()?));
    let source = Source {
        typed,
        errors,
        games,
        plugin: plugin.as_deref(),
        fixed: &BTreeSet::new(),
        staff: visit.person.0.user.is_staff,
    };
    let sections = source.sections();
    Ok(pages::show(&Page {
        layout: Layout::of(shared, Some(&visit.person), &visit.csrf, "organize").await?,
        csrf: visit.token().to_owned(),
        wrong: wrong_fields(&sections),
        sections,
        places: PLACES,
    }))
}

pub(crate) async fn create(
    State(shared): State<Shared>,
    visit: Visit,
    Form(typed): Form<Typed>,
) -> Result<Response, Trouble> {
    let now = shared.clock.now();
    let base = defaults(typed.number("game_id").unwrap_or(0), now);
    let (wanted, mut errors) = form::read(&typed, &base, &BTreeSet::new());
    if errors.is_empty() {
        let (cx, games) = (visit.cx(&shared), &*shared.games);
        let settings = &wanted;
        let made = shared.db.write(|tx| async move { settings::create(&tx, &cx, games, settings.clone()).await }).await;
        match made {
            Ok(tournament) => return Ok(see_other(&format!("/organize/{}?done=made", tournament.slug))),
            Err(CreateRefusal::Invalid(wrong)) => add(&mut errors, wrong),
            Err(CreateRefusal::Database(error)) => return Err(error.into()),
            Err(other) => {
                return Err(Trouble::refused(axum::http::StatusCode::FORBIDDEN, other.to_string()));
            }
        }
    } else {
        also_wrong(&mut errors, &wanted, now);
    }
    let games = query::games(shared.db.read()).await?;
    Ok(unprocessable(page(&shared, &visit, &games, &typed, &errors).await?))
}
