//! What is answered when something is wrong: problem details for HTTP APIs (RFC 9457).
//!
//! Not here: which refusal is which problem (`refusals`).

use std::any::Any;

use axum::{
    body::Body,
    http::{HeaderValue, Response as HttpResponse, StatusCode, header},
    response::{IntoResponse, Response},
};
use kernel::{DbError, Random, SystemRandom, gateway::HandlerError};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A kind of problem: what its type and status are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Kind {
    /// The last part of the type's address.
    pub(crate) code: &'static str,
    pub(crate) status: u16,
}

impl Kind {
    pub(crate) const fn new(status: u16, code: &'static str) -> Self {
        Self { code, status }
    }
}

macro_rules! kinds {
    ($($(#[$about:meta])* $name:ident = $status:literal $code:literal;)*) => {
        $($(#[$about])* pub(crate) const $name: Kind = Kind::new($status, $code);)*
        /// Those that any operation may answer.
        pub(crate) const GENERAL: &[Kind] = &[$($name),*];
    };
}

kinds! {
    MALFORMED = 400 "malformed";
    SIGN_IN_REQUIRED = 401 "sign-in-required";
    BAD_TOKEN = 401 "bad-token";
    NOT_ALLOWED = 403 "not-allowed";
    FOREIGN = 403 "foreign-request";
    NOT_FOUND = 404 "not-found";
    METHOD = 405 "method-not-allowed";
    UNDER_WAY = 409 "request-under-way";
    TOO_LONG = 413 "too-long";
    MEDIA_TYPE = 415 "unsupported-media-type";
    INVALID = 422 "invalid";
    KEY_REUSED = 422 "idempotency-key-reused";
    TOO_OFTEN = 429 "too-often";
    FAILED = 500 "failed";
    BUSY = 503 "busy";
    TOO_SLOW = 503 "too-slow";
}

/// One wrong field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct FieldError {
    /// Name of the field, or of the query key; parts are joined by dots.
    pub(crate) field: String,
    /// What is wrong, for programs.
    pub(crate) code: String,
    /// What is wrong, for people.
    pub(crate) message: String,
}

/// Problem details (RFC 9457).
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
#[allow(dead_code, reason = "the shape that the document tells; answers are written by `Problem::response`")]
pub(crate) struct Details {
    /// Address of the kind of problem, such as `/problems/not-found`; programs go by it.
    r#type: String,
    /// The kind in words.
    title: String,
    /// HTTP status.
    status: u16,
    /// What is wrong this time and what to do next, for people.
    detail: String,
    /// What was asked for.
    instance: String,
    /// The wrong fields.
    errors: Vec<FieldError>,
}

/// Why there is no answer.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) kind: Kind,
    pub(crate) detail: String,
    pub(crate) errors: Vec<FieldError>,
    /// Seconds after which trying again makes sense.
    pub(crate) retry_after: Option<u64>,
    /// What broke, for the log; strangers never see it.
    cause: Option<Box<DbError>>,
}

impl Problem {
    pub(crate) fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), errors: Vec::new(), retry_after: None, cause: None }
    }

    /// What was sent is wrong in these fields.
    pub(crate) fn invalid(errors: Vec<FieldError>) -> Self {
        let detail = match errors.as_slice() {
            [] => "What was sent is not right.".to_owned(),
            [one] if one.field.is_empty() => one.message.clone(),
            [one] => format!("{}: {}", one.field, one.message),
            more => format!("{} fields are not right; see errors.", more.len()),
        };
        Self { errors, ..Self::new(INVALID, detail) }
    }

    /// One field is wrong.
    pub(crate) fn field(field: &str, code: &str, message: impl Into<String>) -> Self {
        Self::invalid(vec![FieldError { field: field.to_owned(), code: code.to_owned(), message: message.into() }])
    }

    /// Names what is wrong one by one.
    pub(crate) fn with(mut self, errors: Vec<FieldError>) -> Self {
        self.errors = errors;
        self
    }

    pub(crate) fn not_found(what: &str) -> Self {
        Self::new(NOT_FOUND, format!("There is no such {what}, or it is not for you to see."))
    }

    pub(crate) fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// Something of ours is broken; `why` is for the log.
    pub(crate) fn internal(why: impl std::fmt::Display) -> Self {
        let number: String = SystemRandom.token().chars().take(8).collect();
        tracing::error!(number, "{why}");
        Self::failed(&number)
    }

    /// Something of ours is broken and noted.
    pub(crate) fn failed(number: &str) -> Self {
        let text = format!("Something on our side is broken. It is noted as {number}; nothing of yours is lost.");
        Self::new(FAILED, text)
    }

    /// As the gateway carries it.
    pub(crate) fn into_handler_error(self) -> HandlerError {
        if let Some(cause) = self.cause {
            return (*cause).into();
        }
        let particulars = json!({ "code": self.kind.code, "errors": self.errors, "retry_after": self.retry_after });
        HandlerError::Refused { status: self.kind.status, message: self.detail, particulars }
    }

    /// The answer, to a request for this path.
    pub(crate) fn response(self, path: &str) -> Response {
        if let Some(cause) = self.cause {
            return Self::internal(cause).response(path);
        }
        let Kind { code, status } = self.kind;
        answer(status, code, &self.detail, path, &json!(self.errors), self.retry_after)
    }
}

/// A problem that came through the gateway.
pub(crate) fn carried(status: u16, detail: &str, particulars: &Value, path: &str) -> Response {
    let code = particulars["code"].as_str().unwrap_or("refused");
    let empty = json!([]);
    let errors = particulars.get("errors").unwrap_or(&empty);
    answer(status, code, detail, path, errors, particulars["retry_after"].as_u64())
}

fn answer(status: u16, code: &str, detail: &str, path: &str, errors: &Value, retry_after: Option<u64>) -> Response {
    let body = json!({
        "type": format!("/problems/{code}"),
        "title": title(code),
        "status": status,
        "detail": detail,
        "instance": path,
        "errors": errors,
    });
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    if let Some(seconds) = retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if status == 401 {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"DeltaCrown\""));
    }
    response
}

/// The kind in words: `not-found` is `Not found`.
pub(crate) fn title(code: &str) -> String {
    let mut words = code.replace('-', " ");
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}

/// `NameTaken` and `Long(80)` as codes: `name-taken`, `long`.
pub(crate) fn code_of(value: &impl std::fmt::Debug) -> String {
    let text = format!("{value:?}");
    let mut code = String::new();
    for c in text.chars().take_while(|c| c.is_ascii_alphanumeric()) {
        if c.is_ascii_uppercase() && !code.is_empty() {
            code.push('-');
        }
        code.push(c.to_ascii_lowercase());
    }
    code
}

impl From<DbError> for Problem {
    fn from(error: DbError) -> Self {
        match error {
            DbError::Overloaded | DbError::Contended { .. } => {
                tracing::warn!("{error}");
                Self::new(BUSY, "Too much is going on at this moment. Try again in a few seconds.").retry_after(5)
            }
            other => Self { cause: Some(Box::new(other)), ..Self::new(FAILED, String::new()) },
        }
    }
}

/// Gives errors of the API that came about outside of it, such as bodies that are too long, their problem
/// details. `None` when the answer needs nothing.
pub(crate) fn dress(path: &str, response: Response) -> Response {
    let status = response.status();
    let media = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let finished = media.is_some_and(|media| media.starts_with("application/"));
    if finished || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let (kind, text) = match status {
        StatusCode::NOT_FOUND => {
            (NOT_FOUND, "There is nothing at this address. /api/v1/openapi.json tells what there is.")
        }
        StatusCode::METHOD_NOT_ALLOWED => (METHOD, "The address is right, but not for this method."),
        StatusCode::PAYLOAD_TOO_LARGE => (TOO_LONG, "What you sent is too long."),
        StatusCode::SERVICE_UNAVAILABLE => (BUSY, "Try again in a few seconds."),
        status if status.is_server_error() => (FAILED, "Something on our side is broken."),
        _ => (MALFORMED, "What was sent could not be understood."),
    };
    let mut dressed = Problem::new(kind, text).response(path);
    let (parts, _) = response.into_parts();
    for name in [header::ALLOW, header::CONNECTION, header::RETRY_AFTER] {
        if let Some(value) = parts.headers.get(&name) {
            dressed.headers_mut().insert(name, value.clone());
        }
    }
    dressed
}

pub(crate) async fn not_found() -> Response {
    StatusCode::NOT_FOUND.into_response()
}

pub(crate) async fn method_not_allowed() -> Response {
    StatusCode::METHOD_NOT_ALLOWED.into_response()
}

/// A panic outside of the gateway.
pub(crate) fn panicked(panic: Box<dyn Any + Send + 'static>) -> HttpResponse<Body> {
    let text = panic.downcast_ref::<String>().cloned();
    let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
    Problem::internal(text.unwrap_or_else(|| "the API panicked".to_owned())).response("/api/v1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_codes() {
        assert_eq!(title("sign-in-required"), "Sign in required");
        #[derive(Debug)]
        #[allow(dead_code, reason = "only shown")]
        enum Sample {
            NameTaken,
            Long(usize),
            Full { capacity: u8 },
        }
        assert_eq!(code_of(&Sample::NameTaken), "name-taken");
        assert_eq!(code_of(&Sample::Long(80)), "long");
        assert_eq!(code_of(&Sample::Full { capacity: 1 }), "full");
    }
}
