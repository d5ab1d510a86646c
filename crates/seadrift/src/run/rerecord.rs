//! Re-recording: a database that is exactly at the state which new migrations replace is said to have
//! run those, in one transaction and without touching a table. Not here: how a database stands to a
//! replacement, which is [`crate::migration::Replacement`].

use sea_orm::sqlx;

use super::{
    Connection, Record,
    record::{self, Entry},
};
use crate::{
    dialect::Dialect,
    history::History,
    migration::{MigrationId, Standing},
};

/// Rows of the record that change their names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rerecord {
    /// The migrations that are forgotten.
    pub remove: Vec<MigrationId>,
    /// The migrations that are recorded instead, with their hashes.
    pub add: Vec<(MigrationId, String)>,
}

impl Rerecord {
    /// One line for people.
    pub fn describe(&self) -> String {
        let new = self.add.iter().map(|(id, _)| id.to_string()).collect::<Vec<_>>().join(", ");
        let count = self.remove.len();
        let (plural, verb) = if count == 1 { ("", "is") } else { ("s", "are") };
        format!("{count} migration{plural} {verb} now {new}")
    }
}

/// What can be re-recorded, and the record as it will be then. What a migration took the place of
/// counts as run from here on: plans are made from this record.
pub fn settle(history: &History, record: &Record) -> (Record, Vec<Rerecord>) {
    let mut settled = record.clone();
    let mut changes = Vec::new();
    for replacement in history.graph().replacements() {
        if replacement.standing(record) != Standing::Replaced {
            continue;
        }
        let remove: Vec<MigrationId> = replacement.of.iter().map(|old| old.id.clone()).collect();
        let last = remove.iter().filter_map(|id| record.applied.get(id)).map(|entry| &entry.applied_at).max();
        let applied_at = last.cloned().unwrap_or_default();
        settled.applied.retain(|id, _| !remove.contains(id));
        let add: Vec<(MigrationId, String)> =
            replacement.by.iter().map(|new| (new.id().clone(), new.hash.clone())).collect();
        for (id, hash) in &add {
            settled.applied.insert(id.clone(), Entry { hash: hash.clone(), applied_at: applied_at.clone() });
        }
        changes.push(Rerecord { remove, add });
    }
    (settled, changes)
}

/// Writes the changes in one transaction. The caller holds the lock.
///
/// # Errors
/// What the database says; the record is as it was then.
pub async fn write(connection: &mut Connection, changes: &[Rerecord], settled: &Record) -> Result<(), sqlx::Error> {
    let begin = match connection.dialect() {
        Dialect::Postgres => "BEGIN",
        Dialect::Sqlite => "BEGIN IMMEDIATE",
    };
    connection.execute(begin).await?;
    let mut statements: Vec<String> = changes.iter().flat_map(|change| &change.remove).map(record::delete).collect();
    for (id, hash) in changes.iter().flat_map(|change| &change.add) {
        let applied_at = settled.applied.get(id).map(|entry| entry.applied_at.as_str()).unwrap_or_default();
        statements.push(record::insert(id, hash, applied_at));
    }
    statements.push("COMMIT".to_owned());
    for sql in &statements {
        if let Err(error) = connection.execute(sql).await {
            // The error tells more than a rollback that fails as well.
            let _ = connection.execute("ROLLBACK").await;
            return Err(error);
        }
    }
    Ok(())
}
