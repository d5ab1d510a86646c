//! The plan: which migrations run, in which direction and order, from which schema.

use std::collections::BTreeSet;

use thiserror::Error;

use super::Record;
use crate::{
    migration::{Migration, MigrationId},
    operation::{Misfit, Operation},
    schema::Schema,
};

/// Which way a migration runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Apply it.
    Forward,
    /// Undo it.
    Backward,
}

/// One migration of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// Which migration.
    pub id: MigrationId,
    /// Which way.
    pub direction: Direction,
    /// Hash of its meaning, for the record.
    pub hash: String,
    /// Whether everything runs in one transaction.
    pub atomic: bool,
    /// What runs: the migration's operations, or their inverses in reverse order.
    pub operations: Vec<Operation>,
}

/// What will run, and the schema it begins at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The schema that the record stands for.
    pub start: Schema,
    /// The migrations, in order.
    pub steps: Vec<Planned>,
}

/// Why no plan could be made.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PlanError {
    /// An operation of the history does not fit.
    #[error("{id}: {misfit}")]
    Misfit {
        /// The migration.
        id: MigrationId,
        /// What does not fit.
        misfit: Box<Misfit>,
    },
}

/// A history, as far as planning needs it: migrations in an order that keeps every dependency, with their hashes.
pub trait Ordered {
    /// Every migration once, dependencies first.
    fn ordered(&self) -> Vec<(&Migration, &str)>;
}

/// The schema that these migrations leave, run in the history's order.
///
/// # Errors
/// When an operation does not fit.
pub fn replay(history: &impl Ordered, wanted: impl Fn(&MigrationId) -> bool) -> Result<Schema, PlanError> {
    let mut schema = Schema::default();
    for (migration, _) in history.ordered() {
        if wanted(&migration.id) {
            for operation in &migration.operations {
                apply(&migration.id, operation, &mut schema)?;
            }
        }
    }
    Ok(schema)
}

/// The same where operations that do not fit are left out: for a record with gaps.
pub fn replay_leniently(history: &impl Ordered, wanted: impl Fn(&MigrationId) -> bool) -> Schema {
    let mut schema = Schema::default();
    for (migration, _) in history.ordered() {
        if wanted(&migration.id) {
            for operation in &migration.operations {
                let _ = apply(&migration.id, operation, &mut schema);
            }
        }
    }
    schema
}

fn apply(id: &MigrationId, operation: &Operation, schema: &mut Schema) -> Result<(), PlanError> {
    operation.apply(schema).map_err(|misfit| PlanError::Misfit { id: id.clone(), misfit: Box::new(misfit) })?;
    if let Operation::CreateTable(table) = operation
        && let Some(created) = schema.tables.get_mut(&table.name)
    {
        created.app.clone_from(&id.app);
    }
    Ok(())
}

impl Plan {
    /// Applies the migrations of `forward` that the record lacks.
    ///
    /// # Errors
    /// When an operation does not fit.
    pub fn forward(
        history: &impl Ordered,
        record: &Record,
        forward: &BTreeSet<MigrationId>,
    ) -> Result<Self, PlanError> {
        let start = match replay(history, |id| record.has(id)) {
            Ok(start) => start,
            // A migration that was recorded before what it depends on does not fit alone; what it
            // lacks is what this plan brings.
            Err(_) if has_gap(history, record, forward) => replay_leniently(history, |id| record.has(id)),
            Err(error) => return Err(error),
        };
        let steps = history
            .ordered()
            .into_iter()
            .filter(|(m, _)| forward.contains(&m.id) && !record.has(&m.id))
            .map(|(migration, hash)| Planned {
                id: migration.id.clone(),
                direction: Direction::Forward,
                hash: hash.to_owned(),
                atomic: migration.atomic,
                operations: migration.operations.clone(),
            })
            .collect();
        Ok(Self { start, steps })
    }

    /// Undoes the migrations of `backward` that the record has, dependents first.
    ///
    /// # Errors
    /// When an operation does not fit or cannot be undone.
    pub fn backward(
        history: &impl Ordered,
        record: &Record,
        backward: &BTreeSet<MigrationId>,
    ) -> Result<Self, PlanError> {
        let mut wanted = Vec::new();
        // One walk tells how each migration is undone where it stands in the order.
        let mut start = Schema::default();
        for (migration, hash) in history.ordered().into_iter().filter(|(m, _)| record.has(&m.id)) {
            if backward.contains(&migration.id) {
                wanted.push((migration, Some((hash, inverses(migration, &mut start)?))));
            } else {
                for operation in &migration.operations {
                    apply(&migration.id, operation, &mut start)?;
                }
                wanted.push((migration, None));
            }
        }
        // What stays and comes later in the order may have changed the tables since; then the
        // schema without what is undone by then is replayed.
        let (mut gone, mut changed, mut steps) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
        for (migration, undone) in wanted.into_iter().rev() {
            let Some((hash, mut operations)) = undone else {
                changed.extend(tables(&migration.operations));
                continue;
            };
            gone.insert(&migration.id);
            let own = tables(&migration.operations).chain(tables(&operations)).any(|table| changed.contains(&table));
            if own {
                let mut before = replay(history, |id| record.has(id) && !gone.contains(id))?;
                operations = inverses(migration, &mut before)?;
            }
            let (id, direction) = (migration.id.clone(), Direction::Backward);
            steps.push(Planned { id, direction, hash: hash.to_owned(), atomic: migration.atomic, operations });
        }
        Ok(Self { start, steps })
    }

    /// Tables that this plan creates, with the migration that does.
    pub fn creates(&self) -> Vec<(&MigrationId, &str)> {
        self.steps
            .iter()
            .flat_map(|step| {
                step.operations.iter().filter_map(move |operation| match operation {
                    Operation::CreateTable(table) => Some((&step.id, table.name.as_str())),
                    Operation::RenameTable { to, .. } => Some((&step.id, to.as_str())),
                    _ => None,
                })
            })
            .filter(|(_, table)| self.start.table(table).is_none())
            .collect()
    }
}

/// Whether a recorded migration depends on one that is not recorded and that now runs.
fn has_gap(history: &impl Ordered, record: &Record, forward: &BTreeSet<MigrationId>) -> bool {
    let mut recorded = history.ordered().into_iter().filter(|(migration, _)| record.has(&migration.id));
    recorded.any(|(migration, _)| migration.dependencies.iter().any(|id| !record.has(id) && forward.contains(id)))
}

/// The tables that these operations change, name or point at.
fn tables(operations: &[Operation]) -> impl Iterator<Item = String> {
    let all = operations.iter().flat_map(|operation| {
        let renamed = match operation {
            Operation::RenameTable { to, .. } => Some(to.as_str()),
            _ => None,
        };
        operation.table().into_iter().chain(operation.references()).chain(renamed).map(str::to_owned)
    });
    all.collect::<Vec<_>>().into_iter()
}

/// What undoes a migration, last operation first; the schema is led along behind the migration.
fn inverses(migration: &Migration, schema: &mut Schema) -> Result<Vec<Operation>, PlanError> {
    let mut undo = Vec::with_capacity(migration.operations.len());
    for operation in &migration.operations {
        let inverse = operation
            .inverse(schema)
            .map_err(|misfit| PlanError::Misfit { id: migration.id.clone(), misfit: Box::new(misfit) })?;
        undo.push(inverse);
        apply(&migration.id, operation, schema)?;
    }
    undo.reverse();
    Ok(undo)
}
