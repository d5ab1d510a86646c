//! The plan: one command or edit after the other, each safe or needing a decision, and why.
//!
//! Safe is what adds and never takes away: edges, migrations that lose nothing, records of what is
//! there already, repairs after which every table has all that it had. Whether a repair is that is
//! not guessed: it is tried and taken back.

use serde::Serialize;

use super::{Cause, Database, Facts};
use crate::{
    diff,
    migration::{MigrationId, MissingEdge},
    operation::Operation,
    report::Code,
    run::{
        Record,
        migrate::Goal,
        repair::{self, Repair},
    },
    schema::Schema,
};

/// What a step does, for those who do it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Add these dependencies to migration files.
    AddEdges(Vec<MissingEdge>),
    /// Write the missing migrations.
    WriteMigrations,
    /// Record this migration as run: all it makes is there.
    Record(MigrationId),
    /// Repair the tables of these apps.
    Repair(Vec<String>),
    /// Run the pending migrations.
    Migrate,
    /// Something that a person does.
    ByHand,
}

/// One step of the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// What it does.
    #[serde(skip)]
    pub action: Action,
    /// The verb with its arguments; what to do by hand, where no verb does it.
    pub command: String,
    /// What it does, a line each.
    pub what: Vec<String>,
    /// Whether `doctor --fix` does it.
    pub safe: bool,
    /// Why it needs a decision; empty when it is safe.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub why: String,
    /// What it mends.
    pub mends: Vec<String>,
}

impl Step {
    fn new(action: Action, command: impl Into<String>) -> Self {
        Self { action, command: command.into(), what: Vec::new(), safe: true, why: String::new(), mends: Vec::new() }
    }

    fn decide(mut self, why: impl Into<String>) -> Self {
        (self.safe, self.why) = (false, why.into());
        self
    }

    fn what(mut self, lines: impl IntoIterator<Item = String>) -> Self {
        self.what = lines.into_iter().collect();
        self
    }
}

/// The steps that mend these causes, each once, in an order in which they can be done.
pub(super) async fn plan(facts: &Facts<'_>, causes: &[Cause]) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for cause in causes {
        for mut step in steps_of(facts, cause).await {
            let object = format!("{} {}", cause.finding.code, cause.finding.object);
            match steps.iter_mut().find(|known| known.command == step.command) {
                Some(known) => known.mends.push(object),
                None => {
                    step.mends.push(object);
                    steps.push(step);
                }
            }
        }
    }
    // What waits behind a zombie or a gap is told as its symptom, and still has to run.
    let told = |code: Code| causes.iter().any(|c| c.symptoms.iter().any(|f| f.code == code));
    if told(Code::Unapplied) && !facts.unapplied().is_empty() && !steps.iter().any(|s| s.action == Action::Migrate) {
        steps.push(migrate(facts));
    }
    // Files first, then the record, then tables, then what runs on them.
    steps.sort_by_key(|step| match step.action {
        Action::AddEdges(_) => 0,
        Action::ByHand => 1,
        Action::Record(_) => 2,
        Action::Repair(_) => 3,
        Action::WriteMigrations => 4,
        Action::Migrate => 5,
    });
    steps
}

async fn steps_of(facts: &Facts<'_>, cause: &Cause) -> Vec<Step> {
    let finding = &cause.finding;
    match finding.code {
        Code::UnresolvedReference if finding.mend.ends_with("doctor --fix") => vec![edges(facts)],
        Code::PendingChange => vec![write(facts)],
        Code::Unapplied | Code::Replaced => vec![migrate(facts)],
        Code::HalfRun => {
            let step = Step::new(Action::Migrate, "migrate").what([format!("goes on with {}", finding.object)]);
            vec![step.decide("its steps run outside of a transaction, for others to see; choose the moment")]
        }
        Code::RecordGap => gap(facts, cause),
        Code::Zombie => {
            let creator = facts.history.as_ref().and_then(|history| history.creator(&finding.object));
            match creator.as_ref().filter(|id| is_all_there(facts, id)) {
                Some(id) => vec![record(id)],
                None => vec![repair(facts, creator.map(|id| id.app)).await],
            }
        }
        code if finding.mend.starts_with("repair") && code.id().starts_with("SD3") => {
            let table = finding.object.split('.').next().unwrap_or_default();
            vec![repair(facts, facts.app_of(table)).await]
        }
        code => {
            let why = match code {
                Code::Entities | Code::History | Code::Replay | Code::UnresolvedReference | Code::SoftReference => {
                    "only somebody who knows what was meant can correct a source"
                }
                Code::UnknownRecord => {
                    "the file may be missing here, or the record be wrong; only one of them is to be mended"
                }
                Code::PartlyReplaced | Code::BothReplaced => "the record stands between the old and the new migrations",
                Code::AlteredMigration => "the file may be wrong, or the database be behind it",
                Code::BrokenRows => "rows would be changed or removed",
                _ => "it may be somebody's: keeping and dropping it are both right for somebody",
            };
            vec![Step::new(Action::ByHand, finding.mend.clone()).decide(why)]
        }
    }
}

fn edges(facts: &Facts<'_>) -> Step {
    let line = |edge: &MissingEdge| format!("adds \"{}\" to dependencies of {}", edge.dependency, edge.file.display());
    let step = Step::new(Action::AddEdges(facts.edges.clone()), "doctor --fix").what(facts.edges.iter().map(line));
    if facts.files_can_change() { step } else { step.decide(RELEASED) }
}

/// Why a released program does not change migration files.
const RELEASED: &str = "this program holds its migrations in itself: change the sources, and build it anew";

fn write(facts: &Facts<'_>) -> Step {
    let step = Step::new(Action::WriteMigrations, "makemigrations");
    match &facts.pending {
        Err(questions) => {
            let step = step.what(questions.iter().map(diff::Question::prompt));
            step.decide("it can be meant in more than one way; the answer is yours")
        }
        Ok(operations) => {
            let step = step.what(operations.iter().map(Operation::describe));
            match operations.iter().find(|operation| operation.loses_data()) {
                Some(loss) => step.decide(format!("it loses data: {}", loss.describe())),
                None if !facts.files_can_change() => step.decide(RELEASED),
                None => step,
            }
        }
    }
}

fn migrate(facts: &Facts<'_>) -> Step {
    let step = Step::new(Action::Migrate, "migrate");
    let Some(history) = &facts.history else { return step.decide("the history must be sound first") };
    let record = match &facts.database {
        Database::Seen(seen) => seen.record.clone(),
        _ => Record::default(),
    };
    let plan = match history.plan(&record, &Goal::Everything) {
        Ok(plan) => plan,
        Err(error) => return step.decide(format!("it does not fit the record yet: {error}")),
    };
    let step = step.what(plan.steps.iter().map(|planned| format!("runs {}", planned.id)));
    if matches!(facts.database, Database::Missing) {
        return step.decide(format!("it makes a new database at {}; is that the right place?", facts.url));
    }
    let operations = || plan.steps.iter().flat_map(|planned| &planned.operations);
    let live = facts.seen().map(|seen| &seen.live);
    let in_the_way = plan.creates().into_iter().find(|(_, table)| live.is_some_and(|live| live.table(table).is_some()));
    if let Some((_, table)) = in_the_way {
        return step.decide(format!("table {table} stands in the way, and must be moved first"));
    }
    if !crate::report::verify::record_findings(history, &record).agrees() {
        return step.decide("the record must be put right first");
    }
    if let Some(loss) = operations().find(|operation| operation.loses_data()) {
        return step.decide(format!("it loses data: {}", loss.describe()));
    }
    match operations().find(|operation| matches!(operation, Operation::RunSql { .. } | Operation::Run { .. })) {
        Some(step_of_data) => step.decide(format!("it runs a data step: {}", step_of_data.describe())),
        None => step,
    }
}

fn record(id: &MigrationId) -> Step {
    Step::new(Action::Record(id.clone()), format!("migrate {} {} --fake", id.app, id.name))
        .what([format!("records {id} as run: all that it makes is there, just as it would make it")])
}

/// What fills a gap of the record: where all is there only the record is missing.
fn gap(facts: &Facts<'_>, cause: &Cause) -> Vec<Step> {
    let (Some(history), Some(seen)) = (&facts.history, facts.seen()) else { return Vec::new() };
    let of = |(id, _): &(MigrationId, MigrationId)| id.to_string() == cause.finding.object;
    let needs = crate::report::verify::record_gaps(history, &seen.record).into_iter().filter(of).map(|(_, need)| need);
    needs
        .map(|need| {
            if is_all_there(facts, &need) {
                return record(&need);
            }
            Step::new(Action::ByHand, format!("migrate {} {}", need.app, need.name))
                .decide("what it makes is not there, or is otherwise, and later migrations have run without it")
        })
        .collect()
}

/// Whether a migration only makes tables, and all of them are there as it makes them.
fn is_all_there(facts: &Facts<'_>, id: &MigrationId) -> bool {
    let (Some(history), Some(seen)) = (&facts.history, facts.seen()) else { return false };
    let Some(loaded) = history.graph().get(id) else { return false };
    let waits = history.graph().ancestors(id).into_iter().any(|ancestor| !seen.record.has(ancestor));
    let after = history.schema_of(|other| other == id || seen.record.has(other));
    !waits
        && loaded.migration.operations.iter().all(|operation| {
            let Operation::CreateTable(table) = operation else { return false };
            let only = |schema: &Schema| Schema::of(schema.table(&table.name).cloned());
            seen.live.table(&table.name).is_some() && diff::difference(&only(&after), &only(&seen.live)).is_empty()
        })
}

/// A repair of an app, tried to see what it would do.
async fn repair(facts: &Facts<'_>, app: Option<String>) -> Step {
    let apps: Vec<String> = app.into_iter().collect();
    let command = format!("repair {} --yes", apps.join(" ")).replace("  ", " ");
    let step = Step::new(Action::Repair(apps.clone()), command);
    let Some(history) = &facts.history else { return step.decide("the history must be sound first") };
    let options = repair::Options { apps, ..repair::Options::default() };
    match repair::repair(history, &facts.project.functions, facts.url, options, |_| ()).await {
        Ok(tried) => judge(step, &tried),
        Err(error) => step.decide(error.to_string()),
    }
}

fn judge(step: Step, tried: &Repair) -> Step {
    let moves = tried.aside.iter().map(|aside| {
        format!("moves {} aside to {}; {} of {} rows come along", aside.table, aside.place, aside.carried, aside.rows)
    });
    let runs = tried.migrations.iter().map(|id| format!("runs {id}"));
    let step = step.what(moves.chain(tried.operations.iter().map(Operation::describe)).chain(runs));
    if tried.keeps_everything() {
        return step;
    }
    if let Some(question) = tried.questions.first() {
        return step.decide(format!("it needs an answer: {}", question.prompt()));
    }
    let left = tried.aside.iter().find(|aside| !aside.is_complete());
    let why = left.map(|aside| match aside.left_rows.first() {
        Some(rows) => format!("{} of {} rows would be in quarantine only: {}", rows.rows, aside.rows, rows.why),
        None => format!("values of {} would be in quarantine only", aside.table),
    });
    step.decide(why.unwrap_or_else(|| "it changes values of a column".to_owned()))
}
