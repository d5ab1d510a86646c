//! Refusals of seeding and drawing.

use brackets::EventRefusal;
use kernel::DbError;
use thiserror::Error;

use crate::rules::{access::NotAllowed, draw::Unplayable, seeding::Unordered};

/// Why seeds were not given.
#[derive(Debug, Error)]
pub enum SeedRefusal {
    /// There is no such tournament.
    #[error("There is no tournament {0}.")]
    NoSuchTournament(i64),
    /// Not in this tournament.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// The draw is locked.
    #[error("The bracket is published, and its seeds are fixed with it. Unpublish it first.")]
    Published,
    /// The entries or seeds do not make an order.
    #[error(transparent)]
    Unordered(#[from] Unordered),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// Why no bracket was drawn.
#[derive(Debug, Error)]
pub enum DrawRefusal {
    /// There is no such tournament.
    #[error("There is no tournament {0}.")]
    NoSuchTournament(i64),
    /// Not in this tournament.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// It is over, cancelled or not public yet.
    #[error("The tournament is {0}; a bracket is drawn before it begins.")]
    NotNow(String),
    /// Entries still come in.
    #[error("The bracket is published. Unpublish it before it is drawn again.")]
    Published,
    /// The settings do not fit the entries.
    #[error(transparent)]
    Unplayable(#[from] Unplayable),
    /// The entries or seeds do not make an order.
    #[error(transparent)]
    Unordered(#[from] Unordered),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// Why a bracket was not published, or not taken back.
#[derive(Debug, Error)]
pub enum PublishDrawRefusal {
    /// There is no such tournament.
    #[error("There is no tournament {0}.")]
    NoSuchTournament(i64),
    /// Not in this tournament.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// Nothing has been drawn.
    #[error("No bracket has been drawn yet. Draw it, look at it, and publish it then.")]
    NotDrawn,
    /// Done before.
    #[error("The bracket is published already.")]
    Published,
    /// Not done before.
    #[error("The bracket is not published.")]
    NotPublished,
    /// Entries still come in.
    #[error("Entries still come in while registration is open. Close it, then publish the bracket.")]
    RegistrationOpen,
    /// It is over, cancelled or not public yet.
    #[error("The tournament is {0}; a bracket is published before it begins.")]
    NotNow(String),
    /// Entries came or went since.
    #[error("Entries came or went since the bracket was drawn: {} in it no longer play, {} are missing. Draw it again.", .gone.len(), .missing.len())]
    EntriesChanged {
        /// In the bracket, and not among those who play.
        gone: Vec<i64>,
        /// Among those who play, and not in the bracket.
        missing: Vec<i64>,
    },
    /// Matches have results.
    #[error("Matches have been played; the bracket stays as it is.")]
    HasResults,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// Why a bracket did not go on.
#[derive(Debug, Error)]
pub enum GoOnRefusal {
    /// There is no such tournament.
    #[error("There is no tournament {0}.")]
    NoSuchTournament(i64),
    /// Not in this tournament.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// Nothing is being played.
    #[error("The bracket is not being played.")]
    NotRunning,
    /// Nothing waits.
    #[error("Nothing waits to be decided here.")]
    NothingWaits,
    /// Somebody who does not play here.
    #[error("Entry {0} does not play in this bracket.")]
    NotInBracket(i64),
    /// The bracket does not do it.
    #[error("That is not possible: {0}.")]
    Bracket(#[from] EventRefusal),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbError),
}
