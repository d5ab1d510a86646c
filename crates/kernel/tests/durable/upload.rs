//! Files in the database.

use std::collections::HashSet;

use chrono::TimeDelta;
use kernel::db::DbError;
use kernel::upload::{self, NewUpload};
use kernel::{Clock, Db, SystemRandom, TestClock};
use testkit::{TestDatabase, on_both};

use crate::support::{Undone, clock, migrated, open};

async fn give(db: &Db, clock: &TestClock, purpose: &str, content: &[u8]) -> String {
    let new = &NewUpload {
        purpose: purpose.to_owned(),
        content_type: "image/png".to_owned(),
        content: content.to_vec(),
        file_name: "Ünï.png".to_owned(),
        owner_id: Some(7),
    };
    db.write(|tx| async move { upload::store(&tx, clock, &SystemRandom, new.clone()).await }).await.expect("stored")
}

on_both! {
    from migrated;

    async fn a_file_comes_back_as_it_was_on_every_node_and_after_a_restart(database: &TestDatabase) {
        let db = open(database).await;
        let clock = clock();
        let every_byte: Vec<u8> = (0..=255).cycle().take(300_000).collect();
        let token = give(&db, &clock, "avatar", &every_byte).await;
        let other = give(&db, &clock, "avatar", &every_byte).await;
        assert_ne!(token, other);
        assert!(token.len() >= 32 && token.bytes().all(|byte| byte.is_ascii_hexdigit()), "{token}");
        db.close().await;
        let db = open(database).await;
        let found = upload::load(&db, &token).await.expect("readable").expect("there");
        assert!(found.content == every_byte);
        let head = upload::head(&db, &token).await.expect("readable").expect("there");
        assert_eq!(found.head, head);
        assert_eq!((head.byte_size, head.owner_id, head.created_at), (300_000, Some(7), clock.now()));
        assert_eq!((head.purpose.as_str(), head.content_type.as_str(), head.file_name.as_str()), ("avatar", "image/png", "Ünï.png"));
        let empty = give(&db, &clock, "avatar", b"").await;
        let empty = upload::load(&db, &empty).await.expect("readable").expect("there");
        assert_eq!(empty.head.sha256, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert!(empty.content.is_empty());
        let gone = &token;
        assert!(db.write(|tx| async move { upload::delete(&tx, gone).await }).await.expect("deleted"));
        assert!(!db.write(|tx| async move { upload::delete(&tx, gone).await }).await.expect("no error"));
        assert!(upload::head(&db, gone).await.expect("readable").is_none());
        assert!(upload::load(&db, gone).await.expect("readable").is_none());
        assert!(upload::head(&db, &other).await.expect("readable").is_some());
    }

    async fn a_rolled_back_file_never_was(database: &TestDatabase) {
        let db = open(database).await;
        let clock = &clock();
        let token = std::sync::Mutex::new(String::new());
        let told = &token;
        let undone = db.write(|tx| async move {
            let token = upload::store(&tx, clock, &SystemRandom, NewUpload { purpose: "logo".to_owned(), ..NewUpload::default() }).await?;
            *told.lock().expect("unpoisoned") = token;
            Err::<(), _>(Undone)
        });
        undone.await.expect_err("rolled back");
        let token = token.into_inner().expect("unpoisoned");
        assert!(!token.is_empty() && upload::head(&db, &token).await.expect("readable").is_none());
    }

    async fn only_old_orphans_of_the_purpose_go(database: &TestDatabase) {
        let db = open(database).await;
        let clock = clock();
        let mut used = HashSet::new();
        let mut orphans = Vec::new();
        for number in 0..450_u32 {
            let token = give(&db, &clock, "evidence", &number.to_le_bytes()).await;
            if number % 3 == 0 {
                used.insert(token);
            } else {
                orphans.push(token);
            }
        }
        let other = give(&db, &clock, "avatar", b"x").await;
        clock.advance(TimeDelta::days(2));
        let fresh = give(&db, &clock, "evidence", b"x").await;
        clock.advance(TimeDelta::hours(1));
        let used = &used;
        let deleted = upload::forget_orphans(&db, &clock, TimeDelta::days(1), "evidence", |tokens| async move {
            Ok::<_, DbError>(tokens.into_iter().filter(|token| used.contains(token)).collect())
        });
        assert_eq!(deleted.await.expect("forgotten"), orphans.len() as u64);
        for token in used.iter().chain([&other, &fresh]) {
            assert!(upload::head(&db, token).await.expect("readable").is_some());
        }
        for token in &orphans {
            assert!(upload::head(&db, token).await.expect("readable").is_none());
        }
    }
}
