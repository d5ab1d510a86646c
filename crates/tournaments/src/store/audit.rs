//! The audit log.

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::{model::audit_log, service::log::Filter};

/// Locks the chain until the unit's end and answers the hash at its end, if there is one.
///
/// The lock is the one on the first row of all, which never goes: whoever holds it reads, by a second
/// statement, what the one who held it before has committed. A lock on the last row would be given to one who waited
/// for a row that is not the last any more.
pub(crate) async fn lock_end(db: &impl ConnectionTrait) -> Result<Option<String>, DbErr> {
    let first: Option<i64> = audit_log::Entity::find()
        .select_only()
        .column(audit_log::Column::Id)
        .order_by_asc(audit_log::Column::Id)
        .limit(1)
        .lock_exclusive()
        .into_tuple()
        .one(db)
        .await?;
    if first.is_none() {
        return Ok(None);
    }
    let end: Option<Option<String>> = audit_log::Entity::find()
        .select_only()
        .column(audit_log::Column::Hash)
        .filter(audit_log::Column::Hash.is_not_null())
        .order_by_desc(audit_log::Column::Id)
        .limit(1)
        .into_tuple()
        .one(db)
        .await?;
    Ok(end.flatten())
}

pub(crate) async fn insert(db: &impl ConnectionTrait, row: audit_log::ActiveModel) -> Result<(), DbErr> {
    audit_log::Entity::insert(row).exec_without_returning(db).await.map(drop)
}

fn filtered(filter: &Filter) -> sea_orm::Select<audit_log::Entity> {
    let mut query = audit_log::Entity::find();
    if let Some(tournament) = filter.tournament {
        query = query.filter(audit_log::Column::TournamentId.eq(tournament));
    }
    if let Some(user) = filter.user {
        query = query.filter(audit_log::Column::UserId.eq(user));
    }
    if let Some(action) = filter.action {
        query = query.filter(audit_log::Column::Action.eq(action.as_str()));
    }
    if let Some(from) = filter.from {
        query = query.filter(audit_log::Column::Timestamp.gte(from));
    }
    if let Some(until) = filter.until {
        query = query.filter(audit_log::Column::Timestamp.lt(until));
    }
    query
}

pub(crate) async fn page(
    db: &impl ConnectionTrait,
    filter: &Filter,
    below: Option<i64>,
    limit: u64,
) -> Result<Vec<audit_log::Model>, DbErr> {
    let mut query = filtered(filter).order_by_desc(audit_log::Column::Id).limit(limit);
    if let Some(below) = below {
        query = query.filter(audit_log::Column::Id.lt(below));
    }
    query.all(db).await
}

pub(crate) async fn counts(db: &impl ConnectionTrait, filter: &Filter) -> Result<Vec<(String, i64)>, DbErr> {
    filtered(filter)
        .select_only()
        .column(audit_log::Column::Action)
        .column_as(audit_log::Column::Id.count(), "entries")
        .group_by(audit_log::Column::Action)
        .order_by_asc(audit_log::Column::Action)
        .into_tuple()
        .all(db)
        .await
}

/// The next rows of the whole log, in the order of the chain.
pub(crate) async fn block(db: &impl ConnectionTrait, after: i64, limit: u64) -> Result<Vec<audit_log::Model>, DbErr> {
    audit_log::Entity::find()
        .filter(audit_log::Column::Id.gt(after))
        .order_by_asc(audit_log::Column::Id)
        .limit(limit)
        .all(db)
        .await
}
