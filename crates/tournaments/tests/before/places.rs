//! Places: the waiting list, giving up, rejecting, taking out, and time running out.

use chrono::TimeDelta;
use testkit::TestDatabase;
use tournaments::{
    error::entry::{EnterRefusal, EntryRefusal},
    rules::{
        entry::{self, EntryStatus, EntryStep},
        settings::Settings,
        status::Status,
    },
    service::{self, enter::Form},
};

use crate::{
    settings::set_status,
    support::{World, act, migrated},
};

/// Every step that there is.
const STEPS: &[(EntryStatus, EntryStep, EntryStatus)] = {
    use EntryStatus::{Cancelled, Confirmed, Disqualified, NoShow, PaymentSubmitted, Pending, Rejected, Waitlisted};
    &[
        (Pending, EntryStep::Confirm, Confirmed),
        (PaymentSubmitted, EntryStep::Confirm, Confirmed),
        (Pending, EntryStep::SubmitPayment, PaymentSubmitted),
        (Waitlisted, EntryStep::SubmitPayment, Waitlisted),
        (PaymentSubmitted, EntryStep::PaymentRejected, Pending),
        (Waitlisted, EntryStep::Promote, Pending),
        (Pending, EntryStep::Withdraw, Cancelled),
        (PaymentSubmitted, EntryStep::Withdraw, Cancelled),
        (Confirmed, EntryStep::Withdraw, Cancelled),
        (Waitlisted, EntryStep::Withdraw, Cancelled),
        (Pending, EntryStep::Expire, Cancelled),
        (Pending, EntryStep::Reject, Rejected),
        (PaymentSubmitted, EntryStep::Reject, Rejected),
        (Confirmed, EntryStep::Reject, Rejected),
        (Waitlisted, EntryStep::Reject, Rejected),
        (Pending, EntryStep::Disqualify, Disqualified),
        (PaymentSubmitted, EntryStep::Disqualify, Disqualified),
        (Confirmed, EntryStep::Disqualify, Disqualified),
        (Waitlisted, EntryStep::Disqualify, Disqualified),
        (NoShow, EntryStep::Disqualify, Disqualified),
        (Confirmed, EntryStep::NoShow, NoShow),
        (NoShow, EntryStep::Reinstate, Confirmed),
        (Disqualified, EntryStep::Reinstate, Confirmed),
    ]
};

#[test]
fn every_step_of_an_entry_is_in_the_table() {
    for from in EntryStatus::ALL {
        for step in EntryStep::ALL {
            let to = STEPS.iter().find(|(known, taken, _)| known == from && taken == step).map(|(.., to)| *to);
            assert_eq!(entry::target(*from, *step), to, "{step:?} from {from:?}");
        }
    }
}

testkit::on_both! {
    from migrated;

    async fn who_waits_longest_gets_the_place_that_is_given_up(database: &TestDatabase) {
        let world = &World::on(database).await;
        let cup = world.cup(&world.solo(2)).await;
        let people = world.people("ann", 4).await;
        let mut entries = Vec::new();
        for who in &people {
            entries.push(world.enter(who, cup.id).await);
        }
        let entries = &entries;
        assert_eq!(world.states(cup.id).await, ["confirmed", "confirmed", "waitlisted", "waitlisted"]);
        let fourth = service::query::entry(world.db.read(), &people[3].actor(), world.now(), entries[3].id).await;
        assert_eq!(fourth.expect("readable").expect("hers").waiting, Some(2));
        let foreign = act!(world, people[3].actor(), |tx, cx| service::entry::withdraw(tx, cx, entries[0].id, ""));
        assert!(matches!(foreign, Err(EntryRefusal::NotYours(_))));
        act!(world, people[0].actor(), |tx, cx| service::entry::withdraw(tx, cx, entries[0].id, "Ill")).expect("hers");
        assert_eq!(world.states(cup.id).await, ["cancelled", "confirmed", "confirmed", "waitlisted"]);
        assert_eq!(world.tournament(cup.id).await.total_registrations, 2);
        assert!(world.told(&people[2]).await.contains(&"ann3 is in Friday Cup".to_owned()));
        let again = act!(world, people[0].actor(), |tx, cx| service::entry::withdraw(tx, cx, entries[0].id, ""));
        assert!(matches!(again, Err(EntryRefusal::NotNow { from: EntryStatus::Cancelled, .. })));
        // Who withdrew can enter again, with another entry, at the end of the list.
        let back = world.enter(&people[0], cup.id).await;
        assert_eq!(back.status, "waitlisted");
        assert_ne!(back.id, entries[0].id);
        // More places are given at once, in order.
        let (games, more) = (&world.games, &Settings { max_participants: 3, ..Settings::from(&cup) });
        act!(world, world.organizer.actor(), |tx, cx| {
            service::settings::edit(tx, cx, games, cup.id, more.clone(), 2, "")
        })
        .expect("more");
        assert_eq!(world.states(cup.id).await, ["cancelled", "confirmed", "confirmed", "confirmed", "waitlisted"]);
    }

    async fn without_a_waiting_list_a_full_cup_is_full(database: &TestDatabase) {
        let world = &World::on(database).await;
        let cup = world.cup(&Settings { waitlist_enabled: false, ..world.solo(2) }).await;
        let people = world.people("ann", 3).await;
        world.enter(&people[0], cup.id).await;
        world.enter(&people[1], cup.id).await;
        let full = world.try_enter(&people[2], cup.id, &Form::default()).await;
        assert!(matches!(full, Err(EnterRefusal::Full { places: 2 })));
    }

    /// An unpaid place goes on when its time is over, and who gets it has the time to pay as well.
    async fn what_is_not_paid_in_time_goes_on(database: &TestDatabase) {
        let world = &World::on(database).await;
        let settings = Settings { payment_deadline_hours: 2, ..world.paid(2) };
        let cup = world.cup(&settings).await;
        let people = world.people("ann", 4).await;
        let mut entries = Vec::new();
        for who in &people {
            entries.push(world.enter(who, cup.id).await);
        }
        let entries = &entries;
        let due = world.now() + TimeDelta::hours(2);
        assert_eq!(world.entry(entries[0].id).await.payment_due_at, Some(due));
        world.at(due - TimeDelta::microseconds(1));
        world.tick(cup.id).await;
        assert_eq!(world.states(cup.id).await, ["pending", "pending", "waitlisted", "waitlisted"]);
        world.at(due);
        world.tick(cup.id).await;
        world.tick(cup.id).await;
        assert_eq!(world.states(cup.id).await, ["cancelled", "cancelled", "pending", "pending"]);
        assert_eq!(world.entry(entries[2].id).await.payment_due_at, Some(due + TimeDelta::hours(2)));
        assert!(world.told(&people[0]).await.contains(&"The time to pay for Friday Cup is over".to_owned()));
        // Nobody's time is longer than until play.
        let last = world.cup(&Settings { payment_deadline_hours: 720, ..world.paid(2) }).await;
        let entry = world.enter(&people[0], last.id).await;
        assert_eq!(entry.payment_due_at, Some(last.tournament_start));
    }

    async fn organizers_reject_and_referees_disqualify(database: &TestDatabase) {
        let world = &World::on(database).await;
        let cup = world.cup(&world.solo(2)).await;
        let people = world.people("ann", 3).await;
        let mut ids = Vec::new();
        for who in &people {
            ids.push(world.enter(who, cup.id).await.id);
        }
        let ids = &ids;
        let by = world.organizer.actor();
        let own = act!(world, people[0].actor(), |tx, cx| service::entry::reject(tx, cx, ids[0], "No."));
        assert!(matches!(own, Err(EntryRefusal::NotAllowed(_))));
        let silent = act!(world, by, |tx, cx| service::entry::reject(tx, cx, ids[0], "  "));
        assert!(matches!(silent, Err(EntryRefusal::NoReason(_))));
        act!(world, by, |tx, cx| service::entry::reject(tx, cx, ids[0], "A second account.")).expect("rejected");
        assert_eq!(world.states(cup.id).await, ["rejected", "confirmed", "confirmed"]);
        act!(world, by, |tx, cx| service::entry::disqualify(tx, cx, ids[1], "Cheated.")).expect("out");
        assert_eq!(world.states(cup.id).await, ["rejected", "disqualified", "confirmed"]);
        // Who was rejected may try again; who was taken out may not.
        world.enter(&people[0], cup.id).await;
        let again = world.try_enter(&people[1], cup.id, &Form::default()).await;
        assert!(matches!(again, Err(EnterRefusal::AlreadyEntered { .. })));
        let full = act!(world, by, |tx, cx| service::entry::reinstate(tx, cx, ids[1], ""));
        assert!(matches!(full, Err(EntryRefusal::Full { places: 2 })));
        act!(world, people[2].actor(), |tx, cx| service::entry::withdraw(tx, cx, ids[2], "")).expect("hers");
        act!(world, by, |tx, cx| service::entry::reinstate(tx, cx, ids[1], "Not proven.")).expect("a place is free");
        assert_eq!(world.entry(ids[1]).await.status, "confirmed");
        let acts: Vec<String> = world.audited(cup.id).await.into_iter().map(|row| row.action).collect();
        assert_eq!(acts[acts.len() - 3..], ["registration_override", "admin_ban_participant", "admin_unban_participant"]);
    }

    async fn entries_change_before_play_only(database: &TestDatabase) {
        let world = &World::on(database).await;
        let cup = world.cup(&world.solo(4)).await;
        let ann = world.person("ann").await;
        let id = world.enter(&ann, cup.id).await.id;
        for status in Status::ALL {
            // What time would change at once is not on trial here.
            if *status == Status::Published {
                continue;
            }
            set_status(world, cup.id, *status).await;
            let by = world.organizer.actor();
            let undone = act!(world, by, |tx, cx| tried(service::entry::disqualify(tx, cx, id, "On trial.")));
            let open = status.takes_changes_of_entries();
            assert_eq!(undone.expect_err("undone").0, open || *status == Status::Live, "disqualify in {status:?}");
            let withdrawn = act!(world, ann.actor(), |tx, cx| tried(service::entry::withdraw(tx, cx, id, "")));
            assert_eq!(withdrawn.expect_err("undone").0, open, "withdraw in {status:?}");
            let rejected = act!(world, by, |tx, cx| tried(service::entry::reject(tx, cx, id, "On trial.")));
            assert_eq!(rejected.expect_err("undone").0, open, "reject in {status:?}");
        }
    }
}

/// Whether an act would be done; it is undone. The error carries the answer out of the unit of work.
async fn tried<T>(act: impl Future<Output = Result<T, EntryRefusal>>) -> Result<(), Answer> {
    match act.await {
        Ok(_) => Err(Answer(true)),
        Err(EntryRefusal::NotInThisState { .. }) => Err(Answer(false)),
        Err(refusal) => panic!("{refusal:?}"),
    }
}

#[derive(Debug)]
struct Answer(bool);

impl From<kernel::DbError> for Answer {
    fn from(error: kernel::DbError) -> Self {
        panic!("{error}")
    }
}
