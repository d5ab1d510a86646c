//! The prizes of a tournament: worked out, held, paid, and money that was handed over.

use ::tournaments::{
    rules::{
        access::Act,
        prize::{Pool, by_place},
        status::Status,
    },
    service::{play, prize},
};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use chrono::TimeDelta;

use super::{
    Desk, Done, Errors, Nothing, Typed, Visit,
    ask::{Question, ask},
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
};

struct Row {
    id: i64,
    place: String,
    name: String,
    prize: String,
    status: &'static str,
    class: &'static str,
    reference: String,
    to_hand_over: bool,
}

#[derive(Template)]
#[template(path = "desk/prizes.html")]
struct Page {
    layout: Layout,
    frame: Frame,
    rows: Vec<Row>,
    /// What each place gets by the settings: place and prize.
    planned: Vec<(String, String)>,
    wrong: Option<String>,
    over: bool,
    paid: Option<String>,
    held_until: Option<String>,
    disputes: usize,
    may_pay: bool,
    typed: Typed,
    errors: Errors,
}

/// Coins and money in words.
fn words(coins: i64, amount: i64, currency: &str) -> String {
    let coins = (coins > 0).then(|| format!("{} coins", number(coins)));
    let money = (amount > 0).then(|| format!("{} {currency}", money::show(amount)));
    let parts: Vec<String> = [coins, money].into_iter().flatten().collect();
    if parts.is_empty() { "nothing".to_owned() } else { parts.join(" and ") }
}

fn place(first: i32, last: i32) -> String {
    if first == last { first.to_string() } else { format!("{first}–{last}") }
}

fn planned(desk: &Desk) -> Result<Vec<(String, String)>, String> {
    let tournament = desk.tournament();
    let pool = Pool { coins: tournament.prize_deltacoin, money: tournament.prize_pool };
    let shares = by_place(&tournament.prize_distribution, pool).map_err(|bad| bad.to_string())?;
    let last = shares.coins.len().max(shares.money.len());
    let of = |shares: &[i64], at: usize| shares.get(at).copied().unwrap_or(0);
    let row = |at: usize| {
        let prize = words(of(&shares.coins, at), of(&shares.money, at), &tournament.prize_currency);
        ((at + 1).to_string(), prize)
    };
    Ok((0..last).map(row).collect())
}

async fn page(
    shared: &Shared,
    visit: &Visit,
    desk: &Desk,
    typed: Typed,
    errors: Errors,
    done: Option<&str>,
) -> Result<Response, Trouble> {
    let tournament = desk.tournament();
    let row = |prize: &play::Prize| {
        let award = &prize.award;
        let (status, class) = match award.status.as_str() {
            "held" => ("Held", "wait"),
            "to_hand_over" => ("Money to be handed over", "info"),
            "paid" => ("Paid", "open"),
            _ => ("Withdrawn", "off"),
        };
        Row {
            id: award.id,
            place: place(award.place, award.through),
            name: prize.name.clone(),
            prize: words(award.coins, award.amount, &award.currency),
            status,
            class,
            reference: award.reference.clone(),
            to_hand_over: award.status == "to_hand_over",
        }
    };
    let rows = play::prizes(&shared.db, desk.id()).await?.iter().map(row).collect();
    let cx = visit.cx(shared);
    let over = desk.status() == Status::Completed;
    let disputes =
        if over { play::dispute_queue(&shared.db, &cx, Some(tournament), None, 200).await?.len() } else { 0 };
    let window = TimeDelta::minutes(i64::from(tournament.dispute_window_minutes));
    let until = tournament.completed_at.and_then(|at| at.checked_add_signed(window));
    let waits = tournament.prizes_paid_at.is_none();
    let (planned, wrong) = match planned(desk) {
        Ok(planned) => (planned, None),
        Err(wrong) => (Vec::new(), Some(wrong)),
    };
    let (layout, frame) = frame(shared, visit, desk, "prizes", done).await?;
    Ok(pages::show(&Page {
        layout,
        frame,
        rows,
        planned,
        wrong,
        over,
        paid: tournament.prizes_paid_at.as_ref().map(moment),
        held_until: until.filter(|until| waits && *until > shared.clock.now()).as_ref().map(moment),
        disputes,
        may_pay: over && waits,
        typed,
        errors,
    }))
}

pub(crate) async fn show(
    State(shared): State<Shared>,
    visit: Visit,
    Path(slug): Path<String>,
    Query(Done { done }): Query<Done>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[Act::PayPrizes]).await?;
    page(&shared, &visit, &desk, Typed::default(), Errors::default(), done.as_deref()).await
}

pub(crate) async fn award(
    State(shared): State<Shared>,
    visit: Visit,
    Path(slug): Path<String>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[Act::PayPrizes]).await?;
    let (cx, id) = (visit.cx(&shared), desk.id());
    let done =
        shared.db.write(|tx| async move { prize::award(&tx, &cx, id).await.map(drop).map_err(Stop::from) }).await;
    match done {
        Ok(()) => Ok(see_other(&format!("{}?done=awarded", desk.path("prizes")))),
        Err(stop) => {
            let errors = Errors::one("page", stop.said()?);
            Ok(unprocessable(page(&shared, &visit, &desk, Typed::default(), errors, None).await?))
        }
    }
}

async fn asked(shared: &Shared, visit: &Visit, desk: &Desk, error: Option<String>) -> Result<Response, Trouble> {
    let prizes = play::prizes(&shared.db, desk.id()).await?;
    let line = |prize: &play::Prize| {
        let award = &prize.award;
        format!(
            "{}: {} gets {}",
            place(award.place, award.through),
            prize.name,
            words(award.coins, award.amount, &award.currency)
        )
    };
    let mut text =
        vec!["Coins go to the winners' wallets at once, and no result changes who gets them any more.".to_owned()];
    if prizes.iter().any(|prize| prize.award.amount > 0) {
        text.push("Money you hand over yourself, and note it here.".to_owned());
    }
    let question = Question {
        title: "Pay the prizes?".to_owned(),
        text,
        lines: prizes.iter().map(line).collect(),
        action: desk.path("prizes/pay"),
        button: "Pay the prizes".to_owned(),
        back: desk.path("prizes"),
        ..Question::default()
    };
    ask(shared, visit, desk, "prizes", question, error).await
}

pub(crate) async fn question(
    State(shared): State<Shared>,
    visit: Visit,
    Path(slug): Path<String>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[Act::PayPrizes]).await?;
    asked(&shared, &visit, &desk, None).await
}

pub(crate) async fn pay(
    State(shared): State<Shared>,
    visit: Visit,
    Path(slug): Path<String>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[Act::PayPrizes]).await?;
    let (cx, id) = (visit.cx(&shared), desk.id());
    let done = shared.db.write(|tx| async move { prize::pay(&tx, &cx, id).await.map(drop).map_err(Stop::from) }).await;
    match done {
        Ok(()) => Ok(see_other(&format!("{}?done=paid", desk.path("prizes")))),
        Err(stop) => asked(&shared, &visit, &desk, Some(stop.said()?)).await,
    }
}

pub(crate) async fn hand_over(
    State(shared): State<Shared>,
    visit: Visit,
    Path((slug, award)): Path<(String, i64)>,
    Form(typed): Form<Typed>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[Act::PayPrizes]).await?;
    let (cx, reference) = (visit.cx(&shared), typed.get("reference"));
    let done = shared
        .db
        .write(|tx| async move { prize::hand_over(&tx, &cx, award, reference).await.map_err(Stop::from) })
        .await;
    match done {
        Ok(()) => Ok(see_other(&format!("{}?done=handed-over", desk.path("prizes")))),
        Err(stop) => {
            let errors = Errors::one(format!("prize-{award}"), stop.said()?);
            Ok(unprocessable(page(&shared, &visit, &desk, typed.clone(), errors, None).await?))
        }
    }
}
