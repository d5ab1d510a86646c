//! Replay: the schema that a history leaves, and whether it leaves one at all.
//!
//! First the references are checked along the dependencies, then the operations are applied in order.
//! No statement runs before both have passed.

mod error;
mod events;
mod reference;

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use self::{
    events::At,
    reference::{Found, Wanted},
};
use super::{
    MigrationId,
    file::LoadedMigration,
    graph::{Graph, order},
};
use crate::{
    operation::{Misfit, Operation},
    schema::Schema,
};

pub use error::{Cause, HistoryError, Need, Object, Unresolved};

/// What a history leaves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replay {
    schema: Schema,
    creators: BTreeMap<String, MigrationId>,
}

impl Replay {
    /// The schema after all migrations.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The schema after all migrations.
    pub fn into_schema(self) -> Schema {
        self.schema
    }

    /// The migration that created this table, or gave it this name: what a reference to it must
    /// depend on.
    pub fn creator(&self, table: &str) -> Option<&MigrationId> {
        self.creators.get(table)
    }

    /// The creator of every table there is.
    pub fn creators(&self) -> &BTreeMap<String, MigrationId> {
        &self.creators
    }
}

/// A dependency that should be there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MissingEdge {
    /// The migration that needs something of the other.
    pub migration: MigrationId,
    /// Its file, where the dependency belongs.
    pub file: PathBuf,
    /// The migration that it must depend on.
    pub dependency: MigrationId,
}

impl Graph {
    /// Checks every reference and applies every operation.
    ///
    /// # Errors
    /// All references that no chain of dependencies resolves, and all operations that would not fit
    /// if the missing edges were there.
    pub fn replay(&self) -> Result<Replay, Vec<HistoryError>> {
        let found = reference::check(self);
        let mut errors = Vec::new();
        let mut replay = Replay::default();
        let mut spoilt = BTreeSet::new();
        for node in self.order_with(&found.edges) {
            self.run(node, &found, &mut replay, &mut spoilt, &mut errors);
        }
        if found.errors.is_empty() && errors.is_empty() {
            return Ok(replay);
        }
        let mut all = found.errors;
        all.extend(errors);
        Err(all)
    }

    /// The dependencies that are missing, as few as resolve all references that dependencies can
    /// resolve. They close no circle. In the order of the graph.
    pub fn missing_edges(&self) -> Vec<MissingEdge> {
        let edge = |wanted: Wanted| {
            let from = self.at(wanted.from);
            let dependency = self.at(wanted.to).id().clone();
            MissingEdge { migration: from.id().clone(), file: from.file.clone(), dependency }
        };
        reference::check(self).edges.into_iter().map(edge).collect()
    }

    /// Shows each migration with the schema before it, in order, and returns the last schema. One
    /// schema is changed along the way; none is copied.
    ///
    /// # Errors
    /// The first operation that does not fit.
    pub fn walk(&self, mut visit: impl FnMut(&Schema, &LoadedMigration)) -> Result<Schema, HistoryError> {
        let mut schema = Schema::default();
        for loaded in self.order() {
            visit(&schema, loaded);
            apply_all(loaded, &mut schema)?;
        }
        Ok(schema)
    }

    /// The schema that the wanted migrations leave, run in order.
    ///
    /// # Errors
    /// The first operation that does not fit.
    pub fn schema_of(&self, wanted: impl Fn(&MigrationId) -> bool) -> Result<Schema, HistoryError> {
        let mut schema = Schema::default();
        for loaded in self.order().filter(|loaded| wanted(loaded.id())) {
            apply_all(loaded, &mut schema)?;
        }
        Ok(schema)
    }

    /// The schema of a new database when it comes to this migration: after all that are before it in
    /// the order. Replayed anew at each call, some milliseconds for a thousand migrations.
    ///
    /// # Errors
    /// The first operation that does not fit.
    pub fn before(&self, id: &MigrationId) -> Result<Schema, HistoryError> {
        let end = self.position(id).unwrap_or(self.len());
        let mut schema = Schema::default();
        for loaded in self.order().take(end) {
            apply_all(loaded, &mut schema)?;
        }
        Ok(schema)
    }

    /// The order as it would be with these edges.
    fn order_with(&self, edges: &[Wanted]) -> Vec<usize> {
        if edges.is_empty() {
            return (0..self.len()).collect();
        }
        let mut parents: Vec<Vec<usize>> = (0..self.len()).map(|node| self.parents_of(node).to_vec()).collect();
        for edge in edges {
            parents[edge.from].push(edge.to);
        }
        order(&parents)
    }

    /// Applies a migration but for what cannot be resolved. A misfit spoils its table: what follows
    /// from it is not reported.
    fn run(
        &self,
        node: usize,
        found: &Found,
        replay: &mut Replay,
        spoilt: &mut BTreeSet<String>,
        errors: &mut Vec<HistoryError>,
    ) {
        let loaded = self.at(node);
        for (at, operation) in loaded.migration.operations.iter().enumerate() {
            let without = without_hopeless(operation, At { node, operation: at }, found, spoilt);
            let Some(operation) = without.as_deref() else { continue };
            let tables = || operation.table().into_iter().chain(operation.references());
            match apply(loaded.id(), operation, &mut replay.schema) {
                Ok(()) => note_creator(loaded.id(), operation, &mut replay.creators),
                Err(misfit) => {
                    let follows = tables().any(|table| spoilt.contains(table));
                    spoilt.extend(operation.table().map(str::to_owned));
                    if let Operation::RenameTable { to, .. } = operation {
                        spoilt.insert(to.clone());
                    }
                    if !follows {
                        errors.push(misfit_of(loaded, at, operation, misfit));
                    }
                }
            }
        }
    }
}

/// The operation without the foreign keys that no edge can resolve; nothing when it cannot be applied.
fn without_hopeless<'o>(
    operation: &'o Operation,
    at: At,
    found: &Found,
    spoilt: &mut BTreeSet<String>,
) -> Option<Cow<'o, Operation>> {
    let keys: Vec<Option<usize>> = found.hopeless.iter().filter(|(a, _)| *a == at).map(|(_, key)| *key).collect();
    match operation {
        _ if keys.is_empty() => Some(Cow::Borrowed(operation)),
        Operation::CreateTable(table) => {
            let mut table = table.clone();
            let mut key = 0;
            table.foreign_keys.retain(|_| {
                key += 1;
                !keys.contains(&Some(key - 1))
            });
            spoilt.insert(table.name.clone());
            Some(Cow::Owned(Operation::CreateTable(table)))
        }
        _ => {
            spoilt.extend(operation.table().map(str::to_owned));
            None
        }
    }
}

fn note_creator(id: &MigrationId, operation: &Operation, creators: &mut BTreeMap<String, MigrationId>) {
    match operation {
        Operation::CreateTable(table) => drop(creators.insert(table.name.clone(), id.clone())),
        Operation::DropTable { table } => drop(creators.remove(table)),
        Operation::RenameTable { from, to } => {
            creators.remove(from);
            creators.insert(to.clone(), id.clone());
        }
        _ => {}
    }
}

fn apply_all(loaded: &LoadedMigration, schema: &mut Schema) -> Result<(), HistoryError> {
    for (at, operation) in loaded.migration.operations.iter().enumerate() {
        apply(loaded.id(), operation, schema).map_err(|misfit| misfit_of(loaded, at, operation, misfit))?;
    }
    Ok(())
}

/// Applies an operation; a table belongs to the app of the migration that creates it.
fn apply(id: &MigrationId, operation: &Operation, schema: &mut Schema) -> Result<(), Misfit> {
    operation.apply(schema)?;
    if let Operation::CreateTable(table) = operation
        && let Some(created) = schema.tables.get_mut(&table.name)
    {
        created.app.clone_from(&id.app);
    }
    Ok(())
}

fn misfit_of(loaded: &LoadedMigration, at: usize, operation: &Operation, misfit: Misfit) -> HistoryError {
    HistoryError::Misfit {
        migration: loaded.id().clone(),
        place: loaded.operation_place(at),
        operation: operation.describe(),
        misfit: Box::new(misfit),
    }
}
