//! No other site may act in a person's name: every form carries a token that its cookie carries
//! too, and the browser's own word on where a request comes from is heard first.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use axum::{
    extract::{FromRequest, FromRequestParts, Request, State},
    http::{HeaderMap, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use axum_extra::extract::cookie::CookieJar;
use kernel::live::Resume;
use serde::{Deserialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

use crate::{error::Trouble, page_cache::ForEverybody, session, site::Shared};

/// Shortest token that is taken for one, in hexadecimal digits: 128 bits.
const TOKEN_MIN: usize = 32;

fn name(secure: bool) -> &'static str {
    if secure { "__Host-csrf" } else { "csrf" }
}

/// The token of this browser, for a page's forms, and the place in the news that the page begins at. A browser without a
/// token gets it with the page.
#[derive(Clone)]
pub(crate) struct Csrf {
    token: Arc<str>,
    used: Arc<AtomicBool>,
    news: Resume,
}

impl Csrf {
    pub(crate) fn token(&self) -> &str {
        self.used.store(true, Ordering::Relaxed);
        &self.token
    }

    /// Where the stream of news stood before anything of the page was read.
    pub(crate) fn news(&self) -> &Resume {
        &self.news
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Csrf {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Trouble> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Trouble::internal("a page outside of the guard"))
    }
}

/// Refuses requests that change something and come from elsewhere; gives new browsers a token.
pub(crate) async fn guard(State(shared): State<Shared>, mut request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if !safe && !from_here(request.headers()) {
        return Trouble::foreign().into_response();
    }
    let jar = CookieJar::from_headers(request.headers());
    let old = jar.get(name(shared.secure)).map(|cookie| cookie.value());
    // A cookie that was emptied or damaged would refuse every form for ever.
    let old = old.filter(|token| token.len() >= TOKEN_MIN && token.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let old: Option<Arc<str>> = old.map(Arc::from);
    let new = old.is_none();
    let token = old.unwrap_or_else(|| Arc::from(shared.random.token()));
    let csrf = Csrf { token: Arc::clone(&token), used: Arc::default(), news: shared.live.place() };
    request.extensions_mut().insert(csrf.clone());
    let anonymous = session::token(&jar, shared.secure).is_none();
    let mut response = next.run(request).await;
    if anonymous && !csrf.used.load(Ordering::Relaxed) {
        response.extensions_mut().insert(ForEverybody);
    }
    if new && csrf.used.load(Ordering::Relaxed) {
        let cookie = session::cookie(name(shared.secure), token.to_string(), shared.secure, None);
        return (CookieJar::new().add(cookie), response).into_response();
    }
    response
}

/// Whether the browser says that the request comes from this site. A browser always says; a
/// program that says nothing still has to know the token.
pub(crate) fn from_here(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text(header::HeaderName::from_static("sec-fetch-site")) {
        return site == "same-origin";
    }
    match text(header::ORIGIN) {
        None => true,
        Some(origin) => {
            let host = origin.split_once("://").map(|(_, host)| host);
            host.is_some() && host == text(header::HOST)
        }
    }
}

/// Whether this is the token of the browser that sent these headers.
pub(crate) fn is_token(shared: &Shared, headers: &HeaderMap, sent: &str) -> bool {
    let jar = CookieJar::from_headers(headers);
    jar.get(name(shared.secure)).is_some_and(|expected| same(expected.value(), sent))
}

/// A form whose token belongs to the browser that sends it.
pub(crate) struct Form<T>(pub(crate) T);

#[derive(Deserialize)]
struct Field {
    #[serde(default)]
    csrf: String,
}

impl<T: DeserializeOwned> FromRequest<Shared> for Form<T> {
    type Rejection = Trouble;

    async fn from_request(request: Request, shared: &Shared) -> Result<Self, Trouble> {
        let media = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if !media.is_some_and(|media| media.starts_with("application/x-www-form-urlencoded")) {
            return Err(Trouble::refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, "This address takes forms only."));
        }
        let expected = expected(request.headers(), shared);
        let body = axum::body::Bytes::from_request(request, shared).await.map_err(|rejection| {
            let text = "The form could not be read; it is too long or was cut off.";
            Trouble::refused(rejection.status(), text)
        })?;
        let unreadable = || Trouble::refused(StatusCode::UNPROCESSABLE_ENTITY, "The form could not be read.");
        let field: Field = serde_urlencoded::from_bytes(&body).map_err(|_| unreadable())?;
        if !expected.is_some_and(|expected| same(&expected, &field.csrf)) {
            return Err(Trouble::foreign());
        }
        serde_urlencoded::from_bytes(&body).map(Form).map_err(|_| unreadable())
    }
}

/// The token that a form of this browser must carry.
pub(crate) fn expected(headers: &HeaderMap, shared: &Shared) -> Option<String> {
    CookieJar::from_headers(headers).get(name(shared.secure)).map(|cookie| cookie.value().to_owned())
}

/// Equality that takes as long whatever differs.
pub(crate) fn same(one: &str, other: &str) -> bool {
    !one.is_empty() && Sha256::digest(one) == Sha256::digest(other)
}
