//! Fewer operations that come to the same: for a new migration and for squashing many into one.

use std::collections::{BTreeSet, HashMap};

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

fn reduce_segment(placed: Vec<Placed>) -> Vec<Operation> {
    let mut segment = Segment::default();
    for one in placed.into_iter().filter(|one| !is_idle(one)) {
        segment.places.push(None);
        segment.put(segment.places.len() - 1, one);
    }
    while segment.merge_all() {}
    segment.places.into_iter().flatten().map(|one| one.operation).collect()
}

/// Operations between two data steps. A place is empty once its operation was merged into another.
#[derive(Default)]
struct Segment {
    places: Vec<Option<Placed>>,
    /// The places whose operation changes, or once changed, a table of this name.
    by_table: HashMap<String, BTreeSet<usize>>,
}

impl Segment {
    fn put(&mut self, at: usize, one: Placed) {
        for table in one.touches.changed_tables() {
            self.by_table.entry(table.clone()).or_default().insert(at);
        }
        self.places[at] = Some(one);
    }

    /// Tries every pair once; whether any was merged. Each merge leaves fewer, so repeating this ends.
    fn merge_all(&mut self) -> bool {
        let mut any = false;
        for first in 0..self.places.len() {
            while self.merge_first(first) {
                any = true;
            }
        }
        any
    }

    /// Merges the operation at this place with the next one that it can be merged with.
    fn merge_first(&mut self, first: usize) -> bool {
        let Some(a) = &self.places[first] else { return false };
        let later = a.touches.tables().filter_map(|table| self.by_table.get(table));
        let candidates: BTreeSet<usize> = later.flat_map(|places| places.range(first + 1..)).copied().collect();
        candidates.into_iter().any(|second| self.merge(first, second))
    }

    /// Merges the operations at these places if they can be brought together.
    fn merge(&mut self, first: usize, second: usize) -> bool {
        let (Some(a), Some(b)) = (&self.places[first], &self.places[second]) else { return false };
        let Some(merged) = merge(a, b) else { return false };
        let at = if let Some(rewritten) = self.moved_back(first, second, b) {
            for (at, one) in rewritten {
                self.put(at, one);
            }
            first
        } else if self.places[first + 1..second].iter().flatten().all(|between| a.independent(between)) {
            second
        } else {
            return false;
        };
        self.places[first] = None;
        self.places[second] = None;
        if let Merged::One(one) = merged
            && !is_idle(&one)
        {
            self.put(at, *one);
        }
        true
    }

    /// Moves the second right behind the first: gives those between them that must be written
    /// otherwise then; or None when it cannot be moved.
    fn moved_back(&self, first: usize, second: usize, moving: &Placed) -> Option<Vec<(usize, Placed)>> {
        let mut rewritten = Vec::new();
        for (at, between) in self.places.iter().enumerate().take(second).skip(first + 1) {
            if let Some(between) = between.as_ref().filter(|between| !between.independent(moving)) {
                rewritten.push((at, passed(between, moving)?));
            }
        }
        Some(rewritten)
    }
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
