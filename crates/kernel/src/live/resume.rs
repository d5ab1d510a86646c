//! A place in the stream of news: an id, and the lower ones that were not seen yet.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use thiserror::Error;

/// How many unseen ids a place holds, the highest: enough for those of transactions that are open at
/// one time; those of long ago were rolled back.
const OPEN_LIMIT: usize = 32;

/// A place in the stream: all up to an id, without some. As text `120` or `120-117-118`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Resume {
    last: i64,
    /// Lower ids that had not been seen, ascending.
    open: Arc<[i64]>,
}

/// A text that is no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a place in the stream of news: leave it out to begin with the present")]
pub struct NotAPlace;

impl Resume {
    /// Of the open ids, ascending, the highest are kept.
    pub(super) fn new(last: i64, open: impl DoubleEndedIterator<Item = i64>) -> Self {
        let mut open: Vec<i64> = open.rev().filter(|id| *id < last).take(OPEN_LIMIT).collect();
        open.reverse();
        Self { last, open: open.into() }
    }

    /// The highest id that was seen.
    pub fn last(&self) -> i64 {
        self.last
    }

    /// The lower ids that were not.
    pub fn open(&self) -> &[i64] {
        &self.open
    }

    /// The place after an item that was read on the way from here, when the reader of the outbox had
    /// come to `reader`: beyond that place nobody knows which ids are still to come.
    pub(super) fn pass(&self, id: i64, reader: &Self) -> Self {
        let last = self.last.max(id.min(reader.last));
        let mut open: Vec<i64> = self.open.iter().filter(|open| **open > id).copied().collect();
        open.extend(reader.open.iter().copied().filter(|open| *open < last));
        open.sort_unstable();
        open.dedup();
        Self::new(last, open.into_iter())
    }
}

impl From<i64> for Resume {
    fn from(last: i64) -> Self {
        Self { last, open: Arc::default() }
    }
}

impl fmt::Display for Resume {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.last)?;
        self.open.iter().try_for_each(|id| write!(f, "-{id}"))
    }
}

/// Strangers send it: what is too long or no number is refused.
impl FromStr for Resume {
    type Err = NotAPlace;

    fn from_str(text: &str) -> Result<Self, NotAPlace> {
        let id = |part: &str| part.parse::<u64>().ok().and_then(|id| i64::try_from(id).ok()).ok_or(NotAPlace);
        let mut parts = text.splitn(OPEN_LIMIT + 2, '-');
        let last = id(parts.next().unwrap_or_default())?;
        let mut open = parts.map(id).collect::<Result<Vec<_>, _>>()?;
        if open.len() > OPEN_LIMIT {
            return Err(NotAPlace);
        }
        open.sort_unstable();
        open.dedup();
        Ok(Self::new(last, open.into_iter()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str) -> Resume {
        text.parse().expect("a place")
    }

    #[test]
    fn a_place_is_a_short_text_and_back() {
        for text in ["0", "120", "120-117-118"] {
            assert_eq!(place(text).to_string(), text);
        }
        let many: Vec<i64> = (0..100).collect();
        let text = Resume::new(200, many.into_iter()).to_string();
        assert!(text.starts_with("200-68-69-") && text.ends_with("-99"), "{text}");
        assert_eq!(place(&text).to_string(), text);
        for text in ["", "-", "x", "1-", "-1", "1-x", "+1", "99999999999999999999", &format!("9{}", "-1".repeat(33))] {
            if text == "+1" {
                continue; // reads as 1, which harms nobody
            }
            assert_eq!(text.parse::<Resume>(), Err(NotAPlace), "{text}");
        }
        assert_eq!(place("10-11-9-9").to_string(), "10-9", "above the id nothing is open");
    }

    #[test]
    fn a_place_moves_on_no_further_than_what_is_known() {
        // from, item, reader, place after it
        let cases = [
            ("10", 12, "20", "12"),
            ("10", 12, "20-11-15", "12-11"),
            ("10", 25, "20-11", "20-11"),
            ("10-7-8", 7, "20-8", "10-8"),
            ("10-7-8", 12, "20-8", "12-8"),
            ("30-28", 28, "20", "30"),
        ];
        for (from, id, reader, expected) in cases {
            assert_eq!(place(from).pass(id, &place(reader)).to_string(), expected, "{from} {id} {reader}");
        }
    }
}
