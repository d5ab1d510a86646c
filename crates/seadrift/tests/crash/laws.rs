//! Laws over generated schemas, on live databases, atomic and not, with a row in every table and a
//! runner that dies on the way: what is read is what the history says (5), rows survive (7), and
//! nothing tells that a runner died (8).

use std::{collections::BTreeSet, time::Duration};

use seadrift::{
    dialect::{Dialect, quote, quote_text},
    diff::{Answers, Fill, Hints, Question, diff},
    history::History,
    migration::{Graph, LoadedMigration, Migration, MigrationId},
    operation::Operation,
    report::{Code, verify},
    run::{Connection, DatabaseUrl, migrate::Goal},
    schema::{ColumnType, DefaultValue, Expression, Schema, Table},
};
use testkit::{Kind, TestDatabase};

use crate::{shop, support};

/// Every column of a type has this value, so that every foreign key finds its row and every check holds.
fn value(ty: &ColumnType) -> DefaultValue {
    match ty {
        ColumnType::SmallInt | ColumnType::Integer | ColumnType::BigInt => 1.into(),
        ColumnType::Real | ColumnType::Double | ColumnType::Decimal(..) => Expression::from("1.25").into(),
        ColumnType::Boolean => true.into(),
        ColumnType::Date => "2026-01-31".into(),
        ColumnType::Time => "10:00:00".into(),
        ColumnType::Timestamp => "2026-01-31 10:00:00".into(),
        ColumnType::TimestampTz => "2026-01-31T10:00:00+00:00".into(),
        ColumnType::Json => "{}".into(),
        ColumnType::Uuid => "6fa459ea-ee8a-3ca4-894e-db77e160355e".into(),
        _ => "open".into(),
    }
}

fn as_sql(ty: &ColumnType, kind: Kind) -> String {
    match (ty, kind) {
        (ColumnType::Bytes, Kind::Sqlite) => "x'00ff'".to_owned(),
        (ColumnType::Uuid, Kind::Sqlite) => "x'6fa459eaee8a3ca4894edb77e160355e'".to_owned(),
        _ => match value(ty) {
            DefaultValue::Sql { sql } => sql.as_str().to_owned(),
            DefaultValue::Literal(literal) => match literal {
                seadrift::schema::Literal::Bool(value) => value.to_string(),
                seadrift::schema::Literal::Int(value) => value.to_string(),
                seadrift::schema::Literal::Text(value) => quote_text(&value),
            },
        },
    }
}

fn rows(schema: &Schema, kind: Kind) -> String {
    let row = |table: &Table| {
        let names: Vec<String> = table.columns.iter().map(|c| quote(&c.name)).collect();
        let values: Vec<String> = table.columns.iter().map(|c| as_sql(&c.ty, kind)).collect();
        format!("INSERT INTO {} ({}) VALUES ({});", quote(&table.name), names.join(", "), values.join(", "))
    };
    schema.tables.values().map(row).collect()
}

/// The operations between two schemas whose rows hold no NULL; nothing was renamed.
fn operations(before: &Schema, after: &Schema) -> Vec<Operation> {
    let mut answers = Answers::default();
    loop {
        let questions = match diff(before, after, &Hints::default(), &answers) {
            Ok(operations) => return operations,
            Err(questions) => questions,
        };
        for question in &questions {
            answers = match question {
                Question::Fill { table, column, ty, .. } => answers.filled(table, column, Fill::Value(value(ty))),
                _ => answers.renamed(question, false),
            };
        }
    }
}

/// Three migrations: tables, foreign keys, and the change.
fn history(before: &Schema, after: &Schema, atomic: bool) -> History {
    let mut bare = before.clone();
    bare.tables.values_mut().for_each(|table| table.foreign_keys.clear());
    let mut last = None;
    let mut migration = |name: &str, atomic: bool, operations: Vec<Operation>| {
        let id = MigrationId::new("all", name);
        let dependencies = last.replace(id.clone()).into_iter().collect();
        let migration = Migration { atomic, dependencies, ..Migration::new(id, operations) };
        LoadedMigration::new(migration, format!("all/migrations/{name}.toml"))
    };
    let loaded = vec![
        migration("0001_tables", true, operations(&Schema::default(), &bare)),
        migration("0002_keys", atomic, operations(&bare, before)),
        migration("0003_change", atomic, operations(before, after)),
    ];
    let graph = Graph::build(loaded).unwrap_or_else(|errors| panic!("{errors:#?}"));
    History::of(graph).unwrap_or_else(|report| panic!("{report}"))
}

/// Runs on a thread of its own, and dies there before a statement: the connection is lost in the middle.
fn dies(history: &History, url: &DatabaseUrl, goal: &Goal, at: usize) -> bool {
    let work = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let mut count = 0;
        let _ = runtime.block_on(shop::run(history, url, goal, |_| {
            count += 1;
            if count == at {
                std::panic::resume_unwind(Box::new("dead"));
            }
        }));
    };
    std::thread::scope(|scope| scope.spawn(work).join().is_err())
}

async fn agrees(history: &History, url: &DatabaseUrl, what: &str) {
    let mut connection = Connection::open(url, false).await.expect("it opens");
    let report = verify::verify(history, &mut connection, &verify::Options::default()).await.expect("it can be told");
    connection.close().await.expect("it closes");
    let half = what.ends_with("refused");
    let known = |code| code == Code::Unapplied || half && code == Code::HalfRun;
    assert!(report.findings.iter().all(|f| known(f.code)), "{what}\n{report}");
}

/// The values of the columns that neither went nor came.
async fn values(url: &DatabaseUrl, schemas: (&Schema, &Schema), gone: &BTreeSet<(String, String)>) -> Vec<String> {
    let mut connection = Connection::open(url, false).await.expect("it opens");
    let mut found = Vec::new();
    for table in schemas.0.tables.values() {
        let Some(other) = schemas.1.table(&table.name) else { continue };
        let stay =
            |name: &&str| other.column(name).is_some() && !gone.contains(&(table.name.clone(), (*name).to_owned()));
        for column in table.columns.iter().map(|c| c.name.as_str()).filter(stay) {
            let text = match url.dialect() {
                Dialect::Postgres => format!("CAST({} AS text)", quote(column)),
                Dialect::Sqlite => format!("quote({})", quote(column)),
            };
            let sql = format!("SELECT {text} FROM {}", quote(&table.name));
            let rows = connection.rows(&sql).await.expect("rows");
            let text = rows.iter().map(|row| row[0].clone().unwrap_or_else(|| "NULL".to_owned())).collect::<Vec<_>>();
            // One number of another type is written otherwise.
            let text = text.iter().map(|t| t.parse::<f64>().map_or_else(|_| t.clone(), |n| n.to_string()));
            found.push(format!("{}.{column}: {}", table.name, text.collect::<Vec<_>>().join(",")));
        }
    }
    connection.close().await.expect("it closes");
    found
}

fn dropped(operations: &[Operation]) -> BTreeSet<(String, String)> {
    let one = |operation: &Operation| match operation {
        Operation::DropColumn { table, column } => Some((table.clone(), column.clone())),
        _ => None,
    };
    operations.iter().filter_map(one).collect()
}

async fn there_and_back(db: &TestDatabase, seed: u8) {
    let owned = |schema: &Schema| {
        let mut schema = schema.clone();
        schema.tables.values_mut().for_each(|table| "all".clone_into(&mut table.app));
        schema
    };
    let (mut went, mut came_back, mut died) = (0, 0, 0);
    for (number, (before, after)) in support::sample(&support::schema_pair(), seed, 10).iter().enumerate() {
        let (before, after, atomic) = (owned(before), owned(after), number % 3 == 2);
        let db = db.sibling();
        let (history, url) = (history(&before, &after, atomic), shop::url(&db));
        let what = |step: &str| format!("seed {seed}, pair {number}, atomic {atomic}, {step}");
        let to = |name: &str| Goal::Target(MigrationId::new("all", name));
        shop::run(&history, &url, &to("0001_tables"), |_| ()).await.unwrap_or_else(|e| panic!("{}: {e}", what("made")));
        db.execute(&rows(&before, db.kind())).await;
        died += usize::from(dies(&history, &url, &to("0002_keys"), 3 + number * 2));
        shop::run(&history, &url, &to("0002_keys"), |_| ()).await.unwrap_or_else(|e| panic!("{}: {e}", what("keys")));
        agrees(&history, &url, &what("keys")).await;

        let gone = dropped(&operations(&before, &after));
        let old = values(&url, (&before, &after), &gone).await;
        died += usize::from(dies(&history, &url, &Goal::Everything, 4 + number * 5));
        if let Err(error) = shop::run(&history, &url, &Goal::Everything, |_| ()).await {
            // A new column points at a table without rows, or a check wants what a new column has not.
            let text = error.to_string().to_lowercase();
            assert!(text.contains("foreign key") || text.contains("check"), "{}: {error}", what("changed"));
            agrees(&history, &url, &what("refused")).await;
            continue;
        }
        agrees(&history, &url, &what("changed")).await;
        assert_eq!(values(&url, (&before, &after), &gone).await, old, "{}", what("changed"));
        went += 1;

        died += usize::from(dies(&history, &url, &to("0002_keys"), 5 + number * 3));
        if shop::run(&history, &url, &to("0002_keys"), |_| ()).await.is_ok() {
            agrees(&history, &url, &what("undone")).await;
            came_back += 1;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert!(went >= 5 && came_back >= 2 && died >= 10, "went {went}, came back {came_back}, died {died}");
}

testkit::on_both! {
    /// Some pairs of schemas, the same each time.
    async fn generated_changes_keep_rows_and_survive_dead_runners(db: &TestDatabase) {
        there_and_back(db, 11).await;
    }
}
