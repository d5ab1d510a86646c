//! What waits for somebody because of what they do for tournaments, over all of them.
//!
//! Not here: what waits in one tournament ([`query::waiting`](super::query::waiting)), and what waits for who plays.

use std::collections::BTreeMap;

use kernel::{Actor, DbError};
use sea_orm::ConnectionTrait;

use super::glance;
use crate::{
    model::{dispute, r#match as meeting, payment, registration, tournament},
    store,
};

/// What waits for somebody's duty, oldest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Due {
    /// Disputes that they may settle, with their matches.
    pub disputes: Vec<(dispute::Model, meeting::Model)>,
    /// Payments that they have to look for, with their entries.
    pub payments: Vec<(payment::Model, registration::Model)>,
    /// The tournaments of both, by id.
    pub tournaments: BTreeMap<i64, tournament::Model>,
}

/// What waits for the duty of this actor, at most so much of each kind. At most three statements.
///
/// # Errors
/// When the database fails.
pub async fn due(db: &impl ConnectionTrait, actor: &Actor, limit: u64) -> Result<Due, DbError> {
    let Some(user) = actor.user_id() else { return Ok(Due::default()) };
    let rank = (actor.is_staff(), actor.is_superuser());
    let disputes = store::dispute::to_settle(db, user, rank, limit).await?;
    let payments = store::payment::to_verify(db, user, limit).await?;
    let payments: Vec<_> = payments.into_iter().filter_map(|(payment, entry)| Some((payment, entry?))).collect();
    let mut ids: Vec<i64> = disputes.iter().map(|(_, meeting)| meeting.tournament_id).collect();
    ids.extend(payments.iter().map(|(_, entry)| entry.tournament_id));
    let tournaments = glance::tournaments(db, &ids).await?;
    Ok(Due { disputes, payments, tournaments })
}
