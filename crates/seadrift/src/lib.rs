//! Seadrift: schema evolution for SeaORM projects.
//!
//! Entities are the source, migrations are generated, and code, history and live database
//! cannot drift apart unnoticed. One idea carries it: entities, migration files and live
//! databases are all read into one value, the [`schema::Schema`]; every comparison is
//! between two of these.
//!
//! ```text
//! entities ─┐                               ┌─ apply(&mut Schema)
//! files ────┼─► Schema ─► diff ─► Operation ┤
//! database ─┘                               └─ render(dialect) ─► statements
//! ```

pub mod adopt;
#[cfg(feature = "cli")]
pub mod cli;
pub mod diagram;
pub mod dialect;
pub mod diff;
pub mod entity;
pub mod history;
pub mod migration;
pub mod operation;
pub mod project;
pub mod report;
pub mod run;
pub mod schema;

/// The driver under SeaORM, for those who hold a connection of their own.
pub use sea_orm::sqlx;
pub use seadrift_derive::{Declare, migrations};
