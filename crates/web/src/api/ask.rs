//! What an operation is told beside its input: the services' tools, and who asks from where.

use std::sync::Arc;

use accounts::User;
use kernel::{Actor, Clock, Db, PluginRegistry, Random, gateway::Origin};
use tournaments::{By, Context};

use super::problem::{Problem, SIGN_IN_REQUIRED};

/// What the operations of a site share.
pub(crate) struct Tools {
    pub(crate) db: Db,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) games: Arc<PluginRegistry>,
}

/// One call.
pub(crate) struct Ask {
    pub(crate) tools: Arc<Tools>,
    pub(crate) by: By,
    pub(crate) origin: Origin,
}

impl Ask {
    pub(crate) fn db(&self) -> &Db {
        &self.tools.db
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.tools.clock
    }

    pub(crate) fn random(&self) -> &dyn Random {
        &*self.tools.random
    }

    pub(crate) fn games(&self) -> &PluginRegistry {
        &self.tools.games
    }

    pub(crate) fn actor(&self) -> &Actor {
        &self.by.actor
    }

    /// What the acts of tournaments are told.
    pub(crate) fn cx(&self) -> Context<'_> {
        Context::new(self.clock(), self.random(), &self.by)
    }

    /// The person who asks.
    pub(crate) fn person(&self) -> Result<i64, Problem> {
        self.by.actor.user_id().ok_or_else(|| Problem::new(SIGN_IN_REQUIRED, "Sign in first."))
    }

    pub(crate) async fn user(&self) -> Result<User, Problem> {
        let user = accounts::service::user(self.db(), self.person()?).await?;
        user.ok_or_else(|| Problem::new(SIGN_IN_REQUIRED, "This account is gone."))
    }

    /// The profile of the person who asks.
    pub(crate) async fn profile(&self) -> Result<profiles::Profile, Problem> {
        Ok(profiles::service::of_user(self.db(), self.clock(), &self.user().await?).await?)
    }
}
