//! Decisions about teams: values in, values or refusals out. Nothing here reads a database.

pub mod id;
pub mod region;
pub mod roster;
