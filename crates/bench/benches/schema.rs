//! The schema engine: finding changes, migrating, verifying, regenerating. Models are connected: each points at the one
//! before.
//!
//! The floor of `migrate` is the same statements in as many transactions, through SQLite's C library as durable as ours,
//! and through `psql` as one script in one transaction.

#[path = "../../seadrift/tests/rewrite/histories.rs"]
mod histories;
#[path = "../../seadrift/tests/rewrite/project.rs"]
#[allow(dead_code, reason = "the tests use more of it")]
mod project;

use std::{fs, path::Path, process::Command, time::Duration};

use bench::{
    alone, head, in_turns, line, median, millis,
    models::{self, models},
    once,
};
use seadrift::{
    dialect::{Dialect, Step},
    diff::{self, Answers, Hints},
    history::History,
    migration::rewrite,
    project::Project,
    report::verify,
    run::{
        Connection, DatabaseUrl, Functions, Record,
        migrate::{self, Goal, Options},
        proof, rerecord,
    },
    schema::Schema,
};
use testkit::{Kind, TestDatabase};
use tokio::runtime::Runtime;

/// How many models.
const SIZES: [usize; 5] = [50, 100, 200, 500, 1_000];

fn main() {
    let runtime = Runtime::new().expect("a runtime");
    head("", "ours", "floor");
    for count in [100, 1_000] {
        let aim = |small: &'static str, large: &'static str| if count == 100 { small } else { large };
        let schema = models(count);
        let project = models::project(&models::migrations(&schema));
        let check = || {
            let history = load(&project);
            diff::diff(history.schema(), &schema, &Hints::default(), &Answers::default()).map(|changes| changes.len())
        };
        assert_eq!(check(), Ok(0));
        let took = median(9, || (), |()| check());
        alone(&format!("makemigrations --check, {count} models"), took, aim("< 10 ms", "< 100 ms"));
        for kind in kinds() {
            let db = migrated(&runtime, &load(&project), fresh(kind));
            let took = median(9, || (), |()| runtime.block_on(pending(&project, &db)));
            alone(&format!("migrate --check, {count} models, {kind:?}"), took, "< 100 ms");
            let nothing = median(9, || (), |()| run(&runtime, &load(&project), &db));
            alone(&format!("migrate with nothing to do, {count} models, {kind:?}"), nothing, "< 100 ms");
            let took = runtime.block_on(verified(&load(&project), &db));
            alone(&format!("verify-schema, {count} models, {kind:?}"), took, aim("< 50 ms", "< 500 ms"));
        }
    }
    grow(&runtime);
    regenerate(&runtime);
    println!("\nDjango 5.2 needs 1,000 ms for makemigrations --check of 109 models, and about 4,000 ms for 1,000.");
}

fn kinds() -> Vec<Kind> {
    [Some(TestDatabase::sqlite()), TestDatabase::postgres()].into_iter().flatten().map(|db| db.kind()).collect()
}

fn fresh(kind: Kind) -> TestDatabase {
    TestDatabase::new(kind).expect("there was one before")
}

fn load(project: &Project) -> History {
    History::load(project).unwrap_or_else(|report| panic!("{report}"))
}

fn url(db: &TestDatabase) -> DatabaseUrl {
    db.url().parse().expect("a URL")
}

fn run(runtime: &Runtime, history: &History, db: &TestDatabase) {
    let (functions, options, url) = (Functions::default(), Options::default(), url(db));
    let done = migrate::migrate(history, &functions, &url, &Goal::Everything, &options, |_| ());
    runtime.block_on(done).expect("it migrates");
}

fn migrated(runtime: &Runtime, history: &History, db: TestDatabase) -> TestDatabase {
    run(runtime, history, &db);
    db
}

/// What `migrate --check` does, from reading the files on.
async fn pending(project: &Project, db: &TestDatabase) {
    let history = load(project);
    let mut connection = Connection::open(&url(db), false).await.expect("it opens");
    let record = Record::read(&mut connection).await.expect("a record");
    connection.close().await.expect("it closes");
    let (record, _) = rerecord::settle(&history, &record);
    assert!(verify::record_findings(&history, &record).agrees());
    assert!(history.plan(&record, &Goal::Everything).expect("a plan").steps.is_empty());
}

async fn verified(history: &History, db: &TestDatabase) -> Duration {
    let mut connection = Connection::open(&url(db), false).await.expect("it opens");
    let mut times = Vec::new();
    for _ in 0..7 {
        let begun = std::time::Instant::now();
        let report = verify::verify(history, &mut connection, &verify::Options::default()).await.expect("it verifies");
        times.push(begun.elapsed());
        assert!(report.findings.is_empty(), "{report}");
    }
    bench::middle(times)
}

/// An empty database migrated, against the floor, at each size.
fn grow(runtime: &Runtime) {
    for kind in kinds() {
        let (name, aim) = if kind == Kind::Sqlite { ("SQLite", "<= 1.2x") } else { ("PostgreSQL", "<= 1.3x") };
        let mut each = Vec::new();
        for count in SIZES {
            let history = load(&models::project(&models::migrations(&models(count))));
            let floor = || match kind {
                Kind::Sqlite => {
                    let all = statements(&history, Dialect::Sqlite);
                    once(fresh(kind), |db| sqlite_floor(&all, db))
                }
                Kind::Postgres => {
                    let file = script(&history);
                    once(fresh(kind), |db| postgres_floor(db, file.path()))
                }
            };
            let runs = if count < 1_000 { 7 } else { 5 };
            let (ours, floor) = in_turns(runs, || once(fresh(kind), |db| migrated(runtime, &history, db)), floor);
            line(&format!("migrate of an empty {name}, {count} models"), ours, floor, aim);
            each.push([ours, floor].map(|took| format!("{:.3}", millis(took) / count as f64)));
        }
        println!("ms a model at {SIZES:?}: ours {}, floor {}", row(&each, 0), row(&each, 1));
    }
}

fn row(each: &[[String; 2]], which: usize) -> String {
    each.iter().map(|pair| pair[which].as_str()).collect::<Vec<_>>().join(" ")
}

/// The statements of each migration.
fn statements(history: &History, dialect: Dialect) -> Vec<Vec<String>> {
    let mut schema = Schema::default();
    let mut all = Vec::new();
    for loaded in history.graph().order() {
        let steps = dialect.render_along(&loaded.migration.operations, &mut schema).expect("it renders");
        all.push(
            steps.into_iter().filter_map(|step| if let Step::Sql(sql) = step { Some(sql) } else { None }).collect(),
        );
    }
    all
}

/// The same statements, in as many transactions, through the C library, as durable as ours.
fn sqlite_floor(statements: &[Vec<String>], db: TestDatabase) -> TestDatabase {
    let connection = rusqlite::Connection::open(db.file().expect("a file")).expect("it opens");
    connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL").expect("pragmas");
    for migration in statements {
        connection.execute_batch("BEGIN IMMEDIATE").expect("begin");
        for sql in migration {
            connection.execute_batch(sql).expect("a statement");
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

/// The histories of the incident: 74 files of four apps become four.
fn regenerate(runtime: &Runtime) {
    let apps = histories::REGENERATED.iter().map(|(app, _)| (*app).to_owned()).collect();
    let made = || project::Files::of(&histories::APPS, &histories::histories());
    let rewritten = |files: &project::Files| {
        let history = History::of_files(&files.project).unwrap_or_else(|report| panic!("{report}"));
        let done = rewrite::regenerate(&history, &files.project, &apps, false).expect("it can be regenerated");
        (history, done)
    };
    println!();
    let written = |files: project::Files| {
        rewritten(&files).1.write(&files.project).expect("written");
        files
    };
    let took = median(5, made, written);
    alone("regenerate of 74 files, read, rewritten and written", took, "< 1,000 ms");
    for kind in kinds() {
        let (files, db) = (made(), fresh(kind));
        let (old, new) = rewritten(&files);
        let prove = |()| runtime.block_on(proof::prove(&old, &new.history, &files.project, &url(&db)));
        let took = median(3, || (), |()| prove(()).unwrap_or_else(|error| panic!("{error}")));
        alone(&format!("its proof on two scratch databases, {kind:?}"), took, "beside the second");
    }
}
