//! Random histories: whatever is regenerated or squashed comes to the same, on a real database too.

use std::collections::BTreeSet;

use proptest::prelude::*;
use seadrift::{
    diff::{self, ArrangeInput},
    history::History,
    migration::{Graph, LoadedMigration, Migration, rewrite},
    project::{App, MigrationFiles, Project},
    run::proof,
    schema::Schema,
};
use testkit::TestDatabase;

use super::{project::url, support};

const APPS: [&str; 4] = ["accounts", "shop", "teams", "tournaments"];

fn project() -> Project {
    let app = |name: &str| App::new(name).migrations(MigrationFiles { folder: "nowhere", files: &[] });
    APPS.iter().fold(Project::new(), |project, name| project.app(app(name)))
}

/// A history that shows itself in lines, not pages.
struct Told(History);

impl std::fmt::Debug for Told {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for loaded in self.0.graph().order() {
            let needs: Vec<String> = loaded.migration.dependencies.iter().map(ToString::to_string).collect();
            writeln!(f, "{} after {}", loaded.id(), needs.join(", "))?;
            for operation in &loaded.migration.operations {
                writeln!(f, "    {}", operation.describe())?;
            }
        }
        Ok(())
    }
}

/// A history that goes through these schemas.
fn through(schemas: &[Schema]) -> Told {
    let mut all: Vec<Migration> = Vec::new();
    let mut before = Schema::default();
    for after in schemas {
        let operations = support::operations(&before, after, |_| true);
        let history: Vec<&Migration> = all.iter().collect();
        let new =
            diff::arrange(operations, &ArrangeInput { history: &history, name: None }).expect("it can be arranged");
        all.extend(new);
        before = after.clone();
    }
    let loaded = all.into_iter().map(|migration| LoadedMigration::new(migration, "file.toml")).collect();
    let graph = Graph::build(loaded).unwrap_or_else(|errors| panic!("{errors:#?}"));
    Told(History::of(graph).unwrap_or_else(|report| panic!("{report}")))
}

/// A history of three or four stations, each like the one before but for some changes.
fn history() -> impl Strategy<Value = Told> {
    let gene = || proptest::collection::vec(any::<u8>(), support::GENES);
    let change = || (gene(), gene(), 20_u8..120);
    (gene(), proptest::collection::vec(change(), 2..4)).prop_map(|(first, changes)| {
        let mut genes = first;
        let mut schemas = vec![support::build(&genes)];
        for (other, mask, rate) in changes {
            for at in 0..support::GENES {
                if mask[at] < rate {
                    genes[at] = other[at];
                }
            }
            schemas.push(support::build(&genes));
        }
        through(&schemas)
    })
}

fn apps(history: &History, mask: u8) -> BTreeSet<String> {
    let chosen = |(at, app): (usize, &str)| (mask >> at & 1 == 1).then(|| app.to_owned());
    history.graph().apps().enumerate().filter_map(chosen).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]

    /// All apps together can always be regenerated, unless they are fresh already; and then they are.
    #[test]
    fn everything_regenerated_comes_to_the_same(Told(history) in history()) {
        let (project, all) = (project(), apps(&history, 15));
        prop_assume!(!all.is_empty());
        match rewrite::regenerate(&history, &project, &all, false) {
            Ok(done) => {
                prop_assert!(done.history.schema().same_as(history.schema()));
                let again = rewrite::regenerate(&done.history, &project, &all, false);
                // Apps in a circle have two migrations each time, which may share their tables otherwise.
                let circle = done.new.iter().any(|migration| migration.id.name != "0001_initial");
                prop_assert!(circle || done.history.graph().len() <= history.graph().len());
                let nothing = matches!(again, Err(rewrite::RegenerateError::Nothing));
                prop_assert!(nothing || circle, "{:?}", again.map(|done| done.new));
            }
            Err(rewrite::RegenerateError::Nothing) => {}
            Err(error) => prop_assert!(false, "{error}"),
        }
    }

    /// Some apps can be regenerated, or it is said which others stand between.
    #[test]
    fn some_apps_regenerated_come_to_the_same(Told(history) in history(), mask in 1_u8..15) {
        let (project, some) = (project(), apps(&history, mask));
        prop_assume!(!some.is_empty());
        match rewrite::regenerate(&history, &project, &some, false) {
            Ok(done) => prop_assert!(done.history.schema().same_as(history.schema())),
            Err(rewrite::RegenerateError::Between { also, .. }) => prop_assert!(!also.is_empty()),
            Err(rewrite::RegenerateError::Nothing) => {}
            // An app that stays points at a state that the new migrations do not pass through.
            Err(error @ (rewrite::RegenerateError::Unsound(_) | rewrite::RegenerateError::Arrange(_))) => {
                prop_assert!(error.to_string().contains("regenerate its app as well"));
            }
            Err(error) => prop_assert!(false, "{error}"),
        }
    }

    /// A squash comes to the same and has no more operations, or something stands between.
    #[test]
    fn a_squash_comes_to_the_same(Told(history) in history(), app in any::<prop::sample::Index>(), from in any::<prop::sample::Index>(), to in any::<prop::sample::Index>()) {
        let graph = history.graph();
        let names: Vec<&str> = graph.apps().collect();
        prop_assume!(!names.is_empty());
        let own: Vec<&LoadedMigration> = graph.app(names[app.index(names.len())]).collect();
        let (from, to) = (from.index(own.len()), to.index(own.len()));
        prop_assume!(from < to);
        match rewrite::squash(&history, &project(), own[from].id(), own[to].id(), None) {
            Ok(done) => {
                prop_assert!(done.history.schema().same_as(history.schema()));
                let before: usize = own[from..=to].iter().map(|loaded| loaded.migration.operations.len()).sum();
                prop_assert!(done.new[0].operations.len() <= before);
            }
            Err(rewrite::SquashError::Between(_)) => {}
            Err(error) => prop_assert!(false, "{error}"),
        }
    }
}

testkit::on_both! {
    /// The same on databases: each sample is proven as a person's regenerate is.
    async fn regenerated_databases_are_the_same(db: &TestDatabase) {
        let mut proven = 0;
        for Told(history) in support::sample(&history(), 7, 6) {
            let (project, all) = (project(), apps(&history, 15));
            if let Ok(done) = rewrite::regenerate(&history, &project, &all, false) {
                proof::prove(&history, &done.history, &project, &url(db)).await.unwrap_or_else(|error| panic!("{error}"));
                proven += 1;
            }
        }
        assert!(proven >= 4, "only {proven} samples had something to regenerate");
    }
}
