//! Refusals of prizes.

use chrono::{DateTime, Utc};
use economy::{PrizeRefusal, TransferRefusal};
use kernel::DbError;
use thiserror::Error;

use crate::rules::{access::NotAllowed, prize::BadDistribution};

/// Why prizes were not held ready.
#[derive(Debug, Error)]
pub enum AwardRefusal {
    /// The distribution of the prizes is wrong.
    #[error(transparent)]
    Distribution(#[from] BadDistribution),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// Why prizes were not funded, or the funds not given back.
#[derive(Debug, Error)]
pub enum FundRefusal {
    /// The organizer has no profile, so no wallet.
    #[error("The organizer has no profile, so there is no wallet from which the prizes could come.")]
    NoProfile,
    /// The coins could not be moved.
    #[error(transparent)]
    Transfer(#[from] TransferRefusal),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// Why prizes were not paid. Nobody has got anything then.
#[derive(Debug, Error)]
pub enum PayRefusal {
    /// There is no such tournament.
    #[error("There is no tournament {0}.")]
    NoSuchTournament(i64),
    /// Not in this tournament.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// It is not over.
    #[error("Prizes are paid when the tournament is over.")]
    NotCompleted,
    /// Disputes wait for a decision.
    #[error("{0} disputes wait for a decision; prizes are held until then.")]
    Disputed(u64),
    /// Results can still be disputed.
    #[error("Results can be disputed until {} UTC; prizes are held until then.", .0.format("%Y-%m-%d %H:%M"))]
    Held(DateTime<Utc>),
    /// The prizes could not be told.
    #[error(transparent)]
    Award(#[from] AwardRefusal),
    /// The organizer has no wallet for what is left.
    #[error(transparent)]
    Fund(#[from] FundRefusal),
    /// The coins could not be moved; among others because the escrow lacks them.
    #[error(transparent)]
    Prize(#[from] PrizeRefusal),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbError),
}

impl From<TransferRefusal> for PayRefusal {
    fn from(refusal: TransferRefusal) -> Self {
        Self::Prize(refusal.into())
    }
}

/// Why a prize was not noted as handed over.
#[derive(Debug, Error)]
pub enum HandOverRefusal {
    /// There is no such prize.
    #[error("There is no prize {0}.")]
    NoSuchPrize(i64),
    /// Not in this tournament.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// There is no money to hand over, or not yet, or no longer.
    #[error("This prize is {0}: only money that is to be handed over can be noted as handed over.")]
    NotNow(String),
    /// No reference.
    #[error("Say how it was handed over, for example the reference of the transfer.")]
    NoReference,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbError),
}
