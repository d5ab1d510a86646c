//! The canonical form of a condition means what the condition means: both databases answer
//! alike for every row.

#[path = "expression/typed.rs"]
mod typed;

use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use seadrift::schema::Expression;
use testkit::TestDatabase;

async fn sample(db: &TestDatabase) -> DatabaseConnection {
    db.execute(&format!("CREATE TABLE sample ({}); INSERT INTO sample VALUES {}", typed::COLUMNS, typed::ROWS)).await;
    db.connect().await
}

/// How many rows of the sample tell the two conditions apart.
async fn apart(connection: &DatabaseConnection, one: &str, other: &str) -> i64 {
    let sql = format!("SELECT count(*) AS n FROM sample WHERE ({one}) IS DISTINCT FROM ({other})");
    let statement = Statement::from_string(connection.get_database_backend(), &sql);
    let row = connection.query_one_raw(statement).await.unwrap_or_else(|error| panic!("{error}, in: {sql}"));
    row.expect("count has a row").try_get("", "n").expect("count is a number")
}

testkit::on_both! {
    async fn the_canonical_form_keeps_the_meaning(db: &TestDatabase) {
        let connection = sample(db).await;
        for (number, written) in typed::conditions(7, 400).iter().enumerate() {
            let canonical = Expression::from(written.as_str()).canonical().0;
            let apart = apart(&connection, written, &canonical).await;
            assert_eq!(apart, 0, "seed 7, condition {number}: {written}  |  {canonical}");
        }
    }

    /// The rows can tell conditions apart, so that the test above proves something.
    async fn the_sample_tells_meanings_apart(db: &TestDatabase) {
        let connection = sample(db).await;
        for (one, other) in [
            ("n = 1", "n = 2"),
            ("n < 1", "n <= 1"),
            ("ok", "ok IS TRUE"),
            ("NOT (ok AND s = 'a')", "NOT ok AND s = 'a'"),
            ("n - b - 1 > 0", "n - (b - 1) > 0"),
            ("s IN ('a', 'b')", "s NOT IN ('a', 'b')"),
            ("n IS DISTINCT FROM b", "n <> b"),
        ] {
            assert_ne!(apart(&connection, one, other).await, 0, "{one}  |  {other}");
        }
    }
}
