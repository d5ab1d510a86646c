//! What is refused, and that nothing has moved then.

use economy::{
    About, AdjustRefusal, Holder, NewTransfer, Reason, ReverseRefusal, TransferRefusal,
    rules::{MOST, Misfit},
    service,
};
use kernel::{Actor, Clock, DbError, TestClock};
use sea_orm::{EntityTrait, PaginatorTrait};
use testkit::TestDatabase;

use crate::support::{
    adjust, balance, clock, give, migrated, open, plain, player, raw, reverse, sound, transfer, verify,
};

const TEAM: Holder = Holder::Team(1);
const OTHER: Holder = Holder::Team(2);

testkit::on_both! {
    from migrated;

    async fn a_transfer_moves_coins_and_makes_wallets(database: &TestDatabase) {
        let db = open(database).await;
        let ann = Holder::Player(player(&db, &clock(), "ann").await);
        give(&db, ann, 10).await;
        for (from, to, amount, left, there) in [
            (ann, TEAM, 4, 6, 4),
            (TEAM, Holder::Escrow(7), 3, 1, 3),
            (Holder::Escrow(7), Holder::Treasury, 1, 2, -9),
            (Holder::Treasury, OTHER, MOST, -9 - MOST, MOST),
            (OTHER, Holder::Treasury, MOST, 0, -9),
        ] {
            let key = format!("{from} {to} {amount}");
            let new = plain(from, to, amount, &key);
            let receipt = transfer(&db, new).await.expect("it is covered");
            let facts = (receipt.facts.from, receipt.facts.to, receipt.facts.amount, receipt.facts.reason);
            assert_eq!(facts, (from, to, amount, Reason::Transfer));
            assert_eq!((receipt.from_balance, receipt.to_balance), (left, there), "{key}");
            assert_eq!((balance(&db, from).await, balance(&db, to).await), (left, there), "{key}");
            assert_eq!((receipt.at, receipt.replayed, receipt.reversed_by), (clock().now(), false, None));
        }
        let report = sound(&db).await;
        assert_eq!((report.transfers, report.entries, report.wallets, report.held), (6, 12, 5, 9));
    }

    async fn what_no_transfer_is(database: &TestDatabase) {
        let db = open(database).await;
        give(&db, TEAM, 10).await;
        let long = "\u{e9}".repeat(256);
        let new = |amount| plain(TEAM, OTHER, amount, "k");
        let short = |holder, balance, amount| format!("{holder} has {balance} coins, and {amount} are needed");
        for (new, expected) in [
            (new(0), Misfit::NotPositive(0).to_string()),
            (new(-5), Misfit::NotPositive(-5).to_string()),
            (new(i64::MIN), Misfit::NotPositive(i64::MIN).to_string()),
            (new(MOST + 1), Misfit::TooMany(MOST + 1).to_string()),
            (plain(TEAM, TEAM, 1, "k"), Misfit::SameWallet(TEAM).to_string()),
            (plain(TEAM, OTHER, 1, ""), Misfit::Key(0).to_string()),
            (NewTransfer { note: &long, ..new(1) }, Misfit::Note(256).to_string()),
            (new(11), short(TEAM, 10, 11)),
            (plain(OTHER, TEAM, 1, "k"), short(OTHER, 0, 1)),
            (plain(Holder::Escrow(3), TEAM, 1, "k"), short(Holder::Escrow(3), 0, 1)),
            (plain(TEAM, Holder::Player(404), 1, "k"), "there is no player 404".to_owned()),
            (NewTransfer { operator: Some(404), ..new(1) }, "there is no account 404".to_owned()),
        ] {
            let refusal = transfer(&db, new).await.expect_err("it is no transfer").to_string();
            assert!(refusal.contains(&expected), "{refusal} is not {expected}");
        }
        assert_eq!((balance(&db, TEAM).await, balance(&db, OTHER).await), (10, 0));
        assert_eq!(sound(&db).await.transfers, 1);
    }

    /// A wallet that is full, and one that cannot sink further.
    async fn what_cannot_be_counted(database: &TestDatabase) {
        let db = open(database).await;
        give(&db, TEAM, 10).await;
        give(&db, OTHER, 10).await;
        raw(&db, &format!("UPDATE economy_deltacrownwallet SET cached_balance = {} WHERE team_id = 1", i64::MAX)).await.expect("it is a number");
        raw(&db, &format!("UPDATE economy_deltacrownwallet SET cached_balance = {} WHERE kind = 'treasury'", i64::MIN)).await.expect("it is a number");
        for new in [plain(OTHER, TEAM, 1, "k"), plain(Holder::Treasury, OTHER, 1, "k")] {
            match transfer(&db, new).await {
                Err(TransferRefusal::Overflow { .. }) => {}
                other => panic!("{other:?}"),
            }
        }
        // Sums of several such wallets are still counted.
        let report = verify(&db).await;
        assert_eq!(report.held, i128::from(i64::MAX) + 10);
    }

    async fn one_key_is_one_transfer(database: &TestDatabase) {
        let db = open(database).await;
        give(&db, TEAM, 10).await;
        let about = About { tournament: Some(3), registration: Some(4), match_id: Some(5) };
        let new = NewTransfer { about, ..plain(TEAM, OTHER, 6, "k") };
        let first = transfer(&db, new).await.expect("it is covered");
        transfer(&db, plain(OTHER, TEAM, 1, "another")).await.expect("it is covered");
        // Six more would not be there, and nobody asks for them; a note is no fact.
        for note in ["", "once more"] {
            let again = transfer(&db, NewTransfer { note, ..new }).await.expect("it was done");
            assert_eq!(again, service::Receipt { replayed: true, ..first.clone() });
        }
        for (other, fact) in [
            (NewTransfer { amount: 5, ..new }, "5 coins"),
            (NewTransfer { amount: 600, ..new }, "600 coins"),
            (NewTransfer { from: Holder::Team(3), ..new }, "from the wallet of team 3"),
            (NewTransfer { to: Holder::Escrow(2), ..new }, "to the escrow of tournament 2"),
            (NewTransfer { reason: Reason::Prize, ..new }, "for prize"),
            (NewTransfer { about: About { match_id: Some(6), ..about }, ..new }, "match 6"),
            (NewTransfer { about: About { registration: None, ..about }, ..new }, "asked for was"),
        ] {
            match transfer(&db, other).await {
                Err(refusal @ TransferRefusal::KeyReused { .. }) => {
                    let text = refusal.to_string();
                    let stored = "6 coins from the wallet of team 1 to the wallet of team 2 for transfer, tournament 3, registration 4, match 5;";
                    assert!(text.contains(fact) && text.contains(stored), "{text}");
                }
                outcome => panic!("{outcome:?}"),
            }
        }
        // Keys are told apart by every letter.
        transfer(&db, NewTransfer { key: "K", amount: 1, ..new }).await.expect("another key");
        assert_eq!((balance(&db, TEAM).await, balance(&db, OTHER).await), (4, 6));
        sound(&db).await;
    }

    /// What the old platform has paid stands in an entry without a transfer.
    async fn a_key_of_the_old_platform_is_used(database: &TestDatabase) {
        let db = open(database).await;
        give(&db, TEAM, 10).await;
        raw(&db, "INSERT INTO economy_deltacrowntransaction (wallet_id, amount, reason, note, idempotency_key, created_at) \
            SELECT id, 5, 'winner', '', 'old', created_at FROM economy_deltacrownwallet WHERE team_id = 1").await.expect("it is sound");
        match transfer(&db, plain(TEAM, OTHER, 1, "old")).await {
            Err(TransferRefusal::KeyOfOldEntry { key, .. }) => assert_eq!(key, "old"),
            outcome => panic!("{outcome:?}"),
        }
        assert_eq!(balance(&db, OTHER).await, 0);
    }

    async fn a_transfer_is_taken_back_once(database: &TestDatabase) {
        let db = open(database).await;
        give(&db, TEAM, 10).await;
        let first = transfer(&db, plain(TEAM, OTHER, 6, "k")).await.expect("it is covered");
        transfer(&db, plain(OTHER, Holder::Team(3), 1, "spent")).await.expect("it is covered");
        match reverse(&db, first.transfer, "back").await {
            Err(ReverseRefusal::Transfer(TransferRefusal::InsufficientFunds { holder, balance, amount })) => {
                assert_eq!((holder, balance, amount), (OTHER, 5, 6));
            }
            outcome => panic!("{outcome:?}"),
        }
        transfer(&db, plain(Holder::Team(3), OTHER, 1, "earned")).await.expect("it is covered");
        let back = reverse(&db, first.transfer, "back").await.expect("the coins are there");
        assert_eq!((back.facts.from, back.facts.to, back.facts.amount, back.facts.reverses), (OTHER, TEAM, 6, Some(first.transfer)));
        assert_eq!((back.facts.reason, back.from_balance, back.to_balance), (Reason::Correction, 0, 10));
        let again = reverse(&db, first.transfer, "back").await.expect("it was done");
        assert_eq!(again, service::Receipt { replayed: true, ..back.clone() });
        match reverse(&db, first.transfer, "again").await {
            Err(ReverseRefusal::AlreadyReversed { transfer, by }) => {
                assert_eq!((transfer, by), (first.transfer, back.transfer));
            }
            outcome => panic!("{outcome:?}"),
        }
        assert!(matches!(reverse(&db, back.transfer, "there").await, Err(ReverseRefusal::IsReversal { .. })));
        assert!(matches!(reverse(&db, 404, "there").await, Err(ReverseRefusal::NoSuchTransfer(404))));
        let refused = reverse(&db, first.transfer, "").await.expect_err("no key").to_string();
        assert!(refused.contains("1 to 128 bytes"), "{refused}");
        // The key of another movement.
        let other = transfer(&db, plain(TEAM, OTHER, 2, "other")).await.expect("it is covered");
        let reused = reverse(&db, other.transfer, "spent").await;
        assert!(matches!(reused, Err(ReverseRefusal::Transfer(TransferRefusal::KeyReused { .. }))), "{reused:?}");
        // The first receipt tells what became of it.
        let told = transfer(&db, plain(TEAM, OTHER, 6, "k")).await.expect("it was done");
        assert_eq!((told.replayed, told.reversed_by), (true, Some(back.transfer)));
        assert_eq!((balance(&db, TEAM).await, balance(&db, OTHER).await), (8, 2));
        sound(&db).await;
    }

    async fn only_staff_adjusts(database: &TestDatabase) {
        let db = open(database).await;
        let staff = crate::people::person(&db, &clock(), "sam").await.0.id;
        for actor in [Actor::Anonymous, Actor::user(staff)] {
            assert!(matches!(adjust(&db, actor, TEAM, 5).await, Err(AdjustRefusal::NotStaff)), "{actor}");
        }
        for (amount, left) in [(5, 5), (5, 10), (-3, 7)] {
            let receipt = adjust(&db, Actor::staff(staff), TEAM, amount).await.expect("staff may");
            assert_eq!((balance(&db, TEAM).await, receipt.facts.reason), (left, Reason::ManualAdjust));
        }
        for (holder, amount) in
            [(TEAM, -8), (TEAM, 0), (TEAM, i64::MIN), (TEAM, i64::MAX), (Holder::Treasury, 1), (Holder::Player(404), 1)]
        {
            let refused = adjust(&db, Actor::superuser(staff), holder, amount).await;
            assert!(matches!(refused, Err(AdjustRefusal::Transfer(_))), "{holder} {amount}: {refused:?}");
        }
        assert_eq!(balance(&db, TEAM).await, 7);
        let rows = economy::model::transfer::Entity::find().all(db.read()).await.expect("readable");
        assert!(rows.iter().all(|row| row.created_by_id == Some(staff) && row.note == "Manual adjustment"));
        sound(&db).await;
    }

    /// With a key, a form that is sent twice adjusts once.
    async fn an_adjustment_with_a_key_happens_once(database: &TestDatabase) {
        let (db, clock) = (open(database).await, &clock());
        for _ in 0..3 {
            let done: Result<_, AdjustRefusal> = db
                .write(|tx| async move { service::adjust(&tx, clock, &Actor::System, TEAM, 5, "welcome", Some("form 1")).await })
                .await;
            done.expect("it is sound");
        }
        assert_eq!(balance(&db, TEAM).await, 5);
    }

    /// After a refusal the unit of work goes on, and what it did before is stored.
    async fn a_refusal_does_not_end_the_unit(database: &TestDatabase) {
        let (db, clock) = (open(database).await, &clock());
        let done: Result<(), DbError> = db
            .write(|tx| async move {
                let act = async |new: NewTransfer<'_>| service::transfer(&tx, clock, &new).await;
                act(plain(Holder::Treasury, TEAM, 3, "one")).await.expect("it is sound");
                act(plain(TEAM, OTHER, 4, "two")).await.expect_err("too many");
                act(plain(TEAM, Holder::Player(404), 1, "three")).await.expect_err("no such player");
                act(NewTransfer { operator: Some(404), ..plain(TEAM, OTHER, 1, "four") }).await.expect_err("no account");
                act(plain(TEAM, OTHER, 2, "five")).await.expect("it is covered");
                Ok(())
            })
            .await;
        done.expect("it is stored");
        assert_eq!((balance(&db, TEAM).await, balance(&db, OTHER).await), (1, 2));
        assert_eq!(sound(&db).await.transfers, 2);
    }

    /// A unit of work that ends in an error leaves nothing of its transfers.
    async fn what_is_rolled_back_never_was(database: &TestDatabase) {
        let (db, clock) = (open(database).await, TestClock::at_text("2026-03-01T18:00:00Z"));
        give(&db, TEAM, 3).await;
        let clock = &clock;
        let done: Result<(), TransferRefusal> = db
            .write(|tx| async move {
                service::transfer(&tx, clock, &plain(TEAM, OTHER, 3, "one")).await?;
                service::transfer(&tx, clock, &plain(TEAM, OTHER, 1, "two")).await.map(drop)
            })
            .await;
        done.expect_err("the second is not covered");
        assert_eq!((balance(&db, TEAM).await, balance(&db, OTHER).await), (3, 0));
        let count = economy::model::transfer::Entity::find().count(db.read()).await.expect("countable");
        assert_eq!(count, 1);
        sound(&db).await;
    }
}
