//! Queries of prizes, and of those who get them.

use chrono::{DateTime, Utc};
use profiles::model::user_profile as profile;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::OnConflict,
};

use super::draw::Stored;
use crate::model::{entry_player, prize_award as award, tournament};

/// The prizes of a tournament, best place first.
pub(crate) async fn of_tournament(db: &impl ConnectionTrait, tournament: i64) -> Stored<Vec<award::Model>> {
    let query = award::Entity::find().filter(award::Column::TournamentId.eq(tournament));
    Ok(query.order_by_asc(award::Column::Place).order_by_asc(award::Column::Id).all(db).await?)
}

/// The prizes of a tournament, locked until the unit's end, by id.
pub(crate) async fn lock(db: &impl ConnectionTrait, tournament: i64) -> Stored<Vec<award::Model>> {
    let query = award::Entity::find().filter(award::Column::TournamentId.eq(tournament));
    Ok(query.order_by_asc(award::Column::Id).lock_exclusive().all(db).await?)
}

/// One prize.
pub(crate) async fn find(db: &impl ConnectionTrait, id: i64) -> Stored<Option<award::Model>> {
    Ok(award::Entity::find_by_id(id).one(db).await?)
}

/// Holds prizes: new ones, and those of the same entries anew.
pub(crate) async fn hold(db: &impl ConnectionTrait, rows: Vec<award::ActiveModel>) -> Stored<()> {
    let again = OnConflict::columns([award::Column::TournamentId, award::Column::RegistrationId])
        .update_columns([
            award::Column::Place,
            award::Column::Through,
            award::Column::Coins,
            award::Column::Amount,
            award::Column::Currency,
            award::Column::Status,
            award::Column::UpdatedAt,
        ])
        .to_owned();
    for block in rows.chunks(1_000) {
        award::Entity::insert_many(block.to_vec()).on_conflict(again.clone()).exec_without_returning(db).await?;
    }
    Ok(())
}

/// Withdraws held prizes, of all entries but these.
pub(crate) async fn withdraw_held(
    db: &impl ConnectionTrait,
    tournament: i64,
    but: &[i64],
    now: DateTime<Utc>,
) -> Stored<u64> {
    let row = award::ActiveModel { status: Set("withdrawn".to_owned()), updated_at: Set(now), ..Default::default() };
    let mut query = award::Entity::update_many()
        .set(row)
        .filter(award::Column::TournamentId.eq(tournament))
        .filter(award::Column::Status.eq("held"));
    if !but.is_empty() {
        query = query.filter(award::Column::RegistrationId.is_not_in(but.iter().copied()));
    }
    Ok(query.exec(db).await?.rows_affected)
}

/// Changes a prize that stands so; answers whether it did.
pub(crate) async fn update(db: &impl ConnectionTrait, id: i64, from: &str, row: award::ActiveModel) -> Stored<bool> {
    let there = Condition::all().add(award::Column::Id.eq(id)).add(award::Column::Status.eq(from));
    Ok(award::Entity::update_many().set(row).filter(there).exec(db).await?.rows_affected == 1)
}

/// Notes when a tournament's prizes were paid, once; answers whether it was this time.
pub(crate) async fn note_paid(db: &impl ConnectionTrait, tournament: i64, now: DateTime<Utc>) -> Stored<bool> {
    let row = tournament::ActiveModel { prizes_paid_at: Set(Some(now)), updated_at: Set(now), ..Default::default() };
    let once =
        Condition::all().add(tournament::Column::Id.eq(tournament)).add(tournament::Column::PrizesPaidAt.is_null());
    Ok(tournament::Entity::update_many().set(row).filter(once).exec(db).await?.rows_affected == 1)
}

/// Accounts of those who play for these entries, each with its entry: captains first, then in the
/// order of the line-ups.
pub(crate) async fn players(db: &impl ConnectionTrait, entries: &[i64]) -> Stored<Vec<(i64, i64)>> {
    let mut found = Vec::new();
    for block in entries.chunks(1_000) {
        let query = entry_player::Entity::find()
            .select_only()
            .columns([entry_player::Column::RegistrationId, entry_player::Column::UserId])
            .filter(entry_player::Column::RegistrationId.is_in(block.iter().copied()))
            .order_by_desc(entry_player::Column::IsCaptain)
            .order_by_asc(entry_player::Column::Id);
        found.extend(query.into_tuple::<(i64, i64)>().all(db).await?);
    }
    Ok(found)
}

/// Profiles of these accounts, each with its account.
pub(crate) async fn profiles(db: &impl ConnectionTrait, users: &[i64]) -> Stored<Vec<(i64, i64)>> {
    let mut found = Vec::new();
    for block in users.chunks(1_000) {
        let query = profile::Entity::find()
            .select_only()
            .columns([profile::Column::UserId, profile::Column::Id])
            .filter(profile::Column::UserId.is_in(block.iter().copied()));
        found.extend(query.into_tuple::<(i64, i64)>().all(db).await?);
    }
    Ok(found)
}
