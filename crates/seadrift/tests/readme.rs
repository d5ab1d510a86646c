//! The five minutes of the README: its program is the example, and its commands do what it says.

use std::{collections::BTreeMap, fs, path::Path, process::ExitCode};

use clap::Parser;
use seadrift::{
    cli,
    project::MigrationFiles,
    run::{Connection, Record},
};

#[allow(dead_code, reason = "its main is for people")]
#[path = "../examples/start.rs"]
mod start;

fn readme() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).expect("a README")
}

#[test]
fn the_program_is_the_example() {
    let example = include_str!("../examples/start.rs");
    let program = example.split_once("use clap::Parser;").map(|(_, rest)| rest.trim()).expect("a program");
    assert!(readme().contains(program), "the README does not show examples/start.rs as it is");
}

#[tokio::test]
async fn the_commands_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let migrations = folder.path().join("migrations").display().to_string();
    let mut project = start::project();
    project.apps[0].migrations = MigrationFiles { folder: migrations.clone().leak(), files: &[] };
    let url = format!("sqlite://{}", folder.path().join("blog.db").display()).parse().expect("a URL");
    let text = readme();
    let commands: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("$ blog ")).collect();
    assert!(commands.len() >= 5, "{commands:?}");
    let mut ran: BTreeMap<&str, u32> = BTreeMap::new();
    for command in commands {
        let verb = start::Cli::try_parse_from(["blog"].into_iter().chain(command.split_whitespace()))
            .unwrap_or_else(|error| panic!("{command}: {error}"))
            .verb;
        assert_eq!(cli::run(verb, &project, &url, "blog").await, ExitCode::SUCCESS, "{command}");
        *ran.entry(command.split(' ').next().unwrap_or_default()).or_default() += 1;
    }
    assert!(ran.contains_key("makemigrations") && ran.contains_key("migrate") && ran.contains_key("verify-schema"));
    assert!(Path::new(&migrations).join("0001_initial.toml").is_file());
    let mut connection = Connection::open(&url, false).await.expect("it opens");
    assert_eq!(Record::read(&mut connection).await.expect("a record").applied.len(), 1);
}
