//! The bracket as rows: the stored value is read and written here, and with each change exactly the rows that it
//! concerns.
//!
//! Not here: which changes there are (`draw`, `result`, `correction`), what people are told of them (`told`), and when
//! matches are played (`times`).

mod times;
mod told;

use std::collections::BTreeMap;

use brackets::Side;
use chrono::{DateTime, Utc};
use kernel::{DbError, Tx, event::catalogue};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, DbErr, IntoActiveModel};
use teams::service::record as records;

use times::{at_time, attainable};
pub(crate) use times::{plan_anew, planned};
use told::Told;

use crate::{
    audit::Action,
    context::Context,
    event,
    model::{bracket, bracket_node as node, r#match as meeting_row, registration, tournament},
    rules::{
        match_state::State,
        meeting::{Decided, Meeting, Node, Projection, Standing, difference, links, project},
        result::write_games,
        structure::{Role, Structure},
    },
    service::{desk, prize},
    store,
};

/// A bracket that has been drawn, locked until the unit's end.
#[derive(Clone, Debug)]
pub(crate) struct Drawn {
    /// The row.
    pub bracket: bracket::Model,
    /// What is stored in it.
    pub structure: Structure,
}

/// What a change did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Written {
    /// The bracket's revision now.
    pub revision: i32,
    /// Matches that changed, came or went.
    pub matches: Vec<i64>,
    /// Matches whose meeting or result is another one.
    pub reset: Vec<i64>,
}

/// What was done to one match; the others changed because of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cause {
    /// The match.
    pub role: Role,
    /// The spelling of how it was decided.
    pub decided_by: &'static str,
}

/// The bracket of a tournament, locked; nothing when none was drawn by this program.
pub(crate) async fn lock(tx: &Tx, tournament: i64) -> Result<Option<Drawn>, DbError> {
    match store::draw::lock(tx, tournament).await? {
        Some(bracket) => Ok(read(&bracket)?.map(|structure| Drawn { bracket, structure })),
        None => Ok(None),
    }
}

/// The bracket of a tournament, as it is to be shown.
pub(crate) async fn find(db: &impl ConnectionTrait, tournament: i64) -> Result<Option<Drawn>, DbError> {
    match store::draw::of_tournament(db, tournament).await? {
        Some(bracket) => Ok(read(&bracket)?.map(|structure| Drawn { bracket, structure })),
        None => Ok(None),
    }
}

/// What is stored in these brackets, by id; those of the old platform are left out.
pub(crate) async fn of(db: &impl ConnectionTrait, ids: &[i64]) -> Result<BTreeMap<i64, Structure>, DbError> {
    let mut found = BTreeMap::new();
    for bracket in store::draw::of_ids(db, ids).await? {
        if let Some(structure) = read(&bracket)? {
            found.insert(bracket.id, structure);
        }
    }
    Ok(found)
}

fn read(bracket: &bracket::Model) -> Result<Option<Structure>, DbError> {
    Structure::read(&bracket.bracket_structure).map_err(json)
}

fn json(error: serde_json::Error) -> DbError {
    DbErr::Json(error.to_string()).into()
}

/// Names of entries by id.
type Names = BTreeMap<i64, registration::Model>;

async fn names(tx: &Tx, ids: impl Iterator<Item = i64>) -> Result<Names, DbError> {
    let mut ids: Vec<i64> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    Ok(store::matches::entries(tx, &ids).await?.into_iter().map(|entry| (entry.id, entry)).collect())
}

fn name(names: &Names, id: Option<i64>) -> String {
    id.and_then(|id| names.get(&id)).map(|entry| entry.display_name.clone()).unwrap_or_default()
}

/// Puts a new value in the place of whatever the tournament had, with all its rows.
pub(crate) async fn draw_anew(
    tx: &Tx,
    cx: &Context<'_>,
    tournament: &tournament::Model,
    bracket: bracket::Model,
    structure: &Structure,
    method: &str,
) -> Result<bracket::Model, DbError> {
    let (now, projection) = (cx.now(), project(structure));
    store::draw::clear(tx, bracket.id).await?;
    let names = names(tx, structure.registrations().iter().copied()).await?;
    let fresh = |meeting: &Meeting| row(cx, tournament, bracket.id, meeting, &names);
    store::draw::insert_matches(tx, projection.meetings.values().map(fresh).collect()).await?;
    let ids = store::draw::match_ids(tx, bracket.id).await?;
    let nodes =
        projection.nodes.values().zip(1..).map(|(node, position)| place(bracket.id, node, position, &ids, &names));
    store::draw::insert_nodes(tx, nodes.collect()).await?;
    link(tx, bracket.id, structure).await?;
    let row = bracket::ActiveModel {
        format: Set(tournament.format.clone()),
        seeding_method: Set(method.to_owned()),
        status: Set("generated".to_owned()),
        generated_at: Set(Some(now)),
        ..value(bracket.revision, structure, &projection, now)?
    };
    written(store::draw::update(tx, bracket.id, bracket.revision, row).await?)?;
    store::matches::set_counts(tx, tournament.id, projection.counts.total, projection.counts.completed, now).await?;
    let revision = bracket.revision + 1;
    Ok(bracket::Model { revision, bracket_structure: structure.write().map_err(json)?, ..bracket })
}

/// The columns that follow from a value.
fn value(
    revision: i32,
    structure: &Structure,
    projection: &Projection,
    now: DateTime<Utc>,
) -> Result<bracket::ActiveModel, DbError> {
    Ok(bracket::ActiveModel {
        bracket_structure: Set(structure.write().map_err(json)?),
        revision: Set(revision.saturating_add(1)),
        total_rounds: Set(projection.counts.rounds),
        total_matches: Set(projection.counts.total),
        updated_at: Set(now),
        ..Default::default()
    })
}

/// What is locked cannot have changed meanwhile.
fn written(done: bool) -> Result<(), DbError> {
    if done { Ok(()) } else { Err(DbErr::Custom("a row changed although it was locked".to_owned()).into()) }
}

/// Writes the links of nodes that exist.
async fn link(tx: &Tx, bracket: i64, structure: &Structure) -> Result<(), DbError> {
    let links = links(structure);
    if links.is_empty() {
        return Ok(());
    }
    let mut nodes: BTreeMap<String, node::ActiveModel> = BTreeMap::new();
    let mut ids = BTreeMap::new();
    for row in store::draw::nodes(tx, bracket).await? {
        ids.insert(row.code.clone(), row.id);
        nodes.insert(row.code.clone(), row.into_active_model().reset_all());
    }
    for link in links {
        let (from, to) = (link.from.1.to_string(), link.to.1.to_string());
        let slot = Set(Some(if link.side == Side::A { 1_i16 } else { 2 }));
        let here = ids.get(&from).copied();
        if let Some(node) = nodes.get_mut(&from) {
            let there = Set(ids.get(&to).copied());
            if link.winner {
                (node.parent_node_id, node.parent_slot) = (there, slot.clone());
            } else {
                (node.loser_node_id, node.loser_slot) = (there, slot.clone());
            }
        }
        if let Some(node) = nodes.get_mut(&to) {
            match link.side {
                Side::A => node.child1_node_id = Set(here),
                Side::B => node.child2_node_id = Set(here),
            }
        }
    }
    store::draw::overwrite_nodes(tx, nodes.into_values().collect()).await
}

fn place(bracket: i64, node: &Node, position: i32, ids: &BTreeMap<String, i64>, names: &Names) -> node::ActiveModel {
    let code = node.role.1.to_string();
    node::ActiveModel {
        bracket_id: Set(bracket),
        position: Set(position),
        bracket_type: Set(node.part.to_owned()),
        group_number: Set(node.group),
        round_number: Set(node.round),
        match_number_in_round: Set(node.number),
        ..standing_at(node, ids.get(&code).copied(), names, node::ActiveModel { code: Set(code), ..Default::default() })
    }
}

/// What of a node changes while it is played.
fn standing_at(node: &Node, match_id: Option<i64>, names: &Names, row: node::ActiveModel) -> node::ActiveModel {
    node::ActiveModel {
        match_id: Set(match_id),
        participant1_id: Set(node.sides[0]),
        participant1_name: Set(name(names, node.sides[0])),
        participant2_id: Set(node.sides[1]),
        participant2_name: Set(name(names, node.sides[1])),
        winner_id: Set(node.winner),
        is_bye: Set(node.is_bye),
        ..row
    }
}

/// A match that nobody has touched.
fn row(
    cx: &Context<'_>,
    tournament: &tournament::Model,
    bracket: i64,
    meeting: &Meeting,
    names: &Names,
) -> meeting_row::ActiveModel {
    let now = cx.now();
    let mut time = planned(tournament, meeting.round);
    if meeting.sides.iter().all(Option::is_some) {
        time = attainable(cx, tournament, time);
    }
    let fresh = meeting_row::ActiveModel {
        tournament_id: Set(tournament.id),
        bracket_id: Set(Some(bracket)),
        stage: Set(meeting.role.0),
        code: Set(meeting.role.1.to_string()),
        round_number: Set(meeting.round),
        match_number: Set(meeting.number),
        best_of: Set(i32::from(meeting.best_of)),
        stream_url: Set(String::new()),
        revision: Set(1),
        created_at: Set(now),
        is_deleted: Set(false),
        ..emptied(now)
    };
    let timed = at_time(tournament, time, fresh);
    stand(tournament, meeting, "", now, paired(meeting, names, timed))
}

fn paired(meeting: &Meeting, names: &Names, row: meeting_row::ActiveModel) -> meeting_row::ActiveModel {
    meeting_row::ActiveModel {
        participant1_id: Set(meeting.sides[0]),
        participant1_name: Set(name(names, meeting.sides[0])),
        participant2_id: Set(meeting.sides[1]),
        participant2_name: Set(name(names, meeting.sides[1])),
        lobby_info: Set(serde_json::json!({})),
        participant1_checked_in: Set(false),
        participant2_checked_in: Set(false),
        started_at: Set(None),
        ..row
    }
}

/// No result.
fn emptied(now: DateTime<Utc>) -> meeting_row::ActiveModel {
    meeting_row::ActiveModel {
        participant1_score: Set(0),
        participant2_score: Set(0),
        games: Set(serde_json::json!([])),
        decided_by: Set(String::new()),
        confirm_by: Set(None),
        winner_id: Set(None),
        loser_id: Set(None),
        is_draw: Set(false),
        completed_at: Set(None),
        updated_at: Set(now),
        ..Default::default()
    }
}

/// The state and the result that a match has by the bracket.
fn stand(
    tournament: &tournament::Model,
    meeting: &Meeting,
    decided_by: &str,
    now: DateTime<Utc>,
    row: meeting_row::ActiveModel,
) -> meeting_row::ActiveModel {
    let decided = match &meeting.standing {
        Standing::Off => return meeting_row::ActiveModel { state: Set(State::Cancelled.as_str().to_owned()), ..row },
        Standing::Open => {
            let known = meeting.sides.iter().all(Option::is_some);
            let state = if known && !tournament.enable_check_in { State::Ready } else { State::Scheduled };
            return meeting_row::ActiveModel { state: Set(state.as_str().to_owned()), ..row };
        }
        Standing::Decided(decided) => decided,
    };
    let state = if decided.is_forfeit() { State::Forfeit } else { State::Completed };
    let winner = decided.winner.and_then(|side| meeting.sides[side.index()]);
    let loser = decided.winner.and_then(|side| meeting.sides[side.other().index()]);
    meeting_row::ActiveModel {
        state: Set(state.as_str().to_owned()),
        participant1_score: Set(i32::from(decided.score[0])),
        participant2_score: Set(i32::from(decided.score[1])),
        games: Set(write_games(&decided.games)),
        decided_by: Set(how_decided(decided, decided_by).to_owned()),
        winner_id: Set(winner),
        loser_id: Set(loser),
        is_draw: Set(decided.is_draw()),
        completed_at: Set(Some(now)),
        ..row
    }
}

/// How a match counts as decided: as its act says, or else by what became of its sides.
fn how_decided<'a>(decided: &Decided, act: &'a str) -> &'a str {
    match act {
        "" if decided.no_show => "no_show",
        "" if decided.is_forfeit() => "forfeit",
        "" => "organizer",
        act => act,
    }
}

/// Puts the value after a change in the place of the one before it, and changes the rows that this concerns.
pub(crate) async fn go_on(
    tx: &Tx,
    cx: &Context<'_>,
    tournament: &tournament::Model,
    drawn: &Drawn,
    after: &Structure,
    cause: Option<Cause>,
) -> Result<Written, DbError> {
    let (bracket, now) = (&drawn.bracket, cx.now());
    let (was, is) = (project(&drawn.structure), project(after));
    let changes = difference(&was, &is);
    let sides = |meeting: &Meeting| meeting.sides.into_iter().flatten().collect::<Vec<i64>>();
    let concerned = changes.changed.iter().flat_map(|(was, is)| [sides(was), sides(is)].concat());
    let came = changes.came.iter().chain(&changes.went).flat_map(sides);
    let placed = changes.nodes.iter().flat_map(|node| node.sides.into_iter().flatten());
    let names = names(tx, concerned.chain(came).chain(placed)).await?;
    let mut told = Told {
        cx,
        tournament,
        names: &names,
        after,
        written: Written::default(),
        decided: vec![],
        met: vec![],
        undone: vec![],
    };
    told.written.revision = bracket.revision.saturating_add(1);

    let codes: Vec<String> =
        changes.changed.iter().map(|(meeting, _)| meeting).chain(&changes.went).map(code).collect();
    let rows = store::draw::lock_matches(tx, bracket.id, &codes).await?;
    let gone: Vec<i64> =
        rows.iter().filter(|row| changes.went.iter().any(|m| code(m) == row.code)).map(|row| row.id).collect();
    for id in &gone {
        told.take_back(tx, *id).await?;
    }
    store::draw::delete_matches(tx, &gone, now).await?;
    told.written.matches.extend(&gone);
    told.written.reset.extend(&gone);
    let by_code: BTreeMap<String, &(Meeting, Meeting)> =
        changes.changed.iter().map(|change| (code(&change.0), change)).collect();
    for row in &rows {
        if let Some((was, is)) = by_code.get(&row.code) {
            told.change(tx, row, was, is, cause).await?;
        }
    }
    if !changes.came.is_empty() {
        let fresh = changes.came.iter().map(|meeting| row(cx, tournament, bracket.id, meeting, &names));
        store::draw::insert_matches(tx, fresh.collect()).await?;
    }
    nodes(tx, bracket.id, &changes.nodes, &changes.nodes_gone, is.nodes.len(), &names, &mut told, &changes.came)
        .await?;
    let status = if after.is_finished() { "completed" } else { "in_progress" };
    let value = bracket::ActiveModel { status: Set(status.to_owned()), ..value(bracket.revision, after, &is, now)? };
    written(store::draw::update(tx, bracket.id, bracket.revision, value).await?)?;
    store::matches::set_counts(tx, tournament.id, is.counts.total, is.counts.completed, now).await?;
    told.tell(tx).await?;
    let written = told.written;
    conclude(tx, cx, tournament, after).await?;
    Ok(written)
}

fn code(meeting: &Meeting) -> String {
    meeting.role.1.to_string()
}

/// Writes the nodes that came, changed or went.
#[allow(clippy::too_many_arguments)]
async fn nodes(
    tx: &Tx,
    bracket: i64,
    changed: &[Node],
    gone: &[Role],
    position: usize,
    names: &Names,
    told: &mut Told<'_>,
    came: &[Meeting],
) -> Result<(), DbError> {
    let gone: Vec<String> = gone.iter().map(|role| role.1.to_string()).collect();
    store::draw::delete_nodes(tx, bracket, &gone).await?;
    let codes: Vec<String> = changed.iter().map(|node| node.role.1.to_string()).collect();
    let rows = store::draw::nodes_of(tx, bracket, &codes).await?;
    let mut there: BTreeMap<String, node::Model> = rows.into_iter().map(|row| (row.code.clone(), row)).collect();
    let ids = if came.is_empty() { BTreeMap::new() } else { store::draw::match_ids(tx, bracket).await? };
    for meeting in came {
        if let Some(id) = ids.get(&code(meeting)) {
            told.written.matches.push(*id);
            if meeting.standing == Standing::Open {
                told.met.push((*id, meeting.clone()));
            }
        }
    }
    let new = changed.iter().filter(|node| !there.contains_key(&node.role.1.to_string())).count();
    let first = i32::try_from(position.saturating_sub(new) + 1).unwrap_or(i32::MAX);
    let (mut fresh, mut over, mut next) = (Vec::new(), Vec::new(), first);
    for node in changed {
        let code = node.role.1.to_string();
        match there.remove(&code) {
            None => {
                fresh.push(place(bracket, node, next, &ids, names));
                next += 1;
            }
            Some(row) => {
                let match_id = ids.get(&code).copied().or(row.match_id);
                over.push(standing_at(node, match_id, names, row.into_active_model().reset_all()));
            }
        }
    }
    store::draw::insert_nodes(tx, fresh).await?;
    store::draw::overwrite_nodes(tx, over).await
}

impl Told<'_> {
    /// Changes one row.
    async fn change(
        &mut self,
        tx: &Tx,
        row: &meeting_row::Model,
        was: &Meeting,
        is: &Meeting,
        cause: Option<Cause>,
    ) -> Result<(), DbError> {
        let (cx, now) = (self.cx, self.cx.now());
        let another = was.sides != is.sides;
        let decided_by = cause.filter(|cause| cause.role == is.role).map_or("", |cause| cause.decided_by);
        let mut next = emptied(now);
        next.revision = Set(row.revision.saturating_add(1));
        if another {
            let left = was.sides.into_iter().flatten().filter(|id| !is.sides.contains(&Some(*id))).collect();
            self.undone.push((row.id, was.clone(), left));
            next = paired(is, self.names, next);
            if is.sides.iter().all(Option::is_some) && is.standing == Standing::Open {
                let planned = row.scheduled_time.unwrap_or_else(|| planned(self.tournament, is.round));
                next = at_time(self.tournament, attainable(cx, self.tournament, planned), next);
                self.met.push((row.id, is.clone()));
            }
        }
        next = stand(self.tournament, is, decided_by, now, next);
        let reopened = !another && is.standing == Standing::Open && matches!(was.standing, Standing::Decided(_));
        if reopened {
            // Both have been there before: it can be played again at once.
            next.state = Set(State::Ready.as_str().to_owned());
            self.undone.push((row.id, was.clone(), was.sides.into_iter().flatten().collect()));
        }
        if matches!(was.standing, Standing::Decided(_)) {
            self.take_back(tx, row.id).await?;
            self.written.reset.push(row.id);
        } else if another && was.sides.iter().all(Option::is_some) {
            store::report::move_on(tx, row.id, "open", "void").await?;
            self.written.reset.push(row.id);
        }
        if another {
            let why = "The match is between others now.";
            store::dispute::moot(tx, row.id, why, now).await?;
        }
        written(store::matches::update(tx, row, next).await?)?;
        self.written.matches.push(row.id);
        if let Standing::Decided(_) = &is.standing {
            self.decided.push((row.id, is.clone()));
        }
        Ok(())
    }

    /// A result that no longer counts: not for the teams either, nor do reports of it.
    async fn take_back(&self, tx: &Tx, id: i64) -> Result<(), DbError> {
        store::report::move_on(tx, id, "open", "void").await?;
        records::forget_match(tx, self.cx.clock, id).await.map(drop)
    }
}

/// Completes a tournament whose last match is decided, and opens one again whose last match no longer is.
pub(crate) async fn conclude(
    tx: &Tx,
    cx: &Context<'_>,
    tournament: &tournament::Model,
    after: &Structure,
) -> Result<(), DbError> {
    let now = cx.now();
    let (from, to, completed_at) = match (tournament.status.as_str(), after.is_finished()) {
        ("live", true) => ("live", "completed", Some(now)),
        ("completed", false) => ("completed", "live", None),
        ("completed", true) => return prize::hold(tx, cx, tournament, after).await,
        _ => return Ok(()),
    };
    let row = tournament::ActiveModel {
        status: Set(to.to_owned()),
        completed_at: Set(completed_at),
        updated_at: Set(now),
        ..Default::default()
    };
    written(store::matches::set_status(tx, tournament.id, from, row).await?)?;
    let changed = event::StatusChanged { tournament_id: tournament.id, from, to };
    event::tell(tx, cx, tournament.id, changed).await?;
    let old = desk::status(tournament);
    let moved = tournament::Model { status: to.to_owned(), completed_at, ..tournament.clone() };
    if completed_at.is_none() {
        prize::unhold(tx, cx, tournament).await?;
        return desk::audit_move(tx, cx, Action::TournamentStatus, &moved, old, None).await;
    }
    if let Some(winner_id) = after.champion() {
        let completed = catalogue::TournamentCompleted { tournament_id: tournament.id, winner_id };
        event::tell(tx, cx, tournament.id, completed).await?;
    }
    prize::hold(tx, cx, tournament, after).await?;
    prize::ask_to_pay(tx, cx, tournament).await?;
    desk::audit_move(tx, cx, Action::TournamentStatus, &moved, old, None).await
}
