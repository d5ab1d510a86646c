//! Derive macros of seadrift.
