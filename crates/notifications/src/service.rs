//! The acts of notifications.

use chrono::{DateTime, Utc};
use kernel::{Clock, Db, DbError, Tx};
use sea_orm::ActiveValue::Set;

use crate::{model::notification, store};

/// Notices on one page.
pub const PAGE: u64 = 15;

/// What a person is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Its kind, one of the choices of the column.
    pub kind: &'static str,
    /// The event that it tells of.
    pub event: &'static str,
    /// One line, at most 140 characters.
    pub title: String,
    /// The rest.
    pub body: String,
    /// A path of this site that it leads to, or nothing.
    pub url: String,
}

/// Tells a person something, in the caller's unit of work.
///
/// # Errors
/// When the database fails.
pub async fn notify(
    tx: &Tx,
    clock: &dyn Clock,
    recipient: i64,
    notice: Notice,
) -> Result<notification::Model, DbError> {
    let row = notification::ActiveModel {
        event: Set(notice.event.to_owned()),
        r#type: Set(notice.kind.to_owned()),
        title: Set(notice.title),
        body: Set(notice.body),
        url: Set(notice.url),
        is_read: Set(false),
        created_at: Set(clock.now()),
        recipient_id: Set(recipient),
        ..Default::default()
    };
    Ok(store::insert(tx, row).await?)
}

/// One page of a person's notices, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The notices.
    pub notices: Vec<notification::Model>,
    /// Where the next page begins, if there is one: moment and id of the last notice of this one.
    pub next: Option<(DateTime<Utc>, i64)>,
}

/// One page of a person's notices.
///
/// # Errors
/// When the database fails.
pub async fn list(db: &Db, recipient: i64, after: Option<(DateTime<Utc>, i64)>) -> Result<Page, DbError> {
    let mut notices = store::list(db.read(), recipient, after, PAGE + 1).await?;
    let more = notices.len() > PAGE as usize;
    notices.truncate(PAGE as usize);
    let next = notices.last().filter(|_| more).map(|notice| (notice.created_at, notice.id));
    Ok(Page { notices, next })
}

/// Unread notices are counted no further: a page shows `99+` then.
pub const UNREAD_COUNTED: u64 = 100;

/// How many notices a person has not read, [`UNREAD_COUNTED`] at the most.
///
/// # Errors
/// When the database fails.
pub async fn count_unread(db: &Db, recipient: i64) -> Result<u64, DbError> {
    Ok(store::count_unread(db.read(), recipient, UNREAD_COUNTED).await?)
}

/// Marks one notice of this person as read; somebody else's stays as it is. Answers whether it changed.
///
/// # Errors
/// When the database fails.
pub async fn mark_read(db: &Db, recipient: i64, id: i64) -> Result<bool, DbError> {
    db.write(|tx| async move { Ok(store::mark_read(&tx, recipient, Some(id)).await? > 0) }).await
}

/// Marks all notices of this person as read; answers how many changed.
///
/// # Errors
/// When the database fails.
pub async fn mark_all_read(db: &Db, recipient: i64) -> Result<u64, DbError> {
    db.write(|tx| async move { Ok(store::mark_read(&tx, recipient, None).await?) }).await
}

/// Marks one notice of this person as read, in the caller's unit of work; answers whether there is such a notice.
///
/// # Errors
/// When the database fails.
pub async fn read_one(tx: &Tx, recipient: i64, id: i64) -> Result<bool, DbError> {
    Ok(store::mark_read(tx, recipient, Some(id)).await? > 0 || store::is_for(tx, recipient, id).await?)
}

/// Marks all notices of this person as read, in the caller's unit of work; answers how many changed.
///
/// # Errors
/// When the database fails.
pub async fn read_all(tx: &Tx, recipient: i64) -> Result<u64, DbError> {
    Ok(store::mark_read(tx, recipient, None).await?)
}

/// Marks a notice as read for whoever it is for, in the caller's unit of work. Answers whether it changed.
///
/// # Errors
/// When the database fails.
pub async fn set_read(tx: &Tx, id: i64) -> Result<bool, DbError> {
    Ok(store::set_read(tx, id).await? > 0)
}
