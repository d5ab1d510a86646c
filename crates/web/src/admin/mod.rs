//! The administration: every model of the platform in lists and forms, for staff only.
//!
//! It works from what the models declare; no model has code of its own here. What a table's domain
//! forbids to everybody stands in `policy`, what its rules ask of a change in `hooks`, and the acts
//! that run a domain's service in `acts`. Everything works without script.

mod act;
mod acts;
mod bulk;
mod catalogue;
mod children;
mod delete;
mod drill;
mod export;
mod field;
mod filters;
mod form;
mod frame;
mod history;
mod hooks;
mod index;
mod inline;
mod lines;
mod link;
mod list;
mod naming;
mod object;
mod parse;
mod policy;
mod request;
mod rights;
mod save;
mod select;
mod sent;
mod show;
mod staff;
mod value;
mod violation;

use axum::{
    Router,
    routing::{get, post},
};

use crate::site::Shared;

/// The routes of the administration, below `/admin`.
pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/admin", get(index::index))
        .route("/admin/map", get(index::map))
        .route("/admin/find", get(index::find))
        .route("/admin/theme", post(frame::choose_theme))
        .route("/admin/rights/{kind}/{id}", get(rights::show).post(rights::change))
        .route("/admin/{app}", get(index::app))
        .route("/admin/{app}/{model}", get(list::list).post(bulk::list))
        .route("/admin/{app}/{model}/add", get(object::add_form).post(object::add))
        .route("/admin/{app}/{model}/export", post(export::export))
        .route("/admin/{app}/{model}/act/{act}", get(bulk::ask_new).post(bulk::run_new))
        .route("/admin/{app}/{model}/{key}", get(object::show).post(object::change))
        .route("/admin/{app}/{model}/{key}/delete", get(delete::ask).post(delete::delete))
        .route("/admin/{app}/{model}/{key}/history", get(history::show))
        .route("/admin/{app}/{model}/{key}/act/{act}", get(bulk::ask_row).post(bulk::run_row))
}
