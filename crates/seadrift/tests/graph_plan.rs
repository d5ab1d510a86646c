//! What targets ask for, forward and backward.

mod fixtures;

use std::collections::BTreeSet;

use fixtures::{graph, id, names, node, read};
use seadrift::{
    migration::Graph,
    run::{
        Record,
        plan::{self, Plan},
    },
    schema::Schema,
};

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

/// What is undone is undone as the database is then: a migration that stays and comes later in the
/// order has renamed what the undone one had dropped or pointed at.
#[test]
fn what_stays_counts_when_others_are_undone() {
    let table = |name: &str, more: &str| {
        format!(
            "[[operations]]\nop = \"create_table\"\nname = \"{name}\"\nmodel = \"M\"\nprimary_key = [\"id\"]\ncolumns = [\n    \
             {{ name = \"id\", type = \"bigint\" }},\n    {{ name = \"b_id\", type = \"bigint\", nullable = true }},\n]\n{more}\n"
        )
    };
    let file = |app: &str, dependencies: &str, operations: &str| {
        format!("app = \"{app}\"\ndependencies = [{dependencies}]\n{operations}")
    };
    let key =
        "foreign_keys = [{ name = \"fk\", columns = [\"b_id\"], references = \"b\", referenced_columns = [\"id\"] }]";
    let drop = "[[operations]]\nop = \"drop_foreign_key\"\ntable = \"a\"\nforeign_key = \"fk\"\n\
        [[operations]]\nop = \"drop_column\"\ntable = \"a\"\ncolumn = \"b_id\"\n";
    let rename = "[[operations]]\nop = \"rename_table\"\nfrom = \"b\"\nto = \"c\"\n\
        [[operations]]\nop = \"rename_column\"\ntable = \"c\"\nfrom = \"id\"\nto = \"key\"\n";
    let history = graph([
        read("b.0001_b", &file("b", "", &table("b", ""))),
        read("a.0001_a", &file("a", "\"b.0001_b\"", &table("a", key))),
        read("a.0002_drop", &file("a", "\"a.0001_a\"", drop)),
        read("b.0002_rename", &file("b", "\"b.0001_b\", \"a.0001_a\"", rename)),
        read("a.0003_more", &file("a", "\"a.0002_drop\"", &table("more", ""))),
    ]);
    let record = Record::standing_for(history.order().map(|loaded| loaded.id().clone()));
    let undo = |ids: &[&str]| {
        let ids: BTreeSet<_> = ids.iter().map(|text| id(text)).collect();
        let plan = Plan::backward(&history, &record, &ids).expect("it can be undone");
        let mut schema = plan.start.clone();
        for operation in plan.steps.iter().flat_map(|step| &step.operations) {
            operation.apply(&mut schema).unwrap_or_else(|misfit| panic!("{misfit}: {:#?}", plan.steps));
        }
        let rest: Schema = plan::replay(&history, |id| record.has(id) && !ids.contains(id)).expect("the rest fits");
        (names(plan.steps.iter().map(|step| &step.id)), schema.canonical() == rest.canonical())
    };
    for (ids, order) in [
        (&["a.0002_drop", "a.0003_more"][..], &["a.0003_more", "a.0002_drop"][..]),
        (&["a.0003_more"], &["a.0003_more"]),
        (&["b.0002_rename", "a.0002_drop", "a.0003_more"], &["b.0002_rename", "a.0003_more", "a.0002_drop"]),
        (
            &["a.0001_a", "a.0002_drop", "a.0003_more", "b.0001_b", "b.0002_rename"],
            &["b.0002_rename", "a.0003_more", "a.0002_drop", "a.0001_a", "b.0001_b"],
        ),
    ] {
        let (undone, same) = undo(ids);
        assert!(same, "{ids:?}: the plan does not lead to the schema of what is left");
        let sorted = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<BTreeSet<_>>();
        assert_eq!(undone.iter().cloned().collect::<BTreeSet<_>>(), sorted(order), "{ids:?}");
    }
}
