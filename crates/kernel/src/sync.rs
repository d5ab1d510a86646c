//! Small shared-state helpers: a lock that outlives a panic and a ring that forgets the oldest.
//!
//! Not here: anything that waits. These locks guard short look-ups and are never held while
//! somebody else's code runs.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Takes the lock. No code of others runs under these locks, so a panic cannot leave their data
/// half-changed and poisoning carries no news.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps the newest `limit` items.
#[derive(Debug)]
pub(crate) struct Ring<T> {
    limit: usize,
    items: VecDeque<T>,
}

impl<T: Clone> Ring<T> {
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, items: VecDeque::new() }
    }

    pub(crate) fn push(&mut self, item: T) {
        if self.items.len() == self.limit {
            self.items.pop_front();
        }
        self.items.push_back(item);
    }

    /// The newest `count` items that `wanted` picks, oldest first.
    pub(crate) fn last(&self, count: usize, wanted: impl Fn(&T) -> bool) -> Vec<T> {
        let mut found: Vec<T> = self.items.iter().rev().filter(|item| wanted(item)).take(count).cloned().collect();
        found.reverse();
        found
    }

    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }

    pub(crate) fn clear(&mut self) {
        self.items.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ring_forgets_the_oldest_and_answers_oldest_first() {
        let mut ring = Ring::new(3);
        (1..=5).for_each(|number| ring.push(number));
        assert_eq!(ring.len(), 3);
        assert_eq!(ring.last(10, |_| true), [3, 4, 5]);
        assert_eq!(ring.last(2, |_| true), [4, 5]);
        assert_eq!(ring.last(1, |number| number % 2 == 1), [5]);
        assert_eq!(ring.last(2, |number| number % 2 == 1), [3, 5]);
        ring.clear();
        assert_eq!(ring.len(), 0);
    }
}
