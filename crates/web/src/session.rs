//! Who is asking: the session cookie, and what handlers learn from it.

use std::{convert::Infallible, net::SocketAddr};

use accounts::{SignedIn, service};
use axum::{
    extract::{ConnectInfo, FromRequestParts, OptionalFromRequestParts},
    http::{Method, header, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use kernel::Actor;
use tournaments::By;

use crate::{error::Trouble, live, site::Shared};

/// Name of the session cookie. Over TLS the `__Host-` prefix keeps other hosts from setting it.
fn name(secure: bool) -> &'static str {
    if secure { "__Host-session" } else { "session" }
}

/// A cookie that only this site sees and no script can read.
pub(crate) fn cookie(name: &'static str, value: String, secure: bool, days: Option<i64>) -> Cookie<'static> {
    let mut cookie = Cookie::build((name, value)).path("/").http_only(true).secure(secure).same_site(SameSite::Lax);
    if let Some(days) = days {
        cookie = cookie.max_age(time::Duration::days(days));
    }
    cookie.build()
}

/// The token that the browser holds.
pub(crate) fn token(jar: &CookieJar, secure: bool) -> Option<String> {
    jar.get(name(secure)).map(|cookie| cookie.value().to_owned())
}

/// Gives the browser a token.
pub(crate) fn give(jar: CookieJar, token: String, secure: bool) -> CookieJar {
    jar.add(cookie(name(secure), token, secure, Some(30)))
}

/// Takes the token away.
pub(crate) fn take(jar: CookieJar, secure: bool) -> CookieJar {
    jar.remove(cookie(name(secure), String::new(), secure, None))
}

/// The person that is signed in. As a required argument it sends everybody else to sign in first.
pub(crate) struct Person(pub(crate) SignedIn);

/// Why there is no person.
pub(crate) enum Stranger {
    /// Nobody is signed in.
    SignInFirst(String),
    /// It could not be told.
    Trouble(Trouble),
}

impl IntoResponse for Stranger {
    fn into_response(self) -> Response {
        match self {
            Self::SignInFirst(back) => Redirect::to(&format!("/sign-in?next={back}")).into_response(),
            Self::Trouble(trouble) => trouble.into_response(),
        }
    }
}

async fn find(parts: &Parts, shared: &Shared) -> Result<Option<Person>, Trouble> {
    let jar = CookieJar::from_headers(&parts.headers);
    let Some(token) = token(&jar, shared.secure) else { return Ok(None) };
    Ok(service::resume(&shared.db, &*shared.clock, &token).await?.map(Person))
}

impl FromRequestParts<Shared> for Person {
    type Rejection = Stranger;

    async fn from_request_parts(parts: &mut Parts, shared: &Shared) -> Result<Self, Stranger> {
        match find(parts, shared).await {
            Ok(Some(person)) => Ok(person),
            // Only a page can be returned to: a form that was refused has to be sent again.
            Ok(None) if parts.method == Method::GET => Err(Stranger::SignInFirst(parts.uri.path().to_owned())),
            Ok(None) => Err(Stranger::SignInFirst("/".to_owned())),
            Err(trouble) => Err(Stranger::Trouble(trouble)),
        }
    }
}

impl OptionalFromRequestParts<Shared> for Person {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, shared: &Shared) -> Result<Option<Self>, Trouble> {
        find(parts, shared).await
    }
}

/// The browser, in its own words.
pub(crate) fn user_agent(headers: &axum::http::HeaderMap) -> &str {
    headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// From where a request comes: for the audit log.
pub(crate) struct Origin {
    ip: String,
    user_agent: Option<String>,
}

impl Origin {
    pub(crate) fn of(parts: &Parts) -> Self {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
        let browser: String = user_agent(&parts.headers).chars().take(400).collect();
        Self {
            ip: live::address(peer, &parts.headers).to_string(),
            user_agent: Some(browser).filter(|browser| !browser.is_empty()),
        }
    }

    /// On whose behalf an act is done, and from where.
    pub(crate) fn by(self, actor: Actor) -> By {
        By { actor, ip: Some(self.ip), user_agent: self.user_agent }
    }
}

impl<S: Sync> FromRequestParts<S> for Origin {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(parts))
    }
}
