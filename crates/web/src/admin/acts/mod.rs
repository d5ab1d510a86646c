//! The acts that the apps' services offer to staff, a file or two an app. Each only calls its service.

pub(super) mod accounts_acts;
pub(super) mod economy_acts;
pub(super) mod entries_acts;
pub(super) mod matches_acts;
pub(super) mod notifications_acts;
mod run;
pub(super) mod teams_acts;
pub(super) mod tournaments_acts;
