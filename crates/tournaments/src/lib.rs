//! Tournaments: from announcement to prize money.

pub mod model;

/// This app: its entities and its migrations.
pub fn app() -> seadrift::project::App {
    seadrift::project::App::new("tournaments").migrations(seadrift::migrations!())
}
