//! The way back: a checkpoint is verified, what is there is put into a checkpoint of its own, and then
//! everything is brought back and compared.

use std::time::Duration;

use super::{
    CheckpointError, Copy, Manifest, Options, checkpoint, compare, contents, existing_file, find, manifest, postgres,
    sqlite, surprise,
};
use crate::{
    dialect::Dialect,
    run::{Connection, DatabaseUrl, Lock},
    schema::name,
};

/// What a restore did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// What was brought back.
    pub manifest: Manifest,
    /// The checkpoint of what was there before, if anything was.
    pub replaced: Option<Manifest>,
}

/// Brings a checkpoint back. The database that is there is used until the very end.
///
/// # Errors
/// The database is as it was, but for [`CheckpointError::Differs`].
pub async fn restore(url: &DatabaseUrl, name: &str, options: &Options) -> Result<Restored, CheckpointError> {
    let manifest = find(url, name, options)?;
    fits(&manifest, url)?;
    match url.dialect() {
        Dialect::Sqlite => in_sqlite(url, manifest, options).await,
        Dialect::Postgres => in_postgres(url, manifest, options).await,
    }
}

/// Whether the copy is of the same kind of database.
fn fits(manifest: &Manifest, url: &DatabaseUrl) -> Result<(), CheckpointError> {
    let is_file = matches!(manifest.copy, Copy::File);
    if is_file == (url.dialect() == Dialect::Sqlite) {
        return Ok(());
    }
    let (name, made_of) = (manifest.name.clone(), manifest.database.clone());
    Err(CheckpointError::OtherKind { name, made_of, target: url.redacted() })
}

async fn in_sqlite(url: &DatabaseUrl, manifest: Manifest, options: &Options) -> Result<Restored, CheckpointError> {
    let copy = manifest::file_of(&options.folder_of(url), &manifest);
    let held = contents::read(&manifest::file_url(&copy)?).await.map_err(|error| damaged(&manifest, &error))?;
    check(&manifest, &held)?;
    let exists = url.file().is_some_and(|file| file.exists());
    let mut connection = Connection::open(url, true).await?;
    let lock = Lock::take(&mut connection, url, Duration::from_secs(300), |_| ()).await?;
    let result = async {
        let replaced = if exists { Some(checkpoint(url, None, options).await?) } else { None };
        sqlite::replace(copy, existing_file(url)?).await?;
        let found = contents::read(url).await?;
        same(&manifest, &found).map_err(|detail| CheckpointError::Differs { name: manifest.name.clone(), detail })?;
        Ok(Restored { manifest, replaced })
    }
    .await;
    lock.release(&mut connection).await?;
    connection.close().await?;
    result
}

async fn in_postgres(url: &DatabaseUrl, manifest: Manifest, options: &Options) -> Result<Restored, CheckpointError> {
    let live = url.database_name().unwrap_or_default();
    let ready = beside(&live);
    match &manifest.copy {
        Copy::Database { name } => {
            postgres::create(url, &ready, Some(name)).await.map_err(|error| damaged(&manifest, &error))?
        }
        _ => {
            postgres::create(url, &ready, None).await?;
            let file = manifest::file_of(&options.folder_of(url), &manifest);
            if let Err(error) = postgres::load(url, &ready, &file).await {
                let _ = postgres::drop_database(url, &ready).await;
                return Err(damaged(&manifest, &error));
            }
        }
    }
    let result = async {
        let held = contents::read(&postgres::other(url, &ready)?).await?;
        check(&manifest, &held)?;
        postgres::refuse_users(url, options.disconnect).await?;
        let there = surprise(url).await?.exists;
        let replaced = if there { Some(checkpoint(url, None, options).await?) } else { None };
        postgres::exchange(url, &ready, options.disconnect).await?;
        Ok(replaced)
    }
    .await;
    let replaced = match result {
        Ok(replaced) => replaced,
        Err(error) => {
            let _ = postgres::drop_database(url, &ready).await;
            return Err(error);
        }
    };
    let found = contents::read(url).await?;
    same(&manifest, &found).map_err(|detail| CheckpointError::Differs { name: manifest.name.clone(), detail })?;
    Ok(Restored { manifest, replaced })
}

/// The name of a database that is built beside the live one.
pub(super) fn beside(live: &str) -> String {
    let moment = chrono::Utc::now().format("%Y%m%d%H%M%S");
    name::fit(format!("{live}_new_{moment}_{}", std::process::id()))
}

/// Whether the copy still holds what the manifest says.
fn check(manifest: &Manifest, held: &super::Contents) -> Result<(), CheckpointError> {
    same(manifest, held).map_err(|detail| CheckpointError::Damaged { name: manifest.name.clone(), detail })
}

/// Whether contents are those of the manifest. What a dump brings back the server spells in other words
/// than before (`IN` lists of checks), so there the definitions are those that `pg_restore` accepted.
fn same(manifest: &Manifest, found: &super::Contents) -> Result<(), String> {
    let schema = if matches!(manifest.copy, Copy::Dump) { &manifest.schema } else { &found.schema };
    compare((&manifest.schema, &manifest.tables), (schema, &found.tables))
}

fn damaged(manifest: &Manifest, error: &CheckpointError) -> CheckpointError {
    CheckpointError::Damaged { name: manifest.name.clone(), detail: error.to_string() }
}
