//! Accounts are made whole or not at all, and no two share a name or an address.

use std::sync::Arc;

use accounts::{
    Field, Invalid, SignUp, SignUpRefusal,
    model::user,
    service::{self, Standing},
};
use kernel::Clock;
use sea_orm::{EntityTrait, PaginatorTrait};
use testkit::TestDatabase;
use tokio::task::JoinSet;

use crate::{PASSWORD, ann, clock, form, join, migrated, support::open};

fn fields(refusal: SignUpRefusal) -> Vec<(Field, Invalid)> {
    match refusal {
        SignUpRefusal::Invalid(fields) => fields,
        other => panic!("not about fields: {other}"),
    }
}

testkit::on_both! {
    from migrated;

    async fn an_account_is_what_the_form_said(database: &TestDatabase) {
        let (db, clock) = (open(database).await, clock());
        let made = join(&db, &clock, form(" Ann ", " Ann@Example.org "), Standing::Person).await.expect("it is free");
        let stored = user::Entity::find_by_id(made.id).one(db.read()).await.expect("readable").expect("a row");
        assert_eq!(stored, made);
        assert_eq!((&*made.username, &*made.email), ("Ann", "Ann@Example.org"));
        assert_eq!((made.date_joined, made.last_login), (clock.now(), None));
        assert_eq!((made.is_active, made.is_staff, made.is_superuser, made.is_verified), (true, false, false, false));
        assert!(made.password.starts_with("$argon2id$") && !format!("{made:?}").contains(PASSWORD));
    }

    async fn a_superuser_may_do_everything_and_is_verified(database: &TestDatabase) {
        let (db, clock) = (open(database).await, clock());
        let made = join(&db, &clock, form("root", "root@example.org"), Standing::Superuser).await.expect("it is free");
        assert_eq!((made.is_active, made.is_staff, made.is_superuser, made.is_verified), (true, true, true, true));
        assert_eq!(made.email_verified_at, Some(clock.now()));
    }

    async fn a_wrong_form_names_every_field_and_keeps_nothing(database: &TestDatabase) {
        let (db, clock) = (open(database).await, clock());
        let wrong = SignUp { username: "a b".into(), email: "x".into(), password: "short".into(), ..SignUp::default() };
        let refusal = join(&db, &clock, wrong, Standing::Person).await.expect_err("all of it is wrong");
        let expected = [
            (Field::Username, Invalid::UsernameCharacters),
            (Field::Email, Invalid::Email),
            (Field::Password, Invalid::PasswordShort),
            (Field::PasswordAgain, Invalid::PasswordsDiffer),
        ];
        assert_eq!(fields(refusal), expected);
        assert_eq!(user::Entity::find().count(db.read()).await.expect("countable"), 0);
    }

    async fn what_looks_the_same_is_taken(database: &TestDatabase) {
        let (db, clock) = (open(database).await, clock());
        ann(&db, &clock).await;
        let (name, address) = ((Field::Username, Invalid::UsernameTaken), (Field::Email, Invalid::EmailTaken));
        for (username, email, expected) in [
            ("Ann", "other@example.org", vec![name]),
            ("aNN", "other@example.org", vec![name]),
            // The first letter is Cyrillic.
            ("\u{430}nn", "other@example.org", vec![name]),
            ("other", "ANN@example.ORG", vec![address]),
            ("ANN", "ann@example.org", vec![name, address]),
        ] {
            let refusal = join(&db, &clock, form(username, email), Standing::Person).await.expect_err(username);
            assert_eq!(fields(refusal), expected, "{username} {email}");
        }
        join(&db, &clock, form("anna", "anna@example.org"), Standing::Person).await.expect("another name is free");
        assert_eq!(user::Entity::find().count(db.read()).await.expect("countable"), 2);
    }

    async fn one_of_sixteen_gets_the_name(database: &TestDatabase) {
        let (db, clock) = (open(database).await, Arc::new(clock()));
        let spellings = ["crown", "Crown", "CROWN", "cr\u{43e}wn"];
        let mut people = JoinSet::new();
        for number in 0..16 {
            let form = form(spellings[number % spellings.len()], &format!("p{number}@example.org"));
            let prepared = service::prepare(form).await.expect("the form is right");
            let (db, clock) = (db.clone(), Arc::clone(&clock));
            people.spawn(async move {
                let (prepared, clock) = (&prepared, &*clock);
                db.write(|tx| async move { service::create_user(&tx, clock, prepared, Standing::Person).await }).await
            });
        }
        let (mut made, mut refused) = (0, 0);
        for outcome in people.join_all().await {
            match outcome {
                Ok(_) => made += 1,
                Err(refusal) => {
                    assert_eq!(fields(refusal), [(Field::Username, Invalid::UsernameTaken)]);
                    refused += 1;
                }
            }
        }
        assert_eq!((made, refused), (1, 15));
        assert_eq!(user::Entity::find().count(db.read()).await.expect("countable"), 1);
    }
}
