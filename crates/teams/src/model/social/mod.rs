//! A team's page: posts, comments, likes, followers, history, one table a file.

pub mod activity;
pub mod comment;
pub mod follower;
pub mod like;
pub mod media;
pub mod post;
