//! The organizer's desk: everything about a tournament that is done by who holds it, who helps with it, and staff of
//! the platform.
//!
//! Who may do what, and why not, the services of `tournaments` say. Each page asks for the right that its tournament
//! demands before it shows anything; what somebody may not do is not offered to them.
//!
//! Not here: what entrants and watchers see.

mod ask;
mod audit;
mod disputes;
mod draw;
mod entries;
mod entry;
mod fields;
mod form;
mod form_view;
mod frame;
mod home;
mod links;
mod matches;
mod meeting;
mod money;
mod new;
mod outcome;
mod payments;
mod pictures;
mod prizes;
mod seeding;
mod settings;
mod sheet;
mod staff;
mod steps;
pub(crate) mod stop;
mod versions;

pub(super) use entry::amount;

use std::collections::BTreeMap;

use ::tournaments::{
    By, Context, Tournament,
    rules::{
        access::{Act, NotAllowed, Standing},
        status::Status,
    },
    service::query::{self, Facts, Waiting},
};
use axum::{
    Router,
    extract::FromRequestParts,
    http::{StatusCode, request::Parts},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use kernel::Actor;
use serde::Deserialize;

use crate::{
    csrf::Csrf,
    error::Trouble,
    session::{Origin, Person},
    site::Shared,
};

pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/organize", get(home::show))
        .route("/organize/new", get(new::form).post(new::create))
        .route("/organize/invitations", get(home::invitations))
        .route("/organize/invitations/{id}/accept", post(home::accept))
        .route("/organize/invitations/{id}/decline", post(home::decline))
        .route("/tournaments/{slug}/manage", get(links::manage))
        .route("/tournaments/{slug}/payments", get(links::payments))
        .route("/tournaments/{slug}/staff", get(links::staff))
        .route("/tournaments/{slug}/entries/{id}", get(links::entry))
        .merge(desk())
}

/// The pages of one desk.
fn desk() -> Router<Shared> {
    Router::new()
        .route("/organize/{slug}", get(steps::show))
        .route("/organize/{slug}/step/{step}", get(steps::question).post(steps::take))
        .route("/organize/{slug}/settings", get(settings::form).post(settings::save))
        .route("/organize/{slug}/versions", get(versions::list))
        .route("/organize/{slug}/versions/diff", get(versions::diff))
        .route("/organize/{slug}/versions/{number}/restore", get(versions::question).post(versions::restore))
        .route("/organize/{slug}/fields", get(fields::list).post(fields::add))
        .route("/organize/{slug}/fields/{id}", get(fields::form).post(fields::save))
        .route("/organize/{slug}/fields/{id}/move", post(fields::shift))
        .route("/organize/{slug}/fields/{id}/remove", get(fields::question).post(fields::remove))
        .route("/organize/{slug}/staff", get(staff::list).post(staff::invite))
        .route("/organize/{slug}/staff/{id}", post(staff::change))
        .route("/organize/{slug}/staff/{id}/remove", get(staff::question).post(staff::remove))
        .route("/organize/{slug}/entries", get(entries::list))
        .route("/organize/{slug}/entries.csv", get(entries::export))
        .route("/organize/{slug}/entries/{id}", get(entry::show))
        .route("/organize/{slug}/entries/{id}/file/{key}", get(entry::file))
        .route("/organize/{slug}/entries/{id}/receipt/{payment}", get(entry::receipt))
        .route("/organize/{slug}/entries/{id}/check-in", post(entry::check_in))
        .route("/organize/{slug}/entries/{id}/check-out", post(entry::check_out))
        .route("/organize/{slug}/entries/{id}/do/{act}", get(entry::question).post(entry::decide))
        .route("/organize/{slug}/payments", get(payments::queue))
        .route("/organize/{slug}/payments/{id}/verify", post(payments::verify))
        .route("/organize/{slug}/payments/{id}/reject", post(payments::reject))
        .route("/organize/{slug}/payments/{id}/refund", get(payments::question).post(payments::refund))
        .route("/organize/{slug}/seeding", get(seeding::show).post(seeding::save))
        .route("/organize/{slug}/seeding/by", post(seeding::by))
        .route("/organize/{slug}/draw", get(draw::show).post(draw::generate))
        .route("/organize/{slug}/draw/publish", get(draw::publish_question).post(draw::publish))
        .route("/organize/{slug}/draw/unpublish", get(draw::unpublish_question).post(draw::unpublish))
        .route("/organize/{slug}/draw/pair", post(draw::pair))
        .route("/organize/{slug}/draw/tie", post(draw::tie))
        .route("/organize/{slug}/matches", get(matches::list))
        .route("/organize/{slug}/matches/{id}", get(meeting::show))
        .route("/organize/{slug}/matches/{id}/report/{report}", get(meeting::picture))
        .route("/organize/{slug}/matches/{id}/schedule", post(meeting::schedule))
        .route("/organize/{slug}/matches/{id}/lobby", post(meeting::lobby))
        .route("/organize/{slug}/matches/{id}/stream", post(meeting::stream))
        .route("/organize/{slug}/matches/{id}/check-in", post(meeting::check_in))
        .route("/organize/{slug}/matches/{id}/start", post(meeting::start))
        .route("/organize/{slug}/matches/{id}/decide", post(meeting::decide))
        .route("/organize/{slug}/matches/{id}/correct", post(meeting::correct))
        .route("/organize/{slug}/disputes", get(disputes::list))
        .route("/organize/{slug}/disputes/{meeting}/{id}", get(disputes::show))
        .route("/organize/{slug}/disputes/{meeting}/{id}/file/{exhibit}", get(disputes::file))
        .route("/organize/{slug}/disputes/{meeting}/{id}/{act}", post(disputes::act))
        .route("/organize/{slug}/prizes", get(prizes::show))
        .route("/organize/{slug}/prizes/award", post(prizes::award))
        .route("/organize/{slug}/prizes/pay", get(prizes::question).post(prizes::pay))
        .route("/organize/{slug}/prizes/{id}/hand-over", post(prizes::hand_over))
        .route("/organize/{slug}/audit", get(audit::list))
        .route("/organize/{slug}/audit/export", get(audit::export))
        .route("/organize/{slug}/audit/verify", post(audit::verify))
}

/// Pages of the desk whose forms carry files.
pub(crate) fn taking_files() -> Router<Shared> {
    Router::new().route("/organize/{slug}/pictures", get(pictures::form).post(pictures::save))
}

/// A form with nothing but its token.
#[derive(Deserialize)]
pub(crate) struct Nothing {}

/// What a page says once after an act.
#[derive(Deserialize)]
pub(crate) struct Done {
    done: Option<String>,
}

/// What was typed into a form, by field. A box that is not ticked is not there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub(crate) struct Typed(BTreeMap<String, String>);

impl Typed {
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    pub(super) fn find(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    pub(super) fn on(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    pub(super) fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.insert(name.into(), value.into());
    }

    pub(super) fn number<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.get(name).trim().parse().ok()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// What stands beside fields and rows of a page: by name of the field, or kind and id of the row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Errors(Vec<(String, String)>);

impl Errors {
    pub(super) fn one(place: impl Into<String>, text: impl Into<String>) -> Self {
        Self(vec![(place.into(), text.into())])
    }

    pub(super) fn say(&mut self, place: impl Into<String>, text: impl Into<String>) {
        let place = place.into();
        if self.at(&place).is_none() {
            self.0.push((place, text.into()));
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn at(&self, place: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| name == place).map(|(_, text)| text.as_str())
    }

    pub(super) fn of_row(&self, kind: &str, id: &i64) -> Option<&str> {
        self.at(&format!("{kind}-{id}"))
    }
}

/// One choice of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) label: String,
    pub(super) chosen: bool,
}

impl Choice {
    pub(super) fn new(value: impl Into<String>, label: impl Into<String>, chosen: &str) -> Self {
        let value = value.into();
        Self { chosen: value == chosen, label: label.into(), value }
    }
}

/// Who visits the desk, from where. Everybody else is sent to sign in first.
pub(crate) struct Visit {
    pub(super) person: Person,
    pub(super) csrf: Csrf,
    by: By,
}

impl FromRequestParts<Shared> for Visit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, shared: &Shared) -> Result<Self, Response> {
        let person = <Person as FromRequestParts<Shared>>::from_request_parts(parts, shared).await;
        let person = person.map_err(IntoResponse::into_response)?;
        let csrf = Csrf::from_request_parts(parts, shared).await.map_err(IntoResponse::into_response)?;
        Ok(Self { by: Origin::of(parts).by(person.0.actor()), person, csrf })
    }
}

impl Visit {
    /// What the services are told.
    pub(super) fn cx<'a>(&'a self, shared: &'a Shared) -> Context<'a> {
        Context::new(&*shared.clock, &*shared.random, &self.by)
    }

    pub(super) const fn actor(&self) -> Actor {
        self.by.actor
    }

    pub(super) fn user(&self) -> i64 {
        self.person.0.user.id
    }

    pub(super) fn token(&self) -> &str {
        self.csrf.token()
    }
}

/// A tournament, as it stands to whoever works at its desk.
pub(super) struct Desk {
    pub(super) facts: Facts,
    /// What waits here.
    pub(super) waiting: Waiting,
}

impl Desk {
    pub(super) const fn tournament(&self) -> &Tournament {
        &self.facts.card.tournament
    }

    pub(super) const fn id(&self) -> i64 {
        self.facts.card.tournament.id
    }

    pub(super) const fn status(&self) -> Status {
        self.facts.card.status
    }

    pub(super) const fn standing(&self) -> &Standing {
        &self.facts.standing
    }

    pub(super) fn may(&self, act: Act) -> bool {
        self.facts.standing.may(act)
    }

    /// The address of a part of the desk; of the desk itself for nothing.
    pub(super) fn path(&self, part: &str) -> String {
        let slug = &self.tournament().slug;
        if part.is_empty() { format!("/organize/{slug}") } else { format!("/organize/{slug}/{part}") }
    }
}

/// The desk of a tournament, for those who may do one of these acts there; all who help for none.
pub(super) async fn open(shared: &Shared, visit: &Visit, slug: &str, acts: &[Act]) -> Result<Desk, Trouble> {
    let gone = || Trouble::refused(StatusCode::NOT_FOUND, "There is no such tournament, or you may not see it.");
    let facts = query::facts(shared.db.read(), &visit.actor(), shared.clock.now(), slug).await?.ok_or_else(gone)?;
    let waiting = query::waiting(shared.db.read(), facts.card.tournament.id).await?;
    let desk = Desk { facts, waiting };
    let standing = desk.standing();
    let allowed = if acts.is_empty() {
        standing.duty.is_some() || standing.staff || standing.superuser
    } else {
        acts.iter().any(|act| standing.may(*act))
    };
    if allowed {
        return Ok(desk);
    }
    let text = match acts.first() {
        Some(act) => NotAllowed { act: *act, signed_in: true }.to_string(),
        None => "This desk is for the organizer and those who help with the tournament.".to_owned(),
    };
    Err(Trouble::refused(StatusCode::FORBIDDEN, text))
}

pub(super) fn see_other(path: &str) -> Response {
    Redirect::to(path).into_response()
}

pub(super) fn unprocessable(page: Response) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
}
