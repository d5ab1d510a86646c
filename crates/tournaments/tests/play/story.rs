//! Whole tournaments: every format and size, from entries to the last coin.

use brackets::Side;
use chrono::TimeDelta;
use kernel::Actor;
use sea_orm::{ActiveValue::Set, EntityTrait};
use testkit::{Kind, TestDatabase};
use tournaments::{
    audit,
    model::{audit_log, bracket_node as node},
    rules::{draw::Kind as Format, structure::HeldUp},
    service::{draw, play, prize},
};

use crate::scene::{Scene, act, migrated};

/// Sizes that are tried: all where it is quick, some where it is not.
fn sizes(kind: Kind, format: Format) -> Vec<usize> {
    match (kind, format) {
        (Kind::Sqlite, Format::Single) => (2..=17).chain([24, 32, 33, 64]).collect(),
        (Kind::Sqlite, Format::Double) => (2..=9).chain([12, 16, 17, 32]).collect(),
        (Kind::Sqlite, Format::RoundRobin) => (2..=7).collect(),
        (Kind::Sqlite, Format::Swiss) => (2..=9).chain([16, 33]).collect(),
        (Kind::Sqlite, Format::Groups) => (2..=10).chain([16, 24]).collect(),
        (Kind::Postgres, Format::Single) => vec![5, 16],
        (Kind::Postgres, Format::Double) => vec![2, 6],
        (Kind::Postgres, Format::RoundRobin) => vec![4],
        (Kind::Postgres, Format::Swiss) => vec![7],
        (Kind::Postgres, Format::Groups) => vec![8],
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
        scene.play_all(Scene::better).await;
        if scene.tournament().await.status == "completed" {
            break;
        }
        let by = kernel_by(&scene);
        let cx = world.context(&by);
        let drawing = play::drawing(&world.db, &cx, row).await.expect("readable").expect("published");
        match drawing.waits.first() {
            Some(HeldUp::OnlyRematches { .. }) => {
                act!(world, scene.organizer(), |tx, cx| draw::pair_round(tx, cx, cup, true)).expect("paired");
            }
            Some(HeldUp::Tie { tied, .. }) => {
                let order = &tied.clone();
                let how = brackets::TieDecision::Ruling;
                act!(world, scene.organizer(), |tx, cx| draw::break_tie(tx, cx, cup, order.clone(), how))
                    .expect("broken");
            }
            other => panic!("{format:?} {size}: it waits for {other:?}"),
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
    rows_follow(&scene).await;
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
    let log = audit_log::Entity::find().all(world.db.read()).await.expect("readable");
    assert!(audit::verify(&log, None).is_sound(), "{format:?} {size}: the audit log is whole");
}

fn kernel_by(scene: &Scene) -> tournaments::By {
    scene.organizer().into()
}

/// Nodes and matches say what the stored value says.
async fn rows_follow(scene: &Scene) {
    let by = kernel_by(scene);
    let cx = scene.world.context(&by);
    let cup = scene.tournament().await;
    let drawing = play::drawing(&scene.world.db, &cx, &cup).await.expect("readable").expect("published");
    let projection = tournaments::rules::meeting::project(&drawing.structure);
    let rows = scene.matches().await;
    assert_eq!(rows.len(), projection.meetings.len());
    for meeting in projection.meetings.values() {
        let row = rows.iter().find(|row| row.code == meeting.role.1.to_string()).expect("a row for each match");
        assert_eq!([row.participant1_id, row.participant2_id], meeting.sides, "{}", row.code);
        assert_eq!((row.round_number, row.match_number), (meeting.round, meeting.number), "{}", row.code);
    }
    let nodes = node::Entity::find().all(scene.world.db.read()).await.expect("readable");
    assert_eq!(nodes.len(), projection.nodes.len());
    let by_id =
        |id: Option<i64>| id.and_then(|id| nodes.iter().find(|node| node.id == id)).map(|node| node.code.clone());
    for wanted in projection.nodes.values() {
        let node = nodes.iter().find(|node| node.code == wanted.role.1.to_string()).expect("a node for each place");
        assert_eq!(
            ([node.participant1_id, node.participant2_id], node.winner_id, node.is_bye),
            (wanted.sides, wanted.winner, wanted.is_bye),
            "{}",
            node.code
        );
        let row = rows.iter().find(|row| row.code == node.code);
        assert_eq!(node.match_id, row.map(|row| row.id), "{}", node.code);
    }
    for link in tournaments::rules::meeting::links(&drawing.structure) {
        let (from, to) = (link.from.1.to_string(), link.to.1.to_string());
        let (from, to) =
            (nodes.iter().find(|n| n.code == from).expect("from"), nodes.iter().find(|n| n.code == to).expect("to"));
        let slot = Some(if link.side == Side::A { 1 } else { 2 });
        let leads = if link.winner {
            (by_id(from.parent_node_id), from.parent_slot)
        } else {
            (by_id(from.loser_node_id), from.loser_slot)
        };
        assert_eq!(leads, (Some(to.code.clone()), slot), "{}", from.code);
        let child = if link.side == Side::A { to.child1_node_id } else { to.child2_node_id };
        assert_eq!(child, Some(from.id), "{}", to.code);
    }
}

testkit::on_both! {
    from migrated;

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
