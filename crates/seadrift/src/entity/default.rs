//! SeaORM's column defaults to those of the schema.

use sea_orm::{
    Value,
    sea_query::{Expr, Keyword, PostgresQueryBuilder, Query, QueryBuilder, SqliteQueryBuilder},
};

use super::types::{is_integer, is_number};
use crate::schema::{ColumnType, DefaultValue, Expression, Literal};

/// The default in the schema's words; `None` for a default of NULL, which is no default.
///
/// # Errors
/// Why it cannot be kept, as the end of a sentence that begins with the default.
pub(super) fn default_value(expression: &Expr) -> Result<Option<DefaultValue>, &'static str> {
    match expression {
        Expr::Value(value) | Expr::Constant(value) => constant(value),
        // The usual one, and rendering a query twice is by far the most work here.
        Expr::Keyword(Keyword::CurrentTimestamp) => Ok(Some(Expression::from("CURRENT_TIMESTAMP").into())),
        _ => {
            let postgres = sql(expression, PostgresQueryBuilder);
            if postgres != sql(expression, SqliteQueryBuilder) {
                return Err(
                    "is spelt differently in the two databases; use one that both understand, or set it in code",
                );
            }
            Ok(Some(DefaultValue::Sql { sql: Expression(postgres) }))
        }
    }
}

fn sql(expression: &Expr, dialect: impl QueryBuilder) -> String {
    let query = Query::select().expr(expression.clone()).to_string(dialect);
    query.strip_prefix("SELECT ").map_or_else(|| query.clone(), str::to_owned)
}

fn constant(value: &Value) -> Result<Option<DefaultValue>, &'static str> {
    if *value == value.as_null() {
        return Ok(None);
    }
    Ok(Some(match value {
        Value::Bool(Some(value)) => (*value).into(),
        Value::TinyInt(Some(value)) => i64::from(*value).into(),
        Value::SmallInt(Some(value)) => i64::from(*value).into(),
        Value::Int(Some(value)) => i64::from(*value).into(),
        Value::BigInt(Some(value)) => (*value).into(),
        Value::TinyUnsigned(Some(value)) => i64::from(*value).into(),
        Value::SmallUnsigned(Some(value)) => i64::from(*value).into(),
        Value::Unsigned(Some(value)) => i64::from(*value).into(),
        Value::BigUnsigned(Some(value)) => {
            i64::try_from(*value).map_err(|_| "is greater than a bigint; choose a smaller one")?.into()
        }
        Value::Float(Some(value)) => finite(f64::from(*value), value.to_string())?,
        Value::Double(Some(value)) => finite(*value, value.to_string())?,
        Value::String(Some(text)) => text.as_str().into(),
        Value::Char(Some(letter)) => letter.to_string().as_str().into(),
        Value::Bytes(_) => return Err("is bytes, which the two databases spell differently; set it in code"),
        other => quoted(&sql(&Expr::Value(other.clone()), SqliteQueryBuilder)),
    }))
}

fn finite(value: f64, text: String) -> Result<DefaultValue, &'static str> {
    let text = if text.contains('.') { text } else { format!("{text}.0") };
    if value.is_finite() {
        Ok(DefaultValue::Sql { sql: Expression(text) })
    } else {
        Err("is not a finite number, which SQLite does not have; choose another")
    }
}

/// A date, time, UUID, enumeration or JSON document is a text; a decimal stays as it is.
fn quoted(sql: &str) -> DefaultValue {
    match sql.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        Some(text) => text.replace("''", "'").as_str().into(),
        None => DefaultValue::Sql { sql: Expression(sql.to_owned()) },
    }
}

/// Whether a column of this type can have this default. Expressions are for the database to judge.
pub(super) fn fits(default: &DefaultValue, ty: &ColumnType) -> bool {
    match default {
        DefaultValue::Sql { .. } => true,
        DefaultValue::Literal(Literal::Bool(_)) => *ty == ColumnType::Boolean,
        DefaultValue::Literal(Literal::Int(value)) => match ty {
            ColumnType::SmallInt => i16::try_from(*value).is_ok(),
            ColumnType::Integer => i32::try_from(*value).is_ok(),
            _ => is_number(ty),
        },
        DefaultValue::Literal(Literal::Text(text)) => holds_text(ty, text),
    }
}

/// Whether a column of this type can hold this value.
pub(super) fn holds(ty: &ColumnType, value: &Literal) -> bool {
    match value {
        Literal::Bool(_) => *ty == ColumnType::Boolean,
        Literal::Int(_) => is_integer(ty) && fits(&DefaultValue::Literal(value.clone()), ty),
        Literal::Text(text) => matches!(ty, ColumnType::Varchar(_) | ColumnType::Text) && holds_text(ty, text),
    }
}

fn holds_text(ty: &ColumnType, text: &str) -> bool {
    match ty {
        ColumnType::Varchar(length) => text.chars().count() <= *length as usize,
        ColumnType::Text
        | ColumnType::Date
        | ColumnType::Time
        | ColumnType::Timestamp
        | ColumnType::TimestampTz
        | ColumnType::Json
        | ColumnType::Uuid => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::sea_query::Func;

    use super::*;

    fn sql(text: &str) -> DefaultValue {
        DefaultValue::Sql { sql: text.into() }
    }

    #[test]
    fn defaults_keep_their_meaning() {
        let date = sea_orm::prelude::Date::from_ymd_opt(2024, 2, 29);
        for (expression, expected) in [
            (Expr::val(false), Some(false.into())),
            (Expr::val(7u8), Some(7.into())),
            (Expr::val(-7i64), Some((-7).into())),
            (Expr::val("it's"), Some("it's".into())),
            (Expr::val('x'), Some("x".into())),
            (Expr::val(1.5f64), Some(sql("1.5"))),
            (Expr::val(2.0f32), Some(sql("2.0"))),
            (Expr::val(Option::<i64>::None), None),
            (Expr::val(date), Some("2024-02-29".into())),
            (Expr::val(serde_json_object()), Some("{\"a\":\"it's\"}".into())),
            (Expr::current_timestamp(), Some(sql("CURRENT_TIMESTAMP"))),
            (Expr::cust("1 + 1"), Some(sql("1 + 1"))),
            (Expr::from(Func::lower(Expr::val("A"))), Some(sql("LOWER('A')"))),
        ] {
            assert_eq!(default_value(&expression), Ok(expected), "{expression:?}");
        }
        for refused in [Expr::val(vec![1u8]), Expr::val(f64::NAN), Expr::val(u64::MAX)] {
            assert!(default_value(&refused).is_err(), "{refused:?}");
        }
    }

    fn serde_json_object() -> sea_orm::prelude::Json {
        sea_orm::prelude::Json::Object([("a".to_owned(), "it's".into())].into_iter().collect())
    }

    #[test]
    fn a_default_fits_its_type() {
        for (default, ty, expected) in [
            (DefaultValue::from(true), ColumnType::Boolean, true),
            (1.into(), ColumnType::Boolean, false),
            (40_000.into(), ColumnType::SmallInt, false),
            (40_000.into(), ColumnType::Integer, true),
            (1.into(), ColumnType::Double, true),
            (1.into(), ColumnType::Text, false),
            ("1".into(), ColumnType::BigInt, false),
            ("äöü".into(), ColumnType::Varchar(3), true),
            ("äöüß".into(), ColumnType::Varchar(3), false),
            ("[]".into(), ColumnType::Json, true),
            (sql("anything()"), ColumnType::Bytes, true),
        ] {
            assert_eq!(fits(&default, &ty), expected, "{default:?} {ty}");
        }
    }
}
