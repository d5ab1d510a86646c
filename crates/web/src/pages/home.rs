//! The home page: what this is, how much life is in it, what waits for whoever looks, and the way in.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use ::tournaments::{
    rules::dispute::Reason,
    service::{
        duty,
        glance::{self, Totals},
        play,
        query::{self, Group, Search},
    },
};
use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};

use super::{
    desk,
    entry::{self, Todo},
    matches::{mine, row::Row},
    tournaments::card::Card,
};
use crate::{
    csrf::Csrf,
    error::Trouble,
    layout::{Layout, moment, number},
    session::Person,
    site::Shared,
};

/// How old the numbers and lists of the home page may be: a full house must not count itself at every look.
const FRESH: Duration = Duration::from_secs(5);
/// Tournaments in each list.
const CARDS: usize = 6;
/// Tournaments that are over.
const OVER: usize = 3;
/// Disputes, and payments, that wait for somebody's duty.
const DUTIES: usize = 5;

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

/// Something to do, about an entry, a dispute or a payment.
struct Waiting {
    name: String,
    path: String,
    todo: Todo,
}

/// What waits for somebody.
#[derive(Default)]
struct Mine {
    todos: Vec<Waiting>,
    matches: Vec<Row>,
    /// Whether more waits for their duty than is shown.
    more: bool,
}

async fn mine(shared: &Shared, person: &Person) -> Result<Mine, Trouble> {
    let user = person.0.user.id;
    let entries = query::own_entries(shared.db.read(), user, shared.clock.now(), None).await?;
    let waiting = entries.into_iter().filter_map(|own| {
        let todo = entry::todo(&own.tournament, &own.entry, own.next);
        let path = format!("/tournaments/{}", own.tournament.slug);
        todo.urgent.then_some(Waiting { name: own.tournament.name, path, todo })
    });
    let mut todos: Vec<Waiting> = waiting.take(3).collect();
    let more = on_duty(shared, person, &mut todos).await?;
    let (mut matches, later) = mine::open(shared, user).await?;
    matches.extend(later);
    matches.truncate(3);
    Ok(Mine { todos, matches, more })
}

/// Adds what waits for somebody's duty; answers whether there is more.
async fn on_duty(shared: &Shared, person: &Person, todos: &mut Vec<Waiting>) -> Result<bool, Trouble> {
    let due = duty::due(shared.db.read(), &person.0.actor(), DUTIES as u64 + 1).await?;
    let titles = play::titles(&shared.db, &due.disputes.iter().map(|(_, row)| row).collect::<Vec<_>>()).await?;
    let new = |name: String, path: String, (title, button): (&str, &'static str), text: String| Waiting {
        todo: Todo { title: title.to_owned(), text, link: Some((button, path.clone())), urgent: true },
        name,
        path,
    };
    for (dispute, row) in due.disputes.iter().take(DUTIES) {
        let Some(tournament) = due.tournaments.get(&row.tournament_id) else { continue };
        let name = format!("{} against {}", row.participant1_name, row.participant2_name);
        let path = format!("/organize/{}/disputes/{}/{}", tournament.slug, row.id, dispute.id);
        let why = Reason::parse(&dispute.reason).map_or("Other", |reason| reason.label());
        let title = titles.get(&row.id).map_or("", String::as_str);
        let text = format!("{why}, in {}, {title}, since {}.", tournament.name, moment(&dispute.created_at));
        todos.push(new(name, path, ("Settle a dispute", "Settle it"), text));
    }
    for (payment, entry) in due.payments.iter().take(DUTIES) {
        let Some(tournament) = due.tournaments.get(&entry.tournament_id) else { continue };
        let path = format!("/organize/{}/payments?open={}#payment", tournament.slug, payment.id);
        let (amount, sent) = (desk::amount(payment), moment(&payment.submitted_at));
        let text = format!("{amount} for {}, sent {sent}.", tournament.name);
        todos.push(new(entry.display_name.clone(), path, ("Check a payment", "Check it"), text));
    }
    Ok(due.disputes.len() > DUTIES || due.payments.len() > DUTIES)
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
        Some(person) => mine(shared, person).await?,
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
