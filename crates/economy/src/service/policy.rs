//! What tournaments pay in coins: the policy of one, or of the platform.
//!
//! Not here: paying (`tournament`).

use kernel::{Actor, Clock, DbError, Tx};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};

use crate::{error::PolicyRefusal, model::coin_policy};

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
    let of = coin_policy::Column::TournamentId;
    let of = tournament.map_or_else(|| of.is_null(), |tournament| of.eq(tournament));
    let found = coin_policy::Entity::find().filter(of).one(tx).await.map_err(DbError::from)?;
    let known = found.is_some();
    let row = coin_policy::ActiveModel {
        enabled: Set(policy.enabled),
        participation: Set(policy.participation),
        top4: Set(policy.top4),
        runner_up: Set(policy.runner_up),
        winner: Set(policy.winner),
        updated_at: Set(clock.now()),
        ..found.map(IntoActiveModel::into_active_model).unwrap_or_default()
    };
    let done = if known {
        row.update(tx).await.map(drop)
    } else {
        let new = coin_policy::ActiveModel { tournament_id: Set(tournament), created_at: Set(clock.now()), ..row };
        coin_policy::Entity::insert(new).exec_without_returning(tx).await.map(drop)
    };
    Ok(done.map_err(DbError::from)?)
}
