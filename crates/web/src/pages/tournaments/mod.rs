//! Tournaments as everybody sees them: the list, and a tournament's pages. A tournament that somebody may not see is
//! not there for them.
//!
//! Not here: entering (`entry`), the organizer's desk (`desk`), and what is done in a match (`matches`).

mod bracket;
pub(crate) mod card;
pub(crate) mod drawing;
mod entrants;
mod frame;
mod list;
mod matches;
mod overview;
mod prizes;
pub(crate) mod visit;
pub(crate) mod when;

use ::tournaments::{rules::access::Act, service};
use axum::{
    Router,
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use kernel::{Actor, Db, DbError};

use crate::{error::Trouble, site::Shared};

pub(super) use matches::Headings;

pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/tournaments", get(list::show))
        .route("/tournaments/{slug}", get(overview::show))
        .route("/tournaments/{slug}/rules", get(overview::rules))
        .route("/tournaments/{slug}/entrants", get(entrants::show))
        .route("/tournaments/{slug}/bracket", get(bracket::show))
        .route("/tournaments/{slug}/bracket.svg", get(bracket::picture))
        .route("/tournaments/{slug}/bracket.json", get(bracket::data))
        .route("/tournaments/{slug}/matches", get(matches::show))
        .route("/tournaments/{slug}/matches/{id}", get(room))
        .route("/tournaments/{slug}/standings", get(bracket::standings))
        .route("/tournaments/{slug}/prizes", get(prizes::show))
}

/// Notices lead to a match by way of its tournament.
async fn room(Path((_, id)): Path<(String, i64)>) -> Response {
    Redirect::permanent(&format!("/matches/{id}")).into_response()
}

fn gone() -> Trouble {
    Trouble::refused(StatusCode::NOT_FOUND, "There is no such tournament, or it is not public.")
}

/// Whether somebody may hear the news of a tournament: whoever may see it.
pub(crate) async fn may_watch(db: Db, who: Option<i64>, id: i64) -> Result<bool, DbError> {
    let Some(tournament) = service::query::by_id(db.read(), id).await? else { return Ok(false) };
    let actor = match who {
        None => Actor::Anonymous,
        Some(user) => match accounts::service::user(&db, user).await? {
            Some(user) => Actor::User { id: user.id, staff: user.is_staff, superuser: user.is_superuser },
            None => return Ok(false),
        },
    };
    Ok(service::access::standing(db.read(), &actor, &tournament).await?.may(Act::View))
}
