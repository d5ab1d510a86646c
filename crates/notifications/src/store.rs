//! Every query of notifications.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};

use crate::model::notification as notice;

pub(crate) async fn insert(db: &impl ConnectionTrait, row: notice::ActiveModel) -> Result<notice::Model, DbErr> {
    notice::Entity::insert(row).exec_with_returning(db).await
}

/// Notices of a person, newest first, that come after this one.
pub(crate) async fn list(
    db: &impl ConnectionTrait,
    recipient: i64,
    after: Option<(DateTime<Utc>, i64)>,
    limit: u64,
) -> Result<Vec<notice::Model>, DbErr> {
    let mut query = notice::Entity::find().filter(notice::Column::RecipientId.eq(recipient));
    if let Some((at, id)) = after {
        let same_moment = Condition::all().add(notice::Column::CreatedAt.eq(at)).add(notice::Column::Id.lt(id));
        query = query.filter(Condition::any().add(notice::Column::CreatedAt.lt(at)).add(same_moment));
    }
    query.order_by_desc(notice::Column::CreatedAt).order_by_desc(notice::Column::Id).limit(limit).all(db).await
}

/// Counts at most `most` of them.
pub(crate) async fn count_unread(db: &impl ConnectionTrait, recipient: i64, most: u64) -> Result<u64, DbErr> {
    let ids: Vec<i64> = notice::Entity::find()
        .select_only()
        .column(notice::Column::Id)
        .filter(notice::Column::RecipientId.eq(recipient))
        .filter(notice::Column::IsRead.eq(false))
        .limit(most)
        .into_tuple()
        .all(db)
        .await?;
    Ok(ids.len() as u64)
}

/// Marks one notice, or all, of this person as read; answers how many changed.
pub(crate) async fn mark_read(db: &impl ConnectionTrait, recipient: i64, only: Option<i64>) -> Result<u64, DbErr> {
    let mut update = notice::Entity::update_many()
        .set(notice::ActiveModel { is_read: Set(true), ..Default::default() })
        .filter(notice::Column::RecipientId.eq(recipient))
        .filter(notice::Column::IsRead.eq(false));
    if let Some(id) = only {
        update = update.filter(notice::Column::Id.eq(id));
    }
    Ok(update.exec(db).await?.rows_affected)
}

/// Whether this notice is for this person.
pub(crate) async fn is_for(db: &impl ConnectionTrait, recipient: i64, id: i64) -> Result<bool, DbErr> {
    let found = notice::Entity::find_by_id(id).filter(notice::Column::RecipientId.eq(recipient)).count(db).await?;
    Ok(found > 0)
}

/// Marks one notice as read, whoever it is for; answers how many changed.
pub(crate) async fn set_read(db: &impl ConnectionTrait, id: i64) -> Result<u64, DbErr> {
    let update = notice::Entity::update_many().set(notice::ActiveModel { is_read: Set(true), ..Default::default() });
    let unread = update.filter(notice::Column::Id.eq(id)).filter(notice::Column::IsRead.eq(false));
    Ok(unread.exec(db).await?.rows_affected)
}
