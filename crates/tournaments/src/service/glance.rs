//! What pages show of many tournaments, entries and matches at once. One statement each.
//!
//! Not here: who may see what; whoever asks for a tournament's rounds or rosters has found out before.

use std::collections::BTreeMap;

use kernel::DbError;
use sea_orm::ConnectionTrait;

use crate::{
    model::{entry_player, tournament},
    rules::status::Status,
    store,
};

/// These tournaments, by id; those that are gone are left out.
///
/// # Errors
/// When the database fails.
pub async fn tournaments(db: &impl ConnectionTrait, ids: &[i64]) -> Result<BTreeMap<i64, tournament::Model>, DbError> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let found = store::glance::tournaments(db, ids).await?;
    Ok(found.into_iter().map(|tournament| (tournament.id, tournament)).collect())
}

/// Who plays for these entries, by entry.
///
/// # Errors
/// When the database fails.
pub async fn rosters(
    db: &impl ConnectionTrait,
    entries: &[i64],
) -> Result<BTreeMap<i64, Vec<entry_player::Model>>, DbError> {
    if entries.is_empty() {
        return Ok(BTreeMap::new());
    }
    Ok(store::list::players(db, entries.to_vec()).await?)
}

/// A round of a tournament.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Round {
    /// Its stage, from 1.
    pub stage: i16,
    /// Its number, from 1.
    pub round: i32,
    /// How many matches it has.
    pub matches: i64,
}

/// The rounds of a tournament, in the order of play.
///
/// # Errors
/// When the database fails.
pub async fn rounds(db: &impl ConnectionTrait, tournament: i64) -> Result<Vec<Round>, DbError> {
    let found = store::glance::rounds(db, tournament).await?;
    Ok(found.into_iter().map(|(stage, round, matches)| Round { stage, round, matches }).collect())
}

/// The platform in numbers: of what all may see.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Tournaments that were published and not called off.
    pub tournaments: i64,
    /// Those that are being played.
    pub live: i64,
    /// Those that take entries.
    pub open: i64,
    /// Those that are over.
    pub finished: i64,
    /// Matches that were played.
    pub matches: i64,
}

/// The platform in numbers.
///
/// # Errors
/// When the database fails.
pub async fn totals(db: &impl ConnectionTrait) -> Result<Totals, DbError> {
    let mut totals = Totals::default();
    for (status, count, matches) in store::glance::totals(db).await? {
        let Some(status) = Status::parse(&status).filter(|status| *status != Status::Cancelled) else { continue };
        totals.tournaments += count;
        totals.matches += matches.unwrap_or(0);
        match status {
            Status::Live => totals.live += count,
            Status::RegistrationOpen => totals.open += count,
            Status::Completed | Status::Archived => totals.finished += count,
            _ => {}
        }
    }
    Ok(totals)
}
