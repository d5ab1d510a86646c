//! The in-process event bus: who listens, in which order, what was told lately.

use std::fmt;
use std::sync::{Arc, Mutex};

use serde_json::Value;
use thiserror::Error;

use super::handler::{BusStatistics, HandlerError, Run, Subscription};
use super::{Emitted, Envelope, Event, EventRecord, Header, Origin};
use crate::clock::{Clock, SystemClock};
use crate::db;
use crate::random::{Random, SystemRandom};
use crate::sync::{Ring, lock};

/// How many events the history keeps.
pub const HISTORY_LIMIT: usize = 1_000;

/// The type name under which handlers of all types are kept.
const ALL_TYPES: &str = "*";

/// An event was to be published while a transaction was open, which may yet roll back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error(
    "{event_type} was published inside an open unit of work, which may still roll back: \
     use the unit's emit, which publishes after the commit"
)]
pub struct InsideUnitOfWork {
    /// The event's type.
    pub event_type: &'static str,
}

/// Delivers events to handlers, one after the other in order of priority.
///
/// Owned by the program's wiring and shared as an `Arc`; there is no global one. No lock is held
/// while a handler runs, so handlers may subscribe, unsubscribe and write to the database, which
/// publishes in turn.
pub struct EventBus {
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    state: Mutex<State>,
}

struct State {
    /// In the order in which they run: by priority, then by subscription.
    subscriptions: Vec<Arc<Subscription>>,
    history: Ring<Arc<EventRecord>>,
    published: u64,
}

/// A bus with the computer's clock and randomness.
impl Default for EventBus {
    fn default() -> Self {
        Self::new(Arc::new(SystemClock), Arc::new(SystemRandom))
    }
}

impl EventBus {
    /// An empty bus that stamps events with `clock` and ids from `random`.
    pub fn new(clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Self {
        Self {
            clock,
            random,
            state: Mutex::new(State { subscriptions: Vec::new(), history: Ring::new(HISTORY_LIMIT), published: 0 }),
        }
    }

    /// Calls `handler` with every event of type `E` from here on.
    ///
    /// Handlers with a lower `priority` run earlier, those with the same in the order in which
    /// they subscribed. The same name may subscribe again and is then called again.
    pub fn subscribe<E, H, F>(&self, name: impl Into<String>, priority: i32, handler: H)
    where
        E: Event,
        H: Fn(Envelope<E>) -> F + Send + Sync + 'static,
        F: Future<Output = Result<(), HandlerError>> + Send + 'static,
    {
        let run: Run = Box::new(move |emitted: Emitted| {
            // The look-up by type matched, so this is an `E` unless two events share a name.
            match emitted.payload.downcast::<E>() {
                Ok(event) => Box::pin(handler(Envelope { header: Arc::clone(&emitted.record.header), event })),
                Err(_) => Box::pin(async { Err(format!("another event type is also called {}", E::TYPE).into()) }),
            }
        });
        self.add(Subscription::new(E::TYPE, name.into(), priority, run));
    }

    /// Calls `handler` with the redacted record of every event of every type.
    pub fn subscribe_all<H, F>(&self, name: impl Into<String>, priority: i32, handler: H)
    where
        H: Fn(Arc<EventRecord>) -> F + Send + Sync + 'static,
        F: Future<Output = Result<(), HandlerError>> + Send + 'static,
    {
        let run: Run = Box::new(move |emitted: Emitted| Box::pin(handler(emitted.record)));
        self.add(Subscription::new(ALL_TYPES, name.into(), priority, run));
    }

    fn add(&self, subscription: Subscription) {
        let mut state = lock(&self.state);
        let place = state.subscriptions.partition_point(|other| other.priority <= subscription.priority);
        state.subscriptions.insert(place, Arc::new(subscription));
    }

    /// Removes every handler of that type with that name; `*` is the type of those that listen
    /// to all. Answers how many there were. One that is running finishes; one that waits for its
    /// turn in a delivery under way is not called any more.
    pub fn unsubscribe(&self, event_type: &str, name: &str) -> usize {
        self.remove(|subscription| subscription.is(event_type, name))
    }

    /// Removes all handlers of a type (`*`: those that listen to all types), or every handler
    /// without a type. Answers how many there were. The history stays.
    pub fn clear(&self, event_type: Option<&str>) -> usize {
        self.remove(|subscription| event_type.is_none_or(|wanted| wanted == subscription.event_type))
    }

    fn remove(&self, unwanted: impl Fn(&Subscription) -> bool) -> usize {
        let mut state = lock(&self.state);
        let before = state.subscriptions.len();
        state.subscriptions.retain(|subscription| {
            let goes = unwanted(subscription);
            if goes {
                subscription.set_enabled(false);
            }
            !goes
        });
        before - state.subscriptions.len()
    }

    /// Lets the handlers of that type with that name be called again. Answers how many there are.
    pub fn enable(&self, event_type: &str, name: &str) -> usize {
        self.set_enabled(event_type, name, true)
    }

    /// Keeps the handlers of that type with that name from being called. Answers how many there
    /// are.
    pub fn disable(&self, event_type: &str, name: &str) -> usize {
        self.set_enabled(event_type, name, false)
    }

    fn set_enabled(&self, event_type: &str, name: &str, enabled: bool) -> usize {
        let state = lock(&self.state);
        let named = state.subscriptions.iter();
        named
            .filter(|subscription| subscription.is(event_type, name))
            .inspect(|subscription| subscription.set_enabled(enabled))
            .count()
    }

    /// Publishes a fact that no transaction stands behind: the program has started, a stream was
    /// opened. Facts about stored data go through [`Tx::emit`](crate::db::Tx::emit).
    ///
    /// # Errors
    /// [`InsideUnitOfWork`] when called while the same task has a unit of work open.
    pub async fn publish_outside_transaction<E: Event>(
        &self,
        event: E,
        origin: Origin,
    ) -> Result<(), InsideUnitOfWork> {
        if db::inside_unit_of_work() {
            return Err(InsideUnitOfWork { event_type: E::TYPE });
        }
        self.dispatch(vec![self.stamp(event, origin)]).await;
        Ok(())
    }

    /// Gives an event its id and time; it is told to nobody yet.
    pub(crate) fn stamp<E: Event>(&self, event: E, origin: Origin) -> Emitted {
        let header = Header {
            id: self.random.token(),
            event_type: E::TYPE,
            at: self.clock.now(),
            source: origin.source,
            correlation_id: origin.correlation_id,
        };
        let data: Value = event.redacted();
        Emitted { record: Arc::new(EventRecord { header: Arc::new(header), data }), payload: Arc::new(event) }
    }

    /// Remembers and delivers events, in order; returns when the last handler is done.
    pub(crate) async fn dispatch(&self, events: Vec<Emitted>) {
        for emitted in events {
            for subscription in self.remember(&emitted) {
                // Asked again at each turn: an earlier handler may have switched this one off.
                if subscription.is_enabled() {
                    subscription.call(emitted.clone(), self.clock.now()).await;
                }
            }
        }
    }

    /// Puts the event into the history and answers who is to hear of it.
    fn remember(&self, emitted: &Emitted) -> Vec<Arc<Subscription>> {
        let event_type = emitted.record.header.event_type;
        let mut state = lock(&self.state);
        state.published += 1;
        state.history.push(Arc::clone(&emitted.record));
        let listens = |subscription: &&Arc<Subscription>| [event_type, ALL_TYPES].contains(&subscription.event_type);
        state.subscriptions.iter().filter(listens).cloned().collect()
    }

    /// The newest `count` events, of one type or of all, oldest first.
    pub fn history(&self, event_type: Option<&str>, count: usize) -> Vec<Arc<EventRecord>> {
        lock(&self.state)
            .history
            .last(count, |record| event_type.is_none_or(|wanted| wanted == record.header.event_type))
    }

    /// Forgets the history. Handlers stay.
    pub fn clear_history(&self) {
        lock(&self.state).history.clear();
    }

    /// Figures of the bus and of each handler.
    pub fn statistics(&self) -> BusStatistics {
        let state = lock(&self.state);
        let handlers: Vec<_> = state.subscriptions.iter().map(|subscription| subscription.statistics()).collect();
        let mut event_types: Vec<_> = handlers.iter().map(|handler| handler.event_type).collect();
        event_types.sort_unstable();
        event_types.dedup();
        BusStatistics {
            total_event_types: event_types.len(),
            event_types,
            total_handlers: handlers.len(),
            history_size: state.history.len(),
            published: state.published,
            handlers,
        }
    }
}

impl fmt::Debug for EventBus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = lock(&self.state);
        f.debug_struct("EventBus")
            .field("handlers", &state.subscriptions.len())
            .field("history", &state.history.len())
            .finish_non_exhaustive()
    }
}
