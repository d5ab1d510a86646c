//! The schema engine: finding changes, migrating, verifying; 100 and 1,000 models.

use std::{fs, path::Path, process::Command};

use bench::{alone, files, history, line, median, migrations, millis, models};
use seadrift::{
    dialect::{Dialect, Step},
    diff::{self, Answers, Hints},
    history::History,
    report::verify,
    run::{
        Connection, DatabaseUrl, Functions,
        migrate::{self, Goal, Options},
    },
    schema::Schema,
};
use testkit::TestDatabase;
use tokio::runtime::Runtime;

fn main() {
    let runtime = Runtime::new().expect("a runtime");
    println!("{:<58} {:>12} {:>12} {:>8}", "", "ours", "floor", "ratio");
    let mut grown = Vec::new();
    for (count, aim) in [(100, "< 10 ms"), (1_000, "< 100 ms")] {
        let schema = models(count);
        let files = files(&migrations(&schema));
        let check = || {
            let history = history(&files);
            diff::diff(history.schema(), &schema, &Hints::default(), &Answers::default()).map(|changes| changes.len())
        };
        assert_eq!(check(), Ok(0));
        let took = median(9, || (), |()| check());
        alone(&format!("makemigrations --check, {count} models"), took, aim);
        let history = history(&files);
        let fresh = || TestDatabase::sqlite();
        let ours = median(5, fresh, |db| run(&runtime, &history, db));
        let floor = median(5, || (fresh(), statements(&history, Dialect::Sqlite)), |(db, all)| sqlite_floor(all, db));
        line(&format!("migrate of an empty SQLite, {count} models"), ours, floor, "<= 1.3x");
        grown.push((count, ours));
        if TestDatabase::postgres().is_some() {
            let fresh = || TestDatabase::postgres().expect("a server");
            let ours = median(5, fresh, |db| run(&runtime, &history, db));
            let floor = median(5, || (fresh(), script(&history)), |(db, file)| postgres_floor(db, file.path()));
            line(&format!("migrate of an empty PostgreSQL, {count} models"), ours, floor, "<= 1.2x");
        }
        verify_both(&runtime, &history, count);
    }
    let each = |(count, took): (usize, std::time::Duration)| millis(took) / count as f64;
    println!("\nGrowth: {:.3} ms a model at 100, {:.3} at 1,000 (SQLite)", each(grown[0]), each(grown[1]));
    println!("Django 5.2 needs 1,000 ms for makemigrations --check of 109 models, and about 4,000 ms for 1,000.");
}

fn run(runtime: &Runtime, history: &History, db: TestDatabase) -> TestDatabase {
    let url: DatabaseUrl = db.url().parse().expect("a URL");
    let (functions, options) = (Functions::default(), Options::default());
    let migrated = migrate::migrate(history, &functions, &url, &Goal::Everything, &options, |_| ());
    runtime.block_on(migrated).expect("it migrates");
    db
}

/// The statements of each migration.
fn statements(history: &History, dialect: Dialect) -> Vec<Vec<String>> {
    let mut schema = Schema::default();
    let mut all = Vec::new();
    for loaded in history.graph().order() {
        let steps = dialect.render(&loaded.migration.operations, &schema).expect("it renders");
        all.push(
            steps.into_iter().filter_map(|step| if let Step::Sql(sql) = step { Some(sql) } else { None }).collect(),
        );
        for operation in &loaded.migration.operations {
            operation.apply(&mut schema).expect("it fits");
        }
    }
    all
}

/// The same statements, in as many transactions, through the C library, as durable as ours.
fn sqlite_floor(statements: Vec<Vec<String>>, db: TestDatabase) -> TestDatabase {
    let connection = rusqlite::Connection::open(db.file().expect("a file")).expect("it opens");
    connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL").expect("pragmas");
    for migration in statements {
        connection.execute_batch("BEGIN IMMEDIATE").expect("begin");
        for sql in migration {
            connection.execute_batch(&sql).expect("a statement");
        }
        connection.execute_batch("COMMIT").expect("commit");
    }
    db
}

/// The same statements as a script.
fn script(history: &History) -> tempfile::NamedTempFile {
    let text: String = statements(history, Dialect::Postgres).concat().iter().map(|sql| format!("{sql};\n")).collect();
    let file = tempfile::NamedTempFile::new().expect("a file");
    fs::write(file.path(), text).expect("a file");
    file
}

fn postgres_floor(db: TestDatabase, script: &Path) -> TestDatabase {
    let psql = Command::new("psql").args(["-q", "-1", "-X", "-f"]).arg(script).arg(db.url()).output().expect("psql");
    assert!(psql.status.success(), "{}", String::from_utf8_lossy(&psql.stderr));
    db
}

fn verify_both(runtime: &Runtime, history: &History, count: usize) {
    let aim = if count == 100 { "< 50 ms" } else { "< 500 ms" };
    for db in [Some(TestDatabase::sqlite()), TestDatabase::postgres()].into_iter().flatten() {
        let db = run(runtime, history, db);
        let url: DatabaseUrl = db.url().parse().expect("a URL");
        let took = runtime.block_on(async {
            let mut connection = Connection::open(&url, false).await.expect("it opens");
            let mut times = Vec::new();
            for _ in 0..7 {
                let begun = std::time::Instant::now();
                let report =
                    verify::verify(history, &mut connection, &verify::Options::default()).await.expect("it verifies");
                times.push(begun.elapsed());
                assert!(report.findings.is_empty(), "{report}");
            }
            times.sort_unstable();
            times[times.len() / 2]
        });
        alone(&format!("verify-schema, {count} tables, {:?}", db.kind()), took, aim);
        let mut times = Vec::new();
        let mut db = db;
        for _ in 0..7 {
            let begun = std::time::Instant::now();
            db = run(runtime, history, db);
            times.push(begun.elapsed());
        }
        times.sort_unstable();
        alone(
            &format!("migrate with nothing to do, {count} models, {:?}", db.kind()),
            times[times.len() / 2],
            "< 100 ms",
        );
    }
}
