//! A server that dies, as by a power cut, and is started again on the same database and port.

use std::{
    net::{SocketAddr, TcpListener},
    process::Stdio,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU32, Ordering::Relaxed},
    },
    thread,
    time::Duration,
};

use kernel::{Random as _, SeededRandom};
use testkit::process::Served;

use crate::{api::Api, support::program};

/// About so many acts are sent while nothing dies.
const ACTS: u64 = 250;
/// How often the program is killed, about, unless `DELTACROWN_TEST_KILLS` says otherwise.
const KILLS: u64 = 40;

pub struct Server {
    url: String,
    address: SocketAddr,
    running: Mutex<Option<Served>>,
    crashes: AtomicU32,
    /// How many of them met a program that was just starting.
    early: AtomicU32,
}

impl Server {
    pub fn start(url: &str) -> Self {
        let address = SocketAddr::from(([127, 0, 0, 1], port()));
        let server = Self {
            url: url.to_owned(),
            address,
            running: Mutex::new(None),
            crashes: AtomicU32::new(0),
            early: AtomicU32::new(0),
        };
        *server.running() = Some(server.again());
        server
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn crashes(&self) -> u32 {
        self.crashes.load(Relaxed)
    }

    pub fn told(&self) -> String {
        format!("{} kills, {} of them while it started", self.crashes(), self.early.load(Relaxed))
    }

    fn running(&self) -> MutexGuard<'_, Option<Served>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn again(&self) -> Served {
        Served::start(&mut self.command())
    }

    fn command(&self) -> std::process::Command {
        let mut command = program(&["serve", "--bind", &self.address.to_string()]);
        command.args(["--database", &self.url]);
        command
    }

    /// Kills the program and starts it again. Where a time is given, the first start is killed after it as well.
    pub fn crash(&self, first_start: Duration) {
        let mut running = self.running();
        if let Some(served) = running.take() {
            served.kill();
            self.crashes.fetch_add(1, Relaxed);
        }
        if !first_start.is_zero() {
            let mut command = self.command();
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            let mut starting = command.spawn().expect("it starts");
            thread::sleep(first_start);
            starting.kill().expect("it can be killed");
            starting.wait().expect("it is waited for");
            self.crashes.fetch_add(1, Relaxed);
            self.early.fetch_add(1, Relaxed);
        }
        *running = Some(self.again());
    }

    pub fn stop(&self) {
        let stopped = self.running().take().expect("it runs").stop();
        assert_eq!(stopped.code, 0, "{stopped}");
    }
}

/// A free port of those that the system gives to nobody by itself: while the program is down, a client that asks for it
/// could otherwise be given the very port as its own. Each call in this process starts to look at another place, since
/// the port is taken only when the program listens.
fn port() -> u16 {
    static CALLS: AtomicU32 = AtomicU32::new(0);
    let apart = CALLS.fetch_add(1, Relaxed) * 1_009;
    let first = 20_000 + u16::try_from((std::process::id() + apart) % 10_000).expect("small");
    let free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    (first..30_000).chain(20_000..first).find(free).expect("a free port")
}

/// Kills a server at random moments while something else goes on.
pub struct Crasher<'a> {
    server: &'a Server,
    api: &'a Api,
    random: SeededRandom,
    /// How many acts are sent between two kills, on average.
    gap: u64,
}

impl<'a> Crasher<'a> {
    pub fn new(server: &'a Server, api: &'a Api) -> Self {
        let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
        let seed = number("DELTACROWN_TEST_SEED").unwrap_or_else(|| kernel::SystemRandom.number() % 1_000_000);
        let kills = number("DELTACROWN_TEST_KILLS").unwrap_or(KILLS).max(1);
        eprintln!("DELTACROWN_TEST_SEED={seed} DELTACROWN_TEST_KILLS={kills}");
        Self { server, api, random: SeededRandom::new(seed), gap: (ACTS / kills).max(1) }
    }

    /// Does the work while the server dies again and again.
    pub fn during<T>(&self, work: impl FnOnce() -> T) -> T {
        let over = &AtomicBool::new(false);
        thread::scope(|scope| {
            scope.spawn(|| self.run(over));
            // Also when the work panics, which is then told.
            let _over = Over(over);
            work()
        })
    }

    fn run(&self, over: &AtomicBool) {
        loop {
            let next = self.api.acts() + 1 + self.pick(2 * self.gap);
            while self.api.acts() < next {
                if over.load(Relaxed) {
                    return;
                }
                thread::sleep(Duration::from_millis(1));
            }
            // Before, within and after what an act does.
            thread::sleep(Duration::from_millis(self.pick(20)));
            let early = if self.pick(5) == 0 { 1 + self.pick(1_500) } else { 0 };
            self.server.crash(Duration::from_millis(early));
        }
    }

    fn pick(&self, most: u64) -> u64 {
        self.random.number() % most
    }
}

/// Says that the work is over when it goes.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Relaxed);
    }
}
