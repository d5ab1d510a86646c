//! Random work, done by the ledger and by a model of a few lines: each answers alike, and the ledger proves itself.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicI64, Ordering},
};

use economy::{
    Holder, ReverseRefusal, TransferRefusal,
    rules::{MOST, Misfit},
};
use kernel::Db;
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use testkit::TestDatabase;
use tokio::runtime::Handle;

use crate::support::{balance, clock, migrated, open, plain, player, reverse, sound, transfer};

/// Sequences; on one database, with wallets of their own but for the treasury and the player.
const CASES: u32 = 40;
const HOLDERS: usize = 6;

#[derive(Clone, Debug)]
enum Op {
    Transfer {
        from: usize,
        to: usize,
        amount: i64,
        key: u8,
    },
    /// Takes back the transfer that was made so many before.
    Reverse {
        back: usize,
        key: u8,
    },
}

fn operation() -> impl Strategy<Value = Op> {
    let amount = prop_oneof![12 => 1..9_i64, 1 => Just(0), 1 => Just(-3), 1 => Just(MOST), 1 => Just(MOST + 1)];
    prop_oneof![
        4 => (0..HOLDERS, 0..HOLDERS, amount, any::<u8>())
            .prop_map(|(from, to, amount, key)| Op::Transfer { from, to, amount, key: key % 24 }),
        1 => (0..12_usize, any::<u8>()).prop_map(|(back, key)| Op::Reverse { back, key: key % 24 }),
    ]
}

/// What an act is answered with.
#[derive(Debug, PartialEq, Eq)]
enum Answer {
    Done { from: i64, to: i64, replayed: bool },
    Misfit,
    Short,
    Reused,
    Reversed,
    IsReversal,
}

/// From, to, amount, what it takes back.
type Facts = (usize, usize, i64, Option<usize>);

#[derive(Default)]
struct Model {
    balances: [i64; HOLDERS],
    /// What was done with each key, and the balances then.
    keys: BTreeMap<u8, (Facts, i64, i64)>,
    /// Transfers in their order, with their keys.
    done: Vec<(Facts, u8)>,
}

impl Model {
    fn post(&mut self, facts: Facts, key: u8) -> Answer {
        let (from, to, amount, _) = facts;
        if !(1..=MOST).contains(&amount) || from == to {
            return Answer::Misfit;
        }
        if let Some((stored, from, to)) = self.keys.get(&key) {
            let (from, to) = (*from, *to);
            return if *stored == facts { Answer::Done { from, to, replayed: true } } else { Answer::Reused };
        }
        // The treasury is the first.
        if from > 0 && self.balances[from] < amount {
            return Answer::Short;
        }
        self.balances[from] -= amount;
        self.balances[to] += amount;
        let (left, there) = (self.balances[from], self.balances[to]);
        self.keys.insert(key, (facts, left, there));
        self.done.push((facts, key));
        Answer::Done { from: left, to: there, replayed: false }
    }

    fn reverse(&mut self, which: usize, key: u8) -> Answer {
        let ((from, to, amount, reverses), _) = self.done[which];
        if reverses.is_some() {
            return Answer::IsReversal;
        }
        let by = self.done.iter().find(|((.., reverses), _)| *reverses == Some(which));
        if by.is_some_and(|(_, used)| *used != key) {
            return Answer::Reversed;
        }
        self.post((to, from, amount, Some(which)), key)
    }
}

fn answer(outcome: Result<economy::Receipt, TransferRefusal>) -> (Answer, Option<i64>) {
    match outcome {
        Ok(receipt) => {
            let (from, to, replayed) = (receipt.from_balance, receipt.to_balance, receipt.replayed);
            (Answer::Done { from, to, replayed }, (!replayed).then_some(receipt.transfer))
        }
        Err(TransferRefusal::Misfit(Misfit::NotPositive(_) | Misfit::TooMany(_) | Misfit::SameWallet(_))) => {
            (Answer::Misfit, None)
        }
        Err(TransferRefusal::InsufficientFunds { .. }) => (Answer::Short, None),
        Err(TransferRefusal::KeyReused { .. }) => (Answer::Reused, None),
        Err(other) => panic!("{other}"),
    }
}

async fn case(db: &Db, number: i64, player: i64, ops: &[Op]) -> Result<(), TestCaseError> {
    let holders = [
        Holder::Treasury,
        Holder::Team(3 * number),
        Holder::Team(3 * number + 1),
        Holder::Team(3 * number + 2),
        Holder::Escrow(number),
        Holder::Player(player),
    ];
    let mut model = Model::default();
    for (place, holder) in holders.iter().enumerate() {
        model.balances[place] = balance(db, *holder).await;
    }
    let mut ids = Vec::new();
    for op in ops {
        let (expected, (found, made)) = match *op {
            Op::Transfer { from, to, amount, key } => {
                let name = format!("case {number} key {key}");
                let outcome = transfer(db, plain(holders[from], holders[to], amount, &name)).await;
                (model.post((from, to, amount, None), key), answer(outcome))
            }
            Op::Reverse { back, key } if back < ids.len() => {
                let which = ids.len() - 1 - back;
                let name = format!("case {number} key {key}");
                let found = match reverse(db, ids[which], &name).await {
                    Ok(receipt) => answer(Ok(receipt)),
                    Err(ReverseRefusal::Transfer(refusal)) => answer(Err(refusal)),
                    Err(ReverseRefusal::AlreadyReversed { .. }) => (Answer::Reversed, None),
                    Err(ReverseRefusal::IsReversal { .. }) => (Answer::IsReversal, None),
                    Err(other) => panic!("{other}"),
                };
                (model.reverse(which, key), found)
            }
            Op::Reverse { .. } => continue,
        };
        ids.extend(made);
        prop_assert_eq!(found, expected, "{:?}", op);
        for (place, holder) in holders.iter().enumerate() {
            prop_assert_eq!(balance(db, *holder).await, model.balances[place], "{} after {:?}", holder, op);
        }
        prop_assert_eq!(ids.len(), model.done.len());
    }
    sound(db).await;
    Ok(())
}

testkit::on_both! {
    from migrated;

    async fn the_ledger_does_what_the_model_does(database: &TestDatabase) {
        let db = open(database).await;
        let ann = player(&db, &clock(), "ann").await;
        let numbers = AtomicI64::new(0);
        let mut runner = TestRunner::new(Config { cases: CASES, failure_persistence: None, max_shrink_iters: 200, ..Config::default() });
        let work = proptest::collection::vec(operation(), 20..60);
        let outcome = tokio::task::block_in_place(|| {
            runner.run(&work, |ops| {
                let number = numbers.fetch_add(1, Ordering::Relaxed);
                Handle::current().block_on(case(&db, number, ann, &ops))
            })
        });
        outcome.unwrap_or_else(|error| panic!("{error}"));
    }
}
