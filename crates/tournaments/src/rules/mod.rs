//! Decisions that can be told without a database: values in, values or refusals out.

pub mod access;
pub mod edit;
pub mod prize;
pub mod settings;
pub mod status;
