//! `sqlmigrate`: the statements of a migration.

use super::{Failure, Outcome, SqlmigrateArgs, history, known_app};
use crate::{
    dialect::{Dialect, Step, postgres, stage::Work},
    project::Project,
    run::DatabaseUrl,
};

pub(super) fn run(args: &SqlmigrateArgs, project: &Project, url: &DatabaseUrl) -> Result<Outcome, Failure> {
    known_app(project, &args.app)?;
    let history = history(project)?;
    let id = history.find(&args.app, &args.name).map_err(Failure::refused)?;
    let dialect = args.dialect.unwrap_or(url.dialect());
    let (before, operations) = history.step(&id, args.backwards).map_err(Failure::refused)?;
    let atomic = history.graph().get(&id).is_none_or(|loaded| loaded.migration.atomic);
    println!("-- {id} for {dialect}{}", if args.backwards { ", backwards" } else { "" });
    if atomic {
        let steps = dialect.render(&operations, &before).map_err(Failure::refused)?;
        transaction(&steps);
    } else {
        println!("-- not atomic: what is done stays done, and the journal says where to go on");
        for stage in dialect.stages(&operations, &before).map_err(Failure::refused)? {
            print_stage(&stage.work);
        }
    }
    if dialect == Dialect::Sqlite {
        println!("-- run with PRAGMA foreign_keys = OFF, followed by PRAGMA foreign_key_check");
    }
    Ok(Outcome::Agree)
}

fn print_stage(work: &Work) {
    match work {
        Work::Steps(steps) if steps.is_empty() => {}
        Work::Steps(steps) => transaction(steps),
        Work::Statement(sql) => transaction(&[Step::Sql(sql.clone())]),
        Work::Batches { update, .. } => {
            println!("-- some blocks of the table at a time");
            transaction(&[Step::Sql(update.clone())]);
        }
        Work::BuildIndex { table, index } => println!("{};", postgres::build_index(table, index)),
        Work::DropIndex { index, .. } => println!("{};", postgres::drop_index(index)),
    }
}

fn transaction(steps: &[Step]) {
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
}
