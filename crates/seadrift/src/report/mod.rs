//! Reports: findings with a stable code, what was expected, what was found, and what mends it.

pub mod check;
mod code;
pub mod doctor;
mod finding;
pub mod guide;
pub mod lint;
mod mend;
mod replaced;
pub mod verify;

pub use code::{Code, Severity};
pub use finding::{Finding, Report};
