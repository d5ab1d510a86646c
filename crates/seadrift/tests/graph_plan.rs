//! What targets ask for, forward and backward.

mod fixtures;

use fixtures::{graph, id, names, node};
use seadrift::migration::Graph;

/// ```text
/// teams.0001 ◄─ teams.0002 ◄─ teams.0003
///     ▲             ▲
/// cups.0001 ◄── cups.0002      (notes.0001 depends on nothing)
/// ```
fn town() -> Graph {
    graph([
        node("teams.0001_a", &[]),
        node("teams.0002_b", &["teams.0001_a"]),
        node("teams.0003_c", &["teams.0002_b"]),
        node("cups.0001_a", &["teams.0001_a"]),
        node("cups.0002_b", &["cups.0001_a", "teams.0002_b"]),
        node("notes.0001_a", &[]),
    ])
}

#[test]
fn forward() {
    let town = town();
    let cases: &[(&[&str], &[&str])] = &[
        (&["teams.0001_a"], &["teams.0001_a"]),
        (&["cups.0001_a"], &["teams.0001_a", "cups.0001_a"]),
        (&["cups.__latest__"], &["teams.0001_a", "cups.0001_a", "teams.0002_b", "cups.0002_b"]),
        (&["notes.0001_a", "teams.__first__"], &["notes.0001_a", "teams.0001_a"]),
        (&["nobody.0001_a"], &[]),
        (&[], &[]),
    ];
    for (targets, expected) in cases {
        let targets: Vec<_> = targets.iter().map(|t| id(t)).collect();
        assert_eq!(names(town.forward(&targets)), *expected, "{targets:?}");
    }
    let all: Vec<_> = town.leaves().map(|l| l.id().clone()).collect();
    assert_eq!(town.forward(&all).len(), town.len());
}

#[test]
fn backward() {
    let town = town();
    let cases = [
        ("teams.0003_c", vec![]),
        ("teams.0002_b", vec!["teams.0003_c"]),
        ("teams.0001_a", vec!["teams.0003_c", "cups.0002_b", "teams.0002_b"]),
        ("cups.0001_a", vec!["cups.0002_b"]),
        ("cups.__latest__", vec![]),
    ];
    for (target, expected) in cases {
        assert_eq!(names(town.backward(&id(target))), expected, "{target}");
    }
    let zero = [
        ("cups", vec!["cups.0002_b", "cups.0001_a"]),
        ("notes", vec!["notes.0001_a"]),
        ("teams", vec!["teams.0003_c", "cups.0002_b", "teams.0002_b", "cups.0001_a", "teams.0001_a"]),
        ("nobody", vec![]),
    ];
    for (app, expected) in zero {
        assert_eq!(names(town.backward_to_zero(app)), expected, "{app}");
    }
}

#[test]
fn ancestors_and_descendants() {
    let town = town();
    assert_eq!(
        names(town.ancestors(&id("cups.0002_b"))),
        ["teams.0001_a", "cups.0001_a", "teams.0002_b"].into_iter().map(str::to_owned).collect::<Vec<_>>()
    );
    assert_eq!(names(town.descendants(&id("teams.0002_b"))), ["cups.0002_b", "teams.0003_c"]);
    assert!(town.ancestors(&id("teams.0001_a")).is_empty());
}
