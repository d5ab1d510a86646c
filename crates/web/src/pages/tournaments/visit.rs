//! Who looks at a page that everybody may look at, and from where.

use ::tournaments::{By, Context};
use axum::{
    extract::{FromRequestParts, OptionalFromRequestParts},
    http::request::Parts,
    response::{IntoResponse, Response},
};
use kernel::Actor;

use crate::{
    csrf::Csrf,
    generation::Generation,
    session::{Origin, Person},
    site::Shared,
};

/// Somebody who looks, signed in or not.
pub(crate) struct Visit {
    pub(crate) person: Option<Person>,
    pub(crate) csrf: Csrf,
    /// When this was asked.
    pub(crate) generation: Generation,
    by: By,
}

impl FromRequestParts<Shared> for Visit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, shared: &Shared) -> Result<Self, Response> {
        let generation = shared.generation();
        let person = <Person as OptionalFromRequestParts<Shared>>::from_request_parts(parts, shared).await;
        let person = person.map_err(IntoResponse::into_response)?;
        let csrf = <Csrf as FromRequestParts<Shared>>::from_request_parts(parts, shared).await;
        let csrf = csrf.map_err(IntoResponse::into_response)?;
        let actor = person.as_ref().map_or(Actor::Anonymous, |person| person.0.actor());
        Ok(Self { person, csrf, generation, by: Origin::of(parts).by(actor) })
    }
}

/// Somebody who has signed in; everybody else is sent to do so first.
pub(crate) struct Member(pub(crate) Visit);

impl FromRequestParts<Shared> for Member {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, shared: &Shared) -> Result<Self, Response> {
        let visit = Visit::from_request_parts(parts, shared).await?;
        if visit.person.is_some() {
            return Ok(Self(visit));
        }
        // The required person knows where to send whoever is none.
        let person = <Person as FromRequestParts<Shared>>::from_request_parts(parts, shared).await;
        match person {
            Ok(person) => Ok(Self(Visit { person: Some(person), ..visit })),
            Err(stranger) => Err(stranger.into_response()),
        }
    }
}

impl Visit {
    /// What the services are told.
    pub(crate) fn cx<'a>(&'a self, shared: &'a Shared) -> Context<'a> {
        Context::new(&*shared.clock, &*shared.random, &self.by)
    }

    pub(crate) const fn actor(&self) -> Actor {
        self.by.actor
    }

    pub(crate) fn user(&self) -> Option<i64> {
        self.by.actor.user_id()
    }

    /// The token of the page's forms; empty for somebody without an account, who gets none.
    pub(crate) fn token(&self) -> String {
        self.person.as_ref().map(|_| self.csrf.token().to_owned()).unwrap_or_default()
    }
}
