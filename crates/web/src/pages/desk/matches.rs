//! The matches of a tournament at its desk, round by round.

use ::tournaments::{
    Match,
    rules::{match_state::State as MatchState, structure::Structure},
    service::play::{self, Filter},
};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use serde::Deserialize;

use super::{
    Choice, Visit,
    frame::{Frame, acts_of, frame},
    open,
};
use crate::{
    error::Trouble,
    layout::{Layout, machine, moment},
    pages::{self, tournaments::Headings},
    site::Shared,
};

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Wanted {
    /// What is looked for: a group of states.
    show: String,
    after: Option<String>,
    done: Option<String>,
}

struct Row {
    id: i64,
    title: String,
    sides: [String; 2],
    score: Option<[i32; 2]>,
    /// The side that has won.
    won: Option<usize>,
    state: &'static str,
    class: &'static str,
    when: String,
    when_machine: String,
}

struct Round {
    title: String,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "desk/matches.html")]
struct Page {
    layout: Layout,
    frame: Frame,
    shows: Vec<Choice>,
    show: String,
    rounds: Vec<Round>,
    more: Option<String>,
    drawn: bool,
}

/// Groups of states: word, label, states.
const SHOWS: [(&str, &str, &[MatchState]); 5] = [
    ("", "All", &[]),
    ("now", "To be played", &[MatchState::Scheduled, MatchState::CheckIn, MatchState::Ready, MatchState::Live]),
    ("waits", "Waiting for a result", &[MatchState::PendingResult]),
    ("disputed", "Disputed", &[MatchState::Disputed]),
    ("over", "Over", &[MatchState::Completed, MatchState::Forfeit, MatchState::Cancelled]),
];

/// The state of a match in one or two words, and the shape of its badge.
pub(super) fn state_of(row: &Match) -> (&'static str, &'static str) {
    match MatchState::parse(&row.state) {
        Some(MatchState::Scheduled) => ("Scheduled", "off"),
        Some(MatchState::CheckIn) => ("Check-in", "wait"),
        Some(MatchState::Ready) => ("Ready", "info"),
        Some(MatchState::Live) => ("Live", "live"),
        Some(MatchState::PendingResult) => ("Result to be confirmed", "wait"),
        Some(MatchState::Completed) => ("Over", "done"),
        Some(MatchState::Disputed) => ("Disputed", "bad"),
        Some(MatchState::Forfeit) => ("Forfeit", "done"),
        Some(MatchState::Cancelled) | None => ("Not played", "off"),
    }
}

/// The name of a side, or that nobody is known yet.
pub(super) fn side(name: &str) -> String {
    if name.is_empty() { "To be decided".to_owned() } else { name.to_owned() }
}

fn place(text: &str) -> Option<(i32, i32, i64)> {
    let mut parts = text.split('-');
    let place = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    parts.next().is_none().then_some(place)
}

fn row(structure: Option<&Structure>, row: &Match) -> Row {
    let (state, class) = state_of(row);
    let decided = MatchState::parse(&row.state).is_some_and(MatchState::is_over);
    let sides = [row.participant1_id, row.participant2_id];
    Row {
        id: row.id,
        title: play::title(structure, row),
        sides: [side(&row.participant1_name), side(&row.participant2_name)],
        score: decided.then_some([row.participant1_score, row.participant2_score]),
        won: row.winner_id.and_then(|winner| sides.iter().position(|side| *side == Some(winner))),
        state,
        class,
        when: row.scheduled_time.as_ref().map(moment).unwrap_or_default(),
        when_machine: row.scheduled_time.as_ref().map(machine).unwrap_or_default(),
    }
}

pub(crate) async fn list(
    State(shared): State<Shared>,
    visit: Visit,
    Path(slug): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, acts_of("matches")).await?;
    let (show, _, states) = SHOWS.iter().find(|(word, ..)| *word == wanted.show).unwrap_or(&SHOWS[0]);
    let filter = Filter {
        tournament: Some(desk.id()),
        states: states.iter().map(|state| state.as_str().to_owned()).collect(),
        ..Filter::default()
    };
    let found = play::matches(&shared.db, &filter, wanted.after.as_deref().and_then(place), 100).await?;
    let drawing = play::drawing(&shared.db, &visit.cx(&shared), desk.tournament()).await?;
    let structure = drawing.as_ref().map(|drawing| &drawing.structure);
    let headings = Headings::of(structure);
    let of_round = |one: &Match, other: &Match| (one.stage, one.round_number) == (other.stage, other.round_number);
    let round = |rows: &[Match]| Round {
        title: headings.of_round(rows),
        rows: rows.iter().map(|one| row(structure, one)).collect(),
    };
    let rounds = found.matches.chunk_by(of_round).map(round).collect();
    let (layout, mut frame) = frame(&shared, &visit, &desk, "matches", wanted.done.as_deref()).await?;
    frame.live = true;
    Ok(pages::show(&Page {
        layout,
        frame,
        shows: SHOWS.iter().map(|(word, label, _)| Choice::new(*word, *label, show)).collect(),
        show: (*show).to_owned(),
        rounds,
        more: found.next.map(|(round, number, id)| format!("{round}-{number}-{id}")),
        drawn: drawing.is_some_and(|drawing| drawing.bracket.is_finalized),
    }))
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn places_in_a_list_are_read_whole_or_not_at_all() {
        for (text, expected) in
            [("1-2-3", Some((1, 2, 3))), ("1-2", None), ("1-2-3-4", None), ("1-x-3", None), ("", None)]
        {
            assert_eq!(place(text), expected, "{text}");
        }
    }
}
