//! Profiles: people as players. Signing up happens here, because it makes both the account and
//! the profile, in one unit of work.

pub mod error;
pub mod model;
pub mod rules;
pub mod service;
mod store;

pub use error::{GameIdsRefusal, ProfileRefusal};
pub use model::user_profile::Model as Profile;
pub use rules::ProfileForm;

/// This app: its entities and its migrations.
pub fn app() -> seadrift::project::App {
    seadrift::project::App::new("profiles").model::<model::user_profile::Entity>().migrations(seadrift::migrations!())
}
