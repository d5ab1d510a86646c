//! One's entry: where it stands, what to do next, checking in and withdrawing.

use ::tournaments::{
    error::entry::{CheckInRefusal, EntryRefusal},
    model::{custom_field, registration, tournament},
    rules::entry::{EntryStatus, EntryStep, Next, check_in_opens, owes, target},
    rules::{payment::PaymentStatus, settings::Method, status::Status},
    service::{
        self,
        query::{self, EntryFacts, Facts},
    },
};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use serde::Deserialize;
use serde_json::Value;

use super::{
    Acting, Todo, badge, below, enter::Frame, facts, money, own, see_other, status, status_words, todo, unprocessable,
};
use crate::{
    csrf::{Csrf, Form},
    error::Trouble,
    layout::{Layout, moment, number},
    pages,
    pages::teams::{Done, Nothing},
    session::{Origin, Person},
    site::Shared,
};

/// One of the steps that an entry takes.
struct Step {
    name: &'static str,
    when: String,
    /// `done`, `now` or nothing.
    class: &'static str,
}

struct Player {
    name: String,
    game_id: String,
    role: String,
    captain: bool,
    substitute: bool,
}

struct Paid {
    method: &'static str,
    amount: String,
    reference: String,
    status: &'static str,
    class: &'static str,
    when: String,
    /// Why it was rejected.
    note: String,
}

#[derive(Template)]
#[template(path = "entry/show.html")]
struct Page {
    layout: Layout,
    csrf: String,
    frame: Frame,
    id: i64,
    name: String,
    status: &'static str,
    badge: &'static str,
    steps: Vec<Step>,
    todo: Todo,
    waiting: Option<i64>,
    players: Vec<Player>,
    answers: Vec<(String, String)>,
    payments: Vec<Paid>,
    /// Whether the visitor speaks for the entry; whoever only plays for it looks.
    speaks: bool,
    checks_in: bool,
    checked_in: bool,
    withdraws: bool,
    over: bool,
    said: Option<String>,
    error: Option<String>,
}

fn said(done: Option<&str>, status: EntryStatus, waiting: Option<i64>) -> Option<String> {
    let text = match (done?, status) {
        ("entered", EntryStatus::Waitlisted) => {
            return Some(format!("You are number {} on the waiting list.", waiting.unwrap_or(1)));
        }
        ("entered", EntryStatus::Pending) => "You have a place. Pay the fee to keep it.",
        ("entered", _) => "You are in. Your place is yours.",
        ("paid", EntryStatus::Confirmed) => "The fee is paid. Your place is yours.",
        ("paid", EntryStatus::Waitlisted) => "You have paid ahead. Without a place you get all of it back.",
        ("paid", _) => "Your payment is sent. The organizer looks for it, and you are told.",
        ("checked-in", _) => "You are checked in.",
        ("not-checked-in", _) => "Your check-in is taken back.",
        ("withdrawn", _) => "Your entry is withdrawn. Coins that were paid are in the wallet again.",
        _ => return None,
    };
    Some(text.to_owned())
}

/// The visitor's entry, with all of it.
pub(super) async fn entry_of(
    shared: &Shared,
    person: &Person,
    slug: &str,
) -> Result<Option<(Facts, EntryFacts)>, Trouble> {
    let facts = facts(shared, person, slug).await?;
    let Some(id) = own(&facts).map(|(entry, _)| entry.id) else { return Ok(None) };
    let entry = query::entry(shared.db.read(), &person.0.actor(), shared.clock.now(), id).await?;
    Ok(entry.map(|entry| (facts, entry)))
}

/// The same, where only who speaks for the entry may go on.
pub(super) async fn spoken_for(
    shared: &Shared,
    person: &Person,
    slug: &str,
) -> Result<Option<(Facts, EntryFacts)>, Trouble> {
    let found = entry_of(shared, person, slug).await?;
    if found.as_ref().is_some_and(|(_, entry)| !entry.own) {
        let text = "The team's owner, managers and captain do this for the team. Ask one of them.";
        return Err(Trouble::refused(StatusCode::FORBIDDEN, text));
    }
    Ok(found)
}

fn steps(tournament: &tournament::Model, entry: &EntryFacts) -> Vec<Step> {
    let row: &registration::Model = &entry.row.entry;
    let state = entry.row.status;
    let when = |at: Option<&chrono::DateTime<chrono::Utc>>| at.map(moment).unwrap_or_default();
    let mut steps = vec![Step { name: "Entered", when: moment(&row.registered_at), class: "done" }];
    let holds = state.holds_place() || matches!(state, EntryStatus::NoShow | EntryStatus::Disqualified);
    if state == EntryStatus::Waitlisted {
        steps.push(Step { name: "A place", when: "when one is free".to_owned(), class: "now" });
    }
    if owes(tournament, row) {
        let (class, when) = match state {
            EntryStatus::Confirmed => ("done", when(row.confirmed_at.as_ref())),
            EntryStatus::Pending => {
                ("now", row.payment_due_at.map(|due| format!("until {}", moment(&due))).unwrap_or_default())
            }
            EntryStatus::PaymentSubmitted => ("now", "is being checked".to_owned()),
            EntryStatus::Waitlisted => match ahead(entry) {
                Some(PaymentStatus::Verified) => ("done", "ahead".to_owned()),
                Some(_) => ("", "ahead: is being checked".to_owned()),
                None => ("", "once you have a place, or ahead".to_owned()),
            },
            _ => ("", String::new()),
        };
        steps.push(Step { name: "Paid", when, class });
    } else if holds {
        steps.push(Step { name: "Confirmed", when: when(row.confirmed_at.as_ref()), class: "done" });
    }
    if tournament.enable_check_in {
        let opens = check_in_opens(tournament);
        let step = match (row.checked_in, &entry.next) {
            (true, _) => Step { name: "Checked in", when: when(row.checked_in_at.as_ref()), class: "done" },
            (false, Next::CheckIn { by }) => {
                Step { name: "Check-in", when: format!("open until {}", moment(by)), class: "now" }
            }
            (false, _) => Step { name: "Check-in", when: format!("opens {}", moment(&opens)), class: "" },
        };
        steps.push(step);
    }
    let class = if entry.next == Next::Play { "now" } else { "" };
    steps.push(Step { name: "Play begins", when: moment(&tournament.tournament_start), class });
    steps
}

/// How the payment stands that counts, of an entry that waits.
fn ahead(entry: &EntryFacts) -> Option<PaymentStatus> {
    let status = |payment: &::tournaments::model::payment::Model| PaymentStatus::parse(&payment.status);
    let counts = |status: &PaymentStatus| !matches!(status, PaymentStatus::Rejected | PaymentStatus::Refunded);
    entry.payments.iter().filter_map(status).find(counts)
}

/// What was answered to the organizer's questions.
fn answers(questions: &[custom_field::Model], data: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| match value {
        Value::Bool(true) => "Yes".to_owned(),
        Value::Bool(false) => "No".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let mut answers = Vec::new();
    for question in questions {
        let Some(answer) = data.get("custom_fields").and_then(|fields| fields.get(&question.field_key)) else {
            continue;
        };
        let answer = if question.field_type == "media" { "A file was given.".to_owned() } else { text(answer) };
        answers.push((question.field_name.clone(), answer));
    }
    for (label, name) in [("Phone", "phone"), ("Discord", "discord")] {
        let answer = data.pointer(&format!("/contact/{name}")).and_then(Value::as_str).unwrap_or_default();
        if !answer.is_empty() {
            answers.push((label.to_owned(), answer.to_owned()));
        }
    }
    answers
}

fn paid(payment: &::tournaments::model::payment::Model) -> Paid {
    let status = PaymentStatus::parse(&payment.status).unwrap_or(PaymentStatus::Submitted);
    let (words, class) = match status {
        PaymentStatus::Pending | PaymentStatus::Submitted => ("Is being checked", "info"),
        PaymentStatus::Verified => ("Paid", "open"),
        PaymentStatus::Rejected => ("Not found", "bad"),
        PaymentStatus::Refunded => ("Paid back", "done"),
    };
    let coins = payment.coin_amount > 0;
    Paid {
        method: Method::parse(&payment.payment_method).map_or("Payment", Method::label),
        amount: if coins {
            format!("{} coins", number(payment.coin_amount))
        } else {
            money(payment.amount, &payment.currency)
        },
        reference: if coins { String::new() } else { payment.transaction_id.clone() },
        when: moment(&payment.submitted_at),
        note: if status == PaymentStatus::Rejected { payment.admin_notes.clone() } else { String::new() },
        status: words,
        class,
    }
}

async fn page(
    shared: &Shared,
    person: &Person,
    csrf: &Csrf,
    (facts, entry): (Facts, EntryFacts),
    done: Option<&str>,
    error: Option<String>,
) -> Result<Response, Trouble> {
    let tournament = &entry.tournament;
    let state = entry.row.status;
    let before = Status::parse(&tournament.status).is_some_and(Status::takes_changes_of_entries);
    let mut todo = todo(tournament, &entry.row.entry, entry.next);
    if !entry.own && todo.urgent {
        todo.link = None;
        todo.text = format!("{} The team's owner, managers and captain can do it.", todo.text);
    }
    let checks_in = matches!(entry.next, Next::CheckIn { .. });
    if checks_in {
        // The button stands on this very page.
        todo.link = None;
    }
    if entry.pays_ahead {
        todo.text.push_str(" You can pay ahead; without a place you get all of it back.");
        todo.link = Some(("Pay ahead", format!("/tournaments/{}/entry/pay", tournament.slug)));
    }
    let player = |player: &::tournaments::model::entry_player::Model| Player {
        name: player.display_name.clone(),
        game_id: player.game_id.clone(),
        role: player.player_role.clone(),
        captain: player.is_captain && entry.row.players.len() > 1,
        substitute: player.is_substitute,
    };
    let refused = error.is_some();
    let page = pages::show(&Page {
        layout: Layout::of(shared, Some(person), csrf, "entries").await?,
        csrf: csrf.token().to_owned(),
        frame: Frame::of(tournament),
        id: entry.row.entry.id,
        name: entry.row.entry.display_name.clone(),
        status: status_words(state),
        badge: badge(state),
        steps: steps(tournament, &entry),
        said: said(done, state, entry.waiting),
        waiting: entry.waiting,
        players: entry.row.players.iter().map(player).collect(),
        answers: answers(&facts.questions, &entry.row.entry.registration_data),
        payments: entry.payments.iter().map(paid).collect(),
        speaks: entry.own,
        checks_in: checks_in && entry.own,
        checked_in: entry.row.entry.checked_in
            && entry.own
            && Status::parse(&tournament.status) == Some(Status::CheckIn)
            && shared.clock.now() < tournament.tournament_start,
        withdraws: entry.own && before && target(state, EntryStep::Withdraw).is_some(),
        over: !state.is_live(),
        todo,
        error,
    });
    Ok(if refused { unprocessable(page) } else { page })
}

pub(crate) async fn show(
    State(shared): State<Shared>,
    person: Person,
    csrf: Csrf,
    Path(slug): Path<String>,
    Query(Done { done }): Query<Done>,
) -> Result<Response, Trouble> {
    match entry_of(&shared, &person, &slug).await? {
        Some(found) => page(&shared, &person, &csrf, found, done.as_deref(), None).await,
        None => Ok(see_other(&format!("/tournaments/{slug}/enter"))),
    }
}

pub(crate) async fn check_in(
    State(shared): State<Shared>,
    person: Person,
    origin: Origin,
    csrf: Csrf,
    Path(slug): Path<String>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Trouble> {
    let Some(found) = spoken_for(&shared, &person, &slug).await? else {
        return Ok(see_other(&format!("/tournaments/{slug}/enter")));
    };
    let (acting, id) = (&Acting::new(&shared, &person, origin), found.1.row.entry.id);
    let done = shared.db.write(|tx| async move { service::check_in::check_in(&tx, &acting.cx(), id).await });
    after_check_in(&shared, (&person, &csrf), &slug, found, done.await.map(|_| "checked-in")).await
}

pub(crate) async fn undo_check_in(
    State(shared): State<Shared>,
    person: Person,
    origin: Origin,
    csrf: Csrf,
    Path(slug): Path<String>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Trouble> {
    let Some(found) = spoken_for(&shared, &person, &slug).await? else {
        return Ok(see_other(&format!("/tournaments/{slug}/enter")));
    };
    let (acting, id) = (&Acting::new(&shared, &person, origin), found.1.row.entry.id);
    let done = shared.db.write(|tx| async move { service::check_in::undo(&tx, &acting.cx(), id).await });
    after_check_in(&shared, (&person, &csrf), &slug, found, done.await.map(|_| "not-checked-in")).await
}

async fn after_check_in(
    shared: &Shared,
    (person, csrf): (&Person, &Csrf),
    slug: &str,
    found: (Facts, EntryFacts),
    done: Result<&str, CheckInRefusal>,
) -> Result<Response, Trouble> {
    match done {
        Ok(done) => Ok(see_other(&format!("/tournaments/{slug}/entry?done={done}"))),
        Err(CheckInRefusal::Trouble(trouble)) => Err(below(trouble)),
        Err(refusal) => page(shared, person, csrf, found, None, Some(refusal.to_string())).await,
    }
}

#[derive(Template)]
#[template(path = "entry/withdraw.html")]
struct WithdrawPage {
    layout: Layout,
    csrf: String,
    frame: Frame,
    name: String,
    text: Vec<String>,
    note: String,
    error: Option<String>,
}

async fn withdraw_page(
    shared: &Shared,
    person: &Person,
    csrf: &Csrf,
    entry: &EntryFacts,
    note: String,
    error: Option<String>,
) -> Result<Response, Trouble> {
    let verified = |coins: bool| {
        let there = |payment: &&::tournaments::model::payment::Model| {
            payment.status == PaymentStatus::Verified.as_str() && (payment.coin_amount > 0) == coins
        };
        entry.payments.iter().find(there)
    };
    let waits = entry.row.status == EntryStatus::Waitlisted;
    let mut text = vec![
        if waits { "You wait for a place no more." } else { "The place goes to who waits longest for one." }.to_owned(),
    ];
    if let Some(payment) = verified(true) {
        text.push(format!("The {} coins that were paid go back into the wallet at once.", number(payment.coin_amount)));
    }
    if let Some(payment) = verified(false) {
        let amount = money(payment.amount, &payment.currency);
        text.push(format!("The {amount} that were paid are given back by the organizer, outside of this site."));
    }
    let submitted =
        |payment: &::tournaments::model::payment::Model| payment.status == PaymentStatus::Submitted.as_str();
    if entry.payments.iter().any(submitted) {
        text.push("The payment that is being checked is given back by the organizer, once it is found.".to_owned());
    }
    text.push("You can enter again with another entry while registration is open and a place is free.".to_owned());
    let refused = error.is_some();
    let page = pages::show(&WithdrawPage {
        layout: Layout::of(shared, Some(person), csrf, "entries").await?,
        csrf: csrf.token().to_owned(),
        frame: Frame::of(&entry.tournament),
        name: entry.row.entry.display_name.clone(),
        text,
        note,
        error,
    });
    Ok(if refused { unprocessable(page) } else { page })
}

pub(crate) async fn withdraw_form(
    State(shared): State<Shared>,
    person: Person,
    csrf: Csrf,
    Path(slug): Path<String>,
) -> Result<Response, Trouble> {
    let Some((_, entry)) = spoken_for(&shared, &person, &slug).await? else {
        return Ok(see_other(&format!("/tournaments/{slug}/enter")));
    };
    if target(status(&entry.row.entry), EntryStep::Withdraw).is_none() {
        return Ok(see_other(&format!("/tournaments/{slug}/entry")));
    }
    withdraw_page(&shared, &person, &csrf, &entry, String::new(), None).await
}

#[derive(Deserialize)]
pub(crate) struct Note {
    #[serde(default)]
    note: String,
}

pub(crate) async fn withdraw(
    State(shared): State<Shared>,
    person: Person,
    origin: Origin,
    csrf: Csrf,
    Path(slug): Path<String>,
    Form(Note { note }): Form<Note>,
) -> Result<Response, Trouble> {
    let Some((_, entry)) = spoken_for(&shared, &person, &slug).await? else {
        return Ok(see_other(&format!("/tournaments/{slug}/enter")));
    };
    let (acting, id, why) = (&Acting::new(&shared, &person, origin), entry.row.entry.id, &note);
    let done = shared.db.write(|tx| async move { service::entry::withdraw(&tx, &acting.cx(), id, why).await });
    match done.await {
        Ok(_) => Ok(see_other(&format!("/tournaments/{slug}/entry?done=withdrawn"))),
        Err(EntryRefusal::Trouble(trouble)) => Err(below(trouble)),
        Err(refusal) => {
            let error = Some(pages::game_ids::sentence(&refusal.to_string()));
            withdraw_page(&shared, &person, &csrf, &entry, note, error).await
        }
    }
}
