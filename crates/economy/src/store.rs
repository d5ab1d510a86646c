//! Every query of the economy.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{ExprTrait, OnConflict},
};

use crate::model::{transaction, wallet};

pub(crate) async fn of_profile(db: &impl ConnectionTrait, profile: i64) -> Result<Option<wallet::Model>, DbErr> {
    wallet::Entity::find().filter(wallet::Column::ProfileId.eq(profile)).one(db).await
}

/// Inserts an empty wallet unless the profile has one.
pub(crate) async fn insert_missing(db: &impl ConnectionTrait, profile: i64, now: DateTime<Utc>) -> Result<(), DbErr> {
    let row = wallet::ActiveModel {
        profile_id: Set(profile),
        cached_balance: Set(0),
        created_at: Set(now),
        updated_at: Set(now),
        ..Default::default()
    };
    let once = OnConflict::column(wallet::Column::ProfileId).do_nothing().to_owned();
    wallet::Entity::insert(row).on_conflict(once).exec_without_returning(db).await.map(drop)
}

/// Entries of a wallet, newest first, that come after this one.
pub(crate) async fn entries(
    db: &impl ConnectionTrait,
    wallet: i64,
    after: Option<(DateTime<Utc>, i64)>,
    limit: u64,
) -> Result<Vec<transaction::Model>, DbErr> {
    let mut query = transaction::Entity::find().filter(transaction::Column::WalletId.eq(wallet));
    if let Some((at, id)) = after {
        let older = Condition::any()
            .add(transaction::Column::CreatedAt.lt(at))
            .add(Condition::all().add(transaction::Column::CreatedAt.eq(at)).add(transaction::Column::Id.lt(id)));
        query = query.filter(older);
    }
    query
        .order_by_desc(transaction::Column::CreatedAt)
        .order_by_desc(transaction::Column::Id)
        .limit(limit)
        .all(db)
        .await
}

pub(crate) async fn sum_of_wallets(db: &impl ConnectionTrait) -> Result<i64, DbErr> {
    // A sum of bigint is numeric on PostgreSQL.
    let sum = wallet::Column::CachedBalance.sum().cast_as("bigint");
    let total: Option<Option<i64>> = wallet::Entity::find().select_only().expr(sum).into_tuple().one(db).await?;
    Ok(total.flatten().unwrap_or(0))
}

pub(crate) async fn count_awards(db: &impl ConnectionTrait, reasons: &[&str]) -> Result<u64, DbErr> {
    let is_award = transaction::Column::Reason.is_in(reasons.iter().copied());
    transaction::Entity::find().filter(is_award).count(db).await
}
