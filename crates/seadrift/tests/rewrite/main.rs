//! Histories rewritten: regenerated, squashed, merged; and the databases that ran the old ones.

mod histories;
mod incident;
mod laws;
mod merge;
mod places;
mod project;
mod squash;
mod standing;
#[path = "../support/mod.rs"]
mod support;
