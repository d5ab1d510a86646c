//! Lints: what a migration will do that its author may not expect. It loses data, stops at rows that
//! exist, breaks the release that still runs, locks, or cannot be undone; each with the safe way.
//!
//! `hazard` finds them from operations alone, `fit` knows what becomes of values, `live` counts the rows
//! that decide in a database. A migration acknowledges a lint in its file, with a reason:
//! `acknowledged."SD602 accounts_user.nick" = "nobody has read it since 2.1"`.

mod fit;
mod hazard;
mod live;

use std::{collections::BTreeSet, fmt};

use serde::{Serialize, Serializer};

use super::{Code, Finding, Severity};
use crate::{
    history::History,
    migration::{LoadedMigration, MigrationId, Place},
    operation::Operation,
    run::{Connection, Record},
    schema::Schema,
};
use hazard::Hazard;

/// A lint of a migration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Lint {
    /// The migration.
    pub migration: MigrationId,
    /// Where it stands in the migration's file.
    #[serde(serialize_with = "shown")]
    pub place: Place,
    /// The operation, said to people; empty where the file as a whole is meant.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub operation: String,
    /// The reason for which the file acknowledges it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<String>,
    /// What it is: found holds the rows that decide, cause what will happen, mend the safe way.
    #[serde(flatten)]
    pub finding: Finding,
}

fn shown<S: Serializer>(place: &Place, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(place)
}

impl Lint {
    /// Whether it should stop a deployment: an error that nobody has acknowledged.
    pub fn stops(&self) -> bool {
        self.finding.severity == Severity::Error && self.acknowledged.is_none()
    }
}

impl fmt::Display for Lint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Finding { code, severity, object, .. } = &self.finding;
        if let Some(reason) = &self.acknowledged {
            return write!(f, "{code} {}: {object}\n    acknowledged: {reason}", code.title());
        }
        let severity = if *severity == Severity::Error { " (error)" } else { "" };
        write!(f, "{code}{severity} {}: {object}", code.title())?;
        let operation = if self.operation.is_empty() { String::new() } else { format!(" {}", self.operation) };
        write!(f, "\n    in        {}{operation}", self.place)?;
        let lines = [("rows", &self.finding.found), ("so", &self.finding.cause), ("safe way", &self.finding.mend)];
        for (word, text) in lines.into_iter().filter(|(_, text)| !text.is_empty()) {
            write!(f, "\n    {word:<9} {}", text.replace('\n', "\n              "))?;
        }
        Ok(())
    }
}

/// The lints of these migrations, from their operations alone.
pub fn lint(history: &History, wanted: impl Fn(&MigrationId) -> bool) -> Vec<Lint> {
    let mut lints = Vec::new();
    let mut schema = Schema::default();
    for loaded in history.graph().order() {
        if wanted(loaded.id()) {
            let found = hazard::hazards(loaded, &schema, &BTreeSet::new());
            lints.extend(conclude(loaded, found.into_iter().map(|hazard| (hazard.uncounted(), hazard)).collect()));
        }
        advance(&mut schema, loaded);
    }
    lints
}

/// The lints of operations that are written into a migration now, begun at the schema `before`.
pub fn lint_new(loaded: &LoadedMigration, before: &Schema) -> Vec<Lint> {
    let found = hazard::hazards(loaded, before, &BTreeSet::new());
    conclude(loaded, found.into_iter().map(|hazard| (hazard.uncounted(), hazard)).collect())
}

/// The lints of these migrations; of those that the database has not run, with the rows that decide.
pub async fn lint_live(
    history: &History,
    connection: &mut Connection,
    record: &Record,
    wanted: impl Fn(&MigrationId) -> bool,
) -> Vec<Lint> {
    let mut lints = Vec::new();
    let mut schema = Schema::default();
    let mut names = live::Names::default();
    let mut rows = live::Rows::open(connection).await;
    for loaded in history.graph().order() {
        let applied = record.has(loaded.id());
        if wanted(loaded.id()) && applied {
            let found = hazard::hazards(loaded, &schema, &BTreeSet::new());
            lints.extend(conclude(loaded, found.into_iter().map(|hazard| (hazard.uncounted(), hazard)).collect()));
        } else if wanted(loaded.id()) {
            let mut found = hazard::hazards(loaded, &schema, names.created());
            found.extend(hazard::locks(loaded, &schema, names.created(), rows.dialect()));
            let mut settled = Vec::with_capacity(found.len());
            for hazard in found {
                settled.push((rows.settle(&hazard, &names, loaded).await, hazard));
            }
            lints.extend(conclude(loaded, settled));
        }
        if !applied {
            loaded.migration.operations.iter().for_each(|operation| names.note(operation));
        }
        advance(&mut schema, loaded);
    }
    lints
}

fn advance(schema: &mut Schema, loaded: &LoadedMigration) {
    for operation in &loaded.migration.operations {
        // A history that has been loaded fits.
        let _ = operation.apply(schema);
    }
}

/// Hazards with what they turned out to be, as lints: acknowledged ones marked, and one more for each
/// acknowledgement that no hazard asks for.
fn conclude(loaded: &LoadedMigration, hazards: Vec<(Option<Finding>, Hazard)>) -> Vec<Lint> {
    let acknowledged = &loaded.migration.acknowledged;
    let mut idle: BTreeSet<&String> = acknowledged.keys().collect();
    let mut lints = Vec::new();
    for (finding, hazard) in hazards {
        let keys = [format!("{} {}", hazard.code, hazard.object), hazard.code.to_string()];
        let reason = keys.iter().find_map(|key| acknowledged.get(key));
        idle.retain(|key| !keys.contains(key));
        let Some(finding) = finding else { continue };
        let operation = &loaded.migration.operations[hazard.operation];
        lints.push(Lint {
            migration: loaded.id().clone(),
            place: loaded.operation_place(hazard.operation),
            operation: Operation::describe(operation),
            // What was acknowledged is this hazard, not what it turned out to be instead.
            acknowledged: reason.filter(|_| finding.code == hazard.code).cloned(),
            finding,
        });
    }
    lints.extend(idle.into_iter().map(|key| {
        Lint {
            migration: loaded.id().clone(),
            place: Place::new(&loaded.file, None),
            operation: String::new(),
            acknowledged: None,
            finding: Finding::new(Code::IdleAcknowledgement, key)
                .cause("nothing in this migration is such a lint, perhaps because it was edited since")
                .mend("remove the acknowledgement, or name the object as the lint does"),
        }
    }));
    lints
}
