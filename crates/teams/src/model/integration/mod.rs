//! Entries of teams into tournaments.

pub mod tournament_participation;
pub mod tournament_registration;
pub mod tournament_roster_lock;
