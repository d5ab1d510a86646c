//! What tournaments pay in coins: the policy of one, or of the platform.
//!
//! Not here: paying (`tournament`).

use kernel::{Actor, Clock, DbError, Tx};
use sea_orm::{ActiveValue::Set, IntoActiveModel};

use crate::{error::PolicyRefusal, model::coin_policy, store};

/// Coins that a tournament pays from the treasury.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Whether anything is paid.
    pub enabled: bool,
    /// For taking part.
    pub participation: i64,
    /// For a lost semi-final.
    pub top4: i64,
    /// For a lost final.
    pub runner_up: i64,
    /// For the title.
    pub winner: i64,
}

/// What the old platform paid.
impl Default for Policy {
    fn default() -> Self {
        Self { enabled: true, participation: 5, top4: 25, runner_up: 50, winner: 100 }
    }
}

/// Sets what a tournament pays from now on, or without one, what all pay that have no policy of their own.
///
/// # Errors
/// See [`PolicyRefusal`].
pub async fn set_policy(
    tx: &Tx,
    clock: &dyn Clock,
    actor: &Actor,
    tournament: Option<i64>,
    policy: &Policy,
) -> Result<(), PolicyRefusal> {
    if !actor.is_staff() {
        return Err(PolicyRefusal::NotStaff);
    }
    if [policy.participation, policy.top4, policy.runner_up, policy.winner].iter().any(|coins| *coins < 0) {
        return Err(PolicyRefusal::Negative);
    }
    let now = clock.now();
    let row = match store::policy_of(tx, tournament).await.map_err(DbError::from)? {
        Some(found) => found.into_active_model(),
        None => coin_policy::ActiveModel { tournament_id: Set(tournament), created_at: Set(now), ..Default::default() },
    };
    let row = coin_policy::ActiveModel {
        enabled: Set(policy.enabled),
        participation: Set(policy.participation),
        top4: Set(policy.top4),
        runner_up: Set(policy.runner_up),
        winner: Set(policy.winner),
        updated_at: Set(now),
        ..row
    };
    Ok(store::save_policy(tx, row).await.map_err(DbError::from)?)
}
