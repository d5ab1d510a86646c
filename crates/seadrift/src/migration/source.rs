//! Where migration files come from: an app's folder while one develops, the program itself once it
//! is built for release.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use thiserror::Error;

use super::{
    Migration, MigrationId,
    file::{self, FileError, LoadedMigration},
};
use crate::report::{Code, Finding};

/// From where to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// From the folder, as files are there now.
    Folder,
    /// From the program, as files were when it was built.
    Embedded,
}

/// The migrations of an app: the folder they lie in, and their texts as of when the program was built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationSource {
    /// The app.
    pub app: String,
    /// The folder of its migration files. Need not exist.
    pub folder: PathBuf,
    /// Name with `.toml`, and text, of each file when the program was built.
    pub embedded: &'static [(&'static str, &'static str)],
}

/// Why files could not be read or written.
#[derive(Debug, Error)]
pub enum SourceError {
    /// A file is wrong in itself.
    #[error(transparent)]
    File(#[from] FileError),
    /// A file or folder cannot be read.
    #[error("cannot read {}: {error}", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// A file or folder cannot be written.
    #[error("cannot write {}: {error}", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// The file is there already.
    #[error("{} exists already and is not overwritten; give the new migration another name", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The migration belongs to another app.
    #[error("{id} does not belong to app {app:?}, whose migrations lie in {}", folder.display())]
    ForeignApp {
        /// The migration.
        id: MigrationId,
        /// The app of the source.
        app: String,
        /// The folder of the source.
        folder: PathBuf,
    },
}

impl SourceError {
    /// The same as a finding of a report.
    pub fn finding(&self) -> Finding {
        let (path, mend) = match self {
            Self::File(error) => return error.finding(),
            Self::Read { path, .. } => (path, "let this user read it"),
            Self::Write { path, .. } => (path, "let this user write it"),
            Self::Exists { path } => (path, "give the new migration another name"),
            Self::ForeignApp { folder, .. } => (folder, "use the source of the migration's app"),
        };
        Finding::new(Code::History, path.display().to_string()).cause(self.to_string()).mend(mend)
    }
}

impl MigrationSource {
    /// The migrations of this app in this folder, and as they were when the program was built.
    pub fn new(
        app: impl Into<String>,
        folder: impl Into<PathBuf>,
        embedded: &'static [(&'static str, &'static str)],
    ) -> Self {
        Self { app: app.into(), folder: folder.into(), embedded }
    }

    /// Reads the migrations: from the folder in a debug build where it exists, else from the program.
    ///
    /// # Errors
    /// All that is wrong with the files.
    pub fn load(&self) -> Result<Vec<LoadedMigration>, Vec<SourceError>> {
        self.load_from(self.origin())
    }

    /// From where [`MigrationSource::load`] reads.
    pub fn origin(&self) -> Origin {
        let develops = cfg!(debug_assertions) && self.folder.is_dir();
        if develops { Origin::Folder } else { Origin::Embedded }
    }

    /// Reads the migrations from here, by name. A folder that does not exist has none.
    ///
    /// # Errors
    /// All that is wrong with the files.
    pub fn load_from(&self, origin: Origin) -> Result<Vec<LoadedMigration>, Vec<SourceError>> {
        if let Err(message) = file::check_app(&self.app) {
            return Err(vec![FileError::new(&self.folder, None, message).into()]);
        }
        let mut loaded = Vec::new();
        let mut errors = Vec::new();
        let mut read = |path: &Path, text: &str| match file::parse(text, path, &self.app) {
            Ok(migration) => loaded.push(migration),
            Err(wrong) => errors.extend(wrong.into_iter().map(SourceError::File)),
        };
        match origin {
            Origin::Embedded => {
                for (name, text) in self.embedded.iter().filter(|(name, _)| name.ends_with(".toml")) {
                    read(&self.folder.join(name), text);
                }
            }
            Origin::Folder => {
                let mut unreadable = Vec::new();
                for path in files(&self.folder).map_err(|error| vec![error])? {
                    match fs::read_to_string(&path) {
                        Ok(text) => read(&path, &text),
                        Err(error) => unreadable.push(SourceError::Read { path, error }),
                    }
                }
                errors.extend(unreadable);
            }
        }
        loaded.sort_by(|a, b| a.id().cmp(b.id()));
        if errors.is_empty() { Ok(loaded) } else { Err(errors) }
    }

    /// The file of the app's migration of this name.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.toml"))
    }

    /// Writes the migration to its file, whole or not at all. Creates the folder where it is missing.
    ///
    /// # Errors
    /// When there is such a file already, the migration cannot have such a file, or it cannot be written.
    pub fn write(&self, migration: &Migration) -> Result<PathBuf, SourceError> {
        self.own(&migration.id)?;
        let path = self.path(&migration.id.name);
        file::check_name(&migration.id.name).map_err(|message| FileError::new(&path, None, message))?;
        let failed = |error| SourceError::Write { path: path.clone(), error };
        fs::create_dir_all(&self.folder).map_err(failed)?;
        if path.exists() {
            return Err(SourceError::Exists { path });
        }
        draft(&path, &file::print(migration)).and_then(|draft| fs::rename(draft, &path)).map_err(failed)?;
        Ok(path)
    }

    /// Adds a dependency to the file of a migration; comments and layout stay. Returns the file.
    ///
    /// # Errors
    /// When the file cannot be read, understood or written.
    pub fn add_dependency(&self, migration: &MigrationId, dependency: &MigrationId) -> Result<PathBuf, SourceError> {
        self.own(migration)?;
        let path = self.path(&migration.name);
        let text = fs::read_to_string(&path).map_err(|error| SourceError::Read { path: path.clone(), error })?;
        let edited = file::add_dependency(&text, &path, dependency)?;
        if edited != text {
            draft(&path, &edited)
                .and_then(|draft| fs::rename(draft, &path))
                .map_err(|error| SourceError::Write { path: path.clone(), error })?;
        }
        Ok(path)
    }

    fn own(&self, id: &MigrationId) -> Result<(), SourceError> {
        if id.app == self.app {
            return Ok(());
        }
        Err(SourceError::ForeignApp { id: id.clone(), app: self.app.clone(), folder: self.folder.clone() })
    }
}

/// The folder's `.toml` files by name.
fn files(folder: &Path) -> Result<Vec<PathBuf>, SourceError> {
    let failed = |error| SourceError::Read { path: folder.to_owned(), error };
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed(error)),
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(failed)?.path();
        let hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        if !hidden && path.extension().is_some_and(|extension| extension == "toml") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Writes the text beside `path`, on disk when this returns.
pub(super) fn draft(path: &Path, text: &str) -> io::Result<PathBuf> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let draft = path.with_file_name(format!(".{name}.{}.draft", std::process::id()));
    let written = fs::File::create(&draft).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    match written {
        Ok(()) => Ok(draft),
        Err(error) => {
            let _ = fs::remove_file(&draft);
            Err(error)
        }
    }
}
