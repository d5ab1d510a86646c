//! The home page against a bare route that returns the same bytes.

use std::sync::Arc;

use bench::{
    head,
    site::{self, Ask},
};
use kernel::SystemClock;
use testkit::TestDatabase;
use tokio::runtime::Runtime;

/// Requests of each run.
const REQUESTS: usize = 4_000;

fn main() {
    let runtime = Runtime::new().expect("a runtime");
    head("GET /, requests a second", "DeltaCrown", "bare route");
    for db in [Some(TestDatabase::sqlite()), TestDatabase::postgres()].into_iter().flatten() {
        let address = runtime.block_on(async { site::serve(site::open(&db).await, Arc::new(SystemClock)).await });
        site::against_bare(
            &runtime,
            &format!("{:?}", db.kind()),
            address,
            &Ask::page("/"),
            REQUESTS,
            "as near as can be",
        );
    }
}
