//! A database with the kernel's tables, and events to tell.

#[path = "../../../accounts/tests/support/mod.rs"]
mod shared;

use std::time::Duration;

use kernel::db::DbError;
use kernel::{Db, Event, SystemClock, TestClock, outbox};
use seadrift::project::Project;
use serde::Serialize;
use testkit::{Kind, TestDatabase};

pub use shared::open;

pub async fn migrated(kind: Kind) -> Option<TestDatabase> {
    shared::migrated(kind, Project::new().app(kernel::app())).await
}

pub fn clock() -> TestClock {
    TestClock::at_text("2026-03-01T18:00:00Z")
}

/// An event with something in it that not everybody may see.
#[derive(Debug, Serialize)]
pub struct Scored {
    pub points: i64,
    pub secret: &'static str,
}

impl Event for Scored {
    const TYPE: &'static str = "test.scored";

    fn redacted(&self) -> serde_json::Value {
        serde_json::json!({ "points": self.points })
    }
}

pub fn scored(points: i64) -> Scored {
    Scored { points, secret: "hunter2" }
}

/// Tells in a unit of work of its own.
pub async fn tell(db: &Db, topic: &str, points: i64) {
    db.write(|tx| async move { outbox::tell(&tx, &SystemClock, topic, scored(points)).await }).await.expect("told");
}

/// Whatever is waited for must come within ten seconds.
pub async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(10), what).await.expect("it comes within ten seconds")
}

/// Asks again and again until it is so.
pub async fn until<F: Future<Output = bool>>(what: &str, mut holds: impl FnMut() -> F) {
    let end = tokio::time::Instant::now() + Duration::from_secs(20);
    while !holds().await {
        assert!(tokio::time::Instant::now() < end, "never: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// The error of a unit of work that is to be rolled back.
#[derive(Debug)]
pub struct Undone;

impl From<DbError> for Undone {
    fn from(error: DbError) -> Self {
        panic!("{error}");
    }
}
