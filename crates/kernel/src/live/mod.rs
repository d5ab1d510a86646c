//! Streams of news for those who watch: what any node has told by way of the [`outbox`](crate::outbox).
//!
//! One task a process reads the outbox: at once after a commit of its own process that told something,
//! and about once a second besides, for the other nodes' news. It hands each item to the
//! subscriptions of its topic.
//!
//! # Nothing is skipped
//!
//! Ids are given when a row is inserted and seen when its transaction commits, so on PostgreSQL a
//! lower id may appear after a higher one. The reader therefore remembers the ids that it has not
//! seen below the highest that it has, and looks for them again: for [`GAP_LIFE`] (longer than the
//! server lets any transaction idle), at most [`GAP_LIMIT`] of them. A transaction that rolled back leaves
//! such a gap for good, which costs a look at an index until it is forgotten.
//!
//! A watcher who comes back says where it was by the last item's [`Resume`], which holds the newest
//! of these gaps besides the id; [`Live::resume`] makes up for what it missed. Items come in the order
//! of ids but for those that were seen late, each once; only who comes back twice in quick succession
//! may get one again, and can tell by its id. Keep the outbox longer than watchers stay away.
//!
//! A reader that does not keep up is told that it [`Lagged`] and comes back in the same way.

mod hub;
mod resume;
mod tail;

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use crate::db::{Db, DbError};
use crate::model::outbox;
use crate::store;
use hub::Hub;
use tail::Tail;

pub use hub::{Lagged, Subscription};
pub use resume::{NotAPlace, Resume};
pub use tail::{GAP_LIFE, GAP_LIMIT};

/// A piece of news.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveEvent {
    /// Id in the outbox.
    pub id: i64,
    /// Whom it is for.
    pub topic: String,
    /// The kind of fact.
    pub event_type: String,
    /// The event without its secrets.
    pub payload: Value,
    /// Where to go on from after this one: what a browser sends as `Last-Event-ID`.
    pub resume: Resume,
}

impl LiveEvent {
    fn new(row: outbox::Model, resume: Resume) -> Self {
        Self { id: row.id, topic: row.topic, event_type: row.event_type, payload: row.payload, resume }
    }
}

/// How news is read and kept.
#[derive(Debug, Clone)]
pub struct LiveOptions {
    /// How often it looks for other nodes' news.
    pub poll: Duration,
    /// How many items wait for a slow reader before it is told that it lagged.
    pub buffer: usize,
}

impl Default for LiveOptions {
    fn default() -> Self {
        Self { poll: Duration::from_secs(1), buffer: 256 }
    }
}

/// What a watcher missed, and its stream from there on.
#[derive(Debug)]
pub struct Resumed {
    /// What was told meanwhile, lowest id first.
    pub missed: Vec<LiveEvent>,
    /// There is more: the limit was reached. Whoever shows a state rather than a list reads it anew.
    pub truncated: bool,
    /// What is told from here on.
    pub stream: Subscription,
}

/// The streams of one process. Cheap to clone; the reader ends with the last clone.
#[derive(Debug, Clone)]
pub struct Live {
    db: Db,
    hub: Arc<Hub>,
}

impl Live {
    /// Starts reading from the present on.
    ///
    /// # Errors
    /// When the outbox cannot be read.
    pub async fn start(db: Db, options: LiveOptions) -> Result<Self, DbError> {
        let hub = Arc::new(Hub::new(options.buffer));
        let tail = Tail::begin(db.clone()).await?;
        hub.advance(tail.place());
        tokio::spawn(tail.run(Arc::downgrade(&hub), options.poll));
        Ok(Self { db, hub })
    }

    /// Where the stream of news stands: whoever reads a state after asking, and resumes from here, misses nothing.
    pub fn place(&self) -> Resume {
        self.hub.place()
    }

    /// A stream of what is told about these topics from here on.
    pub fn subscribe<T: Into<String>>(&self, topics: impl IntoIterator<Item = T>) -> Subscription {
        Hub::subscribe(&self.hub, topics.into_iter().map(Into::into).collect())
    }

    /// What was told about these topics since, at most `limit` items, and the stream from there on:
    /// nothing is missed, and nothing is in both.
    ///
    /// # Errors
    /// When the outbox cannot be read.
    pub async fn resume<T: Into<String>>(
        &self,
        topics: impl IntoIterator<Item = T>,
        from: impl Into<Resume>,
        limit: usize,
    ) -> Result<Resumed, DbError> {
        let topics: Vec<String> = topics.into_iter().map(Into::into).collect();
        let from = from.into();
        // First, so that what is told during the query is in one of the two, or in both.
        let mut stream = Hub::subscribe(&self.hub, topics.clone());
        let place = self.hub.place();
        let mut rows = missed(&self.db, &topics, &from, limit.saturating_add(1)).await?;
        let truncated = rows.len() > limit;
        rows.truncate(limit);
        let missed: Vec<LiveEvent> = rows
            .into_iter()
            .map(|row| {
                let resume = from.pass(row.id, &place);
                LiveEvent::new(row, resume)
            })
            .collect();
        stream.skip(missed.iter().map(|event| event.id));
        Ok(Resumed { missed, truncated, stream })
    }

    /// How many streams are open.
    pub fn subscriptions(&self) -> usize {
        self.hub.len()
    }
}

/// What was told about these topics after a place, lowest id first, at most `limit` items: for readers
/// without a stream. Given a bare id instead of a [`Resume`], an item with a lower id whose
/// transaction committed later is not among them.
///
/// # Errors
/// When the outbox cannot be read.
pub async fn since(
    db: &Db,
    topics: &[String],
    from: impl Into<Resume>,
    limit: usize,
) -> Result<Vec<LiveEvent>, DbError> {
    let from = from.into();
    let rows = missed(db, topics, &from, limit).await?;
    // Nobody has watched for gaps here, so those before stay open.
    let pass = |row: outbox::Model| {
        let resume = from.pass(row.id, &Resume::from(i64::MAX));
        LiveEvent::new(row, resume)
    };
    Ok(rows.into_iter().map(pass).collect())
}

async fn missed(db: &Db, topics: &[String], from: &Resume, limit: usize) -> Result<Vec<outbox::Model>, DbError> {
    let limit = u64::try_from(limit).unwrap_or(i64::MAX.unsigned_abs()).min(i64::MAX.unsigned_abs());
    Ok(store::outbox::missed(db.read(), topics, from.last(), from.open(), limit).await?)
}
