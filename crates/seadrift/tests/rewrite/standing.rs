//! How a database stands to a replacement: every state of its record is told apart.

use seadrift::{
    migration::{Graph, LoadedMigration, Migration, Replaced, Standing, hash},
    operation::Operation,
    run::{Record, record::Entry},
};

use super::project::{add, create, id, migration};

/// a.0001_initial and a.0002_more become a new a.0001_initial.
fn graph(with_hashes: bool) -> (Graph, Vec<LoadedMigration>) {
    let old = [
        migration("a.0001_initial", &[], vec![create("a", "Team", &[])]),
        migration("a.0002_more", &["a.0001_initial"], vec![add("a_team", "more")]),
    ]
    .map(|migration| LoadedMigration::new(migration, "old"));
    let mut new = migration("a.0001_initial", &[], vec![create("a", "Team", &[]), add("a_team", "more")]);
    new.replaces = old.iter().map(Replaced::of).collect();
    if !with_hashes {
        new.replaces.iter_mut().for_each(|replaced| replaced.hash = None);
    }
    let graph = Graph::build(vec![LoadedMigration::new(new, "new")]).expect("sound");
    (graph, old.to_vec())
}

fn record(rows: &[(&str, &str)]) -> Record {
    let entry = |hash: &str| Entry { hash: hash.to_owned(), applied_at: "2026-01-01T00:00:00Z".to_owned() };
    Record { applied: rows.iter().map(|(name, hash)| (id(name), entry(hash))).collect() }
}

#[test]
fn every_state_is_told_apart() {
    let (graph, old) = graph(true);
    let replacements = graph.replacements();
    assert_eq!(replacements.len(), 1);
    let new = graph.order().next().expect("a migration").hash.clone();
    let (first, more) = (&old[0].hash[..], &old[1].hash[..]);
    // The same meaning with another dependency.
    let moved = format!("{}{}", hash::deeds(&new), "0".repeat(32));
    let (a1, a2) = (|| id("a.0001_initial"), || id("a.0002_more"));
    let cases: &[(&[(&str, &str)], Standing)] = &[
        (&[], Standing::Before),
        (&[("b.0001_initial", "x")], Standing::Before),
        (&[("a.0001_initial", &new)], Standing::New),
        (&[("a.0001_initial", &moved)], Standing::New),
        (&[("a.0001_initial", first), ("a.0002_more", more)], Standing::Replaced),
        (&[("a.0001_initial", first)], Standing::Between { ran: vec![a1()], missing: vec![a2()] }),
        (&[("a.0002_more", more)], Standing::Between { ran: vec![a2()], missing: vec![a1()] }),
        (&[("a.0001_initial", &new), ("a.0002_more", more)], Standing::Both { old: vec![a2()], new: vec![a1()] }),
        (&[("a.0001_initial", "other")], Standing::Unknown(vec![a1()])),
        (&[("a.0001_initial", first), ("a.0002_more", "other")], Standing::Unknown(vec![a2()])),
        (&[("a.0001_initial", "other"), ("a.0002_more", more)], Standing::Unknown(vec![a1()])),
    ];
    for (rows, expected) in cases {
        assert_eq!(replacements[0].standing(&record(rows)), *expected, "{rows:?}");
    }
}

/// Without hashes a name is believed, but never the new migration's own.
#[test]
fn names_alone_do_not_tell_a_migration_from_its_namesake() {
    let (graph, old) = graph(false);
    let standing = |rows: &[(&str, &str)]| graph.replacements()[0].standing(&record(rows));
    let (first, more) = (&old[0].hash[..], &old[1].hash[..]);
    assert_eq!(
        standing(&[("a.0001_initial", first), ("a.0002_more", more)]),
        Standing::Unknown(vec![id("a.0001_initial")])
    );
    assert_eq!(standing(&[("a.0001_initial", &graph.order().next().expect("one").hash)]), Standing::New);
}

/// Where old and new begin with the same, having run that alone is both the beginning and the end.
#[test]
fn a_first_migration_that_stays_the_same() {
    let same = migration("a.0001_initial", &[], vec![create("a", "Team", &[])]);
    let old = [
        same.clone(),
        migration("a.0002_add", &["a.0001_initial"], vec![add("a_team", "x")]),
        migration(
            "a.0003_drop",
            &["a.0002_add"],
            vec![Operation::DropColumn { table: "a_team".into(), column: "x".into() }],
        ),
    ]
    .map(|migration| LoadedMigration::new(migration, "old"));
    let new = Migration { replaces: old.iter().map(Replaced::of).collect(), ..same };
    let graph = Graph::build(vec![LoadedMigration::new(new, "new")]).expect("sound");
    let row = |at: usize| (old[at].id().to_string(), old[at].hash.clone());
    let standing = |rows: &[(String, String)]| {
        let rows: Vec<(&str, &str)> = rows.iter().map(|(id, hash)| (id.as_str(), hash.as_str())).collect();
        graph.replacements()[0].standing(&record(&rows))
    };
    assert_eq!(standing(&[row(0)]), Standing::New, "its table is as both make it");
    assert!(matches!(standing(&[row(0), row(1)]), Standing::Between { .. }));
    assert_eq!(standing(&[row(0), row(1), row(2)]), Standing::Replaced);
}
