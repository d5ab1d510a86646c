//! Wrong input of every kind: a message that names file, line or setting and the next step, an exit
//! code that is not 0, and everything as it was.

mod support;

use std::fs;

use support::{on, program};
use testkit::{TestDatabase, process::run};

fn refused(url: &str, arguments: &[&str], parts: &[&str]) {
    let output = on(url, arguments);
    assert_ne!(output.code, 0, "{output}");
    for part in parts {
        assert!(output.stderr.contains(part), "{arguments:?}: no {part:?} in {output}");
    }
    assert!(!output.stderr.contains("s3cret"), "a password was shown: {output}");
}

#[test]
fn a_database_that_cannot_be_reached() {
    let url = "postgres://ann:s3cret@127.0.0.1:1/cups";
    for verb in [&["migrate"][..], &["verify-schema"], &["serve"], &["showmigrations"]] {
        refused(url, verb, &["127.0.0.1:1", "cannot be reached", "check that the server runs"]);
    }
    assert_eq!(on(url, &["verify-schema"]).code, 2, "it could not be told");
}

#[test]
fn a_wrong_scheme() {
    refused("mysql://ann:s3cret@db/cups", &["migrate"], &["setting database", "mysql://", "sqlite://PATH"]);
}

#[test]
fn a_file_that_is_missing_is_not_made_by_looking() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("none/cups.db");
    let url = format!("sqlite://{}", file.display());
    refused(&url, &["verify-schema"], &["cups.db", "does not exist", "migrate"]);
    refused(&url, &["createsuperuser", "--username", "ann"], &["--email is missing"]);
    assert!(!file.exists());
}

#[test]
fn a_file_that_is_no_database() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("cups.db");
    fs::write(&file, "this is a letter, and it is longer than the header of a database file would be, by far")
        .expect("a file");
    let before = fs::read(&file).expect("a file");
    let url = format!("sqlite://{}", file.display());
    for verb in [&["migrate"][..], &["verify-schema"], &["serve", "--bind", "127.0.0.1:0"]] {
        refused(&url, verb, &["cups.db", "not a database"]);
    }
    assert_eq!(fs::read(&file).expect("a file"), before);
}

/// A folder nobody may write into; root may, so a file stands where the folder should be.
#[test]
fn a_place_that_cannot_be_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let wall = folder.path().join("wall");
    fs::write(&wall, "").expect("a file");
    let url = format!("sqlite://{}/cups.db", wall.display());
    refused(&url, &["migrate"], &["wall", "cups.db"]);
    // As a URL says it for SQLite.
    let plain = folder.path().join("cups.db");
    on(&format!("sqlite://{}", plain.display()), &["migrate", "accounts"]).success();
    let before = fs::read(&plain).expect("a file");
    refused(&format!("sqlite://{}?mode=ro", plain.display()), &["migrate"], &["readonly"]);
    assert_eq!(fs::read(&plain).expect("a file"), before);
}

/// No file may grow any more during a migration, which is a full disk to SQLite: the migration is
/// refused, and the database is as before.
#[test]
fn a_full_disk() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("cups.db");
    let url = format!("sqlite://{}", file.display());
    // What is left then begins with a migration that no small room holds.
    for app in ["kernel", "accounts", "profiles", "notifications", "economy"] {
        on(&url, &["migrate", app]).success();
    }
    let before = on(&url, &["showmigrations"]).success();
    // In units of 512 bytes: the files that are there fit, and little more does.
    let limit = fs::metadata(&file).expect("a file").len() / 512 + 8;
    let script = "trap '' XFSZ; ulimit -f \"$1\"; exec \"$2\" migrate --database \"$3\"";
    let arguments = ["-c", script, "sh", &limit.to_string(), env!("CARGO_BIN_EXE_deltacrown"), &url];
    let output = run(std::process::Command::new("sh").args(arguments));
    assert_eq!(output.code, 1, "{output}");
    assert!(output.stderr.contains("disk") && output.stderr.contains("teams.0001_initial"), "{output}");
    assert_eq!(on(&url, &["showmigrations"]).success(), before);
    on(&url, &["migrate"]).success();
    on(&url, &["verify-schema"]).success();
}

#[test]
fn settings() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}/cups.db", folder.path().display());
    for (name, value, parts) in [
        ("DELTACROWN_BIND", "nowhere", &["bind", "nowhere", "127.0.0.1:8000"][..]),
        ("DELTACROWN_COLOUR", "red", &["colour", "settings: database"]),
        ("DELTACROWN_ENVIRONMENT", "production", &["public_url", "https://"]),
    ] {
        let output = run(program(&["serve", "--database", &url]).env(name, value)).expect_code(2);
        for part in parts {
            assert!(output.stderr.contains(part), "{name}: no {part:?} in {output}");
        }
    }
}

#[test]
fn names_that_do_not_exist() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}/cups.db", folder.path().display());
    refused(&url, &["migrate", "acounts"], &["no app \"acounts\"", "accounts"]);
    refused(&url, &["migrate", "accounts", "0009"], &["no migration \"0009\"", "0001_initial"]);
    refused(&url, &["sqlmigrate", "accounts", "0009"], &["0001_initial"]);
    refused(&url, &["sqlmigrate", "accounts", "0001", "--dialect", "oracle"], &["postgres, sqlite"]);
    assert!(!folder.path().join("cups.db").exists(), "nothing was made");
}

/// Every verb says what it is for, and shows an example.
#[test]
fn every_help_has_an_example() {
    let verbs = [
        "makemigrations",
        "migrate",
        "showmigrations",
        "sqlmigrate",
        "check",
        "verify-schema",
        "repair",
        "doctor",
        "checkpoint",
        "restore",
        "reset-db",
        "createsuperuser",
        "serve",
    ];
    let all = run(&mut program(&["--help"])).success();
    for verb in verbs {
        assert!(all.stdout.contains(verb), "{verb}: {all}");
        let help = run(&mut program(&[verb, "--help"])).success();
        assert!(help.stdout.contains("Example:"), "{verb}: {help}");
    }
}

testkit::on_both! {
    /// Five runners at once: each migration runs once, and every runner is content.
    async fn five_runners_at_once(db: &TestDatabase) {
        let url = db.url().to_owned();
        let runners: Vec<_> = (0..5).map(|_| { let url = url.clone(); std::thread::spawn(move || on(&url, &["migrate"])) }).collect();
        let outputs: Vec<_> = runners.into_iter().map(|runner| runner.join().expect("it runs").success()).collect();
        for app in ["accounts", "profiles", "notifications", "economy"] {
            let runs = outputs.iter().filter(|output| output.stdout.contains(&format!("applied {app}.0001"))).count();
            assert_eq!(runs, 1, "{app}: {outputs:?}");
        }
        on(&url, &["verify-schema"]).success();
    }

    /// A runner that is killed at any moment leaves whole migrations; the next one does the rest.
    async fn a_killed_runner(db: &TestDatabase) {
        for round in 0..12_u64 {
            let mut child = program(&["migrate", "--database", db.url()])
                .stdout(std::process::Stdio::null())
                .stderr(std::process::Stdio::null())
                .spawn()
                .expect("it starts");
            std::thread::sleep(std::time::Duration::from_millis(round * 7));
            child.kill().expect("it is ours");
            child.wait().expect("it is ours");
            on(db.url(), &["migrate"]).success();
            on(db.url(), &["verify-schema"]).success();
            on(db.url(), &["migrate", "accounts", "zero"]).success();
        }
    }
}
