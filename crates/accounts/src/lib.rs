//! Accounts: people who sign in, their sessions, and what staff among them may do.
//!
//! A session is a row: signing out, a ban or a new password ends it at once. The browser holds a
//! random token, the database its hash. Not here: the player behind the person (`profiles`).

pub mod access;
pub mod error;
pub mod model;
mod password;
pub mod rules;
pub mod service;
mod store;

pub use access::{Access, AccessRefusal, Act};
pub use error::{Busy, Field, Invalid, SignInRefusal, SignUpRefusal};
pub use model::user::Model as User;
pub use rules::SignUp;
pub use service::{SignedIn, idempotency::KeyRefusal};

/// This app: its entities and its migrations.
pub fn app() -> seadrift::project::App {
    seadrift::project::App::new("accounts")
        .model::<model::user::Entity>()
        .model::<model::pending_signup::Entity>()
        .model::<model::email_otp::Entity>()
        .model::<model::session::Entity>()
        .model::<model::idempotency_key::Entity>()
        .model::<model::group::Entity>()
        .model::<model::group_grant::Entity>()
        .model::<model::group_member::Entity>()
        .model::<model::user_grant::Entity>()
        .model::<model::admin_entry::Entity>()
        .migrations(seadrift::migrations!())
}
