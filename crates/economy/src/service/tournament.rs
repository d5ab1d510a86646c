//! What a tournament takes and pays: entry fees, prizes and awards.
//!
//! Each payment has a key made of what it is for, so that doing it again pays nothing twice. An act that pays several
//! pays all or nobody: after a refusal the unit of work stands as before.

use std::collections::BTreeSet;

use kernel::{Clock, DbError, Tx};

use crate::{
    error::{EntryFeeRefusal, PrizeRefusal, RefundRefusal, TransferRefusal},
    model::coin_policy,
    rules::{self, About, Facts, Holder, NewTransfer, Placement, Reason},
    service::ledger::{Receipt, Wallets, take_back, transfer},
    store::{self, Words},
};

fn entry_key(registration: i64) -> String {
    format!("tournament_entry_{registration}")
}

/// Pays the fee of a registration into the tournament's escrow. Entering again after a refund is another
/// registration.
///
/// # Errors
/// See [`EntryFeeRefusal`]; the unit of work can go on.
pub async fn pay_entry_fee(
    tx: &Tx,
    clock: &dyn Clock,
    profile: i64,
    tournament: i64,
    registration: i64,
    coins: i64,
) -> Result<Receipt, EntryFeeRefusal> {
    let fee = NewTransfer {
        from: Holder::Player(profile),
        to: Holder::Escrow(tournament),
        amount: coins,
        reason: Reason::EntryFee,
        key: &entry_key(registration),
        about: About { tournament: Some(tournament), registration: Some(registration), match_id: None },
        note: "",
        operator: None,
    };
    let receipt = transfer(tx, clock, &fee).await?;
    match receipt.reversed_by {
        Some(_) => Err(EntryFeeRefusal::Refunded { registration }),
        None => Ok(receipt),
    }
}

/// Gives the fee of a registration back to whoever paid it, once.
///
/// # Errors
/// See [`RefundRefusal`]; the unit of work can go on.
pub async fn refund_entry_fee(
    tx: &Tx,
    clock: &dyn Clock,
    registration: i64,
    note: &str,
    operator: Option<i64>,
) -> Result<Receipt, RefundRefusal> {
    let paid = store::by_key(tx, &entry_key(registration)).await.map_err(DbError::from)?;
    let paid = paid.ok_or(RefundRefusal::NotPaid { registration })?;
    let key = format!("tournament_refund_{registration}");
    Ok(take_back(tx, clock, &paid, Reason::Refund, &Words { key: &key, note, operator }).await?)
}

/// Puts coins of the platform into a tournament's prizes, once for each tournament.
///
/// # Errors
/// See [`TransferRefusal`]; the unit of work can go on.
pub async fn fund_prizes(
    tx: &Tx,
    clock: &dyn Clock,
    tournament: i64,
    coins: i64,
    operator: Option<i64>,
) -> Result<Receipt, TransferRefusal> {
    let funding = NewTransfer {
        from: Holder::Treasury,
        to: Holder::Escrow(tournament),
        amount: coins,
        reason: Reason::PrizeFunding,
        key: &format!("tournament_funding_{tournament}"),
        about: About { tournament: Some(tournament), ..About::default() },
        note: "",
        operator,
    };
    transfer(tx, clock, &funding).await
}

/// Pays the prize of a place out of the tournament's escrow: to each of these profiles its share, see
/// [`rules::split`]. A share of 0 is passed over.
///
/// # Errors
/// See [`PrizeRefusal`]; nobody has got anything then, and the unit of work can go on.
pub async fn pay_prize(
    tx: &Tx,
    clock: &dyn Clock,
    tournament: i64,
    registration: i64,
    place: u32,
    shares: &[(i64, i64)],
) -> Result<Vec<Receipt>, PrizeRefusal> {
    let mut seen = BTreeSet::new();
    for (profile, coins) in shares.iter().copied() {
        if !seen.insert(profile) {
            return Err(PrizeRefusal::Twice(profile));
        }
        if coins < 0 {
            return Err(PrizeRefusal::Negative { profile, coins });
        }
    }
    let due: Vec<(i64, i64)> = shares.iter().copied().filter(|(_, coins)| *coins > 0).collect();
    let escrow = Holder::Escrow(tournament);
    let about = About { tournament: Some(tournament), registration: Some(registration), match_id: None };
    tx.savepoint(|tx| async move {
        let holders: Vec<Holder> = due.iter().map(|(profile, _)| Holder::Player(*profile)).chain([escrow]).collect();
        let mut wallets = Wallets::lock(&tx, clock, &holders).await?;
        let mut paid = Vec::new();
        for (profile, amount) in due {
            let to = Holder::Player(profile);
            let facts = Facts { from: escrow, to, amount, reason: Reason::Prize, about, reverses: None };
            let key = format!("tournament_prize_{tournament}_{profile}_{place}");
            rules::fit(&facts, &key, "").map_err(TransferRefusal::from)?;
            paid.push(wallets.post(&tx, clock, &facts, &Words { key: &key, note: "", operator: None }).await?);
        }
        Ok(paid)
    })
    .await
}

/// Moves what is left in a tournament's escrow; nothing when nothing is left.
///
/// # Errors
/// See [`TransferRefusal`]; the unit of work can go on.
pub async fn close_escrow(
    tx: &Tx,
    clock: &dyn Clock,
    tournament: i64,
    to: Holder,
    operator: Option<i64>,
) -> Result<Option<Receipt>, TransferRefusal> {
    let from = Holder::Escrow(tournament);
    let mut wallets = Wallets::lock(tx, clock, &[from, to]).await?;
    let escrow = wallets.of(from)?;
    let (amount, key) = (escrow.cached_balance, format!("tournament_close_{tournament}_{}", escrow.version));
    if amount == 0 {
        return Ok(None);
    }
    let about = About { tournament: Some(tournament), ..About::default() };
    let facts = Facts { from, to, amount, reason: Reason::EscrowClose, about, reverses: None };
    rules::fit(&facts, &key, "")?;
    wallets.post(tx, clock, &facts, &Words { key: &key, note: "", operator }).await.map(Some)
}

/// What became of one award.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Award {
    /// It is paid, now or before: [`Receipt::replayed`].
    Paid(Receipt),
    /// The old platform has paid it.
    PaidByOldPlatform {
        /// The player.
        profile: i64,
        /// The entry, which has no transfer.
        entry: i64,
    },
}

/// Pays these players for taking part, as the policy of the tournament says, or else of the platform. Nothing without
/// a policy, with one that is off, and when it says 0. Each once for the registration, whatever the policy said then.
///
/// # Errors
/// See [`TransferRefusal`]; nobody has got anything then, and the unit of work can go on.
pub async fn award_participation(
    tx: &Tx,
    clock: &dyn Clock,
    tournament: i64,
    registration: i64,
    profiles: &[i64],
) -> Result<Vec<Award>, TransferRefusal> {
    award(tx, clock, Reason::Participation, tournament, registration, profiles).await
}

/// Pays these players for how far they came, by the same policy. Each once for the tournament and the placement.
///
/// # Errors
/// See [`TransferRefusal`]; nobody has got anything then, and the unit of work can go on.
pub async fn award_placement(
    tx: &Tx,
    clock: &dyn Clock,
    tournament: i64,
    registration: i64,
    placement: Placement,
    profiles: &[i64],
) -> Result<Vec<Award>, TransferRefusal> {
    award(tx, clock, placement.reason(), tournament, registration, profiles).await
}

async fn award(
    tx: &Tx,
    clock: &dyn Clock,
    reason: Reason,
    tournament: i64,
    registration: i64,
    profiles: &[i64],
) -> Result<Vec<Award>, TransferRefusal> {
    let policy = store::policy(tx, tournament).await.map_err(DbError::from)?;
    let amount = policy.map_or(0, |policy| coins(&policy, reason));
    let mut seen = BTreeSet::new();
    let profiles: Vec<i64> = profiles.iter().copied().filter(|profile| seen.insert(*profile)).collect();
    if amount == 0 || profiles.is_empty() {
        return Ok(Vec::new());
    }
    let about = About { tournament: Some(tournament), registration: Some(registration), match_id: None };
    tx.savepoint(|tx| async move {
        let players = profiles.iter().map(|profile| Holder::Player(*profile));
        let mut wallets = Wallets::lock(&tx, clock, &players.chain([Holder::Treasury]).collect::<Vec<_>>()).await?;
        let mut awards = Vec::new();
        for profile in profiles {
            let to = Holder::Player(profile);
            let facts = Facts { from: Holder::Treasury, to, amount, reason, about, reverses: None };
            let wallet = wallets.of(to)?.id;
            let key = match reason {
                Reason::Participation => format!("{reason}:reg:{registration}:w:{wallet}"),
                _ => format!("{reason}:t:{tournament}:w:{wallet}"),
            };
            rules::fit(&facts, &key, reason.label())?;
            let words = Words { key: &key, note: reason.label(), operator: None };
            awards.push(match wallets.post(&tx, clock, &facts, &words).await {
                Ok(receipt) => Award::Paid(receipt),
                // Paid by another policy than today's.
                Err(TransferRefusal::KeyReused { stored, .. }) => Award::Paid(*stored),
                Err(TransferRefusal::KeyOfOldEntry { entry, .. }) => Award::PaidByOldPlatform { profile, entry },
                Err(refusal) => return Err(refusal),
            });
        }
        Ok(awards)
    })
    .await
}

/// What a policy pays.
fn coins(policy: &coin_policy::Model, reason: Reason) -> i64 {
    match reason {
        _ if !policy.enabled => 0,
        Reason::Participation => policy.participation,
        Reason::Top4 => policy.top4,
        Reason::RunnerUp => policy.runner_up,
        Reason::Winner => policy.winner,
        _ => 0,
    }
}
