//! Queries of pictures of teams.

use std::collections::HashSet;

use kernel::model::upload;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

use super::Stored;
use crate::model::core::team;

/// The account that gave a file for this purpose; nothing when there is no such file.
pub(crate) async fn owner(db: &impl ConnectionTrait, purpose: &str, token: &str) -> Stored<Option<i64>> {
    let found = upload::Entity::find().select_only().column(upload::Column::OwnerId);
    let this = found.filter(upload::Column::Token.eq(token)).filter(upload::Column::Purpose.eq(purpose));
    let owner: Option<Option<i64>> = this.into_tuple().one(db).await?;
    Ok(owner.flatten())
}

/// Those of these files that are a team's logo.
pub(crate) async fn named(db: &impl ConnectionTrait, tokens: Vec<String>) -> Stored<HashSet<String>> {
    let found = team::Entity::find().select_only().column(team::Column::Logo);
    let logos: Vec<Option<String>> = found.filter(team::Column::Logo.is_in(tokens)).into_tuple().all(db).await?;
    Ok(logos.into_iter().flatten().collect())
}
