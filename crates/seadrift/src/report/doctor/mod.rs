//! The doctor: every pair of code, history, record and live database in one look; what is wrong with
//! root causes before symptoms; and one plan of commands at the end.
//!
//! Not here: printing, and doing what the plan says (`run::doctor`).

mod fold;
mod plan;

use serde::Serialize;

use super::{Code, Finding, check, verify};
use crate::{
    diff::{self, Answers, Difference},
    history::History,
    migration::MissingEdge,
    operation::Operation,
    project::Project,
    run::{ConnectError, Connection, DatabaseUrl, Record, plan::Ordered, rerecord},
    schema::Schema,
};

pub use plan::{Action, Step};

/// Two of the four things that must agree, or one of them with itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Pair {
    CodeItself,
    HistoryItself,
    CodeHistory,
    HistoryRecord,
    RecordLive,
    LiveCode,
}

impl Pair {
    /// As people read it.
    pub fn text(self) -> &'static str {
        match self {
            Self::CodeItself => "code ↔ itself",
            Self::HistoryItself => "history ↔ itself",
            Self::CodeHistory => "code ↔ history",
            Self::HistoryRecord => "history ↔ record",
            Self::RecordLive => "record ↔ live",
            Self::LiveCode => "live ↔ code",
        }
    }
}

/// Whether a pair agrees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum State {
    /// It agrees.
    Agree,
    /// It does not, in so many places.
    Disagree {
        /// How many.
        count: usize,
    },
    /// It could not be told.
    Unknown {
        /// Why.
        why: String,
    },
}

/// What was told of a pair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Told {
    /// The pair.
    pub pair: Pair,
    /// What was told.
    #[serde(flatten)]
    pub state: State,
}

/// A root cause, with what follows from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cause {
    /// What is wrong.
    #[serde(flatten)]
    pub finding: Finding,
    /// What is only so because of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub symptoms: Vec<Finding>,
}

/// What the doctor says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diagnosis {
    /// Every pair.
    pub pairs: Vec<Told>,
    /// What is wrong, root causes first.
    pub causes: Vec<Cause>,
    /// What is worth knowing, although nothing disagrees.
    pub notes: Vec<Finding>,
    /// What mends it, in order.
    pub plan: Vec<Step>,
}

impl Diagnosis {
    /// Whether nothing is wrong, as far as could be told.
    pub fn agrees(&self) -> bool {
        self.causes.is_empty()
    }

    /// Whether every pair could be told.
    pub fn is_complete(&self) -> bool {
        !self.pairs.iter().any(|told| matches!(told.state, State::Unknown { .. }))
    }
}

/// What is known about the project and its database.
struct Facts<'p> {
    project: &'p Project,
    url: &'p DatabaseUrl,
    history: Option<History>,
    edges: Vec<MissingEdge>,
    /// What a new migration would hold, or why it cannot be told without an answer.
    pending: Result<Vec<Operation>, Vec<diff::Question>>,
    database: Database,
}

/// What is known about the database.
enum Database {
    /// A file that nobody has made yet.
    Missing,
    /// It could not be looked at, and why.
    Unknown(String),
    /// It has been looked at.
    Seen(Box<Seen>),
}

struct Seen {
    record: Record,
    live: Schema,
    /// Where it is not what the code says; nothing when the code itself could not be told.
    against_code: Option<Vec<Difference>>,
}

/// Looks at everything.
pub async fn diagnose(project: &Project, url: &DatabaseUrl) -> Diagnosis {
    let mut findings = Vec::new();
    let code = project.schema().ok();
    let history = History::load(project).ok();
    findings.extend(check::check(project).findings.into_iter().filter(|f| f.code != Code::PendingChange));
    let pending = match (&code, &history) {
        (Some(code), Some(history)) => diff::diff(history.schema(), code, &project.hints(), &Answers::default()),
        _ => Ok(Vec::new()),
    };
    findings.extend(pending_findings(&pending, code.as_ref(), history.as_ref()));
    let (database, seen) = look(history.as_ref(), code.as_ref(), url).await;
    findings.extend(seen);
    let edges = if history.is_none() { History::missing_edges(project) } else { Vec::new() };
    let facts = Facts { project, url, history, edges, pending, database };

    let (notes, wrong): (Vec<_>, Vec<_>) =
        findings.into_iter().partition(|f: &Finding| f.severity == super::Severity::Note);
    let pairs = pairs(&facts, code.is_some(), &wrong);
    let causes = fold::fold(&facts, wrong);
    let plan = plan::plan(&facts, &causes).await;
    Diagnosis { pairs, causes, notes, plan }
}

/// One finding an app: what a new migration would hold.
fn pending_findings(
    pending: &Result<Vec<Operation>, Vec<diff::Question>>,
    code: Option<&Schema>,
    history: Option<&History>,
) -> Vec<Finding> {
    let app_of = |table: &str| {
        let schemas = [code, history.map(History::schema)];
        let known = schemas.into_iter().flatten().find_map(|schema| schema.table(table));
        known.map_or_else(|| table.to_owned(), |table| table.app.clone())
    };
    let lines: Vec<(String, String)> = match pending {
        Ok(operations) => operations.iter().map(|o| (app_of(o.table().unwrap_or_default()), o.describe())).collect(),
        Err(questions) => questions.iter().map(|q| (app_of(q.table()), q.prompt())).collect(),
    };
    let mut apps: Vec<&String> = lines.iter().map(|(app, _)| app).collect();
    apps.sort();
    apps.dedup();
    let of = |app: &String| lines.iter().filter(|(a, _)| a == app).map(|(_, line)| line.as_str()).collect::<Vec<_>>();
    apps.into_iter()
        .map(|app| {
            let lines = of(app);
            let object = format!("app {app}: {} change{}", lines.len(), if lines.len() == 1 { "" } else { "s" });
            Finding::new(Code::PendingChange, object)
                .evidence(lines.join("\n"), "no migration does this")
                .cause("the entities were edited, and no migration was made")
                .mend(format!("makemigrations {app}"))
        })
        .collect()
}

/// Looks at the database: what is known of it, and what is wrong with it.
async fn look(history: Option<&History>, code: Option<&Schema>, url: &DatabaseUrl) -> (Database, Vec<Finding>) {
    let mut connection = match Connection::open(url, false).await {
        Ok(connection) => connection,
        Err(ConnectError::NoFile(file)) => {
            let count = history.map_or(0, |history| history.graph().len());
            let finding = Finding::new(Code::Unapplied, format!("all {count} migrations"))
                .evidence("a database that has run them", format!("there is no file {}", file.display()))
                .cause("the database has not been made yet, or its path is another one")
                .mend("migrate, which makes it");
            return (Database::Missing, if count == 0 { Vec::new() } else { vec![finding] });
        }
        Err(error) => return (Database::Unknown(error.to_string()), Vec::new()),
    };
    let result = inside(&mut connection, history, code).await;
    let _ = connection.close().await;
    match result {
        Ok((seen, findings)) => (Database::Seen(Box::new(seen)), findings),
        Err(error) => (Database::Unknown(crate::run::connection::explain(&error)), Vec::new()),
    }
}

async fn inside(
    connection: &mut Connection,
    history: Option<&History>,
    code: Option<&Schema>,
) -> Result<(Seen, Vec<Finding>), sea_orm::sqlx::Error> {
    let record = Record::read(connection).await?;
    let findings = match history {
        Some(history) => verify::verify(history, connection, &verify::Options::default()).await?.findings,
        None => Vec::new(),
    };
    // Migrations that replace exactly what has run count as run; `migrate` says so in the record.
    let record = history.map_or_else(|| record.clone(), |history| rerecord::settle(history, &record).0);
    let expected = history.map(|history| history.schema_of(|id| record.has(id)));
    let live = verify::inspect(connection, expected.as_ref().or(code).unwrap_or(&Schema::default())).await?;
    let against_code = match code {
        Some(code) => Some(diff::difference(code, &verify::inspect(connection, code).await?)),
        None => None,
    };
    Ok((Seen { record, live, against_code }, findings))
}

fn pairs(facts: &Facts<'_>, code_is_sound: bool, findings: &[Finding]) -> Vec<Told> {
    let count = |codes: &[&str]| findings.iter().filter(|f| codes.iter().any(|c| f.code.id().starts_with(c))).count();
    let state = |count: usize| if count == 0 { State::Agree } else { State::Disagree { count } };
    let unknown = |why: &str| State::Unknown { why: why.to_owned() };
    let history = facts.history.is_some();
    let unseen = match &facts.database {
        Database::Unknown(why) => Some(unknown(why)),
        Database::Missing => Some(unknown("there is no database yet")),
        Database::Seen(_) => None,
    };
    let no_history = || unknown("the history is not sound");
    let code_history = match (code_is_sound, history) {
        (false, _) => unknown("the entities do not fit together"),
        (_, false) => no_history(),
        _ => state(count(&["SD105"])),
    };
    let live_code = match (&facts.database, code_is_sound) {
        (Database::Seen(seen), true) => {
            let mut tables: Vec<&str> =
                seen.against_code.iter().flatten().map(|difference| difference.table.as_str()).collect();
            tables.dedup();
            state(tables.len())
        }
        (_, false) => unknown("the entities do not fit together"),
        _ => unseen.clone().unwrap_or(State::Agree),
    };
    let of_database = |codes: &[&str]| match (&unseen, history) {
        (_, false) => no_history(),
        (Some(unseen), _) => unseen.clone(),
        _ => state(count(codes)),
    };
    let record = match facts.database {
        // That nothing has run is known without a database.
        Database::Missing if history => state(count(&["SD201"])),
        _ => of_database(&["SD201", "SD202", "SD203", "SD204", "SD206", "SD50"]),
    };
    vec![
        Told { pair: Pair::CodeItself, state: state(count(&["SD101", "SD106"])) },
        Told { pair: Pair::HistoryItself, state: state(count(&["SD102", "SD103", "SD104"])) },
        Told { pair: Pair::CodeHistory, state: code_history },
        Told { pair: Pair::HistoryRecord, state: record },
        Told { pair: Pair::RecordLive, state: of_database(&["SD205", "SD3"]) },
        Told { pair: Pair::LiveCode, state: live_code },
    ]
}

impl Facts<'_> {
    fn seen(&self) -> Option<&Seen> {
        match &self.database {
            Database::Seen(seen) => Some(seen),
            _ => None,
        }
    }

    /// The app that owns a table, in the history or in the code.
    fn app_of(&self, table: &str) -> Option<String> {
        self.history.as_ref()?.schema().table(table).map(|table| table.app.clone())
    }

    /// Whether migration files can be changed so that this program reads the change: not those that a
    /// released program holds in itself.
    fn files_can_change(&self) -> bool {
        let folder = |path: &std::path::Path| path.is_dir() || path.parent().is_some_and(std::path::Path::is_dir);
        cfg!(debug_assertions) && self.project.sources().iter().any(|source| folder(&source.folder))
    }

    /// The migrations that have not run, in order.
    fn unapplied(&self) -> Vec<crate::migration::MigrationId> {
        let (Some(history), Some(seen)) = (&self.history, self.seen()) else { return Vec::new() };
        let all = history.ordered().into_iter().map(|(migration, _)| migration.id.clone());
        all.filter(|id| !seen.record.has(id)).collect()
    }
}
