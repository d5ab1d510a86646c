//! Runners that die: at every statement, by a signal in the middle of one, and five at a time. Whoever
//! comes next ends the work, and nothing tells afterwards how often it was begun.

#[path = "crash/laws.rs"]
mod laws;
#[path = "crash/online.rs"]
mod online;
#[path = "crash/shop.rs"]
mod shop;
mod support;

use std::{
    process::{Child, Command, Stdio},
    time::Instant,
};

use seadrift::{
    report::{Code, Report, verify},
    run::{Connection, DatabaseUrl, migrate::Goal},
};
use shop::{State, history, run, url};
use testkit::TestDatabase;

/// The database that a child works on, and the statement before which it dies.
const URL: &str = "SEADRIFT_CRASH_URL";
const DIES_AT: &str = "SEADRIFT_CRASH_AT";
const GOAL: &str = "SEADRIFT_CRASH_GOAL";

fn goal(text: &str) -> Goal {
    match text {
        "everything" => Goal::Everything,
        target => Goal::Target(target.parse().expect("a migration")),
    }
}

/// A runner in a process of its own: this program again, with only the test that is one.
fn runner(url: &str, target: &str, dies_at: Option<usize>) -> Child {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.args(["--exact", "a_runner_leads_to_the_end", "--nocapture"]);
    command.env(URL, url).env(GOAL, target).stdout(Stdio::null()).stderr(Stdio::piped());
    if let Some(number) = dies_at {
        command.env(DIES_AT, number.to_string());
    }
    command.spawn().expect("it starts")
}

/// By itself a test that the history runs; as a child of another test the runner that dies.
#[test]
fn a_runner_leads_to_the_end() {
    let Ok(database) = std::env::var(URL) else {
        for kind in testkit::Kind::ALL {
            testkit::database::run(kind, async |db: &TestDatabase| {
                assert_eq!(run(&history(), &url(db), &Goal::Everything, |_| ()).await.expect("it runs"), 5);
                assert_eq!(findings(&url(db)).await.findings, []);
            });
        }
        return;
    };
    let dies_at: usize = std::env::var(DIES_AT).map_or(usize::MAX, |text| text.parse().expect("a number"));
    let goal = goal(&std::env::var(GOAL).expect("a goal"));
    let (history, url, mut count) = (history(), database.parse().expect("a URL"), 0);
    let work = run(&history, &url, &goal, |_| {
        count += 1;
        if count == dies_at {
            let me = rustix::process::getpid();
            rustix::process::kill_process(me, rustix::process::Signal::KILL).expect("it dies");
        }
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(work).unwrap_or_else(|error| panic!("{error}"));
}

async fn findings(url: &DatabaseUrl) -> Report {
    let mut connection = Connection::open(url, false).await.expect("it opens");
    let options = verify::Options::default();
    let report = verify::verify(&history(), &mut connection, &options).await.expect("it can be told");
    connection.close().await.expect("it closes");
    report
}

/// A fresh database from which a run towards a goal begins.
async fn begun(db: &TestDatabase, from: Option<&str>) -> TestDatabase {
    let Some(from) = from else { return db.sibling() };
    let prepare = async |db: &TestDatabase| {
        run(&history(), &url(db), &goal(from), |_| ()).await.expect("it runs");
    };
    let state = (from, history().graph().order().map(|loaded| loaded.hash.clone()).collect::<Vec<_>>());
    TestDatabase::prepared(db.kind(), state, prepare).await.expect("there is one of this kind")
}

/// Kills a runner before every statement on the way, and lets another one end it.
async fn dies_everywhere(db: &TestDatabase, from: Option<&str>, target: &str) {
    let whole = begun(db, from).await;
    let mut statements = Vec::new();
    run(&history(), &url(&whole), &goal(target), |sql| statements.push(sql.to_owned())).await.expect("it runs");
    let expected = State::of(&history(), &url(&whole)).await;
    assert!(statements.len() > 30, "{statements:#?}");
    for (place, statement) in statements.iter().enumerate() {
        let db = begun(db, from).await;
        let mut child = runner(db.url(), target, Some(place + 1));
        let died = child.wait().expect("it ends");
        assert_eq!(died.code(), None, "it lived on before statement {}: {statement}", place + 1);
        let url = url(&db);
        let left = findings(&url).await;
        let known = |code: Code| matches!(code, Code::Unapplied | Code::HalfRun);
        assert!(left.findings.iter().all(|f| known(f.code)), "dead before {statement}\n{left}");
        run(&history(), &url, &goal(target), |_| ()).await.unwrap_or_else(|e| panic!("dead before {statement}\n{e}"));
        assert_eq!(State::of(&history(), &url).await, expected, "dead before {statement}");
    }
}

testkit::on_both! {
    /// Forwards through the whole history.
    async fn killed_before_every_statement_on_the_way_forwards(db: &TestDatabase) {
        dies_everywhere(db, None, "everything").await;
    }

    /// Backwards through what is not atomic.
    async fn killed_before_every_statement_on_the_way_back(db: &TestDatabase) {
        dies_everywhere(db, Some("everything"), "shop.0002_rows").await;
    }

    /// `kill -9` whenever, again and again, until one comes through.
    async fn killed_at_any_moment(db: &TestDatabase) {
        let whole = db.sibling();
        let begun = Instant::now();
        let mut alone = runner(whole.url(), "everything", None);
        assert!(alone.wait().expect("it ends").success());
        let (took, expected) = (begun.elapsed(), State::of(&history(), &url(&whole)).await);
        let mut killed = 0;
        for round in 0..6_u32 {
            let db = db.sibling();
            for kick in 1..=8_u32 {
                let mut child = runner(db.url(), "everything", None);
                std::thread::sleep(took.mul_f64(f64::from((round * 7 + kick * 13) % 32) / 32.0));
                let _ = child.kill();
                killed += u32::from(child.wait().expect("it ends").code().is_none());
            }
            run(&history(), &url(&db), &Goal::Everything, |_| ()).await.unwrap_or_else(|e| panic!("round {round}: {e}"));
            assert_eq!(State::of(&history(), &url(&db)).await, expected, "round {round}");
        }
        assert!(killed > 2, "only {killed} were killed in time");
    }

    /// Five at once: all come to the end, and every step was done once.
    async fn five_runners_at_once(db: &TestDatabase) {
        let whole = db.sibling();
        run(&history(), &url(&whole), &Goal::Everything, |_| ()).await.expect("it runs");
        let five: Vec<Child> = (0..5).map(|_| runner(db.url(), "everything", None)).collect();
        for child in five {
            let output = child.wait_with_output().expect("it ends");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
        assert_eq!(State::of(&history(), &url(db)).await, State::of(&history(), &url(&whole)).await);
        assert_eq!(findings(&url(db)).await.findings, []);
    }
}
