//! Reduction: exact outcomes in a table, and the law L6 over generated histories.

mod support;

use proptest::prelude::*;
use seadrift::{
    diff::reduce,
    operation::{Operation, SqlPerDialect},
    schema::{Check, Column, ColumnType as T, ForeignKey, Index, Schema, Table},
};

fn table(name: &str, columns: &[&str]) -> Table {
    let mut table = Table::new("app", name, name);
    table.columns.push(Column::new("id", T::BigInt).identity());
    table.columns.extend(columns.iter().map(|column| Column::new(*column, T::Integer)));
    table.primary_key = vec!["id".into()];
    table
}

fn key(name: &str, column: &str, references: &str) -> ForeignKey {
    ForeignKey {
        name: name.into(),
        columns: vec![column.into()],
        references: references.into(),
        referenced_columns: vec!["id".into()],
        on_delete: Default::default(),
        on_update: Default::default(),
    }
}

fn int(name: &str) -> Column {
    Column::new(name, T::Integer)
}

fn add(table: &str, column: Column) -> Operation {
    Operation::AddColumn { table: table.into(), column, fill: None }
}

fn drop(table: &str, column: &str) -> Operation {
    Operation::DropColumn { table: table.into(), column: column.into() }
}

fn rename(table: &str, from: &str, to: &str) -> Operation {
    Operation::RenameColumn { table: table.into(), from: from.into(), to: to.into() }
}

fn alter(table: &str, column: Column) -> Operation {
    Operation::AlterColumn { table: table.into(), column, fill: None }
}

fn rename_table(from: &str, to: &str) -> Operation {
    Operation::RenameTable { from: from.into(), to: to.into() }
}

fn drop_table(table: &str) -> Operation {
    Operation::DropTable { table: table.into() }
}

fn add_index(table: &str, index: Index) -> Operation {
    Operation::AddIndex { table: table.into(), index }
}

fn drop_index(table: &str, index: &str) -> Operation {
    Operation::DropIndex { table: table.into(), index: index.into() }
}

fn add_key(table: &str, foreign_key: ForeignKey) -> Operation {
    Operation::AddForeignKey { table: table.into(), foreign_key }
}

fn data_step() -> Operation {
    Operation::RunSql { about: "data".into(), forward: SqlPerDialect::default(), backward: None }
}

/// Table `old` with columns a and b, and index ix_a on a; table `other`.
fn before() -> Schema {
    let mut old = table("old", &["a", "b"]);
    old.indexes.push(Index::on("ix_a", ["a"]));
    Schema::of([old, table("other", &["x"])])
}

#[test]
fn pairs_become_less() {
    let create = |columns: &[&str]| Operation::create(table("t", columns));
    let with = |change: &dyn Fn(&mut Table)| {
        let mut whole = table("t", &["a"]);
        change(&mut whole);
        Operation::create(whole)
    };
    let fill = |table: &str, column: Column, fill: i64| Operation::AddColumn {
        table: table.into(),
        column,
        fill: Some(fill.into()),
    };
    let cases: Vec<(&str, Vec<Operation>, Vec<Operation>)> = vec![
        ("add and drop", vec![add("old", int("c")), drop("old", "c")], vec![]),
        ("create and drop", vec![create(&["a"]), drop_table("t")], vec![]),
        ("create and add", vec![create(&["a"]), add("t", int("b"))], vec![create(&["a", "b"])]),
        ("create and drop a column", vec![create(&["a", "b"]), drop("t", "b")], vec![create(&["a"])]),
        ("create and rename a column", vec![create(&["b"]), rename("t", "b", "a")], vec![create(&["a"])]),
        (
            "create and alter",
            vec![create(&["a"]), alter("t", int("a").null())],
            vec![with(&|t| t.columns[1].nullable = true)],
        ),
        (
            "create and index",
            vec![create(&["a"]), add_index("t", Index::on("i", ["a"]))],
            vec![with(&|t| t.indexes.push(Index::on("i", ["a"])))],
        ),
        (
            "create and check",
            vec![create(&["a"]), Operation::AddCheck { table: "t".into(), check: Check::new("c", "a > 0") }],
            vec![with(&|t| t.checks.push(Check::new("c", "a > 0")))],
        ),
        (
            "create and point at a table that is there",
            vec![create(&["a"]), add_key("t", key("f", "a", "other"))],
            vec![with(&|t| t.foreign_keys.push(key("f", "a", "other")))],
        ),
        (
            "create and point at a table created between",
            vec![create(&["a"]), Operation::create(table("u", &[])), add_key("t", key("f", "a", "u"))],
            vec![Operation::create(table("u", &[])), with(&|t| t.foreign_keys.push(key("f", "a", "u")))],
        ),
        (
            "create and rename",
            vec![with(&|t| t.foreign_keys.push(key("f", "a", "t"))), rename_table("t", "u")],
            vec![{
                let mut whole = table("u", &["a"]);
                whole.model = "t".into();
                whole.foreign_keys.push(key("f", "a", "u"));
                Operation::create(whole)
            }],
        ),
        (
            "alter twice",
            vec![alter("old", int("a").null()), alter("old", int("a").null().default(5))],
            vec![alter("old", int("a").null().default(5))],
        ),
        ("alter forth and back", vec![alter("old", int("a").null()), alter("old", int("a"))], vec![]),
        ("alter and drop", vec![alter("old", int("b").null()), drop("old", "b")], vec![drop("old", "b")]),
        ("rename and drop", vec![rename("old", "b", "c"), drop("old", "c")], vec![drop("old", "b")]),
        ("rename twice", vec![rename("old", "b", "c"), rename("old", "c", "d")], vec![rename("old", "b", "d")]),
        ("rename forth and back", vec![rename("old", "b", "c"), rename("old", "c", "b")], vec![]),
        (
            "rename a table twice",
            vec![rename_table("old", "x"), rename_table("x", "y")],
            vec![rename_table("old", "y")],
        ),
        ("rename a table and drop it", vec![rename_table("old", "x"), drop_table("x")], vec![drop_table("old")]),
        (
            "change and drop a table",
            vec![add("old", int("c")), drop_index("old", "ix_a"), drop_table("old")],
            vec![drop_table("old")],
        ),
        (
            "add and rename",
            vec![add("old", int("c").null()), rename("old", "c", "d")],
            vec![add("old", int("d").null())],
        ),
        (
            "add nullable and fill later",
            vec![
                add("old", int("c").null()),
                Operation::AlterColumn { table: "old".into(), column: int("c"), fill: Some(5.into()) },
            ],
            vec![fill("old", int("c"), 5)],
        ),
        (
            "add with a default and take it away",
            vec![add("old", int("c").default(3)), alter("old", int("c"))],
            vec![fill("old", int("c"), 3)],
        ),
        ("add and drop an index", vec![add_index("old", Index::on("i", ["b"])), drop_index("old", "i")], vec![]),
        (
            "drop and add the same index",
            vec![drop_index("old", "ix_a"), add_index("old", Index::on("ix_a", ["a"]))],
            vec![],
        ),
        (
            "across other tables and other parts",
            vec![add("old", int("c")), add("other", int("y")), add("old", int("d").null()), drop("old", "c")],
            vec![add("other", int("y")), add("old", int("d").null())],
        ),
        (
            "a rename moves through what uses the column",
            vec![
                rename("old", "b", "c"),
                add_index("old", Index::on("i", ["c"]).filtered("c > 0")),
                rename("old", "c", "d"),
            ],
            vec![rename("old", "b", "d"), add_index("old", Index::on("i", ["d"]).filtered("d > 0"))],
        ),
        (
            "a table rename moves through what uses the table",
            vec![
                rename_table("old", "x"),
                add("other", int("old_id")),
                add_key("other", key("f", "old_id", "x")),
                rename_table("x", "y"),
            ],
            vec![rename_table("old", "y"), add("other", int("old_id")), add_key("other", key("f", "old_id", "y"))],
        ),
        ("nothing at all", vec![alter("old", int("a"))], vec![]),
    ];
    for (what, operations, expected) in cases {
        assert_eq!(reduce(operations, &before()), expected, "{what}");
    }
}

#[test]
fn what_means_something_stays() {
    let new_index = Index::on("ix_a", ["a", "b"]);
    let filled = Operation::AlterColumn { table: "old".into(), column: int("n"), fill: Some(5.into()) };
    let cases: Vec<(&str, Vec<Operation>)> = vec![
        ("values are gone", vec![drop("old", "b"), add("old", int("b"))]),
        ("rows are gone", vec![drop_table("other"), Operation::create(table("other", &["x"]))]),
        ("a data step may have used the column", vec![add("old", int("c")), data_step(), drop("old", "c")]),
        (
            "rows exist after a data step",
            vec![Operation::create(table("t", &[])), data_step(), add("t", int("a").null())],
        ),
        ("another index", vec![drop_index("old", "ix_a"), add_index("old", new_index)]),
        (
            "a fill has changed rows",
            vec![add("old", int("n").null()), data_step(), filled, alter("old", int("n").null())],
        ),
        ("rows would get the new default", vec![add("old", int("c").null()), alter("old", int("c").null().default(1))]),
        ("does not fit", vec![add("nowhere", int("c")), drop("nowhere", "c")]),
    ];
    for (what, operations) in cases {
        assert_eq!(reduce(operations.clone(), &before()), operations, "{what}");
    }
}

/// Operations through these schemas, with data steps between some; every `nth` thing that could
/// have been renamed was.
fn history(schemas: &[Schema], nth: usize) -> Vec<Operation> {
    let mut all = Vec::new();
    let mut asked = 0;
    for (step, pair) in schemas.windows(2).enumerate() {
        all.extend(support::operations(&pair[0], &pair[1], |_| {
            asked += 1;
            asked % nth == 0
        }));
        if step % 3 == 1 {
            all.push(data_step());
        }
    }
    all
}

/// The schema at each data step, and at the end.
fn stations(schema: &Schema, operations: &[Operation]) -> Vec<Schema> {
    let mut schema = schema.clone();
    let mut stations = Vec::new();
    for operation in operations {
        operation.apply(&mut schema).unwrap_or_else(|misfit| panic!("{misfit}: {operation:?} in {operations:#?}"));
        if matches!(operation, Operation::RunSql { .. }) {
            stations.push(schema.canonical());
        }
    }
    stations.push(schema.canonical());
    stations
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn l6_reduction_is_never_longer_and_ends_the_same(
        (first, second) in support::schema_pair(),
        (third, fourth) in support::schema_pair(),
        nth in 1..4_usize,
    ) {
        for path in [
            vec![Schema::default(), first.clone(), second.clone(), first.clone()],
            vec![first.clone(), second.clone(), first.clone(), third.clone(), fourth.clone()],
            vec![second.clone(), Schema::default(), fourth.clone(), Schema::default()],
        ] {
            let operations = history(&path, nth);
            let reduced = reduce(operations.clone(), &path[0]);
            prop_assert!(reduced.len() <= operations.len());
            prop_assert_eq!(stations(&path[0], &reduced), stations(&path[0], &operations));
            prop_assert_eq!(reduce(reduced.clone(), &path[0]), reduced);
        }
    }
}
