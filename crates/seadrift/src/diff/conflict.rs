//! Which operations of two branches stand in each other's way.

use super::footprint::Placed;
use crate::{operation::Operation, schema::Schema};

/// The pairs of operations, by their places in both lists, whose order has a meaning: one touches what
/// the other does. Both lists begin at `base`. An operation that does not fit there is in conflict with
/// nothing, and is found by replaying.
///
/// It is cautious: two operations on the same part of a table are named even where both orders would
/// come to the same; data steps are in conflict with everything.
pub fn conflicts(base: &Schema, one: Vec<Operation>, other: Vec<Operation>) -> Vec<(usize, usize)> {
    let place = |operations: Vec<Operation>| -> Vec<Option<Placed>> {
        let mut schema = base.clone();
        operations.into_iter().map(|operation| Placed::apply(operation, &mut schema).ok()).collect()
    };
    let (one, other) = (place(one), place(other));
    let mut found = Vec::new();
    for (i, a) in one.iter().enumerate() {
        for (j, b) in other.iter().enumerate() {
            if let (Some(a), Some(b)) = (a, b)
                && !a.independent(b)
            {
                found.push((i, j));
            }
        }
    }
    found
}
