//! Proving the ledger: everything is computed anew from its rows and compared with what they say.
//!
//! It reads the state of one moment, block by block: what it keeps in memory grows with wallets and not with entries.
//! Not here: mending. A ledger is put right by more transfers, or from a copy.

use std::collections::{BTreeMap, HashMap};

use kernel::{Db, DbError};
use thiserror::Error;

use crate::{
    model::{transaction, transfer, wallet},
    store::audit::Snapshot,
};

/// Rows that are read at once.
const BLOCK: u64 = 5_000;
/// Findings that are kept; more are counted.
pub const SHOWN: usize = 1_000;

/// Something that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Finding {
    /// A transfer has not the two entries that sum to zero.
    #[error("transfer {transfer} must have two entries that sum to zero, and has {entries:?} with the sum {sum}")]
    Unbalanced {
        /// The transfer.
        transfer: i64,
        /// Its entries.
        entries: Vec<i64>,
        /// Their sum.
        sum: i128,
    },
    /// An entry says something else than its transfer.
    #[error("entry {entry} differs from its transfer {transfer} in {field}")]
    Differs {
        /// The entry.
        entry: i64,
        /// Its transfer.
        transfer: i64,
        /// In what.
        field: &'static str,
    },
    /// The transfer of an entry is not there.
    #[error("entry {entry} belongs to transfer {transfer}, which does not exist")]
    NoTransfer {
        /// The entry.
        entry: i64,
        /// What is missing.
        transfer: i64,
    },
    /// The wallet of entries is not there.
    #[error("there are entries of wallet {wallet}, the first is {entry}, and the wallet does not exist")]
    NoWallet {
        /// What is missing.
        wallet: i64,
        /// Its first entry.
        entry: i64,
    },
    /// A balance is not the sum of the entries.
    #[error("wallet {wallet} says {balance} coins, and its entries sum to {sum}")]
    Balance {
        /// The wallet.
        wallet: i64,
        /// What it says.
        balance: i64,
        /// What its entries say.
        sum: i128,
    },
    /// The balance that an entry tells does not follow from the entries before it.
    #[error("entry {entry} of wallet {wallet} says {says:?} coins after it, and {expected} follow from the one before")]
    Chain {
        /// The wallet.
        wallet: i64,
        /// The entry.
        entry: i64,
        /// What it says.
        says: Option<i64>,
        /// What follows.
        expected: i128,
    },
    /// The entries of a wallet are not counted without a gap.
    #[error(
        "entry {entry} of wallet {wallet} has the version {says:?}, and {expected} would follow: one was lost or made"
    )]
    Version {
        /// The wallet.
        wallet: i64,
        /// The entry.
        entry: i64,
        /// What it says.
        says: Option<i64>,
        /// What would follow.
        expected: i64,
    },
    /// A wallet has counted more or fewer entries than there are.
    #[error("wallet {wallet} has counted {says} entries of transfers, and {found} are there")]
    Count {
        /// The wallet.
        wallet: i64,
        /// What it says.
        says: i64,
        /// What is there.
        found: i64,
    },
    /// A wallet is, or was, below zero.
    #[error("wallet {wallet} has {balance} coins{}, and only the treasury may be overdrawn", after(.entry))]
    Overdrawn {
        /// The wallet.
        wallet: i64,
        /// After this entry; nothing when it is so now.
        entry: Option<i64>,
        /// Its balance then.
        balance: i128,
    },
    /// A wallet that is not the treasury may be overdrawn, or one has no holder.
    #[error("wallet {wallet} of the kind {kind:?} {what}")]
    Wallet {
        /// The wallet.
        wallet: i64,
        /// Its kind.
        kind: String,
        /// What is wrong with it.
        what: &'static str,
    },
    /// A transfer was taken back more than once.
    #[error("transfer {transfer} was taken back by each of the transfers {by:?}, and that happens once")]
    ReversedTwice {
        /// The transfer.
        transfer: i64,
        /// What took it back.
        by: Vec<i64>,
    },
    /// A transfer that takes another back does not mirror it.
    #[error("transfer {reversal} takes transfer {transfer} back, but {what}")]
    Reversal {
        /// The transfer that takes back.
        reversal: i64,
        /// What it takes back.
        transfer: i64,
        /// What is wrong with it.
        what: &'static str,
    },
    /// Coins were made or lost.
    #[error("all wallets together hold {total} coins, and {expected} would be right: coins were made or lost")]
    Total {
        /// The sum of all balances.
        total: i128,
        /// What the old platform left; 0 without it.
        expected: i128,
    },
}

fn after(entry: &Option<i64>) -> String {
    entry.map(|entry| format!(" after entry {entry}")).unwrap_or_default()
}

impl Finding {
    /// A word for programs, which stays the same.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unbalanced { .. } => "unbalanced_transfer",
            Self::Differs { .. } => "entry_differs",
            Self::NoTransfer { .. } => "no_transfer",
            Self::NoWallet { .. } => "no_wallet",
            Self::Balance { .. } => "wrong_balance",
            Self::Chain { .. } => "broken_chain",
            Self::Version { .. } => "broken_count",
            Self::Count { .. } => "wrong_count",
            Self::Overdrawn { .. } => "overdrawn",
            Self::Wallet { .. } => "odd_wallet",
            Self::ReversedTwice { .. } => "reversed_twice",
            Self::Reversal { .. } => "wrong_reversal",
            Self::Total { .. } => "wrong_total",
        }
    }
}

/// Entries without a transfer: of the old platform, which kept one side only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Adopted {
    /// How many.
    pub entries: u64,
    /// Their coins: what the old platform gave out.
    pub coins: i128,
}

/// What the ledger looks like.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LedgerReport {
    /// Transfers.
    pub transfers: u64,
    /// Entries of transfers.
    pub entries: u64,
    /// Wallets.
    pub wallets: u64,
    /// Coins that somebody holds: all but the treasury's.
    pub held: i128,
    /// What the old platform left.
    pub adopted: Adopted,
    /// What is wrong; at most [`SHOWN`].
    pub findings: Vec<Finding>,
    /// Further findings, which are not listed.
    pub more: u64,
}

impl LedgerReport {
    /// Whether everything is as it must be.
    pub fn is_sound(&self) -> bool {
        self.findings.is_empty()
    }

    fn find(&mut self, finding: Finding) {
        if self.findings.len() < SHOWN { self.findings.push(finding) } else { self.more += 1 }
    }
}

/// Computes the whole ledger anew: each transfer sums to zero and agrees with its entries, each wallet's entries are
/// counted without a gap and lead to its balance, nobody but the treasury is or was overdrawn, nothing was taken back
/// twice, and no coin was made or lost.
///
/// # Errors
/// When the database fails.
pub async fn verify(db: &Db) -> Result<LedgerReport, DbError> {
    let snapshot = Snapshot::open(db).await?;
    let mut report = LedgerReport::default();
    let mut states = follow_entries(&snapshot, &mut report).await?;
    follow_wallets(&snapshot, &mut states, &mut report).await?;
    let of_transfers = follow_transfers(&snapshot, &mut report).await?;
    if of_transfers != report.entries {
        for (entry, transfer) in snapshot.orphans(SHOWN as u64).await? {
            report.find(Finding::NoTransfer { entry, transfer });
        }
    }
    for transfer in snapshot.reversed_twice(SHOWN as u64).await? {
        let by = snapshot.reversals_of(transfer).await?;
        report.find(Finding::ReversedTwice { transfer, by });
    }
    snapshot.close().await?;
    Ok(report)
}

/// A wallet as its entries tell it, so far.
#[derive(Clone, Copy, Default)]
struct State {
    sum: i128,
    /// What the latest entry says that there is.
    chain: i128,
    /// How many of them belong to transfers, and what the latest says that there are.
    count: i64,
    version: i64,
    first: i64,
    /// The first entry after which it was below zero, and how far.
    below: Option<(i64, i128)>,
}

/// Entries in the order in which they were made. A wallet is locked while it gets one, so that in a wallet the order
/// of ids is the order of time.
async fn follow_entries(snapshot: &Snapshot, report: &mut LedgerReport) -> Result<HashMap<i64, State>, DbError> {
    let mut states: HashMap<i64, State> = HashMap::new();
    let mut last = i64::MIN;
    loop {
        let block = snapshot.steps(last, BLOCK).await?;
        let Some((id, ..)) = block.last() else { return Ok(states) };
        last = *id;
        for (entry, wallet, transfer, amount, balance_after, version) in block {
            let state = states.entry(wallet).or_insert(State { first: entry, ..State::default() });
            state.sum += i128::from(amount);
            if transfer.is_none() {
                report.adopted.entries += 1;
                report.adopted.coins += i128::from(amount);
                state.chain += i128::from(amount);
                continue;
            }
            report.entries += 1;
            if state.sum < 0 && state.below.is_none() {
                state.below = Some((entry, state.sum));
            }
            // What follows is compared with what this one says, so that a lost entry is one finding.
            let expected = state.chain + i128::from(amount);
            state.chain = balance_after.map_or(expected, i128::from);
            if balance_after.map(i128::from) != Some(expected) {
                report.find(Finding::Chain { wallet, entry, says: balance_after, expected });
            }
            let expected = state.version + 1;
            if version != Some(expected) {
                report.find(Finding::Version { wallet, entry, says: version, expected });
            }
            state.version = version.unwrap_or(expected);
            state.count += 1;
        }
    }
}

async fn follow_wallets(
    snapshot: &Snapshot,
    states: &mut HashMap<i64, State>,
    report: &mut LedgerReport,
) -> Result<(), DbError> {
    let (mut last, mut total) = (i64::MIN, 0);
    loop {
        let block = snapshot.wallets(last, BLOCK).await?;
        let Some(wallet) = block.last() else { break };
        last = wallet.id;
        for wallet in block {
            report.wallets += 1;
            total += i128::from(wallet.cached_balance);
            if wallet.kind != "treasury" {
                report.held += i128::from(wallet.cached_balance);
            }
            let state = states.remove(&wallet.id).unwrap_or_default();
            compare(&wallet, &state, report);
        }
    }
    // Each transfer takes what it gives, so only the old platform's entries are left.
    let expected = report.adopted.coins;
    if total != expected {
        report.find(Finding::Total { total, expected });
    }
    let mut lost: Vec<(i64, i64)> = states.iter().map(|(wallet, state)| (*wallet, state.first)).collect();
    lost.sort_unstable();
    lost.into_iter().for_each(|(wallet, entry)| report.find(Finding::NoWallet { wallet, entry }));
    Ok(())
}

/// A wallet and what its entries tell.
fn compare(wallet: &wallet::Model, state: &State, report: &mut LedgerReport) {
    let (id, balance) = (wallet.id, wallet.cached_balance);
    if i128::from(balance) != state.sum {
        report.find(Finding::Balance { wallet: id, balance, sum: state.sum });
    }
    if wallet.version != state.count {
        report.find(Finding::Count { wallet: id, says: wallet.version, found: state.count });
    }
    let treasury = wallet.kind == "treasury";
    let mut odd = |what| report.find(Finding::Wallet { wallet: id, kind: wallet.kind.clone(), what });
    if wallet.allow_overdraft != treasury {
        odd(if treasury { "may not be overdrawn, and must" } else { "may be overdrawn, and must not" });
    }
    let owners = (wallet.profile_id.is_some(), wallet.team_id.is_some(), wallet.tournament_id.is_some());
    let expected = (wallet.kind == "player", wallet.kind == "team", wallet.kind == "escrow");
    if owners != expected {
        odd("has not the holder that its kind asks for");
    }
    if treasury {
        return;
    }
    if let Some((entry, balance)) = state.below {
        report.find(Finding::Overdrawn { wallet: id, entry: Some(entry), balance });
    }
    if balance < 0 {
        report.find(Finding::Overdrawn { wallet: id, entry: None, balance: balance.into() });
    }
}

/// Transfers and their entries; how many entries belong to one that exists.
async fn follow_transfers(snapshot: &Snapshot, report: &mut LedgerReport) -> Result<u64, DbError> {
    let (mut last, mut entries) = (i64::MIN, 0);
    loop {
        let block = snapshot.transfers(last, BLOCK).await?;
        let (Some(first), Some(end)) = (block.first(), block.last()) else { return Ok(entries) };
        last = end.id;
        let mut sides: BTreeMap<i64, Vec<transaction::Model>> = BTreeMap::new();
        for entry in snapshot.entries_of(first.id, end.id).await? {
            sides.entry(entry.transfer_id.unwrap_or_default()).or_default().push(entry);
        }
        let reversed = block.iter().filter_map(|transfer| transfer.reverses_id).collect();
        let reversed = snapshot.transfers_by_id(reversed).await?;
        let reversed: HashMap<i64, transfer::Model> = reversed.into_iter().map(|row| (row.id, row)).collect();
        for transfer in block {
            report.transfers += 1;
            let of = sides.remove(&transfer.id).unwrap_or_default();
            entries += of.len() as u64;
            balanced(&transfer, &of, report);
            if let Some(id) = transfer.reverses_id {
                mirrored(&transfer, id, reversed.get(&id), report);
            }
        }
    }
}

/// A transfer and its entries.
fn balanced(transfer: &transfer::Model, entries: &[transaction::Model], report: &mut LedgerReport) {
    let sum = entries.iter().map(|entry| i128::from(entry.amount)).sum();
    if entries.len() != 2 || sum != 0 {
        let entries = entries.iter().map(|entry| entry.id).collect();
        report.find(Finding::Unbalanced { transfer: transfer.id, entries, sum });
    }
    for entry in entries {
        let own = match entry.wallet_id {
            wallet if wallet == transfer.from_wallet_id => transfer.amount.checked_neg(),
            wallet if wallet == transfer.to_wallet_id => Some(transfer.amount),
            _ => None,
        };
        for (differs, field) in [
            (own.is_none(), "wallet"),
            (own.is_some_and(|own| own != entry.amount), "amount"),
            (entry.reason != transfer.reason, "reason"),
            (entry.tournament_id != transfer.tournament_id, "tournament"),
            (entry.registration_id != transfer.registration_id, "registration"),
            (entry.match_id != transfer.match_id, "match"),
            (entry.note != transfer.note, "note"),
            (entry.created_by_id != transfer.created_by_id, "operator"),
            (entry.created_at != transfer.created_at, "time"),
        ] {
            if differs {
                report.find(Finding::Differs { entry: entry.id, transfer: transfer.id, field });
            }
        }
    }
}

/// A transfer that takes another one back.
fn mirrored(reversal: &transfer::Model, id: i64, original: Option<&transfer::Model>, report: &mut LedgerReport) {
    let what = match original {
        None => "that does not exist",
        Some(original) if original.reverses_id.is_some() => "that takes another one back itself",
        Some(original) if original.amount != reversal.amount => "it moves another amount",
        Some(original)
            if (original.from_wallet_id, original.to_wallet_id) != (reversal.to_wallet_id, reversal.from_wallet_id) =>
        {
            "it does not lead the same way back"
        }
        Some(_) => return,
    };
    report.find(Finding::Reversal { reversal: reversal.id, transfer: id, what });
}
