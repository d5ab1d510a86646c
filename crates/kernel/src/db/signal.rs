//! Wakes who waits for rows of a kind, after the commit that made them.
//!
//! A wake is a hint and carries nothing: the waiting task looks into the database, so one that is
//! lost costs a moment until the next look, never a row.

use tokio::sync::watch;

/// What there is something new of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signal {
    /// The outbox.
    News,
    /// The queue of jobs.
    Jobs,
}

/// The signals that a unit of work has raised so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Raised {
    news: bool,
    jobs: bool,
}

impl Raised {
    pub(super) fn add(&mut self, signal: Signal) {
        match signal {
            Signal::News => self.news = true,
            Signal::Jobs => self.jobs = true,
        }
    }

    pub(super) fn join(&mut self, other: Self) {
        self.news |= other.news;
        self.jobs |= other.jobs;
    }
}

/// The listeners of one open database.
#[derive(Debug, Default)]
pub(super) struct Signals {
    news: watch::Sender<()>,
    jobs: watch::Sender<()>,
}

impl Signals {
    pub(super) fn send(&self, raised: Raised) {
        for (sender, wanted) in [(&self.news, raised.news), (&self.jobs, raised.jobs)] {
            if wanted {
                sender.send_replace(());
            }
        }
    }

    pub(super) fn listen(&self, signal: Signal) -> watch::Receiver<()> {
        match signal {
            Signal::News => self.news.subscribe(),
            Signal::Jobs => self.jobs.subscribe(),
        }
    }
}
