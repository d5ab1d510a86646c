//! The verbs, embeddable in any program: flatten [`Verb`] into its command line and call [`run`].
//!
//! ```no_run
//! # use seadrift::{cli::{self, Verb}, project::Project};
//! # fn project() -> Project { Project::new() }
//! # async fn main_of_your_program(verb: Verb) -> std::process::ExitCode {
//! let url = "sqlite://var/app.db".parse().expect("a database URL");
//! cli::run(verb, &project(), &url, "myapp").await
//! # }
//! ```

mod adopt;
mod check;
mod checkpoint;
mod diagram;
mod doctor;
mod lint;
mod makemigrations;
mod merge;
mod migrate;
mod progress;
mod question;
mod regenerate;
mod repair;
mod show;
mod sqlmigrate;
mod verify;

use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::{
    dialect::Dialect,
    diff::Answers,
    history::History,
    project::Project,
    report::Report,
    run::{ConnectError, DatabaseUrl},
};

/// What can be asked for.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Write the migrations that lead from the history to the entities
    #[command(
        after_help = "Example:\n  makemigrations accounts --name nickname\n  makemigrations --check --dry-run   (in CI: exits 1 when a migration is missing)\n  makemigrations --merge             (two people wrote the next migration of an app)"
    )]
    Makemigrations(MakemigrationsArgs),
    /// Run the migrations that the database lacks, or go back to an earlier one
    #[command(
        after_help = "Example:\n  migrate                        (everything)\n  migrate accounts 0002          (accounts forwards or backwards to 0002)\n  migrate accounts zero --plan   (what undoing all of accounts would do)"
    )]
    Migrate(MigrateArgs),
    /// List the migrations, and which of them have run
    #[command(after_help = "Example:\n  showmigrations accounts")]
    Showmigrations(ShowArgs),
    /// Print the statements of a migration
    #[command(after_help = "Example:\n  sqlmigrate accounts 0001 --dialect postgres")]
    Sqlmigrate(SqlmigrateArgs),
    /// Check entities and history, without a database
    #[command(after_help = "Example:\n  check --json")]
    Check(CheckArgs),
    /// Prove that the live database is what the history says
    #[command(
        after_help = "Example:\n  verify-schema --json\n  verify-schema --fresh   (migrate a scratch database from nothing, verify it, remove it)\n\nExit code: 0 they agree, 1 they disagree, 2 it could not be told"
    )]
    VerifySchema(VerifyArgs),
    /// Make a drifted database what its recorded migrations say; rows and strays are kept
    ///
    /// A table that was there before its migration, or whose foreign key points at another table, is moved
    /// aside, built anew, and given the rows that fit. Nothing is dropped.
    #[command(
        after_help = "Example:\n  repair            (show what would be done)\n  repair economy --yes\n  repair --quarantine economy_coinpolicy --yes   (move it aside and build it anew)"
    )]
    Repair(RepairArgs),
    /// Take over a database that another tool made, with every row kept
    #[command(
        after_help = "Example:\n  adopt                                   (show the bridge and what must be answered)\n  adopt --write-answers answers.toml      (write the questions to a file, to fill in)\n  adopt --answers answers.toml --yes      (do it, in one transaction)\n\nExit code: 0 adopted, 1 something stands in the way or --yes is missing, 2 it could not be told"
    )]
    Adopt(AdoptArgs),
    /// Compare code, history, record and live database with each other, and plan what mends them
    #[command(
        after_help = "Example:\n  doctor          (root causes first, and one plan)\n  doctor --fix    (does what is safe: missing edges, migrations and repairs that lose nothing)\n  doctor --json\n\nExit code: 0 nothing is wrong, 1 something is, 2 it could not be told"
    )]
    Doctor(DoctorArgs),
    /// Copy the database and write down what is in it, as a way back
    #[command(
        after_help = "Example:\n  checkpoint before-launch\n  checkpoint --list\n\nOthers may go on working meanwhile. Where a git repository is checked out, its commit is tagged."
    )]
    Checkpoint(CheckpointArgs),
    /// Bring a checkpoint back; what is there becomes a checkpoint itself
    #[command(
        after_help = "Example:\n  restore before-launch         (show what would be done)\n  restore before-launch --yes"
    )]
    Restore(RestoreArgs),
    /// Replace the database by a new one made by the migrations alone; the old one becomes a checkpoint
    #[command(
        after_help = "Example:\n  reset-db                            (show what would be done)\n  reset-db --yes --name deltacrown.db (the name, because it holds rows)"
    )]
    ResetDb(ResetArgs),
    /// Tell what migrations lose, break or hold up, from their operations and the rows that are there
    #[command(
        after_help = "Example:\n  lint-migrations                 (those that the database has not run)\n  lint-migrations teams --all --json\n\nExit code: 0 nothing that must not happen, 1 an error that no file acknowledges, 2 it could not be told"
    )]
    LintMigrations(LintArgs),
    /// Give apps fresh initial migrations in place of their whole history, with proof
    #[command(
        after_help = "Example:\n  regenerate teams economy         (show what would be done)\n  regenerate teams economy --yes   (prove it on a scratch database, and write it)\n\nA database that has run all of the old history is re-recorded by its next migrate; no table is touched."
    )]
    Regenerate(RegenerateArgs),
    /// Make one migration of several that follow one another; data steps are kept
    #[command(after_help = "Example:\n  squash teams 0002 0009\n  squash teams 0002 0009 --yes --name rosters")]
    Squash(SquashArgs),
    /// Draw the schema, or the migration graph, as Mermaid, Markdown or one self-contained page
    #[command(
        after_help = "Example:\n  diagram --output schema.html               (a page for people; open it in a browser)\n  diagram --table teams_team                 (Mermaid of a table and its neighbours)\n  diagram --history --applied --output h.html\n  diagram --check docs/schema.md             (in CI: exits 1 when the committed file is stale)"
    )]
    Diagram(DiagramArgs),
}

/// Arguments of `makemigrations`.
#[derive(Debug, Args)]
pub struct MakemigrationsArgs {
    /// Only these apps
    #[arg(value_name = "APP")]
    pub apps: Vec<String>,
    /// Exit with 1 when a migration is missing, and write nothing
    #[arg(long)]
    pub check: bool,
    /// Show what would be written, and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Name of the migration, without its number
    #[arg(long)]
    pub name: Option<String>,
    /// Join branches of an app that were written side by side; says what conflicts
    #[arg(long, conflicts_with_all = ["check", "name", "empty", "answers"])]
    pub merge: bool,
    /// With --merge: let the branch that the database has not run follow the other, with the next numbers
    #[arg(long, requires = "merge")]
    pub renumber: bool,
    /// Write an empty migration, for a data step by hand
    #[arg(long, requires = "apps")]
    pub empty: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// A TOML file with answers to the questions about renames and fills
    #[arg(long, value_name = "FILE")]
    pub answers: Option<std::path::PathBuf>,
}

/// Arguments of `migrate`.
#[derive(Debug, Args)]
pub struct MigrateArgs {
    /// Only this app and what it needs
    pub app: Option<String>,
    /// The migration to go to: its name, its number, or `zero` for before the first
    pub target: Option<String>,
    /// Show what would run, and run nothing
    #[arg(long)]
    pub plan: bool,
    /// Exit with 1 when a migration has not run, and run nothing
    #[arg(long)]
    pub check: bool,
    /// Record the migrations as run without running them
    #[arg(long)]
    pub fake: bool,
    /// Seconds to wait while another runner works on the database
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    pub lock_wait: u64,
}

/// Arguments of `showmigrations`.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// Only these apps
    #[arg(value_name = "APP")]
    pub apps: Vec<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `sqlmigrate`.
#[derive(Debug, Args)]
pub struct SqlmigrateArgs {
    /// The app
    pub app: String,
    /// The migration's name, or its number
    pub name: String,
    /// For which database: postgres or sqlite; without it, the one that is configured
    #[arg(long)]
    pub dialect: Option<Dialect>,
    /// The statements that undo it
    #[arg(long)]
    pub backwards: bool,
}

/// Arguments of `check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `verify-schema`.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// Migrate a scratch database of the same kind from nothing, verify it and remove it
    #[arg(long)]
    pub fresh: bool,
    /// Also look for rows whose soft reference leads nowhere
    #[arg(long)]
    pub data: bool,
}

/// Arguments of `adopt`.
#[derive(Debug, Args)]
pub struct AdoptArgs {
    /// A TOML file with answers: renames, fills, conversions, what is kept aside
    #[arg(long, value_name = "FILE")]
    pub answers: Option<std::path::PathBuf>,
    /// Write the open questions to this file, after the answers that it has
    #[arg(long, value_name = "FILE")]
    pub write_answers: Option<std::path::PathBuf>,
    /// Make a checkpoint and do it, if nothing stands in the way; without, only look
    #[arg(long)]
    pub yes: bool,
    /// Make no checkpoint first: there is another copy
    #[arg(long)]
    pub no_checkpoint: bool,
    /// Folder of the checkpoints [default: checkpoints, beside an SQLite file]
    #[arg(long, value_name = "FOLDER")]
    pub folder: Option<std::path::PathBuf>,
    /// Put no tag on the commit that is checked out
    #[arg(long)]
    pub no_tag: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// Seconds to wait while another runner works on the database
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    pub lock_wait: u64,
}

/// Arguments of `lint-migrations`.
#[derive(Debug, Args)]
pub struct LintArgs {
    /// Only these apps
    #[arg(value_name = "APP")]
    pub apps: Vec<String>,
    /// Also migrations that the database has run
    #[arg(long)]
    pub all: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `repair`.
#[derive(Debug, Args)]
pub struct RepairArgs {
    /// Only tables of these apps
    #[arg(value_name = "APP")]
    pub apps: Vec<String>,
    /// Do it; without, only show what would be done
    #[arg(long)]
    pub yes: bool,
    /// Move this table aside and build it anew, although it could be mended in place; repeatable
    #[arg(long, value_name = "TABLE")]
    pub quarantine: Vec<String>,
    /// A TOML file with answers to the questions about renames and fills
    #[arg(long, value_name = "FILE")]
    pub answers: Option<std::path::PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `regenerate`.
#[derive(Debug, Args)]
pub struct RegenerateArgs {
    /// The apps
    #[arg(value_name = "APP", required = true)]
    pub apps: Vec<String>,
    /// Prove it on a scratch database, and write it; without, only show what would be done
    #[arg(long)]
    pub yes: bool,
    /// Keep the data steps, in their order between the steps that they stand between
    #[arg(long)]
    pub keep_data_steps: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `squash`.
#[derive(Debug, Args)]
pub struct SquashArgs {
    /// The app
    pub app: String,
    /// The first migration: its name, or its number
    pub from: String,
    /// The last migration: its name, or its number
    pub to: String,
    /// Name of the new migration, without its number
    #[arg(long)]
    pub name: Option<String>,
    /// Prove it on a scratch database, and write it; without, only show what would be done
    #[arg(long)]
    pub yes: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `doctor`.
#[derive(Debug, Args)]
pub struct DoctorArgs {
    /// Do the safe steps of the plan, and look again
    #[arg(long)]
    pub fix: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `checkpoint`.
#[derive(Debug, Args)]
pub struct CheckpointArgs {
    /// Its name; the moment, without it
    pub name: Option<String>,
    /// List the checkpoints there are
    #[arg(long, conflicts_with = "name")]
    pub list: bool,
    /// Folder of the checkpoints [default: checkpoints, beside an SQLite file]
    #[arg(long, value_name = "FOLDER")]
    pub folder: Option<std::path::PathBuf>,
    /// Put no tag on the commit that is checked out
    #[arg(long)]
    pub no_tag: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Arguments of verbs that replace a database.
#[derive(Debug, Args)]
pub struct ReplaceArgs {
    /// Do it; without, only show what would be done
    #[arg(long)]
    pub yes: bool,
    /// Name of the database, where it holds rows or is not one of ours: of the file, or on the server
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Folder of the checkpoints [default: checkpoints, beside an SQLite file]
    #[arg(long, value_name = "FOLDER")]
    pub folder: Option<std::path::PathBuf>,
    /// Put no tag on the commit that is checked out
    #[arg(long)]
    pub no_tag: bool,
    /// End the sessions of others on a PostgreSQL database
    #[arg(long)]
    pub disconnect: bool,
}

/// Arguments of `restore`.
#[derive(Debug, Args)]
pub struct RestoreArgs {
    /// Name of the checkpoint
    #[arg(value_name = "CHECKPOINT", id = "checkpoint")]
    pub name: String,
    #[command(flatten)]
    #[expect(missing_docs, reason = "its parts say it")]
    pub replace: ReplaceArgs,
}

/// Arguments of `reset-db`.
#[derive(Debug, Args)]
pub struct ResetArgs {
    #[command(flatten)]
    #[expect(missing_docs, reason = "its parts say it")]
    pub replace: ReplaceArgs,
}

/// Arguments of `diagram`.
#[derive(Debug, Args)]
pub struct DiagramArgs {
    /// Only tables, or migrations, of this app; may be given several times
    #[arg(long = "app", value_name = "APP")]
    pub apps: Vec<String>,
    /// This table with what it points at and what points at it; may be given several times
    #[arg(long = "table", value_name = "TABLE", conflicts_with = "history")]
    pub tables: Vec<String>,
    /// Draw the migrations and what each depends on
    #[arg(long)]
    pub history: bool,
    /// With --history: mark what the database has run
    #[arg(long, requires = "history")]
    pub applied: bool,
    /// The form; without, that of the file's name, or Mermaid
    #[arg(long, value_enum)]
    pub format: Option<Format>,
    /// Write to this file
    #[arg(long, value_name = "FILE")]
    pub output: Option<std::path::PathBuf>,
    /// Compare with this file and write nothing; exits 1 when it is stale
    #[arg(long, value_name = "FILE", conflicts_with = "output")]
    pub check: Option<std::path::PathBuf>,
}

/// The form of a diagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Mermaid text
    Mermaid,
    /// Markdown with Mermaid, a heading an app
    Markdown,
    /// One self-contained page with drawings
    Html,
}

/// Runs a verb and prints what it has to say: answers to standard output, everything else to standard error.
/// `program` is the name that messages use when they tell which command to run.
pub async fn run(verb: Verb, project: &Project, url: &DatabaseUrl, program: &str) -> ExitCode {
    let outcome = match verb {
        Verb::Makemigrations(args) if args.merge => merge::run(&args, project, url).await,
        Verb::Makemigrations(args) => makemigrations::run(&args, project),
        Verb::Migrate(args) => migrate::run(&args, project, url).await,
        Verb::Showmigrations(args) => show::run(&args, project, url).await,
        Verb::Sqlmigrate(args) => sqlmigrate::run(&args, project, url),
        Verb::Check(args) => check::run(&args, project),
        Verb::VerifySchema(args) => verify::run(&args, project, url).await,
        Verb::Adopt(args) => adopt::run(&args, project, url, program).await,
        Verb::LintMigrations(args) => lint::run(&args, project, url).await,
        Verb::Repair(args) => repair::run(&args, project, url).await,
        Verb::Regenerate(args) => regenerate::run(&args, project, url).await,
        Verb::Squash(args) => regenerate::squash(&args, project, url).await,
        Verb::Doctor(args) => doctor::run(&args, project, url, program).await,
        Verb::Checkpoint(args) => checkpoint::checkpoint(&args, url, program).await,
        Verb::Restore(args) => checkpoint::restore(&args, url, program).await,
        Verb::ResetDb(args) => checkpoint::reset(&args, project, url, program).await,
        Verb::Diagram(args) => diagram::run(&args, project, url, program).await,
    };
    match outcome {
        Ok(Outcome::Agree) => ExitCode::SUCCESS,
        Ok(Outcome::Disagree) => ExitCode::from(1),
        Err(failure) => {
            eprintln!("{program}: {failure}");
            ExitCode::from(failure.code)
        }
    }
}

/// How a verb ended, when it could do its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// Exit code 0.
    Agree,
    /// Exit code 1.
    Disagree,
}

impl Outcome {
    fn agree_if(agrees: bool) -> Self {
        if agrees { Self::Agree } else { Self::Disagree }
    }
}

/// Why a verb could not do its work.
#[derive(Debug)]
struct Failure {
    text: String,
    code: u8,
}

impl Failure {
    /// Wrong input, or a refusal: exit code 1.
    fn refused(text: impl ToString) -> Self {
        Self { text: text.to_string(), code: 1 }
    }

    /// It could not be told: exit code 2.
    fn unknown(text: impl ToString) -> Self {
        Self { text: text.to_string(), code: 2 }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

impl From<ConnectError> for Failure {
    fn from(error: ConnectError) -> Self {
        Self::unknown(error)
    }
}

impl From<sea_orm::sqlx::Error> for Failure {
    fn from(error: sea_orm::sqlx::Error) -> Self {
        Self::unknown(format!("the database failed: {}", crate::run::connection::explain(&error)))
    }
}

/// The history, or its findings as a failure.
fn history(project: &Project) -> Result<History, Failure> {
    History::load(project).map_err(|report| Failure::refused(findings(&report)))
}

/// The answers of a file, or none.
fn answers(path: Option<&std::path::Path>) -> Result<Answers, Failure> {
    let Some(path) = path else { return Ok(Answers::default()) };
    let failed = |reason: String| Failure::refused(format!("answers file {}: {reason}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|e| failed(e.to_string()))?;
    toml::from_str(&text).map_err(|e| failed(e.to_string()))
}

/// The path as seen from where the person stands.
fn shown(path: &std::path::Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(&here).unwrap_or(path).display().to_string()
}

/// Findings under a line that counts them.
fn findings(report: &Report) -> String {
    let count = report.findings.len();
    format!("{count} finding{}\n\n{report}", if count == 1 { "" } else { "s" })
}

fn print_json(value: &impl serde::Serialize) {
    match serde_json::to_string_pretty(value) {
        Ok(text) => println!("{text}"),
        Err(error) => eprintln!("cannot print JSON: {error}"),
    }
}

/// The app of this name, or a refusal that lists the apps.
fn known_app(project: &Project, name: &str) -> Result<(), Failure> {
    if project.apps.iter().any(|app| app.name == name) {
        return Ok(());
    }
    let known = project.apps.iter().map(|app| app.name.as_str()).collect::<Vec<_>>().join(", ");
    Err(Failure::refused(format!("there is no app {name:?}; apps: {known}")))
}
