//! Streams: order, topics, other nodes, late commits, resuming, slow readers.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use kernel::db::{DbError, DbKind};
use kernel::live::{self, Lagged, LiveEvent, LiveOptions, Resume, Subscription};
use kernel::{Db, Live, SystemClock, outbox};
use testkit::{TestDatabase, on_both};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::support::{migrated, open, scored, soon, tell};

async fn live(db: &Db) -> Live {
    Live::start(db.clone(), LiveOptions::default()).await.expect("readable")
}

fn points(event: &LiveEvent) -> i64 {
    event.payload["points"].as_i64().expect("points")
}

async fn next(stream: &mut Subscription) -> Arc<LiveEvent> {
    soon(stream.next()).await.expect("open").expect("kept up")
}

async fn nothing_comes(stream: &mut Subscription) {
    let come = tokio::time::timeout(Duration::from_millis(1_300), stream.next()).await;
    assert!(come.is_err(), "{come:?}");
}

on_both! {
    from migrated;

    async fn watchers_get_their_topics_in_order_from_every_node(database: &TestDatabase) {
        let (here, there) = (open(database).await, open(database).await);
        tell(&here, "tournament:1", 0).await;
        let live = live(&here).await;
        let mut stream = live.subscribe(["tournament:1", "user:7"]);
        let mut other = live.subscribe(["tournament:2"]);
        for (number, topic) in ["tournament:1", "tournament:3", "user:7", "tournament:1"].into_iter().enumerate() {
            let db = if number % 2 == 0 { &here } else { &there };
            tell(db, topic, number as i64 + 1).await;
        }
        let mut last = 0;
        for expected in [1, 3, 4] {
            let event = next(&mut stream).await;
            assert_eq!(points(&event), expected);
            assert!(event.id > last);
            assert_eq!((event.event_type.as_str(), &event.payload), ("test.scored", &serde_json::json!({ "points": expected })));
            last = event.id;
        }
        nothing_comes(&mut stream).await;
        tell(&there, "tournament:2", 9).await;
        assert_eq!(points(&*next(&mut other).await), 9);
        assert_eq!(live.subscriptions(), 2);
        drop(stream);
        assert_eq!(live.subscriptions(), 1);
        drop(live);
        assert!(soon(other.next()).await.is_none(), "the stream ends with its source");
    }

    async fn news_of_the_own_process_comes_at_once(database: &TestDatabase) {
        let db = open(database).await;
        let slow = LiveOptions { poll: Duration::from_secs(3_600), ..LiveOptions::default() };
        let live = Live::start(db.clone(), slow).await.expect("readable");
        let mut stream = live.subscribe(["a"]);
        for number in 0..50 {
            tell(&db, "a", number).await;
            assert_eq!(points(&*next(&mut stream).await), number);
        }
    }

    async fn an_idle_stream_asks_about_once_a_second(database: &TestDatabase) {
        let db = open(database).await;
        let live = live(&db).await;
        let _stream = live.subscribe(["a"]);
        let before = db.statements();
        tokio::time::sleep(Duration::from_millis(2_500)).await;
        let asked = db.statements() - before;
        assert!((1..=4).contains(&asked), "{asked} statements");
    }

    async fn who_comes_back_gets_what_was_missed_once(database: &TestDatabase) {
        let db = open(database).await;
        let first = live(&db).await;
        let mut stream = first.subscribe(["a"]);
        tell(&db, "a", 1).await;
        let seen = next(&mut stream).await.resume.to_string();
        drop((stream, first));
        for number in 2..=6 {
            tell(&db, if number == 4 { "b" } else { "a" }, number).await;
        }
        let live = live(&db).await;
        let place: Resume = seen.parse().expect("a place");
        let mut resumed = live.resume(["a"], place.clone(), 100).await.expect("readable");
        assert_eq!(resumed.missed.iter().map(points).collect::<Vec<_>>(), [2, 3, 5, 6]);
        assert!(!resumed.truncated);
        tell(&db, "a", 7).await;
        assert_eq!(points(&*next(&mut resumed.stream).await), 7);
        let cut = live.resume(["a"], place.clone(), 2).await.expect("readable");
        assert_eq!((cut.missed.iter().map(points).collect::<Vec<_>>(), cut.truncated), (vec![2, 3], true));
        let on = cut.missed[1].resume.clone();
        let rest = live::since(&db, &["a".to_owned()], on, 100).await.expect("readable");
        assert_eq!(rest.iter().map(points).collect::<Vec<_>>(), [5, 6, 7]);
        let bare = live::since(&db, &["a".to_owned(), "b".to_owned()], place.last(), 3).await.expect("readable");
        assert_eq!(bare.iter().map(points).collect::<Vec<_>>(), [2, 3, 4]);
    }

    async fn coming_back_in_a_storm_misses_and_repeats_nothing(database: &TestDatabase) {
        let nodes = [open(database).await, open(database).await];
        let live = live(&nodes[0]).await;
        let mut stream = live.subscribe(["a"]);
        let mut tellers = JoinSet::new();
        for teller in 0..8_i64 {
            let db = nodes[teller as usize % 2].clone();
            tellers.spawn(async move {
                for number in 0..25 {
                    tell(&db, "a", teller * 25 + number).await;
                }
            });
        }
        let once = |seen: &[i64]| seen.iter().collect::<BTreeSet<_>>().len();
        let (mut seen, mut place) = (Vec::new(), Resume::from(0));
        while once(&seen) < 200 {
            let event = next(&mut stream).await;
            seen.push(points(&event));
            place = event.resume.clone();
            if seen.len() % 10 == 0 {
                // Away for a moment, and back by what a browser would send.
                drop(stream);
                let text = place.to_string();
                tokio::time::sleep(Duration::from_millis(3)).await;
                let back = live.resume(["a"], text.parse::<Resume>().expect("a place"), 1_000).await.expect("readable");
                for event in back.missed {
                    seen.push(points(&event));
                    place = event.resume;
                }
                stream = back.stream;
            }
        }
        tellers.join_all().await;
        // The place of an item that was read on the way back lies no further than the reader had come
        // to: the next way back may bring such an item again, never none.
        assert!(seen.len() <= 220, "{} items", seen.len());
        assert!(place.last() > 0);
    }

    async fn a_slow_reader_is_told_and_goes_on_from_its_place(database: &TestDatabase) {
        let db = open(database).await;
        let live = Live::start(db.clone(), LiveOptions { buffer: 4, ..LiveOptions::default() }).await.expect("readable");
        let (mut slow, mut quick) = (live.subscribe(["a"]), live.subscribe(["a"]));
        for number in 1..=10 {
            tell(&db, "a", number).await;
            assert_eq!(points(&*next(&mut quick).await), number);
        }
        // Waits until the last delivery is over: the quick reader may be served before the slow one.
        assert_eq!(live.subscriptions(), 2);
        let mut place = Resume::from(0);
        for number in 1..=4 {
            let event = next(&mut slow).await;
            assert_eq!(points(&event), number);
            place = event.resume.clone();
        }
        assert_eq!(soon(slow.next()).await.expect("open").expect_err("lagged"), Lagged { missed: 6 });
        let mut back = live.resume(["a"], place, 100).await.expect("readable");
        assert_eq!(back.missed.iter().map(points).collect::<Vec<_>>(), [5, 6, 7, 8, 9, 10]);
        tell(&db, "a", 11).await;
        for stream in [&mut slow, &mut back.stream] {
            assert_eq!(points(&*next(stream).await), 11, "both streams go on");
        }
    }

    /// On SQLite, with its one writer, ids are seen in order; there this proves that a rollback does no harm.
    async fn a_late_commit_with_a_low_id_is_not_skipped(database: &TestDatabase) {
        let db = open(database).await;
        let live = live(&db).await;
        let mut stream = live.subscribe(["a"]);
        let (low_told, wait_for_low) = oneshot::channel();
        let (go_on, gate) = oneshot::channel::<()>();
        let (low_told, gate) = (std::sync::Mutex::new(Some(low_told)), std::sync::Mutex::new(Some(gate)));
        let writer = db.clone();
        let late = tokio::spawn(async move {
            let (low_told, gate) = (&low_told, &gate);
            writer.write(|tx| async move {
                outbox::tell(&tx, &SystemClock, "a", scored(1)).await?;
                let said = low_told.lock().expect("unpoisoned").take();
                let gate = gate.lock().expect("unpoisoned").take();
                if let (Some(said), Some(gate)) = (said, gate) {
                    said.send(()).expect("somebody waits");
                    if tx.kind() == DbKind::Postgres {
                        gate.await.expect("it opens");
                    }
                }
                Ok::<_, DbError>(())
            }).await
        });
        soon(wait_for_low).await.expect("told");
        if db.kind() == DbKind::Sqlite {
            late.await.expect("no panic").expect("committed");
            assert_eq!(points(&*next(&mut stream).await), 1);
            tell(&db, "a", 2).await;
            assert_eq!(points(&*next(&mut stream).await), 2);
            return;
        }
        tell(&db, "a", 2).await;
        let high = next(&mut stream).await;
        assert_eq!(points(&high), 2, "the higher id does not wait");
        assert_eq!(high.resume.open().len(), 1, "its place knows of the open one: {}", high.resume);
        // One watcher leaves now; another starts now, above the open one.
        let started = Live::start(db.clone(), LiveOptions::default()).await.expect("readable");
        let mut new = started.subscribe(["a"]);
        go_on.send(()).expect("it waits");
        late.await.expect("no panic").expect("committed");
        let low = next(&mut stream).await;
        assert_eq!(points(&low), 1);
        assert!(low.id < high.id);
        assert_eq!(low.resume, Resume::from(high.id), "nothing is open any more");
        assert_eq!(points(&*next(&mut new).await), 1);
        let mut back = started.resume(["a"], high.resume.clone(), 10).await.expect("readable");
        assert_eq!(back.missed.iter().map(points).collect::<Vec<_>>(), [1]);
        nothing_comes(&mut back.stream).await;
    }
}
