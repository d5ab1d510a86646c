//! Pairing a round: the cheapest perfect matching that leaves the next round possible.
//!
//! If the cheapest pairing would leave no round without rematches after it, the next cheapest is tried,
//! and so on in order of cost (Murty 1968, applied to matchings): the first that does not is taken.

use std::collections::{BTreeSet, BinaryHeap};

use serde::{Deserialize, Serialize};

use super::cost::{Parts, Situation};
use super::{Field, Pattern, SwissLength, major};
use crate::matching::{Matching, perfect_dense};
use crate::refusal::Refusal;
use crate::slot::EntrantId;
use crate::standings::Decision;

/// A rule that had to be given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relaxed {
    /// Somebody gets a bye who should not have another.
    ByeAgain,
    /// Somebody meets an earlier opponent, with the organiser's consent.
    Rematch,
    /// Every possible pairing leaves the next round without one free of rematches.
    NextRound,
}

/// A round as the rules want it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pairing {
    /// The pairs in table order, side A first.
    pub pairs: Vec<[EntrantId; 2]>,
    /// Who gets the bye of an odd field.
    pub bye: Option<EntrantId>,
    /// What it costs.
    pub cost: Parts,
    /// What could not be kept.
    pub relaxed: Vec<Relaxed>,
}

/// Alternatives looked at before the next round is given up. Only small fields, late in an event, ever
/// need a second one.
const MOST_ALTERNATIVES: usize = 2000;

impl Field {
    /// The pairing of the next round. The same seed gives the same pairing.
    pub(crate) fn pair(&self, seed: u64, rematches: bool, decisions: &[Decision]) -> Result<Pairing, Refusal> {
        let round = self.check_next()?;
        let mut situation = Situation::new(self, round, &self.playing_next(), seed, decisions)?;
        if self.config().pattern == Pattern::Major
            && round > 1
            && let Some(pairs) = major::pair(&situation, round)
        {
            return Ok(situation.pairing(&pairs, vec![]));
        }
        let look_ahead = matches!(self.config().length, SwissLength::Rounds(rounds) if round < rounds);
        let mut relaxed = vec![];
        for (bye_again, again) in [(false, false), (true, false), (false, true), (true, true)] {
            if again && !rematches {
                return Err(Refusal::OnlyRematches(round));
            }
            let kept = situation.bye_allowed.clone();
            if bye_again {
                if situation.who.len().is_multiple_of(2) {
                    continue;
                }
                situation.bye_allowed.fill(true);
            }
            if situation.allow_rematch != again {
                situation.allow_rematch = again;
                situation.fit()?;
            }
            if let Some((pairs, next_blocked)) = situation.best(look_ahead && !again) {
                relaxed.extend(bye_again.then_some(Relaxed::ByeAgain));
                relaxed.extend(again.then_some(Relaxed::Rematch));
                relaxed.extend(next_blocked.then_some(Relaxed::NextRound));
                return Ok(situation.pairing(&pairs, relaxed));
            }
            situation.bye_allowed = kept;
        }
        Err(Refusal::OnlyRematches(round))
    }
}

/// Pairs of positions; the larger may be the bye's vertex.
pub(super) type Pairs = Vec<(usize, usize)>;

impl Situation {
    /// The cheapest pairs, and whether they leave the next round blocked.
    pub(super) fn best(&self, look_ahead: bool) -> Option<(Pairs, bool)> {
        let first = self.solve(&[], &BTreeSet::new())?;
        let first: Pairs = first.pairs().collect();
        if !look_ahead || self.leaves_a_round(&first) {
            return Some((first, false));
        }
        Some(self.next_best().map_or((first, true), |pairs| (pairs, false)))
    }

    /// The cheapest pairs that leave a next round, by going through all of them in order of cost.
    fn next_best(&self) -> Option<Pairs> {
        let mut open = BinaryHeap::new();
        let root = Branch { forced: vec![], forbidden: BTreeSet::new() };
        let mut serial = 0usize;
        let mut push = |open: &mut BinaryHeap<_>, branch: Branch| {
            if let Some(found) = self.solve(&branch.forced, &branch.forbidden) {
                serial += 1;
                let pairs: Pairs = found.pairs().collect();
                open.push((std::cmp::Reverse((found.cost, serial)), pairs, branch));
            }
        };
        push(&mut open, root);
        for _ in 0..MOST_ALTERNATIVES {
            let (_, pairs, branch) = open.pop()?;
            if self.leaves_a_round(&pairs) {
                return Some(pairs);
            }
            let mut forced = branch.forced.clone();
            for pair in pairs.iter().filter(|pair| !branch.forced.contains(pair)) {
                let mut forbidden = branch.forbidden.clone();
                forbidden.insert(*pair);
                push(&mut open, Branch { forced: forced.clone(), forbidden });
                forced.push(*pair);
            }
        }
        None
    }

    pub(super) fn solve(&self, forced: &[(usize, usize)], forbidden: &BTreeSet<(usize, usize)>) -> Option<Matching> {
        if forced.is_empty() && forbidden.is_empty() {
            return perfect_dense(self.vertices(), |a, b| self.cost(a, b));
        }
        let mut held = vec![None; self.vertices()];
        for (a, b) in forced {
            (held[*a], held[*b]) = (Some(*b), Some(*a));
        }
        perfect_dense(self.vertices(), |a, b| match (held[a], held[b]) {
            (None, None) if !forbidden.contains(&(a, b)) => self.cost(a, b),
            (Some(partner), _) if partner == b => self.cost(a, b),
            _ => None,
        })
    }

    /// Whether the round after these pairs could be paired without rematch, whatever the results.
    fn leaves_a_round(&self, pairs: &[(usize, usize)]) -> bool {
        let n = self.who.len();
        let mut met = self.met.clone();
        let mut bye_allowed = self.bye_allowed.clone();
        for (a, b) in pairs {
            if *b == n {
                bye_allowed[*a] = false;
            } else {
                met[*a].push(*b);
                met[*b].push(*a);
            }
        }
        let most_met = met.iter().map(Vec::len).max().unwrap_or(0);
        let odd = n % 2;
        let bye_possible = odd == 0 || bye_allowed.contains(&true);
        // Dirac: enough possible opponents for everybody is a cycle through all, hence a pairing.
        if bye_possible && 2 * n.saturating_sub(1 + odd + most_met) >= n - odd {
            return true;
        }
        // Once all have had it, a second bye does not block the round by itself.
        let bye_free = !bye_allowed.contains(&true);
        perfect_dense(self.vertices(), |a, b| {
            let allowed = if b == n { bye_free || bye_allowed[a] } else { !met[a].contains(&b) };
            allowed.then_some(0)
        })
        .is_some()
    }

    /// The cost of whole pairs.
    pub(super) fn total(&self, pairs: &[(usize, usize)]) -> Parts {
        let mut total = Parts::default();
        pairs.iter().for_each(|(a, b)| total.add(&self.parts(*a, *b)));
        total
    }

    /// Sides and table order: whoever was less often on side A gets it, else the better placed.
    pub(super) fn pairing(&self, pairs: &[(usize, usize)], relaxed: Vec<Relaxed>) -> Pairing {
        let cost = self.total(pairs);
        let mut tables = pairs.to_vec();
        tables.sort_unstable();
        let mut bye = None;
        let mut seated = vec![];
        for (a, b) in tables {
            if b == self.who.len() {
                bye = Some(self.who[a]);
            } else if self.balance[b] < self.balance[a] {
                seated.push([self.who[b], self.who[a]]);
            } else {
                seated.push([self.who[a], self.who[b]]);
            }
        }
        Pairing { pairs: seated, bye, cost, relaxed }
    }
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Branch {
    forced: Vec<(usize, usize)>,
    forbidden: BTreeSet<(usize, usize)>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::Chance;
    use crate::entrant::Entrant;
    use crate::fixture::Change;
    use crate::match_id::MatchId;
    use crate::outcome::{Game, Outcome};
    use crate::slot::Side;
    use crate::swiss::Swiss;

    /// Visits every perfect matching without rematch and with an allowed bye, until told to stop.
    fn visit(
        situation: &Situation,
        left: &[usize],
        chosen: &mut Pairs,
        enough: &mut impl FnMut(&Pairs) -> bool,
    ) -> bool {
        let Some((a, rest)) = left.split_first() else { return enough(chosen) };
        for (at, b) in rest.iter().enumerate() {
            let n = situation.who.len();
            let allowed = if *b == n { situation.bye_allowed[*a] } else { !situation.have_met(*a, *b) };
            if allowed {
                let mut next = rest.to_vec();
                next.remove(at);
                chosen.push((*a, *b));
                let stop = visit(situation, &next, chosen, enough);
                chosen.pop();
                if stop {
                    return true;
                }
            }
        }
        false
    }

    fn all(situation: &Situation) -> Vec<Pairs> {
        let left: Vec<usize> = (0..situation.vertices()).collect();
        let mut found = vec![];
        visit(situation, &left, &mut vec![], &mut |pairs| {
            found.push(pairs.clone());
            false
        });
        found
    }

    /// Whether another round without rematch follows, by trying.
    fn leaves(situation: &Situation, pairs: &Pairs) -> bool {
        let n = situation.who.len();
        let mut next = Situation::blank();
        next.who.clone_from(&situation.who);
        next.met.clone_from(&situation.met);
        next.bye_allowed.clone_from(&situation.bye_allowed);
        for (a, b) in pairs {
            if *b == n {
                next.bye_allowed[*a] = false;
            } else {
                next.met[*a].push(*b);
                next.met[*b].push(*a);
            }
        }
        if !next.bye_allowed.contains(&true) {
            next.bye_allowed.fill(true);
        }
        let left: Vec<usize> = (0..next.vertices()).collect();
        visit(&next, &left, &mut vec![], &mut |_| true)
    }

    #[test]
    fn the_pairing_is_the_best_of_all_that_leave_a_round() {
        let (mut compared, mut looked_ahead) = (0, 0);
        for seed in 0..160u64 {
            let mut chance = Chance::new(seed);
            let n = 3 + chance.below(8) as u32;
            let entrants: Vec<Entrant> = (1..=n)
                .map(|id| Entrant::new(id).of(chance.below(4) as u32).from_region(chance.below(3) as u32))
                .collect();
            let most = (n - 1 + n % 2) as u16;
            let patterns = [Pattern::Slide, Pattern::Fold, Pattern::Adjacent];
            let config = Swiss { pattern: patterns[chance.below(3)], draws: true, ..Swiss::rounds(most) };
            let mut field = Field::new(&entrants, &config).unwrap();
            let mut nothing: Vec<Change> = vec![];
            for round in 1..=most {
                let situation = Situation::new(&field, round, &field.playing_next(), seed, &[]).unwrap();
                let every = all(&situation);
                let found = field.pair(seed, false, &[]);
                if every.is_empty() {
                    let relaxed = found.map(|pairing| pairing.relaxed);
                    assert!(relaxed.is_err() || relaxed == Ok(vec![Relaxed::ByeAgain]), "seed {seed}, round {round}");
                    break;
                }
                let found = found.unwrap();
                let good: Vec<&Pairs> =
                    every.iter().filter(|pairs| round == most || leaves(&situation, pairs)).collect();
                let wanted = if good.is_empty() { every.iter().collect() } else { good.clone() };
                let best = wanted.iter().map(|pairs| situation.total(pairs)).min().unwrap();
                assert_eq!(found.cost, best, "seed {seed}, round {round}, {n} entrants");
                assert_eq!(found.relaxed.contains(&Relaxed::NextRound), good.is_empty());
                compared += 1;
                looked_ahead += usize::from(good.len() < every.len() && !good.is_empty());
                let frozen = field.freeze(&found.pairs);
                field.publish(found.pairs.clone(), found.bye, Some(seed), frozen, &mut nothing);
                for (number, pair) in (1..).zip(&found.pairs) {
                    let game = [Game::won_by(Side::A), Game::won_by(Side::B), Game::scored(1, 1)][chance.below(3)];
                    let at = MatchId::Swiss { round, number };
                    field.put(at, *pair, Some(Outcome::Played(vec![game])), &mut nothing);
                }
            }
        }
        assert!(compared > 500, "{compared} rounds compared");
        assert!(looked_ahead > 5, "looking ahead mattered in {looked_ahead}");
    }
}
