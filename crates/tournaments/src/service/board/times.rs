//! When matches are played: by the plan of the tournament, unless somebody has set another time.

use chrono::{DateTime, Duration, Utc};
use kernel::{DbError, Tx, event::catalogue};
use sea_orm::ActiveValue::Set;

use crate::{
    context::Context,
    event,
    model::{r#match as meeting_row, tournament},
    rules::match_state::State,
    service::notices,
    store,
};

/// When a match of a round is planned.
pub(crate) fn planned(tournament: &tournament::Model, round: i32) -> DateTime<Utc> {
    let minutes = i64::from(tournament.round_minutes) * i64::from(round - 1);
    let step = Duration::try_minutes(minutes).unwrap_or_default();
    tournament.tournament_start.checked_add_signed(step).unwrap_or(tournament.tournament_start)
}

/// When a match is played whose sides are known now: as planned, but late enough for both to check in.
pub(super) fn attainable(cx: &Context<'_>, tournament: &tournament::Model, planned: DateTime<Utc>) -> DateTime<Utc> {
    if tournament.status != "live" || !tournament.enable_check_in {
        return planned;
    }
    let window = Duration::minutes(i64::from(tournament.check_in_minutes_before));
    planned.max(cx.now().checked_add_signed(window).unwrap_or(planned))
}

pub(super) fn at_time(
    tournament: &tournament::Model,
    time: DateTime<Utc>,
    row: meeting_row::ActiveModel,
) -> meeting_row::ActiveModel {
    let deadline = tournament.enable_check_in.then_some(time);
    meeting_row::ActiveModel { scheduled_time: Set(Some(time)), check_in_deadline: Set(deadline), ..row }
}

/// Plans the matches anew that nobody has touched, because the start or the length of rounds is another one than it
/// was. In play, sides that are known are told; before it nobody counts on a time yet.
pub(crate) async fn plan_anew(
    tx: &Tx,
    cx: &Context<'_>,
    was: &tournament::Model,
    is: &tournament::Model,
) -> Result<(), DbError> {
    for row in store::matches::untouched(tx, is.id).await? {
        let known = row.participant1_id.is_some() && row.participant2_id.is_some();
        let mut time = planned(is, row.round_number);
        if known {
            time = attainable(cx, is, time);
        }
        // Whoever set another time meant it.
        if row.scheduled_time != Some(planned(was, row.round_number)) || row.scheduled_time == Some(time) {
            continue;
        }
        let change = meeting_row::ActiveModel { updated_at: Set(cx.now()), ..Default::default() };
        store::matches::update(tx, &row, at_time(is, time, change)).await?;
        // What is not played as the bracket stands concerns nobody, until it is.
        let played = row.state != State::Cancelled.as_str();
        if known && played && is.status == "live" {
            let scheduled = catalogue::MatchScheduled { match_id: row.id, tournament_id: is.id };
            event::tell(tx, cx, is.id, scheduled).await?;
            notices::new_time(tx, cx, is, &row, time).await?;
        }
    }
    Ok(())
}
