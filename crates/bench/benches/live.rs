//! Two thousand spectators on one bracket: from the act that confirms a result until each of them has heard of it, and
//! until each has the new page, which it asks for as the site's script does: packed, soon but not all at once, and as
//! anybody, also where the spectator has an account and a stream that knows it.
//!
//! The time begins before the act, so the act's own time is in it; that is told beside. The floor is a bare route that
//! sends an event to as many streams. All spectators are on this machine, too, and take their share of it.

#[allow(dead_code, unused_imports, reason = "the tests of tournaments use more of it")]
#[path = "../../tournaments/tests/play/scene.rs"]
mod scene;
#[path = "../../tournaments/tests/support/mod.rs"]
mod support;

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::response::sse::{Event, Sse};
use bench::{
    millis,
    site::{self, Ask},
};
use brackets::Side;
use futures_util::stream;
use kernel::{DbError, SystemRandom, TestClock};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use scene::Scene;
use testkit::TestDatabase;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    runtime::Runtime,
    sync::{mpsc, watch},
    task::JoinSet,
};

const SPECTATORS: usize = 2_000;
/// Results that are confirmed.
const RESULTS: usize = 12;
/// How long the script waits before it asks for the page, in milliseconds.
const PAUSE: std::ops::Range<u64> = 20..100;

fn main() {
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum }).expect("more files");
    let runtime = Runtime::new().expect("a runtime");
    println!("{SPECTATORS} spectators hear of {RESULTS} results");
    println!("{:<40} {:>10} {:>10} {:>10} {:>10}  of them the act", "", "median", "99%", "all", "aim of 99%");
    for kind in [Some(TestDatabase::sqlite()), TestDatabase::postgres()].into_iter().flatten().map(|db| db.kind()) {
        for signed_in in [false, true] {
            runtime.block_on(ours(&TestDatabase::new(kind).expect("there was one before"), signed_in));
        }
    }
    runtime.block_on(floor());
}

async fn ours(db: &TestDatabase, signed_in: bool) {
    site::migrate(db).await;
    let scene = Scene::new(db, 2 * RESULTS, |row| row).await;
    scene.begin().await;
    let mut sessions = Vec::new();
    for number in 0..if signed_in { SPECTATORS } else { 0 } {
        let (world, fan) = (&scene.world, scene.world.person(&format!("fan{number}")).await.user);
        let opened = world.db.write(|tx| async move {
            accounts::service::open_session(&tx, &world.clock, &SystemRandom, fan, "").await
        });
        let opened: Result<String, DbError> = opened.await;
        sessions.push(opened.expect("it is written"));
    }
    let address = site::serve(scene.world.db.clone(), Arc::new(TestClock::at(scene.world.now()))).await;
    let page = Ask::page("/tournaments/cup/bracket").with("accept-encoding", "gzip, deflate, br");
    let stream = format!("/live/tournaments/{}", scene.cup);
    let mut crowd = Crowd::at(address, &stream, &sessions, Some(&page)).await;
    let (mut heard, mut drawn, mut acts) = (Vec::new(), Vec::new(), Vec::new());
    let rows: Vec<_> = scene.matches().await.into_iter().filter(scene::playable).take(RESULTS).collect();
    for row in rows {
        let report = scene.won(&row, Side::A);
        scene.report(&row, Side::A, &report).await.expect("reported");
        crowd.rest().await;
        let begun = Instant::now();
        scene.report(&row, Side::B, &report).await.expect("confirmed");
        acts.push(begun.elapsed());
        let [first, last] = crowd.all_heard(begun).await;
        heard.extend(first);
        drawn.extend(last);
    }
    let who = format!("{:?}{}", db.kind(), if signed_in { ", signed in" } else { "" });
    let act = Some(bench::middle(acts));
    tell(&format!("{who}: heard"), heard, "", act);
    tell(&format!("{who}: new page there"), drawn, "< 250 ms", act);
}

async fn floor() {
    let (send, receive) = watch::channel(0_u64);
    let router = axum::Router::new().fallback(axum::routing::get(move || {
        let receive = receive.clone();
        async move {
            let events = stream::unfold((receive, false), async |(mut receive, greeted)| {
                if greeted {
                    receive.changed().await.ok()?;
                }
                let data = format!("{{\"id\": {}}}", *receive.borrow_and_update());
                let event =
                    if greeted { Event::default().data(data) } else { Event::default().event("hello").data("{}") };
                Some((Ok::<_, Infallible>(event), (receive, true)))
            });
            Sse::new(events)
        }
    }));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    let mut crowd = Crowd::at(address, "/", &[], None).await;
    let mut times = Vec::new();
    for number in 1..=RESULTS as u64 {
        crowd.rest().await;
        let begun = Instant::now();
        send.send_replace(number);
        let [heard, _] = crowd.all_heard(begun).await;
        times.extend(heard);
    }
    tell("a bare route", times, "the floor", None);
}

fn tell(what: &str, mut times: Vec<Duration>, aim: &str, act: Option<Duration>) {
    times.sort_unstable();
    let of = |percent: usize| millis(times[times.len() * percent / 100 - 1]);
    let act = act.map(|act| format!("{:.1} ms", millis(act))).unwrap_or_default();
    println!("{what:<40} {:>7.1} ms {:>7.1} ms {:>7.1} ms {aim:>10}  {act}", of(50), of(99), of(100));
}

/// Open streams; each says when it has heard something, and when the page is there.
struct Crowd {
    said: mpsc::UnboundedReceiver<(usize, Instant, Instant)>,
    /// Who goes when the crowd goes: files are few.
    _spectators: JoinSet<()>,
}

impl Crowd {
    /// Whoever has no session comes without.
    async fn at(address: SocketAddr, path: &str, sessions: &[String], page: Option<&Ask>) -> Self {
        let (send, receive) = mpsc::unbounded_channel();
        let mut spectators = JoinSet::new();
        for number in 0..SPECTATORS {
            // Each from an address of its own, as a proxy would say.
            let from = format!("10.0.{}.{}", number / 250, number % 250);
            let session =
                sessions.get(number).map(|session| format!("cookie: session={session}\r\n")).unwrap_or_default();
            let request = format!("GET {path} HTTP/1.1\r\nhost: bench\r\nx-forwarded-for: {from}\r\n{session}\r\n");
            let mut stream = TcpStream::connect(address).await.expect("it listens");
            stream.write_all(request.as_bytes()).await.expect("it writes");
            let page = match page {
                Some(ask) => Some((TcpStream::connect(address).await.expect("it listens"), ask.clone())),
                None => None,
            };
            spectators.spawn(listen(stream, page, number, send.clone()));
        }
        let mut crowd = Self { said: receive, _spectators: spectators };
        // The greeting.
        crowd.all_heard(Instant::now()).await;
        crowd
    }

    /// Waits until nobody hears anything more.
    async fn rest(&mut self) {
        while tokio::time::timeout(Duration::from_millis(300), self.said.recv()).await.is_ok() {}
    }

    /// How long after this moment each first heard something, and had the page then.
    async fn all_heard(&mut self, since: Instant) -> [Vec<Duration>; 2] {
        let mut first = vec![None; SPECTATORS];
        let mut open = SPECTATORS;
        while open > 0 {
            let heard = tokio::time::timeout(Duration::from_secs(30), self.said.recv()).await;
            let (number, heard, drawn) = heard.expect("all hear it").expect("streams are open");
            if first[number].is_none() {
                first[number] = Some([heard, drawn].map(|at| at.saturating_duration_since(since)));
                open -= 1;
            }
        }
        [0, 1].map(|which| first.iter().flatten().map(|times| times[which]).collect())
    }
}

async fn listen(
    mut stream: TcpStream,
    mut page: Option<(TcpStream, Ask)>,
    number: usize,
    said: mpsc::UnboundedSender<(usize, Instant, Instant)>,
) {
    let mut text = Vec::with_capacity(4 * 1024);
    let pause = PAUSE.start + u64::try_from(number).expect("few") * 37 % (PAUSE.end - PAUSE.start);
    while stream.read_buf(&mut text).await.is_ok_and(|read| read > 0) {
        let heard = Instant::now();
        // Whole events only; a heartbeat is none.
        let Some(end) = text.windows(2).rposition(|two| two == b"\n\n") else { continue };
        let event = text[..end].windows(6).any(|six| six == b"data: ");
        text.drain(..end + 2);
        if event {
            if let Some((stream, ask)) = &mut page {
                tokio::time::sleep(Duration::from_millis(pause)).await;
                site::get(stream, ask).await;
            }
            if said.send((number, heard, Instant::now())).is_err() {
                return;
            }
        }
    }
}
