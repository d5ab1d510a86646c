//! What is done in a room with one button: checking in, beginning, agreeing, giving up.

use ::tournaments::{
    rules::{match_state::Deed, result::read_games},
    service::{
        matches,
        result::{self, Report},
    },
};
use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::{Stop, find, report, room, see_other};
use crate::{
    csrf::Form,
    error::Trouble,
    layout::Layout,
    pages::{
        self,
        teams::Nothing,
        tournaments::visit::{Member, Visit},
    },
    site::Shared,
};

/// The form stands in the room.
pub(crate) async fn back(Path(id): Path<i64>) -> Response {
    see_other(&format!("/matches/{id}"))
}

pub(crate) async fn back_to_dispute(Path(id): Path<i64>) -> Response {
    see_other(&format!("/matches/{id}/dispute"))
}

async fn after(shared: &Shared, visit: &Visit, id: i64, done: Result<&'static str, Stop>) -> Result<Response, Trouble> {
    match done {
        Ok(done) => Ok(see_other(&format!("/matches/{id}?done={done}"))),
        Err(stop) => room::refused(shared, visit, id, stop.said()?, None).await,
    }
}

pub(crate) async fn check_in(
    State(shared): State<Shared>,
    Member(visit): Member,
    Path(id): Path<i64>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Trouble> {
    find(&shared, &visit, id).await?;
    let cx = visit.cx(&shared);
    let done = shared.db.write(|tx| async move { matches::check_in(&tx, &cx, id, None).await }).await;
    after(&shared, &visit, id, done.map(|_| "checked-in").map_err(Stop::from)).await
}

pub(crate) async fn start(
    State(shared): State<Shared>,
    Member(visit): Member,
    Path(id): Path<i64>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Trouble> {
    find(&shared, &visit, id).await?;
    let cx = visit.cx(&shared);
    let done = shared.db.write(|tx| async move { matches::start(&tx, &cx, id).await }).await;
    after(&shared, &visit, id, done.map(|_| "started").map_err(Stop::from)).await
}

/// Which report is agreed to, and the match as it was seen.
#[derive(Deserialize)]
pub(crate) struct Agreed {
    report: i64,
    revision: i32,
    first: i64,
    second: i64,
}

pub(crate) async fn agree(
    State(shared): State<Shared>,
    Member(visit): Member,
    Path(id): Path<i64>,
    Form(agreed): Form<Agreed>,
) -> Result<Response, Trouble> {
    let page = find(&shared, &visit, id).await?;
    let theirs = room::my_side(&page).and_then(|side| room::open_of(&page, 1 - side));
    let games = theirs.filter(|theirs| theirs.id == agreed.report).and_then(|theirs| read_games(&theirs.games));
    let Some(games) = games else {
        let text = "That report is no longer the one that waits for your answer. Look at what is said now.";
        return room::refused(&shared, &visit, id, (StatusCode::CONFLICT, text.to_owned()), None).await;
    };
    let report = &Report {
        revision: agreed.revision,
        between: [agreed.first, agreed.second],
        games,
        note: String::new(),
        screenshot: None,
    };
    let cx = visit.cx(&shared);
    match shared.db.write(|tx| async move { result::report(&tx, &cx, id, report).await }).await {
        Ok(reported) => Ok(report::after(id, reported)),
        Err(refusal) => room::refused(&shared, &visit, id, Stop::from(refusal).said()?, None).await,
    }
}

#[derive(Template)]
#[template(path = "matches/give_up.html")]
struct GiveUpPage {
    layout: Layout,
    csrf: String,
    id: i64,
    revision: i32,
    title: String,
    slug: String,
    tournament: String,
    mine: String,
    other: String,
    reason: String,
    error: Option<String>,
}

async fn give_up_page(
    shared: &Shared,
    visit: &Visit,
    id: i64,
    reason: String,
    error: Option<(StatusCode, String)>,
) -> Result<Response, Trouble> {
    let page = find(shared, visit, id).await?;
    let side = room::my_side(&page).filter(|_| error.is_some() || page.can.do_(Deed::GiveUp));
    let Some(side) = side else { return Ok(see_other(&format!("/matches/{id}"))) };
    let name = |at: usize| page.sides[at].as_ref().map(|side| side.name.clone()).unwrap_or_default();
    let status = error.as_ref().map_or(StatusCode::OK, |(status, _)| *status);
    let html = pages::show(&GiveUpPage {
        layout: Layout::of(shared, visit.person.as_ref(), &visit.csrf, "matches").await?,
        csrf: visit.token(),
        id,
        revision: page.row.revision,
        title: page.title.clone(),
        slug: page.tournament.slug.clone(),
        tournament: page.tournament.name.clone(),
        mine: name(side),
        other: name(1 - side),
        reason,
        error: error.map(|(_, text)| text),
    });
    Ok((status, html).into_response())
}

pub(crate) async fn give_up_form(
    State(shared): State<Shared>,
    Member(visit): Member,
    Path(id): Path<i64>,
) -> Result<Response, Trouble> {
    give_up_page(&shared, &visit, id, String::new(), None).await
}

#[derive(Deserialize)]
pub(crate) struct GivenUp {
    revision: i32,
    #[serde(default)]
    reason: String,
}

pub(crate) async fn give_up(
    State(shared): State<Shared>,
    Member(visit): Member,
    Path(id): Path<i64>,
    Form(given): Form<GivenUp>,
) -> Result<Response, Trouble> {
    find(&shared, &visit, id).await?;
    let (cx, reason) = (visit.cx(&shared), &*given.reason);
    let done = shared.db.write(|tx| async move { result::forfeit(&tx, &cx, id, given.revision, None, reason).await });
    match done.await {
        Ok(()) => Ok(see_other(&format!("/matches/{id}?done=given-up"))),
        Err(refusal) => give_up_page(&shared, &visit, id, given.reason, Some(Stop::from(refusal).said()?)).await,
    }
}
