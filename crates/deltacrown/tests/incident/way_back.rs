//! The way back: checkpoints, `restore` and `reset-db` with the program, on both databases.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use testkit::{
    Kind, TestDatabase,
    process::{Output, run, run_with_input},
};

use crate::{
    rows::rows,
    support::{drop_checkpoints, on, program},
};

/// The program in a folder of its own: checkpoints of PostgreSQL and tags go there, not into ours.
fn within(folder: &Path, db: &TestDatabase, arguments: &[&str]) -> Output {
    run(program(arguments).args(["--database", db.url()]).current_dir(folder))
}

/// A database with two people and a policy, in a folder for checkpoints.
fn filled(db: &TestDatabase) -> tempfile::TempDir {
    on(db.url(), &["migrate"]).success();
    for name in ["Ann", "Bob"] {
        let mail = format!("{name}@example.org");
        let mut command = program(&["createsuperuser", "--username", name, "--email", &mail]);
        run_with_input(command.args(["--password-stdin", "--database", db.url()]), "river lamp cactus\n").success();
    }
    tempfile::tempdir().expect("a folder")
}

/// How people name the database.
fn name(db: &TestDatabase) -> String {
    let path = db.url().split('?').next().unwrap_or_default();
    path.rsplit('/').next().unwrap_or_default().to_owned()
}

testkit::on_both! {
    /// A checkpoint, damage, and everything back: rows, numbering, record; and what was damaged is a
    /// checkpoint itself.
    async fn a_checkpoint_brings_everything_back(db: &TestDatabase) {
        let folder = filled(db);
        let here = folder.path();
        let kept = here.join("kept");
        let at = ["--folder", kept.to_str().expect("text")];
        let call = |arguments: &[&str]| within(here, db, &[arguments, &at].concat());
        let made = call(&["checkpoint", "before"]).success();
        assert!(made.stdout.contains("Checkpoint before") && made.stdout.contains("restore before --yes"), "{made}");
        let manifest = fs::read_to_string(kept.join("before/manifest.toml")).expect("a manifest");
        assert!(manifest.contains("accounts_user") && manifest.contains("\"accounts.0001_initial\""), "{manifest}");
        assert!(call(&["checkpoint", "before"]).expect_code(1).stderr.contains("already"), "a name once");

        db.execute("DELETE FROM accounts_user WHERE username = 'Bob'").await;
        db.execute("UPDATE accounts_user SET email = 'changed@example.org'").await;
        db.execute("DROP TABLE notifications_notificationpreference").await;
        assert_eq!(on(db.url(), &["verify-schema"]).code, 1);
        let shown = call(&["restore", "before"]).expect_code(1);
        assert!(shown.stdout.contains("This would be done") && shown.stdout.contains("Nothing was changed"), "{shown}");
        rows(db, 1, "accounts_user").await;

        let done = call(&["restore", "before", "--yes"]).success();
        assert!(done.stdout.contains("every table compared") && done.stdout.contains("What was there is checkpoint"), "{done}");
        rows(db, 2, "accounts_user WHERE email IN ('Ann@example.org', 'Bob@example.org', 'ann@example.org', 'bob@example.org')").await;
        on(db.url(), &["verify-schema"]).success();

        // And back again to what it replaced.
        let listed = call(&["checkpoint", "--list", "--json"]).success();
        let listed: serde_json::Value = serde_json::from_str(&listed.stdout).expect("JSON");
        assert_eq!(listed[0]["name"], "before", "the oldest first, also within one second");
        let replaced = listed[1]["name"].as_str().expect("a second one").to_owned();
        call(&["restore", &replaced, "--yes"]).success();
        rows(db, 1, "accounts_user WHERE email = 'changed@example.org'").await;
        let none = call(&["restore", "nothing", "--yes"]).expect_code(1);
        assert!(none.stderr.contains("before"), "{none}");
        drop_checkpoints(db, &kept).await;
    }

    /// Two of one second are listed as they were made, whatever their names.
    async fn the_oldest_is_listed_first(db: &TestDatabase) {
        let folder = filled(db);
        let kept = folder.path().join("kept");
        let at = ["--folder", kept.to_str().expect("text")];
        let call = |arguments: &[&str]| within(folder.path(), db, &[arguments, &at].concat()).success();
        let names = ["c", "b", "a"];
        names.iter().for_each(|name| drop(call(&["checkpoint", name])));
        let listed: serde_json::Value =
            serde_json::from_str(&call(&["checkpoint", "--list", "--json"]).stdout).expect("JSON");
        let listed: Vec<&str> = listed.as_array().expect("a list").iter().filter_map(|c| c["name"].as_str()).collect();
        assert_eq!(listed, names);
        drop_checkpoints(db, &folder.path().join("kept")).await;
    }

    /// A reset shows first, wants the name of a database that holds rows, and keeps the way back.
    async fn a_reset_keeps_the_way_back(db: &TestDatabase) {
        let folder = filled(db);
        let kept = folder.path().join("kept");
        let at = ["--folder", kept.to_str().expect("text")];
        let call = |arguments: &[&str]| within(folder.path(), db, &[arguments, &at].concat());
        let shown = call(&["reset-db"]).expect_code(1);
        let name = name(db);
        for part in ["This would be done", "make a checkpoint", "Nothing was changed", &format!("--name {name}")] {
            assert!(shown.stdout.contains(part), "no {part:?} in {shown}");
        }
        let refused = call(&["reset-db", "--yes"]).expect_code(1);
        assert!(refused.stderr.contains("holds") && refused.stderr.contains(&format!("--name {name}")), "{refused}");
        let wrong = call(&["reset-db", "--yes", "--name", "other"]).expect_code(1);
        assert!(wrong.stderr.contains("another database"), "{wrong}");
        rows(db, 2, "accounts_user").await;

        let done = call(&["reset-db", "--yes", "--name", &name]).success();
        assert!(done.stdout.contains("verified") && done.stdout.contains("What was there is checkpoint"), "{done}");
        rows(db, 0, "accounts_user").await;
        on(db.url(), &["verify-schema"]).success();
        let back = done.stdout.split("restore ").nth(1).and_then(|rest| rest.split(' ').next()).expect("the way back");
        call(&["restore", back, "--yes"]).success();
        rows(db, 2, "accounts_user").await;
        drop_checkpoints(db, &folder.path().join("kept")).await;
    }

    /// A database that is not ours is not replaced without its name, rows or not.
    async fn a_foreign_database_is_not_replaced(db: &TestDatabase) {
        db.execute("CREATE TABLE invoices (id bigint)").await;
        let folder = tempfile::tempdir().expect("a folder");
        let refused = within(folder.path(), db, &["reset-db", "--yes"]).expect_code(1);
        assert!(refused.stderr.contains("not one of ours"), "{refused}");
        assert!(db.tables().await.contains(&"invoices".to_owned()));
    }

    /// A copy that has been damaged is not used, and the database stays as it is.
    async fn a_damaged_copy_is_refused(db: &TestDatabase) {
        let folder = filled(db);
        let kept = folder.path().join("kept");
        let at = ["--folder", kept.to_str().expect("text")];
        let call = |arguments: &[&str]| within(folder.path(), db, &[arguments, &at].concat());
        call(&["checkpoint", "good"]).success();
        let path = kept.join("good/manifest.toml");
        let text = fs::read_to_string(&path).expect("a manifest");
        let user = text.find("[tables.accounts_user]").expect("the table");
        let rest = text[user..].replacen("rows = 2", "rows = 3", 1);
        fs::write(&path, format!("{}{rest}", &text[..user])).expect("written");
        let refused = call(&["restore", "good", "--yes"]).expect_code(1);
        assert!(refused.stderr.contains("damaged") && refused.stderr.contains("accounts_user has 2 rows instead of 3"), "{refused}");
        rows(db, 2, "accounts_user").await;
        drop_checkpoints(db, &folder.path().join("kept")).await;
    }

    /// Killed at any moment of a restore: the old database or the restored one, whole.
    async fn killed_on_the_way_back(db: &TestDatabase) {
        let folder = filled(db);
        let kept = folder.path().join("kept");
        let at = ["--folder", kept.to_str().expect("text")];
        let call = |arguments: &[&str]| within(folder.path(), db, &[arguments, &at].concat());
        call(&["checkpoint", "two"]).success();
        db.execute("DELETE FROM accounts_user WHERE username = 'Bob'").await;
        let mut killed = 0;
        for wait in [5, 40, 90, 150, 250] {
            let mut command: Command = program(&["restore", "two", "--yes", "--database", db.url()]);
            command.args(at).current_dir(folder.path()).stdout(Stdio::null()).stderr(Stdio::null());
            let mut child = command.spawn().expect("it starts");
            std::thread::sleep(std::time::Duration::from_millis(wait));
            child.kill().expect("it can be killed");
            killed += u32::from(!child.wait().expect("it ends").success());
            on(db.url(), &["verify-schema"]).success();
            rows(db, 1, "accounts_user WHERE username = 'Ann'").await;
        }
        assert!(killed > 0, "none was killed in time");
        call(&["restore", "two", "--yes"]).success();
        rows(db, 2, "accounts_user").await;
        drop_checkpoints(db, &folder.path().join("kept")).await;
    }

    /// Somebody is connected to PostgreSQL: the copy is a dump, a restore names who is in the way, and
    /// `--disconnect` ends their sessions. SQLite does not mind.
    async fn others_are_connected(db: &TestDatabase) {
        let folder = filled(db);
        let kept = folder.path().join("kept");
        let at = ["--folder", kept.to_str().expect("text")];
        let call = |arguments: &[&str]| within(folder.path(), db, &[arguments, &at].concat());
        let other = db.connect().await;
        let made = call(&["checkpoint", "busy"]).success();
        if db.kind() == Kind::Postgres {
            assert!(made.stdout.contains("a dump of pg_dump"), "{made}");
            let refused = call(&["restore", "busy", "--yes"]).expect_code(1);
            assert!(refused.stderr.contains("is in use") && refused.stderr.contains("--disconnect"), "{refused}");
            rows(db, 2, "accounts_user").await;
        }
        db.execute("DELETE FROM accounts_user").await;
        call(&["restore", "busy", "--yes", "--disconnect"]).success();
        rows(db, 2, "accounts_user").await;
        on(db.url(), &["verify-schema"]).success();
        let _ = other.close().await;
        drop_checkpoints(db, &folder.path().join("kept")).await;
    }
}

/// In a repository the commit that is checked out gets a tag, and the manifest knows it.
#[test]
fn a_commit_is_tagged() {
    let db = TestDatabase::sqlite();
    let folder = filled(&db);
    let git = |arguments: &[&str]| run(Command::new("git").args(arguments).current_dir(folder.path())).success();
    git(&["init", "--quiet"]);
    let person = ["-c", "user.name=t", "-c", "user.email=t@example.org"];
    git(&[&person[..], &["commit", "--quiet", "--allow-empty", "-m", "first"]].concat());
    let made = within(folder.path(), &db, &["checkpoint", "tagged"]).success();
    assert!(made.stdout.contains("checkpoint/tagged"), "{made}");
    assert!(git(&["tag", "--list"]).stdout.contains("checkpoint/tagged"));
    within(folder.path(), &db, &["checkpoint", "plain", "--no-tag"]).success();
    assert!(!git(&["tag", "--list"]).stdout.contains("plain"));
    assert!(db.file().expect("a file").parent().expect("a folder").join("checkpoints/plain/manifest.toml").exists());
}
