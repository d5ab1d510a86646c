//! The manifest of a checkpoint: a TOML file beside the copy. No secret stands in it.

use std::{
    collections::BTreeMap,
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::{CheckpointError, Commit, TableContent};
use crate::run::DatabaseUrl;

/// The copy's name where it is a file.
pub(super) const FILE: &str = "database.db";
/// The copy's name where it is a dump.
pub(super) const DUMP: &str = "database.dump";
/// The manifest's own name.
const NAME: &str = "manifest.toml";
/// The form of the manifest.
pub(super) const VERSION: u32 = 1;

/// What a checkpoint holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The form of this file.
    pub version: u32,
    /// The checkpoint's name.
    pub name: String,
    /// When it was made, RFC 3339 in UTC.
    pub made_at: String,
    /// Which program made it.
    pub program: String,
    /// Of which database, without its password.
    pub database: String,
    /// Hash of all definitions.
    pub schema: String,
    /// Where the copy is.
    pub copy: Copy,
    /// The commit that was checked out, where there is a repository.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<Commit>,
    /// The record: each migration with the hash of its meaning.
    pub record: BTreeMap<String, String>,
    /// Each table with its rows.
    pub tables: BTreeMap<String, TableContent>,
}

/// Where the copy is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Copy {
    /// `database.db` beside the manifest.
    File,
    /// A database on the same server.
    Database {
        /// Its name.
        name: String,
    },
    /// `database.dump` beside the manifest, made by `pg_dump`.
    Dump,
}

impl Copy {
    /// In words.
    pub fn text(&self) -> String {
        match self {
            Self::File => "a file".to_owned(),
            Self::Database { name } => format!("database {name:?} on the same server"),
            Self::Dump => "a dump of pg_dump".to_owned(),
        }
    }
}

impl Manifest {
    /// Reads the manifest of the checkpoint in this folder.
    ///
    /// # Errors
    /// Names the file.
    pub fn read(folder: &Path) -> Result<Self, CheckpointError> {
        let path = folder.join(NAME);
        let text = fs::read_to_string(&path).map_err(|error| CheckpointError::file(&path, &error))?;
        toml::from_str(&text).map_err(|error| CheckpointError::Manifest { path, reason: error.message().to_owned() })
    }

    /// Writes it, whole or not at all.
    pub(super) fn write(&self, folder: &Path) -> Result<(), CheckpointError> {
        let (path, draft) = (folder.join(NAME), folder.join(format!(".{NAME}.draft")));
        let text = toml::to_string(self)
            .map_err(|error| CheckpointError::Manifest { path: path.clone(), reason: error.to_string() })?;
        let written = fs::File::create(&draft).and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        });
        written.and_then(|()| fs::rename(&draft, &path)).map_err(|error| CheckpointError::file(&path, &error))
    }

    /// How many rows all tables have.
    pub fn rows(&self) -> u64 {
        self.tables.values().filter(|content| content.is_table).map(|content| content.rows).sum()
    }
}

/// The URL of an SQLite file.
pub(super) fn file_url(path: &Path) -> Result<DatabaseUrl, CheckpointError> {
    // The characters that end a path or begin an escape in a URL.
    let text = path.display().to_string().replace('%', "%25").replace('?', "%3F").replace('#', "%23");
    Ok(format!("sqlite://{text}").parse()?)
}

/// The file of a copy.
pub(super) fn file_of(folder: &Path, manifest: &Manifest) -> PathBuf {
    let name = if matches!(manifest.copy, Copy::Dump) { DUMP } else { FILE };
    folder.join(&manifest.name).join(name)
}
