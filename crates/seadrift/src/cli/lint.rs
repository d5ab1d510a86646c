//! `lint-migrations`: what migrations will do that their author may not expect.

use serde::Serialize;

use super::{Failure, LintArgs, Outcome, history, known_app, print_json};
use crate::{
    migration::MigrationId,
    project::Project,
    report::lint::{self, Lint},
    run::{ConnectError, Connection, DatabaseUrl, Record},
};

#[derive(Serialize)]
struct Answer<'a> {
    /// The database whose rows were counted; nothing where there is none.
    database: Option<String>,
    migrations: usize,
    errors: usize,
    lints: &'a [Lint],
}

pub(super) async fn run(args: &LintArgs, project: &Project, url: &DatabaseUrl) -> Result<Outcome, Failure> {
    for app in &args.apps {
        known_app(project, app)?;
    }
    let history = history(project)?;
    let of_app = |id: &MigrationId| args.apps.is_empty() || args.apps.contains(&id.app);
    let count = |wanted: &dyn Fn(&MigrationId) -> bool| history.graph().order().filter(|one| wanted(one.id())).count();
    let (lints, migrations, database) = match Connection::open(url, false).await {
        Ok(mut connection) => {
            let record = Record::read(&mut connection).await?;
            let wanted = |id: &MigrationId| of_app(id) && (args.all || !record.has(id));
            let lints = lint::lint_live(&history, &mut connection, &record, wanted).await;
            connection.close().await?;
            (lints, count(&wanted), Some(url.redacted()))
        }
        Err(ConnectError::NoFile(_)) => (lint::lint(&history, of_app), count(&of_app), None),
        Err(error) => return Err(error.into()),
    };
    let errors = lints.iter().filter(|lint| lint.stops()).count();
    if args.json {
        print_json(&Answer { database, migrations, errors, lints: &lints });
    } else {
        tell(&lints, migrations, errors, database.is_some());
    }
    Ok(Outcome::agree_if(errors == 0))
}

fn tell(lints: &[Lint], migrations: usize, errors: usize, counted: bool) {
    for lint in lints {
        println!("{lint}\n");
    }
    let plural = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    let rows = if counted { "rows counted" } else { "there is no database to count rows in" };
    println!(
        "{} looked at, {rows}: {}, {}.",
        plural(migrations, "migration"),
        plural(lints.len(), "lint"),
        plural(errors, "error")
    );
    if errors > 0 {
        println!("Go the safe way, or write the reason why it may be so into the migration's file, such as");
        let first = lints.iter().find(|lint| lint.stops()).map(|lint| &lint.finding);
        if let Some(finding) = first {
            println!("    acknowledged.\"{} {}\" = \"…\"", finding.code, finding.object);
        }
    }
}
