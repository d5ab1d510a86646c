//! One subscribed handler: how it is called, bounded and counted.

use std::error::Error;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Serialize;
use tracing::Instrument;

use super::Emitted;
use crate::sync::lock;
use crate::task::describe_broken;

/// The priority of handlers that do not mind: lower runs earlier.
pub const DEFAULT_PRIORITY: i32 = 100;

/// After this long a handler is stopped, so that it cannot hold up the one who told the news.
pub(super) const TIME_LIMIT: Duration = Duration::from_secs(30);

/// Why a handler failed: any error will do, its text is for operators.
pub type HandlerError = Box<dyn Error + Send + Sync>;

type Outcome = Pin<Box<dyn Future<Output = Result<(), HandlerError>> + Send>>;
pub(super) type Run = Box<dyn Fn(Emitted) -> Outcome + Send + Sync>;

/// The last time that a handler went wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HandlerFailure {
    /// Id of the event that it was given.
    pub event_id: String,
    /// When, UTC.
    pub at: DateTime<Utc>,
    /// The error's or panic's text, for operators.
    pub message: String,
}

/// How one handler has fared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HandlerStatistics {
    /// The type it listens to, or `*` for all.
    pub event_type: &'static str,
    /// Its name.
    pub name: String,
    /// Lower runs earlier.
    pub priority: i32,
    /// Whether it is called at all.
    pub enabled: bool,
    /// Times called.
    pub calls: u64,
    /// Times it returned an error, panicked or ran out of time.
    pub failures: u64,
    /// The newest failure.
    pub last_failure: Option<HandlerFailure>,
}

/// Figures of a bus.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BusStatistics {
    /// Types that somebody listens to, sorted.
    pub event_types: Vec<&'static str>,
    /// How many they are.
    pub total_event_types: usize,
    /// Handlers, enabled or not.
    pub total_handlers: usize,
    /// Events in the history.
    pub history_size: usize,
    /// Events published since the start.
    pub published: u64,
    /// Every handler, in the order in which they run.
    pub handlers: Vec<HandlerStatistics>,
}

#[derive(Debug, Default)]
struct Tally {
    calls: u64,
    failures: u64,
    last_failure: Option<HandlerFailure>,
}

/// A handler as the bus keeps it.
pub(super) struct Subscription {
    pub(super) event_type: &'static str,
    pub(super) name: String,
    pub(super) priority: i32,
    enabled: AtomicBool,
    run: Run,
    tally: Mutex<Tally>,
}

impl Subscription {
    pub(super) fn new(event_type: &'static str, name: String, priority: i32, run: Run) -> Self {
        Self { event_type, name, priority, enabled: AtomicBool::new(true), run, tally: Mutex::default() }
    }

    pub(super) fn is(&self, event_type: &str, name: &str) -> bool {
        self.event_type == event_type && self.name == name
    }

    pub(super) fn set_enabled(&self, enabled: bool) {
        self.enabled.store(enabled, Ordering::Release);
    }

    pub(super) fn is_enabled(&self) -> bool {
        self.enabled.load(Ordering::Acquire)
    }

    /// Calls the handler and waits for it. It runs in a task of its own: a panic stays there, and
    /// a caller that goes away does not cut it off. Whatever goes wrong is counted and logged.
    pub(super) async fn call(self: &Arc<Self>, emitted: Emitted, at: DateTime<Utc>) {
        let header = Arc::clone(&emitted.record.header);
        let subscription = Arc::clone(self);
        // The call itself is inside the task too: a handler may panic before its first await.
        let mut task = tokio::spawn(async move { (subscription.run)(emitted).await }.in_current_span());
        let failure = match tokio::time::timeout(TIME_LIMIT, &mut task).await {
            Ok(Ok(Ok(()))) => None,
            Ok(Ok(Err(error))) => Some(error.to_string()),
            Ok(Err(broken)) => Some(describe_broken(broken)),
            Err(_) => {
                task.abort();
                Some(format!("stopped: took longer than {} s", TIME_LIMIT.as_secs()))
            }
        };
        let mut tally = lock(&self.tally);
        tally.calls += 1;
        if let Some(message) = failure {
            tracing::error!(
                handler = self.name,
                event = header.event_type,
                event_id = header.id,
                error = message,
                "event handler failed; the others go on"
            );
            tally.failures += 1;
            tally.last_failure = Some(HandlerFailure { event_id: header.id.clone(), at, message });
        }
    }

    pub(super) fn statistics(&self) -> HandlerStatistics {
        let tally = lock(&self.tally);
        HandlerStatistics {
            event_type: self.event_type,
            name: self.name.clone(),
            priority: self.priority,
            enabled: self.is_enabled(),
            calls: tally.calls,
            failures: tally.failures,
            last_failure: tally.last_failure.clone(),
        }
    }
}
