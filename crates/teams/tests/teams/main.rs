//! What the databases forbid, the squads of games, a game more, and rosters.

mod entries;
mod games;
mod invitations;
mod matches;
mod memberships;
mod ranking;
mod rosters;
mod squads;
mod support;
mod tenth_game;
