//! The tables of accounts, one a file.

pub mod admin_entry;
pub mod email_otp;
pub mod group;
pub mod group_grant;
pub mod group_member;
pub mod idempotency_key;
pub mod pending_signup;
pub mod session;
pub mod user;
pub mod user_grant;
