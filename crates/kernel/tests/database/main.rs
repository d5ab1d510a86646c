//! The database door, on each kind of database.

mod events;
mod opening;
mod support;
mod units;
