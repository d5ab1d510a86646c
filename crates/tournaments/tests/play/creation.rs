//! From a form to the last coin, all of it by acts: a tournament is made, entered and paid for, somebody does not come
//! and somebody else plays instead, it is drawn, played and paid, in every format. Only people are rows.

use chrono::TimeDelta;
use economy::Holder;
use kernel::Actor;
use testkit::TestDatabase;
use tournaments::{
    Match,
    rules::{
        payment::Submission,
        seeding::Method as Seeding,
        settings::{Format, Method, Settings},
    },
    service::{check_in, draw, enter::Form, entry, log, matches, payment, prize, upload::RECEIPT},
};

use crate::{
    scene::{Scene, act, migrated},
    support::{Person, World},
};

const PLACES: usize = 8;
/// What everybody gets to begin with, and the organizer for the prizes.
const GIVEN: i64 = 100;
const SEASON: i64 = 2_000;
const PRIZES: i64 = 1_001;

fn settings(world: &World, format: Format) -> Settings {
    Settings {
        format,
        enable_check_in: true,
        prize_deltacoin: PRIZES,
        prize_pool: 100_000,
        prize_distribution: serde_json::json!({ "1": "50%", "2": "30%", "3-4": "10%" }),
        ..world.paid(8)
    }
}

/// Enters somebody, who pays with coins or sends money that the organizer then finds.
async fn enter(world: &World, cup: i64, number: usize, who: &Person) -> i64 {
    let with_coins = number.is_multiple_of(2);
    let form = Form { pay_with_coins: with_coins, ..Form::default() };
    let entry = world.try_enter(who, cup, &form).await.expect("entered").id;
    if !with_coins && world.entry(entry).await.status == "pending" {
        send_money(world, number, who, entry).await;
    }
    entry
}

async fn send_money(world: &World, number: usize, who: &Person, entry: i64) {
    let sent = &Submission {
        method: Method::Bkash,
        amount: 50_000,
        transaction_id: format!("TRX{number}ABCDEF"),
        payer_account: "01712345678".to_owned(),
        proof: world.file(who, RECEIPT, "image/png").await,
    };
    let sent = act!(world, who.actor(), |tx, cx| payment::submit(tx, cx, entry, sent.clone())).expect("sent");
    act!(world, world.organizer.actor(), |tx, cx| payment::verify(tx, cx, sent.id, "", false)).expect("found");
}

/// A tournament with all its entries that waits for its draw, made by acts alone; and who did not come.
async fn gathered(database: &TestDatabase, format: Format) -> (Scene, Person) {
    let world = World::on(database).await;
    world.give(&world.organizer, SEASON).await;
    let cup = world.cup(&settings(&world, format)).await;
    assert_eq!(cup.status, "registration_open");
    assert_eq!(world.coins(&world.organizer).await, SEASON - PRIZES, "the prizes are in the escrow");
    let (mut players, mut entries) = (world.people("player", PLACES + 1).await, Vec::new());
    for (number, who) in players.iter().enumerate() {
        world.give(who, GIVEN).await;
        entries.push(enter(&world, cup.id, number, who).await);
    }
    assert_eq!(world.states(cup.id).await, [vec!["confirmed"; PLACES], vec!["waitlisted"]].concat());

    world.at(cup.registration_end);
    assert_eq!(world.tick(cup.id).await.status, "registration_closed");
    world.at(cup.tournament_start - TimeDelta::minutes(10));
    assert_eq!(world.tick(cup.id).await.status, "check_in");
    for (number, (who, entry)) in players.iter().zip(&entries).enumerate() {
        // The first one sleeps: the best seed would have had coins to lose.
        if number > 0 {
            act!(world, who.actor(), |tx, cx| check_in::check_in(tx, cx, *entry)).expect("there");
        }
    }
    let (absent, gone) = (players.remove(0), entries.remove(0));
    act!(world, world.organizer.actor(), |tx, cx| entry::withdraw(tx, cx, gone, "Not there.")).expect("withdrawn");
    assert_eq!(world.coins(&absent).await, GIVEN, "the fee came back");
    let (next, promoted) = (&players[PLACES - 1], entries[PLACES - 1]);
    act!(world, next.actor(), |tx, cx| payment::pay_with_coins(tx, cx, promoted)).expect("paid");
    let staff = world.person("stefan").await;
    (Scene { world, cup: cup.id, entries, players, staff }, absent)
}

/// Both sides of every match check in to it, when its time has come, and agree.
async fn play(scene: &Scene) {
    let world = &scene.world;
    loop {
        let waits = |row: &Match| {
            let state = matches!(row.state.as_str(), "scheduled" | "check_in" | "ready" | "live");
            state && row.participant1_id.is_some() && row.participant2_id.is_some()
        };
        let Some(row) = scene.matches().await.into_iter().find(waits) else { return };
        let due = row.scheduled_time.expect("a time") - TimeDelta::minutes(5);
        world.at(due.max(world.now()));
        for entry in crate::scene::pair(&row) {
            let who = scene.player(entry).actor();
            act!(world, who, |tx, cx| matches::check_in(tx, cx, row.id, None)).expect("there");
        }
        let row = scene.the(&row.code).await;
        scene.agree(&row, Scene::better(&row)).await;
    }
}

async fn whole(database: &TestDatabase, format: Format) {
    let (scene, absent) = gathered(database, format).await;
    let (world, cup, organizer) = (&scene.world, scene.cup, scene.organizer());
    let listed = &scene.entries;
    act!(world, scene.organizer(), |tx, cx| draw::seed(tx, cx, cup, draw::Seeds::Listed(listed.clone())))
        .expect("seeded");
    act!(world, scene.organizer(), |tx, cx| draw::generate(tx, cx, cup, Seeding::Manual)).expect("drawn");
    act!(world, scene.organizer(), |tx, cx| draw::publish(tx, cx, cup)).expect("published");
    world.at(scene.tournament().await.tournament_start);
    assert_eq!(world.tick(cup).await.status, "live", "its time has come");
    loop {
        play(&scene).await;
        if scene.is_over().await {
            break;
        }
    }
    scene.rows_follow().await;

    world.at(world.now() + TimeDelta::minutes(61));
    let paid = act!(world, Actor::System, |tx, cx| prize::pay_when_due(tx, cx, cup)).expect("paid").expect("due");
    assert_eq!(paid.coins, PRIZES, "all of it was won");
    let awards = scene.awards().await;
    for award in awards.iter().filter(|award| award.status == "to_hand_over") {
        act!(world, organizer, |tx, cx| prize::hand_over(tx, cx, award.id, "by hand")).expect("handed over");
    }
    assert!(scene.awards().await.iter().all(|award| award.status == "paid"));
    assert_eq!(awards.iter().map(|award| award.amount).sum::<i64>(), 100_000);

    // Three of the eight that play paid with coins, and one after them; their fees are the organizer's.
    let payers = scene.players.iter().zip(1..).filter(|(_, number)| number % 2 == 0).count() as i64;
    assert_eq!(paid.rest, payers * 50);
    assert_eq!(world.coins(&world.organizer).await, SEASON - PRIZES + paid.rest);
    assert_eq!(world.coins(&absent).await, GIVEN);
    let mut all = world.coins(&world.organizer).await + GIVEN;
    for (who, number) in scene.players.iter().zip(1..) {
        let won: i64 =
            awards.iter().filter(|award| award.registration_id == scene.entries[number - 1]).map(|a| a.coins).sum();
        let fee = if number.is_multiple_of(2) { 50 } else { 0 };
        assert_eq!(world.coins(who).await, GIVEN - fee + won, "{}", who.name);
        all += world.coins(who).await;
    }
    let given = SEASON + GIVEN * (PLACES as i64 + 1);
    assert_eq!(all, given, "no coin was made or lost");
    let holds = async |holder| economy::service::balance(&world.db, holder).await.expect("readable");
    assert_eq!((holds(Holder::Escrow(cup)).await, holds(Holder::Treasury).await), (0, -given));
    world.assert_ledger_is_sound().await;
    assert!(log::verify(world.db.read(), None).await.expect("readable").is_sound());
}

testkit::on_both! {
    from migrated;

    async fn from_its_creation_to_the_last_coin_in_every_format(database: &TestDatabase) {
        for format in [
            Format::SingleElimination,
            Format::DoubleElimination,
            Format::RoundRobin,
            Format::Swiss,
            Format::GroupPlayoff,
        ] {
            let database = migrated(database.kind()).await.expect("one was made before");
            whole(&database, format).await;
        }
    }
}
