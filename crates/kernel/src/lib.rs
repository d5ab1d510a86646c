//! What every app stands on.

pub mod actor;
pub mod clock;
pub mod random;

pub use actor::Actor;
pub use clock::{Clock, SystemClock, TestClock};
pub use random::{Random, SeededRandom, SystemRandom};
