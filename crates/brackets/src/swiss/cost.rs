//! What a pairing costs, part by part. An earlier part outweighs everything after it, so the cheapest
//! pairing is the one the rules want, and the first part in which two pairings differ is the rule that
//! decided between them.
//!
//! Not here: finding the cheapest pairing (`pairing`).

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{Field, Pattern};
use crate::chance::{Chance, pair_lot};
use crate::outcome::How;
use crate::refusal::Refusal;
use crate::slot::EntrantId;
use crate::standings::figures::Figures;
use crate::standings::{Decision, SatOut, rank};

/// A rule that a pairing can cost something under, the weightiest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CostPart {
    /// They have met before (only where the organiser allowed it).
    Rematch,
    /// The bye goes to somebody who is not in the lowest score group.
    ByeScore,
    /// Their scores differ, by score groups squared.
    Crossing,
    /// One of them was already paired up or down in the last two rounds.
    RepeatedFloat,
    /// They share an organisation.
    Organisation,
    /// They share a region.
    Region,
    /// They stand otherwise in their score group than the pattern wants, squared.
    Pattern,
    /// Both are due for the same side.
    Side,
    /// What is left to the seed.
    Lot,
}

/// Number of parts.
pub const PART_COUNT: usize = 9;

/// All parts, weightiest first.
const PARTS: [CostPart; PART_COUNT] = [
    CostPart::Rematch,
    CostPart::ByeScore,
    CostPart::Crossing,
    CostPart::RepeatedFloat,
    CostPart::Organisation,
    CostPart::Region,
    CostPart::Pattern,
    CostPart::Side,
    CostPart::Lot,
];

/// The cost of a pair, or of a whole pairing, in the order of [`CostPart`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Parts(pub [u64; PART_COUNT]);

impl Parts {
    /// The first part in which `other` costs more or less than this.
    #[must_use]
    pub fn first_difference(&self, other: &Self) -> Option<CostPart> {
        PARTS.into_iter().zip(self.0.iter().zip(&other.0)).find(|(_, (x, y))| x != y).map(|(part, _)| part)
    }

    /// The cost under one rule.
    #[must_use]
    pub fn of(&self, part: CostPart) -> u64 {
        self.0[part as usize]
    }

    pub(crate) fn add(&mut self, other: &Self) {
        for (sum, part) in self.0.iter_mut().zip(&other.0) {
            *sum += part;
        }
    }
}

/// Who is to be paired, in order, with all that the rules ask about them.
pub(crate) struct Situation {
    /// In pairing order: by the standings; who is level there, by initial seed.
    pub who: Vec<EntrantId>,
    pub points: Vec<i64>,
    /// Score group, 0 is the highest.
    pub group: Vec<usize>,
    /// Place within the score group, from 0.
    pub position: Vec<usize>,
    /// Size of one's score group.
    pub size: Vec<usize>,
    pub met: Vec<Vec<usize>>,
    /// Who may get the bye.
    pub bye_allowed: Vec<bool>,
    /// Paired down (-1) or up (1) in the last round and the one before.
    floats: Vec<[i8; 2]>,
    organisation: Vec<Option<u32>>,
    region: Vec<Option<u32>>,
    /// Times on side A minus times on side B.
    pub balance: Vec<i32>,
    pattern: Pattern,
    seed: u64,
    groups: usize,
    pub allow_rematch: bool,
    widths: [u32; PART_COUNT],
    squared: bool,
}

impl Situation {
    /// The situation before round `round` (from 1) among `players`.
    pub fn new(
        field: &Field,
        round: u16,
        players: &[EntrantId],
        seed: u64,
        decisions: &[Decision],
    ) -> Result<Self, Refusal> {
        let before = usize::from(round) - 1;
        let results = field.results(before, decisions);
        let figures = Figures::new(&results);
        let standing = rank(&results, &field.config().tie_breaks);
        let pattern = if round == 1 { field.config().first } else { field.config().pattern };
        let playing: std::collections::HashSet<EntrantId> = players.iter().copied().collect();
        let mut who: Vec<EntrantId> = standing.order().into_iter().filter(|id| playing.contains(id)).collect();
        let points_of: HashMap<EntrantId, i64> =
            who.iter().map(|id| (*id, figures.sums[figures.index[id]].points)).collect();
        // The list of tie-breakers may rank something above points; score groups are of points.
        who.sort_by_key(|id| std::cmp::Reverse(points_of[id]));
        if pattern == Pattern::Random {
            let mut chance = Chance::new(seed);
            who.chunk_by_mut(|x, y| points_of[x] == points_of[y]).for_each(|group| chance.shuffle(group));
        }
        let n = who.len();
        let at: HashMap<EntrantId, usize> = who.iter().enumerate().map(|(index, id)| (*id, index)).collect();
        let entrant: HashMap<EntrantId, &crate::entrant::Entrant> = field.entrants.iter().map(|e| (e.id, e)).collect();
        let mut situation = Self {
            points: who.iter().map(|id| points_of[id]).collect(),
            group: vec![0; n],
            position: vec![0; n],
            size: vec![0; n],
            met: vec![vec![]; n],
            bye_allowed: vec![true; n],
            floats: vec![[0; 2]; n],
            organisation: who.iter().map(|id| entrant[id].organisation).collect(),
            region: who.iter().map(|id| entrant[id].region).collect(),
            balance: vec![0; n],
            pattern,
            seed,
            groups: 0,
            allow_rematch: false,
            widths: [0; PART_COUNT],
            squared: true,
            who,
        };
        situation.form_groups();
        let win = results.scoring.win;
        for played in &results.played {
            let pair = played.pair.map(|id| at.get(&id).copied());
            for me in 0..2 {
                let Some(own) = pair[me] else { continue };
                situation.balance[own] += [1, -1][me];
                situation.met[own].extend(pair[1 - me]);
                let unplayed_win =
                    played.verdict.how == How::Walkover && played.verdict.winner.is_some_and(|s| s.index() == me);
                situation.bye_allowed[own] &= !unplayed_win;
                let back = usize::from(round - played.round);
                if back <= 2 {
                    let had = played.pair.map(|id| figures.points_before(figures.index[&id], played.round));
                    situation.floats[own][back - 1] = match had[me].cmp(&had[1 - me]) {
                        std::cmp::Ordering::Greater => -1,
                        std::cmp::Ordering::Equal => 0,
                        std::cmp::Ordering::Less => 1,
                    };
                }
            }
        }
        for sat in &results.sat {
            let Some(own) = at.get(&sat.who) else { continue };
            let worth = match sat.why {
                SatOut::Bye => i32::MAX,
                SatOut::Absent => results.scoring.absent,
                SatOut::Late => results.scoring.late,
                SatOut::Missed => i32::MIN,
            };
            situation.bye_allowed[*own] &= worth < win;
        }
        situation.fit()?;
        Ok(situation)
    }

    #[cfg(test)]
    pub fn blank() -> Self {
        Self {
            who: vec![],
            points: vec![],
            group: vec![],
            position: vec![],
            size: vec![],
            met: vec![],
            bye_allowed: vec![],
            floats: vec![],
            organisation: vec![],
            region: vec![],
            balance: vec![],
            pattern: Pattern::Slide,
            seed: 0,
            groups: 0,
            allow_rematch: false,
            widths: [0; PART_COUNT],
            squared: true,
        }
    }

    fn form_groups(&mut self) {
        let mut from = 0;
        while from < self.points.len() {
            let size = self.points[from..].iter().take_while(|points| **points == self.points[from]).count();
            for (place, index) in (from..from + size).enumerate() {
                (self.group[index], self.position[index], self.size[index]) = (self.groups, place, size);
            }
            self.groups += 1;
            from += size;
        }
    }

    /// Vertices of the matching: the players, and one more for the bye of an odd field.
    pub fn vertices(&self) -> usize {
        self.who.len() + self.who.len() % 2
    }

    /// Bits for each part, so that no sum of one reaches the next.
    pub fn fit(&mut self) -> Result<(), Refusal> {
        let shared = |keys: &[Option<u32>]| {
            let mut seen = std::collections::HashSet::new();
            u64::from(keys.iter().flatten().any(|key| !seen.insert(*key)))
        };
        let pairs = (self.vertices() / 2) as u64;
        let widest = self.size.iter().max().copied().unwrap_or(0) as u64;
        let (organisation, region) = (shared(&self.organisation), shared(&self.region));
        let groups = self.groups as u64;
        for (squared, lot) in [(true, 0xFF), (false, 0xFF), (false, 0)] {
            self.squared = squared;
            let furthest = if groups > 1 { 2 * widest } else { widest };
            let pattern = if squared { furthest * furthest } else { furthest };
            let met = self.met.iter().map(Vec::len).max().unwrap_or(0) as u64;
            let rounds = if self.allow_rematch { met } else { 0 };
            let most = [
                rounds * pairs,
                groups,
                groups * groups * pairs,
                6 * pairs,
                organisation * pairs,
                region * pairs,
                pattern * pairs,
                pairs,
                lot * pairs,
            ];
            self.widths = most.map(|most| u64::BITS - most.leading_zeros());
            if self.widths.iter().sum::<u32>() + usize::BITS - self.vertices().leading_zeros() <= 118 {
                return Ok(());
            }
        }
        Err(Refusal::TooLarge)
    }

    fn pack(&self, parts: &Parts) -> i128 {
        parts
            .0
            .iter()
            .zip(self.widths)
            .fold(0, |sum, (part, width)| sum << width | if width == 0 { 0 } else { i128::from(*part) })
    }

    /// The cost of pairing two players (or one with the bye, the last vertex of an odd field) as one
    /// number; `None` if they must not be paired.
    pub fn cost(&self, a: usize, b: usize) -> Option<i128> {
        let parts = self.parts(a, b);
        let allowed = match (a.max(b) == self.who.len(), self.allow_rematch) {
            (true, _) => self.bye_allowed[a.min(b)],
            (false, true) => true,
            (false, false) => !self.have_met(a, b),
        };
        allowed.then(|| self.pack(&parts))
    }

    pub fn have_met(&self, a: usize, b: usize) -> bool {
        self.met[a].contains(&b)
    }

    /// The cost of a pair by parts, allowed or not.
    pub fn parts(&self, a: usize, b: usize) -> Parts {
        let (a, b) = (a.min(b), a.max(b));
        if b == self.who.len() {
            let up = (self.groups - 1 - self.group[a]) as u64;
            let from_below = (self.size[a] - 1 - self.position[a]) as u64;
            return Parts([0, up, 0, 0, 0, 0, self.power(from_below), 0, 0]);
        }
        let crossing = (self.group[b] - self.group[a]) as u64;
        let same = |keys: &[Option<u32>]| u64::from(keys[a].is_some() && keys[a] == keys[b]);
        let times = self.met[a].iter().filter(|other| **other == b).count() as u64;
        let side = u64::from(self.balance[a].signum() * self.balance[b].signum() == 1);
        let lot = if self.widths[CostPart::Lot as usize] == 0 {
            0
        } else {
            pair_lot(self.seed, self.who[a].0, self.who[b].0) & 0xFF
        };
        Parts([
            times,
            0,
            crossing * crossing,
            if crossing == 0 { 0 } else { self.repeated_floats(a, b) },
            same(&self.organisation),
            same(&self.region),
            self.power(self.deviation(a, b)),
            side,
            lot,
        ])
    }

    fn power(&self, distance: u64) -> u64 {
        if self.squared { distance * distance } else { distance }
    }

    /// Down for the better one, up for the other: 2 if so last round, 1 if so the round before.
    fn repeated_floats(&self, better: usize, other: usize) -> u64 {
        let weigh = |floats: [i8; 2], way: i8| u64::from(floats[0] == way) * 2 + u64::from(floats[1] == way);
        weigh(self.floats[better], -1) + weigh(self.floats[other], 1)
    }

    /// How far two players are from where the pattern wants them. Across groups: the lowest of the
    /// upper group should meet the highest of the lower.
    fn deviation(&self, a: usize, b: usize) -> u64 {
        let (x, y, size) = (self.position[a], self.position[b], self.size[a]);
        if self.group[a] != self.group[b] {
            return (self.size[a] - 1 - x + y) as u64;
        }
        let distance = match self.pattern {
            Pattern::Slide => (y - x).abs_diff(size / 2),
            Pattern::Fold | Pattern::Major => (x + y).abs_diff(size - 1),
            Pattern::Adjacent => y - x - 1,
            // The order itself was drawn.
            Pattern::Random => y - x - 1,
        };
        distance as u64
    }
}
