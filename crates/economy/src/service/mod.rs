//! The acts of the economy.

mod ledger;
mod policy;
mod statement;
mod tournament;
mod verify;

use kernel::{Clock, Db, DbError};

use crate::{
    model::wallet,
    rules::{Holder, Reason},
    store,
};

pub use ledger::{Receipt, adjust, reverse, transfer};
pub use policy::{Policy, set_policy};
pub use statement::{EXPORT_BLOCK, Export, HEADER, Line, PAGE, Statement, export, filtered, statement};
pub use tournament::{
    Award, award_participation, award_placement, close_escrow, fund_prizes, pay_entry_fee, pay_prize, refund_entry_fee,
};
pub use verify::{Adopted, Finding, LedgerReport, SHOWN, verify};

/// The wallet of a profile; made empty when there is none yet.
///
/// # Errors
/// When the database fails.
pub async fn wallet_of(db: &Db, clock: &dyn Clock, profile: i64) -> Result<wallet::Model, DbError> {
    let holder = Holder::Player(profile);
    if let Some(wallet) = store::wallet(db.read(), holder).await? {
        return Ok(wallet);
    }
    let now = clock.now();
    db.write(|tx| async move {
        store::insert_missing(&tx, holder, now).await?;
        store::there(store::wallet(&tx, holder).await?, "a wallet that was just made")
    })
    .await
}

/// The coins of a holder; 0 without a wallet.
///
/// # Errors
/// When the database fails.
pub async fn balance(db: &Db, holder: Holder) -> Result<i64, DbError> {
    Ok(store::wallet(db.read(), holder).await?.map_or(0, |wallet| wallet.cached_balance))
}

/// How much life is in the economy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Totals {
    /// Coins in all wallets but the treasury's.
    pub coins: i64,
    /// Awards paid so far.
    pub awards: u64,
}

/// How much life is in the economy.
///
/// # Errors
/// When the database fails.
pub async fn totals(db: &Db) -> Result<Totals, DbError> {
    let coins = store::sum_of_holdings(db.read()).await?;
    let awards: Vec<&str> = Reason::ALL.iter().filter(|reason| reason.is_award()).map(|r| r.as_str()).collect();
    Ok(Totals { coins, awards: store::count_awards(db.read(), &awards).await? })
}

/// The words of a reason, as its column declares them.
pub fn reason_label(reason: &str) -> &str {
    Reason::parse(reason).map_or(reason, |known| known.label())
}
