//! Bodies of requests: read whole before anything is decided, and never longer than a form may be.
//!
//! A refusal that leaves a body unread costs the connection, and with it the next request on it.

use axum::{
    body::{Body, HttpBody, to_bytes},
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

/// Longest body, in bytes.
const LIMIT: usize = 64 * 1024;

pub(crate) async fn gather(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    // What announces itself as too long is not even begun.
    if body.size_hint().lower() > LIMIT as u64 {
        return too_long();
    }
    match to_bytes(body, LIMIT).await {
        Ok(bytes) => next.run(Request::from_parts(parts, Body::from(bytes))).await,
        Err(_) => too_long(),
    }
}

/// The rest is not read, so the connection ends, and the client is told.
fn too_long() -> Response {
    let mut response = StatusCode::PAYLOAD_TOO_LARGE.into_response();
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}
