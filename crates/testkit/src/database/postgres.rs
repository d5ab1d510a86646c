//! One PostgreSQL database of a test: created with a unique name, dropped with whoever is still connected.
//!
//! Not here: the server.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use sea_orm::sqlx::{AssertSqlSafe, Connection as _, Error, Executor as _, PgConnection, query, query_scalar};

use super::cluster::Server;
use super::wait_for;

/// Databases carry the second in which they were made, so that those of killed tests can be told on a foreign server.
const PREFIX: &str = "testkit_";
const STALE_SECONDS: u64 = 24 * 60 * 60;

/// A database that is dropped with this value.
pub(super) struct Owned {
    server: &'static Server,
    name: String,
    url: String,
}

impl Owned {
    /// A new database, empty or with everything that another of the server holds.
    pub fn create(server: &'static Server, template: Option<&str>) -> Self {
        let name = unique_name();
        // Nobody can be connected to template0; nobody may be to any other.
        let created = wait_for(async {
            let mut connection = PgConnection::connect(server.url().as_str()).await?;
            copy(server, &mut connection, template.unwrap_or("template0"), &name).await?;
            connection.close().await
        });
        created.unwrap_or_else(|error| panic!("cannot create a database on {server}: {error}"));
        let mut url = server.url().clone();
        url.set_path(&name);
        Self { server, name, url: url.into() }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// Copies it to a database that later ones are made from. Whoever is connected to it is cut off.
    pub async fn publish(&self, connection: &mut PgConnection, template: &str) -> Result<(), Error> {
        let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1";
        query(sql).bind(&self.name).execute(&mut *connection).await?;
        copy(self.server, connection, &self.name, template).await
    }
}

/// Makes a database of another; `from` and `to` are names of ours.
async fn copy(server: &Server, connection: &mut PgConnection, from: &str, to: &str) -> Result<(), Error> {
    // Copying files takes half the time of the default, provided that a checkpoint costs nothing.
    let is_fast = server.is_private() && connection.server_version_num() >= Some(150_000);
    let strategy = if is_fast { "STRATEGY file_copy" } else { "" };
    connection.execute(AssertSqlSafe(format!("CREATE DATABASE {to} TEMPLATE {from} {strategy}"))).await?;
    Ok(())
}

impl Drop for Owned {
    fn drop(&mut self) {
        let sql = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        let dropped = wait_for(async {
            let mut connection = PgConnection::connect(self.server.url().as_str()).await?;
            connection.execute(AssertSqlSafe(sql)).await?;
            connection.close().await
        });
        if let Err(error) = dropped {
            let text = format!("cannot drop the database {} of {}: {error}", self.name, self.server);
            // A second panic would end the process and hide the first.
            if std::thread::panicking() {
                eprintln!("{text}");
            } else {
                panic!("{text}");
            }
        }
    }
}

/// Drops databases that tests killed a day ago or earlier left on a server that lives longer than they did.
pub(super) fn sweep(server: &Server) {
    let swept = wait_for(async {
        let mut connection = PgConnection::connect(server.url().as_str()).await?;
        let sql = "SELECT datname::text FROM pg_database WHERE starts_with(datname::text, $1)";
        let names: Vec<String> = query_scalar(sql).bind(PREFIX).fetch_all(&mut connection).await?;
        for name in names.iter().filter(|name| is_stale(name, seconds())) {
            // Another process may do the same.
            let _ = connection.execute(AssertSqlSafe(format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))).await;
        }
        connection.close().await
    });
    swept.unwrap_or_else(|error| panic!("cannot use the PostgreSQL server {server}: {error}"));
}

fn seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is past 1970").as_secs()
}

/// Unique over processes and hosts that share a server.
fn unique_name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let nanos = SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is past 1970").subsec_nanos();
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("{PREFIX}{}_{nanos}_{}_{count}", seconds(), std::process::id())
}

fn is_stale(name: &str, now: u64) -> bool {
    let parts: Vec<Option<u64>> =
        name.strip_prefix(PREFIX).unwrap_or_default().split('_').map(|part| part.parse().ok()).collect();
    matches!(parts[..], [Some(made), Some(_), Some(_), Some(_)] if made + STALE_SECONDS < now)
}

#[cfg(test)]
mod tests {
    use super::{STALE_SECONDS, is_stale, seconds, unique_name};

    #[test]
    fn only_old_databases_of_tests_are_stale() {
        let now = 1_000_000;
        let old = now - STALE_SECONDS - 1;
        for (name, expected) in [
            (format!("testkit_{old}_5_6_7"), true),
            (format!("testkit_{}_5_6_7", old + 1), false),
            (format!("testkit_{now}_5_6_7"), false),
            (format!("testkit_{old}_5_6"), false),
            (format!("testkit_{old}_5_6_7; DROP"), false),
            ("testkit_production".into(), false),
            (format!("deltacrown_{old}_5_6_7"), false),
        ] {
            assert_eq!(is_stale(&name, now), expected, "{name}");
        }
        assert!(is_stale(&unique_name(), seconds() + STALE_SECONDS + 2));
        assert_ne!(unique_name(), unique_name());
    }
}
