//! A database to try schemas on, one after the other, each in a namespace of its own.

use seadrift::{
    dialect::{Step, postgres},
    operation::Operation,
    schema::{Schema, Table},
    sqlx::{self, AssertSqlSafe, Connection as _, Executor as _, PgConnection},
};
use testkit::{Kind, TestDatabase};

/// A connection to a database of its own.
pub struct Bench {
    pub connection: PgConnection,
}

/// Runs a test body with a bench, unless there is no PostgreSQL here.
pub fn on_bench(body: impl AsyncFnOnce(&mut Bench)) {
    testkit::database::run(Kind::Postgres, async |db: &TestDatabase| {
        let connection = PgConnection::connect(db.url()).await.expect("the database answers");
        let mut bench = Bench { connection };
        body(&mut bench).await;
        bench.connection.close().await.expect("the connection closes");
    });
}

impl Bench {
    /// An empty namespace, first in the search path.
    pub async fn clear(&mut self) {
        self.sql("DROP SCHEMA IF EXISTS bench CASCADE; CREATE SCHEMA bench; SET search_path TO bench").await;
    }

    /// Runs statements that have to succeed.
    pub async fn sql(&mut self, sql: &str) {
        self.try_sql(sql).await.unwrap_or_else(|error| panic!("{error}, in: {sql}"));
    }

    /// Runs statements.
    pub async fn try_sql(&mut self, sql: &str) -> Result<(), sqlx::Error> {
        self.connection.execute(AssertSqlSafe(sql.to_owned())).await.map(drop)
    }

    /// One text, the answer of a query.
    pub async fn text(&mut self, query: &str) -> String {
        let answer: Option<String> = sqlx::query_scalar(AssertSqlSafe(query.to_owned()))
            .fetch_one(&mut self.connection)
            .await
            .unwrap_or_else(|error| panic!("{error}, in: {query}"));
        answer.unwrap_or_else(|| "NULL".to_owned())
    }

    /// Renders and runs operations in one transaction, and returns the schema behind them.
    pub async fn run(&mut self, operations: &[Operation], before: &Schema) -> Schema {
        let steps = postgres::render(operations, before).expect("the operations fit");
        self.sql("BEGIN").await;
        for step in &steps {
            match step {
                Step::Sql(statement) => self.sql(statement).await,
                other => panic!("not a statement: {other:?}"),
            }
        }
        self.sql("COMMIT").await;
        let mut after = before.clone();
        for operation in operations {
            operation.apply(&mut after).expect("the operation fits");
        }
        after
    }

    /// Makes this schema in an empty namespace; foreign keys come last, so that cycles do no harm.
    pub async fn create(&mut self, schema: &Schema) {
        self.clear().await;
        let mut operations = Vec::new();
        for table in schema.tables.values() {
            operations.push(Operation::create(Table { foreign_keys: Vec::new(), ..table.clone() }));
        }
        for table in schema.tables.values() {
            operations.extend(
                table
                    .foreign_keys
                    .iter()
                    .map(|key| Operation::AddForeignKey { table: table.name.clone(), foreign_key: key.clone() }),
            );
        }
        self.run(&operations, &Schema::default()).await;
    }

    /// The live schema, settled against the expected one.
    pub async fn live(&mut self, expected: &Schema) -> Schema {
        let mut found = postgres::inspect(&mut self.connection).await.expect("the catalogue is read");
        postgres::settle(&mut self.connection, expected, &mut found).await.expect("the server answers");
        found
    }

    /// Fails unless the live schema is the expected one.
    pub async fn expect(&mut self, expected: &Schema, what: &str) {
        let expected = bare(expected).canonical();
        let found = self.live(&expected).await.canonical();
        assert!(found == expected, "{what}\nexpected {expected:#?}\nfound {found:#?}");
    }
}

/// The schema without what the database does not know.
pub fn bare(schema: &Schema) -> Schema {
    let mut schema = schema.clone();
    for table in schema.tables.values_mut() {
        table.app.clear();
        table.model.clear();
        for column in &mut table.columns {
            column.soft_ref = None;
        }
    }
    schema
}

/// Two tables that point at each other's kind of key, with a part of each kind.
pub fn town() -> Schema {
    use seadrift::schema::{Check, Column, ColumnType as T, ForeignKey, Index, IndexKey, ReferentialAction};
    let key = |name: &str, column: &str, references: &str, pointed_at: &str, on_delete| ForeignKey {
        name: name.to_owned(),
        columns: vec![column.to_owned()],
        references: references.to_owned(),
        referenced_columns: vec![pointed_at.to_owned()],
        on_delete,
        on_update: ReferentialAction::NoAction,
    };
    let mut person = Table::new("accounts", "Person", "person");
    person.primary_key = vec!["id".to_owned()];
    person.columns = vec![
        Column::new("id", T::BigInt).identity(),
        Column::new("name", T::Varchar(40)).default("nobody"),
        Column::new("code", T::Varchar(8)),
        Column::new("age", T::Integer).null(),
        Column::new("status", T::Varchar(10)).default("new"),
        Column::new("mentor_id", T::BigInt).null(),
        Column::new("data", T::Json).default("[]"),
    ];
    person.indexes = vec![
        Index::on("uq_person_code", ["code"]).unique(),
        Index::on("ix_person_name", ["name"]).filtered("status IN ('new', 'old') AND age > 5"),
        Index {
            name: "ix_person_lower".to_owned(),
            keys: vec![
                IndexKey::Expression { sql: "lower(name)".into(), descending: false },
                IndexKey::Descending { desc: "age".to_owned() },
            ],
            unique: false,
            predicate: None,
        },
    ];
    person.foreign_keys = vec![key("fk_person_mentor_id", "mentor_id", "person", "id", ReferentialAction::SetNull)];
    person.checks = vec![
        Check::new("ck_person_status", "status IN ('new', 'old', 'gone')"),
        Check::new("ck_person_age", "age BETWEEN 0 AND 200"),
    ];
    let mut seat = Table::new("teams", "Seat", "seat");
    seat.primary_key = vec!["person_id".to_owned(), "place".to_owned()];
    seat.columns = vec![
        Column::new("person_id", T::BigInt),
        Column::new("place", T::SmallInt),
        Column::new("person_code", T::Varchar(8)),
        Column::new("price", T::Decimal(10, 2)).default(seadrift::schema::Expression::from("0.5")),
    ];
    seat.foreign_keys = vec![
        key("fk_seat_person_id", "person_id", "person", "id", ReferentialAction::Cascade),
        key("fk_seat_person_code", "person_code", "person", "code", ReferentialAction::Restrict),
    ];
    Schema::of([person, seat])
}
