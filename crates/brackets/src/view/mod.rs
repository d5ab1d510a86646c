//! Plain data for drawing a stage: columns, rows, connectors and texts. HTML, JSON, SVG and print draw
//! the same.
//!
//! Not here: names of entrants (given as a function where text needs them), colours, markup.

mod text;

use serde::{Deserialize, Serialize};

use crate::elimination::shape::{Feed, Shape};
use crate::fixture::{Fixture, Status};
use crate::match_id::{MatchId, Section};
use crate::setup::Format;
use crate::slot::{EntrantId, Side, Slot};
use crate::stage::Stage;
use crate::standings::Value;

/// One side of a drawn match, or one line of a drawn heat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Who, or what kind of nobody.
    pub slot: Slot,
    /// The seed from 1, if an entrant is known.
    pub seed: Option<u32>,
    /// For an open side: where it comes from, such as "Loser of winners round 2 match 3".
    pub origin: Option<String>,
    /// Games won, or points of a heat.
    pub score: Option<i64>,
    /// Whether this side won.
    pub won: bool,
}

/// One match or heat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// Its role.
    pub id: MatchId,
    /// Its title, such as "Winners round 2, match 3".
    pub title: String,
    /// First grid row, from 0. A column's cells do not overlap.
    pub row: u32,
    /// Grid rows it spans; the match is drawn in their middle.
    pub span: u32,
    /// Where it stands.
    pub status: Status,
    /// Length of the series, if it has one.
    pub best_of: Option<u8>,
    /// Swiss: wins and losses with which both came into the match.
    pub bucket: Option<(u16, u16)>,
    /// Its sides or lines.
    pub lines: Vec<Line>,
}

/// A round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// The round within the section, from 1.
    pub round: u16,
    /// Its heading.
    pub title: String,
    /// The column in time, from 0: winners and losers rounds that can be played together share one.
    pub at: u32,
    /// Its matches from the top.
    pub cells: Vec<Cell>,
}

/// A bracket, a group, or the rounds of a Swiss.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// Which part of the stage.
    pub section: Section,
    /// The group, from 1, if the section has groups.
    pub group: Option<u16>,
    /// Its heading.
    pub title: String,
    /// Grid rows of the block.
    pub rows: u32,
    /// Its rounds.
    pub columns: Vec<Column>,
}

/// What a connector carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Carries {
    /// The winner goes on.
    Winner,
    /// The loser drops.
    Loser,
}

/// A line between two matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connector {
    /// From this match.
    pub from: MatchId,
    /// To this match.
    pub to: MatchId,
    /// To this side of it.
    pub side: Side,
    /// Who goes that way.
    pub carries: Carries,
}

/// A stage ready to draw.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Board {
    /// Its parts, top to bottom.
    pub blocks: Vec<Block>,
    /// The lines between its matches; none outside elimination.
    pub connectors: Vec<Connector>,
}

impl Stage {
    /// The stage as data for drawing.
    #[must_use]
    pub fn board(&self) -> Board {
        match self.state().bracket().map(|bracket| bracket.shape()) {
            Some(shape) => self.bracket_board(shape),
            None => Board { blocks: self.round_blocks(), connectors: vec![] },
        }
    }

    /// The matches an entrant stands in, in order of play, then those ahead if it keeps winning.
    #[must_use]
    pub fn path(&self, who: EntrantId) -> Vec<MatchId> {
        let stands = |at: &MatchId| match self.heat(*at) {
            Some(heat) => heat.lobby.contains(&who),
            None => self.fixture(*at).is_some_and(|f| f.side_of(who).is_some()),
        };
        let mut path: Vec<MatchId> = self.match_ids().filter(stands).collect();
        let Some(shape) = self.state().bracket().map(|bracket| bracket.shape()) else { return path };
        path.sort_by_key(|at| (self.time(shape, *at), *at));
        let open = |at: &MatchId| self.fixture(*at).is_some_and(|f| !f.status.is_settled());
        let mut ahead = path.last().copied().filter(open).and_then(|at| shape.index(at));
        while let Some((next, _)) = ahead.and_then(|at| shape.winner_to(at)) {
            path.push(shape.id(next));
            ahead = Some(next);
        }
        path
    }

    /// The title of a match, such as "Winners round 2, match 3".
    #[must_use]
    pub fn title(&self, at: MatchId) -> String {
        let last = self.state().bracket().map_or(u16::MAX, |bracket| bracket.shape().rounds);
        text::title(at, last, self.is_double())
    }

    fn is_double(&self) -> bool {
        self.state().bracket().is_some_and(|bracket| bracket.shape().is_double())
    }

    fn bracket_board(&self, shape: &Shape) -> Board {
        let mut columns: std::collections::BTreeMap<Section, std::collections::BTreeMap<u16, Vec<Cell>>> =
            Default::default();
        let mut connectors = vec![];
        let seeds = self.seeds();
        for fixture in self.fixtures() {
            let Some(index) = shape.index(fixture.id) else { continue };
            let cells = columns.entry(fixture.id.section()).or_default().entry(fixture.id.round()).or_default();
            let origin = |side: Side| self.origin(shape, index, side);
            cells.push(self.cell(&fixture, &seeds, &origin));
            let mut join = |to: Option<(usize, Side)>, carries: Carries| {
                connectors.extend(to.map(|(to, side)| Connector { from: fixture.id, to: shape.id(to), side, carries }));
            };
            join(shape.winner_to(index), Carries::Winner);
            join(shape.loser_to(index), Carries::Loser);
        }
        let blocks = columns.into_iter().map(|(section, rounds)| self.bracket_block(shape, section, rounds));
        Board { blocks: blocks.collect(), connectors }
    }

    fn bracket_block(
        &self,
        shape: &Shape,
        section: Section,
        rounds: std::collections::BTreeMap<u16, Vec<Cell>>,
    ) -> Block {
        let rows = rounds.values().map(Vec::len).max().unwrap_or(1);
        let last = rounds.keys().last().copied().unwrap_or(1);
        let columns = rounds.into_iter().map(|(round, mut cells)| {
            let span = number(rows / cells.len().max(1));
            for (nth, cell) in cells.iter_mut().enumerate() {
                (cell.row, cell.span) = (number(nth) * span, span);
            }
            let at = cells.first().map_or(0, |cell| self.time(shape, cell.id));
            Column { round, title: text::round_title(section, round, last, self.is_double()), at, cells }
        });
        let columns = columns.collect();
        Block {
            section,
            group: None,
            title: text::section_title(section, self.is_double()).to_owned(),
            rows: number(rows),
            columns,
        }
    }

    /// The column in time: losers round 2(s-1) waits for winners round s.
    fn time(&self, shape: &Shape, at: MatchId) -> u32 {
        let last = u32::from(shape.rounds);
        let after = if shape.is_double() { 2 * last - 1 } else { last };
        match at {
            MatchId::Winners { round: 1, .. } => 0,
            MatchId::Winners { round, .. } if shape.is_double() => 2 * u32::from(round) - 3,
            MatchId::Winners { round, .. } | MatchId::Consolation { round, .. } => {
                u32::from(round) - u32::from(matches!(at, MatchId::Winners { .. }))
            }
            MatchId::Losers { round, .. } => u32::from(round),
            MatchId::ThirdPlace => last - 1,
            MatchId::GrandFinal => after,
            _ => after + 1,
        }
    }

    fn origin(&self, shape: &Shape, index: usize, side: Side) -> Option<String> {
        let title = |at: usize| {
            // Commas would part the sentences in which it stands.
            let title = self.title(shape.id(at)).replace(',', "");
            let mut letters = title.chars();
            letters.next().map(|first| first.to_lowercase().chain(letters).collect::<String>()).unwrap_or_default()
        };
        match shape.feed(index, side) {
            Feed::Place(_) => None,
            Feed::Winner(from) => Some(format!("Winner of {}", title(from))),
            Feed::Loser(from) => Some(format!("Loser of {}", title(from))),
            Feed::Reset => Some("If the losers champion wins the grand final".to_owned()),
        }
    }

    fn seeds(&self) -> std::collections::HashMap<EntrantId, u32> {
        self.entrants().iter().zip(1..).map(|(who, seed)| (*who, seed)).collect()
    }

    fn cell(
        &self,
        fixture: &Fixture,
        seeds: &std::collections::HashMap<EntrantId, u32>,
        origin: &dyn Fn(Side) -> Option<String>,
    ) -> Cell {
        let lines = Side::BOTH.map(|side| {
            let slot = fixture.slots[side.index()];
            Line {
                slot,
                seed: slot.entrant().and_then(|who| seeds.get(&who).copied()),
                origin: if slot == Slot::Tbd { origin(side) } else { None },
                score: fixture.verdict.map(|verdict| i64::from(verdict.score[side.index()])),
                won: fixture.verdict.is_some_and(|verdict| verdict.winner == Some(side)),
            }
        });
        Cell {
            id: fixture.id,
            title: self.title(fixture.id),
            row: fixture.id.number() - 1,
            span: 1,
            status: fixture.status,
            best_of: Some(fixture.series.best_of),
            bucket: None,
            lines: lines.to_vec(),
        }
    }

    /// Round robin, Swiss and free-for-all: rounds side by side, matches in table order.
    fn round_blocks(&self) -> Vec<Block> {
        let seeds = self.seeds();
        let mut records: std::collections::HashMap<EntrantId, (u16, u16)> = Default::default();
        let mut blocks: Vec<Block> = vec![];
        for at in self.match_ids() {
            let group = if let MatchId::Group { group, .. } = at { Some(group) } else { None };
            let Some(mut cell) = self.fixture(at).map_or_else(
                || self.heat_cell(at, &seeds),
                |fixture| {
                    let mut cell = self.cell(&fixture, &seeds, &|_| None);
                    if matches!(self.format(), Format::Swiss(_)) {
                        cell.bucket = fixture.pair().map(|pair| records.get(&pair[0]).copied().unwrap_or_default());
                    }
                    Some(cell)
                },
            ) else {
                continue;
            };
            if blocks.last().is_none_or(|block| block.group != group) {
                let title = text::block_title(at.section(), group);
                blocks.push(Block { section: at.section(), group, title, rows: 0, columns: vec![] });
            }
            let Some(block) = blocks.last_mut() else { continue };
            if block.columns.last().is_none_or(|column| column.round != at.round()) {
                let title = text::round_title(at.section(), at.round(), u16::MAX, false);
                let order = u32::from(at.round()) - 1;
                block.columns.push(Column { round: at.round(), title, at: order, cells: vec![] });
                records = self.records_before(at.round());
                if cell.bucket.is_some() {
                    let first = cell.lines.first().and_then(|line| line.slot.entrant());
                    cell.bucket = first.map(|who| records.get(&who).copied().unwrap_or_default());
                }
            }
            if let Some(column) = block.columns.last_mut() {
                column.cells.push(cell);
                block.rows = block.rows.max(number(column.cells.len()));
            }
        }
        blocks
    }

    /// Swiss: wins and losses before a round; byes are wins.
    fn records_before(&self, round: u16) -> std::collections::HashMap<EntrantId, (u16, u16)> {
        let mut records: std::collections::HashMap<EntrantId, (u16, u16)> = Default::default();
        if !matches!(self.format(), Format::Swiss(_)) {
            return records;
        }
        for fixture in self.fixtures().filter(|fixture| fixture.id.round() < round) {
            let (Some(pair), Some(verdict)) = (fixture.pair(), fixture.verdict) else { continue };
            for side in Side::BOTH {
                let record = records.entry(pair[side.index()]).or_default();
                match verdict.winner {
                    Some(winner) if winner == side => record.0 += 1,
                    Some(_) => record.1 += 1,
                    None => record.1 += u16::from(verdict.how == crate::outcome::How::DoubleForfeit),
                }
            }
        }
        for bye in (1..round).filter_map(|r| self.sat_out(r)?.0) {
            records.entry(bye).or_default().0 += 1;
        }
        records
    }

    fn heat_cell(&self, at: MatchId, seeds: &std::collections::HashMap<EntrantId, u32>) -> Option<Cell> {
        let heat = self.heat(at)?;
        let mut rows: Vec<(EntrantId, Option<u32>, Option<i64>)> = if heat.rows.is_empty() {
            heat.lobby.iter().map(|who| (*who, None, None)).collect()
        } else {
            heat.rows.iter().map(|(row, points)| (row.entrant, row.place, Some(*points))).collect()
        };
        rows.sort_by_key(|(_, place, _)| place.unwrap_or(u32::MAX));
        let line = |(who, place, score): (EntrantId, Option<u32>, Option<i64>)| Line {
            slot: Slot::Entrant(who),
            seed: seeds.get(&who).copied(),
            origin: None,
            score,
            won: place == Some(1),
        };
        Some(Cell {
            id: at,
            title: self.title(at),
            row: at.number() - 1,
            span: 1,
            status: heat.status,
            best_of: None,
            bucket: None,
            lines: rows.into_iter().map(line).collect(),
        })
    }

    /// A group of a round robin (from 0) as a table of everyone against everyone: the score of the row's
    /// entrant against the column's, summed over the legs; `None` where they have not met.
    #[must_use]
    pub fn cross_table(&self, group: usize) -> Vec<Vec<Option<[u16; 2]>>> {
        let Some(members) = self.groups().into_iter().nth(group) else { return vec![] };
        let at: std::collections::HashMap<EntrantId, usize> =
            members.iter().enumerate().map(|(i, who)| (*who, i)).collect();
        let mut table = vec![vec![None; members.len()]; members.len()];
        for fixture in self.fixtures() {
            let (Some([a, b]), Some(verdict)) = (fixture.pair(), fixture.verdict) else { continue };
            let (Some(a), Some(b)) = (at.get(&a), at.get(&b)) else { continue };
            for (x, y, score) in [(*a, *b, verdict.score), (*b, *a, [verdict.score[1], verdict.score[0]])] {
                let sum = table[x][y].get_or_insert([0u16; 2]);
                for side in 0..2 {
                    sum[side] = sum[side].saturating_add(score[side]);
                }
            }
        }
        table
    }
}

impl Value {
    /// A figure for a table cell: whole numbers as they are, fractions with three decimals.
    #[must_use]
    pub fn display(&self) -> String {
        match self {
            Self::Whole(whole) => whole.to_string(),
            Self::Ratio(_) => format!("{:.3}", self.approximate()),
        }
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
