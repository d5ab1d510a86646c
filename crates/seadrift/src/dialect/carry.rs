//! How a value comes into a column of another type without losing anything: the expression, and for
//! which values it is exact. What would round, cut or guess has no entry here.
//!
//! Not here: the conversions of migrations (`convert` of each dialect), which may narrow because a
//! person wrote them down.

use super::{Dialect, RenderError, postgres, sqlite};
use crate::schema::{Check, Column, ColumnType, DefaultValue, Table};

/// A value on its way into another column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Carried {
    /// The SQL expression of the new value.
    pub value: String,
    /// For which values it is exact; all, when there is no condition. NULL always is.
    pub fits: Option<String>,
}

/// The largest whole number up to which a 64-bit float holds every one.
const EXACT_IN_DOUBLE: &str = "9007199254740992";
/// The same for a 32-bit float.
const EXACT_IN_REAL: &str = "16777216";

impl Dialect {
    /// The value of `column`, a quoted name, in another type; `None` where that would lose something.
    pub(crate) fn carry(self, from: &ColumnType, to: &ColumnType, column: &str) -> Option<Carried> {
        match self {
            Self::Postgres => in_postgres(from, to, column),
            Self::Sqlite => Some(in_sqlite(from, to, column)),
        }
    }

    /// A default or fill as an SQL expression for a column of this type.
    pub(crate) fn value_sql(self, ty: &ColumnType, value: &DefaultValue) -> Result<String, RenderError> {
        match self {
            Self::Postgres => Ok(postgres::value(value, ty)),
            Self::Sqlite => sqlite::value_sql(ty, value),
        }
    }

    /// The type of a column that holds values for this one until they have been looked at: as wide as
    /// the database allows, so that nothing is cut on the way.
    pub(crate) fn staging_type(self, table: &Table, column: &Column) -> String {
        match (self, &column.ty) {
            (Self::Sqlite, _) => sqlite::declared_in(table, column),
            (Self::Postgres, ColumnType::Varchar(_)) => "text".to_owned(),
            (Self::Postgres, ColumnType::Decimal(..)) => "numeric".to_owned(),
            (Self::Postgres, ty) => postgres::type_name(ty),
        }
    }

    /// What every value of the column keeps beside named checks: lengths, digits, and on SQLite all
    /// that a type means.
    pub(crate) fn type_rule(self, column: &Column, name: &str) -> Option<String> {
        match (self, &column.ty) {
            (Self::Sqlite, _) if column.identity => Some(format!("typeof({name}) IN ('integer', 'null')")),
            (Self::Sqlite, _) => sqlite::implied_check(column),
            (Self::Postgres, ColumnType::Varchar(limit)) => Some(format!("length({name}) <= {limit}")),
            (Self::Postgres, ColumnType::Decimal(precision, scale)) => Some(format!(
                "abs({name}) < 1e{} AND {name} = round({name}, {scale})",
                precision.saturating_sub(*scale)
            )),
            (Self::Postgres, _) => None,
        }
    }

    /// A check's expression, safe between parentheses.
    pub(crate) fn check_rule(self, check: &Check) -> Result<String, RenderError> {
        match self {
            Self::Postgres => Ok(format!("{}\n", check.expression)),
            Self::Sqlite => sqlite::expression_sql(&check.expression, "a check").map(str::to_owned),
        }
    }
}

/// SQLite keeps any value anywhere: what fits is told by the new column's own rule, once its affinity
/// has had its say. Only what affinity itself would round is told here.
fn in_sqlite(from: &ColumnType, to: &ColumnType, column: &str) -> Carried {
    // A table that another tool made lacks the checks by which types are known; the word remains.
    let known = match from {
        ColumnType::Other(words) => sqlite::from_declared(words.trim_end_matches(" without its check")),
        _ => None,
    };
    let from = known.as_ref().unwrap_or(from);
    let fits = matches!(to, ColumnType::Real | ColumnType::Double)
        .then(|| format!("(typeof({column}) <> 'integer' OR abs({column}) <= {EXACT_IN_DOUBLE})"));
    Carried { value: sqlite::convert(from, to, column), fits }
}

fn in_postgres(from: &ColumnType, to: &ColumnType, column: &str) -> Option<Carried> {
    use ColumnType as T;
    let native = match from {
        T::Other(word) if word == "character varying" => T::Text,
        T::Other(word) if word == "numeric" => T::Decimal(1000, 1000),
        other => other.clone(),
    };
    let always = |value: String| Some(Carried { value, fits: None });
    let when =
        |value: String, fits: String| Some(Carried { value, fits: Some(format!("({column} IS NULL OR {fits})")) });
    let cast = |ty: &T| format!("{column}::{}", postgres::type_name(ty));
    let whole = |ty: &T| matches!(ty, T::SmallInt | T::Integer | T::BigInt);
    let text = |ty: &T| matches!(ty, T::Varchar(_) | T::Text);
    match (&native, to) {
        (a, b) if a == b => always(column.to_owned()),
        (a, b) if text(a) && text(b) => always(column.to_owned()),
        (T::Decimal(..), T::Decimal(..)) => always(column.to_owned()),
        (a, b) if whole(a) && whole(b) => when(cast(b), between(b, column)),
        (a, T::Decimal(..)) if whole(a) => always(format!("{column}::numeric")),
        (a, T::Double) if whole(a) => when(cast(to), format!("abs({column}::numeric) <= {EXACT_IN_DOUBLE}")),
        (a, T::Real) if whole(a) => when(cast(to), format!("abs({column}::numeric) <= {EXACT_IN_REAL}")),
        (T::Real, T::Double) => always(cast(to)),
        (T::Decimal(..), b) if whole(b) => {
            when(cast(b), format!("{column} = trunc({column}) AND {}", between(b, column)))
        }
        (T::Boolean, b) if whole(b) => always(format!("{column}::integer::{}", postgres::type_name(b))),
        (a, T::Boolean) if whole(a) => when(format!("{column} <> 0"), format!("{column} IN (0, 1)")),
        (a, b) if (whole(a) || matches!(a, T::Uuid | T::Date | T::Boolean)) && text(b) => {
            always(format!("{column}::text"))
        }
        (a, b) if text(a) && whole(b) => {
            let digits = format!("{column} ~ '^(0|-?[1-9][0-9]{{0,18}})$'");
            when(
                cast(b),
                format!("CASE WHEN {digits} THEN {} ELSE false END", between(b, &format!("{column}::numeric"))),
            )
        }
        (a, T::Uuid) if text(a) => {
            let digits = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}";
            when(cast(to), format!("{column} ~ '^{digits}$'"))
        }
        (T::Timestamp, T::TimestampTz) | (T::TimestampTz, T::Timestamp) => {
            always(format!("{column} AT TIME ZONE 'UTC'"))
        }
        (T::Date, T::Timestamp) => always(cast(to)),
        (T::Date, T::TimestampTz) => always(format!("{column}::timestamp AT TIME ZONE 'UTC'")),
        (T::Timestamp, T::Date) => when(cast(to), format!("{column} = date_trunc('day', {column})")),
        (T::Other(word), T::Json) if word == "json" => always(cast(to)),
        _ => None,
    }
}

fn between(ty: &ColumnType, value: &str) -> String {
    let (low, high) = match ty {
        ColumnType::SmallInt => (i64::from(i16::MIN), i64::from(i16::MAX)),
        ColumnType::Integer => (i64::from(i32::MIN), i64::from(i32::MAX)),
        _ => (i64::MIN, i64::MAX),
    };
    format!("{value} BETWEEN {low}::numeric AND {high}::numeric")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ty(word: &str) -> ColumnType {
        word.parse().unwrap()
    }

    /// What rounds, cuts or guesses is not carried; what is exact for some values says for which.
    #[test]
    fn only_what_is_exact_is_carried_on_postgres() {
        for (from, to, exact) in [
            ("bigint", "bigint", Some(false)),
            ("integer", "bigint", Some(true)),
            ("bigint", "smallint", Some(true)),
            ("varchar(5)", "text", Some(false)),
            ("text", "varchar(5)", Some(false)),
            ("text", "bigint", Some(true)),
            ("date", "timestamptz", Some(false)),
            ("timestamp", "date", Some(true)),
            ("double", "integer", None),
            ("text", "json", None),
            ("text", "timestamptz", None),
            ("bytes", "text", None),
            ("double", "decimal(10,2)", None),
        ] {
            let carried = Dialect::Postgres.carry(&ty(from), &ty(to), "c");
            assert_eq!(carried.map(|c| c.fits.is_some()), exact, "{from} to {to}");
        }
    }

    #[test]
    fn sqlite_knows_a_type_by_its_word_alone() {
        let from = ColumnType::Other("boolean without its check".to_owned());
        let carried = Dialect::Sqlite.carry(&from, &ColumnType::Text, "c").unwrap();
        assert!(carried.value.contains("'true'"), "{}", carried.value);
    }
}
