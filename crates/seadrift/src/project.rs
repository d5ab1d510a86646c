//! A project: its apps, their models and their migration files.

/// The migration files of an app: embedded in the binary, and where they lie in the sources.
///
/// Made by [`migrations!`](crate::migrations).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MigrationFiles {
    /// The folder in the sources, where new migrations are written.
    pub folder: &'static str,
    /// Name and content of each file, sorted by name.
    pub files: &'static [(&'static str, &'static str)],
}
