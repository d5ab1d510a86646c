//! Notifications: what a person is told, and how.

pub mod model;
pub mod service;
mod store;

pub use model::notification::Model as Notification;

/// This app: its entities and its migrations.
pub fn app() -> seadrift::project::App {
    seadrift::project::App::new("notifications")
        .model::<model::notification::Entity>()
        .model::<model::digest::Entity>()
        .model::<model::digest_notification::Entity>()
        .model::<model::preference::Entity>()
        .migrations(seadrift::migrations!())
}
