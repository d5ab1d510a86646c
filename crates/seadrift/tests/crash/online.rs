//! Migrations that are not atomic and meet locks, leftovers and rows that do not fit.

use std::time::Duration;

use seadrift::{
    history::History,
    report::{Code, Report, verify},
    run::{
        Connection, DatabaseUrl, Journal, Record,
        execute::Progress,
        migrate::{self, Goal, MigrateError, Options, Told},
    },
    sqlx::{self, Connection as _, Executor as _, PgConnection},
};
use testkit::{Kind, TestDatabase};

use crate::shop;

const CREATE: &str = "app = \"shop\"\n\n[[operations]]\nop = \"create_table\"\nname = \"item\"\nmodel = \"Item\"\n\
    primary_key = [\"id\"]\ncolumns = [\n    { name = \"id\", type = \"bigint\" },\n    \
    { name = \"code\", type = \"text\", nullable = true },\n    { name = \"owner_id\", type = \"bigint\", nullable = true },\n]\n";

const INDEX: &str = "\n[[operations]]\nop = \"add_index\"\ntable = \"item\"\n\
    index = { name = \"uq_item_code\", keys = [\"code\"], unique = true }\n";

const KEY: &str = "\n[[operations]]\nop = \"add_foreign_key\"\ntable = \"item\"\n\
    foreign_key = { name = \"fk_item_owner_id\", columns = [\"owner_id\"], references = \"item\", referenced_columns = [\"id\"] }\n";

const CHECK: &str = "\n[[operations]]\nop = \"add_check\"\ntable = \"item\"\n\
    check = { name = \"ck_item_code\", expression = \"code <> ''\" }\n";

const NOT_NULL: &str = "\n[[operations]]\nop = \"alter_column\"\ntable = \"item\"\n\
    column = { name = \"code\", type = \"text\" }\n";

const COLUMN: &str = "\n[[operations]]\nop = \"add_column\"\ntable = \"item\"\n\
    column = { name = \"extra\", type = \"integer\", nullable = true }\n";

/// The table, and behind it a migration of these operations.
fn history(atomic: bool, operations: &[&str]) -> History {
    let head = format!("app = \"shop\"\ndependencies = [\"shop.0001_initial\"]\natomic = {atomic}\n");
    shop::of(&[
        ("0001_initial".to_owned(), CREATE.to_owned()),
        ("0002_change".to_owned(), format!("{head}{}", operations.concat())),
    ])
}

/// The database with only the table.
async fn begun(db: &TestDatabase, rows: &str) {
    let first = Goal::Target("shop.0001_initial".parse().expect("a name"));
    shop::run(&history(true, &[]), &shop::url(db), &first, |_| ()).await.expect("it runs");
    if !rows.is_empty() {
        db.execute(rows).await;
    }
}

/// What was told while it ran.
#[derive(Debug, Default)]
struct Heard {
    statements: Vec<String>,
    waits: Vec<String>,
    retries: usize,
    resumed: Vec<(usize, usize)>,
}

async fn run(history: &History, url: &DatabaseUrl) -> (Result<usize, MigrateError>, Heard) {
    let mut heard = Heard::default();
    let options = Options { fake: false, lock_wait: Duration::from_secs(30) };
    let told = |told: Told<'_>| match told {
        Told::Progress(Progress::Statement(sql)) => heard.statements.push(sql.to_owned()),
        Told::Progress(Progress::Waiting(_, blockers)) => heard.waits.push(blockers.to_owned()),
        Told::Progress(Progress::Retried(..)) => heard.retries += 1,
        Told::Progress(Progress::Resumed(_, done, count)) => heard.resumed.push((done, count)),
        _ => {}
    };
    let done = migrate::migrate(history, &shop::functions(), url, &Goal::Everything, &options, told).await;
    (done.map(|done| done.count), heard)
}

async fn verified(history: &History, url: &DatabaseUrl) -> Report {
    let mut connection = Connection::open(url, false).await.expect("it opens");
    let report = verify::verify(history, &mut connection, &verify::Options::default()).await.expect("it can be told");
    connection.close().await.expect("it closes");
    report
}

/// One text, the answer of a query.
async fn text(url: &DatabaseUrl, query: &str) -> String {
    let mut connection = Connection::open(url, false).await.expect("it opens");
    let rows = connection.rows(query).await.unwrap_or_else(|error| panic!("{error}, in: {query}"));
    connection.close().await.expect("it closes");
    rows[0][0].clone().unwrap_or_default()
}

/// The database with a short patience for locks.
fn impatient(db: &TestDatabase) -> DatabaseUrl {
    format!("{}?options=-c%20lock_timeout%3D150", db.url()).parse().expect("a URL")
}

fn on_postgres(body: impl AsyncFnOnce(&TestDatabase)) {
    testkit::database::run(Kind::Postgres, async |db: &TestDatabase| body(db).await);
}

/// Another session of the database, in the middle of a transaction that has written a row.
async fn writer(db: &TestDatabase) -> PgConnection {
    let mut writer = PgConnection::connect(&format!("{}?application_name=till", db.url())).await.expect("it opens");
    writer.execute("BEGIN; INSERT INTO item (id, code) VALUES (1000, 'till')").await.expect("it writes");
    writer
}

const DUPLICATES: &str = "INSERT INTO item (id, code) VALUES (1, 'a'), (2, 'a'), (3, 'b')";
const VALID: &str = "SELECT CAST(count(*) FILTER (WHERE x.indisvalid) AS text) || ' of ' || count(*) FROM pg_index x \
    JOIN pg_class i ON i.oid = x.indexrelid WHERE i.relname = 'uq_item_code'";

#[test]
fn a_lock_is_waited_for_in_turns_and_its_holder_is_named() {
    for (atomic, operations) in [(true, &[COLUMN][..]), (false, &[CHECK, COLUMN])] {
        on_postgres(async |db| {
            begun(db, "").await;
            let history = history(atomic, operations);
            let mut holder = writer(db).await;
            let pid: i32 = sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(&mut holder).await.expect("a pid");
            let (given_up, heard) = run(&history, &impatient(db)).await;
            assert_eq!(heard.retries, 4, "{heard:?}");
            let error = given_up.expect_err("the lock is held").to_string();
            assert!(error.contains("lock timeout") && error.contains("shop.0002_change"), "{error}");

            // With the time to look: who holds it, since when, and that it does nothing.
            let url: DatabaseUrl = format!("{}?options=-c%20lock_timeout%3D900", db.url()).parse().expect("a URL");
            let release = async {
                tokio::time::sleep(Duration::from_millis(1_500)).await;
                holder.execute("COMMIT").await.expect("it commits");
            };
            let ((done, heard), ()) = tokio::join!(run(&history, &url), release);
            assert_eq!(done.expect("the lock is free"), 1);
            let name = format!("server process {pid} (till, user ");
            for part in [&name, "idle in transaction", "ago"] {
                assert!(heard.waits.iter().any(|blockers| blockers.contains(part)), "no {part:?} in {heard:?}");
            }
            assert!(heard.retries > 0, "{heard:?}");
            assert_eq!(verified(&history, &url).await.findings, []);
        });
    }
}

#[test]
fn others_write_while_an_index_is_built() {
    on_postgres(async |db| {
        begun(db, "").await;
        let (history, url) = (history(false, &[INDEX]), shop::url(db));
        let mut holder = writer(db).await;
        let meanwhile = async {
            // The build waits for the writer; who comes now does not wait for the build.
            tokio::time::sleep(Duration::from_millis(1_200)).await;
            let mut other = PgConnection::connect(db.url()).await.expect("it opens");
            other
                .execute("SET lock_timeout = 100; INSERT INTO item (id, code) VALUES (1, 'one')")
                .await
                .expect("it writes");
            let built = sqlx::query_scalar::<_, bool>(
                "SELECT indisvalid FROM pg_index WHERE indrelid = 'item'::regclass AND NOT indisprimary",
            );
            assert!(!built.fetch_one(&mut other).await.expect("it is begun"), "it is being built");
            holder.execute("COMMIT").await.expect("it commits");
        };
        let ((done, heard), ()) = tokio::join!(run(&history, &url), meanwhile);
        assert_eq!(done.expect("it runs"), 1);
        assert!(heard.waits.iter().any(|blockers| blockers.contains("till")), "{heard:?}");
        assert_eq!(heard.retries, 0, "what stops nobody waits as long as it takes");
        assert_eq!(verified(&history, &shop::url(db)).await.findings, []);
    });
}

#[test]
fn an_index_that_a_build_left_invalid_is_built_anew() {
    on_postgres(async |db| {
        begun(db, DUPLICATES).await;
        let (history, url) = (history(false, &[INDEX]), shop::url(db));
        let mut other = PgConnection::connect(db.url()).await.expect("it opens");
        let failed = other.execute("CREATE UNIQUE INDEX CONCURRENTLY uq_item_code ON item (code)").await;
        assert!(failed.is_err() && text(&url, VALID).await == "0 of 1", "a leftover");

        // Still refused: the rows are what they were, and no leftover is left this time.
        let error = run(&history, &url).await.0.expect_err("two are equal").to_string();
        assert!(
            error.contains("CREATE UNIQUE INDEX CONCURRENTLY") && error.contains("0 of its 1 operations"),
            "{error}"
        );
        assert_eq!(text(&url, VALID).await, "0 of 0");

        let failed = other.execute("CREATE UNIQUE INDEX CONCURRENTLY uq_item_code ON item (code)").await;
        assert!(failed.is_err());
        db.execute("DELETE FROM item WHERE id = 2").await;
        assert_eq!(run(&history, &url).await.0.expect("it runs"), 1);
        assert_eq!(text(&url, VALID).await, "1 of 1");
        assert_eq!(verified(&history, &url).await.findings, []);
    });
}

#[test]
fn an_index_that_is_there_is_taken_if_it_is_the_same() {
    for (by_hand, taken) in [
        ("CREATE UNIQUE INDEX uq_item_code ON item (code)", true),
        ("CREATE INDEX uq_item_code ON item (code)", false),
        ("CREATE UNIQUE INDEX uq_item_code ON item (code) WHERE code > 'a'", false),
        ("CREATE TABLE other (code text); CREATE UNIQUE INDEX uq_item_code ON other (code)", false),
    ] {
        on_postgres(async |db| {
            begun(db, by_hand).await;
            let done = run(&history(false, &[INDEX]), &shop::url(db)).await.0;
            match done {
                Ok(count) => assert!(taken && count == 1, "{by_hand}"),
                Err(error) => {
                    assert!(!taken && error.to_string().contains("uq_item_code\" already"), "{by_hand}: {error}");
                    assert!(
                        Journal::read(&mut Connection::open(&shop::url(db), false).await.expect("it opens"))
                            .await
                            .expect("a journal")
                            .entries
                            .is_empty()
                    );
                }
            }
        });
    }
}

/// Rows that a constraint refuses: nothing of the operation stays, what was before it does, and both
/// the rows and the rest of the file can be changed.
#[test]
fn a_refused_constraint_is_taken_back() {
    for (operation, wrong, right, constraint) in [
        (KEY, "UPDATE item SET owner_id = 77 WHERE id = 1", "UPDATE item SET owner_id = NULL", "fk_item_owner_id"),
        (CHECK, "UPDATE item SET code = '' WHERE id = 1", "UPDATE item SET code = 'x'", "ck_item_code"),
        (
            NOT_NULL,
            "UPDATE item SET code = NULL WHERE id = 1",
            "UPDATE item SET code = 'x'",
            "seadrift_not_null_item_code",
        ),
    ] {
        on_postgres(async |db| {
            begun(db, DUPLICATES).await;
            db.execute(wrong).await;
            let url = shop::url(db);
            let change = history(false, &[COLUMN, operation]);
            let error = run(&change, &url).await.0.expect_err("a row is refused").to_string();
            assert!(error.contains("1 of its 2 operations are done") && error.contains(constraint), "{error}");
            let left =
                "SELECT CAST(count(*) AS text) FROM pg_constraint WHERE conrelid = 'item'::regclass AND contype <> 'p'";
            assert_eq!(text(&url, left).await, "0");

            let report = verified(&change, &url).await;
            assert_eq!(report.findings.len(), 1, "{report}");
            assert_eq!(report.findings[0].code, Code::HalfRun, "{report}");
            for part in ["shop.0002_change", "1 are done", "all of its 2 operations", "extra", "migrate"] {
                assert!(report.to_string().contains(part), "no {part:?} in {report}");
            }

            db.execute(right).await;
            let (done, heard) = run(&change, &url).await;
            assert_eq!((done.expect("it fits now"), heard.resumed), (1, vec![(1, 2)]));
            assert_eq!(verified(&change, &url).await.findings, []);
        });
    }
}

testkit::on_both! {
    /// Behind what is done, a file may still be changed; what is done may not.
    async fn the_rest_of_a_half_done_file_may_be_changed(db: &TestDatabase) {
        let fails = "\n[[operations]]\nop = \"run_sql\"\nforward.postgres = [\"SELECT 1 / 0\"]\nforward.sqlite = [\"SELECT abs(-9223372036854775807 - 1)\"]\n";
        begun(db, "").await;
        let url = shop::url(db);
        let error = run(&history(false, &[COLUMN, fails]), &url).await.0.expect_err("it divides by nothing").to_string();
        assert!(error.contains("1 of its 2 operations are done"), "{error}");

        let error = run(&history(false, &[INDEX, fails]), &url).await.0.expect_err("another beginning").to_string();
        assert!(error.contains("half done") && error.contains("first 1 operations"), "{error}");
        let gone = shop::of(&[("0001_initial".to_owned(), CREATE.to_owned())]);
        let error = run(&gone, &url).await.0.expect_err("no file").to_string();
        assert!(error.contains("SD206") && error.contains("bring the file back"), "{error}");

        // Also when it calls itself atomic now: what is done is not done again.
        let changed = history(true, &[COLUMN, INDEX]);
        let (done, heard) = run(&changed, &url).await;
        assert_eq!((done.expect("it runs"), heard.resumed), (1, vec![(1, 2)]));
        assert_eq!(verified(&changed, &url).await.findings, []);
    }

    /// `--fake` takes the rest for done.
    async fn a_half_done_migration_can_be_recorded_as_run(db: &TestDatabase) {
        let fails = "\n[[operations]]\nop = \"run\"\nforward = \"not there\"\n";
        begun(db, "").await;
        let (history, url) = (history(false, &[COLUMN, fails]), shop::url(db));
        let error = run(&history, &url).await.0.expect_err("no such function").to_string();
        assert!(error.contains("\"not there\"") && error.contains("double_points"), "{error}");
        let options = Options { fake: true, lock_wait: Duration::from_secs(30) };
        let faked = migrate::migrate(&history, &shop::functions(), &url, &Goal::Everything, &options, |_| ()).await;
        assert_eq!(faked.expect("it is recorded").count, 1);
        let mut connection = Connection::open(&url, false).await.expect("it opens");
        assert_eq!(Record::read(&mut connection).await.expect("a record").applied.len(), 2);
        assert!(Journal::read(&mut connection).await.expect("a journal").entries.is_empty());
        assert_eq!(run(&history, &url).await.0.expect("there is nothing to do"), 0);
    }

    /// Also where statements are sent together, the one that is refused is named, and nothing is kept.
    async fn the_refused_statement_is_named(db: &TestDatabase) {
        begun(db, "INSERT INTO item (id, code) VALUES (1, 'a'), (2, 'a')").await;
        let (history, url) = (history(true, &[COLUMN, INDEX]), shop::url(db));
        let error = run(&history, &url).await.0.expect_err("two are equal").to_string();
        assert!(error.contains("statement CREATE UNIQUE INDEX \"uq_item_code\""), "{error}");
        assert!(!error.contains("ADD COLUMN") && error.contains("nothing of this migration was kept"), "{error}");
        let first = &verified(&history, &url).await.findings;
        assert!(first.len() == 1 && first[0].code == Code::Unapplied, "{first:?}");
    }

    /// Rows that a data step breaks are found in the stage that breaks them.
    async fn a_stage_that_breaks_rows_is_refused(db: &TestDatabase) {
        begun(db, "INSERT INTO item (id, code, owner_id) VALUES (1, 'a', NULL), (2, 'b', 1)").await;
        let deletes = "\n[[operations]]\nop = \"run_sql\"\nforward.postgres = [\"DELETE FROM item WHERE id = 1\"]\nforward.sqlite = [\"DELETE FROM item WHERE id = 1\"]\n";
        let (history, url) = (history(false, &[KEY, deletes]), shop::url(db));
        let error = run(&history, &url).await.0.expect_err("a row would point at nothing").to_string();
        assert!(error.contains("1 of its 2 operations are done") && error.contains("item"), "{error}");
        assert_eq!(text(&url, "SELECT CAST(count(*) AS text) FROM item").await, "2");
    }
}

/// A long table is filled a part at a time, and writers meanwhile wait for a part at most.
#[test]
fn a_long_table_is_filled_in_parts() {
    on_postgres(async |db| {
        begun(db, "INSERT INTO item (id, code) SELECT i, repeat('x', 1900) FROM generate_series(1, 9000) i").await;
        db.execute("UPDATE item SET owner_id = id WHERE id % 2 = 0").await;
        let filled = "\n[[operations]]\nop = \"alter_column\"\ntable = \"item\"\n\
            column = { name = \"owner_id\", type = \"bigint\" }\nfill = { sql = \"id + 1\" }\n\
            \n[[operations]]\nop = \"add_column\"\ntable = \"item\"\ncolumn = { name = \"long\", type = \"integer\" }\n\
            fill = { sql = \"length(code)\" }\n";
        let (history, url) = (history(false, &[filled]), shop::url(db));
        let (done, heard) = run(&history, &url).await;
        assert_eq!(done.expect("it runs"), 1);
        let updates = heard.statements.iter().filter(|sql| sql.starts_with("UPDATE")).count();
        assert!(updates >= 4, "{updates} updates of two columns");
        let wrong = "SELECT CAST(count(*) AS text) FROM item WHERE long <> 1900 OR owner_id <> id + id % 2";
        assert_eq!(text(&url, wrong).await, "0");
        assert_eq!(verified(&history, &url).await.findings, []);
    });
}
