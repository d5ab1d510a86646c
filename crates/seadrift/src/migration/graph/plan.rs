//! Which migrations a target asks for, forward and backward. What has run already is asked of the
//! record, not known here.

use std::collections::BTreeSet;

use super::Graph;
use crate::migration::MigrationId;

impl Graph {
    /// All that must run before this migration, in order; without itself.
    pub fn ancestors(&self, id: &MigrationId) -> Vec<&MigrationId> {
        let start = self.resolve_index(id);
        let mut reached = self.collect(start, |at| &self.nodes[at].parents);
        reached.retain(|at| Some(*at) != start);
        self.ids(reached)
    }

    /// All that needs this migration, in order; without itself.
    pub fn descendants(&self, id: &MigrationId) -> Vec<&MigrationId> {
        let start = self.resolve_index(id);
        let mut reached = self.collect(start, |at| &self.nodes[at].children);
        reached.retain(|at| Some(*at) != start);
        self.ids(reached)
    }

    /// What must have run to be at these targets: they and their ancestors, in order. Targets may be
    /// `__first__`, `__latest__` or replaced names; one that the graph does not know asks for nothing.
    pub fn forward<'a>(&self, targets: impl IntoIterator<Item = &'a MigrationId>) -> Vec<&MigrationId> {
        let starts = targets.into_iter().filter_map(|id| self.resolve_index(id));
        self.ids(self.collect(starts, |at| &self.nodes[at].parents))
    }

    /// What must be undone to bring an app back to a target of its own, dependents first: the app's
    /// migrations that need the target, and all that needs those. What needs only the target stays.
    ///
    /// ```text
    /// teams.0001 ◄─ teams.0002 ◄─ cups.0002
    ///     ▲                           │        back to teams.0001 undoes cups.0002, teams.0002;
    ///     └──────── cups.0001 ◄───────┘        cups.0001 stays
    /// ```
    pub fn backward(&self, target: &MigrationId) -> Vec<&MigrationId> {
        let Some(target) = self.resolve_index(target) else { return Vec::new() };
        let app = &self.nodes[target].loaded.id().app;
        let reached = self.collect(Some(target), |at| &self.nodes[at].children);
        let own = reached.into_iter().filter(|at| *at != target && &self.nodes[*at].loaded.id().app == app);
        self.undo(own)
    }

    /// What must be undone to take an app back to nothing, dependents first.
    pub fn backward_to_zero(&self, app: &str) -> Vec<&MigrationId> {
        self.undo(self.apps.get(app).into_iter().flat_map(|app| app.nodes.iter().copied()))
    }

    fn undo(&self, starts: impl IntoIterator<Item = usize>) -> Vec<&MigrationId> {
        let mut ids = self.ids(self.collect(starts, |at| &self.nodes[at].children));
        ids.reverse();
        ids
    }

    /// The nodes that can be reached from these, themselves included.
    fn collect<'g>(
        &'g self,
        starts: impl IntoIterator<Item = usize>,
        next: impl Fn(usize) -> &'g Vec<usize>,
    ) -> BTreeSet<usize> {
        let mut reached = BTreeSet::new();
        let mut open: Vec<usize> = starts.into_iter().collect();
        while let Some(at) = open.pop() {
            if reached.insert(at) {
                open.extend(next(at));
            }
        }
        reached
    }

    fn ids(&self, nodes: impl IntoIterator<Item = usize>) -> Vec<&MigrationId> {
        nodes.into_iter().map(|at| self.nodes[at].loaded.id()).collect()
    }
}
