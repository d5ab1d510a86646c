//! Running the program as a user does.
#![allow(dead_code, reason = "each test file uses its part")]

use std::process::Command;

use testkit::process::{Output, run};

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
