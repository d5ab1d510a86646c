//! Places: confirming entries, freeing places and giving them to those who wait. The acts around call this, with the
//! tournament's row locked.
//!
//! # Who gets a free place
//!
//! The one who waits longest. Until play is due that entry gets the place at once, and the time to pay when it owes a
//! fee. While check-in is open it must check in like all others; who waits may check in as well, to stand by. When
//! play is due, places of those who are not there go, in the order of the list, to those who stand by and owe
//! nothing: there is no time left to come or to pay. So who waits can pay ahead; when play begins without them, they get
//! all of it back.

use std::collections::BTreeMap;

use kernel::{DbError, Tx, event::catalogue};
use notifications::service::Notice;
use sea_orm::ActiveValue::Set;

use super::{desk, draw};
use crate::{
    context::Context,
    error::Trouble,
    event::{self, EntryChanged},
    jobs,
    model::{registration, tournament},
    people,
    rules::{
        entry::{self, EntryStatus, EntryStep, Paid},
        status::Status,
    },
    store,
};

/// Where an entry stands. The column's check lets no other word in.
pub(crate) fn status(entry: &registration::Model) -> EntryStatus {
    EntryStatus::parse(&entry.status).unwrap_or(EntryStatus::Cancelled)
}

/// Moves an entry from where it was seen, with what else changes by it, and tells those who watch.
pub(crate) async fn set(
    tx: &Tx,
    cx: &Context<'_>,
    seen: &registration::Model,
    to: EntryStatus,
    also: registration::ActiveModel,
) -> Result<registration::Model, DbError> {
    let row = registration::ActiveModel { status: Set(to.as_str().to_owned()), updated_at: Set(cx.now()), ..also };
    let moved = store::entry::update_from(tx, seen.id, &seen.status, row).await?;
    let now = store::entry::lock(tx, seen.id).await?.filter(|_| moved);
    // The tournament's lock keeps others away, so it stands where it was seen.
    let now = now.ok_or_else(|| sea_orm::DbErr::RecordNotUpdated)?;
    let (was, is) = (status(seen).is_live(), to.is_live());
    if was != is {
        store::entry::set_players_live(tx, seen.id, is).await?;
    }
    let news = EntryChanged { registration_id: seen.id, tournament_id: seen.tournament_id, status: to.as_str() };
    event::tell(tx, cx, seen.tournament_id, news).await?;
    Ok(now)
}

/// Tells those who stand for an entry.
pub(crate) async fn tell(
    tx: &Tx,
    cx: &Context<'_>,
    tournament: &tournament::Model,
    entry: &registration::Model,
    (kind, event): (&'static str, &'static str),
    title: String,
    body: String,
) -> Result<(), DbError> {
    let url = format!("{}/entries/{}", desk::page(tournament), entry.id);
    people::notify_entry(tx, cx, entry, Notice { kind, event, title, body, url }).await
}

/// Confirms an entry: it plays. Its players get the award for taking part.
pub(crate) async fn confirm(
    tx: &Tx,
    cx: &Context<'_>,
    tournament: &tournament::Model,
    seen: &registration::Model,
) -> Result<registration::Model, Trouble> {
    // Boxed: every act holds it, and futures within futures grow beyond a thread's stack.
    Box::pin(confirm_unboxed(tx, cx, tournament, seen)).await
}

async fn confirm_unboxed(
    tx: &Tx,
    cx: &Context<'_>,
    tournament: &tournament::Model,
    seen: &registration::Model,
) -> Result<registration::Model, Trouble> {
    let also = registration::ActiveModel {
        confirmed_at: Set(Some(cx.now())),
        payment_due_at: Set(None),
        ..Default::default()
    };
    let entry = set(tx, cx, seen, EntryStatus::Confirmed, also).await?;
    confirmed(tx, cx, tournament, &entry).await?;
    Ok(entry)
}

/// What follows when an entry is confirmed.
pub(crate) async fn confirmed(
    tx: &Tx,
    cx: &Context<'_>,
    tournament: &tournament::Model,
    entry: &registration::Model,
) -> Result<(), Trouble> {
    let news = catalogue::RegistrationConfirmed {
        registration_id: entry.id,
        tournament_id: tournament.id,
        user_id: entry.registered_by_id.or(entry.user_id),
    };
    event::tell(tx, cx, tournament.id, news).await?;
    let title = format!("{} is in {}", entry.display_name, tournament.name);
    let body = format!("Play begins on {}.", tournament.tournament_start.format("%-d %B %Y at %H:%M UTC"));
    tell(tx, cx, tournament, entry, ("reg_confirmed", "registration.confirmed"), title, body).await?;
    let users: Vec<i64> =
        store::entry::players(tx, entry.id).await.map_err(DbError::from)?.iter().map(|player| player.user_id).collect();
    let profiles = store::people::profiles(tx, &users).await.map_err(DbError::from)?;
    let profiles: Vec<i64> = profiles.into_iter().map(|(_, profile)| profile).collect();
    economy::service::award_participation(tx, cx.clock, tournament.id, entry.id, &profiles).await?;
    Ok(())
}

/// Ends an entry and gives back the coins that were paid for it. Money is given back by people: it shows among the
/// refunds that are due.
pub(crate) async fn end(
    tx: &Tx,
    cx: &Context<'_>,
    seen: &registration::Model,
    to: EntryStatus,
    also: registration::ActiveModel,
    refund: Option<&str>,
) -> Result<registration::Model, Trouble> {
    // Boxed: every act holds it, and futures within futures grow beyond a thread's stack.
    Box::pin(end_unboxed(tx, cx, seen, to, also, refund)).await
}

async fn end_unboxed(
    tx: &Tx,
    cx: &Context<'_>,
    seen: &registration::Model,
    to: EntryStatus,
    also: registration::ActiveModel,
    refund: Option<&str>,
) -> Result<registration::Model, Trouble> {
    let also = registration::ActiveModel { payment_due_at: Set(None), ..also };
    let entry = set(tx, cx, seen, to, also).await?;
    if let Some(note) = refund {
        super::payment::refund_coins(tx, cx, &entry, note).await?;
    }
    Ok(entry)
}

/// Whether an entry that waits can have a place now.
fn can_have_place(cx: &Context<'_>, tournament: &tournament::Model, entry: &registration::Model, paid: Paid) -> bool {
    let play_is_due = cx.now() >= tournament.tournament_start;
    let owes = entry::owes(tournament, entry) && paid != Paid::All;
    !play_is_due || ((entry.checked_in || !tournament.enable_check_in) && !owes)
}

/// Gives free places to those who wait; answers who got one. The counter is right afterwards.
pub(crate) async fn fill(
    tx: &Tx,
    cx: &Context<'_>,
    tournament: &tournament::Model,
) -> Result<Vec<registration::Model>, Trouble> {
    // Boxed: every act holds it, and futures within futures grow beyond a thread's stack.
    Box::pin(fill_unboxed(tx, cx, tournament)).await
}

async fn fill_unboxed(
    tx: &Tx,
    cx: &Context<'_>,
    tournament: &tournament::Model,
) -> Result<Vec<registration::Model>, Trouble> {
    let mut held = store::entry::recount(tx, tournament.id, cx.now()).await.map_err(DbError::from)?;
    let mut promoted = Vec::new();
    if !desk::status(tournament).takes_changes_of_entries() || held >= i64::from(tournament.max_participants) {
        return Ok(promoted);
    }
    // Who is not in a published draw cannot play: it is drawn again first.
    if draw::is_published(tx, tournament.id).await? {
        return Ok(promoted);
    }
    let (waiting, paid) = waiting(tx, tournament).await?;
    for waiting in waiting {
        if held >= i64::from(tournament.max_participants) {
            break;
        }
        let paid = paid.get(&waiting.id).copied().unwrap_or_default();
        if !can_have_place(cx, tournament, &waiting, paid) {
            continue;
        }
        promoted.push(promote(tx, cx, tournament, &waiting, paid).await?);
        held += 1;
    }
    if !promoted.is_empty() {
        store::entry::recount(tx, tournament.id, cx.now()).await.map_err(DbError::from)?;
    }
    Ok(promoted)
}

async fn promote(
    tx: &Tx,
    cx: &Context<'_>,
    tournament: &tournament::Model,
    waiting: &registration::Model,
    paid: Paid,
) -> Result<registration::Model, Trouble> {
    let to = entry::promoted(entry::owes(tournament, waiting), paid);
    if to == EntryStatus::Confirmed {
        return confirm(tx, cx, tournament, waiting).await;
    }
    let title = format!("A place in {} is free for {}", tournament.name, waiting.display_name);
    let kind = ("tournament_registered", "registration.promoted");
    if to == EntryStatus::PaymentSubmitted {
        let entry = set(tx, cx, waiting, to, registration::ActiveModel::default()).await?;
        let body = "It is yours as soon as the organizer has found your payment.".to_owned();
        tell(tx, cx, tournament, &entry, kind, title, body).await?;
        return Ok(entry);
    }
    let due = entry::payment_due(tournament, cx.now());
    let also = registration::ActiveModel { payment_due_at: Set(Some(due)), ..Default::default() };
    let entry = set(tx, cx, waiting, to, also).await?;
    jobs::at(tx, cx, jobs::TOURNAMENT_CLOCK, "tournament_id", tournament.id, due).await?;
    let body = format!("Pay the fee by {}: then the place goes on to the next.", due.format("%-d %B %Y at %H:%M UTC"));
    tell(tx, cx, tournament, &entry, kind, title, body).await?;
    Ok(entry)
}

/// The waiting list, who waits longest first, and how much each has paid.
pub(crate) async fn waiting(
    tx: &Tx,
    tournament: &tournament::Model,
) -> Result<(Vec<registration::Model>, BTreeMap<i64, Paid>), DbError> {
    let waiting = store::entry::waiting(tx, tournament.id).await?;
    let ids: Vec<i64> = waiting.iter().map(|entry| entry.id).collect();
    let paid = if tournament.has_entry_fee { store::payment::paid(tx, &ids).await? } else { BTreeMap::new() };
    Ok((waiting, paid))
}

/// Play begins without those who wait: what they have paid goes back. Money is given back by people: it shows among the
/// refunds that are due.
pub(crate) async fn part_from_waiting(
    tx: &Tx,
    cx: &Context<'_>,
    tournament: &tournament::Model,
) -> Result<(), Trouble> {
    let (waiting, paid) = waiting(tx, tournament).await?;
    for entry in waiting {
        if paid.contains_key(&entry.id) {
            super::payment::refund_coins(tx, cx, &entry, "No place came free").await?;
        }
        let title = format!("No place in {} came free for {}", tournament.name, entry.display_name);
        let body = match paid.get(&entry.id) {
            Some(_) => "What you paid ahead goes back to you: coins at once, money by the organizer.",
            None => "",
        };
        tell(tx, cx, tournament, &entry, ("generic", "registration.no_place"), title, body.to_owned()).await?;
    }
    Ok(())
}

/// Ends entries whose time to pay is over, and gives their places on.
pub(crate) async fn expire(tx: &Tx, cx: &Context<'_>, tournament: &tournament::Model) -> Result<bool, Trouble> {
    let overdue = store::entry::overdue(tx, tournament.id, cx.now()).await.map_err(DbError::from)?;
    for entry in &overdue {
        let entry = expire_one(tx, cx, tournament, entry).await?;
        debug_assert!(entry.payment_due_at.is_none());
    }
    Ok(!overdue.is_empty())
}

async fn expire_one(
    tx: &Tx,
    cx: &Context<'_>,
    tournament: &tournament::Model,
    entry: &registration::Model,
) -> Result<registration::Model, Trouble> {
    let to = entry::target(status(entry), EntryStep::Expire).unwrap_or(EntryStatus::Cancelled);
    let entry = end(tx, cx, entry, to, registration::ActiveModel::default(), None).await?;
    let title = format!("The time to pay for {} is over", tournament.name);
    let body =
        format!("The place of {} was given up. While registration is open you can enter again.", entry.display_name);
    tell(tx, cx, tournament, &entry, ("generic", "registration.expired"), title, body).await?;
    Ok(entry)
}

/// Closes check-in when play is due: who is not there is out, what is not paid is over, and free places go to those who
/// stand by. Done again it changes nothing.
pub(crate) async fn close_check_in(tx: &Tx, cx: &Context<'_>, tournament: &tournament::Model) -> Result<(), Trouble> {
    let states = [EntryStatus::Pending, EntryStatus::Confirmed];
    for entry in store::entry::lock_all(tx, tournament.id, &states).await.map_err(DbError::from)? {
        match status(&entry) {
            EntryStatus::Pending => drop(expire_one(tx, cx, tournament, &entry).await?),
            _ if tournament.enable_check_in && !entry.checked_in => {
                let none = registration::ActiveModel::default();
                let entry = set(tx, cx, &entry, EntryStatus::NoShow, none).await?;
                draw::withdraw_entry(tx, cx, tournament, entry.id).await?;
                let title = format!("{} missed the check-in of {}", entry.display_name, tournament.name);
                let body = "The place was given up. If you are there, ask the organizer at once.".to_owned();
                tell(tx, cx, tournament, &entry, ("generic", "registration.no_show"), title, body).await?;
            }
            _ => {}
        }
    }
    fill(tx, cx, tournament).await?;
    Ok(())
}

/// How many entries are ready to play.
pub(crate) async fn ready(tx: &Tx, tournament: &tournament::Model) -> Result<i64, DbError> {
    Ok(store::entry::count(tx, tournament.id, &[EntryStatus::Confirmed]).await?)
}

/// Whether nobody has to check in, or all who play have.
pub(crate) async fn all_are_there(tx: &Tx, tournament: &tournament::Model) -> Result<bool, DbError> {
    if !tournament.enable_check_in {
        return Ok(true);
    }
    let confirmed = store::entry::lock_all(tx, tournament.id, &[EntryStatus::Confirmed]).await?;
    Ok(confirmed.iter().all(|entry| entry.checked_in))
}

/// Whether entries of a tournament in this state can still be given up and places given.
pub(crate) const fn is_open(status: Status) -> bool {
    status.takes_changes_of_entries()
}
