//! The tables of the coin economy, one a file.

pub mod coin_policy;
pub mod transaction;
pub mod transfer;
pub mod wallet;
