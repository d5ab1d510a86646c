//! The list of a model: search, filters, order, dates, pages, and what can be done to several rows.

use accounts::Act;
use askama::Template;
use axum::{
    extract::{Path, RawQuery, State},
    response::{IntoResponse, Redirect, Response},
};
use sea_orm::sea_query::Condition;

use super::{
    act::{self, Offered},
    catalogue::{Model, Sort, catalogue},
    drill::{self, Drill},
    filters::{self, Chip, FilterView},
    frame::{Frame, Theme},
    link::Pairs,
    request::{Ask, Place},
    select::{self, PAGE, Page},
    show::{Names, Shown, currency_field, show, wanted},
    staff::Staff,
};
use crate::{csrf::Csrf, error::Trouble, pages, site::Shared};

/// The model that an address names, when this person may look at it.
pub(crate) fn viewable(staff: &Staff, app: &str, slug: &str) -> Result<&'static Model, Trouble> {
    let model = catalogue().model(app, slug);
    let Some(model) = model else {
        return Err(nothing(format!("There is no table \u{201c}{app}/{slug}\u{201d}. The map lists them all.")));
    };
    staff.must(model, Act::View)?;
    Ok(model)
}

/// A page that is not there, and why.
pub(crate) fn nothing(text: String) -> Trouble {
    Trouble::refused(axum::http::StatusCode::NOT_FOUND, text)
}

/// The head of a column.
pub(crate) struct Head {
    pub(crate) label: String,
    pub(crate) number: bool,
    /// Where a click leads, when it can be sorted by.
    pub(crate) href: Option<String>,
    /// `ascending`, `descending` or nothing.
    pub(crate) sorted: &'static str,
}

/// A row.
pub(crate) struct Line {
    pub(crate) key: String,
    pub(crate) href: String,
    pub(crate) cells: Vec<Shown>,
}

#[derive(Template)]
#[template(path = "admin/list.html")]
struct ListPage {
    frame: Frame,
    model: &'static Model,
    count: String,
    narrowed: bool,
    heads: Vec<Head>,
    lines: Vec<Line>,
    search: String,
    /// Fields of the address that a new search keeps.
    kept: Vec<(String, String)>,
    filters: Vec<FilterView>,
    filters_open: bool,
    chips: Vec<Chip>,
    drill: Option<Drill>,
    pager: Pager,
    acts: Vec<Offered>,
    add: Option<String>,
    closed: Option<String>,
    export: bool,
    /// The whole query, for forms that act on what is listed.
    query: String,
    searched: String,
    clear: String,
    /// Where a number that a row has is looked for in the texts as well.
    texts: Option<String>,
    /// Whether the usual order is too slow for so many rows.
    unordered: bool,
}

impl ListPage {
    /// Whether there is anything to do with several rows.
    fn bulk(&self) -> bool {
        self.acts.iter().any(|act| !act.makes)
    }
}

/// Links to the pages around this one.
#[derive(Default)]
pub(crate) struct Pager {
    pub(crate) first: Option<String>,
    pub(crate) previous: Option<String>,
    pub(crate) next: Option<String>,
    pub(crate) last: Option<String>,
}

impl Pager {
    fn of(pairs: &Pairs, page: &Page, order: &[Sort]) -> Self {
        let position = |row: Option<&Vec<_>>| row.map(|row| Ask::position(&page.position(row, order)));
        let link = |name: &str, value: &str| pairs.with(name, value).query();
        Self {
            first: page.before.then(|| pairs.query()),
            previous: position(page.rows.first()).filter(|_| page.before).map(|at| link("before", &at)),
            next: position(page.rows.last()).filter(|_| page.after).map(|at| link("after", &at)),
            last: page.after.then(|| link("last", "1")),
        }
    }
}

pub(crate) async fn list(
    State(shared): State<Shared>,
    staff: Staff,
    csrf: Csrf,
    theme: Theme,
    Path((app, slug)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Trouble> {
    let model = viewable(&staff, &app, &slug)?;
    let pairs = Pairs::parse(query.as_deref().unwrap_or_default());
    if pairs.0.iter().any(|(_, value)| value.is_empty()) {
        // A form sends its empty fields too; an address that is kept is better without them.
        let filled = Pairs(pairs.0.into_iter().filter(|(_, value)| !value.is_empty()).collect());
        return Ok(Redirect::to(&format!("{}{}", model.path(), filled.query())).into_response());
    }
    let mut ask = Ask::parse(model, &pairs)?;
    let mut count = select::count(&shared.db, model, select::conditions(shared.db.kind(), model, &ask)).await?;
    if count == 0 && ask.number(model).is_some() {
        // No row has this number; what acts on the list then sees the same rows as it shows.
        ask.texts = true;
        ask.pairs = ask.pairs.with("in", "texts");
        count = select::count(&shared.db, model, select::conditions(shared.db.kind(), model, &ask)).await?;
    }
    let ask = ask;
    let conditions = || select::conditions(shared.db.kind(), model, &ask);
    let order = select::order(model, ask.sort, count > select::COUNTED);
    let place = Ask::place(&pairs, model, &order)?;
    let page = read(&shared, model, conditions(), &order, &place).await?;
    let lines = lines(&shared, &staff, model, &model.list, &page).await?;
    let filters = filters::views(&shared, &staff, model, &ask).await?;
    let usual = select::order(model, None, false);
    let frame = Frame::of(&staff, &csrf, theme, Some(model), here(model, &pairs)).saying(pairs.get("done"));
    Ok(pages::show(&ListPage {
        frame,
        model,
        count: select::counted(count),
        narrowed: ask.is_narrowed(),
        heads: heads(model, &ask, &order),
        lines,
        search: ask.words.join(" "),
        kept: ask.pairs.0.iter().filter(|(name, _)| name == "sort" || name == "day").cloned().collect(),
        filters_open: !ask.filters.is_empty(),
        chips: filters::chips(&shared, model, &ask).await?,
        filters,
        drill: drill::of(&shared, model, &ask, count).await?,
        pager: Pager::of(&ask.pairs, &page, &order),
        acts: act::offered(&staff, model),
        add: staff.may(model, Act::Add).then(|| format!("{}/add", model.path())),
        closed: model.closed.change.map(str::to_owned),
        export: staff.may(model, Act::Export),
        query: ask.pairs.query(),
        searched: searched(model),
        clear: ask.pairs.without(&["q", "in"]).query(),
        texts: ask.number(model).map(|_| ask.pairs.with("in", "texts").query()),
        unordered: ask.sort.is_none() && order != usual,
    }))
}

fn here(model: &Model, pairs: &Pairs) -> String {
    format!("{}{}", model.path(), pairs.without(&["done"]).query())
}

/// What a search looks into, in words.
fn searched(model: &Model) -> String {
    let words: Vec<String> = model.search.iter().map(|at| model.fields[*at].label.to_lowercase()).collect();
    if words.is_empty() { "Search by name or number".to_owned() } else { format!("Search by {}", words.join(", ")) }
}

/// A page of these rows, with what its list shows.
async fn read(
    shared: &Shared,
    model: &'static Model,
    conditions: Condition,
    order: &[Sort],
    place: &Place,
) -> Result<Page, Trouble> {
    let fields = with_currencies(model, &model.list);
    Ok(select::page(shared.db.read(), model, &fields, conditions, order, (place, PAGE)).await?)
}

/// These fields, and the currencies of those that are money.
pub(crate) fn with_currencies(model: &Model, fields: &[usize]) -> Vec<usize> {
    fields.iter().copied().chain(fields.iter().filter_map(|at| currency_field(model, *at))).collect()
}

/// The rows of a page for a template; one statement a column that refers to something.
pub(crate) async fn lines(
    shared: &Shared,
    staff: &Staff,
    model: &'static Model,
    fields: &[usize],
    page: &Page,
) -> Result<Vec<Line>, Trouble> {
    let values = page.rows.iter().flat_map(|row| fields.iter().map(|at| (*at, page.cell(row, *at))));
    let wanted = wanted(model, values);
    let names = Names::of(shared.db.read(), model, wanted).await?;
    Ok(page
        .rows
        .iter()
        .map(|row| {
            let key = page.cell(row, model.key).plain();
            let cells = fields.iter().map(|at| {
                let currency = currency_field(model, *at).map(|at| page.cell(row, at));
                show(staff, model, *at, page.cell(row, *at), (&names, currency), false)
            });
            Line { href: model.row_path(&key), cells: cells.collect(), key }
        })
        .collect())
}

fn heads(model: &Model, ask: &Ask, order: &[Sort]) -> Vec<Head> {
    let head = |at: &usize| {
        let field = &model.fields[*at];
        let now = order.first().filter(|sort| sort.field == *at);
        // A second click turns the order round.
        let next = match now {
            Some(sort) if !sort.descending => format!("-{}", field.column),
            _ => field.column.to_owned(),
        };
        Head {
            label: field.label.clone(),
            number: field.kind.is_number() && field.target.is_none() && field.choices.is_empty(),
            href: field.kind.sorts().then(|| ask.pairs.with("sort", &next).query()),
            sorted: now.map_or("", |sort| if sort.descending { "descending" } else { "ascending" }),
        }
    };
    model.list.iter().map(head).collect()
}
