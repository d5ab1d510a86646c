//! The acts of tournaments: load, decide, save, tell, in the caller's unit of work.
//!
//! Rows are locked in one order everywhere: the tournament, its registrations by id, the bracket, matches by id,
//! wallets; the audit log's lock comes last.

pub mod access;
