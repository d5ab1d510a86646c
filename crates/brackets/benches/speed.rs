//! How fast brackets are drawn, played out, corrected and paired, and how that grows.
//!
//! `cargo bench -p brackets --bench speed` prints the growth table, then criterion's figures.

use std::time::{Duration, Instant};

use brackets::chance::Chance;
use brackets::*;
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};

fn double(n: u32) -> Stage {
    Stage::new(Setup { entrants: entrants(n), format: Format::double_elimination() }).expect("a valid setup")
}

/// Every match as soon as it is ready, the better entrant winning; what a program does that is told
/// what became ready by the changes.
fn play_out(stage: &mut Stage) -> usize {
    let mut ready: Vec<MatchId> = stage.fixtures().filter(|f| f.status == Status::Ready).map(|f| f.id).collect();
    let mut played = 0;
    while let Some(at) = ready.pop() {
        let fixture = stage.fixture(at).expect("listed");
        let between = fixture.pair().expect("ready");
        let side = if between[0] < between[1] { Side::A } else { Side::B };
        let changes = stage.apply_mut(Command::Report { at, between, games: vec![Game::won_by(side)] }).expect("ready");
        ready.extend(changes.into_iter().filter_map(|change| match change {
            Change::Status { at, now: Status::Ready } => Some(at),
            _ => None,
        }));
        played += 1;
    }
    assert!(stage.is_finished());
    played
}

/// A Swiss stage with all rounds but the last played at random.
fn swiss(n: u32, rounds: u16) -> Stage {
    let setup = Setup { entrants: entrants(n), format: Format::Swiss(Swiss::rounds(rounds)) };
    let mut stage = Stage::new(setup).expect("a valid setup");
    let mut chance = Chance::new(u64::from(n));
    for round in 1..rounds {
        stage.apply_mut(Command::Pair { seed: u64::from(round), rematches: false }).expect("a round");
        let open: Vec<Fixture> = stage.fixtures().filter(|f| f.status == Status::Ready).collect();
        for fixture in open {
            let side = if chance.coin() { Side::A } else { Side::B };
            let between = fixture.pair().expect("ready");
            let command = Command::Report { at: fixture.id, between, games: vec![Game::won_by(side)] };
            stage.apply_mut(command).expect("ready");
        }
    }
    stage
}

fn once<T>(act: impl FnOnce() -> T) -> (Duration, T) {
    let start = Instant::now();
    let result = act();
    (start.elapsed(), result)
}

/// Resident memory of this process in KiB, where the system tells.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kib| kib.parse().ok()).unwrap_or(0)
}

fn growth(_: &mut Criterion) {
    println!("entrants | create     | play out   | correct W1.1 | undo       | matches played | KiB played out");
    for power in 6..=14 {
        let n = 1u32 << power;
        let (create, mut stage) = once(|| double(n));
        let (play, played) = once(|| play_out(&mut stage));
        let first = MatchId::Winners { round: 1, number: 1 };
        let between = stage.fixture(first).and_then(|f| f.pair()).expect("played");
        let outcome = Outcome::Played(vec![Game::won_by(Side::B)]);
        let correct = Command::Correct { at: first, between, outcome, later: Later::Keep };
        let (correction, _) = once(|| stage.apply_mut(correct).expect("decided"));
        let (undo, _) = once(|| stage.apply_mut(Command::Undo).expect("something to undo"));
        let before = resident();
        let held: Vec<Stage> = (0..16).map(|_| stage.clone()).collect();
        let memory = resident().saturating_sub(before) / 16;
        assert_eq!(held.len(), 16);
        println!(
            "{n:8} | {create:>10.2?} | {play:>10.2?} | {correction:>12.2?} | {undo:>10.2?} | {played:>14} | {memory}"
        );
    }
    println!("entrants | keep 5 regions and pairs of an organisation apart");
    for power in [6, 8, 10, 12] {
        let n = 1u32 << power;
        let order: Vec<Entrant> = (1..=n).map(|id| Entrant::new(id).of(id / 2).from_region(id % 5)).collect();
        let (apart, _) = once(|| seeding::apart_in_bracket(&order));
        println!("{n:8} | {apart:.2?}");
    }
    println!("entrants | Swiss, first round | round 5");
    for power in 6..=11 {
        let n = 1u32 << power;
        let fresh = swiss(n, 1);
        let later = swiss(n, 5);
        let (first, _) = once(|| fresh.propose(1, false).expect("a pairing"));
        let (fifth, _) = once(|| later.propose(5, false).expect("a pairing"));
        println!("{n:8} | {first:>18.2?} | {fifth:.2?}");
    }
}

fn elimination(c: &mut Criterion) {
    c.bench_function("double elimination 4096, create", |b| b.iter(|| double(4096)));
    let fresh = double(4096);
    c.bench_function("double elimination 4096, play out", |b| {
        b.iter_batched(|| fresh.clone(), |mut stage| play_out(&mut stage), BatchSize::LargeInput);
    });
}

fn pairing(c: &mut Criterion) {
    for (n, rounds) in [(256, 5), (1024, 6)] {
        let stage = swiss(n, rounds);
        c.bench_function(&format!("swiss {n}, pair round {rounds}"), |b| b.iter(|| stage.propose(9, false)));
    }
}

criterion_group! {
    name = speed;
    config = Criterion::default().sample_size(10).measurement_time(Duration::from_secs(3));
    targets = growth, elimination, pairing
}
criterion_main!(speed);
