//! Addresses that notices name or have named, and where they lead whoever follows them.

use ::tournaments::service::{query, staff};
use axum::{
    extract::{Path, State},
    response::Response,
};

use super::{Visit, see_other};
use crate::{error::Trouble, site::Shared};

pub(crate) async fn manage(_: Visit, Path(slug): Path<String>) -> Response {
    see_other(&format!("/organize/{slug}"))
}

pub(crate) async fn payments(_: Visit, Path(slug): Path<String>) -> Response {
    see_other(&format!("/organize/{slug}/payments"))
}

pub(crate) async fn entry(Path((slug, _)): Path<(String, i64)>) -> Response {
    see_other(&format!("/tournaments/{slug}/entry"))
}

/// Whoever is asked to help goes to the question, who helps to the desk, who chooses to those who help.
pub(crate) async fn staff(
    State(shared): State<Shared>,
    visit: Visit,
    Path(slug): Path<String>,
) -> Result<Response, Trouble> {
    let db = shared.db.read();
    let mut asked = false;
    for row in staff::of_user(db, visit.user()).await?.iter().filter(|row| row.accepted_at.is_none()) {
        asked |= query::by_id(db, row.tournament_id).await?.is_some_and(|found| found.slug == slug);
    }
    let facts = query::facts(db, &visit.actor(), shared.clock.now(), &slug).await?;
    let chooses = facts.is_some_and(|facts| facts.standing.may(::tournaments::rules::access::Act::ManageStaff));
    Ok(see_other(&match (asked, chooses) {
        (true, _) => "/organize/invitations".to_owned(),
        (false, true) => format!("/organize/{slug}/staff"),
        (false, false) => format!("/organize/{slug}"),
    }))
}
