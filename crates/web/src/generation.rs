//! What anything that is read from the database may depend on besides what is asked: what was read in one generation
//! would be read again while it lasts.
//!
//! A generation ends with a commit of this process, with news of any process, and with its second, whichever comes
//! first. So nobody has to say what a change concerns: one that was made here is in the next answer, one that another
//! node made is there with its news, and whatever makes neither is there within a second.

use kernel::live::Resume;

use crate::site::Shared;

/// A generation of what one process has read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Generation {
    commits: u64,
    news: Resume,
    /// The second of the site's clock, and of the machine's.
    second: (i64, u64),
}

impl Shared {
    /// The generation now: to be asked for before anything is read.
    pub(crate) fn generation(&self) -> Generation {
        Generation {
            commits: self.db.commits(),
            news: self.live.place(),
            second: (self.clock.now().timestamp(), self.begun.elapsed().as_secs()),
        }
    }
}
