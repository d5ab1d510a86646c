//! Acts that are asked about once more: leaving, removing somebody, handing over, disbanding.

use ::teams::{
    Act, Standing, Team,
    error::Denied,
    service::{
        self,
        query::{self, RosterMember},
    },
};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use serde::Deserialize;

use super::{Nothing, Stop, found, see_other, unprocessable};
use crate::{
    csrf::{Csrf, Form},
    error::Trouble,
    layout::Layout,
    pages,
    session::Person,
    site::Shared,
};

#[derive(Template)]
#[template(path = "teams/confirm.html")]
struct Page {
    layout: Layout,
    csrf: String,
    team: String,
    slug: String,
    title: String,
    /// What will be, a sentence a paragraph.
    text: Vec<String>,
    action: String,
    button: String,
    back: String,
    /// A hidden field, name and value.
    hidden: Option<(&'static str, String)>,
    /// What has to be typed.
    typed: Option<Typed>,
    error: Option<String>,
}

struct Typed {
    tag: String,
    value: String,
}

struct Question {
    title: String,
    text: Vec<String>,
    action: String,
    button: String,
    back: String,
    hidden: Option<(&'static str, String)>,
    typed: Option<Typed>,
}

async fn page(
    shared: &Shared,
    person: &Person,
    csrf: &Csrf,
    team: &Team,
    question: Question,
    error: Option<String>,
) -> Result<Response, Trouble> {
    let refused = error.is_some();
    let Question { title, text, action, button, back, hidden, typed } = question;
    let page = pages::show(&Page {
        layout: Layout::of(shared, Some(person), csrf, "teams").await?,
        csrf: csrf.token().to_owned(),
        team: team.name.clone(),
        slug: team.slug.clone(),
        title,
        text,
        action,
        button,
        back,
        hidden,
        typed,
        error,
    });
    Ok(if refused { unprocessable(page) } else { page })
}

/// The team, for somebody who may.
async fn allowed(shared: &Shared, person: &Person, slug: &str, act: Act) -> Result<(Team, Standing), Trouble> {
    let (team, standing) = found(shared, slug, &person.0.actor()).await?;
    if standing.may(act) { Ok((team, standing)) } else { Err(Stop::Denied(Denied::NotAllowed(act)).into()) }
}

async fn member_of(shared: &Shared, team: &Team, profile: i64) -> Result<RosterMember, Trouble> {
    let roster = query::roster(shared.db.read(), &shared.games, team).await?;
    let found = roster.into_iter().find(|member| member.profile_id == profile);
    found.ok_or_else(|| {
        let text = "This person is no member of the team any more.";
        Trouble::refused(axum::http::StatusCode::NOT_FOUND, text)
    })
}

fn leaving(team: &Team) -> Question {
    Question {
        title: format!("Leave {}?", team.name),
        text: vec![
            "You give up your role, your role in the game and the captain's badge if you have it.".to_owned(),
            "Coming back takes a new invitation or a new request.".to_owned(),
        ],
        action: format!("/teams/{}/leave", team.slug),
        button: "Leave the team".to_owned(),
        back: format!("/teams/{}", team.slug),
        hidden: None,
        typed: None,
    }
}

pub(crate) async fn leave_form(
    State(shared): State<Shared>,
    person: Person,
    csrf: Csrf,
    Path(slug): Path<String>,
) -> Result<Response, Trouble> {
    let (team, _) = allowed(&shared, &person, &slug, Act::Leave).await?;
    page(&shared, &person, &csrf, &team, leaving(&team), None).await
}

pub(crate) async fn leave(
    State(shared): State<Shared>,
    person: Person,
    csrf: Csrf,
    Path(slug): Path<String>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Trouble> {
    let actor = &person.0.actor();
    let (team, _) = found(&shared, &slug, actor).await?;
    let (clock, id) = (&*shared.clock, team.id);
    let left =
        shared.db.write(|tx| async move { service::member::leave(&tx, clock, actor, id).await.map_err(Stop::from) });
    match left.await {
        Ok(()) => Ok(see_other("/me/teams?done=left")),
        Err(Stop::Said(error)) => page(&shared, &person, &csrf, &team, leaving(&team), Some(error)).await,
        Err(stop) => Err(stop.into()),
    }
}

fn removing(team: &Team, member: &RosterMember) -> Question {
    Question {
        title: format!("Remove {} from {}?", member.display_name, team.name),
        text: vec![
            format!("@{} loses the role of {} and is told so.", member.username, member.role.word()),
            "Coming back takes a new invitation or a new request.".to_owned(),
        ],
        action: format!("/teams/{}/members/{}/remove", team.slug, member.profile_id),
        button: format!("Remove {}", member.display_name),
        back: format!("/teams/{}/manage#roster", team.slug),
        hidden: None,
        typed: None,
    }
}

pub(crate) async fn remove_form(
    State(shared): State<Shared>,
    person: Person,
    csrf: Csrf,
    Path((slug, profile)): Path<(String, i64)>,
) -> Result<Response, Trouble> {
    let (team, standing) = found(&shared, &slug, &person.0.actor()).await?;
    let member = member_of(&shared, &team, profile).await?;
    let act = Act::Remove { of: member.role };
    if !standing.may(act) {
        return Err(Stop::Denied(Denied::NotAllowed(act)).into());
    }
    page(&shared, &person, &csrf, &team, removing(&team, &member), None).await
}

pub(crate) async fn remove(
    State(shared): State<Shared>,
    person: Person,
    csrf: Csrf,
    Path((slug, profile)): Path<(String, i64)>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Trouble> {
    let actor = &person.0.actor();
    let (team, _) = found(&shared, &slug, actor).await?;
    let (clock, id) = (&*shared.clock, team.id);
    let removed = shared
        .db
        .write(|tx| async move { service::member::remove(&tx, clock, actor, id, profile).await.map_err(Stop::from) });
    match removed.await {
        Ok(()) => Ok(see_other(&format!("/teams/{slug}/manage?done=removed#roster"))),
        Err(Stop::Said(error)) => {
            let member = member_of(&shared, &team, profile).await?;
            page(&shared, &person, &csrf, &team, removing(&team, &member), Some(error)).await
        }
        Err(stop) => Err(stop.into()),
    }
}

#[derive(Deserialize)]
pub(crate) struct To {
    #[serde(default)]
    to: String,
}

fn handing_over(team: &Team, member: &RosterMember) -> Question {
    Question {
        title: format!("Hand {} over to {}?", team.name, member.display_name),
        text: vec![
            format!("@{} will own the team: change it, hand it over, disband it.", member.username),
            "You stay in it, as a player if you have a role in the game and as a manager otherwise.".to_owned(),
            "Only the new owner can give it back.".to_owned(),
        ],
        action: format!("/teams/{}/hand-over", team.slug),
        button: "Hand the team over".to_owned(),
        back: format!("/teams/{}/manage#danger", team.slug),
        hidden: Some(("to", member.profile_id.to_string())),
        typed: None,
    }
}

pub(crate) async fn hand_over_form(
    State(shared): State<Shared>,
    person: Person,
    csrf: Csrf,
    Path(slug): Path<String>,
    Query(To { to }): Query<To>,
) -> Result<Response, Trouble> {
    let (team, _) = allowed(&shared, &person, &slug, Act::HandOver).await?;
    let Ok(profile) = to.parse() else { return Ok(see_other(&format!("/teams/{slug}/manage#danger"))) };
    let member = member_of(&shared, &team, profile).await?;
    page(&shared, &person, &csrf, &team, handing_over(&team, &member), None).await
}

pub(crate) async fn hand_over(
    State(shared): State<Shared>,
    person: Person,
    csrf: Csrf,
    Path(slug): Path<String>,
    Form(To { to }): Form<To>,
) -> Result<Response, Trouble> {
    let actor = &person.0.actor();
    let (team, _) = found(&shared, &slug, actor).await?;
    let Ok(profile) = to.parse() else { return Ok(see_other(&format!("/teams/{slug}/manage#danger"))) };
    let (clock, id) = (&*shared.clock, team.id);
    let done = shared.db.write(|tx| async move {
        service::member::hand_over(&tx, clock, actor, id, profile).await.map_err(Stop::from)
    });
    match done.await {
        Ok(()) => Ok(see_other(&format!("/teams/{slug}?done=handed-over"))),
        Err(Stop::Said(error)) => {
            let member = member_of(&shared, &team, profile).await?;
            page(&shared, &person, &csrf, &team, handing_over(&team, &member), Some(error)).await
        }
        Err(stop) => Err(stop.into()),
    }
}

fn disbanding(team: &Team, value: String) -> Question {
    Question {
        title: format!("Disband {}?", team.name),
        text: vec![
            "All members are free, invitations and requests are over, and the team's page is gone for everybody."
                .to_owned(),
            "Its name and tag stay taken, so that nobody passes for it. You cannot undo this.".to_owned(),
        ],
        action: format!("/teams/{}/disband", team.slug),
        button: "Disband the team".to_owned(),
        back: format!("/teams/{}/manage#danger", team.slug),
        hidden: None,
        typed: Some(Typed { tag: team.tag.clone(), value }),
    }
}

pub(crate) async fn disband_form(
    State(shared): State<Shared>,
    person: Person,
    csrf: Csrf,
    Path(slug): Path<String>,
) -> Result<Response, Trouble> {
    let (team, _) = allowed(&shared, &person, &slug, Act::Disband).await?;
    page(&shared, &person, &csrf, &team, disbanding(&team, String::new()), None).await
}

#[derive(Deserialize)]
pub(crate) struct Certain {
    #[serde(default)]
    tag: String,
}

pub(crate) async fn disband(
    State(shared): State<Shared>,
    person: Person,
    csrf: Csrf,
    Path(slug): Path<String>,
    Form(Certain { tag }): Form<Certain>,
) -> Result<Response, Trouble> {
    let (team, _) = allowed(&shared, &person, &slug, Act::Disband).await?;
    if !tag.trim().eq_ignore_ascii_case(&team.tag) {
        let error = format!("Write the tag {} to disband the team.", team.tag);
        return page(&shared, &person, &csrf, &team, disbanding(&team, tag), Some(error)).await;
    }
    let (clock, actor, id) = (&*shared.clock, &person.0.actor(), team.id);
    let done =
        shared.db.write(|tx| async move { service::team::disband(&tx, clock, actor, id).await.map_err(Stop::from) });
    match done.await {
        Ok(()) => Ok(see_other("/me/teams?done=disbanded")),
        Err(Stop::Said(error)) => page(&shared, &person, &csrf, &team, disbanding(&team, tag), Some(error)).await,
        Err(stop) => Err(stop.into()),
    }
}
