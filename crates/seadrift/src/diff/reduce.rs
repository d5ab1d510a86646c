//! Fewer operations that come to the same: for a new migration and for squashing many into one.

use super::{
    footprint::Placed,
    merge::{Merged, is_idle, merge},
};
use crate::{operation::Operation, schema::Schema};

/// Operations that lead from `before` to the same schema as these, and never more of them.
///
/// What is added and dropped again cancels out, what is created and then changed is created as it
/// ends, chains of changes and renames become one. Data steps are barriers: nothing moves across
/// them, so that each sees the schema that it was written for. Values survive as they would have;
/// only a conversion of types forth and back is left out. Operations that do not fit `before` are
/// given back as they are.
pub fn reduce(operations: Vec<Operation>, before: &Schema) -> Vec<Operation> {
    let mut schema = before.clone();
    let mut placed = Vec::with_capacity(operations.len());
    for operation in &operations {
        match Placed::apply(operation.clone(), &mut schema) {
            Ok(one) => placed.push(one),
            Err(_) => return operations,
        }
    }
    let mut reduced = Vec::with_capacity(placed.len());
    let mut segment = Vec::new();
    for one in placed {
        if one.is_data_step() {
            reduced.append(&mut reduce_segment(std::mem::take(&mut segment)));
            reduced.push(one.operation);
        } else {
            segment.push(one);
        }
    }
    reduced.append(&mut reduce_segment(segment));
    reduced
}

/// Merges pairs until none can be merged any more. Each merge makes the list shorter, so this ends.
fn reduce_segment(placed: Vec<Placed>) -> Vec<Operation> {
    let mut placed: Vec<Box<Placed>> = placed.into_iter().filter(|one| !is_idle(one)).map(Box::new).collect();
    loop {
        let length = placed.len();
        let mut first = 0;
        while first < placed.len() {
            let mut second = first + 1;
            while first < placed.len() && second < placed.len() {
                // After a merge another operation may stand at `first`: begin again with it.
                second = if merge_at(&mut placed, first, second) { first + 1 } else { second + 1 };
            }
            first += 1;
        }
        if placed.len() == length {
            return placed.into_iter().map(|one| one.operation).collect();
        }
    }
}

/// Merges the operations at these places if they can be brought together.
fn merge_at(placed: &mut Vec<Box<Placed>>, first: usize, second: usize) -> bool {
    let (a, b) = (&placed[first], &placed[second]);
    if !a.touches.tables().any(|table| b.touches.changes_table(table)) {
        return false;
    }
    let Some(merged) = merge(a, b) else { return false };
    let at = if let Some(rewritten) = moved_back(placed, first, second) {
        for (at, one) in rewritten {
            placed[at] = Box::new(one);
        }
        first
    } else if placed[first + 1..second].iter().all(|between| placed[first].independent(between)) {
        second - 1
    } else {
        return false;
    };
    placed.remove(second);
    placed.remove(first);
    if let Merged::One(one) = merged
        && !is_idle(&one)
    {
        placed.insert(at, one);
    }
    true
}

/// Moves the second right behind the first: gives those between them that must be written
/// otherwise then; or None when it cannot be moved.
fn moved_back(placed: &[Box<Placed>], first: usize, second: usize) -> Option<Vec<(usize, Placed)>> {
    let mut rewritten = Vec::new();
    for at in first + 1..second {
        if !placed[at].independent(&placed[second]) {
            rewritten.push((at, passed(&placed[at], &placed[second])?));
        }
    }
    Some(rewritten)
}

/// What `earlier` becomes when `moving`, on which it depends, runs before it instead of after it:
/// a rename can be moved so.
fn passed(earlier: &Placed, moving: &Placed) -> Option<Placed> {
    let touches = &earlier.touches;
    let rewritten = |rewrite: &dyn Fn(&Operation) -> Operation| {
        Some(Placed::new(rewrite(&earlier.operation), earlier.undo.as_ref().map(rewrite)))
    };
    match (&earlier.operation, &moving.operation) {
        (
            Operation::CreateTable(_) | Operation::DropTable { .. } | Operation::RenameTable { .. },
            Operation::RenameTable { from, to },
        ) if touches.changes_table(from) || touches.changes_table(to) => None,
        (_, Operation::RenameTable { from, to }) => {
            rewritten(&|operation: &Operation| operation.with_table_renamed(from, to))
        }
        (
            Operation::CreateTable(_) | Operation::DropTable { .. } | Operation::RenameTable { .. },
            Operation::RenameColumn { table, .. },
        ) if touches.changes_table(table) => None,
        (
            Operation::AddColumn { .. } | Operation::DropColumn { .. } | Operation::RenameColumn { .. },
            Operation::RenameColumn { table, from, to },
        ) if touches.changes_column(table, from) || touches.changes_column(table, to) => None,
        (_, Operation::RenameColumn { table, from, to }) => {
            rewritten(&|operation: &Operation| operation.with_column_renamed(table, from, to))
        }
        _ => None,
    }
}
