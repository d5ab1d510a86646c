//! Where replaced files can be found again: in the repository when it holds them exactly as they are,
//! else in a folder `replaced` beside the new ones. So there is always a way back, and no flag to lose it.

use std::{
    fmt, fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::migration::source::SourceError;

/// Where they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// In this commit of the repository.
    Commit(String),
    /// In this folder, within the one where they were.
    Folder(PathBuf),
}

impl fmt::Display for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Commit(commit) => write!(f, "commit {commit} of this repository"),
            Self::Folder(folder) => write!(f, "the folder {}", folder.display()),
        }
    }
}

/// The commit that holds these files of a folder exactly as they are; none when there is no
/// repository, no `git`, or a file is new, changed or ignored.
pub fn commit(folder: &Path, files: &[PathBuf]) -> Option<String> {
    let git = |arguments: &[&str], files: &[PathBuf]| {
        let output = Command::new("git").arg("-C").arg(folder).args(arguments).args(files).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let changed = git(&["status", "--porcelain", "--ignored", "--untracked-files=all", "--"], files)?;
    let head = git(&["rev-parse", "HEAD"], &[])?;
    changed.is_empty().then_some(head)
}

/// Copies these files into the first free folder `replaced/N` of theirs, and returns its path within.
///
/// # Errors
/// When they cannot be copied.
pub fn copy(folder: &Path, files: &[PathBuf]) -> Result<PathBuf, SourceError> {
    let inside = (1..).map(|n| Path::new("replaced").join(n.to_string())).find(|inside| !folder.join(inside).exists());
    let inside = inside.unwrap_or_default();
    let target = folder.join(&inside);
    fs::create_dir_all(&target).map_err(|error| SourceError::Write { path: target.clone(), error })?;
    for file in files {
        let copy = target.join(file.file_name().unwrap_or_default());
        fs::copy(file, &copy).map_err(|error| SourceError::Write { path: copy, error })?;
    }
    Ok(inside)
}
