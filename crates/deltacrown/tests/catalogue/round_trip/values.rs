//! Values for columns: one that is fit, others that may be, and those that stand in expressions.

use sea_orm::{
    Value,
    prelude::{Date, DateTimeUtc, Json, Time},
};
use seadrift::{
    entity::{ColumnDeclaration, Number},
    schema::{Column, ColumnType, DefaultValue, Expression, Literal},
};

/// NULL in the type of the column.
pub fn null(ty: &ColumnType) -> Value {
    value_of(ty, 1).as_null()
}

/// What the database puts into the column when an insert leaves it out; `None` when that is not a constant.
pub fn left_out(column: &Column) -> Option<Value> {
    match &column.default {
        None => Some(null(&column.ty)),
        Some(DefaultValue::Literal(literal)) => from_literal(&column.ty, literal),
        Some(DefaultValue::Sql { sql }) => from_text(&column.ty, sql.as_str()),
    }
}

/// A value that the column alone has no reason to refuse; another for another number.
pub fn fit(column: &Column, declared: Option<&ColumnDeclaration>, number: i64) -> Value {
    let allowed = declared.map(ColumnDeclaration::allowed).unwrap_or_default();
    if !allowed.is_empty() {
        let at = usize::try_from(number).unwrap_or(0) % allowed.len();
        return from_literal(&column.ty, &allowed[at]).unwrap_or_else(|| panic!("{column:?} cannot hold its choices"));
    }
    let (min, max) = declared.map_or((None, None), |d| (d.min, d.max));
    match (min, max) {
        (None, None) => value_of(&column.ty, number),
        (Some(Number::Int(min)), None) => whole(&column.ty, min.saturating_add(number)),
        (Some(Number::Int(min)), Some(Number::Int(max))) => whole(&column.ty, min + number % (max - min + 1)),
        (None, Some(Number::Int(max))) => whole(&column.ty, max.saturating_sub(number)),
        (min, max) => {
            let min = min.map_or(f64::MIN, as_f64);
            let max = max.map_or(f64::MAX, as_f64);
            let near = if min == f64::MIN { max - 1.0 } else { min };
            fraction(&column.ty, (near + 0.25 * (number % 4) as f64).clamp(min, max))
        }
    }
}

/// Values that conditions on the column may ask for: NULL, its choices, its bounds and beyond them,
/// and what stands in the expressions that mention it.
pub fn candidates(column: &Column, declared: Option<&ColumnDeclaration>, expressions: &[&Expression]) -> Vec<Value> {
    let ty = &column.ty;
    let mut found: Vec<Value> = Vec::new();
    let mut add = |value: Option<Value>| {
        if let Some(value) = value
            && !found.contains(&value)
        {
            found.push(value);
        }
    };
    add(left_out(column).filter(|value| column.nullable || *value != value.as_null()));
    if column.nullable {
        add(Some(null(ty)));
    }
    for literal in declared.map(ColumnDeclaration::allowed).unwrap_or_default() {
        add(from_literal(ty, &literal));
    }
    for bound in declared.into_iter().flat_map(|d| [d.min, d.max]).flatten() {
        for beyond in [0, -1, 1] {
            add(from_text(
                ty,
                &match bound {
                    Number::Int(bound) => (bound + beyond).to_string(),
                    Number::Float(bound) => (bound + beyond as f64).to_string(),
                },
            ));
        }
    }
    for constant in expressions.iter().flat_map(|e| constants(e.as_str())) {
        add(from_text(ty, &constant));
        if let Ok(number) = constant.parse::<i64>() {
            add(from_text(ty, &(number + 1).to_string()));
            add(from_text(ty, &(number - 1).to_string()));
            // Lengths of texts.
            for length in [number, number + 1, number - 1].iter().filter(|_| is_text(ty)) {
                add(usize::try_from(*length).ok().and_then(|length| from_text(ty, &"x".repeat(length.min(1000)))));
            }
        }
    }
    let usual: &[&str] = match ty {
        ColumnType::Boolean => &["true", "false"],
        ColumnType::SmallInt | ColumnType::Integer | ColumnType::BigInt => &["0", "1", "2", "3", "-1"],
        ColumnType::Real | ColumnType::Double => &["0", "1", "-1"],
        ColumnType::Varchar(_) | ColumnType::Text => &["", "x", "XYZ", "https://example.org/x"],
        ColumnType::TimestampTz => &[
            "2020-01-01T00:00:00+00:00",
            "2021-01-01T00:00:00+00:00",
            "2030-01-01T00:00:00+00:00",
            "2031-01-01T00:00:00+00:00",
            "2032-01-01T00:00:00+00:00",
        ],
        ColumnType::Date => &["2020-01-01", "2021-01-01", "2030-01-01"],
        ColumnType::Json => &["{}", "[]"],
        _ => &[],
    };
    usual.iter().for_each(|text| add(from_text(ty, text)));
    found
}

/// A value that no row has: for references that point at nothing.
pub fn absent(ty: &ColumnType) -> Option<Value> {
    match ty {
        ColumnType::BigInt => Some(Value::BigInt(Some(9_000_000_000_000_000))),
        ColumnType::Integer => Some(Value::Int(Some(2_000_000_000))),
        ColumnType::SmallInt => Some(Value::SmallInt(Some(32_000))),
        ColumnType::Varchar(_) | ColumnType::Text => from_text(ty, "~"),
        _ => None,
    }
}

fn is_text(ty: &ColumnType) -> bool {
    matches!(ty, ColumnType::Varchar(_) | ColumnType::Text)
}

/// The texts and numbers that stand in an expression.
fn constants(sql: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, part) in sql.split('\'').enumerate() {
        if at % 2 == 1 {
            found.push(part.to_owned());
        } else {
            let words = part.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.'));
            found.extend(words.filter(|word| word.starts_with(|c: char| c.is_ascii_digit())).map(str::to_owned));
        }
    }
    found
}

fn from_literal(ty: &ColumnType, literal: &Literal) -> Option<Value> {
    match literal {
        Literal::Bool(value) => from_text(ty, &value.to_string()),
        Literal::Int(value) => from_text(ty, &value.to_string()),
        Literal::Text(text) => from_text(ty, text),
    }
}

/// The value that a text means in a column of this type, when it means one.
pub fn from_text(ty: &ColumnType, text: &str) -> Option<Value> {
    Some(match ty {
        ColumnType::SmallInt => Value::SmallInt(Some(text.parse().ok()?)),
        ColumnType::Integer => Value::Int(Some(text.parse().ok()?)),
        ColumnType::BigInt => Value::BigInt(Some(text.parse().ok()?)),
        ColumnType::Real => Value::Float(Some(text.parse().ok()?)),
        ColumnType::Double => Value::Double(Some(text.parse().ok()?)),
        ColumnType::Boolean => Value::Bool(Some(text.parse().ok()?)),
        ColumnType::Varchar(length) if text.chars().count() > *length as usize => return None,
        ColumnType::Varchar(_) | ColumnType::Text => Value::String(Some(text.to_owned())),
        ColumnType::Bytes => Value::Bytes(Some(text.as_bytes().to_vec())),
        ColumnType::Date => Value::ChronoDate(Some(text.parse::<Date>().ok()?)),
        ColumnType::Time => Value::ChronoTime(Some(text.parse::<Time>().ok()?)),
        ColumnType::TimestampTz => Value::ChronoDateTimeUtc(Some(text.parse::<DateTimeUtc>().ok()?)),
        ColumnType::Json => Value::Json(Some(Box::new(text.parse::<Json>().ok()?))),
        _ => return None,
    })
}

fn whole(ty: &ColumnType, number: i64) -> Value {
    from_text(ty, &number.to_string()).unwrap_or_else(|| panic!("{number} does not fit into {ty}"))
}

fn fraction(ty: &ColumnType, number: f64) -> Value {
    from_text(ty, &number.to_string()).unwrap_or_else(|| panic!("{number} does not fit into {ty}"))
}

fn as_f64(number: Number) -> f64 {
    match number {
        Number::Int(number) => number as f64,
        Number::Float(number) => number,
    }
}

fn value_of(ty: &ColumnType, number: i64) -> Value {
    let day = 1 + number % 28;
    let year = 2022 + number / 28 % 7;
    let text = match ty {
        ColumnType::SmallInt | ColumnType::Integer | ColumnType::BigInt => number.to_string(),
        ColumnType::Real | ColumnType::Double => format!("{number}.5"),
        ColumnType::Boolean => (number % 2 == 1).to_string(),
        ColumnType::Varchar(length) => short_text(*length as usize, number),
        ColumnType::Text => format!("Text {number} – with 'quotes', \"more\" and\nanother line 😀"),
        ColumnType::Bytes => format!("bytes \u{0} {number}"),
        ColumnType::Date => format!("{year}-03-{day:02}"),
        ColumnType::Time => format!("{:02}:30:15", number % 24),
        ColumnType::TimestampTz => format!("{year}-03-{day:02}T10:20:30.123456+00:00"),
        ColumnType::Json => format!("{{\"list\": [1, 2.5, null, \"ü\"], \"number\": {number}}}"),
        other => panic!("no value of type {other} is known here: add one"),
    };
    from_text(ty, &text).unwrap_or_else(|| panic!("{text:?} is no {ty}"))
}

/// Capital letters where there is little room, else a word with the number.
fn short_text(length: usize, number: i64) -> String {
    let long = format!("value-{number}");
    if length >= long.len() {
        return long;
    }
    let mut rest = usize::try_from(number).unwrap_or(0);
    let mut letters = vec![b'A'; length];
    for letter in letters.iter_mut().rev() {
        *letter += u8::try_from(rest % 26).unwrap_or(0);
        rest /= 26;
    }
    String::from_utf8(letters).expect("letters")
}
