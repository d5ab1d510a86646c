//! What is said about matches, places and tie-breakers, in words.

use brackets::{
    EntrantId, How, MatchId, Side, Slot, Status, TieBreak, TieDecision,
    standings::{DecidedBy, Row},
    view::{Carries, Cell, Line},
};

use super::StageView;

/// The match in one sentence: "Winners round 2, match 3: Falcons 2, Lions 1, Falcons advances".
pub(super) fn sentence(stage: &StageView, cell: &Cell) -> String {
    let mut text = cell.title.clone();
    text.push_str(": ");
    let scores = scores(stage, cell);
    for (at, line) in cell.lines.iter().enumerate() {
        if at > 0 {
            text.push_str(", ");
        }
        match line.slot {
            Slot::Entrant(who) => text.push_str(&stage.entrant_name(who)),
            Slot::Bye => text.push_str("bye"),
            Slot::Vacant => text.push_str("nobody"),
            Slot::Tbd => text.push_str(line.origin.as_deref().unwrap_or("not known yet")),
        }
        if let Some(score) = scores.get(at).and_then(Option::as_deref) {
            text.push(' ');
            text.push_str(if score == "FF" { "forfeits" } else { score });
        }
    }
    if let Some(end) = end(stage, cell) {
        text.push_str(", ");
        text.push_str(&end);
    }
    text
}

fn end(stage: &StageView, cell: &Cell) -> Option<String> {
    let course = stage.courses.get(&cell.id).copied().unwrap_or_default();
    let name = |who: EntrantId| stage.entrant_name(who).into_owned();
    let goes = if stage.goes_on.contains_key(&cell.id) { "advances" } else { "wins" };
    Some(match cell.status {
        Status::Done => {
            let by = match course.how {
                Some(How::Walkover) => " by walkover",
                Some(How::Ruling) => " by ruling",
                _ => "",
            };
            match cell.lines.iter().find(|line| line.won).and_then(|line| line.slot.entrant()) {
                Some(winner) => format!("{} {goes}{by}", name(winner)),
                None if course.how == Some(How::DoubleForfeit) => "both forfeit".to_owned(),
                None if cell.lines.len() == 2 => format!("drawn{by}"),
                None => "finished".to_owned(),
            }
        }
        Status::Passed => {
            let left = cell.lines.iter().find_map(|line| line.slot.entrant())?;
            format!("{} {goes}", name(left))
        }
        Status::Live => "being played".to_owned(),
        Status::Conditional => "played only if needed".to_owned(),
        Status::NotNeeded => "not needed".to_owned(),
        Status::Annulled => "annulled".to_owned(),
        Status::Ready => "ready to play".to_owned(),
        Status::Waiting => return None,
    })
}

/// What stands at the right of each line: games won, `W` and `FF` of a walkover, nothing before.
pub(super) fn scores(stage: &StageView, cell: &Cell) -> [Option<String>; 2] {
    let course = stage.courses.get(&cell.id).copied().unwrap_or_default();
    Side::BOTH.map(|side| {
        let line = cell.lines.get(side.index())?;
        if let Some(running) = course.running {
            return Some(running[side.index()].to_string());
        }
        let score = line.score?;
        Some(match course.how {
            Some(How::Walkover) if line.won => "W".to_owned(),
            Some(How::Walkover | How::DoubleForfeit) => "FF".to_owned(),
            _ => score.to_string(),
        })
    })
}

/// Where an open place is filled from, briefly: "Loser of W1.2".
pub(super) fn origin(stage: &StageView, at: MatchId, side: Side, line: &Line) -> String {
    match stage.from.get(&(at, side)) {
        Some((from, Carries::Winner)) if at != MatchId::GrandFinalReset => format!("Winner of {from}"),
        Some((from, Carries::Loser)) if at != MatchId::GrandFinalReset => format!("Loser of {from}"),
        _ => line.origin.clone().unwrap_or_else(|| "Not known yet".to_owned()),
    }
}

/// A place of a table: "1", or "5–8" of a shared one.
pub(super) fn place(row: &Row) -> String {
    if row.is_shared() { format!("{}–{}", row.rank, row.through) } else { row.rank.to_string() }
}

/// What put a row below the one above it.
pub(super) fn decided(by: &DecidedBy) -> String {
    match by {
        DecidedBy::Rule(rule) => tie_break_name(rule).to_owned(),
        DecidedBy::Decision(TieDecision::Playoff) => "Playoff match".to_owned(),
        DecidedBy::Decision(TieDecision::Lot(_)) => "Lot".to_owned(),
        DecidedBy::Decision(TieDecision::Ruling) => "Referee".to_owned(),
    }
}

/// What to call a tie-breaker.
#[must_use]
pub fn tie_break_name(rule: &TieBreak) -> &'static str {
    rule.label()
}

/// What a tie-breaker counts, in one sentence for people who have never heard of it.
#[must_use]
pub fn tie_break_words(rule: &TieBreak) -> String {
    let text = match rule {
        TieBreak::Points => "Points for wins, draws and placements.",
        TieBreak::Wins => "Matches won, walkovers included.",
        TieBreak::FewestLosses => "Whoever lost fewer matches.",
        TieBreak::Buchholz { cut_low: 0, cut_high: 0 } => "The points of all opponents, added up.",
        TieBreak::Buchholz { cut_low, cut_high } => {
            let mut left_out = Vec::new();
            if *cut_low > 0 {
                left_out.push(format!("the lowest {cut_low}"));
            }
            if *cut_high > 0 {
                left_out.push(format!("the highest {cut_high}"));
            }
            return format!("The points of the opponents, added up without {}.", left_out.join(" and "));
        }
        TieBreak::SonnebornBerger => "The points of those beaten, and half the points of those drawn with.",
        TieBreak::HeadToHead => "The matches that those who are level played against each other.",
        TieBreak::OpponentMatchWin { floor } => {
            return format!("How many of their matches the opponents won, on average; each counts at least {floor} %.");
        }
        TieBreak::GameWin { floor } => return format!("The share of games won, at least {floor} %."),
        TieBreak::OpponentGameWin { floor } => {
            return format!("The share of games that the opponents won, on average; each counts at least {floor} %.");
        }
        TieBreak::GameDifference => "Games won minus games lost.",
        TieBreak::GamesWon => "Games won.",
        TieBreak::PointDifference => "Rounds or goals scored minus those conceded.",
        TieBreak::PointsScored => "Rounds or goals scored.",
        TieBreak::Cumulative => "The score after each round, added up: early points weigh more.",
        TieBreak::Koya => "Points against those who made at least half of all points.",
        TieBreak::Difficulty => "The opponents' wins minus their losses.",
        TieBreak::Seed => "The better seed at the start.",
        TieBreak::GroupPlace => "The place within one's own group.",
        TieBreak::Kills => "Kills.",
        TieBreak::HeatWins => "Heats won.",
        TieBreak::LastHeat => "The better placement in the last heat.",
    };
    text.to_owned()
}
