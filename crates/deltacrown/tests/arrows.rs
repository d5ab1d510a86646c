//! The arrows between the crates, as ARCHITECTURE.md draws them, against the manifests.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// What each crate may use directly, by the table of ARCHITECTURE.md.
fn drawn() -> BTreeMap<String, BTreeSet<String>> {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    let rows = text.split("| crate | may use |").nth(1).expect("the table of arrows").lines().skip(2);
    let names = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    rows.take_while(|row| row.starts_with('|'))
        .map(|row| {
            let cells: Vec<&str> = row.trim_matches('|').split('|').collect();
            (names(cells[0]).remove(0), names(cells[1]).into_iter().collect())
        })
        .collect()
}

/// What each crate uses: by `dependencies`, and by `dev-dependencies`.
fn used(table: &str) -> BTreeMap<String, BTreeSet<String>> {
    let crates: BTreeSet<String> = fs::read_dir(root().join("crates"))
        .expect("crates")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"))
        .collect();
    let uses = |name: &String| {
        let manifest = fs::read_to_string(root().join("crates").join(name).join("Cargo.toml")).expect("a manifest");
        let manifest: toml::Table = manifest.parse().expect("a manifest");
        assert_eq!(manifest["package"]["name"].as_str(), Some(name.as_str()), "a crate is named after its folder");
        let table = manifest.get(table).and_then(toml::Value::as_table).cloned().unwrap_or_default();
        (name.clone(), table.keys().filter(|key| crates.contains(*key)).cloned().collect())
    };
    crates.iter().map(uses).collect()
}

/// All that can be reached from a crate along the arrows.
fn reach(arrows: &BTreeMap<String, BTreeSet<String>>, from: &str) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut open = vec![from.to_owned()];
    while let Some(name) = open.pop() {
        for next in arrows.get(&name).into_iter().flatten() {
            if reached.insert(next.clone()) {
                open.push(next.clone());
            }
        }
    }
    reached
}

/// Every use of a crate that no arrow allows.
fn forbidden(
    arrows: &BTreeMap<String, BTreeSet<String>>,
    used: &BTreeMap<String, BTreeSet<String>>,
) -> Vec<(String, String)> {
    let against = |(name, uses): (&String, &BTreeSet<String>)| {
        let allowed = reach(arrows, name);
        uses.iter().filter(|use_| !allowed.contains(*use_)).map(|use_| (name.clone(), use_.clone())).collect::<Vec<_>>()
    };
    used.iter().flat_map(against).collect()
}

#[test]
fn crates_use_only_what_their_arrows_reach() {
    let (arrows, used) = (drawn(), used("dependencies"));
    let names = |map: &BTreeMap<String, BTreeSet<String>>| map.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&arrows), names(&used), "the table of ARCHITECTURE.md names every crate once");
    assert_eq!(forbidden(&arrows, &used), []);
    for name in arrows.keys() {
        assert!(!reach(&arrows, name).contains(name), "the arrows form a cycle through {name}");
    }
}

#[test]
fn an_arrow_upwards_is_caught() {
    let (arrows, mut used) = (drawn(), used("dependencies"));
    used.get_mut("kernel").expect("a crate").insert("economy".to_owned());
    assert_eq!(forbidden(&arrows, &used), [("kernel".to_owned(), "economy".to_owned())]);
}

#[test]
fn only_tests_use_the_testkit() {
    for (name, uses) in used("dependencies") {
        assert!(!uses.contains("testkit") || name == "bench", "{name} uses testkit outside of its tests");
    }
    for (name, uses) in used("dev-dependencies") {
        let allowed = reach(&drawn(), &name);
        let wrong: Vec<_> =
            uses.iter().filter(|use_| *use_ != "testkit" && **use_ != name && !allowed.contains(*use_)).collect();
        assert!(wrong.is_empty(), "the tests of {name} use {wrong:?}");
    }
}
