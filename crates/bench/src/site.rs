//! A site that is served, a bare route beside it, and requests by the thousand.

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use kernel::{
    Clock, Db, DbOptions, SystemRandom,
    live::{Live, LiveOptions},
};
use seadrift::{
    history::History,
    run::{
        DatabaseUrl,
        migrate::{self, Goal, Options},
    },
};
use testkit::TestDatabase;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    runtime::Runtime,
};

use crate::{in_turns, rates};

/// Makes all tables of the program.
///
/// # Panics
/// When that fails.
pub async fn migrate(db: &TestDatabase) {
    let project = web::project();
    let history = History::load(&project).unwrap_or_else(|report| panic!("{report}"));
    let url: DatabaseUrl = db.url().parse().expect("a URL");
    migrate::migrate(&history, &project.functions, &url, &Goal::Everything, &Options::default(), |_| ())
        .await
        .expect("it migrates");
}

/// The database with all tables of the program, open.
///
/// # Panics
/// When it cannot be migrated or opened.
pub async fn open(db: &TestDatabase) -> Db {
    migrate(db).await;
    Db::connect(db.url(), DbOptions::default()).await.expect("it opens")
}

/// Serves the site until the program ends.
///
/// # Panics
/// When there is no port.
pub async fn serve(db: Db, clock: Arc<dyn Clock>) -> SocketAddr {
    let site = web::Site {
        live: Live::start(db.clone(), LiveOptions::default()).await.expect("the outbox can be read"),
        db,
        clock,
        random: Arc::new(SystemRandom),
        secure: false,
        metrics: web::Metrics::Off,
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(web::serve(site, listener, std::future::pending()));
    address
}

/// Serves these bytes at every address until the program ends.
///
/// # Panics
/// When there is no port.
pub async fn serve_bare(body: Vec<u8>) -> SocketAddr {
    let body: &'static [u8] = body.leak();
    let router = axum::Router::new().fallback(axum::routing::get(move || async move { body }));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// What is asked of a site.
#[derive(Clone, Debug)]
pub struct Ask {
    path: &'static str,
    headers: String,
}

impl Ask {
    /// A page, without an account.
    #[must_use]
    pub fn page(path: &'static str) -> Self {
        Self { path, headers: String::new() }
    }

    /// With this header besides.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push_str(&format!("{name}: {value}\r\n"));
        self
    }
}

/// A page of the site against a bare route that returns the same bytes: a line for one client and one for sixteen.
pub fn against_bare(runtime: &Runtime, what: &str, site: SocketAddr, ask: &Ask, requests: usize, aim: &str) {
    let bare = runtime.block_on(async {
        let body = get(&mut TcpStream::connect(site).await.expect("it listens"), ask).await;
        serve_bare(body).await
    });
    for clients in [1, 16] {
        let time = |address| runtime.block_on(load(address, ask, clients, requests));
        let (ours, floor) = in_turns(5, || time(site), || time(bare));
        let rate = |time: Duration| requests as f64 / time.as_secs_f64();
        rates(&format!("{what}, {clients} at a time"), rate(ours), rate(floor), aim);
    }
}

/// The time of all requests together, shared by the clients.
async fn load(address: SocketAddr, ask: &Ask, clients: usize, requests: usize) -> Duration {
    let begun = Instant::now();
    let client = |_| {
        let ask = ask.clone();
        tokio::spawn(async move {
            let mut stream = TcpStream::connect(address).await.expect("it listens");
            stream.set_nodelay(true).expect("an option");
            for _ in 0..requests / clients {
                get(&mut stream, &ask).await;
            }
        })
    };
    for client in (0..clients).map(client).collect::<Vec<_>>() {
        client.await.expect("no panic");
    }
    begun.elapsed()
}

/// One request on a kept connection; answers the body.
///
/// # Panics
/// When the answer is not 200 with a length.
pub async fn get(stream: &mut TcpStream, Ask { path, headers }: &Ask) -> Vec<u8> {
    let request = format!("GET {path} HTTP/1.1\r\nhost: bench\r\n{headers}\r\n");
    stream.write_all(request.as_bytes()).await.expect("it writes");
    let mut answer = Vec::with_capacity(64 * 1024);
    let (body, whole) = loop {
        assert_ne!(stream.read_buf(&mut answer).await.expect("it reads"), 0, "the server closed the connection");
        let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&answer[..end]).to_lowercase();
        assert!(head.starts_with("http/1.1 200"), "{path}: {head}");
        let length = head.lines().find_map(|row| row.strip_prefix("content-length: ")).expect("a length");
        break (end + 4, end + 4 + length.trim().parse::<usize>().expect("a number"));
    };
    while answer.len() < whole {
        assert_ne!(stream.read_buf(&mut answer).await.expect("it reads"), 0, "the server closed the connection");
    }
    answer.split_off(body)
}
