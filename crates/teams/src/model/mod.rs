//! The entities of this app, one table a file, in folders by topic.

pub mod core;
