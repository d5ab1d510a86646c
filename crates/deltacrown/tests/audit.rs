//! `audit export` and `audit verify` as an operator runs them: on a log of the demo, on a damaged one, and without a
//! database.

mod support;

use std::fs;

use kernel::{Db, DbOptions, SystemClock, SystemRandom};
use support::on;
use testkit::TestDatabase;
use tournaments::{By, Context, audit};

/// So many entries by the program itself.
async fn write(database: &TestDatabase, count: i64) {
    let db = Db::connect(database.url(), DbOptions::default()).await.expect("it opens");
    for number in 0..count {
        let done: Result<(), kernel::DbError> = db
            .write(|tx| async move {
                let cx = Context::new(&SystemClock, &SystemRandom, &By::SYSTEM);
                let facts = serde_json::json!({ "number": number });
                audit::record(&tx, &cx, audit::Action::TournamentStatus, None, facts).await
            })
            .await;
        done.expect("it is written");
    }
    db.close().await;
}

testkit::on_both! {
    async fn a_log_is_exported_and_checked_without_its_database(database: &TestDatabase) {
        let unbuilt = on(database.url(), &["audit", "verify"]).expect_code(2);
        assert!(unbuilt.stderr.contains("`deltacrown migrate` first"), "{unbuilt}");
        on(database.url(), &["migrate"]).success();
        write(database, 5).await;
        let sound = on(database.url(), &["audit", "verify"]).success();
        assert!(sound.stdout.starts_with("5 entries") && sound.stdout.contains("The log is sound."), "{sound}");

        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("audit.jsonl");
        let path = file.to_str().expect("text");
        on(database.url(), &["audit", "export", "--output", path]).success();
        let twice = on(database.url(), &["audit", "export", "--output", path]).expect_code(2);
        assert!(twice.stderr.contains("name a new file"), "{twice}");
        let nowhere = "sqlite://there/is/none.db";
        on(nowhere, &["audit", "verify", path]).success();

        // What was exported is part of the longer log, and of no shorter one.
        write(database, 2).await;
        on(database.url(), &["audit", "verify", "--against", path]).success();
        let longer = folder.path().join("longer.jsonl");
        let longer = longer.to_str().expect("text");
        on(database.url(), &["audit", "export", "--output", longer]).success();

        let lines: Vec<String> = fs::read_to_string(longer).expect("readable").lines().map(str::to_owned).collect();
        let damaged = |name: &str, lines: &[String]| {
            let path = folder.path().join(name);
            fs::write(&path, lines.join("\n")).expect("written");
            on(nowhere, &["audit", "verify", path.to_str().expect("text")]).expect_code(1).stdout
        };
        let mut changed = lines.clone();
        changed[2] = changed[2].replace("\"number\":2", "\"number\":3");
        assert!(damaged("changed", &changed).contains("was changed"));
        let mut without = lines.clone();
        without.remove(3);
        assert!(damaged("without", &without).contains("does not follow"));
        let mut swapped = lines.clone();
        swapped.swap(1, 2);
        assert!(damaged("swapped", &swapped).contains("does not follow"));
        let cut: Vec<String> = lines[..5].iter().chain(lines.last()).cloned().collect();
        let told = damaged("cut", &cut);
        assert!(!told.contains("is sound"), "{told}");
        let torn = folder.path().join("torn");
        fs::write(&torn, "{\"id\": 1").expect("written");
        let refused = on(nowhere, &["audit", "verify", torn.to_str().expect("text")]).expect_code(2);
        assert!(refused.stderr.contains("line 1"), "{refused}");
    }
}
