//! A program with its own schema verbs: `cargo run -p seadrift --features cli --example start -- migrate`.

use clap::Parser;
use seadrift::{
    cli::{self, Verb},
    project::{App, Project},
};

mod author {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "blog_author")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        #[sea_orm(unique)]
        pub email: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) fn project() -> Project {
    let blog = App::new("blog").plain::<author::Entity>("Author").migrations(seadrift::migrations!());
    Project::new().app(blog)
}

#[derive(Parser)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

#[tokio::main]
async fn main() -> std::process::ExitCode {
    let url = "sqlite://blog.db".parse().expect("a database URL");
    cli::run(Cli::parse().verb, &project(), &url, "blog").await
}
