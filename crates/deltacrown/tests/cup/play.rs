//! Playing the bracket to its end: which matches can be played, who should win them, and both sides saying so.

use testkit::http::Client;

use crate::{CUP, visitor::Visitor, visitor::number_after};

/// A match whose sides are known and that is not decided.
#[derive(Clone, Debug)]
pub struct Meeting {
    pub id: i64,
    /// Its name in the bracket, such as `W1.1`.
    pub code: String,
    pub sides: [String; 2],
    best_of: usize,
}

impl Meeting {
    /// The games of a series that this side wins, three goals to one.
    pub fn won_by(&self, winner: &str) -> Vec<[u32; 2]> {
        let first = self.sides[0] == winner;
        vec![if first { [3, 1] } else { [1, 3] }; self.best_of / 2 + 1]
    }

    pub fn other(&self, side: &str) -> &str {
        &self.sides[usize::from(self.sides[0] == side)]
    }
}

/// The captains, in the order of strength of their teams.
pub struct Field<'a> {
    pub fan: &'a Client,
    pub captains: Vec<&'a Visitor>,
}

impl Field<'_> {
    pub fn captain(&self, team: &str) -> &Visitor {
        self.captains.iter().find(|captain| captain.team == team).unwrap_or_else(|| panic!("{team} does not play"))
    }

    /// The matches that can be played now.
    pub fn open(&self) -> Vec<Meeting> {
        let bracket = self.fan.get(&format!("{CUP}/bracket.json")).expect(200).json();
        let mut open = Vec::new();
        for (code, about) in bracket["matches"].as_object().expect("matches") {
            let state = about["state"].as_str().expect("a state");
            if !["scheduled", "check_in", "ready", "live", "pending_result"].contains(&state) {
                continue;
            }
            let id = about["match"].as_i64().expect("a number");
            let room = self.fan.get(&format!("/matches/{id}")).expect(200).text();
            let heading =
                room.split("<h1 class=\"visually-hidden\">").nth(1).and_then(|rest| rest.split("</h1>").next());
            let (one, other) = heading.and_then(|sides| sides.split_once(" against ")).expect("two sides");
            if [one, other].iter().all(|side| self.captains.iter().any(|captain| captain.team == **side)) {
                let best_of = number_after(&room, "<dt>Best of</dt><dd>").parse().expect("a number");
                open.push(Meeting { id, code: code.clone(), sides: [one.to_owned(), other.to_owned()], best_of });
            }
        }
        open
    }

    /// Who wins: the stronger team, and once, in the first match of the grand final, the one from the losers bracket.
    pub fn winner<'m>(&self, meeting: &'m Meeting) -> &'m str {
        let rank = |team: &str| self.captains.iter().position(|captain| captain.team == team);
        let stronger = if rank(&meeting.sides[0]) < rank(&meeting.sides[1]) { 0 } else { 1 };
        &meeting.sides[if meeting.code == "GF" { 1 - stronger } else { stronger }]
    }

    /// Both sides say that they are there.
    pub fn gather(&self, meeting: &Meeting) {
        for side in &meeting.sides {
            self.captain(side).is_there(meeting.id);
        }
    }

    /// Both sides play, and say the same: the second by its own report, or by agreeing.
    pub fn play(&self, meeting: &Meeting, winner: &str) {
        self.gather(meeting);
        let games = meeting.won_by(winner);
        let [one, other] = &meeting.sides;
        self.captain(one).reports(meeting.id, &games);
        if meeting.id % 2 == 0 {
            let page = self.captain(other).reports(meeting.id, &games).text();
            assert!(page.contains("Both sides agree"), "{page}");
        } else {
            self.captain(other).agrees(meeting.id);
        }
    }
}
