//! `migrate`: run what the database lacks, or go back.

use std::{
    io::IsTerminal,
    time::{Duration, Instant},
};

use super::{Failure, MigrateArgs, Outcome, history, known_app, progress::Printer, show::read_record};
use crate::{
    history::History,
    project::Project,
    report::{Report, verify},
    run::{
        DatabaseUrl,
        migrate::{self, Goal, MigrateError, Migrated, Options, Told},
        plan::{Direction, Plan},
        rerecord::{self, Rerecord},
    },
};

pub(super) async fn run(args: &MigrateArgs, project: &Project, url: &DatabaseUrl) -> Result<Outcome, Failure> {
    let history = history(project)?;
    let goal = goal(args, project, &history)?;
    if args.plan || args.check {
        let record = read_record(url).await?;
        let (record, rerecords) = rerecord::settle(&history, &record);
        let report = verify::record_findings(&history, &record);
        if !report.agrees() {
            return Err(Failure::refused(refusal(&report)));
        }
        let plan = history.plan(&record, &goal).map_err(Failure::refused)?;
        print_plan(&plan, &rerecords);
        return Ok(Outcome::agree_if(!args.check || (plan.steps.is_empty() && rerecords.is_empty())));
    }
    let begun = Instant::now();
    let printer = Printer::new();
    let options = Options { fake: args.fake, lock_wait: Duration::from_secs(args.lock_wait) };
    let told = |told: Told<'_>| match told {
        Told::Waiting(holder) => eprintln!("Waiting for another runner: {holder}"),
        Told::Progress(progress) => printer.tell(progress),
        Told::Rerecorded(change) => println!("  re-recorded: {}; no table was touched", change.describe()),
    };
    let done = migrate::migrate(&history, &project.functions, url, &goal, &options, told).await.map_err(failure)?;
    conclude(&done, args.fake, begun.elapsed());
    Ok(Outcome::Agree)
}

fn failure(error: MigrateError) -> Failure {
    match error {
        MigrateError::Connect(error) => error.into(),
        MigrateError::Disagree(report) => Failure::refused(refusal(&report)),
        other => Failure::refused(other),
    }
}

fn refusal(report: &Report) -> String {
    format!("nothing was run, because the database is not what its record says\n\n{report}")
}

fn goal(args: &MigrateArgs, project: &Project, history: &History) -> Result<Goal, Failure> {
    let Some(app) = &args.app else { return Ok(Goal::Everything) };
    known_app(project, app)?;
    Ok(match args.target.as_deref() {
        None => Goal::App(app.clone()),
        Some("zero") => Goal::Zero(app.clone()),
        Some(name) => Goal::Target(history.find(app, name).map_err(Failure::refused)?),
    })
}

fn print_plan(plan: &Plan, rerecords: &[Rerecord]) {
    if plan.steps.is_empty() && rerecords.is_empty() {
        println!("Nothing to do: the database has run every migration.");
    }
    for change in rerecords {
        println!("re-record: {}; no table is touched", change.describe());
    }
    for step in &plan.steps {
        let word = if step.direction == Direction::Forward { "apply" } else { "undo" };
        println!("{word} {}", step.id);
        for operation in &step.operations {
            let loss = if operation.loses_data() { "   (loses data)" } else { "" };
            println!("    - {}{loss}", operation.describe());
        }
    }
}

fn conclude(done: &Migrated, fake: bool, took: Duration) {
    if done.count == 0 && done.rerecorded > 0 {
        return;
    }
    if done.count == 0 {
        println!("Nothing to do: the database has run every migration.");
        return;
    }
    let word = if fake { "Recorded without running" } else { "Done" };
    let plural = if done.count == 1 { "" } else { "s" };
    let time = if std::io::stdout().is_terminal() { format!(" in {} ms", took.as_millis()) } else { String::new() };
    println!("{word}: {} migration{plural}{time}.", done.count);
}
