//! The tables of tournaments on real databases: what they refuse, what they let go, and what they keep.

mod deletion;
mod play;
mod refusals;
mod scene;
#[path = "../../../accounts/tests/support/mod.rs"]
mod support;
