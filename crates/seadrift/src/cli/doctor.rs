//! `doctor`: everything in one look, root causes first, and one plan.

use serde::Serialize;

use super::{DoctorArgs, Failure, Outcome, print_json};
use crate::{
    project::Project,
    report::{
        Finding,
        doctor::{Action, Diagnosis, Pair, State, Step, diagnose},
    },
    run::{DatabaseUrl, doctor},
};

#[derive(Serialize)]
struct Answer<'a> {
    database: String,
    agrees: bool,
    done: Vec<Step>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failed: Option<String>,
    #[serde(flatten)]
    diagnosis: &'a Diagnosis,
}

pub(super) async fn run(
    args: &DoctorArgs,
    project: &Project,
    url: &DatabaseUrl,
    program: &str,
) -> Result<Outcome, Failure> {
    let say = |step: &Step| {
        if !args.json {
            println!("Fixing: {program} {}", step.command);
            step.what.iter().for_each(|line| println!("    - {line}"));
        }
    };
    let (done, failed, diagnosis) = if args.fix {
        let fixed = doctor::fix(project, url, say).await;
        (fixed.done, fixed.failed, fixed.diagnosis)
    } else {
        (Vec::new(), None, diagnose(project, url).await)
    };
    if args.json {
        let failed = failed.as_ref().map(|(step, why)| format!("{}: {why}", step.command));
        print_json(&Answer {
            database: url.redacted(),
            agrees: diagnosis.agrees(),
            done,
            failed,
            diagnosis: &diagnosis,
        });
    } else {
        if args.fix && !done.is_empty() {
            println!();
        }
        if let Some((step, why)) = &failed {
            println!("{program} {} did not go through: {why}\n", step.command);
        }
        print!("{}", text(&diagnosis, url, program, args.fix));
    }
    match (diagnosis.agrees() && failed.is_none(), diagnosis.is_complete()) {
        (false, _) => Ok(Outcome::Disagree),
        (true, true) => Ok(Outcome::Agree),
        (true, false) => Err(Failure::unknown("not everything could be told; what was looked at agrees")),
    }
}

/// The diagnosis as people read it.
fn text(diagnosis: &Diagnosis, url: &DatabaseUrl, program: &str, fixed: bool) -> String {
    let mut text = format!("Database {url}\n\n");
    for told in &diagnosis.pairs {
        let state = match &told.state {
            State::Agree => "agree".to_owned(),
            State::Disagree { count } if told.pair == Pair::LiveCode => {
                let because = if diagnosis.causes.is_empty() { "" } else { ", because of what is told below" };
                format!("differ in {count} table{}{because}", plural(*count))
            }
            State::Disagree { count } => format!("{count} finding{}", plural(*count)),
            State::Unknown { why } => format!("could not be told: {}", why.lines().next().unwrap_or_default()),
        };
        // Arrows count as one sign on a screen, and as three bytes.
        let pad = " ".repeat(18_usize.saturating_sub(told.pair.text().chars().count()));
        text.push_str(&format!("  {}{pad}{state}\n", told.pair.text()));
    }
    if diagnosis.causes.is_empty() {
        if diagnosis.is_complete() {
            text.push_str("\nNothing is wrong.\n");
        }
    } else {
        text.push_str("\nWhat is wrong, root causes first\n");
    }
    for (number, cause) in diagnosis.causes.iter().enumerate() {
        text.push_str(&format!("\n{}. {}\n", number + 1, cause.finding));
        if !cause.symptoms.is_empty() {
            text.push_str("    because of this:\n");
        }
        for symptom in &cause.symptoms {
            text.push_str(&format!("      - {}\n", short(symptom)));
        }
    }
    if !diagnosis.notes.is_empty() {
        text.push_str("\nWorth knowing\n");
    }
    for note in &diagnosis.notes {
        text.push_str(&format!("\n  {note}\n"));
    }
    if !diagnosis.plan.is_empty() {
        text.push_str("\nPlan\n");
        text.push_str(&plan(diagnosis, program, fixed));
    }
    text
}

fn plan(diagnosis: &Diagnosis, program: &str, fixed: bool) -> String {
    let mut text = String::new();
    for (number, step) in diagnosis.plan.iter().enumerate() {
        let mark = if step.safe { "safe  " } else { "decide" };
        let command = match step.action {
            Action::ByHand => step.command.replace('\n', "\n              "),
            _ => format!("{program} {}", step.command),
        };
        text.push_str(&format!("\n  {}. {mark}  {command}\n", number + 1));
        for line in &step.what {
            text.push_str(&format!("              - {line}\n"));
        }
        if !step.safe {
            let why = step.why.lines().collect::<Vec<_>>().join("\n              ");
            text.push_str(&format!("             why: {why}\n"));
        }
    }
    if !fixed && diagnosis.plan.iter().any(|step| step.safe) {
        text.push_str(&format!("\n`{program} doctor --fix` does what is safe, and looks again.\n"));
    }
    text
}

fn short(finding: &Finding) -> String {
    let found = finding.found.lines().next().unwrap_or_default();
    let found = if found.is_empty() { String::new() } else { format!(" ({found})") };
    format!("{} {}: {}{found}", finding.code, finding.code.title(), finding.object)
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}
