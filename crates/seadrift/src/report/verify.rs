//! Whether a live database is what its record and the history say.
