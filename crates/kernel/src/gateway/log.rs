//! The request log: who called what lately and how it went, for operators.
//!
//! Not here: what was sent and answered. Particulars may be private, so they are not kept.

use std::sync::{Arc, Mutex, OnceLock};

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{Method, Request};
use crate::actor::Actor;
use crate::sync::{Ring, lock};

/// How many calls the log keeps.
pub const LOG_LIMIT: usize = 1_000;

/// A stranger chooses the name that is asked for, so a kept one has a bound, in characters.
const NAME_LIMIT: usize = 100;

/// How a call went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// It was answered.
    Done,
    /// It was refused, as the caller was told.
    Refused {
        /// The matching HTTP status.
        status: u16,
        /// What the caller was told.
        message: String,
    },
    /// The handler broke.
    Failed {
        /// The id that the caller was told.
        incident: String,
        /// The error with its causes, or the panic: for operators only.
        message: String,
    },
}

/// One call in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LoggedCall {
    /// When it came in, UTC.
    pub at: DateTime<Utc>,
    /// The endpoint that was asked for, cut when overlong.
    pub endpoint: String,
    /// The version that was asked for, cut when overlong.
    pub version: String,
    /// What was to be done.
    pub method: Method,
    /// On whose behalf.
    pub actor: Actor,
    /// How it went; nothing while it runs or when its caller went away.
    pub outcome: Option<Outcome>,
}

struct Entry {
    call: LoggedCall,
    outcome: OnceLock<Outcome>,
}

pub(super) struct RequestLog {
    entries: Mutex<Ring<Arc<Entry>>>,
}

/// A call that waits for its outcome.
pub(super) struct Ticket {
    entry: Arc<Entry>,
}

impl Default for RequestLog {
    fn default() -> Self {
        Self { entries: Mutex::new(Ring::new(LOG_LIMIT)) }
    }
}

impl RequestLog {
    pub(super) fn open(&self, request: &Request, at: DateTime<Utc>) -> Ticket {
        let cut = |text: &str| text.chars().take(NAME_LIMIT).collect();
        let entry = Arc::new(Entry {
            call: LoggedCall {
                at,
                endpoint: cut(&request.endpoint),
                version: cut(&request.version),
                method: request.method,
                actor: request.actor,
                outcome: None,
            },
            outcome: OnceLock::new(),
        });
        lock(&self.entries).push(Arc::clone(&entry));
        Ticket { entry }
    }

    pub(super) fn last(&self, count: usize) -> Vec<LoggedCall> {
        let entries = lock(&self.entries).last(count, |_| true);
        let logged =
            entries.iter().map(|entry| LoggedCall { outcome: entry.outcome.get().cloned(), ..entry.call.clone() });
        logged.collect()
    }

    pub(super) fn len(&self) -> usize {
        lock(&self.entries).len()
    }
}

impl Ticket {
    pub(super) fn done(self) {
        self.close(Outcome::Done);
    }

    pub(super) fn refused(self, status: u16, message: String) {
        self.close(Outcome::Refused { status, message });
    }

    pub(super) fn failed(self, incident: String, message: String) {
        let LoggedCall { endpoint, version, .. } = &self.entry.call;
        tracing::error!(endpoint, version, incident, error = message, "an endpoint failed");
        self.close(Outcome::Failed { incident, message });
    }

    fn close(self, outcome: Outcome) {
        let _ = self.entry.outcome.set(outcome); // a ticket is closed once: it is used up
    }
}
