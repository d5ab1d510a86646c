//! The drawn schema of the docs is the one that the migrations make.

mod support;

use std::path::Path;

use support::program;
use testkit::process::run;

#[test]
fn the_docs_show_the_schema() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schema.md");
    let checked = run(program(&["diagram", "--check"]).arg(&file));
    assert_eq!(checked.code, 0, "write it anew: cargo run -- diagram --output docs/schema.md\n{checked}");
    // A change is noticed.
    let folder = tempfile::tempdir().expect("a folder");
    let stale = folder.path().join("schema.md");
    let text = std::fs::read_to_string(&file).expect("a file");
    std::fs::write(&stale, text.replace("username", "nickname")).expect("written");
    let checked = run(program(&["diagram", "--check"]).arg(&stale)).expect_code(1);
    assert!(checked.stdout.contains("is stale from line") && checked.stdout.contains("diagram --output"), "{checked}");
}

/// The page of all tables, as a person asks for it.
#[test]
fn the_page_has_every_table() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("schema.html");
    run(program(&["diagram", "--output"]).arg(&file)).success();
    let page = std::fs::read_to_string(&file).expect("a file");
    for table in ["accounts_user", "economy_deltacrownwallet", "teams_team", "tournaments_tournament"] {
        assert!(page.contains(&format!("id=\"{table}\"")), "no {table}");
    }
    let history = run(&mut program(&["diagram", "--history", "--app", "teams"])).success();
    assert!(history.stdout.contains("subgraph teams") && !history.stdout.contains("subgraph economy"), "{history}");
}
