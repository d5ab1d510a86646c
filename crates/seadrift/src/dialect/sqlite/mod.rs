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

pub(super) use convert::convert;
pub use hazard::hazards;
pub use inspect::inspect;
pub(super) use literal::{expression_sql, value_sql};
pub use rebuild::{KeptColumn, LiveExtras, Offence, Rebuild, RebuildError, RebuildReport};
pub use render::{render, render_along};
pub use stages::stages;
pub use types::implied_check;
pub(super) use types::{declared_in, from_declared};
pub use violations::{Violation, violations};
