//! SeaORM's column types to the portable ones.

use sea_orm::{ColumnType as OrmType, sea_query::StringLen};

use crate::schema::ColumnType;

/// The portable type; `Other` with SeaORM's spelling when there is none.
///
/// An unsigned integer becomes the next larger signed one, since neither database has unsigned
/// integers; `u64` becomes `bigint`, whose upper half is then out of reach. (SeaORM itself cannot read
/// fields of unsigned types from PostgreSQL; a signed field with such a `column_type` works.)
pub(super) fn column_type(ty: &OrmType) -> ColumnType {
    match ty {
        OrmType::Char(length) => ColumnType::Varchar(length.unwrap_or(1)),
        OrmType::String(StringLen::N(length)) => ColumnType::Varchar(*length),
        OrmType::String(_) | OrmType::Text => ColumnType::Text,
        OrmType::Blob | OrmType::Binary(_) | OrmType::VarBinary(_) => ColumnType::Bytes,
        OrmType::TinyInteger | OrmType::SmallInteger | OrmType::TinyUnsigned => ColumnType::SmallInt,
        OrmType::Integer | OrmType::SmallUnsigned => ColumnType::Integer,
        OrmType::BigInteger | OrmType::Unsigned | OrmType::BigUnsigned => ColumnType::BigInt,
        OrmType::Float => ColumnType::Real,
        OrmType::Double => ColumnType::Double,
        OrmType::Decimal(Some((precision, scale))) => ColumnType::Decimal(*precision, *scale),
        OrmType::DateTime | OrmType::Timestamp => ColumnType::Timestamp,
        OrmType::TimestampWithTimeZone => ColumnType::TimestampTz,
        OrmType::Time => ColumnType::Time,
        OrmType::Date => ColumnType::Date,
        OrmType::Boolean => ColumnType::Boolean,
        OrmType::Json | OrmType::JsonBinary => ColumnType::Json,
        OrmType::Uuid => ColumnType::Uuid,
        OrmType::Enum { name, .. } => ColumnType::Other(format!("enum {name}")),
        OrmType::Custom(name) => ColumnType::Other(name.to_string()),
        other => ColumnType::Other(format!("{other:?}")),
    }
}

/// What to write instead of a type that is not portable.
pub(super) fn advice(ty: &OrmType) -> &'static str {
    match ty {
        OrmType::Decimal(None) | OrmType::Money(_) => {
            "give precision and scale: column_type = \"Decimal(Some((19, 4)))\""
        }
        OrmType::Array(_) | OrmType::Vector(_) => "keep a list as JSON: column_type = \"JsonBinary\"",
        OrmType::Interval(..) => "keep a duration as a whole number of seconds",
        // SeaORM casts what it writes to a PostgreSQL type of this name, so text would not do.
        OrmType::Enum { .. } => {
            "write rs_type = \"String\", db_type = \"String(StringLen::N(…))\" at the enumeration: text, checked by its values"
        }
        OrmType::Year => "keep a year as a whole number",
        _ => "choose one of SeaORM's types for text, numbers, booleans, bytes, dates, times, JSON or UUIDs",
    }
}

/// Whether values are whole numbers.
pub(super) fn is_integer(ty: &ColumnType) -> bool {
    matches!(ty, ColumnType::SmallInt | ColumnType::Integer | ColumnType::BigInt)
}

/// Whether values are numbers.
pub(super) fn is_number(ty: &ColumnType) -> bool {
    is_integer(ty) || matches!(ty, ColumnType::Real | ColumnType::Double | ColumnType::Decimal(..))
}

#[cfg(test)]
mod tests {
    use sea_orm::sea_query::IntoIden;

    use super::*;

    #[test]
    fn every_type_has_its_portable_word() {
        for (ty, expected) in [
            (OrmType::Char(None), "varchar(1)"),
            (OrmType::Char(Some(3)), "varchar(3)"),
            (OrmType::String(StringLen::N(20)), "varchar(20)"),
            (OrmType::String(StringLen::None), "text"),
            (OrmType::String(StringLen::Max), "text"),
            (OrmType::Text, "text"),
            (OrmType::Blob, "bytes"),
            (OrmType::Binary(16), "bytes"),
            (OrmType::VarBinary(StringLen::N(16)), "bytes"),
            (OrmType::TinyInteger, "smallint"),
            (OrmType::SmallInteger, "smallint"),
            (OrmType::Integer, "integer"),
            (OrmType::BigInteger, "bigint"),
            (OrmType::TinyUnsigned, "smallint"),
            (OrmType::SmallUnsigned, "integer"),
            (OrmType::Unsigned, "bigint"),
            (OrmType::BigUnsigned, "bigint"),
            (OrmType::Float, "real"),
            (OrmType::Double, "double"),
            (OrmType::Decimal(Some((10, 2))), "decimal(10,2)"),
            (OrmType::DateTime, "timestamp"),
            (OrmType::Timestamp, "timestamp"),
            (OrmType::TimestampWithTimeZone, "timestamptz"),
            (OrmType::Time, "time"),
            (OrmType::Date, "date"),
            (OrmType::Boolean, "boolean"),
            (OrmType::Json, "json"),
            (OrmType::JsonBinary, "json"),
            (OrmType::Uuid, "uuid"),
            (OrmType::Enum { name: "tea".into_iden(), variants: Vec::new() }, "other(enum tea)"),
            (OrmType::custom("citext"), "other(citext)"),
            (OrmType::Inet, "other(Inet)"),
            (OrmType::Decimal(None), "other(Decimal(None))"),
        ] {
            assert_eq!(column_type(&ty).to_string(), expected, "{ty:?}");
        }
    }
}
