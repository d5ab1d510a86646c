//! Root causes before symptoms: in which order findings are told, and which are only so because of
//! another one.

use super::{Cause, Facts};
use crate::{
    migration::MigrationId,
    operation::Operation,
    report::{Code, Finding, verify},
};

/// How near to the root a kind of finding is; lower is nearer.
fn rank(code: Code) -> u8 {
    match code {
        Code::Entities => 0,
        Code::History => 1,
        Code::UnresolvedReference => 2,
        Code::Replay => 3,
        Code::UnknownRecord | Code::AlteredMigration => 4,
        Code::Replaced | Code::PartlyReplaced | Code::BothReplaced => 4,
        Code::HalfRun => 5,
        Code::RecordGap => 5,
        Code::PendingChange => 6,
        Code::Zombie => 7,
        Code::MissingTable => 8,
        Code::MissingColumn => 9,
        Code::Unapplied => 11,
        Code::BrokenRows => 12,
        Code::UnexpectedTable | Code::UnexpectedColumn | Code::UnexpectedIndex => 13,
        Code::SoftReference | Code::DanglingSoftReference => 14,
        _ => 10,
    }
}

/// Orders the findings, and tells each symptom with its cause.
pub(super) fn fold(facts: &Facts<'_>, mut findings: Vec<Finding>) -> Vec<Cause> {
    findings.sort_by_key(|finding| rank(finding.code));
    let changed = pending_objects(facts);
    let gaps = match (&facts.history, facts.seen()) {
        (Some(history), Some(seen)) => verify::record_gaps(history, &seen.record),
        _ => Vec::new(),
    };
    let mut causes: Vec<Cause> = Vec::new();
    for finding in findings {
        let cause = causes.iter_mut().find(|cause| explains(facts, &gaps, &changed, &cause.finding, &finding));
        match cause {
            Some(cause) => cause.symptoms.push(finding),
            None => causes.push(Cause { finding, symptoms: Vec::new() }),
        }
    }
    causes
}

/// Whether `other` is only so because of `cause`.
fn explains(
    facts: &Facts<'_>,
    gaps: &[(MigrationId, MigrationId)],
    changed: &[(String, String)],
    cause: &Finding,
    other: &Finding,
) -> bool {
    let needs = |finding: &Finding| -> Vec<&MigrationId> {
        gaps.iter().filter(|(id, _)| id.to_string() == finding.object).map(|(_, need)| need).collect()
    };
    match (cause.code, other.code) {
        // The same edge, wanted by several references.
        (Code::UnresolvedReference, Code::UnresolvedReference) => cause.mend == other.mend,
        (Code::RecordGap, Code::RecordGap) => needs(other).iter().all(|need| needs(cause).contains(need)),
        (Code::RecordGap, Code::Zombie) => {
            let creator = facts.history.as_ref().and_then(|history| history.creator(&other.object));
            creator.is_some_and(|id| needs(cause).contains(&&id))
        }
        (Code::RecordGap, Code::Unapplied) => facts.unapplied().iter().all(|id| needs(cause).contains(&id)),
        // Nothing runs while a table stands in the way, or another migration is half done.
        (Code::Zombie | Code::HalfRun, Code::Unapplied) => true,
        (Code::UnknownRecord, Code::UnexpectedTable | Code::UnexpectedColumn | Code::UnexpectedIndex) => {
            let app = cause.object.split('.').next().unwrap_or_default();
            let table = other.object.split('.').next().unwrap_or_default();
            facts.app_of(table).map_or_else(|| table.starts_with(&format!("{app}_")), |owner| owner == app)
        }
        (Code::PendingChange, _) if other.code.id().starts_with("SD3") => {
            let app = cause.object.trim_start_matches("app ").split(':').next().unwrap_or_default();
            changed.iter().any(|(owner, object)| owner == app && *object == other.object)
        }
        (Code::MissingTable, Code::BrokenRows) => other.found.contains(&format!("no row of {:?}", cause.object)),
        _ => false,
    }
}

/// The objects that pending changes are about, as findings name them, with their apps.
fn pending_objects(facts: &Facts<'_>) -> Vec<(String, String)> {
    let Ok(operations) = &facts.pending else { return Vec::new() };
    let code = facts.project.schema().unwrap_or_default();
    let mut objects = Vec::new();
    for operation in operations {
        let table = operation.table().unwrap_or_default();
        let owner = code.table(table).map(|table| table.app.clone()).or_else(|| facts.app_of(table));
        let Some(owner) = owner else { continue };
        let parts: Vec<&str> = match operation {
            Operation::AddColumn { column, .. } | Operation::AlterColumn { column, .. } => vec![&column.name],
            Operation::DropColumn { column, .. } => vec![column],
            Operation::RenameColumn { from, to, .. } => vec![from, to],
            Operation::AddIndex { index, .. } => vec![&index.name],
            Operation::DropIndex { index, .. } => vec![index],
            Operation::AddForeignKey { foreign_key, .. } => vec![&foreign_key.name],
            Operation::DropForeignKey { foreign_key, .. } => vec![foreign_key],
            Operation::AddCheck { check, .. } => vec![&check.name],
            Operation::DropCheck { check, .. } => vec![check],
            Operation::RenameTable { to, .. } => {
                objects.push((owner.clone(), to.clone()));
                Vec::new()
            }
            _ => Vec::new(),
        };
        if parts.is_empty() {
            objects.push((owner, table.to_owned()));
        } else {
            objects.extend(parts.into_iter().map(|part| (owner.clone(), format!("{table}.{part}"))));
        }
    }
    objects
}
