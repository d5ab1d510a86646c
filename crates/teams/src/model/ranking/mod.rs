//! Ranking points: what they are given for, how they came, what they are made of.

pub mod breakdown;
pub mod criteria;
pub mod history;
pub mod settings;
