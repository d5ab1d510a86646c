//! A test whose program is not installed is skipped loudly, and fails where `CI` is set.

use std::process::Command;

use testkit::process::{Output, run};

const PROGRAMS: &str = "DELTACROWN_TEST_POSTGRES_BIN";

/// Runs the specimen with an empty directory as the value of these variables.
fn specimen(arguments: &[&str], empty: &[&str], ci: Option<&str>) -> Output {
    let directory = tempfile::tempdir().expect("a directory");
    let mut command = Command::new(env!("CARGO_BIN_EXE_specimen"));
    command.args(arguments).env_remove("DELTACROWN_TEST_POSTGRES").env_remove(PROGRAMS).env_remove("CI");
    command.envs(empty.iter().map(|name| (*name, directory.path())));
    command.envs(ci.map(|ci| ("CI", ci)));
    run(&mut command)
}

fn check(arguments: &[&str], empty: &[&str], parts: &[&str]) {
    for ci in [None, Some("false")] {
        let skipped = specimen(arguments, empty, ci).success();
        assert_eq!(skipped.stdout, "", "the body ran");
        assert_eq!(skipped.stderr.matches("SKIPPED").count(), 1, "{skipped}");
        assert!(parts.iter().all(|part| skipped.stderr.contains(part)), "{parts:?} are not all in {skipped}");
    }
    let failed = specimen(arguments, empty, Some("true")).expect_code(101);
    assert!(failed.stderr.contains("a skip is a failure because CI is set"), "{failed}");
    assert!(parts.iter().all(|part| failed.stderr.contains(part)), "{parts:?} are not all in {failed}");
}

#[test]
fn without_postgres() {
    let parts = ["PostgreSQL half of the tests", "apt-get install postgresql", "DELTACROWN_TEST_POSTGRES"];
    // An empty PATH lacks `flock`.
    for empty in [&["PATH"][..], &[PROGRAMS], &["PATH", PROGRAMS]] {
        check(&["test", "PostgreSQL"], empty, &parts);
    }
}

#[test]
fn sqlite_needs_no_program() {
    let output = specimen(&["test", "SQLite"], &["PATH", PROGRAMS], Some("true")).success();
    assert!(output.stdout.starts_with("ran\nran on sqlite://"), "{output}");
}

#[cfg(feature = "browser")]
#[test]
fn without_a_browser() {
    check(&["browse"], &["PATH"], &["tests in a browser", "apt-get install chromium chromium-driver"]);
}
