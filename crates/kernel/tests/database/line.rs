//! Units of work that share a commit on SQLite: each is stored whole or not at all, by itself, and answered after it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use testkit::TestDatabase;
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinHandle;

use crate::support::open;
use kernel::db::{Constraint, Db, DbError};
use kernel::event::{DEFAULT_PRIORITY, Envelope, catalogue::TournamentCreated};
use sea_orm::{ConnectionTrait, Statement};

/// A database in which the first unit of work stands still, so that others stand in line.
struct Scene {
    db: Db,
    /// Lets the first unit end.
    go: Arc<Notify>,
    first: JoinHandle<Result<(), DbError>>,
    runs: Arc<AtomicU32>,
    _scratch: TestDatabase,
}

impl Scene {
    async fn new() -> Self {
        let scratch = TestDatabase::sqlite();
        let db = open(&scratch).await;
        db.write(|tx| async move {
            tx.execute_unprepared("CREATE TABLE item (id BIGINT PRIMARY KEY)").await?;
            tx.execute_unprepared(
                "CREATE TABLE part (id BIGINT PRIMARY KEY, item_id BIGINT NOT NULL \
                 REFERENCES item (id) DEFERRABLE INITIALLY DEFERRED)",
            )
            .await?;
            Ok::<_, DbError>(())
        })
        .await
        .expect("the tables are made");
        let (go, begun, runs) = (Arc::<Notify>::default(), Arc::<Notify>::default(), Arc::<AtomicU32>::default());
        let first = tokio::spawn({
            let (db, go, begun, runs) = (db.clone(), Arc::clone(&go), Arc::clone(&begun), Arc::clone(&runs));
            async move {
                let (go, begun, runs) = (&go, &begun, &runs);
                db.write(|tx| async move {
                    tx.execute_unprepared("INSERT INTO item VALUES (1)").await?;
                    tx.emit(TournamentCreated { tournament_id: 1 });
                    if runs.fetch_add(1, Ordering::Relaxed) == 0 {
                        begun.notify_one();
                        go.notified().await;
                    }
                    Ok(())
                })
                .await
            }
        });
        begun.notified().await;
        Self { db, go, first, runs, _scratch: scratch }
    }

    /// A unit that stands in line, in a task; answers how often it ran besides.
    async fn queue(&self, sql: &'static str) -> JoinHandle<(Result<(), DbError>, u32)> {
        let db = self.db.clone();
        let task = tokio::spawn(async move {
            let runs = &AtomicU32::new(0);
            let done = db
                .write(|tx| async move {
                    runs.fetch_add(1, Ordering::Relaxed);
                    tx.execute_unprepared(sql).await?;
                    Ok(())
                })
                .await;
            (done, runs.load(Ordering::Relaxed))
        });
        in_line().await;
        task
    }

    async fn first_is_stored(&mut self) {
        (&mut self.first).await.expect("it ran").expect("stored");
    }

    async fn items(&self) -> Vec<i64> {
        let all = Statement::from_string(self.db.read().get_database_backend(), "SELECT id FROM item ORDER BY id");
        let rows = self.db.read().query_all_raw(all).await.expect("readable");
        rows.iter().map(|row| row.try_get_by_index(0).expect("a number")).collect()
    }
}

/// Time enough for a task to stand in line; without it the test would only try less.
async fn in_line() {
    tokio::time::sleep(Duration::from_millis(50)).await;
}

#[tokio::test]
async fn a_unit_is_answered_after_the_commit_that_it_shares() {
    let mut scene = Scene::new().await;
    let (second, hold, working) = slow(&scene.db, "INSERT INTO item VALUES (2)");
    in_line().await;
    scene.go.notify_one();
    working.notified().await;
    in_line().await;
    assert!(!scene.first.is_finished(), "it waits for the commit");
    assert_eq!(scene.items().await, [0_i64; 0], "nothing is committed while the second works");
    hold.add_permits(1);
    second.await.expect("it ran").expect("stored");
    assert_eq!(scene.items().await, [1, 2]);
    scene.first_is_stored().await;
    assert_eq!(scene.runs.load(Ordering::Relaxed), 1);
}

/// A unit that works until it is let go; says when it has begun.
fn slow(db: &Db, sql: &'static str) -> (JoinHandle<Result<(), DbError>>, Arc<Semaphore>, Arc<Notify>) {
    let (hold, working) = (Arc::new(Semaphore::new(0)), Arc::<Notify>::default());
    let task = tokio::spawn({
        let (db, hold, working) = (db.clone(), Arc::clone(&hold), Arc::clone(&working));
        async move {
            let (hold, working) = (&hold, &working);
            db.write(|tx| async move {
                tx.execute_unprepared(sql).await?;
                working.notify_one();
                drop(hold.acquire().await);
                Ok::<_, DbError>(())
            })
            .await
        }
    });
    (task, hold, working)
}

#[tokio::test]
async fn who_shares_a_commit_is_answered_at_once_after_it() {
    let mut scene = Scene::new().await;
    let commits = scene.db.commits();
    let (second, hold_second, second_works) = slow(&scene.db, "INSERT INTO item VALUES (2)");
    in_line().await;
    scene.go.notify_one();
    second_works.notified().await;
    // Comes between the first, which stands in line for its commit, and the second, which works.
    let (third, hold_third, third_works) = slow(&scene.db, "INSERT INTO item VALUES (3)");
    in_line().await;
    hold_second.add_permits(1);
    third_works.notified().await;
    let answered = tokio::time::timeout(Duration::from_secs(10), second).await;
    answered.expect("it waits for nobody who shares nothing with it").expect("it ran").expect("stored");
    scene.first_is_stored().await;
    assert!(!third.is_finished());
    assert_eq!((scene.items().await, scene.db.commits()), (vec![1, 2], commits + 2));
    hold_third.add_permits(1);
    third.await.expect("it ran").expect("stored");
}

#[tokio::test]
async fn a_unit_that_fails_takes_back_only_itself() {
    let mut scene = Scene::new().await;
    let taken = scene.queue("INSERT INTO item VALUES (1)").await;
    let third = scene.queue("INSERT INTO item VALUES (3)").await;
    scene.go.notify_one();
    let (refused, runs) = taken.await.expect("it ran");
    assert_eq!((refused.expect_err("1 is taken").constraint(), runs), (Some(Constraint::Unique), 1));
    let (stored, runs) = third.await.expect("it ran");
    stored.expect("stored");
    scene.first_is_stored().await;
    assert_eq!((scene.items().await, runs, scene.runs.load(Ordering::Relaxed)), (vec![1, 3], 1, 1));
}

#[tokio::test]
async fn a_commit_that_is_refused_is_the_fault_of_one_and_harms_nobody_else() {
    let mut scene = Scene::new().await;
    let told = Arc::<AtomicU32>::default();
    let ear = Arc::clone(&told);
    scene.db.events().subscribe("ear", DEFAULT_PRIORITY, move |_: Envelope<TournamentCreated>| {
        let ear = Arc::clone(&ear);
        async move {
            ear.fetch_add(1, Ordering::Relaxed);
            Ok(())
        }
    });
    let culprit = scene.queue("INSERT INTO part VALUES (1, 99)").await;
    let third = scene.queue("INSERT INTO item VALUES (3)").await;
    scene.go.notify_one();
    let (refused, runs) = culprit.await.expect("it ran");
    assert_eq!((refused.expect_err("no item 99").constraint(), runs), (Some(Constraint::ForeignKey), 2));
    let (stored, runs) = third.await.expect("it ran");
    stored.expect("stored");
    scene.first_is_stored().await;
    assert_eq!((scene.items().await, runs, scene.runs.load(Ordering::Relaxed)), (vec![1, 3], 2, 2));
    assert_eq!(told.load(Ordering::Relaxed), 1, "what was not stored was not told");
}

#[tokio::test]
async fn a_caller_that_is_cancelled_leaves_nothing_and_costs_nobody_anything() {
    let mut scene = Scene::new().await;
    let cancelled = tokio::spawn({
        let db = scene.db.clone();
        async move {
            db.write(|tx| async move {
                tx.execute_unprepared("INSERT INTO item VALUES (2)").await?;
                tokio::time::sleep(Duration::from_secs(60)).await;
                Ok::<_, DbError>(())
            })
            .await
        }
    });
    in_line().await;
    let third = scene.queue("INSERT INTO item VALUES (3)").await;
    scene.go.notify_one();
    in_line().await;
    cancelled.abort();
    third.await.expect("it ran").0.expect("stored");
    scene.first_is_stored().await;
    assert_eq!((scene.items().await, scene.runs.load(Ordering::Relaxed)), (vec![1, 3], 2));
}

#[tokio::test]
async fn a_unit_whose_caller_is_gone_by_the_commit_is_stored() {
    let scene = Scene::new().await;
    let third = scene.queue("INSERT INTO item VALUES (3)").await;
    scene.go.notify_one();
    third.await.expect("it ran").0.expect("stored");
    scene.first.abort();
    assert_eq!(scene.items().await, [1, 3], "it was committed with the other, whoever asks for it");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_crowd_everybody_is_stored_once_whatever_befalls_the_others() {
    let scene = Scene::new().await;
    scene.go.notify_one();
    let mut crowd = Vec::new();
    for number in 10..210_i64 {
        let db = scene.db.clone();
        let write = async move {
            db.write(|tx| async move {
                // Every tenth breaks the commit, every seventh is cancelled, every fifth comes too late.
                let row = if number % 5 == 0 { number - 1 } else { number };
                tx.execute_unprepared(&format!("INSERT INTO item VALUES ({row})")).await?;
                if number % 10 == 1 {
                    tx.execute_unprepared(&format!("INSERT INTO part VALUES ({number}, 9999)")).await?;
                }
                if number % 7 == 0 {
                    tokio::time::sleep(Duration::from_secs(60)).await;
                }
                Ok::<_, DbError>(())
            })
            .await
        };
        let limit = Duration::from_millis(if number % 7 == 0 { 20 } else { 60_000 });
        crowd.push((number, tokio::spawn(tokio::time::timeout(limit, write))));
    }
    let mut stored = vec![1];
    for (number, task) in crowd {
        match task.await.expect("no panic") {
            Ok(Ok(())) => stored.push(if number % 5 == 0 { number - 1 } else { number }),
            Ok(Err(error)) => assert!(error.constraint().is_some(), "{number}: {error}"),
            Err(_) => assert_eq!(number % 7, 0, "{number}"),
        }
    }
    stored.sort_unstable();
    assert_eq!(scene.items().await, stored);
    assert!(stored.len() > 100, "{}", stored.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_leaves_at_any_moment_of_the_commit_holds_nobody_up() {
    let scene = Scene::new().await;
    scene.go.notify_one();
    let mut crowd = Vec::new();
    for number in 10..610_i64 {
        let db = scene.db.clone();
        // Every fourth stays.
        let stays = number % 4 == 0;
        let limit = if stays { Duration::from_secs(30) } else { Duration::from_micros(number as u64 * 397 % 5_000) };
        let write = async move {
            let sql = &format!("INSERT INTO item VALUES ({number})");
            db.write(|tx| async move { tx.execute_unprepared(sql).await.map(drop).map_err(DbError::from) }).await
        };
        crowd.push((stays, tokio::spawn(tokio::time::timeout(limit, write))));
        if number % 8 == 0 {
            tokio::time::sleep(Duration::from_micros(500)).await;
        }
    }
    for (stays, task) in crowd {
        match task.await.expect("no panic") {
            Ok(stored) => stored.expect("stored"),
            Err(_) => assert!(!stays, "who stays is answered"),
        }
    }
    let stored = scene.items().await;
    assert!((10..610).filter(|number| number % 4 == 0).all(|number| stored.contains(&number)));
}
