//! One's own wallet: the balance, how it came about, and the same as a file.

use ::tournaments::{Tournament, service::glance};
use askama::Template;
use axum::{
    body::{Body, Bytes},
    extract::{Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, NaiveDate, Utc};
use economy::{Filter, Reason, Transaction};
use futures_util::stream;
use serde::{Deserialize, Serialize};

use super::teams::Choice;
use crate::{
    csrf::Csrf,
    error::Trouble,
    layout::{Layout, cursor, machine, moment, number, position},
    session::Person,
    site::Shared,
};

/// What is looked for, as it stands in an address.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct Wanted {
    #[serde(skip_serializing_if = "String::is_empty")]
    after: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    reason: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    from: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    until: String,
}

/// What is wrong with a day, beside its field.
type Wrong = Vec<(&'static str, &'static str)>;

impl Wanted {
    fn filter(&self) -> (Filter, Wrong) {
        let mut wrong = Wrong::new();
        let mut day = |field: &'static str, text: &str| {
            if text.is_empty() {
                return None;
            }
            let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
            if day.is_none() {
                wrong.push((field, "Write the day like 2026-11-23."));
            }
            day
        };
        let (first, last) = (day("from", &self.from), day("until", &self.until));
        if first > last && last.is_some() {
            wrong.push(("until", "The last day cannot be before the first one."));
        }
        let filter = Filter { reason: Reason::parse(&self.reason), ..Filter::default() };
        (filter.days(first, last), wrong)
    }

    fn narrowed(&self) -> bool {
        !(self.reason.is_empty() && self.from.is_empty() && self.until.is_empty())
    }

    fn query(&self) -> Result<String, Trouble> {
        serde_urlencoded::to_string(self).map_err(Trouble::internal)
    }
}

struct Row {
    when: String,
    when_machine: String,
    reason: String,
    note: String,
    /// Address and name of the tournament that it is about.
    tournament: Option<(String, String)>,
    amount: String,
    credit: bool,
    /// What was in the wallet then; unknown of the old platform's entries.
    balance: String,
}

impl Row {
    fn of(entry: &Transaction, tournament: Option<&Tournament>) -> Self {
        let sign = if entry.amount > 0 { "+" } else { "" };
        let reason = economy::service::reason_label(&entry.reason);
        Self {
            when: moment(&entry.created_at),
            when_machine: machine(&entry.created_at),
            reason: reason.to_owned(),
            // What an award is for stands there already.
            note: Some(entry.note.clone()).filter(|note| note != reason).unwrap_or_default(),
            tournament: tournament.map(|cup| (format!("/tournaments/{}", cup.slug), cup.name.clone())),
            amount: format!("{sign}{}", number(entry.amount)),
            credit: entry.amount > 0,
            balance: entry.balance_after.map(number).unwrap_or_default(),
        }
    }
}

#[derive(Template)]
#[template(path = "wallet.html")]
struct Page {
    layout: Layout,
    balance: String,
    rows: Vec<Row>,
    next: Option<String>,
    first: bool,
    wanted: Wanted,
    reasons: Vec<Choice>,
    narrowed: bool,
    wrong: Wrong,
    /// Address of the same as a file.
    file: String,
}

impl Page {
    fn error(&self, field: &str) -> Option<&str> {
        self.wrong.iter().find(|(name, _)| *name == field).map(|(_, text)| *text)
    }
}

/// The tournaments that entries are about.
async fn about<'a>(
    shared: &Shared,
    entries: impl Iterator<Item = &'a Transaction>,
) -> Result<std::collections::BTreeMap<i64, Tournament>, Trouble> {
    let mut ids: Vec<i64> = entries.filter_map(|entry| entry.tournament_id).collect();
    ids.sort_unstable();
    ids.dedup();
    Ok(glance::tournaments(shared.db.read(), &ids).await?)
}

pub(crate) async fn show(
    State(shared): State<Shared>,
    person: Person,
    csrf: Csrf,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Trouble> {
    let (db, clock) = (&shared.db, &*shared.clock);
    let profile = profiles::service::of_user(db, clock, &person.0.user).await?;
    let after = position(Some(&wanted.after));
    let (filter, wrong) = wanted.filter();
    let statement = economy::service::filtered(db, clock, profile.id, &filter, after).await?;
    let tournaments = about(&shared, statement.entries.iter()).await?;
    let of = |entry: &Transaction| entry.tournament_id.and_then(|id| tournaments.get(&id));
    let next = match statement.next {
        Some(next) => Some(Wanted { after: cursor(next), ..wanted.clone() }.query()?),
        None => None,
    };
    let query = Wanted { after: String::new(), ..wanted.clone() }.query()?;
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let reasons =
        Reason::ALL.iter().filter(|reason| **reason != Reason::PrizeFunding || filter.reason == Some(**reason));
    let page = super::show(&Page {
        layout: Layout::of(&shared, Some(&person), &csrf, "wallet").await?,
        balance: number(statement.wallet.cached_balance),
        rows: statement.entries.iter().map(|entry| Row::of(entry, of(entry))).collect(),
        next,
        first: after.is_none(),
        reasons: reasons.map(|reason| Choice::new(reason.as_str(), reason.label(), &wanted.reason)).collect(),
        narrowed: wanted.narrowed(),
        file: if query.is_empty() { "/wallet.csv".to_owned() } else { format!("/wallet.csv?{query}") },
        wanted,
        wrong,
    });
    Ok((status, page).into_response())
}

/// Where a file stands that is being sent.
struct Sending {
    shared: Shared,
    profile: i64,
    filter: Filter,
    after: Option<(DateTime<Utc>, i64)>,
    begun: bool,
    over: bool,
}

impl Sending {
    /// The next block of rows; nothing after the last.
    async fn block(&mut self) -> Result<Option<String>, Trouble> {
        if self.over {
            return Ok(None);
        }
        let (db, clock) = (&self.shared.db, &*self.shared.clock);
        let block = economy::service::export(db, clock, self.profile, &self.filter, self.after).await?;
        let tournaments = about(&self.shared, block.lines.iter().map(|line| &line.entry)).await?;
        let mut text = if self.begun { String::new() } else { economy::service::HEADER.to_owned() };
        for line in &block.lines {
            let tournament = line.entry.tournament_id.and_then(|id| tournaments.get(&id));
            text.push_str(&line.csv(&Utc, tournament.map(|tournament| tournament.name.as_str())));
        }
        self.begun = true;
        self.after = block.next;
        self.over = block.next.is_none();
        Ok(Some(text))
    }
}

/// The statement as a file for a spreadsheet, block by block, however long it is.
pub(crate) async fn file(
    State(shared): State<Shared>,
    person: Person,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Trouble> {
    let profile = profiles::service::of_user(&shared.db, &*shared.clock, &person.0.user).await?;
    let (filter, wrong) = wanted.filter();
    if let Some((_, text)) = wrong.first() {
        return Err(Trouble::refused(StatusCode::UNPROCESSABLE_ENTITY, *text));
    }
    let day = shared.clock.now().format("%Y-%m-%d");
    let name = format!("attachment; filename=\"deltacrown-wallet-{day}.csv\"");
    let mut sending = Sending { shared, profile: profile.id, filter, after: None, begun: false, over: false };
    // The first block is read before the answer begins, so that a broken database is not an empty file.
    let first = sending.block().await?.unwrap_or_default();
    let rest = stream::unfold(sending, async |mut sending| match sending.block().await {
        Ok(Some(text)) => Some((Ok(Bytes::from(text)), sending)),
        Ok(None) => None,
        // What was sent cannot be taken back; the file ends without its end, and the reader is told so.
        Err(_) => {
            sending.over = true;
            Some((Err(std::io::Error::other("the statement could not be read to its end")), sending))
        }
    });
    let begun = stream::once(async move { Ok::<_, std::io::Error>(Bytes::from(first)) });
    let body = Body::from_stream(stream::StreamExt::chain(begun, rest));
    let headers = [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, body).into_response())
}
