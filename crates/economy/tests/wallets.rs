//! Wallets and statements, and what the database itself forbids.

#[path = "../../profiles/tests/support/mod.rs"]
mod support;

use std::{collections::HashSet, sync::Arc};

use chrono::TimeDelta;
use economy::{
    Reason, Transaction, Wallet,
    model::{coin_policy, transaction, wallet},
    service::{self, PAGE, Totals},
};
use kernel::{Clock, Db, DbError, TestClock, db::Constraint};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use seadrift::project::Project;
use support::{open, person};
use testkit::{Kind, TestDatabase};
use tokio::task::JoinSet;

async fn migrated(kind: Kind) -> Option<TestDatabase> {
    let below = Project::new().app(accounts::app()).app(profiles::app()).app(notifications::app());
    support::migrated(kind, below.app(economy::app())).await
}

fn clock() -> TestClock {
    TestClock::at_text("2026-03-01T18:00:00Z")
}

/// The profile of a new person.
async fn player(db: &Db, clock: &TestClock, username: &str) -> i64 {
    let (user, _) = person(db, clock, username).await;
    profiles::service::of_user(db, clock, &user).await.expect("readable").id
}

async fn wallet_of(db: &Db, clock: &TestClock, username: &str) -> Wallet {
    let profile = player(db, clock, username).await;
    service::wallet_of(db, clock, profile).await.expect("readable")
}

fn profile_of(wallet: &Wallet) -> i64 {
    wallet.profile_id.expect("a player's wallet")
}

fn entry(wallet: &Wallet, amount: i64, reason: &str, clock: &TestClock) -> transaction::ActiveModel {
    transaction::ActiveModel {
        wallet_id: Set(wallet.id),
        amount: Set(amount),
        reason: Set(reason.to_owned()),
        created_at: Set(clock.now()),
        ..Default::default()
    }
}

async fn insert(db: &Db, row: transaction::ActiveModel) -> Result<Transaction, DbError> {
    let row = &row;
    db.write(|tx| async move { Ok(transaction::Entity::insert(row.clone()).exec_with_returning(&tx).await?) }).await
}

async fn set_balance(db: &Db, wallet: i64, coins: i64) -> Result<(), DbError> {
    db.write(|tx| async move {
        let row = wallet::ActiveModel { cached_balance: Set(coins), ..Default::default() };
        wallet::Entity::update_many().set(row).filter(wallet::Column::Id.eq(wallet)).exec(&tx).await?;
        Ok(())
    })
    .await
}

fn broken<T: std::fmt::Debug>(outcome: Result<T, DbError>) -> Option<Constraint> {
    outcome.expect_err("the database refuses").constraint()
}

testkit::on_both! {
    from migrated;

    async fn sixteen_first_looks_make_one_wallet(database: &TestDatabase) {
        let (db, clock) = (open(database).await, Arc::new(clock()));
        let profile = player(&db, &clock, "ann").await;
        let mut looks = JoinSet::new();
        for _ in 0..16 {
            let (db, clock) = (db.clone(), Arc::clone(&clock));
            looks.spawn(async move { service::wallet_of(&db, &*clock, profile).await });
        }
        let wallets: Result<Vec<Wallet>, _> = looks.join_all().await.into_iter().collect();
        let ids: HashSet<i64> = wallets.expect("every look succeeds").iter().map(|wallet| wallet.id).collect();
        assert_eq!(ids.len(), 1);
        let rows = wallet::Entity::find().all(db.read()).await.expect("readable");
        assert_eq!(rows.len(), 1);
        assert_eq!((rows[0].profile_id, rows[0].cached_balance, rows[0].created_at), (Some(profile), 0, clock.now()));
    }

    /// Forty-five entries of one moment: each stands on exactly one page, newest first.
    async fn a_statement_leads_through_all_entries(database: &TestDatabase) {
        let (db, clock) = (open(database).await, clock());
        let (hers, his) = (wallet_of(&db, &clock, "ann").await, wallet_of(&db, &clock, "bob").await);
        let mut made = Vec::new();
        for amount in 1..=45 {
            made.push(insert(&db, entry(&hers, amount, "winner", &clock)).await.expect("it is sound"));
        }
        insert(&db, entry(&his, 7, "winner", &clock)).await.expect("it is sound");
        made.reverse();
        let (mut found, mut after, mut lengths) = (Vec::new(), None, Vec::new());
        loop {
            let page = service::statement(&db, &clock, profile_of(&hers), after).await.expect("readable");
            assert_eq!(page.wallet, hers);
            lengths.push(page.entries.len());
            found.extend(page.entries);
            after = page.next;
            if after.is_none() { break }
        }
        assert_eq!((PAGE, lengths), (20, vec![20, 20, 5]));
        assert_eq!(found, made);
    }

    async fn newer_entries_come_first_whatever_their_ids(database: &TestDatabase) {
        let (db, clock) = (open(database).await, clock());
        let wallet = wallet_of(&db, &clock, "ann").await;
        // Seconds that differ in their digits behind the point: SQLite compares times as text.
        let late = [10_000_000, 9_999_999, 9_500_000, 9_000_000, 0, -1];
        let mut order: Vec<i64> = Vec::new();
        for micros in [9_000_000, -1, 10_000_000, 9_500_000, 0, 9_999_999] {
            let at = clock.now() + TimeDelta::microseconds(micros);
            let row = transaction::ActiveModel { created_at: Set(at), ..entry(&wallet, 1, "refund", &clock) };
            insert(&db, row).await.expect("it is sound");
        }
        let page = service::statement(&db, &clock, profile_of(&wallet), None).await.expect("readable");
        order.extend(page.entries.iter().filter_map(|e| (e.created_at - clock.now()).num_microseconds()));
        assert_eq!(order, late);
        for (position, entry) in page.entries.iter().enumerate() {
            let after = Some((entry.created_at, entry.id));
            let rest = service::statement(&db, &clock, profile_of(&wallet), after).await.expect("readable");
            assert_eq!(rest.entries, page.entries[position + 1..], "after {}", entry.created_at);
        }
    }

    async fn totals_count_coins_and_awards(database: &TestDatabase) {
        let (db, clock) = (open(database).await, clock());
        let totals = async || service::totals(&db).await.expect("countable");
        assert_eq!(totals().await, Totals { coins: 0, awards: 0 });
        let (hers, his) = (wallet_of(&db, &clock, "ann").await, wallet_of(&db, &clock, "bob").await);
        // Every reason that the ledger knows is allowed by its table, and has words.
        for reason in Reason::ALL {
            insert(&db, entry(&hers, 5, reason.as_str(), &clock)).await.expect("it is sound");
            insert(&db, entry(&his, -5, reason.as_str(), &clock)).await.expect("it is sound");
            assert_ne!(service::reason_label(reason.as_str()), reason.as_str());
        }
        set_balance(&db, hers.id, 3_000_000_000).await.expect("it is sound");
        set_balance(&db, his.id, 12).await.expect("it is sound");
        assert_eq!(totals().await, Totals { coins: 3_000_000_012, awards: 4 });
    }

    async fn the_database_refuses_what_is_no_entry(database: &TestDatabase) {
        let (db, clock) = (open(database).await, clock());
        let wallet = wallet_of(&db, &clock, "ann").await;
        let nobodys = Wallet { id: wallet.id + 1_000, ..wallet.clone() };
        let keyed = |key: &str| transaction::ActiveModel {
            idempotency_key: Set(Some(key.to_owned())),
            ..entry(&wallet, 1, "winner", &clock)
        };
        insert(&db, keyed("one")).await.expect("the first of its key");
        insert(&db, keyed("ONE")).await.expect("another key");
        for _ in 0..2 {
            insert(&db, entry(&wallet, -1, "refund", &clock)).await.expect("no key is never the same key");
        }
        for (row, expected) in [
            (entry(&wallet, 0, "winner", &clock), Constraint::Check),
            (entry(&wallet, 1, "gift", &clock), Constraint::Check),
            (entry(&wallet, 1, "", &clock), Constraint::Check),
            (entry(&nobodys, 1, "winner", &clock), Constraint::ForeignKey),
            (keyed("one"), Constraint::Unique),
        ] {
            assert_eq!(broken(insert(&db, row.clone()).await), Some(expected), "{row:?}");
        }
        assert_eq!(transaction::Entity::find().count(db.read()).await.expect("countable"), 4);
    }

    async fn the_database_refuses_what_is_no_wallet(database: &TestDatabase) {
        let (db, clock) = (open(database).await, clock());
        let wallet = wallet_of(&db, &clock, "ann").await;
        let profile = profile_of(&wallet);
        assert_eq!(broken(set_balance(&db, wallet.id, -1).await), Some(Constraint::Check));
        let now = clock.now();
        for (profile, expected) in [(profile, Constraint::Unique), (profile + 1_000, Constraint::ForeignKey)] {
            let made = db.write(|tx| async move {
                let row = wallet::ActiveModel {
                    profile_id: Set(Some(profile)),
                    created_at: Set(now),
                    updated_at: Set(now),
                    ..Default::default()
                };
                Ok::<_, DbError>(wallet::Entity::insert(row).exec_without_returning(&tx).await?)
            });
            assert_eq!(broken(made.await), Some(expected));
        }
        let row = wallet::Entity::find().one(db.read()).await.expect("readable");
        assert_eq!(row, Some(wallet));
    }

    async fn a_negative_prize_is_no_policy(database: &TestDatabase) {
        let (db, clock) = (open(database).await, clock());
        let now = clock.now();
        for (winner, sound) in [(0, true), (-1, false)] {
            let made = db.write(|tx| async move {
                let row = coin_policy::ActiveModel {
                    winner: Set(winner),
                    created_at: Set(now),
                    updated_at: Set(now),
                    ..Default::default()
                };
                Ok::<_, DbError>(coin_policy::Entity::insert(row).exec_without_returning(&tx).await?)
            });
            match made.await {
                Ok(_) => assert!(sound, "{winner}"),
                refused => assert_eq!((sound, broken(refused)), (false, Some(Constraint::Check)), "{winner}"),
            }
        }
    }

    /// One policy a tournament, and one of the platform.
    async fn a_policy_is_made_once(database: &TestDatabase) {
        let (db, clock) = (open(database).await, clock());
        let now = clock.now();
        for (tournament, first) in [(None, true), (Some(7), true), (Some(8), true), (None, false), (Some(7), false)] {
            let made = db.write(|tx| async move {
                let row = coin_policy::ActiveModel {
                    tournament_id: Set(tournament),
                    created_at: Set(now),
                    updated_at: Set(now),
                    ..Default::default()
                };
                Ok::<_, DbError>(coin_policy::Entity::insert(row).exec_without_returning(&tx).await?)
            });
            match made.await {
                Ok(_) => assert!(first, "{tournament:?}"),
                refused => assert_eq!((first, broken(refused)), (false, Some(Constraint::Unique)), "{tournament:?}"),
            }
        }
    }

    /// Coins that moved are remembered: neither wallet nor person can be deleted over them.
    async fn a_wallet_with_entries_stays(database: &TestDatabase) {
        let (db, clock) = (open(database).await, clock());
        let (used, unused) = (wallet_of(&db, &clock, "ann").await, wallet_of(&db, &clock, "bob").await);
        insert(&db, entry(&used, 1, "winner", &clock)).await.expect("it is sound");
        let delete = async |wallet: i64| -> Result<u64, DbError> {
            db.write(|tx| async move { Ok(wallet::Entity::delete_by_id(wallet).exec(&tx).await?.rows_affected) }).await
        };
        let by_reference = |refusal: DbError| refusal.constraint() == Some(Constraint::ForeignKey);
        assert!(by_reference(delete(used.id).await.expect_err("it has entries")));
        let forget: Result<_, DbError> = db
            .write(|tx| async move {
                let ann = accounts::model::user::Column::Username.eq("ann");
                Ok(accounts::model::user::Entity::delete_many().filter(ann).exec(&tx).await?)
            })
            .await;
        assert!(by_reference(forget.expect_err("her wallet has entries")));
        let carl = person(&db, &clock, "carl").await.0.id;
        let by_hand = transaction::ActiveModel {
            created_by_id: Set(Some(carl)),
            ..entry(&used, 1, "manual_adjust", &clock)
        };
        insert(&db, by_hand).await.expect("it is sound");
        let forget: Result<_, DbError> =
            db.write(|tx| async move { Ok(accounts::model::user::Entity::delete_by_id(carl).exec(&tx).await?) }).await;
        assert!(by_reference(forget.expect_err("he made an entry by hand")));
        assert_eq!(delete(unused.id).await.expect("it is empty"), 1);
        assert_eq!(wallet::Entity::find().all(db.read()).await.expect("readable"), [used]);
    }
}
