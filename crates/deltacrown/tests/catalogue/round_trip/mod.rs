//! Every model on both databases: rows go in and come back, and every constraint refuses what it must.
//!
//! Nothing here names a table: rows are made from the schema and the declarations, so a model that is
//! added later is covered as it is. Parents come first, along the foreign keys; values
//! that checks relate to each other are searched for by [`solver`].

mod acceptance;
mod build;
mod catalogue;
mod control;
mod refusal;
mod solver;
mod unique;
mod values;

use sea_orm::{ConnectionTrait, Statement};
use testkit::{Kind, TestDatabase};

use self::{catalogue::Catalogue, solver::Solver};

#[path = "../../../../accounts/tests/support/mod.rs"]
#[allow(dead_code, reason = "the program's settings do not matter here")]
mod base;

async fn migrated(kind: Kind) -> Option<TestDatabase> {
    let database = base::migrated(kind, web::project()).await?;
    lift_guards(&database).await;
    Some(database)
}

/// Here each rule of a table is tried by changing a row, which triggers refuse where rows are only ever added.
async fn lift_guards(database: &TestDatabase) {
    let drops = match database.kind() {
        Kind::Sqlite => r#"SELECT 'DROP TRIGGER "' || name || '"' AS sql FROM sqlite_schema WHERE type = 'trigger'"#,
        Kind::Postgres => {
            "SELECT format('DROP TRIGGER %I ON %s', tgname, tgrelid::regclass) AS sql FROM pg_trigger WHERE NOT tgisinternal"
        }
    };
    let db = database.connect().await;
    let found = db.query_all_raw(Statement::from_string(db.get_database_backend(), drops)).await.expect("a list");
    for row in found {
        let sql: String = row.try_get("", "sql").expect("a text");
        db.execute_unprepared(&sql).await.expect("it is dropped");
    }
    db.close().await.expect("a connection closes");
}

/// What is wrong with the models of this catalogue on this database, a line each.
async fn faults(catalogue: &Catalogue, database: &TestDatabase) -> Vec<String> {
    let db = database.connect().await;
    let solver = Solver::open().await;
    let mut faults = Vec::new();
    for table in catalogue.schema.tables.values() {
        let mut found = acceptance::faults(catalogue, &solver, &db, table).await;
        found.extend(refusal::faults(catalogue, &solver, &db, table).await);
        faults.extend(found.into_iter().map(|fault| format!("{}: {fault}", table.name)));
    }
    faults
}

testkit::on_both! {
    from migrated;

    async fn every_model_keeps_its_rows_and_its_rules(database: &TestDatabase) {
        let faults = faults(&Catalogue::of(web::project()), database).await;
        assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    }
}
