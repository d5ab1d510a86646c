//! Benchmarks: each a ratio, in one run, against the floor or a peer.
//!
//! `cargo bench -p bench` runs them, `cargo bench -p bench --bench NAME` one of them; a figure alone says little on a
//! busy machine, so each line has the figure that it is compared with. Here is what they share: the taking of times and
//! the lines of a result, models by the thousand ([`models`]), and a served site ([`site`]).
//!
//! Databases lie where `TMPDIR` says. Set it to a directory on a disk: in memory nothing waits for a commit, and the
//! figures of what is written mean nothing.

pub mod models;
pub mod site;

use std::time::{Duration, Instant};

/// The median time of several runs, each prepared anew.
pub fn median<T, R>(runs: usize, mut prepare: impl FnMut() -> T, mut run: impl FnMut(T) -> R) -> Duration {
    middle((0..runs).map(|_| once(prepare(), &mut run)).collect())
}

/// The time of one run; what it is given and what it leaves is made and dropped outside of it.
pub fn once<T, R>(input: T, run: impl FnOnce(T) -> R) -> Duration {
    let begun = Instant::now();
    let result = run(input);
    let took = begun.elapsed();
    drop(result);
    took
}

/// The median times of ours and of the floor, which take turns, so that a busy moment of the machine meets both.
pub fn in_turns(
    runs: usize,
    mut ours: impl FnMut() -> Duration,
    mut floor: impl FnMut() -> Duration,
) -> (Duration, Duration) {
    let (ours, floor) = (0..runs).map(|_| (ours(), floor())).unzip();
    (middle(ours), middle(floor))
}

/// The median.
///
/// # Panics
/// When there are no times.
pub fn middle(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// A line of the result: ours, the floor, the ratio and the aim.
pub fn line(what: &str, ours: Duration, floor: Duration, aim: &str) {
    let ratio = ours.as_secs_f64() / floor.as_secs_f64();
    println!("{what:<58} {:>9.2} ms {:>9.2} ms {ratio:>7.2}x  aim {aim}", millis(ours), millis(floor));
}

/// A line of the result that has no floor in the same run.
pub fn alone(what: &str, ours: Duration, aim: &str) {
    println!("{what:<58} {:>9.2} ms {:>22}  aim {aim}", millis(ours), "");
}

/// A line of the result that counts how often a second: more is better. There may be no aim.
pub fn rates(what: &str, ours: f64, floor: f64, aim: &str) {
    let aim = if aim.is_empty() { String::new() } else { format!("  aim {aim}") };
    println!("{what:<58} {ours:>10.0}/s {floor:>10.0}/s {:>7.2}x{aim}", ours / floor);
}

/// The head of a table of such lines.
pub fn head(what: &str, ours: &str, floor: &str) {
    println!("\n{what:<58} {ours:>12} {floor:>12} {:>8}", "ratio");
}

/// Milliseconds.
pub fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
