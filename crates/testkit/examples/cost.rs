//! Prints what a fresh database of each kind costs: `cargo run -p testkit --example cost`.

use std::time::{Duration, Instant};

use testkit::{Kind, TestDatabase};

const ROUNDS: u32 = 20;

fn main() {
    for kind in Kind::ALL {
        let start = Instant::now();
        let Some(first) = TestDatabase::new(kind) else { continue };
        println!("{kind}: the first {:?}", start.elapsed());
        drop(first);
        let (mut made, mut dropped) = (Duration::ZERO, Duration::ZERO);
        for _ in 0..ROUNDS {
            let start = Instant::now();
            let db = TestDatabase::new(kind).expect("as before");
            made += start.elapsed();
            let start = Instant::now();
            drop(db);
            dropped += start.elapsed();
        }
        println!("{kind}: each made in {:?}, dropped in {:?}", made / ROUNDS, dropped / ROUNDS);
    }
}
