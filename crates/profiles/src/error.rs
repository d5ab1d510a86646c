//! Refusals of profiles.

use kernel::{DbError, plugin::GameIdRefusal};
use thiserror::Error;

/// What is wrong with one field of the profile form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Invalid {
    /// Nothing was written.
    #[error("Please fill this in.")]
    Empty,
    /// Too long.
    #[error("Use at most {0} characters.")]
    Long(usize),
    /// Not one of the choices.
    #[error("Choose one of the list.")]
    Choice,
    /// Not a link to the web.
    #[error("Write a whole link that begins with https://.")]
    Link,
    /// Characters that nobody can see.
    #[error("Remove the characters that cannot be seen.")]
    Invisible,
}

/// Why a profile was not changed.
#[derive(Debug, Error)]
pub enum ProfileRefusal {
    /// Fields are wrong; all of them at once, by the name of the field.
    #[error("the form has {} wrong fields", .0.len())]
    Invalid(Vec<(&'static str, Invalid)>),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// Why somebody's ids in games were not changed.
#[derive(Debug, Error)]
pub enum GameIdsRefusal {
    /// Ids are wrong; all of them at once, by the column of the profile.
    #[error("{} ids are wrong", .0.len())]
    Invalid(Vec<(String, GameIdRefusal)>),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbError),
}
