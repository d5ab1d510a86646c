//! The acts that the apps' services offer to staff, one file an app.

pub(super) mod accounts_acts;
pub(super) mod notifications_acts;
