//! The acts of team life.
//!
//! Every act runs in the caller's unit of work, locks the team's row first, and asks
//! [`crate::rules::permission`] whether whoever acts may. Queries take whatever statements run on:
//! `db.read()` for a page, the unit of work for an act. Not here: tournaments, which are above.

mod desk;
pub mod entry;
pub mod invitation;
pub mod logo;
pub mod member;
mod notices;
pub mod query;
pub mod record;
pub mod request;
pub mod team;

pub use desk::game_of;
