//! Telling people at a terminal how far long work is.

use std::{io::IsTerminal, time::Duration};

use crate::run::execute::Progress;

/// Prints one line a migration as it is done, and at a terminal also which one runs now.
pub(super) struct Printer {
    live: bool,
}

impl Printer {
    pub(super) fn new() -> Self {
        Self { live: std::io::stderr().is_terminal() }
    }

    pub(super) fn tell(&self, progress: Progress<'_>) {
        match progress {
            Progress::Begun(step, index, count) if self.live => {
                eprint!("\r\x1b[K  [{index}/{count}] {} …", step.id);
            }
            Progress::Begun(..) => {}
            Progress::Done(step, took) => {
                self.clear();
                let word = match step.direction {
                    crate::run::plan::Direction::Forward => "applied",
                    crate::run::plan::Direction::Backward => "undone ",
                };
                println!("  {word} {} ({})", step.id, human(took));
            }
            Progress::Retried(step, why) => {
                self.clear();
                eprintln!("  {} waits: {why}; trying again", step.id);
            }
            Progress::Waiting(step, blockers) => {
                self.clear();
                eprintln!("  {} waits for a lock, held by {blockers}", step.id);
            }
            Progress::Resumed(step, done, count) => {
                self.clear();
                println!("  {} was half done: going on behind {done} of its {count} operations", step.id);
            }
            Progress::Statement(_) => {}
        }
    }

    fn clear(&self) {
        if self.live {
            eprint!("\r\x1b[K");
        }
    }
}

fn human(took: Duration) -> String {
    if took.as_secs() >= 1 { format!("{:.1} s", took.as_secs_f64()) } else { format!("{} ms", took.as_millis()) }
}
