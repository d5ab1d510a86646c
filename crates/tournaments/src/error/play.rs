//! Refusals of what is done to matches: how far one comes to a match at all, scheduling, check-in, results.

use brackets::{BadSeries, EventRefusal};
use chrono::{DateTime, Utc};
use kernel::DbError;
use thiserror::Error;

use crate::rules::{access::NotAllowed, match_state::NotDone};

/// A match as it stands now: what whoever was late must know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Present {
    /// The match.
    pub match_id: i64,
    /// How often its meeting or its result has changed.
    pub revision: i32,
    /// Its state.
    pub state: String,
    /// The entries that meet, with their names.
    pub sides: [(Option<i64>, String); 2],
    /// The score.
    pub score: [i32; 2],
}

impl Present {
    fn words(&self) -> String {
        let [(_, one), (_, other)] = &self.sides;
        let name = |name: &str| if name.is_empty() { "nobody yet".to_owned() } else { name.to_owned() };
        format!("{} against {}, {}:{}", name(one), name(other), self.score[0], self.score[1])
    }
}

/// Why somebody does not get at a match.
#[derive(Debug, Error)]
pub enum Unreachable {
    /// There is no such match.
    #[error("There is no match {0}.")]
    NoSuchMatch(i64),
    /// The tournament is not being played.
    #[error("The tournament is not being played now, so nothing can be done to its matches.")]
    NotRunning {
        /// The state of the tournament.
        status: String,
    },
    /// It is not one of a bracket of this program.
    #[error("This match belongs to no bracket that can be played on.")]
    NoBracket,
    /// One side is not known yet.
    #[error("It is not known yet who meets in this match.")]
    NoPair,
    /// What was seen is no longer so.
    #[error("The match has changed meanwhile: it is now {}. Look at it again.", .0.words())]
    Outdated(Box<Present>),
    /// Not now, or not by this person.
    #[error(transparent)]
    NotDone(#[from] NotDone),
    /// Not in this tournament.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// Why a match got no time.
#[derive(Debug, Error)]
pub enum ScheduleRefusal {
    /// The match is out of reach.
    #[error(transparent)]
    Unreachable(#[from] Unreachable),
    /// In the past.
    #[error("The match cannot begin in the past. Choose a later time.")]
    Past,
    /// One of the two plays elsewhere then.
    #[error("{name} plays another match at {at} UTC. Choose another time, or schedule it all the same.", at = .at.format("%Y-%m-%d %H:%M"))]
    Overlap {
        /// Whose name.
        name: String,
        /// The other match.
        match_id: i64,
        /// When that begins.
        at: DateTime<Utc>,
    },
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// Why a match got no room.
#[derive(Debug, Error)]
pub enum FurnishRefusal {
    /// The match is out of reach.
    #[error(transparent)]
    Unreachable(#[from] Unreachable),
    /// A field is too long.
    #[error("{field} may have {most} characters at most.")]
    TooLong {
        /// Which field.
        field: &'static str,
        /// How many it may have.
        most: usize,
    },
    /// No address.
    #[error("The stream must be an address that begins with https://.")]
    NotAnAddress,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// Why nobody was checked in to a match.
#[derive(Debug, Error)]
pub enum MatchCheckInRefusal {
    /// The match is out of reach.
    #[error(transparent)]
    Unreachable(#[from] Unreachable),
    /// The tournament has no check-in before matches.
    #[error("This tournament has no check-in before matches.")]
    NotNeeded,
    /// The time is not known, so it is not open.
    #[error("The check-in of this match is not open yet.")]
    NotOpen {
        /// When it opens, if that is known.
        opens: Option<DateTime<Utc>>,
    },
    /// It has ended.
    #[error("The check-in of this match ended at {} UTC. Ask a referee.", .0.format("%H:%M"))]
    Ended(DateTime<Utc>),
    /// Which side is meant.
    #[error("Say which side is there: it plays neither of the two.")]
    WhichSide,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// Why a match did not begin.
#[derive(Debug, Error)]
pub enum StartRefusal {
    /// The match is out of reach.
    #[error(transparent)]
    Unreachable(#[from] Unreachable),
    /// A match that decides who plays here is disputed.
    #[error("Match {0}, from which one of the two comes, is disputed. This match can begin when that is settled.")]
    Disputed(i64),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// Why a report was not taken.
#[derive(Debug, Error)]
pub enum ReportRefusal {
    /// The match is out of reach; among others because it has changed meanwhile.
    #[error(transparent)]
    Unreachable(#[from] Unreachable),
    /// The games cannot be so.
    #[error("This result cannot be: {0}.")]
    Games(#[from] BadSeries),
    /// One person for both sides.
    #[error("You stand for both sides of this match, so a referee has to enter its result.")]
    BothSides,
    /// A match that decides who plays here is disputed.
    #[error("Match {0}, from which one of the two comes, is disputed. Report this match when that is settled.")]
    Disputed(i64),
    /// The note is too long.
    #[error("A note may have {0} characters at most.")]
    NoteTooLong(usize),
    /// The picture is not one that this person gave.
    #[error("The picture is not there any more. Choose the file again.")]
    PictureGone,
    /// The bracket does not take it.
    #[error("The bracket does not take this result: {0}.")]
    Bracket(#[from] EventRefusal),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// Why a match was not given up, or not decided.
#[derive(Debug, Error)]
pub enum DecideRefusal {
    /// The match is out of reach; among others because it has changed meanwhile.
    #[error(transparent)]
    Unreachable(#[from] Unreachable),
    /// The decision cannot be so.
    #[error("This decision cannot be: {0}.")]
    Games(#[from] BadSeries),
    /// One person for both sides.
    #[error("You stand for both sides of this match. Say which of them gives it up.")]
    WhichSide,
    /// No reason was given.
    #[error("Say why: both sides read it.")]
    NoReason,
    /// The bracket does not take it.
    #[error("The bracket does not take this result: {0}.")]
    Bracket(#[from] EventRefusal),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// Why a result was not corrected.
#[derive(Debug, Error)]
pub enum CorrectRefusal {
    /// The match is out of reach.
    #[error(transparent)]
    Unreachable(#[from] Unreachable),
    /// The result cannot be so.
    #[error("This result cannot be: {0}.")]
    Games(#[from] BadSeries),
    /// The bracket has moved on since the preview.
    #[error("The bracket has changed since you looked at it. Look at what the correction changes now.")]
    Outdated {
        /// The revision that was seen.
        seen: i32,
        /// The revision now.
        now: i32,
    },
    /// Nothing would change.
    #[error("That is the result already.")]
    NoChange,
    /// Prizes have been paid on it.
    #[error("The prizes have been paid, and this correction changes who gets them: {}. It can no longer be made.", .0.join(", "))]
    PrizesPaid(Vec<String>),
    /// Disputes that would be lost.
    #[error("The tournament is {0} and its results stand for good.")]
    Closed(String),
    /// No reason was given.
    #[error("Say why: both sides read it.")]
    NoReason,
    /// The bracket does not take it.
    #[error("The bracket does not take this result: {0}.")]
    Bracket(#[from] EventRefusal),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbError),
}
