//! Squash: some migrations of an app that follow one another become one, with fewer operations. Data
//! steps stay in their places. Pure.

use std::collections::BTreeSet;

use thiserror::Error;

use super::{Rewrite, Unfit, acknowledged, replaced};
use crate::{
    diff,
    history::History,
    migration::{LoadedMigration, Migration, MigrationId},
    project::Project,
    report::Report,
};

/// Why migrations cannot become one.
#[derive(Debug, Error)]
pub enum SquashError {
    /// The first does not lead to the last.
    #[error("{to} does not follow {from}; give the earlier one first")]
    Order {
        /// The first.
        from: MigrationId,
        /// The last.
        to: MigrationId,
    },
    /// There is only one.
    #[error("{0} alone is one migration already; name two, the first and the last")]
    One(MigrationId),
    /// A migration does not run in one transaction.
    #[error(
        "{0} is not atomic: its steps run outside of a transaction and cannot become part of another migration; squash up to the one before it, and from the one after it"
    )]
    NotAtomic(MigrationId),
    /// A migration of another app stands between.
    #[error(transparent)]
    Between(Box<Between>),
    /// The new history does not hold.
    #[error("the new history would not hold, and nothing is written\n\n{0}")]
    Unsound(Report),
    /// The new history comes to something else.
    #[error("the new history would not come to the same, and nothing is written:\n{0}")]
    Differs(String),
}

/// A migration of another app that needs one of those that would become one, and is needed by another.
#[derive(Debug, Error)]
#[error(
    "{migration} needs {needs}, and {needed_by} needs it in turn: it stands between them. Squash up to {needs}, or \
     regenerate both apps"
)]
pub struct Between {
    /// The migration of the other app.
    pub migration: MigrationId,
    /// What it needs.
    pub needs: MigrationId,
    /// Which needs it.
    pub needed_by: MigrationId,
}

impl From<Unfit> for SquashError {
    fn from(unfit: Unfit) -> Self {
        match unfit {
            Unfit::Unsound(report) => Self::Unsound(report),
            Unfit::Differs(text) => Self::Differs(text),
        }
    }
}

/// Makes one migration of the app's migrations from one to another, both included. `name` is its name
/// without a number.
///
/// # Errors
/// When they do not follow one another, or the new history would not hold or not come to the same schema.
pub fn squash(
    history: &History,
    project: &Project,
    from: &MigrationId,
    to: &MigrationId,
    name: Option<&str>,
) -> Result<Rewrite, SquashError> {
    let graph = history.graph();
    let within = |id: &MigrationId| {
        id.app == from.app && (id == from || graph.is_ancestor(from, id)) && (id == to || graph.is_ancestor(id, to))
    };
    let old: Vec<&LoadedMigration> = graph.order().filter(|loaded| within(loaded.id())).collect();
    let ids: BTreeSet<MigrationId> = old.iter().map(|loaded| loaded.id().clone()).collect();
    if from == to {
        return Err(SquashError::One(from.clone()));
    }
    if !ids.contains(to) {
        return Err(SquashError::Order { from: from.clone(), to: to.clone() });
    }
    if let Some(loaded) = old.iter().find(|loaded| !loaded.migration.atomic) {
        return Err(SquashError::NotAtomic(loaded.id().clone()));
    }
    refuse_between(history, &ids)?;
    let before: BTreeSet<&MigrationId> =
        old.iter().flat_map(|loaded| graph.ancestors(loaded.id())).filter(|id| !ids.contains(id)).collect();
    let start = history.schema_of(|id| before.contains(id));
    let operations = old.iter().flat_map(|loaded| loaded.migration.operations.clone()).collect();
    let parents = old.iter().flat_map(|loaded| graph.parents(loaded.id())).map(LoadedMigration::id);
    let dependencies: BTreeSet<MigrationId> = parents.filter(|id| !ids.contains(id)).cloned().collect();
    let id = MigrationId::new(&from.app, new_name(from, to, name));
    let new = Migration {
        dependencies: dependencies.into_iter().collect(),
        replaces: replaced(old.iter().copied()),
        acknowledged: acknowledged(old.iter().copied()),
        ..Migration::new(id.clone(), diff::reduce(operations, &start))
    };
    let now = |_: &MigrationId, dependency: &MigrationId| {
        let named = dependency.name.starts_with("__");
        let is = history.resolve(dependency).is_some_and(|resolved| ids.contains(&resolved));
        (is && !named).then(|| id.clone())
    };
    Ok(Rewrite::assemble(history, vec![new], &ids, project, now)?)
}

/// `0002_squashed_0005_motto`, or the given name behind the first number. An app's first migration
/// stays one that is called so.
fn new_name(from: &MigrationId, to: &MigrationId, name: Option<&str>) -> String {
    let number = from.number().unwrap_or(1);
    match name {
        Some(name) => format!("{number:04}_{name}"),
        None => format!("{number:04}_squashed_{}", to.name),
    }
}

/// Refuses a migration that needs one of these and is needed by another of them.
fn refuse_between(history: &History, ids: &BTreeSet<MigrationId>) -> Result<(), SquashError> {
    let graph = history.graph();
    for needed_by in ids {
        for between in graph.ancestors(needed_by).into_iter().filter(|id| !ids.contains(id)) {
            if let Some(needs) = ids.iter().rfind(|id| graph.is_ancestor(id, between)) {
                let (migration, needs, needed_by) = (between.clone(), needs.clone(), needed_by.clone());
                return Err(SquashError::Between(Box::new(Between { migration, needs, needed_by })));
            }
        }
    }
    Ok(())
}
