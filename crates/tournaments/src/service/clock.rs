//! What time does to a tournament: registration opens and closes, check-in opens, places of who does not pay or come
//! go to others, play begins.
//!
//! [`advance`] looks at the time and the state and does all that is due, so a late or double call does no harm. Jobs
//! call it at each due time, and so does every act before it looks at the state. Nothing is ever cancelled by time:
//! a tournament that cannot start stays, and its organizer is told.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use kernel::{Clock, Db, DbError, Random, Tx, event::catalogue};
use sea_orm::ActiveValue::{Set, Unchanged};

use super::{board, desk, draw, matches, place};
use crate::{
    audit::Action,
    context::{By, Context},
    error::{Trouble, lifecycle::MoveRefusal},
    event, jobs,
    model::tournament,
    rules::{entry, status::Status},
    store,
};

/// How late a start counts as on time.
const ON_TIME: TimeDelta = TimeDelta::minutes(1);

/// Does all that is due, on the program's own behalf, and asks for the next time.
///
/// # Errors
/// When there is no such tournament, coins cannot be moved or the database fails.
pub async fn advance(tx: &Tx, cx: &Context<'_>, id: i64) -> Result<tournament::Model, MoveRefusal> {
    let tournament = store::lock_tournament(tx, id).await.map_err(DbError::from)?;
    let tournament = tournament.ok_or(MoveRefusal::NoSuchTournament(id))?;
    Ok(advance_locked(tx, cx, tournament).await?)
}

/// [`advance`] in a unit of work of its own: for jobs. A tournament that is gone needs nothing.
///
/// # Errors
/// When coins cannot be moved or the database fails.
pub async fn run(db: &Db, clock: Arc<dyn Clock>, random: Arc<dyn Random>, id: i64) -> Result<(), MoveRefusal> {
    let (clock, random) = (&*clock, &*random);
    let done = db
        .write(|tx| async move {
            let cx = Context::new(clock, random, &By::SYSTEM);
            advance(&tx, &cx, id).await.map(drop)
        })
        .await;
    match done {
        Err(MoveRefusal::NoSuchTournament(_)) => Ok(()),
        done => done,
    }
}

/// Does all that is due for a tournament whose row is locked.
pub(crate) async fn advance_locked(
    tx: &Tx,
    cx: &Context<'_>,
    tournament: tournament::Model,
) -> Result<tournament::Model, Trouble> {
    // Boxed: every act holds it, and futures within futures grow beyond a thread's stack.
    Box::pin(advance_locked_unboxed(tx, cx, tournament)).await
}

async fn advance_locked_unboxed(
    tx: &Tx,
    cx: &Context<'_>,
    tournament: tournament::Model,
) -> Result<tournament::Model, Trouble> {
    let cx = &desk::as_system(cx);
    let mut tournament = tournament;
    let mut moves = Vec::new();
    loop {
        let from = desk::status(&tournament);
        let time_is_left = place::is_open(from) && cx.now() < tournament.tournament_start;
        if time_is_left && place::expire(tx, cx, &tournament).await? {
            place::fill(tx, cx, &tournament).await?;
        }
        let Some(to) = due(&tournament, cx.now()) else { break };
        if to == Status::Live {
            place::close_check_in(tx, cx, &tournament).await?;
            if let Some(moved) = try_start(tx, cx, &tournament).await? {
                moves.push((from, moved.clone()));
                tournament = moved;
            }
            break;
        }
        tournament = desk::move_to(tx, cx, &tournament, to, tournament::ActiveModel::default()).await?;
        if to == Status::CheckIn {
            tell_check_in(tx, cx, &tournament).await?;
        }
        moves.push((from, tournament.clone()));
    }
    if let Some(next) = next(tx, &tournament, cx.now()).await? {
        jobs::at(tx, cx, jobs::TOURNAMENT_CLOCK, "tournament_id", tournament.id, next).await?;
    }
    for (from, moved) in &moves {
        desk::audit_move(tx, cx, Action::TournamentStatus, moved, *from, None).await?;
    }
    // The counter may have changed since the row was read.
    let now = store::tournament(tx, tournament.id).await.map_err(DbError::from)?;
    Ok(now.unwrap_or(tournament))
}

/// The state that time leads to, one step at a time.
fn due(tournament: &tournament::Model, now: DateTime<Utc>) -> Option<Status> {
    match desk::status(tournament) {
        Status::Published if now >= tournament.registration_start => Some(Status::RegistrationOpen),
        Status::RegistrationOpen if now >= tournament.registration_end => Some(Status::RegistrationClosed),
        Status::RegistrationClosed if tournament.enable_check_in => {
            (now >= entry::check_in_opens(tournament)).then_some(Status::CheckIn)
        }
        Status::RegistrationClosed | Status::CheckIn if now >= tournament.tournament_start => Some(Status::Live),
        _ => None,
    }
}

/// When time will do something next.
async fn next(tx: &Tx, tournament: &tournament::Model, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, DbError> {
    let state = match desk::status(tournament) {
        Status::Published => Some(tournament.registration_start),
        Status::RegistrationOpen => Some(tournament.registration_end),
        Status::RegistrationClosed if tournament.enable_check_in => Some(entry::check_in_opens(tournament)),
        Status::RegistrationClosed | Status::CheckIn => Some(tournament.tournament_start),
        _ => None,
    };
    let payment = match state {
        Some(_) => store::entry::next_due(tx, tournament.id).await?,
        None => None,
    };
    Ok([state, payment].into_iter().flatten().filter(|when| *when > now).min())
}

/// Begins play if enough are there and the draw is published; otherwise tells the organizer, once for each start.
async fn try_start(
    tx: &Tx,
    cx: &Context<'_>,
    tournament: &tournament::Model,
) -> Result<Option<tournament::Model>, Trouble> {
    let have = place::ready(tx, tournament).await?;
    if have < i64::from(tournament.min_participants) {
        let title = format!("{} cannot start: too few entrants", tournament.name);
        let body = format!(
            "{have} of at least {} are there. Put the start off, check entrants in, or cancel it.",
            tournament.min_participants
        );
        desk::tell_organizer_once(tx, cx, tournament, "tournament.too_few", title, body).await?;
        return Ok(None);
    }
    if !draw::is_playable(tx, tournament).await? {
        let title = format!("{} waits for its draw", tournament.name);
        let body = format!("{have} entrants are there. Draw the bracket and publish it, then start.");
        desk::tell_organizer_once(tx, cx, tournament, "tournament.not_drawn", title, body).await?;
        return Ok(None);
    }
    start(tx, cx, tournament).await.map(Some)
}

/// Begins play. What must be given for it was looked at.
pub(crate) async fn start(
    tx: &Tx,
    cx: &Context<'_>,
    tournament: &tournament::Model,
) -> Result<tournament::Model, Trouble> {
    let also = tournament::ActiveModel {
        id: Unchanged(tournament.id),
        tournament_start: Set(begun(tournament, cx.now())),
        ..Default::default()
    };
    let live = desk::move_to(tx, cx, tournament, Status::Live, also).await?;
    event::tell(tx, cx, live.id, catalogue::TournamentStarted { tournament_id: live.id }).await?;
    board::plan_anew(tx, cx, tournament, &live).await?;
    matches::tournament_started(tx, cx, &live).await?;
    Box::pin(place::part_from_waiting(tx, cx, &live)).await?;
    Ok(live)
}

/// When a tournament that begins now has begun: before its time now, but after registration has ended, if by the
/// smallest time that there is; after its time now as well, unless only the clock was a little late.
fn begun(tournament: &tournament::Model, now: DateTime<Utc>) -> DateTime<Utc> {
    let due = tournament.tournament_start;
    if now < due {
        let earliest = tournament.registration_end + TimeDelta::microseconds(1);
        return due.min(now.max(earliest));
    }
    if now - due < ON_TIME { due } else { now }
}

/// Tells all who play, and those who wait, that check-in is open.
pub(crate) async fn tell_check_in(tx: &Tx, cx: &Context<'_>, tournament: &tournament::Model) -> Result<(), DbError> {
    use crate::rules::entry::EntryStatus::{Confirmed, PaymentSubmitted, Waitlisted};
    let (_, paid) = place::waiting(tx, tournament).await?;
    let close = tournament.tournament_start.format("%-d %B %Y at %H:%M UTC");
    for entry in store::entry::lock_all(tx, tournament.id, &[Confirmed, PaymentSubmitted, Waitlisted]).await? {
        let title = format!("Check in for {}", tournament.name);
        let body = match place::status(&entry) {
            Waitlisted if entry::owes(tournament, &entry) && !paid.contains_key(&entry.id) => format!(
                "Check in by {close} to stand by, and pay ahead: places of those who do not come go to those who wait, \
                 are there and have paid. Without a place all of it comes back."
            ),
            Waitlisted => format!(
                "Check in by {close} to stand by: places of those who do not come go to those who wait and are there."
            ),
            _ => format!("Check in by {close}, or the place of {} goes to somebody else.", entry.display_name),
        };
        place::tell(tx, cx, tournament, &entry, ("checkin_open", "checkin.open"), title, body).await?;
    }
    Ok(())
}
