//! What tests of every crate share: fresh databases, programs under test, requests, and a browser.
//!
//! A test that needs a database is written once and runs on both kinds, as `is_empty::sqlite` and
//! `is_empty::postgres`:
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
//! # What a machine needs
//!
//! PostgreSQL's programs or a server, and for the feature `browser` Chromium with its driver. What is missing is said
//! loudly with the package that brings it, and the test counts as skipped; where `CI` is set the same text fails the
//! test, so that nothing is skipped unseen.
//!
//! | variable | meaning |
//! | --- | --- |
//! | `DELTACROWN_TEST_POSTGRES` | URL of a database on a server where others can be created; without it a private server is started |
//! | `DELTACROWN_TEST_POSTGRES_BIN` | directory of `initdb` and `postgres`; without it the newest installed |
//! | `TMPDIR` | where databases are put; without it in `/dev/shm` if 2 GiB are free there, which is faster by far |
//! | `CI` | set, and not `0` or `false`: a skip is a failure |
//!
//! # What is left on a machine
//!
//! Nothing: databases go with their values, and what a killed test could not remove goes later. The private server
//! and its directory go ten seconds after its last test process ended, however it ended; `tests/server.rs` kills
//! processes to prove it. SQLite files of killed tests go with the next test that makes one; a prepared one stays ten
//! minutes for later tests and then goes the same way.
//!
//! # What is not here
//!
//! Data to test with (`demo`), and anything that knows a crate of this workspace: the kit depends on none of them, so
//! a change in one does not rebuild the tests of all.

#[cfg(feature = "browser")]
pub mod browser;
pub mod database;
pub mod http;
mod missing;
pub mod process;

pub use database::{Kind, TestDatabase};
