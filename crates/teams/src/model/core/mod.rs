//! Teams and who belongs to them.

pub mod team;
pub mod team_achievement;
pub mod team_invite;
pub mod team_join_request;
pub mod team_membership;
pub mod team_stats;
