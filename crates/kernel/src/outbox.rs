//! News that survives a crash and reaches every node: a row of the unit of work that it is about.
//!
//! [`tell`] stores the row and publishes the event on the process's own bus after the commit, as
//! [`Tx::emit`] does. The row holds the event's [`redacted`](crate::Event::redacted) form: whoever
//! watches a topic sees it. Listening is [`live`](crate::live)'s.

use chrono::Duration;
use sea_orm::ActiveValue::Set;
use serde_json::Value;

use crate::clock::Clock;
use crate::db::{Db, DbError, Signal, Tx};
use crate::event::{Event, Origin};
use crate::model::outbox;
use crate::random::Random;
use crate::store;

/// How many rows one unit of work deletes, so that nobody waits for long.
const BATCH: u64 = 1_000;

/// States a fact to those who watch the topic, on every node, and to this process's bus.
///
/// Topics are `kind:id`, for example `tournament:12` or `user:7`; a hundred bytes at most.
///
/// # Errors
/// When the row cannot be stored; the unit of work is then lost.
pub async fn tell<E: Event>(tx: &Tx, clock: &dyn Clock, topic: &str, event: E) -> Result<(), DbError> {
    let emitted = tx.stamp(event, Origin::default());
    let (id, data) = (emitted.record.header.id.clone(), emitted.record.data.clone());
    store(tx, clock, id, topic, E::TYPE, data).await?;
    tx.publish(emitted);
    Ok(())
}

/// States a fact to those who watch a further topic. The process's bus does not hear of it: it has
/// heard by [`tell`] or by [`Tx::emit`].
///
/// # Errors
/// When the row cannot be stored; the unit of work is then lost.
pub async fn tell_also<E: Event>(
    tx: &Tx,
    clock: &dyn Clock,
    random: &dyn Random,
    topic: &str,
    event: &E,
) -> Result<(), DbError> {
    store(tx, clock, random.token(), topic, E::TYPE, event.redacted()).await
}

async fn store(
    tx: &Tx,
    clock: &dyn Clock,
    event_id: String,
    topic: &str,
    event_type: &str,
    payload: Value,
) -> Result<(), DbError> {
    let row = outbox::ActiveModel {
        event_id: Set(event_id),
        event_type: Set(event_type.to_owned()),
        topic: Set(topic.to_owned()),
        payload: Set(payload),
        created_at: Set(clock.now()),
        ..Default::default()
    };
    store::outbox::insert(tx, row).await?;
    tx.raise(Signal::News);
    Ok(())
}

/// Deletes news that is older than `keep`, some at a time; answers how many. Keep more than the
/// longest time after which a watcher may come back.
///
/// # Errors
/// When the database fails; what is deleted by then stays deleted.
pub async fn prune(db: &Db, clock: &dyn Clock, keep: Duration) -> Result<u64, DbError> {
    let oldest = clock.now() - keep;
    let mut deleted = 0;
    loop {
        let batch =
            db.write(|tx| async move { Ok::<_, DbError>(store::outbox::delete_older(&tx, oldest, BATCH).await?) });
        let count = batch.await?;
        deleted += count;
        if count < BATCH {
            return Ok(deleted);
        }
    }
}
