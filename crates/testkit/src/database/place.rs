//! Where databases for tests live: in memory if there is enough of it.
//!
//! A database is a thousand small files or a sync for each commit; on a busy disk that takes ten times the rest of
//! the test.
//!
//! Not here: what is put there.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// What Linux offers as a file system in memory.
const MEMORY: &str = "/dev/shm";
/// Free memory below which the disk is used: a run of all tests needs a few hundred megabytes.
const ENOUGH_BYTES: u64 = 2 * 1024 * 1024 * 1024;

/// `TMPDIR` if it is set, else memory, else the temporary directory.
pub(super) fn directory() -> &'static Path {
    static DIRECTORY: OnceLock<PathBuf> = OnceLock::new();
    DIRECTORY.get_or_init(|| {
        let temporary = std::env::temp_dir();
        if std::env::var_os("TMPDIR").is_some_and(|value| !value.is_empty()) {
            return temporary;
        }
        if free_bytes(MEMORY) >= Some(ENOUGH_BYTES) && is_writable(MEMORY) { MEMORY.into() } else { temporary }
    })
}

fn free_bytes(path: &str) -> Option<u64> {
    let found = rustix::fs::statvfs(path).ok()?;
    found.f_bavail.checked_mul(found.f_frsize)
}

fn is_writable(path: &str) -> bool {
    tempfile::tempfile_in(path).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_exists_has_room() {
        assert_eq!(free_bytes("/nonexistent"), None);
        assert!(free_bytes("/") > Some(0));
        assert!(!is_writable("/nonexistent"));
        assert!(is_writable(directory().to_str().expect("UTF-8")));
    }
}
