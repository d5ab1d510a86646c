//! The tables of tournaments, one a file.

pub mod audit_log;
pub mod bracket;
pub mod bracket_node;
pub mod custom_field;
pub mod dispute;
pub mod dispute_evidence;
pub mod entry_player;
pub mod game;
pub mod r#match;
pub mod payment;
pub mod prize_award;
pub mod registration;
pub mod result_submission;
pub mod staff_member;
pub mod tournament;
pub mod tournament_version;
