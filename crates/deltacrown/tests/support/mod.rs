//! Running the program as a user does.
#![allow(dead_code, reason = "each test file uses its part")]

use std::{path::Path, process::Command};

use testkit::{
    TestDatabase,
    process::{Output, run},
};

/// The program with these arguments, away from the settings of whoever runs the tests.
pub fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_deltacrown"));
    for (name, _) in std::env::vars() {
        if name == "DATABASE_URL" || name.starts_with("DELTACROWN_") {
            command.env_remove(name);
        }
    }
    command.args(arguments);
    command
}

/// Runs the program on a database.
pub fn on(url: &str, arguments: &[&str]) -> Output {
    run(program(arguments).args(["--database", url]))
}

/// Drops the copies that checkpoints of this folder are on PostgreSQL: databases beside this one.
pub async fn drop_checkpoints(db: &TestDatabase, folder: &Path) {
    let listed = on(db.url(), &["checkpoint", "--list", "--json", "--folder", folder.to_str().expect("text")]);
    for copy in listed.stdout.split('"').filter(|text| text.contains("_checkpoint_")) {
        db.sibling().execute(&format!("DROP DATABASE IF EXISTS \"{copy}\"")).await;
    }
}
