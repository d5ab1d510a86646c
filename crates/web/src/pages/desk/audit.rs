//! The audit log of a tournament: who did what when, filtered, taken away as a file, and its chain checked.

use ::tournaments::{
    audit::Action,
    model::audit_log::Model as Entry,
    rules::access::Act,
    service::log::{self, Filter},
};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use chrono::{Days, NaiveDate};
use serde::Deserialize;
use serde_json::Value;

use super::{
    Choice, Desk, Nothing, Visit,
    frame::{Frame, frame},
    open,
    sheet::download,
    stop::Stop,
};
use crate::{
    csrf::Form,
    error::Trouble,
    layout::{Layout, machine, moment},
    pages,
    site::Shared,
};

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Wanted {
    action: String,
    who: String,
    from: String,
    until: String,
    below: Option<i64>,
}

struct Line {
    id: i64,
    who: String,
    action: String,
    details: Vec<(String, String)>,
    when: String,
    when_machine: String,
    place: String,
}

#[derive(Template)]
#[template(path = "desk/audit.html")]
struct Page {
    layout: Layout,
    frame: Frame,
    lines: Vec<Line>,
    actions: Vec<Choice>,
    who: String,
    from: String,
    until: String,
    /// What is wrong with the filter.
    wrong: Option<String>,
    query: String,
    next: Option<i64>,
    /// What a check of the chain has found: whether it is sound, and in words.
    checked: Option<(bool, Vec<String>)>,
}

fn day(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d").ok()
}

/// What is looked for; or what is wrong with it.
async fn filter(shared: &Shared, wanted: &Wanted) -> Result<Result<Filter, String>, Trouble> {
    let mut filter =
        Filter { action: Action::ALL.iter().copied().find(|one| one.as_str() == wanted.action), ..Filter::default() };
    let who = wanted.who.trim().trim_start_matches('@');
    if !who.is_empty() {
        match accounts::service::people::by_name(&shared.db, who).await? {
            Some(person) => filter.user = Some(person.id),
            None => return Ok(Err(format!("There is nobody with the name {who}."))),
        }
    }
    let midnight = |day: NaiveDate| day.and_hms_opt(0, 0, 0).map(|at| at.and_utc());
    for (text, place, days) in [(&wanted.from, &mut filter.from, 0), (&wanted.until, &mut filter.until, 1)] {
        if text.trim().is_empty() {
            continue;
        }
        match day(text).and_then(|day| day.checked_add_days(Days::new(days))).and_then(midnight) {
            Some(at) => *place = Some(at),
            None => return Ok(Err("Write days as year-month-day, such as 2026-03-01.".to_owned())),
        }
    }
    Ok(Ok(filter))
}

fn details(metadata: &Value) -> Vec<(String, String)> {
    let plain = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    };
    let of = metadata.as_object().into_iter().flatten();
    let told = of.filter(|(name, _)| *name != "tournament_id");
    let told = told.map(|(name, value)| (name.replace('_', " "), plain(value))).filter(|(_, text)| !text.is_empty());
    // A list of all entries would bury the page; the file has it whole.
    told.map(|(name, text)| {
        let short = if text.chars().count() > 300 { text.chars().take(300).chain(['…']).collect() } else { text };
        (name, short)
    })
    .collect()
}

async fn page(
    shared: &Shared,
    visit: &Visit,
    desk: &Desk,
    wanted: &Wanted,
    checked: Option<(bool, Vec<String>)>,
) -> Result<Response, Trouble> {
    let (filter, wrong) = match filter(shared, wanted).await? {
        Ok(filter) => (filter, None),
        Err(wrong) => (Filter::default(), Some(wrong)),
    };
    let found = log::of_tournament(shared.db.read(), &visit.actor(), desk.tournament(), filter, wanted.below).await;
    let found = found.map_err(|refusal| Trouble::from(Stop::from(refusal)))?;
    let people: Vec<i64> = found.entries.iter().filter_map(|entry| entry.user_id).collect();
    let people = accounts::service::people::names(&shared.db, &people).await?;
    let line = |entry: &Entry| Line {
        id: entry.id,
        who: match entry.user_id {
            Some(id) => people.get(&id).cloned().unwrap_or_else(|| format!("account {id}")),
            None => "the program".to_owned(),
        },
        action: Action::ALL
            .iter()
            .find(|action| action.as_str() == entry.action)
            .map_or_else(|| entry.action.clone(), |action| action.label().to_owned()),
        details: details(&entry.metadata),
        when: moment(&entry.timestamp),
        when_machine: machine(&entry.timestamp),
        place: entry.ip_address.clone().unwrap_or_default(),
    };
    let mut actions = vec![Choice::new("", "Everything", &wanted.action)];
    actions.extend(Action::ALL.iter().map(|one| Choice::new(one.as_str(), one.label(), &wanted.action)));
    let pairs = [("action", &wanted.action), ("who", &wanted.who), ("from", &wanted.from), ("until", &wanted.until)];
    let (layout, frame) = frame(shared, visit, desk, "audit", None).await?;
    Ok(pages::show(&Page {
        layout,
        frame,
        lines: found.entries.iter().map(line).collect(),
        actions,
        who: wanted.who.clone(),
        from: wanted.from.clone(),
        until: wanted.until.clone(),
        wrong,
        // Texts always have such a form.
        query: serde_urlencoded::to_string(pairs).unwrap_or_default(),
        next: found.next,
        checked,
    }))
}

pub(crate) async fn list(
    State(shared): State<Shared>,
    visit: Visit,
    Path(slug): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[Act::SeeAudit]).await?;
    page(&shared, &visit, &desk, &wanted, None).await
}

/// The entries that fit, newest first, a line of JSON each.
pub(crate) async fn export(
    State(shared): State<Shared>,
    visit: Visit,
    Path(slug): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[Act::SeeAudit]).await?;
    let filter = filter(&shared, &wanted)
        .await?
        .map_err(|wrong| Trouble::refused(axum::http::StatusCode::UNPROCESSABLE_ENTITY, wrong))?;
    let (mut text, mut below) = (String::new(), None);
    loop {
        let found =
            log::of_tournament(shared.db.read(), &visit.actor(), desk.tournament(), filter.clone(), below).await;
        let found = found.map_err(|refusal| Trouble::from(Stop::from(refusal)))?;
        for entry in &found.entries {
            text.push_str(&log::as_line(entry));
            text.push('\n');
        }
        below = found.next;
        if below.is_none() {
            break;
        }
    }
    Ok(download(text, "application/x-ndjson", &format!("{}-audit.jsonl", desk.tournament().slug)))
}

/// Checks the chain of the whole log: an entry of this tournament can be trusted when the chain around it is sound.
pub(crate) async fn verify(
    State(shared): State<Shared>,
    visit: Visit,
    Path(slug): Path<String>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[Act::SeeAudit]).await?;
    let report = log::verify(shared.db.read(), None).await?;
    let mut words = vec![format!("{} entries of the whole log were checked.", report.rows)];
    if report.older > 0 {
        words.push(format!("{} are older than the chain; nothing can be said of them.", report.older));
    }
    words.extend(report.problems.iter().take(20).map(ToString::to_string));
    page(&shared, &visit, &desk, &Wanted::default(), Some((report.is_sound(), words))).await
}
