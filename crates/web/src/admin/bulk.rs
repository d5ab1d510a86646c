//! Running an act: on the rows ticked in a list, on all rows that the list shows, on one row, or on
//! none. Always confirmed first; each row is a unit of work of its own, and its failure its own.

use std::collections::BTreeSet;

use accounts::Act as Right;
use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use sea_orm::sea_query::{Condition, Expr, ExprTrait};

use super::{
    act::{self, Act, Context, Failure, ONCE, Outcome, Question, SEEN, Scope, Wrong},
    catalogue::{Model, Sort},
    delete::{Preview, preview, remove},
    frame::{Frame, Theme},
    link::Pairs,
    list::{nothing, viewable},
    naming,
    object::find,
    request::{Ask, Place},
    save::Refusal,
    select,
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

/// The name of deleting among the acts.
pub(crate) const DELETE: &str = "delete";
/// The most rows at once.
const MOST: usize = 500;
/// The most names that are written out.
const NAMED: usize = 40;

/// What is to be done.
#[derive(Clone, Copy)]
enum What {
    Act(&'static Act),
    Delete,
}

impl What {
    fn find(staff: &Staff, model: &Model, name: &str) -> Result<Self, Trouble> {
        if name == DELETE {
            staff.must(model, Right::Delete)?;
            return Ok(Self::Delete);
        }
        act::find(staff, model, name).map(Self::Act).ok_or_else(|| {
            nothing(format!(
                "There is nothing called \u{201c}{}\u{201d} that you may do to {}.",
                naming::short(name, 40),
                model.plural
            ))
        })
    }

    fn name(self) -> &'static str {
        match self {
            Self::Act(act) => act.name,
            Self::Delete => DELETE,
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Act(act) => act.label,
            Self::Delete => "Delete",
        }
    }
}

/// A question with its answer and what is wrong with it.
struct Asked {
    question: &'static Question,
    value: String,
    error: Option<String>,
}

impl Asked {
    /// What says that it is wrong, and what describes it, for readers of screens.
    fn described(&self) -> String {
        let name = self.question.name;
        let error = self.error.as_ref().map(|_| format!("{name}-error"));
        let help = (!self.question.help.is_empty()).then(|| format!("{name}-help"));
        let by: Vec<String> = error.into_iter().chain(help).collect();
        let by = if by.is_empty() { String::new() } else { format!(" aria-describedby=\"{}\"", by.join(" ")) };
        if self.error.is_some() { format!(" aria-invalid=\"true\"{by}") } else { by }
    }
}

#[derive(Template)]
#[template(path = "admin/act.html")]
struct ActPage {
    frame: Frame,
    model: &'static Model,
    label: &'static str,
    help: &'static str,
    name: &'static str,
    /// Where the form is sent.
    path: String,
    back: String,
    rows: Vec<String>,
    names: Vec<String>,
    count: usize,
    asked: Vec<Asked>,
    errors: Vec<String>,
    preview: Option<Preview>,
    danger: bool,
}

impl ActPage {
    /// Whether anybody is asked anything.
    fn asks(&self) -> bool {
        self.asked.iter().any(|asked| !asked.question.is_hidden())
    }
}

#[derive(Template)]
#[template(path = "admin/outcome.html")]
struct OutcomePage {
    frame: Frame,
    model: &'static Model,
    label: &'static str,
    done: usize,
    same: usize,
    /// Names and reasons.
    failed: Vec<(String, String)>,
    back: String,
}

/// One request to run an act.
struct Job<'a> {
    shared: &'a Shared,
    staff: &'a Staff,
    csrf: &'a Csrf,
    theme: Theme,
    model: &'static Model,
    what: What,
    sent: &'a Sent,
    path: String,
    back: String,
}

/// The rows ticked in a list, or all that it shows.
async fn keys(shared: &Shared, model: &'static Model, sent: &Sent) -> Result<Vec<Cell>, Trouble> {
    let too_many = || {
        let text = format!("At most {MOST} rows at once. Narrow the list and try again.");
        Trouble::refused(StatusCode::UNPROCESSABLE_ENTITY, text)
    };
    if sent.get("all").is_some() {
        let pairs = Pairs::parse(sent.get("query").unwrap_or_default().trim_start_matches('?'));
        let ask = Ask::parse(model, &pairs)?;
        let order = [Sort { field: model.key, descending: false }];
        let conditions = select::conditions(shared.db.kind(), model, &ask);
        let page = select::page(shared.db.read(), model, &[], conditions, &order, (&Place::First, MOST)).await?;
        if page.after {
            return Err(too_many());
        }
        return Ok(page.rows.iter().map(|row| page.cell(row, model.key).clone()).collect());
    }
    let kind = model.key_field().kind;
    let ticked: Option<Vec<Cell>> = sent.all("row").map(|key| Cell::from_plain(kind, key)).collect();
    let ticked = ticked
        .ok_or_else(|| Trouble::refused(StatusCode::BAD_REQUEST, "One of the ticked rows has no valid number."))?;
    if ticked.len() > MOST { Err(too_many()) } else { Ok(ticked) }
}

impl Job<'_> {
    /// Asks whether to go on.
    async fn ask(&self, keys: &[Cell], wrong: Wrong) -> Result<Response, Trouble> {
        let Self { shared, staff, model, what, sent, .. } = *self;
        let plain: BTreeSet<String> = keys.iter().map(Cell::plain).collect();
        let named = naming::names(shared.db.read(), model, &plain).await?;
        let names: Vec<String> = keys.iter().filter_map(|key| named.get(&key.plain()).cloned()).take(NAMED).collect();
        let (questions, help): (&'static [Question], _) = match what {
            What::Act(act) => (act.questions, act.help),
            What::Delete => (&[], ""),
        };
        let preview = match what {
            What::Delete => Some(preview(shared.db.read(), model, all_of(model, keys)).await?),
            What::Act(_) => None,
        };
        let seen = match keys {
            [key] if questions.iter().any(|question| question.kind == SEEN) => {
                Some(find(shared, model, &key.plain()).await?.1)
            }
            _ => None,
        };
        let value = |question: &Question| match (question.kind, sent.get(question.name)) {
            // A password is never sent back.
            ("password", _) => String::new(),
            (SEEN, _) => {
                let column = model.position(question.name);
                column.and_then(|at| seen.as_ref()?.get(&at)).map(Cell::plain).unwrap_or_default()
            }
            (ONCE, None) => shared.random.token(),
            (_, typed) => typed.unwrap_or_default().to_owned(),
        };
        let asked = questions.iter().map(|question| Asked {
            question,
            value: value(question),
            error: wrong.iter().find(|(name, _)| *name == Some(question.name)).map(|(_, text)| text.clone()),
        });
        let page = ActPage {
            frame: Frame::of(staff, self.csrf, self.theme, Some(model), self.back.clone()),
            model,
            label: what.label(),
            help,
            name: what.name(),
            path: self.path.clone(),
            back: self.back.clone(),
            count: named.len(),
            rows: plain.into_iter().collect(),
            names,
            asked: asked.collect(),
            errors: wrong.iter().filter(|(name, _)| name.is_none()).map(|(_, text)| text.clone()).collect(),
            preview,
            danger: matches!(what, What::Delete | What::Act(Act { danger: true, .. })),
        };
        let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        Ok((status, pages::show(&page)).into_response())
    }

    async fn one(&self, key: &Cell) -> Result<Outcome, Failure> {
        let Self { shared, staff, model, sent, .. } = *self;
        match self.what {
            What::Delete => {
                let (key, row) = find(shared, model, &key.plain()).await.map_err(|_| Refusal::Gone)?;
                remove(shared, staff, model, &key, &row).await?;
                Ok(Outcome::Done)
            }
            What::Act(act) => {
                let id = if let Cell::Int(id) = key { *id } else { 0 };
                (act.run)(Context { act, shared, staff, model, sent, id }).await
            }
        }
    }

    /// Does it to every row, and tells what came of it.
    async fn run(&self, keys: &[Cell]) -> Result<Response, Trouble> {
        let Self { shared, staff, model, what, .. } = *self;
        let plain: BTreeSet<String> = keys.iter().map(Cell::plain).collect();
        let names = naming::names(shared.db.read(), model, &plain).await?;
        let (mut done, mut same, mut failed) = (0, 0, Vec::new());
        for key in keys {
            let why = match self.one(key).await {
                Ok(Outcome::Same) => {
                    same += 1;
                    continue;
                }
                Ok(Outcome::Done | Outcome::Made(_)) => {
                    done += 1;
                    continue;
                }
                Err(Failure::Wrong(wrong)) if keys.len() == 1 => return self.ask(keys, wrong).await,
                Err(Failure::Wrong(wrong)) => words(wrong.into_iter().map(|(_, text)| text)),
                Err(Failure::Refused(Refusal::Wrong(wrong))) => words(wrong.into_iter().map(|(_, text)| text)),
                Err(Failure::Refused(Refusal::Gone | Refusal::Changed(_))) => "It is gone.".to_owned(),
                Err(Failure::Refused(Refusal::Database(error))) => return Err(error.into()),
            };
            let name = names.get(&key.plain()).cloned().unwrap_or_else(|| naming::nameless(model, key));
            failed.push((name, why));
        }
        if failed.is_empty() && keys.len() == 1 && !matches!(what, What::Delete) {
            let word = if done == 1 { "done" } else { "same" };
            return Ok(Redirect::to(&format!("{}?done={word}", self.back)).into_response());
        }
        let frame = Frame::of(staff, self.csrf, self.theme, Some(model), self.back.clone());
        let page = OutcomePage { frame, model, label: what.label(), done, same, failed, back: self.back.clone() };
        Ok(pages::show(&page))
    }
}

fn words(texts: impl Iterator<Item = String>) -> String {
    texts.collect::<Vec<_>>().join(" ")
}

fn all_of(model: &Model, keys: &[Cell]) -> Condition {
    let field = model.key_field();
    Condition::all().add(Expr::col(field.column).is_in(keys.iter().map(|key| key.bind(field.kind))))
}

/// From a list: asks first, then does it.
pub(crate) async fn list(
    State(shared): State<Shared>,
    staff: Staff,
    csrf: Csrf,
    theme: Theme,
    Path((app, slug)): Path<(String, String)>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Trouble> {
    let model = viewable(&staff, &app, &slug)?;
    let sent = Sent(fields);
    let Some(name) = sent.get("do") else {
        return Err(Trouble::refused(
            StatusCode::UNPROCESSABLE_ENTITY,
            "Choose what to do with the ticked rows first.",
        ));
    };
    let what = What::find(&staff, model, name)?;
    if matches!(what, What::Act(act) if act.scope != Scope::Rows) {
        return Err(nothing(format!("\u{201c}{}\u{201d} is not done to rows of a list.", what.label())));
    }
    let keys = keys(&shared, model, &sent).await?;
    if keys.is_empty() {
        return Err(Trouble::refused(
            StatusCode::UNPROCESSABLE_ENTITY,
            "No row is ticked. Go back and tick the rows it is about.",
        ));
    }
    let (path, confirmed) = (model.path(), sent.get("confirm").is_some());
    let back = path.clone();
    let job = Job { shared: &shared, staff: &staff, csrf: &csrf, theme, model, what, sent: &sent, path, back };
    if confirmed { job.run(&keys).await } else { job.ask(&keys, Wrong::new()).await }
}

/// The page of an act on one row.
pub(crate) async fn ask_row(
    State(shared): State<Shared>,
    staff: Staff,
    csrf: Csrf,
    theme: Theme,
    Path((app, slug, key, name)): Path<(String, String, String, String)>,
) -> Result<Response, Trouble> {
    let model = viewable(&staff, &app, &slug)?;
    let what = What::find(&staff, model, &name)?;
    let (key, _) = find(&shared, model, &key).await?;
    let back = model.row_path(&key.plain());
    let (path, sent) = (format!("{back}/act/{}", what.name()), Sent::default());
    let job = Job { shared: &shared, staff: &staff, csrf: &csrf, theme, model, what, sent: &sent, path, back };
    job.ask(&[key], Wrong::new()).await
}

/// An act on one row.
pub(crate) async fn run_row(
    State(shared): State<Shared>,
    staff: Staff,
    csrf: Csrf,
    theme: Theme,
    Path((app, slug, key, name)): Path<(String, String, String, String)>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Trouble> {
    let model = viewable(&staff, &app, &slug)?;
    let what = What::find(&staff, model, &name)?;
    let (key, _) = find(&shared, model, &key).await?;
    let back = model.row_path(&key.plain());
    let (path, sent) = (format!("{back}/act/{}", what.name()), Sent(fields));
    let job = Job { shared: &shared, staff: &staff, csrf: &csrf, theme, model, what, sent: &sent, path, back };
    // A row whose page is gone afterwards leads back to the list.
    let response = job.run(std::slice::from_ref(&key)).await?;
    if response.status().is_redirection() && find(&shared, model, &key.plain()).await.is_err() {
        return Ok(Redirect::to(&format!("{}?done=done", model.path())).into_response());
    }
    Ok(response)
}

fn making(staff: &Staff, model: &Model, name: &str) -> Result<(What, &'static Act), Trouble> {
    let what = What::find(staff, model, name)?;
    match what {
        What::Act(act) if act.scope == Scope::Table => Ok((what, act)),
        _ => Err(nothing(format!("\u{201c}{}\u{201d} is done to rows.", what.label()))),
    }
}

/// The page of an act that makes a row.
pub(crate) async fn ask_new(
    State(shared): State<Shared>,
    staff: Staff,
    csrf: Csrf,
    theme: Theme,
    Path((app, slug, name)): Path<(String, String, String)>,
) -> Result<Response, Trouble> {
    let model = viewable(&staff, &app, &slug)?;
    let (what, act) = making(&staff, model, &name)?;
    let (back, sent) = (model.path(), Sent::default());
    let path = format!("{back}/act/{}", act.name);
    let job = Job { shared: &shared, staff: &staff, csrf: &csrf, theme, model, what, sent: &sent, path, back };
    job.ask(&[], Wrong::new()).await
}

/// An act that makes a row.
pub(crate) async fn run_new(
    State(shared): State<Shared>,
    staff: Staff,
    csrf: Csrf,
    theme: Theme,
    Path((app, slug, name)): Path<(String, String, String)>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Trouble> {
    let model = viewable(&staff, &app, &slug)?;
    let (what, act) = making(&staff, model, &name)?;
    let (back, sent) = (model.path(), Sent(fields));
    let path = format!("{back}/act/{}", act.name);
    let made = (act.run)(Context { act, shared: &shared, staff: &staff, model, sent: &sent, id: 0 }).await;
    let job = Job { shared: &shared, staff: &staff, csrf: &csrf, theme, model, what, sent: &sent, path, back };
    match made {
        Ok(Outcome::Made(id)) => {
            Ok(Redirect::to(&format!("{}?done=added", model.row_path(&id.to_string()))).into_response())
        }
        Ok(_) => Ok(Redirect::to(&format!("{}?done=done", model.path())).into_response()),
        Err(Failure::Wrong(wrong)) => job.ask(&[], wrong).await,
        Err(Failure::Refused(Refusal::Database(error))) => Err(error.into()),
        Err(Failure::Refused(Refusal::Wrong(wrong))) => {
            job.ask(&[], wrong.into_iter().map(|(_, text)| (None, text)).collect()).await
        }
        Err(Failure::Refused(_)) => Err(nothing("What this belongs to is gone.".to_owned())),
    }
}
