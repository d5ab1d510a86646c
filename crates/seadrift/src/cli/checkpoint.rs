//! `checkpoint`, `restore` and `reset-db`: what they would do, asking for the name, doing it.

use std::{
    io::{BufRead, Write},
    path::PathBuf,
};

use super::{CheckpointArgs, Failure, Outcome, ReplaceArgs, ResetArgs, RestoreArgs, history, print_json, question};
use crate::{
    project::Project,
    run::{
        DatabaseUrl,
        checkpoint::{self, CheckpointError, Manifest, Options, Surprise},
    },
};

impl From<CheckpointError> for Failure {
    fn from(error: CheckpointError) -> Self {
        match error {
            CheckpointError::Connect(error) => error.into(),
            CheckpointError::Database(error) => error.into(),
            other => Self::refused(other),
        }
    }
}

pub(super) async fn checkpoint(args: &CheckpointArgs, url: &DatabaseUrl, program: &str) -> Result<Outcome, Failure> {
    let options = options_of(args.folder.as_ref(), args.no_tag, program);
    if args.list {
        return list(args, url, &options);
    }
    let manifest = checkpoint::checkpoint(url, args.name.as_deref(), &options).await?;
    if args.json {
        print_json(&manifest);
    } else {
        println!("{}", made(&manifest, url, &options));
    }
    Ok(Outcome::Agree)
}

/// A checkpoint that another verb makes before it changes a database; answers what it holds and how to get back.
pub(super) async fn before(url: &DatabaseUrl, options: &Options) -> Result<String, Failure> {
    Ok(made(&checkpoint::checkpoint(url, None, options).await?, url, options))
}

fn made(manifest: &Manifest, url: &DatabaseUrl, options: &Options) -> String {
    format!(
        "Checkpoint {}: {}\n    in {}\nBack with: {} restore {} --yes",
        manifest.name,
        described(manifest),
        options.folder_of(url).join(&manifest.name).display(),
        options.program,
        manifest.name
    )
}

fn list(args: &CheckpointArgs, url: &DatabaseUrl, options: &Options) -> Result<Outcome, Failure> {
    let found = checkpoint::list(url, options)?;
    if args.json {
        print_json(&found.iter().flatten().collect::<Vec<_>>());
        return Ok(Outcome::agree_if(found.iter().all(Result::is_ok)));
    }
    if found.is_empty() {
        println!("There are no checkpoints in {}.", options.folder_of(url).display());
    }
    for manifest in &found {
        match manifest {
            Ok(manifest) => println!("{}  {}  {}", manifest.name, manifest.made_at, described(manifest)),
            Err(error) => eprintln!("{error}"),
        }
    }
    Ok(Outcome::agree_if(found.iter().all(Result::is_ok)))
}

/// What a checkpoint holds, in a line.
fn described(manifest: &Manifest) -> String {
    let tables = manifest.tables.values().filter(|content| content.is_table).count();
    let mut text = format!(
        "{tables} tables, {} rows, {} migrations, as {}",
        manifest.rows(),
        manifest.record.len(),
        manifest.copy.text()
    );
    if let Some(commit) = &manifest.commit {
        let at = commit.tag.clone().unwrap_or_else(|| "no tag".to_owned());
        let changed = if commit.changed { ", with changes that were not committed" } else { "" };
        text.push_str(&format!(", at commit {} ({at}{changed})", commit.hash.get(..12).unwrap_or(&commit.hash)));
    }
    text
}

pub(super) async fn restore(args: &RestoreArgs, url: &DatabaseUrl, program: &str) -> Result<Outcome, Failure> {
    let options = options(&args.replace, program);
    let manifest = checkpoint::find(url, &args.name, &options)?;
    let surprise = checkpoint::surprise(url).await?;
    println!("Checkpoint {} of {}, {}:", manifest.name, manifest.database, manifest.made_at);
    println!("    {}", described(&manifest));
    let steps = [
        "verify the copy against its manifest".to_owned(),
        keep(&surprise, url),
        "bring everything back, and compare rows and contents of every table".to_owned(),
    ];
    let foreign = surprise.exists && !surprise.ours && surprise.tables > 0;
    let why =
        foreign.then(|| format!("{} has no record of migrations: it is not one of ours", checkpoint::name_of(url)));
    if !agreed(&args.replace, url, &steps, why.as_deref())? {
        return Ok(Outcome::Disagree);
    }
    let restored = checkpoint::restore(url, &args.name, &options).await?;
    println!("Restored {}: {} rows, every table compared.", restored.manifest.name, restored.manifest.rows());
    told(restored.replaced.as_ref(), program);
    if let Some(commit) = &restored.manifest.commit {
        println!("The code of that time: commit {}", commit.tag.as_ref().unwrap_or(&commit.hash));
    }
    Ok(Outcome::Agree)
}

pub(super) async fn reset(
    args: &ResetArgs,
    project: &Project,
    url: &DatabaseUrl,
    program: &str,
) -> Result<Outcome, Failure> {
    let history = history(project)?;
    let options = options(&args.replace, program);
    let surprise = checkpoint::surprise(url).await?;
    let name = checkpoint::name_of(url);
    let steps = [
        format!("build a new database from {} migrations, and verify it", history.graph().len()),
        keep(&surprise, url),
        format!("put the new database in the place of {name}"),
    ];
    let why = match &surprise {
        Surprise { exists: true, ours: false, tables: 1.., .. } => {
            Some(format!("{name} has no record of migrations: it is not one of ours"))
        }
        Surprise { rows: 1.., .. } => Some(format!("{name} holds {} rows", surprise.rows)),
        _ => None,
    };
    if !agreed(&args.replace, url, &steps, why.as_deref())? {
        return Ok(Outcome::Disagree);
    }
    let reset = checkpoint::reset_db(&history, project, url, &options).await?;
    println!("Reset {name}: {} migrations run, verified.", reset.migrations);
    told(reset.replaced.as_ref(), program);
    Ok(Outcome::Agree)
}

fn options(args: &ReplaceArgs, program: &str) -> Options {
    Options { disconnect: args.disconnect, ..options_of(args.folder.as_ref(), args.no_tag, program) }
}

pub(super) fn options_of(folder: Option<&PathBuf>, no_tag: bool, program: &str) -> Options {
    Options { folder: folder.cloned(), tag: !no_tag, program: program.to_owned(), disconnect: false }
}

fn keep(surprise: &Surprise, url: &DatabaseUrl) -> String {
    if surprise.exists {
        let Surprise { rows, tables, .. } = surprise;
        format!("make a checkpoint of what is in {url}: {tables} tables, {rows} rows")
    } else {
        format!("make {url}, which is not there")
    }
}

fn told(replaced: Option<&Manifest>, program: &str) {
    if let Some(manifest) = replaced {
        println!(
            "What was there is checkpoint {}. Back with: {program} restore {} --yes",
            manifest.name, manifest.name
        );
    }
}

/// Shows what would be done, and whether it may be: with `--yes`, and where `why` says that the
/// database deserves a second thought, with its name.
fn agreed(args: &ReplaceArgs, url: &DatabaseUrl, steps: &[String], why: Option<&str>) -> Result<bool, Failure> {
    let name = checkpoint::name_of(url);
    if let Some(given) = args.name.as_ref().filter(|given| **given != name) {
        return Err(Failure::refused(format!(
            "--name {given} is another database: this one is {name}. Nothing was changed"
        )));
    }
    let named = args.name.is_some();
    if args.yes && why.is_some() && !named && question::can_ask() {
        show("This will be done:", steps);
        eprint!("{}. Type its name to go on: ", why.unwrap_or_default());
        std::io::stderr().flush().map_err(Failure::refused)?;
        let mut typed = String::new();
        std::io::stdin().lock().read_line(&mut typed).map_err(Failure::refused)?;
        if typed.trim() == name {
            return Ok(true);
        }
        return Err(Failure::refused(format!("{:?} is not {name:?}. Nothing was changed", typed.trim())));
    }
    match why {
        Some(why) if args.yes && !named => {
            Err(Failure::refused(format!("{why}. To go on all the same, add: --name {name}. Nothing was changed")))
        }
        _ if args.yes => Ok(true),
        why => {
            show("This would be done:", steps);
            let name = why.map_or(String::new(), |_| format!(" --name {name}"));
            println!("Nothing was changed. Do it with --yes{name}.");
            Ok(false)
        }
    }
}

fn show(title: &str, steps: &[String]) {
    println!("{title}");
    for (number, step) in steps.iter().enumerate() {
        println!("    {}. {step}", number + 1);
    }
}
