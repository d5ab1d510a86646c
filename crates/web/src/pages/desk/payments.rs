//! Payments that somebody has to look for: a queue, oldest first, of which one is open. After a decision the next one is.

use ::tournaments::{
    Context,
    error::payment::PaymentRefusal,
    rules::{access::Act, payment::PaymentStatus},
    service::payment::{self, Filter, QueueRow},
};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use serde::Deserialize;

use super::{
    Choice, Desk, Typed, Visit,
    ask::{Question, ask},
    entry::{amount, method},
    frame::{Frame, frame},
    open, see_other,
    stop::Stop,
    unprocessable,
};
use crate::{
    csrf::Form,
    error::Trouble,
    layout::{Layout, cursor, machine, moment, position},
    pages,
    site::Shared,
};

const FILTERS: [(&str, &str, Filter); 6] = [
    ("", "To be checked", Filter::ToCheck),
    ("refunds", "To be given back", Filter::RefundsDue),
    ("verified", "Verified", Filter::Verified),
    ("rejected", "Rejected", Filter::Rejected),
    ("refunded", "Given back", Filter::Refunded),
    ("all", "All", Filter::All),
];

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Wanted {
    show: String,
    /// The payment that is open.
    open: Option<i64>,
    after: Option<String>,
    done: Option<String>,
}

struct Line {
    id: i64,
    name: String,
    amount: String,
    method: String,
    when: String,
    when_machine: String,
    open: bool,
    duplicates: usize,
    status: &'static str,
}

struct Twin {
    entry: String,
    status: &'static str,
    when: String,
    here: Option<String>,
}

struct Opened {
    id: i64,
    entry: i64,
    name: String,
    amount: String,
    asked: bool,
    method: String,
    reference: String,
    from: String,
    when: String,
    when_machine: String,
    status: &'static str,
    notes: String,
    receipt: Option<String>,
    twins: Vec<Twin>,
    may_decide: bool,
    may_refund: bool,
    refund_due: bool,
}

#[derive(Template)]
#[template(path = "desk/payments.html")]
struct Page {
    layout: Layout,
    frame: Frame,
    filters: Vec<Choice>,
    show: String,
    lines: Vec<Line>,
    opened: Option<Opened>,
    /// The one that is opened after a decision.
    next: Option<i64>,
    more: Option<String>,
    typed: Typed,
    error: Option<String>,
    /// Whether the refusal can be overruled: there were two transfers.
    duplicate: bool,
}

fn label(status: &str) -> &'static str {
    PaymentStatus::parse(status).map_or("", |status| status.label())
}

fn opened(desk: &Desk, row: &QueueRow) -> Opened {
    let payment = &row.payment;
    let status = PaymentStatus::parse(&payment.status);
    let waits = matches!(status, Some(PaymentStatus::Pending | PaymentStatus::Submitted));
    let twin = |twin: &payment::Duplicate| Twin {
        entry: twin.entry.clone(),
        status: label(&twin.payment.status),
        when: moment(&twin.payment.submitted_at),
        here: (twin.tournament == desk.id())
            .then(|| format!("{}?show=all&open={}", desk.path("payments"), twin.payment.id)),
    };
    let money = payment.coin_amount == 0;
    Opened {
        id: payment.id,
        entry: row.entry.id,
        name: row.entry.display_name.clone(),
        amount: amount(payment),
        asked: !money || payment.amount == desk.tournament().entry_fee_amount,
        method: method(payment),
        reference: payment.transaction_id.clone(),
        from: payment.payer_account.clone(),
        when: moment(&payment.submitted_at),
        when_machine: machine(&payment.submitted_at),
        status: status.map_or("", |status| status.label()),
        notes: payment.admin_notes.clone(),
        receipt: (!payment.payment_proof.is_empty())
            .then(|| desk.path(&format!("entries/{}/receipt/{}", row.entry.id, payment.id))),
        twins: row.duplicates.iter().map(twin).collect(),
        may_decide: waits,
        may_refund: status == Some(PaymentStatus::Verified),
        refund_due: row.refund_due,
    }
}

#[derive(Default)]
struct Attempt {
    typed: Typed,
    error: Option<String>,
    duplicate: bool,
}

async fn rows(
    shared: &Shared,
    visit: &Visit,
    desk: &Desk,
    filter: Filter,
    after: Option<(chrono::DateTime<chrono::Utc>, i64)>,
) -> Result<payment::Queue, Trouble> {
    let found = payment::queue(shared.db.read(), &visit.actor(), desk.tournament(), filter, after).await;
    found.map_err(|refusal| Stop::from(refusal).into())
}

async fn page(
    shared: &Shared,
    visit: &Visit,
    desk: &Desk,
    wanted: &Wanted,
    attempt: Attempt,
) -> Result<Response, Trouble> {
    let (show, _, filter) = FILTERS.iter().find(|(word, ..)| *word == wanted.show).unwrap_or(&FILTERS[0]);
    let found = rows(shared, visit, desk, *filter, position(wanted.after.as_deref())).await?;
    // What is asked for, or else the first; what was decided meanwhile is no longer in the queue.
    let at = wanted.open.and_then(|id| found.rows.iter().position(|row| row.payment.id == id)).unwrap_or(0);
    let line = |(number, row): (usize, &QueueRow)| Line {
        id: row.payment.id,
        name: row.entry.display_name.clone(),
        amount: amount(&row.payment),
        method: method(&row.payment),
        when: moment(&row.payment.submitted_at),
        when_machine: machine(&row.payment.submitted_at),
        open: number == at,
        duplicates: row.duplicates.len(),
        status: label(&row.payment.status),
    };
    let (layout, mut frame) = frame(shared, visit, desk, "payments", wanted.done.as_deref()).await?;
    frame.live = attempt.error.is_none();
    Ok(pages::show(&Page {
        layout,
        frame,
        filters: FILTERS.iter().map(|(word, label, _)| Choice::new(*word, *label, show)).collect(),
        show: (*show).to_owned(),
        lines: found.rows.iter().enumerate().map(line).collect(),
        opened: found.rows.get(at).map(|row| opened(desk, row)),
        next: found.rows.get(at + 1).map(|row| row.payment.id),
        more: found.next.map(|(at, id)| cursor((at, id))),
        typed: attempt.typed,
        error: attempt.error,
        duplicate: attempt.duplicate,
    }))
}

pub(crate) async fn queue(
    State(shared): State<Shared>,
    visit: Visit,
    Path(slug): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[Act::VerifyPayments]).await?;
    page(&shared, &visit, &desk, &wanted, Attempt::default()).await
}

/// The address of the queue with the next payment open.
fn onward(desk: &Desk, typed: &Typed, done: &str) -> String {
    let show = FILTERS.iter().map(|(word, ..)| *word).find(|word| *word == typed.get("show")).unwrap_or("");
    let next = typed.number::<i64>("next").map(|next| format!("&open={next}")).unwrap_or_default();
    format!("{}?show={show}&done={done}{next}#payment", desk.path("payments"))
}

/// The queue again with the payment that was not decided open, and what was typed about it.
async fn again(
    shared: &Shared,
    visit: &Visit,
    desk: &Desk,
    id: i64,
    typed: Typed,
    refusal: PaymentRefusal,
) -> Result<Response, Trouble> {
    let duplicate = matches!(refusal, PaymentRefusal::Duplicate { .. });
    let error = Some(Stop::from(refusal).said()?);
    let wanted = Wanted { show: typed.get("show").to_owned(), open: Some(id), ..Wanted::default() };
    let attempt = Attempt { typed, error, duplicate };
    Ok(unprocessable(page(shared, visit, desk, &wanted, attempt).await?))
}

pub(crate) async fn verify(
    State(shared): State<Shared>,
    visit: Visit,
    Path((slug, id)): Path<(String, i64)>,
    Form(typed): Form<Typed>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[Act::VerifyPayments]).await?;
    let (cx, notes, although) = (visit.cx(&shared), typed.get("notes"), typed.on("although"));
    let done =
        shared.db.write(|tx| async move { payment::verify(&tx, &cx, id, notes, although).await.map(drop) }).await;
    match done {
        Ok(()) => Ok(see_other(&onward(&desk, &typed, "verified"))),
        Err(refusal) => again(&shared, &visit, &desk, id, typed.clone(), refusal).await,
    }
}

pub(crate) async fn reject(
    State(shared): State<Shared>,
    visit: Visit,
    Path((slug, id)): Path<(String, i64)>,
    Form(typed): Form<Typed>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[Act::VerifyPayments]).await?;
    let (cx, reason) = (visit.cx(&shared), typed.get("reason"));
    let done = shared.db.write(|tx| async move { payment::reject(&tx, &cx, id, reason).await.map(drop) }).await;
    match done {
        Ok(()) => Ok(see_other(&onward(&desk, &typed, "rejected"))),
        Err(refusal) => again(&shared, &visit, &desk, id, typed.clone(), refusal).await,
    }
}

async fn asked(
    shared: &Shared,
    visit: &Visit,
    desk: &Desk,
    id: i64,
    reason: &str,
    error: Option<String>,
) -> Result<Response, Trouble> {
    let found = find(shared, visit, desk, id).await?;
    let coins = found.payment.coin_amount > 0;
    let what = amount(&found.payment);
    let text = if coins {
        format!("{what} go back to the wallet of who paid, at once.")
    } else {
        format!(
            "You say that you have sent {what} back to {}. The program moves no money.",
            found.payment.payer_account
        )
    };
    let question = Question {
        title: format!("Give the fee of {} back?", found.entry.display_name),
        text: vec![text, "This cannot be undone.".to_owned()],
        action: desk.path(&format!("payments/{id}/refund")),
        button: if coins { "Give it back" } else { "It was sent back" }.to_owned(),
        danger: true,
        back: format!("{}?show=refunds&open={id}", desk.path("payments")),
        reason: Some(("Why? The entrant reads it.", reason.to_owned())),
        ..Question::default()
    };
    ask(shared, visit, desk, "payments", question, error).await
}

/// A payment of this tournament.
async fn find(shared: &Shared, visit: &Visit, desk: &Desk, id: i64) -> Result<QueueRow, Trouble> {
    let mut after = None;
    loop {
        let found = rows(shared, visit, desk, Filter::All, after).await?;
        if let Some(row) = found.rows.into_iter().find(|row| row.payment.id == id) {
            return Ok(row);
        }
        after = found.next;
        if after.is_none() {
            return Err(Trouble::refused(StatusCode::NOT_FOUND, "There is no such payment in this tournament."));
        }
    }
}

pub(crate) async fn question(
    State(shared): State<Shared>,
    visit: Visit,
    Path((slug, id)): Path<(String, i64)>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[Act::VerifyPayments]).await?;
    asked(&shared, &visit, &desk, id, "", None).await
}

pub(crate) async fn refund(
    State(shared): State<Shared>,
    visit: Visit,
    Path((slug, id)): Path<(String, i64)>,
    Form(typed): Form<Typed>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[Act::VerifyPayments]).await?;
    let (cx, reason): (Context<'_>, &str) = (visit.cx(&shared), typed.get("reason"));
    let done = shared
        .db
        .write(|tx| async move { payment::refund(&tx, &cx, id, reason).await.map(drop).map_err(Stop::from) })
        .await;
    match done {
        Ok(()) => Ok(see_other(&format!("{}?show=refunds&done=refunded", desk.path("payments")))),
        Err(stop) => asked(&shared, &visit, &desk, id, reason, Some(stop.said()?)).await,
    }
}
