//! Matches before they are decided: when and where they are played, who is there, and when they begin. The clock's
//! part is here too.
//!
//! Not here: results (`result`) and disputes (`dispute`).

use brackets::{Command, Side};
use chrono::{DateTime, Duration, Utc};
use kernel::{DbError, Tx, event::catalogue};
use sea_orm::ActiveValue::Set;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    audit::{self, Action},
    context::Context,
    error::play::{FurnishRefusal, MatchCheckInRefusal, ScheduleRefusal, StartRefusal, Unreachable},
    event, jobs,
    model::{r#match as row, tournament},
    news,
    rules::{
        access::Act,
        match_state::{Deed, State},
    },
    service::{
        board, notices,
        reach::{Reached, reach},
        result,
    },
    store,
};

/// Minutes before and after a match in which its sides play no other one.
fn length(tournament: &tournament::Model, best_of: i32) -> Duration {
    // A round is as long as its longest ordinary match; longer series take their share more.
    let ordinary = i64::from(tournament.best_of.max(1));
    let minutes = i64::from(tournament.round_minutes).max(1) * i64::from(best_of.max(1)) / ordinary;
    Duration::minutes(minutes.max(1))
}

/// Says when a match is played. Unless `overlapping`, a time at which one of the two plays elsewhere is refused.
///
/// # Errors
/// See [`ScheduleRefusal`].
pub async fn schedule(
    tx: &Tx,
    cx: &Context<'_>,
    match_id: i64,
    revision: i32,
    at: DateTime<Utc>,
    overlapping: bool,
) -> Result<row::Model, ScheduleRefusal> {
    let mut reached = reach(tx, cx, match_id).await?;
    reached.permit(Deed::Schedule)?;
    if reached.row.revision != revision {
        return Err(Unreachable::Outdated(Box::new(reached.present())).into());
    }
    if at < cx.now() {
        return Err(ScheduleRefusal::Past);
    }
    let sides: Vec<i64> = reached.sides.iter().flatten().map(|entry| entry.id).collect();
    if !overlapping && !sides.is_empty() {
        let length = length(&reached.tournament, reached.row.best_of);
        let near = store::matches::around(tx, &sides, at - length, at + length, match_id).await?;
        if let Some(other) = near.into_iter().next() {
            let plays = |entry: i64| other.participant1_id == Some(entry) || other.participant2_id == Some(entry);
            let name = reached.sides.iter().flatten().find(|entry| plays(entry.id));
            let name = name.map(|entry| entry.display_name.clone()).unwrap_or_default();
            return Err(ScheduleRefusal::Overlap { name, match_id: other.id, at: other.scheduled_time.unwrap_or(at) });
        }
    }
    let check_in = reached.tournament.enable_check_in;
    let mut change = row::ActiveModel {
        scheduled_time: Set(Some(at)),
        check_in_deadline: Set(check_in.then_some(at)),
        ..Default::default()
    };
    if check_in {
        // Who has checked in has done so for another time.
        change.state = Set(State::Scheduled.as_str().to_owned());
        change.participant1_checked_in = Set(false);
        change.participant2_checked_in = Set(false);
    }
    reached.change(tx, cx, change).await?;
    let tournament = reached.tournament.id;
    event::tell(tx, cx, tournament, catalogue::MatchScheduled { match_id, tournament_id: tournament }).await?;
    if sides.len() == 2 {
        notices::new_time(tx, cx, &reached.tournament, &reached.row, at).await?;
    }
    wake(tx, cx, &reached).await?;
    let facts = json!({ "match": match_id, "at": at.to_rfc3339() });
    audit::record(tx, cx, Action::MatchSchedule, Some(tournament), facts).await?;
    Ok(reached.row)
}

/// Where a match is played. Both sides and those who run the tournament see it, nobody else.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Lobby {
    /// The mode of the game.
    pub mode: String,
    /// The map, or the maps.
    pub map: String,
    /// The server or the region.
    pub server: String,
    /// The code of the room.
    pub code: String,
    /// Its password.
    pub password: String,
    /// Anything else.
    pub note: String,
}

impl Lobby {
    /// The room that is stored with a match.
    pub fn of(row: &row::Model) -> Self {
        Self::deserialize(&row.lobby_info).unwrap_or_default()
    }

    /// Whether nothing is known of it.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn fields(&self) -> [(&'static str, &str, usize); 6] {
        [
            ("The mode", &self.mode, 100),
            ("The map", &self.map, 200),
            ("The server", &self.server, 200),
            ("The code", &self.code, 100),
            ("The password", &self.password, 100),
            ("The note", &self.note, 1_000),
        ]
    }
}

/// Gives a match its room; both sides are told that there is one, and not which.
///
/// # Errors
/// See [`FurnishRefusal`].
pub async fn set_lobby(tx: &Tx, cx: &Context<'_>, match_id: i64, lobby: &Lobby) -> Result<row::Model, FurnishRefusal> {
    let mut reached = reach(tx, cx, match_id).await?;
    reached.permit(Deed::Furnish)?;
    for (field, text, most) in lobby.fields() {
        if text.chars().count() > most {
            return Err(FurnishRefusal::TooLong { field, most });
        }
    }
    let stored = serde_json::to_value(lobby).map_err(|error| DbError::from(sea_orm::DbErr::Json(error.to_string())))?;
    reached.change(tx, cx, row::ActiveModel { lobby_info: Set(stored), ..Default::default() }).await?;
    let title =
        format!("The room is ready: {} against {}", reached.row.participant1_name, reached.row.participant2_name);
    let body = "Look at the page of the match for its code.".to_owned();
    let notice = notices::about(&reached.tournament, match_id, "match_scheduled", "match.lobby_set", title, body);
    notices::to_sides(tx, cx, &reached.row, notice).await?;
    Ok(reached.row)
}

/// Says where a match can be watched; nothing takes the address away.
///
/// # Errors
/// See [`FurnishRefusal`].
pub async fn set_stream(tx: &Tx, cx: &Context<'_>, match_id: i64, url: &str) -> Result<row::Model, FurnishRefusal> {
    let mut reached = reach(tx, cx, match_id).await?;
    reached.permit(Deed::Furnish)?;
    let url = url.trim();
    if !url.is_empty() && !is_address(url) {
        return Err(FurnishRefusal::NotAnAddress);
    }
    if url.chars().count() > 200 {
        return Err(FurnishRefusal::TooLong { field: "The address", most: 200 });
    }
    reached.change(tx, cx, row::ActiveModel { stream_url: Set(url.to_owned()), ..Default::default() }).await?;
    let state = reached.state().as_str();
    let changed = news::MatchChanged { match_id, tournament_id: reached.tournament.id, state };
    event::tell(tx, cx, reached.tournament.id, changed).await?;
    Ok(reached.row)
}

/// Whether a text is an address of the web that a page can lead to.
pub(crate) fn is_address(text: &str) -> bool {
    let host = text.strip_prefix("https://").map(|rest| rest.split(['/', '?', '#']).next().unwrap_or(""));
    host.is_some_and(|host| host.contains('.') && !host.contains(['@', '\\'])) && !text.contains(char::is_whitespace)
}

/// When the check-in of a match opens.
pub(crate) fn opens(tournament: &tournament::Model, row: &row::Model) -> Option<DateTime<Utc>> {
    let window = Duration::minutes(i64::from(tournament.check_in_minutes_before));
    row.scheduled_time?.checked_sub_signed(window)
}

/// Says that a side is there: one's own, or with `side` any, for those who may check others in.
///
/// # Errors
/// See [`MatchCheckInRefusal`].
pub async fn check_in(
    tx: &Tx,
    cx: &Context<'_>,
    match_id: i64,
    side: Option<Side>,
) -> Result<row::Model, MatchCheckInRefusal> {
    use MatchCheckInRefusal as No;
    let mut reached = reach(tx, cx, match_id).await?;
    reached.permit(Deed::CheckIn)?;
    reached.running()?;
    reached.pair()?;
    if !reached.tournament.enable_check_in {
        return Err(No::NotNeeded);
    }
    let staff = reached.part(Deed::CheckIn).staff || reached.standing.system;
    let sides: Vec<Side> = match side {
        Some(side) if staff || reached.mine[side.index()] => vec![side],
        Some(_) => return Err(No::WhichSide),
        None => Side::BOTH.into_iter().filter(|side| reached.mine[side.index()]).collect(),
    };
    if sides.is_empty() {
        return Err(No::WhichSide);
    }
    let opens = opens(&reached.tournament, &reached.row);
    if !staff && opens.is_none_or(|opens| cx.now() < opens) {
        return Err(No::NotOpen { opens });
    }
    if let Some(ended) = reached.row.check_in_deadline.filter(|deadline| !staff && *deadline < cx.now()) {
        return Err(No::Ended(ended));
    }
    let mut there = [reached.row.participant1_checked_in, reached.row.participant2_checked_in];
    for side in &sides {
        there[side.index()] = true;
    }
    let state = if there == [true, true] { State::Ready } else { State::CheckIn };
    let change = row::ActiveModel {
        participant1_checked_in: Set(there[0]),
        participant2_checked_in: Set(there[1]),
        state: Set(state.as_str().to_owned()),
        ..Default::default()
    };
    reached.change(tx, cx, change).await?;
    for side in sides {
        let Some(entry) = &reached.sides[side.index()] else { continue };
        let tournament_id = reached.tournament.id;
        let told = news::MatchCheckedIn { match_id, tournament_id, registration_id: entry.id };
        event::tell(tx, cx, tournament_id, told).await?;
    }
    Ok(reached.row)
}

/// Begins a match.
///
/// # Errors
/// See [`StartRefusal`].
pub async fn start(tx: &Tx, cx: &Context<'_>, match_id: i64) -> Result<row::Model, StartRefusal> {
    let mut reached = reach(tx, cx, match_id).await?;
    reached.permit(Deed::Start)?;
    reached.running()?;
    reached.pair()?;
    if let Some(disputed) = store::matches::disputed_before(tx, match_id).await? {
        return Err(StartRefusal::Disputed(disputed));
    }
    let change = row::ActiveModel {
        state: Set(State::Live.as_str().to_owned()),
        started_at: Set(Some(cx.now())),
        ..Default::default()
    };
    reached.change(tx, cx, change).await?;
    Ok(reached.row)
}

/// Sets the clocks of all matches that can be played, when a tournament has gone live. The caller has locked it.
///
/// # Errors
/// When the database fails.
pub async fn tournament_started(tx: &Tx, cx: &Context<'_>, tournament: &tournament::Model) -> Result<(), DbError> {
    if let Some(board::Drawn { bracket, structure }) = board::lock(tx, tournament.id).await? {
        let row = crate::model::bracket::ActiveModel { status: Set("in_progress".to_owned()), ..Default::default() };
        store::draw::update(tx, bracket.id, bracket.revision, row).await?;
        // Who left before the start may have left nobody to play against.
        board::conclude(tx, cx, tournament, &structure).await?;
    }
    set_clocks(tx, cx, tournament).await
}

/// Asks the clock to look at the matches of a tournament when their check-in opens.
pub(crate) async fn set_clocks(tx: &Tx, cx: &Context<'_>, tournament: &tournament::Model) -> Result<(), DbError> {
    if !tournament.enable_check_in {
        return Ok(());
    }
    for meeting in store::matches::playable(tx, tournament.id).await? {
        let at = opens(tournament, &meeting).unwrap_or_else(|| cx.now());
        jobs::at(tx, cx, jobs::MATCH_CLOCK, "match_id", meeting.id, at).await?;
    }
    Ok(())
}

/// Asks the clock to look at a match when something is due next.
pub(crate) async fn wake(tx: &Tx, cx: &Context<'_>, reached: &Reached) -> Result<(), DbError> {
    if let Some(at) = due(reached) {
        jobs::at(tx, cx, jobs::MATCH_CLOCK, "match_id", reached.row.id, at).await?;
    }
    Ok(())
}

/// When something is due next.
fn due(reached: &Reached) -> Option<DateTime<Utc>> {
    if reached.tournament.status != "live" {
        return None;
    }
    let timed = reached.tournament.enable_check_in && reached.pair().is_ok();
    match reached.state() {
        State::Scheduled if timed => opens(&reached.tournament, &reached.row),
        State::CheckIn if timed => reached.row.check_in_deadline,
        State::PendingResult => reached.row.confirm_by,
        _ => None,
    }
}

/// What the clock did to a match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advanced {
    /// Nothing was due.
    Nothing,
    /// The check-in is open.
    CheckInOpened,
    /// One side was not there: the other one won.
    NoShow,
    /// Neither was there: the organizer decides.
    NobodyCame,
    /// The report stands, because nobody answered it.
    Stands,
}

/// Does what is due to a match, and asks for the next time: its job. Twice does no harm.
///
/// # Errors
/// See [`DecideRefusal`](crate::error::play::DecideRefusal).
pub async fn advance(tx: &Tx, cx: &Context<'_>, match_id: i64) -> Result<Advanced, crate::error::play::DecideRefusal> {
    let mut reached = match reach(tx, cx, match_id).await {
        Ok(reached) => reached,
        // Withdrawn with its round; there is nothing to do any more.
        Err(Unreachable::NoSuchMatch(_)) => return Ok(Advanced::Nothing),
        Err(other) => return Err(other.into()),
    };
    let Some(due) = due(&reached) else { return Ok(Advanced::Nothing) };
    if due > cx.now() {
        wake(tx, cx, &reached).await?;
        return Ok(Advanced::Nothing);
    }
    match reached.state() {
        State::Scheduled => {
            reached.permit(Deed::OpenCheckIn)?;
            let state = Set(State::CheckIn.as_str().to_owned());
            reached.change(tx, cx, row::ActiveModel { state, ..Default::default() }).await?;
            let title =
                format!("Check in: {} against {}", reached.row.participant1_name, reached.row.participant2_name);
            let until = reached.row.check_in_deadline.map(|at| at.format("%H:%M").to_string()).unwrap_or_default();
            let body = format!("Say that you are there by {until} UTC, or the match is lost.");
            let notice = notices::about(&reached.tournament, match_id, "checkin_open", "match.check_in", title, body);
            notices::to_sides(tx, cx, &reached.row, notice).await?;
            wake(tx, cx, &reached).await?;
            Ok(Advanced::CheckInOpened)
        }
        State::CheckIn => close_check_in(tx, cx, reached).await,
        State::PendingResult => {
            reached.permit(Deed::LetStand)?;
            result::let_stand(tx, cx, reached).await?;
            Ok(Advanced::Stands)
        }
        _ => Ok(Advanced::Nothing),
    }
}

async fn close_check_in(
    tx: &Tx,
    cx: &Context<'_>,
    reached: Reached,
) -> Result<Advanced, crate::error::play::DecideRefusal> {
    reached.permit(Deed::CloseCheckIn)?;
    let missing = match (reached.row.participant1_checked_in, reached.row.participant2_checked_in) {
        (true, true) => return Ok(Advanced::Nothing),
        (true, false) => Side::B,
        (false, true) => Side::A,
        (false, false) => {
            let row = &reached.row;
            let title = format!("Nobody came: {} against {}", row.participant1_name, row.participant2_name);
            let body = "Neither side has checked in. Give the match another time, or decide it.".to_owned();
            let notice = notices::about(&reached.tournament, row.id, "generic", "match.nobody_came", title, body);
            notices::to_those_who_may(tx, cx, &reached.tournament, Act::DecideMatch, notice).await?;
            return Ok(Advanced::NobodyCame);
        }
    };
    let pair = reached.pair()?;
    let drawn = reached.bracket(tx).await?;
    let between = drawn.structure.pair(pair).ok_or(Unreachable::NoBracket)?;
    let at = board_role(&reached.row)?;
    let by = between[missing.index()];
    let command = Command::NoShow { at: at.1, between, by };
    result::settle(tx, cx, &reached, &drawn, command, "no_show").await?;
    let facts = json!({ "match": reached.row.id, "no_show": pair[missing.index()] });
    audit::record(tx, cx, Action::MatchForceWin, Some(reached.tournament.id), facts).await?;
    Ok(Advanced::NoShow)
}

/// The role of a match in its bracket.
pub(crate) fn board_role(row: &row::Model) -> Result<crate::rules::structure::Role, Unreachable> {
    row.code.parse().map(|at| (row.stage, at)).map_err(|_| Unreachable::NoBracket)
}

/// When a match of a round is planned by the settings.
pub fn planned(tournament: &tournament::Model, round: i32) -> DateTime<Utc> {
    board::planned(tournament, round)
}

#[cfg(test)]
mod tests {
    use super::is_address;

    #[test]
    fn addresses() {
        for (text, expected) in [
            ("https://www.twitch.tv/delta", true),
            ("https://youtu.be/x?t=1", true),
            ("http://www.twitch.tv/delta", false),
            ("javascript:alert(1)", false),
            ("https://", false),
            ("https://localhost/", false),
            ("https://user@example.com/", false),
            ("https://example.com/a b", false),
        ] {
            assert_eq!(is_address(text), expected, "{text}");
        }
    }
}
