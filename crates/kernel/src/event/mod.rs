//! What happened, told to whoever wants to know.
//!
//! An app states a fact inside its unit of work ([`Tx::emit`](crate::db::Tx::emit)); after the
//! commit, and only then, the [`EventBus`] hands it to the handlers. A rollback tells nobody.
//! Here are the words (the [`Event`] trait, its [`Envelope`], the shared [`catalogue`]) and the
//! in-process bus.
//!
//! Not here: events that must survive a crash or reach another process ([`outbox`](crate::outbox)).

mod bus;
pub mod catalogue;
mod handler;

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;

pub use bus::{EventBus, HISTORY_LIMIT, InsideUnitOfWork};
pub use handler::{BusStatistics, DEFAULT_PRIORITY, HandlerError, HandlerFailure, HandlerStatistics};

/// A fact in the past tense. Its fields are its data, so an event that lacks data does not compile.
///
/// ```
/// use kernel::event::Event;
/// use serde::Serialize;
///
/// /// A team was dissolved.
/// #[derive(Serialize)]
/// struct TeamDissolved {
///     team_id: i64,
/// }
///
/// impl Event for TeamDissolved {
///     const TYPE: &'static str = "team.dissolved";
/// }
/// ```
pub trait Event: Serialize + Send + Sync + 'static {
    /// The fixed name, `noun.past_participle`, for example `tournament.created`.
    const TYPE: &'static str;

    /// What the history and handlers of all types may see. An event with a secret or a personal
    /// detail in it leaves that out here; only handlers of this very type get the event itself.
    fn redacted(&self) -> Value {
        serde_json::to_value(self).unwrap_or_else(|error| {
            tracing::warn!(event = Self::TYPE, %error, "event has no JSON form");
            Value::Null
        })
    }
}

/// Where an event comes from, for tracing one request through the system.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// The part of the program that states the fact, for example `tournaments`.
    pub source: Option<String>,
    /// Shared by all that one request set in motion, for example the request id.
    pub correlation_id: Option<String>,
}

/// What is known of every event, whatever its type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Header {
    /// Random and unique; a receiver that gets an event twice can tell by it.
    pub id: String,
    /// The event's [`Event::TYPE`].
    #[serde(rename = "type")]
    pub event_type: &'static str,
    /// When the fact was stated, UTC.
    pub at: DateTime<Utc>,
    /// See [`Origin::source`].
    pub source: Option<String>,
    /// See [`Origin::correlation_id`].
    pub correlation_id: Option<String>,
}

/// An event on its way to a handler. Cheap to clone.
#[derive(Debug)]
pub struct Envelope<E> {
    /// Id, type, time and origin.
    pub header: Arc<Header>,
    /// The fact itself.
    pub event: Arc<E>,
}

impl<E> Clone for Envelope<E> {
    fn clone(&self) -> Self {
        Self { header: Arc::clone(&self.header), event: Arc::clone(&self.event) }
    }
}

/// An event as the history keeps it and handlers of all types see it: without its secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EventRecord {
    /// Id, type, time and origin.
    #[serde(flatten)]
    pub header: Arc<Header>,
    /// The event's [`redacted`](Event::redacted) form.
    pub data: Value,
}

/// A stated fact that waits for its transaction to commit.
#[derive(Clone)]
pub(crate) struct Emitted {
    pub(crate) record: Arc<EventRecord>,
    pub(crate) payload: Arc<dyn Any + Send + Sync>,
}

impl fmt::Debug for Emitted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Emitted").field(&self.record.header).finish()
    }
}
