//! What the models declare of themselves, over all apps: references without a constraint, secrets, rows
//! that are only ever added, and words for the people who sit at the forms.

mod append_only;
mod metadata;
mod soft_references;
