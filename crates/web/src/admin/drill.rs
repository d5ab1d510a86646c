//! Through the dates of a table: its years, the months of one, the days of one.

use chrono::{Datelike, Months, NaiveDate};
use kernel::DbError;
use sea_orm::{
    ConnectionTrait, QueryResult,
    sea_query::{Expr, ExprTrait, Query},
};

use super::{
    catalogue::Model,
    field::Field,
    request::{Ask, midnight},
    select::COUNTED,
    value::Cell,
};
use crate::site::Shared;

/// The most years that are offered.
const YEARS: i32 = 12;

/// The drill-down of a list: where it stands and where it leads.
pub(crate) struct Drill {
    pub(crate) label: String,
    /// The way here: words and addresses.
    pub(crate) up: Vec<(String, String)>,
    /// Further in: words and addresses.
    pub(crate) down: Vec<(String, String)>,
}

/// The drill-down of this list. One statement, where an index or a small table makes it quick;
/// otherwise the dates are offered unseen.
pub(crate) async fn of(
    shared: &Shared,
    model: &'static Model,
    ask: &Ask,
    count: u64,
) -> Result<Option<Drill>, DbError> {
    let Some(at) = model.date else { return Ok(None) };
    let field = &model.fields[at];
    let quick = field.indexed || (count <= COUNTED && !ask.is_narrowed());
    let link = |text: &str| ask.pairs.with("day", text).query();
    let mut drill = Drill { label: field.label.clone(), up: Vec::new(), down: Vec::new() };
    let Some((text, first, _)) = &ask.days else {
        let (from, to) = match (quick, shared.clock.now().year()) {
            (true, _) => match ends(shared, model, field).await? {
                Some((from, to)) => (Ord::max(from, to - YEARS + 1), to),
                None => return Ok(None),
            },
            (false, now) => (now - YEARS / 2, now),
        };
        drill.down = (from..=to).rev().map(|year| (year.to_string(), link(&format!("{year:04}")))).collect();
        return Ok(Some(drill));
    };
    drill.up.push(("All".to_owned(), ask.pairs.without(&["day"]).query()));
    let year = format!("{:04}", first.year());
    let month = first.format("%Y-%m").to_string();
    let spans: Vec<(String, String, NaiveDate, NaiveDate)> = match text.len() {
        4 => months(*first)
            .into_iter()
            .map(|(a, b)| (a.format("%b").to_string(), a.format("%Y-%m").to_string(), a, b))
            .collect(),
        7 => days(*first).into_iter().map(|(a, b)| (a.day().to_string(), a.to_string(), a, b)).collect(),
        _ => Vec::new(),
    };
    drill.up.push((year.clone(), link(&year)));
    if text.len() > 4 {
        drill.up.push((first.format("%B").to_string(), link(&month)));
    }
    if text.len() > 7 {
        drill.up.push((first.day().to_string(), link(text)));
    }
    let kept = if quick { inhabited(shared, model, field, &spans).await? } else { vec![true; spans.len()] };
    let down = spans.into_iter().zip(kept).filter(|(_, kept)| *kept);
    drill.down = down.map(|((words, text, ..), _)| (words, link(&text))).collect();
    Ok(Some(drill))
}

/// The years of the first and the last row.
async fn ends(shared: &Shared, model: &Model, field: &Field) -> Result<Option<(i32, i32)>, DbError> {
    let mut query = Query::select();
    for descending in [false, true] {
        // Either end of an index; `min` and `max` together would read all of it on SQLite.
        let mut end = Query::select();
        let order = if descending { sea_orm::Order::Desc } else { sea_orm::Order::Asc };
        end.expr(Expr::col(field.column)).from(model.table).order_by(field.column, order).limit(1);
        end.and_where(Expr::col(field.column).is_not_null());
        query.expr(Expr::SubQuery(None, Box::new(end.into())));
    }
    let Some(row) = shared.db.read().query_one(&query).await? else { return Ok(None) };
    let year = |row: &QueryResult, at: usize| -> Result<Option<i32>, DbError> {
        Ok(match Cell::read(row, at, field.kind)? {
            Cell::Date(day) => Some(day.year()),
            Cell::Moment(moment) => Some(moment.year()),
            Cell::Local(moment) => Some(moment.year()),
            _ => None,
        })
    };
    Ok(year(&row, 0)?.zip(year(&row, 1)?))
}

fn months(year: NaiveDate) -> Vec<(NaiveDate, NaiveDate)> {
    let month = |number| year.checked_add_months(Months::new(number));
    (0..12).filter_map(|number| Some((month(number)?, month(number + 1)?))).collect()
}

fn days(month: NaiveDate) -> Vec<(NaiveDate, NaiveDate)> {
    let whole = month.iter_days().take_while(|day| day.month() == month.month());
    whole.filter_map(|day| Some((day, day.succ_opt()?))).collect()
}

/// In which of these spans there are rows.
async fn inhabited(
    shared: &Shared,
    model: &Model,
    field: &Field,
    spans: &[(String, String, NaiveDate, NaiveDate)],
) -> Result<Vec<bool>, DbError> {
    if spans.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = Query::select();
    for (.., first, next) in spans {
        let mut some = Query::select();
        let column = || Expr::col(field.column);
        some.expr(Expr::val(1)).from(model.table);
        some.and_where(column().gte(midnight(field.kind, *first).bind(field.kind)));
        some.and_where(column().lt(midnight(field.kind, *next).bind(field.kind)));
        query.expr(Expr::exists(some));
    }
    let Some(row) = shared.db.read().query_one(&query).await? else { return Ok(Vec::new()) };
    Ok((0..spans.len()).map(|at| row.try_get_by_index::<bool>(at)).collect::<Result<_, _>>()?)
}
