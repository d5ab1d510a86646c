//! Keys of acts that must not happen twice.

use accounts::{
    KeyRefusal,
    model::idempotency_key,
    service::{
        Standing,
        idempotency::{Answer, Begun, KEPT, begin, finish},
    },
};
use chrono::TimeDelta;
use kernel::{Db, DbError, TestClock};
use sea_orm::{EntityTrait, PaginatorTrait};
use testkit::TestDatabase;

use crate::{ann, clock, form, join, migrated, support::open};

/// Why an act did not happen.
#[derive(Debug)]
enum Refused {
    Key(KeyRefusal),
    Act,
}

impl From<DbError> for Refused {
    fn from(error: DbError) -> Self {
        Self::Key(error.into())
    }
}

/// An act under a key: its answer, and whether it happened this time.
async fn act(
    db: &Db,
    clock: &TestClock,
    user: i64,
    key: &str,
    asked: &str,
    fails: bool,
) -> Result<(String, bool), Refused> {
    db.write(|tx| async move {
        match begin(&tx, clock, user, "cups.enter", key, asked.as_bytes()).await.map_err(Refused::Key)? {
            Begun::Done(answer) => Ok((answer.body, false)),
            Begun::New(_) if fails => Err(Refused::Act),
            Begun::New(claim) => {
                let answer = Answer { status: 201, body: format!("did {asked}") };
                finish(&tx, claim, &answer).await?;
                Ok((answer.body, true))
            }
        }
    })
    .await
}

async fn keys(db: &Db) -> u64 {
    idempotency_key::Entity::find().count(db.read()).await.expect("countable")
}

testkit::on_both! {
    from migrated;

    async fn an_act_happens_once_a_key(database: &TestDatabase) {
        let (db, clock) = (open(database).await, clock());
        let ann = ann(&db, &clock).await.id;
        let bob = join(&db, &clock, form("bob", "bob@example.org"), Standing::Person).await.expect("it is free").id;
        assert_eq!(act(&db, &clock, ann, "k", "one", false).await.expect("new"), ("did one".to_owned(), true));
        assert_eq!(act(&db, &clock, ann, "k", "one", false).await.expect("done"), ("did one".to_owned(), false));
        assert!(matches!(act(&db, &clock, ann, "k", "two", false).await, Err(Refused::Key(KeyRefusal::Reused))));
        assert!(act(&db, &clock, bob, "k", "two", false).await.expect("another person's").1);
        assert!(act(&db, &clock, ann, "K", "two", false).await.expect("another key").1);
        for wrong in ["", "a b", &"x".repeat(65)] {
            let refused = act(&db, &clock, ann, wrong, "one", false).await;
            assert!(matches!(refused, Err(Refused::Key(KeyRefusal::Malformed))), "{wrong:?}");
        }
        assert_eq!(keys(&db).await, 3);
        clock.advance(KEPT + TimeDelta::microseconds(1));
        assert!(act(&db, &clock, ann, "k", "two", false).await.expect("a day later").1);
        assert_eq!(keys(&db).await, 2, "the person's old keys are gone, the other's stays");
    }

    async fn a_refused_act_leaves_no_key(database: &TestDatabase) {
        let (db, clock) = (open(database).await, clock());
        let ann = ann(&db, &clock).await.id;
        assert!(matches!(act(&db, &clock, ann, "k", "one", true).await, Err(Refused::Act)));
        assert_eq!(keys(&db).await, 0);
        assert!(act(&db, &clock, ann, "k", "two", false).await.expect("free again").1);
    }

    async fn of_many_at_once_one_acts_and_all_hear_it(database: &TestDatabase) {
        let (db, clock) = (open(database).await, std::sync::Arc::new(clock()));
        let ann = ann(&db, &*clock).await.id;
        let mut running = tokio::task::JoinSet::new();
        for _ in 0..50 {
            let (db, clock) = (db.clone(), std::sync::Arc::clone(&clock));
            running.spawn(async move { act(&db, &clock, ann, "k", "one", false).await });
        }
        let mut acted = 0;
        while let Some(done) = running.join_next().await {
            let (body, now) = done.expect("it ends").expect("it is answered");
            assert_eq!(body, "did one");
            acted += u32::from(now);
        }
        assert_eq!((acted, keys(&db).await), (1, 1));
    }

    async fn a_key_without_an_answer_is_under_way(database: &TestDatabase) {
        let (db, clock) = (open(database).await, clock());
        let ann = ann(&db, &clock).await.id;
        let clock = &clock;
        let begun: Result<(), Refused> = db
            .write(|tx| async move {
                // Kept open: the old platform wrote such rows, and so would a program of ours that is wrong.
                let begun = begin(&tx, clock, ann, "cups.enter", "k", b"one").await.map_err(Refused::Key)?;
                assert!(matches!(begun, Begun::New(_)));
                Ok(())
            })
            .await;
        begun.expect("it is stored");
        assert!(matches!(act(&db, clock, ann, "k", "one", false).await, Err(Refused::Key(KeyRefusal::UnderWay))));
    }
}
