//! What an operation does to the schema value.

use super::{
    Misfit, Operation,
    fit::{
        check_columns, check_foreign_key, check_index, check_table, index_uses, refuse_if_index_needed,
        refuse_if_primary_key_needed,
    },
};
use crate::schema::{Column, ForeignKey, Index, IndexKey, Schema, Table};

impl Operation {
    /// Changes `schema` as this operation would change the database.
    ///
    /// # Errors
    /// When the operation does not fit; `schema` is then as before.
    pub fn apply(&self, schema: &mut Schema) -> Result<(), Misfit> {
        match self {
            Self::CreateTable(table) => {
                if schema.tables.contains_key(&table.name) {
                    return Err(Misfit::TableExists(table.name.clone()));
                }
                check_table(schema, table)?;
                schema.tables.insert(table.name.clone(), (**table).clone());
                Ok(())
            }
            Self::DropTable { table } => drop_table(schema, table),
            Self::RenameTable { from, to } => rename_table(schema, from, to),
            Self::RunSql { .. } | Self::Run { .. } => Ok(()),
            _ => self.apply_to_table(schema),
        }
    }

    fn apply_to_table(&self, schema: &mut Schema) -> Result<(), Misfit> {
        let name = self.table().unwrap_or_default();
        get(schema, name)?;
        match self {
            Self::DropColumn { column, .. } => refuse_if_referenced(schema, name, column)?,
            Self::DropIndex { index, .. } => refuse_if_index_needed(schema, name, index)?,
            Self::AlterPrimaryKey { columns, .. } => refuse_if_primary_key_needed(schema, name, columns)?,
            Self::AddForeignKey { foreign_key, .. } => {
                check_foreign_key(get(schema, name)?, foreign_key, schema.table(&foreign_key.references))?;
            }
            _ => {}
        }
        self.apply_within(get_mut(schema, name)?)?;
        if let Self::RenameColumn { from, to, .. } = self {
            for other in schema.tables.values_mut() {
                for fk in other.foreign_keys.iter_mut().filter(|f| f.references == name) {
                    replace(&mut fk.referenced_columns, from, to);
                }
            }
        }
        Ok(())
    }

    /// Changes the table that this operation is about, without a look at other tables.
    pub(crate) fn apply_within(&self, table: &mut Table) -> Result<(), Misfit> {
        match self {
            Self::AlterModel { model, .. } => alter_model(table, model),
            Self::AddColumn { column, .. } => {
                absent(table, "column", &column.name, table.column(&column.name).is_some())?;
                table.columns.push(column.clone());
            }
            Self::DropColumn { column, .. } => drop_column(table, column)?,
            Self::RenameColumn { from, to, .. } => rename_column(table, from, to)?,
            Self::AlterColumn { column, .. } => *column_mut(table, &column.name)? = column.clone(),
            Self::AlterPrimaryKey { columns, .. } => {
                check_columns(table, columns)?;
                table.primary_key.clone_from(columns);
            }
            Self::AddIndex { index, .. } => {
                absent(table, "index", &index.name, table.index(&index.name).is_some())?;
                check_index(table, index)?;
                table.indexes.push(index.clone());
            }
            Self::DropIndex { index, .. } => {
                let found = table.index(index).is_some();
                present(table, "index", index, found)?;
                table.indexes.retain(|i| &i.name != index);
            }
            Self::AddForeignKey { foreign_key, .. } => {
                let found = table.foreign_key(&foreign_key.name).is_some();
                absent(table, "foreign key", &foreign_key.name, found)?;
                check_columns(table, &foreign_key.columns)?;
                table.foreign_keys.push(foreign_key.clone());
            }
            Self::DropForeignKey { foreign_key, .. } => {
                let found = table.foreign_key(foreign_key).is_some();
                present(table, "foreign key", foreign_key, found)?;
                table.foreign_keys.retain(|f| &f.name != foreign_key);
            }
            Self::AddCheck { check, .. } => {
                absent(table, "check", &check.name, table.check(&check.name).is_some())?;
                table.checks.push(check.clone());
            }
            Self::DropCheck { check, .. } => {
                let found = table.check(check).is_some();
                present(table, "check", check, found)?;
                table.checks.retain(|c| &c.name != check);
            }
            Self::CreateTable(_) | Self::DropTable { .. } | Self::RenameTable { .. } => {
                unreachable!("handled by apply")
            }
            Self::RunSql { .. } | Self::Run { .. } => {}
        }
        Ok(())
    }
}

fn get<'a>(schema: &'a Schema, name: &str) -> Result<&'a Table, Misfit> {
    schema.table(name).ok_or_else(|| Misfit::NoTable(name.to_owned()))
}

fn get_mut<'a>(schema: &'a mut Schema, name: &str) -> Result<&'a mut Table, Misfit> {
    schema.tables.get_mut(name).ok_or_else(|| Misfit::NoTable(name.to_owned()))
}

fn column_mut<'a>(table: &'a mut Table, name: &str) -> Result<&'a mut Column, Misfit> {
    let missing = Misfit::NoPart { table: table.name.clone(), kind: "column", name: name.to_owned() };
    table.columns.iter_mut().find(|c| c.name == name).ok_or(missing)
}

fn absent(table: &Table, kind: &'static str, name: &str, found: bool) -> Result<(), Misfit> {
    if !found {
        return Ok(());
    }
    Err(Misfit::PartExists { table: table.name.clone(), kind, name: name.to_owned() })
}

fn present(table: &Table, kind: &'static str, name: &str, found: bool) -> Result<(), Misfit> {
    if found {
        return Ok(());
    }
    Err(Misfit::NoPart { table: table.name.clone(), kind, name: name.to_owned() })
}

fn needed(table: &str, needed: &str, by: String) -> Misfit {
    Misfit::StillNeeded { table: table.to_owned(), needed: needed.to_owned(), by }
}

/// A label with a dot also moves the table to that app.
fn alter_model(table: &mut Table, model: &str) {
    let model = match model.split_once('.') {
        None => model,
        Some((app, model)) => {
            app.clone_into(&mut table.app);
            model
        }
    };
    model.clone_into(&mut table.model);
}

fn drop_table(schema: &mut Schema, name: &str) -> Result<(), Misfit> {
    get(schema, name)?;
    for other in schema.tables.values().filter(|t| t.name != name) {
        if let Some(fk) = other.foreign_keys.iter().find(|f| f.references == name) {
            return Err(needed(name, name, format!("foreign key {:?} of table {:?}", fk.name, other.name)));
        }
    }
    schema.tables.remove(name);
    Ok(())
}

fn rename_table(schema: &mut Schema, from: &str, to: &str) -> Result<(), Misfit> {
    if schema.tables.contains_key(to) {
        return Err(Misfit::TableExists(to.to_owned()));
    }
    let mut table = schema.tables.remove(from).ok_or_else(|| Misfit::NoTable(from.to_owned()))?;
    to.clone_into(&mut table.name);
    schema.tables.insert(to.to_owned(), table);
    for other in schema.tables.values_mut() {
        for fk in other.foreign_keys.iter_mut().filter(|f| f.references == from) {
            to.clone_into(&mut fk.references);
        }
    }
    Ok(())
}

pub(super) fn replace(names: &mut [String], from: &str, to: &str) {
    for name in names.iter_mut().filter(|n| *n == from) {
        to.clone_into(name);
    }
}

fn rename_column(table: &mut Table, from: &str, to: &str) -> Result<(), Misfit> {
    absent(table, "column", to, table.column(to).is_some())?;
    to.clone_into(&mut column_mut(table, from)?.name);
    replace(&mut table.primary_key, from, to);
    for key in &mut table.foreign_keys {
        replace(&mut key.columns, from, to);
        if key.references == table.name {
            replace(&mut key.referenced_columns, from, to);
        }
    }
    for index in &mut table.indexes {
        rename_in_index(index, from, to);
    }
    for check in &mut table.checks {
        check.expression = check.expression.with_column_renamed(from, to);
    }
    Ok(())
}

pub(super) fn rename_in_index(index: &mut Index, from: &str, to: &str) {
    for key in &mut index.keys {
        match key {
            IndexKey::Column(name) | IndexKey::Descending { desc: name } if name == from => to.clone_into(name),
            IndexKey::Expression { sql, .. } => *sql = sql.with_column_renamed(from, to),
            _ => {}
        }
    }
    if let Some(predicate) = &mut index.predicate {
        *predicate = predicate.with_column_renamed(from, to);
    }
}

fn refuse_if_referenced(schema: &Schema, table: &str, column: &str) -> Result<(), Misfit> {
    for other in schema.tables.values() {
        let points = |fk: &&ForeignKey| fk.references == table && fk.referenced_columns.iter().any(|c| c == column);
        if let Some(fk) = other.foreign_keys.iter().find(points) {
            return Err(needed(table, column, format!("foreign key {:?} of table {:?}", fk.name, other.name)));
        }
    }
    Ok(())
}

fn drop_column(table: &mut Table, column: &str) -> Result<(), Misfit> {
    column_mut(table, column)?;
    if table.primary_key.iter().any(|c| c == column) {
        return Err(needed(&table.name, column, "the primary key".to_owned()));
    }
    let uses = |key: &&ForeignKey| {
        let names = |columns: &[String]| columns.iter().any(|name| name == column);
        names(&key.columns) || key.references == table.name && names(&key.referenced_columns)
    };
    if let Some(fk) = table.foreign_keys.iter().find(uses) {
        return Err(needed(&table.name, column, format!("foreign key {:?}", fk.name)));
    }
    if let Some(index) = table.indexes.iter().find(|i| index_uses(i, column)) {
        return Err(needed(&table.name, column, format!("index {:?}", index.name)));
    }
    if let Some(check) = table.checks.iter().find(|c| c.expression.mentions(column)) {
        return Err(needed(&table.name, column, format!("check {:?}", check.name)));
    }
    table.columns.retain(|c| c.name != column);
    Ok(())
}
