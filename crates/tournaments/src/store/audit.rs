//! The audit log.

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::model::audit_log;

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
