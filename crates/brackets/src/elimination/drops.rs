//! Which losers-bracket match the loser of a winners match drops to.
//!
//! The loser of winners round s, match i (from 0, R-s bits) drops to match `i XOR c_s`. All the orders
//! in use are such masks: reversal is all ones, a half shift is the top bit, pair flipping the lowest.
//! XOR with a constant is a bijection, so every drop feeds one place once, whatever the mask.
//!
//! If y beat x in winners round r and itself loses in round s > r, let `d = (c_r >> (s-r)) XOR c_s`
//! (`d = c_s` for r = 1). They can meet again first in losers round `2(s-1)` if d = 0, else in
//! `2(s-1) + 2·bitlen(d) - 1`. The masks below minimise the rematches expected under coin-flip play,
//! then make the earliest possible one as late as can be: exhaustive up to 64 places, coordinate
//! descent from random starts above (so not proven optimal there).

/// `MASKS[R]` holds c_2, c_3, ... of a bracket with 2^R places; missing masks are 0.
const MASKS: [&[usize]; 17] = [
    &[],
    &[],
    &[],
    &[1],
    &[2],
    &[2, 2],
    &[12, 5, 1, 1],
    &[4, 14, 5, 1, 1],
    &[24, 8, 8, 7, 0, 1],
    &[96, 40, 18, 2, 3, 3],
    &[160, 64, 60, 24, 2, 3, 2],
    &[384, 64, 112, 36, 20, 6, 1, 3],
    &[761, 32, 192, 24, 16, 14, 14, 4, 0, 1],
    &[1447, 591, 320, 128, 60, 58, 24, 5, 1, 2],
    &[3346, 512, 743, 320, 88, 48, 4, 6, 8, 7, 1, 1],
    &[7429, 1442, 109, 270, 32, 248, 96, 32, 22, 2, 3, 3],
    &[4351, 2469, 1411, 100, 612, 272, 20, 84, 48, 31, 3, 3, 2],
];

/// The masks of a bracket with 2^rounds places, indexed by winners round.
pub(crate) fn masks(rounds: u16) -> Vec<usize> {
    let known = MASKS.get(usize::from(rounds)).copied().unwrap_or_default();
    (0..=usize::from(rounds)).map(|s| s.checked_sub(2).and_then(|at| known.get(at)).copied().unwrap_or(0)).collect()
}

/// Rematches of winners-bracket matches within the losers bracket of 2^rounds places.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rematches {
    /// Expected number when every match is a coin flip.
    pub expected: f64,
    /// The first losers round in which one can happen.
    pub first_round: u32,
    /// Rounds of the losers bracket.
    pub rounds: u32,
}

/// What the drops used here amount to for 2^rounds places, 3 ≤ rounds ≤ 16.
#[must_use]
pub fn rematches(rounds: u16) -> Rematches {
    expected_rematches(u32::from(rounds), &masks(rounds))
}

/// The general formula: `masks[s]` is c_s.
#[must_use]
pub fn expected_rematches(rounds: u32, masks: &[usize]) -> Rematches {
    let mut result = Rematches { expected: 0.0, first_round: u32::MAX, rounds: 2 * rounds.saturating_sub(1) };
    for s in 2..=rounds {
        for r in 1..s {
            let of = |round: u32| usize::try_from(round).ok().and_then(|at| masks.get(at)).copied().unwrap_or(0);
            let from = if r == 1 { 0 } else { of(r) >> (s - r) };
            let d = from ^ of(s);
            let met = if d == 0 { 2 * (s - 1) } else { 2 * (s - 1) + 2 * (usize::BITS - d.leading_zeros()) - 1 };
            let entered = if r == 1 { 1 } else { 2 * (r - 1) };
            // 2^(R-r) losers; y wins on to round s and loses there; both survive until they meet.
            let exponent = i64::from(rounds)
                - i64::from(r)
                - i64::from(s - r)
                - i64::from(met - entered)
                - i64::from(met - 2 * (s - 1));
            result.expected += 2f64.powi(i32::try_from(exponent).unwrap_or(i32::MIN));
            result.first_round = result.first_round.min(met);
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Size, expected rematches at most, first possible round at least.
    const TABLE: [(u16, f64, u32); 14] = [
        (3, 0.625, 3),
        (4, 0.750, 4),
        (5, 0.735, 5),
        (6, 0.703, 7),
        (7, 0.709, 7),
        (8, 0.705, 9),
        (9, 0.703, 11),
        (10, 0.7022, 13),
        (11, 0.7022, 15),
        (12, 0.7021, 15),
        (13, 0.703, 17),
        (14, 0.7021, 19),
        (15, 0.7021, 19),
        (16, 0.7021, 21),
    ];

    #[test]
    fn rematches_stay_at_seven_tenths_at_every_size() {
        for (rounds, most, first) in TABLE {
            let found = rematches(rounds);
            assert!(found.expected <= most, "{} places: {}", 1 << rounds, found.expected);
            assert!(found.first_round >= first, "{} places: first in round {}", 1 << rounds, found.first_round);
        }
    }

    #[test]
    fn dropping_without_a_mask_is_what_the_formula_says_it_is() {
        let natural = expected_rematches(8, &[0; 9]);
        assert_eq!(natural.first_round, 2);
        assert!(natural.expected > 50.0);
    }

    #[test]
    fn masks_fit_their_rounds() {
        for rounds in 1..=16u16 {
            for (s, mask) in masks(rounds).into_iter().enumerate().skip(2) {
                assert!(mask < 1 << (usize::from(rounds) - s), "{rounds} rounds, c_{s} = {mask}");
            }
        }
    }

    #[test]
    fn small_masks_are_the_best_there_are() {
        for rounds in 3..=5u32 {
            let bits: Vec<u32> = (2..=rounds).map(|s| rounds - s).collect();
            let total: u32 = bits.iter().sum();
            let best = (0..1usize << total)
                .map(|mut code| {
                    let mut masks = vec![0, 0];
                    for width in &bits {
                        masks.push(code & ((1 << width) - 1));
                        code >>= width;
                    }
                    expected_rematches(rounds, &masks).expected
                })
                .fold(f64::MAX, f64::min);
            let ours = rematches(u16::try_from(rounds).unwrap()).expected;
            assert!((ours - best).abs() < 1e-12, "{rounds} rounds: {ours} against {best}");
        }
    }
}
