//! What every act about a tournament begins and ends with.

use kernel::{DbError, Tx};
use notifications::service::Notice;
use sea_orm::ActiveValue::Set;
use serde_json::json;

use super::access;
use crate::{
    audit::{self, Action},
    context::{By, Context},
    event::{self, StatusChanged},
    model::{tournament, tournament_version},
    people,
    rules::{
        access::Standing,
        edit,
        settings::Settings,
        status::{Size, Status},
    },
    store,
};

/// The longest reason, in characters.
pub const REASON_MAX: usize = 1_000;

/// The tournament, locked, and how the actor stands to it; nothing when there is none.
pub(crate) async fn open(tx: &Tx, cx: &Context<'_>, id: i64) -> Result<Option<(tournament::Model, Standing)>, DbError> {
    let Some(tournament) = store::lock_tournament(tx, id).await? else { return Ok(None) };
    let standing = access::standing(tx, &cx.actor(), &tournament).await?;
    Ok(Some((tournament, standing)))
}

/// Where it stands. The column's check lets no other word in; one that got in all the same can do nothing.
pub(crate) fn status(tournament: &tournament::Model) -> Status {
    Status::parse(&tournament.status).unwrap_or(Status::Archived)
}

/// What of it decides where a step leads.
pub(crate) const fn size(tournament: &tournament::Model) -> Size {
    Size { places: tournament.max_participants, check_in: tournament.enable_check_in }
}

/// The page of a tournament.
pub(crate) fn page(tournament: &tournament::Model) -> String {
    format!("/tournaments/{}", tournament.slug)
}

/// The organizer's desk of a tournament.
pub(crate) fn organize(tournament: &tournament::Model) -> String {
    format!("/organize/{}", tournament.slug)
}

/// A reason that was given, if it is one.
pub(crate) fn reason(text: &str) -> Option<String> {
    let text = text.trim();
    let fits = !text.is_empty() && text.chars().count() <= REASON_MAX;
    (fits && crate::rules::settings::text(text, REASON_MAX, true).is_none()).then(|| text.to_owned())
}

/// Keeps the settings as they are now as the next version; answers the tournament with its number.
pub(crate) async fn keep_version(
    tx: &Tx,
    cx: &Context<'_>,
    tournament: &tournament::Model,
    summary: &str,
    restores: Option<i64>,
) -> Result<tournament::Model, DbError> {
    let last = match tournament.current_version {
        0 => store::cup::last_version(tx, tournament.id).await?,
        number => number,
    };
    let number = last.saturating_add(1);
    let settings = edit::as_value(&Settings::from(tournament));
    let row = tournament_version::ActiveModel {
        tournament_id: Set(tournament.id),
        version_number: Set(number),
        version_data: Set(json!({ "settings": settings, "status": tournament.status })),
        change_summary: Set(summary.to_owned()),
        restores_id: Set(restores),
        changed_by_id: Set(cx.user()),
        changed_at: Set(cx.now()),
        ..Default::default()
    };
    store::cup::insert_version(tx, row).await?;
    let row = tournament::ActiveModel { current_version: Set(number), ..Default::default() };
    Ok(store::cup::update(tx, tournament.id, row).await?)
}

/// Moves a tournament to a state, with what else changes by it, and tells. The audit entry is the caller's.
pub(crate) async fn move_to(
    tx: &Tx,
    cx: &Context<'_>,
    tournament: &tournament::Model,
    to: Status,
    also: tournament::ActiveModel,
) -> Result<tournament::Model, DbError> {
    let from = status(tournament);
    let row = tournament::ActiveModel { status: Set(to.as_str().to_owned()), updated_at: Set(cx.now()), ..also };
    let moved = store::cup::update(tx, tournament.id, row).await?;
    let news = StatusChanged { tournament_id: moved.id, from: from.as_str(), to: to.as_str() };
    event::tell(tx, cx, moved.id, news).await?;
    Ok(moved)
}

/// Writes the audit entry of a move.
pub(crate) async fn audit_move(
    tx: &Tx,
    cx: &Context<'_>,
    action: Action,
    tournament: &tournament::Model,
    from: Status,
    reason: Option<&str>,
) -> Result<(), DbError> {
    let details = json!({
        "tournament_id": tournament.id,
        "from": from.as_str(),
        "to": tournament.status,
        "reason": reason,
    });
    audit::record(tx, cx, action, Some(tournament.id), details).await
}

/// The same, on the program's own behalf.
pub(crate) const fn as_system<'a>(cx: &Context<'a>) -> Context<'a> {
    const SYSTEM: &By = &By::SYSTEM;
    Context { clock: cx.clock, random: cx.random, by: SYSTEM }
}

/// Tells the organizer, once for each such event and start of the tournament: whoever asks again says nothing new.
pub(crate) async fn tell_organizer_once(
    tx: &Tx,
    cx: &Context<'_>,
    tournament: &tournament::Model,
    event: &'static str,
    title: String,
    body: String,
) -> Result<(), DbError> {
    let url = format!("{}?start={}", organize(tournament), tournament.tournament_start.timestamp());
    if store::people::was_told(tx, tournament.organizer_id, event, &url).await? {
        return Ok(());
    }
    let notice = Notice { kind: "generic", event, title, body, url };
    people::notify_user(tx, cx, tournament.organizer_id, notice).await
}
