//! Decisions that can be told without a database: values in, values or refusals out.

pub mod access;
pub mod answers;
pub mod dispute;
pub mod draw;
pub mod edit;
pub mod entry;
pub mod match_state;
pub mod meeting;
pub mod payment;
pub mod prize;
pub mod result;
pub mod seeding;
pub mod settings;
pub mod status;
pub mod structure;
