//! Keeping group-mates, organisations and regions apart as late as possible, and saying where it could
//! not be.
//!
//! Entrants only change places within a band of seeds (1, 2, 3-4, 5-8, ... in a bracket; one row of the
//! snake in groups), so a seed stays worth what it was. Up to eight entrants every order of the bands is
//! tried; above that, exchanges are made while one improves the draw.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use serde::{Deserialize, Serialize};

use super::{places_of_seeds, snake};
use crate::entrant::Entrant;
use crate::slot::EntrantId;

/// What two entrants share. Earlier ones weigh more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bond {
    /// They come from the same group of an earlier stage.
    Group,
    /// They belong to the same organisation.
    Organisation,
    /// They come from the same region.
    Region,
}

const BONDS: [Bond; 3] = [Bond::Group, Bond::Organisation, Bond::Region];

fn key(entrant: &Entrant, bond: Bond) -> Option<u32> {
    match bond {
        Bond::Group => entrant.group,
        Bond::Organisation => entrant.organisation,
        Bond::Region => entrant.region,
    }
}

/// Two entrants who can meet earlier than they should.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TooClose {
    /// One of them, the better seed.
    pub a: EntrantId,
    /// The other.
    pub b: EntrantId,
    /// What they share.
    pub bond: Bond,
    /// The round in which they can meet first.
    pub round: u16,
    /// The round in which they would meet first if nothing else mattered.
    pub ideal: u16,
}

/// A seed order with bonds kept apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Separation {
    /// The new seed order.
    pub order: Vec<Entrant>,
    /// Where it could not be.
    pub too_close: Vec<TooClose>,
}

/// Rearranges a seed order for a bracket with standard placement.
#[must_use]
pub fn apart_in_bracket(order: &[Entrant]) -> Separation {
    let mut draw = Draw::new(order);
    let bands = bands(order.len());
    if order.len() <= 8 {
        draw.try_all(&bands);
    } else {
        draw.improve(&bands);
    }
    Separation { too_close: draw.too_close(), order: draw.order }
}

/// 0..1, 1..2, 2..4, 4..8, ... clipped to `len`.
fn bands(len: usize) -> Vec<std::ops::Range<usize>> {
    let mut bands = vec![];
    let mut from = 0;
    while from < len {
        let to = (from + 1).next_power_of_two().max(from + 1);
        let to = if from == 0 {
            1
        } else if to == from {
            2 * from
        } else {
            to
        };
        bands.push(from..to.min(len));
        from = to;
    }
    bands
}

/// A bond's key and a block of the draw, packed into one number.
fn spot(bond: usize, level: u32, place: usize, k: u32) -> u64 {
    // 2 bits, 5 bits, 17 bits, and the key as it is: no two share a number.
    ((bond as u64) << 54 | u64::from(level) << 49 | ((place >> level) as u64) << 32) | u64::from(k)
}

/// Spreads the bits of a [`spot`]; keys come from the organiser, not from an adversary.
#[derive(Default)]
struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, value: u64) {
        self.0 =
            (self.0 ^ value).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    }
}

/// Pairs that meet, by bond and then by round: fewer early ones are better, compared from the left.
type Cost = Vec<i64>;

struct Draw {
    order: Vec<Entrant>,
    place_of: Vec<usize>,
    rounds: u32,
    /// Members of a bond within a block of the draw, by [`spot`].
    counts: HashMap<u64, i64, BuildHasherDefault<Spread>>,
    bonds: Vec<(usize, Bond)>,
}

impl Draw {
    fn new(order: &[Entrant]) -> Self {
        let size = order.len().max(1).next_power_of_two();
        let mut place_of = vec![0; size];
        for (place, seed) in places_of_seeds(size).enumerate() {
            place_of[seed] = place;
        }
        let shared = |bond: Bond| {
            let mut seen = std::collections::HashSet::new();
            order.iter().filter_map(|entrant| key(entrant, bond)).any(|k| !seen.insert(k))
        };
        let bonds = BONDS.into_iter().enumerate().filter(|(_, bond)| shared(*bond)).collect();
        let mut draw =
            Self { order: order.to_vec(), place_of, rounds: size.trailing_zeros(), counts: HashMap::default(), bonds };
        for seed in 0..order.len() {
            draw.count(seed, 1);
        }
        draw
    }

    fn count(&mut self, seed: usize, step: i64) {
        for (at, bond) in &self.bonds {
            if let Some(k) = key(&self.order[seed], *bond) {
                for level in 0..=self.rounds {
                    *self.counts.entry(spot(*at, level, self.place_of[seed], k)).or_insert(0) += step;
                }
            }
        }
    }

    /// Adds the meetings of `entrant`, standing at the place of `seed`, with all counted entrants.
    fn add_meetings(&self, entrant: &Entrant, seed: usize, sign: i64, cost: &mut Cost) {
        let place = self.place_of[seed];
        let rounds = self.rounds as usize;
        for (at, bond) in &self.bonds {
            let Some(k) = key(entrant, *bond) else { continue };
            let mut inner = 0;
            for level in 0..=self.rounds {
                let here = self.within(*at, level, place, k);
                if level > 0 {
                    cost[at * rounds + level as usize - 1] += sign * (here - inner);
                }
                inner = here;
            }
        }
    }

    fn swap(&mut self, x: usize, y: usize) {
        self.count(x, -1);
        self.count(y, -1);
        self.order.swap(x, y);
        self.count(x, 1);
        self.count(y, 1);
    }

    fn within(&self, bond: usize, level: u32, place: usize, k: u32) -> i64 {
        self.counts.get(&spot(bond, level, place, k)).copied().unwrap_or(0)
    }

    /// What exchanging two seeds would change; negative is better.
    fn gain(&self, x: usize, y: usize) -> Cost {
        let rounds = self.rounds as usize;
        let mut cost = vec![0; BONDS.len() * rounds];
        for (at, bond) in &self.bonds {
            let keys = [key(&self.order[x], *bond), key(&self.order[y], *bond)];
            if keys[0] == keys[1] {
                continue;
            }
            for (k, from, to) in [(keys[0], x, y), (keys[1], y, x)] {
                let Some(k) = k else { continue };
                let (from, to) = (self.place_of[from], self.place_of[to]);
                // Whoever moves is counted at its old place, and does not meet itself.
                let (mut old, mut new) = (0, 0);
                for level in 1..=self.rounds {
                    let here = self.within(*at, level, from, k) - 1;
                    let there = self.within(*at, level, to, k) - i64::from(from >> level == to >> level);
                    cost[*at * rounds + level as usize - 1] += (there - new) - (here - old);
                    (old, new) = (here, there);
                }
            }
        }
        cost
    }

    fn improve(&mut self, bands: &[std::ops::Range<usize>]) {
        if self.bonds.is_empty() {
            return;
        }
        // Enough for every exchange in a field of a few hundred, and a bound for thousands.
        let mut budget = 200_000usize;
        loop {
            let mut improved = false;
            for band in bands.iter().rev() {
                for x in band.clone() {
                    for y in (x + 1)..band.end {
                        if budget == 0 {
                            return;
                        }
                        if self.bonds.iter().all(|(_, bond)| key(&self.order[x], *bond) == key(&self.order[y], *bond)) {
                            continue;
                        }
                        budget -= 1;
                        if is_better(&self.gain(x, y)) {
                            self.swap(x, y);
                            improved = true;
                        }
                    }
                }
            }
            if !improved {
                return;
            }
        }
    }

    fn total(&self) -> Cost {
        let mut cost = vec![0; BONDS.len() * self.rounds as usize];
        for seed in 0..self.order.len() {
            self.add_meetings(&self.order[seed], seed, 1, &mut cost);
        }
        cost
    }

    fn try_all(&mut self, bands: &[std::ops::Range<usize>]) {
        if self.bonds.is_empty() {
            return;
        }
        let mut best = (self.total(), self.order.clone());
        self.permute(bands, 0, 0, &mut best);
        *self = Self::new(&best.1);
    }

    /// Every order of every band, by exchanging the entrant at `at` with each later one of its band.
    fn permute(&mut self, bands: &[std::ops::Range<usize>], band: usize, at: usize, best: &mut (Cost, Vec<Entrant>)) {
        let Some(range) = bands.get(band) else {
            let cost = self.total();
            if cost < best.0 {
                *best = (cost, self.order.clone());
            }
            return;
        };
        let at = at.max(range.start);
        if at + 1 >= range.end {
            return self.permute(bands, band + 1, 0, best);
        }
        for other in at..range.end {
            self.swap(at, other);
            self.permute(bands, band, at + 1, best);
            self.swap(at, other);
        }
    }

    fn too_close(&self) -> Vec<TooClose> {
        let mut found = vec![];
        for (_, bond) in &self.bonds {
            let mut members: HashMap<u32, Vec<usize>> = HashMap::new();
            for (seed, entrant) in self.order.iter().enumerate() {
                if let Some(k) = key(entrant, *bond) {
                    members.entry(k).or_default().push(seed);
                }
            }
            for seeds in members.values() {
                let needed = seeds.len().next_power_of_two().trailing_zeros();
                let ideal = (self.rounds + 1).saturating_sub(needed).max(1);
                for (i, x) in seeds.iter().enumerate() {
                    for y in &seeds[i + 1..] {
                        let round = usize::BITS - (self.place_of[*x] ^ self.place_of[*y]).leading_zeros();
                        if round < ideal {
                            let [round, ideal] = [round, ideal].map(|r| u16::try_from(r).unwrap_or(u16::MAX));
                            let (a, b) = (self.order[*x].id, self.order[*y].id);
                            found.push(TooClose { a, b, bond: *bond, round, ideal });
                        }
                    }
                }
            }
        }
        found.sort_by_key(|close| (close.bond, close.round, close.a, close.b));
        found
    }
}

fn is_better(cost: &Cost) -> bool {
    cost.iter().find(|part| **part != 0).is_some_and(|part| *part < 0)
}

/// Groups with bonds spread over them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grouping {
    /// The groups, each in seed order.
    pub groups: Vec<Vec<Entrant>>,
    /// Pairs that share a bond and a group although fewer could.
    pub too_close: Vec<TooClose>,
}

/// Snakes an order into groups; if asked, exchanges entrants within a row so that bonds spread evenly.
#[must_use]
pub fn into_groups(order: &[Entrant], groups: usize, keep_apart: bool) -> Grouping {
    let mut table = snake(order, groups);
    if keep_apart && groups > 1 {
        while improve_rows(&mut table) {}
    }
    let mut too_close = vec![];
    if keep_apart {
        for bond in BONDS {
            too_close.extend(crowded(&table, bond));
        }
    }
    Grouping { groups: table, too_close }
}

fn improve_rows(table: &mut [Vec<Entrant>]) -> bool {
    let rows = table.iter().map(Vec::len).max().unwrap_or(0);
    let mut improved = false;
    for row in 0..rows {
        for g in 0..table.len() {
            for h in g + 1..table.len() {
                if row >= table[g].len() || row >= table[h].len() {
                    continue;
                }
                let before = clashes(&table[g], &table[h]);
                let (first, second) = (table[g][row].clone(), table[h][row].clone());
                table[g][row] = second.clone();
                table[h][row] = first.clone();
                if clashes(&table[g], &table[h]) < before {
                    improved = true;
                } else {
                    table[g][row] = first;
                    table[h][row] = second;
                }
            }
        }
    }
    improved
}

fn clashes(g: &[Entrant], h: &[Entrant]) -> [usize; 3] {
    BONDS.map(|bond| pairs(g, bond).len() + pairs(h, bond).len())
}

fn pairs(group: &[Entrant], bond: Bond) -> Vec<(EntrantId, EntrantId, u32)> {
    let mut found = vec![];
    for (i, x) in group.iter().enumerate() {
        for y in &group[i + 1..] {
            if let Some(k) = key(x, bond).filter(|k| key(y, bond) == Some(*k)) {
                found.push((x.id, y.id, k));
            }
        }
    }
    found
}

fn crowded(table: &[Vec<Entrant>], bond: Bond) -> Vec<TooClose> {
    let mut members: HashMap<u32, usize> = HashMap::new();
    for entrant in table.iter().flatten() {
        if let Some(k) = key(entrant, bond) {
            *members.entry(k).or_default() += 1;
        }
    }
    let mut found = vec![];
    for group in table {
        let mut here: HashMap<u32, usize> = HashMap::new();
        for entrant in group {
            if let Some(k) = key(entrant, bond) {
                *here.entry(k).or_default() += 1;
            }
        }
        for (a, b, k) in pairs(group, bond) {
            if here[&k] > members[&k].div_ceil(table.len()) {
                found.push(TooClose { a, b, bond, round: 1, ideal: 2 });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::Chance;

    #[test]
    fn bands_are_one_one_two_four() {
        assert_eq!(bands(11), [0..1, 1..2, 2..4, 4..8, 8..11]);
        assert_eq!(bands(1).len(), 1);
    }

    #[test]
    fn two_of_an_organisation_meet_in_the_final() {
        for n in [4u32, 6, 8, 11, 16, 32, 100] {
            let mut order: Vec<Entrant> = (1..=n).map(Entrant::new).collect();
            // The last two seeds of a band share an organisation.
            let last = order.len() - 1;
            order[last].organisation = Some(1);
            order[0].organisation = Some(1);
            let apart = apart_in_bracket(&order);
            assert_eq!(apart.too_close, [], "{n} entrants");
            assert_eq!(apart.order[0].id, EntrantId(1), "the best seed stays");
        }
    }

    #[test]
    fn what_cannot_be_kept_apart_is_said() {
        // Seeds 1 and 2 stand alone in their bands, seeds 3 and 4 share both halves' quarters.
        let mut order: Vec<Entrant> = (1..=4).map(Entrant::new).collect();
        for entrant in &mut order[1..3] {
            entrant.organisation = Some(7);
        }
        let apart = apart_in_bracket(&order);
        assert_eq!(apart.too_close, [], "2 and 3 can meet in the final only if 3 and 4 change places");
        for entrant in &mut order {
            entrant.organisation = Some(7);
        }
        assert_eq!(apart_in_bracket(&order).too_close, [], "four of four have to meet in round 1");
        let mut order: Vec<Entrant> =
            (1..=2).map(|id| Entrant::new(id).of(1)).chain((3..=8).map(Entrant::new)).collect();
        order[2].organisation = Some(1);
        let apart = apart_in_bracket(&order);
        assert_eq!(apart.too_close, [], "three of eight meet in a semi-final at the earliest");
        let order: Vec<Entrant> = [1, 1, 2, 2].into_iter().zip(1..).map(|(org, id)| Entrant::new(id).of(org)).collect();
        assert_eq!(apart_in_bracket(&order).too_close, []);
    }

    #[test]
    fn the_gain_is_the_difference_of_the_totals() {
        let mut chance = Chance::new(4);
        for _ in 0..300 {
            let n = 2 + chance.below(30);
            let mut any = |most: usize| (chance.below(4) > 0).then(|| chance.below(most) as u32);
            let order: Vec<Entrant> = (1..=n as u32)
                .map(|id| Entrant { group: any(4), organisation: any(3), region: any(2), ..Entrant::new(id) })
                .collect();
            let mut draw = Draw::new(&order);
            let (x, y) = (chance.below(n), chance.below(n));
            let (before, gain) = (draw.total(), draw.gain(x, y));
            draw.swap(x, y);
            // Each meeting is in the total from both ends, and in the gain once.
            let after: Cost = before.iter().zip(&gain).map(|(b, g)| b + 2 * g).collect();
            assert_eq!(draw.total(), after, "{x} and {y} of {n}");
        }
    }

    #[test]
    fn small_fields_are_arranged_as_well_as_can_be_and_large_ones_nearly() {
        let mut chance = Chance::new(11);
        let (mut same, runs) = (0, 200);
        for _ in 0..runs {
            let order: Vec<Entrant> = (1..=8).map(|id| Entrant::new(id).of(chance.below(3) as u32)).collect();
            let mut best = Draw::new(&order);
            best.try_all(&bands(8));
            let mut quick = Draw::new(&order);
            quick.improve(&bands(8));
            assert!(best.total() <= quick.total());
            same += usize::from(best.total() == quick.total());
        }
        assert!(same * 10 >= runs * 9, "exchanges reach the best draw in {same} of {runs}");
    }

    #[test]
    fn group_mates_land_in_opposite_halves() {
        for groups in [2u32, 4, 8] {
            let winners = (0..groups).map(|g| Entrant::new(g + 1).in_group(g));
            let seconds = (0..groups).map(|g| Entrant::new(100 + g).in_group(g));
            let order: Vec<Entrant> = winners.chain(seconds).collect();
            let apart = apart_in_bracket(&order);
            assert_eq!(apart.too_close, [], "{groups} groups");
            let size = order.len();
            let places: Vec<usize> = places_of_seeds(size).collect();
            for pair in places.chunks_exact(2) {
                let winners = pair.iter().filter(|seed| apart.order[**seed].id.0 < 100).count();
                assert_eq!(winners, 1, "a winner meets a runner-up first");
            }
        }
    }

    #[test]
    fn groups_spread_an_organisation() {
        let order: Vec<Entrant> =
            (0..16).map(|i| Entrant::new(i + 1).of(if [0, 7, 8, 15].contains(&i) { 1 } else { 100 + i })).collect();
        let plain = into_groups(&order, 4, false);
        assert!(plain.groups.iter().any(|g| pairs(g, Bond::Organisation).len() > 1), "the snake alone crowds them");
        let spread = into_groups(&order, 4, true);
        assert_eq!(spread.too_close, []);
        assert!(spread.groups.iter().all(|g| pairs(g, Bond::Organisation).is_empty()));
    }
}
