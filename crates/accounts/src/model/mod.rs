//! The tables of accounts, one a file.

pub mod email_otp;
pub mod pending_signup;
pub mod session;
pub mod user;
