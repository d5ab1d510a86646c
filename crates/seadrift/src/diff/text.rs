//! Definitions of parts as people read them, in explanations and differences.

use crate::{
    operation::describe_keys,
    schema::{Column, DefaultValue, ForeignKey, Index, Literal, ReferentialAction, Table},
};

/// `varchar(40) not null default 'x'`.
pub(super) fn column(column: &Column) -> String {
    let mut text = column.ty.to_string();
    text.push_str(nullability(column));
    if column.identity {
        text.push_str(" identity");
    }
    if let Some(default) = &column.default {
        text.push_str(" default ");
        text.push_str(&value(default));
    }
    text
}

pub(super) fn nullability(column: &Column) -> &'static str {
    if column.nullable { " null" } else { " not null" }
}

/// `'text'`, `5`, `true` or the expression.
pub(super) fn value(value: &DefaultValue) -> String {
    match value {
        DefaultValue::Literal(Literal::Bool(value)) => value.to_string(),
        DefaultValue::Literal(Literal::Int(value)) => value.to_string(),
        DefaultValue::Literal(Literal::Text(value)) => crate::dialect::quote_text(value),
        DefaultValue::Sql { sql } => sql.to_string(),
    }
}

/// `unique (a, b desc) where c > 0`.
pub(super) fn index(index: &Index) -> String {
    let unique = if index.unique { "unique " } else { "" };
    let predicate = index.predicate.as_ref().map(|p| format!(" where {p}")).unwrap_or_default();
    format!("{unique}({}){predicate}", describe_keys(&index.keys))
}

/// `(a) to t (id) on delete cascade`.
pub(super) fn foreign_key(key: &ForeignKey) -> String {
    format!("({}) {}", key.columns.join(", "), target(key))
}

/// `to t (id) on delete cascade`.
pub(super) fn target(key: &ForeignKey) -> String {
    let mut text = format!("to {} ({})", key.references, key.referenced_columns.join(", "));
    for (event, action) in [("delete", key.on_delete), ("update", key.on_update)] {
        if action != ReferentialAction::NoAction {
            text.push_str(&format!(" on {event} {}", action.sql().to_ascii_lowercase()));
        }
    }
    text
}

/// `(a, b)`, or `none`.
pub(super) fn primary_key(table: &Table) -> String {
    if table.primary_key.is_empty() { "none".to_owned() } else { format!("({})", table.primary_key.join(", ")) }
}
