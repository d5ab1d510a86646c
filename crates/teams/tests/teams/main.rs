//! What the databases forbid, the squads of games, a game more, rosters, and team life.

mod entries;
mod founding;
mod games;
mod ids;
mod invitations;
mod joining;
mod logos;
mod matches;
mod memberships;
mod permissions;
mod played;
mod races;
mod ranking;
mod roles;
mod rosters;
mod settings;
mod squads;
mod support;
mod tenth_game;
mod world;
