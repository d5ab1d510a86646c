//! The questions of its own that a tournament's form asks: added, changed, put in order, removed.

use ::tournaments::{
    error::settings::{QuestionInvalid, QuestionRefusal},
    model::custom_field::Model as Row,
    rules::{access::Act, answers::Kind},
    service::question::{self as questions, NewQuestion},
};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use serde_json::{Map, Value, json};

use super::{
    Choice, Desk, Done, Errors, Nothing, Typed, Visit,
    ask::{Question, ask},
    frame::{Frame, frame},
    open, see_other,
    stop::Stop,
    unprocessable,
};
use crate::{csrf::Form, error::Trouble, layout::Layout, pages, site::Shared};

struct Listed {
    id: i64,
    name: String,
    kind: &'static str,
    required: bool,
    help: String,
    bounds: String,
    first: bool,
    last: bool,
}

#[derive(Template)]
#[template(path = "desk/fields.html")]
struct Page {
    layout: Layout,
    frame: Frame,
    rows: Vec<Listed>,
    typed: Typed,
    kinds: Vec<Choice>,
    errors: Errors,
    /// The question that is changed; nothing for a new one.
    id: Option<i64>,
}

fn kind_of(row: &Row) -> Kind {
    Kind::parse(&row.field_type).unwrap_or(Kind::Text)
}

/// What bounds an answer, as it is typed: a bound a field.
fn fill(row: &Row) -> Typed {
    let mut typed = Typed::default();
    typed.set("name", row.field_name.clone());
    typed.set("kind", row.field_type.clone());
    typed.set("help", row.help_text.clone());
    if row.is_required {
        typed.set("required", "on");
    }
    for (name, value) in row.field_config.as_object().into_iter().flatten() {
        match value {
            Value::Bool(true) => typed.set(name.clone(), "on"),
            Value::Bool(false) => {}
            Value::Array(items) => {
                let lines: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
                typed.set(name.clone(), lines.join("\n"));
            }
            Value::String(text) => typed.set(name.clone(), text.clone()),
            other => typed.set(name.clone(), other.to_string()),
        }
    }
    typed
}

/// The question that was typed, or what in it cannot be read.
fn read(typed: &Typed) -> Result<NewQuestion, Errors> {
    let mut errors = Errors::default();
    let kind = Kind::parse(typed.get("kind"));
    let mut config = Map::new();
    let numbers: &[&str] = match kind {
        Some(Kind::Text) => &["min_length", "max_length"],
        Some(Kind::Number) => &["min", "max"],
        Some(Kind::Media) => &["max_bytes"],
        _ => &[],
    };
    for name in numbers {
        let text = typed.get(name).trim();
        if text.is_empty() {
            continue;
        }
        let number = text.parse::<i64>().map(Value::from).or_else(|_| text.parse::<f64>().map(Value::from));
        match number {
            Ok(number) => drop(config.insert((*name).to_owned(), number)),
            Err(_) => errors.say(*name, "Write a number."),
        }
    }
    let lists: &[&str] = match kind {
        Some(Kind::Dropdown) => &["options"],
        Some(Kind::Media) => &["types"],
        Some(Kind::Url) => &["hosts"],
        _ => &[],
    };
    for name in lists {
        let lines: Vec<&str> = typed.get(name).lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        if !lines.is_empty() || *name == "options" {
            config.insert((*name).to_owned(), json!(lines));
        }
    }
    let days: &[&str] = if kind == Some(Kind::Date) { &["earliest", "latest"] } else { &[] };
    for name in days {
        let day = typed.get(name).trim();
        if !day.is_empty() {
            config.insert((*name).to_owned(), json!(day));
        }
    }
    let switch = match kind {
        Some(Kind::Number) => Some("integer"),
        Some(Kind::Toggle) => Some("must_be_on"),
        _ => None,
    };
    if let Some(name) = switch.filter(|name| typed.on(name)) {
        config.insert(name.to_owned(), json!(true));
    }
    let Some(kind) = kind else {
        errors.say("kind", "Choose one from the list.");
        return Err(errors);
    };
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(NewQuestion {
        name: typed.get("name").trim().to_owned(),
        kind,
        config: Value::Object(config),
        required: typed.on("required"),
        help: typed.get("help").trim().to_owned(),
    })
}

/// The field beside which a refusal stands.
fn place(refusal: &QuestionRefusal) -> String {
    let QuestionRefusal::Invalid(invalid) = refusal else { return "page".to_owned() };
    match invalid {
        QuestionInvalid::Empty | QuestionInvalid::Long(_) | QuestionInvalid::Taken | QuestionInvalid::TooMany(_) => {
            "name".to_owned()
        }
        QuestionInvalid::UnknownSetting(name) | QuestionInvalid::Setting(name) => name.clone(),
        QuestionInvalid::Contradiction(from, _) => from.clone(),
        QuestionInvalid::Options(_) => "options".to_owned(),
    }
}

fn bounds(row: &Row) -> String {
    let of = row.field_config.as_object();
    let words = of.into_iter().flatten().map(|(name, value)| {
        let value = match value {
            Value::Array(items) => items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
            Value::String(text) => text.clone(),
            Value::Bool(_) => return name.replace('_', " "),
            other => other.to_string(),
        };
        format!("{}: {value}", name.replace('_', " "))
    });
    words.collect::<Vec<_>>().join("; ")
}

async fn page(
    shared: &Shared,
    visit: &Visit,
    desk: &Desk,
    id: Option<i64>,
    typed: Typed,
    errors: Errors,
    done: Option<&str>,
) -> Result<Response, Trouble> {
    let found = questions::all(shared.db.read(), desk.id()).await?;
    let count = found.len();
    let row = |(at, row): (usize, &Row)| Listed {
        id: row.id,
        name: row.field_name.clone(),
        kind: kind_of(row).label(),
        required: row.is_required,
        help: row.help_text.clone(),
        bounds: bounds(row),
        first: at == 0,
        last: at + 1 == count,
    };
    let kinds = Kind::ALL.iter().map(|kind| Choice::new(kind.as_str(), kind.label(), typed.get("kind"))).collect();
    let (layout, frame) = frame(shared, visit, desk, "fields", done).await?;
    let rows = found.iter().enumerate().map(row).collect();
    Ok(pages::show(&Page { layout, frame, rows, typed, kinds, errors, id }))
}

pub(crate) async fn list(
    State(shared): State<Shared>,
    visit: Visit,
    Path(slug): Path<String>,
    Query(Done { done }): Query<Done>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[Act::Edit]).await?;
    page(&shared, &visit, &desk, None, Typed::default(), Errors::default(), done.as_deref()).await
}

pub(crate) async fn add(
    State(shared): State<Shared>,
    visit: Visit,
    Path(slug): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Trouble> {
    write(&shared, &visit, &slug, None, typed).await
}

async fn one(shared: &Shared, desk: &Desk, id: i64) -> Result<Row, Trouble> {
    let found = questions::all(shared.db.read(), desk.id()).await?.into_iter().find(|row| row.id == id);
    found.ok_or_else(|| Trouble::refused(StatusCode::NOT_FOUND, "There is no such question in this form any more."))
}

pub(crate) async fn form(
    State(shared): State<Shared>,
    visit: Visit,
    Path((slug, id)): Path<(String, i64)>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[Act::Edit]).await?;
    let row = one(&shared, &desk, id).await?;
    page(&shared, &visit, &desk, Some(id), fill(&row), Errors::default(), None).await
}

pub(crate) async fn save(
    State(shared): State<Shared>,
    visit: Visit,
    Path((slug, id)): Path<(String, i64)>,
    Form(typed): Form<Typed>,
) -> Result<Response, Trouble> {
    write(&shared, &visit, &slug, Some(id), typed).await
}

async fn write(shared: &Shared, visit: &Visit, slug: &str, id: Option<i64>, typed: Typed) -> Result<Response, Trouble> {
    let desk = open(shared, visit, slug, &[Act::Edit]).await?;
    if let Some(id) = id {
        one(shared, &desk, id).await?;
    }
    let new = match read(&typed) {
        Ok(new) => new,
        Err(errors) => return Ok(unprocessable(page(shared, visit, &desk, id, typed, errors, None).await?)),
    };
    let (cx, tournament, question) = (visit.cx(shared), desk.id(), &new);
    let done = shared.db.write(|tx| async move {
        match id {
            Some(id) => questions::edit(&tx, &cx, id, question.clone()).await,
            None => questions::add(&tx, &cx, tournament, question.clone()).await.map(drop),
        }
    });
    match done.await {
        Ok(()) => {
            let done = if id.is_some() { "saved" } else { "added" };
            Ok(see_other(&format!("{}?done={done}", desk.path("fields"))))
        }
        Err(refusal) => {
            let place = place(&refusal);
            let errors = Errors::one(place, Stop::from(refusal).said()?);
            Ok(unprocessable(page(shared, visit, &desk, id, typed, errors, None).await?))
        }
    }
}

pub(crate) async fn shift(
    State(shared): State<Shared>,
    visit: Visit,
    Path((slug, id)): Path<(String, i64)>,
    Form(typed): Form<Typed>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[Act::Edit]).await?;
    let mut order: Vec<i64> = questions::all(shared.db.read(), desk.id()).await?.iter().map(|row| row.id).collect();
    if let Some(at) = order.iter().position(|one| *one == id) {
        let to = if typed.get("to") == "up" { at.saturating_sub(1) } else { (at + 1).min(order.len() - 1) };
        order.swap(at, to);
    }
    let (cx, tournament, order) = (visit.cx(&shared), desk.id(), &order);
    let done = shared
        .db
        .write(|tx| async move { questions::reorder(&tx, &cx, tournament, order).await.map_err(Stop::from) })
        .await;
    match done {
        Ok(()) => Ok(see_other(&format!("{}?done=moved", desk.path("fields")))),
        Err(stop) => {
            let errors = Errors::one("page", stop.said()?);
            Ok(unprocessable(page(&shared, &visit, &desk, None, Typed::default(), errors, None).await?))
        }
    }
}

async fn asked(
    shared: &Shared,
    visit: &Visit,
    desk: &Desk,
    id: i64,
    error: Option<String>,
) -> Result<Response, Trouble> {
    let row = one(shared, desk, id).await?;
    let question = Question {
        title: "Remove this question?".to_owned(),
        text: vec![row.field_name, "The form no longer asks it.".to_owned()],
        action: desk.path(&format!("fields/{id}/remove")),
        button: "Remove".to_owned(),
        danger: true,
        back: desk.path("fields"),
        ..Question::default()
    };
    ask(shared, visit, desk, "fields", question, error).await
}

pub(crate) async fn question(
    State(shared): State<Shared>,
    visit: Visit,
    Path((slug, id)): Path<(String, i64)>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[Act::Edit]).await?;
    asked(&shared, &visit, &desk, id, None).await
}

pub(crate) async fn remove(
    State(shared): State<Shared>,
    visit: Visit,
    Path((slug, id)): Path<(String, i64)>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[Act::Edit]).await?;
    one(&shared, &desk, id).await?;
    let cx = visit.cx(&shared);
    let done = shared.db.write(|tx| async move { questions::remove(&tx, &cx, id).await.map_err(Stop::from) }).await;
    match done {
        Ok(()) => Ok(see_other(&format!("{}?done=removed", desk.path("fields")))),
        Err(stop) => asked(&shared, &visit, &desk, id, Some(stop.said()?)).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(fields: &[(&str, &str)]) -> Typed {
        let mut typed = Typed::default();
        for (name, value) in fields {
            typed.set(*name, *value);
        }
        typed
    }

    #[test]
    fn each_kind_keeps_its_own_bounds_and_no_others() {
        let all = [
            ("name", " Rank "),
            ("min_length", "2"),
            ("max_length", ""),
            ("min", "1"),
            ("max", "2.5"),
            ("integer", "on"),
            ("max_bytes", "1000"),
            ("options", "Gold\r\n\r\n Silver "),
            ("types", "image"),
            ("hosts", "youtube.com"),
            ("earliest", "2026-03-01"),
            ("latest", ""),
            ("must_be_on", "on"),
        ];
        for (kind, expected) in [
            ("text", json!({ "min_length": 2 })),
            ("number", json!({ "min": 1, "max": 2.5, "integer": true })),
            ("media", json!({ "max_bytes": 1000, "types": ["image"] })),
            ("toggle", json!({ "must_be_on": true })),
            ("date", json!({ "earliest": "2026-03-01" })),
            ("url", json!({ "hosts": ["youtube.com"] })),
            ("dropdown", json!({ "options": ["Gold", "Silver"] })),
        ] {
            let mut form = typed(&all);
            form.set("kind", kind);
            let read = read(&form).expect("it can be read");
            assert_eq!((read.config, &*read.name), (expected, "Rank"), "{kind}");
        }
        let errors = read(&typed(&[("kind", "text"), ("min_length", "two"), ("max_length", "x")])).expect_err("wrong");
        assert!(errors.at("min_length").is_some() && errors.at("max_length").is_some());
        assert!(read(&typed(&[("kind", "rune")])).is_err_and(|errors| errors.at("kind").is_some()));
    }
}
