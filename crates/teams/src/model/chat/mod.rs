//! What the members of a team say to each other, one table a file.

pub mod message;
pub mod message_mention;
pub mod reaction;
pub mod read_receipt;
pub mod typing;
