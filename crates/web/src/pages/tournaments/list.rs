//! The list of tournaments: by how far they have come, narrowed and searched.

use ::tournaments::{
    rules::settings::{Entrants, Format},
    service::query::{self, Group, Search},
};
use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use serde::{Deserialize, Serialize};

use super::{card::Card, visit::Visit};
use crate::{
    error::Trouble,
    layout::{Layout, cursor, position},
    pages::{self, teams::Choice},
    site::Shared,
};

/// What is looked for, as it stands in an address.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct Wanted {
    #[serde(skip_serializing_if = "String::is_empty")]
    q: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    state: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    game: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    format: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    fee: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    who: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    places: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    after: String,
}

/// The groups, as tabs: their words in addresses, and for people.
const GROUPS: [(&str, &str, Group); 6] = [
    ("", "All current", Group::Current),
    ("open", "Open for entry", Group::Open),
    ("upcoming", "Upcoming", Group::Upcoming),
    ("live", "In play", Group::Live),
    ("finished", "Finished", Group::Finished),
    ("cancelled", "Called off", Group::Cancelled),
];

impl Wanted {
    fn group(&self) -> (&'static str, &'static str, Group) {
        GROUPS.into_iter().find(|(word, ..)| *word == self.state).unwrap_or(GROUPS[0])
    }

    fn search(&self) -> Search {
        Search {
            text: self.q.chars().take(100).collect(),
            group: self.group().2,
            game: self.game.parse().ok(),
            format: Format::parse(&self.format),
            entrants: Entrants::parse(&self.who),
            free: match &*self.fee {
                "free" => Some(true),
                "paid" => Some(false),
                _ => None,
            },
            open_places: !self.places.is_empty(),
            ..Search::default()
        }
    }

    fn link(&self) -> Result<String, Trouble> {
        let query = serde_urlencoded::to_string(self).map_err(Trouble::internal)?;
        Ok(if query.is_empty() { "/tournaments".to_owned() } else { format!("/tournaments?{query}") })
    }

    /// Whether anything but the group is looked for.
    fn narrowed(search: &Search) -> bool {
        let plain = Search { group: search.group, text: search.text.trim().to_owned(), ..Search::default() };
        *search != plain || !plain.text.is_empty()
    }
}

struct Tab {
    href: String,
    label: &'static str,
    here: bool,
}

#[derive(Template)]
#[template(path = "tournaments/list.html")]
struct Page {
    layout: Layout,
    tabs: Vec<Tab>,
    wanted: Wanted,
    games: Vec<Choice>,
    formats: Vec<Choice>,
    fees: Vec<Choice>,
    entrants: Vec<Choice>,
    cards: Vec<Card>,
    next: Option<String>,
    first: bool,
    narrowed: bool,
    group: &'static str,
    /// The same group without anything that narrows it.
    all: String,
}

fn choices(all: &[(&str, &str)], chosen: &str) -> Vec<Choice> {
    all.iter().map(|(value, label)| Choice::new(*value, *label, chosen)).collect()
}

pub(crate) async fn show(
    State(shared): State<Shared>,
    visit: Visit,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Trouble> {
    let search = wanted.search();
    let after = position(Some(&wanted.after));
    let found = query::list(shared.db.read(), &search, after).await?;
    let games = query::games(shared.db.read()).await?;
    let now = shared.clock.now();
    let next = match found.next {
        Some(next) => Some(Wanted { after: cursor(next), ..wanted.clone() }.link()?),
        None => None,
    };
    let (word, label, _) = wanted.group();
    let tab = |(state, label, _): (&'static str, &'static str, Group)| {
        let href = Wanted { state: state.to_owned(), after: String::new(), ..wanted.clone() }.link()?;
        Ok(Tab { href, label, here: state == word })
    };
    let formats: Vec<_> = Format::ALL.iter().map(|format| (format.as_str(), format.label())).collect();
    let games = games.into_iter().map(|game| Choice::new(game.id.to_string(), game.name, &wanted.game)).collect();
    Ok(pages::show(&Page {
        layout: Layout::of(&shared, visit.person.as_ref(), &visit.csrf, "tournaments").await?,
        tabs: GROUPS.into_iter().map(tab).collect::<Result<_, Trouble>>()?,
        games,
        formats: choices(&formats, &wanted.format),
        fees: choices(&[("free", "Free"), ("paid", "With a fee")], &wanted.fee),
        entrants: choices(&[("team", "Teams"), ("solo", "Single players")], &wanted.who),
        cards: found.cards.iter().map(|card| Card::of(card, now)).collect(),
        next,
        first: after.is_none(),
        narrowed: Wanted::narrowed(&search),
        group: label,
        all: Wanted { state: word.to_owned(), ..Wanted::default() }.link()?,
        wanted,
    }))
}
