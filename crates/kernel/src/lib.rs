//! What every app stands on.
//!
//! - [`db`]: the door to the database; one unit of work is one transaction, and its events are
//!   published after the commit.
//! - [`event`]: facts and the bus that tells them.
//! - [`outbox`], [`live`]: facts that outlive the process, and streams of them for who watches.
//! - [`jobs`]: work that is done later, at least once, by one node of many.
//! - [`upload`], [`rate`]: files and rate limits that all nodes share.
//! - [`registry`], [`plugin`], [`gateway`]: services, games and versioned endpoints by name.
//! - [`text`]: folding of names, so that none passes for another.
//! - [`clock`], [`random`], [`actor`]: time, chance and who acts, passed in and never fetched.
//!
//! Everything here is a value that the program's wiring makes and shares as an `Arc`; nothing is
//! global. The tables are those of the machinery above, and the kernel is an app by them ([`app`]).
//! Not here: HTTP, HTML, and any rule of the platform.

pub mod actor;
pub mod clock;
pub mod db;
pub mod event;
pub mod gateway;
pub mod jobs;
pub mod live;
pub mod model;
pub mod outbox;
pub mod plugin;
pub mod random;
pub mod rate;
pub mod registry;
mod store;
mod sync;
mod task;
pub mod text;
pub mod upload;

pub use actor::Actor;
pub use clock::{Clock, SystemClock, TestClock};
pub use db::{Db, DbError, DbOptions, Tx};
pub use event::{Event, EventBus};
pub use gateway::Gateway;
pub use live::Live;
pub use plugin::{GamePlugin, PluginRegistry};
pub use random::{Random, SeededRandom, SystemRandom};
pub use registry::ServiceRegistry;

/// This app: its entities and its migrations.
pub fn app() -> seadrift::project::App {
    seadrift::project::App::new("kernel")
        .model::<model::outbox::Entity>()
        .model::<model::job::Entity>()
        .model::<model::upload::Entity>()
        .model::<model::rate_limit::Entity>()
        .migrations(seadrift::migrations!())
}
