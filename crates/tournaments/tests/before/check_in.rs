//! Check-in: its window, who checks in whom, and what happens at its end.

use chrono::TimeDelta;
use kernel::Actor;
use testkit::TestDatabase;
use tournaments::{
    error::entry::CheckInRefusal,
    model::{registration, tournament},
    rules::{access::Duty, entry::EntryStatus, settings::Settings},
    service,
};

use crate::{
    staff::helper,
    support::{Person, World, act, migrated},
};

async fn check_in(world: &World, by: Actor, entry: i64) -> Result<registration::Model, CheckInRefusal> {
    act!(world, by, |tx, cx| service::check_in::check_in(tx, cx, entry))
}

/// A cup of two places with entries of so many people.
async fn scene(world: &World, count: usize) -> (tournament::Model, Vec<Person>, Vec<i64>) {
    let cup = world.cup(&world.solo(2)).await;
    let (people, mut ids) = (world.people("ann", count).await, Vec::new());
    for who in &people {
        ids.push(world.enter(who, cup.id).await.id);
    }
    (cup, people, ids)
}

testkit::on_both! {
    from migrated;

    async fn the_window_is_half_open(database: &TestDatabase) {
        let world = &World::on(database).await;
        let (cup, people, ids) = scene(world, 2).await;
        let ids = &ids;
        let opens = cup.tournament_start - TimeDelta::minutes(15);
        let tick = TimeDelta::microseconds(1);
        world.at(opens - tick);
        let early = check_in(world, people[0].actor(), ids[0]).await;
        assert!(matches!(early, Err(CheckInRefusal::NotYet { opens: found }) if found == opens), "{early:?}");
        world.at(opens);
        let there = check_in(world, people[0].actor(), ids[0]).await.expect("open");
        assert_eq!((there.checked_in, there.checked_in_at), (true, Some(opens)));
        world.at(opens + tick);
        let again = check_in(world, people[0].actor(), ids[0]).await.expect("still there");
        assert_eq!(again.checked_in_at, Some(opens), "the first time counts");
        let undone = act!(world, people[0].actor(), |tx, cx| service::check_in::undo(tx, cx, ids[0])).expect("open");
        assert_eq!((undone.checked_in, undone.checked_in_at), (false, None));
        let foreign = check_in(world, people[1].actor(), ids[0]).await;
        assert!(matches!(foreign, Err(CheckInRefusal::NotYours(_))));
        world.at(cup.tournament_start - tick);
        check_in(world, people[0].actor(), ids[0]).await.expect("open");
        world.at(cup.tournament_start);
        let late = check_in(world, people[1].actor(), ids[1]).await;
        assert!(matches!(late, Err(CheckInRefusal::Closed { .. })), "{late:?}");
        let without = world.cup(&Settings { enable_check_in: false, ..world.solo(2) }).await;
        let entry = world.enter(&people[0], without.id).await;
        assert!(matches!(check_in(world, people[0].actor(), entry.id).await, Err(CheckInRefusal::NoCheckIn)));
    }

    /// Places of those who do not come go, in the order of the list, to those who wait and are there.
    async fn who_stands_by_takes_the_place_of_who_does_not_come(database: &TestDatabase) {
        let world = &World::on(database).await;
        let (cup, people, ids) = scene(world, 5).await;
        let ids = &ids;
        world.at(cup.tournament_start - TimeDelta::minutes(10));
        // The first is there; of those who wait, the second and the third stand by.
        for number in [0, 3, 4] {
            check_in(world, people[number].actor(), ids[number]).await.expect("open");
        }
        world.at(cup.tournament_start);
        world.tick(cup.id).await;
        assert_eq!(world.states(cup.id).await, ["confirmed", "no_show", "waitlisted", "confirmed", "waitlisted"]);
        assert_eq!(world.tournament(cup.id).await.total_registrations, 2);
        let told = world.told(&people[1]).await;
        assert_eq!(told.last().map(String::as_str), Some("ann2 missed the check-in of Friday Cup"));
        world.tick(cup.id).await;
        assert_eq!(world.told(&people[1]).await, told, "once");
    }

    async fn a_place_given_in_the_window_must_be_checked_in(database: &TestDatabase) {
        let world = &World::on(database).await;
        let (cup, people, ids) = scene(world, 4).await;
        let ids = &ids;
        world.at(cup.tournament_start - TimeDelta::minutes(10));
        check_in(world, people[3].actor(), ids[3]).await.expect("stands by");
        for number in [0, 1] {
            let own = people[number].actor();
            act!(world, own, |tx, cx| service::entry::withdraw(tx, cx, ids[number], "")).expect("hers");
        }
        assert_eq!(world.states(cup.id).await, ["cancelled", "cancelled", "confirmed", "confirmed"]);
        world.at(cup.tournament_start);
        world.tick(cup.id).await;
        assert_eq!(world.states(cup.id).await, ["cancelled", "cancelled", "no_show", "confirmed"]);
    }

    /// Who owes a fee has no time left when play is due.
    async fn a_fee_is_not_owed_at_the_start(database: &TestDatabase) {
        let world = &World::on(database).await;
        let cup = world.cup(&world.paid(2)).await;
        let people = world.people("ann", 3).await;
        let mut ids = Vec::new();
        for who in &people {
            ids.push(world.enter(who, cup.id).await.id);
        }
        let ids = &ids;
        world.give(&people[0], 50).await;
        act!(world, people[0].actor(), |tx, cx| service::payment::pay_with_coins(tx, cx, ids[0])).expect("paid");
        world.at(cup.tournament_start - TimeDelta::minutes(10));
        world.tick(cup.id).await;
        let unpaid = check_in(world, people[1].actor(), ids[1]).await;
        assert!(matches!(unpaid, Err(CheckInRefusal::WrongState(EntryStatus::Pending))));
        for number in [0, 2] {
            check_in(world, people[number].actor(), ids[number]).await.expect("open");
        }
        world.at(cup.tournament_start);
        world.tick(cup.id).await;
        assert_eq!(world.states(cup.id).await, ["confirmed", "cancelled", "waitlisted"]);
    }

    async fn the_tournaments_people_check_others_in(database: &TestDatabase) {
        let world = &World::on(database).await;
        let (cup, people, ids) = scene(world, 3).await;
        let ids = &ids;
        let referee = helper(world, cup.id, "rita", Duty::Referee).await;
        let verifier = helper(world, cup.id, "vera", Duty::PaymentVerifier).await;
        world.at(cup.tournament_start - TimeDelta::minutes(10));
        let verifiers = check_in(world, verifier.actor(), ids[0]).await;
        assert!(matches!(verifiers, Err(CheckInRefusal::NotYours(_))));
        check_in(world, referee.actor(), ids[0]).await.expect("a referee may");
        world.at(cup.tournament_start);
        world.tick(cup.id).await;
        assert_eq!(world.states(cup.id).await, ["confirmed", "no_show", "waitlisted"]);
        // Late ones are let in by the tournament's people, while there is a place.
        let late = check_in(world, referee.actor(), ids[1]).await.expect("a place is free");
        assert_eq!((late.status.as_str(), late.checked_in), ("confirmed", true));
        check_in(world, referee.actor(), ids[2]).await.expect("stands by");
        assert_eq!(world.entry(ids[2]).await.status, "waitlisted", "no place is free");
        let own = act!(world, people[0].actor(), |tx, cx| service::check_in::undo(tx, cx, ids[0]));
        assert!(matches!(own, Err(CheckInRefusal::Closed { .. })));
        let acts: Vec<(String, Option<i64>)> =
            world.audited(cup.id).await.into_iter().map(|row| (row.action, row.user_id)).collect();
        let forced = acts.iter().filter(|(act, by)| act == "registration_force_checkin" && *by == Some(referee.user));
        assert_eq!(forced.count(), 3);
    }
}
