//! Statements: a wallet's entries in pages, and as rows of a table for a spreadsheet.

use std::{collections::BTreeMap, fmt::Display};

use chrono::{DateTime, TimeZone, Utc};
use kernel::{Clock, Db, DbError};

use crate::{
    model::{transaction, wallet},
    rules::Filter,
    service::wallet_of,
    store,
};

/// Entries on one page of a statement.
pub const PAGE: u64 = 20;
/// Entries in one block of an export.
pub const EXPORT_BLOCK: u64 = 500;

/// One page of a wallet's entries, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The wallet.
    pub wallet: wallet::Model,
    /// Its entries.
    pub entries: Vec<transaction::Model>,
    /// Where the next page begins, if there is one: moment and id of the last entry of this one.
    pub next: Option<(DateTime<Utc>, i64)>,
}

/// One page of a profile's statement.
///
/// # Errors
/// When the database fails.
pub async fn statement(
    db: &Db,
    clock: &dyn Clock,
    profile: i64,
    after: Option<(DateTime<Utc>, i64)>,
) -> Result<Statement, DbError> {
    filtered(db, clock, profile, &Filter::default(), after).await
}

/// One page of a profile's statement, narrowed.
///
/// # Errors
/// When the database fails.
pub async fn filtered(
    db: &Db,
    clock: &dyn Clock,
    profile: i64,
    filter: &Filter,
    after: Option<(DateTime<Utc>, i64)>,
) -> Result<Statement, DbError> {
    let wallet = wallet_of(db, clock, profile).await?;
    let (entries, next) = page(db, wallet.id, filter, after, PAGE).await?;
    Ok(Statement { wallet, entries, next })
}

/// Entries, and where the next page begins.
type Page = (Vec<transaction::Model>, Option<(DateTime<Utc>, i64)>);

async fn page(
    db: &Db,
    wallet: i64,
    filter: &Filter,
    after: Option<(DateTime<Utc>, i64)>,
    length: u64,
) -> Result<Page, DbError> {
    let mut entries = store::entries(db.read(), wallet, filter, after, length + 1).await?;
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    let more = entries.len() > length;
    entries.truncate(length);
    let next = entries.last().filter(|_| more).map(|entry| (entry.created_at, entry.id));
    Ok((entries, next))
}

/// An entry with the key of its movement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The entry.
    pub entry: transaction::Model,
    /// The key of its transfer, or its own from the old platform.
    pub key: Option<String>,
}

/// A block of a statement for a file, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// Its entries.
    pub lines: Vec<Line>,
    /// Where the next block begins, if there is one.
    pub next: Option<(DateTime<Utc>, i64)>,
}

/// A block of a profile's statement, with what a file tells besides.
///
/// # Errors
/// When the database fails.
pub async fn export(
    db: &Db,
    clock: &dyn Clock,
    profile: i64,
    filter: &Filter,
    after: Option<(DateTime<Utc>, i64)>,
) -> Result<Export, DbError> {
    let wallet = wallet_of(db, clock, profile).await?;
    let (entries, next) = page(db, wallet.id, filter, after, EXPORT_BLOCK).await?;
    let transfers = entries.iter().filter_map(|entry| entry.transfer_id);
    let keys: BTreeMap<i64, String> = store::keys(db.read(), transfers).await?.into_iter().collect();
    let line = |entry: transaction::Model| {
        let key = entry.transfer_id.and_then(|id| keys.get(&id).cloned());
        Line { key: key.or_else(|| entry.idempotency_key.clone()), entry }
    };
    Ok(Export { lines: entries.into_iter().map(line).collect(), next })
}

/// The first row of the file.
pub const HEADER: &str = "created_at,amount,reason,note,tournament,registration_id,match_id,idempotency_key\r\n";

impl Line {
    /// Its row of the file: the time in this zone, to the minute, and the name of its tournament.
    ///
    /// What people have written is never a formula to a spreadsheet.
    pub fn csv<Z: TimeZone<Offset: Display>>(&self, zone: &Z, tournament: Option<&str>) -> String {
        let entry = &self.entry;
        let id = |id: Option<i64>| id.map(|id| id.to_string()).unwrap_or_default();
        let cells = [
            entry.created_at.with_timezone(zone).format("%Y-%m-%d %H:%M").to_string(),
            entry.amount.to_string(),
            entry.reason.clone(),
            text(&entry.note),
            text(tournament.unwrap_or_default()),
            id(entry.registration_id),
            id(entry.match_id),
            text(self.key.as_deref().unwrap_or_default()),
        ];
        cells.join(",") + "\r\n"
    }
}

/// A text as a cell. One that a spreadsheet would take for a formula gets an apostrophe before it.
fn text(text: &str) -> String {
    // Spreadsheets pass over white space, and over characters of full width for those of half.
    let begins = text.trim_start().chars().next();
    let formula = matches!(begins, Some('=' | '+' | '-' | '@' | '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}'))
        || text.starts_with(['\t', '\r', '\n']);
    let guard = if formula { "'" } else { "" };
    if text.contains([',', '"', '\r', '\n', '\t', ';']) {
        format!("\"{guard}{}\"", text.replace('"', "\"\""))
    } else {
        format!("{guard}{text}")
    }
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn no_text_is_a_formula() {
        for (given, cell) in [
            ("", ""),
            ("well played", "well played"),
            ("a, b", "\"a, b\""),
            ("the \"quick\"", "\"the \"\"quick\"\"\""),
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("  =1", "'  =1"),
            ("\t=1", "\"'\t=1\""),
            ("\rx", "\"'\rx\""),
            ("\nx", "\"'\nx\""),
            ("=HYPERLINK(\"x\",\"y\")", "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\""),
            ("\u{ff1d}1", "'\u{ff1d}1"),
            ("x=1", "x=1"),
        ] {
            assert_eq!(text(given), cell, "{given:?}");
        }
    }
}
