//! Payments.

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::{
    model::{payment, registration},
    rules::{entry::EntryStatus, payment::PaymentStatus},
};

pub(crate) async fn by_id(db: &impl ConnectionTrait, id: i64) -> Result<Option<payment::Model>, DbErr> {
    payment::Entity::find_by_id(id).one(db).await
}

pub(crate) async fn lock(db: &impl ConnectionTrait, id: i64) -> Result<Option<payment::Model>, DbErr> {
    payment::Entity::find_by_id(id).lock_exclusive().one(db).await
}

pub(crate) async fn insert(db: &impl ConnectionTrait, row: payment::ActiveModel) -> Result<payment::Model, DbErr> {
    payment::Entity::insert(row).exec_with_returning(db).await
}

/// Writes these columns if the payment stands in one of these states; answers whether it did.
pub(crate) async fn update_from(
    db: &impl ConnectionTrait,
    id: i64,
    from: &[PaymentStatus],
    row: payment::ActiveModel,
) -> Result<bool, DbErr> {
    let from: Vec<&str> = from.iter().map(|state| state.as_str()).collect();
    let done = payment::Entity::update_many()
        .set(row)
        .filter(payment::Column::Id.eq(id))
        .filter(payment::Column::Status.is_in(from))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// All payments of an entry, oldest first.
pub(crate) async fn of_entry(db: &impl ConnectionTrait, entry: i64) -> Result<Vec<payment::Model>, DbErr> {
    payment::Entity::find()
        .filter(payment::Column::RegistrationId.eq(entry))
        .order_by_asc(payment::Column::Id)
        .all(db)
        .await
}

/// Payments with one of these references and a method of money, with their entries, over all tournaments.
pub(crate) async fn with_references(
    db: &impl ConnectionTrait,
    references: Vec<String>,
) -> Result<Vec<(payment::Model, Option<registration::Model>)>, DbErr> {
    payment::Entity::find()
        .filter(payment::Column::TransactionId.is_in(references))
        .filter(payment::Column::TransactionId.ne(""))
        .filter(payment::Column::CoinAmount.eq(0))
        .find_also_related(registration::Entity)
        .order_by_asc(payment::Column::Id)
        .all(db)
        .await
}

/// Payments of a tournament with their entries, oldest first.
pub(crate) async fn of_tournament(
    db: &impl ConnectionTrait,
    tournament: i64,
    states: &[PaymentStatus],
    of_ended_entries: bool,
    after: Option<(DateTime<Utc>, i64)>,
    limit: u64,
) -> Result<Vec<(payment::Model, Option<registration::Model>)>, DbErr> {
    let mut query = payment::Entity::find()
        .find_also_related(registration::Entity)
        .filter(registration::Column::TournamentId.eq(tournament))
        .order_by_asc(payment::Column::SubmittedAt)
        .order_by_asc(payment::Column::Id)
        .limit(limit);
    if !states.is_empty() {
        let states: Vec<&str> = states.iter().map(|state| state.as_str()).collect();
        query = query.filter(payment::Column::Status.is_in(states));
    }
    if of_ended_entries {
        let gone: Vec<&str> = EntryStatus::GONE.iter().map(|state| state.as_str()).collect();
        query = query.filter(registration::Column::Status.is_in(gone));
    }
    if let Some((at, id)) = after {
        query =
            query.filter(sea_orm::Condition::any().add(payment::Column::SubmittedAt.gt(at)).add(
                sea_orm::Condition::all().add(payment::Column::SubmittedAt.eq(at)).add(payment::Column::Id.gt(id)),
            ));
    }
    query.all(db).await
}
