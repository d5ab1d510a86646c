//! The bracket of a tournament and its standings: drawn, as a picture, and for programs.

use std::{collections::BTreeMap, sync::Arc};

use ::tournaments::{
    Tournament,
    rules::{match_state::State as MatchState, settings::Format, structure::HeldUp},
    service::play,
};
use askama::Template;
use axum::{
    Json,
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
};
use brackets::MatchId;
use serde_json::json;

use super::{
    drawing::{Html, look},
    frame::{Action, Frame, address, find, frame, own_ids},
    gone,
    visit::Visit,
};
use crate::{
    bracket::{Drawing, EntrantView, MatchView},
    error::Trouble,
    layout::{Layout, machine},
    pages,
    site::Shared,
};

/// The bracket with names, links and times.
pub(super) fn drawn(drawing: &play::Drawing, tournament: &Tournament, own: &[i64]) -> Drawing {
    let entrants = address(&tournament.slug, "entrants");
    let entrant = |who| match drawing.structure.registration(who).and_then(|id| drawing.entries.get(&id)) {
        Some(entry) => EntrantView {
            name: entry.name.clone(),
            link: Some(format!("{entrants}#e{}", entry.registration)),
            own: own.contains(&entry.registration),
        },
        None => EntrantView::default(),
    };
    let meeting = |_: usize, id: MatchId| match drawing.matches.get(&id.to_string()) {
        Some(pinned) => MatchView {
            link: Some(format!("/matches/{}", pinned.match_id)),
            at: pinned.scheduled,
            note: note(pinned.state).to_owned(),
        },
        None => MatchView::default(),
    };
    let mut view = Drawing::of_event(drawing.structure.event(), entrant, meeting);
    if Format::parse(&tournament.format) == Some(Format::GroupPlayoff)
        && let Some(groups) = view.stages.first_mut()
    {
        let through = usize::try_from(tournament.group_qualifiers).ok().filter(|through| *through > 0);
        for standings in &mut groups.standings {
            standings.through = through;
        }
    }
    view
}

const fn note(state: MatchState) -> &'static str {
    match state {
        // Beside the time there is room for no longer word.
        MatchState::CheckIn => "Check-in",
        MatchState::Live => "Live",
        MatchState::PendingResult => "Reported",
        MatchState::Disputed => "Disputed",
        _ => "",
    }
}

/// What holds the bracket up, for people.
fn waits(drawing: &play::Drawing) -> Vec<String> {
    let name = |id: &i64| drawing.entries.get(id).map_or("?", |entry| &entry.name).to_owned();
    let words = |held: &HeldUp| match held {
        HeldUp::Tie { tied, places, .. } => {
            let names: Vec<String> = tied.iter().map(name).collect();
            format!("{} are level, and only {places} of them go on: the organizer breaks the tie.", names.join(", "))
        }
        HeldUp::OnlyRematches { round, .. } => {
            format!("Round {round} can only be paired with a rematch: the organizer decides.")
        }
        HeldUp::Other { why, .. } => format!("It waits for the organizer: {why}."),
    };
    drawing.waits.iter().map(words).collect()
}

#[derive(Template)]
#[template(path = "tournaments/bracket.html")]
struct Page {
    layout: Layout,
    frame: Frame,
    html: Option<Arc<Html>>,
    /// Whether only those who draw it see it.
    private: bool,
    waits: Vec<String>,
}

pub(crate) async fn show(
    State(shared): State<Shared>,
    visit: Visit,
    Path(slug): Path<String>,
) -> Result<Response, Trouble> {
    let facts = find(&shared, &visit, &slug).await?;
    let (layout, frame) = frame(&shared, &visit, &facts, "bracket").await?;
    let found = look(&shared, &visit, &facts).await?;
    Ok(pages::show(&Page {
        layout,
        frame,
        html: found.as_ref().map(|found| found.html(&facts)),
        private: found.as_ref().is_some_and(|found| !found.bracket.is_finalized),
        waits: found.as_ref().map(|found| waits(found)).unwrap_or_default(),
    }))
}

pub(crate) async fn picture(
    State(shared): State<Shared>,
    visit: Visit,
    Path(slug): Path<String>,
) -> Result<Response, Trouble> {
    let facts = find(&shared, &visit, &slug).await?;
    let found = look(&shared, &visit, &facts).await?.ok_or_else(gone)?;
    let svg = drawn(&found, &facts.card.tournament, &[]).svg(&facts.card.tournament.name);
    let name = format!("inline; filename=\"{}-bracket.svg\"", facts.card.tournament.slug);
    Ok(([(header::CONTENT_TYPE, "image/svg+xml".to_owned()), (header::CONTENT_DISPOSITION, name)], svg).into_response())
}

/// The bracket for programs: entrants, matches, and the boards that drawings are made from.
pub(crate) async fn data(
    State(shared): State<Shared>,
    visit: Visit,
    Path(slug): Path<String>,
) -> Result<Response, Trouble> {
    let facts = find(&shared, &visit, &slug).await?;
    let found = look(&shared, &visit, &facts).await?.ok_or_else(gone)?;
    let event = found.structure.event();
    let stages =
        event.plan().stages.iter().enumerate().map(
            |(at, planned)| json!({ "name": planned.name, "board": event.stage(at).map(|open| open.stage.board()) }),
        );
    let entrants = found.structure.registrations().iter().filter_map(|id| {
        let (who, entry) = (found.structure.entrant(*id)?, found.entries.get(id)?);
        Some(json!({ "number": who.0, "registration": id, "name": entry.name, "seed": entry.seed, "team": entry.team }))
    });
    let matches: BTreeMap<_, _> = found
        .matches
        .iter()
        .map(|(code, pinned)| {
            let about = json!({
                "match": pinned.match_id,
                "state": pinned.state.as_str(),
                "scheduled": pinned.scheduled.as_ref().map(machine),
                "score": pinned.score,
                "revision": pinned.revision,
            });
            (code, about)
        })
        .collect();
    let body = json!({
        "tournament": facts.card.tournament.id,
        "slug": facts.card.tournament.slug,
        "revision": found.bracket.revision,
        "published": found.bracket.is_finalized,
        "entrants": entrants.collect::<Vec<_>>(),
        "stages": stages.collect::<Vec<_>>(),
        "matches": matches,
    });
    Ok(Json(body).into_response())
}

#[derive(Template)]
#[template(path = "tournaments/standings.html")]
struct StandingsPage {
    layout: Layout,
    frame: Frame,
    html: Option<String>,
}

pub(crate) async fn standings(
    State(shared): State<Shared>,
    visit: Visit,
    Path(slug): Path<String>,
) -> Result<Response, Trouble> {
    let facts = find(&shared, &visit, &slug).await?;
    let (layout, frame) = frame(&shared, &visit, &facts, "standings").await?;
    let found = look(&shared, &visit, &facts).await?;
    let html = found.map(|found| drawn(&found, &facts.card.tournament, &own_ids(&facts)).standings_html());
    Ok(pages::show(&StandingsPage { layout, frame, html }))
}
