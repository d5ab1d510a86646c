//! People by name, and names of people: for pages that mention somebody.

use std::collections::BTreeMap;

use kernel::{Db, DbError, text};

use crate::{model::user, store};

/// The person of this name, in whatever case, when signing in is allowed.
///
/// # Errors
/// When the database fails.
pub async fn by_name(db: &Db, username: &str) -> Result<Option<user::Model>, DbError> {
    Ok(store::people::by_name(db.read(), &text::fold_name(username)).await?)
}

/// The names of these people; who is not there has none.
///
/// # Errors
/// When the database fails.
pub async fn names(db: &Db, ids: &[i64]) -> Result<BTreeMap<i64, String>, DbError> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    Ok(store::people::names(db.read(), &ids).await?.into_iter().collect())
}
