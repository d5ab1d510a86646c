//! The queue: units of work, keys, giving up, counting. The workers have their own file.

use std::time::Duration;

use chrono::TimeDelta;
use kernel::db::DbError;
use kernel::jobs::{self, NewJob, RetryRefusal};
use kernel::model::job::{Column, Entity, Model};
use kernel::{Clock, Db, TestClock};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;
use testkit::{TestDatabase, on_both};

use crate::support::{Undone, clock, migrated, open};

pub async fn rows(db: &Db) -> Vec<Model> {
    Entity::find().order_by_asc(Column::Id).all(db.read()).await.expect("readable")
}

pub async fn enqueue(db: &Db, clock: &dyn Clock, new: NewJob) -> i64 {
    let new = &new;
    db.write(|tx| async move { jobs::enqueue(&tx, clock, new.clone()).await }).await.expect("queued")
}

fn keyed(clock: &TestClock, seconds: i64) -> NewJob {
    let run_at = clock.now() + TimeDelta::seconds(seconds);
    NewJob { dedupe_key: Some("k".to_owned()), payload: json!({ "s": seconds }), ..NewJob::new("test.work", run_at) }
}

async fn set(db: &Db, id: i64, status: &str) {
    let now = clock().now();
    db.write(|tx| async move {
        let finished = ["done", "dead"].contains(&status);
        let row = kernel::model::job::ActiveModel {
            status: Set(status.to_owned()),
            locked_by: Set("somebody".to_owned()),
            locked_until: Set(Some(now)),
            finished_at: Set(finished.then_some(now)),
            ..Default::default()
        };
        Entity::update_many().set(row).filter(Column::Id.eq(id)).exec(&tx).await?;
        Ok::<_, DbError>(())
    })
    .await
    .expect("changed");
}

on_both! {
    from migrated;

    async fn a_job_goes_with_its_unit_of_work(database: &TestDatabase) {
        let db = open(database).await;
        let clock = &clock();
        let undone = db.write(|tx| async move {
            jobs::enqueue(&tx, clock, keyed(clock, 0)).await?;
            Err::<(), _>(Undone)
        });
        undone.await.expect_err("rolled back");
        assert!(rows(&db).await.is_empty());
        enqueue(&db, clock, keyed(clock, 3)).await;
        db.close().await;
        let rows = rows(&open(database).await).await;
        let job = &rows[0];
        assert_eq!((job.kind.as_str(), job.status.as_str(), job.attempts), ("test.work", "queued", 0));
        assert_eq!((job.payload.clone(), job.created_at), (json!({ "s": 3 }), clock.now()));
        assert_eq!((rows.len(), job.run_at), (1, clock.now() + TimeDelta::seconds(3)));
    }

    async fn a_key_stands_once_among_the_unfinished(database: &TestDatabase) {
        let db = open(database).await;
        let clock = &clock();
        let at = |seconds| Some(clock.now() + TimeDelta::seconds(seconds));
        let first = enqueue(&db, clock, keyed(clock, 50)).await;
        for (seconds, due) in [(70, 50), (20, 20), (30, 20)] {
            assert_eq!(enqueue(&db, clock, keyed(clock, seconds)).await, first);
            let rows = rows(&db).await;
            assert_eq!((rows.len(), Some(rows[0].run_at), rows[0].rerun_at), (1, at(due), None));
            assert_eq!(rows[0].payload, json!({ "s": 50 }), "the first one's");
        }
        let keyless = NewJob { dedupe_key: None, ..keyed(clock, 1) };
        assert_ne!(enqueue(&db, clock, keyless.clone()).await, enqueue(&db, clock, keyless).await);
        set(&db, first, "running").await;
        for (seconds, again) in [(70, 70), (20, 20), (30, 20)] {
            assert_eq!(enqueue(&db, clock, keyed(clock, seconds)).await, first);
            let row = rows(&db).await.remove(0);
            assert_eq!((Some(row.run_at), row.rerun_at), (at(20), at(again)), "it runs once more");
        }
        for status in ["done", "dead"] {
            set(&db, first, status).await;
            assert_ne!(enqueue(&db, clock, keyed(clock, 5)).await, first, "{status}");
            assert!(db.write(|tx| async move { jobs::cancel(&tx, "k").await }).await.expect("cancelled"));
        }
        assert!(!db.write(|tx| async move { jobs::cancel(&tx, "k").await }).await.expect("nothing left"));
    }

    async fn many_with_one_key_at_once_make_one_row(database: &TestDatabase) {
        let nodes = [open(database).await, open(database).await];
        let mut crowd = tokio::task::JoinSet::new();
        for number in 0..40 {
            let db = nodes[number % 2].clone();
            crowd.spawn(async move {
                let clock = clock();
                enqueue(&db, &clock, keyed(&clock, 100 - number as i64)).await
            });
        }
        let mut ids = crowd.join_all().await;
        ids.dedup();
        let rows = rows(&nodes[0]).await;
        assert_eq!((ids.len(), rows.len()), (1, 1));
        assert_eq!(rows[0].run_at, clock().now() + TimeDelta::seconds(61), "the earliest of all");
    }

    async fn only_the_dead_rise_and_only_without_a_successor(database: &TestDatabase) {
        let db = open(database).await;
        let clock = &clock();
        let retry = async |id: i64| db.write(|tx| async move { jobs::retry(&tx, clock, id).await }).await;
        assert!(matches!(retry(99).await, Err(RetryRefusal::Unknown { id: 99 })));
        let id = enqueue(&db, clock, keyed(clock, 500)).await;
        for status in ["queued", "running", "done"] {
            set(&db, id, status).await;
            match retry(id).await {
                Err(RetryRefusal::NotDead { status: said, .. }) => assert_eq!(said, status),
                other => panic!("{other:?}"),
            }
        }
        set(&db, id, "dead").await;
        let successor = enqueue(&db, clock, keyed(clock, 5)).await;
        assert!(matches!(retry(id).await, Err(RetryRefusal::KeyTaken { other, .. }) if other == successor));
        set(&db, successor, "done").await;
        retry(id).await.expect("it rises");
        let row = rows(&db).await.remove(0);
        assert_eq!((row.status.as_str(), row.attempts, row.run_at, row.finished_at), ("queued", 0, clock.now(), None));
    }

    async fn counts_and_pruning(database: &TestDatabase) {
        let db = open(database).await;
        let clock = clock();
        assert_eq!(jobs::counts(&db, &clock).await.expect("counted"), jobs::Counts::default());
        let new = |kind: &str, seconds| NewJob::new(kind, clock.now() + TimeDelta::seconds(seconds));
        let done = enqueue(&db, &clock, new("b", 0)).await;
        let dead = enqueue(&db, &clock, new("b", 0)).await;
        enqueue(&db, &clock, new("a", 10)).await;
        enqueue(&db, &clock, new("a", 1_000)).await;
        set(&db, done, "done").await;
        set(&db, dead, "dead").await;
        clock.advance(TimeDelta::seconds(70));
        let counts = jobs::counts(&db, &clock).await.expect("counted");
        let seen: Vec<_> = counts.by_kind.iter().map(|c| (c.kind.as_str(), c.status.as_str(), c.jobs)).collect();
        assert_eq!(seen, [("a", "queued", 2), ("b", "dead", 1), ("b", "done", 1)]);
        assert_eq!((counts.total("queued"), counts.overdue), (2, Duration::from_secs(60)));
        assert_eq!(jobs::prune(&db, &clock, TimeDelta::seconds(70)).await.expect("pruned"), 0);
        assert_eq!(jobs::prune(&db, &clock, TimeDelta::seconds(69)).await.expect("pruned"), 1);
        assert_eq!(jobs::counts(&db, &clock).await.expect("counted").total("dead"), 1, "the dead stay");
    }

    async fn a_recurring_job_is_one_row_whatever_the_number_of_starts(database: &TestDatabase) {
        let db = open(database).await;
        let clock = clock();
        let every = async |seconds| {
            let clock = &clock;
            db.write(|tx| async move { jobs::every(&tx, clock, "test.tick", Duration::from_secs(seconds)).await })
                .await
                .expect("queued")
        };
        let id = every(60).await;
        assert_eq!(rows(&db).await[0].run_at, clock.now(), "the first turn is at once");
        let later = clock.now() + TimeDelta::days(1);
        db.write(|tx| async move {
            let row = kernel::model::job::ActiveModel { run_at: Set(later), ..Default::default() };
            Entity::update_many().set(row).exec(&tx).await?;
            Ok::<_, DbError>(())
        })
        .await
        .expect("changed");
        assert_eq!((every(90).await, every(90).await), (id, id));
        let rows = rows(&db).await;
        assert_eq!((rows.len(), rows[0].period_ms), (1, Some(90_000)));
        assert_eq!(rows[0].run_at, clock.now() + TimeDelta::seconds(90), "due within the new period");
    }
}
