//! Jobs: what is due and what follows from what people did. `serve` does them beside the site; `work` does nothing
//! else. Not here: what a job does (the apps), and how jobs are shared among nodes (`kernel::jobs`).

use std::{process::ExitCode, sync::Arc, time::Duration};

use chrono::TimeDelta;
use kernel::{
    Clock, Db, DbError, DbOptions, Random, SystemClock, SystemRandom,
    jobs::{self, JobError, Worker, WorkerOptions},
    outbox, rate,
};

use crate::{PROGRAM, config::Config, fail, serve};

/// Removes what nobody asks for any more.
const TIDY: &str = "platform.tidy";
/// Ends invitations that were not answered in time.
const EXPIRE_INVITATIONS: &str = "teams.expire_invitations";
/// Deletes files of forms that were never sent.
const FORGET_FILES: &str = "tournaments.forget_files";
/// News are kept so long, for people whose connection broke.
const NEWS_KEPT: TimeDelta = TimeDelta::days(7);
/// Jobs that are done are kept so long, for operators who ask what happened.
const JOBS_KEPT: TimeDelta = TimeDelta::days(30);

/// A worker with all jobs of the platform; what recurs is queued once for all nodes.
///
/// # Errors
/// When the database fails.
pub async fn worker(db: &Db) -> Result<Worker, DbError> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let random: Arc<dyn Random> = Arc::new(SystemRandom);
    let recurring = [
        (TIDY, Duration::from_secs(3_600)),
        (EXPIRE_INVITATIONS, Duration::from_secs(600)),
        (FORGET_FILES, Duration::from_secs(24 * 3_600)),
    ];
    db.write(|tx| async move {
        for (kind, period) in recurring {
            jobs::every(&tx, &SystemClock, kind, period).await?;
        }
        Ok::<_, DbError>(())
    })
    .await?;
    let worker = Worker::new(db.clone(), Arc::clone(&clock), Arc::clone(&random)).options(WorkerOptions::default());
    let tidied = db.clone();
    let worker = worker.handle(TIDY, move |_| {
        let db = tidied.clone();
        async move {
            outbox::prune(&db, &SystemClock, NEWS_KEPT).await?;
            jobs::prune(&db, &SystemClock, JOBS_KEPT).await?;
            rate::prune(&db, &SystemClock).await?;
            Ok::<_, JobError>(())
        }
    });
    let expired = db.clone();
    let worker = worker.handle(EXPIRE_INVITATIONS, move |_| {
        let db = expired.clone();
        async move {
            db.write(|tx| async move { teams::service::invitation::expire(&tx, &SystemClock).await }).await?;
            Ok::<_, JobError>(())
        }
    });
    let forgotten = db.clone();
    let worker = worker.handle(FORGET_FILES, move |_| {
        let db = forgotten.clone();
        async move {
            teams::service::logo::forget_orphans(&db, &SystemClock).await?;
            tournaments::service::upload::forget_orphans(&db, &SystemClock).await?;
            Ok::<_, JobError>(())
        }
    });
    Ok(tournaments::jobs::register(worker, db, &clock, &random))
}

/// `work`: jobs and nothing else, until the process is asked to stop.
pub async fn run(config: &Config) -> ExitCode {
    serve::log(config.log);
    if let Err(text) = serve::prove(&config.database).await {
        eprintln!("{PROGRAM}: {text}");
        return ExitCode::from(1);
    }
    let db = match Db::connect(config.database.secret(), DbOptions::default()).await {
        Ok(db) => db,
        Err(error) => return fail(&error.to_string()),
    };
    let worker = match worker(&db).await {
        Ok(worker) => worker,
        Err(error) => return fail(&error.to_string()),
    };
    println!("DeltaCrown works on jobs  (database {}; stop with Ctrl-C)", db.label());
    worker.run(serve::stop()).await;
    db.close().await;
    ExitCode::SUCCESS
}
