//! SQLite: rendering, rebuilding and reading back, on real databases.

mod damage;
mod foreign;
mod grouping;
mod laws;
mod operations;
mod rebuild;
mod support;
mod types;
