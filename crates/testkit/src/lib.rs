//! What tests of every crate share: a fresh database of each kind from one test body.
//!
//! A test that needs a database is written once and runs on both kinds:
//!
//! ```no_run
//! use testkit::TestDatabase;
//!
//! testkit::on_both! {
//!     /// A new database has no tables.
//!     async fn is_empty(db: &TestDatabase) {
//!         assert!(db.tables().await.is_empty());
//!     }
//! }
//! # fn main() {}
//! ```
//!
//! What a machine lacks is said loudly with the package that brings it, and the test counts as
//! skipped; where `CI` is set the same text fails the test, so that nothing is skipped unseen.
//!
//! Not here: data to test with (`demo`), and anything that knows a crate of this workspace.
//! The kit depends on none of them, so a change in one rebuilds no other's tests.

#[cfg(feature = "browser")]
pub mod browser;
pub mod database;
pub mod http;
mod missing;
pub mod process;

pub use database::{Kind, TestDatabase};
