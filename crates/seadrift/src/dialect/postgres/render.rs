//! Operations as statements of PostgreSQL.
//!
//! Not here: how long a statement may wait for its lock, and transactions; that is the executor's.

use crate::{
    dialect::{RenderError, Step, quote, quote_text},
    operation::{Misfit, Operation, same_columns, unique_columns},
    schema::{Column, DefaultValue, ForeignKey, Schema, Table},
};

use super::{convert, ddl};

/// The statements of these operations.
///
/// # Errors
/// When an operation does not fit the schema before it.
pub fn render(operations: &[Operation], before: &Schema) -> Result<Vec<Step>, RenderError> {
    render_along(operations, &mut before.clone())
}

/// The same, and leads the schema along to the one behind the operations: nothing is copied but
/// the tables that change. Where it fails, the schema stands before the operation that did not fit.
///
/// # Errors
/// When an operation does not fit the schema before it.
pub fn render_along(operations: &[Operation], schema: &mut Schema) -> Result<Vec<Step>, RenderError> {
    let mut renderer = Renderer { schema, steps: Vec::new() };
    for operation in operations {
        let touched = operation.table().and_then(|name| renderer.schema.table(name)).cloned();
        operation.apply(renderer.schema)?;
        match touched {
            Some(table) => renderer.change(&table, operation)?,
            None => renderer.add(operation),
        }
    }
    Ok(renderer.steps)
}

struct Renderer<'s> {
    /// The schema behind the operation that is being rendered.
    schema: &'s mut Schema,
    steps: Vec<Step>,
}

impl Renderer<'_> {
    fn sql(&mut self, statement: impl Into<String>) {
        self.steps.push(Step::Sql(statement.into()));
    }

    /// `ALTER TABLE` with this change.
    fn alter(&mut self, table: &str, change: &str) {
        self.sql(format!("ALTER TABLE {} {change}", quote(table)));
    }

    /// What touches no table that is there.
    fn add(&mut self, operation: &Operation) {
        match operation {
            Operation::CreateTable(table) => self.create_table(table),
            Operation::RunSql { forward, .. } => self.steps.extend(forward.postgres.iter().cloned().map(Step::Sql)),
            Operation::Run { forward, .. } => self.steps.push(Step::Run(forward.clone())),
            _ => {}
        }
    }

    /// What changes a table, given as it was before.
    fn change(&mut self, before: &Table, operation: &Operation) -> Result<(), Misfit> {
        let name = &before.name;
        match operation {
            Operation::DropTable { .. } => self.sql(format!("DROP TABLE {}", quote(name))),
            Operation::RenameTable { to, .. } => self.rename_table(before, to),
            Operation::AddColumn { column, fill, .. } => self.add_column(name, column, fill.as_ref()),
            Operation::DropColumn { column, .. } => self.alter(name, &format!("DROP COLUMN {}", quote(column))),
            Operation::RenameColumn { from, to, .. } => {
                self.alter(name, &format!("RENAME COLUMN {} TO {}", quote(from), quote(to)));
            }
            Operation::AlterColumn { column, fill, .. } => {
                let part = || Misfit::NoPart { table: name.clone(), kind: "column", name: column.name.clone() };
                self.alter_column(name, before.column(&column.name).ok_or_else(part)?, column, fill.as_ref());
            }
            Operation::AlterPrimaryKey { columns, .. } => self.alter_primary_key(before, columns),
            Operation::AddIndex { index, .. } => self.sql(ddl::create_index(&quote(name), index)),
            Operation::DropIndex { index, .. } => self.drop_index(before, index),
            Operation::AddForeignKey { foreign_key, .. } => {
                self.alter(name, &format!("ADD {}", ddl::foreign_key(foreign_key)));
            }
            Operation::DropForeignKey { foreign_key: constraint, .. }
            | Operation::DropCheck { check: constraint, .. } => {
                self.alter(name, &format!("DROP CONSTRAINT {}", quote(constraint)));
            }
            Operation::AddCheck { check, .. } => self.alter(name, &format!("ADD {}", ddl::check(check))),
            Operation::AlterModel { .. }
            | Operation::CreateTable(_)
            | Operation::RunSql { .. }
            | Operation::Run { .. } => {}
        }
        Ok(())
    }

    fn create_table(&mut self, table: &Table) {
        // A foreign key of the table to itself needs the unique index that it rests on.
        let inline = |key: &&ForeignKey| {
            key.references != table.name || same_columns(&key.referenced_columns, &table.primary_key)
        };
        self.sql(ddl::create_table(table, table.foreign_keys.iter().filter(inline)));
        for index in &table.indexes {
            self.sql(ddl::create_index(&quote(&table.name), index));
        }
        for key in table.foreign_keys.iter().filter(|key| !inline(key)) {
            self.alter(&table.name, &format!("ADD {}", ddl::foreign_key(key)));
        }
    }

    /// The primary key's name follows the table's, so that a new table may take the old name.
    fn rename_table(&mut self, before: &Table, to: &str) {
        self.alter(&before.name, &format!("RENAME TO {}", quote(to)));
        if !before.primary_key.is_empty() {
            let action = format!(
                "IF key <> {0} THEN EXECUTE format('ALTER TABLE %s RENAME CONSTRAINT %I TO %I', relation, key, {0}); END IF",
                quote_text(&ddl::primary_key_name(to))
            );
            self.with_primary_key(to, &action);
        }
    }

    /// Runs a statement of PL/pgSQL that knows the live name of the table's primary key as `key`;
    /// a database that another tool made has names of its own.
    fn with_primary_key(&mut self, table: &str, action: &str) {
        let body = format!(
            "DECLARE relation regclass := {}; key name; BEGIN \
             SELECT conname INTO key FROM pg_constraint WHERE conrelid = relation AND contype = 'p'; {action}; END",
            quote_text(&quote(table))
        );
        self.sql(format!("DO {}", quote_text(&body)));
    }

    fn add_column(&mut self, table: &str, column: &Column, fill: Option<&DefaultValue>) {
        let name = quote(&column.name);
        match fill {
            None => self.alter(table, &format!("ADD COLUMN {}", ddl::column(column))),
            Some(fill) if is_constant(fill) => {
                // The server keeps a constant beside the table and rewrites no row.
                let filled = Column { default: Some(fill.clone()), ..column.clone() };
                self.alter(table, &format!("ADD COLUMN {}", ddl::column(&filled)));
                self.set_default(table, column);
            }
            Some(fill) => {
                let empty = Column { default: None, nullable: true, ..column.clone() };
                self.alter(table, &format!("ADD COLUMN {}", ddl::column(&empty)));
                self.sql(format!("UPDATE {} SET {name} = {}", quote(table), ddl::value(fill, &column.ty)));
                if column.default.is_some() {
                    self.set_default(table, column);
                }
                if !column.nullable {
                    self.alter(table, &format!("ALTER COLUMN {name} SET NOT NULL"));
                }
            }
        }
    }

    fn set_default(&mut self, table: &str, column: &Column) {
        let change = match &column.default {
            Some(default) => format!("SET DEFAULT {}", ddl::value(default, &column.ty)),
            None => "DROP DEFAULT".to_owned(),
        };
        self.alter(table, &format!("ALTER COLUMN {} {change}", quote(&column.name)));
    }

    fn alter_column(&mut self, table: &str, from: &Column, to: &Column, fill: Option<&DefaultValue>) {
        let name = quote(&to.name);
        let alter = |this: &mut Self, change: &str| this.alter(table, &format!("ALTER COLUMN {name} {change}"));
        let retyped = from.ty != to.ty;
        if from.identity && !to.identity {
            alter(self, "DROP IDENTITY IF EXISTS");
            // An identity that another tool made can be a default from a sequence.
            alter(self, "DROP DEFAULT");
            self.with_sequence(table, to, "DROP SEQUENCE %s");
        } else if from.default.is_some() && (retyped || to.default.is_none()) {
            // A default of the old type may have no meaning in the new one.
            alter(self, "DROP DEFAULT");
        }
        if retyped {
            let using = convert::using(&name, &from.ty, &to.ty).map(|u| format!(" USING {u}")).unwrap_or_default();
            alter(self, &format!("TYPE {}{using}", ddl::type_name(&to.ty)));
        }
        if from.nullable && !to.nullable {
            if let Some(fill) = fill {
                let value = ddl::value(fill, &to.ty);
                self.sql(format!("UPDATE {} SET {name} = {value} WHERE {name} IS NULL", quote(table)));
            }
            alter(self, "SET NOT NULL");
        } else if !from.nullable && to.nullable {
            alter(self, "DROP NOT NULL");
        }
        if to.default.is_some() && (retyped || from.default != to.default) {
            self.set_default(table, to);
        }
        if to.identity && !from.identity {
            self.start_identity(table, to);
        } else if to.identity && retyped {
            self.with_sequence(table, to, &format!("ALTER SEQUENCE %s AS {}", ddl::type_name(&to.ty)));
        }
    }

    /// Runs a statement, `%s` being the sequence that belongs to the column, if one does.
    fn with_sequence(&mut self, table: &str, column: &Column, statement: &str) {
        let body = format!(
            "DECLARE owned text := pg_get_serial_sequence({}, {}); BEGIN \
             IF owned IS NOT NULL THEN EXECUTE format({}, owned); END IF; END",
            quote_text(&quote(table)),
            quote_text(&column.name),
            quote_text(statement)
        );
        self.sql(format!("DO {}", quote_text(&body)));
    }

    /// The sequence goes on behind the greatest value that is there.
    fn start_identity(&mut self, table: &str, column: &Column) {
        let (relation, name) = (quote(table), quote(&column.name));
        self.alter(table, &format!("ALTER COLUMN {name} ADD GENERATED BY DEFAULT AS IDENTITY"));
        self.sql(format!(
            "SELECT setval(pg_get_serial_sequence({}, {}), GREATEST(max({name}), 0) + 1, false) FROM {relation}",
            quote_text(&relation),
            quote_text(&column.name)
        ));
    }

    fn alter_primary_key(&mut self, before: &Table, columns: &[String]) {
        if before.primary_key == columns {
            return;
        }
        let resting = resting_on(self.schema, before, &before.primary_key);
        self.drop_foreign_keys(&resting);
        if !before.primary_key.is_empty() {
            self.with_primary_key(&before.name, "EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', relation, key)");
        }
        if !columns.is_empty() {
            self.alter(&before.name, &format!("ADD {}", ddl::primary_key(&before.name, columns)));
        }
        self.add_foreign_keys(&resting);
    }

    fn drop_index(&mut self, before: &Table, index: &str) {
        let unique = before.index(index).filter(|i| i.unique);
        if unique.is_none() {
            self.sql(format!("DROP INDEX {}", quote(index)));
            return;
        }
        let resting = resting_on_index(self.schema, before, index);
        self.drop_foreign_keys(&resting);
        // A database that another tool made can hold it as a constraint.
        let body = format!(
            "BEGIN IF EXISTS (SELECT FROM pg_constraint WHERE conrelid = {}::regclass AND conname = {} AND contype = 'u') \
             THEN ALTER TABLE {} DROP CONSTRAINT {3}; ELSE DROP INDEX {3}; END IF; END",
            quote_text(&quote(&before.name)),
            quote_text(index),
            quote(&before.name),
            quote(index)
        );
        self.sql(format!("DO {}", quote_text(&body)));
        self.add_foreign_keys(&resting);
    }

    fn drop_foreign_keys(&mut self, keys: &[(String, ForeignKey)]) {
        for (table, key) in keys {
            self.alter(table, &format!("DROP CONSTRAINT {}", quote(&key.name)));
        }
    }

    fn add_foreign_keys(&mut self, keys: &[(String, ForeignKey)]) {
        for (table, key) in keys {
            self.alter(table, &format!("ADD {}", ddl::foreign_key(key)));
        }
    }
}

/// The foreign keys that point at these columns of the table, with their tables. Each rests on one
/// index of the server's choice, so one that goes takes them along even where another would do.
pub(super) fn resting_on(schema: &Schema, table: &Table, columns: &[String]) -> Vec<(String, ForeignKey)> {
    let points = |key: &&ForeignKey| {
        !columns.is_empty() && key.references == table.name && same_columns(&key.referenced_columns, columns)
    };
    let of = |other: &Table| {
        let name = other.name.clone();
        other.foreign_keys.iter().filter(points).cloned().map(move |key| (name.clone(), key)).collect::<Vec<_>>()
    };
    schema.tables.values().flat_map(of).collect()
}

/// The foreign keys that point at the columns of this unique index.
pub(super) fn resting_on_index(schema: &Schema, table: &Table, index: &str) -> Vec<(String, ForeignKey)> {
    let columns = table.index(index).and_then(unique_columns).unwrap_or_default();
    let columns: Vec<String> = columns.into_iter().map(str::to_owned).collect();
    resting_on(schema, table, &columns)
}

/// Whether the value is the same for every row.
pub(super) fn is_constant(value: &DefaultValue) -> bool {
    match value {
        DefaultValue::Literal(_) => true,
        DefaultValue::Sql { sql } => sql.literal().is_some() || sql.as_str().trim().parse::<f64>().is_ok(),
    }
}
