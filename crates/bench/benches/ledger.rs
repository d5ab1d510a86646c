//! Coins that move from player to player through the ledger's service, against the floor: the very statements that the
//! service sends, sent by `pgbench` to PostgreSQL and through SQLite's C library, each transfer committed by itself and
//! as durable as ours.
//!
//! The statements are heard from the driver's log while the service makes a transfer, so they are always today's.

#[path = "common/people.rs"]
mod people;

use std::{
    fmt::{Debug, Write as _},
    process::Command,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use bench::{head, rates, site};
use economy::{Holder, NewTransfer, Reason, model::wallet};
use kernel::{Actor, Clock, Db, DbError, SystemClock};
use people::Player;
use rusqlite::types::Value;
use sea_orm::EntityTrait;
use testkit::{Kind, TestDatabase};
use tokio::runtime::Runtime;
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span,
    subscriber::Interest,
};

const PLAYERS: usize = 1_000;
const CLIENTS: usize = 32;
/// How long each run takes, and how many there are.
const RUN: Duration = Duration::from_secs(2);
const RUNS: usize = 5;

fn main() {
    tracing::subscriber::set_global_default(Ear).expect("nobody else listens");
    let runtime = Runtime::new().expect("a runtime");
    head("transfers of coins a second", "DeltaCrown", "floor");
    for db in [Some(TestDatabase::sqlite()), TestDatabase::postgres()].into_iter().flatten() {
        let ledger = runtime.block_on(Ledger::on(&db));
        for clients in [1, CLIENTS] {
            let (mut ours, mut floor) = (Vec::new(), Vec::new());
            for _ in 0..RUNS {
                ours.push(runtime.block_on(ledger.rate(clients)));
                floor.push(ledger.floor(&db, clients));
            }
            ours.sort_by(f64::total_cmp);
            floor.sort_by(f64::total_cmp);
            let (floor_is, aim) = match (db.kind(), clients) {
                (Kind::Sqlite, 1) => ("the C library", ">= 0.8x"),
                (Kind::Sqlite, _) => ("the C library, one by one", "> 1x"),
                (Kind::Postgres, 1) => ("pgbench", ">= 0.8x"),
                (Kind::Postgres, _) => ("pgbench with as many", "> 1x"),
            };
            let what = format!("{:?}, {clients} at a time; floor: {floor_is}", db.kind());
            rates(&what, ours[RUNS / 2], floor[RUNS / 2], aim);
        }
    }
}

struct Ledger {
    db: Db,
    people: Arc<Vec<Player>>,
    /// The statements of a transfer, with `:names` for what differs from one to the next.
    statements: Vec<String>,
    /// What a wallet's id is more than its profile's.
    shift: i64,
}

/// For keys that nobody has used.
static KEY: AtomicI64 = AtomicI64::new(1);

impl Ledger {
    async fn on(db: &TestDatabase) -> Self {
        let (kind, db) = (db.kind(), site::open(db).await);
        // The treasury's wallet is made after the first of all, who takes no part.
        let mut all = people::people(&db, SystemClock.now(), PLAYERS + 1).await;
        let people = Arc::new(all.split_off(1));
        let all = all.iter().chain(people.iter()).collect::<Vec<_>>();
        let all = &all;
        let rich = db.write(|tx| async move {
            for person in all.iter() {
                let to = Holder::Player(person.profile);
                economy::service::adjust(&tx, &SystemClock, &Actor::System, to, 1_000_000, "for a benchmark", None)
                    .await
                    .unwrap_or_else(|refusal| panic!("{refusal}"));
            }
            Ok::<_, DbError>(())
        });
        rich.await.expect("the treasury gives");
        let mut ledger = Self { db, people, statements: Vec::new(), shift: 0 };
        ledger.shift = ledger.shift().await;
        // The second time nothing has to be asked of the database besides.
        for _ in 0..2 {
            HEARD.lock().unwrap_or_else(PoisonError::into_inner).clear();
            LISTENING.store(true, Ordering::SeqCst);
            ledger.transfer(0, 1).await;
            LISTENING.store(false, Ordering::SeqCst);
        }
        let heard = HEARD.lock().unwrap_or_else(PoisonError::into_inner).clone();
        // Several may go in one text, with what begins a transaction.
        let controls = ["BEGIN", "COMMIT", "RELEASE", "SAVEPOINT"];
        let heard = heard.iter().flat_map(|text| text.split("; "));
        let heard = heard.filter(|sql| !controls.iter().any(|control| sql.starts_with(control)));
        ledger.statements = heard.map(|sql| named(sql, kind)).collect();
        let expected = if kind == Kind::Sqlite { 5 } else { 2 };
        assert_eq!(ledger.statements.len(), expected, "{:#?}", ledger.statements);
        ledger
    }

    async fn shift(&self) -> i64 {
        let wallets = wallet::Entity::find().all(self.db.read()).await.expect("readable");
        let playing = |profile: &i64| self.people.iter().any(|person| person.profile == *profile);
        let shift = |wallet: &wallet::Model| Some(wallet.id - wallet.profile_id.filter(playing)?);
        let mut shifts = wallets.iter().filter_map(shift);
        let shift = shifts.next().expect("a wallet");
        assert!(shifts.all(|other| other == shift), "wallets were made in the order of profiles");
        shift
    }

    async fn transfer(&self, from: usize, to: usize) {
        let [from, to] = [from, to].map(|number| Holder::Player(self.people[number].profile));
        let key = &format!("bench:{}", KEY.fetch_add(1, Ordering::Relaxed));
        let moved = self.db.write(|tx| async move {
            let new = NewTransfer {
                from,
                to,
                amount: 1,
                reason: Reason::ManualAdjust,
                key,
                about: economy::About::default(),
                note: "",
                operator: None,
            };
            economy::service::transfer(&tx, &SystemClock, &new).await
        });
        moved.await.unwrap_or_else(|refusal| panic!("{refusal}"));
    }

    /// Transfers a second, of so many clients at a time.
    async fn rate(&self, clients: usize) -> f64 {
        let begun = Instant::now();
        let client = |seed: usize| {
            let ledger = Self {
                db: self.db.clone(),
                people: Arc::clone(&self.people),
                statements: Vec::new(),
                shift: self.shift,
            };
            tokio::spawn(async move {
                let (mut pairs, mut count) = (Pairs(seed as u64), 0_u32);
                while begun.elapsed() < RUN {
                    let (from, to) = pairs.next();
                    ledger.transfer(from, to).await;
                    count += 1;
                }
                count
            })
        };
        let mut count = 0;
        for client in (0..clients).map(client).collect::<Vec<_>>() {
            count += client.await.expect("no panic");
        }
        f64::from(count) / begun.elapsed().as_secs_f64()
    }

    fn floor(&self, db: &TestDatabase, clients: usize) -> f64 {
        match db.kind() {
            Kind::Sqlite => self.through_the_library(db),
            Kind::Postgres => self.through_pgbench(db, clients),
        }
    }

    fn through_the_library(&self, db: &TestDatabase) -> f64 {
        let connection = rusqlite::Connection::open(db.file().expect("a file")).expect("it opens");
        let pragmas = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON";
        connection.execute_batch(pragmas).expect("pragmas");
        let (mut pairs, mut count, begun) = (Pairs(7), 0_u32, Instant::now());
        while begun.elapsed() < RUN {
            let (from, to) = pairs.next();
            let (from, to) = (self.people[from].profile, self.people[to].profile);
            let run = |sql: &str| {
                let mut statement = connection.prepare_cached(sql).expect("a statement");
                for at in 1..=statement.parameter_count() {
                    let value = match statement.parameter_name(at).expect("all have names") {
                        ":sender" => Value::Integer(from),
                        ":receiver" => Value::Integer(to),
                        ":sender_wallet" => Value::Integer(from + self.shift),
                        ":receiver_wallet" => Value::Integer(to + self.shift),
                        ":key" => Value::Text(format!("floor:{}", KEY.load(Ordering::Relaxed))),
                        ":moment" => Value::Text(MOMENT.to_owned()),
                        other => panic!("{other}"),
                    };
                    statement.raw_bind_parameter(at, value).expect("bound");
                }
                let mut rows = statement.raw_query();
                let mut last = None;
                while let Some(row) = rows.next().expect("a row") {
                    last = row.get::<_, Value>(0).ok();
                }
                last
            };
            KEY.fetch_add(1, Ordering::Relaxed);
            run("BEGIN IMMEDIATE");
            let answers: Vec<_> = self.statements.iter().map(|sql| run(sql)).collect();
            assert_eq!(answers.last(), Some(&Some(Value::Integer(2))), "two entries");
            run("COMMIT");
            count += 1;
        }
        f64::from(count) / begun.elapsed().as_secs_f64()
    }

    fn through_pgbench(&self, db: &TestDatabase, clients: usize) -> f64 {
        let (first, count) = (self.people[0].profile, self.people.len());
        let last = first + i64::try_from(count).expect("few") - 1;
        let mut script = format!(
            "\\set sender random({first}, {last})\n\\set other random(1, {})\n\
             \\set receiver {first} + (:sender - {first} + :other) % {count}\n\
             \\set sender_wallet :sender + {shift}\n\\set receiver_wallet :receiver + {shift}\n\
             \\set key random(1, 9223372036854775807)\nBEGIN;\n",
            count - 1,
            shift = self.shift,
        );
        for sql in &self.statements {
            writeln!(script, "{};", sql.replace('\n', " ")).expect("a text");
        }
        script.push_str("COMMIT;\n");
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), script).expect("a file");
        let (clients, seconds) = (clients.to_string(), RUN.as_secs().to_string());
        let pgbench = Command::new("pgbench")
            .args(["-n", "-M", "prepared", "-c", &clients, "-j", "1", "-T", &seconds])
            .args(["-D", &format!("moment={MOMENT}"), "-f"])
            .arg(file.path())
            .arg(db.url())
            .output()
            .expect("pgbench, of PostgreSQL's own programs");
        let told = String::from_utf8_lossy(&pgbench.stdout);
        assert!(pgbench.status.success(), "{told}{}", String::from_utf8_lossy(&pgbench.stderr));
        let rate = told.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok());
        rate.unwrap_or_else(|| panic!("no rate in {told}"))
    }
}

const MOMENT: &str = "2026-03-01T12:00:00.000000+00:00";

/// Pairs of players, by chance that is always the same.
struct Pairs(u64);

impl Pairs {
    fn next(&mut self) -> (usize, usize) {
        let mut draw = |below: usize| {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(self.0 >> 33).expect("31 bits") % below
        };
        let from = draw(PLAYERS);
        (from, (from + 1 + draw(PLAYERS - 1)) % PLAYERS)
    }
}

/// A statement with a name or a value in each parameter's place.
fn named(sql: &str, kind: Kind) -> String {
    // What is written has its parameters by number, see `store::record`; what is read has both profiles.
    let written: [(&str, &str); 16] = [
        ("'manual_adjust'", "text"),
        (":key", "text"),
        (":sender_wallet", "bigint"),
        (":receiver_wallet", "bigint"),
        ("1", "bigint"),
        ("NULL", "bigint"),
        ("NULL", "bigint"),
        ("NULL", "bigint"),
        ("''", "text"),
        ("NULL", "bigint"),
        ("NULL", "bigint"),
        (":moment", "timestamptz"),
        ("\"cached_balance\" - 1", "bigint"),
        ("\"cached_balance\" + 1", "bigint"),
        ("\"version\"", "bigint"),
        ("\"version\"", "bigint"),
    ];
    let (mut out, mut rest, mut seen) = (String::new(), sql, 0);
    let read = !sql.contains("\"economy_transfer\"") && sql.starts_with("SELECT");
    while let Some(at) = rest.find(['$', '?']) {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let digits = rest.len() - rest.trim_start_matches(|one: char| one.is_ascii_digit()).len();
        let number = rest[..digits].parse::<usize>();
        rest = &rest[digits..];
        if read {
            seen += 1;
            out.push_str(if seen == 1 { ":sender" } else { ":receiver" });
            continue;
        }
        let (value, of_type) = written[number.expect("a number") - 1];
        match kind {
            Kind::Sqlite => out.push_str(value),
            Kind::Postgres => write!(out, "({value})::{of_type}").expect("a text"),
        }
    }
    out + rest
}

static LISTENING: AtomicBool = AtomicBool::new(false);
static HEARD: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Hears the statements in the driver's log.
struct Ear;

impl Subscriber for Ear {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if metadata.target() == "sqlx::query" { Interest::sometimes() } else { Interest::never() }
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "sqlx::query" && LISTENING.load(Ordering::Relaxed)
    }

    fn event(&self, event: &Event<'_>) {
        event.record(&mut Line);
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

struct Line;

impl Visit for Line {
    fn record_str(&mut self, field: &Field, text: &str) {
        if field.name() == "db.statement" && !text.is_empty() {
            HEARD.lock().unwrap_or_else(PoisonError::into_inner).push(text.trim().to_owned());
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}
}
