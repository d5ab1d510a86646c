//! Files that people give: what for, whether one is one's own, and those that nothing names.

use std::collections::HashSet;

use chrono::TimeDelta;
use kernel::{Clock, Db, DbError, Tx, upload};

use crate::{context::Context, store};

/// Receipts of payments.
pub const RECEIPT: &str = "payment_proof";
/// Answers to an organizer's questions.
pub const ANSWER: &str = "entry_answer";
/// Pictures and documents with reports and in disputes.
pub const EVIDENCE: &str = "match_evidence";
/// Banner, thumbnail and rules of a tournament. They are never orphans: earlier versions of its page name them.
pub const PRESENTATION: &str = "tournament_presentation";

/// People fill in a form that keeps a file within this time.
const KEPT: TimeDelta = TimeDelta::days(2);

/// Whether the actor gave this file.
pub(crate) async fn is_own(tx: &Tx, cx: &Context<'_>, token: &str) -> Result<bool, DbError> {
    let known = store::file::known(tx, vec![token.to_owned()]).await?;
    Ok(known.get(token).is_some_and(|file| file.owner_id.is_some() && file.owner_id == cx.user()))
}

/// Deletes files of forms that were never sent; answers how many.
///
/// # Errors
/// When the database fails; what is deleted by then stays deleted.
pub async fn forget_orphans(db: &Db, clock: &dyn Clock) -> Result<u64, DbError> {
    let named =
        |tokens: Vec<String>| async { Ok::<HashSet<String>, DbError>(store::file::named(db.read(), tokens).await?) };
    let answered =
        |tokens: Vec<String>| async { Ok::<HashSet<String>, DbError>(store::file::answered(db.read(), tokens).await?) };
    let mut deleted = upload::forget_orphans(db, clock, KEPT, RECEIPT, named).await?;
    deleted += upload::forget_orphans(db, clock, KEPT, EVIDENCE, named).await?;
    deleted += upload::forget_orphans(db, clock, KEPT, ANSWER, answered).await?;
    Ok(deleted)
}
