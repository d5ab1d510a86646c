//! Pages of tournaments that people look at most, against a bare route that returns the same bytes: the page of one with
//! 64 teams, and the bracket of one with 1,024 players. Whoever is signed in gets a page of their own.

#[path = "common/people.rs"]
mod people;
#[allow(dead_code, unused_imports, reason = "the tests of tournaments use more of it")]
#[path = "../../tournaments/tests/play/scene.rs"]
mod scene;
#[path = "../../tournaments/tests/support/mod.rs"]
mod support;
#[path = "common/teams.rs"]
mod teams_of_five;

use std::{net::SocketAddr, sync::Arc};

use bench::{
    head,
    site::{self, Ask},
};
use kernel::{DbError, SystemRandom, TestClock};
use scene::Scene;
use support::World;
use testkit::TestDatabase;
use tokio::runtime::Runtime;

fn main() {
    let runtime = Runtime::new().expect("a runtime");
    head("pages of tournaments, requests a second", "DeltaCrown", "bare route");
    for kind in [Some(TestDatabase::sqlite()), TestDatabase::postgres()].into_iter().flatten().map(|db| db.kind()) {
        let [teams, players] = [0; 2].map(|_| TestDatabase::new(kind).expect("there was one before"));
        let (page, bracket) = ("/tournaments/friday-cup", "/tournaments/cup/bracket");
        for (what, path, (address, session)) in [
            ("page, 64 teams", page, runtime.block_on(with_teams(&teams, 64))),
            ("bracket, 1,024 players", bracket, runtime.block_on(with_players(&players, 1_024))),
        ] {
            let fan = Ask::page(path).with("cookie", &format!("session={session}"));
            let what = format!("{kind:?}, {what}");
            site::against_bare(&runtime, &what, address, &Ask::page(path), 4_000, "> 0.2x");
            site::against_bare(&runtime, &format!("{what}, signed in"), address, &fan, 640, "");
        }
    }
}

/// Serves it; where, and the session of somebody who is signed in.
async fn served(world: &World) -> (SocketAddr, String) {
    let user = world.person("fan").await.user;
    let opened = world
        .db
        .write(|tx| async move { accounts::service::open_session(&tx, &world.clock, &SystemRandom, user, "").await });
    let session: Result<String, DbError> = opened.await;
    let address = site::serve(world.db.clone(), Arc::new(TestClock::at(world.now()))).await;
    (address, session.expect("it is written"))
}

/// A tournament that these many teams have entered.
async fn with_teams(db: &TestDatabase, count: usize) -> (SocketAddr, String) {
    site::migrate(db).await;
    let world = World::on(db).await;
    let cup = world.cup(&world.teams(i32::try_from(count).expect("few"))).await;
    for (team, owner) in teams_of_five::teams(&world, count).await {
        world.try_enter_team(&owner, cup.id, team).await.unwrap_or_else(|refusal| panic!("{refusal}"));
    }
    assert_eq!(cup.slug, "friday-cup");
    served(&world).await
}

/// A tournament of these many players, drawn and begun.
async fn with_players(db: &TestDatabase, count: usize) -> (SocketAddr, String) {
    site::migrate(db).await;
    let scene = Scene::new(db, count, |row| row).await;
    scene.begin().await;
    served(&scene.world).await
}
