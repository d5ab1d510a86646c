//! The site as visitors have it: served over TCP, on both databases.

mod admin;
mod browser;
mod change;
mod doors;
mod errors;
mod headers;
mod journey;
mod served;
#[path = "../../../accounts/tests/support/mod.rs"]
mod support;
