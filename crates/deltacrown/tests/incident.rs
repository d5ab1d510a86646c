//! Incidents of the past, end to end with the program and on both databases: what happened then must
//! be found before it hurts, and mended by one command.

mod support;

#[path = "incident/zombie.rs"]
mod zombie;

#[path = "incident/way_back.rs"]
mod way_back;

#[path = "incident/rows.rs"]
mod rows;
