//! Every query of the economy.

pub(crate) mod audit;

use chrono::{DateTime, Utc};
use kernel::{DbError, Tx};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{CaseStatement, Expr, ExprTrait, OnConflict, Query},
};

use crate::{
    model::{coin_policy, transaction, transfer, wallet},
    rules::{Facts, Filter, Holder},
};

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

/// Sets the balances of two wallets, which have been locked and read before; one more version of each.
pub(crate) async fn set_balances(tx: &Tx, [one, other]: [&wallet::Model; 2], now: DateTime<Utc>) -> Result<(), DbErr> {
    let (id, version) = (wallet::Column::Id, wallet::Column::Version);
    let unchanged = |wallet: &wallet::Model| {
        Condition::all().add(id.eq(wallet.id)).add(version.eq(wallet.version.saturating_sub(1)))
    };
    let balance = CaseStatement::new().case(id.eq(one.id), one.cached_balance).finally(other.cached_balance);
    let done = wallet::Entity::update_many()
        .col_expr(wallet::Column::CachedBalance, balance.into())
        .col_expr(version, Expr::col(version).add(1))
        .col_expr(wallet::Column::UpdatedAt, now.into())
        .filter(Condition::any().add(unchanged(one)).add(unchanged(other)))
        .exec(tx)
        .await?;
    if done.rows_affected == 2 { Ok(()) } else { Err(DbErr::RecordNotUpdated) }
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

/// What a new transfer has besides its facts.
pub(crate) struct Words<'a> {
    pub(crate) key: &'a str,
    pub(crate) note: &'a str,
    pub(crate) operator: Option<i64>,
}

/// Inserts a transfer unless its key has been used, by another one or by an entry of the old platform; its id.
pub(crate) async fn insert_transfer(
    tx: &Tx,
    facts: &Facts,
    (from, to): (i64, i64),
    words: &Words<'_>,
    now: DateTime<Utc>,
) -> Result<Option<i64>, DbErr> {
    use transfer::Column;
    let row: [(Column, Expr); 12] = [
        (Column::Reason, facts.reason.as_str().into()),
        (Column::IdempotencyKey, words.key.into()),
        (Column::FromWalletId, from.into()),
        (Column::ToWalletId, to.into()),
        (Column::Amount, facts.amount.into()),
        (Column::TournamentId, facts.about.tournament.into()),
        (Column::RegistrationId, facts.about.registration.into()),
        (Column::MatchId, facts.about.match_id.into()),
        (Column::Note, words.note.into()),
        (Column::CreatedById, words.operator.into()),
        (Column::ReversesId, facts.reverses.into()),
        (Column::CreatedAt, now.into()),
    ];
    let (columns, values): (Vec<_>, Vec<_>) = row.into_iter().unzip();
    let old = Query::select()
        .expr(1)
        .from(transaction::Entity)
        .and_where(transaction::Column::IdempotencyKey.eq(words.key))
        .to_owned();
    let new = Query::select().exprs(values).and_where(Expr::exists(old).not()).to_owned();
    let mut insert = Query::insert();
    insert.into_table(transfer::Entity).columns(columns).returning_col(Column::Id);
    insert.select_from(new).map_err(|error| DbErr::Custom(error.to_string()))?;
    insert.on_conflict(OnConflict::column(Column::IdempotencyKey).do_nothing().to_owned());
    let made = tx.query_one(&insert).await?;
    made.map(|row| row.try_get_by_index(0)).transpose()
}

/// Both sides of a transfer, with the wallets as they are after it.
pub(crate) async fn insert_entries(
    tx: &Tx,
    transfer: i64,
    facts: &Facts,
    words: &Words<'_>,
    [from, to]: [&wallet::Model; 2],
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let side = |wallet: &wallet::Model, amount: i64| transaction::ActiveModel {
        wallet_id: Set(wallet.id),
        amount: Set(amount),
        reason: Set(facts.reason.as_str().to_owned()),
        tournament_id: Set(facts.about.tournament),
        registration_id: Set(facts.about.registration),
        match_id: Set(facts.about.match_id),
        note: Set(words.note.to_owned()),
        created_by_id: Set(words.operator),
        idempotency_key: Set(None),
        created_at: Set(now),
        transfer_id: Set(Some(transfer)),
        balance_after: Set(Some(wallet.cached_balance)),
        version: Set(Some(wallet.version)),
        ..Default::default()
    };
    let sides = [side(from, -facts.amount), side(to, facts.amount)];
    transaction::Entity::insert_many(sides).exec_without_returning(tx).await.map(drop)
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
