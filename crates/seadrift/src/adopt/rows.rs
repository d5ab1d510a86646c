//! What each row of a table will be, as a query over the row that it is. Nothing here changes a row:
//! it is what proofs are made over.

use super::answers::{Answers, Convert, Function, Minor, Sql};
use crate::{
    dialect::{Dialect, quote, quote_text},
    diff::Fill,
    schema::{Column, ColumnType, DefaultValue, Table},
};

/// Where the value of a column comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// This expression over the live row, columns by their new names.
    Sql(String),
    /// A registered function.
    Function(Function),
    /// The database numbers the rows.
    Identity,
}

/// A column as it will be.
#[derive(Clone, Debug)]
pub(super) struct Future {
    pub column: Column,
    pub source: Source,
    /// Whether the source can be NULL.
    pub maybe_null: bool,
    /// The type of the values now, where they are those of a live column, unchanged.
    pub from: Option<ColumnType>,
    /// Whether the values change but for their type.
    pub changes: bool,
}

/// The columns of `table` out of its `live` form, both under their new names.
pub(super) fn future(table: &Table, live: &Table, answers: &Answers, dialect: Dialect) -> Vec<Future> {
    table.columns.iter().map(|column| one(table, column, live, answers, dialect)).collect()
}

fn one(table: &Table, column: &Column, live: &Table, answers: &Answers, dialect: Dialect) -> Future {
    let key = format!("{}.{}", table.name, column.name);
    let fill = answers.diff.fill(&table.name, &column.name).and_then(Fill::value);
    let filled = |value: String| match &fill {
        Some(fill) if !column.nullable => format!("coalesce({value}, {})", dialect.constant(fill, &column.ty)),
        _ => value,
    };
    let future = |source: Source, maybe_null: bool| Future {
        column: column.clone(),
        source,
        maybe_null: maybe_null && fill.is_none(),
        from: None,
        changes: true,
    };
    match (answers.convert.get(&key), live.column(&column.name)) {
        (Some(Convert::Function(function)), _) => future(Source::Function(function.clone()), true),
        (Some(convert), _) => {
            let value = dialect.proven(&expression(convert), &column.ty);
            future(Source::Sql(filled(value)), true)
        }
        (None, Some(old)) => {
            let mapped = answers.map.get(&key);
            let value = mapped.map_or_else(|| quote(&old.name), |map| replaced(&old.name, map));
            let value = filled(dialect.carried(&value, &old.ty, &column.ty));
            let from = mapped.is_none().then(|| old.ty.clone());
            Future { from, changes: mapped.is_some() || fill.is_some(), ..future(Source::Sql(value), old.nullable) }
        }
        (None, None) if column.identity => future(Source::Identity, false),
        (None, None) => {
            let given: Option<&DefaultValue> = fill.as_ref().or(column.default.as_ref());
            match given {
                Some(value) => future(Source::Sql(dialect.constant(value, &column.ty)), false),
                None => future(Source::Sql(dialect.proven("NULL", &column.ty)), true),
            }
        }
    }
}

/// The expression of a conversion that is one.
pub(super) fn expression(convert: &Convert) -> String {
    match convert {
        Convert::Sql(Sql { sql }) => format!("({sql})"),
        Convert::Minor(Minor { minor, of }) => {
            format!("CAST(round({} * {}) AS bigint)", quote(of), units(*minor))
        }
        Convert::Function(_) => "NULL".to_owned(),
    }
}

/// How many of the smallest units a whole one has.
pub(super) fn units(minor: u32) -> String {
    format!("1{}", "0".repeat(minor as usize))
}

/// The column with some of its values replaced.
pub(super) fn replaced(column: &str, map: &std::collections::BTreeMap<String, String>) -> String {
    let name = quote(column);
    let cases: String =
        map.iter().map(|(old, new)| format!(" WHEN {} THEN {}", quote_text(old), quote_text(new))).collect();
    if cases.is_empty() { name } else { format!("CASE {name}{cases} ELSE {name} END") }
}
