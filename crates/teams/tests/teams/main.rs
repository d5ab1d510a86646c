//! What the databases forbid, the squads of games, a game more, and rosters.

mod entries;
mod games;
mod ids;
mod invitations;
mod matches;
mod memberships;
mod ranking;
mod rosters;
mod settings;
mod squads;
mod support;
mod tenth_game;
