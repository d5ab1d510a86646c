//! Paying, and looking whether it was paid.

use chrono::TimeDelta;
use kernel::Actor;
use testkit::TestDatabase;
use tournaments::{
    error::{
        entry::EnterRefusal,
        payment::{PayRefusal, PaymentField, PaymentRefusal},
    },
    model::payment,
    rules::{
        access::Duty,
        payment::{PaymentStatus, PaymentStep, Submission, target},
        settings::{Method, Settings},
    },
    service::{self, enter::Form, payment::Filter},
};

use crate::{
    staff::helper,
    support::{Person, World, act, migrated},
};

/// Sends the fee of [`World::paid`] by bKash.
pub async fn pay(world: &World, who: &Person, entry: i64, reference: &str) -> Result<payment::Model, PayRefusal> {
    let sent = &submission(reference, &world.file(who, service::upload::RECEIPT, "image/png").await);
    act!(world, who.actor(), |tx, cx| service::payment::submit(tx, cx, entry, sent.clone()))
}

fn submission(reference: &str, proof: &str) -> Submission {
    Submission {
        method: Method::Bkash,
        amount: 50_000,
        transaction_id: reference.to_owned(),
        payer_account: "+88 01712-345678".to_owned(),
        proof: proof.to_owned(),
    }
}

#[test]
fn every_step_of_a_payment_is_in_the_table() {
    use PaymentStatus::{Pending, Refunded, Rejected, Submitted, Verified};
    let steps = [
        (Pending, PaymentStep::Verify, Verified),
        (Submitted, PaymentStep::Verify, Verified),
        (Pending, PaymentStep::Reject, Rejected),
        (Submitted, PaymentStep::Reject, Rejected),
        (Verified, PaymentStep::Refund, Refunded),
    ];
    for from in PaymentStatus::ALL {
        for step in PaymentStep::ALL {
            let to = steps.iter().find(|(known, taken, _)| known == from && taken == step).map(|(.., to)| *to);
            assert_eq!(target(*from, *step), to, "{step:?} from {from:?}");
        }
    }
}

#[test]
fn what_is_written_of_a_payment_is_checked_by_field() {
    type Change = fn(&mut Submission);
    let cases: &[(&str, Change, Option<PaymentField>)] = &[
        ("as it should be", |_| (), None),
        ("small letters", |s| s.transaction_id = " 9hk3ab ".to_owned(), None),
        ("a reference with hyphens", |s| s.transaction_id = "TX-12-345-6".to_owned(), None),
        ("a plain number", |s| s.payer_account = "01712345678".to_owned(), None),
        ("coins are not money", |s| s.method = Method::Deltacoin, Some(PaymentField::Method)),
        ("not taken here", |s| s.method = Method::Nagad, Some(PaymentField::Method)),
        ("too little", |s| s.amount = 49_999, Some(PaymentField::Amount)),
        ("too much", |s| s.amount = 50_001, Some(PaymentField::Amount)),
        ("a short reference", |s| s.transaction_id = "AB-12".to_owned(), Some(PaymentField::TransactionId)),
        ("a long reference", |s| s.transaction_id = "A".repeat(65), Some(PaymentField::TransactionId)),
        (
            "a reference in words",
            |s| s.transaction_id = "see the picture".to_owned(),
            Some(PaymentField::TransactionId),
        ),
        ("a number too short", |s| s.payer_account = "0171234567".to_owned(), Some(PaymentField::PayerAccount)),
        ("a number from elsewhere", |s| s.payer_account = "+491712345678".to_owned(), Some(PaymentField::PayerAccount)),
        ("no receipt", |s| s.proof = "  ".to_owned(), Some(PaymentField::Proof)),
    ];
    for (case, change, wrong) in cases {
        let mut sent = submission("BKASH12345", "token");
        change(&mut sent);
        let told: Vec<PaymentField> = sent
            .tidy()
            .invalid(50_000, &[Method::Deltacoin, Method::Bkash])
            .into_iter()
            .map(|(field, _)| field)
            .collect();
        assert_eq!(told, wrong.iter().copied().collect::<Vec<_>>(), "{case}");
    }
    let bank = Submission {
        method: Method::BankTransfer,
        payer_account: "DBBL 123.456".to_owned(),
        ..submission("BANK123456", "t")
    };
    assert!(bank.invalid(50_000, &[Method::BankTransfer]).is_empty());
}

testkit::on_both! {
    from migrated;

    async fn money_is_sent_looked_for_and_found(database: &TestDatabase) {
        let world = &World::on(database).await;
        let cup = world.cup(&world.paid(4)).await;
        let (ann, eve) = (world.person("ann").await, world.person("eve").await);
        let entry = world.enter(&ann, cup.id).await;
        assert_eq!(entry.status, "pending");
        let foreign = pay(world, &eve, entry.id, "BKASH12345").await;
        assert!(matches!(foreign, Err(PayRefusal::NotYours(_))));
        let proof = world.file(&eve, service::upload::RECEIPT, "image/png").await;
        let wrong = &Submission { amount: 1, transaction_id: "x".to_owned(), ..submission("", &proof) };
        let wrong = act!(world, ann.actor(), |tx, cx| service::payment::submit(tx, cx, entry.id, wrong.clone()));
        let Err(PayRefusal::Invalid(wrong)) = wrong else { panic!("{wrong:?}") };
        let fields: Vec<PaymentField> = wrong.into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, [PaymentField::Amount, PaymentField::TransactionId, PaymentField::Proof]);
        let payment = pay(world, &ann, entry.id, "bkash12345").await.expect("sent");
        assert_eq!((payment.transaction_id.as_str(), payment.payer_account.as_str()), ("BKASH12345", "+8801712345678"));
        let waits = world.entry(entry.id).await;
        assert_eq!((waits.status.as_str(), waits.payment_due_at), ("payment_submitted", None));
        let again = pay(world, &ann, entry.id, "BKASH67890").await;
        assert!(matches!(again, Err(PayRefusal::WrongState(_))));
        let own = act!(world, ann.actor(), |tx, cx| service::payment::verify(tx, cx, payment.id, "", false));
        assert!(matches!(own, Err(PaymentRefusal::NotAllowed(_))));
        let by = world.organizer.actor();
        let found = act!(world, by, |tx, cx| service::payment::verify(tx, cx, payment.id, " seen ", false));
        assert_eq!(found.expect("there").verified_by_id, Some(world.organizer.user));
        assert_eq!(world.entry(entry.id).await.status, "confirmed");
        for outcome in [
            act!(world, by, |tx, cx| service::payment::verify(tx, cx, payment.id, "", false)),
            act!(world, by, |tx, cx| service::payment::reject(tx, cx, payment.id, "Gone.")),
        ] {
            assert!(matches!(outcome, Err(PaymentRefusal::NotNow { from: PaymentStatus::Verified, .. })), "{outcome:?}");
        }
        let stands = act!(world, by, |tx, cx| service::payment::refund(tx, cx, payment.id, "Sorry."));
        assert!(matches!(stands, Err(PaymentRefusal::StillEntered)));
        act!(world, ann.actor(), |tx, cx| service::entry::withdraw(tx, cx, entry.id, "")).expect("hers");
        act!(world, by, |tx, cx| service::payment::refund(tx, cx, payment.id, "Withdrawn.")).expect("given back");
        let audited = world.audited(cup.id).await;
        let acts: Vec<&str> = audited.iter().map(|row| row.action.as_str()).skip(2).collect();
        assert_eq!(acts, ["payment_verify", "payment_refund"]);
        let told = &audited[2].metadata;
        assert_eq!((&told["amount"], &told["participant_type"], &told["notes"]), (&50_000.into(), &"solo".into(), &"seen".into()));
    }

    async fn a_payment_that_is_not_there_can_be_sent_again(database: &TestDatabase) {
        let world = &World::on(database).await;
        let cup = world.cup(&world.paid(4)).await;
        let (ann, bob) = (world.person("ann").await, world.person("bob").await);
        let (anns, bobs) = (world.enter(&ann, cup.id).await, world.enter(&bob, cup.id).await);
        let by = world.organizer.actor();
        let (vera, rita) = (
            helper(world, cup.id, "vera", Duty::PaymentVerifier).await,
            helper(world, cup.id, "rita", Duty::Referee).await,
        );
        let first = pay(world, &ann, anns.id, "BKASH12345").await.expect("sent");
        for (who, hears) in [(&world.organizer, true), (&vera, true), (&rita, false)] {
            let told = world.told(who).await;
            assert_eq!(told.iter().any(|title| title.starts_with("ann paid for ")), hears, "{}: {told:?}", who.name);
        }
        let silent = act!(world, by, |tx, cx| service::payment::reject(tx, cx, first.id, ""));
        assert!(matches!(silent, Err(PaymentRefusal::NoReason(_))));
        act!(world, by, |tx, cx| service::payment::reject(tx, cx, first.id, "Not on my phone.")).expect("rejected");
        let waits = world.entry(anns.id).await;
        assert_eq!(waits.status, "pending");
        assert!(waits.payment_due_at.is_some());
        let second = pay(world, &ann, anns.id, "BKASH12345").await.expect("sent again");
        // Somebody else writes the same reference: it is shown, and not found twice unseen.
        let third = pay(world, &bob, bobs.id, "bkash12345").await.expect("sent");
        let queue = service::payment::queue(world.db.read(), &by, &cup, Filter::ToCheck, None).await.expect("the organizer's");
        let shown: Vec<(i64, usize)> = queue.rows.iter().map(|row| (row.payment.id, row.duplicates.len())).collect();
        assert_eq!(shown, [(second.id, 2), (third.id, 2)]);
        act!(world, by, |tx, cx| service::payment::verify(tx, cx, second.id, "", false)).expect("there");
        let twice = act!(world, by, |tx, cx| service::payment::verify(tx, cx, third.id, "", false));
        assert!(matches!(twice, Err(PaymentRefusal::Duplicate { payment, .. }) if payment == second.id));
        act!(world, by, |tx, cx| service::payment::verify(tx, cx, third.id, "Two transfers.", true)).expect("seen");
        let strange = service::payment::queue(world.db.read(), &bob.actor(), &cup, Filter::All, None).await;
        assert!(matches!(strange, Err(PaymentRefusal::NotAllowed(_))));
        let all = service::payment::queue(world.db.read(), &by, &cup, Filter::All, None).await.expect("the organizer's");
        let states: Vec<&str> = all.rows.iter().map(|row| row.payment.status.as_str()).collect();
        assert_eq!(states, ["rejected", "verified", "verified"]);
    }

    async fn coins_are_moved_at_once_and_come_back(database: &TestDatabase) {
        let world = &World::on(database).await;
        let cup = world.cup(&world.paid(2)).await;
        let people = world.people("ann", 3).await;
        let coins = &Form { pay_with_coins: true, ..Form::default() };
        world.give(&people[0], 49).await;
        let poor = world.try_enter(&people[0], cup.id, coins).await;
        assert!(matches!(poor, Err(EnterRefusal::Fee(_))), "{poor:?}");
        assert!(world.states(cup.id).await.is_empty(), "nothing was entered");
        world.give(&people[0], 1).await;
        let entry = world.try_enter(&people[0], cup.id, coins).await.expect("paid");
        assert_eq!((entry.status.as_str(), world.coins(&people[0]).await), ("confirmed", 0));
        // What is held can be paid with coins later.
        let second = world.enter(&people[1], cup.id).await;
        world.give(&people[1], 60).await;
        let paid = act!(world, people[1].actor(), |tx, cx| service::payment::pay_with_coins(tx, cx, second.id));
        assert_eq!(paid.expect("paid").status, "confirmed");
        let twice = act!(world, people[1].actor(), |tx, cx| service::payment::pay_with_coins(tx, cx, second.id));
        assert!(matches!(twice, Err(PayRefusal::WrongState(_))));
        assert_eq!(world.coins(&people[1]).await, 10);
        // Who waits pays nothing until there is a place.
        world.give(&people[2], 50).await;
        let third = world.try_enter(&people[2], cup.id, coins).await.expect("waits");
        assert_eq!((third.status.as_str(), world.coins(&people[2]).await), ("waitlisted", 50));
        act!(world, people[0].actor(), |tx, cx| service::entry::withdraw(tx, cx, entry.id, "")).expect("hers");
        assert_eq!(world.coins(&people[0]).await, 50);
        assert_eq!(world.entry(third.id).await.status, "pending");
        let payments = service::payment::of_entry(world.db.read(), entry.id).await.expect("readable");
        assert_eq!(payments[0].status, "refunded");
        world.assert_ledger_is_sound().await;
    }

    async fn coins_are_taken_where_they_have_a_price(database: &TestDatabase) {
        let world = &World::on(database).await;
        let money = Settings { payment_methods: vec![Method::Bkash], entry_fee_deltacoin: 0, ..world.paid(4) };
        let cup = world.cup(&money).await;
        let ann = world.person("ann").await;
        let coins = Form { pay_with_coins: true, ..Form::default() };
        assert!(matches!(world.try_enter(&ann, cup.id, &coins).await, Err(EnterRefusal::NoCoins)));
        let entry = world.enter(&ann, cup.id).await;
        let paid = act!(world, ann.actor(), |tx, cx| service::payment::pay_with_coins(tx, cx, entry.id));
        assert!(matches!(paid, Err(PayRefusal::NoCoins)));
        let free = world.cup(&world.solo(4)).await;
        let entry = world.try_enter(&ann, free.id, &coins).await.expect("free is free");
        let paid = pay(world, &ann, entry.id, "BKASH12345").await;
        assert!(matches!(paid, Err(PayRefusal::NothingToPay)));
        let ways = service::enter::ways_to_pay(&cup);
        assert_eq!((ways.len(), ways[0].account.as_str(), ways[0].amount), (1, "01711111111", 50_000));
    }

    /// A payment that is found after the entry was given up is there, and due to go back.
    async fn a_late_payment_is_found_and_due_to_go_back(database: &TestDatabase) {
        let world = &World::on(database).await;
        let cup = world.cup(&world.paid(4)).await;
        let ann = world.person("ann").await;
        let entry = world.enter(&ann, cup.id).await;
        let payment = pay(world, &ann, entry.id, "BKASH12345").await.expect("sent");
        act!(world, ann.actor(), |tx, cx| service::entry::withdraw(tx, cx, entry.id, "")).expect("hers");
        let by = world.organizer.actor();
        act!(world, by, |tx, cx| service::payment::verify(tx, cx, payment.id, "", false)).expect("there");
        assert_eq!(world.entry(entry.id).await.status, "cancelled");
        let due = service::payment::queue(world.db.read(), &by, &cup, Filter::RefundsDue, None).await.expect("theirs");
        assert_eq!(due.rows.iter().map(|row| (row.payment.id, row.refund_due)).collect::<Vec<_>>(), [(payment.id, true)]);
    }

    async fn payments_wait_for_those_who_verify_them(database: &TestDatabase) {
        let world = &World::on(database).await;
        let (cup, other) = (world.cup(&world.paid(4)).await, world.cup(&world.paid(4)).await);
        let (ann, bob) = (world.person("ann").await, world.person("bob").await);
        let vera = helper(world, cup.id, "vera", Duty::PaymentVerifier).await;
        let rita = helper(world, cup.id, "rita", Duty::Referee).await;
        let mut sent = Vec::new();
        for (who, cup) in [(&bob, cup.id), (&ann, other.id), (&ann, cup.id)] {
            let entry = world.enter(who, cup).await;
            world.clock.advance(TimeDelta::minutes(1));
            sent.push(pay(world, who, entry.id, &format!("BKASH1234{}", sent.len())).await.expect("sent").id);
        }
        let due = async |who: &Actor, limit: u64| -> Vec<i64> {
            let due = service::duty::due(world.db.read(), who, limit).await.expect("readable");
            assert!(due.payments.iter().all(|(_, entry)| due.tournaments.contains_key(&entry.tournament_id)));
            due.payments.iter().map(|(payment, _)| payment.id).collect()
        };
        for (who, waits) in [
            (world.organizer.actor(), &sent[..]),
            (vera.actor(), &[sent[0], sent[2]]),
            (rita.actor(), &[]),
            (ann.actor(), &[]),
            (world.person("stefan").await.staff(), &[]),
        ] {
            assert_eq!(due(&who, 10).await, waits, "{who:?}");
        }
        assert_eq!(due(&world.organizer.actor(), 2).await, sent[..2]);
        let first = sent[0];
        act!(world, vera.actor(), |tx, cx| service::payment::verify(tx, cx, first, "", false)).expect("there");
        assert_eq!(due(&vera.actor(), 10).await, sent[2..]);
    }
}
