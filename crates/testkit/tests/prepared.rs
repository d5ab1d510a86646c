//! A prepared database is prepared once, and every test has a copy of its own.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use sea_orm::{ConnectionTrait as _, Statement};
use testkit::{Kind, TestDatabase};

/// A key that no run before has used.
fn key() -> (u32, u128) {
    (std::process::id(), SystemTime::now().duration_since(UNIX_EPOCH).expect("past 1970").as_nanos())
}

async fn count(db: &TestDatabase) -> i64 {
    let connection = db.connect().await;
    let sql = Statement::from_string(connection.get_database_backend(), "SELECT count(*) AS n FROM t");
    connection.query_one_raw(sql).await.expect("a table").expect("a row").try_get("", "n").expect("a number")
}

async fn with_rows(kind: Kind) -> Option<TestDatabase> {
    TestDatabase::prepared(kind, "rows", async |db: &TestDatabase| {
        db.execute("CREATE TABLE t (n int); INSERT INTO t VALUES (1), (2)").await;
    })
    .await
}

testkit::on_both! {
    from with_rows;

    /// The macro's tests begin with what their source made.
    async fn begins_with_rows(db: &TestDatabase) {
        assert_eq!(count(db).await, 2);
        db.execute("DELETE FROM t").await;
    }

    /// Whichever of the two runs first, it does not disturb the other.
    async fn begins_with_rows_again(db: &TestDatabase) {
        assert_eq!(count(db).await, 2);
        db.execute("DELETE FROM t").await;
    }
}

testkit::on_both! {
    async fn is_prepared_once_a_key(db: &TestDatabase) {
        let (key, kind, prepared) = (key(), db.kind(), AtomicU32::new(0));
        let make = async |key: ((u32, u128), bool)| {
            let made = TestDatabase::prepared(kind, key, async |db: &TestDatabase| {
                prepared.fetch_add(1, Ordering::Relaxed);
                // Left open: the copy must not need that everybody has gone.
                let connection = Box::leak(Box::new(db.connect().await));
                connection.execute_unprepared("CREATE TABLE t (n int)").await.map(|_| ())
            });
            made.await.expect("this kind is there")
        };
        let (first, second) = (make((key, true)).await, make((key, true)).await);
        first.execute("INSERT INTO t VALUES (1)").await;
        second.execute("INSERT INTO t VALUES (1), (2)").await;
        let third = make((key, true)).await;
        assert_eq!((count(&first).await, count(&second).await, count(&third).await), (1, 2, 0));
        let once = if std::env::var_os("DELTACROWN_TEST_POSTGRES").is_some() && kind == Kind::Postgres { 3 } else { 1 };
        assert_eq!(prepared.load(Ordering::Relaxed), once);
        assert_eq!(count(&make((key, false)).await).await, 0);
        assert_eq!(prepared.load(Ordering::Relaxed), once + 1);
    }

    async fn is_prepared_again_after_a_failure(db: &TestDatabase) {
        let (key, kind) = (key(), db.kind());
        let failing = tokio::task::spawn_blocking(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(TestDatabase::prepared(kind, key, async |db: &TestDatabase| {
                db.execute("CREATE TABLE half (n int)").await;
                Err("on purpose")
            }));
        });
        assert!(failing.await.expect_err("it failed").is_panic());
        let made = TestDatabase::prepared(kind, key, async |db: &TestDatabase| {
            assert!(db.tables().await.is_empty());
            db.execute("CREATE TABLE whole (n int)").await;
        });
        assert_eq!(made.await.expect("this kind is there").tables().await, ["whole"]);
    }
}
