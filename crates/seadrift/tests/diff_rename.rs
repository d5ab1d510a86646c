//! Renames and fills: facts, questions, answers.

use seadrift::{
    diff::{Answers, Fill, Hints, Question, diff},
    operation::Operation,
    schema::{Column, ColumnType as T, Expression, Schema, Table},
};

fn table(name: &str, columns: &[(&str, T)]) -> Table {
    let mut table = Table::new("app", name, name);
    table.columns.push(Column::new("id", T::BigInt).identity());
    table.columns.extend(columns.iter().map(|(name, ty)| Column::new(*name, ty.clone()).null()));
    table.primary_key = vec!["id".into()];
    table
}

/// A table with columns of type integer.
fn ints(name: &str, columns: &[&str]) -> Table {
    table(name, &columns.iter().map(|column| (*column, T::Integer)).collect::<Vec<_>>())
}

/// The result in short: operations, or questions.
fn outcome(before: &[Table], after: &[Table], hints: &Hints, answers: &Answers) -> Vec<String> {
    match diff(&Schema::of(before.to_vec()), &Schema::of(after.to_vec()), hints, answers) {
        Ok(operations) => operations.iter().map(Operation::describe).collect(),
        Err(questions) => questions.iter().map(Question::prompt).collect(),
    }
}

fn answers(toml: &str) -> Answers {
    toml::from_str(toml).expect("an answers file")
}

#[test]
fn declared_renames_are_facts() {
    let hints = Hints::default;
    type Case<'a> = (&'a str, Vec<Table>, Vec<Table>, Hints, &'a [&'a str]);
    let cases: Vec<Case<'_>> = vec![
        (
            "a column",
            vec![ints("t", &["a"])],
            vec![ints("t", &["b"])],
            hints().column("t", "b", "a"),
            &["Rename column a of t to b"],
        ),
        (
            "a column that changes its type as well",
            vec![ints("t", &["a"])],
            vec![table("t", &[("b", T::Text)])],
            hints().column("t", "b", "a"),
            &["Rename column a of t to b", "Alter column b text null of t"],
        ),
        (
            "a table and its column",
            vec![ints("t", &["a"])],
            vec![ints("u", &["b"])],
            hints().table("u", "t").column("u", "b", "a"),
            &["Rename table t to u", "Rename column a of u to b", "Let table u belong to model u"],
        ),
        (
            "long done",
            vec![ints("u", &["b"])],
            vec![ints("u", &["b"])],
            hints().table("u", "t").column("u", "b", "a"),
            &[],
        ),
        (
            "long done, and the old name is used again",
            vec![ints("u", &["b"])],
            vec![ints("u", &["a", "b"]), table("t", &[])],
            hints().table("u", "t").column("u", "b", "a"),
            &["Add column a integer null to u", "Create table t (1 columns)"],
        ),
        (
            "long done, and the table of the old name goes",
            vec![ints("u", &["b"]), ints("t", &[])],
            vec![ints("u", &["b"])],
            hints().table("u", "t"),
            &["Drop table t"],
        ),
        (
            "the newest of several former names that is there",
            vec![ints("t", &["older"])],
            vec![ints("t", &["newest"])],
            hints().column("t", "newest", "oldest").column("t", "newest", "older").column("t", "newest", "newer"),
            &["Rename column older of t to newest"],
        ),
        (
            "a chain",
            vec![ints("t", &["a", "b"])],
            vec![ints("t", &["b", "c"])],
            hints().column("t", "b", "a").column("t", "c", "b"),
            &["Rename column b of t to c", "Rename column a of t to b"],
        ),
        (
            "a chain of tables",
            vec![ints("x", &["a"]), ints("y", &["b"])],
            vec![ints("y", &["a"]), ints("z", &["b"])],
            hints().table("y", "x").table("z", "y"),
            &[
                "Rename table y to z",
                "Rename table x to y",
                "Let table y belong to model y",
                "Let table z belong to model z",
            ],
        ),
        (
            "the old name is given to a new column at once",
            vec![ints("t", &["a"])],
            vec![table("t", &[("b", T::Integer), ("a", T::Text)])],
            hints().column("t", "b", "a"),
            &["Rename column a of t to b", "Add column a text null to t"],
        ),
        (
            "two claims to one old name are no fact",
            vec![ints("t", &["a"])],
            vec![table("t", &[("b", T::Integer), ("c", T::Text)])],
            hints().column("t", "b", "a").column("t", "c", "a"),
            &["Was column a of t renamed to b?", "Was column a of t renamed to c?"],
        ),
    ];
    for (what, before, after, hints, expected) in cases {
        assert_eq!(outcome(&before, &after, &hints, &Answers::default()), expected, "{what}");
    }
}

#[test]
fn what_looks_alike_is_asked_and_answers_are_kept() {
    let rename = "rename.\"t.a -> b\"";
    type Case<'a> = (&'a str, Vec<Table>, Vec<Table>, String, Vec<&'a str>);
    let cases: Vec<Case<'_>> = vec![
        (
            "a column",
            vec![ints("t", &["a"])],
            vec![ints("t", &["b"])],
            String::new(),
            vec!["Was column a of t renamed to b?"],
        ),
        (
            "yes",
            vec![ints("t", &["a"])],
            vec![ints("t", &["b"])],
            format!("{rename} = true"),
            vec!["Rename column a of t to b"],
        ),
        (
            "no",
            vec![ints("t", &["a"])],
            vec![ints("t", &["b"])],
            format!("{rename} = false"),
            vec!["Add column b integer null to t", "Drop column a of t"],
        ),
        (
            "another type is another column",
            vec![ints("t", &["a"])],
            vec![table("t", &[("b", T::Text)])],
            String::new(),
            vec!["Add column b text null to t", "Drop column a of t"],
        ),
        (
            "unless somebody says so",
            vec![ints("t", &["a"])],
            vec![table("t", &[("b", T::Text)])],
            format!("{rename} = true"),
            vec!["Rename column a of t to b", "Alter column b text null of t"],
        ),
        (
            "every pair is asked about",
            vec![ints("t", &["a", "b"])],
            vec![ints("t", &["c"])],
            String::new(),
            vec!["Was column a of t renamed to c?", "Was column b of t renamed to c?"],
        ),
        (
            "one yes settles the others",
            vec![ints("t", &["a", "b"])],
            vec![ints("t", &["c"])],
            "rename.\"t.b -> c\" = true".into(),
            vec!["Rename column b of t to c", "Drop column a of t"],
        ),
        (
            "answers that contradict each other are none",
            vec![ints("t", &["a", "b"])],
            vec![ints("t", &["c"])],
            "rename.\"t.b -> c\" = true\nrename.\"t.a -> c\" = true".into(),
            vec!["Was column a of t renamed to c?", "Was column b of t renamed to c?"],
        ),
        (
            "tables with half of their columns alike",
            vec![ints("t", &["a", "b", "c"])],
            vec![ints("u", &["a", "x", "y"])],
            String::new(),
            vec!["Was table t renamed to u?"],
        ),
        (
            "tables with less in common",
            vec![ints("t", &["a", "b", "c"])],
            vec![ints("u", &["x", "y"])],
            String::new(),
            vec!["Create table u (3 columns)", "Drop table t"],
        ),
        (
            "another table for the same model",
            vec![ints("t", &["a", "b"])],
            vec![Table { model: "t".into(), ..ints("u", &["x", "y"]) }],
            String::new(),
            vec!["Was table t renamed to u?"],
        ),
        (
            "a renamed table's columns are asked about next",
            vec![ints("t", &["a", "b"])],
            vec![ints("u", &["a", "c"])],
            "rename.\"t -> u\" = true".into(),
            vec!["Was column b of u renamed to c?"],
        ),
        (
            "a table, no",
            vec![ints("t", &["a"])],
            vec![ints("u", &["a"])],
            "rename.\"t -> u\" = false".into(),
            vec!["Create table u (2 columns)", "Drop table t"],
        ),
    ];
    for (what, before, after, given, expected) in cases {
        assert_eq!(outcome(&before, &after, &Hints::default(), &answers(&given)), expected, "{what}");
    }
}

#[test]
fn fills_are_asked_for_where_a_row_could_hold_null() {
    let full = |name: &str, ty: T| Column::new(name, ty);
    let with = |column: Column| {
        let mut whole = table("t", &[]);
        whole.columns.push(column);
        vec![whole]
    };
    let new =
        "Column a (integer) is new in t, does not allow NULL and has no default. What do the rows that exist get?";
    let tight = "Column a (integer) of t no longer allows NULL. What do the rows that hold NULL get?";
    type Case<'a> = (&'a str, Vec<Table>, Vec<Table>, &'a str, Vec<&'a str>);
    let cases: Vec<Case<'_>> = vec![
        ("new", vec![table("t", &[])], with(full("a", T::Integer)), "", vec![new]),
        (
            "new and nullable",
            vec![table("t", &[])],
            with(full("a", T::Integer).null()),
            "",
            vec!["Add column a integer null to t"],
        ),
        (
            "new with a default",
            vec![table("t", &[])],
            with(full("a", T::Integer).default(1)),
            "",
            vec!["Add column a integer not null to t"],
        ),
        ("in a new table", vec![], with(full("a", T::Integer)), "", vec!["Create table t (2 columns)"]),
        ("was nullable", with(full("a", T::Integer).null()), with(full("a", T::Integer)), "", vec![tight]),
        (
            "was nullable and has a default",
            with(full("a", T::Integer).null()),
            with(full("a", T::Integer).default(1)),
            "",
            vec![tight],
        ),
        (
            "becomes nullable",
            with(full("a", T::Integer)),
            with(full("a", T::Integer).null()),
            "",
            vec!["Alter column a integer null of t"],
        ),
        (
            "answered",
            with(full("a", T::Integer).null()),
            with(full("a", T::Integer)),
            "fill.\"t.a\" = 1",
            vec!["Alter column a integer not null of t"],
        ),
        (
            "maybe renamed: that is asked first",
            with(full("b", T::Integer)),
            with(full("a", T::Integer)),
            "",
            vec!["Was column b of t renamed to a?"],
        ),
        (
            "renamed and already full",
            with(full("b", T::Integer)),
            with(full("a", T::Integer)),
            "rename.\"t.b -> a\" = true",
            vec!["Rename column b of t to a"],
        ),
        (
            "renamed and not yet full",
            with(full("b", T::Integer).null()),
            with(full("a", T::Integer)),
            "rename.\"t.b -> a\" = true",
            vec![tight],
        ),
    ];
    for (what, before, after, given, expected) in cases {
        assert_eq!(outcome(&before, &after, &Hints::default(), &answers(given)), expected, "{what}");
    }
}

#[test]
fn the_answer_is_carried_by_the_operation() {
    let before = Schema::of([table("t", &[("b", T::Integer)])]);
    let mut whole = table("t", &[]);
    whole.columns.extend([Column::new("a", T::Varchar(9)), Column::new("b", T::Integer)]);
    let after = Schema::of([whole]);
    for (given, added, altered) in [
        ("fill.\"t.a\" = \"x\"\nfill.\"t.b\" = 7", Some("x".into()), Some(7.into())),
        (
            "[fill]\n\"t.a\" = { sql = \"lower('X')\" }\n\"t.b\" = { none = true }",
            Some(Expression::from("lower('X')").into()),
            None,
        ),
    ] {
        let operations = diff(&before, &after, &Hints::default(), &answers(given)).expect("all answered");
        let fills: Vec<_> = operations
            .iter()
            .map(|operation| match operation {
                Operation::AddColumn { fill, .. } | Operation::AlterColumn { fill, .. } => fill.clone(),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(fills, [added, altered], "{given}");
    }
}

#[test]
fn the_lines_of_a_question_are_a_file_that_answers_it() {
    let questions = [
        Question::RenamedTable { from: "odd \"t\"".into(), to: "u".into() },
        Question::RenamedColumn { table: "t".into(), from: "a.b".into(), to: "c".into() },
        Question::Fill { table: "t".into(), column: "x".into(), ty: T::Json, added: true },
        Question::Fill { table: "t".into(), column: "y".into(), ty: T::Double, added: false },
    ];
    let mut first = String::new();
    let mut second = String::new();
    for question in &questions {
        let lines = question.answer_lines();
        let (one, other) = lines.split_once('\n').expect("two answers");
        first.push_str(one);
        first.push('\n');
        second.push_str(other.strip_prefix("# ").expect("the other answer is a comment"));
        second.push('\n');
    }
    let filled = |mut given: Answers, x: &str, y: &str| {
        given.answer(&questions[2], x).expect("fits");
        given.answer(&questions[3], y).expect("fits");
        given
    };
    let yes = Answers::default().renamed(&questions[0], true).renamed(&questions[1], true);
    assert_eq!(answers(&first), filled(yes, "{}", "sql: 0.0"));
    let no = Answers::default().renamed(&questions[0], false).renamed(&questions[1], false);
    assert_eq!(answers(&second), filled(no, "none", "none"));
    let printed = toml::to_string(&answers(&first)).expect("answers can be written");
    assert_eq!(answers(&printed), answers(&first));
}

#[test]
fn a_wrong_answer_says_what_would_be_right() {
    let rename = Question::RenamedTable { from: "a".into(), to: "b".into() };
    let fill = |ty: T| Question::Fill { table: "t".into(), column: "a".into(), ty, added: true };
    for (question, text, complaint) in [
        (rename, "maybe", "answer y"),
        (fill(T::Boolean), "1", "true or false"),
        (fill(T::BigInt), "1.5", "whole number"),
        (fill(T::Double), "much", "not a number"),
        (fill(T::Double), "inf", "not a number"),
        (fill(T::Text), "", "''"),
        (fill(T::Text), "sql:", "expression"),
    ] {
        let mut given = Answers::default();
        let error = given.answer(&question, text).expect_err("refused");
        assert!(error.contains(complaint), "{error}");
        assert_eq!(given, Answers::default());
    }
    for (ty, text, fill_is) in [
        (T::Boolean, "true", Fill::Value(true.into())),
        (T::SmallInt, " -3 ", Fill::Value((-3).into())),
        (T::Decimal(5, 2), "1.50", Fill::Value(Expression::from("1.50").into())),
        (T::Text, "it''s", Fill::Value("it''s".into())),
        (T::Text, "'it''s'", Fill::Value("it's".into())),
        (T::Text, "''", Fill::Value("".into())),
        (T::Text, "'none'", Fill::Value("none".into())),
        (T::Date, "none", Fill::NONE),
        (T::TimestampTz, "sql: CURRENT_TIMESTAMP", Fill::Value(Expression::from("CURRENT_TIMESTAMP").into())),
    ] {
        let mut given = Answers::default();
        given.answer(&fill(ty), text).expect("fits");
        assert_eq!(given, Answers::default().filled("t", "a", fill_is), "{text}");
    }
    for wrong in
        ["fill.\"t.a\" = { none = false }", "fill.\"t.a\" = { expression = \"1\" }", "renamed.\"a -> b\" = true"]
    {
        assert!(toml::from_str::<Answers>(wrong).is_err(), "{wrong}");
    }
}
