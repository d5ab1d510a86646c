//! Regenerate: the whole history of some apps becomes fresh initial migrations. Pure.
//!
//! The migrations of other apps stay as they are, so the new ones must find a place among them: the
//! history is built anew in layers, each of the migrations that stay and can run now, and of the apps
//! whose tables point only at what is there.

use std::collections::{BTreeMap, BTreeSet};

use thiserror::Error;

use super::{DataStep, Rewrite, Unfit, acknowledged, data_steps, replaced};
use crate::{
    diff::{self, Answers, ArrangeError, ArrangeInput, Hints},
    history::History,
    migration::{
        LoadedMigration, Migration, MigrationId,
        file::{FIRST, LATEST},
        hash,
    },
    operation::Operation,
    project::Project,
    report::Report,
    schema::{Schema, Table},
};

/// Why apps cannot be regenerated.
#[derive(Debug, Error)]
pub enum RegenerateError {
    /// An app has no migrations.
    #[error("app {0:?} has no migrations; write its first one with makemigrations")]
    NoMigrations(String),
    /// Each app has one fresh migration already.
    #[error("nothing to regenerate: what there is, is what would be written")]
    Nothing,
    /// Data steps would be lost.
    #[error(
        "data steps would be lost:{}\nmake the migrations fewer and keep these with squash; or regenerate with \
         --keep-data-steps, which keeps them in their order between the steps that they stand between",
        list(.0)
    )]
    DataSteps(Vec<DataStep>),
    /// Migrations of other apps stand between those that would become one.
    #[error("the new migrations find no place among those that stay:{}\nregenerate these apps as well: {}", lines(reasons), also.join(", "))]
    Between {
        /// Who waits for what.
        reasons: Vec<String>,
        /// The apps whose migrations stand between.
        also: Vec<String>,
    },
    /// No migrations can be made among those that stay.
    #[error("a migration that stays rests on a state in between: regenerate its app as well\n\n{0}")]
    Arrange(#[from] ArrangeError),
    /// The new history does not hold.
    #[error(
        "the new history would not hold; a migration that stays rests on a state in between: regenerate its app as well\n\n{0}"
    )]
    Unsound(Report),
    /// The new history comes to something else.
    #[error("the new history would not come to the same, and nothing is written:\n{0}")]
    Differs(String),
}

fn list(steps: &[DataStep]) -> String {
    lines(&steps.iter().map(|step| format!("{} ({}): {}", step.migration, step.place, step.about)).collect::<Vec<_>>())
}

fn lines(items: &[String]) -> String {
    items.iter().map(|item| format!("\n    - {item}")).collect()
}

impl From<Unfit> for RegenerateError {
    fn from(unfit: Unfit) -> Self {
        match unfit {
            Unfit::Unsound(report) => Self::Unsound(report),
            Unfit::Differs(text) => Self::Differs(text),
        }
    }
}

/// Gives these apps fresh initial migrations, which make their tables as they are at the end of the
/// history. An app gets one; more only where apps point at each other. Data steps are refused, or,
/// with `keep_data_steps`, kept in their order: such an app keeps what its steps stand between.
///
/// # Errors
/// When something would be lost, or the new history would not hold or not come to the same schema.
pub fn regenerate(
    history: &History,
    project: &Project,
    apps: &BTreeSet<String>,
    keep_data_steps: bool,
) -> Result<Rewrite, RegenerateError> {
    let mut layers = Layers::of(history, apps)?;
    let steps: Vec<DataStep> = layers.old.values().flatten().flat_map(|loaded| data_steps(loaded)).collect();
    if !steps.is_empty() && !keep_data_steps {
        return Err(RegenerateError::DataSteps(steps));
    }
    layers.with_steps = steps.into_iter().map(|step| step.migration.app).collect();
    layers.build()?;
    let mut new = std::mem::take(&mut layers.new);
    let unchanged: BTreeSet<String> = apps.iter().filter(|app| layers.is_fresh(app, &new)).cloned().collect();
    new.retain(|migration| !unchanged.contains(&migration.id.app));
    if new.is_empty() {
        return Err(RegenerateError::Nothing);
    }
    for migration in &mut new {
        migration.replaces = replaced(layers.old[&migration.id.app].iter().copied());
    }
    let old: BTreeSet<MigrationId> = layers
        .old
        .iter()
        .filter(|(app, _)| !unchanged.contains(*app))
        .flat_map(|(_, old)| old)
        .map(|loaded| loaded.id().clone())
        .collect();
    let to = |of: &MigrationId, id: &MigrationId| {
        // The dependencies of an app that is as it would be are as they would be.
        let stays = unchanged.contains(&of.app) || unchanged.contains(&id.app) || id.name == LATEST;
        let made = layers.made.get(&id.app).filter(|_| !stays)?;
        match &made[..] {
            [_] => Some(MigrationId::new(&id.app, FIRST)),
            several => several.last().cloned(),
        }
    };
    Ok(Rewrite::assemble(history, new, &old, project, to)?)
}

struct Layers<'h> {
    history: &'h History,
    /// The migrations of the apps, in order.
    old: BTreeMap<String, Vec<&'h LoadedMigration>>,
    /// Apps whose data steps are kept.
    with_steps: BTreeSet<String>,
    /// What has been laid down so far: its schema, its migrations, the names among them that stay.
    schema: Schema,
    laid: Vec<Migration>,
    stayed: BTreeSet<MigrationId>,
    /// The new migrations, by app and in order.
    made: BTreeMap<String, Vec<MigrationId>>,
    new: Vec<Migration>,
}

impl<'h> Layers<'h> {
    fn of(history: &'h History, apps: &BTreeSet<String>) -> Result<Self, RegenerateError> {
        let old: BTreeMap<String, Vec<&LoadedMigration>> =
            apps.iter().map(|app| (app.clone(), history.graph().app(app).collect())).collect();
        if let Some((app, _)) = old.iter().find(|(_, old)| old.is_empty()) {
            return Err(RegenerateError::NoMigrations(app.clone()));
        }
        Ok(Self {
            history,
            old,
            with_steps: BTreeSet::new(),
            schema: Schema::default(),
            laid: Vec::new(),
            stayed: BTreeSet::new(),
            made: BTreeMap::new(),
            new: Vec::new(),
        })
    }

    /// Lays down everything, or says what waits for what.
    fn build(&mut self) -> Result<(), RegenerateError> {
        loop {
            let mut any = self.lay_stayed();
            for app in self.ready_with_steps() {
                self.lay_steps(&app)?;
                any = true;
            }
            let ready = self.ready();
            if !ready.is_empty() {
                self.lay_apps(&ready)?;
                any = true;
            }
            if !any {
                break;
            }
        }
        let waits = self.pending().next().is_some() || self.waiting().next().is_some();
        if waits { Err(self.between()) } else { Ok(()) }
    }

    fn pending(&self) -> impl Iterator<Item = &String> {
        self.old.keys().filter(|app| !self.made.contains_key(*app))
    }

    /// Migrations that stay and are not laid down yet.
    fn waiting(&self) -> impl Iterator<Item = &'h LoadedMigration> {
        let stays = |loaded: &&LoadedMigration| !self.old.contains_key(&loaded.id().app);
        self.history.graph().order().filter(stays).filter(|loaded| !self.stayed.contains(loaded.id()))
    }

    /// Whether what a migration needs is laid down.
    fn is_laid(&self, id: &MigrationId) -> bool {
        self.stayed.contains(id) || self.made.contains_key(&id.app)
    }

    fn lay_stayed(&mut self) -> bool {
        let mut any = false;
        let waiting: Vec<&LoadedMigration> = self.waiting().collect();
        for loaded in waiting {
            if self.history.graph().parents(loaded.id()).all(|parent| self.is_laid(parent.id())) {
                // What does not fit is found, and told better, when the whole is put together.
                for operation in &loaded.migration.operations {
                    let _ = operation.apply(&mut self.schema);
                }
                self.stayed.insert(loaded.id().clone());
                self.laid.push(loaded.migration.clone());
                any = true;
            }
        }
        any
    }

    /// The tables of an app at the end.
    fn tables<'s>(&'s self, app: &'s str) -> impl Iterator<Item = &'h Table> + 's {
        self.history.schema().tables.values().filter(move |table| table.app == app)
    }

    /// The most apps whose tables point only at what is laid down and at each other.
    fn ready(&self) -> BTreeSet<String> {
        let mut ready: BTreeSet<String> =
            self.pending().filter(|app| !self.with_steps.contains(*app)).cloned().collect();
        loop {
            let there = |name: &str| {
                let is = |table: &Table| ready.contains(&table.app);
                self.schema.table(name).is_some() || self.history.schema().table(name).is_some_and(is)
            };
            let points_there =
                |app: &str| self.tables(app).flat_map(|t| &t.foreign_keys).all(|key| there(&key.references));
            let fewer: BTreeSet<String> = ready.iter().filter(|app| points_there(app)).cloned().collect();
            if fewer.len() == ready.len() {
                return ready;
            }
            ready = fewer;
        }
    }

    fn lay_apps(&mut self, apps: &BTreeSet<String>) -> Result<(), RegenerateError> {
        let mut after = self.schema.clone();
        let tables = apps.iter().flat_map(|app| self.tables(app));
        after.tables.extend(tables.map(|table| (table.name.clone(), table.clone())));
        // Tables are only added, which raises no question.
        let operations = diff::diff(&self.schema, &after, &Hints::default(), &Answers::default()).unwrap_or_default();
        let laid: Vec<&Migration> = self.laid.iter().collect();
        let mut new = diff::arrange(operations, &ArrangeInput { history: &laid, name: None })?;
        let empty = apps.iter().filter(|app| new.iter().all(|migration| migration.id.app != **app));
        let empty: Vec<Migration> = empty.map(|app| Migration::new(initial(app), Vec::new())).collect();
        new.extend(empty);
        self.schema = after;
        for migration in new {
            self.lay(migration);
        }
        Ok(())
    }

    fn lay(&mut self, migration: Migration) {
        self.made.entry(migration.id.app.clone()).or_default().push(migration.id.clone());
        self.laid.push(migration.clone());
        self.new.push(migration);
    }

    /// Apps with data steps for which everything outside of them that they ever needed is laid down.
    fn ready_with_steps(&self) -> Vec<String> {
        let outside = |app: &str, parent: &LoadedMigration| parent.id().app == app || self.is_laid(parent.id());
        let ready = |app: &&String| {
            let parents = self.old[*app].iter().flat_map(|loaded| self.history.graph().parents(loaded.id()));
            parents.into_iter().all(|parent| outside(app, parent))
        };
        self.pending().filter(|app| self.with_steps.contains(*app)).filter(ready).cloned().collect()
    }

    /// One migration of all that the app ever did, data steps in their places.
    fn lay_steps(&mut self, app: &str) -> Result<(), RegenerateError> {
        let old = &self.old[app];
        let operations: Vec<Operation> = old.iter().flat_map(|loaded| loaded.migration.operations.clone()).collect();
        let mut dependencies = BTreeSet::new();
        for parent in old.iter().flat_map(|loaded| self.history.graph().parents(loaded.id())) {
            match self.made.get(&parent.id().app).and_then(|made| made.last()) {
                Some(new) => drop(dependencies.insert(new.clone())),
                None if parent.id().app == app => {}
                None => drop(dependencies.insert(parent.id().clone())),
            }
        }
        let operations = diff::reduce(operations, &self.schema);
        for operation in &operations {
            let _ = operation.apply(&mut self.schema);
        }
        let dependencies = dependencies.into_iter().collect();
        let acknowledged = acknowledged(old.iter().copied());
        self.lay(Migration { dependencies, acknowledged, ..Migration::new(initial(app), operations) });
        Ok(())
    }

    /// Whether the app has exactly the migration that was made for it.
    fn is_fresh(&self, app: &str, new: &[Migration]) -> bool {
        let new: Vec<&Migration> = new.iter().filter(|migration| migration.id.app == app).collect();
        match (&new[..], &self.old[app][..]) {
            ([new], [old]) => new.id == *old.id() && hash::hash(new) == old.hash,
            _ => false,
        }
    }

    fn between(&self) -> RegenerateError {
        let mut reasons = Vec::new();
        for app in self.pending() {
            for table in self.tables(app) {
                for key in table.foreign_keys.iter().filter(|key| self.schema.table(&key.references).is_none()) {
                    let creator = self.history.creator(&key.references).filter(|id| !self.old.contains_key(&id.app));
                    reasons.extend(
                        creator.map(|id| {
                            format!("{app}: {} points at {}, which {id} creates", table.name, key.references)
                        }),
                    );
                }
            }
        }
        for loaded in self.waiting() {
            let needs = self.history.graph().parents(loaded.id()).filter(|parent| !self.is_laid(parent.id()));
            reasons.extend(needs.map(|parent| format!("{} needs {}", loaded.id(), parent.id())));
        }
        let also: BTreeSet<String> = self.waiting().map(|loaded| loaded.id().app.clone()).collect();
        RegenerateError::Between { reasons, also: also.into_iter().collect() }
    }
}

fn initial(app: &str) -> MigrationId {
    MigrationId::new(app, "0001_initial")
}
