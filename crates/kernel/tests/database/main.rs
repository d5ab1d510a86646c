//! The database door, on each kind of database.

mod events;
mod line;
mod opening;
mod support;
mod units;
