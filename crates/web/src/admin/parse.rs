//! What people type into a form, read as a value of its column; what is wrong is said in words that
//! stand beside the field.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use seadrift::entity::{Format, Number};

use super::{
    field::{Field, Kind},
    value::{Cell, within},
};

/// Reads a field of a form.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn parse(field: &Field, text: &str) -> Result<Cell, String> {
    let text = text.replace("\r\n", "\n");
    let trimmed = if field.multiline { text.as_str() } else { text.trim() };
    if trimmed.trim().is_empty() {
        return empty(field, trimmed);
    }
    let cell = typed(field, trimmed)?;
    if !field.choices.is_empty() && field.choice(&cell.plain()).is_none() {
        return Err("Choose one of the list.".to_owned());
    }
    bounds(field, &cell)?;
    form(field, trimmed)?;
    Ok(cell)
}

fn empty(field: &Field, text: &str) -> Result<Cell, String> {
    match field.kind {
        _ if field.nullable => Ok(Cell::Null),
        Kind::Bool => Ok(Cell::Bool(false)),
        Kind::Text(_) if !field.required() => Ok(Cell::Text(text.to_owned())),
        _ => Err("Please fill this in.".to_owned()),
    }
}

fn typed(field: &Field, text: &str) -> Result<Cell, String> {
    let said = |what: &str| what.to_owned();
    match field.kind {
        Kind::Int(bits) => {
            let most = if bits == 64 { i64::MAX } else { (1 << (bits - 1)) - 1 };
            let number: i64 = text.trim().parse().map_err(|_| whole(text))?;
            let fits = (-most - 1..=most).contains(&number);
            fits.then_some(Cell::Int(number)).ok_or_else(|| format!("Use a number from {} to {most}.", -most - 1))
        }
        Kind::Single | Kind::Double => {
            let number = text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
            number.map(Cell::Float).ok_or_else(|| said("Use a number such as 12.5."))
        }
        Kind::Bool => text.trim().parse().map(Cell::Bool).map_err(|_| said("Choose yes or no.")),
        Kind::Text(longest) => {
            if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
                return Err(said("There is a character in it that cannot be seen or kept. Type it again."));
            }
            let length = text.chars().count();
            match longest {
                Some(longest) if length > longest as usize => {
                    Err(format!("Use at most {longest} characters; these are {length}."))
                }
                _ => Ok(Cell::Text(text.to_owned())),
            }
        }
        Kind::Date => {
            let day = text.trim().parse::<NaiveDate>().ok().and_then(within);
            day.map(Cell::Date).ok_or_else(|| said("Use a day such as 2026-03-01."))
        }
        Kind::Time => time(text.trim()).map(Cell::Time).ok_or_else(|| said("Use a time such as 18:30.")),
        Kind::Moment => {
            moment(text.trim()).map(Cell::Moment).ok_or_else(|| said("Use a moment such as 2026-03-01 18:30, in UTC."))
        }
        Kind::Local => {
            local(text.trim()).map(Cell::Local).ok_or_else(|| said("Use a moment such as 2026-03-01 18:30."))
        }
        Kind::Json => match serde_json::from_str(text) {
            // PostgreSQL keeps no NUL in a document either.
            Ok(_) if text.contains("\\u0000") => Err(said("The character \\u0000 cannot be kept.")),
            Ok(value) => Ok(Cell::Json(value)),
            Err(error) => Err(format!("This is no JSON: {}.", position(&error))),
        },
        Kind::Opaque => Err(said("This is kept by the program.")),
    }
}

/// What is wrong with a document, and where.
fn position(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let what = text.rsplit_once(" at line").map_or(text.as_str(), |(what, _)| what);
    format!("line {}, column {}, {what}", error.line(), error.column())
}

fn whole(text: &str) -> String {
    let digits = text.trim().trim_start_matches(['-', '+']);
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return format!("Use a number from {} to {}.", i64::MIN, i64::MAX);
    }
    "Use a whole number.".to_owned()
}

fn time(text: &str) -> Option<NaiveTime> {
    ["%H:%M:%S%.f", "%H:%M"].iter().find_map(|form| NaiveTime::parse_from_str(text, form).ok())
}

fn local(text: &str) -> Option<NaiveDateTime> {
    let forms = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M"];
    let found = forms.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())?;
    within(found.date()).map(|_| found)
}

fn moment(text: &str) -> Option<DateTime<Utc>> {
    let zoned = || {
        let moment = DateTime::parse_from_rfc3339(text).ok()?.with_timezone(&Utc);
        within(moment.date_naive()).map(|_| moment)
    };
    let moment = local(text).map(|local| local.and_utc()).or_else(zoned)?;
    Some(kernel::clock::to_microseconds(moment))
}

fn bounds(field: &Field, cell: &Cell) -> Result<(), String> {
    let number = match cell {
        #[allow(clippy::cast_precision_loss)] // compared only with bounds that are floats themselves
        Cell::Int(number) => Some((*number, *number as f64)),
        #[allow(clippy::cast_possible_truncation)] // compared only with bounds that are whole
        Cell::Float(number) => Some((number.floor() as i64, *number)),
        _ => None,
    };
    let Some((whole, float)) = number else { return Ok(()) };
    let is_float = matches!(cell, Cell::Float(_));
    let below = |bound: Number| match bound {
        Number::Int(bound) => whole < bound,
        Number::Float(bound) => float < bound,
    };
    let above = |bound: Number| match bound {
        Number::Int(bound) => whole > bound || (is_float && whole == bound && float > float.floor()),
        Number::Float(bound) => float > bound,
    };
    let text = |bound: Number| match bound {
        Number::Int(bound) => bound.to_string(),
        Number::Float(bound) => bound.to_string(),
    };
    match (field.min, field.max) {
        (Some(min), Some(max)) if below(min) || above(max) => {
            Err(format!("Use a number from {} to {}.", text(min), text(max)))
        }
        (Some(min), None) if below(min) => Err(format!("Use a number of at least {}.", text(min))),
        (None, Some(max)) if above(max) => Err(format!("Use a number of at most {}.", text(max))),
        _ => Ok(()),
    }
}

fn form(field: &Field, text: &str) -> Result<(), String> {
    match field.format {
        Some(Format::Email) if accounts::rules::email(text).is_some() => {
            Err("This is not an e-mail address.".to_owned())
        }
        Some(Format::Url) if !is_url(text) => Err("Use an address that begins with https:// or http://.".to_owned()),
        _ => Ok(()),
    }
}

fn is_url(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/') && !text.contains(char::is_whitespace))
}

#[cfg(test)]
mod tests {
    use seadrift::schema::{Column, ColumnType};

    use super::*;

    fn field(ty: ColumnType) -> Field {
        Field::of(&Column::new("c", ty), None, false)
    }

    #[test]
    fn each_kind_reads_what_is_right_and_says_what_is_wrong() {
        let number = |min, max| Field { min, max, ..field(ColumnType::BigInt) };
        let formatted = |format| Field { format: Some(format), ..field(ColumnType::Text) };
        let one_line = Field { multiline: false, ..field(ColumnType::Varchar(3)) };
        let choice = Field { choices: vec![("a".into(), "A".into())], ..field(ColumnType::Text) };
        for (field, text, expected) in [
            (&field(ColumnType::BigInt), " 12 ", Ok("12")),
            (&field(ColumnType::BigInt), "12.5", Err("whole number")),
            (&field(ColumnType::BigInt), "99999999999999999999", Err("9223372036854775807")),
            (&field(ColumnType::SmallInt), "32768", Err("from -32768 to 32767")),
            (&field(ColumnType::Integer), "2147483647", Ok("2147483647")),
            (&number(Some(Number::Int(0)), None), "-1", Err("at least 0")),
            (&number(Some(Number::Int(0)), Some(Number::Int(9))), "10", Err("from 0 to 9")),
            (&number(None, Some(Number::Float(0.5))), "1", Err("at most 0.5")),
            (&Field { max: Some(Number::Int(1)), ..field(ColumnType::Double) }, "1.01", Err("at most 1")),
            (&Field { max: Some(Number::Int(1)), ..field(ColumnType::Double) }, "1.0", Ok("1")),
            (&field(ColumnType::Double), "nan", Err("such as 12.5")),
            (&one_line, " abc ", Ok("abc")),
            (&one_line, "abcd", Err("at most 3 characters; these are 4")),
            (&one_line, "a\u{0}b", Err("cannot be seen")),
            (&one_line, "", Err("fill this in")),
            (&choice, "a", Ok("a")),
            (&choice, "b", Err("one of the list")),
            (&field(ColumnType::Text), "a\r\nb", Ok("a\nb")),
            (&field(ColumnType::Date), "2026-02-30", Err("a day such as")),
            (&field(ColumnType::Time), "18:30", Ok("18:30:00")),
            (&field(ColumnType::TimestampTz), "2026-03-01T18:30", Ok("2026-03-01T18:30:00")),
            (&field(ColumnType::TimestampTz), "2026-03-01T18:30:00+06:00", Ok("2026-03-01T12:30:00")),
            (&field(ColumnType::TimestampTz), "yesterday", Err("in UTC")),
            (&field(ColumnType::TimestampTz), "+12026-03-01T18:30", Err("in UTC")),
            (&field(ColumnType::Json), "{\"a\":\n [1,]}", Err("line 2, column 5")),
            (&field(ColumnType::Json), "[1]", Ok("[\n  1\n]")),
            (&formatted(Format::Email), "ann", Err("not an e-mail")),
            (&formatted(Format::Url), "javascript:alert(1)", Err("https://")),
            (&formatted(Format::Url), "https://x.org/a", Ok("https://x.org/a")),
        ] {
            let found = parse(field, text);
            match expected {
                Ok(value) => assert_eq!(found.map(|cell| cell.typed()), Ok(value.to_owned()), "{text:?}"),
                Err(part) => assert!(found.as_ref().is_err_and(|error| error.contains(part)), "{text:?}: {found:?}"),
            }
        }
        let nullable = Field { nullable: true, ..field(ColumnType::BigInt) };
        assert_eq!(parse(&nullable, "  "), Ok(Cell::Null));
    }
}
