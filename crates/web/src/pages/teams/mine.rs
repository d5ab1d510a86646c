//! One's own teams, the invitations to oneself and the wishes that wait.

use ::teams::{
    Role,
    service::{self, query},
};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};

use super::{Done, Errors, Nothing, Stop, game_name, initials, logo, role_label, see_other, unprocessable};
use crate::{
    csrf::{Csrf, Form},
    error::Trouble,
    layout::{Layout, machine, moment},
    pages,
    session::Person,
    site::Shared,
};

/// Where invitations are answered.
const HERE: &str = "/me/teams";

struct Own {
    slug: String,
    name: String,
    tag: String,
    initials: String,
    logo: Option<String>,
    game: String,
    role: &'static str,
    game_role: String,
    captain: bool,
    manages: bool,
}

struct Invitation {
    id: i64,
    slug: String,
    name: String,
    initials: String,
    logo: Option<String>,
    game: String,
    role: &'static str,
    inviter: Option<String>,
    message: String,
    until: String,
    until_machine: String,
}

struct Request {
    id: i64,
    slug: String,
    name: String,
    when: String,
    when_machine: String,
}

#[derive(Template)]
#[template(path = "teams/mine.html")]
struct Page {
    layout: Layout,
    csrf: String,
    teams: Vec<Own>,
    invitations: Vec<Invitation>,
    requests: Vec<Request>,
    errors: Errors,
    said: Option<&'static str>,
}

fn said(done: Option<&str>) -> Option<&'static str> {
    Some(match done? {
        "declined" => "You declined the invitation.",
        "withdrawn" => "Your request is withdrawn.",
        "left" => "You have left the team.",
        "disbanded" => "The team is disbanded. Its members have been told.",
        _ => return None,
    })
}

async fn page(
    shared: &Shared,
    person: &Person,
    csrf: &Csrf,
    errors: Errors,
    said: Option<&'static str>,
) -> Result<Response, Trouble> {
    let (db, clock) = (&shared.db, &*shared.clock);
    let profile = profiles::service::of_user(db, clock, &person.0.user).await?.id;
    let teams = query::teams_of(db.read(), profile).await?;
    let invitations = query::invitations_of(db.read(), clock, profile).await?;
    let requests = query::requests_of(db.read(), profile).await?;
    let own = |own: query::OwnTeam| Own {
        initials: initials(&own.team.tag),
        logo: logo(&own.team),
        game: game_name(shared, &own.team.game),
        role: role_label(own.role),
        game_role: own.game_role,
        captain: own.is_captain,
        manages: own.role.runs_team(),
        slug: own.team.slug,
        name: own.team.name,
        tag: own.team.tag,
    };
    let invitation = |received: query::ReceivedInvitation| Invitation {
        id: received.invitation.id,
        initials: initials(&received.team.tag),
        logo: logo(&received.team),
        game: game_name(shared, &received.team.game),
        slug: received.team.slug,
        name: received.team.name,
        role: Role::parse(&received.invitation.role).map_or("Member", role_label),
        inviter: received.inviter,
        message: received.invitation.message,
        until: moment(&received.invitation.expires_at),
        until_machine: machine(&received.invitation.expires_at),
    };
    let request = |(request, team): (::teams::JoinRequest, ::teams::Team)| Request {
        id: request.id,
        slug: team.slug,
        name: team.name,
        when: moment(&request.created_at),
        when_machine: machine(&request.created_at),
    };
    Ok(pages::show(&Page {
        layout: Layout::of(shared, Some(person), csrf, "my-teams").await?,
        csrf: csrf.token().to_owned(),
        teams: teams.into_iter().filter(|own| own.team.is_active).map(own).collect(),
        invitations: invitations.into_iter().map(invitation).collect(),
        requests: requests.into_iter().map(request).collect(),
        errors,
        said,
    }))
}

pub(crate) async fn show(
    State(shared): State<Shared>,
    person: Person,
    csrf: Csrf,
    Query(Done { done }): Query<Done>,
) -> Result<Response, Trouble> {
    page(&shared, &person, &csrf, Errors::default(), said(done.as_deref())).await
}

/// What notices of invitations link to.
pub(crate) async fn moved() -> Response {
    see_other(HERE)
}

pub(crate) async fn accept(
    State(shared): State<Shared>,
    person: Person,
    csrf: Csrf,
    Path(id): Path<i64>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Trouble> {
    let (clock, games, actor) = (&*shared.clock, &*shared.games, &person.0.actor());
    let accepted = shared
        .db
        .write(|tx| async move { service::invitation::accept(&tx, clock, games, actor, id).await.map_err(Stop::from) });
    let invitation = match accepted.await {
        Ok(invitation) => invitation,
        Err(stop) => return refused(&shared, &person, &csrf, ("invitation", id), stop).await,
    };
    let team = query::by_id(shared.db.read(), invitation.team_id).await?;
    Ok(see_other(&team.map_or(HERE.to_owned(), |team| format!("/teams/{}?done=accepted", team.slug))))
}

pub(crate) async fn decline(
    State(shared): State<Shared>,
    person: Person,
    csrf: Csrf,
    Path(id): Path<i64>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Trouble> {
    let (clock, actor) = (&*shared.clock, &person.0.actor());
    let declined = shared
        .db
        .write(|tx| async move { service::invitation::decline(&tx, clock, actor, id).await.map_err(Stop::from) });
    match declined.await {
        Ok(()) => Ok(see_other("/me/teams?done=declined")),
        Err(stop) => refused(&shared, &person, &csrf, ("invitation", id), stop).await,
    }
}

pub(crate) async fn withdraw(
    State(shared): State<Shared>,
    person: Person,
    csrf: Csrf,
    Path(id): Path<i64>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Trouble> {
    let (clock, actor) = (&*shared.clock, &person.0.actor());
    let withdrawn = shared
        .db
        .write(|tx| async move { service::request::withdraw(&tx, clock, actor, id).await.map_err(Stop::from) });
    match withdrawn.await {
        Ok(()) => Ok(see_other("/me/teams?done=withdrawn")),
        Err(stop) => refused(&shared, &person, &csrf, ("request", id), stop).await,
    }
}

/// The page again, with the refusal beside its row; above all when the row is gone.
async fn refused(
    shared: &Shared,
    person: &Person,
    csrf: &Csrf,
    (kind, id): (&str, i64),
    stop: Stop,
) -> Result<Response, Trouble> {
    let Stop::Said(text) = stop else { return Err(stop.into()) };
    let profile = profiles::service::of_user(&shared.db, &*shared.clock, &person.0.user).await?.id;
    let there = match kind {
        "invitation" => {
            let waiting = query::invitations_of(shared.db.read(), &*shared.clock, profile).await?;
            waiting.iter().any(|received| received.invitation.id == id)
        }
        _ => query::requests_of(shared.db.read(), profile).await?.iter().any(|(request, _)| request.id == id),
    };
    let place = if there { format!("{kind}-{id}") } else { "page".to_owned() };
    Ok(unprocessable(page(shared, person, csrf, Errors::one(place, text), None).await?))
}
