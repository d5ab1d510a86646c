//! Copying, making and exchanging databases of a PostgreSQL server.
//!
//! A copy on the same server (`CREATE DATABASE … TEMPLATE`) is exact and needs no other program, but
//! nobody may be connected meanwhile. Where somebody is, or the user may not make databases,
//! `pg_dump` makes a file of one moment, if it is installed.

use std::{
    path::{Path, PathBuf},
    process::Command,
    str::FromStr,
    time::Duration,
};

use sea_orm::sqlx::postgres::PgConnectOptions;

use super::{CheckpointError, Contents, Copy, contents, manifest, read_record};
use crate::{
    dialect::{quote, quote_text},
    run::{Connection, DatabaseUrl, Record, connection::explain},
    schema::name,
};

/// Copies a database, on the server where that is possible, else into a file.
pub(super) async fn copy(
    url: &DatabaseUrl,
    checkpoint: &str,
    draft: &Path,
) -> Result<(Copy, Contents, Record), CheckpointError> {
    let database = url.database_name().unwrap_or_default();
    let on_server = name::fit(format!("{database}_checkpoint_{checkpoint}"));
    let template = match copy_on_server(url, &database, &on_server).await {
        Ok(()) => {
            let copied = other(url, &on_server)?;
            let looked = async { Ok((contents::read(&copied).await?, read_record(&copied).await?)) }.await;
            return match looked {
                Ok((contents, record)) => Ok((Copy::Database { name: on_server }, contents, record)),
                Err(error) => {
                    let _ = drop_database(url, &on_server).await;
                    Err(error)
                }
            };
        }
        Err(why) => why,
    };
    match dump(url, &draft.join(manifest::DUMP)).await {
        Ok((contents, record)) => Ok((Copy::Dump, contents, record)),
        Err(CheckpointError::Program { program, reason }) => {
            Err(CheckpointError::NoCopy { database, template, dump: format!("{program}: {reason}") })
        }
        Err(other) => Err(other),
    }
}

/// Copies on the server; the text says why it cannot.
async fn copy_on_server(url: &DatabaseUrl, database: &str, to: &str) -> Result<(), String> {
    let who = users(url, database).await.map_err(|error| error.to_string())?;
    if !who.is_empty() {
        return Err(format!("it is in use by {}", who.join(", ")));
    }
    create(url, to, Some(database)).await.map_err(|error| error.to_string())
}

/// Makes a database: as a copy of another one, or empty, with the owner and the locale of the one
/// that the URL leads to.
pub(super) async fn create(url: &DatabaseUrl, new: &str, template: Option<&str>) -> Result<(), CheckpointError> {
    let mut server = maintenance(url).await?;
    let live = url.database_name().unwrap_or_default();
    let sql = format!(
        "SELECT CAST(pg_get_userbyid(datdba) AS text), pg_encoding_to_char(encoding), CAST(datcollate AS text), \
         CAST(datctype AS text) FROM pg_database WHERE datname = {}",
        quote_text(template.unwrap_or(&live))
    );
    let known = server.rows(&sql).await?;
    let mut sql = format!("CREATE DATABASE {}", quote(new));
    if let Some([Some(owner), Some(encoding), Some(collate), Some(ctype)]) = known.first().map(Vec::as_slice) {
        sql.push_str(&format!(" OWNER {}", quote(owner)));
        match template {
            Some(template) => sql.push_str(&format!(" TEMPLATE {}", quote(template))),
            None => sql.push_str(&format!(
                " TEMPLATE template0 ENCODING {} LC_COLLATE {} LC_CTYPE {}",
                quote_text(encoding),
                quote_text(collate),
                quote_text(ctype)
            )),
        }
    }
    server.execute(&sql).await?;
    // Settings belong to a database, and do not come with a template.
    let settings = format!(
        "SELECT unnest(s.setconfig) FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase \
         WHERE s.setrole = 0 AND d.datname = {}",
        quote_text(&live)
    );
    for row in server.rows(&settings).await? {
        let Some((key, value)) = row[0].as_deref().and_then(|setting| setting.split_once('=')) else { continue };
        // A list is written without quotes around the whole.
        let value = if key == "search_path" { value.to_owned() } else { quote_text(value) };
        server.execute(&format!("ALTER DATABASE {} SET {} TO {value}", quote(new), quote(key))).await?;
    }
    server.close().await?;
    Ok(())
}

/// Whether there is the database that the URL leads to.
pub(super) async fn exists(url: &DatabaseUrl) -> Result<bool, CheckpointError> {
    let mut server = maintenance(url).await?;
    let name = quote_text(&url.database_name().unwrap_or_default());
    let found = server.rows(&format!("SELECT '1' FROM pg_database WHERE datname = {name}")).await?;
    server.close().await?;
    Ok(!found.is_empty())
}

/// Drops a database of the same server.
pub(super) async fn drop_database(url: &DatabaseUrl, name: &str) -> Result<(), CheckpointError> {
    let mut server = maintenance(url).await?;
    server.execute(&format!("DROP DATABASE IF EXISTS {}", quote(name))).await?;
    server.close().await?;
    Ok(())
}

/// Lets the database `ready` take the name of the one that the URL leads to, which is then dropped.
/// Both names change in one transaction.
pub(super) async fn exchange(url: &DatabaseUrl, ready: &str, disconnect: bool) -> Result<(), CheckpointError> {
    let live = url.database_name().unwrap_or_default();
    let there = exists(url).await?;
    refuse_users(url, disconnect).await?;
    let mut server = maintenance(url).await?;
    if !there {
        server.execute(&format!("ALTER DATABASE {} RENAME TO {}", quote(ready), quote(&live))).await?;
        return Ok(server.close().await?);
    }
    let old = name::fit(format!("{ready}_replaced"));
    let rename = |from: &str, to: &str| format!("ALTER DATABASE {} RENAME TO {}", quote(from), quote(to));
    let sql = format!("BEGIN; {}; {}; COMMIT", rename(&live, &old), rename(ready, &live));
    if let Err(error) = server.execute(&sql).await {
        let _ = server.execute("ROLLBACK").await;
        // 55006: object_in_use. Somebody came in after we looked.
        if error.as_database_error().and_then(|e| e.code()).as_deref() == Some("55006") {
            let who = users(url, &live).await?;
            return Err(CheckpointError::InUse { database: live, who });
        }
        return Err(error.into());
    }
    server.execute(&format!("DROP DATABASE {}", quote(&old))).await?;
    Ok(server.close().await?)
}

/// Refuses when others are connected, or ends their sessions.
pub(super) async fn refuse_users(url: &DatabaseUrl, disconnect: bool) -> Result<(), CheckpointError> {
    let database = url.database_name().unwrap_or_default();
    for _ in 0..20 {
        let who = users(url, &database).await?;
        if who.is_empty() {
            return Ok(());
        }
        if !disconnect {
            return Err(CheckpointError::InUse { database, who });
        }
        let mut server = maintenance(url).await?;
        let end = "SELECT CAST(pg_terminate_backend(pid) AS text) FROM pg_stat_activity WHERE backend_type = 'client backend'";
        server.rows(&format!("{end} AND datname = {}", quote_text(&database))).await?;
        server.close().await?;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let who = users(url, &database).await?;
    if who.is_empty() { Ok(()) } else { Err(CheckpointError::InUse { database, who }) }
}

/// Who is connected to a database. Our own sessions that have just ended are given time to go.
async fn users(url: &DatabaseUrl, database: &str) -> Result<Vec<String>, CheckpointError> {
    let sql = format!(
        "SELECT coalesce(nullif(application_name, ''), 'a session without a name') || ' (server process ' || pid || \
         ', user ' || coalesce(usename, '?') || ')' FROM pg_stat_activity WHERE datname = {} \
         AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND application_name <> {} ORDER BY 1",
        quote_text(database),
        quote_text(&crate::run::connection::session_name())
    );
    let mut server = maintenance(url).await?;
    let found = server.rows(&sql).await?;
    server.close().await?;
    Ok(found.into_iter().filter_map(|row| row[0].clone()).collect())
}

/// The same server with another database.
pub(super) fn other(url: &DatabaseUrl, name: &str) -> Result<DatabaseUrl, CheckpointError> {
    let named = url.with_database(name);
    Ok(named.ok_or_else(|| crate::run::ConnectError::Malformed {
        url: url.redacted(),
        reason: format!("database {name:?} cannot be named from it"),
    })?)
}

/// A session that is not in the database itself: it could not be copied or renamed otherwise.
async fn maintenance(url: &DatabaseUrl) -> Result<Connection, CheckpointError> {
    let own = url.database_name().unwrap_or_default();
    let first = if own == "postgres" { "template1" } else { "postgres" };
    Ok(Connection::open(&other(url, first)?, false).await?)
}

/// Dumps one moment into a file, and reads what is in that moment.
async fn dump(url: &DatabaseUrl, file: &Path) -> Result<(Contents, Record), CheckpointError> {
    let mut connection = Connection::open(url, false).await?;
    connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
    let moment = connection.rows("SELECT pg_export_snapshot()").await?;
    let moment = moment.first().and_then(|row| row[0].clone()).unwrap_or_default();
    let arguments = vec![
        "--format=custom".to_owned(),
        format!("--snapshot={moment}"),
        "--file".to_owned(),
        file.display().to_string(),
        url.database_name().unwrap_or_default(),
    ];
    program("pg_dump", url, arguments).await?;
    let contents = contents::of_server(&mut connection).await?;
    let record = Record::read(&mut connection).await?;
    connection.execute("COMMIT").await?;
    connection.close().await?;
    Ok((contents, record))
}

/// Fills an empty database from a dump.
pub(super) async fn load(url: &DatabaseUrl, into: &str, file: &Path) -> Result<(), CheckpointError> {
    let arguments = vec!["--exit-on-error".to_owned(), format!("--dbname={into}"), file.display().to_string()];
    program("pg_restore", url, arguments).await
}

/// Runs a program of PostgreSQL. The password goes through its environment, where no other user sees it.
async fn program(name: &str, url: &DatabaseUrl, arguments: Vec<String>) -> Result<(), CheckpointError> {
    let failed = |reason: String| CheckpointError::Program { program: name.to_owned(), reason };
    let options = PgConnectOptions::from_str(url.secret()).map_err(|error| failed(explain(&error)))?;
    let host =
        options.get_socket().map_or_else(|| options.get_host().to_owned(), |socket| socket.display().to_string());
    let mut command = Command::new(newest(name));
    command.args(["--no-password", "--host", &host, "--port", &options.get_port().to_string()]);
    command.args(["--username", options.get_username()]).args(arguments);
    if let Some(password) = url.password() {
        command.env("PGPASSWORD", password);
    }
    let output = tokio::task::spawn_blocking(move || command.output()).await;
    match output.map_err(|error| failed(error.to_string()))? {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(failed(String::from_utf8_lossy(&output.stderr).trim().to_owned())),
        Err(error) => Err(failed(format!("it is not installed, or cannot be started: {error}"))),
    }
}

/// The program of the newest PostgreSQL that Debian has installed, or whatever the search path has.
fn newest(name: &str) -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let found = versions.map(|entry| entry.path().join("bin").join(name)).filter(|path| path.is_file());
    let version = |path: &PathBuf| -> u32 {
        let folder = path.iter().rev().nth(2).map(|part| part.to_string_lossy().into_owned());
        folder.and_then(|text| text.parse().ok()).unwrap_or(0)
    };
    found.max_by_key(version).unwrap_or_else(|| PathBuf::from(name))
}
