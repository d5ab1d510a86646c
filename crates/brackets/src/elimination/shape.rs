//! The form of an elimination bracket: how many matches, and which feeds which. Pure arithmetic on
//! indices; nothing here is stored per match.
//!
//! For 2^R places the winners bracket has rounds 1..=R with 2^(R-r) matches in round r. The losers
//! bracket has rounds 1..=2(R-1): round 1 pairs the losers of winners round 1; even round 2(s-1) meets
//! the survivors with the losers of winners round s; odd rounds halve the survivors.
//! Which loser meets which survivor is decided in `drops`.

use super::drops;
use super::{Elimination, Final};
use crate::match_id::MatchId;
use crate::slot::Side;

/// Sizes and offsets of every section of one bracket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    /// Rounds of the winners bracket; 2^rounds places.
    pub rounds: u16,
    double: Option<Final>,
    third_place: bool,
    consolation: bool,
    masks: Vec<usize>,
    losers: usize,
    extra: usize,
    len: usize,
}

/// What fills a side of a match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Feed {
    /// A place of the draw, from 0.
    Place(usize),
    /// The winner of another match.
    Winner(usize),
    /// The loser of another match.
    Loser(usize),
    /// Both sides of the grand final, if its reset is needed.
    Reset,
}

impl Shape {
    /// The shape for `entrants` in the given format.
    pub fn new(entrants: usize, format: &Elimination) -> Self {
        let rounds = u16::try_from(entrants.next_power_of_two().trailing_zeros()).unwrap_or(u16::MAX);
        let size = 1usize << rounds;
        let (double, third_place, consolation) = match format {
            Elimination::Single { third_place, consolation } => {
                (None, *third_place && rounds > 1, *consolation && rounds > 1)
            }
            Elimination::Double { grand_final } => (Some(*grand_final), false, false),
        };
        let losers = size - 1;
        let losers_len = if double.is_some() { size.saturating_sub(2) } else { 0 };
        let extra = losers + losers_len;
        let more = match double {
            None => usize::from(third_place) + if consolation { size / 2 - 1 } else { 0 },
            Some(Final::None) => 0,
            Some(Final::Single) => 1,
            Some(Final::Reset) => 2,
        };
        Self { rounds, double, third_place, consolation, masks: drops::masks(rounds), losers, extra, len: extra + more }
    }

    /// Whether one loss is not the end.
    pub fn is_double(&self) -> bool {
        self.double.is_some()
    }

    /// Number of matches, byes included.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Number of places in the draw.
    pub fn places(&self) -> usize {
        1 << self.rounds
    }

    /// Rounds of the losers bracket.
    pub fn losers_rounds(&self) -> u16 {
        if self.double.is_some() { 2 * (self.rounds - 1) } else { 0 }
    }

    fn w_offset(&self, round: u16) -> usize {
        self.places() - (self.places() >> (round - 1))
    }

    /// Matches in a winners round.
    pub fn w_count(&self, round: u16) -> usize {
        self.places() >> round
    }

    /// Matches in a losers round.
    pub fn l_count(&self, round: u16) -> usize {
        self.places() >> (2 + (round - 1) / 2)
    }

    fn l_offset(&self, round: u16) -> usize {
        // Rounds come in pairs of equal size: size/4, size/4, size/8, size/8, ...
        let pairs = (round - 1) / 2;
        let half = self.places() / 2;
        let before = 2 * (half - (half >> pairs));
        let within = if round.is_multiple_of(2) { self.l_count(round) } else { 0 };
        self.losers + before + within
    }

    fn c_rounds(&self) -> u16 {
        if self.consolation { self.rounds - 1 } else { 0 }
    }

    fn c_offset(&self, round: u16) -> usize {
        let half = self.places() / 2;
        self.extra + usize::from(self.third_place) + half - (half >> (round - 1))
    }

    fn c_count(&self, round: u16) -> usize {
        self.places() >> (round + 1)
    }

    /// Index of the match that decides first place, the reset aside.
    pub fn deciding(&self) -> usize {
        match self.double {
            Some(Final::Single | Final::Reset) => self.extra,
            _ => self.losers - 1,
        }
    }

    /// Index of the reset match.
    pub fn reset(&self) -> Option<usize> {
        (self.double == Some(Final::Reset)).then_some(self.extra + 1)
    }

    /// Index of the third-place match.
    pub fn third_place(&self) -> Option<usize> {
        self.third_place.then_some(self.extra)
    }

    /// The index of a role, if this bracket has it.
    pub fn index(&self, id: MatchId) -> Option<usize> {
        let within = |round: u16, rounds: u16, number: u32, count: &dyn Fn(u16) -> usize| {
            let number = usize::try_from(number).ok()?;
            ((1..=rounds).contains(&round) && number >= 1 && number <= count(round)).then(|| number - 1)
        };
        match id {
            MatchId::Winners { round, number } => {
                within(round, self.rounds, number, &|r| self.w_count(r)).map(|i| self.w_offset(round) + i)
            }
            MatchId::Losers { round, number } => {
                within(round, self.losers_rounds(), number, &|r| self.l_count(r)).map(|i| self.l_offset(round) + i)
            }
            MatchId::Consolation { round, number } => {
                within(round, self.c_rounds(), number, &|r| self.c_count(r)).map(|i| self.c_offset(round) + i)
            }
            MatchId::GrandFinal => matches!(self.double, Some(Final::Single | Final::Reset)).then_some(self.extra),
            MatchId::GrandFinalReset => self.reset(),
            MatchId::ThirdPlace => self.third_place(),
            MatchId::Group { .. } | MatchId::Swiss { .. } | MatchId::Heat { .. } => None,
        }
    }

    /// The role at an index below `len`.
    pub fn id(&self, index: usize) -> MatchId {
        let number = |i: usize| u32::try_from(i + 1).unwrap_or(u32::MAX);
        match self.section(index) {
            At::W(round, i) => MatchId::Winners { round, number: number(i) },
            At::L(round, i) => MatchId::Losers { round, number: number(i) },
            At::C(round, i) => MatchId::Consolation { round, number: number(i) },
            At::GrandFinal => MatchId::GrandFinal,
            At::Reset => MatchId::GrandFinalReset,
            At::ThirdPlace => MatchId::ThirdPlace,
        }
    }

    fn section(&self, index: usize) -> At {
        if index < self.losers {
            let round = halving_round(self.places(), index);
            return At::W(round, index - self.w_offset(round));
        }
        if index < self.extra {
            let rest = index - self.losers;
            // Two rounds of each size: the pair number is found on half the scale.
            let pair = halving_round(self.places() / 2, rest / 2);
            let first = 2 * pair - 1;
            let round = if index < self.l_offset(first + 1) { first } else { first + 1 };
            return At::L(round, index - self.l_offset(round));
        }
        match (self.double, index - self.extra) {
            (Some(_), 0) => At::GrandFinal,
            (Some(_), _) => At::Reset,
            (None, 0) if self.third_place => At::ThirdPlace,
            (None, rest) => {
                let half = self.places() / 2;
                let round = halving_round(half, rest - usize::from(self.third_place));
                At::C(round, index - self.c_offset(round))
            }
        }
    }

    /// Where the winner of a match goes. The grand final's way to its reset is a rule of its own.
    pub fn winner_to(&self, index: usize) -> Option<(usize, Side)> {
        match self.section(index) {
            At::W(round, i) if round < self.rounds => Some((self.w_offset(round + 1) + i / 2, Side::of_parity(i))),
            At::W(..) => self.grand_final().map(|at| (at, Side::A)),
            At::L(round, i) if round == self.losers_rounds() => {
                debug_assert_eq!(i, 0);
                self.grand_final().map(|at| (at, Side::B))
            }
            At::L(round, i) if round.is_multiple_of(2) => Some((self.l_offset(round + 1) + i / 2, Side::of_parity(i))),
            At::L(round, i) => Some((self.l_offset(round + 1) + i, Side::B)),
            At::C(round, i) if round < self.c_rounds() => Some((self.c_offset(round + 1) + i / 2, Side::of_parity(i))),
            At::C(..) | At::GrandFinal | At::Reset | At::ThirdPlace => None,
        }
    }

    /// Where the loser of a match goes; `None` is out.
    pub fn loser_to(&self, index: usize) -> Option<(usize, Side)> {
        let At::W(round, i) = self.section(index) else { return None };
        if self.double.is_none() {
            if self.third_place && round + 1 == self.rounds {
                return Some((self.extra, Side::of_parity(i)));
            }
            return (self.consolation && round == 1).then(|| (self.c_offset(1) + i / 2, Side::of_parity(i)));
        }
        if self.rounds == 1 {
            return self.grand_final().map(|at| (at, Side::B));
        }
        if round == 1 {
            return Some((self.l_offset(1) + i / 2, Side::of_parity(i)));
        }
        Some((self.l_offset(2 * (round - 1)) + (i ^ self.masks[usize::from(round)]), Side::A))
    }

    /// What fills a side: the inverse of `winner_to` and `loser_to`.
    pub fn feed(&self, index: usize, side: Side) -> Feed {
        let bit = side.index();
        match self.section(index) {
            At::W(1, i) => Feed::Place(2 * i + bit),
            At::W(round, i) => Feed::Winner(self.w_offset(round - 1) + 2 * i + bit),
            At::L(1, i) => Feed::Loser(2 * i + bit),
            At::L(round, i) if round.is_multiple_of(2) && side == Side::A => {
                let from = round / 2 + 1;
                Feed::Loser(self.w_offset(from) + (i ^ self.masks[usize::from(from)]))
            }
            At::L(round, i) if round.is_multiple_of(2) => Feed::Winner(self.l_offset(round - 1) + i),
            At::L(round, i) => Feed::Winner(self.l_offset(round - 1) + 2 * i + bit),
            At::C(1, i) => Feed::Loser(2 * i + bit),
            At::C(round, i) => Feed::Winner(self.c_offset(round - 1) + 2 * i + bit),
            At::GrandFinal if side == Side::A => Feed::Winner(self.losers - 1),
            At::GrandFinal if self.rounds == 1 => Feed::Loser(0),
            At::GrandFinal => Feed::Winner(self.extra - 1),
            At::Reset => Feed::Reset,
            At::ThirdPlace => Feed::Loser(self.w_offset(self.rounds - 1) + bit),
        }
    }

    fn grand_final(&self) -> Option<usize> {
        matches!(self.double, Some(Final::Single | Final::Reset)).then_some(self.extra)
    }
}

enum At {
    W(u16, usize),
    L(u16, usize),
    C(u16, usize),
    GrandFinal,
    Reset,
    ThirdPlace,
}

/// The round (from 1) of the `index`-th match when rounds have size/2, size/4, ... matches.
fn halving_round(size: usize, index: usize) -> u16 {
    // Matches not yet counted, this one included, lie between 2^(R-r) and 2^(R-r+1) - 1.
    let left = size - 1 - index;
    let rounds = size.trailing_zeros();
    u16::try_from(rounds - left.ilog2()).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn all_formats() -> Vec<Elimination> {
        let mut formats = vec![];
        for third_place in [false, true] {
            for consolation in [false, true] {
                formats.push(Elimination::Single { third_place, consolation });
            }
        }
        for grand_final in [Final::None, Final::Single, Final::Reset] {
            formats.push(Elimination::Double { grand_final });
        }
        formats
    }

    #[test]
    fn every_side_is_fed_once_and_by_what_says_it_feeds_it() {
        for format in all_formats() {
            for rounds in 1..=8u32 {
                if rounds == 2 && matches!(format, Elimination::Single { third_place: true, consolation: true }) {
                    continue;
                }
                let shape = Shape::new(1 << rounds, &format);
                let mut fed = HashSet::new();
                for index in 0..shape.len() {
                    assert_eq!(shape.index(shape.id(index)), Some(index), "{format:?} {}", shape.id(index));
                    if let Some((to, side)) = shape.winner_to(index) {
                        assert!(fed.insert((to, side)), "{} fed twice", shape.id(to));
                        assert_eq!(shape.feed(to, side), Feed::Winner(index));
                        assert!(to > index, "later matches come later");
                    }
                    if let Some((to, side)) = shape.loser_to(index) {
                        assert!(fed.insert((to, side)), "{} fed twice", shape.id(to));
                        assert_eq!(shape.feed(to, side), Feed::Loser(index));
                        assert!(to > index);
                    }
                }
                for index in 0..shape.len() {
                    for side in Side::BOTH {
                        let free = matches!(shape.feed(index, side), Feed::Place(_) | Feed::Reset);
                        assert_eq!(fed.contains(&(index, side)), !free, "{format:?} {} {side:?}", shape.id(index));
                    }
                }
            }
        }
    }

    #[test]
    fn matches_are_counted_by_the_book() {
        for rounds in 1..=12u32 {
            let n = 1usize << rounds;
            let count = |format: &Elimination| Shape::new(n, format).len();
            assert_eq!(count(&Elimination::Single { third_place: false, consolation: false }), n - 1);
            assert_eq!(count(&Elimination::Double { grand_final: Final::None }), 2 * n - 3);
            assert_eq!(count(&Elimination::Double { grand_final: Final::Single }), 2 * n - 2);
            assert_eq!(count(&Elimination::Double { grand_final: Final::Reset }), 2 * n - 1);
            if rounds > 1 {
                assert_eq!(count(&Elimination::Single { third_place: true, consolation: false }), n);
            }
        }
    }
}
