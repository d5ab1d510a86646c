//! What becomes of an entry: given up, rejected, taken out, let in again.

use kernel::{DbError, Tx};
use sea_orm::ActiveValue::Set;
use serde_json::{Value, json};

use super::{clock, desk, draw, place};
use crate::{
    audit::{self, Action},
    context::Context,
    error::{Trouble, entry::EntryRefusal},
    model::{registration, tournament},
    people,
    rules::{
        access::{Act, Standing},
        entry::{self, EntryStatus, EntryStep},
        status::Status,
    },
    store,
};

struct Found {
    tournament: tournament::Model,
    entry: registration::Model,
    standing: Standing,
}

async fn find(tx: &Tx, cx: &Context<'_>, id: i64) -> Result<Found, EntryRefusal> {
    let none = || EntryRefusal::NoSuchEntry(id);
    let seen = store::entry::by_id(tx, id).await.map_err(DbError::from)?.ok_or_else(none)?;
    let (tournament, standing) = desk::open(tx, cx, seen.tournament_id).await?.ok_or_else(none)?;
    let tournament = clock::advance_locked(tx, cx, tournament).await?;
    let entry = store::entry::lock(tx, id).await.map_err(DbError::from)?.ok_or_else(none)?;
    Ok(Found { tournament, entry, standing })
}

/// Where a step leads this entry, in a tournament in one of these states.
fn step(found: &Found, step: EntryStep, during: impl Fn(Status) -> bool) -> Result<EntryStatus, EntryRefusal> {
    let status = desk::status(&found.tournament);
    if !during(status) {
        return Err(EntryRefusal::NotInThisState { step, status });
    }
    let from = place::status(&found.entry);
    entry::target(from, step).ok_or(EntryRefusal::NotNow { step, from })
}

fn details(found: &Found, to: EntryStatus, reason: &str) -> Value {
    json!({
        "tournament_id": found.tournament.id,
        "registration_id": found.entry.id,
        "name": found.entry.display_name,
        "from": found.entry.status,
        "to": to.as_str(),
        "reason": reason,
    })
}

fn with_note(entry: &registration::Model, note: &str) -> registration::ActiveModel {
    let notes = if entry.notes.is_empty() { note.to_owned() } else { format!("{}\n{note}", entry.notes) };
    registration::ActiveModel { notes: Set(notes), ..Default::default() }
}

/// Gives an entry up, until play begins: who stands for it does, and who decides about entries. Coins go back; the
/// place goes to who waits longest. Who withdrew can enter again, with another entry.
///
/// # Errors
/// See [`EntryRefusal`].
pub async fn withdraw(tx: &Tx, cx: &Context<'_>, id: i64, note: &str) -> Result<registration::Model, EntryRefusal> {
    let found = find(tx, cx, id).await?;
    let own = people::stands_for(tx, &cx.actor(), &found.entry).await?;
    if !own && !found.standing.may(Act::DecideEntries) {
        return Err(EntryRefusal::NotYours(id));
    }
    let to = step(&found, EntryStep::Withdraw, Status::takes_changes_of_entries)?;
    let note = people::cut(note.trim(), desk::REASON_MAX);
    let also = if note.is_empty() { registration::ActiveModel::default() } else { with_note(&found.entry, &note) };
    let entry = place::end(tx, cx, &found.entry, to, also, Some("Entry withdrawn")).await?;
    draw::withdraw_entry(tx, cx, &found.tournament, entry.id).await?;
    place::fill(tx, &desk::as_system(cx), &found.tournament).await?;
    let title = format!("{} withdrew from {}", entry.display_name, found.tournament.name);
    let body = if own { String::new() } else { format!("The organizer withdrew the entry. {note}") };
    place::tell(tx, cx, &found.tournament, &entry, ("generic", "registration.withdrawn"), title, body).await?;
    if !own {
        let details = details(&found, to, &note);
        audit::record(tx, cx, Action::RegistrationOverride, Some(found.tournament.id), details).await?;
    }
    Ok(entry)
}

/// Says no to an entry, until play begins. Coins go back; the place goes to who waits longest.
///
/// # Errors
/// See [`EntryRefusal`].
pub async fn reject(tx: &Tx, cx: &Context<'_>, id: i64, reason: &str) -> Result<registration::Model, EntryRefusal> {
    let found = find(tx, cx, id).await?;
    found.standing.require(Act::DecideEntries)?;
    let reason = desk::reason(reason).ok_or(EntryRefusal::NoReason(desk::REASON_MAX))?;
    let to = step(&found, EntryStep::Reject, Status::takes_changes_of_entries)?;
    let also = with_note(&found.entry, &reason);
    let entry = place::end(tx, cx, &found.entry, to, also, Some("Entry rejected")).await?;
    draw::withdraw_entry(tx, cx, &found.tournament, entry.id).await?;
    place::fill(tx, &desk::as_system(cx), &found.tournament).await?;
    let title = format!("{} was not let into {}", entry.display_name, found.tournament.name);
    place::tell(tx, cx, &found.tournament, &entry, ("generic", "registration.rejected"), title, reason.clone()).await?;
    let details = details(&found, to, &reason);
    audit::record(tx, cx, Action::RegistrationOverride, Some(found.tournament.id), details).await?;
    Ok(entry)
}

/// Takes an entry out for what somebody did, also during play; its fee is kept, except coins of one that never had a
/// place. Its players cannot enter again. Its open and later matches are walkovers.
///
/// # Errors
/// See [`EntryRefusal`].
pub async fn disqualify(tx: &Tx, cx: &Context<'_>, id: i64, reason: &str) -> Result<registration::Model, EntryRefusal> {
    let found = find(tx, cx, id).await?;
    found.standing.require(Act::Disqualify)?;
    let reason = desk::reason(reason).ok_or(EntryRefusal::NoReason(desk::REASON_MAX))?;
    let during = |status: Status| status.takes_changes_of_entries() || status == Status::Live;
    let to = step(&found, EntryStep::Disqualify, during)?;
    let refund = (place::status(&found.entry) == EntryStatus::Waitlisted).then_some("Never had a place");
    let also = with_note(&found.entry, &reason);
    let entry = place::end(tx, cx, &found.entry, to, also, refund).await?;
    draw::withdraw_entry(tx, cx, &found.tournament, entry.id).await?;
    place::fill(tx, &desk::as_system(cx), &found.tournament).await?;
    let title = format!("{} was disqualified from {}", entry.display_name, found.tournament.name);
    let kind = ("generic", "registration.disqualified");
    place::tell(tx, cx, &found.tournament, &entry, kind, title, reason.clone()).await?;
    let details = details(&found, to, &reason);
    audit::record(tx, cx, Action::AdminBanParticipant, Some(found.tournament.id), details).await?;
    Ok(entry)
}

/// Lets an entry in again that was taken out or did not come, before play and when a place is free. When check-in is
/// closed it counts as checked in.
///
/// # Errors
/// See [`EntryRefusal`].
pub async fn reinstate(tx: &Tx, cx: &Context<'_>, id: i64, note: &str) -> Result<registration::Model, EntryRefusal> {
    let found = find(tx, cx, id).await?;
    found.standing.require(Act::DecideEntries)?;
    let to = step(&found, EntryStep::Reinstate, Status::takes_changes_of_entries)?;
    let entry = let_in(tx, cx, &found.tournament, &found.entry, to)
        .await?
        .ok_or(EntryRefusal::Full { places: found.tournament.max_participants })?;
    let note = people::cut(note.trim(), desk::REASON_MAX);
    let title = format!("{} is in {} again", entry.display_name, found.tournament.name);
    let kind = ("reg_confirmed", "registration.reinstated");
    place::tell(tx, cx, &found.tournament, &entry, kind, title, note.clone()).await?;
    let details = details(&found, to, &note);
    audit::record(tx, cx, Action::AdminUnbanParticipant, Some(found.tournament.id), details).await?;
    Ok(entry)
}

/// Gives a place to an entry that had lost it; nothing when none is free.
pub(crate) async fn let_in(
    tx: &Tx,
    cx: &Context<'_>,
    tournament: &tournament::Model,
    entry: &registration::Model,
    to: EntryStatus,
) -> Result<Option<registration::Model>, Trouble> {
    let held = store::entry::count(tx, tournament.id, &EntryStatus::HOLDING).await.map_err(DbError::from)?;
    if held >= i64::from(tournament.max_participants) {
        return Ok(None);
    }
    let late = tournament.enable_check_in && cx.now() >= tournament.tournament_start;
    let there = late || entry.checked_in;
    let since = entry.checked_in_at.unwrap_or_else(|| cx.now());
    let also = registration::ActiveModel {
        checked_in: Set(there),
        checked_in_at: Set(there.then_some(since)),
        confirmed_at: Set(Some(entry.confirmed_at.unwrap_or_else(|| cx.now()))),
        ..Default::default()
    };
    let entry = place::set(tx, cx, entry, to, also).await?;
    draw::reinstate_entry(tx, cx, tournament, entry.id).await?;
    store::entry::recount(tx, tournament.id, cx.now()).await.map_err(DbError::from)?;
    Ok(Some(entry))
}
