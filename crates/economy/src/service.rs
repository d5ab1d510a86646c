//! The acts of the economy.

use chrono::{DateTime, Utc};
use kernel::{Clock, Db, DbError};

use crate::{
    model::{transaction, wallet},
    store,
};

/// Entries on one page of a statement.
pub const PAGE: u64 = 20;

/// One page of a wallet's entries, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The wallet.
    pub wallet: wallet::Model,
    /// Its entries.
    pub entries: Vec<transaction::Model>,
    /// Where the next page begins, if there is one: moment and id of the last entry of this one.
    pub next: Option<(DateTime<Utc>, i64)>,
}

/// The wallet of a profile; made empty when there is none yet.
///
/// # Errors
/// When the database fails.
pub async fn wallet_of(db: &Db, clock: &dyn Clock, profile: i64) -> Result<wallet::Model, DbError> {
    if let Some(wallet) = store::of_profile(db.read(), profile).await? {
        return Ok(wallet);
    }
    let now = clock.now();
    db.write(|tx| async move {
        store::insert_missing(&tx, profile, now).await?;
        let made = store::of_profile(&tx, profile).await?;
        made.ok_or_else(|| DbError::from(sea_orm::DbErr::RecordNotFound(format!("wallet of profile {profile}"))))
    })
    .await
}

/// One page of a profile's statement.
///
/// # Errors
/// When the database fails.
pub async fn statement(
    db: &Db,
    clock: &dyn Clock,
    profile: i64,
    after: Option<(DateTime<Utc>, i64)>,
) -> Result<Statement, DbError> {
    let wallet = wallet_of(db, clock, profile).await?;
    let mut entries = store::entries(db.read(), wallet.id, after, PAGE + 1).await?;
    let more = entries.len() > PAGE as usize;
    entries.truncate(PAGE as usize);
    let next = entries.last().filter(|_| more).map(|entry| (entry.created_at, entry.id));
    Ok(Statement { wallet, entries, next })
}

/// How much life is in the economy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Totals {
    /// Coins in all wallets.
    pub coins: i64,
    /// Awards paid so far.
    pub awards: u64,
}

/// How much life is in the economy.
///
/// # Errors
/// When the database fails.
pub async fn totals(db: &Db) -> Result<Totals, DbError> {
    let coins = store::sum_of_wallets(db.read()).await?;
    let awards = store::count_awards(db.read(), AWARDS).await?;
    Ok(Totals { coins, awards })
}

/// Reasons that are awards.
const AWARDS: &[&str] = &["participation", "top4", "runner_up", "winner"];

/// The words of a reason, as its column declares them.
pub fn reason_label(reason: &str) -> &str {
    match reason {
        "participation" => "Participation",
        "top4" => "Top 4",
        "runner_up" => "Runner-up",
        "winner" => "Winner",
        "entry_fee_debit" => "Entry fee",
        "refund" => "Refund",
        "manual_adjust" => "Manual adjustment",
        "correction" => "Correction",
        other => other,
    }
}
