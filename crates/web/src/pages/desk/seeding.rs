//! The seeds of a tournament: given by hand as numbers or place by place, by ranking, by lot, by the order of entry.
//!
//! The whole list is in the form: whatever button is pressed, numbers that were typed are not lost.

use ::tournaments::{
    rules::{access::Act, entry::EntryStatus, seeding::Method, status::Status},
    service::{
        draw::{self, Seeds},
        query::EntryRow,
    },
};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};

use super::{
    Desk, Done, Errors, Typed, Visit,
    entries::all,
    frame::{Frame, frame},
    open, see_other,
    stop::Stop,
    unprocessable,
};
use crate::{csrf::Form, error::Trouble, layout::Layout, pages, site::Shared};

struct Row {
    id: i64,
    name: String,
    seed: String,
    place: usize,
    last: bool,
}

#[derive(Template)]
#[template(path = "desk/seeding.html")]
struct Page {
    layout: Layout,
    frame: Frame,
    rows: Vec<Row>,
    published: bool,
    errors: Errors,
    /// Whether only those who are there are seeded now.
    only_there: bool,
}

/// The entries that are seeded, best seed first, then in the order in which they were made.
async fn seeded(shared: &Shared, desk: &Desk) -> Result<Vec<EntryRow>, Trouble> {
    let mut rows = all(shared, desk.id(), &[EntryStatus::Confirmed]).await?;
    if only_there(shared, desk) {
        rows.retain(|row| row.entry.checked_in);
    }
    rows.sort_by_key(|row| (row.entry.seed.unwrap_or(i32::MAX), row.entry.registered_at, row.entry.id));
    Ok(rows)
}

/// Whether only those are seeded and drawn who are there: once play is due, who has not come has lost the place.
pub(super) fn only_there(shared: &Shared, desk: &Desk) -> bool {
    let tournament = desk.tournament();
    let due = shared.clock.now() >= tournament.tournament_start;
    tournament.enable_check_in && desk.status() == Status::CheckIn && due
}

async fn page(
    shared: &Shared,
    visit: &Visit,
    desk: &Desk,
    typed: &Typed,
    errors: Errors,
    done: Option<&str>,
) -> Result<Response, Trouble> {
    let entries = seeded(shared, desk).await?;
    let count = entries.len();
    let row = |(at, row): (usize, &EntryRow)| Row {
        id: row.entry.id,
        name: row.entry.display_name.clone(),
        seed: match typed.find(&format!("seed_{}", row.entry.id)) {
            Some(typed) => typed.to_owned(),
            None => row.entry.seed.map(|seed| seed.to_string()).unwrap_or_default(),
        },
        place: at + 1,
        last: at + 1 == count,
    };
    let published = draw::is_published(shared.db.read(), desk.id()).await?;
    let (layout, frame) = frame(shared, visit, desk, "seeding", done).await?;
    Ok(pages::show(&Page {
        layout,
        frame,
        rows: entries.iter().enumerate().map(row).collect(),
        published,
        errors,
        only_there: only_there(shared, desk),
    }))
}

pub(crate) async fn show(
    State(shared): State<Shared>,
    visit: Visit,
    Path(slug): Path<String>,
    Query(Done { done }): Query<Done>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[Act::Seed]).await?;
    page(&shared, &visit, &desk, &Typed::default(), Errors::default(), done.as_deref()).await
}

/// The order that was typed: by number; who has none comes after those who have one, as listed. `now` is the list as
/// it stands.
fn order(typed: &Typed, now: &[i64]) -> Result<Vec<i64>, Errors> {
    let mut errors = Errors::default();
    let mut numbered: Vec<(u32, usize, i64)> = Vec::with_capacity(now.len());
    for (at, id) in now.iter().enumerate() {
        let name = format!("seed_{id}");
        let text = typed.get(&name).trim();
        let seed = match text.parse::<u32>() {
            Ok(seed) if seed > 0 => seed,
            _ if text.is_empty() => u32::MAX,
            _ => {
                errors.say(&*name, "Write a number from 1.");
                continue;
            }
        };
        if seed != u32::MAX && numbered.iter().any(|(other, ..)| *other == seed) {
            errors.say(&*name, format!("Seed {seed} is given twice."));
        }
        numbered.push((seed, at, *id));
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    numbered.sort_unstable();
    Ok(numbered.into_iter().map(|(.., id)| id).collect())
}

pub(crate) async fn save(
    State(shared): State<Shared>,
    visit: Visit,
    Path(slug): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[Act::Seed]).await?;
    let now: Vec<i64> = seeded(&shared, &desk).await?.iter().map(|row| row.entry.id).collect();
    let mut order = match order(&typed, &now) {
        Ok(order) => order,
        Err(errors) => return Ok(unprocessable(page(&shared, &visit, &desk, &typed, errors, None).await?)),
    };
    let mut mark = String::new();
    for (name, back) in [("up", true), ("down", false)] {
        let Some(at) = typed.number::<i64>(name).and_then(|id| order.iter().position(|one| *one == id)) else {
            continue;
        };
        let to = if back { at.saturating_sub(1) } else { (at + 1).min(order.len() - 1) };
        order.swap(at, to);
        mark = format!("#entry-{}", order[to]);
    }
    let (cx, id, order) = (visit.cx(&shared), desk.id(), &order);
    let saved = shared
        .db
        .write(|tx| async move { draw::seed(&tx, &cx, id, Seeds::Listed(order.clone())).await.map_err(Stop::from) })
        .await;
    match saved {
        Ok(_) => Ok(see_other(&format!("{}?done=seeded{mark}", desk.path("seeding")))),
        Err(stop) => {
            let errors = Errors::one("page", stop.said()?);
            Ok(unprocessable(page(&shared, &visit, &desk, &typed, errors, None).await?))
        }
    }
}

pub(crate) async fn by(
    State(shared): State<Shared>,
    visit: Visit,
    Path(slug): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[Act::Seed]).await?;
    let text = match Method::parse(typed.get("method")) {
        None => "Choose how to seed.".to_owned(),
        Some(method) => {
            let (cx, id) = (visit.cx(&shared), desk.id());
            let saved = shared
                .db
                .write(|tx| async move { draw::seed(&tx, &cx, id, Seeds::By(method)).await.map_err(Stop::from) })
                .await;
            match saved {
                Ok(_) => return Ok(see_other(&format!("{}?done=seeded", desk.path("seeding")))),
                Err(stop) => stop.said()?,
            }
        }
    };
    let errors = Errors::one("page", text);
    Ok(unprocessable(page(&shared, &visit, &desk, &Typed::default(), errors, None).await?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(seeds: &[(i64, &str)]) -> Typed {
        let mut typed = Typed::default();
        for (id, seed) in seeds {
            typed.set(format!("seed_{id}"), *seed);
        }
        typed
    }

    #[test]
    fn numbers_make_an_order() {
        for (seeds, expected) in [
            (vec![(7, "1"), (8, "2"), (9, "3")], vec![7, 8, 9]),
            (vec![(7, "30"), (8, "20"), (9, " 10 ")], vec![9, 8, 7]),
            (vec![(7, ""), (8, ""), (9, "1")], vec![9, 7, 8]),
            (vec![], vec![7, 8, 9]),
        ] {
            assert_eq!(order(&typed(&seeds), &[7, 8, 9]), Ok(expected), "{seeds:?}");
        }
        for (seeds, wrong) in
            [(vec![(7, "1"), (8, "1"), (9, "2")], "seed_8"), (vec![(7, "0")], "seed_7"), (vec![(9, "first")], "seed_9")]
        {
            let errors = order(&typed(&seeds), &[7, 8, 9]).expect_err("it is wrong");
            assert!(errors.at(wrong).is_some(), "{seeds:?}");
        }
    }
}
