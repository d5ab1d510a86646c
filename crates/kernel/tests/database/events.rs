//! Events and transactions: nothing is told before the commit, nothing after a rollback.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, Utc};
use kernel::db::{Db, DbError, DbOptions};
use kernel::event::catalogue::{TeamCreated, TeamUpdated, TournamentCreated};
use kernel::event::{DEFAULT_PRIORITY, Envelope, Event, EventBus, HandlerError, InsideUnitOfWork, Origin};
use kernel::{SeededRandom, TestClock};
use sea_orm::{ConnectionTrait, Statement};

use testkit::{TestDatabase, on_both};
use tokio::sync::Notify;

use crate::support::{open, open_with};

/// Ids of the tournaments that handlers have heard of.
type Heard = Arc<Mutex<Vec<i64>>>;

fn listen(db: &Db) -> Heard {
    let heard = Heard::default();
    let ear = Arc::clone(&heard);
    db.events().subscribe("ear", DEFAULT_PRIORITY, move |told: Envelope<TournamentCreated>| {
        let ear = Arc::clone(&ear);
        async move {
            ear.lock().expect("unpoisoned").push(told.event.tournament_id);
            Ok(())
        }
    });
    heard
}

fn heard(ear: &Heard) -> Vec<i64> {
    ear.lock().expect("unpoisoned").clone()
}

async fn with_cups(db: &Db) {
    db.write(|tx| async move {
        tx.execute_unprepared(
            "CREATE TABLE cup (id BIGINT PRIMARY KEY, \
             next BIGINT REFERENCES cup (id) DEFERRABLE INITIALLY DEFERRED)",
        )
        .await?;
        Ok::<_, DbError>(())
    })
    .await
    .expect("the table is made");
}

fn insert(id: i64) -> String {
    format!("INSERT INTO cup (id) VALUES ({id})")
}

async fn cups<C: ConnectionTrait>(connection: &C) -> i64 {
    let question = Statement::from_string(connection.get_database_backend(), "SELECT count(*) FROM cup");
    let row = connection.query_one_raw(question).await.expect("it counts").expect("a row");
    row.try_get_by_index(0).expect("a number")
}

on_both! {
    async fn a_commit_publishes_in_order_and_a_rollback_publishes_nothing(scratch: &TestDatabase) {
        let db = open(scratch).await;
        with_cups(&db).await;
        let ear = listen(&db);
        let (ear, bus) = (&ear, db.events());
        let refused = db
            .write(|tx| async move {
                tx.execute_unprepared(&insert(1)).await?;
                tx.emit(TournamentCreated { tournament_id: 1 });
                Err::<(), _>(DbError::Nested) // any error will do
            })
            .await;
        refused.expect_err("it was refused");
        assert_eq!(heard(ear), [0; 0]);
        assert!(bus.history(None, 10).is_empty(), "the history knows nothing of it");

        db.write(|tx| async move {
            for id in [2, 3] {
                tx.execute_unprepared(&insert(id)).await?;
                tx.emit(TournamentCreated { tournament_id: id });
            }
            assert_eq!(heard(ear), [0; 0], "nothing is told before the commit");
            assert!(bus.history(None, 10).is_empty(), "not even to the history");
            Ok::<_, DbError>(())
        })
        .await
        .expect("it commits");
        assert_eq!(heard(ear), [2, 3]);
        assert_eq!(bus.history(Some("tournament.created"), 10).len(), 2);
    }
}

on_both! {
    async fn a_commit_that_fails_publishes_nothing(scratch: &TestDatabase) {
        let db = open(scratch).await;
        with_cups(&db).await;
        let ear = listen(&db);
        let outcome = db
            .write(|tx| async move {
                tx.execute_unprepared("INSERT INTO cup (id, next) VALUES (1, 99)").await?;
                tx.emit(TournamentCreated { tournament_id: 1 });
                Ok::<_, DbError>(())
            })
            .await;
        outcome.expect_err("cup 99 is missing, which is noticed at the commit");
        assert_eq!(heard(&ear), [0; 0]);
        assert_eq!(cups(db.read()).await, 0);
    }
}

on_both! {
    async fn an_undone_savepoint_takes_its_events_along(scratch: &TestDatabase) {
        let db = open(scratch).await;
        with_cups(&db).await;
        let ear = listen(&db);
        db.write(|tx| async move {
            tx.emit(TournamentCreated { tournament_id: 1 });
            for id in [2, 3] {
                let part = tx.savepoint(|part| async move {
                    part.execute_unprepared(&insert(id)).await?;
                    part.emit(TournamentCreated { tournament_id: id });
                    if id == 2 { Err(DbError::Nested) } else { Ok(()) }
                });
                assert_eq!(part.await.is_ok(), id == 3);
            }
            tx.emit(TournamentCreated { tournament_id: 4 });
            Ok::<_, DbError>(())
        })
        .await
        .expect("it commits");
        assert_eq!(heard(&ear), [1, 3, 4]);
    }
}

#[tokio::test]
async fn a_unit_that_is_tried_again_publishes_once() {
    let Some(scratch) = TestDatabase::postgres() else {
        return;
    };
    let db = open(&scratch).await;
    let ear = listen(&db);
    let runs = Mutex::new(0);
    let runs = &runs;
    db.write(|tx| async move {
        tx.emit(TournamentCreated { tournament_id: 1 });
        let run = {
            let mut runs = runs.lock().expect("unpoisoned");
            *runs += 1;
            *runs
        };
        if run < 3 {
            let fail = "DO $$ BEGIN RAISE EXCEPTION 'planned' USING ERRCODE = '40P01'; END $$";
            tx.execute_unprepared(fail).await?;
        }
        Ok::<_, DbError>(())
    })
    .await
    .expect("the third attempt commits");
    assert_eq!(heard(&ear), [1]);
    db.close().await;
}

on_both! {
    async fn publishing_inside_a_unit_of_work_is_refused(scratch: &TestDatabase) {
        let db = open(scratch).await;
        let ear = listen(&db);
        let bus = db.events();
        let early = db
            .write(|_tx| async move {
                let event = TournamentCreated { tournament_id: 1 };
                let outcome = bus.publish_outside_transaction(event, Origin::default()).await;
                Ok::<_, DbError>(outcome)
            })
            .await
            .expect("it commits");
        let event_type = TournamentCreated::TYPE;
        assert_eq!(early, Err(InsideUnitOfWork { event_type }));
        assert_eq!(heard(&ear), [0; 0]);
    }
}

on_both! {
    async fn a_handler_sees_what_was_committed_and_may_write_and_tell_in_turn(scratch: &TestDatabase) {
        let db = open(scratch).await;
        with_cups(&db).await;
        let ear = listen(&db);
        let (inner, seen) = (db.clone(), Arc::new(Mutex::new(0)));
        let counted = Arc::clone(&seen);
        db.events().subscribe("founder", DEFAULT_PRIORITY, move |told: Envelope<TeamCreated>| {
            let (db, counted) = (inner.clone(), Arc::clone(&counted));
            async move {
                let before = cups(db.read()).await;
                *counted.lock().expect("unpoisoned") = before;
                let id = told.event.team_id;
                db.write(|tx| async move {
                    tx.execute_unprepared(&insert(id + 1)).await?;
                    tx.emit(TournamentCreated { tournament_id: id + 1 });
                    Ok::<_, DbError>(())
                })
                .await?;
                Ok(())
            }
        });
        db.write(|tx| async move {
            tx.execute_unprepared(&insert(10)).await?;
            tx.emit(TeamCreated { team_id: 10, captain_id: 1 });
            Ok::<_, DbError>(())
        })
        .await
        .expect("it commits");
        assert_eq!(*seen.lock().expect("unpoisoned"), 1, "the handler sees the committed row");
        assert_eq!(cups(db.read()).await, 2);
        assert_eq!(heard(&ear), [11]);
        db.events().clear(None); // the handler holds the database that holds the bus
    }
}

on_both! {
    async fn a_failing_handler_does_not_fail_the_unit_of_work(scratch: &TestDatabase) {
        let db = open(scratch).await;
        with_cups(&db).await;
        db.events().subscribe("broken", 1, |_: Envelope<TournamentCreated>| async {
            Err::<(), HandlerError>("planned".into())
        });
        let ear = listen(&db);
        db.write(|tx| async move {
            tx.execute_unprepared(&insert(1)).await?;
            tx.emit(TournamentCreated { tournament_id: 1 });
            Ok::<_, DbError>(())
        })
        .await
        .expect("it commits");
        assert_eq!((cups(db.read()).await, heard(&ear)), (1, vec![1]));
    }
}

on_both! {
    async fn a_caller_that_is_cancelled_while_handlers_run_does_not_cut_them_off(scratch: &TestDatabase) {
        let db = open(scratch).await;
        let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (begins, may_end) = (Arc::clone(&begun), Arc::clone(&go_on));
        db.events().subscribe("slow", 1, move |_: Envelope<TournamentCreated>| {
            let (begins, may_end) = (Arc::clone(&begins), Arc::clone(&may_end));
            async move {
                begins.notify_one();
                may_end.notified().await;
                Ok(())
            }
        });
        let ear = listen(&db);
        let telling = db.write(|tx| async move {
            tx.emit(TournamentCreated { tournament_id: 1 });
            Ok::<_, DbError>(())
        });
        // Dropped, and so cancelled, as soon as the first handler is at work.
        tokio::select! {
            outcome = telling => panic!("the first handler still waits, but: {outcome:?}"),
            () = begun.notified() => {}
        }
        assert_eq!(heard(&ear), [0; 0]);
        go_on.notify_one();
        while heard(&ear).is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert_eq!(heard(&ear), [1]);
    }
}

#[tokio::test]
async fn an_event_carries_id_time_and_origin_from_what_was_passed_in() {
    let clock = Arc::new(TestClock::at_text("2026-03-01T18:00:00.123456Z"));
    let random = Arc::new(SeededRandom::new(1));
    let options = DbOptions { events: Arc::new(EventBus::new(clock, random)), ..DbOptions::default() };
    let scratch = TestDatabase::sqlite();
    let db = open_with(&scratch, options).await;
    let origin = Origin { source: Some("teams".to_owned()), correlation_id: Some("request-7".to_owned()) };
    let origin = &origin;
    db.write(|tx| async move {
        tx.emit_from(TeamUpdated { team_id: 5 }, origin.clone());
        tx.emit(TeamUpdated { team_id: 6 });
        Ok::<_, DbError>(())
    })
    .await
    .expect("it commits");
    let history = db.events().history(None, 2);
    let [first, second] = &history[..] else {
        panic!("{history:?}");
    };
    let at: DateTime<Utc> = "2026-03-01T18:00:00.123456Z".parse().expect("a time");
    assert_eq!((first.header.at, first.header.event_type), (at, "team.updated"));
    assert_eq!(first.header.source.as_deref(), Some("teams"));
    assert_eq!(first.header.correlation_id.as_deref(), Some("request-7"));
    assert_eq!((&second.header.source, &second.header.correlation_id), (&None, &None));
    assert_ne!(first.header.id, second.header.id);
    assert_eq!(first.data, serde_json::json!({"team_id": 5}));
}
