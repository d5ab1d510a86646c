//! Results: both sides report, and what they agree on counts; silence agrees after a while; referees decide where
//! nobody can.
//!
//! Not here: changing a result that stands (`correction`), and disputes (`dispute`).

use brackets::{Command, EntrantId, Game, Outcome, Side};
use chrono::{DateTime, Duration, Utc};
use kernel::Tx;
use sea_orm::ActiveValue::Set;
use serde_json::json;

use crate::{
    audit::{self, Action},
    context::Context,
    error::play::{DecideRefusal, ReportRefusal, Unreachable},
    model::{r#match as row, result_submission as submission},
    rules::{
        dispute::Reason,
        match_state::{Deed, State},
        result::{check, judge, read_games, same, series, told, write_games},
        structure::{HeldUp, Structure},
    },
    service::{
        board::{self, Cause, Drawn, Written},
        dispute, draw,
        matches::{board_role, wake},
        notices,
        reach::{Reached, reach},
        upload,
    },
    store,
};

/// The longest note with a report, in characters.
pub const NOTE_MAX: usize = 1_000;

/// What a side says about a match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The revision of the match that it is about.
    pub revision: i32,
    /// The registrations that met, first side first.
    pub between: [i64; 2],
    /// The games in order.
    pub games: Vec<Game>,
    /// Anything else.
    pub note: String,
    /// Token of an uploaded picture.
    pub screenshot: Option<String>,
}

/// What became of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reported {
    /// The other side has until then to answer.
    Waiting {
        /// The result stands then.
        until: DateTime<Utc>,
    },
    /// Both say the same: the result stands.
    Confirmed,
    /// They do not: referees decide.
    Disputed {
        /// The dispute.
        dispute: i64,
    },
}

/// Whether matches of this row's kind may end level, by the bracket.
pub(crate) fn may_be_level(structure: &Structure, row: &row::Model) -> Result<bool, Unreachable> {
    let (stage, at) = board_role(row)?;
    let fixture = structure.stage(stage).and_then(|stage| stage.fixture(at)).ok_or(Unreachable::NoBracket)?;
    Ok(fixture.series.draws)
}

/// Reports the result of a match for one's side.
///
/// # Errors
/// See [`ReportRefusal`]; a report about an older meeting of the match hears how it stands now.
pub async fn report(tx: &Tx, cx: &Context<'_>, match_id: i64, report: &Report) -> Result<Reported, ReportRefusal> {
    let mut reached = reach(tx, cx, match_id).await?;
    let side = match reached.mine {
        [true, true] => return Err(ReportRefusal::BothSides),
        [true, false] => Side::A,
        [false, true] => Side::B,
        [false, false] => return Err(reached.permit(Deed::Report).err().map_or(Unreachable::NoPair, |no| no).into()),
    };
    reached.unchanged(report.revision, report.between)?;
    reached.permit(Deed::Report)?;
    reached.running()?;
    if report.note.chars().count() > NOTE_MAX {
        return Err(ReportRefusal::NoteTooLong(NOTE_MAX));
    }
    if let Some(token) = &report.screenshot
        && !upload::is_own(tx, cx, token).await?
    {
        return Err(ReportRefusal::PictureGone);
    }
    if let Some(disputed) = store::matches::disputed_before(tx, match_id).await? {
        return Err(ReportRefusal::Disputed(disputed));
    }
    let drawn = reached.bracket(tx).await?;
    let verdict = judge(&series(reached.row.best_of, may_be_level(&drawn.structure, &reached.row)?), &report.games)?;
    let open = store::report::open(tx, match_id, reached.row.revision).await?;
    let mine = open.iter().find(|one| one.side == number(side));
    let theirs = open.iter().find(|one| one.side != number(side)).cloned();
    if let Some(mine) = mine {
        store::report::set_status(tx, mine.id, "replaced").await?;
    }
    store::report::insert(tx, submitted(cx, match_id, side, report, verdict.score)).await?;
    let Some(theirs) = theirs else { return wait(tx, cx, reached, side).await };
    if read_games(&theirs.games).is_some_and(|games| same(&games, &report.games)) {
        confirm(tx, cx, &reached, &drawn, report.games.clone()).await?;
        return Ok(Reported::Confirmed);
    }
    store::report::move_on(tx, match_id, "open", "disputed").await?;
    let words = format!(
        "The reports disagree: {} against {}.",
        told([theirs.participant1_score, theirs.participant2_score], &theirs.games),
        told(verdict.score.map(i32::from), &write_games(&report.games))
    );
    let opened = dispute::raise(tx, cx, &mut reached, None, Reason::ScoreMismatch, words).await?;
    Ok(Reported::Disputed { dispute: opened.id })
}

fn number(side: Side) -> i16 {
    if side == Side::A { 1 } else { 2 }
}

fn submitted(cx: &Context<'_>, match_id: i64, side: Side, report: &Report, score: [u16; 2]) -> submission::ActiveModel {
    submission::ActiveModel {
        match_id: Set(match_id),
        revision: Set(report.revision),
        side: Set(number(side)),
        submitted_by_id: Set(cx.user()),
        games: Set(write_games(&report.games)),
        participant1_score: Set(i32::from(score[0])),
        participant2_score: Set(i32::from(score[1])),
        note: Set(report.note.clone()),
        screenshot: Set(report.screenshot.clone()),
        status: Set("open".to_owned()),
        submitted_at: Set(cx.now()),
        ..Default::default()
    }
}

/// One side has reported: the other one has its time to answer.
async fn wait(tx: &Tx, cx: &Context<'_>, mut reached: Reached, side: Side) -> Result<Reported, ReportRefusal> {
    let until = answer_by(cx, &reached);
    let mut change = row::ActiveModel {
        state: Set(State::PendingResult.as_str().to_owned()),
        confirm_by: Set(Some(until)),
        ..Default::default()
    };
    if reached.row.started_at.is_none() {
        change.started_at = Set(Some(cx.now()));
    }
    reached.change(tx, cx, change).await?;
    if let Some(opponent) = &reached.sides[side.other().index()] {
        let reporter = reached.sides[side.index()].as_ref().map(|entry| entry.display_name.clone()).unwrap_or_default();
        let title = format!("{reporter} has reported your match");
        let body = format!(
            "Report the result as you saw it by {} UTC. Without an answer theirs stands.",
            until.format("%H:%M")
        );
        let notice = notices::about(&reached.tournament, reached.row.id, "match_result", "match.reported", title, body);
        crate::people::notify_entry(tx, cx, opponent, notice).await?;
    }
    wake(tx, cx, &reached).await?;
    Ok(Reported::Waiting { until })
}

/// Until when a report is to be answered.
pub(crate) fn answer_by(cx: &Context<'_>, reached: &Reached) -> DateTime<Utc> {
    cx.now() + Duration::minutes(i64::from(reached.tournament.result_confirm_minutes))
}

async fn confirm(
    tx: &Tx,
    cx: &Context<'_>,
    reached: &Reached,
    drawn: &Drawn,
    games: Vec<Game>,
) -> Result<(), ReportRefusal> {
    store::report::move_on(tx, reached.row.id, "open", "agreed").await?;
    let (at, between) = here(reached, drawn)?;
    let facts = json!({ "match": reached.row.id, "games": write_games(&games), "by": "agreement" });
    settle(tx, cx, reached, drawn, Command::Report { at, between, games }, "agreement").await.map_err(reported)?;
    audit::record(tx, cx, Action::MatchScoreUpdate, Some(reached.tournament.id), facts).await?;
    Ok(())
}

fn reported(refusal: DecideRefusal) -> ReportRefusal {
    match refusal {
        DecideRefusal::Unreachable(why) => why.into(),
        DecideRefusal::Games(why) => why.into(),
        DecideRefusal::Bracket(why) => why.into(),
        DecideRefusal::Database(why) => why.into(),
        DecideRefusal::WhichSide | DecideRefusal::NoReason => ReportRefusal::BothSides,
    }
}

/// The role of a match, and its pair as the bracket knows it.
pub(crate) fn here(reached: &Reached, drawn: &Drawn) -> Result<(brackets::MatchId, [EntrantId; 2]), Unreachable> {
    let (_, at) = board_role(&reached.row)?;
    let between = drawn.structure.pair(reached.pair()?).ok_or(Unreachable::NoBracket)?;
    Ok((at, between))
}

/// Lets the report of one side stand, because the other one has not answered in time.
pub(crate) async fn let_stand(tx: &Tx, cx: &Context<'_>, reached: Reached) -> Result<(), DecideRefusal> {
    let open = store::report::open(tx, reached.row.id, reached.row.revision).await?;
    let Some(report) = open.first() else { return Ok(()) };
    let games = read_games(&report.games).ok_or(Unreachable::NoBracket)?;
    let drawn = reached.bracket(tx).await?;
    store::report::move_on(tx, reached.row.id, "open", "stands").await?;
    let (at, between) = here(&reached, &drawn)?;
    let facts = json!({ "match": reached.row.id, "games": write_games(&games), "by": "timeout" });
    settle(tx, cx, &reached, &drawn, Command::Report { at, between, games }, "timeout").await?;
    audit::record(tx, cx, Action::MatchScoreUpdate, Some(reached.tournament.id), facts).await?;
    Ok(())
}

/// Tells the bracket how a match was decided, and goes on with it.
pub(crate) async fn settle(
    tx: &Tx,
    cx: &Context<'_>,
    reached: &Reached,
    drawn: &Drawn,
    command: Command,
    decided_by: &'static str,
) -> Result<Written, DecideRefusal> {
    let role = board_role(&reached.row)?;
    let (after, _) = drawn.structure.apply(role.0, command, Some(cx.random.number()))?;
    let cause = Cause { role, decided_by };
    let written = board::go_on(tx, cx, &reached.tournament, drawn, &after, Some(cause)).await?;
    draw::waits(tx, cx, &reached.tournament, &after).await?;
    Ok(written)
}

/// Gives a match up: for one's own side, or with `side` for another, by those who may decide matches.
///
/// # Errors
/// See [`DecideRefusal`].
pub async fn forfeit(
    tx: &Tx,
    cx: &Context<'_>,
    match_id: i64,
    revision: i32,
    side: Option<Side>,
    reason: &str,
) -> Result<(), DecideRefusal> {
    let reached = reach(tx, cx, match_id).await?;
    reached.permit(Deed::GiveUp)?;
    reached.running()?;
    reached.unchanged(revision, reached.pair()?)?;
    let staff = reached.part(Deed::GiveUp).staff || reached.standing.system;
    let side = match (side, reached.mine) {
        (Some(side), mine) if staff || mine[side.index()] => side,
        (None, [true, false]) => Side::A,
        (None, [false, true]) => Side::B,
        _ => return Err(DecideRefusal::WhichSide),
    };
    let drawn = reached.bracket(tx).await?;
    let (at, between) = here(&reached, &drawn)?;
    let by = between[side.index()];
    store::report::move_on(tx, match_id, "open", "void").await?;
    settle(tx, cx, &reached, &drawn, Command::Forfeit { at, between, by }, "forfeit").await?;
    let facts = json!({ "match": match_id, "forfeit": reached.pair()?[side.index()], "reason": reason });
    audit::record(tx, cx, Action::MatchForceWin, Some(reached.tournament.id), facts).await?;
    Ok(())
}

/// Decides a match in the place of its sides: the games as they were, a ruling, a forfeit of one or of both.
///
/// # Errors
/// See [`DecideRefusal`].
pub async fn decide(
    tx: &Tx,
    cx: &Context<'_>,
    match_id: i64,
    revision: i32,
    outcome: &Outcome,
    reason: &str,
) -> Result<(), DecideRefusal> {
    let reached = reach(tx, cx, match_id).await?;
    reached.permit(Deed::Decide)?;
    reached.running()?;
    reached.unchanged(revision, reached.pair()?)?;
    if reason.trim().is_empty() {
        return Err(DecideRefusal::NoReason);
    }
    let drawn = reached.bracket(tx).await?;
    decided(tx, cx, &reached, &drawn, outcome, "organizer").await?;
    let facts = json!({ "match": match_id, "outcome": outcome_facts(outcome), "reason": reason });
    audit::record(tx, cx, Action::MatchForceWin, Some(reached.tournament.id), facts).await?;
    Ok(())
}

/// Enters the outcome of a match that has none yet.
pub(crate) async fn decided(
    tx: &Tx,
    cx: &Context<'_>,
    reached: &Reached,
    drawn: &Drawn,
    outcome: &Outcome,
    decided_by: &'static str,
) -> Result<Written, DecideRefusal> {
    let command = command(reached, drawn, outcome)?;
    store::report::move_on(tx, reached.row.id, "open", "void").await?;
    settle(tx, cx, reached, drawn, command, decided_by).await
}

/// The bracket with the outcome of a match that has none yet, and what somebody has to decide then.
pub(crate) fn would_be(
    reached: &Reached,
    drawn: &Drawn,
    outcome: &Outcome,
) -> Result<(Structure, Vec<HeldUp>), DecideRefusal> {
    let (stage, _) = board_role(&reached.row)?;
    Ok(drawn.structure.apply(stage, command(reached, drawn, outcome)?, None)?)
}

/// What enters an outcome, if the match can have it.
fn command(reached: &Reached, drawn: &Drawn, outcome: &Outcome) -> Result<Command, DecideRefusal> {
    check(&series(reached.row.best_of, may_be_level(&drawn.structure, &reached.row)?), outcome)?;
    let (at, between) = here(reached, drawn)?;
    let of = |side: Side| between[side.index()];
    Ok(match outcome.clone() {
        Outcome::Played(games) => Command::Report { at, between, games },
        Outcome::Forfeit { by, no_show: false } => Command::Forfeit { at, between, by: of(by) },
        Outcome::Forfeit { by, no_show: true } => Command::NoShow { at, between, by: of(by) },
        Outcome::DoubleForfeit { no_show } => Command::DoubleForfeit { at, between, no_show },
        Outcome::Ruling { winner, score } => Command::Rule { at, between, winner: winner.map(of), score },
    })
}

/// An outcome for the audit log.
pub(crate) fn outcome_facts(outcome: &Outcome) -> serde_json::Value {
    serde_json::to_value(outcome).unwrap_or_default()
}
