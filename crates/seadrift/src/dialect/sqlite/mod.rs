//! SQLite: operations as statements and table rebuilds, and a live database as a schema value.

mod convert;
mod ddl;
mod group;
mod hazard;
mod inspect;
mod literal;
mod parse;
mod rebuild;
mod render;
mod stages;
mod token;
mod types;
mod violations;

pub use hazard::hazards;
pub use inspect::inspect;
pub use rebuild::{KeptColumn, LiveExtras, Offence, Rebuild, RebuildError, RebuildReport};
pub use render::{render, render_along};
pub use stages::stages;
pub use types::implied_check;
pub use violations::{Violation, violations};
