//! What a tournament takes and pays, from the first fee to the closed escrow.

use economy::{
    EntryFeeRefusal, Holder, Placement, PolicyRefusal, PrizeRefusal, Reason, Receipt, RefundRefusal, ReverseRefusal,
    TransferRefusal,
    service::{self, Award, Policy},
    split,
};
use kernel::{Actor, Db, DbError};
use testkit::TestDatabase;

use crate::support::{balance, clock, give, migrated, open, player, raw, reverse, sound};

const CUP: i64 = 7;
const ESCROW: Holder = Holder::Escrow(CUP);

async fn fee(db: &Db, profile: i64, registration: i64, coins: i64) -> Result<Receipt, EntryFeeRefusal> {
    let clock = &clock();
    db.write(|tx| async move { service::pay_entry_fee(&tx, clock, profile, CUP, registration, coins).await }).await
}

async fn refund(db: &Db, registration: i64) -> Result<Receipt, RefundRefusal> {
    let clock = &clock();
    db.write(|tx| async move { service::refund_entry_fee(&tx, clock, registration, "withdrawn", None).await }).await
}

async fn fund(db: &Db, coins: i64) -> Result<Receipt, TransferRefusal> {
    let clock = &clock();
    db.write(|tx| async move { service::fund_prizes(&tx, clock, CUP, coins, None).await }).await
}

async fn prize(db: &Db, place: u32, shares: &[(i64, i64)]) -> Result<Vec<Receipt>, PrizeRefusal> {
    let clock = &clock();
    db.write(|tx| async move { service::pay_prize(&tx, clock, CUP, 1, place, shares).await }).await
}

async fn close(db: &Db, to: Holder) -> Result<Option<Receipt>, TransferRefusal> {
    let clock = &clock();
    db.write(|tx| async move { service::close_escrow(&tx, clock, CUP, to, None).await }).await
}

async fn took_part(db: &Db, registration: i64, profiles: &[i64]) -> Result<Vec<Award>, TransferRefusal> {
    let clock = &clock();
    db.write(|tx| async move { service::award_participation(&tx, clock, CUP, registration, profiles).await }).await
}

async fn placed(db: &Db, placement: Placement, profiles: &[i64]) -> Result<Vec<Award>, TransferRefusal> {
    let clock = &clock();
    db.write(|tx| async move { service::award_placement(&tx, clock, CUP, 1, placement, profiles).await }).await
}

async fn set_policy(db: &Db, by: &Actor, tournament: Option<i64>, policy: Policy) -> Result<(), PolicyRefusal> {
    let (clock, policy) = (&clock(), &policy);
    db.write(|tx| async move { service::set_policy(&tx, clock, by, tournament, policy).await }).await
}

async fn policy(db: &Db, tournament: Option<i64>, enabled: bool, participation: i64) {
    let policy = Policy { enabled, participation, ..Policy::default() };
    set_policy(db, &Actor::System, tournament, policy).await.expect("a policy");
}

async fn people(db: &Db, count: usize) -> Vec<i64> {
    let mut profiles = Vec::new();
    for name in ["ann", "bob", "cleo", "dan"].iter().take(count) {
        profiles.push(player(db, &clock(), name).await);
    }
    profiles
}

/// Coins that each award gave, and whether it was given before.
fn given(awards: &[Award]) -> Vec<(i64, bool)> {
    let one = |award: &Award| match award {
        Award::Paid(receipt) => (receipt.facts.amount, receipt.replayed),
        Award::PaidByOldPlatform { .. } => (0, true),
    };
    awards.iter().map(one).collect()
}

testkit::on_both! {
    from migrated;

    async fn fees_are_held_and_given_back_once(database: &TestDatabase) {
        let db = open(database).await;
        let ann = people(&db, 1).await[0];
        match fee(&db, ann, 1, 30).await {
            Err(EntryFeeRefusal::Transfer(TransferRefusal::InsufficientFunds { balance: 0, amount: 30, .. })) => {}
            outcome => panic!("{outcome:?}"),
        }
        give(&db, Holder::Player(ann), 50).await;
        for replayed in [false, true] {
            let receipt = fee(&db, ann, 1, 30).await.expect("the coins are there");
            assert_eq!((receipt.key.as_str(), receipt.facts.reason, receipt.replayed), ("tournament_entry_1", Reason::EntryFee, replayed));
            assert_eq!((balance(&db, Holder::Player(ann)).await, balance(&db, ESCROW).await), (20, 30));
        }
        assert!(matches!(fee(&db, ann, 1, 31).await, Err(EntryFeeRefusal::Transfer(TransferRefusal::KeyReused { .. }))));
        assert!(matches!(refund(&db, 2).await, Err(RefundRefusal::NotPaid { registration: 2 })));
        for replayed in [false, true] {
            let receipt = refund(&db, 1).await.expect("the escrow has them");
            assert_eq!((receipt.facts.reason, receipt.facts.about.registration, receipt.replayed), (Reason::Refund, Some(1), replayed));
            assert_eq!((balance(&db, Holder::Player(ann)).await, balance(&db, ESCROW).await), (50, 0));
        }
        // Paid and given back: nothing is owed and nothing is held, so this entry is over.
        assert!(matches!(fee(&db, ann, 1, 30).await, Err(EntryFeeRefusal::Refunded { registration: 1 })));
        let again = fee(&db, ann, 2, 30).await.expect("another registration");
        // What staff took back is not given back a second time.
        reverse(&db, again.transfer, "by staff").await.expect("the escrow has them");
        match refund(&db, 2).await {
            Err(RefundRefusal::Reverse(ReverseRefusal::AlreadyReversed { transfer, .. })) => assert_eq!(transfer, again.transfer),
            outcome => panic!("{outcome:?}"),
        }
        // And a closed escrow has nothing to give back.
        fee(&db, ann, 3, 30).await.expect("another registration");
        close(&db, Holder::Treasury).await.expect("it is open");
        assert!(matches!(refund(&db, 3).await, Err(RefundRefusal::Reverse(ReverseRefusal::Transfer(TransferRefusal::InsufficientFunds { .. })))));
        sound(&db).await;
    }

    async fn prizes_come_out_of_the_escrow(database: &TestDatabase) {
        let db = open(database).await;
        let all = people(&db, 4).await;
        for (replayed, coins) in [(false, 100), (true, 100)] {
            assert_eq!(fund(&db, coins).await.expect("the treasury has no end").replayed, replayed);
        }
        assert!(matches!(fund(&db, 200).await, Err(TransferRefusal::KeyReused { .. })), "a tournament is funded once");
        assert_eq!(balance(&db, Holder::Treasury).await, -100);
        let shares: Vec<(i64, i64)> = all[..3].iter().copied().zip(split(50, 3).expect("three")).collect();
        for replayed in [false, true] {
            let paid = prize(&db, 1, &shares).await.expect("it is funded");
            assert!(paid.iter().all(|receipt| receipt.replayed == replayed && receipt.facts.reason == Reason::Prize));
            assert_eq!(paid[0].key, format!("tournament_prize_{CUP}_{}_1", all[0]));
            assert_eq!(balance(&db, ESCROW).await, 50);
        }
        let mut had = Vec::new();
        for profile in &all {
            had.push(balance(&db, Holder::Player(*profile)).await);
        }
        assert_eq!(had, [17, 17, 16, 0]);
        // All or nobody: the second share is not covered, so the first is not paid.
        for (shares, refused) in [
            (vec![(all[0], 20), (all[3], 31)], "50 coins are left"),
            (vec![(all[0], 20), (404, 1)], "there is no player 404"),
            (vec![(all[0], 20), (all[0], 20)], "stands twice"),
            (vec![(all[0], 20), (all[3], -1)], "never less than 0"),
        ] {
            let refusal = prize(&db, 2, &shares).await.expect_err(refused).to_string();
            assert!(refused.starts_with("50") || refusal.contains(refused), "{refusal}");
            assert_eq!((balance(&db, ESCROW).await, balance(&db, Holder::Player(all[0])).await), (50, 17), "{refused}");
        }
        // One unit of work goes on after such a refusal, with nothing of it.
        let (clock, shares, winner) = (&clock(), &[(all[0], 20), (all[3], 31)], all[3]);
        let done: Result<(), DbError> = db
            .write(|tx| async move {
                service::pay_prize(&tx, clock, CUP, 1, 2, shares).await.expect_err("it is not covered");
                service::pay_prize(&tx, clock, CUP, 1, 2, &[(winner, 10)]).await.expect("it is covered");
                Ok(())
            })
            .await;
        done.expect("it is stored");
        assert_eq!(prize(&db, 3, &[(all[1], 0)]).await.expect("nothing is asked for"), []);
        assert_eq!((balance(&db, ESCROW).await, balance(&db, Holder::Player(all[0])).await), (40, 17));
        // What is left goes back, once.
        let rest = close(&db, Holder::Treasury).await.expect("it is open").expect("something is left");
        assert_eq!((rest.facts.amount, rest.facts.reason), (40, Reason::EscrowClose));
        assert_eq!(close(&db, Holder::Treasury).await.expect("it is open"), None);
        assert!(matches!(close(&db, ESCROW).await, Ok(None) | Err(TransferRefusal::Misfit(_))));
        fee_after_closing(&db, all[0]).await;
        assert_eq!(sound(&db).await.held, 60);
    }

    async fn awards_follow_the_policy(database: &TestDatabase) {
        let db = open(database).await;
        let all = people(&db, 3).await;
        assert_eq!(took_part(&db, 1, &all).await.expect("no policy is no refusal"), [], "without a policy");
        policy(&db, None, true, 5).await;
        let paid = took_part(&db, 1, &all).await.expect("the treasury has no end");
        assert_eq!(given(&paid), [(5, false); 3]);
        let Award::Paid(first) = &paid[0] else { panic!("{paid:?}") };
        let wallet = service::wallet_of(&db, &clock(), all[0]).await.expect("there is one").id;
        assert_eq!(first.key, format!("participation:reg:1:w:{wallet}"));
        // A policy of the tournament's own changes nothing that is paid, and holds for what is not.
        policy(&db, Some(CUP), true, 7).await;
        policy(&db, Some(CUP + 1), false, 9).await;
        assert_eq!(given(&took_part(&db, 1, &all).await.expect("paid before")), [(5, true); 3]);
        assert_eq!(given(&took_part(&db, 2, &[all[0], all[0]]).await.expect("another registration")), [(7, false)]);
        let (clock, profiles) = (&clock(), &all);
        let off: Result<_, TransferRefusal> = db.write(|tx| async move {
            service::award_participation(&tx, clock, CUP + 1, 3, profiles).await
        }).await;
        assert_eq!(off.expect("off is no refusal"), []);
        for _ in 0..2 {
            for (placement, profile, coins) in
                [(Placement::Winner, all[0], 100), (Placement::RunnerUp, all[1], 50), (Placement::Top4, all[2], 25)]
            {
                let awards = placed(&db, placement, &[profile]).await.expect("the treasury has no end");
                assert_eq!(given(&awards)[0].0, coins, "{placement:?}");
            }
        }
        let mut had = Vec::new();
        for profile in &all {
            had.push(balance(&db, Holder::Player(*profile)).await);
        }
        assert_eq!(had, [112, 55, 30]);
        // Nobody gets an award when one cannot.
        let refused = took_part(&db, 4, &[all[0], 404]).await.expect_err("no such player");
        assert!(matches!(refused, TransferRefusal::NoSuchProfile(404)));
        assert_eq!(balance(&db, Holder::Player(all[0])).await, 112);
        let totals = service::totals(&db).await.expect("countable");
        assert_eq!(totals, service::Totals { coins: 197, awards: 7 });
        sound(&db).await;
    }

    async fn a_policy_is_set_by_staff_and_takes_no_coins(database: &TestDatabase) {
        let db = open(database).await;
        let all = people(&db, 1).await;
        let set = async |by, policy| set_policy(&db, &by, None, policy).await;
        let refused = set(Actor::user(1), Policy::default()).await;
        assert!(matches!(refused, Err(PolicyRefusal::NotStaff)), "{refused:?}");
        let refused = set(Actor::System, Policy { winner: -1, ..Policy::default() }).await;
        assert!(matches!(refused, Err(PolicyRefusal::Negative)), "{refused:?}");
        assert_eq!(took_part(&db, 1, &all).await.expect("no policy is no refusal"), []);
        // The later one takes the place of the earlier.
        for participation in [5, 8] {
            policy(&db, None, true, participation).await;
        }
        assert_eq!(given(&took_part(&db, 1, &all).await.expect("the treasury has no end")), [(8, false)]);
    }

    async fn an_award_of_nothing_is_none(database: &TestDatabase) {
        let db = open(database).await;
        let all = people(&db, 1).await;
        policy(&db, Some(CUP), true, 0).await;
        policy(&db, None, true, 5).await;
        assert_eq!(took_part(&db, 1, &all).await.expect("zero is no refusal"), []);
        assert_eq!(given(&placed(&db, Placement::Winner, &all).await.expect("it has a prize")), [(100, false)]);
    }

    /// An award that the old platform has paid is not paid again.
    async fn old_awards_count(database: &TestDatabase) {
        let db = open(database).await;
        let all = people(&db, 2).await;
        policy(&db, None, true, 5).await;
        let wallet = service::wallet_of(&db, &clock(), all[0]).await.expect("there is one").id;
        raw(&db, &format!(
            "INSERT INTO economy_deltacrowntransaction (wallet_id, amount, reason, note, idempotency_key, created_at) \
             SELECT id, 5, 'participation', '', 'participation:reg:1:w:{wallet}', created_at FROM economy_deltacrownwallet WHERE id = {wallet}"
        )).await.expect("it is sound");
        raw(&db, &format!("UPDATE economy_deltacrownwallet SET cached_balance = 5 WHERE id = {wallet}")).await.expect("it is sound");
        let awards = took_part(&db, 1, &all).await.expect("the treasury has no end");
        assert_eq!(given(&awards), [(0, true), (5, false)]);
        assert!(matches!(awards[0], Award::PaidByOldPlatform { profile, .. } if profile == all[0]));
        assert_eq!(balance(&db, Holder::Player(all[0])).await, 5);
        assert_eq!(sound(&db).await.adopted.coins, 5);
    }
}

/// A late fee can still be paid in and closed once more.
async fn fee_after_closing(db: &Db, profile: i64) {
    fee(db, profile, 9, 5).await.expect("the coins are there");
    let rest = close(db, Holder::Player(profile)).await.expect("it is open").expect("something is left");
    assert_eq!((rest.facts.amount, balance(db, ESCROW).await), (5, 0));
}
