//! Refusals about entries: entering, giving up, taking out, checking in.

use chrono::{DateTime, NaiveDate, Utc};
use economy::EntryFeeRefusal;
use kernel::{DbError, plugin::GameIdRefusal};
use teams::rules::roster::RosterIssue;
use thiserror::Error;

use super::Trouble;
use crate::rules::{
    access::NotAllowed,
    entry::{EntryStatus, EntryStep},
    status::Status,
};

/// What is wrong with an answer of the form.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AnswerInvalid {
    /// Nothing was answered.
    #[error("Please answer this.")]
    Missing,
    /// No text.
    #[error("Write a text.")]
    Text,
    /// Too long.
    #[error("Use at most {0} characters.")]
    Long(usize),
    /// Too short.
    #[error("Use at least {0} characters.")]
    Short(usize),
    /// Characters that nobody can see.
    #[error("Remove the characters that cannot be seen.")]
    Invisible,
    /// No number.
    #[error("Write a number.")]
    Number,
    /// A fraction.
    #[error("Write a whole number.")]
    Whole,
    /// Too little.
    #[error("Write {0} or more.")]
    Below(String),
    /// Too much.
    #[error("Write {0} or less.")]
    Above(String),
    /// Neither yes nor no.
    #[error("Say yes or no.")]
    Toggle,
    /// It must be agreed to.
    #[error("Agree to this to enter.")]
    NotOn,
    /// No day.
    #[error("Write a day as year-month-day, e.g. 2026-03-01.")]
    Date,
    /// Too early.
    #[error("Use {0} or a later day.")]
    Early(NaiveDate),
    /// Too late.
    #[error("Use {0} or an earlier day.")]
    Late(NaiveDate),
    /// No link.
    #[error("Write a whole link that begins with https://.")]
    Link,
    /// A link to somewhere else.
    #[error("The link must lead to {0}.")]
    Host(String),
    /// Not one of the list.
    #[error("Choose one of the list.")]
    Choice,
    /// No file of theirs.
    #[error("Give the file again.")]
    File,
    /// Another kind of file.
    #[error("Give a file of the kind {0}.")]
    FileType(String),
    /// Too large a file.
    #[error("Give a file of at most {0} bytes.")]
    FileSize(i64),
}

/// One reason why a player or team does not fit.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Ineligible {
    /// An id of the game is missing or misshapen.
    #[error("{player}: {refusal}")]
    GameId {
        /// Whose.
        player: String,
        /// The column of the profile.
        column: String,
        /// What is wrong.
        refusal: GameIdRefusal,
    },
    /// The roster is not ready.
    #[error(transparent)]
    Roster(RosterIssue),
    /// Nobody plays.
    #[error("The team has nobody who plays.")]
    NoPlayers,
    /// A player's account is not active.
    #[error("{player} cannot play: the account is not active.")]
    InactivePlayer {
        /// Who.
        player: String,
    },
    /// Somebody plays for another entry.
    #[error("{player} plays in this tournament already, for {entry}. A player plays for one entry: change the roster.")]
    PlaysElsewhere {
        /// Who.
        player: String,
        /// The other entry's name.
        entry: String,
        /// The other entry.
        registration: i64,
    },
    /// The team plays another game.
    #[error("This team plays another game.")]
    OtherGame,
    /// The team is not from where entrants must be.
    #[error("Only teams from {allowed} can enter; this one is {region}.", region = if .region.is_empty() { "from nowhere: set its region".to_owned() } else { format!("from {}", .region) })]
    Region {
        /// The team's.
        region: String,
        /// Those that can enter.
        allowed: String,
    },
    /// Too few ranking points.
    #[error("{points} ranking points are fewer than the {least} that are needed.")]
    TooFewPoints {
        /// The team's.
        points: i32,
        /// The least.
        least: i32,
    },
    /// Too many ranking points.
    #[error("{points} ranking points are more than the {most} that are allowed.")]
    TooManyPoints {
        /// The team's.
        points: i32,
        /// The most.
        most: i32,
    },
    /// An answer is wrong.
    #[error("{question}: {invalid}")]
    Answer {
        /// The key of the question.
        key: String,
        /// The question.
        question: String,
        /// What is wrong.
        invalid: AnswerInvalid,
    },
    /// Something of the contact is too long or strange.
    #[error("{field}: use at most 100 visible characters.")]
    Contact {
        /// `phone` or `discord`.
        field: &'static str,
    },
}

/// Why nobody entered.
#[derive(Debug, Error)]
pub enum EnterRefusal {
    /// Visitors do not enter.
    #[error("Sign in to enter.")]
    NotSignedIn,
    /// There is no such tournament.
    #[error("There is no tournament {0}.")]
    NoSuchTournament(i64),
    /// Registration has not begun.
    #[error("Registration opens on {opens}.", opens = .opens.format("%-d %B %Y at %H:%M UTC"))]
    NotYet {
        /// When it does.
        opens: DateTime<Utc>,
    },
    /// Registration is over.
    #[error("Registration is closed: the tournament is in the state \"{}\".", .status.label())]
    Closed {
        /// Where the tournament stands.
        status: Status,
    },
    /// Teams enter.
    #[error("Teams enter this tournament: choose your team.")]
    TeamsOnly,
    /// Single players enter.
    #[error("Single players enter this tournament: enter without a team.")]
    SoloOnly,
    /// There is no such team.
    #[error("There is no such team, or it was disbanded.")]
    NoSuchTeam(i64),
    /// They do not speak for the team.
    #[error("You cannot enter this team. Its owner, managers and captain can: ask one of them.")]
    NotRepresentative(i64),
    /// It has entered.
    #[error("{name} has entered already.")]
    AlreadyEntered {
        /// The name of the entry.
        name: String,
        /// The entry.
        registration: i64,
    },
    /// No place is free and nobody waits.
    #[error("All {places} places are taken, and there is no waiting list.")]
    Full {
        /// Places.
        places: i32,
    },
    /// It does not fit, for all of these reasons.
    #[error("{}", all(.0))]
    Ineligible(Vec<Ineligible>),
    /// Coins are not taken here.
    #[error("The fee of this tournament cannot be paid with coins.")]
    NoCoins,
    /// The fee was not paid.
    #[error("The fee could not be paid: {0}")]
    Fee(#[from] EntryFeeRefusal),
    /// Coins could not be moved, or the database failed.
    #[error(transparent)]
    Trouble(#[from] Trouble),
}

impl From<DbError> for EnterRefusal {
    fn from(error: DbError) -> Self {
        Self::Trouble(error.into())
    }
}

fn all(reasons: &[Ineligible]) -> String {
    reasons.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

/// Why an entry was not changed.
#[derive(Debug, Error)]
pub enum EntryRefusal {
    /// There is no such entry.
    #[error("There is no entry {0}.")]
    NoSuchEntry(i64),
    /// They may not.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// They neither stand for it nor may decide about it.
    #[error(
        "This is not your entry. Who entered can change it: the player, or the team's owner, managers and captain."
    )]
    NotYours(i64),
    /// Not from this state of the entry.
    #[error("Nobody can {} an entry that is in the state \"{}\".", .step.label(), .from.label())]
    NotNow {
        /// What was asked for.
        step: EntryStep,
        /// Where the entry stands.
        from: EntryStatus,
    },
    /// Not in this state of the tournament.
    #[error("Nobody can {} an entry of a tournament that is in the state \"{}\".", .step.label(), .status.label())]
    NotInThisState {
        /// What was asked for.
        step: EntryStep,
        /// Where the tournament stands.
        status: Status,
    },
    /// A reason is needed.
    #[error("Write why, in at most {0} characters: the entrant reads it.")]
    NoReason(usize),
    /// All places are taken.
    #[error("All {places} places are taken.")]
    Full {
        /// Places.
        places: i32,
    },
    /// Coins could not be moved, or the database failed.
    #[error(transparent)]
    Trouble(#[from] Trouble),
}

impl From<DbError> for EntryRefusal {
    fn from(error: DbError) -> Self {
        Self::Trouble(error.into())
    }
}

/// Why nobody was checked in.
#[derive(Debug, Error)]
pub enum CheckInRefusal {
    /// There is no such entry.
    #[error("There is no entry {0}.")]
    NoSuchEntry(i64),
    /// They neither stand for it nor may check others in.
    #[error("This is not your entry. The player, or the team's owner, managers and captain check in.")]
    NotYours(i64),
    /// There is no check-in.
    #[error("This tournament has no check-in: who is confirmed plays.")]
    NoCheckIn,
    /// The window is not open yet.
    #[error("Check-in opens on {opens}.", opens = .opens.format("%-d %B %Y at %H:%M UTC"))]
    NotYet {
        /// When it does.
        opens: DateTime<Utc>,
    },
    /// The window is closed.
    #[error("Check-in is closed since {closed}. Ask the organizer.", closed = .closed.format("%-d %B %Y at %H:%M UTC"))]
    Closed {
        /// Since when.
        closed: DateTime<Utc>,
    },
    /// The entry does not play.
    #[error("An entry in the state \"{}\" is not checked in.", .0.label())]
    WrongState(EntryStatus),
    /// All places are taken meanwhile.
    #[error("The place of this entry was given to another one.")]
    PlaceGone,
    /// Coins could not be moved, or the database failed.
    #[error(transparent)]
    Trouble(#[from] Trouble),
}

impl From<DbError> for CheckInRefusal {
    fn from(error: DbError) -> Self {
        Self::Trouble(error.into())
    }
}
