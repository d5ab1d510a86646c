//! Whether the server lives, and whether it can work.

use axum::{Json, extract::State, http::StatusCode, response::IntoResponse};
use serde_json::json;

use crate::site::Shared;

/// The process answers.
pub(crate) async fn alive() -> impl IntoResponse {
    Json(json!({ "status": "ok" }))
}

/// The database answers too. What is wrong with it is in the log, not in the answer.
pub(crate) async fn ready(State(shared): State<Shared>) -> impl IntoResponse {
    match shared.db.ping().await {
        Ok(()) => (StatusCode::OK, Json(json!({ "status": "ready", "checks": { "database": "ok" } }))),
        Err(error) => {
            tracing::error!("not ready: {error}");
            let answer = json!({ "status": "not_ready", "checks": { "database": "failed" } });
            (StatusCode::SERVICE_UNAVAILABLE, Json(answer))
        }
    }
}
