//! Pairing after the rule book of the CS majors (Valve, "Supplemental Rulebook"): opponents have the
//! same record. In rounds 2 and 3 the highest seed meets the lowest available that is no rematch; if the
//! last pair would be one, the two last high seeds exchange opponents. Later a group of six takes the
//! first row of a table that has no rematch.
//!
//! Where the rule book is silent (odd groups, no row possible) there is no answer here, and the general
//! pairing takes over with the same preference.

use super::cost::Situation;
use super::pairing::Pairs;

/// All ways to pair six, in the rule book's order of priority; places from 1.
const SIX: [[(usize, usize); 3]; 15] = [
    [(1, 6), (2, 5), (3, 4)],
    [(1, 6), (2, 4), (3, 5)],
    [(1, 5), (2, 6), (3, 4)],
    [(1, 5), (2, 4), (3, 6)],
    [(1, 4), (2, 6), (3, 5)],
    [(1, 4), (2, 5), (3, 6)],
    [(1, 6), (2, 3), (4, 5)],
    [(1, 5), (2, 3), (4, 6)],
    [(1, 3), (2, 6), (4, 5)],
    [(1, 3), (2, 5), (4, 6)],
    [(1, 4), (2, 3), (5, 6)],
    [(1, 3), (2, 4), (5, 6)],
    [(1, 2), (3, 6), (4, 5)],
    [(1, 2), (3, 5), (4, 6)],
    [(1, 2), (3, 4), (5, 6)],
];

/// The pairs of a round from the second on, if the rule book has them.
pub(super) fn pair(situation: &Situation, round: u16) -> Option<Pairs> {
    let mut pairs = vec![];
    let mut from = 0;
    while from < situation.who.len() {
        let size = situation.size[from];
        let group: Vec<usize> = (from..from + size).collect();
        let met = |a: usize, b: usize| situation.have_met(a, b);
        pairs.extend(if size == 6 && round > 3 { by_table(&group, met)? } else { high_low(&group, met)? });
        from += size;
    }
    Some(pairs)
}

fn by_table(group: &[usize], met: impl Fn(usize, usize) -> bool) -> Option<Pairs> {
    let row = SIX.iter().find(|row| row.iter().all(|(a, b)| !met(group[a - 1], group[b - 1])))?;
    Some(row.iter().map(|(a, b)| (group[a - 1], group[b - 1])).collect())
}

fn high_low(group: &[usize], met: impl Fn(usize, usize) -> bool) -> Option<Pairs> {
    let mut left = group.to_vec();
    let mut pairs: Pairs = vec![];
    while !left.is_empty() {
        let high = left.remove(0);
        match left.iter().rposition(|low| !met(high, *low)) {
            Some(at) => pairs.push((high, left.remove(at))),
            None if left.len() == 1 => {
                let (before, last) = (pairs.pop()?, left.remove(0));
                if met(before.0, last) || met(high, before.1) {
                    return None;
                }
                pairs.push((before.0, last));
                pairs.push((high.min(before.1), high.max(before.1)));
            }
            None => return None,
        }
    }
    Some(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_every_pairing_of_six_once() {
        let rows: std::collections::BTreeSet<_> = SIX.iter().map(|row| row.to_vec()).collect();
        assert_eq!(rows.len(), 15);
        for row in SIX {
            let mut seen: Vec<usize> = row.iter().flat_map(|(a, b)| [*a, *b]).collect();
            seen.sort_unstable();
            assert_eq!(seen, [1, 2, 3, 4, 5, 6]);
        }
    }

    #[test]
    fn the_first_row_without_rematch_counts() {
        let group = [10, 11, 12, 13, 14, 15];
        let met = |pairs: &'static [(usize, usize)]| move |a, b| pairs.contains(&(a, b));
        assert_eq!(by_table(&group, met(&[])), Some(vec![(10, 15), (11, 14), (12, 13)]));
        assert_eq!(by_table(&group, met(&[(11, 14)])), Some(vec![(10, 15), (11, 13), (12, 14)]));
        assert_eq!(by_table(&group, met(&[(10, 15)])), Some(vec![(10, 14), (11, 15), (12, 13)]));
    }

    #[test]
    fn a_rematch_in_the_last_pair_exchanges_the_last_two() {
        // 1-8, 2-7 go through; 3-6 does too, which leaves 4-5, a rematch.
        let group = [1, 2, 3, 4, 5, 6, 7, 8];
        let pairs = high_low(&group, |a, b| (a, b) == (4, 5)).unwrap();
        assert_eq!(pairs, [(1, 8), (2, 7), (3, 5), (4, 6)]);
        assert_eq!(high_low(&group[..3], |_, _| false), None, "an odd group is not in the book");
    }
}
