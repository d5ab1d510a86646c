//! Two people wrote the next migration of an app: merged when the order has no meaning, named when it has.

use seadrift::{
    history::History,
    migration::{
        Migration,
        rewrite::{self, Merge, MergeError},
    },
    operation::{Operation, SqlPerDialect},
    project::Project,
    run::migrate::Goal,
    schema::{Check, Column, ColumnType, Index},
};
use testkit::TestDatabase;

use super::project::{Files, add, create, id, migration};

fn loaded(project: &Project) -> Vec<seadrift::migration::LoadedMigration> {
    History::files(project, None).expect("good files")
}

/// The app with one operation on each of two branches.
fn branches(one: Vec<Operation>, other: Vec<Operation>) -> Vec<Migration> {
    vec![
        migration("a.0001_initial", &[], vec![create("a", "Team", &[]), create("a", "Seat", &["a_team"])]),
        migration("a.0002_ann", &["a.0001_initial"], one),
        migration("a.0002_bob", &["a.0001_initial"], other),
    ]
}

fn merge(one: Operation, other: Operation) -> Merge {
    let files = Files::of(&["a"], &branches(vec![one], vec![other]));
    let mut merges = rewrite::merges(&loaded(&files.project)).expect("only the branches are wrong");
    assert_eq!(merges.len(), 1);
    merges.remove(0)
}

#[test]
fn which_branches_commute() {
    let alter = |ty: ColumnType| Operation::AlterColumn {
        table: "a_team".into(),
        column: Column::new("name", ty).default(""),
        fill: None,
    };
    let rename = |to: &str| Operation::RenameColumn { table: "a_team".into(), from: "name".into(), to: to.into() };
    let drop = || Operation::DropColumn { table: "a_team".into(), column: "name".into() };
    let index = |name: &str| Operation::AddIndex { table: "a_team".into(), index: Index::on(name, ["name"]) };
    let check =
        |name: &str| Operation::AddCheck { table: "a_team".into(), check: Check::new(name, "length(name) > 1") };
    let sql = || Operation::RunSql { about: "fill".into(), forward: SqlPerDialect::default(), backward: None };
    let cases = [
        ("two columns", add("a_team", "x"), add("a_team", "y"), true),
        ("the same column", add("a_team", "x"), add("a_team", "x"), false),
        ("two tables", add("a_team", "x"), add("a_seat", "x"), true),
        ("two new tables", create("a", "Flag", &["a_team"]), create("a", "Coach", &["a_team"]), true),
        ("one new table", create("a", "Flag", &[]), create("a", "Flag", &[]), false),
        ("two indexes", index("ix_1"), index("ix_2"), true),
        ("one index", index("ix_1"), index("ix_1"), false),
        ("index and rename", index("ix_1"), rename("title"), false),
        ("two renames", rename("title"), rename("label"), false),
        ("two types", alter(ColumnType::Text), alter(ColumnType::Varchar(9)), false),
        ("type and another column", alter(ColumnType::Text), add("a_team", "x"), true),
        ("type and drop", alter(ColumnType::Text), drop(), false),
        ("two checks", check("ck_1"), check("ck_2"), true),
        ("check and drop of its column", check("ck_1"), drop(), false),
        ("a data step and anything", sql(), add("a_team", "x"), false),
        (
            "drop of a table and a key to it",
            Operation::DropTable { table: "a_seat".into() },
            create("a", "Chair", &["a_seat"]),
            false,
        ),
    ];
    for (what, one, other, commute) in cases {
        for (one, other) in [(one.clone(), other.clone()), (other, one)] {
            let told = (one.describe(), other.describe());
            let merge = merge(one, other);
            assert_eq!(merge.conflicts.is_empty(), commute, "{what}: {:?}", merge.conflicts);
            if !commute {
                let conflict = &merge.conflicts[0];
                assert_eq!(
                    (&conflict.one, &conflict.other),
                    (&(id("a.0002_ann"), told.0), &(id("a.0002_bob"), told.1)),
                    "{what}"
                );
            }
        }
    }
}

testkit::on_both! {
    /// A merge runs on a database that has one branch, and on one that has the other.
    async fn a_merge_fits_wherever_one_is(db: &TestDatabase) {
        for first in ["a.0002_ann", "a.0002_bob"] {
            let files = Files::of(&["a"], &branches(vec![add("a_team", "x")], vec![add("a_team", "y")]));
            let refused = History::load(&files.project).expect_err("two ends").to_string();
            assert!(refused.contains("makemigrations --merge"), "{refused}");
            let merges = rewrite::merges(&loaded(&files.project)).expect("mergeable");
            assert_eq!(merges[0].migration.id, id("a.0003_merge_ann_and_bob"));
            files.project.write(&merges[0].migration).expect("written");
            files.migrate(db, Goal::Target(id(first))).await.expect("one branch");
            files.migrate(db, Goal::Everything).await.expect("the other, and the merge");
            assert_eq!(files.verify(db).await.findings, []);
            assert!(rewrite::merges(&loaded(&files.project)).expect("sound").is_empty());
            files.migrate(db, Goal::Zero("a".into())).await.expect("back");
        }
    }
}

/// The branch that has not run follows the other: numbers, names of files, and who depends on them.
#[test]
fn a_branch_is_renumbered() {
    let mut history = branches(vec![add("a_team", "x")], vec![add("a_team", "y")]);
    history.push(migration("a.0003_bob_again", &["a.0002_bob"], vec![add("a_team", "z")]));
    history.push(migration("b.0001_initial", &["a.0003_bob_again"], vec![create("b", "Page", &["a_team"])]));
    let files = Files::of(&["a", "b"], &history);
    let merges = rewrite::merges(&loaded(&files.project)).expect("mergeable");
    let both = rewrite::second(&merges[0], |_| true).expect_err("both ran");
    assert!(matches!(both, MergeError::BothRan(_)), "{both}");
    let ran = |name: &'static str| move |ran: &seadrift::migration::MigrationId| ran.name == name;
    let (first, second) = rewrite::second(&merges[0], ran("0002_bob")).expect("ann's is free");
    assert_eq!((first.leaf.name.as_str(), second.leaf.name.as_str()), ("0003_bob_again", "0002_ann"));
    let (first, second) = rewrite::second(&merges[0], ran("0002_ann")).expect("bob's is free");
    let done = rewrite::renumber(&loaded(&files.project), &files.project, first, second).expect("it fits");
    done.swap.run().expect("written");
    assert_eq!(files.names("a"), ["0001_initial.toml", "0002_ann.toml", "0003_bob.toml", "0004_bob_again.toml"]);
    assert!(files.read("a.0003_bob").contains("\"a.0002_ann\""));
    assert!(files.read("a.0004_bob_again").contains("\"a.0003_bob\""));
    assert!(files.read("b.0001_initial").contains("\"a.0004_bob_again\""));
    assert!(files.history().schema().same_as(done.history.schema()));
}

/// What does not fit behind the other is refused, and nothing is written.
#[test]
fn a_branch_that_does_not_fit_behind() {
    let drop = Operation::DropColumn { table: "a_team".into(), column: "name".into() };
    let rename = Operation::RenameColumn { table: "a_team".into(), from: "name".into(), to: "title".into() };
    let files = Files::of(&["a"], &branches(vec![drop], vec![rename]));
    let merges = rewrite::merges(&loaded(&files.project)).expect("mergeable");
    let (first, second) = rewrite::second(&merges[0], |_| false).expect("both are free");
    let refused =
        rewrite::renumber(&loaded(&files.project), &files.project, first, second).expect_err("it does not fit");
    assert!(refused.to_string().contains("name"), "{refused}");
    assert_eq!(files.names("a").len(), 3);
}
