//! A blog that grows up: the same program at six stages of its life, so that one can watch its schema
//! change and its rows stay. What to run is in README.md; a test runs exactly that on both databases.

mod author;
mod post;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, ValueEnum};
use seadrift::{
    cli::Verb,
    project::{App, MigrationFiles, Project},
    run::DatabaseUrl,
};

/// The blog, as it was at some time.
#[derive(Debug, Parser)]
#[command(name = "blog")]
pub struct Cli {
    /// As of when
    #[arg(long, value_enum)]
    at: Stage,
    /// The database
    #[arg(long, default_value = "sqlite://blog.db")]
    database: String,
    /// Where its migrations lie
    #[arg(long, default_value = "migrations")]
    folder: PathBuf,
    #[command(subcommand)]
    verb: Verb,
}

/// A time in the life of the blog. A real program has no such thing: its code just changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
enum Stage {
    /// Authors and posts.
    Begun,
    /// A post has a status.
    Status,
    /// A title is called a headline.
    Headline,
    /// An author has a given and a family name beside the name.
    Names,
    /// The name is gone.
    Split,
    /// Posts are found by status and headline.
    Index,
    /// A post outlives its author.
    Soft,
}

/// The project of that time.
fn project(at: Stage, folder: &std::path::Path) -> Project {
    let blog = App::new("blog");
    let blog = match at {
        Stage::Begun | Stage::Status | Stage::Headline => blog.model::<author::begun::Entity>(),
        Stage::Names => blog.model::<author::names::Entity>(),
        Stage::Split | Stage::Index | Stage::Soft => blog.model::<author::split::Entity>(),
    };
    let blog = match at {
        Stage::Begun => blog.model::<post::begun::Entity>(),
        Stage::Status => blog.model::<post::status::Entity>(),
        Stage::Headline | Stage::Names | Stage::Split => blog.model::<post::headline::Entity>(),
        Stage::Index => blog.model::<post::index::Entity>(),
        Stage::Soft => blog.model::<post::soft::Entity>(),
    };
    // A real program writes `.migrations(seadrift::migrations!())`, which embeds the folder beside its sources.
    let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let folder: &'static str = folder.display().to_string().leak();
    Project::new().app(blog.migrations(MigrationFiles { folder, files: &[] }))
}

/// Runs a command line.
pub async fn run(cli: Cli) -> ExitCode {
    let url: DatabaseUrl = match cli.database.parse() {
        Ok(url) => url,
        Err(error) => {
            eprintln!("blog: {error}");
            return ExitCode::from(2);
        }
    };
    seadrift::cli::run(cli.verb, &project(cli.at, &cli.folder), &url, "blog").await
}

#[tokio::main]
async fn main() -> ExitCode {
    run(Cli::parse()).await
}
