//! Who is asking: staff and what they may do. To everybody else the administration does not exist.

use accounts::{Access, Act, SignedIn, User, service};
use axum::{
    extract::FromRequestParts,
    http::{Method, StatusCode, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use tournaments::{By, Context};

use super::{catalogue::Model, link::segment};
use crate::{
    error::Trouble,
    session::{Origin, Person, Stranger},
    site::Shared,
};

/// Somebody of the staff who is signed in.
pub(crate) struct Staff {
    pub(crate) person: SignedIn,
    pub(crate) access: Access,
    /// On whose behalf and from where, for the log of the tournaments.
    by: By,
}

impl FromRequestParts<Shared> for Staff {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, shared: &Shared) -> Result<Self, Response> {
        let person = match <Person as FromRequestParts<Shared>>::from_request_parts(parts, shared).await {
            Ok(Person(person)) => person,
            Err(Stranger::SignInFirst(_)) => {
                // A page is returned to with its search and filters; a form has to be sent again.
                let back = parts.uri.path_and_query().filter(|_| parts.method == Method::GET);
                let back = back.map_or("/admin", |back| back.as_str());
                return Err(Redirect::to(&format!("/sign-in?next={}", segment(back))).into_response());
            }
            Err(stranger) => return Err(stranger.into_response()),
        };
        if !(person.user.is_staff || person.user.is_superuser) {
            return Err(StatusCode::NOT_FOUND.into_response());
        }
        match service::access::of(&shared.db, &person.user).await {
            Ok(access) => Ok(Self { by: Origin::of(parts).by(person.actor()), person, access }),
            Err(error) => Err(Trouble::from(error).into_response()),
        }
    }
}

impl Staff {
    pub(crate) fn user(&self) -> &User {
        &self.person.user
    }

    /// What the services of the tournaments are told.
    pub(crate) fn cx<'a>(&'a self, shared: &'a Shared) -> Context<'a> {
        Context::new(&*shared.clock, &*shared.random, &self.by)
    }

    /// Why this act on this model is not open to this person; nothing when it is.
    pub(crate) fn why_not(&self, model: &Model, act: Act) -> Option<String> {
        let closed = match act {
            Act::Add => model.closed.add,
            Act::Change => model.closed.change,
            Act::Delete => model.closed.delete,
            Act::View | Act::Export => None,
        };
        if let Some(why) = closed {
            return Some(why.to_owned());
        }
        (!self.access.may(model.app, act)).then(|| {
            format!(
                "You may not {act} rows of {app}. Ask a superuser for the grant \u{201c}{act}\u{201d} on {app}.",
                app = model.app
            )
        })
    }

    pub(crate) fn may(&self, model: &Model, act: Act) -> bool {
        self.why_not(model, act).is_none()
    }

    /// Refuses what is not open, with the reason.
    pub(crate) fn must(&self, model: &Model, act: Act) -> Result<(), Trouble> {
        match self.why_not(model, act) {
            None => Ok(()),
            Some(why) => Err(Trouble::refused(StatusCode::FORBIDDEN, why)),
        }
    }
}
