//! SeaORM's relations to foreign keys.

use sea_orm::{
    ForeignKeyAction, RelationDef,
    sea_query::{DynIden, TableRef},
};

use super::EntityError;
use crate::schema::{ForeignKey, ReferentialAction, Table, name};

/// Adds the foreign keys that the relations ask for: those of the side that points, unless `skip_fk`.
/// Two relations of the same columns, such as both directions of a tree, make one.
pub(super) fn add_foreign_keys(model: &str, table: &mut Table, relations: &[RelationDef]) -> Vec<EntityError> {
    let mut errors = Vec::new();
    // SeaORM calls the side that is pointed at the owner.
    for relation in relations.iter().filter(|r| !r.is_owner && !r.skip_fk) {
        let key = match foreign_key(&table.name, relation) {
            Ok(key) => key,
            Err(action) => {
                let columns: Vec<_> = relation.from_col.iter().map(text).collect();
                let (model, columns) = (model.to_owned(), columns.join(", "));
                errors.push(EntityError::UnknownAction { model, columns, action: format!("{action:?}") });
                continue;
            }
        };
        errors.extend(missing_null(model, table, &key));
        match table.foreign_keys.iter().find(|k| k.columns == key.columns || k.name == key.name) {
            None => table.foreign_keys.push(key),
            Some(same) if *same == key => {}
            Some(_) => {
                errors.push(EntityError::ForeignKeysDiffer { model: model.to_owned(), columns: key.columns.join(", ") })
            }
        }
    }
    errors
}

fn foreign_key(table: &str, relation: &RelationDef) -> Result<ForeignKey, ForeignKeyAction> {
    let columns: Vec<String> = relation.from_col.iter().map(text).collect();
    let name = match &relation.fk_name {
        Some(name) => name::fit(name),
        None => name::foreign_key(table, &columns),
    };
    Ok(ForeignKey {
        name,
        columns,
        references: table_name(&relation.to_tbl),
        referenced_columns: relation.to_col.iter().map(text).collect(),
        on_delete: action(relation.on_delete)?,
        on_update: action(relation.on_update)?,
    })
}

fn text(name: &DynIden) -> String {
    name.to_string()
}

fn table_name(table: &TableRef) -> String {
    match table {
        TableRef::Table(name, _) => name.1.to_string(),
        // A relation is made from entities, and an entity is a table.
        other => format!("{other:?}"),
    }
}

fn action(action: Option<ForeignKeyAction>) -> Result<ReferentialAction, ForeignKeyAction> {
    Ok(match action {
        None | Some(ForeignKeyAction::NoAction) => ReferentialAction::NoAction,
        Some(ForeignKeyAction::Restrict) => ReferentialAction::Restrict,
        Some(ForeignKeyAction::Cascade) => ReferentialAction::Cascade,
        Some(ForeignKeyAction::SetNull) => ReferentialAction::SetNull,
        Some(ForeignKeyAction::SetDefault) => ReferentialAction::SetDefault,
        Some(unknown) => return Err(unknown),
    })
}

/// A column that an action would make NULL though it cannot be.
fn missing_null(model: &str, table: &Table, key: &ForeignKey) -> Vec<EntityError> {
    let mut errors = Vec::new();
    for column in key.columns.iter().filter_map(|name| table.column(name)).filter(|c| !c.nullable) {
        for (words, action) in [("ON DELETE", key.on_delete), ("ON UPDATE", key.on_update)] {
            let nulls = match action {
                ReferentialAction::SetNull => true,
                ReferentialAction::SetDefault => column.default.is_none(),
                _ => false,
            };
            if nulls {
                let action = match (words, action) {
                    ("ON DELETE", ReferentialAction::SetNull) => "on_delete = \"SetNull\"",
                    ("ON DELETE", _) => "on_delete = \"SetDefault\" without a default",
                    (_, ReferentialAction::SetNull) => "on_update = \"SetNull\"",
                    _ => "on_update = \"SetDefault\" without a default",
                };
                let (model, column) = (model.to_owned(), column.name.clone());
                errors.push(EntityError::ActionNeedsNull { model, column, action });
            }
        }
    }
    errors
}
