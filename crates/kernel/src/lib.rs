//! What every app stands on.

pub mod actor;
pub mod clock;
pub mod db;
pub mod event;
pub mod random;
mod sync;

pub use actor::Actor;
pub use clock::{Clock, SystemClock, TestClock};
pub use db::{Db, DbError};
pub use event::{Event, EventBus};
pub use random::{Random, SeededRandom, SystemRandom};
