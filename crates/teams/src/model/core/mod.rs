//! Teams and who belongs to them.

pub mod team;
pub mod team_membership;
