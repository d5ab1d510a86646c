//! Refusals of the economy, one enum an act.

use kernel::DbError;
use thiserror::Error;

use crate::{
    rules::{Facts, Holder, Misfit},
    service::Receipt,
};

/// Why no coins were moved.
#[derive(Debug, Error)]
pub enum TransferRefusal {
    /// The transfer is wrong in itself.
    #[error(transparent)]
    Misfit(#[from] Misfit),
    /// There is no such player.
    #[error("there is no player {0}: coins go to a profile that exists")]
    NoSuchProfile(i64),
    /// There is no such account.
    #[error("there is no account {0} that could have made this transfer by hand")]
    NoSuchOperator(i64),
    /// The wallet does not hold that many coins.
    #[error("{holder} has {balance} coins, and {amount} are needed: nothing was moved")]
    InsufficientFunds {
        /// Who should pay.
        holder: Holder,
        /// What is there.
        balance: i64,
        /// What was asked for.
        amount: i64,
    },
    /// The wallet would hold more than can be counted.
    #[error("{holder} has {balance} coins and cannot count {amount} more or less: nothing was moved")]
    Overflow {
        /// Whose wallet.
        holder: Holder,
        /// What is there.
        balance: i64,
        /// What was asked for.
        amount: i64,
    },
    /// The key stands for something else.
    #[error(
        "the key {key:?} stands for another transfer, {}: {}; asked for was {asked}. Use a key of its own",
        .stored.transfer, .stored.facts
    )]
    KeyReused {
        /// The key.
        key: String,
        /// What was asked for.
        asked: Box<Facts>,
        /// What was done with this key before.
        stored: Box<Receipt>,
    },
    /// The old platform has paid this already.
    #[error("the key {key:?} was used by the old platform, in entry {entry}: it is not paid again")]
    KeyOfOldEntry {
        /// The key.
        key: String,
        /// The entry, which has no transfer.
        entry: i64,
    },
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// Why a transfer was not taken back.
#[derive(Debug, Error)]
pub enum ReverseRefusal {
    /// There is no such transfer.
    #[error("there is no transfer {0}")]
    NoSuchTransfer(i64),
    /// It was taken back before, and that happens once.
    #[error("transfer {transfer} was taken back by transfer {by}, and that happens once")]
    AlreadyReversed {
        /// The transfer.
        transfer: i64,
        /// What took it back.
        by: i64,
    },
    /// It takes another one back itself.
    #[error("transfer {transfer} itself takes transfer {reverses} back: make a new transfer instead")]
    IsReversal {
        /// The transfer.
        transfer: i64,
        /// What it takes back.
        reverses: i64,
    },
    /// The coins could not be moved; among others because who got them has spent them.
    #[error(transparent)]
    Transfer(#[from] TransferRefusal),
}

impl From<DbError> for ReverseRefusal {
    fn from(error: DbError) -> Self {
        Self::Transfer(error.into())
    }
}

/// Why an entry fee was not paid.
#[derive(Debug, Error)]
pub enum EntryFeeRefusal {
    /// It was paid, and given back.
    #[error("the fee of registration {registration} was given back: entering again is another registration")]
    Refunded {
        /// The registration.
        registration: i64,
    },
    /// The coins could not be moved.
    #[error(transparent)]
    Transfer(#[from] TransferRefusal),
}

impl From<DbError> for EntryFeeRefusal {
    fn from(error: DbError) -> Self {
        Self::Transfer(error.into())
    }
}

/// Why an entry fee was not given back.
#[derive(Debug, Error)]
pub enum RefundRefusal {
    /// Nobody has paid.
    #[error("no coins were paid for registration {registration}: there is nothing to give back")]
    NotPaid {
        /// The registration.
        registration: i64,
    },
    /// The fee could not be taken back.
    #[error(transparent)]
    Reverse(#[from] ReverseRefusal),
}

impl From<DbError> for RefundRefusal {
    fn from(error: DbError) -> Self {
        Self::Reverse(error.into())
    }
}

/// Why a prize was not paid; nobody got a share then.
#[derive(Debug, Error)]
pub enum PrizeRefusal {
    /// Two shares for one player.
    #[error("player {0} stands twice among the shares: add them up")]
    Twice(i64),
    /// A share of less than nothing.
    #[error("the share of player {profile} is {coins} coins: a share is never less than 0")]
    Negative {
        /// Whose share.
        profile: i64,
        /// Its coins.
        coins: i64,
    },
    /// The coins could not be moved.
    #[error(transparent)]
    Transfer(#[from] TransferRefusal),
}

impl From<DbError> for PrizeRefusal {
    fn from(error: DbError) -> Self {
        Self::Transfer(error.into())
    }
}

/// Why no policy was set.
#[derive(Debug, Error)]
pub enum PolicyRefusal {
    /// Only staff may.
    #[error("only staff may say what tournaments pay: ask somebody of the staff")]
    NotStaff,
    /// Coins are given, not taken.
    #[error("a policy pays 0 coins or more")]
    Negative,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// Why a balance was not adjusted.
#[derive(Debug, Error)]
pub enum AdjustRefusal {
    /// Only staff may.
    #[error("only staff may adjust a balance: ask somebody of the staff")]
    NotStaff,
    /// The coins could not be moved.
    #[error(transparent)]
    Transfer(#[from] TransferRefusal),
}

impl From<DbError> for AdjustRefusal {
    fn from(error: DbError) -> Self {
        Self::Transfer(error.into())
    }
}
