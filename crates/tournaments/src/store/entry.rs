//! Entries and who plays for them.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use crate::{
    model::{entry_player, registration, tournament},
    rules::entry::EntryStatus,
};

fn words<'s>(states: impl IntoIterator<Item = &'s EntryStatus>) -> Vec<&'static str> {
    states.into_iter().map(|state| state.as_str()).collect()
}

fn of_tournament(tournament: i64) -> sea_orm::Select<registration::Entity> {
    registration::Entity::find()
        .filter(registration::Column::TournamentId.eq(tournament))
        .filter(registration::Column::IsDeleted.eq(false))
}

pub(crate) async fn by_id(db: &impl ConnectionTrait, id: i64) -> Result<Option<registration::Model>, DbErr> {
    registration::Entity::find_by_id(id).filter(registration::Column::IsDeleted.eq(false)).one(db).await
}

/// The entry, locked until the unit's end; its tournament is locked before.
pub(crate) async fn lock(db: &impl ConnectionTrait, id: i64) -> Result<Option<registration::Model>, DbErr> {
    let found = registration::Entity::find_by_id(id).filter(registration::Column::IsDeleted.eq(false));
    found.lock_exclusive().one(db).await
}

pub(crate) async fn insert(
    db: &impl ConnectionTrait,
    row: registration::ActiveModel,
) -> Result<registration::Model, DbErr> {
    registration::Entity::insert(row).exec_with_returning(db).await
}

/// Writes these columns if the entry still stands where it was seen; answers whether it did.
pub(crate) async fn update_from(
    db: &impl ConnectionTrait,
    id: i64,
    from: &str,
    row: registration::ActiveModel,
) -> Result<bool, DbErr> {
    let done = registration::Entity::update_many()
        .set(row)
        .filter(registration::Column::Id.eq(id))
        .filter(registration::Column::Status.eq(from))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// How many entries stand in one of these states.
pub(crate) async fn count(db: &impl ConnectionTrait, tournament: i64, states: &[EntryStatus]) -> Result<i64, DbErr> {
    let count = of_tournament(tournament).filter(registration::Column::Status.is_in(words(states))).count(db).await?;
    Ok(i64::try_from(count).unwrap_or(i64::MAX))
}

/// Makes the tournament's counter what it counts; answers it.
pub(crate) async fn recount(db: &impl ConnectionTrait, id: i64, now: DateTime<Utc>) -> Result<i64, DbErr> {
    let held = count(db, id, &EntryStatus::HOLDING).await?;
    let row = tournament::ActiveModel {
        total_registrations: Set(i32::try_from(held).unwrap_or(i32::MAX)),
        updated_at: Set(now),
        ..Default::default()
    };
    tournament::Entity::update_many().set(row).filter(tournament::Column::Id.eq(id)).exec(db).await?;
    Ok(held)
}

/// Entries in one of these states, locked, by id.
pub(crate) async fn lock_all(
    db: &impl ConnectionTrait,
    tournament: i64,
    states: &[EntryStatus],
) -> Result<Vec<registration::Model>, DbErr> {
    of_tournament(tournament)
        .filter(registration::Column::Status.is_in(words(states)))
        .order_by_asc(registration::Column::Id)
        .lock_exclusive()
        .all(db)
        .await
}

/// The waiting list, who waits longest first.
pub(crate) async fn waiting(db: &impl ConnectionTrait, tournament: i64) -> Result<Vec<registration::Model>, DbErr> {
    of_tournament(tournament)
        .filter(registration::Column::Status.eq(EntryStatus::Waitlisted.as_str()))
        .order_by_asc(registration::Column::RegisteredAt)
        .order_by_asc(registration::Column::Id)
        .all(db)
        .await
}

/// How many wait longer than this entry.
pub(crate) async fn waiting_before(db: &impl ConnectionTrait, entry: &registration::Model) -> Result<i64, DbErr> {
    let earlier = sea_orm::Condition::any().add(registration::Column::RegisteredAt.lt(entry.registered_at)).add(
        sea_orm::Condition::all()
            .add(registration::Column::RegisteredAt.eq(entry.registered_at))
            .add(registration::Column::Id.lt(entry.id)),
    );
    let count = of_tournament(entry.tournament_id)
        .filter(registration::Column::Status.eq(EntryStatus::Waitlisted.as_str()))
        .filter(earlier)
        .count(db)
        .await?;
    Ok(i64::try_from(count).unwrap_or(i64::MAX))
}

/// Unpaid entries whose time is over, by id.
pub(crate) async fn overdue(
    db: &impl ConnectionTrait,
    tournament: i64,
    now: DateTime<Utc>,
) -> Result<Vec<registration::Model>, DbErr> {
    of_tournament(tournament)
        .filter(registration::Column::Status.eq(EntryStatus::Pending.as_str()))
        .filter(registration::Column::PaymentDueAt.lte(now))
        .order_by_asc(registration::Column::Id)
        .lock_exclusive()
        .all(db)
        .await
}

/// When the next unpaid entry's time is over.
pub(crate) async fn next_due(db: &impl ConnectionTrait, tournament: i64) -> Result<Option<DateTime<Utc>>, DbErr> {
    let next: Option<Option<DateTime<Utc>>> = of_tournament(tournament)
        .select_only()
        .column(registration::Column::PaymentDueAt)
        .filter(registration::Column::Status.eq(EntryStatus::Pending.as_str()))
        .filter(registration::Column::PaymentDueAt.is_not_null())
        .order_by_asc(registration::Column::PaymentDueAt)
        .limit(1)
        .into_tuple()
        .one(db)
        .await?;
    Ok(next.flatten())
}

/// The live entry of this player or team, if there is one.
pub(crate) async fn live_of(
    db: &impl ConnectionTrait,
    tournament: i64,
    user: Option<i64>,
    team: Option<i64>,
) -> Result<Option<registration::Model>, DbErr> {
    let mut query = of_tournament(tournament).filter(registration::Column::Status.is_not_in(words(&EntryStatus::GONE)));
    if let Some(user) = user {
        query = query.filter(registration::Column::UserId.eq(user));
    }
    if let Some(team) = team {
        query = query.filter(registration::Column::TeamId.eq(team));
    }
    query.one(db).await
}

pub(crate) async fn insert_players(
    db: &impl ConnectionTrait,
    rows: Vec<entry_player::ActiveModel>,
) -> Result<(), DbErr> {
    entry_player::Entity::insert_many(rows).exec_without_returning(db).await.map(drop)
}

/// Those of these people who play for a live entry, with that entry's id and name.
pub(crate) async fn playing(
    db: &impl ConnectionTrait,
    tournament: i64,
    users: &[i64],
) -> Result<BTreeMap<i64, (i64, String)>, DbErr> {
    let found = entry_player::Entity::find()
        .filter(entry_player::Column::TournamentId.eq(tournament))
        .filter(entry_player::Column::IsLive.eq(true))
        .filter(entry_player::Column::UserId.is_in(users.iter().copied()))
        .find_also_related(registration::Entity)
        .all(db)
        .await?;
    Ok(found
        .into_iter()
        .filter_map(|(player, entry)| entry.map(|entry| (player.user_id, (entry.id, entry.display_name))))
        .collect())
}

pub(crate) async fn players(db: &impl ConnectionTrait, entry: i64) -> Result<Vec<entry_player::Model>, DbErr> {
    entry_player::Entity::find()
        .filter(entry_player::Column::RegistrationId.eq(entry))
        .order_by_asc(entry_player::Column::Id)
        .all(db)
        .await
}

/// The players of an entry follow it.
pub(crate) async fn set_players_live(db: &impl ConnectionTrait, entry: i64, live: bool) -> Result<(), DbErr> {
    let row = entry_player::ActiveModel { is_live: Set(live), ..Default::default() };
    entry_player::Entity::update_many()
        .set(row)
        .filter(entry_player::Column::RegistrationId.eq(entry))
        .exec(db)
        .await
        .map(drop)
}
