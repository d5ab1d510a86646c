//! `makemigrations`: write the migrations that lead from the history to the entities.

use serde::Serialize;

use super::{Failure, MakemigrationsArgs, Outcome, answers, findings, history, known_app, print_json, question, shown};
use crate::{
    diff::{self, explain},
    history::History,
    migration::{LoadedMigration, Migration, MigrationId},
    operation::Operation,
    project::Project,
    report::{
        check,
        lint::{self, Lint},
    },
    schema::Schema,
};

#[derive(Serialize)]
struct Written {
    migration: MigrationId,
    file: String,
    operations: Vec<String>,
    explanations: Vec<String>,
    lints: Vec<Lint>,
}

pub(super) fn run(args: &MakemigrationsArgs, project: &Project) -> Result<Outcome, Failure> {
    for app in &args.apps {
        known_app(project, app)?;
    }
    let history = history(project)?;
    if args.empty {
        return empty(args, project, &history);
    }
    let code = project.schema().map_err(|errors| Failure::refused(findings(&check::entity_findings(&errors))))?;
    let operations = changes(args, project, &history, &code)?;
    let mut migrations = history.arrange(operations, args.name.as_deref()).map_err(Failure::refused)?;
    keep_wanted(&mut migrations, &args.apps);
    if migrations.is_empty() {
        if args.json {
            print_json(&Vec::<Written>::new());
        } else {
            println!("No changes detected");
        }
        return Ok(Outcome::Agree);
    }
    let write = !args.dry_run && !args.check;
    let mut written = Vec::with_capacity(migrations.len());
    let mut schema = history.schema().clone();
    for migration in &migrations {
        let file =
            if write { project.write(migration).map_err(Failure::refused)? } else { project.path(&migration.id) };
        let loaded = LoadedMigration::new(migration.clone(), shown(&file));
        let lints = lint::lint_new(&loaded, &schema);
        for operation in &migration.operations {
            operation.apply(&mut schema).map_err(Failure::refused)?;
        }
        written.push(Written {
            migration: migration.id.clone(),
            lints,
            file: shown(&file),
            operations: migration.operations.iter().map(Operation::describe).collect(),
            explanations: explain::explain(history.schema(), &migration.operations),
        });
    }
    tell(args, &written, write);
    Ok(Outcome::agree_if(!args.check))
}

/// The operations from the history to the code, with every question answered.
fn changes(
    args: &MakemigrationsArgs,
    project: &Project,
    history: &History,
    code: &Schema,
) -> Result<Vec<Operation>, Failure> {
    let mut answers = answers(args.answers.as_deref())?;
    let hints = project.hints();
    loop {
        match diff::diff(history.schema(), code, &hints, &answers) {
            Ok(operations) => return Ok(operations),
            Err(questions) if question::can_ask() && !args.json && !args.check => {
                // One at a time: an answer can settle other questions.
                if let Some(asked) = questions.first() {
                    question::ask(asked, &mut answers)?;
                }
            }
            Err(questions) => return Err(question::unanswered(&questions)),
        }
    }
}

/// Keeps the migrations of these apps and those that they need.
fn keep_wanted(migrations: &mut Vec<Migration>, apps: &[String]) {
    if apps.is_empty() {
        return;
    }
    let mut wanted: Vec<MigrationId> =
        migrations.iter().filter(|m| apps.contains(&m.id.app)).map(|m| m.id.clone()).collect();
    let mut at = 0;
    while let Some(id) = wanted.get(at).cloned() {
        at += 1;
        let needs = migrations.iter().find(|m| m.id == id).map_or(&[][..], |m| &m.dependencies);
        for need in needs {
            if !wanted.contains(need) {
                wanted.push(need.clone());
            }
        }
    }
    migrations.retain(|m| wanted.contains(&m.id));
}

fn empty(args: &MakemigrationsArgs, project: &Project, history: &History) -> Result<Outcome, Failure> {
    let mut written = Vec::new();
    for app in &args.apps {
        let migration = history.empty(app, args.name.as_deref());
        let write = !args.dry_run && !args.check;
        let file =
            if write { project.write(&migration).map_err(Failure::refused)? } else { project.path(&migration.id) };
        let (migration, file) = (migration.id, shown(&file));
        written.push(Written { migration, file, operations: Vec::new(), explanations: Vec::new(), lints: Vec::new() });
    }
    tell(args, &written, !args.dry_run && !args.check);
    Ok(Outcome::agree_if(!args.check))
}

fn tell(args: &MakemigrationsArgs, written: &[Written], write: bool) {
    if args.json {
        return print_json(&written);
    }
    for one in written {
        let word = if write { "Wrote" } else { "Would write" };
        println!("{word} {}", one.file);
        for operation in &one.operations {
            println!("    - {operation}");
        }
        for explanation in &one.explanations {
            println!("      {explanation}");
        }
        for lint in &one.lints {
            println!("\n{lint}");
        }
    }
}
