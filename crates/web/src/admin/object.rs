//! The page of a row: its form where it may be changed, else its values; what refers to it, what can
//! be done with it. And the form of a new row.

use std::collections::BTreeMap;

use accounts::Act;
use askama::Template;
use axum::{
    extract::{Path, RawQuery, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use sea_orm::{
    ConnectionTrait,
    sea_query::{Expr, ExprTrait, Query},
};

use super::{
    act::{self, Offered},
    catalogue::Model,
    children::{self, Group, Linked, Related},
    form::{self, FormView, Source},
    frame::{Frame, Theme},
    inline::{self, Back, Inline},
    lines::{self, Refused},
    link::Pairs,
    list::{nothing, viewable},
    naming,
    save::{self, Refusal, Row, Saved},
    select::cells,
    sent::Sent,
    staff::Staff,
    value::Cell,
};
use crate::{
    csrf::{Csrf, Form},
    error::Trouble,
    pages,
    site::Shared,
};

#[derive(Template)]
#[template(path = "admin/object.html")]
struct ObjectPage {
    frame: Frame,
    model: &'static Model,
    /// What the row is called; nothing for a new one.
    name: Option<String>,
    path: String,
    form: FormView,
    /// Why it is only shown.
    fixed: Option<String>,
    acts: Vec<Offered>,
    delete: bool,
    again: bool,
    rights: Option<String>,
    inlines: Vec<Inline>,
    groups: Vec<Group>,
    linked: Vec<Linked>,
    conflict: bool,
}

impl ObjectPage {
    /// The field whose search is open, in the row or in a line.
    fn searching(&self) -> Option<String> {
        let cells = self.inlines.iter().flat_map(|inline| &inline.lines);
        let open = |line: &inline::LineView| line.searching().map(|column| format!("{}{column}", line.prefix));
        self.form.searching.map(str::to_owned).or_else(|| cells.filter_map(open).next())
    }

    /// How many fields are wrong.
    fn wrong(&self) -> usize {
        let fields = self.form.sections.iter().flat_map(|section| &section.fields);
        let lines: usize = self.inlines.iter().map(Inline::wrong).sum();
        fields.filter(|field| field.error.is_some()).count() + lines
    }
}

/// The row that an address names.
pub(crate) async fn find(shared: &Shared, model: &'static Model, key: &str) -> Result<(Cell, Row), Trouble> {
    let gone = || nothing(format!("There is no {} {}. It may have been deleted.", model.label, naming::short(key, 80)));
    let cell = Cell::from_plain(model.key_field().kind, key).ok_or_else(gone)?;
    let row = read(shared, model, &cell).await?;
    row.map(|row| (cell, row)).ok_or_else(gone)
}

async fn read(shared: &Shared, model: &Model, key: &Cell) -> Result<Option<Row>, kernel::DbError> {
    let fields: Vec<usize> = model.open_fields().collect();
    let mut query = Query::select();
    query.from(model.table);
    query.and_where(Expr::col(model.key_field().column).eq(key.bind(model.key_field().kind)));
    for at in &fields {
        query.expr(Cell::select(&model.fields[*at], None));
    }
    let Some(row) = shared.db.read().query_one(&query).await? else { return Ok(None) };
    Ok(Some(fields.iter().copied().zip(cells(&row, model, &fields)?).collect()))
}

/// Why a form comes back: about the row, and about its lines by their prefixes.
#[derive(Default)]
struct Why {
    row: Vec<(Option<usize>, String)>,
    changed: bool,
    lines: BTreeMap<String, Refusal>,
}

impl Why {
    fn status(&self) -> StatusCode {
        let changed = |refusal: &Refusal| matches!(refusal, Refusal::Changed(_));
        match (self.row.is_empty() && self.lines.is_empty(), self.changed || self.lines.values().any(changed)) {
            (_, true) => StatusCode::CONFLICT,
            (false, _) => StatusCode::UNPROCESSABLE_ENTITY,
            _ => StatusCode::OK,
        }
    }
}

/// What a page about a row is made from.
struct Made<'a> {
    shared: &'a Shared,
    staff: &'a Staff,
    csrf: &'a Csrf,
    theme: Theme,
    model: &'static Model,
}

impl Made<'_> {
    /// The page of a row that exists.
    async fn page(
        &self,
        key: &Cell,
        row: &Row,
        sent: Option<&Sent>,
        why: Why,
        done: Option<&str>,
    ) -> Result<Response, Trouble> {
        let Self { shared, staff, model, .. } = *self;
        let fixed = staff.why_not(model, Act::Change);
        let (status, open) = (why.status(), fixed.is_none());
        let Why { row: wrong, changed, lines } = why;
        let source = Source { shared, staff, model, row: Some(row), sent, open, wrong, changed, known: None };
        let form = source.view().await?;
        let name = naming::name(shared.db.read(), model, key).await?.unwrap_or_else(|| naming::nameless(model, key));
        let Related { kinds, groups, linked } = children::of(shared, staff, model, key, form.open).await?;
        let inlines = inline::views(shared, staff, key, kinds, Back { sent, wrong: &lines }).await?;
        let path = model.row_path(&key.plain());
        let page = ObjectPage {
            frame: Frame::of(staff, self.csrf, self.theme, Some(model), path.clone()).saying(done),
            model,
            name: Some(name),
            form,
            fixed,
            acts: act::offered_for_row(staff, model, row),
            delete: staff.may(model, Act::Delete),
            again: staff.may(model, Act::Add),
            rights: rights_path(staff, model, key),
            inlines,
            groups,
            linked,
            conflict: changed,
            path,
        };
        Ok((status, pages::show(&page)).into_response())
    }

    /// The page of a new row.
    async fn blank(
        &self,
        sent: Option<&Sent>,
        wrong: Vec<(Option<usize>, String)>,
        done: Option<&str>,
    ) -> Result<Response, Trouble> {
        let Self { shared, staff, model, .. } = *self;
        let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        let source = Source { shared, staff, model, row: None, sent, open: true, wrong, changed: false, known: None };
        let path = format!("{}/add", model.path());
        let page = ObjectPage {
            frame: Frame::of(staff, self.csrf, self.theme, Some(model), path.clone()).saying(done),
            model,
            name: None,
            form: source.view().await?,
            fixed: None,
            acts: Vec::new(),
            delete: false,
            again: true,
            rights: None,
            inlines: Vec::new(),
            groups: Vec::new(),
            linked: Vec::new(),
            conflict: false,
            path,
        };
        Ok((status, pages::show(&page)).into_response())
    }
}

/// The page where the rights of a user or a group are given.
fn rights_path(staff: &Staff, model: &Model, key: &Cell) -> Option<String> {
    let kind = match model.table {
        "accounts_user" => "user",
        "auth_group" => "group",
        _ => return None,
    };
    staff.access.may("accounts", Act::Change).then(|| format!("/admin/rights/{kind}/{}", key.plain()))
}

/// Whether the form asks for a search of what a field refers to, not to be saved.
fn looks_up(sent: &Sent) -> bool {
    sent.get("lookup").is_some() || sent.get("pick").is_some()
}

pub(crate) async fn show(
    State(shared): State<Shared>,
    staff: Staff,
    csrf: Csrf,
    theme: Theme,
    Path((app, slug, key)): Path<(String, String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Trouble> {
    let model = viewable(&staff, &app, &slug)?;
    let (key, row) = find(&shared, model, &key).await?;
    let made = Made { shared: &shared, staff: &staff, csrf: &csrf, theme, model };
    let pairs = Pairs::parse(query.as_deref().unwrap_or_default());
    made.page(&key, &row, None, Why::default(), pairs.get("done")).await
}

pub(crate) async fn change(
    State(shared): State<Shared>,
    staff: Staff,
    csrf: Csrf,
    theme: Theme,
    Path((app, slug, key)): Path<(String, String, String)>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Trouble> {
    let model = viewable(&staff, &app, &slug)?;
    staff.must(model, Act::Change)?;
    let (key, row) = find(&shared, model, &key).await?;
    let sent = Sent(fields);
    let made = Made { shared: &shared, staff: &staff, csrf: &csrf, theme, model };
    if looks_up(&sent) {
        return made.page(&key, &row, Some(&sent), Why::default(), None).await;
    }
    if sent.get("version").is_none() {
        return Err(Trouble::refused(
            StatusCode::BAD_REQUEST,
            "The form is incomplete. Load the page again and retry.",
        ));
    }
    let refused = match lines::save(&shared, &staff, model, &key, &sent).await {
        Ok(saved) => return Ok(next(model, &key, &sent, if saved == Saved::Same { "same" } else { "saved" })),
        Err(Refused::Database(error)) => return Err(error.into()),
        Err(Refused::Form(row, lines)) => (row, lines),
    };
    let (refusal, lines) = refused;
    match refusal {
        None => made.page(&key, &row, Some(&sent), Why { lines, ..Why::default() }, None).await,
        Some(Refusal::Wrong(row_wrong)) => {
            made.page(&key, &row, Some(&sent), Why { row: row_wrong, lines, changed: false }, None).await
        }
        Some(Refusal::Changed(now)) => {
            made.page(&key, &now, Some(&sent), Why { row: Vec::new(), lines, changed: true }, None).await
        }
        Some(Refusal::Gone) => Err(nothing(format!("This {} was deleted in the meantime.", model.label))),
        Some(Refusal::Database(error)) => Err(error.into()),
    }
}

pub(crate) async fn add_form(
    State(shared): State<Shared>,
    staff: Staff,
    csrf: Csrf,
    theme: Theme,
    Path((app, slug)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Trouble> {
    let model = viewable(&staff, &app, &slug)?;
    staff.must(model, Act::Add)?;
    let pairs = Pairs::parse(query.as_deref().unwrap_or_default());
    // A link may fill in some fields; boxes that it does not name keep their defaults.
    let mut filled = Sent(pairs.0.iter().filter(|(name, _)| name.starts_with("v.")).cloned().collect());
    for field in &model.fields {
        let name = format!("v.{}", field.column);
        if super::sent::is_box(field) && field.default.as_deref() == Some("true") && filled.typed(&name).is_none() {
            filled.0.push((name, "true".to_owned()));
        }
    }
    let made = Made { shared: &shared, staff: &staff, csrf: &csrf, theme, model };
    made.blank(Some(&filled), Vec::new(), pairs.get("done")).await
}

pub(crate) async fn add(
    State(shared): State<Shared>,
    staff: Staff,
    csrf: Csrf,
    theme: Theme,
    Path((app, slug)): Path<(String, String)>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Trouble> {
    let model = viewable(&staff, &app, &slug)?;
    staff.must(model, Act::Add)?;
    let sent = Sent(fields);
    let made = Made { shared: &shared, staff: &staff, csrf: &csrf, theme, model };
    if looks_up(&sent) {
        return made.blank(Some(&sent), Vec::new(), None).await;
    }
    match save::add(&shared, &staff, model, &sent).await {
        Ok(key) => Ok(next(model, &key, &sent, "added")),
        Err(Refusal::Wrong(wrong)) => made.blank(Some(&sent), wrong, None).await,
        Err(Refusal::Changed(_) | Refusal::Gone) => Err(nothing("What this row belongs to is gone.".to_owned())),
        Err(Refusal::Database(error)) => Err(error.into()),
    }
}

/// Where to go after saving.
fn next(model: &Model, key: &Cell, sent: &Sent, done: &str) -> Response {
    let path = match sent.get("then") {
        Some("again") => format!("{}/add", model.path()),
        Some("stay") => model.row_path(&key.plain()),
        _ => model.path(),
    };
    Redirect::to(&format!("{path}?done={done}")).into_response()
}
