//! Opening a database: its settings, and errors that say what to mend and keep passwords.

use std::fs;
use std::path::Path;
use std::time::Duration;

use testkit::TestDatabase;

use crate::support::{open, open_with};
use kernel::db::{Db, DbError, DbKind, DbOptions, OpenError};
use sea_orm::{ConnectionTrait, DbBackend, Statement};

const SECRET: &str = "hunter2";

async fn refusal(url: &str) -> OpenError {
    match Db::connect(url, DbOptions::default()).await {
        Ok(db) => panic!("{url} was opened as {db:?}"),
        Err(error) => {
            let text = format!("{error} {error:?}");
            assert!(!text.contains(SECRET), "the password is in: {text}");
            error
        }
    }
}

async fn text<C: ConnectionTrait>(connection: &C, sql: &str) -> String {
    let question = Statement::from_string(connection.get_database_backend(), sql);
    let row = connection.query_one_raw(question).await.expect(sql).expect("a row");
    row.try_get_by_index(0).expect("a text")
}

fn url(path: &Path) -> String {
    format!("sqlite://{}", path.display())
}

#[tokio::test]
async fn missing_folders_are_made() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("var/lib/deltacrown.db");
    let db = Db::connect(&url(&file), DbOptions::default()).await.expect("it opens");
    assert_eq!(db.kind(), DbKind::Sqlite);
    assert_eq!(db.label(), url(&file));
    assert!(file.is_file());
    db.close().await;
}

#[tokio::test]
async fn every_sqlite_connection_has_the_settings() {
    let scratch = TestDatabase::sqlite();
    let db = open(&scratch).await;
    let settings = [("journal_mode", "wal"), ("synchronous", "2"), ("foreign_keys", "1"), ("busy_timeout", "5000")];
    let all = settings.map(|(name, value)| {
        // Every pragma's column is called like the pragma, but for the timeout's.
        let column = if name == "busy_timeout" { "timeout" } else { name };
        (format!("SELECT CAST({column} AS TEXT) FROM pragma_{name}"), value)
    });
    for (sql, value) in &all {
        assert_eq!(text(db.read(), sql).await, *value, "reading: {sql}");
    }
    let all = &all;
    db.write(|tx| async move {
        for (sql, value) in all {
            assert_eq!(text(&tx, sql).await, *value, "writing: {sql}");
        }
        Ok::<_, DbError>(())
    })
    .await
    .expect("it commits");
}

#[tokio::test]
async fn postgres_connections_have_the_settings_and_a_name() {
    let Some(scratch) = TestDatabase::postgres() else {
        return;
    };
    let options = DbOptions {
        application_name: "deltacrown-test".to_owned(),
        statement_timeout: Duration::from_secs(7),
        ..DbOptions::default()
    };
    let db = open_with(&scratch, options).await;
    assert_eq!(db.kind(), DbKind::Postgres);
    let cases = [
        ("application_name", "deltacrown-test", "deltacrown-test"),
        ("statement_timeout", "7s", "7s"),
        ("idle_in_transaction_session_timeout", "1min", "1min"),
        ("default_transaction_read_only", "on", "off"),
    ];
    for (setting, reading, writing) in cases {
        let sql = format!("SELECT current_setting('{setting}')");
        assert_eq!(text(db.read(), &sql).await, reading, "{setting}");
        let sql = &sql;
        let found = db.write(|tx| async move { Ok::<_, DbError>(text(&tx, sql).await) }).await.expect("it commits");
        assert_eq!(found, writing, "{setting}");
    }
    db.close().await;
}

#[tokio::test]
async fn what_cannot_be_a_database_file_is_named() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let prose = folder.path().join("prose.db");
    fs::write(&prose, "Once upon a time there was a file that was no database.").expect("written");
    let error = refusal(&url(&prose)).await;
    assert!(matches!(&error, OpenError::NotADatabase { path, .. } if *path == prose), "{error}");

    let error = refusal(&url(folder.path())).await;
    assert!(error.to_string().contains("it is a folder"), "{error}");

    let below_a_file = prose.join("deeper.db");
    let error = refusal(&url(&below_a_file)).await;
    assert!(matches!(&error, OpenError::Folder { path, .. } if *path == prose), "{error}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_read_only_file_or_folder_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("cups.db");
    let db = Db::connect(&url(&file), DbOptions::default()).await.expect("it opens");
    db.close().await;

    for (locked, free) in [(file.as_path(), 0o644), (folder.path(), 0o755)] {
        fs::set_permissions(locked, fs::Permissions::from_mode(free & 0o555)).expect("set");
        let error = refusal(&url(&file)).await;
        fs::set_permissions(locked, fs::Permissions::from_mode(free)).expect("set");
        assert!(matches!(&error, OpenError::ReadOnly { path, .. } if path == locked), "{error}");
        assert!(error.to_string().contains("let the user"), "{error}");
    }
}

/// Even root cannot make files there, so the refusal comes from SQLite, not from a look at modes.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_folder_that_takes_no_files_is_noticed_too() {
    let file = Path::new("/proc/self/cups.db");
    let error = refusal(&url(file)).await;
    assert!(
        matches!(&error, OpenError::ReadOnly { path, .. } if file.ends_with(path) || path == "/proc/self"),
        "{error}"
    );
}

#[tokio::test]
async fn a_server_that_does_not_answer_or_refuses_is_named_without_the_password() {
    let error = refusal("postgres://ann:hunter2@127.0.0.1:1/cups").await;
    let text = error.to_string();
    assert!(text.contains("postgres://ann@127.0.0.1:1/cups"), "{text}");

    let Some(scratch) = TestDatabase::postgres() else {
        return;
    };
    let (base, _) = scratch.url().rsplit_once('/').expect("a URL ends in /DATABASE");
    let (user, place) = base.rsplit_once('@').expect("a URL names the user");
    let with_password = format!("{user}:{SECRET}@{place}/no_such_database");
    let text = refusal(&with_password).await.to_string();
    assert!(text.contains("no_such_database"), "{text}");
}

#[tokio::test]
async fn no_debug_text_holds_the_password() {
    let Some(scratch) = TestDatabase::postgres() else {
        return;
    };
    let (user, place) = scratch.url().rsplit_once('@').expect("a URL names the user");
    let url = format!("{user}:{SECRET}@{place}");
    let db = Db::connect(&url, DbOptions::default()).await.expect("trusted or right");
    let answer = text(db.read(), "SELECT 'open'").await;
    assert_eq!(answer, "open");
    assert_eq!(db.read().get_database_backend(), DbBackend::Postgres);
    let seen = format!("{db:?} {} {:?}", db.label(), db.events());
    assert!(!seen.contains(SECRET), "{seen}");
    db.close().await;
}
