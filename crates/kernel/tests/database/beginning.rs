//! How a unit of work begins: with its first statement, or never, and whatever becomes of that statement.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use testkit::{TestDatabase, on_both};

use crate::support::open;
use crate::units::{Refusal, increment, value, with_counters};
use kernel::db::{DbError, DbKind};
use kernel::event::{DEFAULT_PRIORITY, Envelope, catalogue::TournamentCreated};
use sea_orm::{ConnectionTrait, Statement};

on_both! {
    async fn rows_are_counted_that_a_statement_changes_also_when_it_is_the_first(scratch: &TestDatabase) {
        let db = open(scratch).await;
        with_counters(&db).await;
        for (ids, rows) in [("1, 2", 2), ("1", 1), ("3", 0)] {
            let sql = format!("UPDATE counter SET value = 7 WHERE id IN ({ids})");
            let statement = &Statement::from_string(db.read().get_database_backend(), sql);
            let counted = db.write(|tx| async move { Ok::<_, DbError>(tx.execute_raw(statement.clone()).await?.rows_affected()) });
            assert_eq!(counted.await.expect("stored"), rows);
        }
    }
}

on_both! {
    async fn a_unit_that_asks_nothing_tells_what_it_has_to_tell(scratch: &TestDatabase) {
        let db = open(scratch).await;
        let told = Arc::<AtomicU32>::default();
        let ear = Arc::clone(&told);
        db.events().subscribe("ear", DEFAULT_PRIORITY, move |_: Envelope<TournamentCreated>| {
            let ear = Arc::clone(&ear);
            async move {
                ear.fetch_add(1, Ordering::Relaxed);
                Ok(())
            }
        });
        for number in 1..=3 {
            let unit = db.write(|tx| async move {
                tx.emit(TournamentCreated { tournament_id: 1 });
                Ok::<_, DbError>(())
            });
            unit.await.expect("nothing to store");
            assert_eq!(told.load(Ordering::Relaxed), number);
            let refused = db.write(|_| async move { Err::<(), _>(Refusal::NotToday) });
            assert!(matches!(refused.await, Err(Refusal::NotToday)));
        }
        with_counters(&db).await;
        assert_eq!(value(&db, 1).await, Some(0));
    }
}

on_both! {
    async fn a_first_statement_that_is_given_up_stores_nothing_or_all_that_follows(scratch: &TestDatabase) {
        let db = open(scratch).await;
        with_counters(&db).await;
        let slow = &Statement::from_string(
            db.read().get_database_backend(),
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) SELECT count(*) FROM n",
        );
        let unit = db.write(|tx| async move {
            let given_up = tokio::time::timeout(Duration::from_millis(1), tx.query_all_raw(slow.clone())).await;
            assert!(given_up.is_err(), "it takes longer");
            increment(&tx, 1).await
        });
        let stored = unit.await;
        match db.kind() {
            // Nobody knows whether it is begun.
            DbKind::Sqlite => drop(stored.expect_err("it takes no more statements")),
            DbKind::Postgres => stored.expect("it is begun"),
        }
        let expected = if db.kind() == DbKind::Sqlite { 0 } else { 1 };
        assert_eq!(value(&db, 1).await, Some(expected));
        db.write(|tx| async move { increment(&tx, 1).await }).await.expect("the door is open");
        assert_eq!(value(&db, 1).await, Some(expected + 1));
    }
}

#[test]
fn a_database_may_be_dropped_when_its_runtime_is_gone() {
    let scratch = TestDatabase::sqlite();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let db = runtime.block_on(async {
        let db = open(&scratch).await;
        with_counters(&db).await;
        db
    });
    drop(runtime);
    drop(db);
    let again = tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
        let db = open(&scratch).await;
        db.write(|tx| async move { increment(&tx, 1).await }).await.expect("nobody holds the file");
        value(&db, 1).await
    });
    assert_eq!(again, Some(1));
}
