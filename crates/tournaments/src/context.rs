//! What every act is told: the time, chance, and on whose behalf it is done.
//!
//! Not here: what somebody may do ([`rules::access`](crate::rules::access)).

use chrono::{DateTime, Utc};
use kernel::{Actor, Clock, Random};

/// On whose behalf, and from where: for rights and for the audit log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct By {
    /// Who.
    pub actor: Actor,
    /// The address that the request came from.
    pub ip: Option<String>,
    /// The browser, in its own words.
    pub user_agent: Option<String>,
}

impl By {
    /// The program itself: a job, or a command of the operator.
    pub const SYSTEM: Self = Self { actor: Actor::System, ip: None, user_agent: None };
}

impl From<Actor> for By {
    fn from(actor: Actor) -> Self {
        Self { actor, ip: None, user_agent: None }
    }
}

/// What every act is told.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The time.
    pub clock: &'a dyn Clock,
    /// Chance.
    pub random: &'a dyn Random,
    /// Who acts.
    pub by: &'a By,
}

impl<'a> Context<'a> {
    /// This time and chance, on this behalf.
    pub const fn new(clock: &'a dyn Clock, random: &'a dyn Random, by: &'a By) -> Self {
        Self { clock, random, by }
    }

    /// The present moment.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Who acts.
    pub const fn actor(&self) -> Actor {
        self.by.actor
    }

    /// The account of who acts, when a person does.
    pub const fn user(&self) -> Option<i64> {
        self.by.actor.user_id()
    }
}
