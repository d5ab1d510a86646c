//! `makemigrations --merge`: an app that ends in several migrations ends in one again.

use serde::Serialize;

use super::{Failure, MakemigrationsArgs, Outcome, findings, known_app, print_json, show::read_record, shown};
use crate::{
    history::History,
    migration::{
        Graph, GraphError, LoadedMigration, MigrationId, Origin,
        rewrite::{self, Branch, Merge, MergeError},
    },
    project::Project,
    report::Report,
    run::{DatabaseUrl, Record},
};

#[derive(Serialize)]
struct Merged {
    migration: MigrationId,
    file: String,
    follows: Vec<MigrationId>,
}

pub(super) async fn run(args: &MakemigrationsArgs, project: &Project, url: &DatabaseUrl) -> Result<Outcome, Failure> {
    for app in &args.apps {
        known_app(project, app)?;
    }
    let loaded = History::files(project, Some(Origin::Folder)).map_err(|report| Failure::refused(findings(&report)))?;
    let mut merges = rewrite::merges(&loaded).map_err(refused)?;
    merges.retain(|merge| args.apps.is_empty() || args.apps.contains(&merge.migration.id.app));
    if merges.is_empty() {
        if args.json {
            print_json(&Vec::<Merged>::new());
        } else {
            println!("Nothing to merge: each app ends in one migration.");
        }
        return Ok(Outcome::Agree);
    }
    if args.renumber {
        let record = read_record(url).await?;
        for merge in &merges {
            renumber(args, project, merge, &record)?;
        }
        return Ok(Outcome::Agree);
    }
    if let Some(conflict) = merges.iter().find(|merge| !merge.conflicts.is_empty()) {
        return Err(conflicting(conflict, project));
    }
    write(args, project, loaded, &merges)?;
    if !args.json && !args.dry_run {
        // Without a database nothing is offered; that is no failure of the merge.
        if let Ok(record) = read_record(url).await {
            merges.iter().for_each(|merge| offer(merge, &record, url));
        }
    }
    Ok(Outcome::Agree)
}

fn refused(error: MergeError) -> Failure {
    Failure::refused(error)
}

/// Writes the merges, once the whole is known to hold with them.
fn write(
    args: &MakemigrationsArgs,
    project: &Project,
    loaded: Vec<LoadedMigration>,
    merges: &[Merge],
) -> Result<(), Failure> {
    let new =
        merges.iter().map(|merge| LoadedMigration::new(merge.migration.clone(), project.path(&merge.migration.id)));
    let graph = Graph::build(loaded.into_iter().chain(new).collect()).map_err(|errors| {
        let report = Report { findings: errors.iter().map(GraphError::finding).collect() };
        Failure::refused(findings(&report))
    })?;
    History::of(graph).map_err(|report| Failure::refused(findings(&report)))?;
    let mut written = Vec::new();
    for merge in merges {
        let migration = &merge.migration;
        let file = if args.dry_run {
            project.path(&migration.id)
        } else {
            project.write(migration).map_err(Failure::refused)?
        };
        let follows = migration.dependencies.clone();
        written.push(Merged { migration: migration.id.clone(), file: shown(&file), follows });
    }
    if args.json {
        print_json(&written);
        return Ok(());
    }
    for one in &written {
        let follows = one.follows.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ");
        println!("{} {}", if args.dry_run { "Would write" } else { "Wrote" }, one.file);
        println!("    - follows {follows}, which come to the same in every order");
    }
    Ok(())
}

fn renumber(args: &MakemigrationsArgs, project: &Project, merge: &Merge, record: &Record) -> Result<(), Failure> {
    let (first, second) = rewrite::second(merge, |id| record.has(id)).map_err(refused)?;
    let loaded = History::files(project, Some(Origin::Folder)).map_err(|report| Failure::refused(findings(&report)))?;
    let done = rewrite::renumber(&loaded, project, first, second).map_err(refused)?;
    if !args.dry_run {
        done.swap.run().map_err(Failure::refused)?;
    }
    let word = if args.dry_run { "Would rename" } else { "Renamed" };
    for (before, after) in &done.names {
        println!("{word} {before} to {}; it now follows {}", after.name, first.leaf);
    }
    Ok(())
}

fn offer(merge: &Merge, record: &Record, url: &DatabaseUrl) {
    if let Ok((first, second)) = rewrite::second(merge, |id| record.has(id)) {
        println!(
            "{} has not run on {}; when it has run nowhere else and is not released, it can follow {} instead: remove \
             {} again, and makemigrations --merge --renumber",
            names(second),
            url.redacted(),
            first.leaf,
            merge.migration.id.name
        );
    }
}

fn names(branch: &Branch) -> String {
    branch.own.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn conflicting(merge: &Merge, project: &Project) -> Failure {
    let app = &merge.migration.id.app;
    let mut text = format!("the branches of app {app:?} do not come to the same in every order:\n");
    for conflict in &merge.conflicts {
        let ((a, one), (b, other)) = (&conflict.one, &conflict.other);
        text.push_str(&format!("    - {a}: {one}\n      {b}: {other}\n"));
    }
    let needs = merge.migration.dependencies.iter().map(|id| format!("\"{id}\"")).collect::<Vec<_>>().join(", ");
    text.push_str(&format!(
        "Let the second follow the first, if it has run nowhere yet: makemigrations --merge --renumber\n\
         Or, if you know that their order does not matter, write {} with app = {app:?} and dependencies = [{needs}]",
        shown(&project.path(&merge.migration.id))
    ));
    Failure::refused(text)
}
