//! The database door, on each kind of database.

mod beginning;
mod events;
mod line;
mod opening;
mod places;
mod support;
mod units;
