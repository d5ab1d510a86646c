//! `verify-schema`: the live database against its record and the history.

use serde::Serialize;

use super::{Failure, Outcome, VerifyArgs, findings, print_json};
use crate::{
    project::Project,
    report::{Report, verify},
    run::{Connection, DatabaseUrl, scratch},
};

#[derive(Serialize)]
struct Answer<'a> {
    database: String,
    agrees: bool,
    #[serde(flatten)]
    report: &'a Report,
}

pub(super) async fn run(args: &VerifyArgs, project: &Project, url: &DatabaseUrl) -> Result<Outcome, Failure> {
    let history = super::history(project).map_err(|failure| Failure { code: 2, ..failure })?;
    let report = if args.fresh {
        scratch::verify_fresh(&history, project, url).await.map_err(Failure::unknown)?
    } else {
        let mut connection = Connection::open(url, false).await?;
        let options = verify::Options { data: args.data };
        let report = verify::verify(&history, &mut connection, &options).await.map_err(Failure::unknown)?;
        connection.close().await?;
        report
    };
    if args.json {
        print_json(&Answer { database: url.redacted(), agrees: report.agrees(), report: &report });
    } else if report.agrees() {
        let what = if args.fresh { "A fresh database" } else { "The database" };
        println!("{what} agrees with the history: {} tables.", history.schema().tables.len());
        if !report.findings.is_empty() {
            print!("\n{report}");
        }
    } else {
        print!("{}: {}", url.redacted(), findings(&report));
    }
    Ok(Outcome::agree_if(report.agrees()))
}
