//! What people see when something is wrong: pages for 404, 500 and the like. What went wrong
//! inside goes to the log under a number that the page shows; strangers never see it.

use std::any::Any;

use askama::Template;
use axum::{
    body::Body,
    extract::Request,
    http::{Response as HttpResponse, StatusCode, header},
    middleware::Next,
    response::{Html, IntoResponse, Response},
};
use kernel::{DbError, Random, SystemRandom};

use crate::{api, assets};

/// Why there is no page.
#[derive(Debug)]
pub(crate) struct Trouble {
    status: StatusCode,
    /// For people.
    text: String,
}

impl Trouble {
    /// A refusal with a text for people.
    pub(crate) fn refused(status: StatusCode, text: impl Into<String>) -> Self {
        Self { status, text: text.into() }
    }

    /// The form was not sent from a page of this site, or that page is too old.
    pub(crate) fn foreign() -> Self {
        Self::refused(
            StatusCode::FORBIDDEN,
            "This form is too old, or was not sent from this site. Go back, load the page again and retry.",
        )
    }

    /// Something of ours is broken; `why` is for the log.
    pub(crate) fn internal(why: impl std::fmt::Display) -> Self {
        let number: String = SystemRandom.token().chars().take(8).collect();
        tracing::error!(number, "{why}");
        let text = format!("Something on our side is broken. It is noted as {number}; nothing of yours is lost.");
        Self::refused(StatusCode::INTERNAL_SERVER_ERROR, text)
    }
}

impl From<DbError> for Trouble {
    fn from(error: DbError) -> Self {
        match error {
            DbError::Overloaded | DbError::Contended { .. } => {
                tracing::warn!("{error}");
                let text = "Too much is going on at this moment. Please try again in a few seconds.";
                Self::refused(StatusCode::SERVICE_UNAVAILABLE, text)
            }
            other => Self::internal(other),
        }
    }
}

impl From<accounts::Busy> for Trouble {
    fn from(busy: accounts::Busy) -> Self {
        Self::refused(StatusCode::SERVICE_UNAVAILABLE, busy.to_string())
    }
}

/// Marks an answer that still needs its page; see [`dress`].
#[derive(Clone)]
struct Bare(String);

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from_static("5"));
        }
        response.extensions_mut().insert(Bare(self.text));
        response
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct Page<'a> {
    status: u16,
    title: &'a str,
    text: &'a str,
    style: &'a str,
    icon: &'a str,
}

/// Gives every refusal of an error status a page, also those that a library words in bare text.
pub(crate) async fn dress(request: Request, next: Next) -> Response {
    let api = request.uri().path().starts_with("/api/").then(|| request.uri().path().to_owned());
    let response = next.run(request).await;
    if let Some(path) = api.filter(|path| path != "/api/docs") {
        return api::dress(&path, response);
    }
    let status = response.status();
    let media = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let finished = media.is_some_and(|media| media.starts_with("text/html") || media.starts_with("application/json"));
    if finished || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let text = response.extensions().get::<Bare>().map(|bare| bare.0.clone());
    let (mut parts, _) = response.into_parts();
    let (title, usual) = words(status);
    let page = page(status, title, text.as_deref().unwrap_or(usual));
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static("text/html; charset=utf-8"));
    Response::from_parts(parts, Body::from(page))
}

fn words(status: StatusCode) -> (&'static str, &'static str) {
    match status {
        StatusCode::NOT_FOUND => ("This page is not here", "The address may be misspelt, or what it showed is gone."),
        StatusCode::FORBIDDEN => ("This is not allowed", "You may not do this."),
        StatusCode::METHOD_NOT_ALLOWED => ("This cannot be done here", "The address is right, but not for this."),
        StatusCode::PAYLOAD_TOO_LARGE => ("This is too much", "What you sent is too long."),
        StatusCode::SERVICE_UNAVAILABLE => ("One moment, please", "Please try again in a few seconds."),
        status if status.is_server_error() => ("This is our fault", "Something on our side is broken."),
        _ => ("This did not work", "What was sent could not be understood."),
    }
}

fn page(status: StatusCode, title: &str, text: &str) -> String {
    let (style, icon) = (&*assets::STYLE_PATH, &*assets::ICON_PATH);
    let page = Page { status: status.as_u16(), title, text, style, icon };
    page.render().unwrap_or_else(|_| title.to_owned())
}

pub(crate) async fn not_found() -> Response {
    StatusCode::NOT_FOUND.into_response()
}

pub(crate) async fn method_not_allowed() -> Response {
    StatusCode::METHOD_NOT_ALLOWED.into_response()
}

/// A handler that panicked is logged and answered like any other fault of ours.
pub(crate) fn panicked(panic: Box<dyn Any + Send + 'static>) -> HttpResponse<Body> {
    let why = panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .unwrap_or_else(|| "a handler panicked".to_owned());
    let trouble = Trouble::internal(why);
    let (title, _) = words(trouble.status);
    (trouble.status, Html(page(trouble.status, title, &trouble.text))).into_response()
}
