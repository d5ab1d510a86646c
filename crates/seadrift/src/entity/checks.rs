//! The checks that columns imply: allowed values and bounds.

use super::{
    ColumnDeclaration, EntityError, Number,
    default::holds,
    types::{is_integer, is_number},
};
use crate::{
    dialect::quote_text,
    schema::{Check, Column, DefaultValue, Literal, name},
};

/// The check of a column, named `ck_{table}_{column}`: its allowed values, or its bounds.
///
/// # Errors
/// When the column cannot hold them, or its default is refused by them.
pub(super) fn column_check(
    model: &str,
    table: &str,
    column: &Column,
    allowed: &[Literal],
    declared: Option<&ColumnDeclaration>,
) -> Result<Option<Check>, EntityError> {
    let (model, of) = (model.to_owned(), column.name.clone());
    let (min, max) = declared.map_or((None, None), |d| (d.min, d.max));
    if (min.is_some() || max.is_some()) && !is_number(&column.ty) {
        return Err(EntityError::BoundType { model, column: of, ty: column.ty.clone() });
    }
    if let Some(misfit) = allowed.iter().find(|value| !holds(&column.ty, value)) {
        return Err(EntityError::ChoiceType { model, column: of, value: sql(misfit), ty: column.ty.clone() });
    }
    if let Some(DefaultValue::Literal(default)) = &column.default
        && !(allowed.is_empty() || allowed.contains(default))
    {
        return Err(EntityError::DefaultNotAllowed {
            model,
            column: of,
            default: sql(default),
            allowed: list(allowed),
        });
    }
    let subject = name::in_expression(&column.name);
    let expression = match (allowed, min, max) {
        ([], None, None) => return Ok(None),
        ([], Some(min), Some(max)) => format!("{subject} >= {} AND {subject} <= {}", bound(min), bound(max)),
        ([], Some(min), None) => format!("{subject} >= {}", bound(min)),
        ([], None, Some(max)) => format!("{subject} <= {}", bound(max)),
        ([only], ..) => format!("{subject} = {}", sql(only)),
        (several, ..) => format!("{subject} IN ({})", list(several)),
    };
    Ok(Some(Check::new(name::check(table, &column.name), expression)))
}

/// The values of a column's choices; refuses choices that are not those of its enumeration.
pub(super) fn allowed(model: &str, declared: &ColumnDeclaration) -> Result<Vec<Literal>, EntityError> {
    let choices = declared.allowed();
    let enumeration = (declared.enumeration)();
    let same = enumeration.len() == choices.len() && enumeration.iter().all(|value| choices.contains(value));
    if enumeration.is_empty() || same {
        return Ok(choices);
    }
    Err(EntityError::ChoicesDiffer {
        model: model.to_owned(),
        column: declared.name.to_owned(),
        choices: list(&choices),
        enumeration: list(&enumeration),
    })
}

/// Whether a column can be a soft reference.
pub(super) fn soft_reference_fits(model: &str, column: &Column) -> Result<(), EntityError> {
    if is_integer(&column.ty) {
        return Ok(());
    }
    let ty = column.ty.clone();
    Err(EntityError::SoftReferenceType { model: model.to_owned(), column: column.name.clone(), ty })
}

fn list(values: &[Literal]) -> String {
    values.iter().map(sql).collect::<Vec<_>>().join(", ")
}

fn sql(value: &Literal) -> String {
    match value {
        Literal::Bool(value) => value.to_string(),
        Literal::Int(value) => value.to_string(),
        Literal::Text(text) => quote_text(text),
    }
}

fn bound(number: Number) -> String {
    match number {
        Number::Int(value) => value.to_string(),
        Number::Float(value) if value.fract() == 0.0 => format!("{value:.1}"),
        Number::Float(value) => value.to_string(),
    }
}
