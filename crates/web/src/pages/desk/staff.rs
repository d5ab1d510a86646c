//! Who helps with a tournament: asked by name, given a duty, sent home.

use ::tournaments::{
    rules::access::{Act, Duty},
    service::staff::{self, Member},
};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};

use super::{
    Choice, Desk, Done, Errors, Nothing, Typed, Visit,
    ask::{Question, ask},
    frame::{Frame, frame},
    open, see_other,
    stop::Stop,
    unprocessable,
};
use crate::{
    csrf::Form,
    error::Trouble,
    layout::{Layout, machine, moment},
    pages,
    site::Shared,
};

struct Row {
    id: i64,
    username: String,
    duty: &'static str,
    accepted: bool,
    when: String,
    when_machine: String,
    /// The duties that whoever looks may give; empty where none.
    duties: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "desk/staff.html")]
struct Page {
    layout: Layout,
    frame: Frame,
    organizer: String,
    rows: Vec<Row>,
    username: String,
    duties: Vec<Choice>,
    errors: Errors,
    over: bool,
}

/// What a duty is for, in one sentence.
const fn about(duty: Duty) -> &'static str {
    match duty {
        Duty::Organizer => "Holds it.",
        Duty::CoOrganizer => "Co-organizer: everything but cancelling and archiving",
        Duty::Referee => "Referee: runs and decides matches, settles disputes",
        Duty::BracketManager => "Bracket manager: seeds, draws, schedules",
        Duty::PaymentVerifier => "Payment verifier: checks payments",
        Duty::Moderator => "Moderator: keeps the peace",
    }
}

/// The duties that whoever looks may give.
fn may_give(desk: &Desk) -> Vec<Duty> {
    let standing = desk.standing();
    let chooses = standing.duty == Some(Duty::Organizer) || standing.superuser;
    let given = Duty::ALL.into_iter().filter(|duty| *duty != Duty::Organizer);
    given.filter(|duty| *duty != Duty::CoOrganizer || chooses).collect()
}

async fn page(
    shared: &Shared,
    visit: &Visit,
    desk: &Desk,
    typed: &Typed,
    errors: Errors,
    done: Option<&str>,
) -> Result<Response, Trouble> {
    let give = may_give(desk);
    let choices = |chosen: &str, long: bool| -> Vec<Choice> {
        let label = |duty: Duty| if long { about(duty) } else { duty.label() };
        give.iter().map(|duty| Choice::new(duty.as_str(), label(*duty), chosen)).collect()
    };
    let row = |member: Member| Row {
        duties: if give.contains(&member.duty) { choices(member.duty.as_str(), false) } else { Vec::new() },
        id: member.row.id,
        username: member.username,
        duty: member.duty.label(),
        accepted: member.accepted,
        when: moment(&member.row.created_at),
        when_machine: machine(&member.row.created_at),
    };
    let rows = staff::all(shared.db.read(), desk.id()).await?.into_iter().map(row).collect();
    let (layout, frame) = frame(shared, visit, desk, "staff", done).await?;
    let chosen = if typed.get("role").is_empty() { Duty::Referee.as_str() } else { typed.get("role") };
    use ::tournaments::rules::status::Status::{Archived, Cancelled, Completed};
    Ok(pages::show(&Page {
        layout,
        frame,
        organizer: desk.facts.card.organizer.clone(),
        rows,
        username: typed.get("username").to_owned(),
        duties: choices(chosen, true),
        errors,
        over: matches!(desk.status(), Completed | Archived | Cancelled),
    }))
}

pub(crate) async fn list(
    State(shared): State<Shared>,
    visit: Visit,
    Path(slug): Path<String>,
    Query(Done { done }): Query<Done>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[Act::ManageStaff]).await?;
    page(&shared, &visit, &desk, &Typed::default(), Errors::default(), done.as_deref()).await
}

pub(crate) async fn invite(
    State(shared): State<Shared>,
    visit: Visit,
    Path(slug): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[Act::ManageStaff]).await?;
    let name = typed.get("username").trim().trim_start_matches('@');
    let person = accounts::service::people::by_name(&shared.db, name).await?;
    let wrong = match (&person, Duty::parse(typed.get("role"))) {
        (None, _) => Some((
            "username",
            "There is nobody with this name. It stands on a player's profile, after the @.".to_owned(),
        )),
        (_, None) => Some(("role", "Choose a duty from the list.".to_owned())),
        (Some(person), Some(duty)) => {
            let (cx, id, user) = (visit.cx(&shared), desk.id(), person.id);
            let invite =
                shared.db.write(|tx| async move { staff::invite(&tx, &cx, id, user, duty).await.map_err(Stop::from) });
            match invite.await {
                Ok(_) => return Ok(see_other(&format!("{}?done=invited", desk.path("staff")))),
                Err(stop) => Some(("username", stop.said()?)),
            }
        }
    };
    let errors = wrong.map(|(field, text)| Errors::one(field, text)).unwrap_or_default();
    Ok(unprocessable(page(&shared, &visit, &desk, &typed, errors, None).await?))
}

pub(crate) async fn change(
    State(shared): State<Shared>,
    visit: Visit,
    Path((slug, member)): Path<(String, i64)>,
    Form(typed): Form<Typed>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[Act::ManageStaff]).await?;
    let text = match Duty::parse(typed.get("role")) {
        None => "Choose a duty from the list.".to_owned(),
        Some(duty) => {
            let cx = visit.cx(&shared);
            let change =
                shared.db.write(|tx| async move { staff::change(&tx, &cx, member, duty).await.map_err(Stop::from) });
            match change.await {
                Ok(()) => return Ok(see_other(&format!("{}?done=changed", desk.path("staff")))),
                Err(stop) => stop.said()?,
            }
        }
    };
    let errors = Errors::one(format!("member-{member}"), text);
    Ok(unprocessable(page(&shared, &visit, &desk, &Typed::default(), errors, None).await?))
}

async fn asked(
    shared: &Shared,
    visit: &Visit,
    desk: &Desk,
    id: i64,
    error: Option<String>,
) -> Result<Response, Trouble> {
    let member = staff::all(shared.db.read(), desk.id()).await?.into_iter().find(|member| member.row.id == id);
    let Some(member) = member else { return Ok(see_other(&desk.path("staff"))) };
    let text = if member.accepted {
        format!("{} no longer helps as {}, at once. What was done stays done.", member.username, member.duty.label())
    } else {
        format!("The invitation of {} as {} is taken back.", member.username, member.duty.label())
    };
    let question = Question {
        title: format!("Remove {}?", member.username),
        text: vec![text],
        action: desk.path(&format!("staff/{id}/remove")),
        button: "Remove".to_owned(),
        danger: true,
        back: desk.path("staff"),
        ..Question::default()
    };
    ask(shared, visit, desk, "staff", question, error).await
}

pub(crate) async fn question(
    State(shared): State<Shared>,
    visit: Visit,
    Path((slug, member)): Path<(String, i64)>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[Act::ManageStaff]).await?;
    asked(&shared, &visit, &desk, member, None).await
}

pub(crate) async fn remove(
    State(shared): State<Shared>,
    visit: Visit,
    Path((slug, member)): Path<(String, i64)>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[Act::ManageStaff]).await?;
    let cx = visit.cx(&shared);
    let done = shared.db.write(|tx| async move { staff::remove(&tx, &cx, member).await.map_err(Stop::from) }).await;
    match done {
        Ok(()) => Ok(see_other(&format!("{}?done=removed", desk.path("staff")))),
        Err(stop) => asked(&shared, &visit, &desk, member, Some(stop.said()?)).await,
    }
}
