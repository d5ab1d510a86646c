//! Every query of the economy.

pub(crate) mod audit;
mod record;

use chrono::{DateTime, Utc};
use kernel::{DbError, Tx};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{ExprTrait, OnConflict},
};

use crate::{
    model::{coin_policy, transaction, transfer, wallet},
    rules::{Filter, Holder},
};

pub(crate) use record::{Words, record};

fn is_of(holder: Holder) -> Condition {
    let kind = wallet::Column::Kind.eq(holder.kind());
    match holder {
        Holder::Player(profile) => Condition::all().add(wallet::Column::ProfileId.eq(profile)),
        Holder::Team(team) => Condition::all().add(wallet::Column::TeamId.eq(team)),
        Holder::Escrow(tournament) => Condition::all().add(wallet::Column::TournamentId.eq(tournament)),
        Holder::Treasury => Condition::all().add(kind),
    }
}

fn are_of(holders: &[Holder]) -> Condition {
    holders.iter().fold(Condition::any(), |any, holder| any.add(is_of(*holder)))
}

pub(crate) async fn wallet(db: &impl ConnectionTrait, holder: Holder) -> Result<Option<wallet::Model>, DbErr> {
    wallet::Entity::find().filter(is_of(holder)).one(db).await
}

/// The wallets of these holders, kept from others until the unit of work ends; in the order of their ids.
pub(crate) async fn lock(tx: &Tx, holders: &[Holder]) -> Result<Vec<wallet::Model>, DbErr> {
    wallet::Entity::find().filter(are_of(holders)).order_by_asc(wallet::Column::Id).lock_exclusive().all(tx).await
}

pub(crate) async fn wallets_by_id(
    db: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = i64>,
) -> Result<Vec<wallet::Model>, DbErr> {
    wallet::Entity::find().filter(wallet::Column::Id.is_in(ids)).all(db).await
}

/// Inserts an empty wallet unless the holder has one.
pub(crate) async fn insert_missing(db: &impl ConnectionTrait, holder: Holder, now: DateTime<Utc>) -> Result<(), DbErr> {
    let (profile, team, tournament) = match holder {
        Holder::Player(profile) => (Some(profile), None, None),
        Holder::Team(team) => (None, Some(team), None),
        Holder::Escrow(tournament) => (None, None, Some(tournament)),
        Holder::Treasury => (None, None, None),
    };
    let row = wallet::ActiveModel {
        kind: Set(holder.kind().to_owned()),
        profile_id: Set(profile),
        team_id: Set(team),
        tournament_id: Set(tournament),
        cached_balance: Set(0),
        allow_overdraft: Set(holder == Holder::Treasury),
        version: Set(0),
        created_at: Set(now),
        updated_at: Set(now),
        ..Default::default()
    };
    let once = OnConflict::new().do_nothing().to_owned();
    wallet::Entity::insert(row).on_conflict(once).exec_without_returning(db).await.map(drop)
}

pub(crate) async fn transfer(db: &impl ConnectionTrait, id: i64) -> Result<Option<transfer::Model>, DbErr> {
    transfer::Entity::find_by_id(id).one(db).await
}

pub(crate) async fn by_key(db: &impl ConnectionTrait, key: &str) -> Result<Option<transfer::Model>, DbErr> {
    transfer::Entity::find().filter(transfer::Column::IdempotencyKey.eq(key)).one(db).await
}

/// The entry of the old platform that has this key.
pub(crate) async fn old_entry_by_key(db: &impl ConnectionTrait, key: &str) -> Result<Option<i64>, DbErr> {
    let of_key = transaction::Column::IdempotencyKey.eq(key);
    transaction::Entity::find().select_only().column(transaction::Column::Id).filter(of_key).into_tuple().one(db).await
}

/// The transfer that takes this one back.
pub(crate) async fn reversal_of(db: &impl ConnectionTrait, id: i64) -> Result<Option<transfer::Model>, DbErr> {
    transfer::Entity::find().filter(transfer::Column::ReversesId.eq(id)).one(db).await
}

/// The two entries of a transfer.
pub(crate) async fn entries_of(db: &impl ConnectionTrait, transfer: i64) -> Result<Vec<transaction::Model>, DbErr> {
    transaction::Entity::find().filter(transaction::Column::TransferId.eq(transfer)).all(db).await
}

/// The policy of the tournament, or else of the platform.
pub(crate) async fn policy(db: &impl ConnectionTrait, tournament: i64) -> Result<Option<coin_policy::Model>, DbErr> {
    let of = coin_policy::Column::TournamentId;
    let found = coin_policy::Entity::find().filter(of.eq(tournament).or(of.is_null())).all(db).await?;
    Ok(found.into_iter().max_by_key(|policy| policy.tournament_id.is_some()))
}

/// The policy of the tournament itself, or without one, of the platform.
pub(crate) async fn policy_of(
    db: &impl ConnectionTrait,
    tournament: Option<i64>,
) -> Result<Option<coin_policy::Model>, DbErr> {
    let of = coin_policy::Column::TournamentId;
    let of = tournament.map_or_else(|| of.is_null(), |tournament| of.eq(tournament));
    coin_policy::Entity::find().filter(of).one(db).await
}

pub(crate) async fn save_policy(tx: &Tx, row: coin_policy::ActiveModel) -> Result<(), DbErr> {
    if row.id.is_not_set() {
        return coin_policy::Entity::insert(row).exec_without_returning(tx).await.map(drop);
    }
    coin_policy::Entity::update(row).exec(tx).await.map(drop)
}

/// Entries of a wallet, newest first, that come after this one.
pub(crate) async fn entries(
    db: &impl ConnectionTrait,
    wallet: i64,
    filter: &Filter,
    after: Option<(DateTime<Utc>, i64)>,
    limit: u64,
) -> Result<Vec<transaction::Model>, DbErr> {
    let created = transaction::Column::CreatedAt;
    let mut query = transaction::Entity::find().filter(transaction::Column::WalletId.eq(wallet));
    if let Some(reason) = filter.reason {
        query = query.filter(transaction::Column::Reason.eq(reason.as_str()));
    }
    if let Some(since) = filter.since {
        query = query.filter(created.gte(since));
    }
    if let Some(before) = filter.before {
        query = query.filter(created.lt(before));
    }
    if let Some((at, id)) = after {
        let older = Condition::any()
            .add(created.lt(at))
            .add(Condition::all().add(created.eq(at)).add(transaction::Column::Id.lt(id)));
        query = query.filter(older);
    }
    query.order_by_desc(created).order_by_desc(transaction::Column::Id).limit(limit).all(db).await
}

/// Keys of these transfers.
pub(crate) async fn keys(
    db: &impl ConnectionTrait,
    transfers: impl IntoIterator<Item = i64>,
) -> Result<Vec<(i64, String)>, DbErr> {
    transfer::Entity::find()
        .select_only()
        .columns([transfer::Column::Id, transfer::Column::IdempotencyKey])
        .filter(transfer::Column::Id.is_in(transfers))
        .into_tuple()
        .all(db)
        .await
}

/// Coins that somebody holds: without the treasury, which issued them.
pub(crate) async fn sum_of_holdings(db: &impl ConnectionTrait) -> Result<i64, DbErr> {
    // A sum of bigint is numeric on PostgreSQL.
    let sum = wallet::Column::CachedBalance.sum().cast_as("bigint");
    let held = wallet::Column::Kind.ne(Holder::Treasury.kind());
    let total: Option<Option<i64>> =
        wallet::Entity::find().select_only().expr(sum).filter(held).into_tuple().one(db).await?;
    Ok(total.flatten().unwrap_or(0))
}

/// Counts the side of whoever gets them.
pub(crate) async fn count_awards(db: &impl ConnectionTrait, reasons: &[&str]) -> Result<u64, DbErr> {
    let is_award = transaction::Column::Reason.is_in(reasons.iter().copied());
    transaction::Entity::find().filter(is_award).filter(transaction::Column::Amount.gt(0)).count(db).await
}

/// A row that must be there, because it was just written or is referred to.
pub(crate) fn there<T>(row: Option<T>, what: &str) -> Result<T, DbError> {
    row.ok_or_else(|| DbError::from(DbErr::RecordNotFound(what.to_owned())))
}
