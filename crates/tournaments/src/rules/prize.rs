//! Prizes: from the distribution of a tournament to what each entry gets. Nothing is lost and nothing is made.
//!
//! A distribution names places and shares: `{"1": "50%", "2": "30%", "3-4": "10%"}` in per cent of coins and of
//! money alike, `{"1": 500, "2": "300"}` as amounts of whichever of the two the tournament has, or
//! `{"1": {"coins": 500, "money": 10000}}` as amounts of both. `3-4` names two places that get the share each.
//! Without a distribution the first place gets all.

use std::collections::BTreeMap;

use brackets::{EntrantId, standings::Table, standings::prizes::divide};
use economy::Placement;
use serde_json::Value;
use thiserror::Error;

/// The last place that can have a prize.
const LAST_PLACE: usize = 4096;
/// A whole, in the hundredths of a per cent in which shares are counted.
const WHOLE: i64 = 10_000;

/// What a tournament gives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pool {
    /// Coins.
    pub coins: i64,
    /// Money, in minor units.
    pub money: i64,
}

/// What a distribution gives to each place, from the first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ByPlace {
    /// Coins by place.
    pub coins: Vec<i64>,
    /// Money by place, in minor units.
    pub money: Vec<i64>,
}

/// What is wrong with a distribution.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BadDistribution {
    /// Not places and shares at all.
    #[error("The distribution of the prizes is not a list of places and shares, such as 1: 50%, 2: 30%, 3: 20%.")]
    Form,
    /// No place.
    #[error("{0:?} is not a place. Write 1, or 3-4 for places that get the same.")]
    Place(String),
    /// A place twice.
    #[error("Place {0} stands twice in the distribution of the prizes.")]
    Twice(usize),
    /// No share.
    #[error("The share of place {place} is {share}. Write per cent, such as 50%, or an amount.")]
    Share {
        /// Which place.
        place: usize,
        /// What stands there.
        share: String,
    },
    /// An amount of which nobody can say whether it is coins or money.
    #[error("The tournament gives both coins and money: say of place {0} what it gets of each, or write per cent.")]
    Ambiguous(usize),
    /// More than there is.
    #[error("The shares make {given} of {pool} {of}. Lower them.")]
    TooMuch {
        /// What the shares come to.
        given: i128,
        /// What there is.
        pool: i64,
        /// Of what.
        of: &'static str,
    },
}

/// One share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Share {
    Part(i64),
    Amounts { coins: i64, money: i64 },
}

/// What each place gets.
///
/// Per cent are rounded down; when they make a hundred, what is left by rounding goes to the first place.
///
/// # Errors
/// What is wrong with the distribution.
pub fn by_place(distribution: &Value, pool: Pool) -> Result<ByPlace, BadDistribution> {
    let shares = shares(distribution, pool)?;
    if shares.is_empty() {
        let all = |amount: i64| if amount > 0 { vec![amount] } else { vec![] };
        return Ok(ByPlace { coins: all(pool.coins), money: all(pool.money) });
    }
    let parts: i128 =
        shares.values().map(|share| if let Share::Part(part) = share { i128::from(*part) } else { 0 }).sum();
    if parts > i128::from(WHOLE) {
        return Err(BadDistribution::TooMuch { given: parts / 100, pool: 100, of: "per cent" });
    }
    let whole = parts == i128::from(WHOLE);
    Ok(ByPlace {
        coins: divided(&shares, pool.coins, whole, "coins", |coins, _| coins)?,
        money: divided(&shares, pool.money, whole, "money", |_, money| money)?,
    })
}

fn divided(
    shares: &BTreeMap<usize, Share>,
    pool: i64,
    whole: bool,
    of: &'static str,
    pick: impl Fn(i64, i64) -> i64,
) -> Result<Vec<i64>, BadDistribution> {
    let last = shares.keys().next_back().copied().unwrap_or(0);
    let mut amounts = vec![0_i64; last];
    for (place, share) in shares {
        amounts[place - 1] = match share {
            Share::Part(part) => {
                i64::try_from(i128::from(pool) * i128::from(*part) / i128::from(WHOLE)).unwrap_or(pool)
            }
            Share::Amounts { coins, money } => pick(*coins, *money),
        };
    }
    let given: i128 = amounts.iter().map(|amount| i128::from(*amount)).sum();
    if given > i128::from(pool) {
        return Err(BadDistribution::TooMuch { given, pool, of });
    }
    let only_parts = shares.values().all(|share| matches!(share, Share::Part(_)));
    if let (true, true, Some(first)) = (whole, only_parts, amounts.first_mut()) {
        *first += i64::try_from(i128::from(pool) - given).unwrap_or(0);
    }
    while amounts.last() == Some(&0) {
        amounts.pop();
    }
    Ok(amounts)
}

fn shares(distribution: &Value, pool: Pool) -> Result<BTreeMap<usize, Share>, BadDistribution> {
    let places = match distribution {
        Value::Null => return Ok(BTreeMap::new()),
        Value::Object(places) => places,
        _ => return Err(BadDistribution::Form),
    };
    let mut shares = BTreeMap::new();
    for (name, value) in places {
        let range = range(name).ok_or_else(|| BadDistribution::Place(name.clone()))?;
        for place in range {
            if shares.insert(place, share(value, place, pool)?).is_some() {
                return Err(BadDistribution::Twice(place));
            }
        }
    }
    Ok(shares)
}

fn range(name: &str) -> Option<std::ops::RangeInclusive<usize>> {
    let (first, last) = name.split_once('-').unwrap_or((name, name));
    let place = |text: &str| text.trim().parse::<usize>().ok().filter(|place| (1..=LAST_PLACE).contains(place));
    let (first, last) = (place(first)?, place(last)?);
    (first <= last).then_some(first..=last)
}

fn share(value: &Value, place: usize, pool: Pool) -> Result<Share, BadDistribution> {
    let wrong = || BadDistribution::Share { place, share: value.to_string() };
    let amount = |amount: i64| match (pool.coins > 0, pool.money > 0) {
        _ if amount < 0 => Err(wrong()),
        (true, true) => Err(BadDistribution::Ambiguous(place)),
        (_, true) => Ok(Share::Amounts { coins: 0, money: amount }),
        (_, false) => Ok(Share::Amounts { coins: amount, money: 0 }),
    };
    match value {
        Value::Number(number) => amount(number.as_i64().ok_or_else(wrong)?),
        Value::String(text) => match text.trim().strip_suffix('%') {
            Some(part) => hundredths(part.trim()).map(Share::Part).ok_or_else(wrong),
            None => amount(text.trim().parse().map_err(|_| wrong())?),
        },
        Value::Object(both) => {
            if both.keys().any(|key| key != "coins" && key != "money") {
                return Err(wrong());
            }
            let of = |key: &str| match both.get(key) {
                None => Some(0),
                Some(amount) => amount.as_i64().filter(|amount| *amount >= 0),
            };
            Ok(Share::Amounts { coins: of("coins").ok_or_else(wrong)?, money: of("money").ok_or_else(wrong)? })
        }
        _ => Err(wrong()),
    }
}

/// `12.5` as 1250.
fn hundredths(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || fraction.len() > 2 {
        return None;
    }
    let whole: i64 = whole.parse().ok().filter(|whole| *whole <= 100)?;
    let fraction: i64 = format!("{fraction:0<2}").parse().ok()?;
    Some(whole * 100 + fraction)
}

/// What one entrant has won.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Won {
    /// Who.
    pub entrant: EntrantId,
    /// First and last of the places that they share.
    pub place: (u32, u32),
    /// Coins.
    pub coins: i64,
    /// Money, in minor units.
    pub money: i64,
}

/// What everybody has won, best place first. Those who share places share their prizes; what does not divide goes
/// one by one to those of them with the better seeds, in the order of `seeds`.
pub fn won(table: &Table, by_place: &ByPlace, seeds: &[EntrantId]) -> Vec<Won> {
    let coins = shared(table, &by_place.coins, seeds);
    let money = shared(table, &by_place.money, seeds);
    let one = |row: &brackets::standings::Row| Won {
        entrant: row.entrant,
        place: (row.rank, row.through),
        coins: coins.get(&row.entrant).copied().unwrap_or(0),
        money: money.get(&row.entrant).copied().unwrap_or(0),
    };
    table.rows.iter().map(one).filter(|won| won.coins > 0 || won.money > 0).collect()
}

fn shared(table: &Table, by_place: &[i64], seeds: &[EntrantId]) -> BTreeMap<EntrantId, i64> {
    let payout = divide(table, by_place);
    let mut amounts: BTreeMap<EntrantId, i64> = payout.shares.into_iter().collect();
    for (rank, left) in payout.undivided {
        let mut tied: Vec<EntrantId> =
            table.rows.iter().filter(|row| row.rank == rank).map(|row| row.entrant).collect();
        tied.sort_by_key(|who| seeds.iter().position(|seed| seed == who));
        for (who, _) in tied.into_iter().zip(0..left) {
            *amounts.entry(who).or_default() += 1;
        }
    }
    amounts
}

/// How far the policy of awards sees a place: shared places count as the last of them, so that a title that was
/// not decided is nobody's.
pub const fn placement(place: (u32, u32)) -> Option<Placement> {
    match place.1 {
        1 => Some(Placement::Winner),
        2 => Some(Placement::RunnerUp),
        3 | 4 => Some(Placement::Top4),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use brackets::standings::Row;
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn table(places: &[(u32, u32, u32)]) -> Table {
        let row = |&(id, rank, through): &(u32, u32, u32)| Row {
            entrant: EntrantId(id),
            rank,
            through,
            values: vec![],
            decided_by: None,
        };
        Table { by: vec![], rows: places.iter().map(row).collect(), provisional: false }
    }

    #[test]
    fn distributions() {
        use BadDistribution::{Ambiguous, Form, Place, Share, TooMuch, Twice};
        let coins = |coins| Pool { coins, money: 0 };
        let ok = |coins: &[i64], money: &[i64]| Ok(ByPlace { coins: coins.to_vec(), money: money.to_vec() });
        let both = Pool { coins: 100, money: 5_000 };
        let cases = [
            (json!({}), both, ok(&[100], &[5_000])),
            (Value::Null, coins(7), ok(&[7], &[])),
            (json!({"1": "50%", "2": "30%", "3": "20%"}), both, ok(&[50, 30, 20], &[2_500, 1_500, 1_000])),
            (json!({"1": "33.33%", "2": "33.33%", "3": "33.34%"}), coins(100), ok(&[34, 33, 33], &[])),
            (json!({"1": "50%", "2": "25%"}), coins(101), ok(&[50, 25], &[])),
            (json!({"1": "40%", "2-4": "20%"}), coins(10), ok(&[4, 2, 2, 2], &[])),
            (json!({"1": 60, "2": "40"}), coins(100), ok(&[60, 40], &[])),
            (json!({"2": 60}), Pool { coins: 0, money: 60 }, ok(&[], &[0, 60])),
            (json!({"1": {"coins": 60}, "2": {"money": 10, "coins": 40}}), both, ok(&[60, 40], &[0, 10])),
            (json!({"1": 60}), both, Err(Ambiguous(1))),
            (json!({"1": 60, "2": 41}), coins(100), Err(TooMuch { given: 101, pool: 100, of: "coins" })),
            (json!({"1": "60%", "2": "41%"}), coins(100), Err(TooMuch { given: 101, pool: 100, of: "per cent" })),
            (json!({"0": "1%"}), coins(1), Err(Place("0".into()))),
            (json!({"4-3": "1%"}), coins(1), Err(Place("4-3".into()))),
            (json!({"1-2": "1%", "2": "1%"}), coins(1), Err(Twice(2))),
            (json!({"1": "-1%"}), coins(1), Err(Share { place: 1, share: "\"-1%\"".into() })),
            (json!({"1": -1}), coins(1), Err(Share { place: 1, share: "-1".into() })),
            (json!({"1": 0.5}), coins(1), Err(Share { place: 1, share: "0.5".into() })),
            (json!({"1": {"gold": 1}}), coins(1), Err(Share { place: 1, share: "{\"gold\":1}".into() })),
            (json!(["50%"]), coins(1), Err(Form)),
        ];
        for (distribution, pool, expected) in cases {
            assert_eq!(by_place(&distribution, pool), expected, "{distribution}");
        }
    }

    #[test]
    fn shared_places_share_and_the_rest_goes_to_the_better_seeds() {
        let table = table(&[(1, 1, 1), (2, 2, 4), (3, 2, 4), (4, 2, 4), (5, 5, 5)]);
        let by_place = ByPlace { coins: vec![100, 50, 30, 21], money: vec![10] };
        let seeds = [5, 4, 3, 2, 1].map(EntrantId);
        let won: Vec<_> = won(&table, &by_place, &seeds)
            .into_iter()
            .map(|won| (won.entrant.0, won.place, won.coins, won.money))
            .collect();
        assert_eq!(won, [(1, (1, 1), 100, 10), (2, (2, 4), 33, 0), (3, (2, 4), 34, 0), (4, (2, 4), 34, 0)]);
    }

    #[test]
    fn placements() {
        let cases = [
            ((1, 1), Some(Placement::Winner)),
            ((1, 2), Some(Placement::RunnerUp)),
            ((2, 2), Some(Placement::RunnerUp)),
            ((3, 4), Some(Placement::Top4)),
            ((1, 4), Some(Placement::Top4)),
            ((3, 3), Some(Placement::Top4)),
            ((5, 8), None),
            ((2, 9), None),
        ];
        for (place, expected) in cases {
            assert_eq!(placement(place), expected, "{place:?}");
        }
    }

    proptest! {
        #[test]
        fn nothing_is_lost(
            pool in 0..=i64::MAX,
            cuts in prop::collection::vec(0..=WHOLE, 0..6),
            ties in prop::collection::vec(1..5_u32, 1..6),
        ) {
            // Parts that make a hundred per cent.
            let mut cuts = cuts;
            cuts.extend([0, WHOLE]);
            cuts.sort_unstable();
            let parts = cuts.windows(2).map(|pair| pair[1] - pair[0]);
            let distribution: Value = parts
                .enumerate()
                .map(|(at, part)| ((at + 1).to_string(), json!(format!("{}.{:02}%", part / 100, part % 100))))
                .collect::<serde_json::Map<_, _>>()
                .into();
            let by_place = by_place(&distribution, Pool { coins: pool, money: 0 }).expect("a hundred per cent");
            prop_assert_eq!(by_place.coins.iter().map(|coins| i128::from(*coins)).sum::<i128>(), i128::from(pool));
            // Enough entrants for every place, some of them tied.
            let mut rows = vec![];
            for size in ties.into_iter().chain([1; 8]) {
                let first = u32::try_from(rows.len()).expect("few") + 1;
                rows.extend((0..size).map(|nth| (first + nth, first, first + size - 1)));
            }
            let seeds: Vec<EntrantId> = rows.iter().map(|row| EntrantId(row.0)).collect();
            let won = won(&table(&rows), &by_place, &seeds);
            prop_assert_eq!(won.iter().map(|won| i128::from(won.coins)).sum::<i128>(), i128::from(pool));
        }
    }
}
