//! Random acts, many of them: whatever happens, no place is given twice, the counter counts, nobody who waits stands
//! before a free place, coins add up, and the log is whole.

use chrono::TimeDelta;
use kernel::{Random as _, SeededRandom};
use testkit::TestDatabase;
use tournaments::{
    rules::settings::Settings,
    service::{self, enter::Form},
};

use crate::{
    payments::pay,
    support::{World, act, migrated},
};

testkit::on_both! {
    from migrated;

    async fn whatever_happens_places_and_coins_add_up(database: &TestDatabase) {
        let world = &World::on(database).await;
        let people = world.people("ann", 6).await;
        for who in &people {
            world.give(who, 200).await;
        }
        for seed in 0..4 {
            let random = SeededRandom::new(seed);
            let pick = |most: u64| usize::try_from(random.number() % most).expect("small");
            let cup = world.cup(&Settings { payment_deadline_hours: 3, ..world.paid(3) }).await.id;
            let mut entries: Vec<(usize, i64)> = Vec::new();
            let mut payments = Vec::new();
            for step in 0..40 {
                let number = pick(6);
                let own = people[number].actor();
                let by = world.organizer.actor();
                match pick(8) {
                    0 | 1 => {
                        let form = Form { pay_with_coins: pick(2) == 0, ..Form::default() };
                        if let Ok(entry) = world.try_enter(&people[number], cup, &form).await {
                            entries.push((number, entry.id));
                        }
                    }
                    2 if !entries.is_empty() => {
                        let (number, entry) = entries[pick(entries.len() as u64)];
                        let reference = format!("REF{seed}X{step}ABC");
                        if let Ok(payment) = pay(world, &people[number], entry, &reference).await {
                            payments.push(payment.id);
                        }
                    }
                    3 if !payments.is_empty() => {
                        let payment = payments[pick(payments.len() as u64)];
                        let _ = act!(world, by, |tx, cx| service::payment::verify(tx, cx, payment, "", false));
                    }
                    4 if !payments.is_empty() => {
                        let payment = payments[pick(payments.len() as u64)];
                        let _ = act!(world, by, |tx, cx| service::payment::reject(tx, cx, payment, "No."));
                    }
                    5 if !entries.is_empty() => {
                        let (number, entry) = entries[pick(entries.len() as u64)];
                        let own = people[number].actor();
                        let _ = act!(world, own, |tx, cx| service::entry::withdraw(tx, cx, entry, ""));
                    }
                    6 if !entries.is_empty() => {
                        let (_, entry) = entries[pick(entries.len() as u64)];
                        let _ = act!(world, by, |tx, cx| service::entry::reject(tx, cx, entry, "No."));
                    }
                    _ => {
                        let _ = own;
                        world.clock.advance(TimeDelta::minutes(20));
                        world.tick(cup).await;
                    }
                }
                let states = world.states(cup).await;
                let count = |wanted: &[&str]| states.iter().filter(|state| wanted.contains(&state.as_str())).count();
                let held = count(&["pending", "payment_submitted", "confirmed"]);
                let waiting = count(&["waitlisted"]);
                assert!(held <= 3, "seed {seed}, step {step}: {states:?}");
                assert!(held == 3 || waiting == 0, "seed {seed}, step {step}: {states:?}");
                let counted = world.tournament(cup).await.total_registrations;
                assert_eq!(usize::try_from(counted), Ok(held), "seed {seed}, step {step}");
            }
            let off = act!(world, world.organizer.actor(), |tx, cx| service::lifecycle::cancel(tx, cx, cup, "Over."));
            off.expect("before play");
        }
        for who in &people {
            assert_eq!(world.coins(who).await, 200, "{}: all came back", who.name);
        }
        world.assert_ledger_is_sound().await;
        assert!(service::log::verify(world.db.read(), None).await.expect("readable").is_sound());
    }
}
