//! What a tournament gives, and who got it.

use ::tournaments::{
    Tournament,
    rules::prize::{ByPlace, Pool, by_place},
    service::play::{self, Prize},
};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};

use super::{
    card::amounts,
    frame::{Action, Frame, find, frame},
    visit::Visit,
    when::When,
};
use crate::{error::Trouble, layout::Layout, pages, site::Shared};

/// What a place gets, or each of several.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Share {
    pub(super) place: String,
    pub(super) prize: String,
    pub(super) each: bool,
}

struct Won {
    place: String,
    name: String,
    prize: String,
    status: &'static str,
    class: &'static str,
}

#[derive(Template)]
#[template(path = "tournaments/prizes.html")]
struct Page {
    layout: Layout,
    frame: Frame,
    shares: Vec<Share>,
    won: Vec<Won>,
    paid: Option<When>,
    teams: bool,
    coins: bool,
    money: bool,
    /// How long results can be disputed before anything is paid, in minutes.
    window: i32,
}

/// `1`, or `3–4`.
fn places(from: usize, through: usize) -> String {
    if from == through { from.to_string() } else { format!("{from}–{through}") }
}

/// What each place gets; neighbours that get the same stand together.
pub(super) fn shares(tournament: &Tournament) -> Vec<Share> {
    let pool = Pool { coins: tournament.prize_deltacoin, money: tournament.prize_pool };
    // A distribution that cannot be read was refused before the tournament was published.
    let ByPlace { coins, money } = by_place(&tournament.prize_distribution, pool).unwrap_or_default();
    let of = |place: usize| (money.get(place).copied().unwrap_or(0), coins.get(place).copied().unwrap_or(0));
    let all: Vec<(usize, (i64, i64))> = (0..coins.len().max(money.len())).map(|place| (place, of(place))).collect();
    let share = |same: &[(usize, (i64, i64))]| {
        let (first, (money, coins)) = *same.first()?;
        let prize = amounts(money, &tournament.prize_currency, coins);
        Some(Share { place: places(first + 1, first + same.len()), each: same.len() > 1, prize })
    };
    let shares = all.chunk_by(|one, other| one.1 == other.1).filter_map(share);
    shares.filter(|share| !share.prize.is_empty()).collect()
}

fn won(prize: &Prize) -> Won {
    let award = &prize.award;
    let place = |place: i32| usize::try_from(place).unwrap_or(0);
    let (status, class) = match award.status.as_str() {
        "paid" => ("Paid", "done"),
        "to_hand_over" => ("Money is handed over", "wait"),
        _ => ("Held until results stand", "wait"),
    };
    Won {
        place: places(place(award.place), place(award.through)),
        name: prize.name.clone(),
        prize: amounts(award.amount, &award.currency, award.coins),
        status,
        class,
    }
}

pub(crate) async fn show(
    State(shared): State<Shared>,
    visit: Visit,
    Path(slug): Path<String>,
) -> Result<Response, Trouble> {
    let facts = find(&shared, &visit, &slug).await?;
    let (layout, frame) = frame(&shared, &visit, &facts, "prizes").await?;
    let tournament = &facts.card.tournament;
    let prizes = play::prizes(&shared.db, tournament.id).await?;
    Ok(pages::show(&Page {
        layout,
        frame,
        shares: shares(tournament),
        won: prizes.iter().map(won).collect(),
        paid: tournament.prizes_paid_at.map(|at| When::new(&at, shared.clock.now())),
        teams: super::card::by_team(tournament),
        coins: tournament.prize_deltacoin > 0,
        money: tournament.prize_pool > 0,
        window: tournament.dispute_window_minutes,
    }))
}
