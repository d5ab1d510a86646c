//! A match as one line of a list.

use ::tournaments::{Match, rules::match_state::State};
use chrono::{DateTime, Utc};

use crate::pages::tournaments::when::When;

/// A match in a list.
pub(crate) struct Row {
    pub(crate) id: i64,
    /// Which match of the tournament it is.
    pub(crate) label: String,
    pub(crate) sides: [String; 2],
    /// Sides that are not known yet.
    pub(crate) open: [bool; 2],
    pub(crate) won: [bool; 2],
    /// `2 : 1`, or `vs` before there is one.
    pub(crate) score: String,
    pub(crate) best_of: i32,
    pub(crate) state: &'static str,
    pub(crate) class: &'static str,
    pub(crate) when: Option<When>,
    /// Whether it is still to be played.
    pub(crate) ahead: bool,
    /// Whether the visitor plays in it.
    pub(crate) mine: bool,
}

impl Row {
    pub(crate) fn of(row: &Match, label: String, own: &[i64], now: DateTime<Utc>) -> Self {
        let state = state(row);
        let ids = [row.participant1_id, row.participant2_id];
        let name =
            |id: Option<i64>, name: &str| if id.is_none() { "Not known yet".to_owned() } else { name.to_owned() };
        let at = row.completed_at.or(row.scheduled_time);
        Self {
            id: row.id,
            label,
            sides: [name(ids[0], &row.participant1_name), name(ids[1], &row.participant2_name)],
            open: ids.map(|id| id.is_none()),
            won: ids.map(|id| id.is_some() && id == row.winner_id),
            score: score(row),
            best_of: row.best_of,
            state: words(state),
            class: class_of(state),
            when: at.map(|at| When::new(&at, now)),
            ahead: !state.is_over() && row.completed_at.is_none(),
            mine: ids.iter().flatten().any(|id| own.contains(id)),
        }
    }
}

pub(crate) fn state(row: &Match) -> State {
    State::parse(&row.state).unwrap_or(State::Cancelled)
}

/// The score of a decided match; before that, who plays "vs" whom.
pub(crate) fn score(row: &Match) -> String {
    match state(row) {
        State::Completed | State::Forfeit => format!("{} : {}", row.participant1_score, row.participant2_score),
        State::Disputed if row.completed_at.is_some() => {
            format!("{} : {}", row.participant1_score, row.participant2_score)
        }
        _ => "vs".to_owned(),
    }
}

/// A state on a badge.
pub(crate) const fn words(state: State) -> &'static str {
    match state {
        State::Scheduled => "Scheduled",
        State::CheckIn => "Checking in",
        State::Ready => "Ready",
        State::Live => "Live",
        State::PendingResult => "Result reported",
        State::Completed => "Finished",
        State::Disputed => "Disputed",
        State::Forfeit => "Forfeit",
        State::Cancelled => "Not played",
    }
}

/// The shape of a state's badge.
pub(crate) const fn class_of(state: State) -> &'static str {
    match state {
        State::Scheduled => "info",
        State::CheckIn | State::PendingResult => "wait",
        State::Ready => "open",
        State::Live => "live",
        State::Disputed => "bad",
        State::Completed | State::Forfeit => "done",
        State::Cancelled => "off",
    }
}
