//! PostgreSQL 14 and newer.

mod catalogue;
mod convert;
mod ddl;
mod hazard;
mod inspect;
mod online;
mod render;
mod settle;

pub(super) use convert::{carried, unbounded};
pub(super) use ddl::{type_name, value};
pub use hazard::hazards;
pub use inspect::inspect;
pub use online::{build_index, drop_index, stages};
pub use render::{render, render_along};
pub use settle::settle;
