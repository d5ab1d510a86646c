//! Doing the safe steps of a doctor's plan, looking anew after each.

use std::time::Duration;

use super::{
    DatabaseUrl,
    migrate::{self, Goal, Options},
    repair,
};
use crate::{
    diff::{self, Answers},
    history::History,
    project::Project,
    report::doctor::{Action, Diagnosis, Step, diagnose},
};

/// What `fix` did, and how things are then.
#[derive(Debug)]
pub struct Fixed {
    /// The steps that were done, in order.
    pub done: Vec<Step>,
    /// The step that failed, and why; nothing came after it.
    pub failed: Option<(Step, String)>,
    /// What is left.
    pub diagnosis: Diagnosis,
}

/// The most steps of one run; each makes something right, so more would be a circle.
const LIMIT: usize = 100;

/// Does the first safe step of the plan and looks anew, until there is none.
pub async fn fix(project: &Project, url: &DatabaseUrl, mut told: impl FnMut(&Step)) -> Fixed {
    let mut done: Vec<Step> = Vec::new();
    for _ in 0..LIMIT {
        let diagnosis = diagnose(project, url).await;
        let Some(step) = diagnosis.plan.iter().find(|step| step.safe).cloned() else {
            return Fixed { done, failed: None, diagnosis };
        };
        if done.last().is_some_and(|last| *last == step) {
            let why = "it was done, and is still wanted".to_owned();
            return Fixed { done, failed: Some((step, why)), diagnosis };
        }
        told(&step);
        if let Err(why) = act(project, url, &step.action).await {
            return Fixed { done, failed: Some((step, why)), diagnosis };
        }
        done.push(step);
    }
    Fixed { done, failed: None, diagnosis: diagnose(project, url).await }
}

async fn act(project: &Project, url: &DatabaseUrl, action: &Action) -> Result<(), String> {
    let history = || History::load(project).map_err(|report| report.to_string());
    let migrate = async |goal: Goal, fake: bool| {
        let options = Options { fake, lock_wait: Duration::from_secs(300) };
        let done = migrate::migrate(&history()?, &project.functions, url, &goal, &options, |_| ()).await;
        done.map(drop).map_err(|error| error.to_string())
    };
    match action {
        Action::AddEdges(edges) => {
            let sources = project.sources();
            for edge in edges {
                let source = sources.iter().find(|source| source.app == edge.migration.app);
                let source = source.ok_or_else(|| format!("there is no app {:?}", edge.migration.app))?;
                source.add_dependency(&edge.migration, &edge.dependency).map_err(|error| error.to_string())?;
            }
            Ok(())
        }
        Action::WriteMigrations => {
            let history = history()?;
            let code = project.schema().map_err(|_| "the entities do not fit together".to_owned())?;
            let operations = diff::diff(history.schema(), &code, &project.hints(), &Answers::default())
                .map_err(|questions| questions.first().map(|q| q.prompt()).unwrap_or_default())?;
            for migration in history.arrange(operations, None).map_err(|error| error.to_string())? {
                project.write(&migration).map_err(|error| error.to_string())?;
            }
            Ok(())
        }
        Action::Record(id) => migrate(Goal::Target(id.clone()), true).await,
        Action::Migrate => migrate(Goal::Everything, false).await,
        Action::Repair(apps) => {
            let options = repair::Options { apps: apps.clone(), run: true, ..repair::Options::default() };
            let done = repair::repair(&history()?, &project.functions, url, options, |_| ()).await;
            done.map(drop).map_err(|error| error.to_string())
        }
        Action::ByHand => Err("it is done by hand".to_owned()),
    }
}
