//! Prints what a fresh database of each kind costs: `cargo run -p testkit --example cost`.

use std::time::{Duration, Instant};

use testkit::{Kind, TestDatabase};

const ROUNDS: u32 = 20;
const TABLES: u32 = 100;

fn main() {
    for kind in Kind::ALL {
        let start = Instant::now();
        let Some(first) = TestDatabase::new(kind) else { continue };
        println!("{kind}: the first {:?}", start.elapsed());
        drop(first);
        measure(kind, "empty", || TestDatabase::new(kind));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let prepared = || runtime.block_on(TestDatabase::prepared(kind, "cost", tables));
        let start = Instant::now();
        drop(prepared());
        println!("{kind}: {TABLES} tables prepared in {:?}", start.elapsed());
        measure(kind, "prepared", prepared);
    }
}

async fn tables(db: &TestDatabase) {
    let table =
        |n| format!("CREATE TABLE t{n} (id bigint PRIMARY KEY, name text UNIQUE); CREATE INDEX i{n} ON t{n} (name);");
    db.execute(&(0..TABLES).map(table).collect::<String>()).await;
}

fn measure(kind: Kind, what: &str, make: impl Fn() -> Option<TestDatabase>) {
    let (mut made, mut dropped) = (Duration::ZERO, Duration::ZERO);
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let db = make().expect("as before");
        made += start.elapsed();
        let start = Instant::now();
        drop(db);
        dropped += start.elapsed();
    }
    println!("{kind}: each {what} one made in {:?}, dropped in {:?}", made / ROUNDS, dropped / ROUNDS);
}
