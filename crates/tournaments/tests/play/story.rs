//! Whole tournaments: every format and size, from entries to the last coin.

use chrono::TimeDelta;
use kernel::Actor;
use sea_orm::{ActiveValue::Set, EntityTrait, QueryOrder};
use testkit::{Kind, TestDatabase};
use tournaments::{audit, model::audit_log, rules::draw::Kind as Format, service::prize};

use crate::scene::{Scene, act, migrated, playable};

/// Sizes that are played: all that are small, then those around the powers of two, where byes and drops change, up to
/// the largest. What costs grows with the number of matches, of which a table has by far the most; on PostgreSQL every
/// statement costs more, and it is asked what the databases do differently, which is not a matter of size.
fn sizes(kind: Kind, format: Format) -> Vec<usize> {
    let large = [24, 31, 32, 33, 48, 63, 64];
    match (kind, format) {
        (Kind::Sqlite, Format::RoundRobin) => (2..=9).chain([16, 17, 24, 33]).collect(),
        (Kind::Sqlite, _) => (2..=17).chain(large).collect(),
        (Kind::Postgres, Format::RoundRobin) => vec![3, 9],
        (Kind::Postgres, _) => vec![3, 8, 33],
    }
}

async fn whole(database: &TestDatabase, format: Format) {
    for size in sizes(database.kind(), format) {
        let database = migrated(database.kind()).await.expect("one was made before");
        one(&database, format, size).await;
    }
}

/// Plays one tournament, and looks at everything that must hold when it is over.
async fn one(database: &TestDatabase, format: Format, size: usize) {
    let scene = Scene::new(database, size, |row| tournaments::model::tournament::ActiveModel {
        format: Set(format.as_str().to_owned()),
        best_of_final: Set(3),
        third_place_match: Set(true),
        prize_deltacoin: Set(1_001),
        prize_pool: Set(500_000),
        prize_distribution: Set(serde_json::json!({"1": "50%", "2": "30%", "3-4": "10%"})),
        ..row
    })
    .await;
    let (world, cup) = (&scene.world, scene.cup);
    world.give(&world.organizer, 2_000).await;
    let tournament = scene.tournament().await;
    let row = &tournament;
    act!(world, scene.organizer(), |tx, cx| prize::fund(tx, cx, row)).expect("funded");
    assert_eq!(world.coins(&world.organizer).await, 999, "the prizes are in the escrow");
    scene.begin().await;
    loop {
        // Two sides report where it is quick; how they do is the same in every size.
        if size <= 17 {
            scene.play_all(Scene::better).await;
        } else {
            scene.decide_all(Scene::better).await;
        }
        if scene.is_over().await {
            break;
        }
    }
    let over = scene.tournament().await;
    assert_eq!(over.completed_matches, over.total_matches, "{format:?} {size}");
    assert!(over.completed_at.is_some());
    let decided =
        scene.matches().await.iter().filter(|one| matches!(one.state.as_str(), "completed" | "forfeit")).count();
    assert_eq!(
        i32::try_from(decided).expect("few"),
        over.completed_matches,
        "{format:?} {size}: rows and counters agree"
    );
    assert_eq!(scene.bracket().await.status, "completed");
    scene.rows_follow().await;
    // The prizes: held, then paid once, with nothing lost.
    let held = scene.awards().await;
    assert!(held.iter().all(|award| award.status == "held"));
    let early = act!(world, scene.organizer(), |tx, cx| prize::pay(tx, cx, cup));
    assert!(matches!(early, Err(tournaments::error::prize::PayRefusal::Held(_))), "{early:?}");
    world.at(world.now() + TimeDelta::minutes(61));
    let paid = act!(world, Actor::System, |tx, cx| prize::pay(tx, cx, cup)).expect("paid");
    assert_eq!(paid.coins + paid.rest, 1_001, "{format:?} {size}: nothing is lost");
    assert_eq!(paid.coins, held.iter().map(|award| award.coins).sum::<i64>());
    let again = act!(world, Actor::System, |tx, cx| prize::pay(tx, cx, cup)).expect("paid before");
    assert!(again.replayed);
    let mut got = 0;
    for player in &scene.players {
        got += world.coins(player).await;
    }
    assert_eq!(got, paid.coins, "{format:?} {size}");
    let best = world.coins(&scene.players[0]).await;
    for player in &scene.players {
        assert!(world.coins(player).await <= best, "{format:?} {size}: who always won got most");
    }
    assert_eq!(world.coins(&world.organizer).await, 999 + paid.rest);
    world.assert_ledger_is_sound().await;
    let log =
        audit_log::Entity::find().order_by_asc(audit_log::Column::Id).all(world.db.read()).await.expect("readable");
    assert!(audit::verify(&log, None).is_sound(), "{format:?} {size}: the audit log is whole");
}

testkit::on_both! {
    from migrated;

    /// Drawing and publishing is cheap enough for every size of every format.
    async fn every_size_is_drawn(database: &TestDatabase) {
        let step = if database.kind() == Kind::Sqlite { 1 } else { 13 };
        for format in Format::ALL {
            for size in (2..=64).rev().step_by(step) {
                let database = migrated(database.kind()).await.expect("one was made before");
                let scene = Scene::new(&database, size, |row| tournaments::model::tournament::ActiveModel {
                    format: Set(format.as_str().to_owned()),
                    ..row
                })
                .await;
                scene.begin().await;
                scene.rows_follow().await;
                let matches = scene.matches().await;
                let playable = matches.iter().filter(|row| playable(row)).count();
                assert!(playable > 0, "{format:?} {size}");
                let expected = match format {
                    Format::Single => Some(size - 1),
                    Format::Double => Some(2 * size - 1),
                    Format::RoundRobin => Some(size * (size - 1) / 2),
                    Format::Swiss => Some(size / 2),
                    Format::Groups => None,
                };
                assert!(expected.is_none_or(|expected| expected == matches.len()), "{format:?} {size}: {}", matches.len());
            }
        }
    }

    async fn single_elimination(database: &TestDatabase) {
        whole(database, Format::Single).await;
    }

    async fn double_elimination(database: &TestDatabase) {
        whole(database, Format::Double).await;
    }

    async fn round_robin(database: &TestDatabase) {
        whole(database, Format::RoundRobin).await;
    }

    async fn swiss(database: &TestDatabase) {
        whole(database, Format::Swiss).await;
    }

    async fn groups_to_playoffs(database: &TestDatabase) {
        whole(database, Format::Groups).await;
    }
}
