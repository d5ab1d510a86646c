//! The tables of notifications, one a file.

pub mod digest;
pub mod digest_notification;
pub mod notification;
pub mod preference;
