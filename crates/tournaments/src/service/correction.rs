//! Correcting a result that stands: first everything that would change, in words; then the change, if the bracket is
//! still the one that was looked at.

use std::collections::BTreeMap;

use brackets::{How, Outcome};
use kernel::{Db, DbError, Tx};
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::{
    audit::{self, Action},
    context::Context,
    error::play::{CorrectRefusal, Unreachable},
    model::{r#match as row, tournament},
    rules::{
        match_state::Deed,
        meeting::{Meeting, Standing, difference, project},
        prize::{Won, placement},
        result::{check, series},
        structure::{HeldUp, Structure},
    },
    service::{
        board::{self, Cause, Drawn, Written},
        draw,
        matches::board_role,
        prize,
        reach::{Reached, look, reach},
        result::may_be_level,
    },
    store,
};

/// A match that a correction changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatchChange {
    /// The match; nothing when it would come into being.
    pub match_id: Option<i64>,
    /// What it is called, such as "Winners round 2, match 3".
    pub title: String,
    /// How it is, in words; nothing when it would come into being.
    pub before: Option<String>,
    /// How it would be, in words; nothing when it would go.
    pub after: Option<String>,
}

/// Somebody's place, before and after: first and last of the shared places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceChange {
    /// The registration.
    pub registration: i64,
    /// Its name.
    pub name: String,
    /// Before.
    pub before: Option<(u32, u32)>,
    /// After.
    pub after: Option<(u32, u32)>,
}

/// Somebody's prize, before and after: coins and money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrizeChange {
    /// The registration.
    pub registration: i64,
    /// Its name.
    pub name: String,
    /// Before.
    pub before: (i64, i64),
    /// After.
    pub after: (i64, i64),
}

/// Who reaches a stage, before and after; nothing while that cannot be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QualifierChange {
    /// The stage.
    pub stage: String,
    /// Names before.
    pub before: Option<Vec<String>>,
    /// Names after.
    pub after: Option<Vec<String>>,
    /// Whether the stage keeps those whom it has, since it has begun.
    pub kept: bool,
}

/// Everything that a correction changes, or a result where there was none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CorrectionPreview {
    /// The revision of the bracket that was looked at; [`correct`] wants it back, and who resolves a dispute gives it.
    pub revision: i32,
    /// Matches.
    pub matches: Vec<MatchChange>,
    /// Places.
    pub places: Vec<PlaceChange>,
    /// Whether they are those so far, because more is to be played then.
    pub so_far: bool,
    /// Who reaches a later stage.
    pub qualifiers: Vec<QualifierChange>,
    /// Prizes.
    pub prizes: Vec<PrizeChange>,
    /// The winner of the tournament, when it is another.
    pub champion: Option<(Option<String>, Option<String>)>,
    /// What somebody has to decide then.
    pub waits: Vec<HeldUp>,
    /// Whether the prizes have been paid, so that no correction may change them.
    pub prizes_paid: bool,
}

impl CorrectionPreview {
    /// Everything, a line each.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for change in &self.matches {
            let is = |text: &Option<String>, none: &str| text.clone().unwrap_or_else(|| none.to_owned());
            lines.push(format!(
                "{}: {} → {}",
                change.title,
                is(&change.before, "not there"),
                is(&change.after, "withdrawn")
            ));
        }
        let place = |place: Option<(u32, u32)>| match place {
            None => "none".to_owned(),
            Some((first, last)) if first == last => first.to_string(),
            Some((first, last)) => format!("{first} to {last}"),
        };
        for change in &self.places {
            let so_far = if self.so_far { " so far" } else { "" };
            lines.push(format!("Place of {}{so_far}: {} → {}", change.name, place(change.before), place(change.after)));
        }
        for change in &self.qualifiers {
            let list = |names: &Option<Vec<String>>| names.as_ref().map_or("open".to_owned(), |names| names.join(", "));
            let kept = if change.kept { " (it has begun and keeps whom it has)" } else { "" };
            lines.push(format!("{}: {} → {}{kept}", change.stage, list(&change.before), list(&change.after)));
        }
        for change in &self.prizes {
            let prize = |(coins, money): (i64, i64)| match (coins, money) {
                (coins, 0) => format!("{coins} coins"),
                (0, money) => format!("{}.{:02}", money / 100, money % 100),
                (coins, money) => format!("{coins} coins and {}.{:02}", money / 100, money % 100),
            };
            lines.push(format!("Prize of {}: {} → {}", change.name, prize(change.before), prize(change.after)));
        }
        if let Some((before, after)) = &self.champion {
            let name = |name: &Option<String>| name.clone().unwrap_or_else(|| "open".to_owned());
            lines.push(format!("Winner of the tournament: {} → {}", name(before), name(after)));
        }
        lines
    }

    /// Whether nothing would change.
    pub fn is_empty(&self) -> bool {
        self.lines().is_empty()
    }
}

/// What would change if a match had another outcome, or with none were open again. With `anew`, what was paired or
/// drawn on the old result is made again; otherwise it stands.
///
/// # Errors
/// See [`CorrectRefusal`]: as [`correct`], but for the reason and the revision.
pub async fn preview_correction(
    db: &Db,
    cx: &Context<'_>,
    match_id: i64,
    outcome: Option<&Outcome>,
    anew: bool,
) -> Result<CorrectionPreview, CorrectRefusal> {
    let (db, unknown) = (db.read(), || Unreachable::NoSuchMatch(match_id));
    let row = store::matches::find(db, match_id).await?.ok_or_else(unknown)?;
    let tournament = store::tournament(db, row.tournament_id).await.map_err(DbError::from)?.ok_or_else(unknown)?;
    let reached = look(db, cx, tournament, row).await?;
    reached.permit(Deed::Correct)?;
    let drawn = board::find(db, reached.tournament.id).await?.ok_or(Unreachable::NoBracket)?;
    let (after, waits) = corrected(&reached, &drawn, outcome, anew, None)?;
    Ok(preview(db, &reached.tournament, &drawn, &after, waits).await?)
}

/// The bracket with another result, and what somebody has to decide then.
pub(crate) fn corrected(
    reached: &Reached,
    drawn: &Drawn,
    outcome: Option<&Outcome>,
    anew: bool,
    chance: Option<u64>,
) -> Result<(Structure, Vec<HeldUp>), CorrectRefusal> {
    let status = reached.tournament.status.as_str();
    if !matches!(status, "live" | "completed") {
        return Err(CorrectRefusal::Closed(status.to_owned()));
    }
    if let Some(outcome) = outcome {
        check(&series(reached.row.best_of, may_be_level(&drawn.structure, &reached.row)?), outcome)?;
    }
    let role = board_role(&reached.row)?;
    let (after, waits) = drawn.structure.correct(role, outcome.cloned(), anew, chance)?;
    if project(&after) == project(&drawn.structure) {
        return Err(CorrectRefusal::NoChange);
    }
    Ok((after, waits))
}

/// What is different between the bracket as it is and as it would be.
pub(crate) async fn preview(
    db: &impl ConnectionTrait,
    tournament: &tournament::Model,
    drawn: &Drawn,
    after: &Structure,
    waits: Vec<HeldUp>,
) -> Result<CorrectionPreview, DbError> {
    let before = &drawn.structure;
    let entries = store::matches::entries(db, before.registrations()).await?;
    let names: BTreeMap<i64, String> = entries.into_iter().map(|entry| (entry.id, entry.display_name)).collect();
    let name = |id: i64| names.get(&id).cloned().unwrap_or_else(|| format!("entry {id}"));
    let ids = store::draw::match_ids(db, drawn.bracket.id).await?;
    let changes = difference(&project(before), &project(after));
    let one = |was: Option<&Meeting>, is: Option<&Meeting>| {
        let role = was.or(is).map(|meeting| meeting.role);
        let title = role.and_then(|role| before.title(role)).unwrap_or_default();
        let match_id = role.and_then(|(_, at)| ids.get(&at.to_string()).copied());
        let told = |words: fn(&Meeting, &dyn Fn(i64) -> String) -> String| {
            [was, is].map(|meeting| meeting.map(|meeting| words(meeting, &name)))
        };
        let [mut before, mut after] = told(words);
        if before == after {
            [before, after] = told(in_full);
        }
        let open = |meeting: Option<&Meeting>| meeting.is_some_and(|meeting| meeting.standing == Standing::Open);
        if open(was) && open(is) {
            [before, after] = told(pair);
        }
        MatchChange { match_id, title, before, after }
    };
    let matches = changes
        .changed
        .iter()
        .map(|(was, is)| one(Some(was), Some(is)))
        .chain(changes.went.iter().map(|was| one(Some(was), None)))
        .chain(changes.came.iter().map(|is| one(None, Some(is))))
        .filter(|change| change.before != change.after)
        .collect();
    let (was, is) = (places(before), places(after));
    let moved = before.registrations().iter().filter(|id| was.get(id) != is.get(id)).map(|id| PlaceChange {
        registration: *id,
        name: name(*id),
        before: was.get(id).copied(),
        after: is.get(id).copied(),
    });
    let places = moved.collect();
    let qualifiers = (1..before.stages()).filter_map(|at| {
        let stage = before.plan().stages.get(at)?.name.clone();
        let names = |structure: &Structure| -> Option<Vec<String>> {
            let qualified = structure.event().qualified(at).ok()?;
            let mut ids: Vec<i64> = qualified.iter().filter_map(|one| structure.registration(one.id)).collect();
            ids.sort_unstable();
            Some(ids.into_iter().map(name).collect())
        };
        let (was, is) = (names(before), names(after));
        let kept = after.event().stale().iter().any(|stale| stale.index == at);
        (was != is || kept).then_some(QualifierChange { stage, before: was, after: is, kept })
    });
    let qualifiers = qualifiers.collect();
    let (was, is) = (won(tournament, before), won(tournament, after));
    let nothing = (0, 0);
    let prizes = before.registrations().iter().filter_map(|id| {
        let (was, is) = (was.get(id).copied().unwrap_or(nothing), is.get(id).copied().unwrap_or(nothing));
        (was != is).then(|| PrizeChange { registration: *id, name: name(*id), before: was, after: is })
    });
    let prizes = prizes.collect();
    let (was, is) = (before.champion(), after.champion());
    let champion = (was != is).then(|| (was.map(name), is.map(name)));
    let prizes_paid = tournament.prizes_paid_at.is_some();
    let revision = drawn.bracket.revision;
    let so_far = !after.is_finished();
    Ok(CorrectionPreview { revision, matches, places, so_far, qualifiers, prizes, champion, waits, prizes_paid })
}

fn pair(meeting: &Meeting, name: &dyn Fn(i64) -> String) -> String {
    let side = |side: usize| meeting.sides[side].map_or_else(|| "nobody yet".to_owned(), name);
    format!("{} against {}", side(0), side(1))
}

/// Who meets, and how it stands or ended.
fn words(meeting: &Meeting, name: &dyn Fn(i64) -> String) -> String {
    let pair = pair(meeting, name);
    match &meeting.standing {
        Standing::Open => format!("{pair}, to be played"),
        Standing::Off => format!("{pair}, not played"),
        Standing::Decided(decided) => {
            let how = match decided.how {
                How::Played => "",
                How::Ruling => " by a ruling",
                How::Walkover | How::DoubleForfeit if decided.no_show => " by not appearing",
                How::Walkover | How::DoubleForfeit => " by forfeit",
            };
            format!("{pair} {}:{}{how}", decided.score[0], decided.score[1])
        }
    }
}

/// The same with its games, or whom it was given to: for two results that else read alike.
fn in_full(meeting: &Meeting, name: &dyn Fn(i64) -> String) -> String {
    let words = words(meeting, name);
    let Standing::Decided(decided) = &meeting.standing else { return words };
    let mut more: Vec<String> =
        decided.games.iter().filter_map(|game| game.points).map(|[a, b]| format!("{a}:{b}")).collect();
    if let Some(winner) =
        decided.winner.and_then(|side| meeting.sides[side.index()]).filter(|_| decided.how == How::Ruling)
    {
        more.push(format!("{} wins", name(winner)));
    }
    if more.is_empty() { words } else { format!("{words} ({})", more.join(", ")) }
}

fn places(structure: &Structure) -> BTreeMap<i64, (u32, u32)> {
    let rows = structure.standings().rows;
    rows.into_iter().filter_map(|row| Some((structure.registration(row.entrant)?, (row.rank, row.through)))).collect()
}

fn won(tournament: &tournament::Model, structure: &Structure) -> BTreeMap<i64, (i64, i64)> {
    let won = prize::computed(tournament, structure).unwrap_or_default();
    won.into_iter()
        .filter_map(|Won { entrant, coins, money, .. }| Some((structure.registration(entrant)?, (coins, money))))
        .collect()
}

/// Changes a result that stands: `outcome` takes its place, or the match is open again without one. `revision` is
/// the one of the bracket that [`preview_correction`] showed.
///
/// # Errors
/// See [`CorrectRefusal`]; among others when the bracket has changed since, or prizes that would change are paid.
#[allow(clippy::too_many_arguments)]
pub async fn correct(
    tx: &Tx,
    cx: &Context<'_>,
    match_id: i64,
    revision: i32,
    outcome: Option<&Outcome>,
    anew: bool,
    reason: &str,
) -> Result<Corrected, CorrectRefusal> {
    let reached = reach(tx, cx, match_id).await?;
    reached.permit(Deed::Correct)?;
    if reason.trim().is_empty() {
        return Err(CorrectRefusal::NoReason);
    }
    let drawn = reached.bracket(tx).await?;
    if drawn.bracket.revision != revision {
        return Err(CorrectRefusal::Outdated { seen: revision, now: drawn.bracket.revision });
    }
    let Written { revision, matches, reset } = carry_out(tx, cx, &reached, &drawn, outcome, anew, "correction").await?;
    let action = if outcome.is_some() { Action::MatchScoreUpdate } else { Action::MatchReset };
    let facts = json!({
        "match": match_id,
        "before": facts_of(&reached.row),
        "after": outcome.map(super::result::outcome_facts),
        "anew": anew,
        "reset": reset,
        "reason": reason,
    });
    audit::record(tx, cx, action, Some(reached.tournament.id), facts).await?;
    Ok(Corrected { revision, matches, reset })
}

/// What a correction did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Corrected {
    /// The bracket's revision now.
    pub revision: i32,
    /// Matches that changed, came or went.
    pub matches: Vec<i64>,
    /// Those of them whose result or meeting is another one.
    pub reset: Vec<i64>,
}

fn facts_of(row: &row::Model) -> serde_json::Value {
    json!({ "score": [row.participant1_score, row.participant2_score], "winner": row.winner_id, "state": row.state })
}

/// Makes a correction that may be made.
pub(crate) async fn carry_out(
    tx: &Tx,
    cx: &Context<'_>,
    reached: &Reached,
    drawn: &Drawn,
    outcome: Option<&Outcome>,
    anew: bool,
    decided_by: &'static str,
) -> Result<Written, CorrectRefusal> {
    let (after, _) = corrected(reached, drawn, outcome, anew, Some(cx.random.number()))?;
    if reached.tournament.prizes_paid_at.is_some() {
        let touched = touched(&reached.tournament, &drawn.structure, &after);
        if !touched.is_empty() {
            let names = store::matches::entries(tx, &touched).await?;
            return Err(CorrectRefusal::PrizesPaid(names.into_iter().map(|entry| entry.display_name).collect()));
        }
    }
    let cause = Cause { role: board_role(&reached.row)?, decided_by };
    let written = board::go_on(tx, cx, &reached.tournament, drawn, &after, Some(cause)).await?;
    draw::waits(tx, cx, &reached.tournament, &after).await?;
    Ok(written)
}

/// Whose prizes or awards would be others.
fn touched(tournament: &tournament::Model, before: &Structure, after: &Structure) -> Vec<i64> {
    let (was, is) = (won(tournament, before), won(tournament, after));
    let (placed, places) = (places(before), places(after));
    let award = |places: &BTreeMap<i64, (u32, u32)>, id: &i64| places.get(id).copied().and_then(placement);
    let entries = before.registrations().iter().copied();
    entries.filter(|id| was.get(id) != is.get(id) || award(&placed, id) != award(&places, id)).collect()
}
