//! What a person has been told.

use ::notifications::{Notification, service};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use crate::{
    csrf::{Csrf, Form},
    error::Trouble,
    layout::{Layout, cursor, is_local, machine, moment, position},
    session::Person,
    site::Shared,
};

#[derive(Deserialize)]
pub(crate) struct At {
    after: Option<String>,
}

struct Row {
    id: i64,
    title: String,
    body: String,
    /// A path of this site, or nothing.
    link: Option<String>,
    when: String,
    when_machine: String,
    unread: bool,
}

impl Row {
    fn of(notice: Notification) -> Self {
        Self {
            id: notice.id,
            title: notice.title,
            body: notice.body,
            link: Some(notice.url).filter(|link| is_local(link)),
            when: moment(&notice.created_at),
            when_machine: machine(&notice.created_at),
            unread: !notice.is_read,
        }
    }
}

#[derive(Template)]
#[template(path = "notifications.html")]
struct Page {
    layout: Layout,
    csrf: String,
    rows: Vec<Row>,
    next: Option<String>,
    first: bool,
}

pub(crate) async fn list(
    State(shared): State<Shared>,
    person: Person,
    csrf: Csrf,
    Query(at): Query<At>,
) -> Result<Response, Trouble> {
    let after = position(at.after.as_deref());
    let page = service::list(&shared.db, person.0.user.id, after).await?;
    Ok(super::show(&Page {
        layout: Layout::of(&shared, Some(&person), &csrf, "notifications").await?,
        csrf: csrf.token().to_owned(),
        rows: page.notices.into_iter().map(Row::of).collect(),
        next: page.next.map(cursor),
        first: after.is_none(),
    }))
}

#[derive(Deserialize)]
pub(crate) struct Nothing {}

pub(crate) async fn read(
    State(shared): State<Shared>,
    person: Person,
    Path(id): Path<i64>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Trouble> {
    service::mark_read(&shared.db, person.0.user.id, id).await?;
    Ok(Redirect::to("/notifications").into_response())
}

pub(crate) async fn read_all(
    State(shared): State<Shared>,
    person: Person,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Trouble> {
    service::mark_all_read(&shared.db, person.0.user.id).await?;
    Ok(Redirect::to("/notifications").into_response())
}
