//! Defaults and fills: how a constant is written for a column's type, and read back.
//!
//! UUIDs are 16 bytes and moments have one spelling, so a constant's text depends on the type.

use super::token::{self, Kind};
use crate::{
    dialect::{Dialect, RenderError, quote_text},
    schema::{ColumnType, DefaultValue, Expression, Literal},
};

/// The moment of the insert in the one spelling of `timestamptz`; SQLite's own `CURRENT_TIMESTAMP` has another.
const NOW: &str = "strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')";

/// The value as an SQL expression, expressions in parentheses.
pub(in crate::dialect) fn value_sql(ty: &ColumnType, value: &DefaultValue) -> Result<String, RenderError> {
    match value {
        DefaultValue::Literal(literal) => literal_sql(ty, literal),
        DefaultValue::Sql { sql } if is_current_timestamp(ty, sql.as_str()) => Ok(format!("({NOW})")),
        DefaultValue::Sql { sql } if float(sql.as_str()) => Ok(sql.as_str().trim().to_owned()),
        DefaultValue::Sql { sql } => Ok(format!("({})", expression_sql(sql, "a default or fill")?)),
    }
}

/// An expression's text, safe to stand between parentheses.
pub(in crate::dialect) fn expression_sql<'e>(expression: &'e Expression, place: &str) -> Result<&'e str, RenderError> {
    let text = expression.as_str().trim();
    if token::stands_alone(text) {
        return Ok(text);
    }
    Err(RenderError::Unsupported {
        dialect: Dialect::Sqlite,
        what: format!("{place} is the expression {text:?}"),
        advice: "write one expression, with its parentheses and quotes closed and without `;` or a comment behind it"
            .to_owned(),
    })
}

fn is_current_timestamp(ty: &ColumnType, sql: &str) -> bool {
    *ty == ColumnType::TimestampTz && sql.trim().eq_ignore_ascii_case("CURRENT_TIMESTAMP")
}

/// Whether SQLite can add a column with this default to a table that has rows, without a rebuild.
pub(super) fn is_constant(value: &DefaultValue) -> bool {
    match value {
        DefaultValue::Literal(_) => true,
        DefaultValue::Sql { sql } => float(sql.as_str()),
    }
}

fn literal_sql(ty: &ColumnType, literal: &Literal) -> Result<String, RenderError> {
    Ok(match (ty, literal) {
        (_, Literal::Bool(true)) => "TRUE".to_owned(),
        (_, Literal::Bool(false)) => "FALSE".to_owned(),
        (_, Literal::Int(number)) => number.to_string(),
        (ColumnType::Uuid, Literal::Text(text)) => match uuid_digits(text) {
            Some(digits) => format!("x'{digits}'"),
            None => {
                return Err(RenderError::Unsupported {
                    dialect: Dialect::Sqlite,
                    what: format!("{text:?} as the value of a uuid column"),
                    advice: "write 32 hexadecimal digits, with or without hyphens".to_owned(),
                });
            }
        },
        (ColumnType::Bytes, Literal::Text(text)) => format!("x'{}'", hex(text.as_bytes())),
        (_, Literal::Text(text)) => quote_text(text),
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn uuid_digits(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|c| *c != '-').map(|c| c.to_ascii_lowercase()).collect();
    (digits.len() == 32 && digits.bytes().all(|b| b.is_ascii_hexdigit())).then_some(digits)
}

/// The default behind the text of a DEFAULT clause; `None` for `NULL`.
pub(super) fn parse(ty: Option<&ColumnType>, text: &str) -> Option<DefaultValue> {
    let text = text.trim();
    if let Some(inner) = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) {
        let now = ty == Some(&ColumnType::TimestampTz) && token::normal(inner) == token::normal(NOW);
        return Some(Expression::from(if now { "CURRENT_TIMESTAMP" } else { inner.trim() }).into());
    }
    let tokens = token::tokens(text);
    let sql = || Some(Expression::from(text).into());
    let literal = |literal| Some(DefaultValue::Literal(literal));
    match tokens.as_slice() {
        [word] if word.is("NULL") => None,
        [word] if word.is("TRUE") => literal(Literal::Bool(true)),
        [word] if word.is("FALSE") => literal(Literal::Bool(false)),
        [word] if word.kind == Kind::Word && word.text.to_ascii_uppercase().starts_with("CURRENT_") => sql(),
        // SQLite takes any other name here for a text.
        [name] if matches!(name.kind, Kind::Text | Kind::Quoted | Kind::Word) => {
            literal(Literal::Text(name.name().unwrap_or_default()))
        }
        [blob] if blob.kind == Kind::Blob => blob_literal(ty, blob.text).map_or_else(sql, literal),
        [.., number] if number.kind == Kind::Number => match integer(text) {
            Some(number @ (0 | 1)) if ty == Some(&ColumnType::Boolean) => literal(Literal::Bool(number == 1)),
            Some(number) => literal(Literal::Int(number)),
            None => sql(),
        },
        _ => sql(),
    }
}

fn blob_literal(ty: Option<&ColumnType>, text: &str) -> Option<Literal> {
    let digits = text.get(2..text.len() - 1)?.to_ascii_lowercase();
    match ty? {
        ColumnType::Uuid if digits.len() == 32 => {
            let part = |from: usize, to: usize| &digits[from..to];
            let parts = [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)];
            Some(Literal::Text(parts.join("-")))
        }
        ColumnType::Bytes => {
            let bytes: Option<Vec<u8>> =
                (0..digits.len() / 2).map(|i| u8::from_str_radix(digits.get(2 * i..2 * i + 2)?, 16).ok()).collect();
            Some(Literal::Text(String::from_utf8(bytes?).ok()?))
        }
        _ => None,
    }
}

fn integer(text: &str) -> Option<i64> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let text = text.strip_prefix('+').unwrap_or(&text);
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => i64::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}

/// Whether the text is a number that is no whole number.
fn float(text: &str) -> bool {
    let tokens = token::tokens(text);
    let number = match tokens.as_slice() {
        [number] => number,
        [sign, number] if sign.symbol("-") || sign.symbol("+") => number,
        _ => return false,
    };
    number.kind == Kind::Number && integer(text).is_none() && number.text.parse::<f64>().is_ok_and(f64::is_finite)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sql(text: &str) -> DefaultValue {
        Expression::from(text).into()
    }

    #[test]
    fn every_default_comes_back() {
        for (ty, value, expected) in [
            (ColumnType::Boolean, true.into(), "TRUE"),
            (ColumnType::Boolean, false.into(), "FALSE"),
            (ColumnType::BigInt, 0.into(), "0"),
            (ColumnType::BigInt, i64::MIN.into(), "-9223372036854775808"),
            (ColumnType::Text, "it's".into(), "'it''s'"),
            (ColumnType::Text, "".into(), "''"),
            (ColumnType::Text, "(x)".into(), "'(x)'"),
            (ColumnType::Json, "{\"a\":[]}".into(), "'{\"a\":[]}'"),
            (ColumnType::Bytes, "é".into(), "x'c3a9'"),
            (ColumnType::Uuid, "6fa459ea-ee8a-3ca4-894e-db77e160355e".into(), "x'6fa459eaee8a3ca4894edb77e160355e'"),
            (ColumnType::Double, sql("-0.50"), "-0.50"),
            (ColumnType::BigInt, sql("5"), "(5)"),
            (ColumnType::Timestamp, sql("CURRENT_TIMESTAMP"), "(CURRENT_TIMESTAMP)"),
            (ColumnType::TimestampTz, sql("CURRENT_TIMESTAMP"), "(strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now'))"),
            (ColumnType::BigInt, sql("(1 + 2) * (3)"), "((1 + 2) * (3))"),
        ] {
            let text = value_sql(&ty, &value).unwrap();
            assert_eq!(text, expected);
            assert_eq!(parse(Some(&ty), &text), Some(value), "{text}");
        }
    }

    #[test]
    fn reads_what_other_tools_write() {
        for (ty, text, expected) in [
            (ColumnType::Boolean, "1", Some(true.into())),
            (ColumnType::BigInt, "+5", Some(5.into())),
            (ColumnType::BigInt, "- 5", Some((-5).into())),
            (ColumnType::BigInt, "0x10", Some(16.into())),
            (ColumnType::Text, "\"draft\"", Some("draft".into())),
            (ColumnType::Text, "draft", Some("draft".into())),
            (ColumnType::Text, "null", None),
            (ColumnType::Timestamp, "current_timestamp", Some(sql("current_timestamp"))),
            (ColumnType::Double, "1e3", Some(sql("1e3"))),
            (ColumnType::BigInt, "x'00'", Some(sql("x'00'"))),
        ] {
            assert_eq!(parse(Some(&ty), text), expected, "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_value() {
        assert!(value_sql(&ColumnType::Uuid, &"123".into()).is_err());
        assert!(value_sql(&ColumnType::BigInt, &sql("1); DROP TABLE t; --")).is_err());
    }
}
