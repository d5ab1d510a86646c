//! What the tables of sign-ups, codes and idempotency keys refuse, row by row, without services.

use accounts::model::{email_otp as otp, idempotency_key as key, pending_signup as pending};
use chrono::TimeDelta;
use kernel::{Clock, Db, DbError, db::Constraint};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel};
use testkit::TestDatabase;

use crate::{ann, clock, form, join, migrated, support::open};

async fn insert<A>(db: &Db, row: A) -> Result<<A::Entity as EntityTrait>::Model, DbError>
where
    A: ActiveModelTrait + Send + Sync,
    <A::Entity as EntityTrait>::Model: IntoActiveModel<A>,
{
    let row = &row;
    db.write(|tx| async move { Ok(A::Entity::insert(row.clone()).exec_with_returning(&tx).await?) }).await
}

async fn refuses<A>(db: &Db, cases: impl IntoIterator<Item = (Constraint, &'static str, A)>)
where
    A: ActiveModelTrait + Send + Sync + std::fmt::Debug,
    <A::Entity as EntityTrait>::Model: IntoActiveModel<A>,
{
    for (kind, name, row) in cases {
        match insert(db, row.clone()).await {
            Ok(_) => panic!("{kind:?} {name} let it pass: {row:?}"),
            Err(refusal) => {
                assert_eq!(refusal.constraint(), Some(kind), "{refusal}: {row:?}");
                assert!(refusal.to_string().contains(name), "not {name} but {refusal}: {row:?}");
            }
        }
    }
}

testkit::on_both! {
    from migrated;

    /// A key is one person's in one scope; an answer is whole and belongs to a request.
    async fn idempotency_keys(database: &TestDatabase) {
        use key::ActiveModel as Row;
        let (db, clock) = (open(database).await, clock());
        let ann = ann(&db, &clock).await.id;
        let bob = join(&db, &clock, form("bob", "bob@example.org"), accounts::service::Standing::Person).await;
        let bob = bob.expect("it is free").id;
        let text = |value: &str| Set(value.to_owned());
        let used = |user: i64, scope: &str, token: &str| Row {
            user_id: Set(user),
            scope: text(scope),
            token: text(token),
            created_at: Set(clock.now()),
            ..Default::default()
        };
        let answered = |token: &str| Row {
            request_hash: Set(Some("a".repeat(64))),
            response_status: Set(Some(201)),
            response_body: Set(Some("{}".to_owned())),
            ..used(ann, "pay", token)
        };
        for row in [used(ann, "pay", "k1"), used(bob, "pay", "k1"), used(ann, "enter", "k1"), answered("k2")] {
            insert(&db, row).await.expect("another person, scope or key");
        }
        refuses(&db, [
            (Constraint::Unique, "", used(ann, "pay", "k1")),
            (Constraint::Unique, "", answered("k2")),
            (Constraint::Check, "idempotencykey_scope_not_empty", used(ann, "", "k3")),
            (Constraint::Check, "idempotencykey_token_not_empty", used(ann, "pay", "")),
            (Constraint::Check, "idempotencykey_answer_is_whole", Row { response_body: Set(None), ..answered("k3") }),
            (Constraint::Check, "idempotencykey_answer_is_whole", Row { response_status: Set(None), ..answered("k3") }),
            (Constraint::Check, "idempotencykey_answer_has_request", Row { request_hash: Set(None), ..answered("k3") }),
            (Constraint::Check, "ck_corelib_idempotencykey_response_status", Row { response_status: Set(Some(99)), ..answered("k3") }),
            (Constraint::ForeignKey, "", used(bob + 1_000, "pay", "k1")),
        ]).await;
    }

    /// One sign-up at a time waits for a username and for an address, without regard to case.
    async fn pending_sign_ups(database: &TestDatabase) {
        use pending::ActiveModel as Row;
        let (db, clock) = (open(database).await, clock());
        let waiting = |username: &str, email: &str| Row {
            username: Set(username.to_owned()),
            username_ci: Set(kernel::text::fold_name(username)),
            email: Set(email.to_owned()),
            email_ci: Set(kernel::text::fold(email)),
            password_hash: Set("!".to_owned()),
            created_at: Set(clock.now()),
            ..Default::default()
        };
        let kept = insert(&db, waiting("Ann", "Ann@Example.org")).await.expect("it is free");
        assert_eq!((kept.username.as_str(), kept.email.as_str()), ("Ann", "Ann@Example.org"), "as it was typed");
        insert(&db, waiting("bob", "bob@example.org")).await.expect("it is free");
        refuses(&db, [
            (Constraint::Unique, "username_ci", waiting("aNN", "another@example.org")),
            (Constraint::Unique, "email_ci", waiting("carl", "ann@EXAMPLE.org")),
        ]).await;
    }

    async fn one_time_codes(database: &TestDatabase) {
        use otp::ActiveModel as Row;
        let (db, clock) = (open(database).await, clock());
        let ann = ann(&db, &clock).await.id;
        let sent = || Row {
            code: Set("!".to_owned()),
            user_id: Set(Some(ann)),
            created_at: Set(clock.now()),
            expires_at: Set(clock.now() + TimeDelta::minutes(10)),
            ..Default::default()
        };
        insert(&db, sent()).await.expect("sound");
        refuses(&db, [
            (Constraint::Check, "emailotp_user_xor_pending", Row { user_id: Set(None), ..sent() }),
            (Constraint::Check, "emailotp_expires_after_creation", Row { expires_at: Set(clock.now()), ..sent() }),
            (Constraint::Check, "ck_accounts_emailotp_attempts", Row { attempts: Set(-1), ..sent() }),
            (Constraint::Check, "ck_accounts_emailotp_purpose", Row { purpose: Set("login".to_owned()), ..sent() }),
            (Constraint::ForeignKey, "", Row { user_id: Set(None), pending_signup_id: Set(Some(77)), ..sent() }),
        ]).await;
    }
}
