//! All models with their tables, found by the names of the tables.

use std::collections::BTreeMap;

use seadrift::{
    entity::{ColumnDeclaration, rows::Rows},
    project::Project,
    schema::{Schema, Table},
};

/// The models of a project.
pub struct Catalogue {
    /// What their tables are.
    pub schema: Schema,
    rows: BTreeMap<String, (Rows, &'static [ColumnDeclaration])>,
}

impl Catalogue {
    /// The models of this project.
    pub fn of(project: Project) -> Self {
        let schema = project.schema().unwrap_or_else(|errors| panic!("{errors:?}"));
        let columns =
            |declaration: Option<&'static seadrift::entity::Declaration>| declaration.map_or(&[][..], |d| d.columns);
        let rows = project.models().map(|m| (m.table_name.to_owned(), (m.rows, columns(m.declaration)))).collect();
        Self { schema, rows }
    }

    /// The table of this name, which there must be.
    pub fn table(&self, name: &str) -> &Table {
        self.schema.table(name).unwrap_or_else(|| panic!("no table {name}"))
    }

    /// The rows of a table.
    pub fn rows(&self, table: &str) -> Rows {
        self.rows[table].0
    }

    /// What is declared of a column.
    pub fn declared(&self, table: &str, column: &str) -> Option<&'static ColumnDeclaration> {
        self.rows[table].1.iter().find(|declared| declared.name == column)
    }
}
