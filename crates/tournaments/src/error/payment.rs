//! Refusals about payments.

use economy::EntryFeeRefusal;
use kernel::DbError;
use thiserror::Error;

use super::Trouble;
use crate::rules::{
    access::NotAllowed,
    entry::EntryStatus,
    payment::{PaymentStatus, PaymentStep},
    settings::Method,
    status::Status,
};

/// A field of the form about a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PaymentField {
    /// `payment_method`
    Method,
    /// `amount`
    Amount,
    /// `transaction_id`
    TransactionId,
    /// `payer_account`
    PayerAccount,
    /// `payment_proof`
    Proof,
}

impl PaymentField {
    /// The name of the field in a form.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Method => "payment_method",
            Self::Amount => "amount",
            Self::TransactionId => "transaction_id",
            Self::PayerAccount => "payer_account",
            Self::Proof => "payment_proof",
        }
    }
}

/// What is wrong with one field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PaymentInvalid {
    /// The tournament does not take it.
    #[error("Choose one of the ways to pay that the tournament takes.")]
    Method,
    /// More or less than the fee.
    #[error("Send exactly the fee, {}.{:02}.", .asked / 100, .asked % 100)]
    Amount {
        /// The fee, in minor units.
        asked: i64,
    },
    /// No reference.
    #[error("Write the reference from the receipt: at least 6 letters and digits.")]
    Reference,
    /// No phone number.
    #[error("Write the number that the money came from, e.g. 01712345678.")]
    MobileNumber,
    /// No account.
    #[error("Write the account that the money came from, 4 to 64 characters.")]
    Account,
    /// No receipt.
    #[error("Add a picture of the receipt.")]
    NoProof,
    /// The receipt is not there, or somebody else's.
    #[error("Give the picture of the receipt again.")]
    ProofGone,
}

/// Why no payment was made.
#[derive(Debug, Error)]
pub enum PayRefusal {
    /// There is no such entry.
    #[error("There is no entry {0}.")]
    NoSuchEntry(i64),
    /// They do not stand for it.
    #[error("This is not your entry. Who entered pays: the player, or the team's owner, managers and captain.")]
    NotYours(i64),
    /// Nothing is asked for.
    #[error("Nothing is to be paid for this entry.")]
    NothingToPay,
    /// The entry does not wait for a payment.
    #[error("An entry in the state \"{}\" is not paid for.{}", .0.label(), if matches!(.0, EntryStatus::PaymentSubmitted) { " Somebody is looking for your payment already." } else { "" })]
    WrongState(EntryStatus),
    /// Paid ahead already.
    #[error("Something was paid for this entry already. It counts once a place is free; without one it comes back.")]
    PaidAhead,
    /// Too late.
    #[error("Nobody pays for a tournament that is in the state \"{}\".", .0.label())]
    TooLate(Status),
    /// A payment of this kind is there already.
    #[error("There is a payment by {} for this entry already.", .0.label())]
    AlreadyPaid(Method),
    /// Fields are wrong; all of them at once.
    #[error("the form has {} wrong fields", .0.len())]
    Invalid(Vec<(PaymentField, PaymentInvalid)>),
    /// Coins are not taken here.
    #[error("The fee of this tournament cannot be paid with coins.")]
    NoCoins,
    /// The coins could not be moved.
    #[error("The fee could not be paid: {0}")]
    Fee(#[from] EntryFeeRefusal),
    /// Coins could not be moved, or the database failed.
    #[error(transparent)]
    Trouble(#[from] Trouble),
}

impl From<DbError> for PayRefusal {
    fn from(error: DbError) -> Self {
        Self::Trouble(error.into())
    }
}

/// Why a payment was not decided.
#[derive(Debug, Error)]
pub enum PaymentRefusal {
    /// There is no such payment.
    #[error("There is no payment {0}.")]
    NoSuchPayment(i64),
    /// They may not.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// Not from this state.
    #[error("Nobody can {} a payment that is in the state \"{}\". Somebody may have decided it meanwhile.", .step.label(), .from.label())]
    NotNow {
        /// What was asked for.
        step: PaymentStep,
        /// Where it stands.
        from: PaymentStatus,
    },
    /// The same reference was verified for another entry.
    #[error(
        "The reference {reference} was verified before, for {entry} (payment {payment}). Look at both; verify it all the same only if there were two transfers."
    )]
    Duplicate {
        /// The reference.
        reference: String,
        /// The other payment.
        payment: i64,
        /// The other entry's name.
        entry: String,
    },
    /// A reason is needed.
    #[error("Write why, in at most {0} characters: the entrant reads it.")]
    NoReason(usize),
    /// The entry stands on it.
    #[error("The entry stands on this payment: withdraw or reject the entry first.")]
    StillEntered,
    /// Coins could not be moved, or the database failed.
    #[error(transparent)]
    Trouble(#[from] Trouble),
}

impl From<DbError> for PaymentRefusal {
    fn from(error: DbError) -> Self {
        Self::Trouble(error.into())
    }
}
