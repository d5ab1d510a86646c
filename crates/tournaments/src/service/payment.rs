//! Paying the fee of an entry, and looking whether it was paid.
//!
//! Coins are moved at once. Money goes from one person to another outside of the platform: the entrant writes down the
//! reference, somebody of the tournament looks for it and says whether it is there. Money is given back outside as
//! well, and then marked as refunded.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use economy::EntryFeeRefusal;
use kernel::{Actor, DbError, Tx, db::Constraint, event::catalogue};
use sea_orm::{ActiveValue::Set, ConnectionTrait};
use serde_json::{Value, json};

use super::{access, clock, desk, notices, place, upload};
use crate::{
    audit::{self, Action},
    context::Context,
    error::{
        Trouble,
        payment::{PayRefusal, PaymentField, PaymentInvalid, PaymentRefusal},
    },
    event::{self, DeskChanged, PaymentChanged},
    jobs,
    model::{payment, registration, tournament},
    people,
    rules::{
        access::{Act, Standing},
        entry::{self, EntryStatus, EntryStep},
        payment::{PaymentStatus, PaymentStep, Submission, sources},
        settings::{Method, Settings},
        status::Status,
    },
    store,
};

/// Payments on one page of the queue.
pub const PAGE: u64 = 50;

/// Whether coins are taken for the fee.
pub(crate) fn takes_coins(tournament: &tournament::Model) -> bool {
    tournament.entry_fee_deltacoin > 0 && Settings::from(tournament).payment_methods.contains(&Method::Deltacoin)
}

/// Takes the fee in coins from the wallet of a person and writes the payment down.
pub(crate) async fn charge(
    tx: &Tx,
    cx: &Context<'_>,
    tournament: &tournament::Model,
    entry: &registration::Model,
    payer: i64,
) -> Result<payment::Model, EntryFeeRefusal> {
    let profiles = store::people::profiles(tx, &[payer]).await.map_err(DbError::from)?;
    let Some((_, profile)) = profiles.first() else {
        return Err(economy::TransferRefusal::NoSuchProfile(payer).into());
    };
    let coins = tournament.entry_fee_deltacoin;
    let receipt = economy::service::pay_entry_fee(tx, cx.clock, *profile, tournament.id, entry.id, coins).await?;
    let now = cx.now();
    let row = payment::ActiveModel {
        registration_id: Set(entry.id),
        payment_method: Set(Method::Deltacoin.as_str().to_owned()),
        amount: Set(0),
        currency: Set(tournament.entry_fee_currency.clone()),
        coin_amount: Set(coins),
        transaction_id: Set(format!("tournament_entry_{}", entry.id)),
        payer_account: Set(format!("profile {profile}")),
        payment_proof: Set(String::new()),
        status: Set(PaymentStatus::Verified.as_str().to_owned()),
        admin_notes: Set(format!("Transfer {}", receipt.transfer)),
        verified_at: Set(Some(now)),
        submitted_at: Set(now),
        updated_at: Set(now),
        ..Default::default()
    };
    let payment = store::payment::insert(tx, row).await.map_err(DbError::from)?;
    tell(tx, cx, &payment, entry).await?;
    Ok(payment)
}

/// Gives back the coins that were paid for an entry, if any were.
pub(crate) async fn refund_coins(
    tx: &Tx,
    cx: &Context<'_>,
    entry: &registration::Model,
    note: &str,
) -> Result<(), Trouble> {
    for payment in store::payment::of_entry(tx, entry.id).await.map_err(DbError::from)? {
        if payment.coin_amount == 0 || payment.status != PaymentStatus::Verified.as_str() {
            continue;
        }
        let row = decided(cx, PaymentStatus::Refunded, format!("Refunded: {note}"));
        let from = sources(PaymentStep::Refund);
        if store::payment::update_from(tx, payment.id, &from, row).await.map_err(DbError::from)? {
            economy::service::refund_entry_fee(tx, cx.clock, entry.id, note, cx.user()).await?;
            let refunded = payment::Model { status: PaymentStatus::Refunded.as_str().to_owned(), ..payment };
            tell(tx, cx, &refunded, entry).await?;
        }
    }
    Ok(())
}

fn decided(cx: &Context<'_>, to: PaymentStatus, notes: String) -> payment::ActiveModel {
    payment::ActiveModel {
        status: Set(to.as_str().to_owned()),
        admin_notes: Set(notes),
        verified_by_id: Set(cx.user()),
        verified_at: Set(Some(cx.now())),
        updated_at: Set(cx.now()),
        ..Default::default()
    }
}

async fn tell(tx: &Tx, cx: &Context<'_>, payment: &payment::Model, entry: &registration::Model) -> Result<(), DbError> {
    let status = PaymentStatus::parse(&payment.status).map_or("", PaymentStatus::as_str);
    let news = PaymentChanged {
        payment_id: payment.id,
        registration_id: entry.id,
        tournament_id: entry.tournament_id,
        status,
    };
    // What somebody paid is not for all who watch the tournament; that there is something to look at is.
    let tournament_id = entry.tournament_id;
    event::tell(tx, cx, tournament_id, DeskChanged { tournament_id }).await?;
    for user in people::standing_for(tx, entry).await? {
        event::tell_person(tx, cx, user, &news).await?;
    }
    Ok(())
}

/// The entry with its tournament, both locked and with all done that was due.
async fn open(
    tx: &Tx,
    cx: &Context<'_>,
    registration: i64,
) -> Result<Option<(tournament::Model, registration::Model, Standing)>, Trouble> {
    let Some(seen) = store::entry::by_id(tx, registration).await.map_err(DbError::from)? else { return Ok(None) };
    let Some((tournament, standing)) = desk::open(tx, cx, seen.tournament_id).await? else { return Ok(None) };
    let tournament = clock::advance_locked(tx, cx, tournament).await?;
    let entry = store::entry::lock(tx, registration).await.map_err(DbError::from)?;
    Ok(entry.map(|entry| (tournament, entry, standing)))
}

/// The entry, if whoever acts can pay for it now.
async fn to_be_paid(
    tx: &Tx,
    cx: &Context<'_>,
    registration: i64,
) -> Result<(tournament::Model, registration::Model), PayRefusal> {
    let found = open(tx, cx, registration).await?;
    let (tournament, entry, _) = found.ok_or(PayRefusal::NoSuchEntry(registration))?;
    if !people::stands_for(tx, &cx.actor(), &entry).await? {
        return Err(PayRefusal::NotYours(registration));
    }
    let status = desk::status(&tournament);
    if !status.takes_changes_of_entries() {
        return Err(PayRefusal::TooLate(status));
    }
    if !entry::owes(&tournament, &entry) {
        return Err(PayRefusal::NothingToPay);
    }
    let status = place::status(&entry);
    if entry::target(status, EntryStep::SubmitPayment).is_none() {
        return Err(PayRefusal::WrongState(status));
    }
    // Who waits pays ahead once; else the state says that something was paid.
    if status == EntryStatus::Waitlisted
        && !store::payment::paid(tx, &[entry.id]).await.map_err(DbError::from)?.is_empty()
    {
        return Err(PayRefusal::PaidAhead);
    }
    Ok((tournament, entry))
}

/// Writes down money that was sent; somebody of the tournament looks for it. After a rejection it can be done again. Who
/// waits for a place pays ahead so.
///
/// # Errors
/// See [`PayRefusal`]: every wrong field at once.
pub async fn submit(
    tx: &Tx,
    cx: &Context<'_>,
    registration: i64,
    submission: Submission,
) -> Result<payment::Model, PayRefusal> {
    let (tournament, entry) = to_be_paid(tx, cx, registration).await?;
    let submission = submission.tidy();
    let methods = Settings::from(&tournament).payment_methods;
    let mut invalid = submission.invalid(tournament.entry_fee_amount, &methods);
    if !submission.proof.is_empty() && !upload::is_own(tx, cx, &submission.proof).await? {
        invalid.push((PaymentField::Proof, PaymentInvalid::ProofGone));
    }
    if !invalid.is_empty() {
        return Err(PayRefusal::Invalid(invalid));
    }
    let now = cx.now();
    let row = payment::ActiveModel {
        registration_id: Set(registration),
        payment_method: Set(submission.method.as_str().to_owned()),
        amount: Set(submission.amount),
        currency: Set(tournament.entry_fee_currency.clone()),
        coin_amount: Set(0),
        transaction_id: Set(submission.transaction_id),
        payer_account: Set(submission.payer_account),
        payment_proof: Set(submission.proof),
        status: Set(PaymentStatus::Submitted.as_str().to_owned()),
        admin_notes: Set(String::new()),
        submitted_at: Set(now),
        updated_at: Set(now),
        ..Default::default()
    };
    let part = |tx: Tx| async move { Ok::<_, DbError>(store::payment::insert(&tx, row).await?) };
    let payment = match tx.savepoint(part).await {
        Err(error) if error.constraint() == Some(Constraint::Unique) => {
            return Err(PayRefusal::AlreadyPaid(submission.method));
        }
        outcome => outcome?,
    };
    let also = registration::ActiveModel { payment_due_at: Set(None), ..Default::default() };
    let to = entry::target(place::status(&entry), EntryStep::SubmitPayment).unwrap_or(EntryStatus::PaymentSubmitted);
    let entry = place::set(tx, cx, &entry, to, also).await?;
    tell(tx, cx, &payment, &entry).await?;
    let title = format!("{} paid for {}", entry.display_name, tournament.name);
    let body = format!("By {}, reference {}. Look for it.", submission.method.label(), payment.transaction_id);
    let url = format!("{}/payments", desk::organize(&tournament));
    let notice = notifications::service::Notice { kind: "generic", event: "payment.submitted", title, body, url };
    notices::to_those_who_may(tx, cx, &tournament, Act::VerifyPayments, notice).await?;
    Ok(payment)
}

/// Pays the fee with coins of whoever acts; the entry is confirmed at once. One that waits for a place is paid ahead, and
/// confirmed when it gets the place.
///
/// # Errors
/// See [`PayRefusal`]; nothing is paid then.
pub async fn pay_with_coins(tx: &Tx, cx: &Context<'_>, registration: i64) -> Result<registration::Model, PayRefusal> {
    let (tournament, entry) = to_be_paid(tx, cx, registration).await?;
    if !takes_coins(&tournament) {
        return Err(PayRefusal::NoCoins);
    }
    let payer = cx.user().ok_or(PayRefusal::NotYours(registration))?;
    charge(tx, cx, &tournament, &entry, payer).await?;
    if place::status(&entry) == EntryStatus::Waitlisted {
        let entry = place::set(tx, cx, &entry, EntryStatus::Waitlisted, registration::ActiveModel::default()).await?;
        return paid_ahead(tx, cx, &tournament, entry).await.map_err(PayRefusal::from);
    }
    let entry = place::confirm(tx, cx, &tournament, &entry).await?;
    store::entry::recount(tx, tournament.id, cx.now()).await.map_err(DbError::from)?;
    Ok(entry)
}

/// An entry that waits has paid: when play is due, a free place may have waited for just that.
async fn paid_ahead(
    tx: &Tx,
    cx: &Context<'_>,
    tournament: &tournament::Model,
    entry: registration::Model,
) -> Result<registration::Model, Trouble> {
    place::fill(tx, &desk::as_system(cx), tournament).await?;
    Ok(store::entry::by_id(tx, entry.id).await.map_err(DbError::from)?.unwrap_or(entry))
}

/// A payment with its entry and tournament, all locked.
struct Found {
    tournament: tournament::Model,
    entry: registration::Model,
    payment: payment::Model,
}

async fn find(tx: &Tx, cx: &Context<'_>, id: i64) -> Result<Found, PaymentRefusal> {
    let none = || PaymentRefusal::NoSuchPayment(id);
    let seen = store::payment::by_id(tx, id).await.map_err(DbError::from)?.ok_or_else(none)?;
    let (tournament, entry, standing) = open(tx, cx, seen.registration_id).await?.ok_or_else(none)?;
    standing.require(Act::VerifyPayments)?;
    let payment = store::payment::lock(tx, id).await.map_err(DbError::from)?.ok_or_else(none)?;
    Ok(Found { tournament, entry, payment })
}

/// Decides a payment where it was seen; somebody else may have been faster.
async fn decide(
    tx: &Tx,
    cx: &Context<'_>,
    found: &Found,
    step: PaymentStep,
    to: PaymentStatus,
    notes: String,
) -> Result<payment::Model, PaymentRefusal> {
    let from = PaymentStatus::parse(&found.payment.status).unwrap_or(PaymentStatus::Refunded);
    let refusal = PaymentRefusal::NotNow { step, from };
    if !sources(step).contains(&from) {
        return Err(refusal);
    }
    let row = decided(cx, to, notes);
    if !store::payment::update_from(tx, found.payment.id, &[from], row).await.map_err(DbError::from)? {
        return Err(refusal);
    }
    let payment = store::payment::by_id(tx, found.payment.id).await.map_err(DbError::from)?.ok_or(refusal)?;
    tell(tx, cx, &payment, &found.entry).await?;
    Ok(payment)
}

fn details(found: &Found, more: Value) -> Value {
    let mut details = json!({
        "payment_id": found.payment.id,
        "tournament_id": found.tournament.id,
        "registration_id": found.entry.id,
        "amount": found.payment.amount,
        "currency": found.payment.currency,
        "coins": found.payment.coin_amount,
        "payment_method": found.payment.payment_method,
        "transaction_id": found.payment.transaction_id,
        "participant_type": if found.entry.team_id.is_some() { "team" } else { "solo" },
        "participant_id": found.entry.team_id.or(found.entry.user_id),
    });
    if let (Some(details), Value::Object(more)) = (details.as_object_mut(), more) {
        details.extend(more);
    }
    details
}

/// Says that a payment is there; the entry is confirmed. With a reference that was verified for another entry this is
/// refused, unless it is said that there were two transfers. The payment of an entry that was given up is then among the
/// refunds that are due.
///
/// # Errors
/// See [`PaymentRefusal`].
pub async fn verify(
    tx: &Tx,
    cx: &Context<'_>,
    id: i64,
    notes: &str,
    although_duplicate: bool,
) -> Result<payment::Model, PaymentRefusal> {
    let found = find(tx, cx, id).await?;
    let verified = duplicates(tx, &found.payment).await?.into_iter().find(|other| {
        other.payment.status == PaymentStatus::Verified.as_str() && other.payment.registration_id != found.entry.id
    });
    if let Some(other) = verified.as_ref().filter(|_| !although_duplicate) {
        return Err(PaymentRefusal::Duplicate {
            reference: found.payment.transaction_id.clone(),
            payment: other.payment.id,
            entry: other.entry.clone(),
        });
    }
    let notes = people::cut(notes.trim(), desk::REASON_MAX);
    let payment = decide(tx, cx, &found, PaymentStep::Verify, PaymentStatus::Verified, notes.clone()).await?;
    let entered = place::status(&found.entry);
    if entry::target(entered, EntryStep::Confirm).is_some() {
        place::confirm(tx, cx, &found.tournament, &found.entry).await?;
        store::entry::recount(tx, found.tournament.id, cx.now()).await.map_err(DbError::from)?;
    }
    let mut entry = found.entry.clone();
    if entered == EntryStatus::Waitlisted {
        entry = paid_ahead(tx, cx, &found.tournament, entry).await?;
    }
    let news = catalogue::PaymentVerified { payment_id: id, registration_id: found.entry.id, amount: payment.amount };
    tx.emit(news);
    let title = format!("Your payment for {} is there", found.tournament.name);
    let kind = ("payment_verified", "payment.verified");
    let before_play = desk::status(&found.tournament).takes_changes_of_entries();
    let body = match place::status(&entry) {
        EntryStatus::Waitlisted if before_play => "It counts once a place is free; without one it is paid back.",
        EntryStatus::Waitlisted => "No place came free: it is paid back.",
        status if status.is_live() => "",
        _ => "The entry was given up: it is paid back.",
    }
    .to_owned();
    place::tell(tx, cx, &found.tournament, &found.entry, kind, title, body).await?;
    let more = json!({ "notes": notes, "although_duplicate_of": verified.map(|other| other.payment.id) });
    audit::record(tx, cx, Action::PaymentVerify, Some(found.tournament.id), details(&found, more)).await?;
    Ok(payment)
}

/// Says that a payment is not there, and why; the entry has the time to pay once more.
///
/// # Errors
/// See [`PaymentRefusal`].
pub async fn reject(tx: &Tx, cx: &Context<'_>, id: i64, reason: &str) -> Result<payment::Model, PaymentRefusal> {
    let found = find(tx, cx, id).await?;
    let reason = desk::reason(reason).ok_or(PaymentRefusal::NoReason(desk::REASON_MAX))?;
    let payment = decide(tx, cx, &found, PaymentStep::Reject, PaymentStatus::Rejected, reason.clone()).await?;
    if let Some(to) = entry::target(place::status(&found.entry), EntryStep::PaymentRejected) {
        let due = entry::payment_due(&found.tournament, cx.now());
        let also = registration::ActiveModel { payment_due_at: Set(Some(due)), ..Default::default() };
        place::set(tx, cx, &found.entry, to, also).await?;
        jobs::at(tx, cx, jobs::TOURNAMENT_CLOCK, "tournament_id", found.tournament.id, due).await?;
    }
    let title = format!("Your payment for {} was not found", found.tournament.name);
    let body = format!("{reason} Look at your receipt and send the payment again.");
    let kind = ("generic", "payment.rejected");
    place::tell(tx, cx, &found.tournament, &found.entry, kind, title, body).await?;
    let more = json!({ "reason": reason });
    audit::record(tx, cx, Action::PaymentReject, Some(found.tournament.id), details(&found, more)).await?;
    Ok(payment)
}

/// Says that money was given back, or gives coins back. An entry that stands on the payment is withdrawn or rejected
/// first.
///
/// # Errors
/// See [`PaymentRefusal`].
pub async fn refund(tx: &Tx, cx: &Context<'_>, id: i64, reason: &str) -> Result<payment::Model, PaymentRefusal> {
    let found = find(tx, cx, id).await?;
    let reason = desk::reason(reason).ok_or(PaymentRefusal::NoReason(desk::REASON_MAX))?;
    if place::status(&found.entry).holds_place() {
        return Err(PaymentRefusal::StillEntered);
    }
    let notes = format!("Refunded: {reason}");
    let payment = decide(tx, cx, &found, PaymentStep::Refund, PaymentStatus::Refunded, notes).await?;
    if payment.coin_amount > 0 {
        economy::service::refund_entry_fee(tx, cx.clock, found.entry.id, &reason, cx.user())
            .await
            .map_err(Trouble::from)?;
    }
    let title = format!("Your payment for {} was given back", found.tournament.name);
    let kind = ("generic", "payment.refunded");
    place::tell(tx, cx, &found.tournament, &found.entry, kind, title, reason.clone()).await?;
    let more = json!({ "reason": reason });
    audit::record(tx, cx, Action::PaymentRefund, Some(found.tournament.id), details(&found, more)).await?;
    Ok(payment)
}

/// Another payment with the same reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duplicate {
    /// The payment.
    pub payment: payment::Model,
    /// The name of its entry.
    pub entry: String,
    /// The tournament of its entry.
    pub tournament: i64,
}

/// Other payments by the same method with the same reference, over all tournaments and those that were rejected as well.
///
/// # Errors
/// When the database fails.
pub async fn duplicates(db: &impl ConnectionTrait, payment: &payment::Model) -> Result<Vec<Duplicate>, DbError> {
    let mut found = duplicates_of(db, std::slice::from_ref(payment)).await?;
    Ok(found.remove(&payment.id).unwrap_or_default())
}

async fn duplicates_of(
    db: &impl ConnectionTrait,
    payments: &[payment::Model],
) -> Result<BTreeMap<i64, Vec<Duplicate>>, DbError> {
    let references = payments.iter().map(|payment| payment.transaction_id.clone()).collect();
    let others = store::payment::with_references(db, references).await?;
    let mut found: BTreeMap<i64, Vec<Duplicate>> = BTreeMap::new();
    for payment in payments {
        let same = |other: &&(payment::Model, Option<registration::Model>)| {
            other.0.id != payment.id
                && other.0.payment_method == payment.payment_method
                && other.0.transaction_id == payment.transaction_id
        };
        let duplicates = others.iter().filter(same).filter_map(|(other, entry)| {
            let entry = entry.as_ref()?;
            Some(Duplicate {
                payment: other.clone(),
                entry: entry.display_name.clone(),
                tournament: entry.tournament_id,
            })
        });
        found.insert(payment.id, duplicates.collect());
    }
    Ok(found)
}

/// Which payments the queue shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Filter {
    /// Those that somebody has to look for.
    #[default]
    ToCheck,
    /// Money that is there and belongs to entries that are over, or got no place.
    RefundsDue,
    /// Those that were found.
    Verified,
    /// Those that were not.
    Rejected,
    /// Those that were given back.
    Refunded,
    /// All.
    All,
}

/// A payment in the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueRow {
    /// The payment.
    pub payment: payment::Model,
    /// Its entry.
    pub entry: registration::Model,
    /// Other payments with the same reference.
    pub duplicates: Vec<Duplicate>,
    /// Whether it is there and its entry is over or got no place, so that it is to be given back.
    pub refund_due: bool,
}

/// A page of the queue, oldest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queue {
    /// The payments.
    pub rows: Vec<QueueRow>,
    /// Where the next page begins, if there is one.
    pub next: Option<(DateTime<Utc>, i64)>,
}

/// In which states entries of a tournament have no use for what was paid for them.
fn idle(tournament: &tournament::Model) -> Vec<EntryStatus> {
    let mut idle = EntryStatus::GONE.to_vec();
    if !desk::status(tournament).takes_changes_of_entries() {
        idle.push(EntryStatus::Waitlisted);
    }
    idle
}

/// The payments of a tournament, oldest first, for those who check them.
///
/// # Errors
/// See [`PaymentRefusal`].
pub async fn queue(
    db: &impl ConnectionTrait,
    actor: &Actor,
    tournament: &tournament::Model,
    filter: Filter,
    after: Option<(DateTime<Utc>, i64)>,
) -> Result<Queue, PaymentRefusal> {
    access::standing(db, actor, tournament).await?.require(Act::VerifyPayments)?;
    let states: &[PaymentStatus] = match filter {
        Filter::ToCheck => &[PaymentStatus::Pending, PaymentStatus::Submitted],
        Filter::RefundsDue | Filter::Verified => &[PaymentStatus::Verified],
        Filter::Rejected => &[PaymentStatus::Rejected],
        Filter::Refunded => &[PaymentStatus::Refunded],
        Filter::All => &[],
    };
    let idle = idle(tournament);
    let entries: &[EntryStatus] = if filter == Filter::RefundsDue { &idle } else { &[] };
    let found = store::payment::of_tournament(db, tournament.id, states, entries, after, PAGE + 1).await;
    let mut found = found.map_err(DbError::from)?;
    let more = found.len() > PAGE as usize;
    found.truncate(PAGE as usize);
    let next = found.last().filter(|_| more).map(|(payment, _)| (payment.submitted_at, payment.id));
    let payments: Vec<payment::Model> = found.iter().map(|(payment, _)| payment.clone()).collect();
    let mut duplicates = duplicates_of(db, &payments).await?;
    let rows = found
        .into_iter()
        .filter_map(|(payment, entry)| {
            let (entry, duplicates) = (entry?, duplicates.remove(&payment.id).unwrap_or_default());
            let verified = payment.status == PaymentStatus::Verified.as_str();
            let refund_due = verified && idle.contains(&place::status(&entry));
            Some(QueueRow { payment, entry, duplicates, refund_due })
        })
        .collect();
    Ok(Queue { rows, next })
}

/// The token of the receipt of a payment, for those who check payments; empty for one that has none.
///
/// # Errors
/// See [`PaymentRefusal`].
pub async fn receipt(db: &impl ConnectionTrait, actor: &Actor, id: i64) -> Result<String, PaymentRefusal> {
    let none = || PaymentRefusal::NoSuchPayment(id);
    let payment = store::payment::by_id(db, id).await.map_err(DbError::from)?.ok_or_else(none)?;
    let entry = store::entry::by_id(db, payment.registration_id).await.map_err(DbError::from)?.ok_or_else(none)?;
    let tournament = store::tournament(db, entry.tournament_id).await.map_err(DbError::from)?.ok_or_else(none)?;
    access::standing(db, actor, &tournament).await?.require(Act::VerifyPayments)?;
    Ok(payment.payment_proof)
}

/// All payments of an entry, oldest first. For those who stand for it or check payments; the page asks who does.
///
/// # Errors
/// When the database fails.
pub async fn of_entry(db: &impl ConnectionTrait, registration: i64) -> Result<Vec<payment::Model>, DbError> {
    Ok(store::payment::of_entry(db, registration).await?)
}

/// Whether a tournament in this state still takes payments.
pub const fn takes_payments(status: Status) -> bool {
    status.takes_changes_of_entries()
}
