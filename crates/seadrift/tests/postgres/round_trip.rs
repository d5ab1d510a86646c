//! Law 5 over generated schemas: what was made or changed is what is read, without a false
//! difference. The seeds are fixed; a failure names the seed and the number of the schema.

use seadrift::{
    dialect::postgres,
    diff::{Answers, Fill, Hints, Question, diff},
    operation::Operation,
    schema::Schema,
};

use crate::{
    bench::{bare, on_bench},
    support,
};

/// The operations between two schemas of empty tables in which nothing was renamed.
fn operations(before: &Schema, after: &Schema) -> Vec<Operation> {
    let mut answers = Answers::default();
    loop {
        let questions = match diff(before, after, &Hints::default(), &answers) {
            Ok(operations) => return operations,
            Err(questions) => questions,
        };
        for question in &questions {
            answers = match question {
                Question::Fill { table, column, .. } => answers.filled(table, column, Fill::NONE),
                _ => answers.renamed(question, false),
            };
        }
    }
}

/// The operations that undo these, last first.
fn undo(operations: &[Operation], before: &Schema) -> Vec<Operation> {
    let mut schema = before.clone();
    let mut inverses = Vec::new();
    for operation in operations {
        inverses.push(operation.inverse(&schema).expect("a diff can be undone"));
        operation.apply(&mut schema).expect("a diff can be applied");
    }
    inverses.reverse();
    inverses
}

fn there_and_back(seed: u8, count: usize) {
    on_bench(async |bench| {
        for (number, (before, after)) in support::sample(&support::schema_pair(), seed, count).iter().enumerate() {
            let what = |step: &str| format!("seed {seed}, pair {number}, {step}");
            bench.clear().await;
            bench.run(&operations(&Schema::default(), before), &Schema::default()).await;
            bench.expect(before, &what("made")).await;
            let changes = operations(before, after);
            bench.run(&changes, before).await;
            bench.expect(after, &what("changed")).await;
            bench.run(&undo(&changes, before), after).await;
            bench.expect(before, &what("undone")).await;
            bench.run(&operations(before, &Schema::default()), before).await;
            bench.expect(&Schema::default(), &what("dropped")).await;
        }
    });
}

#[test]
fn what_was_made_changed_and_undone_is_what_is_read() {
    there_and_back(1, 20);
}

#[test]
fn what_was_made_changed_and_undone_is_what_is_read_with_another_seed() {
    there_and_back(2, 20);
}

/// The canonical form alone has to do for what people usually write: asking costs a transaction.
#[test]
fn generated_expressions_need_no_asking() {
    on_bench(async |bench| {
        for schema in support::sample(&support::schema(), 3, 10) {
            bench.create(&schema).await;
            let found = postgres::inspect(&mut bench.connection).await.unwrap();
            assert_eq!(found.canonical(), bare(&schema).canonical());
        }
    });
}
