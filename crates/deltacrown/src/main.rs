//! DeltaCrown, the program: command line, settings and wiring. It decides nothing.

mod audit;
mod config;
mod ledger;
mod serve;
mod superuser;
mod work;

use std::{path::PathBuf, process::ExitCode};

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use config::{Config, Said};
use seadrift::cli::Verb;

/// The name that messages use for this program.
const PROGRAM: &str = "deltacrown";

/// A self-hosted esports tournament platform.
#[derive(Debug, Parser)]
#[command(name = PROGRAM, version, after_help = "Example:\n  deltacrown serve        (everything else has a default)\n\nSettings come from deltacrown.toml, then DELTACROWN_* variables, then these options.")]
struct Cli {
    /// Where the database is [default: sqlite://var/deltacrown.db, or DATABASE_URL]
    #[arg(long, global = true, value_name = "URL")]
    database: Option<String>,
    /// The settings file [default: deltacrown.toml where it exists]
    #[arg(long, global = true, value_name = "FILE", env = "DELTACROWN_CONFIG")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    #[command(flatten)]
    Schema(Verb),
    /// Make an account that may do everything
    #[command(
        after_help = "Example:\n  deltacrown createsuperuser --username ann --email ann@example.org\n\nThe password is asked for at the terminal, or read from standard input with --password-stdin."
    )]
    Createsuperuser(superuser::Args),
    /// Prove the coin ledger, and give players coins
    #[command(after_help = "Example:\n  deltacrown ledger verify")]
    Ledger(ledger::Args),
    /// Export the audit log and check that nobody tampered with it
    Audit(audit::Args),
    /// Serve the site; an empty database is built first
    #[command(after_help = "Example:\n  deltacrown serve --bind 0.0.0.0:8000")]
    Serve(serve::Args),
    /// Do what is due and nothing else, beside nodes that serve
    #[command(
        after_help = "Example:\n  deltacrown work\n\n`serve` does it too; this is for more hands on one PostgreSQL."
    )]
    Work,
}

fn main() -> ExitCode {
    let cli = match Cli::command().try_get_matches().and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(error) => error.exit(),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&format!("cannot start: {error}")),
    };
    runtime.block_on(run(cli))
}

async fn run(cli: Cli) -> ExitCode {
    let bind = match &cli.command {
        Command::Serve(args) => args.bind.clone(),
        _ => None,
    };
    // A demo stays out of the usual database unless somebody names one.
    let demo = matches!(&cli.command, Command::Serve(args) if args.demo).then(|| "sqlite://var/demo.db".to_owned());
    let said = Said::default()
        .option("database", demo)
        .and_then(|said| said.file(cli.config.as_deref()))
        .and_then(|said| said.environment(std::env::vars()))
        .and_then(|said| said.option("database", cli.database.clone()))
        .and_then(|said| said.option("bind", bind));
    let config = match said.and_then(|said| Config::from(&said)) {
        Ok(config) => config,
        // Nothing can be told about a database whose settings are refused.
        Err(error) => return fail(&error.to_string()),
    };
    match cli.command {
        Command::Schema(verb) => seadrift::cli::run(verb, &web::project(), &config.database, PROGRAM).await,
        Command::Createsuperuser(args) => superuser::run(&args, &config).await,
        Command::Ledger(args) => ledger::run(&args, &config).await,
        Command::Audit(args) => audit::run(&args, &config).await,
        Command::Serve(args) => serve::run(&args, &config).await,
        Command::Work => work::run(&config).await,
    }
}

/// Says why on standard error; exit code 2.
fn fail(text: &str) -> ExitCode {
    eprintln!("{PROGRAM}: {text}");
    ExitCode::from(2)
}
