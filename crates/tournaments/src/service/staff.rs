//! Who helps with a tournament: asked, agreed, changed, gone. A duty counts once it was accepted.

use kernel::{DbError, Tx, db::Constraint};
use notifications::service::Notice;
use sea_orm::{ActiveValue::Set, ConnectionTrait};
use serde_json::json;

use super::desk;
use crate::{
    audit::{self, Action},
    context::Context,
    error::lifecycle::StaffRefusal,
    model::{staff_member, tournament},
    people,
    rules::{
        access::{Act, Duty, Standing},
        status::Status,
    },
    store,
};

/// Somebody who helps, or was asked to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The row.
    pub row: staff_member::Model,
    /// The name of the account.
    pub username: String,
    /// What they do.
    pub duty: Duty,
    /// Whether they agreed.
    pub accepted: bool,
}

/// All who help or were asked to, in the order in which they were asked.
///
/// # Errors
/// When the database fails.
pub async fn all(db: &impl ConnectionTrait, tournament: i64) -> Result<Vec<Member>, DbError> {
    let found = store::staff::all(db, tournament).await?;
    let member = |(row, user): (staff_member::Model, Option<accounts::model::user::Model>)| {
        let (duty, accepted) = (Duty::parse(&row.role)?, row.accepted_at.is_some());
        Some(Member { username: user?.username, duty, accepted, row })
    };
    Ok(found.into_iter().filter_map(member).collect())
}

/// What somebody helps with or was asked to, newest first.
///
/// # Errors
/// When the database fails.
pub async fn of_user(db: &impl ConnectionTrait, user: i64) -> Result<Vec<staff_member::Model>, DbError> {
    Ok(store::staff::of_user(db, user).await?)
}

async fn open(tx: &Tx, cx: &Context<'_>, id: i64) -> Result<(tournament::Model, Standing), StaffRefusal> {
    let (tournament, standing) = desk::open(tx, cx, id).await?.ok_or(StaffRefusal::NoSuchTournament(id))?;
    Ok((tournament, standing))
}

/// Whether somebody who stands so may give or take this duty: who shares in all is the organizer's choice.
fn may_give(standing: &Standing, duty: Duty) -> Result<(), StaffRefusal> {
    standing.require(Act::ManageStaff)?;
    if duty == Duty::Organizer {
        return Err(StaffRefusal::NoSuchDuty);
    }
    let chooses = standing.duty == Some(Duty::Organizer) || standing.superuser || standing.system;
    if duty == Duty::CoOrganizer && !chooses {
        return Err(StaffRefusal::OrganizersChoice(duty));
    }
    Ok(())
}

fn refuse_over(tournament: &tournament::Model) -> Result<(), StaffRefusal> {
    match desk::status(tournament) {
        Status::Completed | Status::Archived | Status::Cancelled => Err(StaffRefusal::Over),
        _ => Ok(()),
    }
}

async fn record(tx: &Tx, cx: &Context<'_>, tournament: i64, user: i64, what: &str, duty: Duty) -> Result<(), DbError> {
    let details = json!({ "tournament_id": tournament, "user_id": user, "what": what, "role": duty.as_str() });
    audit::record(tx, cx, Action::StaffChange, Some(tournament), details).await
}

/// Asks somebody to help.
///
/// # Errors
/// See [`StaffRefusal`].
pub async fn invite(
    tx: &Tx,
    cx: &Context<'_>,
    tournament: i64,
    user: i64,
    duty: Duty,
) -> Result<staff_member::Model, StaffRefusal> {
    let (tournament, standing) = open(tx, cx, tournament).await?;
    may_give(&standing, duty)?;
    refuse_over(&tournament)?;
    let person = store::people::person(tx, user).await.map_err(DbError::from)?;
    let (account, _) = person.filter(|(account, _)| account.is_active).ok_or(StaffRefusal::NoSuchPerson)?;
    if user == tournament.organizer_id {
        return Err(StaffRefusal::IsOrganizer);
    }
    let row = staff_member::ActiveModel {
        tournament_id: Set(tournament.id),
        user_id: Set(user),
        role: Set(duty.as_str().to_owned()),
        invited_by_id: Set(cx.user()),
        accepted_at: Set(None),
        created_at: Set(cx.now()),
        ..Default::default()
    };
    let part = |tx: Tx| async move { Ok::<_, DbError>(store::staff::insert(&tx, row).await?) };
    let member = match tx.savepoint(part).await {
        Err(error) if error.constraint() == Some(Constraint::Unique) => {
            let known = store::staff::of_person(tx, tournament.id, user).await.map_err(DbError::from)?;
            let duty = known.and_then(|row| Duty::parse(&row.role)).unwrap_or(duty);
            return Err(StaffRefusal::AlreadyAsked { name: account.username, duty });
        }
        outcome => outcome?,
    };
    let title = format!("You are asked to help with {}", tournament.name);
    let body = format!("As {}. Accept or decline on the page of the tournament.", duty.label());
    let url = format!("{}/staff", desk::page(&tournament));
    let notice = Notice { kind: "invite_sent", event: "tournament.staff_invited", title, body, url };
    people::notify_user(tx, cx, user, notice).await?;
    record(tx, cx, tournament.id, user, "invited", duty).await?;
    Ok(member)
}

async fn find(
    tx: &Tx,
    cx: &Context<'_>,
    id: i64,
) -> Result<(tournament::Model, Standing, staff_member::Model, Duty), StaffRefusal> {
    let none = || StaffRefusal::NoSuchMember(id);
    let seen = store::staff::by_id(tx, id).await.map_err(DbError::from)?.ok_or_else(none)?;
    let (tournament, standing) = open(tx, cx, seen.tournament_id).await?;
    let member = store::staff::by_id(tx, id).await.map_err(DbError::from)?.ok_or_else(none)?;
    let duty = Duty::parse(&member.role).ok_or_else(none)?;
    Ok((tournament, standing, member, duty))
}

/// Agrees to help.
///
/// # Errors
/// See [`StaffRefusal`].
pub async fn accept(tx: &Tx, cx: &Context<'_>, id: i64) -> Result<Duty, StaffRefusal> {
    let (tournament, _, member, duty) = find(tx, cx, id).await?;
    if cx.user() != Some(member.user_id) {
        return Err(StaffRefusal::NotYours);
    }
    refuse_over(&tournament)?;
    let row = staff_member::ActiveModel { accepted_at: Set(Some(cx.now())), ..Default::default() };
    if !store::staff::accept(tx, id, row).await.map_err(DbError::from)? {
        return Err(StaffRefusal::AlreadyAccepted);
    }
    let person = store::people::person(tx, member.user_id).await.map_err(DbError::from)?;
    let name = person.map(|(account, _)| account.username).unwrap_or_default();
    let title = format!("{name} helps with {}", tournament.name);
    let url = format!("{}/staff", desk::page(&tournament));
    let notice = Notice {
        kind: "invite_accepted",
        event: "tournament.staff_accepted",
        title,
        body: format!("As {}.", duty.label()),
        url,
    };
    people::notify_user(tx, cx, tournament.organizer_id, notice).await?;
    record(tx, cx, tournament.id, member.user_id, "accepted", duty).await?;
    Ok(duty)
}

/// Says no to an invitation, or stops helping.
///
/// # Errors
/// See [`StaffRefusal`].
pub async fn decline(tx: &Tx, cx: &Context<'_>, id: i64) -> Result<(), StaffRefusal> {
    let (tournament, _, member, duty) = find(tx, cx, id).await?;
    if cx.user() != Some(member.user_id) {
        return Err(StaffRefusal::NotYours);
    }
    let what = if member.accepted_at.is_some() { "left" } else { "declined" };
    store::staff::delete(tx, id).await.map_err(DbError::from)?;
    Ok(record(tx, cx, tournament.id, member.user_id, what, duty).await?)
}

/// Gives somebody who helps another duty; what they agreed to was to help.
///
/// # Errors
/// See [`StaffRefusal`].
pub async fn change(tx: &Tx, cx: &Context<'_>, id: i64, duty: Duty) -> Result<(), StaffRefusal> {
    let (tournament, standing, member, before) = find(tx, cx, id).await?;
    may_give(&standing, before)?;
    may_give(&standing, duty)?;
    if before == duty {
        return Ok(());
    }
    let row = staff_member::ActiveModel { role: Set(duty.as_str().to_owned()), ..Default::default() };
    store::staff::update(tx, id, row).await.map_err(DbError::from)?;
    let title = format!("You are {} of {} now", duty.label(), tournament.name);
    let url = format!("{}/staff", desk::page(&tournament));
    let notice = Notice { kind: "generic", event: "tournament.staff_changed", title, body: String::new(), url };
    people::notify_user(tx, cx, member.user_id, notice).await?;
    Ok(record(tx, cx, tournament.id, member.user_id, "changed", duty).await?)
}

/// Takes somebody's duty away, or an invitation back.
///
/// # Errors
/// See [`StaffRefusal`].
pub async fn remove(tx: &Tx, cx: &Context<'_>, id: i64) -> Result<(), StaffRefusal> {
    let (tournament, standing, member, duty) = find(tx, cx, id).await?;
    may_give(&standing, duty)?;
    store::staff::delete(tx, id).await.map_err(DbError::from)?;
    Ok(record(tx, cx, tournament.id, member.user_id, "removed", duty).await?)
}
