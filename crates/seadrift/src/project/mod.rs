//! A project: its apps, their models and their migration files.
//!
//! ```
//! use seadrift::project::{App, Project};
//!
//! # mod country {
//! #     use sea_orm::entity::prelude::*;
//! #     #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
//! #     #[sea_orm(table_name = "places_country")]
//! #     pub struct Model { #[sea_orm(primary_key)] pub id: i64, #[sea_orm(unique)] pub name: String }
//! #     #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
//! #     pub enum Relation {}
//! #     impl ActiveModelBehavior for ActiveModel {}
//! # }
//! let project = Project::new().app(App::new("places").plain::<country::Entity>("Country"));
//! let schema = project.schema().expect("sound entities");
//! assert!(schema.table("places_country").is_some());
//! ```

mod app;
mod references;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use crate::{
    adopt::{ValueFunction, ValueFunctions},
    diff::Hints,
    migration::{Migration, MigrationId, MigrationSource, SourceError},
    run::{Function, Functions},
    schema::{Schema, Table},
};

pub use crate::entity::EntityError;
pub use app::{App, MigrationFiles, Model};

/// All apps of a program.
#[derive(Debug, Default)]
pub struct Project {
    /// The apps, in the order in which they were added.
    pub apps: Vec<App>,
    /// The functions that migrations may call by name.
    pub functions: Functions,
    /// The functions that answers to an adoption may name.
    pub values: ValueFunctions,
}

/// A soft reference to a model that no app of the project declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnresolvedSoftRef {
    /// The table of the column.
    pub table: String,
    /// The column.
    pub column: String,
    /// The label that it points at, such as `tournaments.Tournament`.
    pub label: String,
}

impl Project {
    /// A project without apps.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same project with this app.
    pub fn app(mut self, app: App) -> Self {
        self.apps.push(app);
        self
    }

    /// The same project with a function that migrations may call by this name.
    pub fn function(mut self, name: impl Into<String>, function: Function) -> Self {
        self.functions.0.insert(name.into(), function);
        self
    }

    /// The same project with a function that computes the values of a column while a database is adopted.
    pub fn value(mut self, name: impl Into<String>, function: ValueFunction) -> Self {
        self.values.0.insert(name.into(), function);
        self
    }

    /// Where each app's migrations come from.
    pub fn sources(&self) -> Vec<MigrationSource> {
        self.apps
            .iter()
            .map(|app| MigrationSource::new(&app.name, app.migrations.folder, app.migrations.files))
            .collect()
    }

    /// The file of a migration.
    pub fn path(&self, id: &MigrationId) -> PathBuf {
        self.source(&id.app).map_or_else(PathBuf::new, |source| source.path(&id.name))
    }

    /// Writes a migration to its file, whole or not at all.
    ///
    /// # Errors
    /// When there is such a file already, or it cannot be written.
    pub fn write(&self, migration: &Migration) -> Result<PathBuf, SourceError> {
        match self.source(&migration.id.app) {
            Some(source) => source.write(migration),
            None => {
                Err(SourceError::ForeignApp { id: migration.id.clone(), app: String::new(), folder: PathBuf::new() })
            }
        }
    }

    fn source(&self, app: &str) -> Option<MigrationSource> {
        self.sources().into_iter().find(|source| source.app == app)
    }

    /// The schema that all entities make together.
    ///
    /// # Errors
    /// All that is wrong with entities, each alone and among each other.
    pub fn schema(&self) -> Result<Schema, Vec<EntityError>> {
        let mut errors = self.registration_errors();
        let mut tables: Vec<Table> = Vec::new();
        for model in self.models() {
            match model.table() {
                Ok(table) => tables.push(table),
                Err(mut wrong) => errors.append(&mut wrong),
            }
        }
        errors.extend(names_taken_twice(&tables));
        let broken = errors.len();
        let schema = Schema::of(tables);
        // A table that could not be read is missing here, and would be reported a second time.
        if broken == 0 {
            errors.extend(references::errors(&schema));
            errors.extend(index_names_taken(&schema));
        }
        if errors.is_empty() { Ok(schema) } else { Err(errors) }
    }

    /// The soft references to models that no app declares. They are allowed: an app may remember
    /// rows of an app above it, which this program need not have.
    pub fn unresolved_soft_refs(&self) -> Vec<UnresolvedSoftRef> {
        let known: BTreeSet<String> = self.models().map(|m| m.label().to_ascii_lowercase()).collect();
        let mut unresolved = Vec::new();
        for model in self.models() {
            for column in model.declaration.map_or(&[][..], |d| d.columns) {
                if let Some(label) = column.soft_ref
                    && !known.contains(&label.to_ascii_lowercase())
                {
                    let (table, column) = (model.table_name.to_owned(), column.name.to_owned());
                    unresolved.push(UnresolvedSoftRef { table, column, label: label.to_owned() });
                }
            }
        }
        unresolved
    }

    /// The former names that entities give with `was`, or with SeaORM's `renamed_from`.
    pub fn hints(&self) -> Hints {
        self.models().fold(Hints::default(), |hints, model| model.add_hints(hints))
    }

    /// All models, by app.
    pub fn models(&self) -> impl Iterator<Item = &Model> {
        self.apps.iter().flat_map(|app| &app.models)
    }

    /// The model of this label, such as `accounts.User`, without regard to ASCII case.
    pub fn model(&self, label: &str) -> Option<&Model> {
        self.models().find(|model| model.label().eq_ignore_ascii_case(label))
    }

    fn registration_errors(&self) -> Vec<EntityError> {
        let mut errors = Vec::new();
        for (position, app) in self.apps.iter().enumerate() {
            if self.apps[..position].iter().any(|other| other.name == app.name) {
                errors.push(EntityError::TwoApps { app: app.name.clone() });
            }
            for model in &app.models {
                if model.app != app.name {
                    let (declared, app) = (model.app.clone(), app.name.clone());
                    errors.push(EntityError::WrongApp { model: model.label(), declared, app });
                }
            }
        }
        errors
    }
}

/// Tables and models that are there twice.
fn names_taken_twice(tables: &[Table]) -> Vec<EntityError> {
    let mut errors = Vec::new();
    let mut by_name: BTreeMap<&str, &Table> = BTreeMap::new();
    let mut by_label: BTreeMap<String, &Table> = BTreeMap::new();
    for table in tables {
        if let Some(first) = by_name.insert(&table.name, table) {
            let (first, second) = (first.label(), table.label());
            errors.push(EntityError::TwoEntities { table: table.name.clone(), first, second });
        } else if let Some(first) = by_label.insert(table.label().to_ascii_lowercase(), table) {
            let (first, second) = (first.name.clone(), table.name.clone());
            errors.push(EntityError::TwoModels { model: table.label(), first, second });
        }
    }
    errors
}

/// Indexes named like an index of another table, or like a table: both databases keep the names of
/// tables and indexes in one set.
fn index_names_taken(schema: &Schema) -> Vec<EntityError> {
    let mut errors = Vec::new();
    let mut taken: BTreeMap<&str, String> =
        schema.tables.values().map(|t| (t.name.as_str(), format!("the table of {}", t.label()))).collect();
    for table in schema.tables.values() {
        for index in &table.indexes {
            if let Some(other) = taken.insert(&index.name, format!("an index of {}", table.label())) {
                let (model, name) = (table.label(), index.name.clone());
                errors.push(EntityError::NameTaken { model, name, other });
            }
        }
    }
    errors
}
