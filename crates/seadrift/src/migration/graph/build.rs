//! Joining migrations into a graph: replacements, edges, conflicts, order.
//!
//! Until the order is known, a migration is known by its rank: its place among all by app, number
//! and name.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::PathBuf,
};

use super::{App, Graph, GraphError, Node, cycle, order::order};
use crate::migration::{
    MigrationId, Replaced,
    file::{FIRST, LATEST, LoadedMigration},
    nearest::nearest,
};

/// A dependency: the rank it leads to, and which of the migration's dependencies it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Edge {
    pub(super) parent: usize,
    pub(super) dependency: usize,
}

pub(super) fn build(mut migrations: Vec<LoadedMigration>) -> Result<Graph, Vec<GraphError>> {
    let mut errors = Vec::new();
    migrations.sort_by(|a, b| rank_key(a).cmp(&rank_key(b)));
    migrations.dedup_by(|later, earlier| {
        let same = later.id() == earlier.id();
        if same {
            let files = [earlier.file.clone(), later.file.clone()];
            errors.push(GraphError::Duplicate { id: later.id().clone(), files });
        }
        same
    });
    let replacements = replacements(&migrations, &mut errors);
    let (replaced, live): (Vec<_>, Vec<_>) = migrations.into_iter().partition(|m| replacements.contains_key(m.id()));

    let mut draft = Draft::new(live, replacements);
    draft.join(&mut errors);
    draft.refuse_conflicts(&mut errors);
    let order = draft.order();
    if order.len() < draft.live.len() {
        errors.extend(cycle::cycles(&draft.live, &draft.edges));
    }
    if errors.is_empty() { Ok(draft.finish(&order, replaced)) } else { Err(errors) }
}

fn rank_key(loaded: &LoadedMigration) -> (&str, u32, &str) {
    let id = loaded.id();
    (&id.app, id.number().unwrap_or(u32::MAX), &id.name)
}

fn named(loaded: &LoadedMigration) -> (MigrationId, PathBuf) {
    (loaded.id().clone(), loaded.file.clone())
}

/// Whether this claim takes the place of another migration that is here. A regenerated migration may
/// replace an older one of its own name, or of the name of one that takes the place together with it.
fn claims_another(
    loaded: &LoadedMigration,
    replaced: &MigrationId,
    by_id: &BTreeMap<&MigrationId, &LoadedMigration>,
) -> bool {
    let together = |other: &&LoadedMigration| other.migration.replaces == loaded.migration.replaces;
    replaced != loaded.id() && !by_id.get(replaced).is_some_and(together)
}

/// Of migrations that take one place together, the one that depends on all others.
fn last_together<'m>(claimers: &[&'m LoadedMigration]) -> Option<&'m LoadedMigration> {
    let follows = |pair: &[&LoadedMigration]| {
        let (earlier, later) = (&pair[0].migration, &pair[1].migration);
        earlier.id.app == later.id.app && earlier.replaces == later.replaces && later.dependencies.contains(&earlier.id)
    };
    let mut chain = claimers.to_vec();
    chain.sort_by(|a, b| rank_key(a).cmp(&rank_key(b)));
    chain.windows(2).all(follows).then(|| chain.last().copied()).flatten()
}

/// Of every name that a migration replaces, the one that stands for it in the end.
fn replacements(migrations: &[LoadedMigration], errors: &mut Vec<GraphError>) -> BTreeMap<MigrationId, MigrationId> {
    let by_id: BTreeMap<&MigrationId, &LoadedMigration> = migrations.iter().map(|m| (m.id(), m)).collect();
    let mut claims: BTreeMap<&MigrationId, Vec<&LoadedMigration>> = BTreeMap::new();
    for loaded in migrations {
        for Replaced { id: replaced, .. } in &loaded.migration.replaces {
            if claims_another(loaded, replaced, &by_id) {
                claims.entry(replaced).or_default().push(loaded);
            }
        }
    }
    let mut found = BTreeMap::new();
    let mut circle = Vec::new();
    for replaced in claims.keys() {
        let mut last: BTreeMap<&MigrationId, &LoadedMigration> = BTreeMap::new();
        let mut seen = BTreeSet::new();
        let mut open = vec![*replaced];
        while let Some(id) = open.pop() {
            for claimer in claims.get(id).into_iter().flatten().filter(|c| seen.insert(c.id())) {
                if claims.contains_key(claimer.id()) {
                    open.push(claimer.id());
                } else {
                    last.insert(claimer.id(), claimer);
                }
            }
        }
        let last: Vec<&LoadedMigration> = last.into_values().collect();
        match (&last[..], last_together(&last)) {
            ([], _) => circle.extend(by_id.get(*replaced).map(|loaded| named(loaded))),
            (_, Some(by)) => drop(found.insert((*replaced).clone(), by.id().clone())),
            (several, None) => {
                let by = [named(several[0]), named(several[1])];
                errors.push(GraphError::ReplacedTwice { replaced: (*replaced).clone(), by });
            }
        }
    }
    if !circle.is_empty() {
        errors.push(GraphError::ReplacedInCircle { migrations: circle });
    }
    found
}

struct Draft {
    live: Vec<LoadedMigration>,
    replacements: BTreeMap<MigrationId, MigrationId>,
    index: HashMap<MigrationId, usize>,
    /// Ranks of each app's migrations.
    apps: BTreeMap<String, Vec<usize>>,
    /// Of each app its first migration.
    first: BTreeMap<String, usize>,
    edges: Vec<Vec<Edge>>,
}

impl Draft {
    fn new(live: Vec<LoadedMigration>, replacements: BTreeMap<MigrationId, MigrationId>) -> Self {
        let mut apps: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (rank, loaded) in live.iter().enumerate() {
            match apps.get_mut(&loaded.id().app) {
                Some(ranks) => ranks.push(rank),
                None => drop(apps.insert(loaded.id().app.clone(), vec![rank])),
            }
        }
        let index = live.iter().enumerate().map(|(rank, loaded)| (loaded.id().clone(), rank)).collect();
        let edges = vec![Vec::new(); live.len()];
        Self { live, replacements, index, apps, first: BTreeMap::new(), edges }
    }

    fn app_of(&self, rank: usize) -> &str {
        &self.live[rank].id().app
    }

    /// Draws the edges: those by name before `__first__`, which is a matter of edges by name, and
    /// those before `__latest__`, which is a matter of both.
    fn join(&mut self, errors: &mut Vec<GraphError>) {
        self.draw(
            |id| id.name != FIRST && id.name != LATEST,
            |draft, id| draft.index.get(draft.replacements.get(id).unwrap_or(id)).copied(),
        );
        for (app, ranks) in &self.apps {
            let within = |rank: usize| self.edges[rank].iter().any(|edge| self.app_of(edge.parent) == app);
            let first = ranks.iter().copied().find(|rank| !within(*rank)).unwrap_or(ranks[0]);
            self.first.insert(app.clone(), first);
        }
        self.draw(|id| id.name == FIRST, |draft, id| draft.first.get(&id.app).copied());
        let latest: BTreeMap<String, usize> =
            self.apps.keys().filter_map(|app| Some((app.clone(), *self.last(app).last()?))).collect();
        self.draw(|id| id.name == LATEST, |_, id| latest.get(&id.app).copied());
        self.report_missing(errors);
    }

    /// Draws the edges of these dependencies. A replaced name may stand for the migration itself:
    /// what it says is then kept already.
    fn draw(&mut self, which: impl Fn(&MigrationId) -> bool, resolve: impl Fn(&Self, &MigrationId) -> Option<usize>) {
        for rank in 0..self.live.len() {
            for dependency in 0..self.live[rank].migration.dependencies.len() {
                let id = &self.live[rank].migration.dependencies[dependency];
                if !which(id) {
                    continue;
                }
                let kept = self.replacements.get(id) == Some(self.live[rank].id());
                let parent = resolve(self, id).filter(|_| !kept);
                if let Some(parent) = parent
                    && self.edges[rank].iter().all(|edge| edge.parent != parent)
                {
                    self.edges[rank].push(Edge { parent, dependency });
                }
            }
        }
    }

    fn report_missing(&self, errors: &mut Vec<GraphError>) {
        for loaded in &self.live {
            for (at, wanted) in loaded.migration.dependencies.iter().enumerate() {
                let (migration, place) = (loaded.id().clone(), loaded.dependency_place(at));
                let wanted = wanted.clone();
                let Some(ranks) = self.apps.get(&wanted.app) else {
                    if self.replacements.contains_key(&wanted) {
                        continue;
                    }
                    let nearest = nearest(&wanted.app, self.apps.keys().map(String::as_str)).map(str::to_owned);
                    errors.push(GraphError::UnknownApp { migration, place, wanted, nearest });
                    continue;
                };
                let known = [FIRST, LATEST].contains(&wanted.name.as_str())
                    || self.index.contains_key(&wanted)
                    || self.replacements.contains_key(&wanted);
                if !known {
                    let nearest = self.nearest(&wanted, ranks);
                    errors.push(GraphError::MissingMigration { migration, place, wanted, nearest });
                }
            }
        }
    }

    /// The name of the app that is spelt most like it, or has the same number.
    fn nearest(&self, wanted: &MigrationId, ranks: &[usize]) -> Option<MigrationId> {
        let names = || ranks.iter().map(|rank| self.live[*rank].id());
        let spelt = nearest(&wanted.name, names().map(|id| id.name.as_str()).chain([FIRST, LATEST]));
        let spelt = spelt.map(|name| MigrationId::new(&wanted.app, name));
        spelt.or_else(|| names().find(|id| wanted.number().is_some() && id.number() == wanted.number()).cloned())
    }

    /// The app's migrations that no other of the app depends on.
    fn last(&self, app: &str) -> Vec<usize> {
        let ranks = &self.apps[app];
        let needed: BTreeSet<usize> =
            ranks.iter().flat_map(|rank| &self.edges[*rank]).map(|edge| edge.parent).collect();
        ranks.iter().copied().filter(|rank| !needed.contains(rank)).collect()
    }

    fn refuse_conflicts(&self, errors: &mut Vec<GraphError>) {
        for (app, ranks) in &self.apps {
            let last = self.last(app);
            if last.len() > 1 {
                let leaves = last.iter().map(|rank| named(&self.live[*rank])).collect();
                errors.push(GraphError::ConflictingLeaves { app: app.clone(), leaves });
            }
            for pair in ranks.windows(2) {
                let [a, b] = [&self.live[pair[0]], &self.live[pair[1]]];
                let Some(number) = a.id().number().filter(|n| b.id().number() == Some(*n)) else { continue };
                // On parallel branches that a later migration joins, equal numbers do no harm.
                let migrations = if self.leads_to(pair[1], pair[0]) {
                    [named(a), named(b)]
                } else if self.leads_to(pair[0], pair[1]) {
                    [named(b), named(a)]
                } else {
                    continue;
                };
                errors.push(GraphError::SameNumber { app: app.clone(), number, migrations });
            }
        }
    }

    fn leads_to(&self, from: usize, to: usize) -> bool {
        let mut seen = BTreeSet::new();
        let mut open = vec![from];
        while let Some(rank) = open.pop() {
            for edge in &self.edges[rank] {
                if edge.parent == to {
                    return true;
                }
                if seen.insert(edge.parent) {
                    open.push(edge.parent);
                }
            }
        }
        false
    }

    /// Shorter than the graph when there is a circle.
    fn order(&self) -> Vec<usize> {
        let parents = |edges: &Vec<Edge>| edges.iter().map(|edge| edge.parent).collect();
        order(&self.edges.iter().map(parents).collect::<Vec<_>>())
    }

    fn finish(self, order: &[usize], replaced: Vec<LoadedMigration>) -> Graph {
        let mut position = vec![0; order.len()];
        for (at, rank) in order.iter().enumerate() {
            position[*rank] = at;
        }
        let mut live: Vec<Option<LoadedMigration>> = self.live.into_iter().map(Some).collect();
        let mut nodes: Vec<Node> = Vec::with_capacity(order.len());
        for (at, rank) in order.iter().enumerate() {
            let mut parents: Vec<usize> = self.edges[*rank].iter().map(|edge| position[edge.parent]).collect();
            parents.sort_unstable();
            for parent in &parents {
                nodes[*parent].children.push(at);
            }
            let loaded = live[*rank].take().expect("the order holds each rank once");
            nodes.push(Node { loaded, parents, children: Vec::new() });
        }
        let first = &self.first;
        let apps = self.apps.into_iter().map(|(app, ranks)| {
            let mut own: Vec<usize> = ranks.into_iter().map(|rank| position[rank]).collect();
            own.sort_unstable();
            let first = position[first[&app]];
            (app, App { nodes: own, first })
        });
        Graph {
            apps: apps.collect(),
            index: self.index.into_iter().map(|(id, rank)| (id, position[rank])).collect(),
            nodes,
            replacements: self.replacements,
            replaced,
            ..Graph::default()
        }
    }
}
