//! The whole catalogue of models: against the system that this one replaces, and on real databases.

mod differences;
mod round_trip;
