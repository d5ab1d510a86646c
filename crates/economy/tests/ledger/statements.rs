//! Statements that are narrowed, and the file for a spreadsheet.

use chrono::{FixedOffset, TimeDelta};
use economy::{
    About, Filter, Holder, NewTransfer, Reason,
    service::{self, EXPORT_BLOCK, HEADER, PAGE},
};
use kernel::{Db, DbError, TestClock};
use testkit::TestDatabase;

use crate::support::{clock, migrated, open, plain, player, raw};

async fn paid(db: &Db, clock: &TestClock, profile: i64, amount: i64, reason: Reason, key: &str, note: &str) {
    let about = About { tournament: Some(7), registration: Some(8), match_id: Some(9) };
    let new = &NewTransfer { reason, about, note, ..plain(Holder::Treasury, Holder::Player(profile), amount, key) };
    let done: Result<(), economy::TransferRefusal> =
        db.write(|tx| async move { service::transfer(&tx, clock, new).await.map(drop) }).await;
    done.expect("the treasury has no end");
}

testkit::on_both! {
    from migrated;

    async fn a_statement_is_narrowed_by_reason_and_days(database: &TestDatabase) {
        let (db, clock) = (open(database).await, clock());
        let ann = player(&db, &clock, "ann").await;
        // From noon of the first of March, an entry each twelve hours.
        clock.set("2026-03-01T00:00:00Z".parse().expect("a time"));
        for number in 1..=60 {
            let reason = if number % 2 == 0 { Reason::Winner } else { Reason::Refund };
            clock.advance(TimeDelta::hours(12));
            paid(&db, &clock, ann, number, reason, &number.to_string(), "").await;
        }
        let day = |text: &str| text.parse().ok();
        let winner = Filter { reason: Some(Reason::Winner), ..Filter::default() };
        for (filter, expected) in [
            (Filter::default(), (1..=60).rev().collect::<Vec<i64>>()),
            (winner, (1..=30).rev().map(|half| 2 * half).collect()),
            (Filter::default().days(day("2026-03-03"), day("2026-03-04")), vec![7, 6, 5, 4]),
            (winner.days(day("2026-03-03"), day("2026-03-04")), vec![6, 4]),
            (Filter::default().days(day("2026-03-30"), None), vec![60, 59, 58]),
            (Filter::default().days(None, day("2026-03-01")), vec![1]),
            (Filter::default().days(day("2026-03-04"), day("2026-03-03")), vec![]),
            (Filter { reason: Some(Reason::Prize), ..Filter::default() }, vec![]),
        ] {
            let (mut found, mut after) = (Vec::new(), None);
            loop {
                let page = service::filtered(&db, &clock, ann, &filter, after).await.expect("readable");
                assert!(page.entries.len() <= PAGE as usize);
                found.extend(page.entries.iter().map(|entry| entry.amount));
                after = page.next;
                if after.is_none() { break }
            }
            assert_eq!(found, expected, "{filter:?}");
        }
    }

    async fn a_file_holds_everything_and_no_formula(database: &TestDatabase) {
        let (db, clock) = (open(database).await, clock());
        let ann = player(&db, &clock, "ann").await;
        paid(&db, &clock, ann, 5, Reason::Prize, "=key", "=HYPERLINK(\"http://x\")").await;
        clock.advance(TimeDelta::seconds(90));
        let wallet = service::wallet_of(&db, &clock, ann).await.expect("there is one").id;
        raw(&db, &format!(
            "INSERT INTO economy_deltacrowntransaction (wallet_id, amount, reason, note, idempotency_key, created_at) \
             VALUES ({wallet}, -2, 'correction', 'so, \"fine\"', 'old key', '2025-12-31T20:30:00+00:00')"
        )).await.expect("it is sound");
        let export = service::export(&db, &clock, ann, &Filter::default(), None).await.expect("readable");
        assert_eq!(export.next, None);
        let dhaka = FixedOffset::east_opt(6 * 3600).expect("a zone");
        let mut file = HEADER.to_owned();
        for line in &export.lines {
            let cup = line.entry.tournament_id.map(|_| "@Spring, Cup");
            file.push_str(&line.csv(&dhaka, cup));
        }
        assert_eq!(file, "created_at,amount,reason,note,tournament,registration_id,match_id,idempotency_key\r\n\
            2026-03-02 00:00,5,prize,\"'=HYPERLINK(\"\"http://x\"\")\",\"'@Spring, Cup\",8,9,'=key\r\n\
            2026-01-01 02:30,-2,correction,\"so, \"\"fine\"\"\",,,,old key\r\n");
    }

    async fn a_long_file_comes_in_blocks(database: &TestDatabase) {
        let (db, clock) = (open(database).await, clock());
        let ann = player(&db, &clock, "ann").await;
        let wallet = service::wallet_of(&db, &clock, ann).await.expect("there is one").id;
        let count = 2 * EXPORT_BLOCK + 1;
        let filled: Result<(), DbError> = raw(&db, &format!(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) \
             INSERT INTO economy_deltacrowntransaction (wallet_id, amount, reason, note, created_at) \
             SELECT {wallet}, i, 'winner', '', '2025-12-31T20:30:00+00:00' FROM n"
        )).await;
        filled.expect("it is sound");
        let (mut found, mut after, mut blocks) = (Vec::new(), None, 0);
        loop {
            let export = service::export(&db, &clock, ann, &Filter::default(), after).await.expect("readable");
            found.extend(export.lines.iter().map(|line| line.entry.amount));
            blocks += 1;
            after = export.next;
            if after.is_none() { break }
        }
        assert_eq!((blocks, found.len() as u64), (3, count));
        assert!(found.is_sorted_by(|one, next| one > next));
    }
}
