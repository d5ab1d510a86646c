//! Every query of team life.

pub(crate) mod invitation;
pub(crate) mod logo;
pub(crate) mod member;
pub(crate) mod record;
pub(crate) mod request;
pub(crate) mod team;

/// What a query answers.
pub(crate) type Stored<T> = Result<T, kernel::DbError>;

/// The state of what waits for an answer.
pub(crate) const PENDING: &str = "PENDING";
