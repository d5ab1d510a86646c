//! People are told things, page by page, and mark them as read.

#[path = "../../profiles/tests/support/mod.rs"]
mod support;

use chrono::TimeDelta;
use kernel::{Clock, Db, DbError, TestClock, db::Constraint};
use notifications::{
    Notification,
    model::{digest, digest_notification, preference},
    service::{self, Notice, PAGE},
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel};
use seadrift::project::Project;
use support::{open, person};
use testkit::{Kind, TestDatabase};

async fn migrated(kind: Kind) -> Option<TestDatabase> {
    let project = Project::new().app(accounts::app()).app(profiles::app()).app(notifications::app());
    support::migrated(kind, project).await
}

fn clock() -> TestClock {
    TestClock::at_text("2026-03-01T18:00:00Z")
}

fn notice(title: &str) -> Notice {
    let (body, url) = ("The first match begins at six.".to_owned(), "/wallet".to_owned());
    Notice { kind: "match_scheduled", event: "match.scheduled", title: title.to_owned(), body, url }
}

async fn tell(db: &Db, clock: &TestClock, recipient: i64, notice: Notice) -> Result<Notification, DbError> {
    let notice = &notice;
    db.write(|tx| async move { service::notify(&tx, clock, recipient, notice.clone()).await }).await
}

async fn insert<A>(db: &Db, row: A) -> Result<<A::Entity as EntityTrait>::Model, DbError>
where
    A: ActiveModelTrait + Send + Sync,
    <A::Entity as EntityTrait>::Model: IntoActiveModel<A>,
{
    let row = &row;
    db.write(|tx| async move { Ok(A::Entity::insert(row.clone()).exec_with_returning(&tx).await?) }).await
}

fn broken<T: std::fmt::Debug>(outcome: Result<T, DbError>) -> Option<Constraint> {
    outcome.expect_err("the database refuses").constraint()
}

/// Every notice of a person, page by page; each page but the last is full.
async fn all(db: &Db, recipient: i64) -> Vec<Notification> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = service::list(db, recipient, after).await.expect("readable");
        let full = page.notices.len() == PAGE as usize;
        all.extend(page.notices);
        match page.next {
            None => return all,
            next => {
                assert!(full, "only the last page is shorter");
                after = next;
            }
        }
    }
}

testkit::on_both! {
    from migrated;

    async fn a_notice_is_what_was_told(database: &TestDatabase) {
        let (db, clock) = (open(database).await, clock());
        let (ann, _) = person(&db, &clock, "ann").await;
        let told = tell(&db, &clock, ann.id, notice("Round 1")).await.expect("it is written");
        assert_eq!((&*told.title, &*told.r#type, &*told.event), ("Round 1", "match_scheduled", "match.scheduled"));
        assert_eq!((&*told.body, &*told.url), ("The first match begins at six.", "/wallet"));
        assert_eq!((told.is_read, told.created_at, told.recipient_id), (false, clock.now(), ann.id));
        assert_eq!(all(&db, ann.id).await, [told]);
    }

    async fn the_database_refuses_what_is_no_notice(database: &TestDatabase) {
        let (db, clock) = (open(database).await, clock());
        let (ann, _) = person(&db, &clock, "ann").await;
        let odd = Notice { kind: "gossip", ..notice("Round 1") };
        for (recipient, notice, expected) in
            [(ann.id, odd, Constraint::Check), (ann.id + 1_000, notice("Round 1"), Constraint::ForeignKey)]
        {
            let refusal = tell(&db, &clock, recipient, notice).await.expect_err("it breaks a rule");
            assert_eq!(refusal.constraint(), Some(expected), "{refusal}");
        }
        assert!(all(&db, ann.id).await.is_empty());
    }

    async fn nothing_is_told_when_the_unit_of_work_fails(database: &TestDatabase) {
        let (db, clock) = (open(database).await, clock());
        let (ann, _) = person(&db, &clock, "ann").await;
        let clock = &clock;
        let failed: Result<(), DbError> = db
            .write(|tx| async move {
                service::notify(&tx, clock, ann.id, notice("Round 1")).await?;
                Err(DbError::Closed)
            })
            .await;
        assert!(failed.is_err());
        assert_eq!(service::count_unread(&db, ann.id).await.expect("countable"), 0);
    }

    /// Forty notices at three moments only: each stands on exactly one page, newest first.
    async fn pages_lead_through_all_notices(database: &TestDatabase) {
        let (db, clock) = (open(database).await, clock());
        let ((ann, _), (bob, _)) = (person(&db, &clock, "ann").await, person(&db, &clock, "bob").await);
        let mut told = Vec::new();
        for number in 0..40 {
            if number % 15 == 0 {
                clock.advance(TimeDelta::seconds(1));
            }
            told.push(tell(&db, &clock, ann.id, notice(&format!("Round {number}"))).await.expect("it is written"));
        }
        tell(&db, &clock, bob.id, notice("For Bob")).await.expect("it is written");
        told.reverse();
        assert_eq!(all(&db, ann.id).await, told);
        let none = service::list(&db, ann.id, told.last().map(|last| (last.created_at, last.id))).await;
        assert_eq!(none.expect("readable"), service::Page { notices: Vec::new(), next: None });
    }

    async fn a_full_last_page_has_no_next(database: &TestDatabase) {
        let (db, clock) = (open(database).await, clock());
        let (ann, _) = person(&db, &clock, "ann").await;
        for expected in [false, true] {
            for _ in 0..if expected { 1 } else { PAGE } {
                tell(&db, &clock, ann.id, notice("Round")).await.expect("it is written");
            }
            let page = service::list(&db, ann.id, None).await.expect("readable");
            assert_eq!((page.notices.len() as u64, page.next.is_some()), (PAGE, expected));
        }
    }

    /// Every page shows the number, so it must not cost the more the less somebody reads.
    async fn unread_notices_are_counted_up_to_a_hundred(database: &TestDatabase) {
        let (db, clock) = (open(database).await, clock());
        let (ann, _) = person(&db, &clock, "ann").await;
        for (until, counted) in [(99, 99), (100, 100), (130, 100)] {
            while (all(&db, ann.id).await.len() as u64) < until {
                tell(&db, &clock, ann.id, notice("Round")).await.expect("it is written");
            }
            assert_eq!(service::count_unread(&db, ann.id).await.expect("countable"), counted);
        }
    }

    async fn reading_is_ones_own_affair(database: &TestDatabase) {
        let (db, clock) = (open(database).await, clock());
        let ((ann, _), (bob, _)) = (person(&db, &clock, "ann").await, person(&db, &clock, "bob").await);
        let mut ids = Vec::new();
        for title in ["one", "two", "three"] {
            ids.push(tell(&db, &clock, ann.id, notice(title)).await.expect("it is written").id);
        }
        let his = tell(&db, &clock, bob.id, notice("his")).await.expect("it is written").id;
        let unread = async |who: i64| service::count_unread(&db, who).await.expect("countable");
        assert_eq!((unread(ann.id).await, unread(bob.id).await), (3, 1));

        assert!(!service::mark_read(&db, ann.id, his).await.expect("it is written"), "somebody else's stays");
        assert!(!service::mark_read(&db, ann.id, his + 1_000).await.expect("it is written"), "there is none");
        assert_eq!((unread(ann.id).await, unread(bob.id).await), (3, 1));

        assert!(service::mark_read(&db, ann.id, ids[1]).await.expect("it is written"));
        assert!(!service::mark_read(&db, ann.id, ids[1]).await.expect("it is written"), "it is read already");
        let read: Vec<bool> = all(&db, ann.id).await.iter().map(|notice| notice.is_read).collect();
        assert_eq!(read, [false, true, false]);

        assert_eq!(service::mark_all_read(&db, ann.id).await.expect("it is written"), 2);
        assert_eq!((unread(ann.id).await, unread(bob.id).await), (0, 1));
        assert_eq!(service::mark_all_read(&db, ann.id).await.expect("it is written"), 0);
    }

    /// One digest a person and day, each notice once in it, one set of preferences a person; and what
    /// was sent was sent at some time.
    async fn the_database_refuses_what_is_there_already(database: &TestDatabase) {
        let (db, clock) = (open(database).await, clock());
        let ann = person(&db, &clock, "ann").await.0.id;
        let told = tell(&db, &clock, ann, notice("Round")).await.expect("it is written").id;
        let (now, today) = (clock.now(), clock.now().date_naive());
        let day = digest::ActiveModel {
            user_id: Set(ann),
            digest_date: Set(today),
            created_at: Set(now),
            ..Default::default()
        };
        let made = insert(&db, day.clone()).await.expect("the first of the day").id;
        let entry = digest_notification::ActiveModel {
            notificationdigest_id: Set(made),
            notification_id: Set(told),
            ..Default::default()
        };
        let wishes = preference::ActiveModel {
            user_id: Set(ann),
            created_at: Set(now),
            updated_at: Set(now),
            ..Default::default()
        };
        insert(&db, entry.clone()).await.expect("the first of the digest");
        insert(&db, wishes.clone()).await.expect("the first of the person");
        assert_eq!(broken(insert(&db, day.clone()).await), Some(Constraint::Unique));
        assert_eq!(broken(insert(&db, entry).await), Some(Constraint::Unique));
        assert_eq!(broken(insert(&db, wishes).await), Some(Constraint::Unique));
        let tomorrow = digest::ActiveModel { digest_date: Set(today + TimeDelta::days(1)), ..day };
        for (is_sent, sent_at) in [(true, None), (false, Some(now))] {
            let row = digest::ActiveModel { is_sent: Set(is_sent), sent_at: Set(sent_at), ..tomorrow.clone() };
            assert_eq!(broken(insert(&db, row).await), Some(Constraint::Check), "{is_sent} {sent_at:?}");
        }
        insert(&db, digest::ActiveModel { is_sent: Set(true), sent_at: Set(Some(now)), ..tomorrow }).await.expect("sound");
        assert_eq!(broken(tell(&db, &clock, ann, notice("")).await), Some(Constraint::Check), "a notice has a title");
    }
}
