//! The order in which entries are seeded.
//!
//! Not here: where seeds are kept, and the draw that is made of them (`draw`).

use brackets::chance::Chance;
use thiserror::Error;

/// Where seeds come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// The order of the slots, then of the entries.
    SlotOrder,
    /// Drawn by lot.
    Random,
    /// The ranking; who has none comes last, in the order of the entries.
    Ranked,
    /// The seeds that were given by hand.
    Manual,
    /// The ranking again, laid over the groups like a snake.
    Snake,
}

impl Method {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::SlotOrder, Self::Random, Self::Ranked, Self::Manual, Self::Snake];

    /// Its spelling in the column `seeding_method`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SlotOrder => "slot_order",
            Self::Random => "random",
            Self::Ranked => "ranked",
            Self::Manual => "manual",
            Self::Snake => "snake",
        }
    }

    /// The method of this spelling.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.as_str() == text)
    }
}

/// What seeding looks at, in the order in which the entries were made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The registration.
    pub registration: i64,
    /// The seed that it has.
    pub seed: Option<i32>,
    /// Its slot.
    pub slot: Option<i32>,
    /// Its points in the ranking; nothing without a ranking.
    pub points: Option<i64>,
}

/// Why there is no order.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Unordered {
    /// Seeds by hand are missing.
    #[error("{} entries have no seed yet. Give each a seed, or choose another way of seeding.", .0.len())]
    Unseeded(Vec<i64>),
    /// Two with one seed.
    #[error("Seed {0} is given twice. Give each entry its own.")]
    Shared(i32),
    /// A list that is not one of these entries.
    #[error("The list must name each of the {expected} entries once, and it names {given}.")]
    Listed {
        /// Entries there are.
        expected: usize,
        /// Different entries of them that the list names.
        given: usize,
    },
    /// An entry that is not seeded here.
    #[error("This entry is not one of those that are seeded: it is not confirmed, or not checked in.")]
    Unknown(i64),
}

/// The registrations in the order of their seeds, best first. `lot` decides what is drawn: the whole order, or that
/// of entries with the same points.
///
/// # Errors
/// [`Unordered`] when seeds by hand are missing or given twice.
pub fn order(candidates: &[Candidate], method: Method, lot: u64) -> Result<Vec<i64>, Unordered> {
    let mut list = candidates.to_vec();
    match method {
        Method::SlotOrder => list.sort_by_key(|one| (one.slot.is_none(), one.slot)),
        Method::Random => Chance::new(lot).shuffle(&mut list),
        Method::Ranked | Method::Snake => {
            let (mut ranked, unranked): (Vec<_>, Vec<_>) = list.into_iter().partition(|one| one.points.is_some());
            Chance::new(lot).shuffle(&mut ranked);
            ranked.sort_by_key(|one| std::cmp::Reverse(one.points));
            ranked.extend(unranked);
            list = ranked;
        }
        Method::Manual => {
            let unseeded: Vec<i64> = list.iter().filter(|one| one.seed.is_none()).map(|one| one.registration).collect();
            if !unseeded.is_empty() {
                return Err(Unordered::Unseeded(unseeded));
            }
            list.sort_by_key(|one| one.seed);
            if let Some(pair) = list.windows(2).find(|pair| pair[0].seed == pair[1].seed) {
                return Err(Unordered::Shared(pair[0].seed.unwrap_or_default()));
            }
        }
    }
    Ok(list.into_iter().map(|one| one.registration).collect())
}

/// A whole list that somebody gave.
///
/// # Errors
/// [`Unordered`] when it does not name each entry once.
pub fn listed(candidates: &[Candidate], list: &[i64]) -> Result<Vec<i64>, Unordered> {
    if let Some(stranger) = list.iter().find(|one| candidates.iter().all(|known| known.registration != **one)) {
        return Err(Unordered::Unknown(*stranger));
    }
    let mut different = list.to_vec();
    different.sort_unstable();
    different.dedup();
    if different.len() != candidates.len() || list.len() != candidates.len() {
        return Err(Unordered::Listed { expected: candidates.len(), given: different.len() });
    }
    Ok(list.to_vec())
}

/// The present order with one entry moved to a seed, from 1; those between move up or down by one. Entries without
/// a seed stand last, in the order in which they were made.
///
/// # Errors
/// [`Unordered::Unknown`].
pub fn moved(candidates: &[Candidate], registration: i64, seed: usize) -> Result<Vec<i64>, Unordered> {
    let mut list = candidates.to_vec();
    list.sort_by_key(|one| (one.seed.is_none(), one.seed));
    let mut order: Vec<i64> = list.into_iter().map(|one| one.registration).collect();
    let from = order.iter().position(|one| *one == registration).ok_or(Unordered::Unknown(registration))?;
    let one = order.remove(from);
    order.insert(seed.saturating_sub(1).min(order.len()), one);
    Ok(order)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(registration: i64, seed: Option<i32>, slot: Option<i32>, points: Option<i64>) -> Candidate {
        Candidate { registration, seed, slot, points }
    }

    #[test]
    fn orders() {
        let four = [
            one(11, Some(2), None, Some(5)),
            one(12, Some(1), Some(2), None),
            one(13, Some(4), Some(1), Some(9)),
            one(14, Some(3), None, None),
        ];
        for (method, expected) in [
            (Method::SlotOrder, vec![13, 12, 11, 14]),
            (Method::Ranked, vec![13, 11, 12, 14]),
            (Method::Snake, vec![13, 11, 12, 14]),
            (Method::Manual, vec![12, 11, 14, 13]),
        ] {
            assert_eq!(order(&four, method, 1), Ok(expected), "{method:?}");
        }
        let drawn = order(&four, Method::Random, 5).expect("a lot");
        assert_eq!(order(&four, Method::Random, 5), Ok(drawn.clone()), "the same lot, the same order");
        assert!((0..20).any(|lot| order(&four, Method::Random, lot) != Ok(drawn.clone())));
        let mut sorted = drawn;
        sorted.sort_unstable();
        assert_eq!(sorted, [11, 12, 13, 14]);
    }

    #[test]
    fn equal_points_are_drawn() {
        let level: Vec<Candidate> = (1..=6).map(|id| one(id, None, None, Some(3))).collect();
        let first = order(&level, Method::Ranked, 0).expect("an order");
        assert!((1..20).any(|lot| order(&level, Method::Ranked, lot).expect("an order") != first));
    }

    #[test]
    fn by_hand_every_entry_has_its_own() {
        let two = [one(1, Some(1), None, None), one(2, None, None, None)];
        assert_eq!(order(&two, Method::Manual, 0), Err(Unordered::Unseeded(vec![2])));
        let two = [one(1, Some(1), None, None), one(2, Some(1), None, None)];
        assert_eq!(order(&two, Method::Manual, 0), Err(Unordered::Shared(1)));
        let three = [1, 2, 3].map(|id| one(id, Some(id as i32), None, None));
        assert_eq!(listed(&three, &[3, 1, 2]), Ok(vec![3, 1, 2]));
        assert_eq!(listed(&three, &[3, 1]), Err(Unordered::Listed { expected: 3, given: 2 }));
        assert_eq!(listed(&three, &[3, 1, 1]), Err(Unordered::Listed { expected: 3, given: 2 }));
        assert_eq!(listed(&three, &[3, 1, 2, 2]), Err(Unordered::Listed { expected: 3, given: 3 }));
        assert_eq!(listed(&three, &[3, 1, 9]), Err(Unordered::Unknown(9)));
    }

    #[test]
    fn one_is_moved() {
        let four = [1, 2, 3, 4].map(|id| one(id, Some(id as i32), None, None));
        for (who, to, expected) in [
            (4, 1, Ok(vec![4, 1, 2, 3])),
            (1, 3, Ok(vec![2, 3, 1, 4])),
            (2, 99, Ok(vec![1, 3, 4, 2])),
            (2, 0, Ok(vec![2, 1, 3, 4])),
            (9, 1, Err(Unordered::Unknown(9))),
        ] {
            assert_eq!(moved(&four, who, to), expected, "{who} to {to}");
        }
    }
}
