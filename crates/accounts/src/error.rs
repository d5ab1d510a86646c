//! Refusals of accounts, one enum an act.

use kernel::DbError;
use thiserror::Error;

/// What is wrong with one field of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Invalid {
    /// Nothing was written.
    #[error("Please fill this in.")]
    Empty,
    /// The username has characters that are not allowed.
    #[error("Use letters, digits and @ . + - _ only.")]
    UsernameCharacters,
    /// The username is too long.
    #[error("Use at most {} characters.", crate::rules::USERNAME_MAX)]
    UsernameLong,
    /// The username belongs to somebody else, in this or a look-alike spelling.
    #[error("This username, or one that looks like it, is taken.")]
    UsernameTaken,
    /// The address is not one.
    #[error("This is not an e-mail address.")]
    Email,
    /// The address belongs to an account.
    #[error("This address has an account already. Sign in instead.")]
    EmailTaken,
    /// The password is too short.
    #[error("Use at least {} characters.", crate::rules::PASSWORD_MIN)]
    PasswordShort,
    /// The password is too long.
    #[error("Use at most {} characters.", crate::rules::PASSWORD_MAX)]
    PasswordLong,
    /// The password is easy to guess.
    #[error("This password is easy to guess. A few unrelated words make a better one.")]
    PasswordGuessable,
    /// The two passwords differ.
    #[error("The two passwords differ.")]
    PasswordsDiffer,
}

/// Which field of the sign-up form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// `username`
    Username,
    /// `email`
    Email,
    /// `password`
    Password,
    /// `password_again`
    PasswordAgain,
}

/// Why nobody could be signed up.
#[derive(Debug, Error)]
pub enum SignUpRefusal {
    /// Fields are wrong; all of them at once.
    #[error("the form has {} wrong fields", .0.len())]
    Invalid(Vec<(Field, Invalid)>),
    /// Too many people sign up or in at this moment.
    #[error(transparent)]
    Busy(#[from] Busy),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// Why somebody could not sign in.
#[derive(Debug, Error)]
pub enum SignInRefusal {
    /// No such name and password; which of the two is not told.
    #[error("This name and password do not belong together.")]
    Wrong,
    /// Too many people sign up or in at this moment.
    #[error(transparent)]
    Busy(#[from] Busy),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// Hashing passwords takes memory and time, so only so many wait for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("Too many people are signing in at this moment. Please try again in a few seconds.")]
pub struct Busy;
