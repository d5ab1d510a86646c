//! Entries and their payments.

use std::collections::BTreeMap;

use ::tournaments::{
    Registration,
    error::{
        entry::{CheckInRefusal, EnterRefusal, EntryRefusal},
        payment::{PayRefusal, PaymentRefusal},
    },
    model::payment::Model as Payment,
    rules::{access::Act, entry::EntryStatus, payment::Submission, settings::Method},
    service::{
        check_in, enter, entry,
        payment::{self, Filter},
        query::{self, EntryRow},
    },
};
use kernel::Tx;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::{
    input, output,
    tournaments::{NextStep, TournamentSummary, find, next_step, summary as cup},
    uploads::{StoredFile, load},
};
use crate::api::{
    ask::Ask,
    limits::Budget,
    moment::Moment,
    page::{self, Page},
    problem::Problem,
    table::{Operation, delete, get, post},
    words::Word,
};

pub(super) fn operations() -> Vec<Operation> {
    let mut all = vec![
        get("entries.list", "/tournaments/{tournament}/entries", "Entries in the order in which they were made.")
            .public()
            .alone(list),
        post("tournaments.enter", "/tournaments/{tournament}/entries", "Enters a tournament, alone or for a team.")
            .creates()
            .draws(Budget::Enter)
            .refuses::<EnterRefusal>()
            .within(enter_it),
        get("entries.mine", "/me/entries", "Entries that one plays or speaks for, newest first.").alone(mine),
        get("entries.get", "/entries/{id}", "An entry, as far as one may see it.").public().alone(show),
        post("entries.withdraw", "/entries/{id}/withdraw", "Gives an entry up.")
            .refuses::<EntryRefusal>()
            .within(withdraw),
        post("entries.check_in", "/entries/{id}/check-in", "Says that an entry is there.")
            .refuses::<CheckInRefusal>()
            .within(be_there),
        delete("entries.undo_check_in", "/entries/{id}/check-in", "Takes that back.")
            .refuses::<CheckInRefusal>()
            .within(not_there),
        post("entries.reject", "/entries/{id}/reject", "Rejects an entry.").refuses::<EntryRefusal>().within(reject),
        post("entries.disqualify", "/entries/{id}/disqualify", "Takes an entry out of the tournament.")
            .refuses::<EntryRefusal>()
            .within(disqualify),
        post("entries.reinstate", "/entries/{id}/reinstate", "Lets an entry in again.")
            .refuses::<EntryRefusal>()
            .within(reinstate),
    ];
    all.extend(payments());
    all
}

fn payments() -> Vec<Operation> {
    vec![
        post("payments.submit", "/entries/{id}/payments", "Tells of money that was sent for a fee.")
            .creates()
            .refuses::<PayRefusal>()
            .within(submit),
        post("payments.coins", "/entries/{id}/pay-with-coins", "Pays the fee with coins of one's own wallet.")
            .refuses::<PayRefusal>()
            .within(pay_with_coins),
        get("payments.queue", "/tournaments/{tournament}/payments", "Payments of a tournament, oldest first.")
            .refuses::<PaymentRefusal>()
            .alone(queue),
        get("payments.receipt", "/payments/{id}/receipt", "The receipt of a payment, for those who look for it.")
            .refuses::<PaymentRefusal>()
            .alone(receipt),
        post("payments.verify", "/payments/{id}/verify", "Says that a payment is there.")
            .refuses::<PaymentRefusal>()
            .within(verify),
        post("payments.reject", "/payments/{id}/reject", "Says that a payment is not there.")
            .refuses::<PaymentRefusal>()
            .within(reject_payment),
        post("payments.refund", "/payments/{id}/refund", "Says that a payment was given back.")
            .refuses::<PaymentRefusal>()
            .within(refund),
    ]
}

output! {
    /// An entry of a tournament.
    EntrySummary {
        /// Id.
        id: i64,
        /// Its tournament.
        tournament_id: i64,
        /// Its name.
        name: String,
        /// The team that enters; null for a single player.
        team_id: Option<i64>,
        /// The player that enters; null for a team.
        user_id: Option<i64>,
        /// Where it stands.
        status: String,
        /// Its seed.
        seed: Option<i32>,
        /// Its slot.
        slot: Option<i32>,
        /// Whether it has said that it is there.
        checked_in: bool,
        /// When it was made.
        entered_at: Moment,
    }
    /// An entry in a list.
    EntryListed {
        /// The entry.
        entry: EntrySummary,
        /// Who plays for it.
        players: Vec<EntryPlayer>,
    }
    /// Somebody who plays for an entry.
    EntryPlayer {
        /// The account.
        user_id: i64,
        /// The name others see.
        name: String,
        /// The role in the game.
        role: String,
        /// Whether this is the captain.
        is_captain: bool,
        /// Whether this is a substitute.
        is_substitute: bool,
    }
    /// An entry with its tournament and what to do next.
    OwnEntry {
        /// The entry.
        entry: EntrySummary,
        /// Its tournament.
        tournament: TournamentSummary,
        /// What to do next.
        next: NextStep,
    }
    /// An entry, as far as one may see it.
    EntryDetail {
        /// The entry.
        entry: EntrySummary,
        /// Its tournament.
        tournament: TournamentSummary,
        /// Who plays for it.
        players: Vec<EntryPlayer>,
        /// Whether whoever asks stands for it.
        own: bool,
        /// What its people have to do next.
        next: NextStep,
        /// Its place on the waiting list, from 1.
        waiting: Option<i64>,
        /// Until when the fee is to be paid.
        payment_due_at: Option<Moment>,
        /// Whether whoever asks can pay the fee ahead while the entry waits for a place.
        may_pay_ahead: bool,
        /// What was written in the form; null for those who may not see it.
        form: Value,
        /// The organizer's notes; empty for those who may not see them.
        notes: String,
        /// Its payments, for its own people and those who check them.
        payments: Vec<PaymentView>,
    }
    /// A payment.
    PaymentView {
        /// Id.
        id: i64,
        /// The entry that it is for.
        entry_id: i64,
        /// How.
        method: String,
        /// How much, in minor units.
        amount: i64,
        /// Its currency.
        currency: String,
        /// How many coins.
        coins: i64,
        /// The provider's reference.
        transaction_id: String,
        /// Number or account that it came from.
        payer_account: String,
        /// Where it stands.
        status: String,
        /// When it was told of.
        submitted_at: Moment,
        /// When it was found.
        verified_at: Option<Moment>,
    }
    /// A payment in the queue.
    PaymentQueued {
        /// The payment.
        payment: PaymentView,
        /// The entry.
        entry: EntrySummary,
        /// Token of the receipt; `/payments/{id}/receipt` answers the file.
        proof: String,
        /// Ids of other payments with the same reference.
        duplicates: Vec<i64>,
        /// Whether it is to be given back.
        refund_due: bool,
    }
}

/// Which payments.
#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum PaymentFilter {
    ToCheck,
    RefundsDue,
    Verified,
    Rejected,
    Refunded,
    All,
}

impl From<PaymentFilter> for Filter {
    fn from(filter: PaymentFilter) -> Self {
        match filter {
            PaymentFilter::ToCheck => Self::ToCheck,
            PaymentFilter::RefundsDue => Self::RefundsDue,
            PaymentFilter::Verified => Self::Verified,
            PaymentFilter::Rejected => Self::Rejected,
            PaymentFilter::Refunded => Self::Refunded,
            PaymentFilter::All => Self::All,
        }
    }
}

input! {
    ListEntries {
        /// The tournament's name in addresses.
        tournament: String,
        /// Only those that stand there.
        status: Option<Word<EntryStatus>>,
        /// Where to go on: `next` of the page before.
        cursor: Option<String>,
        /// How many at most, up to 100.
        limit: Option<u32>,
    }
    Enter {
        /// The tournament's name in addresses.
        tournament: String,
        /// The team that enters; nothing when a single player does.
        team_id: Option<i64>,
        /// Ids of the game, by their kinds; missing ones are taken from the profile.
        #[serde(default)]
        game_ids: BTreeMap<String, String>,
        /// Phone number, for the organizer.
        #[serde(default)]
        phone: String,
        /// Name on Discord, for the organizer.
        #[serde(default)]
        discord: String,
        /// Answers to the tournament's own questions, by their keys.
        #[serde(default)]
        answers: BTreeMap<String, Value>,
        /// Whether the fee is paid at once, with coins.
        #[serde(default)]
        pay_with_coins: bool,
    }
    ListMine {
        /// Where to go on: `next` of the page before.
        cursor: Option<String>,
        /// How many at most, up to 100.
        limit: Option<u32>,
    }
    OneEntry {
        /// Id of the entry.
        id: i64,
    }
    Noted {
        /// Id of the entry.
        id: i64,
        /// A word on it.
        #[serde(default)]
        note: String,
    }
    Reasoned {
        /// Id of the entry.
        id: i64,
        /// Why.
        reason: String,
    }
    SubmitPayment {
        /// Id of the entry.
        id: i64,
        /// How.
        method: Word<Method>,
        /// How much, in minor units.
        amount: i64,
        /// The provider's reference.
        transaction_id: String,
        /// Number or account that it came from.
        payer_account: String,
        /// Token of the receipt, an upload for `payment_proof`.
        proof: String,
    }
    ListPayments {
        /// The tournament's name in addresses.
        tournament: String,
        /// Which; those to check unless said.
        filter: Option<PaymentFilter>,
        /// Where to go on: `next` of the page before.
        cursor: Option<String>,
        /// How many at most, up to 100.
        limit: Option<u32>,
    }
    OnePayment {
        /// Id of the payment.
        id: i64,
    }
    VerifyPayment {
        /// Id of the payment.
        id: i64,
        /// A word on it.
        #[serde(default)]
        notes: String,
        /// Although another payment has the same reference.
        #[serde(default)]
        although_duplicate: bool,
    }
    ReasonedPayment {
        /// Id of the payment.
        id: i64,
        /// Why.
        reason: String,
    }
}

pub(super) fn summary(entry: &Registration) -> EntrySummary {
    EntrySummary {
        id: entry.id,
        tournament_id: entry.tournament_id,
        name: entry.display_name.clone(),
        team_id: entry.team_id,
        user_id: entry.user_id,
        status: entry.status.clone(),
        seed: entry.seed,
        slot: entry.slot_number,
        checked_in: entry.checked_in,
        entered_at: entry.registered_at.into(),
    }
}

fn players(players: Vec<::tournaments::model::entry_player::Model>) -> Vec<EntryPlayer> {
    let player = |player: ::tournaments::model::entry_player::Model| EntryPlayer {
        user_id: player.user_id,
        name: player.display_name,
        role: player.player_role,
        is_captain: player.is_captain,
        is_substitute: player.is_substitute,
    };
    players.into_iter().map(player).collect()
}

fn paid(payment: Payment) -> PaymentView {
    PaymentView {
        id: payment.id,
        entry_id: payment.registration_id,
        method: payment.payment_method,
        amount: payment.amount,
        currency: payment.currency,
        coins: payment.coin_amount,
        transaction_id: payment.transaction_id,
        payer_account: payment.payer_account,
        status: payment.status,
        submitted_at: payment.submitted_at.into(),
        verified_at: payment.verified_at.map(Moment),
    }
}

async fn list(ask: &Ask, input: ListEntries) -> Result<Page<EntryListed>, Problem> {
    let db = ask.db().read();
    let (tournament, standing) = find(db, ask, &input.tournament).await?;
    // Who was turned away is the organizer's affair.
    let visible = |status: &EntryStatus| standing.may(Act::SeeEntries) || !EntryStatus::GONE.contains(status);
    let wanted = |status: &EntryStatus| input.status.is_none_or(|only| only.0 == *status);
    let states: Vec<EntryStatus> =
        EntryStatus::ALL.iter().copied().filter(|status| visible(status) && wanted(status)).collect();
    if states.is_empty() {
        return Ok(Page::whole([]));
    }
    let (states, id) = (states.as_slice(), tournament.id);
    let more = |after| async move { Ok(query::entries(db, id, states, after).await?) };
    let place = |row: &EntryRow| row.entry.id;
    let found = page::gather("entries.list", input.cursor.as_deref(), input.limit, more, place).await?;
    Ok(found.map(|row| EntryListed { entry: summary(&row.entry), players: players(row.players) }))
}

async fn enter_it(tx: &Tx, ask: &Ask, input: Enter) -> Result<EntrySummary, Problem> {
    let (tournament, _) = find(tx, ask, &input.tournament).await?;
    let form = enter::Form {
        team: input.team_id,
        game_ids: input.game_ids,
        phone: input.phone,
        discord: input.discord,
        answers: input.answers,
        pay_with_coins: input.pay_with_coins,
    };
    Ok(summary(&enter::enter(tx, &ask.cx(), ask.games(), tournament.id, form).await?))
}

async fn mine(ask: &Ask, input: ListMine) -> Result<Page<OwnEntry>, Problem> {
    let (person, now) = (ask.person()?, ask.clock().now());
    let more = |below| async move {
        let found = query::own_entries(ask.db().read(), person, now, below).await?;
        // Entries of deleted tournaments are left out, so a short block may not be the last one.
        let next = found.last().map(|own| own.entry.id);
        Ok((found, next))
    };
    let place = |own: &query::OwnEntry| own.entry.id;
    let found = page::gather("entries.mine", input.cursor.as_deref(), input.limit, more, place).await?;
    Ok(found.map(|own| OwnEntry {
        entry: summary(&own.entry),
        tournament: cup(&own.tournament),
        next: next_step(own.next),
    }))
}

async fn show(ask: &Ask, input: OneEntry) -> Result<EntryDetail, Problem> {
    let found = query::entry(ask.db().read(), ask.actor(), ask.clock().now(), input.id).await?;
    let facts = found.ok_or_else(|| Problem::not_found("entry"))?;
    let entry = facts.row.entry;
    Ok(EntryDetail {
        tournament: cup(&facts.tournament),
        players: players(facts.row.players),
        own: facts.own,
        next: next_step(facts.next),
        waiting: facts.waiting,
        payment_due_at: entry.payment_due_at.map(Moment),
        may_pay_ahead: facts.pays_ahead,
        payments: facts.payments.into_iter().map(paid).collect(),
        entry: summary(&entry),
        form: entry.registration_data,
        notes: entry.notes,
    })
}

async fn withdraw(tx: &Tx, ask: &Ask, input: Noted) -> Result<EntrySummary, Problem> {
    Ok(summary(&entry::withdraw(tx, &ask.cx(), input.id, &input.note).await?))
}

async fn be_there(tx: &Tx, ask: &Ask, input: OneEntry) -> Result<EntrySummary, Problem> {
    Ok(summary(&check_in::check_in(tx, &ask.cx(), input.id).await?))
}

async fn not_there(tx: &Tx, ask: &Ask, input: OneEntry) -> Result<EntrySummary, Problem> {
    Ok(summary(&check_in::undo(tx, &ask.cx(), input.id).await?))
}

async fn reject(tx: &Tx, ask: &Ask, input: Reasoned) -> Result<EntrySummary, Problem> {
    Ok(summary(&entry::reject(tx, &ask.cx(), input.id, &input.reason).await?))
}

async fn disqualify(tx: &Tx, ask: &Ask, input: Reasoned) -> Result<EntrySummary, Problem> {
    Ok(summary(&entry::disqualify(tx, &ask.cx(), input.id, &input.reason).await?))
}

async fn reinstate(tx: &Tx, ask: &Ask, input: Noted) -> Result<EntrySummary, Problem> {
    Ok(summary(&entry::reinstate(tx, &ask.cx(), input.id, &input.note).await?))
}

async fn submit(tx: &Tx, ask: &Ask, input: SubmitPayment) -> Result<PaymentView, Problem> {
    let submission = Submission {
        method: input.method.0,
        amount: input.amount,
        transaction_id: input.transaction_id,
        payer_account: input.payer_account,
        proof: input.proof,
    };
    Ok(paid(payment::submit(tx, &ask.cx(), input.id, submission).await?))
}

async fn pay_with_coins(tx: &Tx, ask: &Ask, input: OneEntry) -> Result<EntrySummary, Problem> {
    Ok(summary(&payment::pay_with_coins(tx, &ask.cx(), input.id).await?))
}

async fn queue(ask: &Ask, input: ListPayments) -> Result<Page<PaymentQueued>, Problem> {
    let db = ask.db().read();
    let (tournament, _) = find(db, ask, &input.tournament).await?;
    let filter: Filter = input.filter.map(Into::into).unwrap_or_default();
    let tournament = &tournament;
    let more = |after| async move {
        let queue = payment::queue(db, ask.actor(), tournament, filter, after).await?;
        Ok((queue.rows, queue.next))
    };
    let place = |row: &payment::QueueRow| (row.payment.submitted_at, row.payment.id);
    let found = page::gather("payments.queue", input.cursor.as_deref(), input.limit, more, place).await?;
    Ok(found.map(|row| PaymentQueued {
        proof: row.payment.payment_proof.clone(),
        payment: paid(row.payment),
        entry: summary(&row.entry),
        duplicates: row.duplicates.into_iter().map(|duplicate| duplicate.payment.id).collect(),
        refund_due: row.refund_due,
    }))
}

async fn receipt(ask: &Ask, input: OnePayment) -> Result<StoredFile, Problem> {
    load(ask, &payment::receipt(ask.db().read(), ask.actor(), input.id).await?).await
}

async fn verify(tx: &Tx, ask: &Ask, input: VerifyPayment) -> Result<PaymentView, Problem> {
    Ok(paid(payment::verify(tx, &ask.cx(), input.id, &input.notes, input.although_duplicate).await?))
}

async fn reject_payment(tx: &Tx, ask: &Ask, input: ReasonedPayment) -> Result<PaymentView, Problem> {
    Ok(paid(payment::reject(tx, &ask.cx(), input.id, &input.reason).await?))
}

async fn refund(tx: &Tx, ask: &Ask, input: ReasonedPayment) -> Result<PaymentView, Problem> {
    Ok(paid(payment::refund(tx, &ask.cx(), input.id, &input.reason).await?))
}
