//! Entities to schema.
