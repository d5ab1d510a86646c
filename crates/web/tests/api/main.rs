//! The JSON API as programs have it: served over TCP, on both databases.

mod disputes;
mod document;
mod doors;
mod files;
mod inputs;
mod limits;
mod once;
mod people;
mod rights;
mod served;
#[allow(clippy::duplicate_mod, reason = "the world has it for itself as well")]
#[path = "../../../accounts/tests/support/mod.rs"]
mod support;
#[allow(clippy::duplicate_mod, unused_imports, reason = "its macro is for tests of acts")]
#[path = "../../../tournaments/tests/support/mod.rs"]
mod world;
