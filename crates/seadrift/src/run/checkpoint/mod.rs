//! Checkpoints: a copy of a database with a manifest of what is in it, and the ways back.
//!
//! `restore` and `reset_db` never touch the database that is there until another one stands ready and
//! verified beside it. SQLite: the new content is written into the file by SQLite itself, as one
//! transaction, so that programs that have it open see the old or the new, never a mixture.
//! PostgreSQL: two databases change their names in one transaction. Not here: asking people.

mod contents;
mod error;
mod git;
mod manifest;
mod postgres;
mod reset;
mod restore;
mod sqlite;

use std::{
    fs,
    path::{Path, PathBuf},
};

use chrono::{SecondsFormat, Utc};

use super::{Connection, DatabaseUrl, Record};
use crate::dialect::Dialect;

pub use contents::{Contents, TableContent};
pub use error::CheckpointError;
pub use git::Commit;
pub use manifest::{Copy, Manifest};
pub use reset::{Reset, reset_db};
pub use restore::{Restored, restore};

/// Where and how checkpoints are made.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The folder of the checkpoints; `checkpoints` beside an SQLite file, or here, without it.
    pub folder: Option<PathBuf>,
    /// Put a tag on the commit that is checked out where this runs.
    pub tag: bool,
    /// The program that makes them, for the manifest.
    pub program: String,
    /// End the sessions of others on a PostgreSQL database that is replaced.
    pub disconnect: bool,
}

impl Options {
    /// The folder of the checkpoints of this database.
    pub fn folder_of(&self, url: &DatabaseUrl) -> PathBuf {
        let beside = || url.file().map(|file| file.parent().map(Path::to_owned).unwrap_or_default());
        self.folder.clone().unwrap_or_else(|| beside().unwrap_or_default().join("checkpoints"))
    }
}

/// Makes a checkpoint. Others may go on working with the database; what the copy holds is one moment.
///
/// # Errors
/// Nothing is left of it then.
pub async fn checkpoint(url: &DatabaseUrl, name: Option<&str>, options: &Options) -> Result<Manifest, CheckpointError> {
    let folder = options.folder_of(url);
    let name = match name {
        Some(name) => checked(name)?,
        None => free_name(&folder),
    };
    let place = folder.join(&name);
    if place.exists() {
        return Err(CheckpointError::Exists { name, folder });
    }
    let draft = folder.join(format!(".{name}.{}.partial", std::process::id()));
    let failed = |path: &Path, error: std::io::Error| CheckpointError::file(path, &error);
    fs::create_dir_all(&draft).map_err(|error| failed(&draft, error))?;
    let made = fill(url, &name, &draft, options).await;
    let result = match made {
        Ok(manifest) => match manifest
            .write(&draft)
            .and_then(|()| fs::rename(&draft, &place).map_err(|error| failed(&place, error)))
        {
            Ok(()) => Ok(manifest),
            Err(error) => {
                discard(url, &manifest).await;
                Err(error)
            }
        },
        Err(error) => Err(error),
    };
    if result.is_err() {
        let _ = fs::remove_dir_all(&draft);
    }
    let mut manifest = result?;
    if options.tag {
        manifest.commit = git::tag(&manifest.name);
        if manifest.commit.is_some() {
            manifest.write(&place)?;
        }
    }
    Ok(manifest)
}

/// Copies the database and describes the copy.
async fn fill(url: &DatabaseUrl, name: &str, draft: &Path, options: &Options) -> Result<Manifest, CheckpointError> {
    let (copy, contents, record) = match url.dialect() {
        Dialect::Sqlite => {
            let file = existing_file(url)?;
            sqlite::copy(file, draft.join(manifest::FILE)).await?;
            let copied = manifest::file_url(&draft.join(manifest::FILE))?;
            (Copy::File, contents::read(&copied).await?, read_record(&copied).await?)
        }
        Dialect::Postgres => postgres::copy(url, name, draft).await?,
    };
    Ok(Manifest {
        version: manifest::VERSION,
        name: name.to_owned(),
        // Finer than seconds: the list is in the order in which they were made.
        made_at: Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true),
        program: format!("{} (seadrift {})", options.program, env!("CARGO_PKG_VERSION")),
        database: url.redacted(),
        copy,
        schema: contents.schema,
        record: record.applied.into_iter().map(|(id, entry)| (id.to_string(), entry.hash)).collect(),
        commit: None,
        tables: contents.tables,
    })
}

/// Removes a copy that no manifest names.
async fn discard(url: &DatabaseUrl, manifest: &Manifest) {
    if let Copy::Database { name } = &manifest.copy {
        let _ = postgres::drop_database(url, name).await;
    }
}

/// Every checkpoint of this database's folder, the oldest first, and folders there that are none.
///
/// # Errors
/// When the folder cannot be read.
pub fn list(url: &DatabaseUrl, options: &Options) -> Result<Vec<Result<Manifest, CheckpointError>>, CheckpointError> {
    let folder = options.folder_of(url);
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(CheckpointError::file(&folder, &error)),
    };
    let mut found = Vec::new();
    for entry in entries.flatten() {
        let hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
        if !hidden && entry.path().is_dir() {
            found.push(Manifest::read(&entry.path()));
        }
    }
    found.sort_by_key(|manifest| manifest.as_ref().map(|m| (m.made_at.clone(), m.name.clone())).unwrap_or_default());
    Ok(found)
}

/// The checkpoint of this name.
///
/// # Errors
/// When there is none, with those there are.
pub fn find(url: &DatabaseUrl, name: &str, options: &Options) -> Result<Manifest, CheckpointError> {
    let folder = options.folder_of(url);
    let place = folder.join(checked(name)?);
    if place.is_dir() {
        return Manifest::read(&place);
    }
    let known = list(url, options)?.into_iter().flatten().map(|manifest| manifest.name).collect();
    Err(CheckpointError::NotFound { name: name.to_owned(), folder, known })
}

/// What stands in the way of replacing a database without a second word.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Surprise {
    /// Whether there is such a database.
    pub exists: bool,
    /// Whether it has a record of migrations, so that it is one of ours.
    pub ours: bool,
    /// How many rows it holds, those of the record left out.
    pub rows: u64,
    /// How many tables it has.
    pub tables: usize,
}

/// Looks at the database that would be replaced.
///
/// # Errors
/// When it is there and cannot be read.
pub async fn surprise(url: &DatabaseUrl) -> Result<Surprise, CheckpointError> {
    let exists = match url.file() {
        Some(file) => file.exists(),
        None => url.dialect() == Dialect::Sqlite || postgres::exists(url).await?,
    };
    if !exists {
        return Ok(Surprise::default());
    }
    let contents = contents::read(url).await?;
    let own =
        |name: &&String| name.rsplit('.').next().is_some_and(|bare| bare.trim_matches('"').starts_with("seadrift_"));
    let others = || contents.tables.iter().filter(|(name, content)| !own(name) && content.is_table);
    let ours = contents.tables.keys().any(|name| name.rsplit('.').next() == Some(super::record::TABLE));
    Ok(Surprise { exists, ours, rows: others().map(|(_, content)| content.rows).sum(), tables: others().count() })
}

/// The name by which a person names the database: of the file, or of the database on its server.
pub fn name_of(url: &DatabaseUrl) -> String {
    match url.file() {
        Some(file) => file.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        None => url.database_name().unwrap_or_default(),
    }
}

/// A name that can be a folder, a database and a tag.
fn checked(name: &str) -> Result<String, CheckpointError> {
    let sound = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if !name.is_empty() && name.len() <= 40 && name.chars().all(sound) && !name.starts_with('-') {
        return Ok(name.to_owned());
    }
    Err(CheckpointError::BadName(name.to_owned()))
}

fn free_name(folder: &Path) -> String {
    let stem = Utc::now().format("%Y%m%d-%H%M%S").to_string();
    let numbered = |n: u32| if n == 1 { stem.clone() } else { format!("{stem}-{n}") };
    (1..).map(numbered).find(|name| !folder.join(name).exists()).unwrap_or(stem.clone())
}

fn existing_file(url: &DatabaseUrl) -> Result<PathBuf, CheckpointError> {
    match url.file() {
        Some(file) if file.exists() => Ok(file),
        Some(file) => Err(super::ConnectError::NoFile(file).into()),
        None => Err(CheckpointError::InMemory),
    }
}

async fn read_record(url: &DatabaseUrl) -> Result<Record, CheckpointError> {
    let mut connection = Connection::open(url, false).await?;
    let record = Record::read(&mut connection).await?;
    connection.close().await?;
    Ok(record)
}

/// Whether two contents are the same; else where they differ.
fn compare(expected: (&str, &Tables), found: (&str, &Tables)) -> Result<(), String> {
    let mut wrong = Vec::new();
    for (name, content) in expected.1 {
        match found.1.get(name) {
            None => wrong.push(format!("{name} is missing")),
            Some(other) if other.rows != content.rows => {
                wrong.push(format!("{name} has {} rows instead of {}", other.rows, content.rows));
            }
            Some(other) if other != content => wrong.push(format!("{name} holds other values")),
            Some(_) => {}
        }
    }
    wrong.extend(found.1.keys().filter(|name| !expected.1.contains_key(*name)).map(|name| format!("{name} is extra")));
    if wrong.is_empty() && expected.0 != found.0 {
        wrong.push("definitions differ".to_owned());
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("; ")) }
}

type Tables = std::collections::BTreeMap<String, TableContent>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_folders_databases_and_tags() {
        for (name, sound) in [
            ("before-launch", true),
            ("20260101-120000-2", true),
            ("", false),
            ("../x", false),
            ("-x", false),
            ("a b", false),
            ("a.b", false),
        ] {
            assert_eq!(checked(name).is_ok(), sound, "{name:?}");
        }
    }

    #[test]
    fn a_comparison_names_every_difference() {
        let content = |rows: u64, hash: &str| TableContent { rows, hash: hash.to_owned(), is_table: true };
        let of = |list: &[(&str, u64, &str)]| -> Tables {
            list.iter().map(|(name, rows, hash)| ((*name).to_owned(), content(*rows, hash))).collect()
        };
        let expected = of(&[("a", 1, "x"), ("b", 2, "y"), ("c", 3, "z")]);
        assert_eq!(compare(("s", &expected), ("s", &expected)), Ok(()));
        let found = of(&[("a", 1, "other"), ("b", 1, "y"), ("d", 0, "")]);
        let told = compare(("s", &expected), ("s", &found)).unwrap_err();
        assert_eq!(told, "a holds other values; b has 1 rows instead of 2; c is missing; d is extra");
        assert_eq!(compare(("s", &expected), ("t", &expected)).unwrap_err(), "definitions differ");
    }
}
