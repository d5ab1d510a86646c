//! Refusals of tournaments, one enum an act, by subject.

pub mod dispute;
pub mod draw;
pub mod entry;
pub mod lifecycle;
pub mod payment;
pub mod play;
pub mod prize;
pub mod settings;

use economy::{RefundRefusal, TransferRefusal};
use kernel::DbError;
use thiserror::Error;

/// What went wrong below an act, whatever the act was.
#[derive(Debug, Error)]
pub enum Trouble {
    /// A fee was not given back.
    #[error("The fee could not be given back: {0}")]
    Refund(#[from] RefundRefusal),
    /// Coins were not moved.
    #[error("Coins could not be moved: {0}")]
    Transfer(#[from] TransferRefusal),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbError),
}
