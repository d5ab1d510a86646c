//! What can be asked of a stage. The log of these commands is the stage.
//!
//! Not here: how each is carried out (`stage`).

use serde::{Deserialize, Serialize};

use crate::entrant::Entrant;
use crate::ffa::HeatRow;
use crate::match_id::MatchId;
use crate::outcome::{Game, Outcome};
use crate::slot::EntrantId;

/// What becomes of Swiss rounds that were paired on a result now changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Later {
    /// Published pairings and their results stand; only standings change.
    #[default]
    Keep,
    /// Later rounds are withdrawn and have to be paired again.
    Repair,
}

/// How a tie was broken that the tie-breakers left open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TieDecision {
    /// A playoff match.
    Playoff,
    /// A lot drawn with this seed.
    Lot(u64),
    /// A referee.
    Ruling,
}

/// What is fixed when a Swiss round is published, so that a correction does not change it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frozen {
    /// Games of each match.
    pub lengths: Vec<u8>,
    /// Who sits the round out on request.
    pub absent: Vec<EntrantId>,
}

/// A request to a stage. `between` always names the two entrants the request is about, side A first:
/// a report belongs to a pair, never to a place in the bracket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// A match was played.
    Report {
        /// The match.
        at: MatchId,
        /// Who played, side A first.
        between: [EntrantId; 2],
        /// All games, in order.
        games: Vec<Game>,
    },
    /// One game of a running series was played; a game sent again replaces the earlier one.
    Game {
        /// The match.
        at: MatchId,
        /// Who played, side A first.
        between: [EntrantId; 2],
        /// Which game, from 1.
        number: u8,
        /// The game.
        game: Game,
    },
    /// A referee decides a match.
    Rule {
        /// The match.
        at: MatchId,
        /// Who it is between, side A first.
        between: [EntrantId; 2],
        /// The winner; `None` is a draw.
        winner: Option<EntrantId>,
        /// Games credited to either side.
        score: [u16; 2],
    },
    /// One side gives a match up.
    Forfeit {
        /// The match.
        at: MatchId,
        /// Who it is between, side A first.
        between: [EntrantId; 2],
        /// Who gives up.
        by: EntrantId,
    },
    /// One side did not appear.
    NoShow {
        /// The match.
        at: MatchId,
        /// Who it is between, side A first.
        between: [EntrantId; 2],
        /// Who was missing.
        by: EntrantId,
    },
    /// Neither side gets the match.
    DoubleForfeit {
        /// The match.
        at: MatchId,
        /// Who it is between, side A first.
        between: [EntrantId; 2],
        /// Whether neither appeared.
        no_show: bool,
    },
    /// An entrant leaves: its open and later matches are walkovers.
    Withdraw {
        /// Who.
        who: EntrantId,
    },
    /// A withdrawal is taken back.
    Reinstate {
        /// Who.
        who: EntrantId,
    },
    /// A result is taken back; the match is open again.
    Reopen {
        /// The match.
        at: MatchId,
        /// What becomes of later Swiss rounds.
        #[serde(default)]
        later: Later,
    },
    /// A result is replaced.
    Correct {
        /// The match.
        at: MatchId,
        /// Who it is between, side A first.
        between: [EntrantId; 2],
        /// What should have been entered.
        outcome: Outcome,
        /// What becomes of later Swiss rounds.
        #[serde(default)]
        later: Later,
    },
    /// Swiss: pair the next round. Enters the log as [`Command::Publish`].
    Pair {
        /// Decides what the rules leave open; the same seed gives the same pairing.
        seed: u64,
        /// The organiser's consent to rematches, used only if no other pairing exists.
        rematches: bool,
    },
    /// Swiss: publish a pairing made by hand, or by [`Command::Pair`]. It is frozen from then on.
    Publish {
        /// The round, which must be the next one.
        round: u16,
        /// The pairs in table order, side A first.
        pairs: Vec<[EntrantId; 2]>,
        /// Who gets the bye of an odd field.
        bye: Option<EntrantId>,
        /// The seed of [`Command::Pair`]; `None` if made by hand.
        seed: Option<u64>,
        /// What the rules made of it; `None` in a request, always there in the log. A command that
        /// has it restores a published round: only its form is checked, not who may play today.
        frozen: Option<Frozen>,
    },
    /// Swiss: the last round's pairing is withdrawn with its results.
    Unpair {
        /// The round, which must be the last one.
        round: u16,
    },
    /// Swiss: an entrant joins after the start, credited by the stage's late policy.
    Enter {
        /// Who.
        entrant: Entrant,
    },
    /// Swiss: an entrant sits the next round out. Not a bye.
    Absent {
        /// Who.
        who: EntrantId,
    },
    /// Free-for-all: the table of a heat.
    Heat {
        /// The heat.
        at: MatchId,
        /// Who finished where with how many kills.
        rows: Vec<HeatRow>,
    },
    /// Free-for-all: the table of a heat is replaced.
    CorrectHeat {
        /// The heat.
        at: MatchId,
        /// What should have been entered.
        rows: Vec<HeatRow>,
    },
    /// A tie that the tie-breakers leave is broken outside of them.
    BreakTie {
        /// The tied entrants, best first.
        order: Vec<EntrantId>,
        /// By what.
        how: TieDecision,
    },
    /// Takes a tie decision back.
    ReopenTie {
        /// The entrants of the decision, in any order.
        tied: Vec<EntrantId>,
    },
    /// The last command that still counts is taken back.
    Undo,
    /// The last undone command counts again.
    Redo,
}

impl Command {
    /// The command's name, for messages.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Report { .. } => "report",
            Self::Game { .. } => "game",
            Self::Rule { .. } => "rule",
            Self::Forfeit { .. } => "forfeit",
            Self::NoShow { .. } => "no-show",
            Self::DoubleForfeit { .. } => "double forfeit",
            Self::Withdraw { .. } => "withdraw",
            Self::Reinstate { .. } => "reinstate",
            Self::Reopen { .. } => "reopen",
            Self::Correct { .. } => "correct",
            Self::Pair { .. } => "pair",
            Self::Publish { .. } => "publish",
            Self::Unpair { .. } => "unpair",
            Self::Enter { .. } => "enter",
            Self::Absent { .. } => "absent",
            Self::Heat { .. } => "heat",
            Self::CorrectHeat { .. } => "correct heat",
            Self::BreakTie { .. } => "break tie",
            Self::ReopenTie { .. } => "reopen tie",
            Self::Undo => "undo",
            Self::Redo => "redo",
        }
    }
}
