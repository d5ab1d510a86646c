//! Findings about migrations that others have taken the place of: at the old state, between the
//! states, at both.

use std::collections::BTreeSet;

use super::{Code, Finding};
use crate::{
    history::History,
    migration::{MigrationId, Replacement, Standing},
    run::Record,
};

/// What the record says of replaced migrations.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) findings: Vec<Finding>,
    /// Rows of the record that the findings are about; nothing else is told of them.
    pub(super) rows: BTreeSet<MigrationId>,
    /// Migrations that count as run, so that what rests on them is not told as well.
    pub(super) assumed: BTreeSet<MigrationId>,
}

pub(super) fn tell(history: &History, record: &Record) -> Told {
    let mut told = Told::default();
    for replacement in history.graph().replacements() {
        let findings = match replacement.standing(record) {
            Standing::Before | Standing::New => continue,
            Standing::Replaced => vec![old(&replacement)],
            Standing::Between { ran, missing } => vec![between(&replacement, &ran, &missing)],
            Standing::Both { old, new } => vec![both(&replacement, &old, &new)],
            Standing::Unknown(ids) => ids.iter().map(|id| unknown(&replacement, id, record)).collect(),
        };
        told.findings.extend(findings);
        told.rows.extend(record.applied.keys().filter(|id| replacement.concerns(id)).cloned());
        told.assumed.extend(replacement.by.iter().map(|new| new.id().clone()));
    }
    told
}

fn object(replacement: &Replacement<'_>) -> String {
    replacement.by[0].id().to_string()
}

fn list(ids: &[MigrationId]) -> String {
    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn old(replacement: &Replacement<'_>) -> Finding {
    let count = replacement.of.len();
    Finding::new(Code::Replaced, object(replacement))
        .evidence("recorded as run", format!("exactly the {count} migrations that it replaces are recorded"))
        .cause("the history was regenerated or squashed since")
        .mend("migrate   (re-records them in one transaction; no table is touched)")
}

fn between(replacement: &Replacement<'_>, ran: &[MigrationId], missing: &[MigrationId]) -> Finding {
    let new = replacement.by[0];
    let (total, app) = (replacement.of.len(), &new.id().app);
    Finding::new(Code::PartlyReplaced, object(replacement))
        .evidence(
            format!("all {total} migrations that it replaces have run, or none"),
            format!("{} of {total} have run; not: {}", ran.len(), list(missing)),
        )
        .cause("the history was regenerated or squashed before this database had run all of it")
        .mend(format!(
            "take the files of before (the first lines of {} say where they are) or the program of before, and run: \
             migrate {app}\nthen come back to the present files and run: migrate",
            new.file.display()
        ))
}

fn both(replacement: &Replacement<'_>, old: &[MigrationId], new: &[MigrationId]) -> Finding {
    let forget: Vec<String> = old
        .iter()
        .filter(|id| !new.contains(id))
        .map(|id| format!("DELETE FROM seadrift_migration WHERE app = '{}' AND name = '{}'", id.app, id.name))
        .collect();
    Finding::new(Code::BothReplaced, object(replacement))
        .evidence("either it or what it replaces is recorded", format!("both: {} and {}", list(new), list(old)))
        .cause("a program of before has run on this database after it was re-recorded, or rows were written by hand")
        .mend(format!("when no table differs, forget what is replaced: {}", forget.join("; ")))
}

fn unknown(replacement: &Replacement<'_>, id: &MigrationId, record: &Record) -> Finding {
    let ran = record.applied.get(id).map(|entry| entry.applied_at.clone()).unwrap_or_default();
    Finding::new(Code::AlteredMigration, id.to_string())
        .evidence(
            format!("the migration of this name, or the one that {} replaces", object(replacement)),
            format!("another meaning ran at {ran}"),
        )
        .cause("the file was edited between its run and its replacement, or the row is of another history")
        .mend("compare with verify-schema; a database of another history cannot be re-recorded")
}
