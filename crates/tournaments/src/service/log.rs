//! Reading the audit log, taking it elsewhere, and finding damage in it.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use kernel::{Actor, DbError};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use super::access;
use crate::{
    audit::{
        Action,
        chain::{Chain, Head, Report},
    },
    model::{audit_log, tournament},
    rules::access::{Act, NotAllowed},
    store,
};

/// Entries on one page.
pub const PAGE: u64 = 50;
/// Rows that are read at a time.
const BLOCK: u64 = 2_000;

/// Which entries a page shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of this tournament.
    pub tournament: Option<i64>,
    /// By this account.
    pub user: Option<i64>,
    /// Of this kind.
    pub action: Option<Action>,
    /// Not before.
    pub from: Option<DateTime<Utc>>,
    /// Before.
    pub until: Option<DateTime<Utc>>,
}

/// A page of the log, newest first.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// The entries.
    pub entries: Vec<audit_log::Model>,
    /// Below which id the next page begins, if there is one.
    pub next: Option<i64>,
}

/// Why somebody does not read the log.
#[derive(Debug, thiserror::Error)]
pub enum LogRefusal {
    /// They may not.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// A page of a tournament's log, newest first.
///
/// # Errors
/// See [`LogRefusal`].
pub async fn of_tournament(
    db: &impl ConnectionTrait,
    actor: &Actor,
    tournament: &tournament::Model,
    filter: Filter,
    below: Option<i64>,
) -> Result<Page, LogRefusal> {
    access::standing(db, actor, tournament).await?.require(Act::SeeAudit)?;
    let filter = Filter { tournament: Some(tournament.id), ..filter };
    Ok(page(db, &filter, below).await?)
}

/// A page of the whole log, newest first: for operators.
///
/// # Errors
/// When the database fails.
pub async fn page(db: &impl ConnectionTrait, filter: &Filter, below: Option<i64>) -> Result<Page, DbError> {
    let mut entries = store::audit::page(db, filter, below, PAGE + 1).await?;
    let more = entries.len() > PAGE as usize;
    entries.truncate(PAGE as usize);
    let next = entries.last().filter(|_| more).map(|entry| entry.id);
    Ok(Page { entries, next })
}

/// How often each kind of act stands in the log, by its spelling.
///
/// # Errors
/// When the database fails.
pub async fn counts(db: &impl ConnectionTrait, filter: &Filter) -> Result<Vec<(String, i64)>, DbError> {
    Ok(store::audit::counts(db, filter).await?)
}

/// The whole log as lines of JSON, in the order of the chain, given to `line` one by one, and its end as the last line.
/// Answers the end: kept elsewhere, it shows later whether entries were cut off.
///
/// # Errors
/// When the database fails.
pub async fn export(db: &impl ConnectionTrait, mut line: impl FnMut(&str)) -> Result<Head, DbError> {
    let (mut chain, mut after) = (Chain::new(None), 0);
    loop {
        let rows = store::audit::block(db, after, BLOCK).await?;
        let Some(last) = rows.last() else { break };
        after = last.id;
        for row in &rows {
            line(&as_line(row));
        }
        chain.add(&rows);
    }
    let head = chain.finish().head;
    line(&json!({ "head": head }).to_string());
    Ok(head)
}

/// Checks the whole log in the database, in blocks, against an exported end if there is one.
///
/// # Errors
/// When the database fails; damage is no error.
pub async fn verify(db: &impl ConnectionTrait, exported: Option<Head>) -> Result<Report, DbError> {
    let (mut chain, mut after) = (Chain::new(exported), 0);
    loop {
        let rows = store::audit::block(db, after, BLOCK).await?;
        let Some(last) = rows.last() else { return Ok(chain.finish()) };
        after = last.id;
        chain.add(&rows);
    }
}

/// One entry as a line of JSON.
pub fn as_line(row: &audit_log::Model) -> String {
    json!({
        "id": row.id,
        "user_id": row.user_id,
        "action": row.action,
        "tournament_id": row.tournament_id,
        "timestamp": row.timestamp.timestamp_micros(),
        "metadata": row.metadata,
        "ip_address": row.ip_address,
        "user_agent": row.user_agent,
        "previous_hash": row.previous_hash,
        "hash": row.hash,
    })
    .to_string()
}

/// Why an exported log cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the exported log cannot be read: {reason}")]
pub struct LineInvalid {
    /// Which line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub reason: String,
}

/// Reads an exported log: its entries, and the end that stands in its last line.
///
/// # Errors
/// The first line that cannot be read.
pub fn read(text: &str) -> Result<(Vec<audit_log::Model>, Option<Head>), LineInvalid> {
    let (mut rows, mut head) = (Vec::new(), None);
    for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        let invalid = |reason: String| LineInvalid { line: number, reason };
        let value: Value = serde_json::from_str(line).map_err(|error| invalid(error.to_string()))?;
        match value.get("head") {
            Some(found) => {
                let found = serde_json::from_value(found.clone()).map_err(|error| invalid(error.to_string()))?;
                head = Some(found);
            }
            None => rows.push(row_of(&value).map_err(invalid)?),
        }
    }
    Ok((rows, head))
}

fn row_of(value: &Value) -> Result<audit_log::Model, String> {
    let missing = |name: &str| {
        let mut text = String::new();
        let _ = write!(text, "{name} is missing or no such value"); // writing to a String cannot fail
        text
    };
    let whole = |name: &str| value.get(name).and_then(Value::as_i64);
    let words = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    let micros = whole("timestamp").ok_or_else(|| missing("timestamp"))?;
    Ok(audit_log::Model {
        id: whole("id").ok_or_else(|| missing("id"))?,
        user_id: whole("user_id"),
        action: words("action").ok_or_else(|| missing("action"))?,
        tournament_id: whole("tournament_id"),
        timestamp: DateTime::from_timestamp_micros(micros).ok_or_else(|| missing("timestamp"))?,
        metadata: value.get("metadata").cloned().ok_or_else(|| missing("metadata"))?,
        ip_address: words("ip_address"),
        user_agent: words("user_agent"),
        previous_hash: words("previous_hash"),
        hash: words("hash"),
    })
}
