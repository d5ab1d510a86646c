//! Seadrift on a real PostgreSQL: what operations become, and what is read back.

#[path = "postgres/bench.rs"]
mod bench;
#[path = "postgres/convert.rs"]
mod convert;
#[path = "postgres/damage.rs"]
mod damage;
#[path = "postgres/hazard.rs"]
mod hazard;
#[path = "postgres/operations.rs"]
mod operations;
#[path = "postgres/round_trip.rs"]
mod round_trip;
#[path = "postgres/settle.rs"]
mod settle;
#[path = "support/mod.rs"]
mod support;
#[path = "expression/typed.rs"]
#[allow(dead_code, reason = "another test runs the conditions over rows")]
mod typed;
