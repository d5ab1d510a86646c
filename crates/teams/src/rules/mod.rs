//! Decisions about teams: values in, values or refusals out. Nothing here reads a database.

pub mod form;
pub mod id;
pub mod permission;
pub mod record;
pub mod region;
pub mod roster;
