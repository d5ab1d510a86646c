//! Seeding, drawing and publishing a bracket; the bracket as data for drawing it, and the standings.

use std::collections::BTreeMap;

use ::tournaments::{
    error::draw::{DrawRefusal, GoOnRefusal, PublishDrawRefusal, SeedRefusal},
    model::bracket::Model as Bracket,
    rules::{access::Act, seeding::Method, structure::HeldUp},
    service::{
        draw::{self as service, Seeds},
        play::{self, Drawing},
    },
};
use brackets::{
    EntrantId, Side, Slot, TieDecision,
    standings::Table,
    view::{Block, Carries, Cell, Line},
};
use kernel::Tx;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{input, output, tournaments::find};
use crate::api::{
    ask::Ask,
    moment::Moment,
    problem::{Problem, code_of},
    table::{Operation, get, post, put},
    words::Word,
};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        put("bracket.seeds", "/tournaments/{tournament}/seeds", "Gives seeds: all by hand, one moved, or by a method.")
            .refuses::<SeedRefusal>()
            .within(seed),
        post("bracket.draw", "/tournaments/{tournament}/bracket", "Draws the bracket; nobody else sees it yet.")
            .creates()
            .refuses::<DrawRefusal>()
            .within(generate),
        post("bracket.publish", "/tournaments/{tournament}/bracket/publish", "Publishes the draw.")
            .refuses::<PublishDrawRefusal>()
            .within(publish),
        post("bracket.unpublish", "/tournaments/{tournament}/bracket/unpublish", "Takes the draw back.")
            .refuses::<PublishDrawRefusal>()
            .within(unpublish),
        post("bracket.pair", "/tournaments/{tournament}/bracket/pair", "Pairs the next Swiss round.")
            .refuses::<GoOnRefusal>()
            .within(pair),
        post("bracket.break_tie", "/tournaments/{tournament}/bracket/break-tie", "Decides a tie on the line.")
            .refuses::<GoOnRefusal>()
            .within(break_tie),
        get("bracket.get", "/tournaments/{tournament}/bracket", "The bracket, as data for drawing it.")
            .public()
            .alone(show),
        get("bracket.standings", "/tournaments/{tournament}/standings", "The standings.").public().alone(standings),
    ]
}

/// How a tie was decided.
#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum TieBy {
    /// A playoff was played.
    Playoff,
    /// A lot is drawn.
    Lot,
    /// A referee decides.
    Ruling,
}

/// The side of a match: `a` is the first, `b` the second.
#[derive(Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum MatchSide {
    A,
    B,
}

impl From<MatchSide> for Side {
    fn from(side: MatchSide) -> Self {
        match side {
            MatchSide::A => Self::A,
            MatchSide::B => Self::B,
        }
    }
}

impl From<Side> for MatchSide {
    fn from(side: Side) -> Self {
        match side {
            Side::A => Self::A,
            Side::B => Self::B,
        }
    }
}

input! {
    OneTournament {
        /// The tournament's name in addresses.
        tournament: String,
    }
    GiveSeeds {
        /// The tournament's name in addresses.
        tournament: String,
        /// All entries, best first.
        order: Option<Vec<i64>>,
        /// One entry that goes to `seed`.
        entry_id: Option<i64>,
        /// Where it goes, from 1.
        seed: Option<u32>,
        /// A method.
        method: Option<Word<Method>>,
    }
    DrawBracket {
        /// The tournament's name in addresses.
        tournament: String,
        /// Where the seeds come from.
        method: Word<Method>,
    }
    PairRound {
        /// The tournament's name in addresses.
        tournament: String,
        /// Whether the same may meet again, when there is no other way.
        #[serde(default)]
        rematches: bool,
    }
    BreakTie {
        /// The tournament's name in addresses.
        tournament: String,
        /// The entries that are tied, best first.
        order: Vec<i64>,
        /// How it was decided.
        by: TieBy,
    }
}

output! {
    /// The order of the seeds.
    SeedOrder {
        /// Ids of the entries, best first.
        order: Vec<i64>,
    }
    /// A draw.
    BracketSummary {
        /// Id.
        id: i64,
        /// Grows with every change.
        revision: i32,
        /// How the winner is found.
        format: String,
        /// Where the seeds came from.
        seeding_method: String,
        /// Whether all see it.
        is_published: bool,
        /// Rounds.
        rounds: i32,
        /// Matches.
        matches: i32,
    }
    /// A round that was paired.
    PairedRound {
        /// Its number.
        round: u16,
    }
    /// What waits for a decision.
    BracketWaits {
        /// What, in words.
        waits: Vec<WaitingFor>,
    }
    /// Something that somebody must decide before a bracket goes on.
    WaitingFor {
        /// tie, only_rematches or other.
        kind: String,
        /// The stage, from 1.
        stage: i16,
        /// The entries that are tied.
        tied: Vec<i64>,
        /// How many of them go on.
        places: Option<u32>,
        /// Why, in words; empty when the kind says it.
        why: String,
    }
    /// A bracket, as data for drawing it.
    BracketDrawing {
        /// The draw.
        bracket: BracketSummary,
        /// Its stages that have begun, first one first.
        stages: Vec<BracketStage>,
        /// What somebody must decide before it goes on.
        waits: Vec<WaitingFor>,
    }
    /// A stage of a bracket.
    BracketStage {
        /// Its number, from 1.
        stage: i16,
        /// Its parts, top to bottom.
        blocks: Vec<BracketBlock>,
        /// Lines between its matches.
        connectors: Vec<BracketConnector>,
    }
    /// A part of a stage: a bracket, a group, or the rounds of a Swiss.
    BracketBlock {
        /// winners, losers, grand_final, third_place, consolation, group, swiss or heat.
        section: String,
        /// The group, from 1.
        group: Option<u16>,
        /// Its heading.
        title: String,
        /// Rows of its grid.
        rows: u32,
        /// Its rounds.
        rounds: Vec<BracketRound>,
    }
    /// A round.
    BracketRound {
        /// Its number, from 1.
        round: u16,
        /// Its heading.
        title: String,
        /// Its column in time, from 0.
        at: u32,
        /// Its matches from the top.
        matches: Vec<BracketCell>,
    }
    /// A match in a drawing.
    BracketCell {
        /// Its role, such as `W1.2`.
        code: String,
        /// Its title.
        title: String,
        /// First row of the grid, from 0.
        row: u32,
        /// Rows that it spans.
        span: u32,
        /// Where it stands in the bracket.
        status: String,
        /// Games at most.
        best_of: Option<u8>,
        /// Id of the match; null while there is none.
        match_id: Option<i64>,
        /// When it is played.
        scheduled_at: Option<Moment>,
        /// Its sides.
        sides: Vec<BracketLine>,
    }
    /// A side of a match in a drawing.
    BracketLine {
        /// entrant, bye, tbd or vacant.
        kind: String,
        /// The entry.
        entry_id: Option<i64>,
        /// Its name, or empty.
        name: String,
        /// Its seed.
        seed: Option<u32>,
        /// Where it comes from while it is not known, or empty.
        origin: String,
        /// Games won, or points.
        score: Option<i64>,
        /// Whether it won.
        won: bool,
    }
    /// A line between two matches of a drawing.
    BracketConnector {
        /// Role of the match that it comes from.
        from: String,
        /// Role of the match that it goes to.
        to: String,
        /// The side of that match.
        side: MatchSide,
        /// winner or loser.
        carries: String,
    }
    /// The standings of a tournament.
    TournamentStandings {
        /// Of the whole.
        overall: StandingsTable,
        /// Of each group, while there are groups.
        groups: Vec<StandingsTable>,
    }
    /// A table of standings.
    StandingsTable {
        /// Whether matches are still open.
        provisional: bool,
        /// What it goes by, first one first.
        criteria: Vec<String>,
        /// Its rows, best first.
        rows: Vec<StandingsRow>,
    }
    /// A row of standings.
    StandingsRow {
        /// The place, from 1.
        rank: u32,
        /// The last of the shared places.
        through: u32,
        /// The entry.
        entry_id: Option<i64>,
        /// Its name.
        name: String,
        /// A figure for each criterion; null where it says nothing.
        values: Vec<Option<String>>,
    }
}

fn summary(bracket: &Bracket) -> BracketSummary {
    BracketSummary {
        id: bracket.id,
        revision: bracket.revision,
        format: bracket.format.clone(),
        seeding_method: bracket.seeding_method.clone(),
        is_published: bracket.is_finalized,
        rounds: bracket.total_rounds,
        matches: bracket.total_matches,
    }
}

async fn seed(tx: &Tx, ask: &Ask, input: GiveSeeds) -> Result<SeedOrder, Problem> {
    let (tournament, standing) = find(tx, ask, &input.tournament).await?;
    standing.require(Act::Seed)?;
    let seeds = match (input.order, input.entry_id.zip(input.seed), input.method) {
        (Some(order), None, None) => Seeds::Listed(order),
        (None, Some((registration, seed)), None) => Seeds::Moved { registration, seed: seed as usize },
        (None, None, Some(method)) => Seeds::By(method.0),
        _ => {
            let text = "Send either order, or entry_id with seed, or method.";
            return Err(Problem::field("order", "one-of", text));
        }
    };
    Ok(SeedOrder { order: service::seed(tx, &ask.cx(), tournament.id, seeds).await? })
}

async fn generate(tx: &Tx, ask: &Ask, input: DrawBracket) -> Result<BracketSummary, Problem> {
    let (tournament, _) = find(tx, ask, &input.tournament).await?;
    Ok(summary(&service::generate(tx, &ask.cx(), tournament.id, input.method.0).await?))
}

async fn publish(tx: &Tx, ask: &Ask, input: OneTournament) -> Result<BracketSummary, Problem> {
    let (tournament, _) = find(tx, ask, &input.tournament).await?;
    Ok(summary(&service::publish(tx, &ask.cx(), tournament.id).await?))
}

async fn unpublish(tx: &Tx, ask: &Ask, input: OneTournament) -> Result<BracketSummary, Problem> {
    let (tournament, _) = find(tx, ask, &input.tournament).await?;
    Ok(summary(&service::unpublish(tx, &ask.cx(), tournament.id).await?))
}

async fn pair(tx: &Tx, ask: &Ask, input: PairRound) -> Result<PairedRound, Problem> {
    let (tournament, _) = find(tx, ask, &input.tournament).await?;
    Ok(PairedRound { round: service::pair_round(tx, &ask.cx(), tournament.id, input.rematches).await? })
}

async fn break_tie(tx: &Tx, ask: &Ask, input: BreakTie) -> Result<BracketWaits, Problem> {
    let (tournament, _) = find(tx, ask, &input.tournament).await?;
    let how = match input.by {
        TieBy::Playoff => TieDecision::Playoff,
        TieBy::Lot => TieDecision::Lot(ask.random().number()),
        TieBy::Ruling => TieDecision::Ruling,
    };
    let waits = service::break_tie(tx, &ask.cx(), tournament.id, input.order, how).await?;
    Ok(BracketWaits { waits: waits.into_iter().map(waiting).collect() })
}

pub(super) fn waiting(held: HeldUp) -> WaitingFor {
    let (kind, stage, tied, places, why) = match held {
        HeldUp::Tie { stage, tied, places } => ("tie", stage, tied, u32::try_from(places).ok(), String::new()),
        HeldUp::OnlyRematches { stage, .. } => ("only_rematches", stage, Vec::new(), None, String::new()),
        HeldUp::Other { stage, why } => ("other", stage, Vec::new(), None, why),
    };
    WaitingFor { kind: kind.to_owned(), stage, tied, places, why }
}

async fn show(ask: &Ask, input: OneTournament) -> Result<BracketDrawing, Problem> {
    let (tournament, _) = find(ask.db().read(), ask, &input.tournament).await?;
    let found = play::drawing(ask.db(), &ask.cx(), &tournament).await?;
    let drawing = found.ok_or_else(|| Problem::not_found("bracket"))?;
    let numbers = 1..=i16::try_from(drawing.structure.stages()).unwrap_or(i16::MAX);
    let stages = numbers.filter_map(|stage| {
        let board = drawing.structure.stage(stage)?.board();
        let connectors = board.connectors.iter().map(|line| BracketConnector {
            from: line.from.to_string(),
            to: line.to.to_string(),
            side: line.side.into(),
            carries: if line.carries == Carries::Winner { "winner" } else { "loser" }.to_owned(),
        });
        let connectors = connectors.collect();
        Some(BracketStage {
            stage,
            blocks: board.blocks.iter().map(|part| block(&drawing, part)).collect(),
            connectors,
        })
    });
    Ok(BracketDrawing {
        stages: stages.collect(),
        bracket: summary(&drawing.bracket),
        waits: drawing.waits.iter().cloned().map(waiting).collect(),
    })
}

/// A variant's name as JSON writes it: `GrandFinal` is `grand_final`.
fn word(value: &impl std::fmt::Debug) -> String {
    code_of(value).replace('-', "_")
}

fn block(drawing: &Drawing, block: &Block) -> BracketBlock {
    let round = |column: &brackets::view::Column| BracketRound {
        round: column.round,
        title: column.title.clone(),
        at: column.at,
        matches: column.cells.iter().map(|one| cell(drawing, one)).collect(),
    };
    BracketBlock {
        section: word(&block.section),
        group: block.group,
        title: block.title.clone(),
        rows: block.rows,
        rounds: block.columns.iter().map(round).collect(),
    }
}

fn cell(drawing: &Drawing, cell: &Cell) -> BracketCell {
    let code = cell.id.to_string();
    let pinned = drawing.matches.get(&code);
    BracketCell {
        title: cell.title.clone(),
        row: cell.row,
        span: cell.span,
        status: word(&cell.status),
        best_of: cell.best_of,
        match_id: pinned.map(|pinned| pinned.match_id),
        scheduled_at: pinned.and_then(|pinned| pinned.scheduled).map(Moment),
        sides: cell.lines.iter().map(|one| line(drawing, one)).collect(),
        code,
    }
}

fn line(drawing: &Drawing, line: &Line) -> BracketLine {
    let who = line.slot.entrant();
    let kind = match line.slot {
        Slot::Entrant(_) => "entrant",
        Slot::Bye => "bye",
        Slot::Tbd => "tbd",
        Slot::Vacant => "vacant",
    };
    BracketLine {
        kind: kind.to_owned(),
        entry_id: who.and_then(|who| drawing.structure.registration(who)),
        name: who.map(|who| drawing.name(who).to_owned()).unwrap_or_default(),
        seed: line.seed,
        origin: line.origin.clone().unwrap_or_default(),
        score: line.score,
        won: line.won,
    }
}

async fn standings(ask: &Ask, input: OneTournament) -> Result<TournamentStandings, Problem> {
    let (tournament, _) = find(ask.db().read(), ask, &input.tournament).await?;
    let found = play::standings(ask.db(), tournament.id).await?;
    let found = found.ok_or_else(|| Problem::not_found("bracket"))?;
    Ok(TournamentStandings {
        overall: table(&found.overall, &found.names),
        groups: found.groups.iter().map(|group| table(group, &found.names)).collect(),
    })
}

fn table(table: &Table, names: &BTreeMap<EntrantId, (i64, String)>) -> StandingsTable {
    let row = |row: &brackets::standings::Row| {
        let entry = names.get(&row.entrant);
        StandingsRow {
            rank: row.rank,
            through: row.through,
            entry_id: entry.map(|(id, _)| *id),
            name: entry.map(|(_, name)| name.clone()).unwrap_or_default(),
            values: row.values.iter().map(|value| value.as_ref().map(ToString::to_string)).collect(),
        }
    };
    StandingsTable {
        provisional: table.provisional,
        criteria: table.by.iter().map(|criterion| criterion.label().to_owned()).collect(),
        rows: table.rows.iter().map(row).collect(),
    }
}
