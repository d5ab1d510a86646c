//! Migrations that are not atomic, one behaviour at a time.
