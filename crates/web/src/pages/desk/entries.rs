//! The entries of a tournament at its desk: found, filtered, counted, taken away as a file.

use ::tournaments::{
    Registration,
    rules::{access::Act, entry::EntryStatus},
    service::query::{self, EntryRow},
};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use serde::Deserialize;
use serde_json::Value;

use super::{
    Choice, Desk, Visit,
    frame::{Frame, frame},
    open,
    sheet::Sheet,
};
use crate::{
    error::Trouble,
    layout::{Layout, machine, moment},
    pages,
    site::Shared,
};

/// Entries on one page.
const PAGE: usize = 50;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Wanted {
    status: String,
    q: String,
    page: Option<usize>,
    done: Option<String>,
}

pub(super) struct Row {
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) status: &'static str,
    pub(super) class: &'static str,
    players: String,
    entered: String,
    entered_machine: String,
    seed: String,
    /// Its place among those who wait, from 1.
    position: Option<usize>,
    there: bool,
    may_check_in: bool,
    may_check_out: bool,
    due: Option<String>,
}

#[derive(Template)]
#[template(path = "desk/entries.html")]
struct Page {
    layout: Layout,
    frame: Frame,
    rows: Vec<Row>,
    statuses: Vec<Choice>,
    q: String,
    status: String,
    found: usize,
    before: Option<String>,
    after: Option<String>,
    teams: bool,
    checks_in: bool,
    there: usize,
    playing: i64,
    full: bool,
}

pub(super) const fn class_of(status: EntryStatus) -> &'static str {
    match status {
        EntryStatus::Pending | EntryStatus::PaymentSubmitted => "wait",
        EntryStatus::Confirmed => "open",
        EntryStatus::Waitlisted => "info",
        EntryStatus::Rejected | EntryStatus::NoShow | EntryStatus::Disqualified => "bad",
        EntryStatus::Cancelled => "off",
    }
}

/// All entries of a tournament in these states, in the order in which they were made.
pub(super) async fn all(shared: &Shared, id: i64, states: &[EntryStatus]) -> Result<Vec<EntryRow>, Trouble> {
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let (mut rows, next) = query::entries(shared.db.read(), id, states, after).await?;
        found.append(&mut rows);
        if next.is_none() {
            return Ok(found);
        }
        after = next;
    }
}

/// Whether what is looked for stands in the name of an entry or of one who plays for it.
fn fits(row: &EntryRow, wanted: &str) -> bool {
    let has = |text: &str| kernel::text::fold(text).contains(wanted);
    wanted.is_empty()
        || has(&row.entry.display_name)
        || row.players.iter().any(|player| has(&player.display_name) || has(&player.game_id))
}

fn states_of(status: &str) -> Vec<EntryStatus> {
    match EntryStatus::parse(status) {
        Some(status) => vec![status],
        None => EntryStatus::ALL.to_vec(),
    }
}

async fn found(shared: &Shared, desk: &Desk, wanted: &Wanted) -> Result<Vec<EntryRow>, Trouble> {
    let mut rows = all(shared, desk.id(), &states_of(&wanted.status)).await?;
    let text = kernel::text::fold(wanted.q.trim());
    rows.retain(|row| fits(row, &text));
    Ok(rows)
}

fn names(row: &EntryRow) -> String {
    let name = |player: &::tournaments::model::entry_player::Model| {
        let mut name = player.display_name.clone();
        if player.is_captain {
            name.push_str(" (captain)");
        }
        if player.is_substitute {
            name.push_str(" (substitute)");
        }
        name
    };
    row.players.iter().map(name).collect::<Vec<_>>().join(", ")
}

fn ids(row: &EntryRow) -> String {
    row.players.iter().map(|player| player.game_id.as_str()).collect::<Vec<_>>().join(", ")
}

/// Whether an entry can be checked in and out at the desk now.
pub(super) fn checks(desk: &Desk, entry: &Registration, status: EntryStatus) -> (bool, bool) {
    use EntryStatus::{Confirmed, NoShow, PaymentSubmitted, Waitlisted};
    let open = desk.status() == ::tournaments::rules::status::Status::CheckIn && desk.may(Act::CheckInOthers);
    let plays = matches!(status, Confirmed | PaymentSubmitted | Waitlisted);
    (open && ((plays && !entry.checked_in) || status == NoShow), open && plays && entry.checked_in)
}

fn query_of(wanted: &Wanted, page: usize) -> String {
    let pairs = [("status", wanted.status.clone()), ("q", wanted.q.clone()), ("page", page.to_string())];
    // Texts always have such a form.
    format!("?{}", serde_urlencoded::to_string(pairs).unwrap_or_default())
}

pub(crate) async fn list(
    State(shared): State<Shared>,
    visit: Visit,
    Path(slug): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[Act::SeeEntries]).await?;
    let entries = found(&shared, &desk, &wanted).await?;
    let waiting: Vec<i64> = if desk.facts.counts.waiting > 0 {
        let mut waiting = all(&shared, desk.id(), &[EntryStatus::Waitlisted]).await?;
        waiting.sort_by_key(|row| (row.entry.registered_at, row.entry.id));
        waiting.iter().map(|row| row.entry.id).collect()
    } else {
        Vec::new()
    };
    let there = entries.iter().filter(|row| row.entry.checked_in && row.status == EntryStatus::Confirmed).count();
    let teams = desk.tournament().participation_type == "team";
    let row = |row: &EntryRow| {
        let (may_check_in, may_check_out) = checks(&desk, &row.entry, row.status);
        Row {
            id: row.entry.id,
            name: row.entry.display_name.clone(),
            status: row.status.label(),
            class: class_of(row.status),
            // A single player is named by the entry itself.
            players: if teams { names(row) } else { ids(row) },
            entered: moment(&row.entry.registered_at),
            entered_machine: machine(&row.entry.registered_at),
            seed: row.entry.seed.map(|seed| seed.to_string()).unwrap_or_default(),
            position: waiting.iter().position(|id| *id == row.entry.id).map(|at| at + 1),
            there: row.entry.checked_in,
            may_check_in,
            may_check_out,
            due: row.entry.payment_due_at.filter(|_| row.status == EntryStatus::Pending).map(|due| moment(&due)),
        }
    };
    let page = wanted.page.unwrap_or(1).max(1);
    let first = (page - 1).saturating_mul(PAGE);
    let count = entries.len();
    let counts = &desk.facts.counts.by_state;
    let status = |status: &EntryStatus| {
        let number = counts.get(status).copied().unwrap_or(0);
        Choice::new(status.as_str(), format!("{} ({number})", status.label()), &wanted.status)
    };
    let mut statuses = vec![Choice::new("", "All", &wanted.status)];
    statuses.extend(EntryStatus::ALL.iter().map(status));
    let rows = entries.iter().skip(first).take(PAGE).map(row).collect();
    let (layout, mut frame) = frame(&shared, &visit, &desk, "entries", wanted.done.as_deref()).await?;
    frame.live = true;
    Ok(pages::show(&Page {
        layout,
        frame,
        rows,
        statuses,
        before: (page > 1).then(|| query_of(&wanted, page - 1)),
        after: (first + PAGE < count).then(|| query_of(&wanted, page + 1)),
        found: count,
        teams,
        checks_in: desk.tournament().enable_check_in,
        there,
        playing: counts.get(&EntryStatus::Confirmed).copied().unwrap_or(0),
        full: wanted.status.is_empty() && wanted.q.is_empty(),
        q: wanted.q,
        status: wanted.status,
    }))
}

/// A value of a form's data, as text.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        other => other.to_string(),
    }
}

pub(crate) async fn export(
    State(shared): State<Shared>,
    visit: Visit,
    Path(slug): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[Act::SeeEntries]).await?;
    let entries = found(&shared, &desk, &wanted).await?;
    let questions = &desk.facts.questions;
    let mut sheet = Sheet::default();
    let fixed = [
        "Entry",
        "Name",
        "Status",
        "Entered (UTC)",
        "Seed",
        "Checked in",
        "Players",
        "Game ids",
        "Phone",
        "Discord",
        "Notes",
    ];
    sheet.line(fixed.into_iter().chain(questions.iter().map(|question| question.field_name.as_str())));
    for row in &entries {
        let entry = &row.entry;
        let contact = |name: &str| plain(&entry.registration_data["contact"][name]);
        let mut cells = vec![
            entry.id.to_string(),
            entry.display_name.clone(),
            row.status.label().to_owned(),
            entry.registered_at.format("%Y-%m-%d %H:%M").to_string(),
            entry.seed.map(|seed| seed.to_string()).unwrap_or_default(),
            if entry.checked_in { "yes" } else { "no" }.to_owned(),
            names(row),
            ids(row),
            contact("phone"),
            contact("discord"),
            entry.notes.clone(),
        ];
        let answers = &entry.registration_data["custom_fields"];
        cells.extend(questions.iter().map(|question| plain(&answers[&question.field_key])));
        sheet.line(cells.iter().map(String::as_str));
    }
    Ok(sheet.response(&format!("{}-entries.csv", desk.tournament().slug)))
}
