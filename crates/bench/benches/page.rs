//! The home page against a bare route that returns the same bytes.

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use kernel::{
    Db, DbOptions, SystemClock, SystemRandom,
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

/// Requests of each client.
const REQUESTS: usize = 4_000;

fn main() {
    let runtime = Runtime::new().expect("a runtime");
    println!("{:<40} {:>14} {:>14} {:>8}", "GET /, requests a second", "DeltaCrown", "bare route", "ratio");
    for db in [Some(TestDatabase::sqlite()), TestDatabase::postgres()].into_iter().flatten() {
        let kind = db.kind();
        let (ours, bare) = runtime.block_on(async {
            let site = serve(&db).await;
            let body = get(&mut TcpStream::connect(site).await.expect("it listens")).await;
            let bare = serve_bare(body).await;
            (site, bare)
        });
        for clients in [1, 16] {
            // By turns, so that a busy moment of the machine meets both.
            let (mut of_site, mut of_bare) = (Vec::new(), Vec::new());
            for _ in 0..5 {
                of_site.push(runtime.block_on(load(ours, clients)));
                of_bare.push(runtime.block_on(load(bare, clients)));
            }
            of_site.sort_unstable();
            of_bare.sort_unstable();
            let rate = |time: Duration| REQUESTS as f64 / time.as_secs_f64();
            let (site, bare) = (rate(of_site[2]), rate(of_bare[2]));
            println!("{:<40} {site:>14.0} {bare:>14.0} {:>7.2}x", format!("{kind:?}, {clients} clients"), site / bare);
        }
    }
}

async fn serve(db: &TestDatabase) -> SocketAddr {
    let project = web::project();
    let history = History::load(&project).expect("a sound history");
    let url: DatabaseUrl = db.url().parse().expect("a URL");
    migrate::migrate(&history, &project.functions, &url, &Goal::Everything, &Options::default(), |_| ())
        .await
        .expect("it migrates");
    let db = Db::connect(db.url(), DbOptions::default()).await.expect("it opens");
    let site = web::Site {
        live: Live::start(db.clone(), LiveOptions::default()).await.expect("the outbox can be read"),
        db,
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
        secure: false,
        metrics: web::Metrics::Off,
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(web::serve(site, listener, std::future::pending()));
    address
}

async fn serve_bare(body: Vec<u8>) -> SocketAddr {
    let body: &'static [u8] = body.leak();
    let router = axum::Router::new().route("/", axum::routing::get(move || async move { body }));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// The time of all requests together, shared by the clients.
async fn load(address: SocketAddr, clients: usize) -> Duration {
    let begun = Instant::now();
    let client = |_| {
        tokio::spawn(async move {
            let mut stream = TcpStream::connect(address).await.expect("it listens");
            stream.set_nodelay(true).expect("an option");
            for _ in 0..REQUESTS / clients {
                get(&mut stream).await;
            }
        })
    };
    for client in (0..clients).map(client).collect::<Vec<_>>() {
        client.await.expect("no panic");
    }
    begun.elapsed()
}

/// One request on a kept connection; answers the body.
async fn get(stream: &mut TcpStream) -> Vec<u8> {
    stream.write_all(b"GET / HTTP/1.1\r\nhost: bench\r\n\r\n").await.expect("it writes");
    let mut answer = Vec::with_capacity(16 * 1024);
    loop {
        assert_ne!(stream.read_buf(&mut answer).await.expect("it reads"), 0, "the server closed the connection");
        let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&answer[..end]).to_lowercase();
        assert!(head.starts_with("http/1.1 200"), "{head}");
        let length = head.lines().find_map(|row| row.strip_prefix("content-length: ")).expect("a length");
        let whole = end + 4 + length.trim().parse::<usize>().expect("a number");
        if answer.len() >= whole {
            return answer[end + 4..whole].to_vec();
        }
    }
}
