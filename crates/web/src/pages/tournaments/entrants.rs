//! Who plays in a tournament, and who waits for a place.

use ::tournaments::{
    rules::{entry::EntryStatus, status::Status},
    service::query::{self, EntryRow},
};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use serde::Deserialize;

use super::{
    card::{by_team, initials},
    frame::{Action, Frame, find, frame, own_ids},
    visit::Visit,
};
use crate::{error::Trouble, layout::Layout, pages, site::Shared};

#[derive(Deserialize)]
pub(crate) struct Wanted {
    waiting: Option<String>,
    after: Option<i64>,
}

struct Player {
    name: String,
    role: String,
    captain: bool,
    substitute: bool,
}

struct Entrant {
    id: i64,
    name: String,
    initials: String,
    seed: Option<i32>,
    status: &'static str,
    class: &'static str,
    mine: bool,
    gone: bool,
    players: Vec<Player>,
}

#[derive(Template)]
#[template(path = "tournaments/entrants.html")]
struct Page {
    layout: Layout,
    frame: Frame,
    entrants: Vec<Entrant>,
    teams: bool,
    seeded: bool,
    /// Whether these are the ones that wait.
    waiting: bool,
    next: Option<i64>,
    first: bool,
}

/// Those who play, or would have.
const PLAYING: [EntryStatus; 5] = [
    EntryStatus::Confirmed,
    EntryStatus::PaymentSubmitted,
    EntryStatus::Pending,
    EntryStatus::NoShow,
    EntryStatus::Disqualified,
];

fn entrant(row: &EntryRow, own: &[i64], stage: Status) -> Entrant {
    let (status, class) = match row.status {
        EntryStatus::Confirmed if stage == Status::CheckIn && row.entry.checked_in => ("Checked in", "open"),
        EntryStatus::Confirmed => ("Confirmed", "open"),
        EntryStatus::Pending | EntryStatus::PaymentSubmitted => ("Not confirmed yet", "wait"),
        EntryStatus::Waitlisted => ("Waiting", "wait"),
        EntryStatus::NoShow => ("Did not show up", "bad"),
        EntryStatus::Disqualified => ("Disqualified", "bad"),
        EntryStatus::Rejected | EntryStatus::Cancelled => ("Withdrawn", "off"),
    };
    let player = |player: &::tournaments::model::entry_player::Model| Player {
        name: player.display_name.clone(),
        role: player.player_role.clone(),
        captain: player.is_captain,
        substitute: player.is_substitute,
    };
    Entrant {
        id: row.entry.id,
        name: row.entry.display_name.clone(),
        initials: initials(&row.entry.display_name),
        seed: row.entry.seed,
        status,
        class,
        mine: own.contains(&row.entry.id),
        gone: matches!(row.status, EntryStatus::NoShow | EntryStatus::Disqualified),
        players: row.players.iter().map(player).collect(),
    }
}

pub(crate) async fn show(
    State(shared): State<Shared>,
    visit: Visit,
    Path(slug): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Trouble> {
    let facts = find(&shared, &visit, &slug).await?;
    let (layout, frame) = frame(&shared, &visit, &facts, "entrants").await?;
    let waiting = wanted.waiting.is_some();
    let states: &[EntryStatus] = if waiting { &[EntryStatus::Waitlisted] } else { &PLAYING };
    let tournament = &facts.card.tournament;
    let (mut rows, next) = query::entries(shared.db.read(), tournament.id, states, wanted.after).await?;
    if !waiting {
        rows.sort_by_key(|row| (row.entry.seed.unwrap_or(i32::MAX), row.entry.id));
    }
    let own = own_ids(&facts);
    let entrants: Vec<Entrant> = rows.iter().map(|row| entrant(row, &own, facts.card.status)).collect();
    Ok(pages::show(&Page {
        layout,
        frame,
        teams: by_team(tournament),
        seeded: entrants.iter().any(|entrant| entrant.seed.is_some()),
        entrants,
        waiting,
        next,
        first: wanted.after.is_none(),
    }))
}
