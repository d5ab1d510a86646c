//! Databases for tests are fresh, apart from each other and gone afterwards, of either kind.

use sea_orm::ConnectionTrait as _;
use testkit::{Kind, TestDatabase};

testkit::on_both! {
    /// A database has no tables at first, keeps what it is given, and shows it to a second connection.
    async fn begins_empty(db: &TestDatabase) -> Result<(), sea_orm::DbErr> {
        assert!(db.tables().await.is_empty());
        db.execute("CREATE TABLE b (n int); CREATE TABLE a (n int); INSERT INTO a VALUES (7)").await;
        assert_eq!(db.tables().await, ["a", "b"]);
        let connection = db.connect().await;
        let backend = connection.get_database_backend();
        let row = connection.query_one_raw(sea_orm::Statement::from_string(backend, "SELECT n FROM a")).await?;
        assert_eq!(row.expect("a row").try_get::<i32>("", "n")?, 7);
        Ok(())
    }

    /// Databases of one test do not see each other.
    async fn is_apart(db: &TestDatabase) {
        let other = db.sibling();
        assert_eq!(other.kind(), db.kind());
        db.execute("CREATE TABLE mine (n int)").await;
        assert!(other.tables().await.is_empty());
        other.execute("CREATE TABLE mine (n int)").await;
    }

    /// Dropping removes the database although somebody is still connected.
    async fn is_removed(db: &TestDatabase) {
        let other = db.sibling();
        let url = other.url().to_owned();
        let file = other.file().map(std::path::Path::to_owned);
        let connection = other.connect().await;
        connection.execute_unprepared("CREATE TABLE t (n int)").await.expect("the database is there");
        drop(other);
        assert!(sea_orm::Database::connect(url.clone()).await.is_err(), "{url} is still there");
        if let Some(file) = file {
            assert!(!file.parent().expect("a directory").exists());
        }
    }
}

#[test]
#[should_panic(expected = "on purpose")]
fn fails_by_panic() {
    testkit::database::run(Kind::Sqlite, async |_| -> () { panic!("on purpose") });
}

#[test]
#[should_panic(expected = "the test returned an error: \"on purpose\"")]
fn fails_by_error() {
    testkit::database::run(Kind::Sqlite, async |_| Err("on purpose"));
}

#[test]
fn the_url_tells_the_kind() {
    for kind in Kind::ALL {
        let Some(db) = TestDatabase::new(kind) else { continue };
        let scheme = match kind {
            Kind::Sqlite => "sqlite://",
            Kind::Postgres => "postgres://",
        };
        assert!(db.url().starts_with(scheme), "{}", db.url());
        assert_eq!(db.file().is_some(), kind == Kind::Sqlite);
        assert_eq!(db.kind(), kind);
    }
}
