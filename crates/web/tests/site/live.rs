//! News that streams: heard once, in order, by those who may, until they may no more.

use std::{
    io::{BufRead, BufReader, Read},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
        mpsc,
    },
    time::{Duration, Instant},
};

use kernel::{DbError, Event, outbox};
use serde::{Deserialize, Serialize};
use testkit::{TestDatabase, http::Method};
use web::{Doors, StreamLimits};

use crate::served::{Served, migrated, serve_doors};

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Happened {
    number: u32,
}

impl Event for Happened {
    const TYPE: &'static str = "test.happened";
}

async fn tell(site: &Served, topic: &str, number: u32) {
    let told: Result<(), DbError> =
        site.db.write(|tx| async move { outbox::tell(&tx, &*site.clock, topic, Happened { number }).await }).await;
    told.expect("it is told");
}

/// One event of a stream.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Heard {
    pub event: String,
    pub id: String,
    pub data: String,
}

impl Heard {
    /// Which news it is.
    fn number(&self) -> i64 {
        let data: serde_json::Value = serde_json::from_str(&self.data).expect("JSON");
        data["id"].as_i64().expect("an id")
    }
}

/// Reads a stream in a thread of its own, because nobody knows how long that takes.
pub fn hear(stream: BufReader<impl Read + Send + 'static>) -> mpsc::Receiver<Heard> {
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || {
        let mut heard = Heard::default();
        for line in stream.lines() {
            let Ok(line) = line else { return };
            match line.split_once(": ").unwrap_or((&line, "")) {
                ("event", text) => text.clone_into(&mut heard.event),
                ("id", text) => text.clone_into(&mut heard.id),
                ("data", text) => text.clone_into(&mut heard.data),
                ("", _) if heard != Heard::default() && send.send(std::mem::take(&mut heard)).is_err() => return,
                _ => {}
            }
        }
    });
    receive
}

pub fn next(stream: &mpsc::Receiver<Heard>) -> Heard {
    stream.recv_timeout(Duration::from_secs(10)).expect("something is heard")
}

fn public() -> Doors {
    Doors::default().watch(|_, _, tournament| async move { Ok(tournament < 100) })
}

testkit::on_both! {
    from migrated;

    async fn watchers_hear_what_concerns_them_and_only_that_it_happened(database: &TestDatabase) {
        let site = serve_doors(database, public()).await;
        let ann = site.member("ann");
        let id = site.id("ann").await;
        let cup = hear(site.visitor().stream("/live/tournaments/7"));
        let mine = hear(ann.stream("/live/me"));
        assert_eq!((next(&cup).event, next(&mine).event), ("hello".to_owned(), "hello".to_owned()));
        tell(&site, "tournament:8", 1).await;
        tell(&site, "tournament:7", 2).await;
        tell(&site, &format!("user:{id}"), 3).await;
        let heard = next(&cup);
        let data: serde_json::Value = serde_json::from_str(&heard.data).expect("JSON");
        assert_eq!((&*heard.event, &data), ("", &serde_json::json!({ "id": heard.number(), "type": "test.happened" })));
        let own = next(&mine);
        assert!(heard.number() < own.number(), "{heard:?} {own:?}");
        assert!(cup.recv_timeout(Duration::from_millis(1500)).is_err(), "nothing else");
    }

    async fn who_comes_back_hears_every_event_once_and_in_order(database: &TestDatabase) {
        let site = serve_doors(database, public()).await;
        let mut last = String::new();
        let mut heard: Vec<i64> = Vec::new();
        let mut told = 0;
        for cut in 0..6 {
            let visitor = if last.is_empty() { site.visitor() } else { site.visitor().with_header("last-event-id", &last) };
            // Sometimes it says so in the address, as after a refusal.
            let stream = if cut % 3 == 2 { hear(site.visitor().stream(&format!("/live/tournaments/7?from={last}"))) } else { hear(visitor.stream("/live/tournaments/7")) };
            assert_eq!(next(&stream).event, "hello");
            for _ in 0..4 {
                tell(&site, "tournament:7", told).await;
                told += 1;
            }
            // The last of them comes while nobody listens.
            while heard.len() + 1 < told as usize {
                let event = next(&stream);
                last.clone_from(&event.id);
                heard.push(event.number());
            }
        }
        assert!(heard.windows(2).all(|pair| pair[0] < pair[1]), "{heard:?}");
        assert_eq!(heard.len(), told as usize - 1);
    }

    async fn who_may_not_watch_hears_nothing(database: &TestDatabase) {
        let site = serve_doors(database, public()).await;
        let visitor = site.visitor();
        assert_eq!(visitor.get("/live/tournaments/100").status(), 404);
        assert_eq!(visitor.get("/live/tournaments/x").status(), 400);
        assert_eq!(visitor.get("/live/me").status(), 401);
        assert_eq!(visitor.send(Method::POST, "/live/me", &[], None).status(), 405);
        let closed = serve_doors(database, Doors::default()).await;
        assert_eq!(closed.visitor().get("/live/tournaments/7").status(), 404, "what nobody answered for is closed");
    }

    async fn a_right_that_is_taken_back_ends_the_stream(database: &TestDatabase) {
        let open = Arc::new(AtomicBool::new(true));
        let asked = Arc::clone(&open);
        let doors = Doors::default().watch(move |_, _, _| {
            let open = asked.load(Ordering::Relaxed);
            async move { Ok(open) }
        });
        let site = serve_doors(database, doors).await;
        let ann = site.member("ann");
        let id = site.id("ann").await;
        let cup = hear(site.visitor().stream("/live/tournaments/7"));
        let of_ann = hear(ann.stream("/live/tournaments/7"));
        let mine = hear(ann.stream("/live/me"));
        drop((next(&cup), next(&of_ann), next(&mine)));
        open.store(false, Ordering::Relaxed);
        accounts::service::sign_out(&site.db, &ann.cookie("session").expect("a session")).await.expect("signed out");
        tokio::time::sleep(Duration::from_millis(4100)).await;
        tell(&site, "tournament:7", 1).await;
        tell(&site, &format!("user:{id}"), 2).await;
        for stream in [cup, of_ann, mine] {
            let ended = stream.recv_timeout(Duration::from_secs(10));
            assert_eq!(ended, Err(mpsc::RecvTimeoutError::Disconnected), "nothing more is told, and it ends");
        }
    }

    async fn whether_all_may_watch_is_asked_once_for_all_who_do(database: &TestDatabase) {
        let asked = Arc::new([AtomicU32::new(0), AtomicU32::new(0)]);
        let counts = Arc::clone(&asked);
        let doors = Doors::default().watch(move |_, who, _| {
            counts[usize::from(who.is_some())].fetch_add(1, Ordering::Relaxed);
            async move { Ok(true) }
        });
        let site = serve_doors(database, doors).await;
        let members: Vec<_> = (0..6).map(|number| site.member(&format!("fan{number}"))).collect();
        let streams: Vec<_> = members.iter().map(|member| hear(member.stream("/live/tournaments/7"))).collect();
        streams.iter().for_each(|stream| assert_eq!(next(stream).event, "hello"));
        tokio::time::sleep(Duration::from_millis(4100)).await;
        asked[0].store(0, Ordering::Relaxed);
        tell(&site, "tournament:7", 1).await;
        streams.iter().for_each(|stream| drop(next(stream)));
        // A second may end while they are told.
        let times = asked.each_ref().map(|times| times.load(Ordering::Relaxed));
        assert!((1..=2).contains(&times[0]) && times[1] == 0, "{times:?}");
    }

    async fn streams_are_counted_neither_packed_nor_timed_and_end_with_the_site(database: &TestDatabase) {
        let limits = StreamLimits { per_person: 1, per_address: 3, total: 10 };
        let site = serve_doors(database, public().limits(limits)).await;
        let ann = site.member("ann");
        let mine = hear(ann.stream("/live/me"));
        assert_eq!(next(&mine).event, "hello");
        let refused = ann.get("/live/me");
        assert_eq!((refused.status(), refused.header("retry-after")), (429, Some("30")), "one a person");
        let packed = site.visitor().with_header("accept-encoding", "gzip, br");
        let one = hear(packed.stream("/live/tournaments/7"));
        assert_eq!(next(&one).event, "hello", "it comes at once and can be read");
        let two = hear(site.visitor().stream("/live/tournaments/7"));
        assert_eq!(next(&two).event, "hello");
        assert_eq!(site.visitor().get("/live/tournaments/7").status(), 429, "three an address");

        let begun = Instant::now();
        site.stop().await;
        assert!(begun.elapsed() < Duration::from_secs(5), "it does not wait for streams: {:?}", begun.elapsed());
        for stream in [mine, one, two] {
            assert_eq!(stream.recv_timeout(Duration::from_secs(5)), Err(mpsc::RecvTimeoutError::Disconnected));
        }
    }
}
