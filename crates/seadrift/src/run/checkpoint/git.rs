//! The commit that a checkpoint belongs to. A repository is a help, never a condition: where there is
//! none, or git fails, the checkpoint is made all the same.

use std::process::Command;

use serde::{Deserialize, Serialize};

/// The commit that was checked out when a checkpoint was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Commit {
    /// Its hash.
    pub hash: String,
    /// The tag that was put on it; none when git refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// Whether files differed from it.
    pub changed: bool,
}

/// Puts the tag `checkpoint/NAME` on the commit checked out here.
pub(super) fn tag(name: &str) -> Option<Commit> {
    let hash = git(&["rev-parse", "--verify", "HEAD"])?;
    let changed = git(&["status", "--porcelain", "--untracked-files=no"]).is_some_and(|files| !files.is_empty());
    let tag = format!("checkpoint/{name}");
    let tag = git(&["tag", &tag]).map(|_| tag);
    Some(Commit { hash, tag, changed })
}

fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
