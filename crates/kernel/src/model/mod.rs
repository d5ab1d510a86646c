//! The tables of the kernel, one a file.

pub mod job;
pub mod outbox;
pub mod rate_limit;
pub mod upload;
