//! Who may do what, who may hand it on, and that somebody can always enter.

use std::collections::BTreeSet;

use accounts::{
    Access, AccessRefusal, Act, User,
    access::Grant,
    model::{admin_entry, group, user},
    service::{
        self, Standing,
        access::{
            AccountChange, Rights, guard_account, of, rights_of_group, rights_of_user, set_group_grants,
            set_user_rights,
        },
        history::{self, Entry},
    },
};
use kernel::{Db, DbError, SeededRandom};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, prelude::Json};
use testkit::TestDatabase;

use crate::{PASSWORD, clock, form, join, migrated, support::open};

fn grants(of: &[(&str, Act)]) -> BTreeSet<Grant> {
    of.iter().map(|(app, act)| ((*app).to_owned(), *act)).collect()
}

/// Root and Rita (superusers), Sam and Sue (staff), Pat (a person).
async fn people(db: &Db) -> [User; 5] {
    let mut made = Vec::new();
    for (name, standing) in [
        ("root", Standing::Superuser),
        ("rita", Standing::Superuser),
        ("sam", Standing::Person),
        ("sue", Standing::Person),
        ("pat", Standing::Person),
    ] {
        let user = join(db, &clock(), form(name, &format!("{name}@example.org")), standing).await.expect("free");
        made.push(if name.starts_with('s') { promote(db, user).await } else { user });
    }
    made.try_into().expect("five")
}

async fn promote(db: &Db, person: User) -> User {
    let id = person.id;
    let done: Result<(), DbError> = db
        .write(|tx| async move {
            let row = user::ActiveModel { id: Set(id), is_staff: Set(true), ..Default::default() };
            row.update(&tx).await?;
            Ok(())
        })
        .await;
    done.expect("it is written");
    User { is_staff: true, ..person }
}

async fn new_group(db: &Db, name: &str) -> i64 {
    let made: Result<i64, DbError> = db
        .write(|tx| async move {
            let row = group::ActiveModel { name: Set(name.to_owned()), ..Default::default() };
            Ok(group::Entity::insert(row).exec(&tx).await?.last_insert_id)
        })
        .await;
    made.expect("it is written")
}

async fn give(db: &Db, by: &User, user: &User, own: &[(&str, Act)], groups: &[i64]) -> Result<Rights, AccessRefusal> {
    let wanted = Rights { grants: grants(own), groups: groups.iter().copied().collect() };
    let wanted = &wanted;
    db.write(|tx| async move { set_user_rights(&tx, by.id, user.id, wanted).await }).await
}

async fn give_group(db: &Db, by: &User, group: i64, of: &[(&str, Act)]) -> Result<BTreeSet<Grant>, AccessRefusal> {
    let wanted = grants(of);
    let wanted = &wanted;
    db.write(|tx| async move { set_group_grants(&tx, by.id, group, wanted).await }).await
}

async fn guard(db: &Db, by: &User, user: &User, change: AccountChange) -> Result<(), AccessRefusal> {
    db.write(|tx| async move { guard_account(&tx, by.id, user.id, change).await }).await
}

testkit::on_both! {
    from migrated;

    async fn access_is_the_sum_of_own_grants_and_groups(database: &TestDatabase) {
        let db = open(database).await;
        let [root, _, sam, _, pat] = people(&db).await;
        assert_eq!(of(&db, &root).await.expect("readable"), Access::everything());
        assert!(of(&db, &sam).await.expect("readable").is_nothing());
        let (support, money) = (new_group(&db, "Support").await, new_group(&db, "Money").await);
        give_group(&db, &root, support, &[("teams", Act::Change), ("teams", Act::View)]).await.expect("a superuser");
        give_group(&db, &root, money, &[("economy", Act::Export)]).await.expect("a superuser");
        give(&db, &root, &sam, &[("accounts", Act::View)], &[support]).await.expect("a superuser");
        let access = of(&db, &sam).await.expect("readable");
        assert_eq!(access, Access::of(grants(&[("accounts", Act::View), ("teams", Act::Change), ("teams", Act::View)])));
        // A grant alone makes nobody staff.
        give(&db, &root, &pat, &[("teams", Act::View)], &[money]).await.expect("a superuser");
        assert!(of(&db, &pat).await.expect("readable").is_nothing());
        let before = give(&db, &root, &sam, &[("teams", Act::Add)], &[]).await.expect("a superuser");
        assert_eq!(before, Rights { grants: grants(&[("accounts", Act::View)]), groups: BTreeSet::from([support]) });
        assert_eq!(of(&db, &sam).await.expect("readable"), Access::of(grants(&[("teams", Act::Add)])));
        let (found, rights) = rights_of_user(&db, sam.id).await.expect("readable").expect("there is Sam");
        assert_eq!((found.id, rights.grants), (sam.id, grants(&[("teams", Act::Add)])));
        let (found, given) = rights_of_group(&db, money).await.expect("readable").expect("there is the group");
        assert_eq!((found.name.as_str(), given), ("Money", grants(&[("economy", Act::Export)])));
    }

    async fn nobody_hands_on_more_than_they_hold(database: &TestDatabase) {
        let db = open(database).await;
        let [root, _, sam, sue, pat] = people(&db).await;
        let (support, money) = (new_group(&db, "Support").await, new_group(&db, "Money").await);
        give_group(&db, &root, support, &[("teams", Act::Change)]).await.expect("a superuser");
        give_group(&db, &root, money, &[("economy", Act::Change)]).await.expect("a superuser");
        let refusal = give(&db, &sam, &pat, &[("teams", Act::Change)], &[]).await.expect_err("no grant at all");
        assert!(matches!(refusal, AccessRefusal::NotAllowed), "{refusal}");
        give(&db, &root, &sam, &[("accounts", Act::Change), ("teams", Act::Change)], &[]).await.expect("a superuser");
        give(&db, &root, &sue, &[("economy", Act::View)], &[]).await.expect("a superuser");
        give(&db, &sam, &pat, &[("teams", Act::Change)], &[support]).await.expect("Sam holds all of it");
        give(&db, &sam, &pat, &[], &[]).await.expect("and takes it back");
        for (what, refused) in [
            ("an act", give(&db, &sam, &pat, &[("teams", Act::Delete)], &[]).await),
            ("an app", give(&db, &sam, &pat, &[("economy", Act::Change)], &[]).await),
            ("through a group", give(&db, &sam, &pat, &[], &[money]).await),
            ("taking what Sam does not hold", give(&db, &sam, &sue, &[], &[]).await),
        ] {
            let refusal = refused.expect_err(what);
            assert!(matches!(refusal, AccessRefusal::NotHeld { .. }), "{what}: {refusal}");
        }
        let refusal = give_group(&db, &sam, support, &[("economy", Act::View)]).await.expect_err("not held");
        assert!(matches!(refusal, AccessRefusal::NotHeld { .. }), "{refusal}");
        let refusal = give(&db, &sam, &sam, &[("accounts", Act::Change)], &[]).await.expect_err("own rights");
        assert!(matches!(refusal, AccessRefusal::Own), "{refusal}");
        let refusal = give(&db, &sam, &root, &[("teams", Act::Change)], &[]).await.expect_err("a superuser's");
        assert!(matches!(refusal, AccessRefusal::SuperuserOnly), "{refusal}");
        give(&db, &root, &sam, &[("accounts", Act::Change), ("teams", Act::Change)], &[support]).await.expect("root");
        let refusal = give_group(&db, &sam, support, &[]).await.expect_err("the own group");
        assert!(matches!(refusal, AccessRefusal::Own), "{refusal}");
    }

    async fn staff_is_touched_by_superusers_and_the_last_one_stays(database: &TestDatabase) {
        let db = open(database).await;
        let [root, rita, sam, sue, pat] = people(&db).await;
        let nothing = AccountChange::default();
        let off = AccountChange { active: Some(false), ..nothing };
        let demoted = AccountChange { superuser: Some(false), ..nothing };
        let promoted = AccountChange { superuser: Some(true), ..nothing };
        let deleted = AccountChange { deleted: true, ..nothing };
        for (by, user, change, expected) in [
            (&sam, &pat, nothing, None),
            (&sam, &pat, off, None),
            (&sam, &sam, nothing, None),
            (&sam, &sue, nothing, Some("SuperuserOnly")),
            (&sam, &root, nothing, Some("SuperuserOnly")),
            (&sam, &pat, promoted, Some("SuperuserOnly")),
            (&sam, &sam, promoted, Some("SuperuserOnly")),
            (&sam, &pat, AccountChange { staff: Some(true), ..nothing }, Some("SuperuserOnly")),
            (&sam, &sam, deleted, Some("OwnAccount")),
            (&pat, &sam, nothing, Some("NotAllowed")),
            (&root, &sam, demoted, None),
            (&root, &rita, demoted, None),
            (&root, &root, demoted, Some("OwnAccount")),
            (&root, &root, off, Some("OwnAccount")),
            (&root, &root, deleted, Some("OwnAccount")),
            (&root, &root, AccountChange { staff: Some(false), ..nothing }, Some("OwnAccount")),
        ] {
            let refusal = guard(&db, by, user, change).await.err().map(|refusal| format!("{refusal:?}"));
            assert_eq!(refusal.as_deref(), expected, "{} to {}: {change:?}", by.username, user.username);
        }
        // Rita is the last: Root is switched off, but would still be asked.
        let (id, rita_id) = (root.id, rita.id);
        let done: Result<(), AccessRefusal> = db
            .write(|tx| async move {
                service::set_active(&tx, id, false).await?;
                let refusal = guard_account(&tx, rita_id, rita_id, demoted).await.expect_err("Rita herself");
                assert!(matches!(refusal, AccessRefusal::OwnAccount), "{refusal}");
                guard_account(&tx, id, rita_id, deleted).await
            })
            .await;
        assert!(matches!(done, Err(AccessRefusal::NotAllowed)), "{done:?}");
    }

    /// Two superusers who demote each other at once: one of them stays.
    async fn one_of_two_superusers_stays(database: &TestDatabase) {
        let db = open(database).await;
        let [root, rita, ..] = people(&db).await;
        let demote = async |by: i64, user: i64| {
            db.write(|tx| async move {
                let change = AccountChange { superuser: Some(false), ..AccountChange::default() };
                guard_account(&tx, by, user, change).await?;
                let row = user::ActiveModel { id: Set(user), is_superuser: Set(false), ..Default::default() };
                row.update(&tx).await.map_err(DbError::from)?;
                Ok::<_, AccessRefusal>(())
            })
            .await
        };
        let (one, other) = tokio::join!(demote(root.id, rita.id), demote(rita.id, root.id));
        assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
    }

    async fn a_new_password_and_switching_off_end_every_session(database: &TestDatabase) {
        let (db, clock) = (open(database).await, clock());
        let [_, _, sam, ..] = people(&db).await;
        let sign_in = async |password: &str, seed: u64| {
            service::sign_in(&db, &clock, &SeededRandom::new(seed), "sam", password, "").await
        };
        let token = sign_in(PASSWORD, 1).await.expect("the password is right");
        let refusal = service::hash_password(&sam, "sam@example.org").await.err().expect("guessable");
        assert!(refusal.to_string().contains("easy to guess"), "{refusal}");
        let hash = service::hash_password(&sam, "seven green kettles").await.expect("good enough");
        let (id, hash) = (sam.id, &hash);
        db.write(|tx| async move { service::set_password(&tx, id, hash).await }).await.expect("it is written");
        assert_eq!(service::resume(&db, &clock, &token).await.expect("readable"), None);
        sign_in(PASSWORD, 2).await.expect_err("the old password is gone");
        let token = sign_in("seven green kettles", 3).await.expect("the new one is right");
        let off = db.write(|tx| async move { service::set_active(&tx, id, false).await }).await;
        assert!(off.expect("it is written"), "it changed");
        let again = db.write(|tx| async move { service::set_active(&tx, id, false).await }).await;
        assert!(!again.expect("it is written"), "nothing changed");
        db.write(|tx| async move { service::set_active(&tx, id, true).await }).await.expect("it is written");
        assert_eq!(service::resume(&db, &clock, &token).await.expect("readable"), None, "the session is over for good");
    }

    async fn history_is_read_newest_first_and_page_by_page(database: &TestDatabase) {
        let (db, clock) = (open(database).await, clock());
        let [root, ..] = people(&db).await;
        let (db, clock, root) = (&db, &clock, &root);
        for number in 1..=5 {
            let noted: Result<(), DbError> = db
                .write(|tx| async move {
                    let (app, model, act) = ("teams".to_owned(), "Team".to_owned(), "change".to_owned());
                    let (object_id, object) = (format!("{}", number % 2), "T".repeat(300));
                    let changes = Json::from(number);
                    let entry = Entry { act, app, model, object_id, object, changes };
                    history::note(&tx, clock, root, entry).await
                })
                .await;
            noted.expect("it is written");
        }
        let page = history::of_object(db, ("teams", "Team", "1"), None, 2).await.expect("readable");
        let numbers = |page: &[admin_entry::Model]| page.iter().map(|e| e.changes.as_i64().unwrap_or(0)).collect::<Vec<_>>();
        assert_eq!(numbers(&page), [5, 3]);
        assert_eq!((page[0].username.as_str(), page[0].object.len()), ("root", 200));
        let rest = history::of_object(db, ("teams", "Team", "1"), Some(page[1].id), 2).await.expect("readable");
        assert_eq!(numbers(&rest), [1]);
        assert_eq!(numbers(&history::latest(db, &["teams"], 3).await.expect("readable")), [5, 4, 3]);
        assert!(history::latest(db, &["accounts"], 3).await.expect("readable").is_empty());
    }
}
