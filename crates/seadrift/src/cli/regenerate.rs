//! `regenerate` and `squash`: show a rewritten history, prove it, write it.

use serde::Serialize;

use super::{Failure, Outcome, RegenerateArgs, SquashArgs, findings, known_app, print_json, shown};
use crate::{
    history::History,
    migration::{
        MigrationId, SourceError,
        rewrite::{self, Rewrite},
    },
    operation::Operation,
    project::Project,
    run::{DatabaseUrl, proof},
};

/// What is done, or would be.
#[derive(Serialize)]
struct Answer {
    written: bool,
    new: Vec<New>,
    remove: Vec<String>,
    rewire: Vec<Rewire>,
}

#[derive(Serialize)]
struct New {
    migration: MigrationId,
    file: String,
    replaces: usize,
    operations: Vec<String>,
    /// Where the files of what it replaces are.
    #[serde(skip_serializing_if = "Option::is_none")]
    kept: Option<String>,
}

#[derive(Serialize)]
struct Rewire {
    migration: MigrationId,
    from: MigrationId,
    to: MigrationId,
}

/// The history as the files say it now: what is embedded may be older than what is to be rewritten.
fn history(project: &Project) -> Result<History, Failure> {
    History::of_files(project).map_err(|report| Failure::refused(findings(&report)))
}

pub(super) async fn run(args: &RegenerateArgs, project: &Project, url: &DatabaseUrl) -> Result<Outcome, Failure> {
    for app in &args.apps {
        known_app(project, app)?;
    }
    let history = history(project)?;
    let apps = args.apps.iter().cloned().collect();
    let done = rewrite::regenerate(&history, project, &apps, args.keep_data_steps).map_err(Failure::refused)?;
    conclude(&history, &done, project, url, args.yes, args.json).await
}

pub(super) async fn squash(args: &SquashArgs, project: &Project, url: &DatabaseUrl) -> Result<Outcome, Failure> {
    known_app(project, &args.app)?;
    let history = history(project)?;
    let find = |name: &str| history.find(&args.app, name).map_err(Failure::refused);
    let (from, to) = (find(&args.from)?, find(&args.to)?);
    let done = rewrite::squash(&history, project, &from, &to, args.name.as_deref()).map_err(Failure::refused)?;
    conclude(&history, &done, project, url, args.yes, args.json).await
}

/// Shows the rewritten history; and when told so, proves and writes it.
async fn conclude(
    before: &History,
    done: &Rewrite,
    project: &Project,
    url: &DatabaseUrl,
    yes: bool,
    json: bool,
) -> Result<Outcome, Failure> {
    let source = |error: SourceError| Failure::refused(error);
    let mut answer = answer(done, project).map_err(source)?;
    if yes {
        if !json {
            eprintln!("Proving it on scratch databases beside {} …", url.redacted());
        }
        proof::prove(before, &done.history, project, url).await.map_err(|error| match error {
            proof::ProofError::Failed { .. } => Failure::unknown(error),
            refused => Failure::refused(refused),
        })?;
        let kept = done.write(project).map_err(source)?;
        answer.written = true;
        for new in &mut answer.new {
            new.kept = kept.get(&new.migration.app).map(ToString::to_string);
        }
    }
    if json {
        print_json(&answer);
    } else {
        tell(&answer, done);
    }
    Ok(Outcome::agree_if(yes))
}

fn answer(done: &Rewrite, project: &Project) -> Result<Answer, SourceError> {
    let new = |migration: &crate::migration::Migration| New {
        migration: migration.id.clone(),
        file: shown(&project.path(&migration.id)),
        replaces: migration.replaces.len(),
        operations: migration.operations.iter().map(Operation::describe).collect(),
        kept: None,
    };
    let rewire = done.rewired.iter().flat_map(|one| {
        let migration = one.migration.id().clone();
        one.changes.iter().map(move |(from, to)| {
            let (migration, from, to) = (migration.clone(), from.clone(), to.clone());
            Rewire { migration, from, to }
        })
    });
    Ok(Answer {
        written: false,
        new: done.new.iter().map(new).collect(),
        remove: done.swap(project)?.remove.iter().map(|file| shown(file)).collect(),
        rewire: rewire.collect(),
    })
}

fn tell(answer: &Answer, done: &Rewrite) {
    let word = if answer.written { "Wrote" } else { "Would write" };
    for new in &answer.new {
        let plural = if new.replaces == 1 { "" } else { "s" };
        println!("{word} {}   (takes the place of {} migration{plural})", new.file, new.replaces);
        for operation in &new.operations {
            println!("    - {operation}");
        }
    }
    let word = if answer.written { "Removed" } else { "Would remove" };
    if !answer.remove.is_empty() {
        println!("{word} {} files:", answer.remove.len());
        answer.remove.iter().for_each(|file| println!("    - {file}"));
    }
    let word = if answer.written { "Rewired" } else { "Would rewire" };
    for one in &answer.rewire {
        println!("{word} {}: it needs {} instead of {}", one.migration, one.to, one.from);
    }
    let again = done.old.iter().find(|old| !old.migration.replaces.is_empty());
    if let Some(again) = again {
        println!(
            "{} took the place of others itself: a database that has not run migrate since must do so with the files \
             of before.",
            again.id()
        );
    }
    if !answer.written {
        println!(
            "Old and new history come to the same schema. Nothing was written. Prove it on a scratch database and write it with --yes."
        );
        return;
    }
    let mut told = Vec::new();
    for new in &answer.new {
        if let Some(kept) = new.kept.as_ref().filter(|kept| !told.contains(kept)) {
            println!("The old files are in {kept}.");
            told.push(kept);
        }
    }
    println!(
        "Proven: a database at the old end is re-recorded without touching a table, and a new one comes to the same.\n\
         Databases that have run all of the old history: run migrate. Others must finish it first, with the old files."
    );
}
