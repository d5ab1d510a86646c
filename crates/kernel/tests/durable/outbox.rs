//! A row is there exactly when its unit of work has committed.

use std::sync::{Arc, Mutex};

use chrono::TimeDelta;
use kernel::db::DbError;
use kernel::event::{DEFAULT_PRIORITY, Envelope};
use kernel::model::outbox::{self as row, Column, Entity};
use kernel::{SystemRandom, outbox};
use sea_orm::{EntityTrait, QueryOrder};
use testkit::{TestDatabase, on_both};

use crate::support::{Scored, Undone, clock, migrated, open, scored};

async fn rows(db: &kernel::Db) -> Vec<row::Model> {
    Entity::find().order_by_asc(Column::Id).all(db.read()).await.expect("readable")
}

on_both! {
    from migrated;

    async fn a_row_and_an_event_exist_exactly_after_a_commit(database: &TestDatabase) {
        let db = open(database).await;
        let clock = clock();
        let heard = Arc::<Mutex<Vec<(String, i64)>>>::default();
        let ear = Arc::clone(&heard);
        db.events().subscribe("ear", DEFAULT_PRIORITY, move |told: Envelope<Scored>| {
            ear.lock().expect("unpoisoned").push((told.header.id.clone(), told.event.points));
            async { Ok(()) }
        });
        let undone = db.write(|tx| {
            let clock = &clock;
            async move {
                outbox::tell(&tx, clock, "tournament:1", scored(1)).await?;
                Err::<(), _>(Undone)
            }
        });
        undone.await.expect_err("rolled back");
        assert!(rows(&db).await.is_empty() && heard.lock().expect("unpoisoned").is_empty());

        let kept = db.write(|tx| {
            let clock = &clock;
            async move {
                let part = tx.savepoint(|part| async move {
                    outbox::tell(&part, clock, "tournament:1", scored(2)).await?;
                    Err::<(), _>(Undone)
                });
                part.await.expect_err("undone");
                outbox::tell(&tx, clock, "tournament:1", scored(3)).await?;
                outbox::tell_also(&tx, clock, &SystemRandom, "user:7", &scored(3)).await
            }
        });
        kept.await.expect("committed");
        let rows = rows(&db).await;
        let heard = heard.lock().expect("unpoisoned").clone();
        assert_eq!(heard, [(rows[0].event_id.clone(), 3)], "the bus hears once, of the same event");
        let topics: Vec<_> = rows.iter().map(|row| row.topic.as_str()).collect();
        assert_eq!(topics, ["tournament:1", "user:7"]);
        for row in &rows {
            assert_eq!(row.payload, serde_json::json!({ "points": 3 }), "secrets stay out");
            assert_eq!((row.event_type.as_str(), row.created_at), ("test.scored", kernel::Clock::now(&clock)));
        }
        assert_ne!(rows[0].event_id, rows[1].event_id);
    }

    async fn old_news_is_pruned_and_new_stays(database: &TestDatabase) {
        let db = open(database).await;
        let clock = clock();
        let tell = async |points: i64| {
            let clock = &clock;
            let told = db.write(|tx| async move {
                for _ in 0..points {
                    outbox::tell(&tx, clock, "user:1", scored(points)).await?;
                }
                Ok::<_, DbError>(())
            });
            told.await.expect("told");
        };
        tell(1_203).await;
        clock.advance(TimeDelta::days(3));
        tell(2).await;
        assert_eq!(outbox::prune(&db, &clock, TimeDelta::days(3)).await.expect("pruned"), 0, "three days are kept");
        clock.advance(TimeDelta::microseconds(1));
        assert_eq!(outbox::prune(&db, &clock, TimeDelta::days(3)).await.expect("pruned"), 1_203);
        let highest = rows(&db).await.iter().map(|row| row.id).max();
        clock.advance(TimeDelta::days(9));
        assert_eq!(outbox::prune(&db, &clock, TimeDelta::days(3)).await.expect("pruned"), 2);
        tell(1).await;
        assert!(rows(&db).await[0].id > highest.expect("a row"), "an id never means another item");
    }
}
