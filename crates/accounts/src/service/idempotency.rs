//! Acts that must not happen twice: a key that the client chose, kept with the answer.
//!
//! The row is made first thing in the unit of work of the act and filled with the answer last thing, so
//! that key, act and answer are stored together or not at all: a refused act leaves no key behind, and
//! whoever repeats a request whose answer was lost gets that answer. Not here: what an answer looks like.

use chrono::TimeDelta;
use kernel::{Clock, DbError, Tx};
use sea_orm::{ActiveValue::Set, DbErr};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::{model::idempotency_key, store::idempotency as store};

/// Longest key, in characters.
pub const KEY_MAX: usize = 64;
/// How long an answer is kept at least. After that, the same key is a new one.
pub const KEPT: TimeDelta = TimeDelta::hours(24);

/// Why a key does not lead to the act.
#[derive(Debug, Error)]
pub enum KeyRefusal {
    /// It is not a key.
    #[error("The idempotency key must have 1 to {KEY_MAX} characters that can be seen, without spaces.")]
    Malformed,
    /// The key stands for something else.
    #[error("This idempotency key was used for another request. Use a new key for a new request.")]
    Reused,
    /// The first request with this key is still under way.
    #[error("The first request with this idempotency key is still under way. Try again in a second.")]
    UnderWay,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// What was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Body.
    pub body: String,
}

/// A key whose act is to be done in this unit of work.
#[derive(Debug)]
#[must_use = "without an answer the key says that its act is under way for ever"]
pub struct Claim {
    id: i64,
}

/// What a key leads to.
#[derive(Debug)]
pub enum Begun {
    /// The act is to be done now.
    New(Claim),
    /// It was done before, with this answer.
    Done(Answer),
}

/// Whether this can be a key.
pub fn is_key(key: &str) -> bool {
    (1..=KEY_MAX).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Opens a key in the unit of work of its act. `scope` is the kind of act, `request` all that was asked.
///
/// Of several at once, one does the act and the others wait for its end. The person's keys that are
/// older than [`KEPT`] are removed on the way.
///
/// # Errors
/// [`KeyRefusal`]; the unit of work can go on, but nothing has been done.
pub async fn begin(
    tx: &Tx,
    clock: &dyn Clock,
    user: i64,
    scope: &str,
    key: &str,
    request: &[u8],
) -> Result<Begun, KeyRefusal> {
    if !is_key(key) {
        return Err(KeyRefusal::Malformed);
    }
    let now = clock.now();
    store::delete_older(tx, user, now - KEPT).await.map_err(DbError::from)?;
    let hash: String = Sha256::digest(request).iter().map(|byte| format!("{byte:02x}")).collect();
    let row = idempotency_key::ActiveModel {
        user_id: Set(user),
        scope: Set(scope.to_owned()),
        token: Set(key.to_owned()),
        request_hash: Set(Some(hash.clone())),
        created_at: Set(now),
        ..Default::default()
    };
    let made = store::insert_missing(tx, row).await.map_err(DbError::from)?;
    let found = store::find(tx, user, scope, key).await.map_err(DbError::from)?;
    let found = found.ok_or_else(|| DbError::from(DbErr::RecordNotFound("a key that was just made".to_owned())))?;
    if made {
        return Ok(Begun::New(Claim { id: found.id }));
    }
    if found.request_hash.as_deref() != Some(hash.as_str()) {
        return Err(KeyRefusal::Reused);
    }
    match (found.response_status.and_then(|status| u16::try_from(status).ok()), found.response_body) {
        (Some(status), Some(body)) => Ok(Begun::Done(Answer { status, body })),
        _ => Err(KeyRefusal::UnderWay),
    }
}

/// Keeps the answer of the act, last thing in its unit of work.
///
/// # Errors
/// When the database fails; the unit of work is then lost.
pub async fn finish(tx: &Tx, claim: Claim, answer: &Answer) -> Result<(), DbError> {
    let status = i16::try_from(answer.status).unwrap_or(500); // a status has three digits
    if store::answer(tx, claim.id, status, &answer.body).await? {
        return Ok(());
    }
    Err(DbError::from(DbErr::RecordNotUpdated))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_can_be_seen() {
        for key in ["a", "0b1c-2d", "!~", &"x".repeat(64)] {
            assert!(is_key(key), "{key}");
        }
        for other in ["", " ", "a b", "a\tb", "ключ", "a\0", &"x".repeat(65)] {
            assert!(!is_key(other), "{other:?}");
        }
    }
}
