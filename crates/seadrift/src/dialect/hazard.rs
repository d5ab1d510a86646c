//! What the statements of an operation do to those who use the tables meanwhile.
//!
//! Here are the words; the facts of each database stand beside its renderer.

use std::fmt;

/// How a table is locked, weakest first. PostgreSQL's names, and one for SQLite.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Lock {
    /// Nobody waits.
    None,
    /// Rows that are written are locked, the table is not.
    RowExclusive,
    /// Reads and writes go on; other changes of the table's definition and vacuum wait.
    ShareUpdateExclusive,
    /// Reads go on, writes wait.
    Share,
    /// Reads go on, writes wait, and so does another of the same kind.
    ShareRowExclusive,
    /// SQLite: reads go on, every other writer of the whole database waits.
    Writer,
    /// Reads and writes wait.
    AccessExclusive,
}

impl Lock {
    /// Whether others wait who want to write rows.
    pub fn blocks_writes(self) -> bool {
        self >= Self::Share
    }

    /// Whether others wait who want to read rows.
    pub fn blocks_reads(self) -> bool {
        self == Self::AccessExclusive
    }
}

impl fmt::Display for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "no lock",
            Self::RowExclusive => "ROW EXCLUSIVE",
            Self::ShareUpdateExclusive => "SHARE UPDATE EXCLUSIVE",
            Self::Share => "SHARE",
            Self::ShareRowExclusive => "SHARE ROW EXCLUSIVE",
            Self::Writer => "the only writer",
            Self::AccessExclusive => "ACCESS EXCLUSIVE",
        })
    }
}

/// What one transaction does to tables that are there already.
///
/// A lock that is taken only for a moment harms nobody; one that [blocks](Lock::blocks_writes) and is
/// held while the table is read or rewritten stops the program for as long as there are rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hazard {
    /// The lock on the operation's own table.
    pub lock: Lock,
    /// Other tables that are locked, with their locks, by name.
    pub others: Vec<(String, Lock)>,
    /// Whether every row of a table is read under the lock.
    pub scans: bool,
    /// Whether every row of a table is written anew under the lock.
    pub rewrites: bool,
}

impl Hazard {
    /// Only this lock on the operation's own table.
    pub fn of(lock: Lock) -> Self {
        Self { lock, others: Vec::new(), scans: false, rewrites: false }
    }

    /// The same, reading every row.
    pub fn scanning(self) -> Self {
        Self { scans: true, ..self }
    }

    /// The same, reading and writing every row.
    pub fn rewriting(self) -> Self {
        Self { scans: true, rewrites: true, ..self }
    }

    /// The same, with these tables locked too.
    pub fn locking(self, others: impl IntoIterator<Item = (String, Lock)>) -> Self {
        let mut hazard = self;
        for (table, lock) in others {
            match hazard.others.iter_mut().find(|(known, _)| *known == table) {
                Some((_, known)) => *known = lock.max(*known),
                None => hazard.others.push((table, lock)),
            }
        }
        hazard.others.sort();
        hazard
    }

    /// Whether others wait to write for as long as it takes to go through all rows.
    pub fn stops_writes(&self) -> bool {
        self.scans && (self.lock.blocks_writes() || self.others.iter().any(|(_, lock)| lock.blocks_writes()))
    }

    /// Whether others wait to read for as long as it takes to go through all rows.
    pub fn stops_reads(&self) -> bool {
        self.scans && (self.lock.blocks_reads() || self.others.iter().any(|(_, lock)| lock.blocks_reads()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_strong_lock_over_all_rows_stops_others() {
        let busy = |lock: Lock| (Hazard::of(lock).scanning().stops_writes(), Hazard::of(lock).scanning().stops_reads());
        for (lock, stops) in [
            (Lock::None, (false, false)),
            (Lock::RowExclusive, (false, false)),
            (Lock::ShareUpdateExclusive, (false, false)),
            (Lock::Share, (true, false)),
            (Lock::ShareRowExclusive, (true, false)),
            (Lock::Writer, (true, false)),
            (Lock::AccessExclusive, (true, true)),
        ] {
            assert_eq!(busy(lock), stops, "{lock}");
            assert!(!Hazard::of(lock).stops_writes() && !Hazard::of(lock).stops_reads(), "{lock}, for a moment");
        }
        let other = Hazard::of(Lock::None).scanning().locking([("b".to_owned(), Lock::Share)]);
        assert!(other.stops_writes() && !other.stops_reads());
        let twice = other.locking([("b".to_owned(), Lock::AccessExclusive), ("a".to_owned(), Lock::None)]);
        assert_eq!(twice.others, [("a".to_owned(), Lock::None), ("b".to_owned(), Lock::AccessExclusive)]);
    }
}
