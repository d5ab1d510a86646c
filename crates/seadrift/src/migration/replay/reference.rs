//! The reference check: whatever an operation needs must be made by its own migration above it, or by
//! a migration that a chain of dependencies leads to. That something merely happens to run earlier in
//! the order is not enough: the next migration that is added may change the order.

use super::{
    error::{Cause, HistoryError, Need, Object, Unresolved},
    events::{At, Events, Kind, Made},
};
use crate::{
    migration::{
        file::LoadedMigration,
        graph::{Graph, Reach},
        nearest::nearest,
    },
    operation::Operation,
    schema::ForeignKey,
};

/// An edge that would resolve references, between nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Wanted {
    pub(super) from: usize,
    pub(super) to: usize,
}

/// What the check finds.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) errors: Vec<HistoryError>,
    /// Edges that together resolve all that edges can resolve, and close no circle.
    pub(super) edges: Vec<Wanted>,
    /// Operations, or only a foreign key of one, that no edge can resolve.
    pub(super) hopeless: Vec<(At, Option<usize>)>,
}

pub(super) fn check(graph: &Graph) -> Found {
    let mut checker = Checker { graph, events: Events::of(graph), assumed: None, found: Found::default() };
    for (node, loaded) in graph.order().enumerate() {
        let before = checker.found.edges.len();
        for (operation, op) in loaded.migration.operations.iter().enumerate() {
            checker.operation(At { node, operation }, loaded, op);
        }
        // From here on as if the edges were there: what needs this migration is not reported again.
        for edge in &checker.found.edges[before..] {
            checker.assumed.get_or_insert_with(|| graph.reach().clone()).add(edge.from, edge.to);
        }
    }
    checker.found.edges = minimal(graph, std::mem::take(&mut checker.found.edges));
    checker.found
}

/// Without edges to ancestors of what the same migration gets an edge to.
fn minimal(graph: &Graph, mut edges: Vec<Wanted>) -> Vec<Wanted> {
    edges.sort_unstable();
    edges.dedup();
    let implied =
        |edge: &Wanted| edges.iter().any(|other| other.from == edge.from && graph.reach().leads_to(other.to, edge.to));
    edges.iter().filter(|edge| !implied(edge)).copied().collect()
}

struct Checker<'g> {
    graph: &'g Graph,
    events: Events<'g>,
    /// What leads where with the edges that have been found missing.
    assumed: Option<Reach>,
    found: Found,
}

/// Whether something is there, seen from an operation.
enum Seen<'g> {
    There(Made<'g>, At),
    Not(Cause),
}

impl<'g> Checker<'g> {
    fn operation(&mut self, at: At, loaded: &LoadedMigration, operation: &'g Operation) {
        if let Operation::CreateTable(table) = operation {
            for (key, foreign_key) in table.foreign_keys.iter().enumerate() {
                self.foreign_key(at, loaded, &table.name, (key, foreign_key));
            }
            return;
        }
        let Some(table) = operation.table() else { return };
        let need = || Need::Operation { operation: operation.describe(), table: table.to_owned() };
        let place = loaded.operation_place(at.operation);
        if let Seen::Not(cause) = self.table(table, at, false) {
            let object = Object { table: table.to_owned(), part: None };
            return self.report(
                at,
                None,
                Unresolved { migration: loaded.id().clone(), place, need: need(), object, cause },
            );
        }
        for (kind, name) in parts(operation) {
            // A part that was never made, or is gone, is a misfit, which replay names better.
            if let Some(cause @ (Cause::MissingEdge { .. } | Cause::CreatedLater { .. })) =
                self.part(table, kind, name, at)
            {
                let object = Object { table: table.to_owned(), part: Some((kind.word(), name.to_owned())) };
                let place = place.clone();
                self.report(
                    at,
                    None,
                    Unresolved { migration: loaded.id().clone(), place, need: need(), object, cause },
                );
            }
        }
        if let Operation::AddForeignKey { foreign_key, .. } = operation {
            self.foreign_key(at, loaded, table, (0, foreign_key));
        }
    }

    fn foreign_key(&mut self, at: At, loaded: &LoadedMigration, table: &str, (key, fk): (usize, &'g ForeignKey)) {
        let need = || Need::ForeignKey {
            name: fk.name.clone(),
            from: (table.to_owned(), fk.columns.clone()),
            to: (fk.references.clone(), fk.referenced_columns.clone()),
        };
        let place = loaded.foreign_key_place(at.operation, key);
        let unresolved = |part: Option<&str>, cause| Unresolved {
            migration: loaded.id().clone(),
            place: place.clone(),
            need: need(),
            object: Object { table: fk.references.clone(), part: part.map(|p| (Kind::Column.word(), p.to_owned())) },
            cause,
        };
        if let Seen::Not(cause) = self.table(&fk.references, at, true) {
            return self.report(at, Some(key), unresolved(None, cause));
        }
        for column in &fk.referenced_columns {
            if let Some(cause) = self.part(&fk.references, Kind::Column, column, at) {
                self.report(at, Some(key), unresolved(Some(column), cause));
            }
        }
    }

    fn report(&mut self, at: At, key: Option<usize>, unresolved: Unresolved) {
        match &unresolved.cause {
            Cause::MissingEdge { creator, .. } => {
                let to = self.graph.position(creator);
                self.found.edges.extend(to.map(|to| Wanted { from: at.node, to }));
            }
            _ => self.found.hopeless.push((at, key)),
        }
        self.found.errors.push(HistoryError::Unresolved(Box::new(unresolved)));
    }

    /// Whether the table is there. A foreign key may point at the table that it is created with.
    fn table(&self, name: &str, at: At, itself: bool) -> Seen<'g> {
        let Some(events) = self.events.tables.get(name) else {
            return Seen::Not(Cause::Unknown { nearest: self.nearest_table(name, at) });
        };
        let own = |made: At| itself && made == at;
        let seen = events.made.iter().filter(|(made, _)| own(*made) || self.before(*made, at));
        let mut last = None;
        for (made, how) in seen {
            match self.gone(&events.gone, *made, at) {
                None => return Seen::There(*how, *made),
                Some(gone) => last = Some(gone),
            }
        }
        Seen::Not(match last {
            Some((gone, to)) => self.cause_gone(gone, to),
            None => self
                .cause_not_seen(events.made.iter().map(|(made, _)| *made), at)
                .unwrap_or_else(|| Cause::Unknown { nearest: self.nearest_table(name, at) }),
        })
    }

    /// Why a part of a table that is there is not, or nothing when it is.
    fn part(&self, table: &str, kind: Kind, name: &str, at: At) -> Option<Cause> {
        let (mut table, mut seen_at) = (table, at);
        // Why it is not there under a newer name of the table; under an older one it may be.
        let mut newer = None;
        loop {
            let Seen::There(made, made_at) = self.table(table, seen_at, true) else { return None };
            let added = self.events.parts.get(&(table, kind, name));
            let gone = added.map(|events| &events.gone[..]).unwrap_or_default();
            let with_table = matches!(made, Made::Created(created) if kind.is_in(created, name)).then_some(made_at);
            let later = added.into_iter().flat_map(|events| events.made.iter().copied());
            let seen = with_table.into_iter().chain(later.clone().filter(|made| self.before(*made, seen_at)));
            let mut last = None;
            for made in seen {
                match self.gone(gone, made, seen_at) {
                    None => return None,
                    Some(gone) => last = Some(gone),
                }
            }
            if let Some((gone, to)) = last {
                return Some(self.cause_gone(gone, to));
            }
            newer = newer.or_else(|| self.cause_not_seen(later, seen_at));
            match (made, newer) {
                (Made::Renamed(from), cause) => (table, seen_at, newer) = (from, made_at, cause),
                (Made::Created(_), Some(cause)) => return Some(cause),
                (Made::Created(created), None) => {
                    let names = created.columns.iter().map(|c| c.name.as_str()).filter(|_| kind == Kind::Column);
                    return Some(Cause::Unknown { nearest: nearest(name, names).map(str::to_owned) });
                }
            }
        }
    }

    /// What took away, before `at`, what was made at `made`.
    fn gone(&self, gone: &[(At, Option<&'g str>)], made: At, at: At) -> Option<(At, Option<&'g str>)> {
        gone.iter().find(|(gone, _)| self.before(*gone, at) && self.before(made, *gone)).copied()
    }

    fn cause_gone(&self, gone: At, to: Option<&str>) -> Cause {
        let loaded = self.graph.at(gone.node);
        let place = loaded.operation_place(gone.operation);
        Cause::Gone { by: loaded.id().clone(), place, renamed_to: to.map(str::to_owned) }
    }

    /// Why none of these, which make what is needed, is before `at`.
    fn cause_not_seen(&self, made: impl Iterator<Item = At> + Clone, at: At) -> Option<Cause> {
        let place = |made: At| self.graph.at(made.node).operation_place(made.operation);
        let named = |made: At| (self.graph.at(made.node).id().clone(), place(made));
        if let Some(below) = made.clone().find(|made| made.node == at.node) {
            return Some(Cause::CreatedBelow { place: place(below) });
        }
        if let Some(aside) = made.clone().find(|made| !self.leads_to(made.node, at.node)) {
            let (creator, place) = named(aside);
            return Some(Cause::MissingEdge { creator, place });
        }
        let mut made = made;
        made.next().map(|later| {
            let (creator, place) = named(later);
            Cause::CreatedLater { creator, place }
        })
    }

    /// Names that this operation could point at come before others.
    fn nearest_table(&self, name: &str, at: At) -> Option<String> {
        let near = |seen: bool| {
            let made = |events: &super::events::OfTable<'_>| events.made.iter().any(|(made, _)| self.before(*made, at));
            let mut names: Vec<&str> =
                self.events.tables.iter().filter(|(_, e)| made(e) == seen).map(|(name, _)| *name).collect();
            names.sort_unstable();
            nearest(name, names).map(str::to_owned)
        };
        near(true).or_else(|| near(false))
    }

    fn before(&self, made: At, at: At) -> bool {
        if made.node == at.node { made.operation < at.operation } else { self.leads_to(at.node, made.node) }
    }

    fn leads_to(&self, from: usize, to: usize) -> bool {
        self.assumed.as_ref().unwrap_or_else(|| self.graph.reach()).leads_to(from, to)
    }
}

/// The parts of its table that an operation needs.
fn parts(operation: &Operation) -> Vec<(Kind, &str)> {
    match operation {
        Operation::DropColumn { column, .. } | Operation::RenameColumn { from: column, .. } => {
            vec![(Kind::Column, column)]
        }
        Operation::AlterColumn { column, .. } => vec![(Kind::Column, &column.name)],
        Operation::AlterPrimaryKey { columns, .. } => columns.iter().map(|c| (Kind::Column, c.as_str())).collect(),
        Operation::AddIndex { index, .. } => {
            index.keys.iter().filter_map(|k| k.column()).map(|c| (Kind::Column, c)).collect()
        }
        Operation::AddForeignKey { foreign_key, .. } => {
            foreign_key.columns.iter().map(|c| (Kind::Column, c.as_str())).collect()
        }
        Operation::DropIndex { index, .. } => vec![(Kind::Index, index)],
        Operation::DropForeignKey { foreign_key, .. } => vec![(Kind::ForeignKey, foreign_key)],
        Operation::DropCheck { check, .. } => vec![(Kind::Check, check)],
        _ => Vec::new(),
    }
}
