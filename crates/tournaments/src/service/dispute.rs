//! Disputes: objecting to a result, bringing things forward, and settling it. Of two referees who settle one dispute
//! at once, one does and the other is told.
//!
//! Not here: what a changed result does to the bracket (`correction`).

use brackets::Outcome;
use chrono::{DateTime, Duration, Utc};
use kernel::{Db, DbError, Tx};
use notifications::service::Notice;
use sea_orm::ActiveValue::Set;
use serde_json::json;

use crate::{
    audit::{self, Action},
    context::Context,
    error::dispute::{DisputeRefusal, EvidenceRefusal, OpenDisputeRefusal, ResolveRefusal},
    error::play::{CorrectRefusal, Unreachable},
    event, jobs,
    model::{dispute as row, dispute_evidence as evidence, r#match as meeting},
    news,
    rules::{
        access::Act,
        dispute::{Deed, NotDone, Part, Reason, State, permit},
        match_state,
        result::{check, read_games, series},
    },
    service::{
        board::{self, Drawn},
        correction::{self, CorrectionPreview},
        desk, matches, notices,
        reach::{Reached, look, reach},
        result, upload,
    },
    store,
};

/// The longest text, in characters.
pub const TEXT_MAX: usize = 4_000;

/// Until when the result of a match can be disputed.
pub(crate) fn window(reached: &Reached) -> Option<DateTime<Utc>> {
    let minutes = Duration::minutes(i64::from(reached.tournament.dispute_window_minutes));
    reached.row.completed_at?.checked_add_signed(minutes)
}

/// Objects to the result of a match: while it waits for an answer, or within the tournament's window after it.
///
/// # Errors
/// See [`OpenDisputeRefusal`].
pub async fn open(
    tx: &Tx,
    cx: &Context<'_>,
    match_id: i64,
    reason: Reason,
    description: &str,
) -> Result<row::Model, OpenDisputeRefusal> {
    let mut reached = reach(tx, cx, match_id).await?;
    if let Some(open) = store::dispute::open_of(tx, match_id).await?
        && reached.mine.contains(&true)
    {
        return Err(OpenDisputeRefusal::DisputedAlready { dispute: open.id });
    }
    reached.permit(match_state::Deed::Dispute)?;
    if !matches!(reached.tournament.status.as_str(), "live" | "completed") {
        return Err(Unreachable::NotRunning { status: reached.tournament.status.clone() }.into());
    }
    let description = description.trim();
    if description.is_empty() {
        return Err(OpenDisputeRefusal::NothingSaid);
    }
    if description.chars().count() > TEXT_MAX {
        return Err(OpenDisputeRefusal::TooLong(TEXT_MAX));
    }
    if reached.state().is_over()
        && let Some(until) = window(&reached).filter(|until| *until < cx.now())
    {
        return Err(OpenDisputeRefusal::TooLate(until));
    }
    let opened = raise(tx, cx, &mut reached, cx.user(), reason, description.to_owned()).await?;
    Ok(opened)
}

/// Opens a dispute; without an opener it is the program's, because two reports disagree.
pub(crate) async fn raise(
    tx: &Tx,
    cx: &Context<'_>,
    reached: &mut Reached,
    opener: Option<i64>,
    reason: Reason,
    description: String,
) -> Result<row::Model, Unreachable> {
    let (match_id, now) = (reached.row.id, cx.now());
    store::report::move_on(tx, match_id, "open", "disputed").await?;
    let new = row::ActiveModel {
        match_id: Set(match_id),
        initiated_by_id: Set(opener),
        reason: Set(reason.as_str().to_owned()),
        description: Set(description),
        evidence_video_url: Set(String::new()),
        status: Set(State::Open.as_str().to_owned()),
        resolution_notes: Set(String::new()),
        created_at: Set(now),
        updated_at: Set(now),
        ..Default::default()
    };
    let opened = store::dispute::insert(tx, new).await?;
    let mut change = meeting::ActiveModel {
        state: Set(match_state::State::Disputed.as_str().to_owned()),
        confirm_by: Set(None),
        ..Default::default()
    };
    if reached.row.started_at.is_none() && reached.row.completed_at.is_none() {
        change.started_at = Set(Some(now));
    }
    reached.change(tx, cx, change).await?;
    tell(tx, cx, reached, opened.id, State::Open).await?;
    let title = format!("Disputed: {} against {}", reached.row.participant1_name, reached.row.participant2_name);
    let body = format!("{}. Add what you know on the page of the match.", reason.label());
    let notice = notices::about(&reached.tournament, match_id, "match_result", "dispute.opened", title, body);
    notices::to_sides(tx, cx, &reached.row, notice.clone()).await?;
    let body = format!("{}. Both sides wait for your decision.", reason.label());
    let url = format!("{}/disputes/{match_id}/{}", desk::organize(&reached.tournament), opened.id);
    let notice = Notice { body, url, ..notice };
    notices::to_those_who_may(tx, cx, &reached.tournament, Act::ResolveDispute, notice).await?;
    let facts = json!({ "match": match_id, "dispute": opened.id, "reason": reason.as_str() });
    audit::record(tx, cx, Action::DisputeCreate, Some(reached.tournament.id), facts).await?;
    Ok(opened)
}

async fn tell(tx: &Tx, cx: &Context<'_>, reached: &Reached, dispute: i64, state: State) -> Result<(), DbError> {
    let changed = news::DisputeChanged {
        dispute_id: dispute,
        match_id: reached.row.id,
        tournament_id: reached.tournament.id,
        status: state.as_str(),
    };
    event::tell(tx, cx, reached.tournament.id, changed).await
}

/// A dispute that is locked until the unit's end, with its match.
struct Taken {
    dispute: row::Model,
    state: State,
    reached: Reached,
}

async fn take(tx: &Tx, cx: &Context<'_>, dispute: i64) -> Result<Taken, DisputeRefusal> {
    let unknown = || DisputeRefusal::NoSuchDispute(dispute);
    let found = store::dispute::find(tx, dispute).await?.ok_or_else(unknown)?;
    let reached = match reach(tx, cx, found.match_id).await {
        // Its match was withdrawn with its round, and the dispute with it.
        Err(Unreachable::NoSuchMatch(_)) => return Err(unknown()),
        reached => reached?,
    };
    let dispute = store::dispute::lock(tx, dispute).await?.ok_or_else(unknown)?;
    let state = State::parse(&dispute.status).unwrap_or(State::Resolved);
    Ok(Taken { dispute, state, reached })
}

impl Taken {
    fn permit(&self, cx: &Context<'_>, deed: Deed) -> Result<(), NotDone> {
        let standing = self.reached.standing;
        let part = Part {
            side: self.reached.mine.contains(&true),
            opener: cx.user().is_some() && self.dispute.initiated_by_id == cx.user(),
            staff: deed.act(self.state).is_some_and(|act| standing.may(act)),
        };
        permit(self.state, deed, part)
    }

    /// Moves the dispute on from the state that was read.
    async fn move_on(
        &self,
        tx: &Tx,
        cx: &Context<'_>,
        deed: Deed,
        to: State,
        change: row::ActiveModel,
    ) -> Result<(), DisputeRefusal> {
        let mut change = row::ActiveModel { status: Set(to.as_str().to_owned()), updated_at: Set(cx.now()), ..change };
        if !to.is_open() {
            change.resolved_at = Set(Some(cx.now()));
            change.resolved_by_id = Set(cx.user());
        }
        if !store::dispute::update(tx, self.dispute.id, self.state, change).await? {
            return Err(NotDone::NotNow { deed, state: self.state }.into());
        }
        tell(tx, cx, &self.reached, self.dispute.id, to).await?;
        Ok(())
    }

    async fn tell_sides(&self, tx: &Tx, cx: &Context<'_>, what: &str, why: &str) -> Result<(), DbError> {
        let row = &self.reached.row;
        let title = format!("{what}: {} against {}", row.participant1_name, row.participant2_name);
        let notice: Notice =
            notices::about(&self.reached.tournament, row.id, "match_result", "dispute.closed", title, why.to_owned());
        notices::to_sides(tx, cx, row, notice).await
    }
}

/// What somebody brings forward.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// In words.
    pub text: String,
    /// Token of an uploaded file.
    pub upload: Option<String>,
    /// An address elsewhere.
    pub url: String,
}

/// Brings something forward in a dispute. It stays as it is.
///
/// # Errors
/// See [`EvidenceRefusal`].
pub async fn add_evidence(
    tx: &Tx,
    cx: &Context<'_>,
    dispute: i64,
    new: &Evidence,
) -> Result<evidence::Model, EvidenceRefusal> {
    let taken = take(tx, cx, dispute).await.map_err(|refusal| match refusal {
        DisputeRefusal::Database(error) => EvidenceRefusal::Database(error),
        _ => EvidenceRefusal::NoSuchDispute(dispute),
    })?;
    taken.permit(cx, Deed::AddEvidence)?;
    let (text, url) = (new.text.trim(), new.url.trim());
    if text.is_empty() && url.is_empty() && new.upload.is_none() {
        return Err(EvidenceRefusal::NothingSaid);
    }
    if text.chars().count() > TEXT_MAX {
        return Err(EvidenceRefusal::TooLong(TEXT_MAX));
    }
    let wrong = !matches::is_address(url) || url.chars().count() > 200;
    if !url.is_empty() && wrong {
        return Err(EvidenceRefusal::NotAnAddress);
    }
    if let Some(token) = &new.upload
        && !upload::is_own(tx, cx, token).await?
    {
        return Err(EvidenceRefusal::FileGone);
    }
    let row = evidence::ActiveModel {
        dispute_id: Set(dispute),
        user_id: Set(cx.user()),
        text: Set(text.to_owned()),
        upload: Set(new.upload.clone()),
        url: Set(url.to_owned()),
        created_at: Set(cx.now()),
        ..Default::default()
    };
    let stored = store::dispute::insert_evidence(tx, row).await?;
    tell(tx, cx, &taken.reached, dispute, taken.state).await?;
    Ok(stored)
}

/// Takes a dispute up.
///
/// # Errors
/// See [`DisputeRefusal`].
pub async fn review(tx: &Tx, cx: &Context<'_>, dispute: i64) -> Result<(), DisputeRefusal> {
    let taken = take(tx, cx, dispute).await?;
    taken.permit(cx, Deed::Review)?;
    taken.move_on(tx, cx, Deed::Review, State::UnderReview, row::ActiveModel::default()).await
}

/// Hands a dispute to the platform, whose staff alone settles it from then on.
///
/// # Errors
/// See [`DisputeRefusal`].
pub async fn escalate(tx: &Tx, cx: &Context<'_>, dispute: i64, why: &str) -> Result<(), DisputeRefusal> {
    let taken = take(tx, cx, dispute).await?;
    taken.permit(cx, Deed::Escalate)?;
    let why = said(why)?;
    let change = row::ActiveModel { resolution_notes: Set(why.to_owned()), ..Default::default() };
    taken.move_on(tx, cx, Deed::Escalate, State::Escalated, change).await?;
    taken.tell_sides(tx, cx, "Handed to the platform", why).await?;
    let facts = json!({ "match": taken.reached.row.id, "dispute": dispute, "why": why });
    audit::record(tx, cx, Action::DisputeEscalate, Some(taken.reached.tournament.id), facts).await?;
    Ok(())
}

fn said(why: &str) -> Result<&str, DisputeRefusal> {
    let why = why.trim();
    if why.is_empty() { Err(DisputeRefusal::NoReason) } else { Ok(why) }
}

/// How a dispute is resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// The result stands as it is, or as the one report has it.
    Stands,
    /// Another result takes its place.
    Result {
        /// Which.
        outcome: Outcome,
        /// Whether what was paired or drawn on the old result is made anew.
        anew: bool,
        /// The revision of the bracket that [`preview`] showed; nothing for who has not looked.
        seen: Option<i32>,
    },
}

/// Resolves a dispute. Both sides read why.
///
/// # Errors
/// See [`ResolveRefusal`]; among others when somebody else has resolved it meanwhile, or the bracket is not the one
/// that was looked at.
pub async fn resolve(
    tx: &Tx,
    cx: &Context<'_>,
    dispute: i64,
    resolution: &Resolution,
    why: &str,
) -> Result<(), ResolveRefusal> {
    let mut taken = take(tx, cx, dispute).await?;
    taken.permit(cx, Deed::Resolve).map_err(DisputeRefusal::from)?;
    let why = said(why)?;
    let mut change = row::ActiveModel { resolution_notes: Set(why.to_owned()), ..Default::default() };
    match resolution {
        Resolution::Stands => stand(tx, cx, &mut taken).await?,
        Resolution::Result { outcome, anew, seen } => {
            let drawn = taken.reached.bracket(tx).await.map_err(DisputeRefusal::from)?;
            let now = drawn.bracket.revision;
            if let Some(seen) = seen.filter(|seen| *seen != now) {
                return Err(ResolveRefusal::Outdated { seen, now });
            }
            let level = result::may_be_level(&drawn.structure, &taken.reached.row).map_err(DisputeRefusal::from)?;
            let verdict = check(&series(taken.reached.row.best_of, level), outcome)?;
            change.final_participant1_score = Set(Some(i32::from(verdict.score[0])));
            change.final_participant2_score = Set(Some(i32::from(verdict.score[1])));
            enter(tx, cx, &taken.reached, &drawn, outcome, *anew).await?;
        }
    }
    taken.move_on(tx, cx, Deed::Resolve, State::Resolved, change).await?;
    store::report::move_on(tx, taken.reached.row.id, "disputed", "void").await?;
    taken.tell_sides(tx, cx, "Dispute resolved", why).await?;
    let outcome = match resolution {
        Resolution::Stands => json!("stands"),
        Resolution::Result { outcome, .. } => result::outcome_facts(outcome),
    };
    let facts = json!({ "match": taken.reached.row.id, "dispute": dispute, "outcome": outcome, "why": why });
    audit::record(tx, cx, Action::DisputeResolve, Some(taken.reached.tournament.id), facts).await?;
    Ok(())
}

/// Everything that would change if a dispute were resolved with this result; see [`Resolution::Result`] for `anew`.
///
/// # Errors
/// See [`ResolveRefusal`]: as [`resolve`], but for the reason and the revision.
pub async fn preview(
    db: &Db,
    cx: &Context<'_>,
    dispute: i64,
    outcome: &Outcome,
    anew: bool,
) -> Result<CorrectionPreview, ResolveRefusal> {
    let (db, unknown) = (db.read(), || DisputeRefusal::NoSuchDispute(dispute));
    let dispute = store::dispute::find(db, dispute).await?.ok_or_else(unknown)?;
    let row = store::matches::find(db, dispute.match_id).await?.ok_or_else(unknown)?;
    let tournament = store::tournament(db, row.tournament_id).await.map_err(DbError::from)?.ok_or_else(unknown)?;
    let reached = look(db, cx, tournament, row).await?;
    let state = State::parse(&dispute.status).unwrap_or(State::Resolved);
    let taken = Taken { dispute, state, reached };
    taken.permit(cx, Deed::Resolve).map_err(DisputeRefusal::from)?;
    let reached = &taken.reached;
    let drawn = board::find(db, reached.tournament.id).await?.ok_or(Unreachable::NoBracket);
    let drawn = drawn.map_err(DisputeRefusal::from)?;
    let would_be = if is_decided(reached, &drawn) {
        correction::corrected(reached, &drawn, Some(outcome), anew, None).map_err(ResolveRefusal::Correct)
    } else {
        result::would_be(reached, &drawn, outcome).map_err(ResolveRefusal::Decide)
    };
    match would_be {
        Ok((after, waits)) => Ok(correction::preview(db, &reached.tournament, &drawn, &after, waits).await?),
        // The match goes back to the result that it had.
        Err(ResolveRefusal::Correct(CorrectRefusal::NoChange)) => {
            Ok(CorrectionPreview { revision: drawn.bracket.revision, ..CorrectionPreview::default() })
        }
        Err(refusal) => Err(refusal),
    }
}

/// Enters the result that a dispute was resolved to: the first one of the match, or a correction.
async fn enter(
    tx: &Tx,
    cx: &Context<'_>,
    reached: &Reached,
    drawn: &Drawn,
    outcome: &Outcome,
    anew: bool,
) -> Result<(), ResolveRefusal> {
    if is_decided(reached, drawn) {
        let done = correction::carry_out(tx, cx, reached, drawn, Some(outcome), anew, "dispute").await;
        return match done {
            Err(CorrectRefusal::NoChange) => restore(tx, cx, &mut reached.clone(), drawn).await,
            done => done.map(drop).map_err(ResolveRefusal::Correct),
        };
    }
    result::decided(tx, cx, reached, drawn, outcome, "dispute").await.map(drop).map_err(ResolveRefusal::Decide)
}

fn is_decided(reached: &Reached, drawn: &Drawn) -> bool {
    let role = matches::board_role(&reached.row).ok();
    role.and_then(|(stage, at)| drawn.structure.stage(stage)?.fixture(at))
        .is_some_and(|fixture| fixture.verdict.is_some())
}

/// The match goes back to the state that its result gives it.
async fn restore(tx: &Tx, cx: &Context<'_>, reached: &mut Reached, drawn: &Drawn) -> Result<(), ResolveRefusal> {
    let role = matches::board_role(&reached.row).map_err(DisputeRefusal::from)?;
    let how = drawn.structure.stage(role.0).and_then(|stage| stage.fixture(role.1)?.verdict).map(|verdict| verdict.how);
    let state = match how {
        Some(brackets::How::Walkover | brackets::How::DoubleForfeit) => match_state::State::Forfeit,
        _ => match_state::State::Completed,
    };
    let change = meeting::ActiveModel { state: Set(state.as_str().to_owned()), ..Default::default() };
    reached.change(tx, cx, change).await.map_err(DisputeRefusal::from)?;
    Ok(())
}

/// The result stands: the one that the match has, or the one that was reported.
async fn stand(tx: &Tx, cx: &Context<'_>, taken: &mut Taken) -> Result<(), ResolveRefusal> {
    let drawn = taken.reached.bracket(tx).await.map_err(DisputeRefusal::from)?;
    if is_decided(&taken.reached, &drawn) {
        return restore(tx, cx, &mut taken.reached, &drawn).await;
    }
    let reports = store::report::disputed(tx, taken.reached.row.id, taken.reached.row.revision).await?;
    let [report] = reports.as_slice() else { return Err(ResolveRefusal::NothingStands) };
    let games = read_games(&report.games).ok_or(ResolveRefusal::NothingStands)?;
    store::report::set_status(tx, report.id, "stands").await?;
    let outcome = Outcome::Played(games);
    result::decided(tx, cx, &taken.reached, &drawn, &outcome, "dispute").await.map_err(ResolveRefusal::Decide)?;
    Ok(())
}

/// Finds a dispute to be nothing: the result stands.
///
/// # Errors
/// See [`ResolveRefusal`].
pub async fn dismiss(tx: &Tx, cx: &Context<'_>, dispute: i64, why: &str) -> Result<(), ResolveRefusal> {
    let mut taken = take(tx, cx, dispute).await?;
    taken.permit(cx, Deed::Dismiss).map_err(DisputeRefusal::from)?;
    let why = said(why)?;
    stand(tx, cx, &mut taken).await?;
    let change = row::ActiveModel { resolution_notes: Set(why.to_owned()), ..Default::default() };
    taken.move_on(tx, cx, Deed::Dismiss, State::Dismissed, change).await?;
    taken.tell_sides(tx, cx, "Dispute dismissed", why).await?;
    let facts = json!({ "match": taken.reached.row.id, "dispute": dispute, "why": why });
    audit::record(tx, cx, Action::DisputeClose, Some(taken.reached.tournament.id), facts).await?;
    Ok(())
}

/// Takes one's own dispute back: the result stands, or waits for an answer again.
///
/// # Errors
/// See [`ResolveRefusal`].
pub async fn withdraw(tx: &Tx, cx: &Context<'_>, dispute: i64) -> Result<(), ResolveRefusal> {
    let mut taken = take(tx, cx, dispute).await?;
    taken.permit(cx, Deed::Withdraw).map_err(DisputeRefusal::from)?;
    let drawn = taken.reached.bracket(tx).await.map_err(DisputeRefusal::from)?;
    if is_decided(&taken.reached, &drawn) {
        restore(tx, cx, &mut taken.reached, &drawn).await?;
    } else {
        store::report::move_on(tx, taken.reached.row.id, "disputed", "open").await?;
        let until = result::answer_by(cx, &taken.reached);
        let change = meeting::ActiveModel {
            state: Set(match_state::State::PendingResult.as_str().to_owned()),
            confirm_by: Set(Some(until)),
            ..Default::default()
        };
        taken.reached.change(tx, cx, change).await.map_err(DisputeRefusal::from)?;
        jobs::at(tx, cx, jobs::MATCH_CLOCK, "match_id", taken.reached.row.id, until).await?;
    }
    taken.move_on(tx, cx, Deed::Withdraw, State::Withdrawn, row::ActiveModel::default()).await?;
    taken.tell_sides(tx, cx, "Dispute withdrawn", "Who opened the dispute has withdrawn it.").await?;
    let facts = json!({ "match": taken.reached.row.id, "dispute": dispute, "why": "withdrawn" });
    audit::record(tx, cx, Action::DisputeClose, Some(taken.reached.tournament.id), facts).await?;
    Ok(())
}
