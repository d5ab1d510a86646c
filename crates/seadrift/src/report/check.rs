//! Code against history, and history against itself: no database.

use super::{Code, Finding, Report};
use crate::{
    diff::{self, Answers},
    history::History,
    project::{EntityError, Project},
    schema::Schema,
};

/// Everything that can be said without a database.
pub fn check(project: &Project) -> Report {
    let mut report = Report::default();
    let code = match project.schema() {
        Ok(code) => Some(code),
        Err(errors) => {
            report.findings.extend(entity_findings(&errors).findings);
            None
        }
    };
    let history = match History::load(project) {
        Ok(history) => Some(history),
        Err(found) => {
            report.findings.extend(found.findings);
            None
        }
    };
    report.findings.extend(soft_references(project));
    if let (Some(code), Some(history)) = (code, history) {
        report.findings.extend(pending(project, &history, &code));
    }
    report
}

/// The entities' own contradictions.
pub fn entity_findings(errors: &[EntityError]) -> Report {
    let finding = |error: &EntityError| Finding::new(Code::Entities, error.object()).evidence("", error.to_string());
    Report { findings: errors.iter().map(finding).collect() }
}

/// Soft references to a model that an app of the project should have and has not. An app that the
/// project does not have (yet) is somebody else's: that is what soft references are for.
fn soft_references(project: &Project) -> Vec<Finding> {
    let known = |label: &str| project.apps.iter().any(|app| label.split('.').next() == Some(&app.name));
    project
        .unresolved_soft_refs()
        .into_iter()
        .filter(|soft| known(&soft.label))
        .map(|soft| {
            Finding::new(Code::SoftReference, format!("{}.{}", soft.table, soft.column))
                .evidence(format!("a model {}", soft.label), "no app declares it")
                .mend("correct the label in #[seadrift(soft_ref = …)], or register the entity")
        })
        .collect()
}

/// One finding for each operation that a new migration would hold.
fn pending(project: &Project, history: &History, code: &Schema) -> Vec<Finding> {
    match diff::diff(history.schema(), code, &project.hints(), &Answers::default()) {
        Ok(operations) => operations
            .iter()
            .map(|operation| {
                Finding::new(Code::PendingChange, operation.table().unwrap_or("data step"))
                    .evidence(operation.describe(), "no migration does this")
                    .mend("makemigrations")
            })
            .collect(),
        Err(questions) => questions
            .iter()
            .map(|question| {
                Finding::new(Code::PendingChange, question.table())
                    .evidence(question.prompt(), "no migration does this, and it can be meant in more than one way")
                    .mend("makemigrations, at a terminal or with --answers FILE")
            })
            .collect(),
    }
}
