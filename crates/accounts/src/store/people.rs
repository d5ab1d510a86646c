//! Queries of people by name and of names by id.

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};

use crate::model::user;

/// The person of this folded name, when signing in is allowed.
pub(crate) async fn by_name(db: &impl ConnectionTrait, username_ci: &str) -> Result<Option<user::Model>, DbErr> {
    let named = user::Entity::find().filter(user::Column::UsernameCi.eq(username_ci));
    named.filter(user::Column::IsActive.eq(true)).one(db).await
}

/// Ids and names of these people.
pub(crate) async fn names(db: &impl ConnectionTrait, ids: &[i64]) -> Result<Vec<(i64, String)>, DbErr> {
    let found = user::Entity::find().select_only().columns([user::Column::Id, user::Column::Username]);
    found.filter(user::Column::Id.is_in(ids.iter().copied())).into_tuple().all(db).await
}
