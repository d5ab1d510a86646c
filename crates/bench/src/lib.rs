//! Benchmarks: each a ratio, in one run, against the floor or a peer.
//!
//! `cargo bench -p bench` runs them; a figure alone says little on a busy machine, so each line
//! has the figure that it is compared with. Here is what they share: models by the thousand, and
//! the taking of times.

use std::time::{Duration, Instant};

use seadrift::{
    diff::{self, Answers, ArrangeInput, Hints},
    history::History,
    migration::{Graph, LoadedMigration, Migration, file},
    schema::{Check, Column, ColumnType, ForeignKey, Index, ReferentialAction, Schema, Table},
};

/// Models of an app.
const APP: usize = 10;

/// This many connected models, ten an app: nine columns, a foreign key, two indexes and a check each.
pub fn models(count: usize) -> Schema {
    Schema::of((0..count).map(model))
}

fn model(number: usize) -> Table {
    let name = |number: usize| format!("app{:03}_model{number:04}", number / APP);
    let table = name(number);
    let column = |name: &str, ty| Column::new(name, ty);
    let mut model = Table::new(format!("app{:03}", number / APP), format!("Model{number:04}"), &table);
    model.primary_key = vec!["id".to_owned()];
    model.columns = vec![
        column("id", ColumnType::BigInt).identity(),
        column("name", ColumnType::Varchar(100)),
        column("slug", ColumnType::Varchar(120)),
        column("status", ColumnType::Varchar(20)).default("draft"),
        column("score", ColumnType::Integer).default(0),
        column("active", ColumnType::Boolean).default(true),
        column("data", ColumnType::Json).default("{}"),
        column("created_at", ColumnType::TimestampTz),
        column("parent_id", ColumnType::BigInt).null(),
    ];
    model.indexes = vec![
        Index::on(format!("uq_{table}_slug"), ["slug"]).unique(),
        Index::on(format!("ix_{table}_parent_id"), ["parent_id"]),
    ];
    model.checks = vec![Check::new(format!("ck_{table}_status"), "status IN ('draft', 'open', 'done')")];
    model.foreign_keys = vec![ForeignKey {
        name: format!("fk_{table}_parent_id"),
        columns: vec!["parent_id".to_owned()],
        references: name(number.saturating_sub(1)),
        referenced_columns: vec!["id".to_owned()],
        on_delete: ReferentialAction::Cascade,
        on_update: ReferentialAction::NoAction,
    }];
    model
}

/// The migrations that make this schema from nothing.
///
/// # Panics
/// Never for the schemas of [`models`].
pub fn migrations(schema: &Schema) -> Vec<Migration> {
    let operations = diff::diff(&Schema::default(), schema, &Hints::default(), &Answers::default());
    let operations = operations.expect("nothing to ask about a new schema");
    diff::arrange(operations, &ArrangeInput::default()).expect("every table has an app")
}

/// The text of each migration's file.
pub fn files(migrations: &[Migration]) -> Vec<(String, String, String)> {
    migrations.iter().map(|m| (m.id.app.clone(), format!("{}.toml", m.id.name), file::print(m))).collect()
}

/// The history that these files tell.
///
/// # Panics
/// When they do not parse or do not fit.
pub fn history(files: &[(String, String, String)]) -> History {
    let parse = |(app, name, text): &(String, String, String)| -> LoadedMigration {
        file::parse(text, std::path::Path::new(name), app).expect("it parses")
    };
    History::of(Graph::build(files.iter().map(parse).collect()).expect("it is sound")).expect("it fits")
}

/// The median time of several runs, each prepared anew.
pub fn median<T, R>(runs: usize, mut prepare: impl FnMut() -> T, mut run: impl FnMut(T) -> R) -> Duration {
    let mut times: Vec<Duration> = (0..runs)
        .map(|_| {
            let input = prepare();
            let begun = Instant::now();
            let result = run(input);
            let took = begun.elapsed();
            drop(result);
            took
        })
        .collect();
    times.sort_unstable();
    times[times.len() / 2]
}

/// A line of the result: ours, the floor, the ratio and the aim.
pub fn line(what: &str, ours: Duration, floor: Duration, aim: &str) {
    let ratio = ours.as_secs_f64() / floor.as_secs_f64();
    println!("{what:<58} {:>9.2} ms {:>9.2} ms {ratio:>7.2}x  aim {aim}", millis(ours), millis(floor));
}

/// A line of the result that has no floor in the same run.
pub fn alone(what: &str, ours: Duration, aim: &str) {
    println!("{what:<58} {:>9.2} ms {:>22}  aim {aim}", millis(ours), "");
}

/// Milliseconds.
pub fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
