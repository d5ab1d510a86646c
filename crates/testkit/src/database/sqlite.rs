//! A directory for one SQLite file, removed when dropped or, if the process was killed, by a later one.
//!
//! Not here: anything that opens the file.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Once;

use tempfile::NamedTempFile;

use super::{place, template};

/// Every process holds a lock beside each directory it owns; one that can be taken belongs to nobody alive.
const PREFIX: &str = "testkit-sqlite-";
const LOCK: &str = ".lock";

/// The directory of one database.
#[derive(Debug)]
pub(super) struct Directory {
    path: PathBuf,
    file: PathBuf,
    url: String,
    // Freed after the directory is gone.
    _lock: NamedTempFile,
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}

impl Directory {
    pub fn create() -> Self {
        static SWEPT: Once = Once::new();
        SWEPT.call_once(|| {
            sweep(place::directory());
            template::sweep(place::directory());
        });
        let lock = lock_file();
        let path = lock.path().with_extension("");
        fs::create_dir(&path).expect("the directory of databases is writable");
        let file = path.join("test.db");
        // An empty file is an empty database; it is there so that a URL need not ask for its creation.
        File::create(&file).expect("a new directory is writable");
        let url = format!("sqlite://{}", file.to_str().expect("the path of the directory of databases is UTF-8"));
        Self { path, file, url, _lock: lock }
    }

    pub fn file(&self) -> &Path {
        &self.file
    }

    pub fn url(&self) -> &str {
        &self.url
    }
}

/// A new locked file, whose name without the ending is the directory's.
fn lock_file() -> NamedTempFile {
    loop {
        let file = tempfile::Builder::new()
            .prefix(PREFIX)
            .suffix(LOCK)
            .tempfile_in(place::directory())
            .expect("the directory of databases is writable");
        // Another process may sweep it away between its creation and its lock.
        if file.as_file().try_lock().is_ok() && file.path().exists() {
            return file;
        }
    }
}

/// Removes what killed processes left behind.
fn sweep(parent: &Path) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let Some(stem) = name.to_str().and_then(|name| name.strip_suffix(LOCK)).filter(|stem| stem.starts_with(PREFIX))
        else {
            continue;
        };
        if File::open(entry.path()).is_ok_and(|lock| lock.try_lock().is_ok()) {
            let _ = fs::remove_dir_all(parent.join(stem));
            let _ = fs::remove_file(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_holds_is_swept() {
        let parent = tempfile::tempdir().expect("a directory");
        let path = |name: &str| parent.path().join(name);
        for stem in ["testkit-sqlite-held", "testkit-sqlite-left", "other"] {
            fs::create_dir(path(stem)).expect("a directory");
            File::create(path(stem).join("test.db")).expect("a file");
            File::create(path(&format!("{stem}.lock"))).expect("a lock");
        }
        let held = File::open(path("testkit-sqlite-held.lock")).expect("a lock");
        held.lock().expect("it is free");
        sweep(parent.path());
        assert!(path("testkit-sqlite-held").join("test.db").exists() && path("testkit-sqlite-held.lock").exists());
        assert!(!path("testkit-sqlite-left").exists() && !path("testkit-sqlite-left.lock").exists());
        assert!(path("other").exists() && path("other.lock").exists());
    }
}
