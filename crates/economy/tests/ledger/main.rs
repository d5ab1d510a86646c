//! The ledger on real databases: what it refuses, random work against a model, races, damage, and tournaments.

#[path = "../../../profiles/tests/support/mod.rs"]
mod people;

mod damage;
mod guards;
mod model;
mod races;
mod refusals;
mod statements;
mod support;
mod tournaments;
