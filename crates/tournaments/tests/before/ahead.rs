//! Paying ahead while one waits for a place: who has paid is promoted by the clock, and who got no place gets all back.

use economy::Holder;
use testkit::TestDatabase;
use tournaments::{
    error::{entry::EntryRefusal, lifecycle::MoveRefusal, payment::PayRefusal},
    model::registration,
    rules::entry::{EntryStatus, Paid, promoted},
    service::{self, enter::Form, lifecycle, payment::Filter},
};

use crate::{
    audit::join,
    lifecycle::publish_draw,
    payments::pay,
    support::{Person, World, act, migrated},
};

#[test]
fn who_has_paid_ahead_pays_no_more() {
    for (owes, paid, expected) in [
        (false, Paid::Nothing, EntryStatus::Confirmed),
        (true, Paid::All, EntryStatus::Confirmed),
        (true, Paid::ToCheck, EntryStatus::PaymentSubmitted),
        (true, Paid::Nothing, EntryStatus::Pending),
    ] {
        assert_eq!(promoted(owes, paid), expected, "{owes} {paid:?}");
    }
}

async fn with_coins(world: &World, who: &Person, entry: i64) -> Result<registration::Model, PayRefusal> {
    act!(world, who.actor(), |tx, cx| service::payment::pay_with_coins(tx, cx, entry))
}

async fn with_money(world: &World, who: &Person, entry: i64) {
    let sent = pay(world, who, entry, &format!("BKASH{entry:05}")).await.expect("sent");
    assert_eq!(sent.status, "submitted");
}

async fn found(world: &World, entry: i64) {
    let payment = service::payment::of_entry(world.db.read(), entry).await.expect("readable").pop().expect("sent").id;
    act!(world, world.organizer.actor(), |tx, cx| service::payment::verify(tx, cx, payment, "", false)).expect("there");
}

async fn check_in(world: &World, who: &Person, entry: i64) {
    act!(world, who.actor(), |tx, cx| service::check_in::check_in(tx, cx, entry)).expect("there");
}

async fn withdraw(world: &World, who: &Person, entry: i64) -> Result<registration::Model, EntryRefusal> {
    act!(world, who.actor(), |tx, cx| service::entry::withdraw(tx, cx, entry, ""))
}

async fn escrow(world: &World, cup: i64) -> i64 {
    economy::service::balance(&world.db, Holder::Escrow(cup)).await.expect("readable")
}

/// A cup of two places with a fee of 50 coins: the first two have paid, all others wait. Everybody had 50 coins.
async fn full(world: &World, name: &str, waiting: usize) -> (i64, Vec<Person>, Vec<i64>) {
    let cup = world.cup(&world.paid(2)).await.id;
    let people = world.people(name, 2 + waiting).await;
    let mut entries = Vec::new();
    for (number, who) in people.iter().enumerate() {
        world.give(who, 50).await;
        let form = Form { pay_with_coins: number < 2, ..Form::default() };
        entries.push(world.try_enter(who, cup, &form).await.expect("entered").id);
    }
    (cup, people, entries)
}

testkit::on_both! {
    from migrated;

    /// Who waits longest but owes, has sent money that nobody has found, or is not there, is passed over.
    async fn the_clock_fills_a_paid_cup(database: &TestDatabase) {
        let world = &World::on(database).await;
        let (cup, people, entries) = full(world, "ann", 6).await;
        with_money(world, &people[3], entries[3]).await;
        for waiting in [4, 5, 6] {
            let paid = with_coins(world, &people[waiting], entries[waiting]).await.expect("paid ahead");
            assert_eq!((paid.status.as_str(), world.coins(&people[waiting]).await), ("waitlisted", 0));
        }
        with_money(world, &people[7], entries[7]).await;
        found(world, entries[7]).await;
        assert_eq!(world.entry(entries[7]).await.status, "waitlisted", "it is there, and no place is");
        let start = world.tournament(cup).await.tournament_start;
        world.at(start - chrono::TimeDelta::minutes(10));
        world.tick(cup).await;
        for there in [0, 2, 3, 5, 6, 7] {
            check_in(world, &people[there], entries[there]).await;
        }
        world.at(start);
        world.tick(cup).await;
        let expected = ["confirmed", "no_show", "waitlisted", "waitlisted", "waitlisted", "confirmed", "waitlisted", "waitlisted"];
        assert_eq!(world.states(cup).await, expected);
        assert_eq!(escrow(world, cup).await, 250, "two fees of places, one of a no-show, two of who waits");
        publish_draw(world, cup).await;
        assert_eq!(world.tick(cup).await.status, "live");
        // Play begins without the others: coins are back at once, money is to be given back.
        let coins: Vec<i64> = { let mut all = Vec::new(); for who in &people { all.push(world.coins(who).await); } all };
        assert_eq!(coins, [0, 0, 50, 50, 50, 0, 50, 50]);
        assert_eq!(escrow(world, cup).await, 150);
        let by = world.organizer.actor();
        let queue = async |filter| {
            let tournament = world.tournament(cup).await;
            let queue = service::payment::queue(world.db.read(), &by, &tournament, filter, None).await.expect("theirs");
            queue.rows.into_iter().map(|row| (row.entry.id, row.refund_due)).collect::<Vec<_>>()
        };
        assert_eq!(queue(Filter::RefundsDue).await, [(entries[7], true)]);
        found(world, entries[3]).await;
        assert_eq!(queue(Filter::RefundsDue).await, [(entries[3], true), (entries[7], true)], "found late, it goes back as well");
        for due in [3, 7] {
            let payment = service::payment::of_entry(world.db.read(), entries[due]).await.expect("readable")[0].id;
            act!(world, by, |tx, cx| service::payment::refund(tx, cx, payment, "No place.")).expect("given back");
        }
        assert_eq!(queue(Filter::RefundsDue).await, []);
        for waiting in [2, 3, 4, 6, 7] {
            let told = world.told(&people[waiting]).await;
            assert!(told.iter().any(|title| title.starts_with("No place in Friday Cup came free")), "{told:?}");
        }
        assert!(matches!(with_coins(world, &people[2], entries[2]).await, Err(PayRefusal::TooLate(_))));
        world.assert_ledger_is_sound().await;
    }

    /// Before play a place goes to who waits longest, paid or not; who has paid has nothing more to do.
    async fn a_place_before_play_asks_for_what_is_missing(database: &TestDatabase) {
        let world = &World::on(database).await;
        let (cup, people, entries) = full(world, "ann", 3).await;
        with_coins(world, &people[2], entries[2]).await.expect("paid ahead");
        with_money(world, &people[3], entries[3]).await;
        let twice = with_coins(world, &people[3], entries[3]).await;
        assert!(matches!(twice, Err(PayRefusal::PaidAhead)), "{twice:?}");
        let twice = with_coins(world, &people[2], entries[2]).await;
        assert!(matches!(twice, Err(PayRefusal::PaidAhead)), "{twice:?}");
        withdraw(world, &people[0], entries[0]).await.expect("hers");
        withdraw(world, &people[1], entries[1]).await.expect("hers");
        assert_eq!(world.states(cup).await, ["cancelled", "cancelled", "confirmed", "payment_submitted", "waitlisted"]);
        found(world, entries[3]).await;
        assert_eq!(world.entry(entries[3]).await.status, "confirmed");
        withdraw(world, &people[2], entries[2]).await.expect("hers");
        let last = world.entry(entries[4]).await;
        assert!(last.status == "pending" && last.payment_due_at.is_some(), "{last:?}");
        assert_eq!((world.coins(&people[2]).await, escrow(world, cup).await), (50, 0));
        world.assert_ledger_is_sound().await;
    }

    /// However an entry that waits ends, what was paid ahead goes back, once.
    async fn who_stops_waiting_gets_all_back(database: &TestDatabase) {
        let world = &World::on(database).await;
        let by = world.organizer.actor();
        for (number, ends) in ["withdrawn", "rejected", "disqualified", "cancelled"].into_iter().enumerate() {
            let (cup, people, entries) = full(world, ["a", "b", "c", "d"][number], 2).await;
            let (ann, waiting) = (&people[2], entries[2]);
            with_coins(world, ann, waiting).await.expect("paid ahead");
            with_money(world, &people[3], entries[3]).await;
            found(world, entries[3]).await;
            match ends {
                "withdrawn" => drop(withdraw(world, ann, waiting).await.expect("hers")),
                "rejected" => drop(act!(world, by, |tx, cx| service::entry::reject(tx, cx, waiting, "No.")).expect("rejected")),
                "disqualified" => drop(act!(world, by, |tx, cx| service::entry::disqualify(tx, cx, waiting, "No.")).expect("out")),
                _ => drop(act!(world, by, |tx, cx| lifecycle::cancel(tx, cx, cup, "Rain.")).expect("off")),
            }
            assert_eq!(world.coins(ann).await, 50, "{ends}");
            assert_eq!(escrow(world, cup).await, if ends == "cancelled" { 0 } else { 100 }, "{ends}");
            let tournament = world.tournament(cup).await;
            let due = service::payment::queue(world.db.read(), &by, &tournament, Filter::RefundsDue, None).await.expect("theirs");
            assert_eq!(due.rows.len(), usize::from(ends == "cancelled"), "{ends}: money");
        }
        world.assert_ledger_is_sound().await;
    }

    /// A rejected payment can be sent again, and a refunded one leaves the entry waiting as one that owes.
    async fn money_ahead_can_be_rejected_and_refunded(database: &TestDatabase) {
        let world = &World::on(database).await;
        let (_, people, entries) = full(world, "ann", 1).await;
        let (by, waiting) = (world.organizer.actor(), entries[2]);
        let last = async || service::payment::of_entry(world.db.read(), waiting).await.expect("readable").pop().expect("sent").id;
        with_money(world, &people[2], waiting).await;
        let sent = last().await;
        act!(world, by, |tx, cx| service::payment::reject(tx, cx, sent, "Not there.")).expect("rejected");
        assert_eq!(world.entry(waiting).await.status, "waitlisted");
        with_money(world, &people[2], waiting).await;
        found(world, waiting).await;
        let sent = last().await;
        act!(world, by, |tx, cx| service::payment::refund(tx, cx, sent, "On request.")).expect("given back");
        withdraw(world, &people[0], entries[0]).await.expect("hers");
        assert_eq!(world.entry(waiting).await.status, "pending", "it owes again");
    }

    /// When play is due and a place is free, paying is what was missing.
    async fn a_late_payment_takes_the_free_place(database: &TestDatabase) {
        let world = &World::on(database).await;
        for (name, coins) in [("ann", true), ("bob", false)] {
            let (cup, people, entries) = full(world, name, 1).await;
            let start = world.tournament(cup).await.tournament_start;
            if !coins {
                with_money(world, &people[2], entries[2]).await;
            }
            world.at(start - chrono::TimeDelta::minutes(10));
            world.tick(cup).await;
            check_in(world, &people[0], entries[0]).await;
            check_in(world, &people[2], entries[2]).await;
            world.at(start);
            world.tick(cup).await;
            assert_eq!(world.states(cup).await, ["confirmed", "no_show", "waitlisted"]);
            if coins {
                assert_eq!(with_coins(world, &people[2], entries[2]).await.expect("paid").status, "confirmed");
            } else {
                found(world, entries[2]).await;
            }
            assert_eq!(world.states(cup).await, ["confirmed", "no_show", "confirmed"]);
        }
    }

    /// A place that comes free while who waits gives up, and a start while somebody pays: nothing is lost or kept.
    async fn nothing_is_lost_between_two_acts(database: &TestDatabase) {
        let world = &World::on(database).await;
        for round in 0..4 {
            let (cup, people, entries) = full(world, &format!("ann{round}x"), 2).await;
            with_coins(world, &people[2], entries[2]).await.expect("paid ahead");
            let (people, entries) = (&people, &entries);
            let outcomes = join([0, 2].map(|number| async move { withdraw(world, &people[number], entries[number]).await })).await;
            assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
            assert_eq!(world.states(cup).await, ["cancelled", "confirmed", "cancelled", "pending"]);
            assert_eq!((world.coins(&people[0]).await, world.coins(&people[2]).await, escrow(world, cup).await), (50, 50, 50));

            let (cup, people, entries) = full(world, &format!("bob{round}x"), 1).await;
            let start = world.tournament(cup).await.tournament_start;
            world.at(start - chrono::TimeDelta::minutes(10));
            world.tick(cup).await;
            for there in [0, 1] {
                check_in(world, &people[there], entries[there]).await;
            }
            publish_draw(world, cup).await;
            let (people, entries, by) = (&people, &entries, world.organizer.actor());
            let acts = join([true, false].map(|starts| async move {
                if starts {
                    let live: Result<_, MoveRefusal> = act!(world, by, |tx, cx| lifecycle::start(tx, cx, cup));
                    live.map(drop).expect("live");
                } else {
                    let paid = with_coins(world, &people[2], entries[2]).await;
                    assert!(matches!(paid, Ok(_) | Err(PayRefusal::TooLate(_))), "{paid:?}");
                }
            }));
            acts.await;
            assert_eq!(world.tournament(cup).await.status, "live");
            assert_eq!((world.coins(&people[2]).await, escrow(world, cup).await), (50, 100), "round {round}");
        }
        world.assert_ledger_is_sound().await;
    }
}
