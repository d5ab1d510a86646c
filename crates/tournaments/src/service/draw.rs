//! Seeding, drawing, publishing a bracket, and what in it somebody has to decide: the next Swiss round, a tie on
//! the line, an entry that leaves.
//!
//! Not here: results (`result`), and the rows that are made of a bracket (`board`).

use std::collections::BTreeSet;

use brackets::{Command, TieDecision};
use chrono::{DateTime, Utc};
use kernel::{DbError, Tx};
use sea_orm::{ActiveValue::Set, ConnectionTrait};
use serde_json::json;

use crate::{
    audit::{self, Action},
    context::Context,
    error::draw::{DrawRefusal, GoOnRefusal, PublishDrawRefusal, SeedRefusal},
    event,
    model::{bracket, registration, tournament},
    news, people,
    rules::{
        access::Act,
        draw::Settings,
        seeding::{self, Candidate, Method},
        structure::{HeldUp, Structure},
    },
    service::{
        access,
        board::{self, Drawn},
        notices,
    },
    store,
};

/// How seeds are given by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seeds {
    /// All of them, best first.
    Listed(Vec<i64>),
    /// One entry goes to a seed, from 1; those between move by one.
    Moved {
        /// The registration.
        registration: i64,
        /// Its seed.
        seed: usize,
    },
    /// By a method; lots are drawn now.
    By(Method),
}

/// States of a tournament before it is played, in which it is drawn.
const BEFORE: [&str; 4] = ["published", "registration_open", "registration_closed", "check_in"];

/// Whether an entry must have said that it is there before it is drawn.
fn must_be_there(tournament: &tournament::Model, now: DateTime<Utc>) -> bool {
    // Until play is due everybody may still come; who has not by then has lost the place.
    tournament.enable_check_in && tournament.status == "check_in" && now >= tournament.tournament_start
}

async fn candidates(tx: &Tx, cx: &Context<'_>, tournament: &tournament::Model) -> Result<Vec<Candidate>, DbError> {
    let entries = store::seeding::entries(tx, tournament.id, must_be_there(tournament, cx.now())).await?;
    let points = store::seeding::points(tx, &entries).await?;
    let candidate = |entry: &registration::Model| Candidate {
        registration: entry.id,
        seed: entry.seed,
        slot: entry.slot_number,
        points: entry.team_id.and_then(|team| points.get(&team).copied()),
    };
    Ok(entries.iter().map(candidate).collect())
}

/// Gives seeds, and answers the order: best first.
///
/// # Errors
/// See [`SeedRefusal`].
pub async fn seed(tx: &Tx, cx: &Context<'_>, tournament: i64, seeds: Seeds) -> Result<Vec<i64>, SeedRefusal> {
    let found = store::lock_tournament(tx, tournament).await.map_err(DbError::from)?;
    let tournament = found.ok_or(SeedRefusal::NoSuchTournament(tournament))?;
    access::standing(tx, &cx.actor(), &tournament).await?.require(Act::Seed)?;
    store::seeding::lock_entries(tx, tournament.id).await?;
    if is_published(tx, tournament.id).await? {
        return Err(SeedRefusal::Published);
    }
    let candidates = candidates(tx, cx, &tournament).await?;
    let lot = cx.random.number();
    let (order, how) = match seeds {
        Seeds::Listed(list) => (seeding::listed(&candidates, &list)?, "listed"),
        Seeds::Moved { registration, seed } => (seeding::moved(&candidates, registration, seed)?, "moved"),
        Seeds::By(method) => (seeding::order(&candidates, method, lot)?, method.as_str()),
    };
    store::seeding::set_seeds(tx, tournament.id, &order, cx.now()).await?;
    let facts = json!({ "how": how, "lot": lot.to_string(), "order": order });
    audit::record(tx, cx, Action::SeedingChange, Some(tournament.id), facts).await?;
    Ok(order)
}

/// Draws the bracket from the present entries, as a preview that can be drawn again until it is published. The
/// seeds are given with it.
///
/// # Errors
/// See [`DrawRefusal`].
pub async fn generate(
    tx: &Tx,
    cx: &Context<'_>,
    tournament: i64,
    method: Method,
) -> Result<bracket::Model, DrawRefusal> {
    let found = store::lock_tournament(tx, tournament).await.map_err(DbError::from)?;
    let tournament = found.ok_or(DrawRefusal::NoSuchTournament(tournament))?;
    access::standing(tx, &cx.actor(), &tournament).await?.require(Act::Draw)?;
    if !BEFORE.contains(&tournament.status.as_str()) {
        return Err(DrawRefusal::NotNow(tournament.status));
    }
    store::seeding::lock_entries(tx, tournament.id).await?;
    let old = store::draw::lock(tx, tournament.id).await?;
    if old.as_ref().is_some_and(|bracket| bracket.is_finalized) {
        return Err(DrawRefusal::Published);
    }
    let lot = cx.random.number();
    let order = seeding::order(&candidates(tx, cx, &tournament).await?, method, lot)?;
    let mut structure = Structure::new(&Settings::of(&tournament)?, order.clone())?;
    structure.run_on(Some(cx.random.number()));
    store::seeding::set_seeds(tx, tournament.id, &order, cx.now()).await?;
    let again = old.as_ref().is_some_and(|bracket| bracket.generated_at.is_some());
    let bracket = match old {
        Some(bracket) => bracket,
        None => store::draw::insert(tx, fresh(cx, &tournament)).await?,
    };
    let bracket = board::draw_anew(tx, cx, &tournament, bracket, &structure, method.as_str()).await?;
    let action = if again { Action::BracketRegenerate } else { Action::BracketGenerate };
    let facts = json!({ "method": method.as_str(), "lot": lot.to_string(), "order": order });
    audit::record(tx, cx, action, Some(tournament.id), facts).await?;
    Ok(bracket)
}

fn fresh(cx: &Context<'_>, tournament: &tournament::Model) -> bracket::ActiveModel {
    bracket::ActiveModel {
        tournament_id: Set(tournament.id),
        format: Set(tournament.format.clone()),
        seeding_method: Set(Method::SlotOrder.as_str().to_owned()),
        status: Set("pending".to_owned()),
        total_rounds: Set(0),
        total_matches: Set(0),
        bracket_structure: Set(json!({})),
        revision: Set(0),
        is_finalized: Set(false),
        created_at: Set(cx.now()),
        updated_at: Set(cx.now()),
        ..Default::default()
    }
}

/// Whether the bracket of a tournament is published.
///
/// # Errors
/// When the database fails.
pub async fn is_published(db: &impl ConnectionTrait, tournament: i64) -> Result<bool, DbError> {
    Ok(store::draw::of_tournament(db, tournament).await?.is_some_and(|bracket| bracket.is_finalized))
}

/// Whether the bracket of a tournament is published and everybody who is to play is in it: play can begin.
///
/// # Errors
/// When the database fails.
pub async fn is_playable(db: &impl ConnectionTrait, tournament: &tournament::Model) -> Result<bool, DbError> {
    let Some(drawn) = board::find(db, tournament.id).await?.filter(|drawn| drawn.bracket.is_finalized) else {
        return Ok(false);
    };
    let entries = store::seeding::entries(db, tournament.id, false).await?;
    Ok(entries.iter().all(|entry| drawn.structure.entrant(entry.id).is_some()))
}

/// Locks the bracket for play and shows it to all; every entry is told.
///
/// # Errors
/// See [`PublishDrawRefusal`].
pub async fn publish(tx: &Tx, cx: &Context<'_>, tournament: i64) -> Result<bracket::Model, PublishDrawRefusal> {
    use PublishDrawRefusal as No;
    let found = store::lock_tournament(tx, tournament).await.map_err(DbError::from)?;
    let tournament = found.ok_or(No::NoSuchTournament(tournament))?;
    access::standing(tx, &cx.actor(), &tournament).await?.require(Act::Draw)?;
    match tournament.status.as_str() {
        "registration_closed" | "check_in" => {}
        "published" | "registration_open" => return Err(No::RegistrationOpen),
        _ => return Err(No::NotNow(tournament.status)),
    }
    store::seeding::lock_entries(tx, tournament.id).await?;
    let Drawn { bracket, structure } = board::lock(tx, tournament.id).await?.ok_or(No::NotDrawn)?;
    if bracket.is_finalized {
        return Err(No::Published);
    }
    let entries = store::seeding::entries(tx, tournament.id, must_be_there(&tournament, cx.now())).await?;
    let playing: BTreeSet<i64> = entries.iter().map(|entry| entry.id).collect();
    let drawn: BTreeSet<i64> = structure.registrations().iter().copied().collect();
    if playing != drawn {
        return Err(No::EntriesChanged {
            gone: drawn.difference(&playing).copied().collect(),
            missing: playing.difference(&drawn).copied().collect(),
        });
    }
    let bracket = set_finalized(tx, cx, bracket, true).await?;
    let published = news::BracketPublished { tournament_id: tournament.id, revision: bracket.revision };
    event::tell(tx, cx, tournament.id, published).await?;
    let notice = notifications::service::Notice {
        kind: "bracket_ready",
        event: "bracket.published",
        title: format!("The bracket of {} is ready", tournament.name),
        body: "See whom you meet first.".to_owned(),
        url: format!("{}/bracket", notices::tournament_path(&tournament)),
    };
    for entry in &entries {
        people::notify_entry(tx, cx, entry, notice.clone()).await?;
    }
    let facts = json!({ "revision": bracket.revision, "entries": entries.len() });
    audit::record(tx, cx, Action::BracketFinalize, Some(tournament.id), facts).await?;
    Ok(bracket)
}

async fn set_finalized(
    tx: &Tx,
    cx: &Context<'_>,
    bracket: bracket::Model,
    finalized: bool,
) -> Result<bracket::Model, DbError> {
    let revision = bracket.revision + 1;
    let row = bracket::ActiveModel {
        is_finalized: Set(finalized),
        revision: Set(revision),
        updated_at: Set(cx.now()),
        ..Default::default()
    };
    store::draw::update(tx, bracket.id, bracket.revision, row).await?;
    Ok(bracket::Model { is_finalized: finalized, revision, updated_at: cx.now(), ..bracket })
}

/// Unlocks a published bracket of which nothing has been played, so that it can be drawn again.
///
/// # Errors
/// See [`PublishDrawRefusal`].
pub async fn unpublish(tx: &Tx, cx: &Context<'_>, tournament: i64) -> Result<bracket::Model, PublishDrawRefusal> {
    use PublishDrawRefusal as No;
    let found = store::lock_tournament(tx, tournament).await.map_err(DbError::from)?;
    let tournament = found.ok_or(No::NoSuchTournament(tournament))?;
    access::standing(tx, &cx.actor(), &tournament).await?.require(Act::Draw)?;
    if !BEFORE.contains(&tournament.status.as_str()) {
        return Err(No::NotNow(tournament.status));
    }
    let Drawn { bracket, structure } = board::lock(tx, tournament.id).await?.ok_or(No::NotDrawn)?;
    if !bracket.is_finalized {
        return Err(No::NotPublished);
    }
    if structure.has_results() {
        return Err(No::HasResults);
    }
    let bracket = set_finalized(tx, cx, bracket, false).await?;
    event::tell(tx, cx, tournament.id, news::BracketUnpublished { tournament_id: tournament.id }).await?;
    let facts = json!({ "revision": bracket.revision });
    audit::record(tx, cx, Action::BracketUnfinalize, Some(tournament.id), facts).await?;
    Ok(bracket)
}

/// A bracket in play, locked, for somebody who may draw.
async fn in_play(tx: &Tx, cx: &Context<'_>, tournament: i64) -> Result<(tournament::Model, Drawn), GoOnRefusal> {
    let found = store::lock_tournament(tx, tournament).await.map_err(DbError::from)?;
    let tournament = found.ok_or(GoOnRefusal::NoSuchTournament(tournament))?;
    access::standing(tx, &cx.actor(), &tournament).await?.require(Act::Draw)?;
    let drawn = board::lock(tx, tournament.id).await?;
    let drawn = drawn.filter(|drawn| drawn.bracket.is_finalized && tournament.status == "live");
    Ok((tournament, drawn.ok_or(GoOnRefusal::NotRunning)?))
}

/// Pairs the next Swiss round, when that did not go by itself; with `rematches`, entries that have met may meet
/// again where nothing else is possible.
///
/// # Errors
/// See [`GoOnRefusal`].
pub async fn pair_round(tx: &Tx, cx: &Context<'_>, tournament: i64, rematches: bool) -> Result<u16, GoOnRefusal> {
    let (tournament, drawn) = in_play(tx, cx, tournament).await?;
    let before = &drawn.structure;
    let stages = (1..=before.stages()).filter_map(|stage| i16::try_from(stage).ok());
    let stage = stages.into_iter().find(|stage| before.awaits_pairing(*stage)).ok_or(GoOnRefusal::NothingWaits)?;
    let seed = cx.random.number();
    let (after, _) = before.apply(stage, Command::Pair { seed, rematches }, None)?;
    let round = after.stage(stage).and_then(|stage| stage.match_ids().map(|at| at.round()).max()).unwrap_or(0);
    board::go_on(tx, cx, &tournament, &drawn, &after, None).await?;
    let facts = json!({ "round": round, "lot": seed.to_string(), "rematches": rematches });
    audit::record(tx, cx, Action::BracketGenerate, Some(tournament.id), facts).await?;
    Ok(round)
}

/// Breaks a tie that lies on the line of who goes on: the tied entries in order, best first, and by what.
///
/// # Errors
/// See [`GoOnRefusal`].
pub async fn break_tie(
    tx: &Tx,
    cx: &Context<'_>,
    tournament: i64,
    order: Vec<i64>,
    how: TieDecision,
) -> Result<Vec<HeldUp>, GoOnRefusal> {
    let (tournament, drawn) = in_play(tx, cx, tournament).await?;
    let before = &drawn.structure;
    let waits = before.held_up().into_iter().find_map(|held_up| match held_up {
        HeldUp::Tie { stage, tied, .. } if same_set(&tied, &order) => Some(stage),
        _ => None,
    });
    let stage = waits.ok_or(GoOnRefusal::NothingWaits)?;
    let number = |entry: &i64| before.entrant(*entry).ok_or(GoOnRefusal::NotInBracket(*entry));
    let entrants = order.iter().map(number).collect::<Result<Vec<_>, _>>()?;
    let command = Command::BreakTie { order: entrants, how };
    let (after, held_up) = before.apply(stage, command, Some(cx.random.number()))?;
    board::go_on(tx, cx, &tournament, &drawn, &after, None).await?;
    let how = match how {
        TieDecision::Playoff => "playoff".to_owned(),
        TieDecision::Lot(seed) => format!("lot {seed}"),
        TieDecision::Ruling => "ruling".to_owned(),
    };
    let facts = json!({ "tie": order, "how": how });
    audit::record(tx, cx, Action::MatchScoreUpdate, Some(tournament.id), facts).await?;
    Ok(held_up)
}

fn same_set(one: &[i64], other: &[i64]) -> bool {
    let set = |list: &[i64]| list.iter().copied().collect::<BTreeSet<_>>();
    one.len() == other.len() && set(one) == set(other)
}

/// Takes an entry out of a published bracket, because it was disqualified, withdrew or did not appear: its open and
/// later matches are walkovers, what it has played stands. Nothing happens where there is no such bracket, or the
/// entry has no more to play. The caller has locked the tournament and decided that it may be.
///
/// # Errors
/// When the database fails.
pub async fn withdraw_entry(
    tx: &Tx,
    cx: &Context<'_>,
    tournament: &tournament::Model,
    registration: i64,
) -> Result<bool, DbError> {
    set_gone(tx, cx, tournament, registration, true).await
}

/// Puts an entry that was taken out of a published bracket back into it: its walkovers are open again, as far as
/// nothing was played on them. Otherwise as [`withdraw_entry`].
///
/// # Errors
/// When the database fails.
pub async fn reinstate_entry(
    tx: &Tx,
    cx: &Context<'_>,
    tournament: &tournament::Model,
    registration: i64,
) -> Result<bool, DbError> {
    set_gone(tx, cx, tournament, registration, false).await
}

async fn set_gone(
    tx: &Tx,
    cx: &Context<'_>,
    tournament: &tournament::Model,
    registration: i64,
    gone: bool,
) -> Result<bool, DbError> {
    let Some(drawn) = board::lock(tx, tournament.id).await?.filter(|drawn| drawn.bracket.is_finalized) else {
        return Ok(false);
    };
    let Some(who) = drawn.structure.entrant(registration) else { return Ok(false) };
    let mut after = drawn.structure.clone();
    let mut changed = false;
    for stage in (1..=after.stages()).filter_map(|stage| i16::try_from(stage).ok()) {
        let concerned = after.stage(stage).is_some_and(|stage| {
            // A stage that is over stays as it is for who leaves.
            let open = !gone || !stage.is_finished();
            stage.entrants().contains(&who) && stage.has_withdrawn(who) != gone && open
        });
        if !concerned {
            continue;
        }
        let command = if gone { Command::Withdraw { who } } else { Command::Reinstate { who } };
        let next = after.apply(stage, command, Some(cx.random.number()));
        let (next, _) = next.map_err(|why| DbError::from(sea_orm::DbErr::Custom(why.to_string())))?;
        (after, changed) = (next, true);
    }
    if changed {
        board::go_on(tx, cx, tournament, &drawn, &after, None).await?;
        waits(tx, cx, tournament, &after).await?;
    }
    Ok(changed)
}

/// Tells the organizer when a bracket waits for a decision.
pub(crate) async fn waits(
    tx: &Tx,
    cx: &Context<'_>,
    tournament: &tournament::Model,
    after: &Structure,
) -> Result<(), DbError> {
    for held_up in after.held_up() {
        let (title, body) = match &held_up {
            HeldUp::Tie { tied, places, .. } => (
                "A tie has to be broken".to_owned(),
                format!("{} entries are tied for {places} places. Play it off, draw a lot, or rule.", tied.len()),
            ),
            HeldUp::OnlyRematches { round, .. } => (
                format!("Round {round} waits to be paired"),
                "Only entries that have met are left to meet. Allow rematches, or end the tournament.".to_owned(),
            ),
            HeldUp::Other { why, .. } => ("The bracket waits for you".to_owned(), why.clone()),
        };
        let notice = notifications::service::Notice {
            kind: "generic",
            event: "bracket.held_up",
            title: format!("{}: {title}", tournament.name),
            body,
            url: format!("{}/bracket", notices::tournament_path(tournament)),
        };
        notices::to_those_who_may(tx, cx, tournament, Act::Draw, notice).await?;
    }
    Ok(())
}
