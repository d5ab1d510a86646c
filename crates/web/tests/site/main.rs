//! The site as visitors have it: served over TCP, on both databases.

mod admin;
mod browser;
mod change;
mod desk;
mod doors;
mod entry;
mod errors;
mod gallery;
mod headers;
mod journey;
mod kept;
mod live;
mod matches;
mod served;
#[path = "../../../accounts/tests/support/mod.rs"]
mod support;
mod teams;
mod tournaments;
