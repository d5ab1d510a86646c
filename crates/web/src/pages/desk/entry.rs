//! One entry at the desk: who plays, what they wrote, what they paid, and what can be decided about it.

use ::tournaments::{
    rules::{
        access::Act,
        entry::{EntryStatus, EntryStep, target},
        payment::PaymentStatus,
        settings::Method,
    },
    service::{
        check_in as check_ins, entry as entries,
        query::{self, EntryFacts},
    },
};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};

use super::{
    Desk, Done, Typed, Visit,
    ask::{Question, ask},
    entries::{checks, class_of, plain},
    frame::{Frame, frame},
    money, open, see_other,
    stop::Stop,
    unprocessable,
};
use crate::{
    csrf::Form,
    error::Trouble,
    layout::{Layout, moment, number},
    pages,
    site::Shared,
    upload,
};

struct Player {
    name: String,
    game_id: String,
    role: String,
    captain: bool,
    substitute: bool,
}

struct Answer {
    question: String,
    text: String,
    /// The address of a file that was given as the answer.
    file: Option<String>,
}

struct Paid {
    id: i64,
    how: String,
    amount: String,
    status: &'static str,
    reference: String,
}

struct Button {
    act: &'static str,
    label: &'static str,
    danger: bool,
}

#[derive(Template)]
#[template(path = "desk/entry.html")]
struct Page {
    layout: Layout,
    frame: Frame,
    id: i64,
    name: String,
    status: &'static str,
    class: &'static str,
    facts: Vec<(&'static str, String)>,
    players: Vec<Player>,
    answers: Vec<Answer>,
    payments: Vec<Paid>,
    sees_payments: bool,
    notes: String,
    buttons: Vec<Button>,
    may_check_in: bool,
    may_check_out: bool,
    error: Option<String>,
}

/// What is decided about entries at the desk.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Decision {
    Reject,
    Disqualify,
    Withdraw,
    Reinstate,
}

impl Decision {
    const ALL: [Self; 4] = [Self::Reinstate, Self::Reject, Self::Disqualify, Self::Withdraw];

    const fn word(self) -> &'static str {
        match self {
            Self::Reject => "reject",
            Self::Disqualify => "disqualify",
            Self::Withdraw => "withdraw",
            Self::Reinstate => "reinstate",
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Self::Reject => "Reject…",
            Self::Disqualify => "Disqualify…",
            Self::Withdraw => "Withdraw for them…",
            Self::Reinstate => "Let in again…",
        }
    }

    const fn step(self) -> EntryStep {
        match self {
            Self::Reject => EntryStep::Reject,
            Self::Disqualify => EntryStep::Disqualify,
            Self::Withdraw => EntryStep::Withdraw,
            Self::Reinstate => EntryStep::Reinstate,
        }
    }

    const fn act(self) -> Act {
        match self {
            Self::Disqualify => Act::Disqualify,
            Self::Reject | Self::Withdraw | Self::Reinstate => Act::DecideEntries,
        }
    }

    /// Whether the state of the tournament lets it be done.
    fn fits(self, desk: &Desk) -> bool {
        use ::tournaments::rules::status::Status;
        let before = desk.status().takes_changes_of_entries();
        before || (self == Self::Disqualify && desk.status() == Status::Live)
    }

    fn find(word: &str) -> Result<Self, Trouble> {
        let found = Self::ALL.into_iter().find(|decision| decision.word() == word);
        found.ok_or_else(|| Trouble::refused(StatusCode::NOT_FOUND, "There is no such decision."))
    }
}

/// An entry of this tournament.
async fn facts(shared: &Shared, visit: &Visit, desk: &Desk, id: i64) -> Result<EntryFacts, Trouble> {
    let found = query::entry(shared.db.read(), &visit.actor(), shared.clock.now(), id).await?;
    let found = found.filter(|facts| facts.tournament.id == desk.id());
    found.ok_or_else(|| Trouble::refused(StatusCode::NOT_FOUND, "There is no such entry in this tournament."))
}

fn answers(desk: &Desk, facts: &EntryFacts) -> Vec<Answer> {
    let data = &facts.row.entry.registration_data;
    let mut answers = Vec::new();
    for (name, question) in [("phone", "Phone"), ("discord", "Discord")] {
        let text = plain(&data["contact"][name]);
        if !text.is_empty() {
            answers.push(Answer { question: question.to_owned(), text, file: None });
        }
    }
    for (column, id) in data["game_ids"].as_object().into_iter().flatten() {
        let text = plain(id);
        if !text.is_empty() {
            answers.push(Answer { question: column.replace('_', " "), text, file: None });
        }
    }
    for question in &desk.facts.questions {
        let text = plain(&data["custom_fields"][&question.field_key]);
        if text.is_empty() {
            continue;
        }
        let file = (question.field_type == "media")
            .then(|| desk.path(&format!("entries/{}/file/{}", facts.row.entry.id, question.field_key)));
        answers.push(Answer { question: question.field_name.clone(), text, file });
    }
    answers
}

/// What a payment amounts to, in words.
pub(in crate::pages) fn amount(payment: &::tournaments::model::payment::Model) -> String {
    if payment.coin_amount > 0 {
        format!("{} coins", number(payment.coin_amount))
    } else {
        format!("{} {}", money::show(payment.amount), payment.currency)
    }
}

/// How a payment was made, in words.
pub(super) fn method(payment: &::tournaments::model::payment::Model) -> String {
    Method::parse(&payment.payment_method)
        .map_or_else(|| payment.payment_method.clone(), |method| method.label().to_owned())
}

async fn page(
    shared: &Shared,
    visit: &Visit,
    desk: &Desk,
    facts: &EntryFacts,
    error: Option<String>,
    done: Option<&str>,
) -> Result<Response, Trouble> {
    let (entry, status) = (&facts.row.entry, facts.row.status);
    let mut told = vec![("Entered", moment(&entry.registered_at))];
    if let Some(at) = entry.confirmed_at {
        told.push(("Confirmed", moment(&at)));
    }
    if let Some(position) = facts.waiting {
        told.push(("Waits at", position.to_string()));
    }
    if let Some(due) = entry.payment_due_at.filter(|_| status == EntryStatus::Pending) {
        told.push(("To be paid by", moment(&due)));
    }
    if entry.has_fee_waiver {
        told.push(("Fee", format!("waived: {}", entry.waiver_reason)));
    }
    if let Some(seed) = entry.seed {
        told.push(("Seed", seed.to_string()));
    }
    if let Some(at) = entry.checked_in_at.filter(|_| entry.checked_in) {
        told.push(("Checked in", moment(&at)));
    }
    let player = |player: &::tournaments::model::entry_player::Model| Player {
        name: player.display_name.clone(),
        game_id: player.game_id.clone(),
        role: player.player_role.clone(),
        captain: player.is_captain,
        substitute: player.is_substitute,
    };
    let paid = |payment: &::tournaments::model::payment::Model| Paid {
        id: payment.id,
        how: method(payment),
        amount: amount(payment),
        status: PaymentStatus::parse(&payment.status).map_or("", |status| status.label()),
        reference: payment.transaction_id.clone(),
    };
    let offered = Decision::ALL.into_iter().filter(|decision| {
        desk.may(decision.act()) && decision.fits(desk) && target(status, decision.step()).is_some()
    });
    let buttons = offered.map(|decision| Button {
        act: decision.word(),
        label: decision.label(),
        danger: decision != Decision::Reinstate,
    });
    let (may_check_in, may_check_out) = checks(desk, entry, status);
    let (layout, mut frame) = frame(shared, visit, desk, "entries", done).await?;
    frame.live = error.is_none();
    Ok(pages::show(&Page {
        layout,
        frame,
        id: entry.id,
        name: entry.display_name.clone(),
        status: status.label(),
        class: class_of(status),
        facts: told,
        players: facts.row.players.iter().map(player).collect(),
        answers: answers(desk, facts),
        payments: facts.payments.iter().map(paid).collect(),
        sees_payments: desk.may(Act::VerifyPayments),
        notes: entry.notes.clone(),
        buttons: buttons.collect(),
        may_check_in,
        may_check_out,
        error,
    }))
}

pub(crate) async fn show(
    State(shared): State<Shared>,
    visit: Visit,
    Path((slug, id)): Path<(String, i64)>,
    Query(Done { done }): Query<Done>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[Act::SeeEntries]).await?;
    let facts = facts(&shared, &visit, &desk, id).await?;
    page(&shared, &visit, &desk, &facts, None, done.as_deref()).await
}

/// A file that was given as an answer of the form.
pub(crate) async fn file(
    State(shared): State<Shared>,
    visit: Visit,
    Path((slug, id, key)): Path<(String, i64, String)>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[Act::SeeEntries]).await?;
    let facts = facts(&shared, &visit, &desk, id).await?;
    let question =
        desk.facts.questions.iter().find(|question| question.field_key == key && question.field_type == "media");
    let token = question.map(|_| plain(&facts.row.entry.registration_data["custom_fields"][&key]));
    upload::hand_out(&shared, &token.unwrap_or_default()).await
}

/// The receipt of a payment.
pub(crate) async fn receipt(
    State(shared): State<Shared>,
    visit: Visit,
    Path((slug, id, payment)): Path<(String, i64, i64)>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[Act::VerifyPayments]).await?;
    let facts = facts(&shared, &visit, &desk, id).await?;
    let found = facts.payments.iter().find(|row| row.id == payment).map(|row| row.payment_proof.clone());
    upload::hand_out(&shared, &found.unwrap_or_default()).await
}

pub(crate) async fn check_in(
    State(shared): State<Shared>,
    visit: Visit,
    Path((slug, id)): Path<(String, i64)>,
    Form(typed): Form<Typed>,
) -> Result<Response, Trouble> {
    set_there(&shared, &visit, &slug, id, true, &typed).await
}

pub(crate) async fn check_out(
    State(shared): State<Shared>,
    visit: Visit,
    Path((slug, id)): Path<(String, i64)>,
    Form(typed): Form<Typed>,
) -> Result<Response, Trouble> {
    set_there(&shared, &visit, &slug, id, false, &typed).await
}

async fn set_there(
    shared: &Shared,
    visit: &Visit,
    slug: &str,
    id: i64,
    there: bool,
    typed: &Typed,
) -> Result<Response, Trouble> {
    let desk = open(shared, visit, slug, &[Act::CheckInOthers]).await?;
    let entry = facts(shared, visit, &desk, id).await?;
    let cx = visit.cx(shared);
    let set = shared.db.write(|tx| async move {
        let set = if there { check_ins::check_in(&tx, &cx, id).await } else { check_ins::undo(&tx, &cx, id).await };
        set.map_err(Stop::from)
    });
    match set.await {
        Ok(_) => {
            let done = if there { "checked-in" } else { "checked-out" };
            // Back to where the button was: the list as it was looked at, or the entry.
            let back = typed.get("back");
            let back = if back.starts_with('?') && back.chars().all(|c| c.is_ascii_graphic()) {
                format!("{}{back}&done={done}#entry-{id}", desk.path("entries"))
            } else {
                format!("{}?done={done}", desk.path(&format!("entries/{id}")))
            };
            Ok(see_other(&back))
        }
        Err(stop) => Ok(unprocessable(page(shared, visit, &desk, &entry, Some(stop.said()?), None).await?)),
    }
}

async fn asked(
    shared: &Shared,
    visit: &Visit,
    desk: &Desk,
    facts: &EntryFacts,
    decision: Decision,
    reason: &str,
    error: Option<String>,
) -> Result<Response, Trouble> {
    let name = &facts.row.entry.display_name;
    let fee = desk.tournament().has_entry_fee;
    let (title, mut text) = match decision {
        Decision::Reject => (
            format!("Reject {name}?"),
            vec!["The entry ends, and its people read why. Its place goes to who waits longest.".to_owned()],
        ),
        Decision::Withdraw => (
            format!("Withdraw {name}?"),
            vec![
                "The entry is given up for them; they can enter again. Its place goes to who waits longest.".to_owned(),
            ],
        ),
        Decision::Disqualify => {
            let mut text = vec!["The entry is taken out for what somebody did, and its people read why. Its players cannot enter again.".to_owned()];
            if desk.tournament().total_matches > 0 {
                text.push(
                    "In a published bracket its open and later matches are walkovers; what it has played stands."
                        .to_owned(),
                );
            }
            (format!("Disqualify {name}?"), text)
        }
        Decision::Reinstate => {
            (format!("Let {name} in again?"), vec!["It plays again, when a place is free.".to_owned()])
        }
    };
    if fee {
        text.push(match decision {
            Decision::Disqualify => "Its fee is kept.".to_owned(),
            Decision::Reinstate => "Its fee is owed as before.".to_owned(),
            _ => "A fee in coins goes back at once; one in money shows among the payments that are to be given back."
                .to_owned(),
        });
    }
    let label = match decision {
        Decision::Reject | Decision::Disqualify => "Why? Its people read it.",
        Decision::Withdraw | Decision::Reinstate => "A note, if you like",
    };
    let question = Question {
        title,
        text,
        action: desk.path(&format!("entries/{}/do/{}", facts.row.entry.id, decision.word())),
        button: decision.label().trim_end_matches('…').to_owned(),
        danger: decision != Decision::Reinstate,
        back: desk.path(&format!("entries/{}", facts.row.entry.id)),
        reason: Some((label, reason.to_owned())),
        ..Question::default()
    };
    ask(shared, visit, desk, "entries", question, error).await
}

pub(crate) async fn question(
    State(shared): State<Shared>,
    visit: Visit,
    Path((slug, id, act)): Path<(String, i64, String)>,
) -> Result<Response, Trouble> {
    let decision = Decision::find(&act)?;
    let desk = open(&shared, &visit, &slug, &[decision.act()]).await?;
    let facts = facts(&shared, &visit, &desk, id).await?;
    asked(&shared, &visit, &desk, &facts, decision, "", None).await
}

pub(crate) async fn decide(
    State(shared): State<Shared>,
    visit: Visit,
    Path((slug, id, act)): Path<(String, i64, String)>,
    Form(typed): Form<Typed>,
) -> Result<Response, Trouble> {
    let decision = Decision::find(&act)?;
    let desk = open(&shared, &visit, &slug, &[decision.act()]).await?;
    let facts = facts(&shared, &visit, &desk, id).await?;
    let (cx, reason) = (visit.cx(&shared), typed.get("reason"));
    let done = shared.db.write(|tx| async move {
        let decided = match decision {
            Decision::Reject => entries::reject(&tx, &cx, id, reason).await,
            Decision::Disqualify => entries::disqualify(&tx, &cx, id, reason).await,
            Decision::Withdraw => entries::withdraw(&tx, &cx, id, reason).await,
            Decision::Reinstate => entries::reinstate(&tx, &cx, id, reason).await,
        };
        decided.map_err(Stop::from)
    });
    match done.await {
        Ok(_) => Ok(see_other(&format!("{}?done={}", desk.path(&format!("entries/{id}")), decision.word()))),
        Err(stop) => asked(&shared, &visit, &desk, &facts, decision, reason, Some(stop.said()?)).await,
    }
}
