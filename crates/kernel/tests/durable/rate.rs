//! Rate limits are exact: for crowds, over time, across nodes and restarts.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use kernel::model::rate_limit;
use kernel::rate::{self, Limit, RateRefusal};
use kernel::{Db, TestClock};
use sea_orm::{EntityTrait, PaginatorTrait};
use testkit::{TestDatabase, on_both};
use tokio::task::JoinSet;

use crate::support::{clock, migrated, open};

/// How many are left, or how long to wait.
async fn take(db: &Db, clock: &TestClock, key: &str, limit: Limit) -> Result<u32, Duration> {
    match rate::take(db, clock, key, limit).await {
        Ok(allowed) => Ok(allowed.remaining),
        Err(RateRefusal::Limited { retry_after }) => Err(retry_after),
        Err(RateRefusal::Db(error)) => panic!("{error}"),
    }
}

const LIMIT: Limit = Limit::new(5, Duration::from_secs(60));

on_both! {
    from migrated;

    async fn a_bucket_empties_fills_steadily_and_stays_so_after_a_restart(database: &TestDatabase) {
        let db = open(database).await;
        let clock = clock();
        for left in [4, 3, 2, 1, 0] {
            assert_eq!(take(&db, &clock, "a", LIMIT).await, Ok(left));
        }
        assert_eq!(take(&db, &clock, "a", LIMIT).await, Err(Duration::from_secs(12)));
        assert_eq!(take(&db, &clock, "b", LIMIT).await, Ok(4), "keys are apart");
        db.close().await;
        let db = open(database).await;
        clock.advance(TimeDelta::seconds(12) - TimeDelta::microseconds(1));
        assert_eq!(take(&db, &clock, "a", LIMIT).await, Err(Duration::from_micros(1)));
        clock.advance(TimeDelta::microseconds(1));
        assert_eq!(take(&db, &clock, "a", LIMIT).await, Ok(0));
        assert_eq!(take(&db, &clock, "a", LIMIT).await, Err(Duration::from_secs(12)));
        clock.advance(TimeDelta::days(1));
        assert_eq!(take(&db, &clock, "a", LIMIT).await, Ok(4), "never more than the burst");
        db.write(|tx| async move { rate::forget(&tx, "a").await }).await.expect("forgotten");
        assert_eq!(take(&db, &clock, "a", LIMIT).await, Ok(4));
        let once = Limit::new(0, Duration::from_secs(1));
        assert_eq!(take(&db, &clock, "once", once).await, Ok(0));
        assert_eq!(take(&db, &clock, "once", once).await, Err(Duration::from_secs(1)));
    }

    async fn of_64_at_once_on_two_nodes_exactly_the_burst_gets_through(database: &TestDatabase) {
        let nodes = [open(database).await, open(database).await];
        let clock = Arc::new(clock());
        for round in 0..3 {
            let mut crowd = JoinSet::new();
            for number in 0..64 {
                let (db, clock) = (nodes[number % 2].clone(), Arc::clone(&clock));
                crowd.spawn(async move { take(&db, &clock, "crowd", Limit::new(10, Duration::from_secs(100))).await });
            }
            let outcomes = crowd.join_all().await;
            let mut left: Vec<u32> = outcomes.iter().filter_map(|outcome| outcome.ok()).collect();
            left.sort_unstable();
            assert_eq!(left, (0..10).collect::<Vec<u32>>(), "round {round}: each place is given once");
            clock.advance(TimeDelta::seconds(100));
        }
    }

    async fn a_refusal_writes_nothing(database: &TestDatabase) {
        let db = open(database).await;
        let clock = clock();
        for _ in 0..5 {
            take(&db, &clock, "a", LIMIT).await.expect("allowed");
        }
        let before = db.statements();
        take(&db, &clock, "a", LIMIT).await.expect_err("refused");
        assert_eq!(db.statements() - before, 1, "one look");
    }

    async fn full_keys_are_pruned_and_others_stay(database: &TestDatabase) {
        let db = open(database).await;
        let clock = clock();
        take(&db, &clock, "short", Limit::new(1, Duration::from_secs(10))).await.expect("allowed");
        take(&db, &clock, "long", Limit::new(1, Duration::from_secs(1_000))).await.expect("allowed");
        take(&db, &clock, &"x".repeat(5_000), Limit::new(1, Duration::from_secs(1_000))).await.expect("allowed");
        assert_eq!(rate::prune(&db, &clock).await.expect("pruned"), 0);
        clock.advance(TimeDelta::seconds(71));
        assert_eq!(rate::prune(&db, &clock).await.expect("pruned"), 1);
        assert_eq!(rate_limit::Entity::find().count(db.read()).await.expect("readable"), 2);
        take(&db, &clock, "long", Limit::new(1, Duration::from_secs(1_000))).await.expect_err("still used up");
    }
}
