//! One's own wallet, and coins that staff gives.

use economy::{AdjustRefusal, Filter, Holder, Reason, Transaction, service};
use kernel::Tx;

use super::{Nothing, input, output};
use crate::api::{
    ask::Ask,
    moment::Moment,
    page::{self, Page},
    problem::Problem,
    table::{Operation, get, post},
};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        get("wallet.get", "/wallet", "One's own wallet.").alone(show),
        get("wallet.entries", "/wallet/entries", "The entries of one's own wallet, newest first.").alone(entries),
        post(
            "wallets.adjust",
            "/wallets/{profile_id}/adjustments",
            "Gives a player coins of the treasury, or takes them when below zero.",
        )
        .staff()
        .creates()
        .refuses::<AdjustRefusal>()
        .within(adjust),
    ]
}

output! {
    /// A wallet.
    Wallet {
        /// Coins in it.
        balance: i64,
    }
    /// Coins that were given or taken.
    Adjusted {
        /// Id of the transfer.
        transfer: i64,
        /// Coins in the player's wallet after it.
        balance: i64,
    }
    /// An entry of a wallet.
    WalletEntry {
        /// Id.
        id: i64,
        /// When it was made.
        at: Moment,
        /// Coins that came, or went when below zero.
        amount: i64,
        /// Coins after it; null for entries of the old platform.
        balance_after: Option<i64>,
        /// Why, for programs.
        reason: String,
        /// Why, in words.
        reason_label: String,
        /// A word on it.
        note: String,
        /// The tournament that it is about.
        tournament_id: Option<i64>,
        /// The match that it is about.
        match_id: Option<i64>,
    }
}

async fn show(ask: &Ask, _: Nothing) -> Result<Wallet, Problem> {
    let profile = ask.profile().await?;
    // Not by the row of the wallet, which would be made when there is none: looking writes nothing.
    Ok(Wallet { balance: service::balance(ask.db(), Holder::Player(profile.id)).await? })
}

input! {
    ListEntries {
        /// Only entries of this reason.
        reason: Option<String>,
        /// Only entries of this moment or later.
        since: Option<Moment>,
        /// Only entries before this moment.
        before: Option<Moment>,
        /// Where to go on: `next` of the page before.
        cursor: Option<String>,
        /// How many at most, up to 100.
        limit: Option<u32>,
    }
}

input! {
    AdjustWallet {
        /// Id of the player's profile.
        profile_id: i64,
        /// How many coins; below zero to take them.
        amount: i64,
        /// Why; the player reads it.
        note: String,
    }
}

async fn adjust(tx: &Tx, ask: &Ask, input: AdjustWallet) -> Result<Adjusted, Problem> {
    let AdjustWallet { profile_id, amount, note } = input;
    let player = Holder::Player(profile_id);
    let receipt = service::adjust(tx, ask.clock(), ask.actor(), player, amount, &note, None).await?;
    let balance = if receipt.facts.to == player { receipt.to_balance } else { receipt.from_balance };
    Ok(Adjusted { transfer: receipt.transfer, balance })
}

async fn entries(ask: &Ask, input: ListEntries) -> Result<Page<WalletEntry>, Problem> {
    let reason = match input.reason.as_deref() {
        None => None,
        Some(text) => Some(Reason::parse(text).ok_or_else(|| {
            let known: Vec<&str> = Reason::ALL.iter().map(|reason| reason.as_str()).collect();
            Problem::field("reason", "choice", format!("Choose one of {}.", known.join(", ")))
        })?),
    };
    let filter = &Filter { reason, since: input.since.map(|at| at.0), before: input.before.map(|at| at.0) };
    let profile = ask.profile().await?.id;
    let more = |after| async move {
        let statement = service::filtered(ask.db(), ask.clock(), profile, filter, after).await?;
        Ok((statement.entries, statement.next))
    };
    let place = |entry: &Transaction| (entry.created_at, entry.id);
    let found = page::gather("wallet.entries", input.cursor.as_deref(), input.limit, more, place).await?;
    Ok(found.map(entry))
}

fn entry(entry: Transaction) -> WalletEntry {
    WalletEntry {
        id: entry.id,
        at: entry.created_at.into(),
        amount: entry.amount,
        balance_after: entry.balance_after,
        reason_label: service::reason_label(&entry.reason).to_owned(),
        reason: entry.reason,
        note: entry.note,
        tournament_id: entry.tournament_id,
        match_id: entry.match_id,
    }
}
