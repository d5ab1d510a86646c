//! All entries of a person: those with something to do first.

use ::tournaments::{
    model::{registration, tournament},
    rules::entry::Next,
    service::query::{self, ENTRIES, OwnEntry},
};
use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use serde::Deserialize;

use super::{Todo, badge, status, status_words, todo};
use crate::{
    csrf::Csrf,
    error::Trouble,
    layout::{Layout, machine, moment},
    pages,
    session::Person,
    site::Shared,
};

#[derive(Deserialize)]
pub(crate) struct Below {
    below: Option<String>,
}

struct Row {
    slug: String,
    tournament: String,
    name: String,
    status: &'static str,
    badge: &'static str,
    starts: String,
    starts_machine: String,
    todo: Todo,
}

#[derive(Template)]
#[template(path = "entry/mine.html")]
struct Page {
    layout: Layout,
    /// To be done now, to wait for, over.
    groups: Vec<(&'static str, Vec<Row>)>,
    next: Option<i64>,
    first: bool,
}

/// Which group an entry belongs to.
const fn group(next: &Next) -> usize {
    match next {
        Next::Pay { .. } | Next::CheckIn { .. } | Next::Play => 0,
        Next::Nothing => 2,
        _ => 1,
    }
}

/// By when something is to be done, for the order.
fn due(own: &OwnEntry) -> chrono::DateTime<chrono::Utc> {
    match own.next {
        Next::Pay { by: Some(by) } | Next::CheckIn { by } => by,
        _ => own.tournament.tournament_start,
    }
}

fn row(tournament: &tournament::Model, entry: &registration::Model, next: Next) -> Row {
    let state = status(entry);
    Row {
        slug: tournament.slug.clone(),
        tournament: tournament.name.clone(),
        name: entry.display_name.clone(),
        status: status_words(state),
        badge: badge(state),
        starts: moment(&tournament.tournament_start),
        starts_machine: machine(&tournament.tournament_start),
        todo: todo(tournament, entry, next),
    }
}

pub(crate) async fn show(
    State(shared): State<Shared>,
    person: Person,
    csrf: Csrf,
    Query(Below { below }): Query<Below>,
) -> Result<Response, Trouble> {
    let below = below.and_then(|id| id.parse().ok());
    let mut own = query::own_entries(shared.db.read(), person.0.user.id, shared.clock.now(), below).await?;
    let next = own.last().map(|last| last.entry.id).filter(|_| own.len() as u64 >= ENTRIES);
    own.sort_by_key(|own| (group(&own.next), due(own), -own.entry.id));
    let mut groups = vec![("To do now", Vec::new()), ("Waiting", Vec::new()), ("Over", Vec::new())];
    for own in &own {
        if let Some((_, rows)) = groups.get_mut(group(&own.next)) {
            rows.push(row(&own.tournament, &own.entry, own.next));
        }
    }
    // The last that were over stand first.
    if let Some((_, over)) = groups.last_mut() {
        over.reverse();
    }
    groups.retain(|(_, rows)| !rows.is_empty());
    Ok(pages::show(&Page {
        layout: Layout::of(&shared, Some(&person), &csrf, "entries").await?,
        groups,
        next,
        first: below.is_none(),
    }))
}
