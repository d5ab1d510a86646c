//! A database as the program has it: built by the migrations of some apps, opened by the kernel.
//! Shared by the tests of all apps; what a person is they add themselves.

use std::time::Duration;

use kernel::{Db, DbOptions};
use seadrift::{
    history::History,
    project::Project,
    run::{
        migrate::{self, Goal, Options},
        plan::Ordered as _,
    },
};
use testkit::{Kind, TestDatabase};

/// A database that the migrations of these apps have built.
pub async fn migrated(kind: Kind, project: Project) -> Option<TestDatabase> {
    let history = History::load(&project).unwrap_or_else(|report| panic!("{report}"));
    let key: Vec<String> = history.ordered().iter().map(|(file, hash)| format!("{} {hash}", file.id)).collect();
    TestDatabase::prepared(kind, key, async |database: &TestDatabase| {
        let url = database.url().parse().unwrap_or_else(|error| panic!("{error}"));
        let options = Options { fake: false, lock_wait: Duration::from_secs(60) };
        let done = migrate::migrate(&history, &project.functions, &url, &Goal::Everything, &options, |_| ()).await;
        done.map(drop)
    })
    .await
}

/// With the settings that the program has.
pub async fn open(database: &TestDatabase) -> Db {
    Db::connect(database.url(), DbOptions::default()).await.unwrap_or_else(|error| panic!("{error}"))
}
