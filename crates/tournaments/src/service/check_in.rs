//! Saying that one is there, before play.
//!
//! Who stands for an entry checks it in from the opening of check-in until play is due; so do those who wait for a
//! place, to stand by. Those of the tournament who check others in can do so until play begins, also for one who came
//! too late, as long as a place is free. What happens at the end of check-in stands in the module `place`.

use kernel::{DbError, Tx};
use sea_orm::ActiveValue::Set;
use serde_json::json;

use super::{clock, desk, entry, place};
use crate::{
    audit::{self, Action},
    context::Context,
    error::entry::CheckInRefusal,
    event::{self, EntryCheckedIn},
    model::{registration, tournament},
    people,
    rules::{
        access::Act,
        entry::{EntryStatus, check_in_opens},
        status::Status,
    },
    store,
};

struct Found {
    tournament: tournament::Model,
    entry: registration::Model,
    /// Whether it is one's own; else one that somebody of the tournament checks in.
    own: bool,
}

async fn find(tx: &Tx, cx: &Context<'_>, id: i64) -> Result<Found, CheckInRefusal> {
    let none = || CheckInRefusal::NoSuchEntry(id);
    let seen = store::entry::by_id(tx, id).await.map_err(DbError::from)?.ok_or_else(none)?;
    let (tournament, standing) = desk::open(tx, cx, seen.tournament_id).await?.ok_or_else(none)?;
    let own = people::stands_for(tx, &cx.actor(), &seen).await?;
    let for_others = standing.may(Act::CheckInOthers);
    if !own && !for_others {
        return Err(CheckInRefusal::NotYours(id));
    }
    if !tournament.enable_check_in {
        return Err(CheckInRefusal::NoCheckIn);
    }
    let tournament = clock::advance_locked(tx, cx, tournament).await?;
    match desk::status(&tournament) {
        Status::CheckIn => {}
        status if status.is_before_play() => {
            return Err(CheckInRefusal::NotYet { opens: check_in_opens(&tournament) });
        }
        _ => return Err(CheckInRefusal::Closed { closed: tournament.tournament_start }),
    }
    let late = cx.now() >= tournament.tournament_start;
    if late && !for_others {
        return Err(CheckInRefusal::Closed { closed: tournament.tournament_start });
    }
    let entry = store::entry::lock(tx, id).await.map_err(DbError::from)?.ok_or_else(none)?;
    // Late, also one's own is a matter of one's duty, and is written down.
    Ok(Found { tournament, entry, own: own && !late })
}

/// Checks an entry in. One that is checked in stays so.
///
/// # Errors
/// See [`CheckInRefusal`].
pub async fn check_in(tx: &Tx, cx: &Context<'_>, id: i64) -> Result<registration::Model, CheckInRefusal> {
    let found = find(tx, cx, id).await?;
    let entry = match place::status(&found.entry) {
        EntryStatus::NoShow if !found.own => {
            let let_in = entry::let_in(tx, cx, &found.tournament, &found.entry, EntryStatus::Confirmed).await?;
            let_in.ok_or(CheckInRefusal::PlaceGone)?
        }
        EntryStatus::Confirmed | EntryStatus::PaymentSubmitted | EntryStatus::Waitlisted => {
            if found.entry.checked_in {
                return Ok(found.entry);
            }
            mark(tx, cx, &found.entry, true).await?
        }
        status => return Err(CheckInRefusal::WrongState(status)),
    };
    let entry = if entry.status == EntryStatus::Waitlisted.as_str() && cx.now() >= found.tournament.tournament_start {
        // Somebody of the tournament found one who waits and is there: a free place may be waiting, too.
        place::fill(tx, &desk::as_system(cx), &found.tournament).await?;
        store::entry::by_id(tx, id).await.map_err(DbError::from)?.unwrap_or(entry)
    } else {
        entry
    };
    told(tx, cx, &found, true).await?;
    Ok(entry)
}

/// Takes a check-in back, before play is due; later only those of the tournament do.
///
/// # Errors
/// See [`CheckInRefusal`].
pub async fn undo(tx: &Tx, cx: &Context<'_>, id: i64) -> Result<registration::Model, CheckInRefusal> {
    let found = find(tx, cx, id).await?;
    if !found.entry.checked_in {
        return Ok(found.entry);
    }
    let status = place::status(&found.entry);
    if !matches!(status, EntryStatus::Confirmed | EntryStatus::PaymentSubmitted | EntryStatus::Waitlisted) {
        return Err(CheckInRefusal::WrongState(status));
    }
    let entry = mark(tx, cx, &found.entry, false).await?;
    told(tx, cx, &found, false).await?;
    Ok(entry)
}

async fn mark(
    tx: &Tx,
    cx: &Context<'_>,
    entry: &registration::Model,
    there: bool,
) -> Result<registration::Model, DbError> {
    let row = registration::ActiveModel {
        checked_in: Set(there),
        checked_in_at: Set(there.then(|| cx.now())),
        updated_at: Set(cx.now()),
        ..Default::default()
    };
    store::entry::update_from(tx, entry.id, &entry.status, row).await?;
    let now = store::entry::by_id(tx, entry.id).await?;
    now.ok_or_else(|| sea_orm::DbErr::RecordNotUpdated.into())
}

async fn told(tx: &Tx, cx: &Context<'_>, found: &Found, there: bool) -> Result<(), DbError> {
    let (tournament_id, registration_id) = (found.tournament.id, found.entry.id);
    let news = EntryCheckedIn { registration_id, tournament_id, checked_in: there };
    event::tell(tx, cx, tournament_id, news).await?;
    if found.own {
        return Ok(());
    }
    let details = json!({
        "tournament_id": tournament_id,
        "registration_id": registration_id,
        "name": found.entry.display_name,
        "checked_in": there,
        "from": found.entry.status,
    });
    audit::record(tx, cx, Action::RegistrationForceCheckin, Some(tournament_id), details).await
}
