//! Line-ups that people saved, to register faster.

pub mod efootball_team_preset;
pub mod valorant_player_preset;
pub mod valorant_team_preset;
