//! From draft to play, by hand and by time; and calling it off.

use chrono::TimeDelta;
use kernel::{Actor, model::job};
use sea_orm::{EntityTrait, QueryOrder};
use testkit::TestDatabase;
use tournaments::{
    error::lifecycle::MoveRefusal,
    rules::{
        seeding::Method,
        settings::Settings,
        status::{Status, StepRefusal},
    },
    service::{self, draw, enter::Form},
};

use crate::support::{Person, World, act, migrated};

/// Draws the bracket and publishes it.
pub async fn publish_draw(world: &World, cup: i64) {
    act!(world, world.organizer.actor(), |tx, cx| draw::generate(tx, cx, cup, Method::SlotOrder)).expect("drawn");
    act!(world, world.organizer.actor(), |tx, cx| draw::publish(tx, cx, cup)).expect("published");
}

async fn check_in(world: &World, who: &Person, entry: i64) {
    act!(world, who.actor(), |tx, cx| service::check_in::check_in(tx, cx, entry)).expect("checked in");
}

testkit::on_both! {
    from migrated;

    /// Time alone carries a tournament from its publication to play, and each due time has its job.
    async fn time_moves_a_tournament_on(database: &TestDatabase) {
        let world = &World::on(database).await;
        let now = world.now();
        let settings = Settings {
            registration_start: now + TimeDelta::hours(1),
            registration_end: now + TimeDelta::hours(2),
            tournament_start: now + TimeDelta::hours(4),
            ..world.solo(8)
        };
        let cup = world.cup(&settings).await;
        assert_eq!((cup.status.as_str(), cup.published_at), ("published", Some(now)));
        assert_eq!(due(world).await, [settings.registration_start]);
        world.at(settings.registration_start - TimeDelta::microseconds(1));
        assert_eq!(world.tick(cup.id).await.status, "published");
        world.at(settings.registration_start);
        assert_eq!(world.tick(cup.id).await.status, "registration_open");
        assert_eq!(world.tick(cup.id).await.status, "registration_open", "twice does no harm");
        let people = world.people("ann", 3).await;
        let mut entries = Vec::new();
        for who in &people {
            entries.push(world.enter(who, cup.id).await);
        }
        world.at(settings.registration_end);
        assert_eq!(world.tick(cup.id).await.status, "registration_closed");
        world.at(settings.tournament_start - TimeDelta::minutes(15));
        assert_eq!(world.tick(cup.id).await.status, "check_in");
        for (who, entry) in people.iter().zip(&entries).take(2) {
            check_in(world, who, entry.id).await;
        }
        world.at(settings.tournament_start);
        let waits = world.tick(cup.id).await;
        assert_eq!((waits.status.as_str(), waits.total_registrations), ("check_in", 2));
        assert_eq!(world.states(cup.id).await, ["confirmed", "confirmed", "no_show"]);
        world.tick(cup.id).await;
        let told = world.told(&world.organizer).await;
        assert_eq!(told, ["Friday Cup waits for its draw"], "once, whoever asks");
        publish_draw(world, cup.id).await;
        assert_eq!(world.tick(cup.id).await.status, "live");
        assert!(service::log::verify(world.db.read(), None).await.expect("readable").is_sound());
    }

    async fn a_server_that_was_away_catches_up_in_one_step(database: &TestDatabase) {
        let world = &World::on(database).await;
        let settings = world.solo(8);
        let cup = world.cup(&settings).await;
        for who in world.people("ann", 2).await {
            world.enter(&who, cup.id).await;
        }
        world.at(settings.tournament_start + TimeDelta::hours(1));
        assert_eq!(world.tick(cup.id).await.status, "check_in", "it does not start, and is not cancelled");
        assert_eq!(world.told(&world.organizer).await, ["Friday Cup cannot start: too few entrants"]);
        let notices = notifications::service::list(&world.db, world.organizer.user, None).await.expect("readable").notices;
        assert!(notices[0].url.starts_with("/organize/friday-cup?start="), "it leads to the desk: {}", notices[0].url);
        // The organizer finds them all there.
        for entry in [1, 2] {
            let done = act!(world, world.organizer.actor(), |tx, cx| service::check_in::check_in(tx, cx, entry));
            assert_eq!(done.expect("let in again").status, "confirmed");
        }
        assert_eq!(world.states(cup.id).await, ["confirmed", "confirmed"]);
    }

    async fn a_large_tournament_is_approved_first(database: &TestDatabase) {
        let world = &World::on(database).await;
        let games = &world.games;
        let staff = world.person("stan").await;
        let cup = world.draft(&world.solo(65)).await;
        let id = cup.id;
        let publish = async || act!(world, world.organizer.actor(), |tx, cx| service::lifecycle::publish(tx, cx, games, id));
        assert_eq!(publish().await.expect("sent").status, "pending_approval");
        let back = act!(world, staff.staff(), |tx, cx| service::lifecycle::send_back(tx, cx, id, " "));
        assert!(matches!(back, Err(MoveRefusal::NoReason(_))));
        let back = act!(world, staff.staff(), |tx, cx| service::lifecycle::send_back(tx, cx, id, "Say more."));
        assert_eq!(back.expect("sent back").status, "draft");
        publish().await.expect("sent again");
        let recalled = act!(world, world.organizer.actor(), |tx, cx| service::lifecycle::recall(tx, cx, id));
        assert_eq!(recalled.expect("recalled").status, "draft");
        publish().await.expect("sent again");
        let own = act!(world, world.organizer.staff(), |tx, cx| service::lifecycle::approve(tx, cx, games, id));
        assert!(matches!(own, Err(MoveRefusal::Step(StepRefusal::NotAllowed(_)))), "nobody approves their own");
        let approved = act!(world, staff.staff(), |tx, cx| service::lifecycle::approve(tx, cx, games, id));
        assert_eq!(approved.expect("approved").status, "registration_open", "it was due");
        assert_eq!(world.told(&world.organizer).await, ["Friday Cup was sent back", "Friday Cup was approved"]);
        let acts: Vec<String> = world.audited(id).await.into_iter().map(|row| row.action).collect();
        assert_eq!(acts, [
            "tournament_status", "tournament_reject", "tournament_status", "tournament_status", "tournament_status",
            "tournament_approve", "tournament_status",
        ]);
    }

    async fn the_organizer_can_be_early_and_dates_follow(database: &TestDatabase) {
        let world = &World::on(database).await;
        let now = world.now();
        let cup = world.cup(&Settings { registration_start: now + TimeDelta::hours(1), ..world.solo(4) }).await;
        let id = cup.id;
        let by = world.organizer.actor();
        let opened = act!(world, by, |tx, cx| service::lifecycle::open_registration(tx, cx, id)).expect("opened");
        assert_eq!((opened.status.as_str(), opened.registration_start), ("registration_open", now));
        let people = world.people("ann", 2).await;
        let mut entries = Vec::new();
        for who in &people {
            entries.push(world.enter(who, id).await.id);
        }
        world.at(now + TimeDelta::minutes(5));
        let closed = act!(world, by, |tx, cx| service::lifecycle::close_registration(tx, cx, id)).expect("closed");
        assert_eq!((closed.status.as_str(), closed.registration_end), ("registration_closed", world.now()));
        let over = act!(world, by, |tx, cx| service::lifecycle::reopen_registration(tx, cx, id));
        assert!(matches!(over, Err(MoveRefusal::RegistrationOver { .. })));
        let early = act!(world, by, |tx, cx| service::lifecycle::start(tx, cx, id));
        assert!(matches!(early, Err(MoveRefusal::Step(StepRefusal::NotNow { from: Status::RegistrationClosed, .. }))));
        act!(world, by, |tx, cx| service::lifecycle::open_check_in(tx, cx, id)).expect("check-in");
        let early = act!(world, by, |tx, cx| service::lifecycle::start(tx, cx, id));
        assert!(matches!(early, Err(MoveRefusal::TooEarly { .. })), "not all are there");
        for (who, entry) in people.iter().zip(&entries) {
            check_in(world, who, *entry).await;
        }
        let undrawn = act!(world, by, |tx, cx| service::lifecycle::start(tx, cx, id));
        assert!(matches!(undrawn, Err(MoveRefusal::NotDrawn)));
        publish_draw(world, id).await;
        let live = act!(world, by, |tx, cx| service::lifecycle::start(tx, cx, id)).expect("all are there");
        assert_eq!((live.status.as_str(), live.tournament_start), ("live", world.now() + TimeDelta::microseconds(1)));
    }

    async fn without_check_in_play_follows_registration(database: &TestDatabase) {
        let world = &World::on(database).await;
        let settings = Settings { enable_check_in: false, ..world.solo(4) };
        let cup = world.cup(&settings).await;
        for who in world.people("ann", 2).await {
            world.enter(&who, cup.id).await;
        }
        world.at(settings.registration_end);
        assert_eq!(world.tick(cup.id).await.status, "registration_closed");
        publish_draw(world, cup.id).await;
        world.at(settings.tournament_start);
        assert_eq!(world.tick(cup.id).await.status, "live");
        assert_eq!(world.states(cup.id).await, ["confirmed", "confirmed"]);
    }

    /// Calling off ends entries, gives coins back, and leaves money among the refunds that are due.
    async fn a_cancelled_tournament_gives_everything_back(database: &TestDatabase) {
        let world = &World::on(database).await;
        let cup = world.cup(&world.paid(8)).await;
        let (ann, bob, eve) = (world.person("ann").await, world.person("bob").await, world.person("eve").await);
        world.give(&ann, 80).await;
        let coins = Form { pay_with_coins: true, ..Default::default() };
        world.try_enter(&ann, cup.id, &coins).await.expect("paid");
        assert_eq!(world.coins(&ann).await, 30);
        let bobs = world.enter(&bob, cup.id).await;
        let paid = crate::payments::pay(world, &bob, bobs.id, "BKASH12345").await.expect("sent");
        act!(world, world.organizer.actor(), |tx, cx| service::payment::verify(tx, cx, paid.id, "", false)).expect("there");
        world.enter(&eve, cup.id).await;
        let id = cup.id;
        let empty = act!(world, world.organizer.actor(), |tx, cx| service::lifecycle::cancel(tx, cx, id, ""));
        assert!(matches!(empty, Err(MoveRefusal::NoReason(_))));
        let off = act!(world, world.organizer.actor(), |tx, cx| service::lifecycle::cancel(tx, cx, id, "The hall burnt."));
        let off = off.expect("cancelled");
        assert_eq!((off.status.as_str(), off.cancel_reason.as_str()), ("cancelled", "The hall burnt."));
        assert_eq!(world.states(id).await, ["cancelled", "cancelled", "cancelled"]);
        assert_eq!(world.tournament(id).await.total_registrations, 0);
        assert_eq!(world.coins(&ann).await, 80);
        let due = service::payment::queue(
            world.db.read(), &world.organizer.actor(), &off, service::payment::Filter::RefundsDue, None,
        ).await.expect("the organizer's");
        let due: Vec<i64> = due.rows.iter().map(|row| row.payment.id).collect();
        assert_eq!(due, [paid.id]);
        assert_eq!(world.told(&eve).await.last().map(String::as_str), Some("Friday Cup was cancelled"));
        let again = act!(world, world.organizer.actor(), |tx, cx| service::lifecycle::cancel(tx, cx, id, "Again."));
        assert!(matches!(again, Err(MoveRefusal::Step(StepRefusal::NotNow { from: Status::Cancelled, .. }))));
        let details = world.audited(id).await.pop().expect("the last");
        assert_eq!(details.action, "admin_cancel_tournament");
        assert_eq!(details.metadata["entries"], 3);
        world.assert_ledger_is_sound().await;
    }
}

/// When jobs are due.
async fn due(world: &World) -> Vec<chrono::DateTime<chrono::Utc>> {
    let jobs = job::Entity::find().order_by_asc(job::Column::Id).all(world.db.read()).await.expect("readable");
    assert!(jobs.iter().all(|job| job.kind == "tournament.clock"));
    let _: Actor = Actor::System;
    jobs.into_iter().map(|job| job.run_at).collect()
}
