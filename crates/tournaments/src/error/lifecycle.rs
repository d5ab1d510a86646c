//! Refusals about moving a tournament on, and about who helps.

use chrono::{DateTime, Utc};
use kernel::DbError;
use thiserror::Error;

use super::{
    Trouble,
    settings::{Field, Invalid},
};
use crate::rules::{
    access::{Duty, NotAllowed},
    status::StepRefusal,
};

/// Why a tournament was not moved on.
#[derive(Debug, Error)]
pub enum MoveRefusal {
    /// There is no such tournament.
    #[error("There is no tournament {0}.")]
    NoSuchTournament(i64),
    /// Not by them, or not from this state.
    #[error(transparent)]
    Step(#[from] StepRefusal),
    /// The settings do not do any more.
    #[error("The settings must be changed before this: {}", fields(.0))]
    Invalid(Vec<(Field, Invalid)>),
    /// A reason is needed.
    #[error("Write why, in at most {0} characters: those concerned read it.")]
    NoReason(usize),
    /// Its time has not come.
    #[error("It is too early for this: the time for it is {due}.", due = .due.format("%-d %B %Y at %H:%M UTC"))]
    TooEarly {
        /// When it is.
        due: DateTime<Utc>,
    },
    /// Its time is over.
    #[error("Registration ended on {ended}: set a later end first.", ended = .ended.format("%-d %B %Y at %H:%M UTC"))]
    RegistrationOver {
        /// When it did.
        ended: DateTime<Utc>,
    },
    /// Too few are there.
    #[error("{have} of at least {least} entrants are there: put the start off, check entrants in, or cancel.")]
    TooFewEntrants {
        /// How many are.
        have: i64,
        /// How many are needed.
        least: i32,
    },
    /// The prizes have no coins behind them.
    #[error("The prizes could not be funded: {0}")]
    Fund(#[from] super::prize::FundRefusal),
    /// Nobody knows who meets whom.
    #[error("The draw is not published: draw the bracket and publish it first.")]
    NotDrawn,
    /// Coins could not be moved, or the database failed.
    #[error(transparent)]
    Trouble(#[from] Trouble),
}

impl From<DbError> for MoveRefusal {
    fn from(error: DbError) -> Self {
        Self::Trouble(error.into())
    }
}

fn fields(invalid: &[(Field, Invalid)]) -> String {
    invalid.iter().map(|(field, invalid)| format!("{}: {invalid}", field.label())).collect::<Vec<_>>().join(" ")
}

impl From<NotAllowed> for MoveRefusal {
    fn from(refusal: NotAllowed) -> Self {
        Self::Step(refusal.into())
    }
}

/// Why who helps was not changed.
#[derive(Debug, Error)]
pub enum StaffRefusal {
    /// There is no such tournament.
    #[error("There is no tournament {0}.")]
    NoSuchTournament(i64),
    /// There is no such person.
    #[error("There is nobody with this name.")]
    NoSuchPerson,
    /// There is no such invitation or duty.
    #[error("This invitation is not there any more.")]
    NoSuchMember(i64),
    /// They may not.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// Only the organizer gives this duty.
    #[error("Only the organizer chooses who is {}.", .0.label())]
    OrganizersChoice(Duty),
    /// A duty that nobody can be given.
    #[error("Nobody can be made organizer: the organizer is who made the tournament.")]
    NoSuchDuty,
    /// They have one.
    #[error("{name} was asked to help already, as {}.", .duty.label())]
    AlreadyAsked {
        /// Who.
        name: String,
        /// As what.
        duty: Duty,
    },
    /// The organizer needs no duty.
    #[error("The organizer of a tournament needs no other duty in it.")]
    IsOrganizer,
    /// Somebody else was asked.
    #[error("This invitation is for somebody else.")]
    NotYours,
    /// It was answered.
    #[error("This invitation was accepted already.")]
    AlreadyAccepted,
    /// It is over.
    #[error("This tournament is over: nobody needs to help any more.")]
    Over,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbError),
}
