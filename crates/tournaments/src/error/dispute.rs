//! Refusals of disputes.

use brackets::BadSeries;
use chrono::{DateTime, Utc};
use kernel::DbError;
use thiserror::Error;

use super::play::{CorrectRefusal, DecideRefusal, Unreachable};
use crate::rules::dispute::NotDone;

/// Why no dispute was opened.
#[derive(Debug, Error)]
pub enum OpenDisputeRefusal {
    /// The match is out of reach.
    #[error(transparent)]
    Unreachable(#[from] Unreachable),
    /// Too late.
    #[error("The result could be disputed until {} UTC. It stands now.", .0.format("%Y-%m-%d %H:%M"))]
    TooLate(DateTime<Utc>),
    /// There is one already.
    #[error("The result is disputed already; add what you know to that dispute.")]
    DisputedAlready {
        /// The dispute.
        dispute: i64,
    },
    /// Nothing was said.
    #[error("Say what happened.")]
    NothingSaid,
    /// A text is too long.
    #[error("This may have {0} characters at most.")]
    TooLong(usize),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// Why nothing was added to a dispute.
#[derive(Debug, Error)]
pub enum EvidenceRefusal {
    /// There is no such dispute.
    #[error("There is no dispute {0}.")]
    NoSuchDispute(i64),
    /// Not now, or not by this person.
    #[error(transparent)]
    NotDone(#[from] NotDone),
    /// Nothing was said.
    #[error("Write something, or add a picture or a link.")]
    NothingSaid,
    /// A text is too long.
    #[error("This may have {0} characters at most.")]
    TooLong(usize),
    /// No address.
    #[error("The link must be an address that begins with https://.")]
    NotAnAddress,
    /// The file is not one that this person gave.
    #[error("The file is not there any more. Choose it again.")]
    FileGone,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// Why a dispute did not move on.
#[derive(Debug, Error)]
pub enum DisputeRefusal {
    /// There is no such dispute.
    #[error("There is no dispute {0}.")]
    NoSuchDispute(i64),
    /// Not now, or not by this person; among others because somebody else was faster.
    #[error(transparent)]
    NotDone(#[from] NotDone),
    /// No reason was given.
    #[error("Say why: both sides read it.")]
    NoReason,
    /// The match is out of reach.
    #[error(transparent)]
    Unreachable(#[from] Unreachable),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// Why a dispute was not resolved.
#[derive(Debug, Error)]
pub enum ResolveRefusal {
    /// The dispute did not move on.
    #[error(transparent)]
    Dispute(#[from] DisputeRefusal),
    /// There is nothing that could stand.
    #[error("The two reports disagree, so no result can stand: enter the right one.")]
    NothingStands,
    /// The bracket has moved on since the preview.
    #[error("The bracket has changed since you looked at it. Look at what the result changes now.")]
    Outdated {
        /// The revision that was seen.
        seen: i32,
        /// The revision now.
        now: i32,
    },
    /// The result cannot be so.
    #[error("This result cannot be: {0}.")]
    Games(#[from] BadSeries),
    /// The bracket does not take it.
    #[error(transparent)]
    Decide(DecideRefusal),
    /// The bracket has moved on, and cannot be corrected so.
    #[error(transparent)]
    Correct(CorrectRefusal),
}

impl From<DbError> for ResolveRefusal {
    fn from(error: DbError) -> Self {
        Self::Dispute(error.into())
    }
}
