//! Who stands for an entry, and telling them.
//!
//! A single player stands for their own entry; for a team its owner, its managers and its captain do.

use kernel::{Actor, DbError, Tx};
use notifications::service::Notice;
use sea_orm::ConnectionTrait;

use crate::{context::Context, model::registration};

/// Accounts of those who stand for an entry, by id.
///
/// # Errors
/// When the database fails.
pub async fn standing_for(db: &impl ConnectionTrait, entry: &registration::Model) -> Result<Vec<i64>, DbError> {
    match (entry.user_id, entry.team_id) {
        (Some(user), _) => Ok(vec![user]),
        (None, Some(team)) => teams::service::entry::representatives(db, team).await,
        (None, None) => Ok(Vec::new()),
    }
}

/// Whether this actor stands for the entry.
///
/// # Errors
/// When the database fails.
pub async fn stands_for(
    db: &impl ConnectionTrait,
    actor: &Actor,
    entry: &registration::Model,
) -> Result<bool, DbError> {
    match actor.user_id() {
        Some(user) => Ok(standing_for(db, entry).await?.contains(&user)),
        None => Ok(false),
    }
}

/// Tells everybody who stands for an entry, in the caller's unit of work.
///
/// # Errors
/// When the database fails.
pub async fn notify_entry(
    tx: &Tx,
    cx: &Context<'_>,
    entry: &registration::Model,
    notice: Notice,
) -> Result<(), DbError> {
    for user in standing_for(tx, entry).await? {
        notify_user(tx, cx, user, notice.clone()).await?;
    }
    Ok(())
}

/// Tells one person, in the caller's unit of work. A title that is too long for a line is cut.
///
/// # Errors
/// When the database fails.
pub async fn notify_user(tx: &Tx, cx: &Context<'_>, user: i64, notice: Notice) -> Result<(), DbError> {
    let title = cut(&notice.title, 140);
    notifications::service::notify(tx, cx.clock, user, Notice { title, ..notice }).await.map(drop)
}

/// A text of at most so many characters, with an ellipsis where something was cut off.
pub(crate) fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}
