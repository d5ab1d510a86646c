//! Workers: one at a time, leases of the dead, fences, pauses, stopping.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use kernel::db::DbError;
use kernel::jobs::{self, FinishRefusal, Job, JobError, NewJob, Worker, WorkerOptions};
use kernel::model::job::{Column, Entity, Model};
use kernel::{Clock, Db, SeededRandom, SystemClock, SystemRandom, TestClock};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use testkit::{TestDatabase, on_both};
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;

use crate::jobs::{enqueue, rows};
use crate::support::{clock, migrated, open, soon, until};

/// A lease that a test can wait for.
fn short() -> WorkerOptions {
    WorkerOptions {
        lease: Duration::from_millis(600),
        poll: Duration::from_millis(50),
        grace: Duration::from_millis(200),
        ..WorkerOptions::default()
    }
}

fn worker(db: &Db, clock: &Arc<TestClock>) -> Worker {
    let clock: Arc<dyn Clock> = Arc::<TestClock>::clone(clock);
    Worker::new(db.clone(), clock, Arc::new(SeededRandom::new(7))).options(short())
}

fn real(db: &Db) -> Worker {
    Worker::new(db.clone(), Arc::new(SystemClock), Arc::new(SystemRandom)).options(short())
}

/// A running worker.
struct Node {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Node {
    fn start(worker: Worker) -> Self {
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(worker.run(async {
            let _ = stopped.await;
        }));
        Self { stop, task }
    }

    async fn stop(self) {
        self.stop.send(()).expect("it runs");
        soon(self.task).await.expect("no panic");
    }

    /// As a crash does: without a word.
    async fn kill(self) {
        self.task.abort();
        let _ = self.task.await;
    }
}

async fn row(db: &Db, id: i64) -> Model {
    Entity::find_by_id(id).one(db.read()).await.expect("readable").expect("there")
}

async fn is(db: &Db, id: i64, status: &str) -> bool {
    row(db, id).await.status == status
}

fn now(kind: &str) -> NewJob {
    NewJob::new(kind, SystemClock.now())
}

on_both! {
    from migrated;

    async fn a_job_queued_here_is_begun_at_once_and_done(database: &TestDatabase) {
        let db = open(database).await;
        let (said, mut heard) = tokio::sync::mpsc::unbounded_channel::<Job>();
        let slow = WorkerOptions { poll: Duration::from_secs(3_600), ..short() };
        let node = Node::start(real(&db).options(slow).handle("test.work", move |job| {
            let said = said.clone();
            async move {
                said.send(job)?;
                Ok(())
            }
        }));
        for number in 0..20 {
            let id = enqueue(&db, &SystemClock, NewJob { payload: serde_json::json!(number), ..now("test.work") }).await;
            let job = soon(heard.recv()).await.expect("begun");
            assert_eq!((job.id, job.attempt, job.payload), (id, 1, serde_json::json!(number)));
            until("it is done", || is(&db, id, "done")).await;
            let row = row(&db, id).await;
            assert!(row.finished_at.is_some() && row.locked_until.is_none() && row.started_at.is_some());
        }
        node.stop().await;
    }

    async fn a_job_waits_for_its_time_and_its_kind(database: &TestDatabase) {
        let db = open(database).await;
        let clock = Arc::new(clock());
        let later = enqueue(&db, &*clock, NewJob::new("test.work", clock.now() + TimeDelta::seconds(60))).await;
        let unknown = enqueue(&db, &*clock, NewJob::new("test.unknown", clock.now())).await;
        let node = Node::start(worker(&db, &clock).handle("test.work", |_| async { Ok(()) }));
        clock.advance(TimeDelta::seconds(60) - TimeDelta::microseconds(1));
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert!(is(&db, later, "queued").await);
        clock.advance(TimeDelta::microseconds(1));
        until("its time has come", || is(&db, later, "done")).await;
        assert!(is(&db, unknown, "queued").await, "nobody here can do that");
        node.stop().await;
    }

    async fn of_three_nodes_one_does_each_job_and_never_two_at_a_time(database: &TestDatabase) {
        let queue = open(database).await;
        let at_it = Arc::<Mutex<HashMap<i64, (u32, u32)>>>::default();
        let mut nodes = Vec::new();
        for _ in 0..3 {
            let at_it = Arc::clone(&at_it);
            let db = open(database).await;
            // A lease that a busy machine does not outlast: what is tried is that a claim is one node's.
            let patient = real(&db).options(WorkerOptions { lease: Duration::from_secs(60), ..short() });
            nodes.push(Node::start(patient.handle("test.work", move |job: Job| {
                let at_it = Arc::clone(&at_it);
                async move {
                    {
                        let mut at_it = at_it.lock().expect("unpoisoned");
                        let (times, busy) = at_it.entry(job.id).or_default();
                        *times += 1;
                        *busy += 1;
                        assert_eq!(*busy, 1, "job {} runs twice at a time", job.id);
                    }
                    tokio::time::sleep(Duration::from_millis(5)).await;
                    at_it.lock().expect("unpoisoned").get_mut(&job.id).expect("begun").1 -= 1;
                    Ok(())
                }
            })));
        }
        for _ in 0..10 {
            let unit = queue.write(|tx| async move {
                for _ in 0..12 {
                    jobs::enqueue(&tx, &SystemClock, now("test.work")).await?;
                }
                Ok::<_, DbError>(())
            });
            unit.await.expect("queued");
        }
        until("all are done", || async { rows(&queue).await.iter().all(|job| job.status == "done") }).await;
        for node in nodes {
            node.stop().await;
        }
        let at_it = at_it.lock().expect("unpoisoned").clone();
        assert_eq!(at_it.len(), 120);
        assert!(at_it.values().all(|(times, _)| *times == 1), "{at_it:?}");
        assert!(rows(&queue).await.iter().all(|job| job.attempts == 1 && job.last_error.is_empty()));
    }

    async fn the_job_of_a_killed_worker_runs_again_within_ten_seconds(database: &TestDatabase) {
        let (dying, living) = (open(database).await, open(database).await);
        let defaults = WorkerOptions::default();
        let begun = Arc::new(Notify::new());
        let tell = Arc::clone(&begun);
        let dead = Node::start(real(&dying).options(defaults.clone()).handle("test.work", move |_| {
            tell.notify_one();
            std::future::pending()
        }));
        let id = enqueue(&dying, &SystemClock, now("test.work")).await;
        soon(begun.notified()).await;
        let other = Node::start(real(&living).options(defaults).handle("test.work", |_| async { Ok(()) }));
        tokio::time::sleep(Duration::from_millis(6_500)).await;
        assert!(is(&living, id, "running").await, "as long as its worker lives the lease is renewed");
        let killed = Instant::now();
        dead.kill().await;
        until("it runs again", || is(&living, id, "done")).await;
        assert!(killed.elapsed() < Duration::from_secs(10), "{:?}", killed.elapsed());
        assert_eq!(row(&living, id).await.attempts, 2);
        other.stop().await;
    }

    async fn a_worker_that_lost_its_lease_is_stopped_and_cannot_mark_the_job(database: &TestDatabase) {
        let db = open(database).await;
        let (said, mut heard) = tokio::sync::mpsc::unbounded_channel::<Job>();
        let dropped = Arc::new(AtomicBool::new(false));
        struct Flag(Arc<AtomicBool>);
        impl Drop for Flag {
            fn drop(&mut self) {
                self.0.store(true, Ordering::SeqCst);
            }
        }
        let flag = Arc::clone(&dropped);
        let node = Node::start(real(&db).handle("test.work", move |job| {
            let (said, flag) = (said.clone(), Flag(Arc::clone(&flag)));
            async move {
                said.send(job)?;
                let _flag = flag;
                std::future::pending().await
            }
        }));
        let id = enqueue(&db, &SystemClock, now("test.work")).await;
        let job = &soon(heard.recv()).await.expect("begun");
        // Somebody else takes it over, as after a pause of this whole process.
        let later = SystemClock.now() + TimeDelta::hours(1);
        let take = db.write(|tx| async move {
            let row = kernel::model::job::ActiveModel {
                locked_by: Set("other/claim".to_owned()),
                locked_until: Set(Some(later)),
                ..Default::default()
            };
            Entity::update_many().set(row).filter(Column::Id.eq(id)).exec(&tx).await?;
            Ok::<_, DbError>(())
        });
        take.await.expect("changed");
        let finish = db.write(|tx| async move {
            enqueue_in(&tx).await?;
            jobs::finish(&tx, &SystemClock, job).await
        });
        match finish.await {
            Err(FinishRefusal::Lost { id: lost }) => assert_eq!(lost, id),
            other => panic!("{other:?}"),
        }
        assert_eq!(rows(&db).await.len(), 1, "what the handler did in that unit is undone");
        until("its handler is stopped", || async { dropped.load(Ordering::SeqCst) }).await;
        node.stop().await;
        let row = row(&db, id).await;
        assert_eq!((row.status.as_str(), row.locked_by.as_str(), row.locked_until), ("running", "other/claim", Some(later)));
    }

    async fn an_attempt_whose_end_comes_too_late_changes_nothing(database: &TestDatabase) {
        let db = open(database).await;
        let gate = Arc::new(Notify::new());
        let (begun, go_on) = (Arc::new(Notify::new()), Arc::clone(&gate));
        let tell = Arc::clone(&begun);
        let patient = WorkerOptions { lease: Duration::from_secs(60), ..short() };
        let node = Node::start(real(&db).options(patient).handle("test.work", move |_| {
            let (tell, go_on) = (Arc::clone(&tell), Arc::clone(&go_on));
            async move {
                tell.notify_one();
                go_on.notified().await;
                Ok(())
            }
        }));
        let id = enqueue(&db, &SystemClock, now("test.work")).await;
        soon(begun.notified()).await;
        let take = db.write(|tx| async move {
            let row = kernel::model::job::ActiveModel { locked_by: Set("other/claim".to_owned()), ..Default::default() };
            Entity::update_many().set(row).filter(Column::Id.eq(id)).exec(&tx).await?;
            Ok::<_, DbError>(())
        });
        take.await.expect("changed");
        gate.notify_one();
        node.stop().await;
        let row = row(&db, id).await;
        assert_eq!((row.status.as_str(), row.locked_by.as_str()), ("running", "other/claim"));
    }

    async fn finishing_in_the_handlers_own_unit_has_its_effects_once(database: &TestDatabase) {
        let db = open(database).await;
        let effects = db.clone();
        let node = Node::start(real(&db).handle("test.work", move |job: Job| {
            let db = effects.clone();
            async move {
                let job = &job;
                db.write(|tx| async move {
                    jobs::finish(&tx, &SystemClock, job).await?;
                    jobs::enqueue(&tx, &SystemClock, NewJob::new("test.effect", SystemClock.now())).await?;
                    Ok::<_, FinishRefusal>(())
                })
                .await?;
                Err(JobError::retry("what comes after the mark changes nothing"))
            }
        }));
        let id = enqueue(&db, &SystemClock, now("test.work")).await;
        until("it is done", || is(&db, id, "done")).await;
        tokio::time::sleep(Duration::from_millis(200)).await;
        node.stop().await;
        let rows = rows(&db).await;
        assert_eq!(rows.iter().map(|job| (job.kind.as_str(), job.status.as_str())).collect::<Vec<_>>(),
            [("test.work", "done"), ("test.effect", "queued")]);
        assert_eq!(rows[0].last_error, "");
    }

    async fn a_failing_job_is_tried_with_growing_pauses_then_dead_then_tried_by_hand(database: &TestDatabase) {
        let db = open(database).await;
        let clock = Arc::new(clock());
        let (tries, good) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicBool::new(false)));
        let (count, mended) = (Arc::clone(&tries), Arc::clone(&good));
        let options = WorkerOptions { first_pause: Duration::from_secs(10), longest_pause: Duration::from_secs(30), ..short() };
        let node = Node::start(worker(&db, &clock).options(options).handle("test.work", move |job: Job| {
            let tries = count.fetch_add(1, Ordering::SeqCst) + 1;
            let good = mended.load(Ordering::SeqCst);
            async move {
                assert!(tries != 2, "a panic counts as a failure");
                if good { Ok(()) } else { Err(JobError::retry(format!("attempt {} of {}", job.attempt, job.max_attempts))) }
            }
        }));
        let id = enqueue(&db, &*clock, NewJob { max_attempts: 4, ..NewJob::new("test.work", clock.now()) }).await;
        for (attempt, middle) in [(1, 10), (2, 20), (3, 30)] {
            until("it has failed", || async { tries.load(Ordering::SeqCst) == attempt && is(&db, id, "queued").await }).await;
            let row = row(&db, id).await;
            let pause = row.run_at - clock.now();
            let (least, most) = (TimeDelta::milliseconds(middle * 500), TimeDelta::milliseconds(middle * 1_500));
            assert!((least..=most).contains(&pause), "{pause} after attempt {attempt}");
            assert_eq!(row.attempts, attempt as i32);
            let error = if attempt == 2 { "panicked: a panic counts as a failure".to_owned() } else { format!("attempt {attempt} of 4") };
            assert_eq!(row.last_error, error);
            clock.set(row.run_at);
        }
        until("it is dead", || is(&db, id, "dead")).await;
        clock.advance(TimeDelta::days(1));
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert_eq!(tries.load(Ordering::SeqCst), 4);
        assert!(row(&db, id).await.finished_at.is_some());
        good.store(true, Ordering::SeqCst);
        let at = &*clock;
        db.write(|tx| async move { jobs::retry(&tx, at, id).await }).await.expect("it rises");
        until("it is done", || is(&db, id, "done")).await;
        let fatal = Node::start(worker(&db, &clock).handle("test.fatal", |_| async { Err(JobError::fatal("no such match")) }));
        let id = enqueue(&db, at, NewJob::new("test.fatal", at.now())).await;
        until("it is dead at once", || is(&db, id, "dead")).await;
        assert_eq!((row(&db, id).await.attempts, row(&db, id).await.last_error.as_str()), (1, "no such match"));
        node.stop().await;
        fatal.stop().await;
    }

    async fn a_job_that_kills_its_workers_is_dead_in_the_end(database: &TestDatabase) {
        let db = open(database).await;
        let clock = Arc::new(clock());
        let id = enqueue(&db, &*clock, NewJob { max_attempts: 2, ..NewJob::new("test.work", clock.now()) }).await;
        for attempt in 1..=2 {
            let begun = Arc::new(Notify::new());
            let tell = Arc::clone(&begun);
            let node = Node::start(worker(&db, &clock).handle("test.work", move |_| {
                tell.notify_one();
                std::future::pending()
            }));
            soon(begun.notified()).await;
            node.kill().await;
            assert_eq!(row(&db, id).await.attempts, attempt);
            clock.advance(TimeDelta::seconds(10));
        }
        let node = Node::start(worker(&db, &clock).handle("test.work", |_| async { Ok(()) }));
        until("it is given up", || is(&db, id, "dead")).await;
        assert!(row(&db, id).await.last_error.contains("died"), "{}", row(&db, id).await.last_error);
        node.stop().await;
    }

    async fn a_handler_that_takes_too_long_has_failed(database: &TestDatabase) {
        let db = open(database).await;
        let hasty = WorkerOptions { time_limit: Duration::from_millis(100), ..short() };
        let node = Node::start(real(&db).options(hasty).handle("test.work", |_| std::future::pending()));
        let id = enqueue(&db, &SystemClock, NewJob { max_attempts: 1, ..now("test.work") }).await;
        until("it is dead", || is(&db, id, "dead")).await;
        assert_eq!(row(&db, id).await.last_error, "stopped: it took longer than 0.1 s");
        node.stop().await;
    }

    async fn a_worker_that_stops_gives_back_what_it_has_not_done(database: &TestDatabase) {
        let db = open(database).await;
        let begun = Arc::new(Notify::new());
        let tell = Arc::clone(&begun);
        let worker = real(&db)
            .handle("test.endless", move |_| {
                tell.notify_one();
                std::future::pending()
            })
            .handle("test.short", |_| async {
                tokio::time::sleep(Duration::from_millis(100)).await;
                Ok(())
            });
        let node = Node::start(worker);
        let endless = enqueue(&db, &SystemClock, now("test.endless")).await;
        soon(begun.notified()).await;
        let short = enqueue(&db, &SystemClock, now("test.short")).await;
        until("it is begun", || async { !is(&db, short, "queued").await }).await;
        node.stop().await;
        assert!(is(&db, short, "done").await, "what ends within the grace is done");
        let row = row(&db, endless).await;
        assert_eq!((row.status.as_str(), row.attempts, row.locked_until, row.last_error.as_str()), ("queued", 0, None, ""));
    }

    async fn a_job_asked_for_while_it_runs_runs_once_more(database: &TestDatabase) {
        let db = open(database).await;
        let (begun, gate) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let tries = Arc::new(AtomicU32::new(0));
        let (tell, go_on, count) = (Arc::clone(&begun), Arc::clone(&gate), Arc::clone(&tries));
        let node = Node::start(real(&db).handle("test.work", move |_| {
            let (tell, go_on) = (Arc::clone(&tell), Arc::clone(&go_on));
            count.fetch_add(1, Ordering::SeqCst);
            async move {
                tell.notify_one();
                go_on.notified().await;
                Ok(())
            }
        }));
        let keyed = || NewJob { dedupe_key: Some("k".to_owned()), ..now("test.work") };
        let id = enqueue(&db, &SystemClock, keyed()).await;
        soon(begun.notified()).await;
        for _ in 0..3 {
            assert_eq!(enqueue(&db, &SystemClock, keyed()).await, id);
        }
        gate.notify_one();
        soon(begun.notified()).await;
        gate.notify_one();
        until("it is done", || is(&db, id, "done")).await;
        node.stop().await;
        assert_eq!(tries.load(Ordering::SeqCst), 2);
    }

    async fn a_recurring_job_has_one_turn_a_period_on_two_nodes_and_outlives_failures(database: &TestDatabase) {
        let nodes_dbs = [open(database).await, open(database).await];
        let clock = Arc::new(clock());
        let turns = Arc::new(AtomicU32::new(0));
        let mut nodes = Vec::new();
        for db in &nodes_dbs {
            let at = &*clock;
            db.write(|tx| async move { jobs::every(&tx, at, "test.tick", Duration::from_secs(60)).await }).await.expect("queued");
            let turns = Arc::clone(&turns);
            nodes.push(Node::start(worker(db, &clock).handle("test.tick", move |_| {
                let turn = turns.fetch_add(1, Ordering::SeqCst) + 1;
                async move { if turn == 2 { Err(JobError::fatal("once")) } else { Ok(()) } }
            })));
        }
        let start = clock.now();
        for turn in 1..=4_u32 {
            until("its turn is over", || async {
                turns.load(Ordering::SeqCst) == turn && rows(&nodes_dbs[0]).await[0].status == "queued"
            }).await;
            tokio::time::sleep(Duration::from_millis(150)).await;
            assert_eq!(turns.load(Ordering::SeqCst), turn, "one turn a period");
            let rows = rows(&nodes_dbs[0]).await;
            assert_eq!((rows.len(), rows[0].run_at), (1, start + TimeDelta::seconds(60 * i64::from(turn))));
            clock.set(rows[0].run_at);
        }
        for node in nodes {
            node.stop().await;
        }
    }

    async fn an_idle_worker_asks_seldom_and_writes_never(database: &TestDatabase) {
        let db = open(database).await;
        let node = Node::start(
            Worker::new(db.clone(), Arc::new(SystemClock), Arc::new(SystemRandom)).handle("test.work", |_| async { Ok(()) }),
        );
        enqueue(&db, &SystemClock, NewJob::new("test.work", SystemClock.now() + TimeDelta::hours(1))).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        let before = db.statements();
        // Nobody may write meanwhile on SQLite: a worker that did would wait, and say so by an error in its log.
        tokio::time::sleep(Duration::from_millis(2_000)).await;
        let asked = db.statements() - before;
        assert!((2..=12).contains(&asked), "{asked} statements in two seconds");
        node.stop().await;
    }
}

async fn enqueue_in(tx: &kernel::Tx) -> Result<(), DbError> {
    jobs::enqueue(tx, &SystemClock, NewJob::new("test.effect", SystemClock.now())).await.map(drop)
}
