//! People sign up whole or not at all, and edit what others see of them.

mod support;

use std::{collections::HashSet, sync::Arc};

use accounts::{Field, Invalid, SignUpRefusal, User};
use kernel::{Clock, Db, SystemRandom, TestClock};
use profiles::{Profile, ProfileForm, ProfileRefusal, error, model::user_profile as profile, service};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use seadrift::project::Project;
use support::{form, open, person};
use testkit::{Kind, TestDatabase};
use tokio::task::JoinSet;

async fn migrated(kind: Kind) -> Option<TestDatabase> {
    support::migrated(kind, Project::new().app(accounts::app()).app(profiles::app())).await
}

fn clock() -> TestClock {
    TestClock::at_text("2026-03-01T18:00:00Z")
}

/// Users, profiles, sessions.
async fn count(db: &Db) -> (u64, u64, u64) {
    let (users, sessions) = (accounts::model::user::Entity::find(), accounts::model::session::Entity::find());
    (
        users.count(db.read()).await.expect("countable"),
        profile::Entity::find().count(db.read()).await.expect("countable"),
        sessions.count(db.read()).await.expect("countable"),
    )
}

fn edited() -> ProfileForm {
    ProfileForm {
        display_name: " Ann the Quick ".into(),
        region: "EU".into(),
        bio: "One line.\nAnother: আমি খেলি.".into(),
        youtube_link: "https://youtube.com/@ann".into(),
        twitch_link: " https://twitch.tv/ann ".into(),
        is_private: true,
        show_socials: false,
    }
}

async fn stored(db: &Db, user: &User) -> Profile {
    let of_user = profile::Entity::find().filter(profile::Column::UserId.eq(user.id));
    of_user.one(db.read()).await.expect("readable").expect("a profile")
}

testkit::on_both! {
    from migrated;

    async fn signing_up_makes_account_profile_and_session(database: &TestDatabase) {
        let (db, clock) = (open(database).await, clock());
        let (ann, _) = person(&db, &clock, "ann").await;
        assert_eq!(count(&db).await, (1, 1, 1));
        assert_eq!(ann.last_login, Some(clock.now()));
        assert!(!ann.is_staff && !ann.is_superuser && !ann.is_verified);
        let profile = stored(&db, &ann).await;
        assert_eq!((&*profile.display_name, &*profile.region, &*profile.bio), ("ann", "BD", ""));
        assert_eq!((profile.is_private, profile.show_socials, profile.created_at), (false, true, clock.now()));
        assert!(profile.preferred_games.as_array().is_some_and(Vec::is_empty), "{}", profile.preferred_games);
    }

    async fn a_refused_sign_up_leaves_nothing(database: &TestDatabase) {
        let (db, clock) = (open(database).await, clock());
        person(&db, &clock, "ann").await;
        let mut short = form("b b", "bob");
        short.password = "x".into();
        let name = (Field::Username, Invalid::UsernameTaken);
        for (form, expected) in [
            (form("ANN", "new@example.org"), vec![name]),
            (form("ANN", "ANN@example.org"), vec![name, (Field::Email, Invalid::EmailTaken)]),
            (short, vec![
                (Field::Username, Invalid::UsernameCharacters),
                (Field::Email, Invalid::Email),
                (Field::Password, Invalid::PasswordShort),
                (Field::PasswordAgain, Invalid::PasswordsDiffer),
            ]),
        ] {
            match service::sign_up(&db, &clock, &SystemRandom, form, "").await {
                Err(SignUpRefusal::Invalid(fields)) => assert_eq!(fields, expected),
                other => panic!("{other:?}"),
            }
            assert_eq!(count(&db).await, (1, 1, 1));
        }
    }

    async fn one_of_sixteen_gets_the_name_and_is_whole(database: &TestDatabase) {
        let (db, clock) = (open(database).await, Arc::new(clock()));
        let mut people = JoinSet::new();
        for number in 0..16 {
            let (db, clock) = (db.clone(), Arc::clone(&clock));
            people.spawn(async move {
                loop {
                    let form = form(["crown", "CROWN"][number % 2], &format!("p{number}@example.org"));
                    match service::sign_up(&db, &*clock, &SystemRandom, form, "").await {
                        // Told to wait a moment and try again, as people are.
                        Err(SignUpRefusal::Busy(_)) => {}
                        outcome => return outcome,
                    }
                }
            });
        }
        let mut tokens = Vec::new();
        for outcome in people.join_all().await {
            match outcome {
                Ok(token) => tokens.push(token),
                Err(SignUpRefusal::Invalid(fields)) => assert_eq!(fields, [(Field::Username, Invalid::UsernameTaken)]),
                Err(other) => panic!("{other}"),
            }
        }
        assert_eq!(tokens.len(), 1);
        assert_eq!(count(&db).await, (1, 1, 1));
        let winner = accounts::service::resume(&db, &*clock, &tokens[0]).await.expect("readable").expect("signed in");
        stored(&db, &winner.user).await;
    }

    async fn a_superuser_has_a_profile_and_no_session(database: &TestDatabase) {
        let (db, clock) = (open(database).await, clock());
        let root = service::create_superuser(&db, &clock, form("root", "root@example.org")).await.expect("it is free");
        assert!(root.is_superuser && root.is_staff && root.is_active && root.is_verified);
        assert_eq!(count(&db).await, (1, 1, 0));
        assert_eq!(stored(&db, &root).await.display_name, "root");
        let again = service::create_superuser(&db, &clock, form("Root", "root@example.org")).await;
        assert!(matches!(&again, Err(SignUpRefusal::Invalid(fields)) if fields.len() == 2), "{again:?}");
        assert_eq!(count(&db).await, (1, 1, 0));
    }

    async fn an_edit_changes_what_the_form_has_and_nothing_else(database: &TestDatabase) {
        let (db, clock) = (open(database).await, clock());
        let ((ann, _), (bob, _)) = (person(&db, &clock, "ann").await, person(&db, &clock, "bob").await);
        let known: Result<_, kernel::DbError> = db.write(|tx| async move {
            let row = profile::ActiveModel { riot_id: Set("ann#1".into()), avatar: Set(Some("a.png".into())), ..Default::default() };
            Ok(profile::Entity::update_many().set(row).exec(&tx).await?)
        }).await;
        known.expect("it is written");
        let (before, of_bob) = (stored(&db, &ann).await, stored(&db, &bob).await);
        let answer = service::edit(&db, &clock, &ann, &edited()).await.expect("the form is right");
        let expected = Profile {
            display_name: "Ann the Quick".into(),
            region: "EU".into(),
            bio: "One line.\nAnother: আমি খেলি.".into(),
            youtube_link: "https://youtube.com/@ann".into(),
            twitch_link: "https://twitch.tv/ann".into(),
            is_private: true,
            show_socials: false,
            ..before
        };
        assert_eq!(answer, expected);
        assert_eq!(stored(&db, &ann).await, expected);
        assert_eq!(stored(&db, &bob).await, of_bob, "nobody else's");
    }

    async fn a_wrong_edit_names_every_field_and_changes_nothing(database: &TestDatabase) {
        let (db, clock) = (open(database).await, clock());
        let (ann, _) = person(&db, &clock, "ann").await;
        let before = stored(&db, &ann).await;
        let wrong = ProfileForm {
            display_name: " ".into(),
            region: "XX".into(),
            bio: "x".repeat(2_001),
            youtube_link: "javascript:alert(1)".into(),
            ..edited()
        };
        match service::edit(&db, &clock, &ann, &wrong).await {
            Err(ProfileRefusal::Invalid(fields)) => assert_eq!(fields, [
                ("display_name", error::Invalid::Empty),
                ("region", error::Invalid::Choice),
                ("bio", error::Invalid::Long(2_000)),
                ("youtube_link", error::Invalid::Link),
            ]),
            other => panic!("{other:?}"),
        }
        assert_eq!(stored(&db, &ann).await, before);
    }

    /// An account of older days may have no profile: whoever looks first makes it, once.
    async fn a_missing_profile_is_made_once(database: &TestDatabase) {
        let (db, clock) = (open(database).await, Arc::new(clock()));
        let (ann, _) = person(&db, &*clock, "ann").await;
        let gone: Result<_, kernel::DbError> =
            db.write(|tx| async move { Ok(profile::Entity::delete_many().exec(&tx).await?) }).await;
        assert_eq!(gone.expect("it is written").rows_affected, 1);
        let mut looks = JoinSet::new();
        for _ in 0..16 {
            let (db, clock, ann) = (db.clone(), Arc::clone(&clock), ann.clone());
            looks.spawn(async move { service::of_user(&db, &*clock, &ann).await.map(|profile| profile.id) });
        }
        let ids: Result<HashSet<i64>, _> = looks.join_all().await.into_iter().collect();
        assert_eq!(ids.expect("every look succeeds").len(), 1);
        assert_eq!(count(&db).await, (1, 1, 1));
    }
}
