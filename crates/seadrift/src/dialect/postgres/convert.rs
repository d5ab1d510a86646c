//! How the values of a column are carried over when its type changes.
//!
//! No conversion here shortens a text without a word: what does not fit is an error of the
//! statement. Times are taken as UTC, whatever the session's zone is.

use crate::schema::ColumnType;

use super::ddl::type_name;

/// The `USING` expression over `column`, a name that is quoted already; `None` where the
/// server's own assignment does it.
pub(super) fn using(column: &str, from: &ColumnType, to: &ColumnType) -> Option<String> {
    use ColumnType as T;
    let target = type_name(to);
    Some(match (from, to) {
        (T::Varchar(_) | T::Text, T::Varchar(_) | T::Text) => return None,
        (a, b) if is_number(a) && is_number(b) => return None,
        (T::Boolean, b) if is_number(b) => format!("{column}::integer::{target}"),
        (a, T::Boolean) if is_number(a) => format!("{column} <> 0"),
        (T::Timestamp, T::TimestampTz) | (T::TimestampTz, T::Timestamp) => format!("{column} AT TIME ZONE 'UTC'"),
        (T::Date, T::TimestampTz) => format!("{column}::timestamp AT TIME ZONE 'UTC'"),
        (T::TimestampTz, T::Varchar(_) | T::Text) => format!("({column} AT TIME ZONE 'UTC')::text || '+00'"),
        (T::TimestampTz, _) => format!("({column} AT TIME ZONE 'UTC')::{target}"),
        (T::Bytes, T::Varchar(_) | T::Text) => format!("convert_from({column}, 'UTF8')"),
        (T::Varchar(_) | T::Text, T::Bytes) => format!("convert_to({column}, 'UTF8')"),
        // Of an array no cast to a document is known; of an address the text would end in /32.
        (T::Other(native), T::Json) if native.ends_with("[]") => format!("to_jsonb({column})"),
        (T::Other(native), T::Varchar(_) | T::Text) if native == "inet" => format!("host({column})"),
        // An explicit cast to varchar(n) cuts; an assignment of text to it refuses.
        (_, T::Varchar(_)) => format!("{column}::text"),
        _ => format!("{column}::{target}"),
    })
}

/// The expression `value` of type `from` as `to`, but for its bounds.
pub(in crate::dialect) fn carried(value: &str, from: &ColumnType, to: &ColumnType) -> String {
    match using(value, from, to) {
        Some(value) => unbounded(&format!("({value})"), to),
        None => unbounded(value, to),
    }
}

/// The expression `value` as this type without its bounds.
pub(in crate::dialect) fn unbounded(value: &str, ty: &ColumnType) -> String {
    let wide = match ty {
        ColumnType::SmallInt | ColumnType::Integer => ColumnType::BigInt,
        ColumnType::Varchar(_) => ColumnType::Text,
        other => other.clone(),
    };
    format!("CAST({value} AS {})", type_name(&wide))
}

fn is_number(ty: &ColumnType) -> bool {
    matches!(
        ty,
        ColumnType::SmallInt
            | ColumnType::Integer
            | ColumnType::BigInt
            | ColumnType::Real
            | ColumnType::Double
            | ColumnType::Decimal(..)
    )
}
