//! The old platform's database, as Django made it, with rows in every table: adopted with one command and
//! the answers that are shipped, every row kept, and proven.

mod support;

use std::collections::BTreeMap;

use seadrift::{
    report::verify,
    run::{Connection, DatabaseUrl},
};
use support::{drop_checkpoints, on};
use testkit::{Kind, TestDatabase};

const TABLES: &str = include_str!("adopt/old_platform.sql");
const ROWS: &str = include_str!("adopt/old_rows.sql");
const ANSWERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/adopt/django.toml");
/// Rows of each table. More than every list of choices has, so that each word is there.
const COUNT: usize = 40;

async fn old_platform(db: &TestDatabase) {
    db.execute(TABLES).await;
    db.execute(&format!("BEGIN; {}; COMMIT", ROWS.replace("{rows}", &COUNT.to_string()))).await;
}

async fn open(db: &TestDatabase) -> Connection {
    let url: DatabaseUrl = db.url().parse().expect("a URL");
    Connection::open(&url, false).await.expect("it opens")
}

async fn counts(db: &TestDatabase) -> BTreeMap<String, String> {
    let mut connection = open(db).await;
    let mut counts = BTreeMap::new();
    for table in db.tables().await {
        let table = table.rsplit('.').next().unwrap_or_default().to_owned();
        let rows = connection.rows(&format!("SELECT CAST(count(*) AS text) FROM \"{table}\"")).await.expect("counted");
        counts.insert(table, rows[0][0].clone().unwrap_or_default());
    }
    counts
}

async fn one(db: &TestDatabase, sql: &str) -> String {
    let rows = open(db).await.rows(sql).await.unwrap_or_else(|error| panic!("{error}: {sql}"));
    rows.into_iter().flatten().map(|value| value.unwrap_or("-".to_owned())).collect::<Vec<_>>().join("|")
}

#[test]
fn the_old_platform_is_adopted_with_every_row() {
    testkit::database::run(Kind::Postgres, async |db: &TestDatabase| {
        old_platform(db).await;
        let before = counts(db).await;
        assert_eq!(before.len(), 110, "every table of the old platform");
        assert!(before.values().all(|rows| *rows == COUNT.to_string()), "{before:?}");

        // Looking finds nothing in the way, and changes nothing.
        let looked = on(db.url(), &["adopt", "--answers", ANSWERS]).expect_code(1);
        assert!(looked.stdout.starts_with("Made by Django (django_migrations: 40 migrations of 4 apps"), "{looked}");
        assert!(looked.stdout.contains("Nothing stands in the way."), "{looked}");
        assert_eq!(counts(db).await, before);

        let folder = tempfile::tempdir().expect("a folder");
        let checkpoints = ["--folder", folder.path().to_str().expect("a name"), "--no-tag"];
        let yes = [&["adopt", "--answers", ANSWERS, "--yes"], &checkpoints[..]].concat();
        let adopted = on(db.url(), &yes).success();
        let (_, back) = adopted.stderr.split_once(" restore ").expect("the way back is told");
        let checkpoint = back.split(' ').next().expect("a name").to_owned();
        assert!(adopted.stdout.contains("Adopted, in one transaction: 4400 rows"), "{adopted}");
        let verified = on(db.url(), &["verify-schema"]).success();
        assert!(verified.stdout.contains("agrees with the history"), "{verified}");
        assert!(on(db.url(), &["migrate"]).success().stdout.contains("Nothing to do"));

        // Every table is there with its rows; what ours had no place for is kept beside it.
        let after = counts(db).await;
        for (table, rows) in &before {
            let kept = after.get(&format!("{table}_before_adoption")).or_else(|| after.get(table));
            assert_eq!(kept, Some(rows), "{table}");
        }
        for (sql, expected) in [
            (
                "SELECT CAST(username_ci = lower(username_ci) AS text), email_ci FROM accounts_user WHERE id = 7",
                "true|user7@example.org",
            ),
            (
                "SELECT bracket_type, group_number::text FROM tournament_engine_bracket_bracketnode WHERE id IN (2, 3) ORDER BY id",
                "third_place|-|group|3",
            ),
            (
                "SELECT prize_pool::text, prize_currency, payment_methods::text FROM tournaments_tournament WHERE id = 3",
                "325|BDT|[\"one\", \"two\"]",
            ),
            (
                "SELECT string_agg(DISTINCT role, ' ' ORDER BY role) FROM teams_teammembership",
                "COACH MANAGER OWNER PLAYER SUBSTITUTE",
            ),
            (
                "SELECT string_agg(DISTINCT format, ' ' ORDER BY format) FROM tournament_engine_bracket_bracket",
                "double_elimination group_playoff round_robin single_elimination swiss",
            ),
            // User 31 and team 32 met; their entries do now.
            (
                "SELECT participant1_id::text, participant2_id::text, winner_id::text, loser_id::text FROM tournament_engine_match_match WHERE id = 5",
                "9|10|10|9",
            ),
            (
                "SELECT participant1_id::text, participant2_id::text, winner_id::text FROM tournament_engine_bracket_bracketnode WHERE id = 5",
                "9|10|9",
            ),
            ("SELECT count(*)::text FROM tournaments_payment WHERE payment_method = 'bank'", "0"),
            ("SELECT sum(amount)::text FROM tournaments_payment", &(100 * 820 + 25 * 40).to_string()),
            ("SELECT ip_address FROM tournaments_auditlog WHERE id = 9", "10.0.0.9"),
            ("SELECT last_value::text FROM accounts_user_id_seq", "1"),
        ] {
            assert_eq!(one(db, sql).await, expected, "{sql}");
        }
        let again = on(db.url(), &["adopt", "--answers", ANSWERS, "--yes"]).expect_code(1);
        assert!(again.stderr.contains("nothing to adopt"), "{again}");

        // The way back, to the database of the old program.
        let name = db.url().rsplit('/').next().expect("a name").to_owned();
        let back = [&["restore", &checkpoint, "--yes", "--name", &name], &checkpoints[..]].concat();
        on(db.url(), &back).success();
        assert_eq!(counts(db).await, before);
        drop_checkpoints(db, folder.path()).await;
    });
}

/// Without answers nothing is guessed; a row that does not fit is named, and nothing is changed.
#[test]
fn what_does_not_fit_is_named_and_nothing_changes() {
    testkit::database::run(Kind::Postgres, async |db: &TestDatabase| {
        old_platform(db).await;
        db.execute("UPDATE accounts_user SET username = 'Member 7' WHERE id = 8; UPDATE accounts_user SET username = 'MEMBER 7' WHERE id = 9").await;
        let schema = verify::inspect(&mut open(db).await, &Default::default()).await.expect("it can be read");

        let open_questions = on(db.url(), &["adopt", "--yes"]).expect_code(1);
        assert!(
            open_questions.stdout.contains("To be answered: column prize_pool (decimal(10,2))"),
            "{open_questions}"
        );
        let refused = on(db.url(), &["adopt", "--answers", ANSWERS, "--yes"]).expect_code(1);
        assert!(refused.stdout.contains("SD704 rows that are not distinct: accounts_user.username_ci"), "{refused}");
        assert!(refused.stdout.contains("8 and 9 ("), "{refused}");
        assert_eq!(verify::inspect(&mut open(db).await, &Default::default()).await.expect("it can be read"), schema);
    });
}
