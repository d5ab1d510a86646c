//! Moving coins: the one way by which a balance changes, and what is made of it directly.
//!
//! Not here: what a tournament pays and gets (`tournament`), and proving it all (`verify`).

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use kernel::{Actor, Clock, DbError, Tx, db::Constraint};

use crate::{
    error::{AdjustRefusal, ReverseRefusal, TransferRefusal},
    model::{transfer, wallet},
    rules::{self, About, Facts, Holder, NewTransfer, Reason},
    store::{self, Words},
};

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Id of the transfer.
    pub transfer: i64,
    /// Its key.
    pub key: String,
    /// What moved.
    pub facts: Facts,
    /// What the one who paid had afterwards.
    pub from_balance: i64,
    /// What the one who got it had afterwards.
    pub to_balance: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// Whether it had been done before, so that nothing moved this time.
    pub replayed: bool,
    /// The transfer that has taken it back since.
    pub reversed_by: Option<i64>,
}

/// Moves coins from one wallet to another, once for each key.
///
/// Wallets that are missing are made. Asked for again with the same key and facts, the receipt of the first time
/// comes back, also after it has been taken back ([`Receipt::reversed_by`] tells).
///
/// # Errors
/// See [`TransferRefusal`]. Nothing is moved then and the unit of work can go on; wallets that were made stay.
pub async fn transfer(tx: &Tx, clock: &dyn Clock, new: &NewTransfer<'_>) -> Result<Receipt, TransferRefusal> {
    let NewTransfer { from, to, amount, reason, key, about, note, operator } = *new;
    let facts = Facts { from, to, amount, reason, about, reverses: None };
    rules::fit(&facts, key, note)?;
    let mut wallets = Wallets::lock(tx, clock, &[from, to]).await?;
    wallets.post(tx, clock, &facts, &Words { key, note, operator }).await
}

/// Takes a transfer back, by another one the other way round. That happens once to a transfer, and never to one that
/// takes another back. The same key again gives the same receipt.
///
/// # Errors
/// See [`ReverseRefusal`]; among others when whoever got the coins has spent them. The unit of work can go on.
pub async fn reverse(
    tx: &Tx,
    clock: &dyn Clock,
    transfer: i64,
    key: &str,
    note: &str,
    operator: Option<i64>,
) -> Result<Receipt, ReverseRefusal> {
    let found = store::transfer(tx, transfer).await.map_err(DbError::from)?;
    let original = found.ok_or(ReverseRefusal::NoSuchTransfer(transfer))?;
    take_back(tx, clock, &original, Reason::Correction, &Words { key, note, operator }).await
}

/// Takes a transfer back, for this reason.
pub(super) async fn take_back(
    tx: &Tx,
    clock: &dyn Clock,
    original: &transfer::Model,
    reason: Reason,
    words: &Words<'_>,
) -> Result<Receipt, ReverseRefusal> {
    let transfer = original.id;
    if let Some(reverses) = original.reverses_id {
        return Err(ReverseRefusal::IsReversal { transfer, reverses });
    }
    let done = facts_of(tx, original).await?;
    let facts = Facts { from: done.to, to: done.from, reason, reverses: Some(transfer), ..done };
    rules::fit(&facts, words.key, words.note).map_err(TransferRefusal::from)?;
    let mut wallets = Wallets::lock(tx, clock, &[facts.from, facts.to]).await?;
    // Whoever takes it back holds both wallets, so nobody else does so now.
    match store::reversal_of(tx, transfer).await.map_err(DbError::from)? {
        Some(by) if by.idempotency_key != words.key => Err(ReverseRefusal::AlreadyReversed { transfer, by: by.id }),
        _ => Ok(wallets.post(tx, clock, &facts, words).await?),
    }
}

/// Gives coins of the treasury to a holder, or takes them when the amount is negative. With a key it happens once for
/// the key, which a form should carry; without one, each time.
///
/// # Errors
/// See [`AdjustRefusal`]; the unit of work can go on.
pub async fn adjust(
    tx: &Tx,
    clock: &dyn Clock,
    actor: &Actor,
    holder: Holder,
    amount: i64,
    note: &str,
    key: Option<&str>,
) -> Result<Receipt, AdjustRefusal> {
    if !actor.is_staff() {
        return Err(AdjustRefusal::NotStaff);
    }
    let (from, to) = if amount < 0 { (holder, Holder::Treasury) } else { (Holder::Treasury, holder) };
    let too_many = TransferRefusal::Misfit(rules::Misfit::TooMany(amount));
    let amount = amount.checked_abs().ok_or(too_many)?;
    let note = if note.is_empty() { "Manual adjustment" } else { note };
    let reason = Reason::ManualAdjust;
    let facts = Facts { from, to, amount, reason, about: About::default(), reverses: None };
    rules::fit(&facts, key.unwrap_or("made below"), note).map_err(TransferRefusal::from)?;
    let mut wallets = Wallets::lock(tx, clock, &[from, to]).await?;
    let wallet = wallets.of(holder)?;
    let made = format!("{reason}:w:{}:v:{}", wallet.id, wallet.version);
    let words = Words { key: key.unwrap_or(&made), note, operator: actor.user_id() };
    Ok(wallets.post(tx, clock, &facts, &words).await?)
}

/// Wallets that nobody else changes until the unit of work ends.
pub(super) struct Wallets(BTreeMap<Holder, wallet::Model>);

impl Wallets {
    /// Locks all, in the order of their ids, and makes those that are missing.
    pub(super) async fn lock(tx: &Tx, clock: &dyn Clock, holders: &[Holder]) -> Result<Self, TransferRefusal> {
        let mut wanted = holders.to_vec();
        wanted.sort_unstable();
        wanted.dedup();
        let mut locked = store::lock(tx, &wanted).await.map_err(DbError::from)?;
        if locked.len() < wanted.len() {
            let there: Vec<Holder> = locked.iter().map(holder).collect();
            let missing = wanted.iter().copied().filter(|holder| !there.contains(holder));
            Self::make(tx, clock, missing).await?;
            locked = store::lock(tx, &wanted).await.map_err(DbError::from)?;
        }
        Ok(Self(locked.into_iter().map(|wallet| (holder(&wallet), wallet)).collect()))
    }

    async fn make(tx: &Tx, clock: &dyn Clock, missing: impl Iterator<Item = Holder>) -> Result<(), TransferRefusal> {
        let now = clock.now();
        for holder in missing {
            let made = tx
                .savepoint(|tx| async move { store::insert_missing(&tx, holder, now).await.map_err(DbError::from) })
                .await;
            made.map_err(|error| match (holder, error.constraint()) {
                (Holder::Player(profile), Some(Constraint::ForeignKey)) => TransferRefusal::NoSuchProfile(profile),
                _ => error.into(),
            })?;
        }
        Ok(())
    }

    pub(super) fn of(&self, holder: Holder) -> Result<&wallet::Model, DbError> {
        store::there(self.0.get(&holder), "a wallet that is locked")
    }

    /// Moves coins between two of them, unless the key has been used.
    pub(super) async fn post(
        &mut self,
        tx: &Tx,
        clock: &dyn Clock,
        facts: &Facts,
        words: &Words<'_>,
    ) -> Result<Receipt, TransferRefusal> {
        let (from, to) = (self.of(facts.from)?, self.of(facts.to)?);
        let now = clock.now();
        let both = moved(from, facts.from, facts.amount, Way::Out, now)
            .and_then(|paid| Ok((paid, moved(to, facts.to, facts.amount, Way::In, now)?)));
        let (paid, got) = match both {
            Ok(both) => both,
            // What was done before is no matter of the balance now.
            Err(refusal) => return self.done(tx, facts, words).await?.ok_or(refusal),
        };
        let Some(transfer) = record(tx, facts, words, [&paid, &got], now).await? else {
            return match self.done(tx, facts, words).await? {
                Some(receipt) => Ok(receipt),
                None => Err(key_of_old_entry(tx, words).await?),
            };
        };
        let (from_balance, to_balance) = (paid.cached_balance, got.cached_balance);
        self.0.extend([(facts.from, paid), (facts.to, got)]);
        Ok(Receipt {
            transfer,
            key: words.key.to_owned(),
            facts: *facts,
            from_balance,
            to_balance,
            at: now,
            replayed: false,
            reversed_by: None,
        })
    }

    /// The receipt of what was done with this key, if anything was.
    async fn done(&self, tx: &Tx, facts: &Facts, words: &Words<'_>) -> Result<Option<Receipt>, TransferRefusal> {
        match store::by_key(tx, words.key).await.map_err(DbError::from)? {
            Some(done) => replay(tx, facts, &done).await.map(Some),
            None => Ok(None),
        }
    }
}

/// Writes a transfer down; nothing when its key has been used.
async fn record(
    tx: &Tx,
    facts: &Facts,
    words: &Words<'_>,
    wallets: [&wallet::Model; 2],
    now: DateTime<Utc>,
) -> Result<Option<i64>, TransferRefusal> {
    let Some(operator) = words.operator else {
        return Ok(store::record(tx, facts, words, wallets, now).await.map_err(DbError::from)?);
    };
    // Whoever is named as the operator may not exist, and the unit of work can go on.
    let record = |tx: Tx| async move { store::record(&tx, facts, words, wallets, now).await.map_err(DbError::from) };
    tx.savepoint(record).await.map_err(|error| match error.constraint() {
        Some(Constraint::ForeignKey) => TransferRefusal::NoSuchOperator(operator),
        _ => error.into(),
    })
}

/// Why a key that no transfer has cannot be used.
async fn key_of_old_entry(tx: &Tx, words: &Words<'_>) -> Result<TransferRefusal, DbError> {
    let entry = store::old_entry_by_key(tx, words.key).await?;
    Ok(TransferRefusal::KeyOfOldEntry { key: words.key.to_owned(), entry: store::there(entry, "whoever has the key")? })
}

/// Whose wallet it is.
fn holder(wallet: &wallet::Model) -> Holder {
    match (wallet.profile_id, wallet.team_id, wallet.tournament_id) {
        (Some(profile), ..) => Holder::Player(profile),
        (_, Some(team), _) => Holder::Team(team),
        (.., Some(tournament)) => Holder::Escrow(tournament),
        _ => Holder::Treasury,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    In,
    Out,
}

/// The wallet as it is after coins came or went.
fn moved(
    wallet: &wallet::Model,
    holder: Holder,
    amount: i64,
    way: Way,
    now: DateTime<Utc>,
) -> Result<wallet::Model, TransferRefusal> {
    let balance = wallet.cached_balance;
    let after = match way {
        Way::In => balance.checked_add(amount),
        Way::Out => balance.checked_sub(amount),
    };
    let version = wallet.version.checked_add(1);
    let (Some(after), Some(version)) = (after, version) else {
        return Err(TransferRefusal::Overflow { holder, balance, amount });
    };
    if way == Way::Out && after < 0 && !wallet.allow_overdraft {
        return Err(TransferRefusal::InsufficientFunds { holder, balance, amount });
    }
    Ok(wallet::Model { cached_balance: after, version, updated_at: now, ..wallet.clone() })
}

/// What a transfer that was made says.
pub(super) async fn facts_of(tx: &Tx, done: &transfer::Model) -> Result<Facts, DbError> {
    let wallets = store::wallets_by_id(tx, [done.from_wallet_id, done.to_wallet_id]).await?;
    let of = |id: i64| wallets.iter().find(|wallet| wallet.id == id).map(holder);
    Ok(Facts {
        from: store::there(of(done.from_wallet_id), "the wallet that paid")?,
        to: store::there(of(done.to_wallet_id), "the wallet that got it")?,
        amount: done.amount,
        reason: store::there(Reason::parse(&done.reason), "the reason of a transfer")?,
        about: About { tournament: done.tournament_id, registration: done.registration_id, match_id: done.match_id },
        reverses: done.reverses_id,
    })
}

/// The receipt of what was done with this key, when it is what is asked for.
async fn replay(tx: &Tx, asked: &Facts, done: &transfer::Model) -> Result<Receipt, TransferRefusal> {
    let facts = facts_of(tx, done).await?;
    let entries = store::entries_of(tx, done.id).await.map_err(DbError::from)?;
    let after = |wallet: i64| {
        let entry = entries.iter().find(|entry| entry.wallet_id == wallet);
        store::there(entry.and_then(|entry| entry.balance_after), "an entry of a transfer")
    };
    let stored = Receipt {
        transfer: done.id,
        key: done.idempotency_key.clone(),
        facts,
        from_balance: after(done.from_wallet_id)?,
        to_balance: after(done.to_wallet_id)?,
        at: done.created_at,
        replayed: true,
        reversed_by: store::reversal_of(tx, done.id).await.map_err(DbError::from)?.map(|by| by.id),
    };
    if stored.facts == *asked {
        return Ok(stored);
    }
    let (asked, stored) = (Box::new(*asked), Box::new(stored));
    Err(TransferRefusal::KeyReused { key: done.idempotency_key.clone(), asked, stored })
}
