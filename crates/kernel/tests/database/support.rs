//! Opens a test's own database through the kernel's door.

use kernel::db::{Db, DbOptions};
use testkit::TestDatabase;

/// With the settings that the program has.
pub async fn open(database: &TestDatabase) -> Db {
    open_with(database, DbOptions::default()).await
}

/// With settings of the test's choice.
pub async fn open_with(database: &TestDatabase, options: DbOptions) -> Db {
    match Db::connect(database.url(), options).await {
        Ok(db) => db,
        Err(error) => panic!("{error}"),
    }
}
