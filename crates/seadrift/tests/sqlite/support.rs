//! A database for each test, a way to run steps as the executor does, and rows as text.

use seadrift::{
    dialect::{
        Step,
        sqlite::{RebuildError, RebuildReport, Violation, inspect, render, violations},
    },
    operation::Operation,
    schema::{Column, ColumnType, ForeignKey, ReferentialAction, Schema, Table},
    sqlx::{self, AssertSqlSafe, Connection, Row, SqliteConnection},
};

/// An empty database in memory, foreign keys on.
pub async fn open() -> SqliteConnection {
    let mut connection = SqliteConnection::connect("sqlite::memory:").await.unwrap();
    sql(&mut connection, "PRAGMA foreign_keys = ON").await;
    connection
}

/// Runs statements that must succeed.
pub async fn sql(connection: &mut SqliteConnection, statements: &str) {
    if let Err(error) = try_sql(connection, statements).await {
        panic!("{error}\n{statements}");
    }
}

/// Runs statements that may fail.
pub async fn try_sql(connection: &mut SqliteConnection, statements: &str) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(statements)).execute(connection).await.map(|_| ())
}

/// What running steps did.
#[derive(Debug, Default)]
pub struct Ran {
    pub rebuilds: Vec<RebuildReport>,
    pub statements: Vec<String>,
}

/// Why steps did not run.
#[derive(Debug)]
pub enum Failed {
    Sql(String),
    Rebuild(RebuildError),
    Violations(Vec<Violation>),
}

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sql(message) => f.write_str(message),
            Self::Rebuild(error) => error.fmt(f),
            Self::Violations(rows) => write!(f, "{rows:?}"),
        }
    }
}

/// Renders and runs operations in one transaction; all or nothing.
pub async fn run(connection: &mut SqliteConnection, operations: &[Operation], before: &Schema) -> Result<Ran, Failed> {
    let steps = render(operations, before).unwrap();
    sql(connection, "PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE").await;
    let done = run_steps(connection, steps).await;
    sql(connection, if done.is_ok() { "COMMIT" } else { "ROLLBACK" }).await;
    sql(connection, "PRAGMA foreign_keys = ON").await;
    done
}

async fn run_steps(connection: &mut SqliteConnection, steps: Vec<Step>) -> Result<Ran, Failed> {
    let mut ran = Ran::default();
    for step in steps {
        match step {
            Step::Sql(statement) => {
                try_sql(connection, &statement).await.map_err(|e| Failed::Sql(format!("{e}: {statement}")))?;
                ran.statements.push(statement);
            }
            Step::Rebuild(rebuild) => {
                ran.rebuilds.push(rebuild.run(connection).await.map_err(Failed::Rebuild)?);
            }
            Step::Run(name) => panic!("no function {name}"),
        }
    }
    let broken = violations(connection).await.unwrap();
    if broken.is_empty() { Ok(ran) } else { Err(Failed::Violations(broken)) }
}

/// Creates the schema in an empty database: all tables, then what points from one to another.
pub async fn create(connection: &mut SqliteConnection, schema: &Schema) {
    let mut operations = Vec::new();
    for table in schema.tables.values() {
        operations.push(Operation::create(Table { foreign_keys: Vec::new(), ..table.clone() }));
    }
    for table in schema.tables.values() {
        for foreign_key in table.foreign_keys.clone() {
            operations.push(Operation::AddForeignKey { table: table.name.clone(), foreign_key });
        }
    }
    let ran = run(connection, &operations, &Schema::default()).await.unwrap_or_else(|e| panic!("{e}"));
    assert!(ran.rebuilds.is_empty(), "a new table needs no rebuild, whatever points at it");
}

/// The schema after these operations.
pub fn applied(operations: &[Operation], before: &Schema) -> Schema {
    let mut schema = before.clone();
    for operation in operations {
        operation.apply(&mut schema).unwrap_or_else(|e| panic!("{}: {e}", operation.describe()));
    }
    schema
}

/// The schema as a live database shows it: without apps, models and soft references, everything sorted.
pub fn bare(schema: &Schema) -> Schema {
    let mut schema = schema.clone();
    for table in schema.tables.values_mut() {
        table.app.clear();
        table.model.clear();
        for column in &mut table.columns {
            column.soft_ref = None;
        }
    }
    schema.canonical()
}

/// Fails with both texts unless the live database is as the schema says.
pub async fn assert_live(connection: &mut SqliteConnection, expected: &Schema, what: &str) {
    let live = inspect(connection).await.unwrap();
    let (live, expected) = (bare(&live), bare(expected));
    for (name, table) in &expected.tables {
        assert_eq!(live.table(name), Some(table), "{what}: table {name}");
    }
    assert_eq!(live, expected, "{what}");
}

/// All rows of a query, each as its values in SQL with commas between.
pub async fn rows(connection: &mut SqliteConnection, query: &str) -> Vec<String> {
    let rows = sqlx::query(AssertSqlSafe(query)).fetch_all(connection).await.unwrap_or_else(|e| panic!("{e}: {query}"));
    rows.iter().map(|r| (0..r.len()).map(|i| text(r, i)).collect::<Vec<_>>().join(",")).collect()
}

fn text(row: &sqlx::sqlite::SqliteRow, index: usize) -> String {
    use sqlx::{TypeInfo, ValueRef};
    let raw = row.try_get_raw(index).unwrap();
    if raw.is_null() {
        return "NULL".to_owned();
    }
    match raw.type_info().name() {
        "INTEGER" | "BOOLEAN" => row.get_unchecked::<i64, _>(index).to_string(),
        "REAL" => format!("{:?}", row.get_unchecked::<f64, _>(index)),
        "BLOB" => format!("{:02x?}", row.get_unchecked::<Vec<u8>, _>(index)),
        _ => row.get_unchecked::<String, _>(index),
    }
}

/// A table with an identity column `id` and these columns.
pub fn table(name: &str, columns: impl IntoIterator<Item = Column>) -> Table {
    let mut table = Table::new("app", name, name);
    table.columns.push(Column::new("id", ColumnType::BigInt).identity());
    table.columns.extend(columns);
    table.primary_key = vec!["id".to_owned()];
    table
}

/// A foreign key to the column `id` of another table, named by convention.
pub fn points(from: &str, column: &str, to: &str, on_delete: ReferentialAction) -> ForeignKey {
    ForeignKey {
        name: format!("fk_{from}_{column}"),
        columns: vec![column.to_owned()],
        references: to.to_owned(),
        referenced_columns: vec!["id".to_owned()],
        on_delete,
        on_update: ReferentialAction::NoAction,
    }
}
