//! The tables of profiles, one a file.

pub mod user_profile;
