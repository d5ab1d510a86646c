//! The tables of tournaments, one a file.

pub mod audit_log;
pub mod bracket;
pub mod bracket_node;
pub mod custom_field;
pub mod dispute;
pub mod game;
pub mod r#match;
pub mod payment;
pub mod registration;
pub mod tournament;
pub mod tournament_version;
