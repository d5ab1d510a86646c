//! Several files changed together: after a crash at any moment, either all are as before or all are
//! as wanted, as every reader through [`finish`] sees them.
//!
//! New texts are written beside their places first. Then one rename puts a journal into the first
//! folder; from there on the change counts as made, and whoever reads the folder completes it.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::migration::source::{SourceError, draft};

/// Name of the journal. Hidden, so that it is no migration.
const JOURNAL: &str = ".swap.json";

/// Files to write and files to remove.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Swap {
    /// Each file with its new text.
    pub write: Vec<(PathBuf, String)>,
    /// The files that go.
    pub remove: Vec<PathBuf>,
}

/// What is left to do, once it is decided.
#[derive(Debug, Serialize, Deserialize)]
struct Journal {
    /// Drafts, and the files that they become.
    rename: Vec<(PathBuf, PathBuf)>,
    remove: Vec<PathBuf>,
}

impl Swap {
    /// Makes the change.
    ///
    /// # Errors
    /// When a file cannot be written. Before the journal stands, everything is as it was; after it,
    /// the next reader completes the change.
    pub fn run(&self) -> Result<(), SourceError> {
        let Some(folder) = self.folder() else { return Ok(()) };
        finish(&folder)?;
        let journal = self.stage()?;
        journal.commit(&folder)?;
        finish(&folder)
    }

    /// Where the journal stands: in the folder of the first file.
    fn folder(&self) -> Option<PathBuf> {
        let first = self.write.first().map(|(path, _)| path).or(self.remove.first())?;
        first.parent().map(Path::to_owned)
    }

    /// Writes the drafts; all or none.
    fn stage(&self) -> Result<Journal, SourceError> {
        let mut rename: Vec<(PathBuf, PathBuf)> = Vec::with_capacity(self.write.len());
        for (path, text) in &self.write {
            let folder = path.parent().unwrap_or(Path::new(""));
            match fs::create_dir_all(folder).and_then(|()| draft(path, text)) {
                Ok(draft) => rename.push((draft, path.clone())),
                Err(error) => {
                    for (draft, _) in &rename {
                        let _ = fs::remove_file(draft);
                    }
                    return Err(SourceError::Write { path: path.clone(), error });
                }
            }
        }
        Ok(Journal { rename, remove: self.remove.clone() })
    }
}

impl Journal {
    /// Decides: from here on the change is completed and never taken back.
    fn commit(&self, folder: &Path) -> Result<(), SourceError> {
        let path = folder.join(JOURNAL);
        let text = serde_json::to_string_pretty(self).expect("paths are text");
        let failed = |error| SourceError::Write { path: path.clone(), error };
        let made = draft(&path, &text).and_then(|draft| fs::rename(draft, &path));
        made.and_then(|()| fs::File::open(folder)?.sync_all()).map_err(failed)
    }

    /// Does at most so many steps of what is left.
    fn apply(&self, steps: usize) -> Result<(), SourceError> {
        let renames = self.rename.iter().map(|(draft, path)| (path, Some(draft)));
        for (path, draft) in renames.chain(self.remove.iter().map(|path| (path, None))).take(steps) {
            let done = match draft {
                Some(draft) => fs::rename(draft, path),
                None => fs::remove_file(path),
            };
            match done {
                // An earlier run has done this step.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                done => done.map_err(|error| SourceError::Write { path: path.clone(), error })?,
            }
        }
        Ok(())
    }
}

/// Completes a change that was decided in this folder, if there is one.
///
/// # Errors
/// When a file cannot be read or written.
pub fn finish(folder: &Path) -> Result<(), SourceError> {
    let path = folder.join(JOURNAL);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(SourceError::Read { path, error }),
    };
    let journal: Journal = serde_json::from_str(&text)
        .map_err(|error| SourceError::Read { path: path.clone(), error: io::Error::other(error) })?;
    journal.apply(usize::MAX)?;
    match fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(SourceError::Write { path, error }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(folder: &Path) -> Vec<(String, String)> {
        let mut files: Vec<PathBuf> = ["a", "b"]
            .iter()
            .flat_map(|app| fs::read_dir(folder.join(app)).expect("a folder"))
            .map(|entry| entry.expect("an entry").path())
            .filter(|path| !path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.')))
            .collect();
        files.sort();
        let name = |path: &PathBuf| path.strip_prefix(folder).expect("inside").display().to_string();
        files.iter().map(|path| (name(path), fs::read_to_string(path).expect("a file"))).collect()
    }

    fn begun(folder: &Path) -> Swap {
        for (file, text) in [("a/1", "old"), ("a/2", "old"), ("b/1", "old"), ("b/2", "old"), ("b/3", "kept")] {
            fs::create_dir_all(folder.join(file).parent().expect("a folder")).expect("made");
            fs::write(folder.join(file), text).expect("written");
        }
        let write = ["a/1", "b/1", "b/4"].map(|file| (folder.join(file), "new".to_owned())).to_vec();
        Swap { write, remove: ["a/2", "b/2"].map(|file| folder.join(file)).to_vec() }
    }

    fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
    }

    /// A crash before the journal stands leaves the old set, at any step after it the new one; and a
    /// rerun leaves the new one in each case.
    #[test]
    fn a_crash_at_any_step() {
        let old = pairs(&[("a/1", "old"), ("a/2", "old"), ("b/1", "old"), ("b/2", "old"), ("b/3", "kept")]);
        let new = pairs(&[("a/1", "new"), ("b/1", "new"), ("b/3", "kept"), ("b/4", "new")]);
        for steps in [None, Some(0), Some(1), Some(2), Some(3), Some(4), Some(5)] {
            let folder = tempfile::tempdir().expect("a folder");
            let (root, first) = (folder.path(), folder.path().join("a"));
            let swap = begun(root);
            let journal = swap.stage().expect("staged");
            if let Some(steps) = steps {
                journal.commit(&first).expect("decided");
                journal.apply(steps).expect("some steps");
            }
            finish(&first).expect("read");
            assert_eq!(read(root), if steps.is_none() { old.clone() } else { new.clone() }, "{steps:?}");
            swap.run().expect("again");
            assert_eq!(read(root), new, "{steps:?}");
            assert!(!first.join(JOURNAL).exists());
        }
    }

    #[test]
    fn what_cannot_be_written_changes_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut swap = begun(folder.path());
        let before = read(folder.path());
        // A file where a folder must be.
        swap.write.push((folder.path().join("a/1/x"), "new".to_owned()));
        swap.run().expect_err("it cannot be written");
        assert_eq!(read(folder.path()), before);
        let left: Vec<_> = fs::read_dir(folder.path().join("b")).expect("a folder").collect();
        assert_eq!(left.len(), 3, "no draft is left: {left:?}");
    }
}
