//! The chain itself: canonical bytes, hashes, and finding damage. Pure: rows in, findings out, so that an
//! exported log can be checked anywhere.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::model::audit_log;

/// What stands before the first row's own hash: no row has this one.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The end of the chain at one time. Kept elsewhere (a file, a mail, a second host), it shows whether rows were
/// cut off since.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// How many chained rows there were.
    pub count: u64,
    /// The hash of the last one; [`GENESIS`] when there was none.
    pub hash: String,
}

impl Head {
    /// The head of an empty log.
    pub fn empty() -> Self {
        Self { count: 0, hash: GENESIS.to_owned() }
    }
}

/// Damage that was found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// What the row says is not what its hash was made of.
    #[error("entry {id} was changed after it was written: its contents do not give its hash")]
    Changed {
        /// The row.
        id: i64,
    },
    /// The row does not follow the one before it.
    #[error("entry {id} does not follow the entry before it: entries were removed, inserted or put in another order")]
    Broken {
        /// The row.
        id: i64,
    },
    /// A row without a hash stands among those that have one.
    #[error("entry {id} has no hash although the log is chained before it: it was written behind the program's back")]
    Unchained {
        /// The row.
        id: i64,
    },
    /// The exported end is not in the log.
    #[error("the exported end (entry {count} of the chain) is not in the log: entries were cut off or rewritten since")]
    HeadMissing {
        /// Its place in the chain.
        count: u64,
    },
}

/// What a check of the log found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Rows that were looked at.
    pub rows: u64,
    /// Rows that are older than the chain; nothing can be said of them.
    pub older: u64,
    /// The end, to be exported.
    pub head: Head,
    /// Damage, in the order of the rows.
    pub problems: Vec<Problem>,
}

impl Report {
    /// Whether nothing was found.
    pub const fn is_sound(&self) -> bool {
        self.problems.is_empty()
    }
}

/// A check that goes on: rows come in the order of their ids, in blocks as large as one likes.
#[derive(Clone, Debug)]
pub struct Chain {
    report: Report,
    exported: Option<Head>,
    seen: bool,
}

impl Chain {
    /// Begins a check, against an exported end if there is one.
    pub fn new(exported: Option<Head>) -> Self {
        let seen = exported.as_ref().is_none_or(|head| head.count == 0);
        let report = Report { rows: 0, older: 0, head: Head::empty(), problems: Vec::new() };
        Self { report, exported, seen }
    }

    /// Looks at the next rows.
    pub fn add<'r>(&mut self, rows: impl IntoIterator<Item = &'r audit_log::Model>) {
        for row in rows {
            self.report.rows += 1;
            self.look_at(row);
        }
    }

    fn look_at(&mut self, row: &audit_log::Model) {
        let report = &mut self.report;
        let Some(stored) = &row.hash else {
            if report.head.count == 0 && row.previous_hash.is_none() {
                report.older += 1;
            } else {
                report.problems.push(Problem::Unchained { id: row.id });
            }
            return;
        };
        if row.previous_hash.as_deref() != Some(report.head.hash.as_str()) {
            report.problems.push(Problem::Broken { id: row.id });
        }
        if *stored != hash(row) {
            report.problems.push(Problem::Changed { id: row.id });
        }
        report.head = Head { count: report.head.count + 1, hash: stored.clone() };
        self.seen |= self.exported.as_ref().is_some_and(|exported| *exported == report.head);
    }

    /// What was found.
    pub fn finish(mut self) -> Report {
        if let Some(exported) = self.exported.filter(|_| !self.seen) {
            self.report.problems.push(Problem::HeadMissing { count: exported.count });
        }
        self.report
    }
}

/// Checks a whole log, whose rows come in the order of their ids.
pub fn verify<'r>(rows: impl IntoIterator<Item = &'r audit_log::Model>, exported: Option<Head>) -> Report {
    let mut chain = Chain::new(exported);
    chain.add(rows);
    chain.finish()
}

/// The hash that a row should have: SHA-256, in hexadecimal, of its canonical bytes.
pub fn hash(row: &audit_log::Model) -> String {
    let mut bytes = Vec::with_capacity(512);
    bytes.extend_from_slice(b"deltacrown audit 1\n");
    text(&mut bytes, row.previous_hash.as_deref());
    text(&mut bytes, row.user_id.map(|id| id.to_string()).as_deref());
    text(&mut bytes, Some(&row.action));
    text(&mut bytes, row.tournament_id.map(|id| id.to_string()).as_deref());
    text(&mut bytes, Some(&row.timestamp.timestamp_micros().to_string()));
    canonical(&mut bytes, &row.metadata);
    text(&mut bytes, row.ip_address.as_deref());
    text(&mut bytes, row.user_agent.as_deref());
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut hex = String::with_capacity(64);
    for byte in Sha256::digest(&bytes) {
        hex.push(char::from(DIGITS[usize::from(byte >> 4)]));
        hex.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    hex
}

/// Length, colon, bytes: no two lists of texts come out the same. Nothing is `-`.
fn text(bytes: &mut Vec<u8>, text: Option<&str>) {
    match text {
        Some(text) => {
            bytes.extend_from_slice(text.len().to_string().as_bytes());
            bytes.push(b':');
            bytes.extend_from_slice(text.as_bytes());
        }
        None => bytes.push(b'-'),
    }
    bytes.push(b'\n');
}

/// A value with the keys of its objects in order: the databases keep them in an order of their own.
fn canonical(bytes: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Null => bytes.push(b'n'),
        Value::Bool(true) => bytes.push(b't'),
        Value::Bool(false) => bytes.push(b'f'),
        Value::Number(number) => {
            bytes.push(b'#');
            text(bytes, Some(&number.to_string()));
        }
        Value::String(string) => {
            bytes.push(b'"');
            text(bytes, Some(string));
        }
        Value::Array(items) => {
            bytes.push(b'[');
            text(bytes, Some(&items.len().to_string()));
            for item in items {
                canonical(bytes, item);
            }
        }
        Value::Object(fields) => {
            bytes.push(b'{');
            text(bytes, Some(&fields.len().to_string()));
            let mut keys: Vec<&String> = fields.keys().collect();
            keys.sort_unstable();
            for key in keys {
                text(bytes, Some(key));
                canonical(bytes, &fields[key]);
            }
        }
    }
}

/// The value as both databases give it back: fractions as text, no NUL characters.
pub(crate) fn storable(value: Value) -> Value {
    match value {
        Value::Number(number) if !(number.is_i64() || number.is_u64()) => Value::String(number.to_string()),
        Value::String(text) => Value::String(text.replace('\0', "")),
        Value::Array(items) => Value::Array(items.into_iter().map(storable).collect()),
        Value::Object(fields) => {
            Value::Object(fields.into_iter().map(|(key, value)| (key.replace('\0', ""), storable(value))).collect())
        }
        other => other,
    }
}

/// A header as it is kept: without control characters, and not too long.
pub(crate) fn plain(text: &str, most: usize) -> String {
    text.chars().filter(|c| !c.is_control()).take(most).collect()
}
