//! Databases prepared once and copied for each test: a migrated schema costs a copy, not its migrations.
//!
//! Processes share what was prepared: as a database of the private PostgreSQL server, which goes with it, and as a
//! SQLite file beside those of tests, which a later test removes after ten minutes.
//!
//! Not here: what is prepared.

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sea_orm::ConnectionTrait as _;
use sea_orm::sqlx::{Connection as _, Error, PgConnection, query, query_scalar};

use super::cluster::Server;
use super::{Outcome, Place, TestDatabase, cluster, place, postgres};

const PREFIX: &str = "testkit-template-";
const SQLITE_AGE: Duration = Duration::from_secs(10 * 60);

/// What was prepared is used again by the same test program, as long as the key is the same.
fn hash(key: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    if let Ok(program) = std::env::current_exe() {
        program.hash(&mut hasher);
        if let Ok(metadata) = program.metadata() {
            (metadata.len(), metadata.modified().ok()).hash(&mut hasher);
        }
    }
    hasher.finish()
}

pub(super) async fn sqlite<O: Outcome>(key: impl Hash, prepare: impl AsyncFnOnce(&TestDatabase) -> O) -> TestDatabase {
    let directory = place::directory();
    let user = rustix::process::geteuid().as_raw();
    let template = directory.join(format!("{PREFIX}{user}-{:016x}.db", hash(key)));
    let lock = File::create(template.with_extension("lock")).expect("the directory of databases is writable");
    lock.lock().expect("a file can be locked");
    let db = TestDatabase::sqlite();
    let file = db.file().expect("it is a file");
    if template.exists() {
        fs::copy(&template, file).unwrap_or_else(|error| panic!("cannot copy {}: {error}", template.display()));
    } else {
        prepare(&db).await.check();
        // Whole and without a write-ahead log, whoever is still connected; seen by others only when complete.
        let unfinished = file.with_file_name("template.db");
        let connection = db.connect().await;
        let sql = format!("VACUUM INTO '{}'", unfinished.display().to_string().replace('\'', "''"));
        connection.execute_unprepared(&sql).await.unwrap_or_else(|error| panic!("{error}, in: {sql}"));
        connection.close().await.expect("a connection closes");
        fs::rename(&unfinished, &template).expect("both are in one directory");
    }
    db
}

pub(super) async fn postgres<O: Outcome>(
    key: impl Hash,
    prepare: impl AsyncFnOnce(&TestDatabase) -> O,
) -> Option<TestDatabase> {
    let server = cluster::server().map_err(|missing| missing.skip()).ok()?;
    if !server.is_private() {
        // Nothing would remove what was prepared.
        let db = TestDatabase::postgres()?;
        prepare(&db).await.check();
        return Some(db);
    }
    let prepared = copy_or_prepare(server, hash(key), prepare).await;
    Some(prepared.unwrap_or_else(|error| panic!("cannot prepare a database on {server}: {error}")))
}

async fn copy_or_prepare<O: Outcome>(
    server: &'static Server,
    hash: u64,
    prepare: impl AsyncFnOnce(&TestDatabase) -> O,
) -> Result<TestDatabase, Error> {
    let template = format!("template_{hash:016x}");
    let mut connection = PgConnection::connect(server.url().as_str()).await?;
    // Freed with the connection.
    query("SELECT pg_advisory_lock($1)").bind(hash.cast_signed()).execute(&mut connection).await?;
    let exists: bool = query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
        .bind(&template)
        .fetch_one(&mut connection)
        .await?;
    if exists {
        connection.close().await?;
        return Ok(TestDatabase(Place::Postgres(postgres::Owned::create(server, Some(&template)))));
    }
    let owned = postgres::Owned::create(server, None);
    let db = TestDatabase(Place::Postgres(owned));
    prepare(&db).await.check();
    if let Place::Postgres(owned) = &db.0 {
        owned.publish(&mut connection, &template).await?;
    }
    connection.close().await?;
    Ok(db)
}

/// Removes SQLite files that are older than ten minutes and not in use.
pub(super) fn sweep(directory: &Path) {
    let files = fs::read_dir(directory).into_iter().flatten().flatten();
    for file in files.filter(|file| file.file_name().to_str().is_some_and(|name| name.starts_with(PREFIX))) {
        let age = file.metadata().ok().and_then(|metadata| metadata.modified().ok()?.elapsed().ok());
        let lock: PathBuf = file.path().with_extension("lock");
        if age > Some(SQLITE_AGE) && File::open(&lock).is_ok_and(|lock| lock.try_lock().is_ok()) {
            let _ = fs::remove_file(file.path().with_extension("db"));
            let _ = fs::remove_file(lock);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_files_are_swept() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = |name: &str| directory.path().join(name);
        let old = std::time::SystemTime::now() - SQLITE_AGE - Duration::from_secs(1);
        for name in ["testkit-template-0-old", "testkit-template-0-used", "testkit-template-0-new", "other"] {
            for ending in ["db", "lock"] {
                let file = File::create(path(name).with_extension(ending)).expect("a file");
                if !name.ends_with("new") {
                    file.set_modified(old).expect("a time");
                }
            }
        }
        let used = File::open(path("testkit-template-0-used.lock")).expect("a lock");
        used.lock().expect("it is free");
        sweep(directory.path());
        let left = fs::read_dir(directory.path()).expect("it is there").flatten();
        let mut left: Vec<_> = left.map(|entry| entry.file_name().into_string().expect("UTF-8")).collect();
        left.sort();
        let expected = [
            "other.db",
            "other.lock",
            "testkit-template-0-new.db",
            "testkit-template-0-new.lock",
            "testkit-template-0-used.db",
            "testkit-template-0-used.lock",
        ];
        assert_eq!(left, expected);
    }

    #[test]
    fn keys_differ() {
        assert_eq!(hash("a"), hash("a"));
        assert_ne!(hash("a"), hash("b"));
    }
}
