//! `lint-migrations` as a user runs it: the program's own migrations lint without an error.

mod support;

use support::on;
use testkit::TestDatabase;

testkit::on_both! {
    /// Pending migrations are looked at, then none, then all of them again.
    async fn the_own_history_is_clean(db: &TestDatabase) {
        let pending = on(db.url(), &["lint-migrations"]).success();
        assert!(pending.stdout.contains("rows counted"), "{pending}");
        assert!(pending.stdout.contains(" 0 errors."), "{pending}");
        on(db.url(), &["migrate"]).success();
        let none = on(db.url(), &["lint-migrations"]).success();
        assert!(none.stdout.starts_with("0 migrations looked at"), "{none}");
        let all = on(db.url(), &["lint-migrations", "accounts", "--all", "--json"]).success();
        let answer: serde_json::Value = serde_json::from_str(&all.stdout).expect("JSON");
        assert!(answer["migrations"].as_u64() >= Some(1), "{all}");
        assert_eq!(answer["errors"], 0, "{all}");
        let unknown = on(db.url(), &["lint-migrations", "acounts"]).expect_code(1);
        assert!(unknown.stderr.contains("there is no app \"acounts\""), "{unknown}");
    }
}

/// Without a database the files are looked at alone; with one that does not answer, nothing is told.
#[test]
fn without_a_database() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}", folder.path().join("none.db").display());
    let told = on(&url, &["lint-migrations"]).success();
    assert!(told.stdout.contains("there is no database to count rows in"), "{told}");
    let unreachable = on("postgres://nobody@127.0.0.1:1/none", &["lint-migrations"]).expect_code(2);
    assert!(unreachable.stderr.contains("cannot be reached"), "{unreachable}");
}
