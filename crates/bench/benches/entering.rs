//! A thousand teams enter a tournament of 512 places at the same moment: who gets a place, and how long it takes.

#[path = "common/people.rs"]
mod people;
#[path = "../../tournaments/tests/support/mod.rs"]
mod support;
#[path = "common/teams.rs"]
mod teams_of_five;

use std::{sync::Arc, time::Instant};

use bench::millis;
use support::World;
use testkit::TestDatabase;
use tokio::{runtime::Runtime, task::JoinSet};
use tournaments::{error::entry::EnterRefusal, service::lifecycle};

const TEAMS: usize = 1_000;
const PLACES: i32 = 512;

fn main() {
    let runtime = Runtime::new().expect("a runtime");
    println!("{TEAMS} teams enter a tournament of {PLACES} places at once");
    for db in [Some(TestDatabase::sqlite()), TestDatabase::postgres()].into_iter().flatten() {
        for waits in [false, true] {
            let db = TestDatabase::new(db.kind()).expect("there was one before");
            runtime.block_on(enter(&db, waits));
        }
    }
}

async fn enter(db: &TestDatabase, waits: bool) {
    bench::site::migrate(db).await;
    let world = Arc::new(World::on(db).await);
    let teams = teams_of_five::teams(&world, TEAMS).await;
    let settings = tournaments::rules::settings::Settings { waitlist_enabled: waits, ..world.teams(PLACES) };
    let cup = world.cup(&settings).await.id;
    // As many places as this go past the platform first.
    let (staff, games) = (world.person("staff").await.staff(), &world.games);
    support::act!(world, staff, |tx, cx| lifecycle::approve(tx, cx, games, cup)).expect("approved");
    let begun = Instant::now();
    let mut crowd = JoinSet::new();
    for (team, owner) in teams {
        let world = Arc::clone(&world);
        crowd.spawn(async move { (world.try_enter_team(&owner, cup, team).await, begun.elapsed()) });
    }
    let (mut placed, mut waiting, mut refused, mut times) = (0, 0, 0, Vec::new());
    while let Some(done) = crowd.join_next().await {
        let (outcome, after) = done.expect("no panic");
        times.push(after);
        match outcome {
            Ok(entry) if entry.status == "confirmed" => placed += 1,
            Ok(entry) if entry.status == "waitlisted" => waiting += 1,
            Err(EnterRefusal::Full { .. }) => refused += 1,
            other => panic!("neither a place nor a word why: {other:?}"),
        }
    }
    let took = begun.elapsed();
    let left = TEAMS - usize::try_from(PLACES).expect("few");
    let expected = if waits { (PLACES, left, 0) } else { (PLACES, 0, left) };
    assert_eq!((placed, waiting, refused), expected, "no place is given twice, and none is left");
    assert_eq!(world.tournament(cup).await.total_registrations, PLACES, "who waits is not counted");
    times.sort_unstable();
    let of = |percent: usize| millis(times[times.len() * percent / 100 - 1]);
    println!(
        "{:<58} {:>9.2} ms {:>8.0} a second; answered half after {:.0} ms, 99% after {:.0} ms, all after {:.0} ms",
        format!("{:?}, {}", db.kind(), if waits { "others wait" } else { "others are refused" }),
        millis(took),
        TEAMS as f64 / took.as_secs_f64(),
        of(50),
        of(99),
        of(100)
    );
}
