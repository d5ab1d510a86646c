//! The pages, one file each; their HTML is in `templates/`.

pub(crate) mod account;
pub(crate) mod desk;
pub(crate) mod entry;
pub(crate) mod game_ids;
pub(crate) mod home;
pub(crate) mod matches;
pub(crate) mod notifications;
pub(crate) mod profile;
pub(crate) mod teams;
pub(crate) mod tournaments;
pub(crate) mod wallet;

use askama::Template;
use axum::response::{Html, IntoResponse, Response};

use crate::error::Trouble;

/// The page of a template.
pub(crate) fn show(template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => Html(html).into_response(),
        Err(error) => Trouble::internal(error).into_response(),
    }
}
