//! Many at once: exactly as many succeed as there are coins, keys and transfers.

use std::{collections::BTreeSet, sync::Arc};

use economy::{Holder, Receipt, ReverseRefusal, TransferRefusal};
use kernel::Db;
use testkit::TestDatabase;
use tokio::{sync::Barrier, task::JoinSet};

use crate::support::{balance, give, migrated, open, plain, reverse, sound, transfer};

const ROUNDS: i64 = 12;

/// Runs this many acts that begin at one moment.
async fn at_once<T: Send + 'static, W: Future<Output = T> + Send + 'static>(
    db: &Db,
    tasks: i64,
    act: impl Fn(Db, i64) -> W,
) -> Vec<T> {
    let barrier = Arc::new(Barrier::new(usize::try_from(tasks).expect("a few")));
    let mut running = JoinSet::new();
    for number in 0..tasks {
        let (work, barrier) = (act(db.clone(), number), Arc::clone(&barrier));
        running.spawn(async move {
            barrier.wait().await;
            work.await
        });
    }
    running.join_all().await
}

testkit::on_both! {
    from migrated;

    async fn no_coin_is_spent_twice(database: &TestDatabase) {
        let db = open(database).await;
        for round in 0..ROUNDS {
            let (team, coins) = (Holder::Team(round), round % 7);
            if coins > 0 {
                give(&db, team, coins).await;
            }
            let spent = at_once(&db, 32, |db, number| async move {
                let key = format!("round {round} of {number}");
                // Half of them the other way round would lock in, if order did not matter.
                let to = if number % 2 == 0 { Holder::Escrow(round) } else { Holder::Treasury };
                transfer(&db, plain(team, to, 1, &key)).await
            }).await;
            let (done, refused): (Vec<_>, Vec<_>) = spent.into_iter().partition(Result::is_ok);
            assert_eq!(i64::try_from(done.len()), Ok(coins), "round {round}");
            for refusal in refused {
                assert!(matches!(refusal, Err(TransferRefusal::InsufficientFunds { balance: 0, .. })), "{refusal:?}");
            }
            assert_eq!(balance(&db, team).await, 0);
        }
        sound(&db).await;
    }

    async fn one_key_moves_coins_once(database: &TestDatabase) {
        let db = open(database).await;
        for round in 0..ROUNDS {
            give(&db, Holder::Team(round), 3).await;
            let done = at_once(&db, 50, |db, _| async move {
                let key = format!("round {round}");
                // There are coins for one alone.
                transfer(&db, plain(Holder::Team(round), Holder::Escrow(round), 3, &key)).await
            }).await;
            let receipts: Vec<Receipt> = done.into_iter().map(|outcome| outcome.expect("it is done")).collect();
            assert_eq!(receipts.iter().filter(|receipt| !receipt.replayed).count(), 1, "round {round}");
            let ids: BTreeSet<i64> = receipts.iter().map(|receipt| receipt.transfer).collect();
            assert_eq!((ids.len(), balance(&db, Holder::Team(round)).await), (1, 0), "round {round}");
        }
        sound(&db).await;
    }

    /// No lock is shared here: the unique index alone decides.
    async fn one_key_for_many_wallets_goes_to_one(database: &TestDatabase) {
        let db = open(database).await;
        for round in 0..ROUNDS {
            for team in 0..8 {
                give(&db, Holder::Team(team), 1).await;
                give(&db, Holder::Escrow(team), 1).await;
            }
            let done = at_once(&db, 8, |db, team| async move {
                let key = format!("round {round}");
                transfer(&db, plain(Holder::Team(team), Holder::Escrow(team), 1, &key)).await
            }).await;
            assert_eq!(done.iter().filter(|outcome| outcome.is_ok()).count(), 1, "round {round}: {done:?}");
            let reused = done.iter().filter(|outcome| matches!(outcome, Err(TransferRefusal::KeyReused { .. }))).count();
            assert_eq!(reused, 7, "round {round}: {done:?}");
        }
        sound(&db).await;
    }

    async fn a_transfer_is_taken_back_by_one(database: &TestDatabase) {
        let db = open(database).await;
        for round in 0..ROUNDS {
            give(&db, Holder::Team(round), 9).await;
            give(&db, Holder::Escrow(round), 9).await;
            let key = format!("round {round}");
            let made = transfer(&db, plain(Holder::Team(round), Holder::Escrow(round), 4, &key)).await.expect("covered").transfer;
            let done = at_once(&db, 8, |db, number| async move { reverse(&db, made, &format!("back {round} {number}")).await }).await;
            assert_eq!(done.iter().filter(|outcome| outcome.is_ok()).count(), 1, "round {round}");
            let late = done.iter().filter(|outcome| matches!(outcome, Err(ReverseRefusal::AlreadyReversed { .. }))).count();
            assert_eq!((late, balance(&db, Holder::Team(round)).await), (7, 9), "round {round}: {done:?}");
        }
        sound(&db).await;
    }

    /// Coins go round in both directions, which would deadlock if locks were taken as they come.
    async fn coins_that_go_round_are_neither_more_nor_fewer(database: &TestDatabase) {
        let db = open(database).await;
        for team in 0..4 {
            give(&db, Holder::Team(team), 5).await;
        }
        let done = at_once(&db, 32, |db, number| async move {
            let mut moved = 0;
            for step in 0..6 {
                let from = (number + step) % 4;
                let to = (from + 1 + number % 3) % 4;
                let key = format!("{number} {step}");
                match transfer(&db, plain(Holder::Team(from), Holder::Team(to), 2, &key)).await {
                    Ok(_) => moved += 1,
                    Err(TransferRefusal::InsufficientFunds { .. }) => {}
                    Err(other) => panic!("{other}"),
                }
            }
            moved
        }).await;
        let report = sound(&db).await;
        assert_eq!((report.held, report.transfers), (20, 4 + done.iter().sum::<u64>()));
    }
}
