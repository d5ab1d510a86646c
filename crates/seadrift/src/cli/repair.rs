//! `repair`: make a drifted database what the history says.

use serde::Serialize;

use super::{Failure, Outcome, RepairArgs, answers, history, known_app, print_json, question};
use crate::{
    project::Project,
    run::{
        DatabaseUrl,
        migrate::{MigrateError, Told},
        repair::{self, Aside, Options, Repair, RepairError},
    },
};

#[derive(Serialize)]
struct Answer<'a> {
    database: String,
    done: bool,
    #[serde(flatten)]
    repair: &'a Repair,
}

pub(super) async fn run(args: &RepairArgs, project: &Project, url: &DatabaseUrl) -> Result<Outcome, Failure> {
    for app in &args.apps {
        known_app(project, app)?;
    }
    let history = history(project)?;
    let options = Options {
        apps: args.apps.clone(),
        quarantine: args.quarantine.clone(),
        answers: answers(args.answers.as_deref())?,
        run: args.yes,
    };
    let told = |told: Told<'_>| {
        if let Told::Waiting(holder) = told {
            eprintln!("Waiting for another runner: {holder}");
        }
    };
    let repair = repair::repair(&history, &project.functions, url, options, told).await.map_err(failure)?;
    if args.json {
        print_json(&Answer { database: url.redacted(), done: args.yes && !repair.is_empty(), repair: &repair });
    } else if !repair.questions.is_empty() {
        return Err(question::unanswered(&repair.questions));
    } else {
        print!("{}", text(&repair, args.yes));
    }
    Ok(Outcome::agree_if(repair.is_empty() || args.yes && repair.questions.is_empty()))
}

/// What was done, or would be.
pub(super) fn text(repair: &Repair, done: bool) -> String {
    if repair.is_empty() {
        return "Nothing to repair. What no migration declares is left as it is; see verify-schema.\n".to_owned();
    }
    let mut text = String::new();
    text.push_str(if done { "Repaired, in one transaction:\n" } else { "This would be done, in one transaction:\n" });
    for aside in &repair.aside {
        text.push_str(&format!("    - Move table {} aside to {}: {}\n", aside.table, aside.place, aside.why));
    }
    for operation in &repair.operations {
        text.push_str(&format!("    - {}\n", operation.describe()));
    }
    for migration in &repair.migrations {
        text.push_str(&format!("    - Run {migration}\n"));
    }
    for aside in &repair.aside {
        text.push_str(&rows(aside));
    }
    if repair.aside.iter().any(|aside| !aside.unanswered.is_empty()) {
        text.push_str("\nWhat a column gets that has nothing can be said in a file, --answers FILE, one line each:\n");
        for column in repair.aside.iter().flat_map(|aside| &aside.unanswered) {
            let key = toml::Value::String(column.clone());
            text.push_str(&format!(
                "    fill.{key} = {{ sql = \"…\" }}   # an expression over the columns of the old table\n"
            ));
        }
    }
    if done {
        if !repair.aside.is_empty() {
            text.push_str(
                "\nNothing was dropped: every row is still in quarantine. verify-schema lists what lies there.\n",
            );
        }
    } else if repair.aside.is_empty() {
        text.push_str("Nothing was changed. Do it with --yes.\n");
    } else {
        text.push_str("\nThis was tried and taken back. Nothing was changed. Do it with --yes.\n");
    }
    text
}

/// What came of the rows of a table.
fn rows(aside: &Aside) -> String {
    let plural = |n: u64| if n == 1 { "row" } else { "rows" };
    let mut text = format!("\n{}: {} of {} {} carried", aside.table, aside.carried, aside.rows, plural(aside.rows));
    let values: Vec<_> = aside.left_columns.iter().filter(|left| left.values > 0).collect();
    if aside.left_rows.is_empty() && values.is_empty() {
        return text + "\n";
    }
    text.push_str("; only in quarantine:\n");
    for left in &aside.left_rows {
        text.push_str(&format!("    {} {}: {}\n", left.rows, plural(left.rows), left.why));
    }
    for left in values {
        let word = if left.values == 1 { "value" } else { "values" };
        text.push_str(&format!("    {} {word} of {}: {}\n", left.values, left.column, left.why));
    }
    text
}

fn failure(error: RepairError) -> Failure {
    match error {
        RepairError::Migrate(MigrateError::Connect(error)) => error.into(),
        other => Failure::refused(other),
    }
}
