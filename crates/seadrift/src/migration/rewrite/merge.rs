//! Merge: an app whose history ends in several migrations, because two people wrote one each, ends in
//! one again. Either by a migration that follows both, when their order has no meaning; or by letting
//! the second follow the first, when no database has run it yet. Pure but for the texts of files.

use std::{collections::BTreeSet, fs};

use thiserror::Error;

use super::Swap;
use crate::{
    diff::conflicts,
    history::History,
    migration::{Graph, GraphError, LoadedMigration, Migration, MigrationId, SourceError, file},
    operation::Operation,
    project::Project,
    report::Report,
    schema::Schema,
};

/// Two operations of two branches whose order has a meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// Migration and operation of the one branch.
    pub one: (MigrationId, String),
    /// Migration and operation of the other.
    pub other: (MigrationId, String),
}

/// What leads to one of the last migrations of an app and to no other of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    /// The last migration.
    pub leaf: MigrationId,
    /// The app's migrations on it, in order.
    pub own: Vec<MigrationId>,
}

/// How an app with several last migrations can end in one again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merge {
    /// The migration that follows all of them; it does nothing itself.
    pub migration: Migration,
    /// The branches, by the number and name of their last migration.
    pub branches: Vec<Branch>,
    /// What stands in the way: empty when every order of the branches comes to the same schema.
    pub conflicts: Vec<Conflict>,
}

/// Why there is nothing to merge.
#[derive(Debug, Error)]
pub enum MergeError {
    /// More than two ends are wrong with the history.
    #[error("this must be mended before branches can be merged\n\n{0}")]
    Unsound(Report),
    /// Each branch has run somewhere.
    #[error(
        "both branches of {0:?} have run on this database, so neither can be renumbered; merge them: makemigrations --merge"
    )]
    BothRan(String),
    /// Only two branches can be put one behind the other.
    #[error("{app:?} has {count} branches; --renumber puts one of two behind the other")]
    Branches {
        /// The app.
        app: String,
        /// How many.
        count: usize,
    },
    /// A file cannot be read or understood.
    #[error(transparent)]
    Source(#[from] SourceError),
}

/// The merges that a history needs; none when each app ends in one migration.
///
/// # Errors
/// When more is wrong with it.
pub fn merges(loaded: &[LoadedMigration]) -> Result<Vec<Merge>, MergeError> {
    let Err(errors) = Graph::build(loaded.to_vec()) else { return Ok(Vec::new()) };
    let mut proposed = Vec::new();
    let mut others = Vec::new();
    for error in errors {
        match error {
            GraphError::ConflictingLeaves { app, leaves } => {
                let leaves: Vec<MigrationId> = leaves.into_iter().map(|(leaf, _)| leaf).collect();
                proposed.push(joining(&app, leaves, loaded));
            }
            other => others.push(other.finding()),
        }
    }
    if !others.is_empty() {
        return Err(MergeError::Unsound(Report { findings: others }));
    }
    let joined = proposed.iter().map(|migration| LoadedMigration::new(migration.clone(), ""));
    let graph = Graph::build(loaded.iter().cloned().chain(joined).collect())
        .map_err(|errors| MergeError::Unsound(Report { findings: errors.iter().map(GraphError::finding).collect() }))?;
    Ok(proposed.into_iter().map(|migration| merge(&graph, migration)).collect())
}

/// The migration that follows these, named after them.
fn joining(app: &str, leaves: Vec<MigrationId>, loaded: &[LoadedMigration]) -> Migration {
    let own = loaded.iter().map(LoadedMigration::id).filter(|id| id.app == app);
    let number = own.filter_map(MigrationId::number).max().unwrap_or(0) + 1;
    let words = leaves.iter().filter_map(|leaf| leaf.name.split_once('_')).map(|(_, words)| words);
    let name = format!("{number:04}_merge_{}", words.collect::<Vec<_>>().join("_and_"));
    // As long as other names that are made from what a migration does.
    let name = name.get(..52).unwrap_or(&name).trim_end_matches('_').to_owned();
    Migration { dependencies: leaves, ..Migration::new(MigrationId::new(app, name), Vec::new()) }
}

fn merge(graph: &Graph, migration: Migration) -> Merge {
    let with = |leaf: &MigrationId| -> BTreeSet<MigrationId> { graph.forward([leaf]).into_iter().cloned().collect() };
    let reached: Vec<BTreeSet<MigrationId>> = migration.dependencies.iter().map(with).collect();
    let mut conflicts = Vec::new();
    for (at, one) in reached.iter().enumerate() {
        for other in &reached[at + 1..] {
            conflicts.extend(conflicts_of(graph, one, other));
        }
    }
    let common = |id: &MigrationId| reached.iter().all(|all| all.contains(id));
    let branch = |(leaf, all): (&MigrationId, &BTreeSet<MigrationId>)| {
        let own = graph.app(&leaf.app).map(LoadedMigration::id).filter(|id| all.contains(*id) && !common(id));
        Branch { leaf: leaf.clone(), own: own.cloned().collect() }
    };
    let branches = migration.dependencies.iter().zip(&reached).map(branch).collect();
    Merge { migration, branches, conflicts }
}

/// Where two branches do not commute: nothing when both orders fit and come to the same schema, and no
/// data step of one could see the other.
fn conflicts_of(graph: &Graph, one: &BTreeSet<MigrationId>, other: &BTreeSet<MigrationId>) -> Vec<Conflict> {
    let Ok(base) = graph.schema_of(|id| one.contains(id) && other.contains(id)) else { return Vec::new() };
    let of = |these: &BTreeSet<MigrationId>, those: &BTreeSet<MigrationId>| -> Vec<(MigrationId, Operation)> {
        let only = graph.order().filter(|loaded| these.contains(loaded.id()) && !those.contains(loaded.id()));
        only.flat_map(|loaded| loaded.migration.operations.iter().map(|o| (loaded.id().clone(), o.clone()))).collect()
    };
    let (a, b) = (of(one, other), of(other, one));
    let blind = |operations: &[(MigrationId, Operation)]| {
        operations.iter().any(|(_, o)| matches!(o, Operation::RunSql { .. } | Operation::Run { .. }))
    };
    let unseen = (blind(&a) && !b.is_empty()) || (blind(&b) && !a.is_empty());
    if !unseen
        && let (Some(there), Some(back)) = (replay(&base, a.iter().chain(&b)), replay(&base, b.iter().chain(&a)))
        && there.same_as(&back)
    {
        return Vec::new();
    }
    let operations = |list: &[(MigrationId, Operation)]| list.iter().map(|(_, o)| o.clone()).collect::<Vec<_>>();
    let told = |(id, operation): &(MigrationId, Operation)| (id.clone(), operation.describe());
    let mut found = conflicts(&base, operations(&a), operations(&b));
    if found.is_empty() {
        // No pair alone is to blame.
        found.push((0, 0));
    }
    found.into_iter().map(|(i, j)| Conflict { one: told(&a[i]), other: told(&b[j]) }).collect()
}

fn replay<'o>(base: &Schema, operations: impl Iterator<Item = &'o (MigrationId, Operation)>) -> Option<Schema> {
    let mut schema = base.clone();
    for (_, operation) in operations {
        operation.apply(&mut schema).ok()?;
    }
    Some(schema)
}

/// A branch that was put behind the other.
#[derive(Debug)]
pub struct Renumbered {
    /// The migrations of the branch: their names before and after.
    pub names: Vec<(MigrationId, MigrationId)>,
    /// The files that change.
    pub swap: Swap,
    /// The history afterwards.
    pub history: History,
}

/// Which branch can be put behind the other: of those that have not run the last.
///
/// # Errors
/// When there are not two, or both have run.
pub fn second(merge: &Merge, ran: impl Fn(&MigrationId) -> bool) -> Result<(&Branch, &Branch), MergeError> {
    let app = &merge.migration.id.app;
    let [one, other] = &merge.branches[..] else {
        return Err(MergeError::Branches { app: app.clone(), count: merge.branches.len() });
    };
    let free = |branch: &Branch| !branch.own.iter().any(&ran);
    match (free(other), free(one)) {
        (true, _) => Ok((one, other)),
        (false, true) => Ok((other, one)),
        (false, false) => Err(MergeError::BothRan(app.clone())),
    }
}

/// Puts one branch of an app behind the other, with the numbers that follow.
///
/// # Errors
/// When a file cannot be read, or the operations do not fit in this order.
pub fn renumber(
    loaded: &[LoadedMigration],
    project: &Project,
    first: &Branch,
    second: &Branch,
) -> Result<Renumbered, MergeError> {
    let start = first.own.iter().filter_map(MigrationId::number).max().unwrap_or(0);
    let names: Vec<(MigrationId, MigrationId)> = (start + 1..)
        .zip(&second.own)
        .map(|(number, id)| {
            let words = id.name.split_once('_').map_or("", |(_, words)| words);
            (id.clone(), MigrationId::new(&id.app, format!("{number:04}_{words}")))
        })
        .collect();
    let renamed = |id: &MigrationId| names.iter().find(|(before, _)| before == id).map(|(_, after)| after.clone());
    let mut swap = Swap::default();
    let mut all = Vec::new();
    for one in loaded {
        let moved = renamed(one.id());
        let now = |id: &MigrationId| {
            let fork = moved.is_some() && id.app == one.id().app && !second.own.contains(id);
            if fork { Some(first.leaf.clone()) } else { renamed(id) }
        };
        if moved.is_none() && !one.migration.dependencies.iter().any(|id| now(id).is_some()) {
            all.push(one.clone());
            continue;
        }
        let failed = |error| SourceError::Read { path: one.file.clone(), error };
        let text = fs::read_to_string(&one.file).map_err(failed)?;
        let text = file::rewire(&text, &one.file, now).map_err(SourceError::from)?;
        let path = moved.as_ref().map_or_else(|| one.file.clone(), |id| project.path(id));
        let read = file::parse(&text, &path, &one.id().app).map_err(|mut wrong| SourceError::from(wrong.remove(0)))?;
        all.push(read);
        if moved.is_some() {
            swap.remove.push(one.file.clone());
        }
        swap.write.push((path, text));
    }
    let written: BTreeSet<_> = swap.write.iter().map(|(path, _)| path.clone()).collect();
    swap.remove.retain(|path| !written.contains(path));
    let unsound = |findings| MergeError::Unsound(Report { findings });
    let graph = Graph::build(all).map_err(|errors| unsound(errors.iter().map(GraphError::finding).collect()))?;
    let history = History::of(graph).map_err(MergeError::Unsound)?;
    Ok(Renumbered { names, swap, history })
}
