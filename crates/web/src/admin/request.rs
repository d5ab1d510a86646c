//! What the address of a list asks for: search, filters, order, position. Everything that is not
//! understood is refused in words; nothing is guessed.

use axum::http::StatusCode;
use chrono::{DateTime, Datelike, Months, NaiveDate, NaiveTime, Utc};
use serde_json::Value as Json;

use super::{
    catalogue::{Model, Sort},
    field::{Field, Kind},
    link::Pairs,
    value::{Cell, within},
};
use crate::error::Trouble;

/// The most characters of a search.
const LONGEST_SEARCH: usize = 200;
/// The most words of a search.
const MOST_WORDS: usize = 8;

/// In place of a value: there is none.
pub(crate) const NONE: &str = "~none";
/// In place of a value: there is one, whichever.
pub(crate) const SOME: &str = "~some";

/// One condition on one field.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Filter {
    Is(usize, Cell),
    /// Whether there is no value.
    Missing(usize, bool),
    /// At or after.
    From(usize, Cell),
    /// Before.
    Until(usize, Cell),
}

/// Where in the order the page lies.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Place {
    #[default]
    First,
    Last,
    /// After the row of these values.
    After(Vec<Cell>),
    /// Before the row of these values.
    Before(Vec<Cell>),
}

/// A list, as its address describes it.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    pub(crate) pairs: Pairs,
    /// The words of the search.
    pub(crate) words: Vec<String>,
    /// Whether a number is looked for in the texts, and not only as a row's own.
    pub(crate) texts: bool,
    pub(crate) filters: Vec<Filter>,
    /// The order that was asked for; none for the usual one.
    pub(crate) sort: Option<Sort>,
    /// The days that the drill-down has come to: the text, the first of them, the first beyond.
    pub(crate) days: Option<(String, NaiveDate, NaiveDate)>,
}

fn refused(text: String) -> Trouble {
    Trouble::refused(StatusCode::BAD_REQUEST, text)
}

/// The names in addresses that stand for the list itself, not for a filter.
const PLACES: &[&str] = &["after", "before", "last", "done"];

impl Ask {
    /// Reads an address.
    ///
    /// # Errors
    /// A page that says which part is wrong, and what would be right.
    pub(crate) fn parse(model: &Model, pairs: &Pairs) -> Result<Self, Trouble> {
        let pairs = Pairs(pairs.0.iter().filter(|(_, value)| !value.is_empty()).cloned().collect());
        let mut ask = Self {
            words: Vec::new(),
            texts: false,
            filters: Vec::new(),
            sort: None,
            days: None,
            pairs: pairs.without(PLACES),
        };
        for (name, value) in &pairs.0 {
            match name.as_str() {
                "q" => ask.words = words(value)?,
                "in" if value == "texts" => ask.texts = true,
                "sort" => ask.sort = Some(sort(model, value)?),
                "day" => ask.days = Some(days(model, value)?),
                name if PLACES.contains(&name) => {}
                name => match name.split_once('.') {
                    Some((verb, column)) => ask.filters.push(filter(model, verb, column, value)?),
                    None => {
                        return Err(refused(format!(
                            "The address asks for \u{201c}{name}\u{201d}, which lists do not know."
                        )));
                    }
                },
            }
        }
        Ok(ask)
    }

    /// The position that the address names, for this order.
    ///
    /// # Errors
    /// When it does not fit the order.
    pub(crate) fn place(pairs: &Pairs, model: &Model, order: &[Sort]) -> Result<Place, Trouble> {
        let values = |text: &str| {
            let damaged = || refused("The position in the address is damaged. Begin with the first page.".to_owned());
            let Ok(Json::Array(parts)) = serde_json::from_str(text) else { return Err(damaged()) };
            if parts.len() != order.len() {
                return Err(damaged());
            }
            let cells = parts.iter().zip(order).map(|(part, sort)| match part {
                Json::Null => Some(Cell::Null),
                Json::String(text) => Cell::from_plain(model.fields[sort.field].kind, text),
                _ => None,
            });
            cells.collect::<Option<Vec<_>>>().ok_or_else(damaged)
        };
        match (pairs.get("after"), pairs.get("before"), pairs.get("last")) {
            (Some(after), ..) => Ok(Place::After(values(after)?)),
            (_, Some(before), _) => Ok(Place::Before(values(before)?)),
            (_, _, Some(_)) => Ok(Place::Last),
            _ => Ok(Place::First),
        }
    }

    /// A position, as it stands in an address.
    pub(crate) fn position(cells: &[Cell]) -> String {
        let parts = cells.iter().map(|cell| if cell.is_null() { Json::Null } else { Json::from(cell.plain()) });
        Json::Array(parts.collect()).to_string()
    }

    /// The row whose own number is all that is searched for, unless the texts are asked for.
    pub(crate) fn number(&self, model: &Model) -> Option<Cell> {
        match self.words.as_slice() {
            [word] if !self.texts && model.key_field().kind.is_number() => {
                Cell::from_plain(model.key_field().kind, word)
            }
            _ => None,
        }
    }

    /// Whether anything but the order is asked for.
    pub(crate) fn is_narrowed(&self) -> bool {
        !self.words.is_empty() || !self.filters.is_empty() || self.days.is_some()
    }
}

fn words(text: &str) -> Result<Vec<String>, Trouble> {
    if text.chars().count() > LONGEST_SEARCH || text.contains('\0') {
        return Err(refused(format!("Search for at most {LONGEST_SEARCH} characters of text.")));
    }
    let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    if words.len() > MOST_WORDS {
        return Err(refused(format!("Search for at most {MOST_WORDS} words at once.")));
    }
    Ok(words)
}

fn field<'a>(model: &'a Model, column: &str) -> Result<(usize, &'a Field), Trouble> {
    model.open_field(column).ok_or_else(|| {
        let known: Vec<&str> = model.open_fields().map(|at| model.fields[at].column).collect();
        refused(format!("{} have no column \u{201c}{column}\u{201d}. They have: {}.", model.plural, known.join(", ")))
    })
}

fn sort(model: &Model, text: &str) -> Result<Sort, Trouble> {
    let (column, descending) = text.strip_prefix('-').map_or((text, false), |column| (column, true));
    let (at, field) = field(model, column)?;
    if !field.kind.sorts() {
        return Err(refused(format!("{} cannot be sorted by {}.", model.plural, field.label)));
    }
    Ok(Sort { field: at, descending })
}

fn filter(model: &Model, verb: &str, column: &str, value: &str) -> Result<Filter, Trouble> {
    let (at, field) = field(model, column)?;
    let wrong = |expected: &str| {
        refused(format!("\u{201c}{value}\u{201d} is no value of {}: expected {expected}.", field.label))
    };
    match (verb, value) {
        ("is", NONE) => return Ok(Filter::Missing(at, true)),
        ("is", SOME) => return Ok(Filter::Missing(at, false)),
        _ => {}
    }
    match verb {
        "is" if field.kind.sorts() => {
            let known = field.choices.is_empty() || field.choice(value).is_some();
            let cell = Cell::from_plain(field.kind, value).filter(|_| known);
            cell.map(|cell| Filter::Is(at, cell)).ok_or_else(|| wrong(expected(field)))
        }
        "from" | "until" if field.kind.is_day() => {
            let day =
                value.parse::<NaiveDate>().ok().and_then(within).ok_or_else(|| wrong("a day such as 2026-03-01"))?;
            // Until a day means through its end.
            let day = if verb == "until" { day.succ_opt().unwrap_or(day) } else { day };
            let cell = midnight(field.kind, day);
            Ok(if verb == "from" { Filter::From(at, cell) } else { Filter::Until(at, cell) })
        }
        _ => Err(refused(format!("Lists of {} cannot be narrowed by \u{201c}{verb}.{column}\u{201d}.", model.plural))),
    }
}

fn expected(field: &Field) -> &'static str {
    match field.kind {
        _ if !field.choices.is_empty() => "one of its choices",
        Kind::Int(_) => "a whole number",
        Kind::Single | Kind::Double => "a number",
        Kind::Bool => "true or false",
        Kind::Date => "a day such as 2026-03-01",
        Kind::Time => "a time such as 18:30:00",
        Kind::Moment | Kind::Local => "a moment such as 2026-03-01T18:30:00Z",
        Kind::Text(_) | Kind::Json | Kind::Opaque => "a text",
    }
}

/// The first moment of a day, as a value of such a column.
pub(crate) fn midnight(kind: Kind, day: NaiveDate) -> Cell {
    let moment = day.and_time(NaiveTime::MIN);
    match kind {
        Kind::Date => Cell::Date(day),
        Kind::Local => Cell::Local(moment),
        _ => Cell::Moment(DateTime::<Utc>::from_naive_utc_and_offset(moment, Utc)),
    }
}

/// `2026`, `2026-03` or `2026-03-07`: its first day, and the first day after it.
fn days(model: &Model, text: &str) -> Result<(String, NaiveDate, NaiveDate), Trouble> {
    let wrong = || refused(format!("\u{201c}{text}\u{201d} is neither a year, a month nor a day, such as 2026-03."));
    if model.date.is_none() {
        return Err(refused(format!("{} have no date to look through.", model.plural)));
    }
    let parts: Vec<&str> = text.split('-').collect();
    let shape: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    let number = |at: usize| parts.get(at).map_or(Ok(1), |part| part.parse::<u32>()).map_err(|_| wrong());
    if !matches!(shape.as_slice(), [4] | [4, 2] | [4, 2, 2]) {
        return Err(wrong());
    }
    let year = i32::try_from(number(0)?).map_err(|_| wrong())?;
    let first = NaiveDate::from_ymd_opt(year, number(1)?, number(2)?).and_then(within).ok_or_else(wrong)?;
    let next = match parts.len() {
        1 => NaiveDate::from_ymd_opt(first.year() + 1, 1, 1),
        2 => first.checked_add_months(Months::new(1)),
        _ => first.succ_opt(),
    };
    Ok((text.to_owned(), first, next.ok_or_else(wrong)?))
}
