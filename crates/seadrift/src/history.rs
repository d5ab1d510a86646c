//! The history of a project: its migrations as a sound graph, and the schemas they leave.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    diff::{self, ArrangeError, ArrangeInput},
    migration::{Graph, LoadedMigration, Migration, MigrationId, MissingEdge, Origin, rewrite::swap},
    operation::Operation,
    project::Project,
    report::Report,
    run::{
        Record,
        migrate::Goal,
        plan::{self, Direction, Ordered, Plan, PlanError},
        rerecord,
    },
    schema::Schema,
};

/// A history that has been checked: every file parses, the graph is sound, every reference is led
/// to by a dependency, and every operation fits.
#[derive(Debug)]
pub struct History {
    graph: Graph,
    schema: Schema,
    /// Which migration creates a table of this name.
    creators: BTreeMap<String, MigrationId>,
}

impl Ordered for History {
    fn ordered(&self) -> Vec<(&Migration, &str)> {
        self.graph.ordered()
    }
}

impl History {
    /// Reads and checks the migrations of a project.
    ///
    /// # Errors
    /// Everything that is wrong with files, graph and references.
    pub fn load(project: &Project) -> Result<Self, Report> {
        Self::join(Self::files(project, None)?)
    }

    /// The same, from the files as they are now, also in a program that was built for release: for
    /// what changes files.
    ///
    /// # Errors
    /// As [`History::load`].
    pub fn of_files(project: &Project) -> Result<Self, Report> {
        Self::join(Self::files(project, Some(Origin::Folder))?)
    }

    /// The migrations of a project, each alone: from here, or from where the program reads them.
    ///
    /// # Errors
    /// All that is wrong with the files.
    pub fn files(project: &Project, origin: Option<Origin>) -> Result<Vec<LoadedMigration>, Report> {
        let sources = project.sources();
        let mut report = Report::default();
        let mut loaded = Vec::new();
        // A change of several files that was cut short is completed before any of them is read.
        for source in sources.iter().filter(|source| origin.unwrap_or(source.origin()) == Origin::Folder) {
            report.findings.extend(swap::finish(&source.folder).err().map(|error| error.finding()));
        }
        for source in sources {
            match source.load_from(origin.unwrap_or(source.origin())) {
                Ok(migrations) => loaded.extend(migrations),
                Err(errors) => report.findings.extend(errors.iter().map(crate::migration::SourceError::finding)),
            }
        }
        if report.findings.is_empty() { Ok(loaded) } else { Err(report) }
    }

    fn join(loaded: Vec<LoadedMigration>) -> Result<Self, Report> {
        let graph = Graph::build(loaded).map_err(|errors| Report {
            findings: errors.iter().map(crate::migration::GraphError::finding).collect(),
        })?;
        Self::of(graph)
    }

    /// The dependencies that are missing in the files of a project; none, when the files themselves
    /// cannot be read or joined.
    pub fn missing_edges(project: &Project) -> Vec<MissingEdge> {
        let graph = Self::files(project, None).ok().and_then(|loaded| Graph::build(loaded).ok());
        graph.map(|graph| graph.missing_edges()).unwrap_or_default()
    }

    /// Checks the references and operations of a graph.
    ///
    /// # Errors
    /// Every reference that no dependency leads to, and every operation that does not fit.
    pub fn of(graph: Graph) -> Result<Self, Report> {
        let replay = graph.replay().map_err(|errors| Report {
            findings: errors.iter().map(crate::migration::HistoryError::finding).collect(),
        })?;
        let creators = replay.creators().clone();
        let schema = replay.into_schema();
        Ok(Self { graph, schema, creators })
    }

    /// The graph.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    /// The schema that all migrations leave.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The schema that these migrations leave. Operations of a set with gaps may not fit; they are
    /// left out, and the gap is found elsewhere.
    pub fn schema_of(&self, wanted: impl Fn(&MigrationId) -> bool) -> Schema {
        plan::replay_leniently(self, wanted)
    }

    /// The schema right after this migration, with what it needs and nothing else.
    pub fn schema_after(&self, id: &MigrationId) -> Schema {
        let needed: BTreeSet<&MigrationId> = self.graph.forward([id]).into_iter().collect();
        self.schema_of(|id| needed.contains(id))
    }

    /// The migration that a dependency means.
    pub fn resolve(&self, id: &MigrationId) -> Option<MigrationId> {
        self.graph.resolve(id).map(|loaded| loaded.id().clone())
    }

    /// The migration that creates this table.
    pub fn creator(&self, table: &str) -> Option<MigrationId> {
        self.creators.get(table).cloned()
    }

    /// The tables that this migration touches.
    pub fn tables_of(&self, id: &MigrationId) -> BTreeSet<String> {
        let operations = self.graph.get(id).map_or(&[][..], |loaded| &loaded.migration.operations);
        operations.iter().filter_map(|operation| operation.table().map(str::to_owned)).collect()
    }

    /// The migration of an app by its name, its number, or the beginning of its name.
    ///
    /// # Errors
    /// When there is none or there are several, with the names that could be meant.
    pub fn find(&self, app: &str, name: &str) -> Result<MigrationId, String> {
        let all: Vec<&MigrationId> = self.graph.app(app).map(|loaded| loaded.id()).collect();
        if let Some(exact) = all.iter().find(|id| id.name == name) {
            return Ok((*exact).clone());
        }
        let number = name.parse::<u32>().ok();
        let begins = |id: &&&MigrationId| match number {
            Some(number) => id.number() == Some(number),
            None => id.name.starts_with(name),
        };
        let found: Vec<&&MigrationId> = all.iter().filter(begins).collect();
        let list = |ids: &[&&MigrationId]| ids.iter().map(|id| id.name.as_str()).collect::<Vec<_>>().join(", ");
        match found.as_slice() {
            [one] => Ok((**one).clone()),
            [] if all.is_empty() => Err(format!("app {app:?} has no migrations")),
            [] => {
                Err(format!("app {app:?} has no migration {name:?}; it has: {}", list(&all.iter().collect::<Vec<_>>())))
            }
            several => Err(format!("{name:?} of app {app:?} could be: {}", list(several))),
        }
    }

    /// The schema before a migration, and what runs then, forwards or backwards.
    ///
    /// # Errors
    /// When it cannot be undone.
    pub fn step(&self, id: &MigrationId, backwards: bool) -> Result<(Schema, Vec<Operation>), PlanError> {
        let only = BTreeSet::from([id.clone()]);
        let mut before: BTreeSet<MigrationId> = self.graph.ancestors(id).into_iter().cloned().collect();
        let plan = if backwards {
            before.insert(id.clone());
            Plan::backward(self, &Record::standing_for(before), &only)?
        } else {
            Plan::forward(self, &Record::standing_for(before), &only)?
        };
        let operations = plan.steps.into_iter().next().map(|step| step.operations).unwrap_or_default();
        Ok((plan.start, operations))
    }

    /// What runs to do or undo this migration alone.
    ///
    /// # Errors
    /// When an operation does not fit or cannot be undone.
    pub fn plan_of(&self, record: &Record, id: &MigrationId, direction: Direction) -> Result<Plan, PlanError> {
        let only = BTreeSet::from([id.clone()]);
        match direction {
            Direction::Forward => Plan::forward(self, record, &only),
            Direction::Backward => Plan::backward(self, record, &only),
        }
    }

    /// What runs to get from a record to a goal. Migrations that replace what has run exactly count as run.
    ///
    /// # Errors
    /// When an operation does not fit or cannot be undone.
    pub fn plan(&self, record: &Record, goal: &Goal) -> Result<Plan, PlanError> {
        let (record, _) = rerecord::settle(self, record);
        let record = &record;
        let own = |ids: Vec<&MigrationId>| ids.into_iter().cloned().collect::<BTreeSet<_>>();
        match goal {
            Goal::Everything => {
                let all = self.graph.order().map(|loaded| loaded.id().clone()).collect();
                Plan::forward(self, record, &all)
            }
            Goal::App(app) => {
                let latest = self.graph.latest(app).map(|loaded| loaded.id().clone());
                Plan::forward(self, record, &own(self.graph.forward(&latest)))
            }
            Goal::Target(target) => {
                let backward = own(self.graph.backward(target));
                if backward.iter().any(|id| record.has(id)) {
                    Plan::backward(self, record, &backward)
                } else {
                    Plan::forward(self, record, &own(self.graph.forward([target])))
                }
            }
            Goal::Zero(app) => Plan::backward(self, record, &own(self.graph.backward_to_zero(app))),
        }
    }

    /// Puts operations that follow this history into new migrations.
    ///
    /// # Errors
    /// When an operation does not fit, or no app can be told for it.
    pub fn arrange(&self, operations: Vec<Operation>, name: Option<&str>) -> Result<Vec<Migration>, ArrangeError> {
        let history: Vec<&Migration> = self.graph.order().map(|loaded| &loaded.migration).collect();
        diff::arrange(operations, &ArrangeInput { history: &history, name })
    }

    /// An empty migration after the app's last one.
    pub fn empty(&self, app: &str, name: Option<&str>) -> Migration {
        let last = self.graph.latest(app).map(|loaded| loaded.id().clone());
        let number = last.as_ref().and_then(MigrationId::number).unwrap_or(0) + 1;
        let id = MigrationId::new(app, format!("{number:04}_{}", name.unwrap_or("data")));
        Migration { dependencies: last.into_iter().collect(), ..Migration::new(id, Vec::new()) }
    }
}
