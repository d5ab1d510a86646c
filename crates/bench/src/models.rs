//! Models by the thousand, as a schema, as migrations and as a project.

use seadrift::{
    diff::{self, Answers, ArrangeInput, Hints},
    migration::{Migration, file},
    project::{App, MigrationFiles, Project},
    schema::{Check, Column, ColumnType, ForeignKey, Index, ReferentialAction, Schema, Table},
};

/// Models of an app.
const APP: usize = 10;

/// This many connected models, ten an app: nine columns, a foreign key, two indexes and a check each.
pub fn models(count: usize) -> Schema {
    Schema::of((0..count).map(model))
}

fn model(number: usize) -> Table {
    let name = |number: usize| format!("app{:03}_model{number:04}", number / APP);
    let table = name(number);
    let column = |name: &str, ty| Column::new(name, ty);
    let mut model = Table::new(format!("app{:03}", number / APP), format!("Model{number:04}"), &table);
    model.primary_key = vec!["id".to_owned()];
    model.columns = vec![
        column("id", ColumnType::BigInt).identity(),
        column("name", ColumnType::Varchar(100)),
        column("slug", ColumnType::Varchar(120)),
        column("status", ColumnType::Varchar(20)).default("draft"),
        column("score", ColumnType::Integer).default(0),
        column("active", ColumnType::Boolean).default(true),
        column("data", ColumnType::Json).default("{}"),
        column("created_at", ColumnType::TimestampTz),
        column("parent_id", ColumnType::BigInt).null(),
    ];
    model.indexes = vec![
        Index::on(format!("uq_{table}_slug"), ["slug"]).unique(),
        Index::on(format!("ix_{table}_parent_id"), ["parent_id"]),
    ];
    model.checks = vec![Check::new(format!("ck_{table}_status"), "status IN ('draft', 'open', 'done')")];
    model.foreign_keys = vec![ForeignKey {
        name: format!("fk_{table}_parent_id"),
        columns: vec!["parent_id".to_owned()],
        references: name(number.saturating_sub(1)),
        referenced_columns: vec!["id".to_owned()],
        on_delete: ReferentialAction::Cascade,
        on_update: ReferentialAction::NoAction,
    }];
    model
}

/// The migrations that make this schema from nothing.
///
/// # Panics
/// Never for the schemas of [`models`].
pub fn migrations(schema: &Schema) -> Vec<Migration> {
    let operations = diff::diff(&Schema::default(), schema, &Hints::default(), &Answers::default());
    let operations = operations.expect("nothing to ask about a new schema");
    diff::arrange(operations, &ArrangeInput::default()).expect("every table has an app")
}

/// A project of migration files alone, within the program as a release holds them. Their texts stay until its end.
pub fn project(migrations: &[Migration]) -> Project {
    let mut project = Project::new();
    for of_app in migrations.chunk_by(|one, next| one.id.app == next.id.app) {
        let text = |m: &Migration| -> (&'static str, &'static str) {
            (format!("{}.toml", m.id.name).leak(), file::print(m).leak())
        };
        let files: Vec<(&str, &str)> = of_app.iter().map(text).collect();
        project =
            project.app(App::new(&of_app[0].id.app).migrations(MigrationFiles { folder: "", files: files.leak() }));
    }
    project
}
