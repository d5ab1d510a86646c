//! Standings by a list of tie-breakers, the same list for pairing, qualification and prizes.
//!
//! Whoever the list leaves level shares a place. A tie is never broken by id; where it lies on a cut
//! line, [`Table::cut`] refuses and names the tied.
//!
//! Not here: the numbers behind each tie-breaker (`figures`), head-to-head (`rank`), prizes (`prizes`).

pub(crate) mod figures;
pub mod prizes;
mod rank;
mod value;

use serde::{Deserialize, Serialize};

pub(crate) use rank::{rank, rank_columns};
pub use value::Value;

use crate::command::TieDecision;
use crate::outcome::Verdict;
use crate::refusal::Refusal;
use crate::slot::EntrantId;

/// One criterion; higher is better unless said otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TieBreak {
    /// Points by the stage's scoring.
    Points,
    /// Matches won, walkovers included.
    Wins,
    /// Matches lost; fewer is better.
    FewestLosses,
    /// Sum of the opponents' points, without the lowest and highest few.
    Buchholz {
        /// How many of the lowest to leave out.
        cut_low: u8,
        /// How many of the highest to leave out.
        cut_high: u8,
    },
    /// Points of beaten opponents plus half the points of drawn ones (Sonneborn, Berger).
    SonnebornBerger,
    /// A table of the matches among the tied alone, again for whoever stays tied in it;
    /// says nothing unless all of them have met.
    HeadToHead,
    /// Mean of the opponents' match-win percentages, each raised to the floor. Byes do not count.
    OpponentMatchWin {
        /// The floor in hundredths; 33 is usual.
        floor: u8,
    },
    /// Share of game points won, raised to the floor.
    GameWin {
        /// The floor in hundredths.
        floor: u8,
    },
    /// Mean of the opponents' [`TieBreak::GameWin`].
    OpponentGameWin {
        /// The floor in hundredths.
        floor: u8,
    },
    /// Games won minus games lost.
    GameDifference,
    /// Games won.
    GamesWon,
    /// Rounds or goals won minus lost.
    PointDifference,
    /// Rounds or goals won.
    PointsScored,
    /// Sum of the running score after each round: early points weigh more.
    Cumulative,
    /// Points against opponents who made at least half of what could be made (Koya).
    Koya,
    /// Sum of the opponents' wins minus losses (Valve's Difficulty score).
    Difficulty,
    /// The better initial seed.
    Seed,
    /// Several groups: the place within one's own group.
    GroupPlace,
    /// Free-for-all: kills.
    Kills,
    /// Free-for-all: heats won.
    HeatWins,
    /// Free-for-all: the placement in the last heat; lower is better.
    LastHeat,
}

impl TieBreak {
    /// What to call it in a table heading.
    #[must_use]
    pub fn label(&self) -> &'static str {
        match self {
            Self::Points => "Points",
            Self::Wins => "Wins",
            Self::FewestLosses => "Fewest losses",
            Self::Buchholz { cut_low: 0, cut_high: 0 } => "Buchholz",
            Self::Buchholz { cut_low: 1, cut_high: 0 } => "Buchholz cut 1",
            Self::Buchholz { cut_low: 1, cut_high: 1 } => "Median Buchholz",
            Self::Buchholz { .. } => "Buchholz, cut",
            Self::SonnebornBerger => "Sonneborn-Berger",
            Self::HeadToHead => "Head-to-head",
            Self::OpponentMatchWin { .. } => "Opponents' match win %",
            Self::GameWin { .. } => "Game win %",
            Self::OpponentGameWin { .. } => "Opponents' game win %",
            Self::GameDifference => "Game difference",
            Self::GamesWon => "Games won",
            Self::PointDifference => "Round difference",
            Self::PointsScored => "Rounds won",
            Self::Cumulative => "Cumulative score",
            Self::Koya => "Koya",
            Self::Difficulty => "Difficulty",
            Self::Seed => "Initial seed",
            Self::GroupPlace => "Place in group",
            Self::Kills => "Kills",
            Self::HeatWins => "Heats won",
            Self::LastHeat => "Last heat",
        }
    }
}

/// How opponents count for whom a round was not played.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unplayed {
    /// Byes have no opponent; a walkover's opponent counts like any other.
    #[default]
    AsPaired,
    /// Byes and walkovers count as a game against an opponent with one's own score
    /// (the dummy opponent of FIDE's tie-break regulations).
    AgainstOneself,
}

/// Points for what can happen to an entrant in a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scoring {
    /// A win, by playing or not.
    pub win: i32,
    /// A draw.
    pub draw: i32,
    /// A loss at the table.
    pub loss: i32,
    /// A loss by forfeit.
    pub forfeit: i32,
    /// A bye. Only its value; who may get one is the pairing's rule.
    pub bye: i32,
    /// A round sat out on request.
    pub absent: i32,
    /// Each round missed by joining late.
    pub late: i32,
    /// How unplayed rounds enter the opponents' scores.
    #[serde(default)]
    pub unplayed: Unplayed,
}

impl Scoring {
    /// 3 for a win or bye, 1 for a draw: card games, most esports.
    pub const THREE_ONE: Self =
        Self { win: 3, draw: 1, loss: 0, forfeit: 0, bye: 3, absent: 0, late: 0, unplayed: Unplayed::AsPaired };
    /// 2 for a win or bye, 1 for a draw: chess, in half points.
    pub const TWO_ONE: Self = Self { win: 2, bye: 2, ..Self::THREE_ONE };
    /// 1 for a win or bye: wins and losses only.
    pub const WINS: Self = Self { win: 1, draw: 0, bye: 1, ..Self::THREE_ONE };
}

impl Default for Scoring {
    fn default() -> Self {
        Self::THREE_ONE
    }
}

/// A decided match, as standings see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Played {
    pub round: u16,
    pub pair: [EntrantId; 2],
    pub verdict: Verdict,
    /// Drawn games.
    pub drawn: u32,
    /// Rounds or goals of either side in the games that count.
    pub points: [u64; 2],
}

/// Why an entrant had no match in a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SatOut {
    /// The bye of an odd field.
    Bye,
    /// On request.
    Absent,
    /// Not there yet.
    Late,
    /// On request once more than the credit allows: worth nothing.
    Missed,
}

/// A round without a match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sat {
    pub round: u16,
    pub who: EntrantId,
    pub why: SatOut,
}

/// Everything standings are made of.
#[derive(Clone, Debug)]
pub(crate) struct Results<'a> {
    /// In seed order.
    pub entrants: &'a [EntrantId],
    pub played: Vec<Played>,
    pub sat: Vec<Sat>,
    pub scoring: Scoring,
    pub decisions: &'a [Decision],
    pub provisional: bool,
}

/// A tie broken outside the tie-breakers. Counts while exactly these entrants are tied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Best first.
    pub order: Vec<EntrantId>,
    /// By what.
    pub how: TieDecision,
}

/// What put a row below the one above it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecidedBy {
    /// A tie-breaker.
    Rule(TieBreak),
    /// A recorded decision.
    Decision(TieDecision),
}

/// One line of the standings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Who.
    pub entrant: EntrantId,
    /// The place, from 1; shared places have the best of them here.
    pub rank: u32,
    /// The last of the shared places; equal to `rank` if the place is the entrant's own.
    pub through: u32,
    /// The figure of each tie-breaker; `None` where it says nothing about this entrant.
    pub values: Vec<Option<Value>>,
    /// What put this row below the one above; `None` on the first row and within a shared place.
    pub decided_by: Option<DecidedBy>,
}

impl Row {
    pub(crate) fn shared(entrant: EntrantId, rank: u32, through: u32) -> Self {
        Self { entrant, rank, through, values: vec![], decided_by: None }
    }

    /// Whether others stand on the same place.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.rank != self.through
    }
}

/// Standings, best first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// The criteria, in order; empty for elimination, where rounds decide.
    pub by: Vec<TieBreak>,
    /// The lines.
    pub rows: Vec<Row>,
    /// Whether matches are still open.
    pub provisional: bool,
}

impl Table {
    /// The row of an entrant.
    #[must_use]
    pub fn row(&self, who: EntrantId) -> Option<&Row> {
        self.rows.iter().find(|row| row.entrant == who)
    }

    /// The best `places` entrants.
    ///
    /// # Errors
    /// [`Refusal::TieOnCut`] if the line runs through a tie.
    pub fn cut(&self, places: usize) -> Result<Vec<EntrantId>, Refusal> {
        if let (Some(last), Some(next)) =
            (places.checked_sub(1).and_then(|at| self.rows.get(at)), self.rows.get(places))
            && last.rank == next.rank
        {
            let tied: Vec<EntrantId> =
                self.rows.iter().filter(|row| row.rank == last.rank).map(|row| row.entrant).collect();
            let above = self.rows.iter().take_while(|row| row.rank != last.rank).count();
            return Err(Refusal::TieOnCut { tied, places: places - above });
        }
        Ok(self.rows.iter().take(places).map(|row| row.entrant).collect())
    }

    /// The entrants in the order of the rows.
    #[must_use]
    pub fn order(&self) -> Vec<EntrantId> {
        self.rows.iter().map(|row| row.entrant).collect()
    }
}
