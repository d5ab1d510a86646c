//! `repair`: make a drifted database what the history says.

use super::{Failure, Outcome, RepairArgs, answers, history, known_app, question};
use crate::{
    project::Project,
    run::{
        DatabaseUrl,
        migrate::{MigrateError, Told},
        repair,
    },
};

pub(super) async fn run(args: &RepairArgs, project: &Project, url: &DatabaseUrl) -> Result<Outcome, Failure> {
    for app in &args.apps {
        known_app(project, app)?;
    }
    let history = history(project)?;
    let answers = answers(args.answers.as_deref())?;
    let told = |told: Told<'_>| {
        if let Told::Waiting(holder) = told {
            eprintln!("Waiting for another runner: {holder}");
        }
    };
    let repair = repair::repair(&history, url, &args.apps, answers, args.yes, told).await.map_err(failure)?;
    if !repair.questions.is_empty() {
        return Err(question::unanswered(&repair.questions));
    }
    if repair.operations.is_empty() {
        println!("Nothing to repair. What no migration declares is left as it is; see verify-schema.");
        return Ok(Outcome::Agree);
    }
    println!("{}", if args.yes { "Repaired, in one transaction:" } else { "This would be done, in one transaction:" });
    for operation in &repair.operations {
        println!("    - {}", operation.describe());
    }
    if !args.yes {
        println!("Nothing was changed. Do it with --yes.");
    }
    Ok(Outcome::agree_if(args.yes))
}

fn failure(error: MigrateError) -> Failure {
    match error {
        MigrateError::Connect(error) => error.into(),
        other => Failure::refused(other),
    }
}
