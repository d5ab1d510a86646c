//! The private PostgreSQL server: one for many processes, mended when killed, and nothing is left of it.
//!
//! Each test has a temporary directory of its own, and so a server of its own.
#![cfg(target_os = "linux")]

use std::fs::{self, Permissions};
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use sea_orm::sqlx::{Connection as _, PgConnection};
use tempfile::TempDir;

/// How long the server waits for the next test, and a second for its keeper to look.
const GRACE: Duration = Duration::from_secs(11);
/// When it must be gone, even on a busy machine.
const LATEST: Duration = Duration::from_secs(60);

/// Another test process, with a database of its own.
struct Holder {
    child: Child,
    url: String,
}

impl Holder {
    fn spawn(temporary: &TempDir) -> Child {
        let mut command = Command::new(env!("CARGO_BIN_EXE_specimen"));
        command.args(["hold", "PostgreSQL"]).env("TMPDIR", temporary.path()).env_remove("DELTACROWN_TEST_POSTGRES");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts")
    }

    /// `None` where there is no PostgreSQL, which has been said.
    fn of(mut child: Child) -> Option<Self> {
        let mut url = String::new();
        BufReader::new(child.stdout.take().expect("piped")).read_line(&mut url).expect("a line");
        if url.is_empty() {
            assert!(child.wait().expect("it ends").success());
            return None;
        }
        Some(Self { child, url: url.trim_end().to_owned() })
    }

    fn start(temporary: &TempDir) -> Option<Self> {
        Self::of(Self::spawn(temporary))
    }

    fn server(&self) -> &str {
        self.url.rsplit_once('/').expect("a path").0
    }

    fn answers(&self) -> bool {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(PgConnection::connect(&self.url)).is_ok()
    }

    /// Lets it drop its database.
    fn end(mut self) {
        drop(self.child.stdin.take());
        assert!(self.child.wait().expect("it ends").success());
    }

    /// As a runner ends a test that takes too long.
    fn kill(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }
}

fn temporary() -> TempDir {
    let directory = tempfile::Builder::new().prefix("kit").tempdir().expect("a directory");
    // The server is another user's where the tests are root's.
    fs::set_permissions(directory.path(), Permissions::from_mode(0o755)).expect("it is ours");
    directory
}

/// Ids of the processes whose command line names this directory and contains a word.
fn processes(directory: &Path, word: &str) -> Vec<i32> {
    let directory = directory.to_str().expect("UTF-8");
    let of = |id: i32| {
        let line = fs::read_to_string(format!("/proc/{id}/cmdline")).ok()?;
        (line.contains(directory) && line.contains(word)).then_some(id)
    };
    let all = fs::read_dir("/proc").expect("processes").flatten();
    all.filter_map(|process| process.file_name().to_str()?.parse().ok().and_then(of)).collect()
}

fn is_empty(directory: &Path) -> bool {
    fs::read_dir(directory).expect("it is there").next().is_none()
}

fn signal(id: i32, signal: Signal) {
    kill_process(Pid::from_raw(id).expect("an id"), signal).expect("it runs");
}

fn assert_nothing_is_left(temporary: &TempDir) {
    let start = Instant::now();
    while !is_empty(temporary.path()) || !processes(temporary.path(), "").is_empty() {
        let left: Vec<_> = fs::read_dir(temporary.path()).expect("it is there").flatten().collect();
        let running = processes(temporary.path(), "");
        assert!(start.elapsed() < LATEST, "after {LATEST:?} there are still {left:?} and the processes {running:?}");
        sleep(Duration::from_millis(100));
    }
}

#[test]
fn many_processes_share_one_server_and_leave_nothing() {
    let temporary = temporary();
    let children: Vec<Child> = (0..6).map(|_| Holder::spawn(&temporary)).collect();
    let holders: Vec<Holder> = children.into_iter().filter_map(Holder::of).collect();
    let [first, ..] = &holders[..] else { return };
    let server = first.server().to_owned();
    assert!(holders.iter().all(|holder| holder.server() == server && holder.answers()));
    let names: std::collections::BTreeSet<&str> = holders.iter().map(|holder| holder.url.as_str()).collect();
    assert_eq!(names.len(), 6, "each has a database of its own");
    assert_eq!(processes(temporary.path(), "bin/postgres").len(), 1);
    assert_eq!(processes(temporary.path(), "testkit-keeper").len(), 1);

    let mut holders = holders.into_iter();
    let last = holders.next_back().expect("six");
    for (place, holder) in holders.enumerate() {
        if place % 2 == 0 { holder.kill() } else { holder.end() }
    }
    sleep(GRACE);
    assert!(last.answers(), "the server ended before its last user");
    last.kill();
    assert_nothing_is_left(&temporary);
}

#[test]
fn the_next_process_finds_the_server_running() {
    let temporary = temporary();
    let Some(first) = Holder::start(&temporary) else { return };
    let server = processes(temporary.path(), "bin/postgres");
    first.end();
    sleep(Duration::from_secs(3));
    let second = Holder::start(&temporary).expect("as before");
    assert_eq!(processes(temporary.path(), "bin/postgres"), server);
    second.end();
    assert_nothing_is_left(&temporary);
}

#[test]
fn who_comes_while_the_server_is_removed_gets_another_one_whole() {
    let temporary = temporary();
    let Some(first) = Holder::start(&temporary) else { return };
    let [keeper] = processes(temporary.path(), "testkit-keeper")[..] else { panic!("one keeper") };
    let directory = fs::read_dir(temporary.path()).expect("it is there").flatten().next().expect("the server's").path();
    let files = ["log", "users.lock", "start.lock", "data/PG_VERSION", "data/postmaster.pid"];
    let files = files.map(|name| directory.join(name));
    assert!(files.iter().all(|file| file.exists()));
    first.end();
    let begun = Instant::now();
    // The last one goes when the server ends.
    while files[..4].iter().all(|file| file.exists()) {
        assert!(begun.elapsed() < LATEST, "it is still there");
        std::thread::yield_now();
    }
    let second = Holder::start(&temporary).expect("as before");
    while processes(temporary.path(), "").contains(&keeper) {
        sleep(Duration::from_millis(10));
    }
    assert!(second.answers());
    let missing: Vec<_> = files.iter().filter(|file| !file.exists()).collect();
    assert!(missing.is_empty(), "the one keeper took from the other: {missing:?}");
    second.end();
    assert_nothing_is_left(&temporary);
}

#[test]
fn a_killed_keeper_is_replaced() {
    let temporary = temporary();
    let Some(first) = Holder::start(&temporary) else { return };
    let server = processes(temporary.path(), "bin/postgres");
    let [keeper] = processes(temporary.path(), "testkit-keeper")[..] else { panic!("one keeper") };
    signal(keeper, Signal::KILL);
    while processes(temporary.path(), "").contains(&keeper) {
        sleep(Duration::from_millis(10));
    }
    let second = Holder::start(&temporary).expect("as before");
    assert!(first.answers() && second.answers());
    assert_eq!(processes(temporary.path(), "bin/postgres"), server, "the server goes on");
    assert_eq!(processes(temporary.path(), "testkit-keeper").len(), 1);
    first.kill();
    second.kill();
    assert_nothing_is_left(&temporary);
}

#[test]
fn a_server_that_ended_is_replaced() {
    let temporary = temporary();
    let Some(first) = Holder::start(&temporary) else { return };
    let [server] = processes(temporary.path(), "bin/postgres")[..] else { panic!("one server") };
    signal(server, Signal::QUIT);
    while first.answers() {
        sleep(Duration::from_millis(10));
    }
    let second = Holder::start(&temporary).expect("as before");
    assert!(second.answers());
    assert_ne!(processes(temporary.path(), "bin/postgres"), [server]);
    first.kill();
    second.end();
    assert_nothing_is_left(&temporary);
}

#[test]
fn a_server_that_cannot_start_is_told() {
    let temporary = temporary();
    let programs = temporary.path().join("programs");
    fs::create_dir(&programs).expect("it is ours");
    for (name, text) in [("initdb", "#!/bin/sh\necho no room here\nexit 1\n"), ("postgres", "#!/bin/sh\n")] {
        fs::write(programs.join(name), text).expect("it is ours");
        fs::set_permissions(programs.join(name), Permissions::from_mode(0o755)).expect("it is ours");
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_specimen"));
    command.args(["test", "PostgreSQL"]).env("TMPDIR", temporary.path()).env_remove("DELTACROWN_TEST_POSTGRES");
    let output = testkit::process::run(command.env("DELTACROWN_TEST_POSTGRES_BIN", &programs)).expect_code(101);
    assert!(output.stderr.contains("does not start a server") && output.stderr.contains("no room here"), "{output}");
    assert_eq!(output.stdout, "");
}
