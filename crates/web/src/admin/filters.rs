//! The filters of a list, as a form, and those that are on, as chips that take them off.

use kernel::DbError;

use super::{
    catalogue::Model,
    field::{Field, Kind},
    naming,
    request::{Ask, Filter, NONE, SOME},
    show::{Names, target, wanted},
    staff::Staff,
};
use crate::site::Shared;

/// A reference with more rows to choose from than this is filtered by its number.
const FEW: u64 = 30;

/// A filter of the form.
pub(crate) struct FilterView {
    pub(crate) label: String,
    /// The field's name in the address, e.g. `is.region`.
    pub(crate) name: String,
    pub(crate) id: String,
    pub(crate) control: Control,
}

/// How a filter is chosen.
pub(crate) enum Control {
    /// One of these: value, words, whether it is chosen.
    Select(Vec<(String, String, bool)>),
    /// A number, and what it stands for now.
    Number(String),
    /// Two days: names and values of the fields.
    Days { from: String, until: String, from_name: String, until_name: String },
}

/// A filter that is on.
pub(crate) struct Chip {
    pub(crate) text: String,
    /// The address without it.
    pub(crate) off: String,
}

fn value(ask: &Ask, name: &str) -> String {
    ask.pairs.get(name).unwrap_or_default().to_owned()
}

/// The filters of a model's lists; one statement a filter by reference.
pub(crate) async fn views(
    shared: &Shared,
    staff: &Staff,
    model: &'static Model,
    ask: &Ask,
) -> Result<Vec<FilterView>, DbError> {
    let mut views = Vec::new();
    for at in &model.filters {
        let field = &model.fields[*at];
        let name = format!("is.{}", field.column);
        let now = value(ask, &name);
        let control = match field.kind {
            Kind::Date | Kind::Moment | Kind::Local => days(ask, field),
            _ if field.kind == Kind::Bool => {
                select(field, &now, vec![("true".into(), "Yes".into()), ("false".into(), "No".into())])
            }
            _ if !field.choices.is_empty() => select(field, &now, field.choices.clone()),
            _ => match few(shared, staff, field).await? {
                Some(rows) => select(field, &now, rows),
                None => Control::Number(now),
            },
        };
        views.push(FilterView { label: field.label.clone(), id: format!("filter-{}", field.column), name, control });
    }
    Ok(views)
}

fn days(ask: &Ask, field: &Field) -> Control {
    let (from_name, until_name) = (format!("from.{}", field.column), format!("until.{}", field.column));
    Control::Days { from: value(ask, &from_name), until: value(ask, &until_name), from_name, until_name }
}

fn select(field: &Field, now: &str, values: Vec<(String, String)>) -> Control {
    let mut options = vec![(String::new(), "Any".to_owned())];
    options.extend(values);
    if field.nullable {
        options.push((NONE.to_owned(), "Nothing".to_owned()));
        options.push((SOME.to_owned(), "Anything".to_owned()));
    }
    if !options.iter().any(|(value, _)| value == now) {
        options.push((now.to_owned(), now.to_owned()));
    }
    Control::Select(options.into_iter().map(|(value, words)| (value.clone(), words, value == now)).collect())
}

/// All rows that a field may refer to, when they are few.
async fn few(shared: &Shared, staff: &Staff, field: &Field) -> Result<Option<Vec<(String, String)>>, DbError> {
    let Some(target) = target(field).filter(|target| staff.access.may(target.app, accounts::Act::View)) else {
        return Ok(None);
    };
    let rows = naming::find(shared.db.read(), target, |_, _| {}, FEW + 1).await?;
    Ok((rows.len() as u64 <= FEW).then_some(rows))
}

/// The filters that are on; one statement for each that names a row.
pub(crate) async fn chips(shared: &Shared, model: &'static Model, ask: &Ask) -> Result<Vec<Chip>, DbError> {
    let mut chips = Vec::new();
    for filter in &ask.filters {
        let (at, verb) = match filter {
            Filter::Is(at, _) | Filter::Missing(at, _) => (*at, "is"),
            Filter::From(at, _) => (*at, "from"),
            Filter::Until(at, _) => (*at, "until"),
        };
        let field = &model.fields[at];
        let name = format!("{verb}.{}", field.column);
        let words = match filter {
            Filter::Missing(_, true) => "nothing".to_owned(),
            Filter::Missing(_, false) => "anything".to_owned(),
            Filter::Is(_, cell) => {
                let names = Names::of(shared.db.read(), model, wanted(model, [(at, cell)])).await?;
                names.get(at, &cell.plain()).map_or_else(|| cell.shown(field), str::to_owned)
            }
            Filter::From(..) | Filter::Until(..) => format!("{verb} {}", value(ask, &name)),
        };
        chips.push(Chip { text: format!("{}: {words}", field.label), off: ask.pairs.without(&[&name]).query() });
    }
    if let (Some((text, ..)), Some(at)) = (&ask.days, model.date) {
        let text = format!("{}: {text}", model.fields[at].label);
        chips.push(Chip { text, off: ask.pairs.without(&["day"]).query() });
    }
    Ok(chips)
}
