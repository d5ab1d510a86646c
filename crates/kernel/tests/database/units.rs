//! The database door: units of work, their failures, crowds of writers.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use testkit::{TestDatabase, on_both};
use tokio::sync::Notify;

use crate::support::{open, open_with};
use kernel::db::{Constraint, Db, DbError, DbKind, DbOptions, Tx};
use sea_orm::sqlx::{self, Connection, Executor};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, EntityTrait, QuerySelect};

mod counter {
    use sea_orm::entity::prelude::*;

    /// A row to count on.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "counter")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        pub value: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// What an app's own error looks like.
#[derive(Debug)]
pub enum Refusal {
    NotToday,
    Db(DbError),
}

impl From<DbError> for Refusal {
    fn from(error: DbError) -> Self {
        Self::Db(error)
    }
}

pub async fn with_counters(db: &Db) {
    db.write(|tx| async move {
        tx.execute_unprepared("CREATE TABLE counter (id BIGINT PRIMARY KEY, value BIGINT NOT NULL CHECK (value >= 0))")
            .await?;
        tx.execute_unprepared(
            "CREATE TABLE part (id BIGINT PRIMARY KEY, counter_id BIGINT NOT NULL \
             REFERENCES counter (id) DEFERRABLE INITIALLY DEFERRED)",
        )
        .await?;
        for id in [1, 2] {
            insert(&tx, id, 0).await?;
        }
        Ok::<_, DbError>(())
    })
    .await
    .expect("the tables are made");
}

async fn insert(tx: &Tx, id: i64, value: i64) -> Result<(), DbError> {
    let row = counter::ActiveModel { id: Set(id), value: Set(value) };
    row.insert(tx).await?;
    Ok(())
}

/// Reads a row in order to change it, thinks a moment, changes it.
pub async fn increment(tx: &Tx, id: i64) -> Result<(), DbError> {
    let found = counter::Entity::find_by_id(id).lock_exclusive().one(tx).await?;
    let row = found.ok_or_else(|| sea_orm::DbErr::RecordNotFound(format!("counter {id}")))?;
    tokio::task::yield_now().await;
    let mut change: counter::ActiveModel = row.clone().into();
    change.value = Set(row.value + 1);
    change.update(tx).await?;
    Ok(())
}

pub async fn value(db: &Db, id: i64) -> Option<i64> {
    let row = counter::Entity::find_by_id(id).one(db.read()).await;
    row.expect("the counter can be read").map(|row| row.value)
}

on_both! {
    async fn a_unit_of_work_is_stored_whole_and_answers_its_value(scratch: &TestDatabase) {
        let db = open(scratch).await;
        with_counters(&db).await;
        let answer = db
            .write(|tx| async move {
                increment(&tx, 1).await?;
                increment(&tx, 2).await?;
                Ok::<_, DbError>("done")
            })
            .await;
        assert_eq!(answer.expect("it commits"), "done");
        assert_eq!((value(&db, 1).await, value(&db, 2).await), (Some(1), Some(1)));
    }
}

on_both! {
    async fn a_refusal_rolls_back_and_comes_out_as_it_is(scratch: &TestDatabase) {
        let db = open(scratch).await;
        with_counters(&db).await;
        let runs = AtomicU32::new(0);
        let runs = &runs;
        let outcome = db
            .write(|tx| async move {
                runs.fetch_add(1, Ordering::Relaxed);
                increment(&tx, 1).await?;
                Err::<(), _>(Refusal::NotToday)
            })
            .await;
        assert!(matches!(outcome, Err(Refusal::NotToday)), "{outcome:?}");
        assert_eq!(runs.load(Ordering::Relaxed), 1, "a refusal is not tried again");
        assert_eq!(value(&db, 1).await, Some(0));
    }
}

on_both! {
    async fn a_panic_or_a_cancelled_caller_rolls_back_and_leaves_the_door_open(scratch: &TestDatabase) {
        let db = open(scratch).await;
        with_counters(&db).await;
        let doomed = db.clone();
        let panicking = tokio::spawn(async move {
            doomed
                .write(|tx| async move {
                    increment(&tx, 1).await?;
                        break_down()
                })
                .await
        });
        assert!(panicking.await.is_err_and(|error| error.is_panic()));

        let slow = db.write(|tx| async move {
            increment(&tx, 1).await?;
            tokio::time::sleep(Duration::from_secs(60)).await;
            Ok::<_, DbError>(())
        });
        let cancelled = tokio::time::timeout(Duration::from_millis(100), slow).await;
        assert!(cancelled.is_err());

        let next = db.write(|tx| async move { increment(&tx, 1).await }).await;
        next.expect("the next unit of work finds the door open");
        assert_eq!(value(&db, 1).await, Some(1));
    }
}

fn break_down() -> Result<(), DbError> {
    panic!("planned")
}

on_both! {
    async fn of_many_writers_none_loses_its_increment_and_none_hears_that_it_is_busy(scratch: &TestDatabase) {
        let db = open(scratch).await;
        with_counters(&db).await;
        let mut writers = tokio::task::JoinSet::new();
        for _ in 0..32 {
            let db = db.clone();
            writers.spawn(async move {
                for _ in 0..5 {
                    db.write(|tx| async move { increment(&tx, 1).await }).await?;
                }
                Ok::<_, DbError>(())
            });
        }
        for outcome in writers.join_all().await {
            outcome.expect("a writer never hears that the database is busy");
        }
        assert_eq!(value(&db, 1).await, Some(160));
    }
}

on_both! {
    async fn units_that_deadlock_are_run_again_until_all_are_through(scratch: &TestDatabase) {
        let db = open(scratch).await;
        with_counters(&db).await;
        let mut writers = tokio::task::JoinSet::new();
        for (first, second) in [(1, 2), (2, 1)] {
            let db = db.clone();
            writers.spawn(async move {
                db.write(|tx| async move {
                    increment(&tx, first).await?;
                    tokio::time::sleep(Duration::from_millis(200)).await;
                    increment(&tx, second).await
                })
                .await
            });
        }
        for outcome in writers.join_all().await {
            outcome.expect("the one that the database gave up comes again");
        }
        assert_eq!((value(&db, 1).await, value(&db, 2).await), (Some(2), Some(2)));
    }
}

#[tokio::test]
async fn a_serialisation_failure_is_tried_again_a_bounded_number_of_times() {
    let Some(scratch) = TestDatabase::postgres() else {
        return;
    };
    let db = open(&scratch).await;
    with_counters(&db).await;
    let fail = "DO $$ BEGIN RAISE EXCEPTION 'planned' USING ERRCODE = '40001'; END $$";
    let runs = AtomicU32::new(0);
    let runs = &runs;
    for failing in [2, u32::MAX] {
        runs.store(0, Ordering::Relaxed);
        let outcome = db
            .write(|tx| async move {
                increment(&tx, 1).await?;
                if runs.fetch_add(1, Ordering::Relaxed) < failing {
                    // Whatever the closure makes of the error, it is the database's to try again.
                    tx.execute_unprepared(fail).await.map_err(|_| Refusal::NotToday)?;
                }
                Ok::<_, Refusal>(())
            })
            .await;
        if failing == 2 {
            assert!(outcome.is_ok(), "{outcome:?}");
            assert_eq!(runs.load(Ordering::Relaxed), 3);
        } else {
            let text = format!("{outcome:?}");
            assert!(matches!(outcome, Err(Refusal::Db(DbError::Contended { attempts: 8, .. }))), "{text}");
            assert!(text.contains("planned"), "the last error is told: {text}");
        }
    }
    assert_eq!(value(&db, 1).await, Some(1));
    db.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_process_that_holds_the_file_is_waited_for() {
    let scratch = TestDatabase::sqlite();
    // So short that SQLite itself gives up and the door must come again.
    let options = DbOptions { busy_timeout: Duration::from_millis(50), ..DbOptions::default() };
    let db = open_with(&scratch, options).await;
    with_counters(&db).await;
    let mut other = sqlx::SqliteConnection::connect(scratch.url()).await.expect("it opens");
    other.execute("BEGIN IMMEDIATE").await.expect("it takes the file");
    let holder = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(100)).await;
        other.execute("COMMIT").await.expect("it lets go");
        other
    });
    let outcome = db.write(|tx| async move { increment(&tx, 1).await }).await;
    outcome.expect("busy does not surface");

    let mut other = holder.await.expect("it ran");
    other.execute("BEGIN IMMEDIATE").await.expect("it takes the file");
    let started = Instant::now();
    let outcome = db.write(|tx| async move { increment(&tx, 1).await }).await;
    assert!(matches!(outcome, Err(DbError::Contended { attempts: 8, .. })), "{outcome:?}");
    assert!(started.elapsed() < Duration::from_secs(10), "the waiting has an end");
    other.execute("ROLLBACK").await.expect("it lets go");
    let outcome = db.write(|tx| async move { increment(&tx, 1).await }).await;
    outcome.expect("and then it goes on");
}

on_both! {
    async fn a_swallowed_failure_never_commits(scratch: &TestDatabase) {
        let db = open(scratch).await;
        with_counters(&db).await;
        let outcome = db
            .write(|tx| async move {
                increment(&tx, 1).await?;
                let taken = insert(&tx, 2, 0).await;
                assert!(taken.is_err());
                let more = increment(&tx, 1).await;
                let text = more.expect_err("nothing more is taken").to_string();
                assert!(text.contains("failed already"), "{text}");
                Ok::<_, DbError>(())
            })
            .await;
        match outcome {
            Err(error @ DbError::Swallowed { .. }) => {
                assert_eq!(error.constraint(), Some(Constraint::Unique));
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(value(&db, 1).await, Some(0));
    }
}

on_both! {
    async fn a_savepoint_loses_its_own_part_only(scratch: &TestDatabase) {
        let db = open(scratch).await;
        with_counters(&db).await;
        let outcome = db
            .write(|tx| async move {
                increment(&tx, 1).await?;
                let kept = tx.savepoint(|part| async move { insert(&part, 3, 7).await }).await;
                kept.expect("there was no counter 3");
                let taken = tx
                    .savepoint(|part| async move {
                        increment(&part, 1).await?;
                        insert(&part, 2, 0).await
                    })
                    .await;
                let constraint = taken.expect_err("2 is taken").constraint();
                assert_eq!(constraint, Some(Constraint::Unique));
                let swallowed = tx
                    .savepoint(|part| async move {
                        increment(&part, 1).await?;
                        assert!(insert(&part, 2, 0).await.is_err());
                        Ok::<_, DbError>(())
                    })
                    .await;
                assert!(matches!(swallowed, Err(DbError::Swallowed { .. })), "{swallowed:?}");
                increment(&tx, 2).await
            })
            .await;
        outcome.expect("the rest goes on");
        let values = (value(&db, 1).await, value(&db, 2).await, value(&db, 3).await);
        assert_eq!(values, (Some(1), Some(1), Some(7)));
    }
}

on_both! {
    async fn broken_constraints_are_told_apart_alike_on_both(scratch: &TestDatabase) {
        let db = open(scratch).await;
        with_counters(&db).await;
        let db = &db;
        let cases = [
            ("INSERT INTO counter VALUES (1, 0)", Some(Constraint::Unique)),
            ("INSERT INTO counter VALUES (9, NULL)", Some(Constraint::NotNull)),
            ("INSERT INTO counter VALUES (9, -1)", Some(Constraint::Check)),
            ("INSERT INTO nowhere VALUES (1)", None),
            // Deferred: only the commit fails.
            ("INSERT INTO part VALUES (1, 99)", Some(Constraint::ForeignKey)),
        ];
        for (sql, constraint) in cases {
            let outcome = db
                .write(|tx| async move {
                    tx.execute_unprepared(sql).await?;
                    Ok::<_, DbError>(())
                })
                .await;
            let error = outcome.expect_err(sql);
            assert_eq!(error.constraint(), constraint, "{sql}: {error}");
        }
        let next = db.write(|tx| async move { increment(&tx, 1).await }).await;
        next.expect("the door is open after a failed commit");
    }
}

on_both! {
    async fn reading_cannot_write(scratch: &TestDatabase) {
        let db = open(scratch).await;
        with_counters(&db).await;
        let row = counter::ActiveModel { id: Set(5), value: Set(0) };
        let error = row.insert(db.read()).await.expect_err("reading cannot write");
        let text = error.to_string();
        assert!(text.contains("readonly") || text.contains("read-only"), "{text}");
        assert_eq!(value(&db, 5).await, None);
    }
}

on_both! {
    async fn a_unit_of_work_inside_another_is_refused_at_once(scratch: &TestDatabase) {
        let db = open(scratch).await;
        with_counters(&db).await;
        let (outer, inner) = (&db, &db);
        let outcome = outer
            .write(|tx| async move {
                increment(&tx, 1).await?;
                inner.write(|tx| async move { increment(&tx, 2).await }).await
            })
            .await;
        assert!(matches!(outcome, Err(DbError::Nested)), "{outcome:?}");
        assert_eq!((value(&db, 1).await, value(&db, 2).await), (Some(0), Some(0)));
    }
}

on_both! {
    async fn a_handle_that_outlives_its_closure_stores_nothing(scratch: &TestDatabase) {
        let db = open(scratch).await;
        with_counters(&db).await;
        let kept = Arc::new(std::sync::Mutex::new(None));
        let shelf = &kept;
        let outcome = db
            .write(|tx| async move {
                increment(&tx, 1).await?;
                *shelf.lock().expect("unpoisoned") = Some(tx);
                Ok::<_, DbError>(())
            })
            .await;
        assert!(matches!(outcome, Err(DbError::Outlived)), "{outcome:?}");
        let tx = kept.lock().expect("unpoisoned").take().expect("it was kept");
        increment(&tx, 1).await.expect_err("it takes no more statements");
        drop(tx);
        let next = db.write(|tx| async move { increment(&tx, 1).await }).await;
        next.expect("the door is open again");
        assert_eq!(value(&db, 1).await, Some(1));
    }
}

on_both! {
    async fn a_transaction_ended_behind_the_drivers_back_does_not_spoil_the_connection(scratch: &TestDatabase) {
        let db = open(scratch).await;
        with_counters(&db).await;
        for _ in 0..3 {
            let outcome = db
                .write(|tx| async move {
                    increment(&tx, 1).await?;
                    tx.execute_unprepared("ROLLBACK").await?;
                    Ok::<_, DbError>(())
                })
                .await;
            // PostgreSQL answers such a commit with a warning, SQLite with an error.
            if db.kind() == DbKind::Sqlite {
                outcome.expect_err("there is nothing to commit");
            }
        }
        match db.kind() {
            // The driver would take the next unit for a savepoint, which locks nothing.
            DbKind::Sqlite => hold_the_write_lock_from_the_beginning(&db, scratch.url()).await,
            DbKind::Postgres => {
                let next = db.write(|tx| async move { increment(&tx, 1).await }).await;
                next.expect("the door is open");
                assert_eq!(value(&db, 1).await, Some(1));
            }
        }
    }
}

on_both! {
    async fn ping_answers_while_open_and_fails_when_closed(scratch: &TestDatabase) {
        let db = open(scratch).await;
        db.ping().await.expect("it is open");
        db.close().await;
        let pinged = db.ping().await;
        assert!(matches!(pinged, Err(DbError::Closed)), "{pinged:?}");
        let written = db.write(|_| async { Ok::<_, DbError>(()) }).await;
        assert!(matches!(written, Err(DbError::Closed)), "{written:?}");
    }
}

#[tokio::test]
async fn contention_inside_a_savepoint_is_the_whole_units_to_try_again() {
    let Some(scratch) = TestDatabase::postgres() else {
        return;
    };
    let db = open(&scratch).await;
    with_counters(&db).await;
    let fail = "DO $$ BEGIN RAISE EXCEPTION 'planned' USING ERRCODE = '40001'; END $$";
    let runs = AtomicU32::new(0);
    let runs = &runs;
    db.write(|tx| async move {
        increment(&tx, 1).await?;
        if runs.fetch_add(1, Ordering::Relaxed) < 2 {
            let part = tx.savepoint(|part| async move {
                part.execute_unprepared(fail).await?;
                Ok::<_, DbError>(())
            });
            part.await.expect_err("it is planned"); // and the unit would go on without it
        }
        Ok::<_, DbError>(())
    })
    .await
    .expect("the third attempt commits");
    assert_eq!(runs.load(Ordering::Relaxed), 3);
    assert_eq!(value(&db, 1).await, Some(1));
    db.close().await;
}

#[tokio::test]
async fn a_connection_that_breaks_during_the_commit_leaves_an_unknown_outcome() {
    let Some(scratch) = TestDatabase::postgres() else {
        return;
    };
    let db = open(&scratch).await;
    with_counters(&db).await;
    db.write(|tx| async move {
        tx.execute_unprepared(
            "CREATE FUNCTION hang_up() RETURNS trigger LANGUAGE plpgsql AS \
             'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END'",
        )
        .await?;
        tx.execute_unprepared(
            "CREATE CONSTRAINT TRIGGER hang_up AFTER INSERT ON counter \
             DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION hang_up()",
        )
        .await?;
        Ok::<_, DbError>(())
    })
    .await
    .expect("the trap is set");
    let runs = AtomicU32::new(0);
    let runs = &runs;
    let outcome = db
        .write(|tx| async move {
            runs.fetch_add(1, Ordering::Relaxed);
            insert(&tx, 9, 0).await
        })
        .await;
    assert!(matches!(outcome, Err(DbError::OutcomeUnknown { .. })), "{outcome:?}");
    assert_eq!(runs.load(Ordering::Relaxed), 1, "what may be stored is not done again");
    let next = db.write(|tx| async move { increment(&tx, 1).await }).await;
    next.expect("the connection is replaced");
    db.close().await;
}

#[tokio::test]
async fn who_waits_too_long_for_the_writer_is_told_that_the_server_is_overloaded() {
    let scratch = TestDatabase::sqlite();
    let options = DbOptions { acquire_timeout: Duration::from_millis(500), ..DbOptions::default() };
    let db = open_with(&scratch, options).await;
    with_counters(&db).await;
    let (held, answered) = (&Notify::new(), &Notify::new());
    let long = db.write(|tx| async move {
        increment(&tx, 1).await?;
        held.notify_one();
        answered.notified().await;
        Ok::<_, DbError>(())
    });
    let late = async {
        held.notified().await;
        let outcome = db.write(|tx| async move { increment(&tx, 1).await }).await;
        answered.notify_one();
        outcome
    };
    let (long, late) = tokio::join!(long, late);
    long.expect("it commits");
    assert!(matches!(late, Err(DbError::Overloaded)), "{late:?}");
    assert_eq!(value(&db, 1).await, Some(1));
}

/// Proves, in a unit of work that only reads at first, that no other process can write meanwhile.
async fn hold_the_write_lock_from_the_beginning(db: &Db, url: &str) {
    let runs = AtomicU32::new(0);
    let runs = &runs;
    let outcome = db.write(|tx| async move {
        runs.fetch_add(1, Ordering::Relaxed);
        let before = counter::Entity::find_by_id(1).one(&tx).await?;
        let mut other = sqlx::SqliteConnection::connect(url).await.expect("it opens");
        other.execute("PRAGMA busy_timeout = 10").await.expect("it takes settings");
        let meanwhile = other.execute("UPDATE counter SET value = 7").await;
        let text = meanwhile.expect_err("nobody else writes").to_string();
        assert!(text.contains("locked"), "{text}");
        assert_eq!(before.map(|row| row.value), Some(0));
        increment(&tx, 1).await
    });
    outcome.await.expect("it commits");
    assert_eq!(runs.load(Ordering::Relaxed), 1, "it had not to be tried again");
    assert_eq!(value(db, 1).await, Some(1));
}

#[tokio::test]
async fn on_sqlite_a_unit_holds_the_write_lock_from_its_beginning() {
    let scratch = TestDatabase::sqlite();
    let db = open(&scratch).await;
    with_counters(&db).await;
    hold_the_write_lock_from_the_beginning(&db, scratch.url()).await;
}

on_both! {
    async fn every_statement_is_counted(scratch: &TestDatabase) {
        let db = open(scratch).await;
        with_counters(&db).await;
        let before = db.statements();
        for _ in 0..3 {
            db.ping().await.expect("it answers");
        }
        let done: Result<(), DbError> = db
            .write(|tx| async move {
                counter::Entity::find_by_id(1_i64).lock_exclusive().one(&tx).await?;
                Ok(())
            })
            .await;
        done.expect("it commits");
        assert_eq!(db.clone().statements() - before, 4, "three questions and one in a unit of work");
    }
}
