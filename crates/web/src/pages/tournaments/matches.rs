//! The matches of a tournament, by round.

use std::collections::BTreeMap;

use ::tournaments::{
    Match,
    rules::structure::Structure,
    service::{
        glance::{self, Round},
        play::{self, Filter},
    },
};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use serde::{Deserialize, Serialize};

use super::{
    drawing::look,
    frame::{Action, Frame, OPEN, address, find, frame, own_ids},
    visit::Visit,
};
use crate::{
    error::Trouble,
    layout::Layout,
    pages::{self, matches::row::Row, teams::Choice},
    site::Shared,
};

/// Matches on one page.
const PAGE: u64 = 50;

#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct Wanted {
    /// Stage and round: `1-2`.
    #[serde(skip_serializing_if = "String::is_empty")]
    round: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    state: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    mine: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    after: String,
}

const STATES: [(&str, &str, &[&str]); 4] = [
    ("now", "In play", &["check_in", "live", "pending_result"]),
    ("open", "Still to come", &OPEN),
    ("over", "Finished", &["completed", "forfeit"]),
    ("disputed", "Disputed", &["disputed"]),
];

struct Group {
    title: String,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "tournaments/matches.html")]
struct Page {
    layout: Layout,
    frame: Frame,
    rounds: Vec<Choice>,
    states: Vec<Choice>,
    mine: bool,
    /// Whether the visitor plays in this tournament.
    plays: bool,
    groups: Vec<Group>,
    narrowed: bool,
    first: bool,
    next: Option<String>,
}

/// The headings of rounds, by stage and role of their matches.
pub(crate) struct Headings(BTreeMap<(i16, String), String>);

impl Headings {
    pub(crate) fn of(structure: Option<&Structure>) -> Self {
        let mut headings = BTreeMap::new();
        let Some(structure) = structure else { return Self(headings) };
        let stages = structure.stages();
        for (at, stage) in (1..).take(stages).filter_map(|at| Some((at, structure.stage(at)?))) {
            let plan = usize::try_from(at - 1).ok().and_then(|at| structure.plan().stages.get(at));
            for block in &stage.board().blocks {
                for column in &block.columns {
                    let heading = match &plan {
                        Some(plan) if stages > 1 => format!("{} · {}", plan.name, column.title),
                        _ => column.title.clone(),
                    };
                    for cell in &column.cells {
                        headings.insert((at, cell.id.to_string()), heading.clone());
                    }
                }
            }
        }
        Self(headings)
    }

    fn heading(&self, row: &Match) -> Option<&str> {
        self.0.get(&(row.stage, row.code.clone())).map(String::as_str)
    }

    /// The heading of matches of one round; several parts of a bracket may share it.
    pub(crate) fn of_round(&self, rows: &[Match]) -> String {
        let heading = rows.first().and_then(|first| self.heading(first));
        let shared = rows.iter().all(|row| self.heading(row) == heading);
        let round = rows.first().map_or(1, |first| first.round_number);
        heading.filter(|_| shared).map_or_else(|| format!("Round {round}"), str::to_owned)
    }
}

fn position(after: &str) -> Option<(i32, i32, i64)> {
    let mut parts = after.split('-');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

fn round(word: &str) -> Option<(i16, i32)> {
    let (stage, round) = word.split_once('-')?;
    Some((stage.parse().ok()?, round.parse().ok()?))
}

/// Neighbours of one round under one heading.
fn grouped(found: &[Match], headings: &Headings, row: impl Fn(&Match) -> Row) -> Vec<Group> {
    let of_round = |one: &Match, other: &Match| (one.stage, one.round_number) == (other.stage, other.round_number);
    let group = |rows: &[Match]| Group { title: headings.of_round(rows), rows: rows.iter().map(&row).collect() };
    found.chunk_by(of_round).map(group).collect()
}

fn link(slug: &str, wanted: &Wanted) -> Result<String, Trouble> {
    let query = serde_urlencoded::to_string(wanted).map_err(Trouble::internal)?;
    Ok(format!("{}?{query}", address(slug, "matches")))
}

pub(crate) async fn show(
    State(shared): State<Shared>,
    visit: Visit,
    Path(slug): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Trouble> {
    let facts = find(&shared, &visit, &slug).await?;
    let (layout, frame) = frame(&shared, &visit, &facts, "matches").await?;
    let (id, own, now) = (facts.card.tournament.id, own_ids(&facts), shared.clock.now());
    let seen = look(&shared, &visit, &facts).await?;
    let structure = seen.as_deref().map(|seen| &seen.structure);
    let headings = Headings::of(structure);
    let title = |row: &Match| play::title(structure, row);
    let states = STATES.iter().find(|(word, ..)| *word == wanted.state).map_or(&[][..], |(.., states)| states);
    let wanted_round = round(&wanted.round);
    let entry = super::frame::own(&facts).map(|(entry, _)| entry.id).filter(|_| !wanted.mine.is_empty());
    let filter = Filter {
        tournament: Some(id),
        states: states.iter().map(|state| (*state).to_owned()).collect(),
        stage: wanted_round.map(|(stage, _)| stage),
        round: wanted_round.map(|(_, round)| round),
        entry,
    };
    let after = position(&wanted.after);
    let found = play::matches(&shared.db, &filter, after, PAGE).await?;
    let rounds = if found.matches.is_empty() && after.is_none() && headings.0.is_empty() {
        Vec::new()
    } else {
        glance::rounds(shared.db.read(), id).await?
    };
    let many = rounds.iter().any(|round| round.stage > 1);
    let choice = |round: &Round| {
        let stage = if many {
            format!("Stage {}, round {}", round.stage, round.round)
        } else {
            format!("Round {}", round.round)
        };
        Choice::new(format!("{}-{}", round.stage, round.round), format!("{stage} ({})", round.matches), &wanted.round)
    };
    let next = match found.next {
        Some((round, number, id)) => {
            Some(link(&slug, &Wanted { after: format!("{round}-{number}-{id}"), ..wanted.clone() })?)
        }
        None => None,
    };
    Ok(pages::show(&Page {
        layout,
        frame,
        rounds: rounds.iter().map(choice).collect(),
        states: STATES.iter().map(|(word, label, _)| Choice::new(*word, *label, &wanted.state)).collect(),
        mine: entry.is_some(),
        plays: !own.is_empty(),
        groups: grouped(&found.matches, &headings, |row| Row::of(row, title(row), &own, now)),
        narrowed: !wanted.state.is_empty() || wanted_round.is_some() || entry.is_some(),
        first: after.is_none(),
        next,
    }))
}
