//! Many at once: the last place, the waiting list, and a payment that two people decide.

use testkit::TestDatabase;
use tournaments::{
    error::{entry::EnterRefusal, payment::PaymentRefusal},
    rules::settings::Settings,
    service::{self, enter::Form},
};

use crate::{
    audit::join,
    payments::pay,
    support::{World, act, migrated},
};

testkit::on_both! {
    from migrated;

    /// Of many who enter at the same moment exactly one gets the last place; again and again.
    async fn the_last_place_goes_to_one(database: &TestDatabase) {
        let world = &World::on(database).await;
        let people = world.people("ann", 8).await;
        let first = world.person("first").await;
        for round in 0..10 {
            let waits = round % 2 == 1;
            let cup = world.cup(&Settings { waitlist_enabled: waits, ..world.solo(2) }).await.id;
            world.enter(&first, cup).await;
            let form = &Form::default();
            let outcomes = join(people.iter().map(|who| world.try_enter(who, cup, form))).await;
            let (mut placed, mut waiting, mut refused) = (0, 0, 0);
            for outcome in outcomes {
                match outcome {
                    Ok(entry) if entry.status == "confirmed" => placed += 1,
                    Ok(entry) => {
                        assert_eq!(entry.status, "waitlisted");
                        waiting += 1;
                    }
                    Err(EnterRefusal::Full { places: 2 }) => refused += 1,
                    Err(refusal) => panic!("{refusal:?}"),
                }
            }
            assert_eq!((placed, waiting, refused), if waits { (1, 7, 0) } else { (1, 0, 7) }, "round {round}");
            assert_eq!(world.tournament(cup).await.total_registrations, 2);
        }
    }

    /// Places that are given up at the same moment go to exactly as many of those who wait.
    async fn free_places_go_to_as_many_who_wait(database: &TestDatabase) {
        let world = &World::on(database).await;
        let people = world.people("ann", 8).await;
        for _ in 0..5 {
            let cup = world.cup(&world.solo(4)).await.id;
            let mut ids = Vec::new();
            for who in &people {
                ids.push(world.enter(who, cup).await.id);
            }
            let ids = &ids;
            let outcomes = join((0..3).map(|number| {
                let own = people[number].actor();
                async move { act!(world, own, |tx, cx| service::entry::withdraw(tx, cx, ids[number], "")) }
            }))
            .await;
            assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
            let states = world.states(cup).await;
            assert_eq!(states[..3], ["cancelled", "cancelled", "cancelled"]);
            assert_eq!(states[3..], ["confirmed", "confirmed", "confirmed", "confirmed", "waitlisted"]);
            assert_eq!(world.tournament(cup).await.total_registrations, 4);
        }
    }

    /// Two verify at once, a third rejects: one decision counts.
    async fn a_payment_is_decided_once(database: &TestDatabase) {
        let world = &World::on(database).await;
        let people = world.people("ann", 5).await;
        let cup = world.cup(&world.paid(8)).await.id;
        for (number, who) in people.iter().enumerate() {
            let entry = world.enter(who, cup).await;
            let payment = pay(world, who, entry.id, &format!("BKASH1000{number}")).await.expect("sent").id;
            let by = world.organizer.actor();
            let decide = |verify: bool| async move {
                if verify {
                    act!(world, by, |tx, cx| service::payment::verify(tx, cx, payment, "", false))
                } else {
                    act!(world, by, |tx, cx| service::payment::reject(tx, cx, payment, "Not there."))
                }
            };
            let outcomes = join([true, false, true].map(decide)).await;
            let done: Vec<&str> = outcomes.iter().flatten().map(|payment| payment.status.as_str()).collect();
            assert_eq!(done.len(), 1, "{outcomes:?}");
            let late = outcomes.iter().filter(|outcome| matches!(outcome, Err(PaymentRefusal::NotNow { .. }))).count();
            assert_eq!(late, 2, "{outcomes:?}");
            let expected = if done[0] == "verified" { "confirmed" } else { "pending" };
            assert_eq!(world.entry(entry.id).await.status, expected);
        }
        assert!(service::log::verify(world.db.read(), None).await.expect("readable").is_sound());
    }

    /// One player and two of the same hands: one entry.
    async fn one_who_clicks_twice_enters_once(database: &TestDatabase) {
        let world = &World::on(database).await;
        let ann = &world.person("ann").await;
        world.give(ann, 1_000).await;
        let coins = &Form { pay_with_coins: true, ..Form::default() };
        for round in 1..=5 {
            let cup = world.cup(&world.paid(8)).await.id;
            let outcomes = join((0..4).map(|_| world.try_enter(ann, cup, coins))).await;
            assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
            assert_eq!(world.coins(ann).await, 1_000 - 50 * round);
        }
        world.assert_ledger_is_sound().await;
    }
}
