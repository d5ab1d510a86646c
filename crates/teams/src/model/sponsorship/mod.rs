//! Sponsors, merchandise and paid promotion of teams, one table a file.

pub mod inquiry;
pub mod merch_item;
pub mod promotion;
pub mod sponsor;
