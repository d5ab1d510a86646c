//! Teams: the list, a team's page, founding, managing, and a person's own teams.
//!
//! Who may do what, and why not, the services of `teams` say; here their refusals go beside the field or the
//! row that caused them.

mod confirm;
mod list;
mod logo;
mod manage;
mod member;
mod mine;
mod new;
mod show;

use ::teams::{
    Role, Team,
    error::{self, Denied, Field, Invalid},
    rules::permission::{Standing, sees_team},
    service::{self, query},
};
use axum::{
    Router,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use kernel::{Actor, DbError};
use serde::Deserialize;

use crate::{error::Trouble, session::Person, site::Shared};

pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/teams", get(list::show))
        .route("/teams/new", get(new::form).post(new::create))
        .route("/teams/invitations", get(mine::moved))
        .route("/teams/{slug}", get(show::show))
        .route("/teams/{slug}/join", post(show::ask))
        .route("/teams/{slug}/leave", get(confirm::leave_form).post(confirm::leave))
        .route("/teams/{slug}/hand-over", get(confirm::hand_over_form).post(confirm::hand_over))
        .route("/teams/{slug}/disband", get(confirm::disband_form).post(confirm::disband))
        .route("/teams/{slug}/manage", get(manage::show).post(manage::edit))
        .route("/teams/{slug}/settings", post(manage::settings))
        .route("/teams/{slug}/invitations", post(manage::invite))
        .route("/teams/{slug}/invitations/{id}/cancel", post(manage::cancel))
        .route("/teams/{slug}/requests/{id}/accept", post(manage::accept))
        .route("/teams/{slug}/requests/{id}/reject", post(manage::reject))
        .route("/teams/{slug}/members/{profile}", post(member::change))
        .route("/teams/{slug}/members/{profile}/captain", post(member::captain))
        .route("/teams/{slug}/members/{profile}/captain/take", post(member::take_badge))
        .route("/teams/{slug}/members/{profile}/remove", get(confirm::remove_form).post(confirm::remove))
        .route("/me/teams", get(mine::show))
        .route("/me/invitations/{id}/accept", post(mine::accept))
        .route("/me/invitations/{id}/decline", post(mine::decline))
        .route("/me/requests/{id}/withdraw", post(mine::withdraw))
}

/// Those whose forms carry files.
pub(crate) fn file_routes() -> Router<Shared> {
    Router::new().route("/teams/{slug}/logo", get(logo::back).post(logo::save))
}

/// A form with nothing but its token.
#[derive(Deserialize)]
pub(crate) struct Nothing {}

/// What a page says once after an act.
#[derive(Deserialize)]
pub(crate) struct Done {
    pub(crate) done: Option<String>,
}

/// Why an act was not done, whichever it was.
pub(super) enum Stop {
    /// A sentence for the place of the act.
    Said(String),
    /// Fields of the form are wrong.
    Invalid(Vec<(Field, Invalid)>),
    Denied(Denied),
    Database(DbError),
}

impl From<DbError> for Stop {
    fn from(error: DbError) -> Self {
        Self::Database(error)
    }
}

impl From<error::TeamRefusal> for Stop {
    fn from(refusal: error::TeamRefusal) -> Self {
        match refusal {
            error::TeamRefusal::Invalid(fields) => Self::Invalid(fields),
            error::TeamRefusal::Denied(denied) => Self::Denied(denied),
            error::TeamRefusal::Database(error) => Self::Database(error),
        }
    }
}

macro_rules! stops {
    ($($refusal:ident),+ $(,)?) => {$(
        impl From<error::$refusal> for Stop {
            #[allow(unreachable_patterns, reason = "some acts refuse nothing else")]
            fn from(refusal: error::$refusal) -> Self {
                match refusal {
                    error::$refusal::Denied(denied) => Self::Denied(denied),
                    error::$refusal::Database(error) => Self::Database(error),
                    said => Self::Said(said.to_string()),
                }
            }
        }
    )+};
}

stops! {
    DisbandRefusal, InviteRefusal, CancelRefusal, AcceptRefusal, DeclineRefusal, AskRefusal, WithdrawRefusal,
    ReviewRefusal, LogoRefusal, LeaveRefusal, RemoveRefusal, RoleRefusal, GameRoleRefusal, BadgeRefusal, HandOverRefusal,
}

impl From<Stop> for Trouble {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Said(text) => Self::refused(StatusCode::UNPROCESSABLE_ENTITY, text),
            Stop::Invalid(_) => Self::refused(StatusCode::UNPROCESSABLE_ENTITY, "Fields of the form are wrong."),
            Stop::Denied(denied @ Denied::NoTeam) => Self::refused(StatusCode::NOT_FOUND, denied.to_string()),
            Stop::Denied(denied) => Self::refused(StatusCode::FORBIDDEN, denied.to_string()),
            Stop::Database(error) => error.into(),
        }
    }
}

/// What stands beside fields and rows of a page: by name of the field, or kind and id of the row.
#[derive(Default)]
pub(super) struct Errors(Vec<(String, String)>);

impl Errors {
    pub(super) fn one(place: impl Into<String>, text: impl Into<String>) -> Self {
        Self(vec![(place.into(), text.into())])
    }

    pub(super) fn of(fields: Vec<(Field, Invalid)>) -> Self {
        Self(fields.into_iter().map(|(field, invalid)| (field.name().to_owned(), invalid.to_string())).collect())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn at(&self, place: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| name == place).map(|(_, text)| text.as_str())
    }

    pub(super) fn of_row(&self, kind: &str, id: &i64) -> Option<&str> {
        self.at(&format!("{kind}-{id}"))
    }
}

/// One choice of a list.
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) label: String,
    pub(super) chosen: bool,
}

impl Choice {
    pub(super) fn new(value: impl Into<String>, label: impl Into<String>, chosen: &str) -> Self {
        let value = value.into();
        Self { chosen: value == chosen, label: label.into(), value }
    }
}

/// The actor of a visit.
pub(super) fn actor(person: Option<&Person>) -> Actor {
    person.map_or(Actor::Anonymous, |person| person.0.actor())
}

/// A team that whoever asks may see, and how they stand to it.
pub(super) async fn found(shared: &Shared, slug: &str, actor: &Actor) -> Result<(Team, Standing), Trouble> {
    let gone = || Trouble::from(Stop::Denied(Denied::NoTeam));
    let team = query::by_slug(shared.db.read(), slug).await?.ok_or_else(gone)?;
    let standing = query::standing(shared.db.read(), actor, team.id).await?;
    // Who may not see a team does not learn that there is one.
    if sees_team(&team, standing) { Ok((team, standing)) } else { Err(gone()) }
}

/// The name of a game, for people.
pub(super) fn game_name(shared: &Shared, code: &str) -> String {
    match service::game_of(&shared.games, code) {
        Some(game) => game.display_name(),
        None if code.is_empty() => "No game".to_owned(),
        None => code.to_owned(),
    }
}

/// The name of a region of a game; of older data what it says.
pub(super) fn region_name(shared: &Shared, game: &str, code: &str) -> String {
    let regions = service::game_of(&shared.games, game).map(|game| game.regions()).unwrap_or_default();
    regions.iter().find(|region| region.code == code).map_or(code, |region| region.name).to_owned()
}

/// The address of a team's picture; of older data there is none.
pub(crate) fn logo(team: &Team) -> Option<String> {
    team.logo.as_deref().and_then(super::tournaments::card::picture)
}

/// Two letters that stand for a team without a picture.
pub(super) fn initials(tag: &str) -> String {
    tag.chars().take(2).collect::<String>().to_uppercase()
}

pub(crate) const fn role_label(role: Role) -> &'static str {
    match role {
        Role::Owner => "Owner",
        Role::Manager => "Manager",
        Role::Coach => "Coach",
        Role::Player => "Player",
        Role::Substitute => "Substitute",
    }
}

pub(super) fn see_other(path: &str) -> Response {
    Redirect::to(path).into_response()
}

pub(super) fn unprocessable(page: Response) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
}
