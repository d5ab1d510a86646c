//! An app: a name, its models, its migration files.

use std::fmt;

use sea_orm::{EntityTrait, IntoActiveModel};

use crate::{
    diff::Hints,
    entity::{self, Declaration, Declared, EntityError, rows::Rows},
    schema::Table,
};

/// The migration files of an app: embedded in the binary, and where they lie in the sources.
///
/// Made by [`migrations!`](crate::migrations).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MigrationFiles {
    /// The folder in the sources, where new migrations are written; empty when there is none.
    pub folder: &'static str,
    /// Name and content of each file, sorted by name.
    pub files: &'static [(&'static str, &'static str)],
}

/// One app of a project: what one crate or module owns of the schema.
#[derive(Debug)]
pub struct App {
    /// The name, which labels and migrations begin with.
    pub name: String,
    /// The models, in the order in which they were registered.
    pub models: Vec<Model>,
    /// The migration files.
    pub migrations: MigrationFiles,
}

impl App {
    /// An app without models.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), models: Vec::new(), migrations: MigrationFiles::default() }
    }

    /// The same app with the model that this entity declares.
    pub fn model<E>(mut self) -> Self
    where
        E: Declared,
        E::Model: IntoActiveModel<E::ActiveModel>,
        E::ActiveModel: Send,
    {
        let declaration = E::declaration();
        self.models.push(Model {
            app: declaration.app.to_owned(),
            name: declaration.model.to_owned(),
            table_name: E::default().table_name(),
            declaration: Some(declaration),
            read: |_, _| entity::declared_table::<E>(),
            hints: entity::hints::<E>,
            rows: Rows::of::<E>(),
        });
        self
    }

    /// The same app with a plain SeaORM entity, which says nothing of apps and models itself.
    pub fn plain<E>(mut self, model: impl Into<String>) -> Self
    where
        E: EntityTrait,
        E::Model: IntoActiveModel<E::ActiveModel>,
        E::ActiveModel: Send,
    {
        self.models.push(Model {
            app: self.name.clone(),
            name: model.into(),
            table_name: E::default().table_name(),
            declaration: None,
            read: entity::plain_table::<E>,
            hints: entity::hints::<E>,
            rows: Rows::of::<E>(),
        });
        self
    }

    /// The same app with these migration files.
    pub fn migrations(mut self, files: MigrationFiles) -> Self {
        self.migrations = files;
        self
    }
}

/// One registered entity.
pub struct Model {
    /// The app that it declares, or that registered it.
    pub app: String,
    /// The model's name within the app.
    pub name: String,
    /// The table's name in the database.
    pub table_name: &'static str,
    /// What it declares; nothing for a plain entity.
    pub declaration: Option<&'static Declaration>,
    /// Its rows, written and read through the entity.
    pub rows: Rows,
    read: fn(&str, &str) -> Result<Table, Vec<EntityError>>,
    hints: fn(Option<&Declaration>, Hints) -> Hints,
}

impl Model {
    /// `app.Model`.
    pub fn label(&self) -> String {
        format!("{}.{}", self.app, self.name)
    }

    /// The table.
    ///
    /// # Errors
    /// All that is wrong with the entity alone.
    pub fn table(&self) -> Result<Table, Vec<EntityError>> {
        (self.read)(&self.app, &self.name)
    }

    /// `hints` and the former names of the table and its columns.
    pub(super) fn add_hints(&self, hints: Hints) -> Hints {
        (self.hints)(self.declaration, hints)
    }
}

impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Model").field("label", &self.label()).field("table", &self.table_name).finish()
    }
}
