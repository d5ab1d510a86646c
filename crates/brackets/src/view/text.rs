//! Titles and sentences for drawn matches, in English.

use super::Cell;
use crate::fixture::Status;
use crate::match_id::{MatchId, Section};
use crate::slot::{EntrantId, Slot};

/// The title of a match; `last` is the last round of the winners bracket.
pub(super) fn title(at: MatchId, last: u16, double: bool) -> String {
    match at {
        MatchId::Winners { round, .. } if round == last => round_title(Section::Winners, round, last, double),
        MatchId::Winners { round, number } if double => format!("Winners round {round}, match {number}"),
        MatchId::Winners { round, number } => match last.saturating_sub(round) {
            1 => format!("Semi-final {number}"),
            2 => format!("Quarter-final {number}"),
            _ => format!("{}, match {number}", round_title(Section::Winners, round, last, double)),
        },
        // The loser of the winners final comes into the last one.
        MatchId::Losers { round, .. } if round == last.saturating_sub(1).saturating_mul(2) => {
            round_title(Section::Losers, round, round, double)
        }
        MatchId::Losers { round, number } => format!("Losers round {round}, match {number}"),
        MatchId::GrandFinal => "Grand final".to_owned(),
        MatchId::GrandFinalReset => "Grand final reset".to_owned(),
        MatchId::ThirdPlace => "Third-place match".to_owned(),
        MatchId::Consolation { round, number } => format!("Consolation round {round}, match {number}"),
        MatchId::Group { group, round, number } => format!("Group {} round {round}, match {number}", letter(group)),
        MatchId::Swiss { round, number } => format!("Round {round}, table {number}"),
        MatchId::Heat { round, number } => format!("Round {round}, lobby {number}"),
    }
}

/// The heading of a round; `last` is the section's last round.
pub(super) fn round_title(section: Section, round: u16, last: u16, double: bool) -> String {
    let left = last.saturating_sub(round);
    match section {
        Section::Winners if double && left == 0 => "Winners final".to_owned(),
        Section::Winners if double => format!("Winners round {round}"),
        Section::Losers if left == 0 => "Losers final".to_owned(),
        Section::Losers => format!("Losers round {round}"),
        Section::GrandFinal if round == 2 => "Grand final reset".to_owned(),
        Section::GrandFinal => "Grand final".to_owned(),
        Section::ThirdPlace => "Third-place match".to_owned(),
        Section::Consolation if left == 0 => "Consolation final".to_owned(),
        Section::Consolation => format!("Consolation round {round}"),
        Section::Winners => match left {
            0 => "Final".to_owned(),
            1 => "Semi-finals".to_owned(),
            2 => "Quarter-finals".to_owned(),
            _ => format!("Round of {}", 2u64 << left),
        },
        Section::Group | Section::Swiss | Section::Heat => format!("Round {round}"),
    }
}

/// The heading of a part of a bracket.
pub(super) fn section_title(section: Section, double: bool) -> &'static str {
    match section {
        Section::Winners if double => "Winners bracket",
        Section::Winners => "Bracket",
        Section::Losers => "Losers bracket",
        Section::GrandFinal => "Grand final",
        Section::ThirdPlace => "Third place",
        Section::Consolation => "Consolation bracket",
        Section::Group => "Group",
        Section::Swiss => "Swiss",
        Section::Heat => "Heats",
    }
}

/// The heading of a group or of all rounds.
pub(super) fn block_title(section: Section, group: Option<u16>) -> String {
    match group {
        Some(group) => format!("Group {}", letter(group)),
        None => section_title(section, false).to_owned(),
    }
}

/// A, B, ... Z, AA, AB, ... for 1, 2, ...
fn letter(group: u16) -> String {
    let mut letters = vec![];
    let mut left = u32::from(group);
    while left > 0 {
        left -= 1;
        letters.push(char::from_digit(left % 26 + 10, 36).unwrap_or('?').to_ascii_uppercase());
        left /= 26;
    }
    letters.iter().rev().collect()
}

impl Cell {
    /// The match in one sentence, for screen readers and lists; `name` names an entrant.
    #[must_use]
    pub fn describe(&self, name: impl Fn(EntrantId) -> String) -> String {
        let who = |slot: Slot, origin: Option<&str>| match slot {
            Slot::Entrant(id) => name(id),
            Slot::Bye => "bye".to_owned(),
            Slot::Vacant => "nobody, every candidate is out".to_owned(),
            Slot::Tbd => origin.unwrap_or("to be determined").to_owned(),
        };
        let lines: Vec<String> = self
            .lines
            .iter()
            .map(|line| {
                let who = who(line.slot, line.origin.as_deref());
                line.score.map_or(who.clone(), |score| format!("{who} {score}"))
            })
            .collect();
        let end = match self.status {
            Status::Done => {
                let winner = self.lines.iter().find(|line| line.won).and_then(|line| line.slot.entrant());
                winner.map_or("; no winner".to_owned(), |id| format!("; {} wins", name(id)))
            }
            Status::Live => "; being played".to_owned(),
            Status::Conditional => "; played only if needed".to_owned(),
            Status::NotNeeded => "; not needed".to_owned(),
            Status::Annulled => "; annulled".to_owned(),
            Status::Waiting | Status::Ready | Status::Passed => String::new(),
        };
        format!("{}: {}{end}", self.title, lines.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_have_letters() {
        assert_eq!([1, 2, 26, 27, 52, 53, 702, 703].map(letter), ["A", "B", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
    }

    #[test]
    fn matches_are_named_as_their_rounds() {
        let winners = |round| MatchId::Winners { round, number: 1 };
        let losers = |round| MatchId::Losers { round, number: 1 };
        for (at, last, double, name) in [
            (winners(1), 4, false, "Round of 16, match 1"),
            (winners(2), 4, false, "Quarter-final 1"),
            (winners(3), 4, false, "Semi-final 1"),
            (winners(4), 4, false, "Final"),
            (winners(1), 1, false, "Final"),
            (winners(2), 3, true, "Winners round 2, match 1"),
            (winners(3), 3, true, "Winners final"),
            (losers(3), 3, true, "Losers round 3, match 1"),
            (losers(4), 3, true, "Losers final"),
            (MatchId::GrandFinal, 3, true, "Grand final"),
        ] {
            assert_eq!(title(at, last, double), name);
        }
    }

    #[test]
    fn rounds_are_named_from_the_end() {
        let names: Vec<String> = (1..=5).map(|round| round_title(Section::Winners, round, 5, false)).collect();
        assert_eq!(names, ["Round of 32", "Round of 16", "Quarter-finals", "Semi-finals", "Final"]);
    }
}
