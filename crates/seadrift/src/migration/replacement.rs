//! Migrations that take the place of others, and how a database stands to that: at the state that is
//! replaced, at the new one, before both, or between. Pure; who re-records is [`crate::run::rerecord`].
//!
//! A name alone does not tell: a regenerated app begins with `0001_initial`, as it did before. What
//! ran under a name is known by its hash, and `replaces` keeps the hash of each migration replaced.

use std::collections::BTreeMap;

use super::{Graph, LoadedMigration, MigrationId, Replaced, hash, hash::Change};
use crate::run::{Record, record::Entry};

/// Migrations that together take the place of others.
#[derive(Clone, Debug)]
pub struct Replacement<'g> {
    /// The new ones, in order. Most often one.
    pub by: Vec<&'g LoadedMigration>,
    /// The ones that they replace, in order.
    pub of: &'g [Replaced],
}

/// How a database stands to a replacement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It has run neither old nor new migrations.
    Before,
    /// It has run new migrations, or has been re-recorded; it may lack the later ones of several.
    New,
    /// It has run exactly what is replaced.
    Replaced,
    /// It has run a part of what is replaced: the new migrations fit neither before nor after it.
    Between {
        /// What it has run.
        ran: Vec<MigrationId>,
        /// What it has not.
        missing: Vec<MigrationId>,
    },
    /// It has run old and new migrations.
    Both {
        /// The old ones.
        old: Vec<MigrationId>,
        /// The new ones.
        new: Vec<MigrationId>,
    },
    /// It has run other migrations under these names.
    Unknown(Vec<MigrationId>),
}

impl Graph {
    /// The replacements among its migrations, in order of their first new migration.
    pub fn replacements(&self) -> Vec<Replacement<'_>> {
        let mut found: Vec<Replacement<'_>> = Vec::new();
        for loaded in self.order().filter(|loaded| !loaded.migration.replaces.is_empty()) {
            let of = &loaded.migration.replaces[..];
            let together = |known: &&mut Replacement<'_>| known.of == of && known.by[0].id().app == loaded.id().app;
            match found.iter_mut().find(together) {
                Some(known) => known.by.push(loaded),
                None => found.push(Replacement { by: vec![loaded], of }),
            }
        }
        found
    }
}

impl Replacement<'_> {
    /// How the database of this record stands to it.
    pub fn standing(&self, record: &Record) -> Standing {
        let mut seen = Seen::default();
        let rows: BTreeMap<&MigrationId, &Entry> = self
            .by
            .iter()
            .map(|loaded| loaded.id())
            .chain(self.of.iter().map(|old| &old.id))
            .filter_map(|id| record.applied.get_key_value(id))
            .collect();
        for (id, entry) in rows {
            let (old, new) = (self.is_old(id, entry), self.is_new(id, entry));
            let known = [(old, &mut seen.old), (new, &mut seen.new), (!old && !new, &mut seen.unknown)];
            known.into_iter().filter(|(is, _)| *is).for_each(|(_, list)| list.push(id.clone()));
        }
        let missing: Vec<MigrationId> =
            self.of.iter().map(|old| &old.id).filter(|id| !seen.old.contains(id)).cloned().collect();
        // What is the same before and after tells nothing.
        let only = |these: &[MigrationId], those: &[MigrationId]| these.iter().any(|id| !those.contains(id));
        let (only_old, only_new) = (only(&seen.old, &seen.new), only(&seen.new, &seen.old));
        match (only_old, only_new) {
            _ if !seen.unknown.is_empty() => Standing::Unknown(seen.unknown),
            (true, true) => Standing::Both { old: seen.old, new: seen.new },
            (true, false) if missing.is_empty() => Standing::Replaced,
            (true, false) => Standing::Between { ran: seen.old, missing },
            (false, _) if seen.new.is_empty() => Standing::Before,
            (false, _) => Standing::New,
        }
    }

    /// Whether the old migration of this name ran. For a new migration's own name only a hash can tell.
    fn is_old(&self, id: &MigrationId, entry: &Entry) -> bool {
        let own = self.by.iter().any(|loaded| loaded.id() == id);
        self.of.iter().filter(|old| old.id == *id).any(|old| match &old.hash {
            Some(hash) => hash::deeds(&entry.hash) == hash,
            None => !own,
        })
    }

    fn is_new(&self, id: &MigrationId, entry: &Entry) -> bool {
        let new = self.by.iter().find(|loaded| loaded.id() == id);
        new.is_some_and(|new| hash::change(&entry.hash, &new.hash) != Change::Operations)
    }

    /// Whether this is one of the migrations replaced, or one of those that take their place.
    pub fn concerns(&self, id: &MigrationId) -> bool {
        self.by.iter().any(|loaded| loaded.id() == id) || self.of.iter().any(|old| old.id == *id)
    }
}

#[derive(Default)]
struct Seen {
    old: Vec<MigrationId>,
    new: Vec<MigrationId>,
    unknown: Vec<MigrationId>,
}
