//! One entity to one table.

use sea_orm::{ColumnType as OrmType, EntityTrait};

use super::{
    ColumnDeclaration, Declaration, Declared, EntityError, checks, default,
    error::shown,
    facts::{ColumnFacts, Facts},
    indexes::Indexes,
    relations, types,
};
use crate::{
    diff::Hints,
    schema::{Check, Column, ColumnType, SoftReference, Table, name},
};

/// The table of a plain SeaORM entity, as this model of this app.
///
/// A string enumeration is text to SeaORM, so the values of a plain entity's are not known here;
/// those of a declared one (see [`declared_table`]) become a check.
///
/// # Errors
/// All that keeps it from being a table on both databases.
pub fn plain_table<E: EntityTrait>(app: &str, model: &str) -> Result<Table, Vec<EntityError>> {
    read(&Facts::of::<E>(), app, model, None)
}

/// The table of an entity with a declaration.
///
/// # Errors
/// All that keeps it from being a table on both databases.
pub fn declared_table<E: Declared>() -> Result<Table, Vec<EntityError>> {
    let declaration = E::declaration();
    read(&Facts::of::<E>(), declaration.app, declaration.model, Some(declaration))
}

/// `hints` and the former names of an entity's table and columns.
pub(crate) fn hints<E: EntityTrait>(declaration: Option<&Declaration>, mut hints: Hints) -> Hints {
    let facts = Facts::of::<E>();
    for old in declaration.map_or(&[][..], |d| d.was) {
        hints = hints.table(facts.table, *old);
    }
    for column in &facts.columns {
        let declared = declaration.and_then(|d| d.column(column.name)).map_or(&[][..], |c| c.was);
        for old in column.renamed_from().into_iter().chain(declared.iter().copied()) {
            hints = hints.column(facts.table, column.name, old);
        }
    }
    hints
}

fn read(facts: &Facts, app: &str, model: &str, declaration: Option<&Declaration>) -> Result<Table, Vec<EntityError>> {
    let mut table = Table::new(app, model, facts.table);
    let label = table.label();
    let mut errors = Vec::new();
    if let Some(schema) = &facts.schema {
        errors.push(EntityError::SchemaName { model: label.clone(), schema: schema.clone() });
    }
    if let Some(declaration) = declaration {
        errors.extend(unknown_columns(&label, facts, declaration));
        table.checks.extend(declaration.checks.iter().map(|check| Check::new(name::fit(check.name), check.sql)));
    }
    let mut indexes = Indexes::new(&label, facts.table);
    for column in &facts.columns {
        let reading =
            Reading { model: &label, facts, column, declared: declaration.and_then(|d| d.column(column.name)) };
        match reading.read() {
            Ok((column, check)) => {
                table.columns.push(column);
                table.checks.extend(check);
            }
            Err(error) => errors.push(error),
        }
        if column.definition.get_column_spec().unique {
            indexes.unique_column(column.name);
        }
    }
    table.primary_key = facts.primary_key.iter().map(|&key| key.to_owned()).collect();
    errors.extend(relations::add_foreign_keys(&label, &mut table, &facts.relations));
    facts.indexes.iter().for_each(|statement| indexes.of_sea_orm(statement));
    declaration.into_iter().flat_map(|d| d.indexes).for_each(|index| indexes.declared(index));
    errors.append(&mut indexes.errors);
    indexes.finish(&mut table);
    errors.extend(contradictions(&label, &table));
    if errors.is_empty() { Ok(table) } else { Err(errors) }
}

fn unknown_columns(model: &str, facts: &Facts, declaration: &Declaration) -> Vec<EntityError> {
    let known = |name: &str| facts.columns.iter().any(|c| c.name == name);
    let unknown = declaration.columns.iter().filter(|c| !known(c.name));
    unknown.map(|c| EntityError::UnknownColumn { model: model.to_owned(), column: c.name.to_owned() }).collect()
}

/// What only shows once all parts are together.
fn contradictions(model: &str, table: &Table) -> Vec<EntityError> {
    let mut errors = Vec::new();
    for (position, check) in table.checks.iter().enumerate() {
        if table.checks[..position].iter().any(|c| c.name == check.name) {
            let (model, name) = (model.to_owned(), check.name.clone());
            errors.push(EntityError::NamedTwice { model, kind: "checks", name });
        }
    }
    for column in table.columns.iter().filter(|c| c.soft_ref.is_some()) {
        if table.foreign_keys.iter().any(|key| key.columns.contains(&column.name)) {
            let (model, column) = (model.to_owned(), column.name.clone());
            errors.push(EntityError::SoftAndForeignKey { model, column });
        }
    }
    errors
}

/// One column being read.
struct Reading<'a> {
    model: &'a str,
    facts: &'a Facts,
    column: &'a ColumnFacts,
    declared: Option<&'a ColumnDeclaration>,
}

impl Reading<'_> {
    fn read(&self) -> Result<(Column, Option<Check>), EntityError> {
        let spec = self.column.definition.get_column_spec();
        if let Some(sql) = &spec.extra {
            return Err(EntityError::ExtraSql { model: self.model(), column: self.name(), sql: sql.clone() });
        }
        let mut column = Column::new(self.column.name, self.column_type()?);
        let key = self.facts.primary_key.contains(&self.column.name);
        column.nullable = !key && spec.nullable != Some(false);
        column.identity = key && self.facts.auto_increment && types::is_integer(&column.ty);
        self.read_default(&mut column)?;
        if let Some(label) = self.declared.and_then(|d| d.soft_ref) {
            checks::soft_reference_fits(self.model, &column)?;
            column.soft_ref = Some(SoftReference(label.to_owned()));
        }
        let allowed = self.declared.map_or(Ok(Vec::new()), |declared| checks::allowed(self.model, declared))?;
        let check = checks::column_check(self.model, self.facts.table, &column, &allowed, self.declared)?;
        Ok((column, check))
    }

    fn column_type(&self) -> Result<ColumnType, EntityError> {
        let orm = self.orm_type();
        match types::column_type(orm) {
            ColumnType::Other(ty) => {
                let (model, column) = (self.model(), self.name());
                Err(EntityError::UnsupportedType { model, column, ty, advice: types::advice(orm) })
            }
            ty => Ok(ty),
        }
    }

    fn read_default(&self, column: &mut Column) -> Result<(), EntityError> {
        let Some(expression) = &self.column.definition.get_column_spec().default else { return Ok(()) };
        column.default = default::default_value(expression).map_err(|reason| EntityError::UnsupportedDefault {
            model: self.model(),
            column: self.name(),
            default: format!("{expression:?}"),
            reason,
        })?;
        match &column.default {
            Some(value) if !default::fits(value, &column.ty) => {
                let (model, column, ty) = (self.model(), self.name(), column.ty.clone());
                Err(EntityError::DefaultType { model, column, default: shown(value), ty })
            }
            _ => Ok(()),
        }
    }

    fn orm_type(&self) -> &OrmType {
        // SeaORM builds every column with a type.
        self.column.definition.get_column_type().unwrap_or(&OrmType::Text)
    }

    fn model(&self) -> String {
        self.model.to_owned()
    }

    fn name(&self) -> String {
        self.column.name.to_owned()
    }
}
