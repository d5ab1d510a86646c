//! The undecided matches of whoever looks.

use ::tournaments::{
    rules::match_state::State as MatchState,
    service::{glance, play},
};
use askama::Template;
use axum::{extract::State, response::Response};

use super::row::{Row, state};
use crate::{
    error::Trouble,
    layout::Layout,
    pages::{self, tournaments::visit::Member},
    site::Shared,
};

#[derive(Template)]
#[template(path = "matches/mine.html")]
struct Page {
    layout: Layout,
    groups: Vec<(&'static str, Vec<Row>)>,
}

pub(crate) async fn show(State(shared): State<Shared>, Member(visit): Member) -> Result<Response, Trouble> {
    let user = visit.user().unwrap_or_default();
    let (now_rows, later) = open(&shared, user).await?;
    let groups = [("Now", now_rows), ("Later", later)].into_iter().filter(|(_, rows)| !rows.is_empty());
    Ok(pages::show(&Page {
        layout: Layout::of(&shared, visit.person.as_ref(), &visit.csrf, "my-matches").await?,
        groups: groups.collect(),
    }))
}

/// Matches that can be played now, and those that come later; each is labelled with its tournament.
pub(crate) async fn open(shared: &Shared, user: i64) -> Result<(Vec<Row>, Vec<Row>), Trouble> {
    let found = play::my_open_matches(&shared.db, user).await?;
    let mut ids: Vec<i64> = found.iter().map(|row| row.tournament_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let tournaments = glance::tournaments(shared.db.read(), &ids).await?;
    let titles = play::titles(&shared.db, &found.iter().collect::<Vec<_>>()).await?;
    let now = shared.clock.now();
    let (mut playable, mut later) = (Vec::new(), Vec::new());
    for row in &found {
        let Some(tournament) = tournaments.get(&row.tournament_id) else { continue };
        let title = titles.get(&row.id).map_or("", String::as_str);
        let label = format!("{} · {title}", tournament.name);
        let waits = state(row) == MatchState::Scheduled || tournament.status != "live";
        let list = if waits { &mut later } else { &mut playable };
        list.push(Row::of(row, label, &[], now));
    }
    Ok((playable, later))
}
