//! Single and double elimination.
//!
//! The state is a function of the draw, the facts on file (one per match and pair) and the set of
//! withdrawn entrants: every change is carried through to a fixpoint, so byes, walkovers, double
//! forfeits and corrections need no rules of their own.
//!
//! Not here: which match feeds which (`shape`), the order of losers (`drops`), places (`places`).

pub mod drops;
mod places;
pub(crate) mod shape;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::fixture::{Change, Filed, Fixture, Status, on_file, put_on_file};
use crate::lengths::Lengths;
use crate::match_id::MatchId;
use crate::outcome::{How, Outcome, Verdict};
use crate::refusal::BadSetup;
use crate::seeding::places_of_seeds;
use crate::slot::{EntrantId, Side, Slot};
use shape::Shape;

/// Most entrants of a bracket.
pub const MOST_ENTRANTS: usize = 1 << 16;

/// Which elimination format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Elimination {
    /// One loss and out.
    Single {
        /// Whether the losers of the semi-finals play for third place.
        third_place: bool,
        /// Whether the losers of the first round play a bracket of their own.
        consolation: bool,
    },
    /// Two losses and out.
    Double {
        /// How it ends.
        grand_final: Final,
    },
}

/// The end of a double elimination.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Final {
    /// None: the winner of the winners bracket is first, of the losers bracket second.
    None,
    /// One match decides, whoever wins it.
    Single,
    /// If the losers champion wins, both have one loss and a second match decides.
    Reset,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Cell {
    slots: [Slot; 2],
    status: Status,
    verdict: Option<Verdict>,
}

/// The living bracket.
#[derive(Clone, Debug)]
pub(crate) struct Bracket {
    shape: Shape,
    lengths: Lengths,
    cells: Vec<Cell>,
    files: Vec<Vec<Filed>>,
    gone: BTreeSet<EntrantId>,
}

/// What a match passes on.
struct Settled {
    status: Status,
    verdict: Option<Verdict>,
    win: Slot,
    lose: Slot,
}

impl Bracket {
    /// Draws the bracket and carries the byes through.
    ///
    /// `order` is the seed order; `places`, if given, says who stands where in round 1 instead.
    pub fn new(
        order: &[EntrantId],
        kind: &Elimination,
        lengths: &Lengths,
        places: Option<&[Option<EntrantId>]>,
    ) -> Result<Self, BadSetup> {
        lengths.check(false)?;
        let shape = Shape::new(order.len(), kind);
        if matches!(kind, Elimination::Single { third_place: true, consolation: true }) && shape.rounds == 2 {
            return Err(BadSetup::Options(
                "with four places or fewer the consolation bracket is the third-place match; choose one",
            ));
        }
        let draw = match places {
            Some(places) => check_places(order, places, shape.places())?,
            None => places_of_seeds(shape.places())
                .map(|seed| order.get(seed).map_or(Slot::Bye, |id| Slot::Entrant(*id)))
                .collect(),
        };
        let cell = Cell { slots: [Slot::Tbd; 2], status: Status::Waiting, verdict: None };
        let mut bracket = Self {
            cells: vec![cell; shape.len()],
            files: vec![vec![]; shape.len()],
            lengths: lengths.clone(),
            gone: BTreeSet::new(),
            shape,
        };
        if let Some(reset) = bracket.shape.reset() {
            bracket.cells[reset].status = Status::Conditional;
        }
        for (index, slots) in draw.chunks_exact(2).enumerate() {
            bracket.cells[index].slots = [slots[0], slots[1]];
        }
        let mut nobody = vec![];
        for index in (0..draw.len() / 2).rev() {
            bracket.carry(index, &mut nobody);
        }
        Ok(bracket)
    }

    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    pub fn ids(&self) -> impl Iterator<Item = MatchId> + '_ {
        (0..self.shape.len()).map(|index| self.shape.id(index))
    }

    pub fn fixture(&self, id: MatchId) -> Option<Fixture> {
        let index = self.shape.index(id)?;
        let cell = &self.cells[index];
        let outcome = match cell.slots {
            [Slot::Entrant(a), Slot::Entrant(b)] => on_file(&self.files[index], [a, b]).cloned(),
            _ => None,
        };
        let series = self.lengths.series(id, false);
        Some(Fixture { id, slots: cell.slots, status: cell.status, series, outcome, verdict: cell.verdict }.tidy())
    }

    /// Files a fact for the present pair of a match (or takes it back) and carries it through.
    pub fn put(&mut self, id: MatchId, pair: [EntrantId; 2], outcome: Option<Outcome>, changes: &mut Vec<Change>) {
        let Some(index) = self.shape.index(id) else { return };
        put_on_file(&mut self.files[index], pair, outcome);
        self.carry(index, changes);
    }

    /// Marks an entrant as withdrawn, or as back.
    pub fn set_gone(&mut self, who: EntrantId, gone: bool, changes: &mut Vec<Change>) {
        if gone {
            self.gone.insert(who);
        } else {
            self.gone.remove(&who);
        }
        for index in 0..self.cells.len() {
            if self.cells[index].slots.contains(&Slot::Entrant(who)) {
                self.carry(index, changes);
            }
        }
    }

    pub fn is_gone(&self, who: EntrantId) -> bool {
        !self.gone.is_empty() && self.gone.contains(&who)
    }

    /// The winner of the whole stage, once it is known.
    pub fn champion(&self) -> Option<EntrantId> {
        let last = &self.cells[self.shape.deciding()];
        let decided = match self.shape.reset() {
            Some(reset) if self.cells[reset].status != Status::NotNeeded => &self.cells[reset],
            _ => last,
        };
        let winner = match decided.status {
            Status::Done => decided.slots[decided.verdict?.winner?.index()],
            Status::Passed => pass(decided.slots).0,
            _ => return None,
        };
        winner.entrant().filter(|who| decided.status == Status::Done || !self.is_gone(*who))
    }

    pub fn is_finished(&self) -> bool {
        self.cells.iter().all(|cell| cell.status.is_settled())
    }

    /// Settles a match and whatever follows from it, until nothing changes.
    fn carry(&mut self, start: usize, changes: &mut Vec<Change>) {
        let mut open = vec![start];
        while let Some(index) = open.pop() {
            let now = self.settle(index);
            let id = self.shape.id(index);
            let cell = &mut self.cells[index];
            if cell.status != now.status {
                cell.status = now.status;
                changes.push(Change::Status { at: id, now: now.status });
            }
            if cell.verdict != now.verdict {
                cell.verdict = now.verdict;
                changes.push(Change::Verdict { at: id, now: now.verdict });
            }
            if let Some(reset) = self.shape.reset().filter(|_| index == self.shape.deciding()) {
                let slots = self.reset_slots(index);
                for side in Side::BOTH {
                    self.fill(reset, side, slots[side.index()], &mut open, changes);
                }
                continue;
            }
            if let Some((to, side)) = self.shape.loser_to(index) {
                self.fill(to, side, now.lose, &mut open, changes);
            }
            if let Some((to, side)) = self.shape.winner_to(index) {
                self.fill(to, side, now.win, &mut open, changes);
            }
        }
    }

    fn fill(&mut self, to: usize, side: Side, slot: Slot, open: &mut Vec<usize>, changes: &mut Vec<Change>) {
        let place = &mut self.cells[to].slots[side.index()];
        if *place != slot {
            *place = slot;
            changes.push(Change::Slot { at: self.shape.id(to), side, now: slot });
            open.push(to);
        }
    }

    /// The reset is needed exactly if both finalists are there and the losers champion won.
    fn reset_slots(&self, grand_final: usize) -> [Slot; 2] {
        let cell = &self.cells[grand_final];
        match (cell.status, cell.verdict) {
            (Status::Done, Some(Verdict { winner: Some(Side::B), .. })) => cell.slots,
            (Status::Done | Status::Passed, _) => [Slot::Bye; 2],
            _ => [Slot::Tbd; 2],
        }
    }

    fn settle(&self, index: usize) -> Settled {
        let slots = self.cells[index].slots;
        let is_reset = self.shape.reset() == Some(index);
        match slots {
            [Slot::Entrant(a), Slot::Entrant(b)] => self.settle_pair(index, [a, b]),
            [Slot::Tbd, _] | [_, Slot::Tbd] => {
                let status = if is_reset { Status::Conditional } else { Status::Waiting };
                // An empty side has no loser to wait for.
                let lose = if slots.contains(&Slot::Vacant) {
                    Slot::Vacant
                } else if slots.contains(&Slot::Bye) {
                    Slot::Bye
                } else {
                    Slot::Tbd
                };
                Settled { status, verdict: None, win: Slot::Tbd, lose }
            }
            _ => {
                let (win, lose) = pass(slots);
                let status = if is_reset { Status::NotNeeded } else { Status::Passed };
                Settled { status, verdict: None, win, lose }
            }
        }
    }

    fn settle_pair(&self, index: usize, pair: [EntrantId; 2]) -> Settled {
        let open = |status| Settled { status, verdict: None, win: Slot::Tbd, lose: Slot::Tbd };
        let series = || self.lengths.series(self.shape.id(index), false);
        let filed = on_file(&self.files[index], pair).map(|outcome| series().verdict(outcome).ok().flatten());
        let verdict = match filed {
            Some(Some(verdict)) => verdict,
            _ => match (self.is_gone(pair[0]), self.is_gone(pair[1])) {
                (false, false) => return open(if filed.is_some() { Status::Live } else { Status::Ready }),
                (true, true) => Verdict { winner: None, score: [0; 2], how: How::DoubleForfeit },
                (a_gone, _) => {
                    let winner = if a_gone { Side::B } else { Side::A };
                    let mut score = [0; 2];
                    score[winner.index()] = series().needed();
                    Verdict { winner: Some(winner), score, how: How::Walkover }
                }
            },
        };
        let (win, lose) = match verdict.winner {
            Some(side) => (Slot::Entrant(pair[side.index()]), Slot::Entrant(pair[side.other().index()])),
            None => (Slot::Vacant, Slot::Vacant),
        };
        Settled { status: Status::Done, verdict: Some(verdict), win, lose }
    }
}

/// Winner and loser of a match with at least one empty side and none to be determined.
fn pass([a, b]: [Slot; 2]) -> (Slot, Slot) {
    match (a, b) {
        (Slot::Bye, other) | (other, Slot::Bye) => (other, Slot::Bye),
        (Slot::Vacant, other) | (other, _) => (other, Slot::Vacant),
    }
}

fn check_places(order: &[EntrantId], places: &[Option<EntrantId>], size: usize) -> Result<Vec<Slot>, BadSetup> {
    let bad = |what: String| BadSetup::Places { places: size, what };
    if places.len() != size {
        return Err(bad(format!("{} places are given", places.len())));
    }
    let mut left: BTreeSet<EntrantId> = order.iter().copied().collect();
    for who in places.iter().flatten() {
        if !left.remove(who) {
            return Err(bad(format!("{who} is unknown or placed twice")));
        }
    }
    if let Some(who) = left.first() {
        return Err(bad(format!("{who} has no place")));
    }
    Ok(places.iter().map(|place| place.map_or(Slot::Bye, Slot::Entrant)).collect())
}
