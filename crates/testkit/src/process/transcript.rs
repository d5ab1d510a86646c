//! What a running program has printed so far, and waiting for it to print something.
//!
//! Not here: the program.

use std::io::{BufRead as _, BufReader, Read};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant};

/// Lines of all sources in the order in which they came.
#[derive(Debug, Default)]
pub(crate) struct Transcript {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    text: String,
    /// Sources that may still print.
    open: usize,
}

impl Transcript {
    /// Reads a source to its end in the background.
    pub fn follow(self: &Arc<Self>, source: impl Read + Send + 'static) {
        self.lock().open += 1;
        let transcript = Arc::clone(self);
        thread::spawn(move || {
            let mut lines = BufReader::new(source);
            let mut line = Vec::new();
            while lines.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
                transcript.lock().text.push_str(&String::from_utf8_lossy(&line));
                transcript.changed.notify_all();
                line.clear();
            }
            transcript.lock().open -= 1;
            transcript.changed.notify_all();
        });
    }

    pub fn text(&self) -> String {
        self.lock().text.clone()
    }

    /// What `find` makes of the whole text, as soon as it makes something; `None` when all sources have ended or
    /// the timeout is over before.
    pub fn wait_for<T>(&self, timeout: Duration, mut find: impl FnMut(&str) -> Option<T>) -> Option<T> {
        let deadline = Instant::now() + timeout;
        let mut state = self.lock();
        loop {
            if let Some(found) = find(&state.text) {
                return Some(found);
            }
            let left = deadline.checked_duration_since(Instant::now()).filter(|_| state.open > 0)?;
            state = self.changed.wait_timeout(state, left).unwrap_or_else(|poisoned| poisoned.into_inner()).0;
        }
    }

    /// Waits until all sources have ended, so that [`Self::text`] is complete.
    pub fn wait_for_end(&self, timeout: Duration) {
        self.wait_for(timeout, |_| None::<()>);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}
