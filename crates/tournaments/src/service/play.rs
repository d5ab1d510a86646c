//! What pages and the API show of play: the bracket to draw, standings, matches, disputes and prizes. Each is a plain
//! value made by a few statements.
//!
//! Not here: changing anything.

use std::collections::BTreeMap;

use brackets::{EntrantId, Side, standings::Table};
use chrono::{DateTime, Utc};
use kernel::{Db, DbError};

use crate::{
    context::Context,
    model::{
        bracket, dispute, dispute_evidence as evidence, r#match as row, prize_award as award,
        result_submission as submission, tournament,
    },
    rules::{
        access::Act,
        dispute::State as DisputeState,
        match_state::{Deed, State, permit},
        structure::{HeldUp, Structure},
    },
    service::{
        access, board, dispute as disputes,
        matches::{Lobby, opens},
        reach::{Reached, look},
    },
    store,
};

pub use crate::store::matches::Filter;

/// An entry as a drawing shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The registration.
    pub registration: i64,
    /// Its name.
    pub name: String,
    /// Its seed.
    pub seed: Option<i32>,
    /// Its team, when teams enter.
    pub team: Option<i64>,
}

/// A match as a drawing shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pinned {
    /// The match.
    pub match_id: i64,
    /// Its state.
    pub state: State,
    /// When it is played.
    pub scheduled: Option<DateTime<Utc>>,
    /// Its score.
    pub score: [i32; 2],
    /// How often its meeting or its result has changed.
    pub revision: i32,
}

/// A bracket, ready to draw.
#[derive(Clone, Debug)]
pub struct Drawing {
    /// Its row.
    pub bracket: bracket::Model,
    /// Its mathematics: stages, fixtures, boards.
    pub structure: Structure,
    /// Its entries by registration.
    pub entries: BTreeMap<i64, Shown>,
    /// Its matches, by their roles.
    pub matches: BTreeMap<String, Pinned>,
    /// What somebody has to decide before it goes on.
    pub waits: Vec<HeldUp>,
}

impl Drawing {
    /// The name of an entrant; empty for one that is not there.
    pub fn name(&self, who: EntrantId) -> &str {
        let entry = self.structure.registration(who).and_then(|id| self.entries.get(&id));
        entry.map_or("", |entry| entry.name.as_str())
    }
}

/// The bracket of a tournament, for those who may see it: all once it is published, before that those who draw it.
/// Three statements.
///
/// # Errors
/// When the database fails.
pub async fn drawing(db: &Db, cx: &Context<'_>, tournament: &tournament::Model) -> Result<Option<Drawing>, DbError> {
    let db = db.read();
    let Some(drawn) = board::find(db, tournament.id).await? else { return Ok(None) };
    let standing = access::standing(db, &cx.actor(), tournament).await?;
    let visible = if drawn.bracket.is_finalized { standing.may(Act::View) } else { standing.may(Act::Draw) };
    if !visible {
        return Ok(None);
    }
    let entries = store::matches::shown(db, drawn.structure.registrations()).await?;
    let entries = entries
        .into_iter()
        .map(|(registration, name, seed, team)| (registration, Shown { registration, name, seed, team }));
    let rows = store::matches::pinned(db, drawn.bracket.id).await?;
    let matches = rows.into_iter().map(|(code, match_id, state, scheduled, one, other, revision)| {
        let state = State::parse(&state).unwrap_or(State::Cancelled);
        (code, Pinned { match_id, state, scheduled, score: [one, other], revision })
    });
    let (entries, matches) = (entries.collect(), matches.collect());
    let waits = if tournament.status == "live" { drawn.structure.held_up() } else { Vec::new() };
    Ok(Some(Drawing { bracket: drawn.bracket, structure: drawn.structure, entries, matches, waits }))
}

/// Standings of a tournament: of the whole, and of each group while there are groups.
#[derive(Clone, Debug)]
pub struct Standings {
    /// Of the whole tournament.
    pub overall: Table,
    /// Of each table of the first stage, when there are several.
    pub groups: Vec<Table>,
    /// Registration and name of each entrant.
    pub names: BTreeMap<EntrantId, (i64, String)>,
}

/// The standings of a published bracket. Two statements.
///
/// # Errors
/// When the database fails.
pub async fn standings(db: &Db, tournament: i64) -> Result<Option<Standings>, DbError> {
    let Some(drawn) = board::find(db.read(), tournament).await?.filter(|drawn| drawn.bracket.is_finalized) else {
        return Ok(None);
    };
    let structure = &drawn.structure;
    let entries = store::matches::shown(db.read(), structure.registrations()).await?;
    let names = entries.into_iter().filter_map(|(id, name, ..)| structure.entrant(id).map(|who| (who, (id, name))));
    let groups = structure.stage(1).map(brackets::Stage::tables).filter(|tables| tables.len() > 1);
    Ok(Some(Standings { overall: structure.standings(), groups: groups.unwrap_or_default(), names: names.collect() }))
}

/// A page of matches.
#[derive(Clone, Debug)]
pub struct MatchList {
    /// The matches, in the order of play.
    pub matches: Vec<row::Model>,
    /// Where the next page begins, if there is one.
    pub next: Option<(i32, i32, i64)>,
}

/// Matches in the order of play. Those of a bracket that is not published are shown to nobody. Two statements.
///
/// # Errors
/// When the database fails.
pub async fn matches(
    db: &Db,
    filter: &Filter,
    after: Option<(i32, i32, i64)>,
    limit: u64,
) -> Result<MatchList, DbError> {
    if let Some(tournament) = filter.tournament
        && store::draw::of_tournament(db.read(), tournament).await?.is_some_and(|bracket| !bracket.is_finalized)
    {
        return Ok(MatchList { matches: Vec::new(), next: None });
    }
    let limit = limit.clamp(1, 200);
    let mut matches = store::matches::list(db.read(), filter, after, limit + 1).await?;
    let more = u64::try_from(matches.len()).unwrap_or(u64::MAX) > limit;
    matches.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next = matches.last().filter(|_| more).map(|row| (row.round_number, row.match_number, row.id));
    // Rooms are for those who play in them.
    for row in &mut matches {
        row.lobby_info = serde_json::json!({});
    }
    Ok(MatchList { matches, next })
}

/// The undecided matches in which somebody plays, or for whose side they stand, soonest first.
///
/// # Errors
/// When the database fails.
pub async fn my_open_matches(db: &Db, user: i64) -> Result<Vec<row::Model>, DbError> {
    let teams = store::matches::teams_represented(db.read(), user).await?;
    let mut rows = store::matches::open_of(db.read(), user, &teams).await?;
    let brackets: Vec<i64> = rows.iter().filter_map(|row| row.bracket_id).collect();
    let published = store::matches::published(db.read(), &brackets).await?;
    rows.retain(|row| row.bracket_id.is_none_or(|bracket| published.contains(&bracket)));
    Ok(rows)
}

/// What a match is called wherever people read of it, such as "Winners round 2, match 3".
pub fn title(structure: Option<&Structure>, row: &row::Model) -> String {
    let named = row.code.parse().ok().and_then(|at| structure?.title((row.stage, at)));
    // Brackets of the old platform have no such value.
    named.unwrap_or_else(|| format!("Round {}, match {}", row.round_number, row.match_number))
}

/// What these matches are called, by id. One statement.
///
/// # Errors
/// When the database fails.
pub async fn titles(db: &Db, rows: &[&row::Model]) -> Result<BTreeMap<i64, String>, DbError> {
    let mut ids: Vec<i64> = rows.iter().filter_map(|row| row.bracket_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let drawn = board::of(db.read(), &ids).await?;
    let structure = |row: &row::Model| row.bracket_id.and_then(|id| drawn.get(&id));
    Ok(rows.iter().map(|row| (row.id, title(structure(row), row))).collect())
}

/// What somebody can do to a match now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Can {
    /// What, in the order of [`Deed::ALL`].
    pub deeds: Vec<Deed>,
}

impl Can {
    /// Whether this is among it.
    pub fn do_(&self, deed: Deed) -> bool {
        self.deeds.contains(&deed)
    }
}

/// Everything about a match that somebody may see, and what they can do now.
#[derive(Clone, Debug)]
pub struct MatchPage {
    /// Its tournament.
    pub tournament: tournament::Model,
    /// The match, without its room.
    pub row: row::Model,
    /// What the match is called, such as "Winners round 2, match 3".
    pub title: String,
    /// The entries that meet.
    pub sides: [Option<Shown>; 2],
    /// The sides for which this person stands.
    pub mine: [bool; 2],
    /// The room, when this person may see it: who plays, and who runs matches.
    pub lobby: Option<Lobby>,
    /// Reports, for both sides and referees: whoever has to answer one sees what it says.
    pub reports: Vec<submission::Model>,
    /// Disputes with what was brought forward, for both sides and referees.
    pub disputes: Vec<(dispute::Model, Vec<evidence::Model>)>,
    /// When the check-in opens.
    pub check_in_opens: Option<DateTime<Utc>>,
    /// Until when the result can be disputed.
    pub disputable_until: Option<DateTime<Utc>>,
    /// Whether it may end level.
    pub may_be_level: bool,
    /// What this person can do now.
    pub can: Can,
}

/// The page of a match; nothing when there is none that this person may see.
///
/// # Errors
/// When the database fails.
pub async fn match_page(db: &Db, cx: &Context<'_>, match_id: i64) -> Result<Option<MatchPage>, DbError> {
    let db = db.read();
    let Some(mut row) = store::matches::find(db, match_id).await? else { return Ok(None) };
    let Some(tournament) = store::tournament(db, row.tournament_id).await? else { return Ok(None) };
    let lobby = Lobby::of(&row);
    row.lobby_info = serde_json::json!({});
    let reached = look(db, cx, tournament, row).await?;
    let drawn = board::find(db, reached.tournament.id).await?;
    let published = drawn.as_ref().is_none_or(|drawn| drawn.bracket.is_finalized);
    let referee = reached.standing.may(Act::RunMatches) || reached.standing.may(Act::ReviewDispute);
    if !reached.standing.may(Act::View) || !(published || reached.standing.may(Act::Draw)) {
        return Ok(None);
    }
    let plays = reached.mine.contains(&true) || plays_in(db, cx, &reached).await?;
    let inside = plays || referee;
    let reports = if inside { store::report::of_match(db, match_id).await? } else { Vec::new() };
    let disputes = if inside { store::dispute::of_match(db, match_id).await? } else { Vec::new() };
    let ids: Vec<i64> = disputes.iter().map(|dispute| dispute.id).collect();
    let mut evidence: BTreeMap<i64, Vec<evidence::Model>> = BTreeMap::new();
    for one in store::dispute::evidence(db, &ids).await? {
        evidence.entry(one.dispute_id).or_default().push(one);
    }
    let with_evidence = |dispute: dispute::Model| {
        let evidence = evidence.remove(&dispute.id).unwrap_or_default();
        (dispute, evidence)
    };
    let disputes = disputes.into_iter().map(with_evidence).collect();
    let role = reached.row.code.parse::<brackets::MatchId>().ok();
    let stage = drawn.as_ref().and_then(|drawn| drawn.structure.shape(reached.row.stage));
    let fixture = role.and_then(|at| stage.as_ref()?.fixture(at));
    Ok(Some(MatchPage {
        can: can(cx, &reached),
        sides: reached.sides.clone().map(|side| {
            side.map(|entry| Shown {
                registration: entry.id,
                name: entry.display_name,
                seed: entry.seed,
                team: entry.team_id,
            })
        }),
        lobby: Some(lobby).filter(|lobby| inside && !lobby.is_empty()),
        check_in_opens: opens(&reached.tournament, &reached.row).filter(|_| reached.tournament.enable_check_in),
        disputable_until: disputes::window(&reached),
        may_be_level: fixture.is_some_and(|fixture| fixture.series.draws),
        mine: reached.mine,
        title: title(drawn.as_ref().map(|drawn| &drawn.structure), &reached.row),
        reports,
        disputes,
        row: reached.row,
        tournament: reached.tournament,
    }))
}

/// Whether somebody plays for one of the sides, without standing for it.
async fn plays_in(db: &impl sea_orm::ConnectionTrait, cx: &Context<'_>, reached: &Reached) -> Result<bool, DbError> {
    let Some(user) = cx.user() else { return Ok(false) };
    let entries: Vec<i64> = reached.sides.iter().flatten().map(|entry| entry.id).collect();
    Ok(store::prize::players(db, &entries).await?.iter().any(|(_, player)| *player == user))
}

/// What somebody can do to a match now: the table of deeds, with what the clock and the tournament add to it.
pub(crate) fn can(cx: &Context<'_>, reached: &Reached) -> Can {
    let (now, row) = (cx.now(), &reached.row);
    let live = reached.tournament.status == "live";
    let pair = reached.pair().is_ok();
    let timely = |deed: Deed| match deed {
        Deed::Schedule | Deed::Furnish => true,
        Deed::CheckIn => {
            let staff = reached.part(deed).staff;
            let open = opens(&reached.tournament, row).is_some_and(|opens| opens <= now)
                && row.check_in_deadline.is_none_or(|deadline| now <= deadline);
            let there = [row.participant1_checked_in, row.participant2_checked_in];
            let missing = Side::BOTH.iter().any(|side| !there[side.index()] && (staff || reached.mine[side.index()]));
            live && pair && reached.tournament.enable_check_in && missing && (staff || open)
        }
        Deed::Start | Deed::GiveUp | Deed::Decide => live && pair,
        Deed::Report => live && pair && reached.mine != [true, true],
        Deed::Dispute => {
            let in_time = disputes::window(reached).is_none_or(|until| now <= until);
            matches!(reached.tournament.status.as_str(), "live" | "completed") && in_time
        }
        Deed::Settle | Deed::Correct => matches!(reached.tournament.status.as_str(), "live" | "completed"),
        Deed::OpenCheckIn | Deed::CloseCheckIn | Deed::LetStand => false,
    };
    let may = |deed: &Deed| permit(reached.state(), *deed, reached.part(*deed)).is_ok() && timely(*deed);
    Can { deeds: Deed::ALL.into_iter().filter(may).collect() }
}

/// Disputes that wait for a decision, oldest first: of one tournament for its referees, of all for the platform.
///
/// # Errors
/// When the database fails.
pub async fn dispute_queue(
    db: &Db,
    cx: &Context<'_>,
    tournament: Option<&tournament::Model>,
    after: Option<i64>,
    limit: u64,
) -> Result<Vec<(dispute::Model, row::Model)>, DbError> {
    let allowed = match tournament {
        Some(tournament) => access::standing(db.read(), &cx.actor(), tournament).await?.may(Act::ReviewDispute),
        None => cx.actor().is_staff(),
    };
    if !allowed {
        return Ok(Vec::new());
    }
    let open = DisputeState::ALL.into_iter().filter(|state| state.is_open()).collect::<Vec<_>>();
    let tournament = tournament.map(|tournament| tournament.id);
    store::dispute::queue(db.read(), tournament, &open, after, limit.clamp(1, 200)).await
}

/// Disputes of a tournament that are closed, with their matches, newest first, from below an id; nothing for those who
/// do not review them.
///
/// # Errors
/// When the database fails.
pub async fn closed_disputes(
    db: &Db,
    cx: &Context<'_>,
    tournament: &tournament::Model,
    below: Option<i64>,
    limit: u64,
) -> Result<Vec<(dispute::Model, row::Model)>, DbError> {
    if !access::standing(db.read(), &cx.actor(), tournament).await?.may(Act::ReviewDispute) {
        return Ok(Vec::new());
    }
    store::dispute::closed(db.read(), tournament.id, below, limit.clamp(1, 200)).await
}

/// A prize with the name of who gets it.
#[derive(Clone, Debug)]
pub struct Prize {
    /// The prize.
    pub award: award::Model,
    /// The name of the entry.
    pub name: String,
}

/// The prizes of a tournament that count, best place first. Two statements.
///
/// # Errors
/// When the database fails.
pub async fn prizes(db: &Db, tournament: i64) -> Result<Vec<Prize>, DbError> {
    let awards = store::prize::of_tournament(db.read(), tournament).await?;
    let awards: Vec<_> = awards.into_iter().filter(|award| award.status != "withdrawn").collect();
    let ids: Vec<i64> = awards.iter().map(|award| award.registration_id).collect();
    let entries = store::matches::entries(db.read(), &ids).await?;
    let name = |id: i64| entries.iter().find(|entry| entry.id == id).map(|entry| entry.display_name.clone());
    Ok(awards.into_iter().map(|award| Prize { name: name(award.registration_id).unwrap_or_default(), award }).collect())
}

/// Why an entry has its opponent, or the bye, in a Swiss round, in words; nothing when it has neither.
///
/// # Errors
/// When the database fails.
pub async fn explain_pairing(
    db: &Db,
    tournament: i64,
    round: u16,
    registration: i64,
) -> Result<Option<String>, DbError> {
    let Some(drawn) = board::find(db.read(), tournament).await?.filter(|drawn| drawn.bracket.is_finalized) else {
        return Ok(None);
    };
    let structure = &drawn.structure;
    let Some(who) = structure.entrant(registration) else { return Ok(None) };
    let entries = store::matches::entries(db.read(), structure.registrations()).await?;
    let name = |who: EntrantId| {
        let id = structure.registration(who);
        entries.iter().find(|entry| Some(entry.id) == id).map(|entry| entry.display_name.clone()).unwrap_or_default()
    };
    Ok(structure.stage(1).and_then(|stage| stage.explain(round, who).ok()).map(|why| why.text(name)))
}
