//! A shop with a history that has everything in it: tables, rows, online steps, data steps in SQL and
//! in Rust, renames, rebuilds, and steps that run outside of any transaction.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc, time::Duration};

use seadrift::{
    history::History,
    migration::{Graph, MigrationId, file},
    run::{
        Connection, DatabaseUrl, FunctionFuture, Functions, Journal, Record,
        execute::Progress,
        migrate::{self, Goal, MigrateError, Options, Told},
    },
    schema::Schema,
};
use testkit::TestDatabase;

/// Rows that the history begins with.
pub const CUSTOMERS: usize = 40;

const INITIAL: &str = r#"
app = "shop"

[[operations]]
op = "create_table"
name = "shop_log"
model = "Log"
columns = [{ name = "what", type = "varchar(60)" }]

[[operations]]
op = "create_table"
name = "shop_customer"
model = "Customer"
primary_key = ["id"]
columns = [
    { name = "id", type = "bigint", identity = true },
    { name = "name", type = "varchar(40)" },
    { name = "city", type = "varchar(40)", nullable = true },
    { name = "points", type = "integer", nullable = true },
]
indexes = [{ name = "ix_shop_customer_name", keys = ["name"] }]

[[operations]]
op = "create_table"
name = "shop_order"
model = "Order"
primary_key = ["id"]
columns = [
    { name = "id", type = "bigint", identity = true },
    { name = "customer_id", type = "bigint" },
    { name = "total", type = "integer" },
    { name = "note", type = "text", nullable = true },
]
"#;

/// What is done online, in every form that there is.
const ONLINE: &str = r#"
app = "shop"
dependencies = ["shop.0002_rows"]
atomic = false

[[operations]]
op = "add_index"
table = "shop_order"
index = { name = "ix_shop_order_customer_id", keys = ["customer_id"] }

[[operations]]
op = "add_foreign_key"
table = "shop_order"
foreign_key = { name = "fk_shop_order_customer_id", columns = ["customer_id"], references = "shop_customer", referenced_columns = ["id"], on_delete = "cascade" }

[[operations]]
op = "run_sql"
about = "two statements, one after the other"
forward.postgres = ["INSERT INTO shop_log VALUES ('first')", "INSERT INTO shop_log SELECT 'totals ' || sum(total) FROM shop_order"]
forward.sqlite = ["INSERT INTO shop_log VALUES ('first')", "INSERT INTO shop_log SELECT 'totals ' || sum(total) FROM shop_order"]
backward.postgres = ["INSERT INTO shop_log VALUES ('not first')"]
backward.sqlite = ["INSERT INTO shop_log VALUES ('not first')"]

[[operations]]
op = "add_check"
table = "shop_order"
check = { name = "ck_shop_order_total", expression = "total >= 0" }

[[operations]]
op = "alter_column"
table = "shop_customer"
column = { name = "city", type = "varchar(40)", default = "nowhere" }
fill = "nowhere"

[[operations]]
op = "run"
forward = "double_points"
backward = "halve_points"

[[operations]]
op = "add_column"
table = "shop_customer"
column = { name = "slug", type = "varchar(80)" }
fill = { sql = "lower(name)" }

[[operations]]
op = "add_index"
table = "shop_customer"
index = { name = "uq_shop_customer_slug", keys = ["slug"], unique = true }

[[operations]]
op = "drop_index"
table = "shop_customer"
index = "ix_shop_customer_name"

[[operations]]
op = "run_sql"
about = "outside of any transaction"
forward.postgres = ["VACUUM shop_customer"]
forward.sqlite = ["VACUUM"]
backward.postgres = []
backward.sqlite = []
"#;

const RENAMES: &str = r#"
app = "shop"
dependencies = ["shop.0003_online"]

[[operations]]
op = "rename_table"
from = "shop_order"
to = "shop_purchase"

[[operations]]
op = "rename_column"
table = "shop_customer"
from = "name"
to = "full_name"

[[operations]]
op = "run_sql"
forward.postgres = ["INSERT INTO shop_log SELECT 'renamed ' || count(full_name) FROM shop_customer"]
forward.sqlite = ["INSERT INTO shop_log SELECT 'renamed ' || count(full_name) FROM shop_customer"]
backward.postgres = []
backward.sqlite = []
"#;

const REBUILDS: &str = r#"
app = "shop"
dependencies = ["shop.0004_renames"]

[[operations]]
op = "alter_column"
table = "shop_purchase"
column = { name = "total", type = "bigint", default = 0 }

[[operations]]
op = "drop_column"
table = "shop_purchase"
column = "note"

[[operations]]
op = "add_check"
table = "shop_customer"
check = { name = "ck_shop_customer_points", expression = "points >= 0" }

[[operations]]
op = "run"
forward = "double_points"
backward = "halve_points"
"#;

/// Rows with keys of their own: PostgreSQL's sequences do not go back with a transaction.
fn rows() -> String {
    let customers: Vec<String> = (1..=CUSTOMERS)
        .map(|n| {
            format!("({n}, 'Name {n}', {}, {n})", if n % 3 == 0 { "NULL".to_owned() } else { format!("'City {n}'") })
        })
        .collect();
    let orders: Vec<String> = (1..=CUSTOMERS).map(|n| format!("({n}, {n}, {n}, 'note {n}')")).collect();
    let statements = format!(
        "[\"INSERT INTO shop_customer (id, name, city, points) VALUES {}\", \
          \"INSERT INTO shop_order (id, customer_id, total, note) VALUES {}\"]",
        customers.join(", "),
        orders.join(", ")
    );
    format!(
        "app = \"shop\"\ndependencies = [\"shop.0001_initial\"]\n\n[[operations]]\nop = \"run_sql\"\n\
         forward.postgres = {statements}\nforward.sqlite = {statements}\n\
         backward.postgres = [\"DELETE FROM shop_order\"]\nbackward.sqlite = [\"DELETE FROM shop_order\"]\n"
    )
}

pub fn history() -> History {
    let files = [
        ("0001_initial", INITIAL.to_owned()),
        ("0002_rows", rows()),
        ("0003_online", ONLINE.to_owned()),
        ("0004_renames", RENAMES.to_owned()),
        ("0005_rebuilds", REBUILDS.to_owned()),
    ];
    of(&files.map(|(name, text)| (name.to_owned(), text)))
}

/// The history that these files tell.
pub fn of(files: &[(String, String)]) -> History {
    let read = |(name, text): &(String, String)| {
        let path = PathBuf::from(format!("shop/migrations/{name}.toml"));
        file::parse(text, &path, "shop").unwrap_or_else(|errors| panic!("{errors:?}"))
    };
    let graph = Graph::build(files.iter().map(read).collect()).unwrap_or_else(|errors| panic!("{errors:#?}"));
    History::of(graph).unwrap_or_else(|report| panic!("{report}"))
}

pub fn functions() -> Functions {
    fn change<'c>(connection: &'c mut Connection, sql: &'static str) -> FunctionFuture<'c> {
        Box::pin(async move {
            connection.execute(sql).await?;
            // Long enough that a killed runner is sometimes killed here.
            tokio::time::sleep(Duration::from_millis(3)).await;
            connection.execute("INSERT INTO shop_log VALUES ('points')").await?;
            Ok(())
        })
    }
    let mut functions = Functions::default();
    for (name, sql) in [
        ("double_points", "UPDATE shop_customer SET points = points * 2"),
        ("halve_points", "UPDATE shop_customer SET points = points / 2"),
    ] {
        functions.0.insert(name.to_owned(), Arc::new(move |connection| change(connection, sql)));
    }
    functions
}

pub fn url(db: &TestDatabase) -> DatabaseUrl {
    db.url().parse().expect("a URL")
}

/// Migrates; each statement is told before it runs.
pub async fn run(
    history: &History,
    url: &DatabaseUrl,
    goal: &Goal,
    mut statement: impl FnMut(&str),
) -> Result<usize, MigrateError> {
    let options = Options { fake: false, lock_wait: Duration::from_secs(60) };
    let told = |told: Told<'_>| {
        if let Told::Progress(Progress::Statement(sql)) = told {
            statement(sql);
        }
    };
    migrate::migrate(history, &functions(), url, goal, &options, told).await.map(|done| done.count)
}

/// Everything that a database holds and that may not depend on how often its runner died.
#[derive(Debug, PartialEq)]
pub struct State {
    schema: Schema,
    /// The rows of each table, sorted.
    rows: BTreeMap<String, Vec<Vec<Option<String>>>>,
    record: BTreeMap<MigrationId, String>,
    journal: Journal,
}

impl State {
    pub async fn of(history: &History, url: &DatabaseUrl) -> Self {
        let mut connection = Connection::open(url, false).await.expect("it opens");
        let record = Record::read(&mut connection).await.expect("a record");
        let expected = history.schema_of(|id| record.has(id));
        let schema = seadrift::report::verify::inspect(&mut connection, &expected).await.expect("it can be read");
        // The order of columns is no part of a schema: a table that was rebuilt in two runs has another.
        let schema = schema.canonical();
        let mut rows = BTreeMap::new();
        for table in schema.tables.values() {
            let columns: Vec<String> = table.columns.iter().map(|c| format!("CAST(\"{}\" AS text)", c.name)).collect();
            let sql = format!("SELECT {} FROM \"{}\"", columns.join(", "), table.name);
            let mut found = connection.rows(&sql).await.expect("rows");
            found.sort();
            rows.insert(table.name.clone(), found);
        }
        let journal = Journal::read(&mut connection).await.expect("a journal");
        connection.close().await.expect("it closes");
        let record = record.applied.into_iter().map(|(id, entry)| (id, entry.hash)).collect();
        Self { schema, rows, record, journal }
    }
}
