//! The entities of this app, one table a file.
