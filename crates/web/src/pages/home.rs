//! The home page: what this is, how much life is in it, what waits for whoever looks, and the way in.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use ::tournaments::service::{
    glance::{self, Totals},
    play,
    query::{self, Group, Search},
};
use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};

use super::{
    entry::{self, Todo},
    matches::{mine, row::Row},
    tournaments::card::Card,
};
use crate::{
    csrf::Csrf,
    error::Trouble,
    layout::{Layout, number},
    session::Person,
    site::Shared,
};

/// How old the numbers and lists of the home page may be: a full house must not count itself at every look.
const FRESH: Duration = Duration::from_secs(5);
/// Tournaments in each list.
const CARDS: usize = 6;
/// Tournaments that are over.
const OVER: usize = 3;

/// What everybody sees on the home page, read from the database and kept for a few seconds.
#[derive(Default)]
pub(crate) struct Numbers(Mutex<Option<(Instant, Arc<Seen>)>>);

struct Seen {
    players: u64,
    coins: i64,
    awards: u64,
    totals: Totals,
    live: Vec<query::Card>,
    open: Vec<query::Card>,
    soon: Vec<query::Card>,
    /// With the name of who won.
    over: Vec<(query::Card, Option<String>)>,
}

impl Numbers {
    async fn get(&self, shared: &Shared) -> Result<Arc<Seen>, Trouble> {
        let kept = self.0.lock().ok().and_then(|kept| kept.clone());
        if let Some((_, seen)) = kept.filter(|(at, _)| at.elapsed() < FRESH) {
            return Ok(seen);
        }
        let seen = Arc::new(look(shared).await?);
        if let Ok(mut kept) = self.0.lock() {
            *kept = Some((Instant::now(), Arc::clone(&seen)));
        }
        Ok(seen)
    }
}

async fn group(shared: &Shared, group: Group, most: usize) -> Result<Vec<query::Card>, Trouble> {
    let search = Search { group, ..Search::default() };
    let mut cards = query::list(shared.db.read(), &search, None).await?.cards;
    cards.truncate(most);
    Ok(cards)
}

async fn look(shared: &Shared) -> Result<Seen, Trouble> {
    let economy = economy::service::totals(&shared.db).await?;
    let mut over = Vec::new();
    for card in group(shared, Group::Finished, OVER).await? {
        let standings = play::standings(&shared.db, card.tournament.id).await?;
        let winner = standings.and_then(|standings| {
            let first = standings.overall.rows.first().filter(|row| row.rank == 1 && !row.is_shared())?;
            standings.names.get(&first.entrant).map(|(_, name)| name.clone())
        });
        over.push((card, winner));
    }
    Ok(Seen {
        players: accounts::service::count_people(&shared.db).await?,
        coins: economy.coins,
        awards: economy.awards,
        totals: glance::totals(shared.db.read()).await?,
        live: group(shared, Group::Live, CARDS).await?,
        open: group(shared, Group::Open, CARDS).await?,
        soon: group(shared, Group::Upcoming, CARDS).await?,
        over,
    })
}

/// An entry with something to do.
struct Waiting {
    tournament: String,
    slug: String,
    todo: Todo,
}

/// What waits for somebody.
#[derive(Default)]
struct Mine {
    entries: Vec<Waiting>,
    matches: Vec<Row>,
}

async fn mine(shared: &Shared, user: i64) -> Result<Mine, Trouble> {
    let entries = query::own_entries(shared.db.read(), user, shared.clock.now(), None).await?;
    let waiting = entries.into_iter().filter_map(|own| {
        let todo = entry::todo(&own.tournament, &own.entry, own.next);
        todo.urgent.then_some(Waiting { tournament: own.tournament.name, slug: own.tournament.slug, todo })
    });
    let (mut matches, later) = mine::open(shared, user).await?;
    matches.extend(later);
    matches.truncate(3);
    Ok(Mine { entries: waiting.take(3).collect(), matches })
}

#[derive(Template)]
#[template(path = "home.html")]
struct Page {
    layout: Layout,
    players: String,
    coins: String,
    awards: String,
    tournaments: String,
    matches: String,
    live: Vec<Card>,
    open: Vec<Card>,
    soon: Vec<Card>,
    over: Vec<Card>,
    mine: Mine,
}

pub(crate) async fn show(State(shared): State<Shared>, person: Option<Person>, csrf: Csrf) -> Response {
    page(&shared, person.as_ref(), &csrf).await.unwrap_or_else(IntoResponse::into_response)
}

fn cards(cards: &[query::Card], now: DateTime<Utc>) -> Vec<Card> {
    cards.iter().map(|card| Card::of(card, now)).collect()
}

async fn page(shared: &Shared, person: Option<&Person>, csrf: &Csrf) -> Result<Response, Trouble> {
    let seen = shared.home.get(shared).await?;
    let now = shared.clock.now();
    let mine = match person {
        Some(person) => mine(shared, person.0.user.id).await?,
        None => Mine::default(),
    };
    let over = seen.over.iter().map(|(card, winner)| Card { winner: winner.clone(), ..Card::of(card, now) });
    Ok(super::show(&Page {
        layout: Layout::of(shared, person, csrf, "home").await?,
        players: number(seen.players),
        coins: number(seen.coins),
        awards: number(seen.awards),
        tournaments: number(seen.totals.tournaments),
        matches: number(seen.totals.matches),
        live: cards(&seen.live, now),
        open: cards(&seen.open, now),
        soon: cards(&seen.soon, now),
        over: over.collect(),
        mine,
    }))
}
