//! Signing in, being recognised, and every way in which that ends.

use accounts::{
    SignInRefusal,
    model::{session, user},
    service::{self, SESSION_IDLE, SESSION_LIFE, Standing},
};
use chrono::TimeDelta;
use kernel::{Actor, Clock, Db, DbError, SeededRandom, TestClock};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use testkit::TestDatabase;

use crate::{PASSWORD, ann, clock, form, join, migrated, support::open};

const INSTANT: TimeDelta = TimeDelta::microseconds(1);

/// A session that is opened without asking for the password, which takes its time.
async fn opened(db: &Db, clock: &TestClock, seed: u64, user: i64) -> String {
    let random = SeededRandom::new(seed);
    let random = &random;
    let opened: Result<_, DbError> =
        db.write(|tx| async move { service::open_session(&tx, clock, random, user, "a browser").await }).await;
    opened.expect("a session opens")
}

async fn holder(db: &Db, clock: &TestClock, token: &str) -> Option<i64> {
    service::resume(db, clock, token).await.expect("it can be told").map(|signed_in| signed_in.user.id)
}

async fn switch(db: &Db, id: i64, active: bool) {
    let done: Result<_, DbError> = db
        .write(|tx| async move {
            let row = user::ActiveModel { is_active: Set(active), ..Default::default() };
            Ok(user::Entity::update_many().set(row).filter(user::Column::Id.eq(id)).exec(&tx).await?)
        })
        .await;
    assert_eq!(done.expect("it is written").rows_affected, 1);
}

testkit::on_both! {
    from migrated;

    async fn name_or_address_in_any_case_lets_in(database: &TestDatabase) {
        let (db, clock, random) = (open(database).await, clock(), SeededRandom::new(1));
        let ann = ann(&db, &clock).await;
        clock.advance(TimeDelta::hours(1));
        for name in ["Ann", "aNN", " ann ", "Ann@Example.org", "ann@EXAMPLE.ORG"] {
            let token = service::sign_in(&db, &clock, &random, name, PASSWORD, "Firefox\n").await.expect(name);
            let signed_in = service::resume(&db, &clock, &token).await.expect("readable").expect(name);
            assert_eq!((signed_in.user.id, signed_in.actor()), (ann.id, Actor::user(ann.id)), "{name}");
            assert_eq!(signed_in.user.last_login, Some(clock.now()), "{name}");
        }
        let rows = session::Entity::find().all(db.read()).await.expect("readable");
        assert!(rows.len() == 5 && rows.iter().all(|row| row.user_agent == "Firefox"), "{rows:?}");
    }

    async fn whatever_is_wrong_the_refusal_is_the_same(database: &TestDatabase) {
        let (db, clock, random) = (open(database).await, clock(), SeededRandom::new(1));
        let gone = join(&db, &clock, form("gone", "gone@example.org"), Standing::Person).await.expect("it is free");
        switch(&db, gone.id, false).await;
        ann(&db, &clock).await;
        let long = "x".repeat(300);
        for (name, password) in [
            ("Ann", "river lamp cactu"),
            ("Ann", "River lamp cactus"),
            ("Ann", ""),
            ("Ann", &long),
            ("nobody", PASSWORD),
            ("", PASSWORD),
            (&long, PASSWORD),
            ("gone", PASSWORD),
            ("gone@example.org", PASSWORD),
        ] {
            let outcome = service::sign_in(&db, &clock, &random, name, password, "").await;
            assert!(matches!(outcome, Err(SignInRefusal::Wrong)), "{name:?} {password:?}: {outcome:?}");
        }
        assert_eq!(session::Entity::find().count(db.read()).await.expect("countable"), 0);
    }

    async fn the_token_is_nowhere_in_the_database(database: &TestDatabase) {
        let (db, clock) = (open(database).await, clock());
        let ann = ann(&db, &clock).await;
        let token = opened(&db, &clock, 1, ann.id).await;
        assert!(token.len() * 4 >= 128, "{token}");
        let rows = session::Entity::find().all(db.read()).await.expect("readable");
        let users = user::Entity::find().all(db.read()).await.expect("readable");
        assert!(!format!("{rows:?}{users:?}").contains(&token));
        let hash = rows[0].token_hash.clone();
        assert!(hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit()), "{hash}");
        assert_eq!(holder(&db, &clock, &hash).await, None, "who reads the table gets no session");
        assert_eq!(holder(&db, &clock, &token).await, Some(ann.id));
        for wrong in ["", &token[1..], &token.to_uppercase()] {
            assert_eq!(holder(&db, &clock, wrong).await, None, "{wrong}");
        }
    }

    async fn a_session_ends_when_it_is_not_used(database: &TestDatabase) {
        let (db, clock) = (open(database).await, clock());
        let (ann, begin) = (ann(&db, &clock).await.id, clock.now());
        let (used, idle) = (opened(&db, &clock, 1, ann).await, opened(&db, &clock, 2, ann).await);
        clock.set(begin + SESSION_IDLE - INSTANT);
        assert_eq!(holder(&db, &clock, &used).await, Some(ann), "a moment before");
        clock.set(begin + SESSION_IDLE);
        assert_eq!(holder(&db, &clock, &idle).await, None, "exactly then");
        assert_eq!(holder(&db, &clock, &used).await, Some(ann), "its use counts from its use");
        clock.set(begin + SESSION_IDLE - INSTANT + SESSION_IDLE);
        assert_eq!(holder(&db, &clock, &used).await, None);
    }

    async fn a_session_ends_however_much_it_is_used(database: &TestDatabase) {
        let (db, clock) = (open(database).await, clock());
        let (ann, begin) = (ann(&db, &clock).await.id, clock.now());
        let token = opened(&db, &clock, 1, ann).await;
        for day in (1..30).step_by(7) {
            clock.set(begin + TimeDelta::days(day));
            assert_eq!(holder(&db, &clock, &token).await, Some(ann), "day {day}");
        }
        clock.set(begin + SESSION_LIFE - INSTANT);
        assert_eq!(holder(&db, &clock, &token).await, Some(ann), "a moment before");
        clock.set(begin + SESSION_LIFE);
        assert_eq!(holder(&db, &clock, &token).await, None, "exactly then");
        // The next session that is opened sweeps what has ended.
        opened(&db, &clock, 2, ann).await;
        assert_eq!(session::Entity::find().count(db.read()).await.expect("countable"), 1);
    }

    async fn reading_a_page_does_not_always_write(database: &TestDatabase) {
        let (db, clock) = (open(database).await, clock());
        let (ann, begin) = (ann(&db, &clock).await.id, clock.now());
        let token = opened(&db, &clock, 1, ann).await;
        for (after, seen) in [(TimeDelta::seconds(299), TimeDelta::zero()), (TimeDelta::seconds(300), TimeDelta::seconds(300))] {
            clock.set(begin + after);
            holder(&db, &clock, &token).await;
            let row = session::Entity::find().one(db.read()).await.expect("readable").expect("a session");
            assert_eq!(row.last_seen_at, begin + seen, "after {after}");
        }
    }

    async fn signing_out_ends_this_session_and_no_other(database: &TestDatabase) {
        let (db, clock) = (open(database).await, clock());
        let ann = ann(&db, &clock).await.id;
        let (here, there) = (opened(&db, &clock, 1, ann).await, opened(&db, &clock, 2, ann).await);
        for _ in 0..2 {
            service::sign_out(&db, &here).await.expect("also a second time");
            assert_eq!(holder(&db, &clock, &here).await, None);
            assert_eq!(holder(&db, &clock, &there).await, Some(ann));
        }
    }

    async fn signing_out_everywhere_ends_one_persons_sessions(database: &TestDatabase) {
        let (db, clock) = (open(database).await, clock());
        let ann = ann(&db, &clock).await.id;
        let bob = join(&db, &clock, form("bob", "bob@example.org"), Standing::Person).await.expect("it is free").id;
        let hers = [opened(&db, &clock, 1, ann).await, opened(&db, &clock, 2, ann).await];
        let his = opened(&db, &clock, 3, bob).await;
        assert_eq!(service::sign_out_everywhere(&db, ann).await.expect("it is written"), 2);
        for token in &hers {
            assert_eq!(holder(&db, &clock, token).await, None);
        }
        assert_eq!(holder(&db, &clock, &his).await, Some(bob));
        assert_eq!(service::sign_out_everywhere(&db, ann).await.expect("it is written"), 0);
    }

    async fn a_switched_off_account_is_out_at_once(database: &TestDatabase) {
        let (db, clock) = (open(database).await, clock());
        let ann = ann(&db, &clock).await.id;
        let token = opened(&db, &clock, 1, ann).await;
        assert_eq!(service::count_people(&db).await.expect("countable"), 1);
        switch(&db, ann, false).await;
        assert_eq!(holder(&db, &clock, &token).await, None);
        assert_eq!(service::count_people(&db).await.expect("countable"), 0);
    }

    /// A username may have the shape of somebody's address: each gets in with the own password.
    async fn a_name_like_an_address_shuts_nobody_out(database: &TestDatabase) {
        let (db, clock, random) = (open(database).await, clock(), SeededRandom::new(1));
        let ann = ann(&db, &clock).await;
        let mut squatter = form("ann@example.org", "other@example.org");
        squatter.password = "seven green kettles".to_owned();
        squatter.password_again.clone_from(&squatter.password);
        let squatter = join(&db, &clock, squatter, Standing::Person).await.expect("it is free");
        for (password, expected) in [(PASSWORD, ann.id), ("seven green kettles", squatter.id)] {
            let token = service::sign_in(&db, &clock, &random, "ann@example.org", password, "").await.expect(password);
            assert_eq!(holder(&db, &clock, &token).await, Some(expected));
        }
    }
}
