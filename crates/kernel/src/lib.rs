//! What every app stands on.
//!
//! - [`db`]: the door to the database; one unit of work is one transaction, and its events are
//!   published after the commit.
//! - [`event`]: facts and the bus that tells them.
//! - [`registry`], [`plugin`], [`gateway`]: services, games and versioned endpoints by name.
//! - [`text`]: folding of names, so that none passes for another.
//! - [`clock`], [`random`], [`actor`]: time, chance and who acts, passed in and never fetched.
//!
//! Everything here is a value that the program's wiring makes and shares as an `Arc`; nothing is
//! global. Not here: HTTP, HTML, tables, and any rule of the platform.

pub mod actor;
pub mod clock;
pub mod db;
pub mod event;
pub mod gateway;
pub mod plugin;
pub mod random;
pub mod registry;
mod sync;
mod task;
pub mod text;

pub use actor::Actor;
pub use clock::{Clock, SystemClock, TestClock};
pub use db::{Db, DbError, DbOptions, Tx};
pub use event::{Event, EventBus};
pub use gateway::Gateway;
pub use plugin::{GamePlugin, PluginRegistry};
pub use random::{Random, SeededRandom, SystemRandom};
pub use registry::ServiceRegistry;
