//! The API for people: the table as a page, and what a problem's address leads to.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use kernel::gateway::Access;

use super::{openapi, ops, problem};
use crate::{csrf::Csrf, error::Trouble, layout::Layout, pages, session::Person, site::Shared};

struct Group {
    name: String,
    rows: Vec<Row>,
}

struct Row {
    name: &'static str,
    method: String,
    path: &'static str,
    summary: &'static str,
    who: &'static str,
    limits: String,
    problems: Vec<&'static str>,
}

struct Meaning {
    code: &'static str,
    title: String,
    status: u16,
}

#[derive(Template)]
#[template(path = "api.html")]
struct Page {
    layout: Layout,
    groups: Vec<Group>,
    meanings: Vec<Meaning>,
}

fn groups() -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for operation in ops::all() {
        let name = problem::title(openapi::tag(operation.name));
        let row = Row {
            name: operation.name,
            method: operation.method.to_string(),
            path: operation.path,
            summary: operation.summary,
            who: match operation.access {
                Access::Public => "everybody",
                Access::User => "signed in",
                Access::Staff => "staff",
            },
            limits: openapi::limits(&operation),
            problems: operation.kinds.iter().map(|kind| kind.code).collect(),
        };
        match groups.iter_mut().find(|group| group.name == name) {
            Some(group) => group.rows.push(row),
            None => groups.push(Group { name, rows: vec![row] }),
        }
    }
    groups
}

fn meanings() -> Vec<Meaning> {
    let mut kinds: Vec<_> = ops::all().iter().flat_map(|operation| openapi::kinds(operation)).collect();
    kinds.sort_by_key(|kind| (kind.code, kind.status));
    kinds.dedup();
    let meaning =
        |kind: problem::Kind| Meaning { code: kind.code, title: problem::title(kind.code), status: kind.status };
    kinds.into_iter().map(meaning).collect()
}

/// `GET /api/docs`
pub(crate) async fn show(
    State(shared): State<Shared>,
    person: Option<Person>,
    csrf: Csrf,
) -> Result<Response, Trouble> {
    let layout = Layout::of(&shared, person.as_ref(), &csrf, "api").await?;
    Ok(pages::show(&Page { layout, groups: groups(), meanings: meanings() }))
}

/// `GET /problems/{code}`
pub(crate) async fn problem(Path(code): Path<String>) -> Response {
    match meanings().iter().find(|meaning| meaning.code == code) {
        Some(meaning) => Redirect::to(&format!("/api/docs#problem-{}", meaning.code)).into_response(),
        None => axum::http::StatusCode::NOT_FOUND.into_response(),
    }
}
