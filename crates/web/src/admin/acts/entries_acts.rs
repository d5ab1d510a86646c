//! What a tournament's desk does about entries, payments, prizes and helpers, for staff of the platform.

use tournaments::service::{check_in, entry, payment, prize, staff};

use super::run::through;
use crate::admin::act::{AREA, Act, BOX, Context, Failure, Outcome, Question};

const ENTRY: &str = "tournaments_registration";
const PAYMENT: &str = "tournaments_payment";

const REASON: Question = Question::new("reason", "Why? The entrant reads it.", AREA);
const NOTE: Question = Question::new("note", "Note", AREA).help("The entrant reads it. It may stay empty.");

pub(crate) const ACTS: &[Act] = &[
    Act::new(
        PAYMENT,
        "verify",
        "Verify",
        "The money is there: the entry is confirmed, and its people are told.",
        |context| Box::pin(verify(context)),
    )
    .asking(&[
        Question::new("remark", "Note", AREA).help("Kept with the payment. It may stay empty."),
        Question::new("although", "There were two transfers with this reference", BOX),
    ])
    .when("status", &["pending", "submitted"]),
    Act::new(
        PAYMENT,
        "reject",
        "Reject",
        "The money is not there: the entry has the time to pay once more, and its people are told.",
        |context| Box::pin(reject_payment(context)),
    )
    .asking(&[REASON])
    .when("status", &["pending", "submitted"]),
    Act::new(
        PAYMENT,
        "refund",
        "Give back",
        "Notes that money was given back, or gives coins back. The program itself moves no money.",
        |context| Box::pin(refund(context)),
    )
    .asking(&[REASON])
    .when("status", &["verified"]),
    Act::new(ENTRY, "check_in", "Check in", "Says that the entry is there.", |context| {
        Box::pin(set_there(context, true))
    })
    .when("checked_in", &["false"]),
    Act::new(ENTRY, "undo_check_in", "Take check-in back", "The entry has to check in again.", |context| {
        Box::pin(set_there(context, false))
    })
    .when("checked_in", &["true"]),
    Act::new(
        ENTRY,
        "withdraw",
        "Withdraw",
        "Gives the entry up for its people. Coins go back; the place goes to who waits longest.",
        |context| Box::pin(withdraw(context)),
    )
    .asking(&[NOTE])
    .when("status", &["pending", "payment_submitted", "confirmed", "waitlisted"]),
    Act::new(
        ENTRY,
        "reject",
        "Reject",
        "Says no to the entry. Coins go back; the place goes to who waits longest.",
        |context| Box::pin(reject_entry(context)),
    )
    .asking(&[REASON])
    .when("status", &["pending", "payment_submitted", "confirmed", "waitlisted"]),
    Act::new(
        ENTRY,
        "disqualify",
        "Disqualify",
        "Takes the entry out for what somebody did. Its fee is kept, its players cannot enter again, its matches are \
         walkovers.",
        |context| Box::pin(disqualify(context)),
    )
    .asking(&[REASON])
    .when("status", &["pending", "payment_submitted", "confirmed", "waitlisted", "no_show"])
    .danger(),
    Act::new(
        ENTRY,
        "reinstate",
        "Let in again",
        "Gives the entry its place back, before play and when one is free.",
        |context| Box::pin(reinstate(context)),
    )
    .asking(&[NOTE])
    .when("status", &["no_show", "disqualified"]),
    Act::new(
        "tournaments_prizeaward",
        "hand_over",
        "Note as handed over",
        "Notes that the money of the prize was handed over, and how.",
        |context| Box::pin(hand_over(context)),
    )
    .one()
    .asking(&[
        Question::new("transfer", "How was it handed over?", "text").help("For example the reference of the transfer.")
    ])
    .when("status", &["to_hand_over"])
    .for_superusers(),
    Act::new(
        "tournaments_staffmember",
        "remove",
        "Take the duty away",
        "Takes the duty, or an invitation that was not answered, back.",
        |context| Box::pin(remove_helper(context)),
    )
    .for_superusers(),
];

fn answer<'a>(context: Context<'a>, name: &str) -> &'a str {
    context.sent.get(name).unwrap_or_default()
}

async fn verify(context: Context<'_>) -> Result<Outcome, Failure> {
    let (id, remark) = (context.id, answer(context, "remark"));
    let although = context.sent.get("although").is_some();
    through!(context, |tx, cx, _| payment::verify(tx, cx, id, remark, although))
}

async fn reject_payment(context: Context<'_>) -> Result<Outcome, Failure> {
    let (id, reason) = (context.id, answer(context, "reason"));
    through!(context, |tx, cx, _| payment::reject(tx, cx, id, reason))
}

async fn refund(context: Context<'_>) -> Result<Outcome, Failure> {
    let (id, reason) = (context.id, answer(context, "reason"));
    through!(context, |tx, cx, _| payment::refund(tx, cx, id, reason))
}

async fn set_there(context: Context<'_>, there: bool) -> Result<Outcome, Failure> {
    let id = context.id;
    through!(context, |tx, cx, _| async {
        if there { check_in::check_in(tx, cx, id).await } else { check_in::undo(tx, cx, id).await }
    })
}

async fn withdraw(context: Context<'_>) -> Result<Outcome, Failure> {
    let (id, note) = (context.id, answer(context, "note"));
    through!(context, |tx, cx, _| entry::withdraw(tx, cx, id, note))
}

async fn reject_entry(context: Context<'_>) -> Result<Outcome, Failure> {
    let (id, reason) = (context.id, answer(context, "reason"));
    through!(context, |tx, cx, _| entry::reject(tx, cx, id, reason))
}

async fn disqualify(context: Context<'_>) -> Result<Outcome, Failure> {
    let (id, reason) = (context.id, answer(context, "reason"));
    through!(context, |tx, cx, _| entry::disqualify(tx, cx, id, reason))
}

async fn reinstate(context: Context<'_>) -> Result<Outcome, Failure> {
    let (id, note) = (context.id, answer(context, "note"));
    through!(context, |tx, cx, _| entry::reinstate(tx, cx, id, note))
}

async fn hand_over(context: Context<'_>) -> Result<Outcome, Failure> {
    let (id, reference) = (context.id, answer(context, "transfer"));
    through!(context, |tx, cx, _| prize::hand_over(tx, cx, id, reference))
}

async fn remove_helper(context: Context<'_>) -> Result<Outcome, Failure> {
    let id = context.id;
    through!(context, |tx, cx, _| staff::remove(tx, cx, id))
}
