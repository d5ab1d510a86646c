//! `check`: entities and history, without a database.

use super::{CheckArgs, Failure, Outcome, findings, print_json};
use crate::{project::Project, report};

pub(super) fn run(args: &CheckArgs, project: &Project) -> Result<Outcome, Failure> {
    let report = report::check::check(project);
    if args.json {
        print_json(&report);
    } else if report.findings.is_empty() {
        println!("No issues: the entities fit together, the history is sound, and no migration is missing.");
    } else {
        print!("{}", findings(&report));
    }
    Ok(Outcome::agree_if(report.agrees()))
}
