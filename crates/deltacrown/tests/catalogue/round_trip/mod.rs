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

use testkit::{Kind, TestDatabase};

use self::{catalogue::Catalogue, solver::Solver};

#[path = "../../../../accounts/tests/support/mod.rs"]
#[allow(dead_code, reason = "the program's settings do not matter here")]
mod base;

async fn migrated(kind: Kind) -> Option<TestDatabase> {
    base::migrated(kind, web::project()).await
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
