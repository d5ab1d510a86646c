//! Matches as those who play in them and those who watch them see them: the room, reporting, giving up, disputing.
//!
//! What somebody may do, and why not, the services of `tournaments` say. What is done for the tournament by referees
//! stands at the desk (`desk`).

mod act;
mod dispute;
mod files;
pub(crate) mod mine;
mod report;
mod room;
pub(crate) mod row;

use ::tournaments::{
    error::play::{DecideRefusal, MatchCheckInRefusal, ReportRefusal, StartRefusal, Unreachable},
    rules::match_state::NotDone,
    service::play::{self, MatchPage},
};
use axum::{
    Router,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use kernel::DbError;

use super::tournaments::visit::Visit;
use crate::{error::Trouble, site::Shared};

pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/me/matches", get(mine::show))
        .route("/matches/{id}", get(room::show))
        .route("/matches/{id}/check-in", post(act::check_in))
        .route("/matches/{id}/start", post(act::start))
        .route("/matches/{id}/agree", post(act::agree))
        .route("/matches/{id}/give-up", get(act::give_up_form).post(act::give_up))
        .route("/matches/{id}/dispute/withdraw", post(dispute::withdraw))
        .route("/matches/{id}/files/{token}", get(files::show))
}

/// Those whose forms carry files.
pub(crate) fn file_routes() -> Router<Shared> {
    Router::new()
        .route("/matches/{id}/report", get(act::back).post(report::send))
        .route("/matches/{id}/dispute", get(dispute::show).post(dispute::open))
        .route("/matches/{id}/dispute/evidence", get(act::back_to_dispute).post(dispute::add))
}

/// The match of an address, as far as the visitor may see it.
async fn find(shared: &Shared, visit: &Visit, id: i64) -> Result<MatchPage, Trouble> {
    play::match_page(&shared.db, &visit.cx(shared), id).await?.ok_or_else(gone)
}

fn gone() -> Trouble {
    Trouble::refused(StatusCode::NOT_FOUND, "There is no such match, or it is not public.")
}

/// Where somebody who has not signed in is sent from a form with files. It is read before: a browser that is cut off
/// while it sends shows no page.
fn sign_in_first(visit: &Visit, id: i64) -> Option<Response> {
    visit.person.is_none().then(|| see_other(&format!("/sign-in?next=/matches/{id}")))
}

fn see_other(path: &str) -> Response {
    Redirect::to(path).into_response()
}

/// Why an act was not done, whichever it was.
enum Stop {
    Gone,
    /// It is for others.
    Forbidden(String),
    /// The page was too old: the match is another one now.
    Outdated(String),
    Said(String),
    Database(DbError),
}

impl From<DbError> for Stop {
    fn from(error: DbError) -> Self {
        Self::Database(error)
    }
}

impl From<Unreachable> for Stop {
    fn from(why: Unreachable) -> Self {
        match why {
            Unreachable::Database(error) => Self::Database(error),
            Unreachable::NoSuchMatch(_) => Self::Gone,
            Unreachable::Outdated(_) => Self::Outdated(why.to_string()),
            Unreachable::NotAllowed(_) | Unreachable::NotDone(NotDone::NotYours(_) | NotDone::NotReferee(_)) => {
                Self::Forbidden(why.to_string())
            }
            other => Self::Said(other.to_string()),
        }
    }
}

macro_rules! stops {
    ($($refusal:ident),+ $(,)?) => {$(
        impl From<$refusal> for Stop {
            fn from(refusal: $refusal) -> Self {
                match refusal {
                    $refusal::Unreachable(why) => why.into(),
                    $refusal::Database(error) => Self::Database(error),
                    said => Self::Said(said.to_string()),
                }
            }
        }
    )+};
}

stops!(ReportRefusal, MatchCheckInRefusal, StartRefusal, DecideRefusal);

impl Stop {
    /// The status of the page that says it, and what it says; or the trouble that has no page of its own.
    fn said(self) -> Result<(StatusCode, String), Trouble> {
        match self {
            Self::Gone => Err(gone()),
            Self::Forbidden(text) => Err(Trouble::refused(StatusCode::FORBIDDEN, text)),
            Self::Database(error) => Err(error.into()),
            Self::Outdated(text) => Ok((StatusCode::CONFLICT, text)),
            Self::Said(text) => Ok((StatusCode::UNPROCESSABLE_ENTITY, text)),
        }
    }
}
