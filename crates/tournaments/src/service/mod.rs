//! The acts of tournaments: load, decide, save, tell, in the caller's unit of work.
//!
//! Rows are locked in one order everywhere: the tournament, its registrations by id, the bracket, matches by id,
//! wallets; the audit log's lock comes last.

pub mod access;
pub(crate) mod board;
pub mod check_in;
pub mod clock;
pub mod correction;
mod desk;
pub mod dispute;
pub mod draw;
pub mod duty;
pub mod enter;
pub mod entry;
pub mod game;
pub mod glance;
pub mod lifecycle;
pub mod log;
pub mod matches;
pub(crate) mod notices;
pub mod payment;
mod place;
pub mod play;
pub mod prize;
pub mod query;
pub mod question;
pub(crate) mod reach;
pub mod result;
pub mod settings;
pub mod staff;
pub mod upload;
