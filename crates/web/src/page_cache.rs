//! Pages that are the same for everybody who is not signed in, kept for a [`Generation`]: what thousands look
//! at after a result is made once, and packed once.
//!
//! Not here: what pages say, and which of them are the same for everybody (`csrf::guard` knows who uses its token).

use std::sync::Arc;

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, header, response::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use axum_extra::extract::cookie::CookieJar;
use quick_cache::{Weighter, sync::Cache};

use crate::{error::Trouble, generation::Generation, session, site::Shared};

/// How many bytes are kept, about.
const CAPACITY: u64 = 32 * 1024 * 1024;
/// How many pages are expected to make these.
const PAGES: usize = 1_000;
/// What a page weighs besides its body.
const OVERHEAD: usize = 1_024;
/// Longer headers are written by no browser.
const LONGEST_ENCODINGS: usize = 100;
/// First parts of the addresses of which everybody sees the same; elsewhere nobody without an account has much to see.
const PUBLIC: [&str; 4] = ["", "tournaments", "teams", "matches"];

/// An answer says by this that it is the same for everybody who is not signed in.
#[derive(Clone, Copy)]
pub(crate) struct ForEverybody;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    address: String,
    encodings: String,
    generation: Generation,
}

#[derive(Clone)]
enum Kept {
    Page(Arc<(HeaderMap, Bytes)>),
    /// Whoever asks gets an answer of their own.
    Personal,
}

#[derive(Clone)]
struct Weight;

impl Weighter<Key, Kept> for Weight {
    fn weight(&self, _: &Key, kept: &Kept) -> u64 {
        let body = match kept {
            Kept::Page(page) => page.1.len(),
            Kept::Personal => 0,
        };
        u64::try_from(body.saturating_add(OVERHEAD)).unwrap_or(u64::MAX)
    }
}

/// The pages of one process.
pub(crate) struct PageCache(Cache<Key, Kept, Weight>);

impl Default for PageCache {
    fn default() -> Self {
        Self(Cache::with_weighter(PAGES, CAPACITY, Weight))
    }
}

/// Answers from what is kept, or keeps the answer. Of those who ask for the same at the same time, one makes it.
pub(crate) async fn keep(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    let Some(key) = key(&shared, &request) else { return next.run(request).await };
    let place = match shared.pages.0.get_value_or_guard_async(&key).await {
        Ok(Kept::Page(page)) => return (page.0.clone(), Body::from(page.1.clone())).into_response(),
        Ok(Kept::Personal) => return next.run(request).await,
        Err(place) => place,
    };
    let (parts, body) = next.run(request).await.into_parts();
    // A place that is refused has been taken meanwhile, by the same answer.
    if !is_for_everybody(&parts) {
        let _ = place.insert(Kept::Personal);
        return Response::from_parts(parts, body);
    }
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        return Trouble::internal("the body of a page broke off").into_response();
    };
    let _ = place.insert(Kept::Page(Arc::new((parts.headers.clone(), body.clone()))));
    Response::from_parts(parts, Body::from(body))
}

fn is_for_everybody(parts: &Parts) -> bool {
    parts.status == StatusCode::OK
        && parts.extensions.get::<ForEverybody>().is_some()
        && !parts.headers.contains_key(header::SET_COOKIE)
}

fn key(shared: &Shared, request: &Request) -> Option<Key> {
    let first = request.uri().path().split('/').nth(1)?;
    if request.method() != Method::GET || !PUBLIC.contains(&first) || signed_in(shared, request.headers()) {
        return None;
    }
    let mut encodings = request.headers().get_all(header::ACCEPT_ENCODING).iter();
    let encodings = match (encodings.next(), encodings.next()) {
        (Some(one), None) => one.to_str().ok().filter(|one| one.len() <= LONGEST_ENCODINGS)?,
        (None, _) => "",
        _ => return None,
    };
    Some(Key {
        address: request.uri().path_and_query()?.as_str().to_owned(),
        encodings: encodings.to_owned(),
        generation: shared.generation(),
    })
}

fn signed_in(shared: &Shared, headers: &HeaderMap) -> bool {
    session::token(&CookieJar::from_headers(headers), shared.secure).is_some()
}
