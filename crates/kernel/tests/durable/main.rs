//! What must survive a crash and be shared by nodes: outbox, streams, jobs, uploads, rate limits, each on
//! both databases. Two nodes are two open databases.

mod jobs;
mod live;
mod outbox;
mod rate;
mod support;
mod upload;
mod worker;
