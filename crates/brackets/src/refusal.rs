//! Every way a request can be wrong, by name. A refused command changes nothing.

use crate::match_id::MatchId;
use crate::slot::EntrantId;

/// Games that cannot happen in the series they are reported for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSeries {
    /// More games than the series has.
    #[error("{games} games reported for a best of {best_of}; report at most {best_of}")]
    TooManyGames {
        /// Length of the series.
        best_of: u8,
        /// Games reported.
        games: usize,
    },
    /// A game after one side had already won.
    #[error("game {number} was played after the series was decided; leave it out")]
    GameAfterDecision {
        /// Which game.
        number: usize,
    },
    /// A drawn game where draws are not legal.
    #[error("game {number} is drawn, which this stage does not allow; report the replayed game instead")]
    DrawnGame {
        /// Which game.
        number: usize,
    },
    /// A drawn match where draws are not legal.
    #[error("the match is drawn, which this stage does not allow; a winner is needed")]
    DrawnMatch,
    /// The points of a game contradict its winner.
    #[error("the points of game {number} contradict its winner; correct one of them")]
    PointsAgainstWinner {
        /// Which game.
        number: usize,
    },
    /// A ruled score larger than the series.
    #[error("the ruled score has more games than a best of {best_of}; lower it")]
    ScoreAboveSeries {
        /// Length of the series.
        best_of: u8,
    },
    /// Nobody has won enough games.
    #[error(
        "nobody has won {needed} games of this best of {best_of} yet; report the missing games, or record a ruling"
    )]
    Undecided {
        /// Games one side needs.
        needed: u16,
        /// Length of the series.
        best_of: u8,
    },
}

/// A stage that cannot be created as described.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSetup {
    /// Too few or too many entrants.
    #[error("{count} entrants; this format takes {least} to {most}")]
    Entrants {
        /// Entrants given.
        count: usize,
        /// Fewest.
        least: usize,
        /// Most.
        most: usize,
    },
    /// The same entrant twice.
    #[error("entrant {0} is listed twice; list each once")]
    DuplicateEntrant(EntrantId),
    /// A placement that is no placement.
    #[error("the bracket places do not hold every entrant exactly once in {places} places; {what}")]
    Places {
        /// Places the bracket has.
        places: usize,
        /// What is wrong.
        what: String,
    },
    /// A series of an impossible length.
    #[error("a best of {best_of} cannot be played here: {why}")]
    Length {
        /// Length given.
        best_of: u8,
        /// Why not.
        why: &'static str,
    },
    /// Options that exclude each other or lie outside their range.
    #[error("{0}")]
    Options(&'static str),
    /// A manual seed is missing.
    #[error("entrant {0} has no seed; give every entrant one, or choose another seeding")]
    MissingSeed(EntrantId),
    /// Two entrants share a seed.
    #[error("entrants {a} and {b} share seed {seed}; give each its own")]
    SharedSeed {
        /// One of them.
        a: EntrantId,
        /// The other.
        b: EntrantId,
        /// The seed.
        seed: u32,
    },
    /// No rating where ranked seeding needs one.
    #[error("entrant {0} has no rating; rate every entrant, or choose another seeding")]
    MissingRating(EntrantId),
}

/// Why a command was not carried out. The stage is as it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The stage has no such match.
    #[error("this stage has no match {0}")]
    NoSuchMatch(MatchId),
    /// The stage has no such entrant.
    #[error("this stage has no entrant {0}")]
    NoSuchEntrant(EntrantId),
    /// The match waits for earlier matches.
    #[error("match {0} still waits for its sides; report the earlier matches first")]
    NotReady(MatchId),
    /// The match has an empty side and is never played.
    #[error("match {0} has an empty side and is not played; there is nothing to report")]
    NotPlayed(MatchId),
    /// The match is only played under a condition that did not come true.
    #[error("match {0} is not needed: the winners champion won the grand final")]
    NotNeeded(MatchId),
    /// The report speaks of other entrants than those who stand in the match now.
    #[error("match {at} is now between {now_a} and {now_b}; the report is about another pair")]
    PairChanged {
        /// The match.
        at: MatchId,
        /// Who stands on side A.
        now_a: EntrantId,
        /// Who stands on side B.
        now_b: EntrantId,
    },
    /// There is a result already.
    #[error("match {0} is already decided; use a correction to change it")]
    AlreadyDecided(MatchId),
    /// There is no result to change.
    #[error("match {0} has no result yet; report it instead")]
    NothingToCorrect(MatchId),
    /// The entrant does not play in this match.
    #[error("entrant {who} does not play in match {at}")]
    NotInMatch {
        /// The match.
        at: MatchId,
        /// The entrant.
        who: EntrantId,
    },
    /// The games are impossible.
    #[error("match {at}: {why}")]
    Series {
        /// The match.
        at: MatchId,
        /// What is wrong with the games.
        why: BadSeries,
    },
    /// Games are numbered from 1 without gaps.
    #[error("match {at}: game {number} cannot be set while game {next} is missing")]
    GameNumber {
        /// The match.
        at: MatchId,
        /// The number given.
        number: u8,
        /// The next free number.
        next: u8,
    },
    /// Withdrawn before.
    #[error("entrant {0} has already withdrawn")]
    AlreadyWithdrawn(EntrantId),
    /// Not withdrawn.
    #[error("entrant {0} has not withdrawn")]
    NotWithdrawn(EntrantId),
    /// The command belongs to another format.
    #[error("{command} does not exist in {format}")]
    WrongFormat {
        /// The command.
        command: &'static str,
        /// The stage's format.
        format: &'static str,
    },
    /// The current round still runs.
    #[error("round {round} still has {open} undecided matches; decide them before pairing the next")]
    RoundRunning {
        /// The round.
        round: u16,
        /// Undecided matches.
        open: usize,
    },
    /// All rounds are played.
    #[error("all {0} rounds are paired; there is no further round")]
    NoMoreRounds(u16),
    /// Fewer than two can be paired.
    #[error("{0} entrants are left to pair; at least two are needed")]
    TooFewToPair(usize),
    /// Only rematches are left.
    #[error("round {0} cannot be paired without a rematch; allow rematches, or end the stage")]
    OnlyRematches(u16),
    /// A pairing list that is no pairing of the round.
    #[error("the pairing of round {round} is not usable: {what}")]
    BadPairing {
        /// The round.
        round: u16,
        /// What is wrong.
        what: String,
    },
    /// A heat's table that does not list its lobby.
    #[error("heat {at}: {what}")]
    BadHeat {
        /// The heat.
        at: MatchId,
        /// What is wrong.
        what: String,
    },
    /// An entrant that is there already.
    #[error("entrant {0} is already in the stage")]
    AlreadyEntered(EntrantId),
    /// The stage takes no more entrants.
    #[error("the stage takes no late entry: {0}")]
    NoLateEntry(&'static str),
    /// A decision on a tie that does not exist.
    #[error("the entrants named are not tied with exactly each other; there is nothing to decide")]
    NotTied,
    /// Nothing left to undo.
    #[error("there is nothing to undo")]
    NothingToUndo,
    /// Nothing left to redo.
    #[error("there is nothing to redo")]
    NothingToRedo,
    /// Entrants tied across a cut line.
    #[error("{} entrants are tied for {places} places; play it off, or draw a lot and record it", tied.len())]
    TieOnCut {
        /// Who is tied.
        tied: Vec<EntrantId>,
        /// How many of them may pass.
        places: usize,
    },
    /// The setup is impossible.
    #[error(transparent)]
    Setup(#[from] BadSetup),
    /// The pairing costs do not fit the arithmetic.
    #[error("the field is too large for an exact pairing with these rules")]
    TooLarge,
}
