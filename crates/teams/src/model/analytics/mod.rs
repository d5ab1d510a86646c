//! Figures of teams and players, and the matches that they come from.

pub mod match_participation;
pub mod match_record;
pub mod player_stats;
pub mod team_analytics;
