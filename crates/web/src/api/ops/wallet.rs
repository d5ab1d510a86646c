//! One's own wallet.

use economy::{Filter, Holder, Reason, Transaction, service};

use super::{Nothing, input, output};
use crate::api::{
    ask::Ask,
    moment::Moment,
    page::{self, Page},
    problem::Problem,
    table::{Operation, get},
};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        get("wallet.get", "/wallet", "One's own wallet.").alone(show),
        get("wallet.entries", "/wallet/entries", "The entries of one's own wallet, newest first.").alone(entries),
    ]
}

output! {
    /// A wallet.
    Wallet {
        /// Coins in it.
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
