//! Size: long chains do not overflow, and the work grows with the history and not with its square.

mod fixtures;

use std::time::Instant;

use fixtures::{graph, id};
use seadrift::{
    migration::{Graph, GraphError, LoadedMigration, Migration, MigrationId, file},
    operation::Operation,
    schema::{Column, ColumnType, ForeignKey, ReferentialAction, Table},
};

fn chain(length: usize) -> Vec<LoadedMigration> {
    let one = |at: usize| {
        let mut migration = Migration::new(MigrationId::new("a", format!("{at:05}_x")), vec![]);
        migration.dependencies.extend(at.checked_sub(1).map(|p| MigrationId::new("a", format!("{p:05}_x"))));
        LoadedMigration::new(migration, format!("a/{at}.toml"))
    };
    (0..length).rev().map(one).collect()
}

#[test]
fn a_chain_of_ten_thousand() {
    let mut nodes = chain(10_000);
    let graph = graph(nodes.clone());
    assert!(graph.order().map(|l| l.id()).is_sorted());
    assert!(graph.is_ancestor(&id("a.00000_x"), &id("a.09999_x")));
    assert_eq!(graph.ancestors(&id("a.09999_x")).len(), 9_999);
    assert_eq!(graph.backward_to_zero("a").len(), 10_000);
    graph.replay().expect("nothing to fit");
    // The same, closed to a circle.
    nodes.last_mut().expect("a node").migration.dependencies.push(id("a.09999_x"));
    let errors = Graph::build(nodes).expect_err("a circle");
    assert!(matches!(&errors[..], [GraphError::Cycle { path }] if path.len() == 10_000), "{}", errors.len());
}

/// `count` tables in apps of ten, each in a migration of its own that points at three tables before it.
fn connected(count: usize, edges: bool) -> Vec<LoadedMigration> {
    let id_of = |at: usize| MigrationId::new(format!("app{:03}", at / 10), format!("{:04}_x", at % 10 + 1));
    let one = |at: usize| {
        let mut table = Table::new(id_of(at).app, format!("T{at}"), format!("table_{at}"));
        table.primary_key = vec!["id".into()];
        table.columns.push(Column::new("id", ColumnType::BigInt).identity());
        let before = [at.checked_sub(1), at.checked_sub(7), at.checked_sub(50)];
        for to in before.iter().flatten() {
            table.columns.push(Column::new(format!("to_{to}"), ColumnType::BigInt));
            table.foreign_keys.push(ForeignKey {
                name: format!("fk_{at}_{to}"),
                columns: vec![format!("to_{to}")],
                references: format!("table_{to}"),
                referenced_columns: vec!["id".into()],
                on_delete: ReferentialAction::Cascade,
                on_update: ReferentialAction::NoAction,
            });
        }
        let mut migration = Migration::new(id_of(at), vec![Operation::create(table)]);
        let same_app = |to: &&usize| **to / 10 == at / 10;
        migration.dependencies =
            before.iter().flatten().filter(|to| edges || same_app(to)).map(|to| id_of(*to)).collect();
        LoadedMigration::new(migration, format!("{at}.toml"))
    };
    (0..count).map(one).collect()
}

/// The best of fifty runs, in milliseconds, or the first that is as fast as `bound`: a machine that is
/// busy with other tests is slow now and then.
fn time<T>(bound: f64, mut work: impl FnMut() -> T) -> f64 {
    let mut best = f64::INFINITY;
    for _ in 0..50 {
        let start = Instant::now();
        let done = std::hint::black_box(work());
        best = best.min(start.elapsed().as_secs_f64() * 1e3);
        drop(done);
        if best < bound {
            break;
        }
    }
    best
}

/// What a release build must keep, times what a debug build is slower.
fn bound(milliseconds: f64) -> f64 {
    if cfg!(debug_assertions) { milliseconds * 40.0 } else { milliseconds }
}

#[test]
fn a_thousand_connected() {
    let nodes = connected(1_000, true);
    let mut copies = vec![nodes.clone(); 50];
    let build = time(bound(10.0), || Graph::build(copies.pop().expect("a copy")).expect("sound"));
    let graph = graph(nodes);
    let replay = time(bound(15.0), || graph.replay().expect("fits"));
    let before = time(bound(15.0), || graph.before(&id("app099.0010_x")).expect("fits"));
    println!("1,000 migrations: build {build:.2} ms, replay {replay:.2} ms, schema before the last {before:.2} ms");
    assert_eq!(graph.replay().expect("fits").schema().tables.len(), 1_000);
    assert!(build < bound(10.0), "build took {build} ms");
    assert!(replay < bound(15.0), "replay took {replay} ms");
    assert!(before < bound(15.0), "the schema before took {before} ms");
}

#[test]
fn growth_is_linear() {
    let measure = |count: usize, bound: f64| {
        let nodes = connected(count, true);
        time(bound, || Graph::build(nodes.clone()).expect("sound").replay().expect("fits"))
    };
    let small = measure(250, 0.0);
    // Eight times as much; a quadratic part would make it sixty-four.
    let bound = small * 24.0;
    let large = measure(2_000, bound);
    assert!(large < bound, "250 take {small} ms, 2,000 take {large} ms");
}

/// A thousand references without an edge: all found, the edges close no circle, and with them it runs.
#[test]
fn a_thousand_missing_edges() {
    let mut nodes = connected(1_000, false);
    let start = Instant::now();
    let broken = graph(nodes.clone());
    let missing = broken.missing_edges();
    let errors = broken.replay().expect_err("references are unresolved");
    println!("{} errors, {} edges in {:?}", errors.len(), missing.len(), start.elapsed());
    assert!(errors.iter().all(|e| e.code().id() == "SD103") && errors.len() >= missing.len());
    for edge in &missing {
        let node = nodes.iter_mut().find(|n| n.id() == &edge.migration).expect("the migration");
        node.migration.dependencies.push(edge.dependency.clone());
    }
    graph(nodes).replay().expect("with the edges it runs");
}

/// Reading the files of a thousand tables.
#[test]
fn a_thousand_files() {
    let texts: Vec<_> = connected(1_000, true)
        .iter()
        .map(|l| (file::print(&l.migration), format!("{}.toml", l.id().name), l.id().app.clone()))
        .collect();
    let read = || {
        for (text, name, app) in &texts {
            std::hint::black_box(file::parse(text, name.as_ref(), app).expect("a good file"));
        }
    };
    let parse = time(bound(100.0), read);
    println!("1,000 files: read {parse:.2} ms");
    assert!(parse < bound(100.0), "reading took {parse} ms");
}
