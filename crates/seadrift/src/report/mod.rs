//! Reports: findings with a stable code, what was expected, what was found, and what mends it.

mod code;
mod finding;
pub mod verify;

pub use code::{Code, Severity};
pub use finding::{Finding, Report};
