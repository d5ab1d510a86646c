//! One match between two sides: an `article` with its sentence as label, and a link with two lines.

use brackets::{Side, Slot, Status, view::Cell};
use chrono::{DateTime, Utc};

use super::{MatchView, StageView, markup, words};
use crate::layout::machine;

/// Above so many matches the links do without the sentence as their name: they are named by their lines then,
/// and the page keeps its size.
const MOST_NAMED: usize = 1024;

/// What is the same for all matches of a round, and so is said once above them.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Common {
    pub(super) best_of: Option<u8>,
    pub(super) at: Option<DateTime<Utc>>,
}

impl Common {
    /// Of the matches that are played.
    pub(super) fn of(stage: &StageView, cells: &[Cell]) -> Self {
        let played = || cells.iter().filter(|cell| cell.status != Status::Passed);
        let mut lengths = played().map(|cell| cell.best_of);
        let best_of = lengths.next().flatten().filter(|first| lengths.all(|other| other == Some(*first)));
        let mut times = played().map(|cell| stage.matches.get(&cell.id).and_then(|view| view.at));
        let at = times.next().flatten().filter(|first| times.all(|other| other == Some(*first)));
        let open = played().any(|cell| !cell.status.is_settled());
        Self { best_of, at: at.filter(|_| open) }
    }
}

pub(super) fn many(stage: &StageView) -> bool {
    let cells = stage.board.blocks.iter().flat_map(|block| &block.columns).map(|column| column.cells.len());
    cells.sum::<usize>() > MOST_NAMED
}

/// Opens the article of a match: role, sentence, state.
pub(super) fn open(out: &mut String, stage: &StageView, cell: &Cell) {
    out.push_str("<article id=");
    markup::plain(out, format_args!("{}{}", stage.anchor, cell.id));
    if !stage.anchor.is_empty() {
        markup::plain(out, format_args!(" data-c={}", cell.id));
    }
    let class = match cell.status {
        Status::Live => " class=on",
        Status::Passed => " class=by",
        Status::Conditional | Status::NotNeeded | Status::Annulled => " class=off",
        Status::Waiting | Status::Ready | Status::Done => "",
    };
    out.push_str(class);
    out.push_str(" aria-label=\"");
    markup::text(out, &words::sentence(stage, cell));
    out.push_str("\">");
}

/// Opens what leads to the match's page; returns what closes it.
pub(super) fn link(out: &mut String, stage: &StageView, cell: &Cell, named: bool) -> &'static str {
    let link = stage.matches.get(&cell.id).and_then(|view| view.link.as_deref());
    match link.filter(|_| cell.status != Status::Passed) {
        Some(link) => {
            out.push_str("<a");
            markup::attribute(out, "href", link);
            if named {
                markup::plain(out, format_args!(" aria-labelledby={}{}", stage.anchor, cell.id));
            }
            out.push('>');
            "</a>"
        }
        None => "",
    }
}

/// The whole match.
pub(super) fn write(out: &mut String, stage: &StageView, cell: &Cell, common: Common, named: bool) {
    open(out, stage, cell);
    let close = link(out, stage, cell, named);
    meta(out, stage.matches.get(&cell.id), cell, common);
    let scores = words::scores(stage, cell);
    for (side, line) in Side::BOTH.into_iter().zip(&cell.lines) {
        match line.slot {
            Slot::Entrant(who) => {
                let own = stage.entrants.get(&who).is_some_and(|entrant| entrant.own);
                let seed = line.seed.unwrap_or(0);
                match (line.won, own) {
                    (false, false) => markup::plain(out, format_args!("<p class=e{seed}>")),
                    (true, false) => markup::plain(out, format_args!("<p class=\"e{seed} w\">")),
                    (false, true) => markup::plain(out, format_args!("<p class=\"e{seed} me\">")),
                    (true, true) => markup::plain(out, format_args!("<p class=\"e{seed} w me\">")),
                }
                if seed > 0 {
                    markup::plain(out, format_args!("<i>{seed}</i>"));
                }
                markup::text(out, &stage.entrant_name(who));
                if let Some(score) = &scores[side.index()] {
                    markup::plain(out, format_args!("<b>{score}</b>"));
                }
            }
            Slot::Bye => out.push_str("<p class=o>bye"),
            Slot::Vacant => out.push_str("<p class=o>nobody"),
            Slot::Tbd => {
                out.push_str("<p class=o>");
                markup::text(out, &words::origin(stage, cell.id, side, line));
            }
        }
        out.push_str("</p>");
    }
    out.push_str(close);
    out.push_str("</article>");
}

/// State, time and note, where they differ from what stands above the round.
fn meta(out: &mut String, view: Option<&MatchView>, cell: &Cell, common: Common) {
    let state = match cell.status {
        Status::Live => Some("Live"),
        Status::Conditional => Some("If needed"),
        Status::NotNeeded => Some("Not needed"),
        Status::Annulled => Some("Annulled"),
        _ => None,
    };
    let at = view.and_then(|view| view.at).filter(|at| !cell.status.is_settled() && common.at != Some(*at));
    let note = view.map_or("", |view| view.note.as_str());
    let best_of = cell.best_of.filter(|best_of| common.best_of != Some(*best_of) && cell.status != Status::Passed);
    if state.is_none() && at.is_none() && note.is_empty() && best_of.is_none() {
        return;
    }
    out.push_str("<small>");
    if let Some(state) = state {
        markup::plain(out, format_args!("<em>{state}</em>"));
    }
    if let Some(at) = at {
        time(out, &at);
    }
    if let Some(best_of) = best_of {
        markup::plain(out, format_args!("<span>Bo{best_of}</span>"));
    }
    if !note.is_empty() {
        out.push_str("<span>");
        markup::text(out, note);
        out.push_str("</span>");
    }
    out.push_str("</small>");
}

/// A moment, short enough for a bracket.
pub(super) fn time(out: &mut String, at: &DateTime<Utc>) {
    markup::plain(out, format_args!("<time datetime={}>{}</time>", machine(at), at.format("%-d %b %H:%M UTC")));
}
