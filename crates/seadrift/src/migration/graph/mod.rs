//! The graph: which migrations there are, what each depends on, and one order that keeps it all.
//!
//! Nodes are numbered in that order, so the place of a migration is its number, and every edge leads
//! to a lower number. Whether operations fit is not asked here but in [`super::replay`].

mod build;
mod cycle;
mod error;
mod order;
mod plan;
mod reach;

use std::{collections::BTreeMap, collections::HashMap, sync::OnceLock};

use super::{
    Migration, MigrationId,
    file::{FIRST, LATEST, LoadedMigration},
};

pub use error::{CycleStep, GraphError};
pub(super) use {order::order, reach::Reach};

/// A sound graph of migrations.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    /// In an order in which they can run.
    nodes: Vec<Node>,
    index: HashMap<MigrationId, usize>,
    apps: BTreeMap<String, App>,
    /// The migration that each replaced name means.
    replacements: BTreeMap<MigrationId, MigrationId>,
    replaced: Vec<LoadedMigration>,
    /// Made when first asked for.
    reach: OnceLock<Reach>,
}

#[derive(Clone, Debug)]
struct Node {
    loaded: LoadedMigration,
    /// Sorted.
    parents: Vec<usize>,
    /// Sorted.
    children: Vec<usize>,
}

#[derive(Clone, Debug)]
struct App {
    /// Its migrations in order.
    nodes: Vec<usize>,
    /// The one that `__first__` means.
    first: usize,
}

impl Graph {
    /// Joins migrations into a graph. A migration that another one replaces is left out, and what
    /// depends on it depends on the other; see [`Graph::replaced`].
    ///
    /// The order is the same for the same migrations, however they come: of those that can run next
    /// always the first by app, number and name.
    ///
    /// # Errors
    /// All problems of the graph at once.
    pub fn build(migrations: Vec<LoadedMigration>) -> Result<Self, Vec<GraphError>> {
        build::build(migrations)
    }

    /// How many migrations there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is no migration.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Every migration once, dependencies first.
    pub fn order(&self) -> impl DoubleEndedIterator<Item = &LoadedMigration> + ExactSizeIterator {
        self.nodes.iter().map(|node| &node.loaded)
    }

    /// The migration of exactly this name.
    pub fn get(&self, id: &MigrationId) -> Option<&LoadedMigration> {
        self.index.get(id).map(|at| &self.nodes[*at].loaded)
    }

    /// The migration that a dependency means: one of this name, one that replaces this name, or the
    /// first or last of an app for `__first__` and `__latest__`.
    pub fn resolve(&self, id: &MigrationId) -> Option<&LoadedMigration> {
        self.resolve_index(id).map(|at| &self.nodes[at].loaded)
    }

    fn resolve_index(&self, id: &MigrationId) -> Option<usize> {
        let of_app = self.apps.get(&id.app);
        match id.name.as_str() {
            FIRST => Some(of_app?.first),
            LATEST => of_app?.nodes.last().copied(),
            _ => self.index.get(self.replacements.get(id).unwrap_or(id)).copied(),
        }
    }

    /// The apps that have migrations, by name.
    pub fn apps(&self) -> impl Iterator<Item = &str> {
        self.apps.keys().map(String::as_str)
    }

    /// An app's migrations in order; the last is its `__latest__`.
    pub fn app(&self, app: &str) -> impl DoubleEndedIterator<Item = &LoadedMigration> {
        self.apps.get(app).into_iter().flat_map(|app| &app.nodes).map(|at| &self.nodes[*at].loaded)
    }

    /// The app's last migration.
    pub fn latest(&self, app: &str) -> Option<&LoadedMigration> {
        self.app(app).next_back()
    }

    /// The migrations that depend on nothing.
    pub fn roots(&self) -> impl Iterator<Item = &LoadedMigration> {
        self.nodes.iter().filter(|node| node.parents.is_empty()).map(|node| &node.loaded)
    }

    /// The migrations that nothing depends on.
    pub fn leaves(&self) -> impl Iterator<Item = &LoadedMigration> {
        self.nodes.iter().filter(|node| node.children.is_empty()).map(|node| &node.loaded)
    }

    /// What this migration depends on directly, in order.
    pub fn parents(&self, id: &MigrationId) -> impl Iterator<Item = &LoadedMigration> {
        let at = self.index.get(id);
        at.into_iter().flat_map(|at| &self.nodes[*at].parents).map(|at| &self.nodes[*at].loaded)
    }

    /// What depends on this migration directly, in order.
    pub fn children(&self, id: &MigrationId) -> impl Iterator<Item = &LoadedMigration> {
        let at = self.index.get(id);
        at.into_iter().flat_map(|at| &self.nodes[*at].children).map(|at| &self.nodes[*at].loaded)
    }

    /// Migrations that were given and are left out because others replace them, by name.
    pub fn replaced(&self) -> &[LoadedMigration] {
        &self.replaced
    }

    /// The migration that has taken the place of this one, if any has.
    pub fn replacement(&self, id: &MigrationId) -> Option<&MigrationId> {
        self.replacements.get(id)
    }

    /// Whether `ancestor` always runs before `migration`, because a chain of dependencies says so.
    pub fn is_ancestor(&self, ancestor: &MigrationId, migration: &MigrationId) -> bool {
        match (self.index.get(ancestor), self.index.get(migration)) {
            (Some(ancestor), Some(migration)) => self.reach().leads_to(*migration, *ancestor),
            _ => false,
        }
    }

    /// Which node a chain of dependencies leads to from which.
    pub(super) fn reach(&self) -> &Reach {
        self.reach.get_or_init(|| Reach::of(self.nodes.iter().map(|node| &node.parents[..])))
    }

    pub(super) fn parents_of(&self, at: usize) -> &[usize] {
        &self.nodes[at].parents
    }

    pub(super) fn at(&self, at: usize) -> &LoadedMigration {
        &self.nodes[at].loaded
    }

    pub(super) fn position(&self, id: &MigrationId) -> Option<usize> {
        self.index.get(id).copied()
    }
}

impl crate::run::plan::Ordered for Graph {
    fn ordered(&self) -> Vec<(&Migration, &str)> {
        self.order().map(|loaded| (&loaded.migration, loaded.hash.as_str())).collect()
    }
}
