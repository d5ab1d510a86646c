//! Connections that are handed from one user to the next.

use std::sync::Arc;
use std::time::Duration;

use kernel::db::{Db, DbError, DbKind, DbOptions};
use sea_orm::sqlx::{self, Connection, Executor};
use sea_orm::{ConnectionTrait, Statement};
use testkit::{TestDatabase, on_both};
use tokio::sync::{Barrier, Notify};
use tokio::task::JoinSet;

use crate::support::open_with;
use crate::units::{Refusal, increment, value, with_counters};

/// With this many connections for writing, if there is a server.
async fn with_places(write_connections: u32) -> Option<(TestDatabase, Db)> {
    let scratch = TestDatabase::postgres()?;
    let options = DbOptions { write_connections, ..DbOptions::default() };
    let db = open_with(&scratch, options).await;
    with_counters(&db).await;
    Some((scratch, db))
}

/// Has the server close all connections.
async fn end_all(scratch: &TestDatabase) {
    let mut other = sqlx::PgConnection::connect(scratch.url()).await.expect("it opens");
    let end_all = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                   WHERE datname = current_database() AND pid <> pg_backend_pid()";
    other.execute(end_all).await.expect("it may");
}

#[tokio::test]
async fn who_fails_takes_back_nothing_of_those_before_and_after() {
    let Some((_scratch, db)) = with_places(1).await else { return };
    let mut units = JoinSet::new();
    for number in 0..30_u32 {
        let db = db.clone();
        units.spawn(async move {
            let unit = db.write(|tx| async move {
                increment(&tx, 1).await?;
                if number.is_multiple_of(3) { Err(Refusal::NotToday) } else { Ok(()) }
            });
            unit.await.is_ok()
        });
    }
    assert_eq!(units.join_all().await.iter().filter(|stored| **stored).count(), 20);
    assert_eq!(value(&db, 1).await, Some(20));
    db.close().await;
}

/// At once with the transaction that nobody took over, and without it later, when the server has ended it.
#[tokio::test]
async fn who_stops_waiting_leaves_a_connection_that_works() {
    let Some((scratch, db)) = with_places(1).await else { return };
    for is_ended in [false, true] {
        let before = value(&db, 1).await.expect("a counter");
        let (working, go_on) = (&Notify::new(), &Notify::new());
        let first = db.write(|tx| async move {
            increment(&tx, 1).await?;
            working.notify_one();
            go_on.notified().await;
            Ok::<_, DbError>(())
        });
        let others = async {
            working.notified().await;
            let mut second = Box::pin(db.write(|tx| async move { increment(&tx, 1).await }));
            let waited = tokio::time::timeout(Duration::from_millis(50), &mut second).await;
            waited.expect_err("there is one place");
            go_on.notify_one();
            (second,)
        };
        let (first, (second,)) = tokio::join!(first, others);
        first.expect("stored");
        drop(second);
        if is_ended {
            end_all(&scratch).await;
            tokio::time::sleep(Duration::from_millis(1_100)).await;
        }
        for _ in 0..2 {
            let third = db.write(|tx| async move { increment(&tx, 1).await });
            third.await.expect("stored");
        }
        assert_eq!(value(&db, 1).await, Some(before + 3));
    }
    db.close().await;
}

#[tokio::test]
async fn all_connections_that_the_server_closed_are_replaced() {
    let Some((scratch, db)) = with_places(10).await else { return };
    let crowd = || async {
        let mut units = JoinSet::new();
        let all_work = Arc::new(Barrier::new(10));
        for _ in 0..10 {
            let (db, all_work) = (db.clone(), Arc::clone(&all_work));
            units.spawn(async move {
                let all_work = &all_work;
                let unit = db.write(|tx| async move {
                    all_work.wait().await;
                    increment(&tx, 1).await
                });
                unit.await.expect("stored");
                value(&db, 1).await.expect("a counter");
            });
        }
        units.join_all().await;
    };
    crowd().await;
    end_all(&scratch).await;
    crowd().await;
    assert_eq!(value(&db, 1).await, Some(20));
    db.close().await;
}

on_both! {
    async fn who_goes_away_while_asking_leaves_the_door_open(scratch: &TestDatabase) {
        let options = DbOptions { read_connections: Some(1), ..DbOptions::default() };
        let db = open_with(scratch, options).await;
        with_counters(&db).await;
        let long = match db.kind() {
            DbKind::Sqlite => "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 3000000) SELECT max(i) FROM n",
            DbKind::Postgres => "SELECT pg_sleep(1)",
        };
        let long = Statement::from_string(db.read().get_database_backend(), long);
        for _ in 0..2 {
            let asked = tokio::time::timeout(Duration::from_millis(20), db.read().query_one_raw(long.clone())).await;
            asked.expect_err("it takes longer");
            assert_eq!(value(&db, 1).await, Some(0));
        }
        db.close().await;
    }
}

on_both! {
    async fn who_reads_hears_that_the_database_is_closed(scratch: &TestDatabase) {
        let db = open_with(scratch, DbOptions::default()).await;
        with_counters(&db).await;
        db.close().await;
        let asked = db.read().query_one_raw(Statement::from_string(db.read().get_database_backend(), "SELECT 1")).await;
        assert!(matches!(asked.map_err(DbError::from), Err(DbError::Closed)));
    }
}
