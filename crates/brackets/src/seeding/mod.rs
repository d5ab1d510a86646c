//! From a list of entrants to an order, a draw, or groups.
//!
//! Not here: keeping entrants apart (`apart`).

mod apart;

use serde::{Deserialize, Serialize};

pub use apart::{Bond, Grouping, Separation, TooClose, apart_in_bracket, into_groups};

use crate::chance::Chance;
use crate::entrant::Entrant;
use crate::refusal::BadSetup;
use crate::slot::EntrantId;

/// How entrants get their seeds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Seeding {
    /// In the order given.
    AsGiven,
    /// By hand: every entrant with its own seed, 1 is best.
    Manual(Vec<(EntrantId, u32)>),
    /// Drawn; the same seed gives the same order.
    Random(u64),
    /// By rating, highest first; equal ratings are drawn with this seed, never decided by id.
    Ranked(u64),
}

/// The entrants in seed order, best first.
///
/// # Errors
/// An entrant twice; manual: a missing or shared seed; ranked: a missing rating.
pub fn seed(entrants: &[Entrant], seeding: &Seeding) -> Result<Vec<Entrant>, BadSetup> {
    no_duplicates(entrants)?;
    let mut order = entrants.to_vec();
    match seeding {
        Seeding::AsGiven => {}
        Seeding::Random(seed) => Chance::new(*seed).shuffle(&mut order),
        Seeding::Ranked(seed) => {
            if let Some(unrated) = order.iter().find(|entrant| entrant.rating.is_none()) {
                return Err(BadSetup::MissingRating(unrated.id));
            }
            Chance::new(*seed).shuffle(&mut order);
            order.sort_by_key(|entrant| std::cmp::Reverse(entrant.rating));
        }
        Seeding::Manual(seeds) => {
            let mut by_id = std::collections::HashMap::new();
            let mut taken = std::collections::HashMap::new();
            for &(id, seed) in seeds {
                if let Some(other) = taken.insert(seed, id).filter(|other| *other != id) {
                    return Err(BadSetup::SharedSeed { a: other, b: id, seed });
                }
                by_id.insert(id, seed);
            }
            if let Some(missing) = order.iter().find(|entrant| !by_id.contains_key(&entrant.id)) {
                return Err(BadSetup::MissingSeed(missing.id));
            }
            order.sort_by_key(|entrant| by_id[&entrant.id]);
        }
    }
    Ok(order)
}

pub(crate) fn no_duplicates(entrants: &[Entrant]) -> Result<(), BadSetup> {
    let mut seen = std::collections::HashSet::with_capacity(entrants.len());
    match entrants.iter().find(|entrant| !seen.insert(entrant.id)) {
        Some(twice) => Err(BadSetup::DuplicateEntrant(twice.id)),
        None => Ok(()),
    }
}

/// The seed (from 0) at each place of a draw with `size` places, a power of two.
///
/// Standard placement: `p(1) = [1]`, `p(2m)` replaces each seed s by the pair `(s, 2m+1-s)`. Seeds of a
/// first-round match add up to `size + 1`, and the best 2^k stand in different blocks of size/2^k.
/// With byes as the lowest seeds they fall to the best, and two byes never meet unless more than half
/// of the places are empty.
pub fn places_of_seeds(size: usize) -> impl Iterator<Item = usize> {
    let rounds = size.max(1).ilog2();
    // The recursion unrolled: going down from the top, the lower half of a block holds the complement.
    (0..size).map(move |place| {
        let mut seed = 0usize;
        for level in 0..rounds {
            let lower = place >> (rounds - 1 - level) & 1 == 1;
            if lower {
                seed = (2 << level) - 1 - seed;
            }
        }
        seed
    })
}

/// Splits an order into `groups` snake-wise: 1 2 3 / 6 5 4 / 7 8 9.
#[must_use]
pub fn snake<T: Clone>(order: &[T], groups: usize) -> Vec<Vec<T>> {
    let mut result = vec![vec![]; groups];
    if groups == 0 {
        return result;
    }
    for (row, items) in order.chunks(groups).enumerate() {
        for (column, item) in items.iter().enumerate() {
            let group = if row.is_multiple_of(2) { column } else { groups - 1 - column };
            result[group].push(item.clone());
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entrant::entrants;

    fn ids(order: &[Entrant]) -> Vec<u32> {
        order.iter().map(|entrant| entrant.id.0).collect()
    }

    #[test]
    fn the_best_meet_last() {
        assert_eq!(places_of_seeds(8).map(|s| s + 1).collect::<Vec<_>>(), [1, 8, 4, 5, 2, 7, 3, 6]);
        for rounds in 1..=12u32 {
            let size = 1usize << rounds;
            let places: Vec<usize> = places_of_seeds(size).collect();
            assert!(places.chunks_exact(2).all(|pair| pair[0] + pair[1] == size - 1));
            for k in 0..=rounds {
                for block in places.chunks_exact(size >> k) {
                    assert_eq!(
                        block.iter().filter(|seed| **seed < 1 << k).count(),
                        1,
                        "{size} places, best {}",
                        1 << k
                    );
                }
            }
        }
    }

    #[test]
    fn byes_meet_only_if_more_than_half_is_empty() {
        for n in 2..=64usize {
            let size = n.next_power_of_two();
            let empty = places_of_seeds(size).collect::<Vec<_>>();
            let double = empty.chunks_exact(2).any(|pair| pair.iter().all(|seed| *seed >= n));
            assert!(!double, "{n} entrants");
        }
    }

    #[test]
    fn seeding_by_hand_wants_every_seed_once() {
        let three = entrants(3);
        let manual = |seeds: &[(u32, u32)]| Seeding::Manual(seeds.iter().map(|(id, s)| (EntrantId(*id), *s)).collect());
        assert_eq!(ids(&seed(&three, &manual(&[(1, 3), (2, 1), (3, 2)])).unwrap()), [2, 3, 1]);
        assert_eq!(seed(&three, &manual(&[(1, 3), (2, 1)])), Err(BadSetup::MissingSeed(EntrantId(3))));
        assert_eq!(
            seed(&three, &manual(&[(1, 1), (2, 1), (3, 2)])),
            Err(BadSetup::SharedSeed { a: EntrantId(1), b: EntrantId(2), seed: 1 })
        );
    }

    #[test]
    fn equal_ratings_are_drawn_not_sorted_by_id() {
        let rated: Vec<Entrant> = (1..=8).map(|id| Entrant::new(id).rated(if id == 5 { 9 } else { 1 })).collect();
        let once = ids(&seed(&rated, &Seeding::Ranked(3)).unwrap());
        assert_eq!(once[0], 5);
        assert_eq!(once, ids(&seed(&rated, &Seeding::Ranked(3)).unwrap()), "the same seed, the same order");
        assert!((0..20).any(|s| ids(&seed(&rated, &Seeding::Ranked(s)).unwrap()) != once));
        assert_eq!(seed(&entrants(2), &Seeding::Ranked(1)), Err(BadSetup::MissingRating(EntrantId(1))));
    }

    #[test]
    fn a_snake_turns_at_the_end_of_a_row() {
        assert_eq!(snake(&[1, 2, 3, 4, 5, 6, 7], 3), [vec![1, 6, 7], vec![2, 5], vec![3, 4]]);
    }
}
