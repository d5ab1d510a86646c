//! Work that tournaments have done later. A job only calls an idempotent act of a service: late or twice, it does
//! no harm.

use chrono::{DateTime, Utc};
use kernel::{
    DbError, Tx,
    jobs::{NewJob, enqueue},
};
use serde_json::json;

use crate::context::Context;

/// Moves a tournament on: payload `{"tournament_id"}`.
pub const TOURNAMENT_CLOCK: &str = "tournament.clock";
/// Moves a match on: payload `{"match_id"}`.
pub const MATCH_CLOCK: &str = "match.clock";
/// Pays a tournament's prizes: payload `{"tournament_id"}`.
pub const PRIZES_PAY: &str = "prizes.pay";

/// Queues a job about one row, which the payload names so (`tournament_id`, say), in the caller's unit of work. There
/// is one unfinished job of a kind about a row, due at the earliest time that was asked for: its act asks again for
/// what is due later.
///
/// # Errors
/// When the database fails.
pub async fn at(tx: &Tx, cx: &Context<'_>, kind: &str, row: &str, id: i64, when: DateTime<Utc>) -> Result<(), DbError> {
    let job =
        NewJob { payload: json!({ row: id }), dedupe_key: Some(format!("{kind}:{id}")), ..NewJob::new(kind, when) };
    enqueue(tx, cx.clock, job).await.map(drop)
}
