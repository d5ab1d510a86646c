//! The JSON API as programs have it: served over TCP, on both databases.

mod document;
mod doors;
mod inputs;
mod limits;
mod once;
mod rights;
mod served;
#[path = "../../../accounts/tests/support/mod.rs"]
mod support;
#[allow(unused_imports, reason = "its macro is for tests of acts")]
#[path = "../../../tournaments/tests/support/mod.rs"]
mod world;
