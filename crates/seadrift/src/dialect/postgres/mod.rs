//! PostgreSQL 14 and newer.

mod catalogue;
mod convert;
mod ddl;
mod inspect;
mod render;
mod settle;

pub use inspect::inspect;
pub use render::render;
pub use settle::settle;
