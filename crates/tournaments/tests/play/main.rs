//! Play on real databases: seeding and drawing, matches, results, corrections, disputes, prizes, and whole tournaments
//! from the first entry to the last coin.

mod corrections;
mod creation;
mod disputes;
mod drawing;
mod matches;
mod prizes;
mod races;
mod results;
mod scene;
mod story;
#[path = "../support/mod.rs"]
mod support;
