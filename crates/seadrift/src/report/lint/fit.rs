//! What becomes of values when the type of their column changes. Pure.

use crate::schema::{ColumnType, Expression, name::in_expression};

/// What a change of type does to values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fit {
    /// Every value stays what it is.
    Keeps,
    /// Some values may not fit: the condition of those that do not, where it can be said.
    MayNot(Option<Expression>),
    /// Values lose this, without an error.
    Loses(&'static str),
}

/// What the change of `column` does.
pub(super) fn fit(column: &str, from: &ColumnType, to: &ColumnType) -> Fit {
    use ColumnType as T;
    let c = in_expression(column);
    let longer = |n: &u32| Fit::MayNot(Some(Expression(format!("length({c}) > {n}"))));
    match (from, to) {
        (a, b) if a == b => Fit::Keeps,
        (T::SmallInt | T::Integer | T::BigInt, T::SmallInt | T::Integer | T::BigInt) => integers(&c, from, to),
        (T::Varchar(a), T::Varchar(b)) if b >= a => Fit::Keeps,
        (T::Varchar(_) | T::Text, T::Varchar(n)) => longer(n),
        (T::Decimal(_, s), T::Decimal(_, t)) if t < s => Fit::Loses("decimal places"),
        (T::Decimal(p, s), T::Decimal(q, t)) if q - t < p - s => {
            let bound = format!("1{}", "0".repeat((q - t) as usize));
            Fit::MayNot(Some(Expression(format!("{c} >= {bound} OR {c} <= -{bound}"))))
        }
        (T::Decimal(..), T::Decimal(..)) | (T::Real, T::Double) => Fit::Keeps,
        (T::Double, T::Real) => Fit::Loses("digits"),
        (T::Real | T::Double, T::SmallInt | T::Integer | T::BigInt) => Fit::Loses("everything behind the point"),
        (T::Decimal(_, s), T::SmallInt | T::Integer | T::BigInt) if *s > 0 => Fit::Loses("everything behind the point"),
        (T::Real | T::Double, T::Decimal(..)) => Fit::Loses("the digits behind the scale"),
        (T::Decimal(..), T::Real | T::Double) => Fit::Loses("exactness: it becomes a float"),
        (T::BigInt, T::Real | T::Double) => Fit::Loses("the last digits of large numbers"),
        (T::Integer, T::Real) => Fit::Loses("the last digits of large numbers"),
        (a, T::Boolean) if is_number(a) => Fit::Loses("all but whether it was zero"),
        (T::Timestamp | T::TimestampTz, T::Date) => Fit::Loses("the time of day"),
        (T::Timestamp | T::TimestampTz, T::Time) => Fit::Loses("the date"),
        (T::Boolean, b) if is_number(b) => Fit::Keeps,
        (T::SmallInt | T::Integer, T::Double) | (T::SmallInt, T::Real) => Fit::Keeps,
        (T::Timestamp, T::TimestampTz) | (T::TimestampTz, T::Timestamp) => Fit::Keeps,
        (T::Date, T::Timestamp | T::TimestampTz) => Fit::Keeps,
        (T::Other(_), _) => Fit::MayNot(None),
        (T::Bytes, _) => Fit::MayNot(None),
        (_, T::Text) | (T::Varchar(_) | T::Text, T::Bytes) => Fit::Keeps,
        // The longest of these, a moment with its zone, takes 32 characters, a UUID 36.
        (T::Json, T::Varchar(_)) => Fit::MayNot(None),
        (_, T::Varchar(n)) if *n >= 40 => Fit::Keeps,
        _ => Fit::MayNot(None),
    }
}

fn integers(c: &str, from: &ColumnType, to: &ColumnType) -> Fit {
    let bounds = |ty: &ColumnType| match ty {
        ColumnType::SmallInt => (i64::from(i16::MIN), i64::from(i16::MAX)),
        ColumnType::Integer => (i64::from(i32::MIN), i64::from(i32::MAX)),
        _ => (i64::MIN, i64::MAX),
    };
    let (least, most) = bounds(to);
    if bounds(from).1 <= most {
        return Fit::Keeps;
    }
    Fit::MayNot(Some(Expression(format!("{c} < {least} OR {c} > {most}"))))
}

fn is_number(ty: &ColumnType) -> bool {
    use ColumnType as T;
    matches!(ty, T::SmallInt | T::Integer | T::BigInt | T::Real | T::Double | T::Decimal(..))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_of_type_is_judged() {
        for (from, to, expected) in [
            ("integer", "bigint", "keeps"),
            ("bigint", "integer", "c < -2147483648 OR c > 2147483647"),
            ("integer", "smallint", "c < -32768 OR c > 32767"),
            ("varchar(10)", "varchar(10)", "keeps"),
            ("varchar(10)", "varchar(20)", "keeps"),
            ("varchar(20)", "varchar(10)", "length(c) > 10"),
            ("text", "varchar(10)", "length(c) > 10"),
            ("varchar(10)", "text", "keeps"),
            ("decimal(10,2)", "decimal(10,1)", "loses decimal places"),
            ("decimal(10,2)", "decimal(8,2)", "c >= 1000000 OR c <= -1000000"),
            ("decimal(10,2)", "decimal(12,4)", "keeps"),
            ("decimal(10,2)", "decimal(12,6)", "c >= 1000000 OR c <= -1000000"),
            ("decimal(10,2)", "bigint", "loses everything behind the point"),
            ("decimal(10,0)", "bigint", "perhaps"),
            ("decimal(10,2)", "double", "loses exactness: it becomes a float"),
            ("double", "real", "loses digits"),
            ("real", "double", "keeps"),
            ("bigint", "double", "loses the last digits of large numbers"),
            ("integer", "double", "keeps"),
            ("integer", "boolean", "loses all but whether it was zero"),
            ("boolean", "integer", "keeps"),
            ("timestamptz", "date", "loses the time of day"),
            ("timestamptz", "time", "loses the date"),
            ("timestamp", "timestamptz", "keeps"),
            ("date", "timestamptz", "keeps"),
            ("text", "integer", "perhaps"),
            ("text", "json", "perhaps"),
            ("json", "text", "keeps"),
            ("json", "varchar(100)", "perhaps"),
            ("uuid", "varchar(40)", "keeps"),
            ("uuid", "varchar(20)", "perhaps"),
            ("other(money)", "bigint", "perhaps"),
        ] {
            let found = match fit("c", &from.parse().unwrap(), &to.parse().unwrap()) {
                Fit::Keeps => "keeps".to_owned(),
                Fit::MayNot(Some(condition)) => condition.0,
                Fit::MayNot(None) => "perhaps".to_owned(),
                Fit::Loses(what) => format!("loses {what}"),
            };
            assert_eq!(found, expected, "{from} to {to}");
        }
    }
}
