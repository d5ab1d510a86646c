//! `audit`: the audit log, exported and checked, also where there is no database. Not here: how entries are chained
//! (`tournaments::audit`).

use std::{
    fs,
    io::{self, BufWriter, Write},
    path::PathBuf,
    process::ExitCode,
};

use clap::Subcommand;
use kernel::{Db, DbOptions};
use serde_json::json;
use tournaments::{
    audit::chain::{self, Head, Report},
    service::log,
};

use crate::{PROGRAM, config::Config, fail};

/// Arguments of `audit`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Write the whole log as lines of JSON, its end as the last one
    #[command(
        after_help = "Example:\n  deltacrown audit export --output audit.jsonl\n\nKeep the last line on another machine: it shows later whether entries were cut off."
    )]
    Export {
        /// The file to write [default: standard output]; it must not be there yet
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Look for entries that were changed, put in, taken out or cut off
    #[command(
        after_help = "Example:\n  deltacrown audit verify                           (the log in the database)\n  deltacrown audit verify --against audit.jsonl    (nothing of that export is missing from it)\n  deltacrown audit verify audit.jsonl              (an exported log, without any database)\n\nExit code 0: the log is sound; 1: it is not; 2: it could not be told."
    )]
    Verify {
        /// An exported log; the database is not asked then
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
        /// An earlier export, whose end the log must still contain
        #[arg(long, value_name = "FILE")]
        against: Option<PathBuf>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

pub async fn run(args: &Args, config: &Config) -> ExitCode {
    match &args.act {
        Act::Export { output } => export(output.as_ref(), config).await,
        Act::Verify { file, against, json } => match verify(file.as_ref(), against.as_ref(), config).await {
            Ok(report) => tell(&report, *json),
            Err(text) => fail(&text),
        },
    }
}

async fn open(config: &Config) -> Result<Db, String> {
    if let Some(file) = config.database.file().filter(|file| !file.exists()) {
        return Err(format!("database file {} does not exist; create it with `{PROGRAM} migrate`", file.display()));
    }
    Db::connect(config.database.secret(), DbOptions::default()).await.map_err(|error| error.to_string())
}

fn unreadable(error: &kernel::DbError) -> String {
    format!("the log could not be read: {error}. If tables or columns are missing, run `{PROGRAM} migrate` first")
}

async fn export(output: Option<&PathBuf>, config: &Config) -> ExitCode {
    let db = match open(config).await {
        Ok(db) => db,
        Err(text) => return fail(&text),
    };
    let mut to: Box<dyn Write> = match output {
        None => Box::new(io::stdout().lock()),
        Some(path) => match fs::File::create_new(path) {
            Ok(file) => Box::new(BufWriter::new(file)),
            Err(error) => return fail(&format!("{} cannot be made: {error}; name a new file", path.display())),
        },
    };
    let mut failed = None;
    let head = log::export(db.read(), |line| {
        if failed.is_none() {
            failed = writeln!(to, "{line}").err();
        }
    })
    .await;
    db.close().await;
    let failed = failed.or_else(|| to.flush().err());
    match (head, failed) {
        (Err(error), _) => fail(&unreadable(&error)),
        (_, Some(error)) => fail(&format!("the log could not be written: {error}")),
        (Ok(head), None) => {
            eprintln!("{} entries, the last one's hash is {}", head.count, head.hash);
            ExitCode::SUCCESS
        }
    }
}

fn read(path: &PathBuf) -> Result<(Vec<tournaments::model::audit_log::Model>, Option<Head>), String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    log::read(&text).map_err(|invalid| format!("{}: {invalid}", path.display()))
}

async fn verify(file: Option<&PathBuf>, against: Option<&PathBuf>, config: &Config) -> Result<Report, String> {
    let exported = match against {
        None => None,
        Some(path) => {
            let end = read(path)?.1;
            let missing = || format!("{}: its last line, the end of the log, is missing", path.display());
            Some(end.ok_or_else(missing)?)
        }
    };
    if let Some(path) = file {
        let (rows, end) = read(path)?;
        return Ok(chain::verify(&rows, exported.or(end)));
    }
    let db = open(config).await?;
    let report = log::verify(db.read(), exported).await;
    db.close().await;
    report.map_err(|error| unreadable(&error))
}

fn tell(report: &Report, json: bool) -> ExitCode {
    if json {
        let problems: Vec<String> = report.problems.iter().map(ToString::to_string).collect();
        let told = json!({
            "sound": report.is_sound(),
            "entries": report.rows,
            "older": report.older,
            "head": report.head,
            "problems": problems,
        });
        println!("{told:#}");
    } else {
        println!("{} entries, the last one's hash is {}", report.rows, report.head.hash);
        if report.older > 0 {
            println!("{} of them are older than the chain: nothing can be said of those.", report.older);
        }
        for problem in &report.problems {
            println!("  {problem}");
        }
        println!(
            "{}",
            if report.is_sound() {
                "The log is sound."
            } else {
                "The log is not sound: compare it with an export, and restore a checkpoint."
            }
        );
    }
    if report.is_sound() { ExitCode::SUCCESS } else { ExitCode::from(1) }
}
