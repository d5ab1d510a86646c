//! The tournaments that somebody holds or helps with, and what they were asked to help with.

use ::tournaments::{
    Tournament,
    rules::{access::Duty, status::Status},
    service::{
        query::{self, Card, Organized, There, Waiting},
        staff,
    },
};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use serde::Deserialize;

use super::{Errors, Nothing, Visit, frame::class_of, see_other, stop::Stop, unprocessable};
use crate::{
    csrf::Form,
    error::Trouble,
    layout::{Layout, machine, moment},
    pages,
    site::Shared,
};

#[derive(Deserialize)]
pub(crate) struct At {
    below: Option<i64>,
    done: Option<String>,
}

struct Row {
    name: String,
    slug: String,
    game: String,
    status: &'static str,
    class: &'static str,
    next: String,
    entries: String,
    starts: String,
    starts_machine: String,
    organizer: Option<String>,
}

struct Group {
    title: &'static str,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "desk/home.html")]
struct Page {
    layout: Layout,
    groups: Vec<Group>,
    waiting: Vec<Row>,
    invitations: usize,
    older: Option<i64>,
    said: Option<&'static str>,
}

/// What there is to do next for a tournament.
pub(super) fn next(status: Status, tournament: &Tournament, waiting: Waiting) -> String {
    let There { there, of } = waiting.there;
    let there = if status == Status::CheckIn { format!("{there} of {of} checked in. ") } else { String::new() };
    let next = match waiting.payments {
        0 => what(status, tournament).to_owned(),
        1 => "Check 1 payment.".to_owned(),
        many => format!("Check {many} payments."),
    };
    format!("{there}{next}")
}

fn what(status: Status, tournament: &Tournament) -> &'static str {
    let (check_in, drawn) = (tournament.enable_check_in, tournament.total_matches > 0);
    match status {
        Status::Draft => "Look through the settings, then publish it.",
        Status::PendingApproval => "Wait: the platform looks at it.",
        Status::Published => "Wait for registration to open, or open it now.",
        Status::RegistrationOpen => "Entries come in. Decide about them as they do.",
        Status::RegistrationClosed if check_in && drawn => "Check-in opens by itself, or open it now.",
        Status::RegistrationClosed if drawn => "Start, as soon as the bracket is published.",
        Status::RegistrationClosed if check_in => "Seed and draw; check-in opens by itself.",
        Status::RegistrationClosed => "Seed, draw, publish the bracket, start.",
        Status::CheckIn if drawn => "Start once everybody is there and the bracket is published.",
        Status::CheckIn => "Draw once everybody is there, publish the bracket, start.",
        Status::Live => "Run the matches.",
        Status::Completed if tournament.prizes_paid_at.is_some() => "Archive it; the prizes are paid.",
        Status::Completed => "See that the prizes are paid, then archive it.",
        Status::Archived | Status::Cancelled => "Nothing any more.",
    }
}

fn row(card: &Card, waiting: Waiting, own: bool) -> Row {
    let tournament = &card.tournament;
    Row {
        name: tournament.name.clone(),
        slug: tournament.slug.clone(),
        game: card.game.as_ref().map(|game| game.name.clone()).unwrap_or_default(),
        status: card.status.label(),
        class: class_of(card.status),
        next: next(card.status, tournament, waiting),
        entries: format!("{} of {}", tournament.total_registrations, tournament.max_participants),
        starts: moment(&tournament.tournament_start),
        starts_machine: machine(&tournament.tournament_start),
        organizer: (!own).then(|| card.organizer.clone()),
    }
}

const fn group_of(status: Status) -> usize {
    match status {
        Status::Live => 0,
        Status::Published | Status::RegistrationOpen | Status::RegistrationClosed | Status::CheckIn => 1,
        Status::Draft | Status::PendingApproval => 2,
        Status::Completed | Status::Archived | Status::Cancelled => 3,
    }
}

pub(crate) async fn show(
    State(shared): State<Shared>,
    visit: Visit,
    Query(at): Query<At>,
) -> Result<Response, Trouble> {
    let (db, user) = (shared.db.read(), visit.user());
    let organized = query::organized_by(db, user, at.below).await?;
    let mut groups: Vec<Group> = ["Being played", "Before play", "Drafts", "Over"]
        .into_iter()
        .map(|title| Group { title, rows: Vec::new() })
        .collect();
    for Organized { card, waiting } in &organized {
        let own = card.tournament.organizer_id == user;
        groups[group_of(card.status)].rows.push(row(card, *waiting, own));
    }
    groups.retain(|group| !group.rows.is_empty());
    let full = organized.len() >= usize::try_from(query::PAGE).unwrap_or(usize::MAX);
    let waiting = if visit.person.0.user.is_staff { query::waiting_for_approval(db).await? } else { Vec::new() };
    let invitations = staff::of_user(db, user).await?.iter().filter(|row| row.accepted_at.is_none()).count();
    Ok(pages::show(&Page {
        layout: Layout::of(&shared, Some(&visit.person), &visit.csrf, "organize").await?,
        groups,
        waiting: waiting.iter().map(|card| row(card, Waiting::default(), false)).collect(),
        invitations,
        older: organized.last().filter(|_| full).map(|last| last.card.tournament.id),
        said: (at.done.as_deref() == Some("left")).then_some("You no longer help with that tournament."),
    }))
}

struct Invitation {
    id: i64,
    duty: &'static str,
    tournament: String,
    slug: Option<String>,
    accepted: bool,
    when: String,
    when_machine: String,
}

#[derive(Template)]
#[template(path = "desk/invitations.html")]
struct Invitations {
    layout: Layout,
    csrf: String,
    asked: Vec<Invitation>,
    accepted: Vec<Invitation>,
    errors: Errors,
}

async fn invitations_page(shared: &Shared, visit: &Visit, errors: Errors) -> Result<Response, Trouble> {
    let db = shared.db.read();
    let rows = staff::of_user(db, visit.user()).await?;
    let mut found = Vec::new();
    for row in rows {
        let Some(duty) = Duty::parse(&row.role) else { continue };
        // A draft is not shown to somebody who has only been asked; its name is.
        let named = query::by_id(db, row.tournament_id).await?.map(|found| (found.name, found.slug));
        let (tournament, slug) = named.unwrap_or_default();
        let accepted = row.accepted_at.is_some();
        found.push(Invitation {
            id: row.id,
            duty: duty.label(),
            tournament,
            slug: accepted.then_some(slug),
            accepted,
            when: moment(&row.created_at),
            when_machine: machine(&row.created_at),
        });
    }
    let (accepted, asked) = found.into_iter().partition(|invitation| invitation.accepted);
    Ok(pages::show(&Invitations {
        layout: Layout::of(shared, Some(&visit.person), &visit.csrf, "organize").await?,
        csrf: visit.token().to_owned(),
        asked,
        accepted,
        errors,
    }))
}

pub(crate) async fn invitations(State(shared): State<Shared>, visit: Visit) -> Result<Response, Trouble> {
    invitations_page(&shared, &visit, Errors::default()).await
}

pub(crate) async fn accept(
    State(shared): State<Shared>,
    visit: Visit,
    Path(id): Path<i64>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Trouble> {
    let cx = visit.cx(&shared);
    let done = shared.db.write(|tx| async move { staff::accept(&tx, &cx, id).await.map_err(Stop::from) }).await;
    match done {
        Ok(_) => Ok(see_other("/organize")),
        Err(stop) => {
            let errors = Errors::one(format!("invitation-{id}"), stop.said()?);
            Ok(unprocessable(invitations_page(&shared, &visit, errors).await?))
        }
    }
}

pub(crate) async fn decline(
    State(shared): State<Shared>,
    visit: Visit,
    Path(id): Path<i64>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Trouble> {
    let cx = visit.cx(&shared);
    let done = shared.db.write(|tx| async move { staff::decline(&tx, &cx, id).await.map_err(Stop::from) }).await;
    match done {
        Ok(()) => Ok(see_other("/organize?done=left")),
        Err(stop) => {
            let errors = Errors::one(format!("invitation-{id}"), stop.said()?);
            Ok(unprocessable(invitations_page(&shared, &visit, errors).await?))
        }
    }
}
