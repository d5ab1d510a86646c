//! Every query of the kernel, by table.

pub(crate) mod jobs;
pub(crate) mod outbox;
pub(crate) mod rate;
pub(crate) mod upload;
