//! Counting rows through a connection that only runs statements.

use testkit::{Kind, TestDatabase};

/// Fails unless the condition holds for exactly so many rows.
pub async fn rows(db: &TestDatabase, count: u32, from: &str) {
    let divided = format!("SELECT 1 / (CASE WHEN (SELECT count(*) FROM {from}) = {count} THEN 1 ELSE 0 END)");
    // SQLite divides by zero without a word: there a check speaks.
    match db.kind() {
        Kind::Postgres => db.execute(&divided).await,
        Kind::Sqlite => {
            db.execute("CREATE TABLE seadrift_told (n integer NOT NULL)").await;
            db.execute(&format!(
                "INSERT INTO seadrift_told SELECT CASE WHEN (SELECT count(*) FROM {from}) = {count} THEN 1 END"
            ))
            .await;
            db.execute("DROP TABLE seadrift_told").await;
        }
    }
}
