//! Refusals of tournaments, one enum an act, by subject.

pub mod settings;
