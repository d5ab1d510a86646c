//! Foreign keys among the tables of a project: that they lead somewhere, and fit.

use crate::{
    entity::EntityError,
    schema::{ForeignKey, IndexKey, Schema, Table},
};

/// All that is wrong with the foreign keys of a schema.
pub(super) fn errors(schema: &Schema) -> Vec<EntityError> {
    let mut errors = Vec::new();
    for table in schema.tables.values() {
        for key in &table.foreign_keys {
            match schema.table(&key.references) {
                Some(target) => errors.extend(misfits(table, key, target)),
                None => errors.push(EntityError::MissingTable {
                    model: table.label(),
                    columns: key.columns.join(", "),
                    missing: key.references.clone(),
                    nearest: nearest(&key.references, schema),
                }),
            }
        }
    }
    errors
}

/// The table whose name is most like this one, if any is near: at most one change in three letters.
fn nearest(name: &str, schema: &Schema) -> Option<String> {
    let distances = schema.tables.keys().map(|table| (strsim::osa_distance(name, table), table));
    let (distance, table) = distances.min()?;
    (distance * 3 <= table.chars().count()).then(|| table.clone())
}

fn misfits(table: &Table, key: &ForeignKey, target: &Table) -> Vec<EntityError> {
    let mut errors = Vec::new();
    for (from, to) in key.columns.iter().zip(&key.referenced_columns) {
        let Some(referenced) = target.column(to) else {
            errors.push(EntityError::MissingColumn {
                model: table.label(),
                columns: key.columns.join(", "),
                target: target.label(),
                missing: to.clone(),
            });
            continue;
        };
        if let Some(column) = table.column(from)
            && column.ty != referenced.ty
        {
            errors.push(EntityError::TypesDiffer {
                model: table.label(),
                column: from.clone(),
                ty: column.ty.clone(),
                target: format!("{}.{to}", target.label()),
                target_ty: referenced.ty.clone(),
            });
        }
    }
    if errors.is_empty() && !identifies(target, &key.referenced_columns) {
        errors.push(EntityError::TargetNotUnique {
            model: table.label(),
            columns: key.columns.join(", "),
            target: target.label(),
            referenced: key.referenced_columns.join(", "),
        });
    }
    errors
}

/// Whether these columns are the primary key, or those of a unique index over all rows.
fn identifies(table: &Table, columns: &[String]) -> bool {
    let same = |keys: Vec<Option<&str>>| {
        keys.len() == columns.len() && columns.iter().all(|column| keys.contains(&Some(column.as_str())))
    };
    same(table.primary_key.iter().map(|key| Some(key.as_str())).collect())
        || table
            .indexes
            .iter()
            .filter(|index| index.unique && index.predicate.is_none())
            .any(|index| same(index.keys.iter().map(IndexKey::column).collect()))
}
