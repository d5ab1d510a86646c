//! Prizes by place. Those who share places share their prizes equally; what does not divide is named,
//! never handed out by id.

use serde::{Deserialize, Serialize};

use super::Table;
use crate::slot::EntrantId;

/// Who gets what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payout {
    /// Amounts above zero in minor units, best place first.
    pub shares: Vec<(EntrantId, i64)>,
    /// What could not be divided evenly, by shared place: (first place of the tie, amount left).
    pub undivided: Vec<(u32, i64)>,
}

/// Divides `by_place` (index 0 is first place, minor units) over the standings.
#[must_use]
pub fn divide(table: &Table, by_place: &[i64]) -> Payout {
    let mut payout = Payout { shares: vec![], undivided: vec![] };
    for tied in table.rows.chunk_by(|x, y| x.rank == y.rank) {
        let first = usize::try_from(tied[0].rank).unwrap_or(usize::MAX) - 1;
        let pot = by_place.iter().skip(first).take(tied.len()).fold(0i64, |sum, part| sum.saturating_add(*part));
        let heads = i64::try_from(tied.len()).unwrap_or(i64::MAX);
        let share = pot / heads;
        if share != 0 {
            payout.shares.extend(tied.iter().map(|row| (row.entrant, share)));
        }
        if pot % heads != 0 {
            payout.undivided.push((tied[0].rank, pot % heads));
        }
    }
    payout
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::standings::Row;

    #[test]
    fn shared_places_share_and_the_rest_is_named() {
        let row = |id, rank, through| Row::shared(EntrantId(id), rank, through);
        let table = Table {
            by: vec![],
            rows: vec![row(1, 1, 1), row(2, 2, 4), row(3, 2, 4), row(4, 2, 4), row(5, 5, 5)],
            provisional: false,
        };
        let payout = divide(&table, &[1000, 500, 300, 200]);
        let e = EntrantId;
        assert_eq!(payout.shares, [(e(1), 1000), (e(2), 333), (e(3), 333), (e(4), 333)]);
        assert_eq!(payout.undivided, [(2, 1)]);
    }
}
