//! Acts on one member of a team: role, role in the game, captain's badge.

use ::teams::{
    Role,
    service::{self, query},
};
use axum::{
    extract::{Path, State},
    response::Response,
};
use serde::Deserialize;

use super::{
    Errors, Nothing, Stop, found,
    manage::{self, Typed, after_row},
    see_other,
};
use crate::{
    csrf::{Csrf, Form},
    error::Trouble,
    session::Person,
    site::Shared,
};

/// What is not offered is not sent, and stays as it is.
#[derive(Deserialize)]
pub(crate) struct Fields {
    role: Option<String>,
    game_role: Option<String>,
}

/// Role and role in the game at once: both, or neither.
pub(crate) async fn change(
    State(shared): State<Shared>,
    person: Person,
    csrf: Csrf,
    Path((slug, profile)): Path<(String, i64)>,
    Form(fields): Form<Fields>,
) -> Result<Response, Trouble> {
    let actor = &person.0.actor();
    let team = found(&shared, &slug, actor).await?;
    let (clock, games, id) = (&*shared.clock, &*shared.games, team.0.id);
    let role = match fields.role.as_deref().map(Role::parse) {
        Some(None) => {
            return refused(&shared, (&person, &csrf), team, profile, &fields, "Choose one of the list.").await;
        }
        Some(Some(role)) => Some(role),
        None => None,
    };
    let before = query::roster(shared.db.read(), games, &team.0).await?;
    let before = before.iter().find(|member| member.profile_id == profile);
    let (before, led) = (before.map(|member| member.role), before.is_some_and(|member| member.is_captain));
    // A role in the game goes with a role that cannot have one.
    let plays = role.or(before).is_none_or(Role::may_play);
    let game_role = fields.game_role.as_deref().filter(|_| plays);
    let done = shared.db.write(|tx| async move {
        if let Some(role) = role.filter(|role| Some(*role) != before) {
            service::member::change_role(&tx, clock, games, actor, id, profile, role).await?;
        }
        if let Some(game_role) = game_role {
            service::member::change_game_role(&tx, clock, games, actor, id, profile, game_role).await?;
        }
        Ok(())
    });
    match done.await {
        Ok(()) => {
            let now = query::roster(shared.db.read(), games, &team.0).await?;
            let leads = now.iter().any(|member| member.profile_id == profile && member.is_captain);
            let done = if led && !leads { "no-captain" } else { "saved" };
            Ok(see_other(&format!("/teams/{slug}/manage?done={done}#roster")))
        }
        Err(Stop::Said(text)) => refused(&shared, (&person, &csrf), team, profile, &fields, &text).await,
        Err(stop) => Err(stop.into()),
    }
}

async fn refused(
    shared: &Shared,
    (person, csrf): (&Person, &Csrf),
    team: (::teams::Team, ::teams::Standing),
    profile: i64,
    fields: &Fields,
    text: &str,
) -> Result<Response, Trouble> {
    let roster = query::roster(shared.db.read(), &shared.games, &team.0).await?;
    let Some(member) = roster.into_iter().find(|member| member.profile_id == profile) else {
        return manage::page(shared, person, csrf, team, Typed::default(), Errors::one("page", text), None).await;
    };
    let role = fields.role.clone().unwrap_or_else(|| member.role.as_str().to_owned());
    let game_role = fields.game_role.clone().unwrap_or(member.game_role);
    let typed = Typed { member: Some((profile, role, game_role)), ..Typed::default() };
    let errors = Errors::one(format!("member-{profile}"), text);
    manage::page(shared, person, csrf, team, typed, errors, None).await
}

pub(crate) async fn captain(
    State(shared): State<Shared>,
    person: Person,
    csrf: Csrf,
    Path((slug, profile)): Path<(String, i64)>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Trouble> {
    let actor = &person.0.actor();
    let (team, _) = found(&shared, &slug, actor).await?;
    let (clock, id) = (&*shared.clock, team.id);
    let done = shared.db.write(|tx| async move {
        service::member::make_captain(&tx, clock, actor, id, profile).await.map_err(Stop::from)
    });
    let done = done.await.map(|()| "captain#roster");
    after_row(&shared, (&person, &csrf, &slug), ("member", profile), done).await
}

pub(crate) async fn take_badge(
    State(shared): State<Shared>,
    person: Person,
    csrf: Csrf,
    Path((slug, profile)): Path<(String, i64)>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Trouble> {
    let actor = &person.0.actor();
    let (team, _) = found(&shared, &slug, actor).await?;
    let (clock, id) = (&*shared.clock, team.id);
    let done = shared.db.write(|tx| async move {
        service::member::take_badge(&tx, clock, actor, id, profile).await.map_err(Stop::from)
    });
    let done = done.await.map(|()| "badge-taken#roster");
    after_row(&shared, (&person, &csrf, &slug), ("member", profile), done).await
}
