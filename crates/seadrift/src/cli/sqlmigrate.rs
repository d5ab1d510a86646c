//! `sqlmigrate`: the statements of a migration.

use super::{Failure, Outcome, SqlmigrateArgs, history, known_app};
use crate::{
    dialect::{Dialect, Step},
    project::Project,
    run::DatabaseUrl,
};

pub(super) fn run(args: &SqlmigrateArgs, project: &Project, url: &DatabaseUrl) -> Result<Outcome, Failure> {
    known_app(project, &args.app)?;
    let history = history(project)?;
    let id = history.find(&args.app, &args.name).map_err(Failure::refused)?;
    let dialect = args.dialect.unwrap_or(url.dialect());
    let (before, operations) = history.step(&id, args.backwards).map_err(Failure::refused)?;
    let steps = dialect.render(&operations, &before).map_err(Failure::refused)?;
    println!("-- {id} for {dialect}{}", if args.backwards { ", backwards" } else { "" });
    println!("BEGIN;");
    for step in steps {
        match step {
            Step::Sql(sql) => println!("{sql};"),
            Step::Rebuild(rebuild) => {
                println!("-- rebuild; triggers, views and indexes that Seadrift does not know are kept as well");
                for sql in rebuild.plain_statements() {
                    println!("{sql};");
                }
            }
            Step::Run(function) => println!("-- calls the registered function {function}"),
        }
    }
    println!("COMMIT;");
    if dialect == Dialect::Sqlite {
        println!("-- run with PRAGMA foreign_keys = OFF, followed by PRAGMA foreign_key_check");
    }
    Ok(Outcome::Agree)
}
