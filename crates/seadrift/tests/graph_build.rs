//! The graph: resolution, order, and everything that is refused.

mod fixtures;

use fixtures::{errors, graph, id, names, node, order, replacing};
use proptest::prelude::*;
use seadrift::migration::{Graph, GraphError, LoadedMigration};

/// What is wrong, and its mend.
fn refused(nodes: Vec<LoadedMigration>) -> Vec<(String, String)> {
    errors(nodes).iter().map(|e| (e.to_string(), e.mend())).collect()
}

fn check(nodes: Vec<LoadedMigration>, expected: &[(&str, &str)]) {
    let found = refused(nodes);
    let found: Vec<(&str, &str)> = found.iter().map(|(error, mend)| (error.as_str(), mend.as_str())).collect();
    assert_eq!(found, expected);
}

#[test]
fn nothing_is_a_graph() {
    let empty = graph([]);
    assert!(empty.is_empty() && empty.roots().next().is_none());
    assert!(empty.replay().expect("nothing fits").schema().tables.is_empty());
}

#[test]
fn dependencies_run_first() {
    let nodes = [
        node("accounts.0001_initial", &[]),
        node("accounts.0002_more", &["accounts.0001_initial", "teams.0001_initial"]),
        node("teams.0001_initial", &["accounts.__first__"]),
        node("teams.0002_more", &["teams.0001_initial"]),
        node("cups.0001_initial", &["teams.__latest__", "accounts.0001_initial"]),
        node("zoo.0001_initial", &[]),
    ];
    let graph = graph(nodes);
    assert_eq!(
        order(&graph),
        [
            "accounts.0001_initial",
            "teams.0001_initial",
            "accounts.0002_more",
            "teams.0002_more",
            "cups.0001_initial",
            "zoo.0001_initial"
        ]
    );
    let at = |text: &str| graph.resolve(&id(text)).map(|l| l.id().to_string());
    assert_eq!(at("teams.__first__").as_deref(), Some("teams.0001_initial"));
    assert_eq!(at("teams.__latest__").as_deref(), Some("teams.0002_more"));
    assert_eq!(at("teams.0001_initial").as_deref(), Some("teams.0001_initial"));
    assert_eq!(at("teams.0009_no"), None);
    assert_eq!(at("nobody.__first__"), None);
    assert_eq!(names(graph.roots().map(LoadedMigration::id)), ["accounts.0001_initial", "zoo.0001_initial"]);
    let leaves = ["accounts.0002_more", "cups.0001_initial", "zoo.0001_initial"];
    assert_eq!(names(graph.leaves().map(LoadedMigration::id)), leaves);
    assert_eq!(
        names(graph.parents(&id("cups.0001_initial")).map(LoadedMigration::id)),
        ["accounts.0001_initial", "teams.0002_more"]
    );
    assert_eq!(
        names(graph.children(&id("teams.0001_initial")).map(LoadedMigration::id)),
        ["accounts.0002_more", "teams.0002_more"]
    );
    assert_eq!(names(graph.app("teams").map(LoadedMigration::id)), ["teams.0001_initial", "teams.0002_more"]);
    assert_eq!(graph.apps().collect::<Vec<_>>(), ["accounts", "cups", "teams", "zoo"]);
    assert!(graph.is_ancestor(&id("accounts.0001_initial"), &id("cups.0001_initial")));
    assert!(
        !graph.is_ancestor(&id("accounts.0002_more"), &id("cups.0001_initial")),
        "earlier in the order, not needed"
    );
    assert!(!graph.is_ancestor(&id("cups.0001_initial"), &id("cups.0001_initial")));
}

/// Numbers order by value, and ten thousand is more than 9999.
#[test]
fn numbers_are_numbers() {
    let nodes = [node("a.9999_x", &[]), node("a.10000_x", &["a.9999_x"]), node("b.0001_x", &["a.__latest__"])];
    assert_eq!(order(&graph(nodes)), ["a.9999_x", "a.10000_x", "b.0001_x"]);
}

/// The first of an app is the lowest that needs none of its own app, wherever it runs in the order.
#[test]
fn first_is_a_root_of_its_app() {
    let nodes = [
        node("a.0001_x", &["z.0001_x"]),
        node("a.0002_x", &[]),
        node("a.0003_merge", &["a.0001_x", "a.0002_x"]),
        node("z.0001_x", &[]),
        node("m.0001_x", &["a.__first__"]),
    ];
    let graph = graph(nodes);
    assert_eq!(graph.resolve(&id("a.__first__")).map(|l| l.id().to_string()).as_deref(), Some("a.0001_x"));
    assert!(graph.is_ancestor(&id("z.0001_x"), &id("m.0001_x")));
    assert!(!graph.is_ancestor(&id("a.0002_x"), &id("m.0001_x")));
}

#[test]
fn missing_migrations_are_named() {
    let nodes = vec![
        node("accounts.0001_initial", &[]),
        node("tournaments.0001_initial", &["accounts.0001_inital", "account.0001_initial", "wallets.0001_initial"]),
        node(
            "tournaments.0002_a",
            &["tournaments.0001_initial", "accounts.__frist__", "accounts.0001_users", "accounts.0007_gone"],
        ),
    ];
    check(
        nodes,
        &[
            (
                "tournaments/migrations/0001_initial.toml:4: tournaments.0001_initial depends on accounts.0001_inital, which does not exist; did you mean accounts.0001_initial?",
                "write \"accounts.0001_initial\"",
            ),
            (
                "tournaments/migrations/0001_initial.toml:5: tournaments.0001_initial depends on account.0001_initial, and there is no app \"account\" with migrations; did you mean accounts?",
                "write \"accounts.0001_initial\"",
            ),
            (
                "tournaments/migrations/0001_initial.toml:6: tournaments.0001_initial depends on wallets.0001_initial, and there is no app \"wallets\" with migrations",
                "add the app \"wallets\" to the project, or remove the dependency",
            ),
            (
                "tournaments/migrations/0002_a.toml:5: tournaments.0002_a depends on accounts.__frist__, which does not exist; did you mean accounts.__first__?",
                "write \"accounts.__first__\"",
            ),
            (
                "tournaments/migrations/0002_a.toml:6: tournaments.0002_a depends on accounts.0001_users, which does not exist; did you mean accounts.0001_initial?",
                "write \"accounts.0001_initial\"",
            ),
            (
                "tournaments/migrations/0002_a.toml:7: tournaments.0002_a depends on accounts.0007_gone, which does not exist",
                "restore the file 0007_gone.toml of app \"accounts\", or remove the dependency",
            ),
        ],
    );
}

#[test]
fn circles_are_shown_whole() {
    let nodes = vec![
        node("a.0001_x", &[]),
        node("a.0002_x", &["a.0001_x", "c.0001_x"]),
        node("b.0001_x", &["a.__latest__"]),
        node("c.0001_x", &["a.0001_x", "b.0001_x"]),
        node("d.0001_x", &["c.0001_x"]),
        node("e.0001_x", &["e.0001_x"]),
    ];
    let mend = "remove one of these dependencies; where two tables point at each other, add one foreign key in a later migration";
    check(
        nodes,
        &[
            (
                "migrations depend on each other in a circle: a.0002_x → c.0001_x → b.0001_x → a.0002_x",
                &format!(
                    "{mend}\na.0002_x (a/migrations/0002_x.toml:5)\nc.0001_x (c/migrations/0001_x.toml:5)\nb.0001_x (b/migrations/0001_x.toml:4, as a.__latest__)"
                ),
            ),
            (
                "migrations depend on each other in a circle: e.0001_x → e.0001_x",
                &format!("{mend}\ne.0001_x (e/migrations/0001_x.toml:4)"),
            ),
        ],
    );
}

#[test]
fn two_last_migrations_need_a_merge() {
    let branches = || vec![node("a.0001_x", &[]), node("a.0002_y", &["a.0001_x"]), node("a.0002_z", &["a.0001_x"])];
    check(
        branches(),
        &[(
            "app \"a\" has 2 last migrations: a.0002_y (a/migrations/0002_y.toml), a.0002_z (a/migrations/0002_z.toml)",
            "makemigrations --merge",
        )],
    );
    let mut merged = branches();
    merged.push(node("a.0003_merge", &["a.0002_y", "a.0002_z"]));
    assert_eq!(order(&graph(merged)), ["a.0001_x", "a.0002_y", "a.0002_z", "a.0003_merge"]);
    // A migration of another app joins nothing.
    let mut aside = branches();
    aside.push(node("b.0001_x", &["a.0002_y", "a.0002_z"]));
    assert_eq!(errors(aside).len(), 1);
}

#[test]
fn one_number_twice_in_a_line() {
    let nodes = vec![node("a.0001_x", &[]), node("a.0002_y", &["a.0002_z"]), node("a.0002_z", &["a.0001_x"])];
    check(
        nodes,
        &[(
            "app \"a\" has two migrations numbered 0002: a.0002_z (a/migrations/0002_z.toml), a.0002_y (a/migrations/0002_y.toml)",
            "give 0002_y and its file the next free number, before any database has run it",
        )],
    );
}

#[test]
fn one_migration_twice() {
    let mut other = node("a.0001_x", &[]);
    other.file = "elsewhere/0001_x.toml".into();
    check(
        vec![node("a.0001_x", &[]), other],
        &[("a.0001_x exists twice: a/migrations/0001_x.toml and elsewhere/0001_x.toml", "remove one of the two files")],
    );
}

#[test]
fn all_problems_at_once() {
    let nodes = vec![
        node("a.0001_x", &["b.0009_x"]),
        node("a.0002_y", &["a.0001_x"]),
        node("a.0002_z", &["a.0001_x"]),
        node("b.0001_x", &["b.0002_x"]),
        node("b.0002_x", &["b.0001_x"]),
        replacing("c.0001_x", &[], &["c.0009_x"]),
        replacing("d.0001_x", &[], &["c.0009_x"]),
    ];
    let found = errors(nodes);
    let is = |wanted: fn(&GraphError) -> bool| assert!(found.iter().any(wanted), "{found:#?}");
    is(|e| matches!(e, GraphError::MissingMigration { .. }));
    is(|e| matches!(e, GraphError::ConflictingLeaves { .. }));
    is(|e| matches!(e, GraphError::Cycle { .. }));
    is(|e| matches!(e, GraphError::ReplacedTwice { .. }));
    for error in &found {
        assert_eq!(error.code().id(), "SD102");
        let finding = error.finding();
        assert!(!finding.object.is_empty() && !finding.cause.is_empty() && !finding.mend.is_empty(), "{finding}");
    }
}

#[test]
fn replaced_migrations_leave() {
    // 0001 and 0002 of a are squashed; 0002's file is gone already.
    let nodes = vec![
        node("a.0001_x", &[]),
        replacing("a.0001_squashed", &["b.0001_x"], &["a.0001_x", "a.0002_x"]),
        node("a.0003_x", &["a.0002_x"]),
        node("b.0001_x", &[]),
        node("c.0001_x", &["a.0001_x", "a.__first__"]),
    ];
    let graph = graph(nodes);
    assert_eq!(order(&graph), ["b.0001_x", "a.0001_squashed", "a.0003_x", "c.0001_x"]);
    assert_eq!(names(graph.replaced().iter().map(LoadedMigration::id)), ["a.0001_x"]);
    assert_eq!(graph.replacement(&id("a.0002_x")), Some(&id("a.0001_squashed")));
    assert_eq!(graph.replacement(&id("a.0003_x")), None);
    assert_eq!(graph.resolve(&id("a.0002_x")).map(LoadedMigration::id), Some(&id("a.0001_squashed")));
    assert!(graph.get(&id("a.0002_x")).is_none());
}

/// A regenerated history begins with a file of an old name.
#[test]
fn a_migration_may_replace_its_own_name() {
    let nodes = vec![
        replacing("a.0001_initial", &["b.0002_x"], &["a.0001_initial", "a.0002_x"]),
        replacing("b.0001_initial", &[], &["b.0001_initial", "b.0002_x"]),
        node("c.0001_x", &["a.0002_x"]),
    ];
    let graph = graph(nodes);
    assert_eq!(order(&graph), ["b.0001_initial", "a.0001_initial", "c.0001_x"]);
    assert_eq!(graph.replacement(&id("a.0001_initial")), None);
}

/// A squash of squashes: names lead to the last of them, and its own old dependencies to nothing.
#[test]
fn replacements_of_replacements() {
    let nodes = vec![
        node("a.0001_x", &[]),
        replacing("a.0001_two", &[], &["a.0001_x", "a.0002_x"]),
        replacing("a.0001_three", &["a.0001_x"], &["a.0001_two", "a.0003_x"]),
        node("b.0001_x", &["a.0001_x", "a.0003_x"]),
    ];
    let graph = graph(nodes);
    assert_eq!(order(&graph), ["a.0001_three", "b.0001_x"]);
    assert_eq!(names(graph.replaced().iter().map(LoadedMigration::id)), ["a.0001_two", "a.0001_x"]);
}

#[test]
fn replacements_that_are_refused() {
    let nodes = vec![replacing("a.0001_p", &[], &["a.0009_x"]), replacing("b.0001_q", &[], &["a.0009_x"])];
    check(
        nodes,
        &[(
            "a.0009_x is replaced twice: by a.0001_p (a/migrations/0001_p.toml), b.0001_q (b/migrations/0001_q.toml)",
            "remove one of the two files, or let one replace the other",
        )],
    );
    let nodes = vec![replacing("a.0001_p", &[], &["a.0002_q"]), replacing("a.0002_q", &[], &["a.0001_p"])];
    let found = refused(nodes);
    let (error, mend) = &found[0];
    assert_eq!(
        error,
        "migrations replace each other in a circle: a.0001_p (a/migrations/0001_p.toml), a.0002_q (a/migrations/0002_q.toml)"
    );
    assert_eq!(mend, "remove one of these entries of `replaces`");
}

/// Random graphs: an edge for each bit that is set, always to a lower number, so without a circle.
fn random() -> impl Strategy<Value = Vec<(usize, Vec<usize>)>> {
    proptest::collection::vec(any::<u16>(), 1..14).prop_map(|bits| {
        let parents = |at: usize, bits: u16| (0..at).filter(|p| bits >> p & 1 == 1).collect();
        bits.iter().enumerate().map(|(at, bits)| (at, parents(at, *bits))).collect()
    })
}

/// Every migration in an app of its own, so that apps have no conflict; named against their order.
fn nodes_of(edges: &[(usize, Vec<usize>)]) -> Vec<LoadedMigration> {
    let name = |at: usize| format!("app_{}.0001_x", (b'z' - at as u8) as char);
    let one = |(at, parents): &(usize, Vec<usize>)| {
        let parents: Vec<String> = parents.iter().map(|p| name(*p)).collect();
        node(&name(*at), &parents.iter().map(String::as_str).collect::<Vec<_>>())
    };
    edges.iter().map(one).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// The order keeps every edge and does not depend on how the migrations come; reachability is
    /// what following the edges says.
    #[test]
    fn order_and_ancestors(edges in random(), seed in any::<u64>()) {
        let nodes = nodes_of(&edges);
        let graph = Graph::build(nodes.clone()).map_err(|e| TestCaseError::fail(format!("{e:?}")))?;
        let ordered = order(&graph);
        prop_assert_eq!(ordered.len(), nodes.len());
        let place = |node: &LoadedMigration| ordered.iter().position(|o| *o == node.id().to_string()).unwrap();
        for (at, parents) in &edges {
            for parent in parents {
                prop_assert!(place(&nodes[*parent]) < place(&nodes[*at]));
            }
        }
        let mut mixed = nodes.clone();
        for at in (1..mixed.len()).rev() {
            mixed.swap(at, (seed.wrapping_mul(at as u64 + 7) >> 7) as usize % (at + 1));
        }
        prop_assert_eq!(&order(&Graph::build(mixed).unwrap()), &ordered);

        // The closure by Warshall's algorithm.
        let mut reach = vec![vec![false; nodes.len()]; nodes.len()];
        for (at, parents) in &edges {
            for parent in parents {
                reach[*at][*parent] = true;
            }
        }
        for k in 0..nodes.len() {
            for i in 0..nodes.len() {
                for j in 0..nodes.len() {
                    reach[i][j] |= reach[i][k] && reach[k][j];
                }
            }
        }
        for (i, from) in nodes.iter().enumerate() {
            for (j, to) in nodes.iter().enumerate() {
                prop_assert_eq!(graph.is_ancestor(to.id(), from.id()), reach[i][j]);
                prop_assert_eq!(graph.ancestors(from.id()).contains(&to.id()), reach[i][j]);
                prop_assert_eq!(graph.descendants(to.id()).contains(&from.id()), reach[i][j]);
            }
        }
    }

    /// With an edge upward as well there is a circle exactly when the way down leads back.
    #[test]
    fn circles_are_found_and_real(edges in random(), up in any::<(u8, u8)>()) {
        let count = edges.len();
        let (low, high) = (up.0 as usize % count, up.1 as usize % count);
        prop_assume!(low < high);
        let mut edges = edges;
        let leads_back = Graph::build(nodes_of(&edges)).unwrap();
        let nodes = nodes_of(&edges);
        let closes = leads_back.is_ancestor(nodes[low].id(), nodes[high].id());
        edges[low].1.push(high);
        let found = Graph::build(nodes_of(&edges));
        match found {
            Ok(_) => prop_assert!(!closes),
            Err(errors) => {
                prop_assert!(closes);
                for error in errors {
                    let GraphError::Cycle { path } = error else { return Err(TestCaseError::fail("only a circle is wrong")) };
                    for (i, step) in path.iter().enumerate() {
                        let next = &path[(i + 1) % path.len()].migration;
                        let nodes = nodes_of(&edges);
                        let loaded = nodes.iter().find(|n| *n.id() == step.migration).unwrap();
                        prop_assert!(loaded.migration.dependencies.contains(next));
                    }
                }
            }
        }
    }
}
