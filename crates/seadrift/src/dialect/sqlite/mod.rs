//! SQLite: operations as statements and table rebuilds, and a live database as a schema value.

mod convert;
mod ddl;
mod group;
mod inspect;
mod literal;
mod parse;
mod rebuild;
mod render;
mod token;
mod types;
mod violations;

pub use inspect::inspect;
pub use rebuild::{KeptColumn, LiveExtras, Offence, Rebuild, RebuildError, RebuildReport};
pub use render::render;
pub use types::implied_check;
pub use violations::{Violation, violations};
