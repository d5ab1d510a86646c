//! Files that people give: pictures, evidence, attachments.
//!
//! They live in the database, so that every node serves them and every checkpoint and backup has
//! them, and so that a file and the row that names it are stored together or not at all. Whoever
//! stores one has checked and re-encoded it: the bytes are taken as they are. The token is the
//! file's name in addresses; it cannot be guessed, and it never means another file, so that answers
//! may be cached for ever. Not here: what an upload may be, and who may see it.

use std::collections::HashSet;
use std::fmt::Write as _;

use chrono::{DateTime, Duration, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::FromQueryResult;
use sha2::{Digest, Sha256};

use crate::clock::Clock;
use crate::db::{Db, DbError, Tx};
use crate::model::upload;
use crate::random::Random;
use crate::store;

/// How many files are asked about at once.
const BATCH: u64 = 200;

/// A file to be stored.
#[derive(Debug, Clone, Default)]
pub struct NewUpload {
    /// What it is for, e.g. `avatar`.
    pub purpose: String,
    /// Its media type, as the program found it to be.
    pub content_type: String,
    /// Its bytes.
    pub content: Vec<u8>,
    /// What its giver called it; empty when nobody needs to know.
    pub file_name: String,
    /// The account that gave it.
    pub owner_id: Option<i64>,
}

/// What is known of a file without its bytes.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct Head {
    /// Its name.
    pub token: String,
    /// What it is for.
    pub purpose: String,
    /// Its media type.
    pub content_type: String,
    /// How many bytes it has.
    pub byte_size: i64,
    /// SHA-256 of the bytes, in hexadecimal.
    pub sha256: String,
    /// What its giver called it.
    pub file_name: String,
    /// The account that gave it.
    pub owner_id: Option<i64>,
    /// When it was given.
    pub created_at: DateTime<Utc>,
}

/// A file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// What is known of it.
    pub head: Head,
    /// Its bytes.
    pub content: Vec<u8>,
}

/// Stores a file in the unit of work of the row that will name it; answers its token.
///
/// # Errors
/// When the row cannot be stored; the unit of work is then lost.
pub async fn store(tx: &Tx, clock: &dyn Clock, random: &dyn Random, new: NewUpload) -> Result<String, DbError> {
    let token = random.token();
    let digest = Sha256::digest(&new.content);
    let row = upload::ActiveModel {
        token: Set(token.clone()),
        purpose: Set(new.purpose),
        content_type: Set(new.content_type),
        byte_size: Set(new.content.len() as i64), // a Vec holds no more than i64::MAX bytes
        sha256: Set(hexadecimal(&digest)),
        content: Set(new.content),
        file_name: Set(new.file_name),
        owner_id: Set(new.owner_id),
        created_at: Set(clock.now()),
        ..Default::default()
    };
    store::upload::insert(tx, row).await?;
    Ok(token)
}

/// What is known of a file; its bytes are not read.
///
/// # Errors
/// When the database fails.
pub async fn head(db: &Db, token: &str) -> Result<Option<Head>, DbError> {
    Ok(store::upload::head(db.read(), token).await?)
}

/// A file with its bytes.
///
/// # Errors
/// When the database fails.
pub async fn load(db: &Db, token: &str) -> Result<Option<Upload>, DbError> {
    let found = store::upload::whole(db.read(), token).await?;
    Ok(found.map(|row| Upload {
        head: Head {
            token: row.token,
            purpose: row.purpose,
            content_type: row.content_type,
            byte_size: row.byte_size,
            sha256: row.sha256,
            file_name: row.file_name,
            owner_id: row.owner_id,
            created_at: row.created_at,
        },
        content: row.content,
    }))
}

/// Deletes a file; answers whether there was one.
///
/// # Errors
/// When the database fails; the unit of work is then lost.
pub async fn delete(tx: &Tx, token: &str) -> Result<bool, DbError> {
    Ok(store::upload::delete(tx, &[token.to_owned()]).await? > 0)
}

/// Deletes the files of a purpose that are older and that nothing names; answers how many.
///
/// `used` is asked for those of some tokens that something names. `older_than` must be longer than
/// the time between storing a file and naming it, at least a day if a person does that in two steps.
///
/// # Errors
/// What `used` or the database says; what is deleted by then stays deleted.
pub async fn forget_orphans<F, W, E>(
    db: &Db,
    clock: &dyn Clock,
    older_than: Duration,
    purpose: &str,
    used: F,
) -> Result<u64, E>
where
    F: Fn(Vec<String>) -> W + Send,
    W: Future<Output = Result<HashSet<String>, E>> + Send,
    E: From<DbError> + Send,
{
    let oldest = clock.now() - older_than;
    let (mut after, mut deleted) = (0, 0);
    loop {
        let batch = store::upload::older(db.read(), purpose, oldest, after, BATCH).await.map_err(DbError::from)?;
        let Some((last, _)) = batch.last() else {
            return Ok(deleted);
        };
        after = *last;
        let tokens: Vec<String> = batch.into_iter().map(|(_, token)| token).collect();
        let named = used(tokens.clone()).await?;
        let orphans: Vec<String> = tokens.into_iter().filter(|token| !named.contains(token)).collect();
        if !orphans.is_empty() {
            let orphans = &orphans;
            let done = db.write(|tx| async move { Ok::<_, DbError>(store::upload::delete(&tx, orphans).await?) });
            deleted += done.await?;
        }
    }
}

/// Lower-case hexadecimal digits.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}"); // writing to a String cannot fail
        text
    })
}
