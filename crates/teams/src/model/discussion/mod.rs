//! A team's board: threads, answers, likes, and who hears of them, one table a file.

pub mod comment;
pub mod comment_like;
pub mod notification;
pub mod post;
pub mod post_like;
pub mod subscription;
