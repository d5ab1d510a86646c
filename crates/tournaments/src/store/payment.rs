//! Payments.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationTrait,
};

use crate::{
    model::{payment, registration, tournament},
    rules::{
        access::Act,
        entry::{EntryStatus, Paid},
        payment::PaymentStatus,
    },
    store::staff::tournaments_of,
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

/// How much of their fees these entries have paid; those that have paid nothing are left out.
pub(crate) async fn paid(db: &impl ConnectionTrait, entries: &[i64]) -> Result<BTreeMap<i64, Paid>, DbErr> {
    let mut paid = BTreeMap::new();
    let open = [PaymentStatus::Pending, PaymentStatus::Submitted, PaymentStatus::Verified];
    for block in entries.chunks(1_000) {
        let rows: Vec<(i64, String)> = payment::Entity::find()
            .select_only()
            .columns([payment::Column::RegistrationId, payment::Column::Status])
            .filter(payment::Column::RegistrationId.is_in(block.iter().copied()))
            .filter(payment::Column::Status.is_in(open.map(PaymentStatus::as_str)))
            .into_tuple()
            .all(db)
            .await?;
        for (entry, status) in rows {
            let this = if status == PaymentStatus::Verified.as_str() { Paid::All } else { Paid::ToCheck };
            let most = paid.entry(entry).or_insert(this);
            *most = this.max(*most);
        }
    }
    Ok(paid)
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

/// Payments of a tournament in these states with their entries in these states, oldest first; in all when none are told.
pub(crate) async fn of_tournament(
    db: &impl ConnectionTrait,
    tournament: i64,
    states: &[PaymentStatus],
    entries: &[EntryStatus],
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
    if !entries.is_empty() {
        let entries: Vec<&str> = entries.iter().map(|state| state.as_str()).collect();
        query = query.filter(registration::Column::Status.is_in(entries));
    }
    if let Some((at, id)) = after {
        query =
            query.filter(sea_orm::Condition::any().add(payment::Column::SubmittedAt.gt(at)).add(
                sea_orm::Condition::all().add(payment::Column::SubmittedAt.eq(at)).add(payment::Column::Id.gt(id)),
            ));
    }
    query.all(db).await
}

/// Payments that somebody has to look for by a duty, with their entries, oldest first.
pub(crate) async fn to_verify(
    db: &impl ConnectionTrait,
    user: i64,
    limit: u64,
) -> Result<Vec<(payment::Model, Option<registration::Model>)>, DbErr> {
    payment::Entity::find()
        .find_also_related(registration::Entity)
        .join(JoinType::InnerJoin, registration::Relation::Tournament.def())
        .filter(registration::Column::TournamentId.in_subquery(tournaments_of(user, Act::VerifyPayments.duties())))
        .filter(tournament::Column::IsDeleted.eq(false))
        .filter(payment::Column::Status.eq(PaymentStatus::Submitted.as_str()))
        .order_by_asc(payment::Column::SubmittedAt)
        .order_by_asc(payment::Column::Id)
        .limit(limit)
        .all(db)
        .await
}
