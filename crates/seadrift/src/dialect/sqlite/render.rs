//! Operations as steps of SQLite.
//!
//! What SQLite can do by itself is one statement. Everything else is a rebuild, and all changes of
//! one table become one rebuild: operations are gathered into groups, one a table, as long as
//! nothing between them depends on their order.

use std::collections::{BTreeMap, btree_map};

use super::{
    ddl::{column_sql, create_index},
    group::Group,
    literal::is_constant,
    token::tokens,
};
use crate::{
    dialect::{RenderError, Step, quote},
    operation::{Misfit, Operation},
    schema::{DefaultValue, Schema, Table, name::in_expression},
};

/// The steps of these operations, begun at the schema `before`.
///
/// # Errors
/// When an operation does not fit the schema before it, or SQLite has no way to do it.
pub fn render(operations: &[Operation], before: &Schema) -> Result<Vec<Step>, RenderError> {
    render_along(operations, &mut before.clone())
}

/// The same, and leads the schema along to the one behind the operations: nothing is copied but
/// the tables that change. Where it fails, the schema stands somewhere between.
///
/// # Errors
/// When an operation does not fit the schema before it, or SQLite has no way to do it.
pub fn render_along(operations: &[Operation], schema: &mut Schema) -> Result<Vec<Step>, RenderError> {
    let mut planner = Planner { schema, items: Vec::new(), open: BTreeMap::new(), freed: BTreeMap::new() };
    for operation in operations {
        planner.add(operation)?;
    }
    let mut steps = Vec::new();
    for item in planner.items {
        match item {
            Item::Step(step) => steps.push(step),
            Item::Group(group) => steps.extend(group.steps()?),
        }
    }
    Ok(steps)
}

enum Item {
    Step(Step),
    Group(Box<Group>),
}

struct Planner<'s> {
    /// The schema after the operations so far.
    schema: &'s mut Schema,
    items: Vec<Item>,
    /// Where the group is that takes further changes of a table.
    open: BTreeMap<String, usize>,
    /// Where a name of an index last became free. Such names are shared by all tables.
    freed: BTreeMap<String, usize>,
}

impl Planner<'_> {
    fn add(&mut self, operation: &Operation) -> Result<(), RenderError> {
        let name = operation.table().unwrap_or_default().to_owned();
        let before = self.schema.table(&name).cloned();
        operation.apply(self.schema)?;
        match operation {
            Operation::CreateTable(table) => {
                self.open.insert(name, self.items.len());
                self.items.push(Item::Group(Box::new(Group::create((**table).clone()))));
            }
            Operation::DropTable { .. } => {
                self.open.remove(&name);
                for index in before.iter().flat_map(|t| &t.indexes) {
                    self.freed.insert(index.name.clone(), self.items.len());
                }
                self.sql(format!("DROP TABLE {}", quote(&name)));
            }
            Operation::RenameTable { from, to } => self.rename_table(from, to),
            Operation::RunSql { forward, .. } => {
                self.open.clear();
                self.items.extend(forward.sqlite.iter().map(|sql| Item::Step(Step::Sql(sql.clone()))));
            }
            Operation::Run { forward, .. } => {
                self.open.clear();
                self.items.push(Item::Step(Step::Run(forward.clone())));
            }
            Operation::AlterModel { .. } => {}
            change => {
                let before = before.ok_or_else(|| Misfit::NoTable(name.clone()))?;
                let reads_tables = reads_tables(change);
                if reads_tables {
                    self.open.clear();
                }
                self.close_before(change, &name);
                let position = match self.open.entry(name.clone()) {
                    btree_map::Entry::Occupied(entry) => *entry.get(),
                    btree_map::Entry::Vacant(entry) => {
                        self.items.push(Item::Group(Box::new(Group::change(before))));
                        *entry.insert(self.items.len() - 1)
                    }
                };
                if let Operation::DropIndex { index, .. } = change {
                    self.freed.insert(index.clone(), position);
                }
                let after = self.schema.table(&name).cloned().ok_or(Misfit::NoTable(name))?;
                if let Some(Item::Group(group)) = self.items.get_mut(position) {
                    group.add(change, after)?;
                }
                if reads_tables {
                    self.open.clear();
                }
            }
        }
        Ok(())
    }

    /// Ends groups that this change may not join, because it would run too early there.
    fn close_before(&mut self, change: &Operation, name: &str) {
        let Some(&position) = self.open.get(name) else {
            if let Operation::RenameColumn { to, .. } = change {
                self.close_referring(name, to);
            }
            return;
        };
        let joins = match (change, &self.items[position]) {
            (Operation::RenameColumn { from, to, .. }, Item::Group(group)) => {
                let last = position + 1 == self.items.len();
                group.can_rename(from, to) && (last || !self.is_referred_to(name, to))
            }
            (Operation::AddIndex { index, .. }, _) => self.freed.get(&index.name).is_none_or(|at| *at <= position),
            _ => true,
        };
        if !joins {
            self.open.remove(name);
        }
        if let Operation::RenameColumn { to, .. } = change {
            self.close_referring(name, to);
        }
    }

    fn is_referred_to(&self, name: &str, column: &str) -> bool {
        self.schema.tables.values().any(|t| t.name != name && refers(t, name, column))
    }

    /// The renaming of a column runs through the foreign keys that point at it; those tables'
    /// later changes know the new name and must not run before.
    fn close_referring(&mut self, name: &str, column: &str) {
        let schema = &*self.schema;
        self.open.retain(|other, _| other == name || !schema.table(other).is_some_and(|t| refers(t, name, column)));
    }

    fn rename_table(&mut self, from: &str, to: &str) {
        self.open.clear();
        let rename = |from: &str, to: &str| format!("ALTER TABLE {} RENAME TO {}", quote(from), quote(to));
        if from.eq_ignore_ascii_case(to) {
            // To SQLite both are the same name, and taken.
            let between = format!("seadrift_renamed_{from}");
            self.sql(rename(from, &between));
            self.sql(rename(&between, to));
        } else {
            self.sql(rename(from, to));
        }
    }

    fn sql(&mut self, sql: String) {
        self.items.push(Item::Step(Step::Sql(sql)));
    }
}

/// Whether a foreign key of this table points at the column.
fn refers(table: &Table, name: &str, column: &str) -> bool {
    table.foreign_keys.iter().any(|f| f.references == name && f.referenced_columns.iter().any(|c| c == column))
}

/// Whether the change fills rows with what a query finds, perhaps in other tables.
pub(super) fn reads_tables(change: &Operation) -> bool {
    let (Operation::AddColumn { fill, .. } | Operation::AlterColumn { fill, .. }) = change else { return false };
    matches!(fill, Some(DefaultValue::Sql { sql }) if tokens(sql.as_str()).iter().any(|t| t.is("SELECT")))
}

/// The statements that SQLite itself has for this change of a table, or `None` when it takes a rebuild.
pub(super) fn native(change: &Operation, after: &Table) -> Result<Option<Vec<String>>, RenderError> {
    let table = quote(&after.name);
    Ok(match change {
        Operation::AddIndex { index, .. } => Some(vec![create_index(after, index)?]),
        Operation::DropIndex { index, .. } => Some(vec![format!("DROP INDEX {}", quote(index))]),
        Operation::RenameColumn { from, to, .. } => {
            // Unquoted where it can be: SQLite writes the name into checks and indexes as it stands here.
            Some(vec![format!("ALTER TABLE {table} RENAME COLUMN {} TO {}", quote(from), in_expression(to))])
        }
        Operation::DropColumn { column, .. } => {
            Some(vec![format!("ALTER TABLE {table} DROP COLUMN {}", quote(column))])
        }
        Operation::AddColumn { column, fill, .. } => {
            let plain = match (&column.default, fill) {
                (None, None) => column.nullable,
                (Some(default), None) => is_constant(default),
                (default, Some(fill)) => default.as_ref() == Some(fill) && is_constant(fill),
            };
            if plain && !column.identity {
                let definition = column_sql(after, column)?;
                Some(vec![format!("ALTER TABLE {table} ADD COLUMN {definition}")])
            } else {
                None
            }
        }
        _ => None,
    })
}
