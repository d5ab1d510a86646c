//! The entities of this app, one table a file, in folders by topic. The squads of single games are
//! not here: each game declares its own, under `game`.

pub mod analytics;
pub mod chat;
pub mod core;
pub mod discussion;
pub mod integration;
pub mod preset;
pub mod ranking;
pub mod social;
pub mod sponsorship;
