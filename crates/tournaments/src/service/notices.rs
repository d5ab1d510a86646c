//! What those who play and those who organize are told about matches.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use kernel::{DbError, Tx};
use notifications::service::Notice;

use crate::{
    context::Context,
    model::{r#match as meeting_row, registration, tournament},
    people,
    rules::{
        access::Act,
        meeting::{Decided, Meeting},
    },
    store,
};

/// The page of a tournament.
pub(crate) fn tournament_path(tournament: &tournament::Model) -> String {
    format!("/tournaments/{}", tournament.slug)
}

/// The page of a match.
pub(crate) fn match_path(tournament: &tournament::Model, id: i64) -> String {
    format!("/tournaments/{}/matches/{id}", tournament.slug)
}

/// Tells both sides of a match.
pub(crate) async fn to_sides(
    tx: &Tx,
    cx: &Context<'_>,
    row: &meeting_row::Model,
    notice: Notice,
) -> Result<(), DbError> {
    let ids: Vec<i64> = [row.participant1_id, row.participant2_id].into_iter().flatten().collect();
    for entry in store::matches::entries(tx, &ids).await? {
        people::notify_entry(tx, cx, &entry, notice.clone()).await?;
    }
    Ok(())
}

/// Tells the organizer, and those of who helps whose duty this act is.
pub(crate) async fn to_those_who_may(
    tx: &Tx,
    cx: &Context<'_>,
    tournament: &tournament::Model,
    act: Act,
    notice: Notice,
) -> Result<(), DbError> {
    let duties: Vec<&str> = act.duties().iter().map(|duty| duty.as_str()).collect();
    let helpers = store::staff::with_duty(tx, tournament.id, &duties).await?;
    for user in [tournament.organizer_id].into_iter().chain(helpers) {
        people::notify_user(tx, cx, user, notice.clone()).await?;
    }
    Ok(())
}

/// A notice about a match.
pub(crate) fn about(
    tournament: &tournament::Model,
    id: i64,
    kind: &'static str,
    event: &'static str,
    title: String,
    body: String,
) -> Notice {
    Notice { kind, event, title, body, url: match_path(tournament, id) }
}

/// Tells both sides of a match that it is played at another time.
pub(crate) async fn new_time(
    tx: &Tx,
    cx: &Context<'_>,
    tournament: &tournament::Model,
    row: &meeting_row::Model,
    at: DateTime<Utc>,
) -> Result<(), DbError> {
    let (one, other) = (&row.participant1_name, &row.participant2_name);
    let title = format!("{one} against {other}: {} UTC", at.format("%-d %B, %H:%M"));
    let body = format!("Your match in {} has a new time.", tournament.name);
    to_sides(tx, cx, row, about(tournament, row.id, "match_scheduled", "match.scheduled", title, body)).await
}

/// A match that people are told of: its tournament, its id, and what it is called.
type Of<'a> = (&'a tournament::Model, i64, &'a str);

/// Tells the sides of a match whom they meet.
pub(crate) async fn next_match(
    tx: &Tx,
    cx: &Context<'_>,
    (tournament, id, called): Of<'_>,
    meeting: &Meeting,
    names: &BTreeMap<i64, registration::Model>,
) -> Result<(), DbError> {
    for (side, other) in [(0, 1), (1, 0)] {
        let of = |side: usize| meeting.sides[side].and_then(|id| names.get(&id));
        let (Some(entry), Some(opponent)) = (of(side), of(other)) else { continue };
        let title = format!("Your next match: {} against {}", entry.display_name, opponent.display_name);
        let body = format!("{called} of {}. The page of the match says when and where.", tournament.name);
        let notice = about(tournament, id, "match_scheduled", "match.scheduled", title, body);
        people::notify_entry(tx, cx, entry, notice).await?;
    }
    Ok(())
}

/// Tells the sides of a match how it came out.
pub(crate) async fn decided(
    tx: &Tx,
    cx: &Context<'_>,
    (tournament, id, called): Of<'_>,
    meeting: &Meeting,
    decided: &Decided,
    names: &BTreeMap<i64, registration::Model>,
) -> Result<(), DbError> {
    let of = |side: usize| meeting.sides[side].and_then(|id| names.get(&id));
    let (Some(one), Some(other)) = (of(0), of(1)) else { return Ok(()) };
    let [a, b] = decided.score;
    let title = format!("{} {a}:{b} {}", one.display_name, other.display_name);
    let body = match decided.winner {
        Some(side) => {
            let winner = if side == brackets::Side::A { one } else { other };
            format!("{called} of {}: {} won.", tournament.name, winner.display_name)
        }
        None => format!("{called} of {}: nobody won.", tournament.name),
    };
    let notice = about(tournament, id, "match_result", "match.completed", title, body);
    for entry in [one, other] {
        people::notify_entry(tx, cx, entry, notice.clone()).await?;
    }
    Ok(())
}

/// Tells those whom a match was taken from that it does not stand as it was.
pub(crate) async fn undone(
    tx: &Tx,
    cx: &Context<'_>,
    (tournament, id, called): Of<'_>,
    was: &Meeting,
    (whom, names): (&[i64], &BTreeMap<i64, registration::Model>),
) -> Result<(), DbError> {
    let of = |side: usize| was.sides[side].and_then(|id| names.get(&id)).map_or("nobody yet", |one| &one.display_name);
    let title = format!("{} against {} no longer stands", of(0), of(1));
    let body = format!(
        "{called} of {}: an earlier result was corrected, so this match is not what it was. Look where you play now.",
        tournament.name
    );
    let notice = about(tournament, id, "match_result", "match.undone", title, body);
    for entry in whom.iter().filter_map(|id| names.get(id)) {
        people::notify_entry(tx, cx, entry, notice.clone()).await?;
    }
    Ok(())
}
