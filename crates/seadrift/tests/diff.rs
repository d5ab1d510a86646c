//! Autodetection case by case: which operations, in which order; how changes are explained.

use std::collections::BTreeSet;

use seadrift::{
    diff::{Answers, Hints, diff, explain::explain},
    operation::Operation,
    schema::{Check, Column, ColumnType as T, ForeignKey, Index, ReferentialAction, Schema, SoftReference, Table},
};

fn table(name: &str, columns: Vec<Column>) -> Table {
    let mut table = Table::new("app", name, name);
    table.columns.push(Column::new("id", T::BigInt).identity());
    table.columns.extend(columns);
    table.primary_key = vec!["id".into()];
    table
}

fn int(name: &str) -> Column {
    Column::new(name, T::BigInt).null()
}

fn key(table: &str, column: &str, references: &str) -> ForeignKey {
    ForeignKey {
        name: format!("fk_{table}_{column}"),
        columns: vec![column.into()],
        references: references.into(),
        referenced_columns: vec!["id".into()],
        on_delete: Default::default(),
        on_update: Default::default(),
    }
}

/// A table that points at others.
fn pointing(name: &str, targets: &[&str]) -> Table {
    let mut whole = table(name, targets.iter().map(|target| int(&format!("{target}_id"))).collect());
    whole.foreign_keys = targets.iter().map(|target| key(name, &format!("{target}_id"), target)).collect();
    whole
}

fn operations(before: &Schema, after: &Schema) -> Vec<Operation> {
    let operations = diff(before, after, &Hints::default(), &Answers::default()).expect("nothing to ask");
    let mut schema = before.clone();
    for operation in &operations {
        operation.apply(&mut schema).unwrap_or_else(|misfit| panic!("{misfit} in {operations:#?}"));
    }
    assert!(schema.same_as(after), "{operations:#?}");
    operations
}

fn described(before: Vec<Table>, after: Vec<Table>) -> Vec<String> {
    operations(&Schema::of(before), &Schema::of(after)).iter().map(Operation::describe).collect()
}

#[test]
fn parts_of_a_table() {
    let base = || {
        let mut whole = table("t", vec![int("a"), int("b")]);
        whole.indexes.push(Index::on("ix", ["a"]));
        whole.checks.push(Check::new("ck", "a > 0"));
        whole
    };
    let changed = |change: &dyn Fn(&mut Table)| {
        let mut whole = base();
        change(&mut whole);
        whole
    };
    let cases: Vec<(&str, Table, Vec<&str>)> = vec![
        ("order of columns", changed(&|t| t.columns.reverse()), vec![]),
        ("spelling of a check", changed(&|t| t.checks[0].expression = "((\"a\") >  0)".into()), vec![]),
        (
            "a check",
            changed(&|t| t.checks[0].expression = "a > 1".into()),
            vec!["Drop check ck of t", "Add check ck to t: a > 1"],
        ),
        (
            "an index",
            changed(&|t| t.indexes[0].unique = true),
            vec!["Drop index ix of t", "Add unique index ix on t (a)"],
        ),
        (
            "an index's name",
            changed(&|t| t.indexes[0].name = "iy".into()),
            vec!["Drop index ix of t", "Add index iy on t (a)"],
        ),
        ("type", changed(&|t| t.columns[1].ty = T::Integer), vec!["Alter column a integer null of t"]),
        ("default", changed(&|t| t.columns[1].default = Some(1.into())), vec!["Alter column a bigint null of t"]),
        (
            "soft reference",
            changed(&|t| t.columns[1].soft_ref = Some(SoftReference("app.X".into()))),
            vec!["Alter column a bigint null → app.X (soft) of t"],
        ),
        ("model", changed(&|t| t.model = "Other".into()), vec!["Let table t belong to model Other"]),
        ("app", changed(&|t| t.app = "other".into()), vec!["Let table t belong to model other.t"]),
        (
            "a column with what hangs on it",
            changed(&|t| {
                t.columns.remove(1);
                t.indexes.clear();
                t.checks.clear();
            }),
            vec!["Drop check ck of t", "Drop index ix of t", "Drop column a of t"],
        ),
        (
            "a new column with what hangs on it",
            changed(&|t| {
                t.columns.push(int("c"));
                t.indexes.push(Index::on("ic", ["c"]));
                t.checks.push(Check::new("cc", "c > a"));
            }),
            vec!["Add column c bigint null to t", "Add index ic on t (c)", "Add check cc to t: c > a"],
        ),
        (
            "another primary key: not null before, null after",
            changed(&|t| {
                t.columns[0] = Column::new("id", T::BigInt).null();
                t.columns[1].default = Some(0.into());
                t.primary_key = vec!["a".into()];
            }),
            vec![
                "Alter column a bigint null of t",
                "Make (a) the primary key of t",
                "Alter column id bigint null of t",
            ],
        ),
    ];
    for (what, after, expected) in cases {
        assert_eq!(described(vec![base()], vec![after]), expected, "{what}");
    }
}

#[test]
fn tables_and_cycles() {
    let mut two = vec![pointing("a", &["b"]), pointing("b", &["a"])];
    assert_eq!(
        described(vec![], two.clone()),
        [
            "Create table b (2 columns)",
            "Create table a (2 columns)",
            "Add foreign key fk_b_a_id from b (a_id) to a (id)",
        ]
    );
    assert_eq!(described(two.clone(), vec![]), ["Drop foreign key fk_b_a_id of b", "Drop table a", "Drop table b"]);
    let own = vec![pointing("a", &["a"])];
    assert_eq!(described(vec![], own.clone()), ["Create table a (2 columns)"]);
    assert_eq!(described(own, vec![]), ["Drop table a"]);
    // A chain against the order of names.
    let chain = vec![pointing("a", &["b"]), pointing("b", &["c"]), pointing("c", &[])];
    assert_eq!(
        described(vec![], chain.clone()),
        ["Create table c (1 columns)", "Create table b (2 columns)", "Create table a (2 columns)",]
    );
    assert_eq!(described(chain, vec![]), ["Drop table a", "Drop table b", "Drop table c"]);
    // A table that stays lets go of one that is dropped.
    two.push(pointing("c", &["a"]));
    let mut rest = pointing("c", &["a"]);
    rest.foreign_keys.clear();
    assert_eq!(
        described(two, vec![rest]),
        ["Drop foreign key fk_b_a_id of b", "Drop foreign key fk_c_a_id of c", "Drop table a", "Drop table b",]
    );
}

/// A long chain must not exhaust the stack of a thread.
#[test]
fn a_long_chain_of_tables_is_ordered() {
    let name = |at: usize| format!("t{at:05}");
    let tables = (0..20_000).map(|at| {
        pointing(
            &name(at),
            if at < 19_999 { vec![name(at + 1)] } else { vec![] }
                .iter()
                .map(String::as_str)
                .collect::<Vec<_>>()
                .as_slice(),
        )
    });
    let schema = Schema::of(tables);
    let operations = diff(&Schema::default(), &schema, &Hints::default(), &Answers::default()).expect("nothing to ask");
    assert_eq!(operations.first().and_then(Operation::table), Some("t19999"));
    assert_eq!(operations.last().and_then(Operation::table), Some("t00000"));
}

#[test]
fn foreign_keys_step_aside_while_what_they_rest_on_changes() {
    let target = |ty: T| {
        let mut whole = table("target", vec![]);
        whole.columns[0].ty = ty;
        whole.columns[0].identity = false;
        whole
    };
    let source = |ty: T| {
        let mut whole = pointing("source", &["target"]);
        whole.columns[1].ty = ty;
        whole
    };
    let both = |ty: T| vec![target(ty.clone()), source(ty)];
    assert_eq!(
        described(both(T::Integer), both(T::BigInt)),
        ["Alter column target_id bigint null of source", "Alter column id bigint not null of target",]
    );
    assert_eq!(
        described(both(T::Text), both(T::Uuid)),
        [
            "Drop foreign key fk_source_target_id of source",
            "Alter column target_id uuid null of source",
            "Alter column id uuid not null of target",
            "Add foreign key fk_source_target_id from source (target_id) to target (id)",
        ]
    );

    let with_code = |index: Index| {
        let mut target = table("target", vec![int("code")]);
        target.indexes.push(index);
        let mut source = pointing("source", &["target"]);
        source.foreign_keys[0].referenced_columns = vec!["code".into()];
        vec![target, source]
    };
    let old = with_code(Index::on("uq_old", ["code"]).unique());
    assert_eq!(
        described(old.clone(), with_code(Index::on("uq_new", ["code"]).unique())),
        [
            "Drop foreign key fk_source_target_id of source",
            "Drop index uq_old of target",
            "Add unique index uq_new on target (code)",
            "Add foreign key fk_source_target_id from source (target_id) to target (code)",
        ]
    );
    assert_eq!(described(old, vec![]), ["Drop table source", "Drop table target"]);
}

#[test]
fn an_index_name_moves_from_a_dropped_table() {
    let with_index = |name: &str| {
        let mut whole = table(name, vec![int("a")]);
        whole.columns[0] = Column::new("id", if name == "x" { T::BigInt } else { T::Uuid });
        whole.columns[1].ty = if name == "x" { T::Text } else { T::Integer };
        whole.indexes.push(Index::on("ix_shared", ["a"]));
        whole
    };
    assert_eq!(
        described(vec![with_index("x")], vec![with_index("y")]),
        ["Drop index ix_shared of x", "Create table y (2 columns)", "Drop table x",]
    );
}

/// The column keeps its rows and its index; only the constraint goes.
#[test]
fn a_foreign_key_becomes_a_soft_reference() {
    let mut before = table("economy_deltacrowntransaction", vec![int("tournament_id")]);
    before.indexes.push(Index::on("ix_economy_deltacrowntransaction_tournament_id", ["tournament_id"]));
    before.foreign_keys.push(key("economy_deltacrowntransaction", "tournament_id", "tournaments_tournament"));
    let mut after = before.clone();
    after.foreign_keys.clear();
    after.columns[1].soft_ref = Some(SoftReference("tournaments.Tournament".into()));
    let column = after.columns[1].clone();
    let target = table("tournaments_tournament", vec![]);
    let (before, after) = (Schema::of([before, target.clone()]), Schema::of([after, target]));

    let there = operations(&before, &after);
    let table = || "economy_deltacrowntransaction".to_owned();
    let foreign_key = "fk_economy_deltacrowntransaction_tournament_id".to_owned();
    assert_eq!(
        there,
        [
            Operation::DropForeignKey { table: table(), foreign_key },
            Operation::AlterColumn { table: table(), column, fill: None },
        ]
    );
    assert_eq!(
        explain(&before, &there),
        ["column tournament_id of economy_deltacrowntransaction: foreign key \
         fk_economy_deltacrowntransaction_tournament_id to tournaments_tournament (id) in the history, \
         soft reference to tournaments.Tournament in the code"]
    );
    assert_eq!(
        explain(&after, &operations(&after, &before)),
        ["column tournament_id of economy_deltacrowntransaction: soft reference to tournaments.Tournament in the \
         history, foreign key fk_economy_deltacrowntransaction_tournament_id to tournaments_tournament (id) in the code"]
    );
}

#[test]
fn changes_are_explained_with_both_definitions() {
    let mut before = pointing("t", &["u"]);
    before.columns.push(Column::new("title", T::Varchar(40)).default("x"));
    before.indexes.push(Index::on("ix", ["title"]));
    before.indexes.push(Index::on("uq_old", ["u_id"]).unique());
    before.checks.push(Check::new("ck", "title <> ''"));
    let mut after = before.clone();
    after.columns[2] = Column::new("title", T::Text).null().default("x");
    after.indexes[0] = Index::on("ix", ["title", "id"]).filtered("title <> 'x'").unique();
    after.indexes[1].name = "uq_new".into();
    after.checks[0].expression = "length(title) > 1".into();
    after.foreign_keys[0].on_delete = ReferentialAction::Cascade;
    after.model = "Thing".into();
    let (before, after) =
        (Schema::of([before, table("u", vec![])]), Schema::of([after, table("u", vec![]), table("new", vec![])]));
    assert_eq!(
        explain(&before, &operations(&before, &after)),
        [
            "column title of t: varchar(40), not null in the history, text, null in the code",
            "table t: model app.t in the history, model app.Thing in the code",
            "foreign key of t (u_id): fk_t_u_id to u (id) in the history, fk_t_u_id to u (id) on delete cascade in the code",
            "index ix of t: (title) in the history, unique (title, id) where title <> 'x' in the code",
            "index of t (u_id): unique uq_old in the history, unique uq_new in the code",
            "check ck of t: title <> '' in the history, length(title) > 1 in the code",
        ]
    );
}

/// Equal schemas of a thousand tables must cost next to nothing, also when one differs.
#[test]
fn a_thousand_tables_are_compared_in_linear_time() {
    let big = |count: usize| {
        let tables = (0..count).map(|at| {
            let mut whole = pointing(&format!("t{at:04}"), if at == 0 { &[] } else { &["t0000"] });
            whole.columns.extend((0..20).map(|column| int(&format!("c{column}"))));
            whole.indexes.push(Index::on(format!("ix{at}"), ["c1", "c2"]).filtered("c1 > 0 AND c2 IS NOT NULL"));
            whole
        });
        Schema::of(tables)
    };
    let (before, mut after) = (big(1000), big(1000));
    after.tables.get_mut("t0500").expect("there").columns.push(int("new"));
    let start = std::time::Instant::now();
    let operations = diff(&before, &after, &Hints::default(), &Answers::default()).expect("nothing to ask");
    let took = start.elapsed();
    assert_eq!(operations.len(), 1);
    let touched: BTreeSet<Option<&str>> = operations.iter().map(Operation::table).collect();
    assert_eq!(touched, BTreeSet::from([Some("t0500")]));
    // Milliseconds when optimised; the bound only has to catch what is quadratic.
    assert!(took.as_millis() < 500, "{took:?}");
}
