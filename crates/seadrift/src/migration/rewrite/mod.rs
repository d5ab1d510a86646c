//! Histories rewritten: regenerated, squashed, merged. Values first, files last; whether old and new
//! come to the same is proven by [`crate::run::proof`].

mod keep;
mod merge;
mod regenerate;
mod squash;
pub mod swap;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

use super::{FileError, Graph, LoadedMigration, Migration, MigrationId, Replaced, SourceError, file};
use crate::{diff::difference, history::History, operation::Operation, project::Project, report::Report};

pub use keep::Kept;
pub use merge::{Branch, Conflict, Merge, MergeError, Renumbered, merges, renumber, second};
pub use regenerate::{RegenerateError, regenerate};
pub use squash::{Between, SquashError, squash};
pub use swap::Swap;

/// A history in which some migrations have taken the place of others.
#[derive(Debug)]
pub struct Rewrite {
    /// The new migrations, in order.
    pub new: Vec<Migration>,
    /// The migrations that they replace, in order.
    pub old: Vec<LoadedMigration>,
    /// Migrations that stay and depend on new ones instead of old ones.
    pub rewired: Vec<Rewired>,
    /// The history afterwards.
    pub history: History,
    /// Files of earlier replacements that nothing needs any more.
    leftover: Vec<LoadedMigration>,
}

/// A migration whose dependencies are written otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewired {
    /// The migration as it was.
    pub migration: LoadedMigration,
    /// Dependencies that it had, and what they are now.
    pub changes: Vec<(MigrationId, MigrationId)>,
}

/// A data step as people find it: its migration, and what it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataStep {
    /// Where it stands.
    pub place: super::Place,
    /// The migration.
    pub migration: MigrationId,
    /// What it does, in a line.
    pub about: String,
}

/// The data steps of a migration.
fn data_steps(loaded: &LoadedMigration) -> impl Iterator<Item = DataStep> {
    let is = |operation: &Operation| matches!(operation, Operation::RunSql { .. } | Operation::Run { .. });
    loaded.migration.operations.iter().enumerate().filter(move |(_, operation)| is(operation)).map(|(at, operation)| {
        let (place, migration) = (loaded.operation_place(at), loaded.id().clone());
        DataStep { place, migration, about: operation.describe() }
    })
}

/// Why new migrations do not make a history that comes to the same.
#[derive(Debug)]
enum Unfit {
    Unsound(Report),
    Differs(String),
}

impl Rewrite {
    /// Puts new migrations in the place of old ones; `to` says what a dependency of a
    /// migration that stays becomes.
    fn assemble(
        history: &History,
        new: Vec<Migration>,
        old: &BTreeSet<MigrationId>,
        project: &Project,
        to: impl Fn(&MigrationId, &MigrationId) -> Option<MigrationId>,
    ) -> Result<Self, Unfit> {
        let graph = history.graph();
        let mut all = Vec::new();
        let mut rewired = Vec::new();
        for loaded in graph.order().filter(|loaded| !old.contains(loaded.id())) {
            let mut after = loaded.clone();
            after.migration.dependencies.clear();
            let mut changes = Vec::new();
            for before in &loaded.migration.dependencies {
                let dependency = to(loaded.id(), before).filter(|now| now != before);
                changes.extend(dependency.clone().map(|now| (before.clone(), now)));
                let dependency = dependency.unwrap_or_else(|| before.clone());
                if !after.migration.dependencies.contains(&dependency) {
                    after.migration.dependencies.push(dependency);
                }
            }
            if !changes.is_empty() {
                after.hash = super::hash::hash(&after.migration);
                rewired.push(Rewired { migration: loaded.clone(), changes });
            }
            all.push(after);
        }
        let gone = |loaded: &&LoadedMigration| graph.replacement(loaded.id()).is_some_and(|by| old.contains(by));
        let (leftover, other): (Vec<_>, Vec<_>) = graph.replaced().iter().partition(gone);
        all.extend(other.into_iter().cloned());
        for migration in &new {
            // Read back as it will be: what cannot stand in a file is found here.
            let path = project.path(&migration.id);
            let read = file::parse(&file::print(migration), &path, &migration.id.app);
            all.push(read.map_err(|errors| {
                Unfit::Unsound(Report { findings: errors.iter().map(FileError::finding).collect() })
            })?);
        }
        let graph = Graph::build(all).map_err(|errors| {
            Unfit::Unsound(Report { findings: errors.iter().map(super::GraphError::finding).collect() })
        })?;
        let after = History::of(graph).map_err(Unfit::Unsound)?;
        if !after.schema().same_as(history.schema()) {
            let differences = difference(history.schema(), after.schema());
            return Err(Unfit::Differs(differences.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")));
        }
        let old = history.graph().order().filter(|loaded| old.contains(loaded.id())).cloned().collect();
        let leftover = leftover.into_iter().cloned().collect();
        Ok(Self { new, old, rewired, history: after, leftover })
    }

    /// The files that this writes and removes, kept nowhere yet.
    ///
    /// # Errors
    /// When a file that must be edited cannot be read or understood.
    pub fn swap(&self, project: &Project) -> Result<Swap, SourceError> {
        let mut swap = Swap::default();
        for migration in &self.new {
            swap.write.push((project.path(&migration.id), file::print(migration)));
        }
        for Rewired { migration, changes } in &self.rewired {
            let path = &migration.file;
            let text = fs::read_to_string(path).map_err(|error| SourceError::Read { path: path.clone(), error })?;
            let now = |id: &MigrationId| changes.iter().find(|(before, _)| before == id).map(|(_, now)| now.clone());
            let edited = file::rewire(&text, path, now)?;
            let read = file::parse(&edited, path, &migration.id().app).map_err(|mut errors| errors.remove(0))?;
            let wanted = self.history.graph().get(migration.id()).map(|after| &after.migration);
            if wanted != Some(&read.migration) {
                return Err(FileError::new(path, None, "the file is not what was read before; try again").into());
            }
            swap.write.push((path.clone(), edited));
        }
        let written: BTreeSet<&PathBuf> = swap.write.iter().map(|(path, _)| path).collect();
        let gone = self.old.iter().chain(&self.leftover).map(|loaded| &loaded.file);
        swap.remove = gone.filter(|file| !written.contains(file)).cloned().collect();
        Ok(swap)
    }

    /// Writes the new files, edits those that stay, and removes the old ones, all or nothing. Each new
    /// file says where those that it replaces can be found.
    ///
    /// # Errors
    /// When a file cannot be written; see [`Swap::run`].
    pub fn write(&self, project: &Project) -> Result<BTreeMap<String, Kept>, SourceError> {
        let mut swap = self.swap(project)?;
        let mut kept = BTreeMap::new();
        for migration in &self.new {
            let app = &migration.id.app;
            let files: Vec<PathBuf> = self
                .old
                .iter()
                .chain(&self.leftover)
                .filter(|old| old.id().app == *app)
                .map(|old| old.file.clone())
                .collect();
            let folder = project.path(&migration.id).parent().map(PathBuf::from).unwrap_or_default();
            if !kept.contains_key(app) {
                let place = match keep::commit(&folder, &files) {
                    Some(commit) => Kept::Commit(commit),
                    None => Kept::Folder(keep::copy(&folder, &files)?),
                };
                kept.insert(app.clone(), place);
            }
        }
        for (migration, (_, text)) in self.new.iter().zip(&mut swap.write) {
            let (count, place) = (migration.replaces.len(), &kept[&migration.id.app]);
            let plural = if count == 1 { "migration" } else { "migrations" };
            let line = format!("# Takes the place of {count} {plural}; their files are in {place}.\n");
            let head = text.find('\n').map_or(0, |end| end + 1);
            text.insert_str(head, &line);
        }
        swap.run()?;
        Ok(kept)
    }
}

/// The lints that these migrations acknowledge: what they do is done by the one in their place.
fn acknowledged<'l>(old: impl IntoIterator<Item = &'l LoadedMigration>) -> BTreeMap<String, String> {
    old.into_iter().flat_map(|loaded| loaded.migration.acknowledged.clone()).collect()
}

/// The entries of `replaces` for these migrations.
fn replaced<'l>(old: impl IntoIterator<Item = &'l LoadedMigration>) -> Vec<Replaced> {
    old.into_iter().map(Replaced::of).collect()
}
