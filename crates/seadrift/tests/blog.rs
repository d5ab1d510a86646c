//! The blog of `examples/blog`: every command, statement and file of its README, as they stand there,
//! on both databases.

#[allow(dead_code, reason = "its main is for people")]
#[path = "../examples/blog/main.rs"]
mod program;

use std::{fs, path::Path, process::ExitCode};

use clap::Parser as _;
use seadrift::run::{Connection, DatabaseUrl};
use testkit::TestDatabase;

const README: &str = include_str!("../examples/blog/README.md");

/// The fenced blocks of a page: their language, their text, and the paragraph before them.
fn blocks(page: &str) -> Vec<(&str, String, String)> {
    let mut found = Vec::new();
    let mut before = String::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        match line.strip_prefix("```") {
            Some(language) => {
                let text: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
                found.push((language, text.join("\n"), std::mem::take(&mut before)));
            }
            None if line.is_empty() => {}
            None => before = line.to_owned(),
        }
    }
    found
}

/// Runs a command of the page: `blog …`, then perhaps the exit code that it says.
async fn command(line: &str, db: &TestDatabase, folder: &Path) {
    let (words, said) = line.split_once("    # ").unwrap_or((line, "exits with 0"));
    let at = folder.display().to_string();
    let mut arguments: Vec<String> =
        words.split(' ').map(|word| word.replace("migrations/", &format!("{at}/"))).collect();
    arguments.splice(1..1, ["--folder".to_owned(), at, "--database".to_owned(), db.url().to_owned()]);
    let cli = program::Cli::try_parse_from(&arguments).unwrap_or_else(|error| panic!("{line}: {error}"));
    let code: u8 = said.strip_prefix("exits with ").and_then(|code| code.parse().ok()).expect("an exit code");
    let ended = program::run(cli).await;
    assert_eq!(format!("{ended:?}"), format!("{:?}", ExitCode::from(code)), "{line}");
}

async fn rows(db: &TestDatabase, sql: &str) -> String {
    let url: DatabaseUrl = db.url().parse().expect("a URL");
    let mut connection = Connection::open(&url, false).await.expect("it opens");
    let (columns, rest) = sql.strip_prefix("SELECT ").and_then(|sql| sql.split_once(" FROM ")).expect("a query");
    let columns: Vec<String> = columns.split(", ").map(|column| format!("CAST({column} AS text)")).collect();
    let rows = connection.rows(&format!("SELECT {} FROM {rest}", columns.join(", "))).await.expect("rows");
    let row = |row: Vec<Option<String>>| row.into_iter().map(Option::unwrap_or_default).collect::<Vec<_>>().join(" ");
    rows.into_iter().map(row).collect::<Vec<_>>().join("\n")
}

testkit::on_both! {
    async fn the_readme_tells_the_truth(db: &TestDatabase) {
        let folder = tempfile::tempdir().expect("a folder");
        let mut answer = None;
        let mut ran = 0;
        for (language, text, before) in blocks(README) {
            match language {
                "console" => {
                    for line in text.lines() {
                        command(line.strip_prefix("$ ").expect("a command"), db, folder.path()).await;
                        ran += 1;
                    }
                }
                "toml" => {
                    let name = before.split('`').find(|word| word.ends_with(".toml")).expect("the file's name");
                    assert!(folder.path().join(name).exists(), "{name} was written empty before");
                    fs::write(folder.path().join(name), text).expect("written");
                }
                "sql" if text.starts_with("SELECT ") => answer = Some(rows(db, &text).await),
                "sql" => db.execute(&text).await,
                "text" if text.starts_with("cargo run") => {}
                "text" => assert_eq!(answer.take().expect("a query before"), text),
                other => panic!("a block of {other:?}, which nobody reads"),
            }
        }
        assert!(ran >= 20, "only {ran} commands were found");
        let files = fs::read_dir(folder.path()).expect("a folder");
        let mut names: Vec<String> = files.map(|file| file.expect("a file").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        assert_eq!(names.iter().filter(|name| name.ends_with(".toml")).count(), 4, "{names:?}");
        assert!(names.contains(&"0002_people.toml".to_owned()), "{names:?}");
        assert!(db.tables().await.iter().all(|table| table == "seadrift_migration"));
    }
}
