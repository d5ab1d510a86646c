//! Moving a tournament on by hand: publishing, approval, opening and closing early, starting, cancelling, putting away.
//!
//! What time does by itself is in [`clock`].

use chrono::TimeDelta;
use kernel::{DbError, PluginRegistry, Tx, event::catalogue};
use notifications::service::Notice;
use sea_orm::ActiveValue::Set;
use serde_json::json;

use super::{clock, desk, draw, place, prize, settings};
use crate::{
    audit::{self, Action},
    context::Context,
    error::{
        lifecycle::MoveRefusal,
        settings::{Field, Invalid},
    },
    event,
    model::{registration, tournament},
    people,
    rules::{
        access::Standing,
        entry::{self, EntryStatus, EntryStep},
        settings::Settings,
        status::{self, Status, Step},
    },
    store,
};

/// The tournament, locked and with all done that was due, how the actor stands to it, and where the step leads.
async fn begin(
    tx: &Tx,
    cx: &Context<'_>,
    id: i64,
    step: Step,
) -> Result<(tournament::Model, Standing, Status), MoveRefusal> {
    let (tournament, standing) = desk::open(tx, cx, id).await?.ok_or(MoveRefusal::NoSuchTournament(id))?;
    // Who may not is told so before anything is done for them.
    standing.require(step.act())?;
    let tournament = clock::advance_locked(tx, cx, tournament).await?;
    let to = status::step(desk::status(&tournament), step, desk::size(&tournament), &standing)?;
    Ok((tournament, standing, to))
}

/// Shows a draft to all; one with more than [`status::LARGE`] places goes to the platform for approval first.
///
/// # Errors
/// See [`MoveRefusal`].
pub async fn publish(
    tx: &Tx,
    cx: &Context<'_>,
    games: &PluginRegistry,
    id: i64,
) -> Result<tournament::Model, MoveRefusal> {
    let (tournament, _, to) = begin(tx, cx, id, Step::Publish).await?;
    refuse_wrong_settings(tx, cx, games, &tournament).await?;
    if to == Status::Published {
        return show(tx, cx, &tournament, Action::TournamentStatus, None).await;
    }
    let from = desk::status(&tournament);
    let moved = desk::move_to(tx, cx, &tournament, to, tournament::ActiveModel::default()).await?;
    let moved = desk::keep_version(tx, cx, &moved, "Sent to the platform for approval", None).await?;
    desk::audit_move(tx, cx, Action::TournamentStatus, &moved, from, None).await?;
    Ok(moved)
}

async fn refuse_wrong_settings(
    tx: &Tx,
    cx: &Context<'_>,
    games: &PluginRegistry,
    tournament: &tournament::Model,
) -> Result<(), MoveRefusal> {
    let set = Settings::from(tournament);
    let mut invalid = settings::check(tx, cx, games, &set).await?;
    // Staff may have called it official.
    invalid.retain(|(_, invalid)| *invalid != Invalid::StaffOnly);
    if set.registration_end <= cx.now() {
        invalid.push((Field::RegistrationEnd, Invalid::Past));
    }
    if invalid.is_empty() { Ok(()) } else { Err(MoveRefusal::Invalid(invalid)) }
}

/// All see it from now on; registration opens at once when it is due.
async fn show(
    tx: &Tx,
    cx: &Context<'_>,
    tournament: &tournament::Model,
    action: Action,
    note: Option<&str>,
) -> Result<tournament::Model, MoveRefusal> {
    let from = desk::status(tournament);
    let also = tournament::ActiveModel { published_at: Set(Some(cx.now())), ..Default::default() };
    let shown = desk::move_to(tx, cx, tournament, Status::Published, also).await?;
    let shown = desk::keep_version(tx, cx, &shown, "Published", None).await?;
    prize::fund(tx, cx, &shown).await?;
    event::tell(tx, cx, shown.id, catalogue::TournamentPublished { tournament_id: shown.id }).await?;
    desk::audit_move(tx, cx, action, &shown, from, note).await?;
    Ok(clock::advance_locked(tx, cx, shown).await?)
}

/// Lets a large tournament pass. Staff of the platform do, and never their own.
///
/// # Errors
/// See [`MoveRefusal`].
pub async fn approve(
    tx: &Tx,
    cx: &Context<'_>,
    games: &PluginRegistry,
    id: i64,
) -> Result<tournament::Model, MoveRefusal> {
    let (tournament, _, _) = begin(tx, cx, id, Step::Approve).await?;
    refuse_wrong_settings(tx, cx, games, &tournament).await?;
    let title = format!("{} was approved", tournament.name);
    tell_organizer(tx, cx, &tournament, "tournament.approved", title, "All can see it now.".to_owned()).await?;
    show(tx, cx, &tournament, Action::TournamentApprove, None).await
}

/// Sends a large tournament back to its organizer, with what is to be changed.
///
/// # Errors
/// See [`MoveRefusal`].
pub async fn send_back(tx: &Tx, cx: &Context<'_>, id: i64, feedback: &str) -> Result<tournament::Model, MoveRefusal> {
    let (tournament, _, to) = begin(tx, cx, id, Step::SendBack).await?;
    let feedback = desk::reason(feedback).ok_or(MoveRefusal::NoReason(desk::REASON_MAX))?;
    let title = format!("{} was sent back", tournament.name);
    tell_organizer(tx, cx, &tournament, "tournament.sent_back", title, feedback.clone()).await?;
    plain(tx, cx, &tournament, to, Action::TournamentReject, Some(&feedback)).await
}

/// Takes a tournament back from approval, to change it.
///
/// # Errors
/// See [`MoveRefusal`].
pub async fn recall(tx: &Tx, cx: &Context<'_>, id: i64) -> Result<tournament::Model, MoveRefusal> {
    let (tournament, _, to) = begin(tx, cx, id, Step::Recall).await?;
    plain(tx, cx, &tournament, to, Action::TournamentStatus, None).await
}

async fn plain(
    tx: &Tx,
    cx: &Context<'_>,
    tournament: &tournament::Model,
    to: Status,
    action: Action,
    note: Option<&str>,
) -> Result<tournament::Model, MoveRefusal> {
    moved(tx, cx, tournament, to, tournament::ActiveModel::default(), action, note).await
}

async fn moved(
    tx: &Tx,
    cx: &Context<'_>,
    tournament: &tournament::Model,
    to: Status,
    also: tournament::ActiveModel,
    action: Action,
    note: Option<&str>,
) -> Result<tournament::Model, MoveRefusal> {
    let from = desk::status(tournament);
    let moved = desk::move_to(tx, cx, tournament, to, also).await?;
    desk::audit_move(tx, cx, action, &moved, from, note).await?;
    // What is due next is asked for, and done when it is due already.
    Ok(clock::advance_locked(tx, cx, moved).await?)
}

/// Opens registration, also before its time; the date in the settings follows.
///
/// # Errors
/// See [`MoveRefusal`].
pub async fn open_registration(tx: &Tx, cx: &Context<'_>, id: i64) -> Result<tournament::Model, MoveRefusal> {
    let (tournament, _, to) = begin(tx, cx, id, Step::OpenRegistration).await?;
    let start = tournament.registration_start.min(cx.now());
    let also = tournament::ActiveModel { registration_start: Set(start), ..Default::default() };
    moved(tx, cx, &tournament, to, also, Action::TournamentStatus, None).await
}

/// Closes registration, also before its time; the date in the settings follows.
///
/// # Errors
/// See [`MoveRefusal`].
pub async fn close_registration(tx: &Tx, cx: &Context<'_>, id: i64) -> Result<tournament::Model, MoveRefusal> {
    let (tournament, _, to) = begin(tx, cx, id, Step::CloseRegistration).await?;
    // It ends after it began, if by the smallest time that there is.
    let end = tournament.registration_end.min(cx.now()).max(tournament.registration_start + TimeDelta::microseconds(1));
    let also = tournament::ActiveModel { registration_end: Set(end), ..Default::default() };
    moved(tx, cx, &tournament, to, also, Action::TournamentStatus, None).await
}

/// Opens registration again, after its end was put off.
///
/// # Errors
/// See [`MoveRefusal`].
pub async fn reopen_registration(tx: &Tx, cx: &Context<'_>, id: i64) -> Result<tournament::Model, MoveRefusal> {
    let (tournament, _, to) = begin(tx, cx, id, Step::ReopenRegistration).await?;
    if tournament.registration_end <= cx.now() {
        return Err(MoveRefusal::RegistrationOver { ended: tournament.registration_end });
    }
    plain(tx, cx, &tournament, to, Action::TournamentStatus, None).await
}

/// Opens check-in, also before its time.
///
/// # Errors
/// See [`MoveRefusal`].
pub async fn open_check_in(tx: &Tx, cx: &Context<'_>, id: i64) -> Result<tournament::Model, MoveRefusal> {
    let (tournament, _, to) = begin(tx, cx, id, Step::OpenCheckIn).await?;
    clock::tell_check_in(tx, cx, &tournament).await?;
    plain(tx, cx, &tournament, to, Action::TournamentStatus, None).await
}

/// Begins play, when enough are there and the draw is published. Before its time only when all who play are there.
///
/// # Errors
/// See [`MoveRefusal`].
pub async fn start(tx: &Tx, cx: &Context<'_>, id: i64) -> Result<tournament::Model, MoveRefusal> {
    let (tournament, standing) = desk::open(tx, cx, id).await?.ok_or(MoveRefusal::NoSuchTournament(id))?;
    standing.require(Step::Start.act())?;
    let tournament = clock::advance_locked(tx, cx, tournament).await?;
    let from = desk::status(&tournament);
    // Time may have started it just now.
    if from == Status::Live && cx.now() >= tournament.tournament_start {
        return Ok(tournament);
    }
    status::step(from, Step::Start, desk::size(&tournament), &standing)?;
    if cx.now() < tournament.tournament_start && !place::all_are_there(tx, &tournament).await? {
        return Err(MoveRefusal::TooEarly { due: tournament.tournament_start });
    }
    let have = place::ready(tx, &tournament).await?;
    if have < i64::from(tournament.min_participants) {
        return Err(MoveRefusal::TooFewEntrants { have, least: tournament.min_participants });
    }
    if !draw::is_playable(tx, &tournament).await? {
        return Err(MoveRefusal::NotDrawn);
    }
    let live = clock::start(tx, cx, &tournament).await?;
    desk::audit_move(tx, cx, Action::TournamentStatus, &live, from, None).await?;
    Ok(live)
}

/// Puts away what is over.
///
/// # Errors
/// See [`MoveRefusal`].
pub async fn archive(tx: &Tx, cx: &Context<'_>, id: i64) -> Result<tournament::Model, MoveRefusal> {
    let (tournament, _, to) = begin(tx, cx, id, Step::Archive).await?;
    plain(tx, cx, &tournament, to, Action::TournamentStatus, None).await
}

/// Calls a tournament off. Entries end, coins go back, payments in money show among the refunds that are due, matches
/// that are not decided end, and all concerned are told.
///
/// # Errors
/// See [`MoveRefusal`].
pub async fn cancel(tx: &Tx, cx: &Context<'_>, id: i64, reason: &str) -> Result<tournament::Model, MoveRefusal> {
    let (tournament, standing) = desk::open(tx, cx, id).await?.ok_or(MoveRefusal::NoSuchTournament(id))?;
    let from = desk::status(&tournament);
    let to = status::step(from, Step::Cancel, desk::size(&tournament), &standing)?;
    let reason = desk::reason(reason).ok_or(MoveRefusal::NoReason(desk::REASON_MAX))?;
    let also = tournament::ActiveModel { cancel_reason: Set(reason.clone()), ..Default::default() };
    // First the state, so that no place that is freed below goes to somebody else.
    let cancelled = desk::move_to(tx, cx, &tournament, to, also).await?;
    let mut ended = 0;
    let live = [EntryStatus::Pending, EntryStatus::PaymentSubmitted, EntryStatus::Confirmed, EntryStatus::Waitlisted];
    for seen in store::entry::lock_all(tx, id, &live).await.map_err(DbError::from)? {
        let Some(to) = entry::target(place::status(&seen), EntryStep::Withdraw) else { continue };
        let none = registration::ActiveModel::default();
        let entry = place::end(tx, cx, &seen, to, none, Some("Tournament cancelled")).await?;
        let title = format!("{} was cancelled", cancelled.name);
        place::tell(tx, cx, &cancelled, &entry, ("generic", "tournament.cancelled"), title, reason.clone()).await?;
        ended += 1;
    }
    store::entry::recount(tx, id, cx.now()).await.map_err(DbError::from)?;
    let matches = store::cup::cancel_open_matches(tx, id, cx.now()).await.map_err(DbError::from)?;
    prize::unfund(tx, cx, &cancelled).await?;
    let cancelled = desk::keep_version(tx, cx, &cancelled, &format!("Cancelled: {reason}"), None).await?;
    if cx.user() != Some(cancelled.organizer_id) {
        let title = format!("{} was cancelled", cancelled.name);
        tell_organizer(tx, cx, &cancelled, "tournament.cancelled", title, reason.clone()).await?;
    }
    let details = json!({
        "tournament_id": id,
        "from": from.as_str(),
        "to": cancelled.status,
        "reason": reason,
        "entries": ended,
        "matches": matches,
    });
    audit::record(tx, cx, Action::AdminCancelTournament, Some(id), details).await?;
    Ok(cancelled)
}

async fn tell_organizer(
    tx: &Tx,
    cx: &Context<'_>,
    tournament: &tournament::Model,
    event: &'static str,
    title: String,
    body: String,
) -> Result<(), DbError> {
    let url = desk::organize(tournament);
    people::notify_user(tx, cx, tournament.organizer_id, Notice { kind: "generic", event, title, body, url }).await
}
