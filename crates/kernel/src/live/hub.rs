//! Hands news to the subscriptions of its topic; each keeps a bounded number of items for its reader.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex};

use thiserror::Error;
use tokio::sync::Notify;

use super::{LiveEvent, Resume};
use crate::sync::lock;

/// The reader did not keep up: items were left out. It goes on from the last that it got, by
/// [`Live::resume`](super::Live::resume).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the reader did not keep up, {missed} items were left out: go on from the last one")]
pub struct Lagged {
    /// How many were left out.
    pub missed: u64,
}

#[derive(Debug)]
pub(super) struct Hub {
    buffer: usize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    next: u64,
    by_topic: HashMap<String, HashMap<u64, Arc<Mailbox>>>,
    open: usize,
    /// How far the outbox is read.
    place: Resume,
}

#[derive(Debug, Default)]
struct Mailbox {
    content: Mutex<Content>,
    arrived: Notify,
}

#[derive(Debug, Default)]
struct Content {
    waiting: VecDeque<Arc<LiveEvent>>,
    missed: u64,
    closed: bool,
}

impl Mailbox {
    fn put(&self, event: &Arc<LiveEvent>, buffer: usize) {
        let mut content = lock(&self.content);
        // Nothing comes after what was left out until the reader knows of that.
        if content.missed > 0 || content.waiting.len() >= buffer {
            content.missed += 1;
        } else {
            content.waiting.push_back(Arc::clone(event));
        }
        drop(content);
        self.arrived.notify_one();
    }

    fn close(&self) {
        lock(&self.content).closed = true;
        self.arrived.notify_one();
    }
}

impl Hub {
    pub(super) fn new(buffer: usize) -> Self {
        Self { buffer: buffer.max(1), state: Mutex::default() }
    }

    pub(super) fn subscribe(hub: &Arc<Self>, topics: Vec<String>) -> Subscription {
        let mailbox = Arc::new(Mailbox::default());
        let topics: HashSet<String> = topics.into_iter().collect();
        let mut state = lock(&hub.state);
        let number = state.next;
        state.next += 1;
        state.open += 1;
        for topic in &topics {
            state.by_topic.entry(topic.clone()).or_default().insert(number, Arc::clone(&mailbox));
        }
        drop(state);
        Subscription { hub: Arc::downgrade(hub), number, topics, mailbox, known: HashSet::new() }
    }

    /// Delivers news and notes how far the outbox is read, in one step for those who subscribe.
    pub(super) fn deliver(&self, events: &[Arc<LiveEvent>], place: Resume) {
        let mut state = lock(&self.state);
        for event in events {
            for mailbox in state.by_topic.get(&event.topic).into_iter().flat_map(HashMap::values) {
                mailbox.put(event, self.buffer);
            }
        }
        state.place = place;
    }

    pub(super) fn advance(&self, place: Resume) {
        lock(&self.state).place = place;
    }

    pub(super) fn place(&self) -> Resume {
        lock(&self.state).place.clone()
    }

    pub(super) fn len(&self) -> usize {
        lock(&self.state).open
    }
}

/// The readers' streams end.
impl Drop for Hub {
    fn drop(&mut self) {
        let state = lock(&self.state);
        state.by_topic.values().flat_map(HashMap::values).for_each(|mailbox| mailbox.close());
    }
}

/// A stream of news about some topics. Dropping it ends it.
#[derive(Debug)]
pub struct Subscription {
    hub: std::sync::Weak<Hub>,
    number: u64,
    topics: HashSet<String>,
    mailbox: Arc<Mailbox>,
    /// Ids that the reader got in another way; each may still come here once.
    known: HashSet<i64>,
}

impl Subscription {
    /// The next item; waits for it. `None` when the streams of this process have ended. May be
    /// dropped and asked again: nothing is lost.
    ///
    /// # Errors
    /// [`Lagged`] when items were left out because this was not asked often enough.
    pub async fn next(&mut self) -> Option<Result<Arc<LiveEvent>, Lagged>> {
        loop {
            {
                let mut content = lock(&self.mailbox.content);
                if let Some(event) = content.waiting.pop_front() {
                    drop(content);
                    if self.known.remove(&event.id) {
                        continue;
                    }
                    return Some(Ok(event));
                }
                if content.missed > 0 {
                    return Some(Err(Lagged { missed: std::mem::take(&mut content.missed) }));
                }
                if content.closed {
                    return None;
                }
            }
            self.mailbox.arrived.notified().await;
        }
    }

    /// Leaves these out: the reader has them.
    pub(super) fn skip(&mut self, ids: impl Iterator<Item = i64>) {
        self.known.extend(ids);
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let Some(hub) = self.hub.upgrade() else { return };
        let mut state = lock(&hub.state);
        state.open -= 1;
        for topic in &self.topics {
            if let Some(mailboxes) = state.by_topic.get_mut(topic) {
                mailboxes.remove(&self.number);
                if mailboxes.is_empty() {
                    state.by_topic.remove(topic);
                }
            }
        }
    }
}
