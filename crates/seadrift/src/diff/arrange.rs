//! Operations into migrations: one for each app where that is possible, with every dependency
//! that they rest on. Not here: which operations there are, and files.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use thiserror::Error;

use super::{
    footprint::Placed,
    name::{self, Fragment},
};
use crate::{
    migration::{Migration, MigrationId},
    operation::{Misfit, Operation},
    schema::Schema,
};

/// What new migrations are added to.
#[derive(Clone, Copy, Debug, Default)]
pub struct ArrangeInput<'a> {
    /// Every migration that there is, in an order in which they can run.
    pub history: &'a [&'a Migration],
    /// The name of the new migrations, without a number; else they are named after what they do.
    pub name: Option<&'a str>,
}

/// Why operations cannot be put into migrations.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ArrangeError {
    /// The history does not fit together.
    #[error("migration {migration}: {misfit}")]
    History {
        /// The migration whose operation does not fit.
        migration: MigrationId,
        /// What does not fit.
        misfit: Box<Misfit>,
    },
    /// The operations do not follow the history.
    #[error(transparent)]
    Misfit(#[from] Misfit),
    /// No app can be told for an operation.
    #[error("{0}: its table belongs to no app, so there is no migration to put it into; give the table an app")]
    NoApp(String),
}

/// Puts operations into migrations.
///
/// An app gets one migration, or several when apps depend on each other in a cycle: then the
/// least possible is put off to a later one. A migration depends on the one before it in its app
/// and, in every other app, on the last one that something in it rests on: that created or renamed
/// the table, column or unique index that a foreign key points at, or that gave up the foreign key
/// that stood in the way. Data steps stay with the operation before them.
///
/// Equal input gives equal output.
///
/// # Errors
/// When history and operations do not fit, or an operation's table has no app.
pub fn arrange(operations: Vec<Operation>, input: &ArrangeInput<'_>) -> Result<Vec<Migration>, ArrangeError> {
    let mut arranger = Arranger::default();
    let mut schema = Schema::default();
    for &migration in input.history {
        arranger.note(migration, &mut schema)?;
    }
    for operation in operations {
        arranger.take(operation, &mut schema)?;
    }
    Ok(arranger.migrations(input.name))
}

/// A new operation.
struct New {
    placed: Placed,
    app: String,
    fragment: Fragment,
    /// The new operations before it that it rests on.
    rests_on: Vec<usize>,
    /// By app: the last migration of the history that it rests on, with its place there.
    history: BTreeMap<String, (usize, MigrationId)>,
}

#[derive(Default)]
struct Arranger {
    /// The history's operations, each with the place of its migration in `ids`.
    old: Vec<(usize, Placed)>,
    ids: Vec<MigrationId>,
    new: Vec<New>,
    /// The last migration of each app and the highest number used.
    leaves: BTreeMap<String, Leaf>,
    /// Which operations touch a table or an index of this name, old and new.
    old_by_name: HashMap<String, Vec<usize>>,
    new_by_name: HashMap<String, Vec<usize>>,
}

#[derive(Default)]
struct Leaf {
    id: Option<MigrationId>,
    number: u32,
}

impl Arranger {
    fn note(&mut self, migration: &Migration, schema: &mut Schema) -> Result<(), ArrangeError> {
        let place = self.ids.len();
        self.ids.push(migration.id.clone());
        for operation in &migration.operations {
            let placed = Placed::apply(operation.clone(), schema).map_err(|misfit| ArrangeError::History {
                migration: migration.id.clone(),
                misfit: Box::new(misfit),
            })?;
            for name in names(&placed) {
                self.old_by_name.entry(name).or_default().push(self.old.len());
            }
            self.old.push((place, placed));
        }
        let leaf = self.leaves.entry(migration.id.app.clone()).or_default();
        let own = migration.replaces.iter().map(|replaced| &replaced.id).filter(|id| id.app == migration.id.app);
        let numbers = own.chain([&migration.id]).filter_map(MigrationId::number);
        leaf.number = numbers.fold(leaf.number, u32::max);
        leaf.id = Some(migration.id.clone());
        Ok(())
    }

    fn take(&mut self, operation: Operation, schema: &mut Schema) -> Result<(), ArrangeError> {
        let before = operation.table().and_then(|name| schema.table(name)).cloned();
        let placed = Placed::apply(operation, schema)?;
        let after = placed.operation.table().and_then(|name| schema.table(name));
        // A table that moves to another app is from then on that app's.
        let app = match after.or(before.as_ref()) {
            Some(table) => table.app.clone(),
            None => self.new.last().map(|new| new.app.clone()).unwrap_or_default(),
        };
        if app.is_empty() {
            return Err(ArrangeError::NoApp(placed.operation.describe()));
        }
        let fragment = name::fragment(&placed, before.as_ref());
        let at = self.new.len();
        let mut rests_on = BTreeSet::new();
        let mut history: BTreeMap<String, (usize, MigrationId)> = BTreeMap::new();
        for name in names(&placed) {
            let earlier = self.new_by_name.entry(name.clone()).or_default();
            rests_on.extend(earlier.iter().filter(|other| !self.new[**other].placed.independent(&placed)));
            earlier.push(at);
            for other in self.old_by_name.get(&name).into_iter().flatten().rev() {
                let (place, old) = &self.old[*other];
                let id = &self.ids[*place];
                let known = history.get(&id.app).is_some_and(|(known, _)| known >= place);
                if id.app != app && !known && !old.independent(&placed) {
                    history.insert(id.app.clone(), (*place, id.clone()));
                }
            }
        }
        let own = self.new.iter().enumerate().filter(|(_, new)| new.app == app);
        rests_on.extend(own.filter(|(_, new)| placed.is_data_step() || new.placed.is_data_step()).map(|(at, _)| at));
        self.new.push(New { placed, app, fragment, rests_on: rests_on.into_iter().collect(), history });
        Ok(())
    }

    fn migrations(mut self, name: Option<&str>) -> Vec<Migration> {
        let mut waiting: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, new) in self.new.iter().enumerate() {
            waiting.entry(new.app.clone()).or_default().push(at);
        }
        let mut migrations: Vec<Migration> = Vec::new();
        // Which new migration an operation went into.
        let mut made_in: Vec<Option<usize>> = vec![None; self.new.len()];
        while let Some((app, chunk)) = self.next_chunk(&waiting, &made_in) {
            let rest = waiting.get_mut(&app).expect("the chunk is of an app that waits");
            rest.retain(|at| !chunk.contains(at));
            if rest.is_empty() {
                waiting.remove(&app);
            }
            let migration = self.migration(app, &chunk, &made_in, &migrations, name);
            for at in chunk {
                made_in[at] = Some(migrations.len());
            }
            migrations.push(migration);
        }
        migrations
    }

    /// The operations of the next migration: all that an app has left, if they can run; else of the
    /// app that must put off the fewest as many as can run.
    fn next_chunk(
        &self,
        waiting: &BTreeMap<String, Vec<usize>>,
        made_in: &[Option<usize>],
    ) -> Option<(String, Vec<usize>)> {
        let mut best: Option<(usize, &String, Vec<usize>)> = None;
        for (app, left) in waiting {
            let mut chunk = BTreeSet::new();
            for &at in left {
                if self.new[at].rests_on.iter().all(|other| made_in[*other].is_some() || chunk.contains(other)) {
                    chunk.insert(at);
                }
            }
            let put_off = left.len() - chunk.len();
            if !chunk.is_empty() && best.as_ref().is_none_or(|(fewest, ..)| put_off < *fewest) {
                best = Some((put_off, app, chunk.into_iter().collect()));
            }
        }
        best.map(|(_, app, chunk)| (app.clone(), chunk))
    }

    fn migration(
        &mut self,
        app: String,
        chunk: &[usize],
        made_in: &[Option<usize>],
        migrations: &[Migration],
        name: Option<&str>,
    ) -> Migration {
        let leaf = self.leaves.entry(app.clone()).or_default();
        let previous = leaf.id.take();
        leaf.number += 1;
        let fragments: Vec<&Fragment> = chunk.iter().map(|at| &self.new[*at].fragment).collect();
        let id = MigrationId::new(&app, name::migration_name(leaf.number, previous.is_none(), name, &fragments));
        leaf.id = Some(id.clone());

        // Of each other app the last migration that is needed; new ones come after old ones.
        let mut needed: BTreeMap<&String, (bool, usize)> = BTreeMap::new();
        for &at in chunk {
            let old = self.new[at].history.iter().map(|(app, (place, _))| (app, (false, *place)));
            let made = self.new[at].rests_on.iter().filter_map(|other| made_in[*other]);
            let new = made.map(|place| (&migrations[place].id.app, (true, place)));
            for (other, place) in old.chain(new).filter(|(other, _)| **other != app) {
                let last = needed.entry(other).or_insert(place);
                *last = (*last).max(place);
            }
        }
        let others = needed.values().map(|(is_new, place)| match is_new {
            true => migrations[*place].id.clone(),
            false => self.ids[*place].clone(),
        });
        let dependencies = previous.into_iter().chain(others).collect();
        let operations = chunk.iter().map(|at| self.new[*at].placed.operation.clone()).collect();
        Migration { dependencies, ..Migration::new(id, operations) }
    }
}

/// The tables and indexes that an operation touches, each once: only what shares one can depend on another.
fn names(placed: &Placed) -> BTreeSet<String> {
    placed.touches.tables().chain(placed.touches.indexes()).cloned().collect()
}
