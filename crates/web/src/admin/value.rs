//! One value of one column, read from either database and written to it, shown to people, put into
//! forms and files. Not here: reading what people type (`parse`).

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat, Utc};
use sea_orm::{
    DbErr, QueryResult, Value,
    sea_query::{Expr, ExprTrait},
};
use serde_json::Value as Json;

use super::field::{Field, Kind};

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell {
    Null,
    Int(i64),
    Float(f64),
    Bool(bool),
    Text(String),
    Date(NaiveDate),
    Time(NaiveTime),
    Moment(DateTime<Utc>),
    Local(NaiveDateTime),
    Json(Json),
}

impl Cell {
    /// The expression that reads a column, of this table where several are joined.
    pub(crate) fn select(field: &Field, table: Option<String>) -> Expr {
        let column = match table {
            Some(table) => Expr::col((table, field.column)),
            None => Expr::col(field.column),
        };
        if field.kind == Kind::Opaque { column.cast_as("text") } else { column }
    }

    /// The value in a row that [`Cell::select`] asked for.
    pub(crate) fn read(row: &QueryResult, at: usize, kind: Kind) -> Result<Self, DbErr> {
        let cell = match kind {
            Kind::Int(16) => row.try_get_by_index::<Option<i16>>(at)?.map(|value| Self::Int(value.into())),
            Kind::Int(32) => row.try_get_by_index::<Option<i32>>(at)?.map(|value| Self::Int(value.into())),
            Kind::Int(_) => row.try_get_by_index::<Option<i64>>(at)?.map(Self::Int),
            Kind::Single => row.try_get_by_index::<Option<f32>>(at)?.map(|value| Self::Float(value.into())),
            Kind::Double => row.try_get_by_index::<Option<f64>>(at)?.map(Self::Float),
            Kind::Bool => row.try_get_by_index::<Option<bool>>(at)?.map(Self::Bool),
            Kind::Text(_) | Kind::Opaque => row.try_get_by_index::<Option<String>>(at)?.map(Self::Text),
            Kind::Date => row.try_get_by_index::<Option<NaiveDate>>(at)?.map(Self::Date),
            Kind::Time => row.try_get_by_index::<Option<NaiveTime>>(at)?.map(Self::Time),
            Kind::Moment => row.try_get_by_index::<Option<DateTime<Utc>>>(at)?.map(Self::Moment),
            Kind::Local => row.try_get_by_index::<Option<NaiveDateTime>>(at)?.map(Self::Local),
            Kind::Json => row.try_get_by_index::<Option<Json>>(at)?.map(Self::Json),
        };
        Ok(cell.unwrap_or(Self::Null))
    }

    /// The value for a statement; a NULL of the column's type.
    pub(crate) fn bind(&self, kind: Kind) -> Value {
        match (self, kind) {
            (Self::Int(value), _) => Value::from(*value),
            (Self::Float(value), _) => Value::from(*value),
            (Self::Bool(value), _) => Value::from(*value),
            (Self::Text(value), _) => Value::from(value.clone()),
            (Self::Date(value), _) => Value::from(*value),
            (Self::Time(value), _) => Value::from(*value),
            (Self::Moment(value), _) => Value::from(*value),
            (Self::Local(value), _) => Value::from(*value),
            (Self::Json(value), _) => Value::from(value.clone()),
            (Self::Null, Kind::Int(_)) => Value::from(None::<i64>),
            (Self::Null, Kind::Single | Kind::Double) => Value::from(None::<f64>),
            (Self::Null, Kind::Bool) => Value::from(None::<bool>),
            (Self::Null, Kind::Text(_) | Kind::Opaque) => Value::from(None::<String>),
            (Self::Null, Kind::Date) => Value::from(None::<NaiveDate>),
            (Self::Null, Kind::Time) => Value::from(None::<NaiveTime>),
            (Self::Null, Kind::Moment) => Value::from(None::<DateTime<Utc>>),
            (Self::Null, Kind::Local) => Value::from(None::<NaiveDateTime>),
            (Self::Null, Kind::Json) => Value::from(None::<Json>),
        }
    }

    /// The value as it stands in addresses, form fields and files; nothing for NULL.
    pub(crate) fn plain(&self) -> String {
        match self {
            Self::Null => String::new(),
            Self::Int(value) => value.to_string(),
            Self::Float(value) => value.to_string(),
            Self::Bool(value) => value.to_string(),
            Self::Text(value) => value.clone(),
            Self::Date(value) => value.to_string(),
            Self::Time(value) => value.to_string(),
            Self::Moment(value) => value.to_rfc3339_opts(SecondsFormat::AutoSi, true),
            Self::Local(value) => value.format("%Y-%m-%dT%H:%M:%S%.f").to_string(),
            Self::Json(value) => value.to_string(),
        }
    }

    /// The value that [`Cell::plain`] wrote; nothing for nonsense.
    pub(crate) fn from_plain(kind: Kind, text: &str) -> Option<Self> {
        Some(match kind {
            Kind::Int(16) => Self::Int(text.parse::<i16>().ok()?.into()),
            Kind::Int(32) => Self::Int(text.parse::<i32>().ok()?.into()),
            Kind::Int(_) => Self::Int(text.parse().ok()?),
            Kind::Single | Kind::Double => Self::Float(text.parse().ok().filter(|value: &f64| value.is_finite())?),
            Kind::Bool => Self::Bool(text.parse().ok()?),
            // PostgreSQL keeps no NUL in a text, and would fail at it.
            Kind::Text(_) | Kind::Opaque => Self::Text((!text.contains('\0')).then(|| text.to_owned())?),
            Kind::Date => Self::Date(within(text.parse::<NaiveDate>().ok()?)?),
            Kind::Time => Self::Time(text.parse().ok()?),
            Kind::Moment => {
                let moment = DateTime::parse_from_rfc3339(text).ok()?.with_timezone(&Utc);
                within(moment.date_naive())?;
                Self::Moment(kernel::clock::to_microseconds(moment))
            }
            Kind::Local => {
                let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").ok()?;
                within(local.date())?;
                Self::Local(local)
            }
            Kind::Json => Self::Json(serde_json::from_str(text).ok()?),
        })
    }

    /// The value as a form field holds it: moments to the second, documents on several lines.
    pub(crate) fn typed(&self) -> String {
        match self {
            Self::Moment(value) => value.format("%Y-%m-%dT%H:%M:%S").to_string(),
            Self::Local(value) => value.format("%Y-%m-%dT%H:%M:%S").to_string(),
            Self::Json(value) => serde_json::to_string_pretty(value).unwrap_or_default(),
            Self::Text(value) => value.replace("\r\n", "\n"),
            other => other.plain(),
        }
    }

    /// The value for people; nothing for NULL.
    pub(crate) fn shown(&self, field: &Field) -> String {
        if let Some(words) = field.choice(&self.plain()) {
            return words.to_owned();
        }
        match self {
            Self::Bool(true) => "Yes".to_owned(),
            Self::Bool(false) => "No".to_owned(),
            Self::Int(value) if field.target.is_none() && !field.identity => crate::layout::number(*value),
            Self::Moment(value) => value.format("%Y-%m-%d %H:%M").to_string(),
            Self::Local(value) => value.format("%Y-%m-%d %H:%M").to_string(),
            other => other.plain(),
        }
    }

    /// The value in a JSON file.
    pub(crate) fn json(&self) -> Json {
        match self {
            Self::Null => Json::Null,
            Self::Int(value) => Json::from(*value),
            Self::Float(value) => Json::from(*value),
            Self::Bool(value) => Json::from(*value),
            Self::Json(value) => value.clone(),
            other => Json::from(other.plain()),
        }
    }

    pub(crate) fn is_null(&self) -> bool {
        *self == Self::Null
    }
}

/// A day that both databases know and that is written with four digits.
pub(crate) fn within(day: NaiveDate) -> Option<NaiveDate> {
    use chrono::Datelike;
    (1..=9999).contains(&day.year()).then_some(day)
}

/// An amount of minor units with its currency: `12.50 USD`.
///
/// Source of the digits: ISO 4217, exponents other than two.
pub(crate) fn money(minor: i64, currency: &str) -> String {
    let digits = minor_digits(currency);
    let sign = if minor < 0 { "\u{2212}" } else { "" };
    let unit = 10_u64.pow(digits);
    let (whole, rest) = (minor.unsigned_abs() / unit, minor.unsigned_abs() % unit);
    let whole = crate::layout::number(whole);
    if digits == 0 {
        return format!("{sign}{whole} {currency}").trim_end().to_owned();
    }
    format!("{sign}{whole}.{rest:0width$} {currency}", width = digits as usize).trim_end().to_owned()
}

fn minor_digits(currency: &str) -> u32 {
    match currency.to_ascii_uppercase().as_str() {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "UYI" | "VND"
        | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_leads_back_to_its_value() {
        let moment = DateTime::from_timestamp_micros(1_700_000_000_123_456).unwrap();
        for (kind, cell) in [
            (Kind::Int(64), Cell::Int(i64::MIN)),
            (Kind::Int(16), Cell::Int(-7)),
            (Kind::Double, Cell::Float(0.1)),
            (Kind::Bool, Cell::Bool(true)),
            (Kind::Text(None), Cell::Text("a & b".into())),
            (Kind::Date, Cell::Date(moment.date_naive())),
            (Kind::Time, Cell::Time(moment.time())),
            (Kind::Moment, Cell::Moment(moment)),
            (Kind::Local, Cell::Local(moment.naive_utc())),
            (Kind::Json, Cell::Json(serde_json::json!({"a": [1, null]}))),
        ] {
            assert_eq!(Cell::from_plain(kind, &cell.plain()), Some(cell.clone()), "{cell:?}");
        }
        for (kind, nonsense) in [
            (Kind::Int(64), "x"),
            (Kind::Int(64), "99999999999999999999"),
            (Kind::Int(16), "70000"),
            (Kind::Double, "inf"),
            (Kind::Bool, "maybe"),
            (Kind::Text(None), "a\0b"),
            (Kind::Date, "2026-02-30"),
            (Kind::Moment, "+262000-01-01T00:00:00Z"),
            (Kind::Json, "{"),
        ] {
            assert_eq!(Cell::from_plain(kind, nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn money_has_the_digits_of_its_currency() {
        for (minor, currency, text) in [
            (125_050, "USD", "1,250.50 USD"),
            (5, "BDT", "0.05 BDT"),
            (-1, "EUR", "\u{2212}0.01 EUR"),
            (1_500, "JPY", "1,500 JPY"),
            (1_500, "KWD", "1.500 KWD"),
            (700, "", "7.00"),
            (i64::MIN, "USD", "\u{2212}92,233,720,368,547,758.08 USD"),
        ] {
            assert_eq!(money(minor, currency), text);
        }
    }
}
