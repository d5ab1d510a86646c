//! What builds the town: the database, a clock that is moved through the past, and who acts.

use std::fmt::Display;

use chrono::{DateTime, TimeDelta, Utc};
use kernel::{Clock, Db, PluginRegistry, Random, TestClock};

/// A town that could not be built.
#[derive(Debug, thiserror::Error)]
#[error("the demo stopped at {what}: {why}")]
pub struct Stuck {
    what: String,
    why: String,
}

impl Stuck {
    pub(crate) fn new(what: impl Into<String>, why: impl Display) -> Self {
        Self { what: what.into(), why: why.to_string() }
    }

    pub(crate) fn inhabited() -> Self {
        Self::new(
            "the first person",
            "people have signed up to this database already; the demo wants one of its own, for example --database sqlite://var/demo.db",
        )
    }
}

/// Somebody who can sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// Username.
    pub username: String,
    /// What there is to see as this person.
    pub what: &'static str,
}

/// The town, once it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Town {
    /// The password of everybody.
    pub password: String,
    /// The most interesting people.
    pub logins: Vec<Login>,
}

/// What every act needs.
pub(crate) struct Site<'a> {
    pub db: &'a Db,
    pub random: &'a dyn Random,
    pub clock: TestClock,
    pub games: PluginRegistry,
    pub password: String,
    pub now: DateTime<Utc>,
}

/// Words of the password: easy to type, and drawn anew for each town.
const WORDS: [&str; 32] = [
    "amber", "anchor", "basil", "beacon", "cedar", "cobalt", "coral", "delta", "ember", "falcon", "fern", "garnet",
    "harbor", "indigo", "jasmine", "juniper", "lantern", "lotus", "maple", "marble", "meadow", "nectar", "onyx",
    "opal", "pepper", "quartz", "river", "saffron", "tamarind", "velvet", "willow", "zephyr",
];

impl<'a> Site<'a> {
    pub fn new(db: &'a Db, random: &'a dyn Random, now: DateTime<Utc>) -> Result<Self, Stuck> {
        let games = PluginRegistry::new();
        for game in teams::games() {
            games.register(game).map_err(|error| Stuck::new("registering the games", error))?;
        }
        let mut number = random.number();
        let mut word = || {
            let word = WORDS[(number % 32) as usize];
            number /= 32;
            word
        };
        let password = format!("{} {} {} {}", word(), word(), word(), word());
        Ok(Self { db, random, clock: TestClock::at(now), games, password, now })
    }

    /// Moves the clock to so long before the present; a negative time lies ahead.
    pub fn ago(&self, time: TimeDelta) -> DateTime<Utc> {
        self.clock.set(self.now - time);
        self.clock.now()
    }

    pub fn at(&self, moment: DateTime<Utc>) {
        self.clock.set(moment);
    }
}

/// Runs an act of a service in a unit of work of its own: `act!(site, actor, "what", |tx, cx| an_act(tx, cx, …))`.
macro_rules! act {
    ($site:expr, $by:expr, $what:expr, |$tx:ident, $cx:ident| $call:expr) => {{
        let site = $site;
        let by = &tournaments::By::from($by);
        site.db
            .write(|$tx| async move {
                let context = tournaments::Context::new(&site.clock, site.random, by);
                let ($tx, $cx) = (&$tx, &context);
                // The acts of a whole cup in one future would be too large for a stack.
                Box::pin($call).await
            })
            .await
            .map_err(|refusal| $crate::town::Stuck::new($what, refusal))
    }};
}
pub(crate) use act;
