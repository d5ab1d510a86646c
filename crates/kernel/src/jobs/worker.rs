//! Takes jobs that are due and runs their handlers, each under a lease.

use std::collections::BTreeMap;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::Instant;
use tracing::Instrument;

use super::rules::{Backoff, Outcome, RUNNING, later};
use super::{Job, JobError, settle};
use crate::clock::Clock;
use crate::db::{Db, DbError, Signal};
use crate::random::Random;
use crate::store;
use crate::task::describe_broken;

/// However soon something is due, the queue is not looked at more often.
const SHORTEST_WAIT: Duration = Duration::from_millis(20);

type Handled = Pin<Box<dyn Future<Output = Result<(), JobError>> + Send>>;
type Handler = Arc<dyn Fn(Job) -> Handled + Send + Sync>;

/// How a worker works. The defaults serve; a field is there because somebody must change it.
#[derive(Debug, Clone)]
pub struct WorkerOptions {
    /// What operators see in the column of the worker; at most fifty bytes of it.
    pub name: String,
    /// How many jobs it runs at a time.
    pub concurrency: usize,
    /// How long a job stays its own without a sign of life. It gives one every third of this time.
    pub lease: Duration,
    /// How often it looks for jobs that other nodes queued.
    pub poll: Duration,
    /// The pause after a job's first failure.
    pub first_pause: Duration,
    /// The pause is doubled after each failure, up to this.
    pub longest_pause: Duration,
    /// After this long a handler is stopped, which counts as a failure.
    pub time_limit: Duration,
    /// How long a worker that is told to stop waits for its handlers.
    pub grace: Duration,
}

impl Default for WorkerOptions {
    fn default() -> Self {
        Self {
            name: "worker".to_owned(),
            concurrency: 8,
            lease: Duration::from_secs(5),
            poll: Duration::from_millis(500),
            first_pause: Duration::from_secs(1),
            longest_pause: Duration::from_secs(300),
            time_limit: Duration::from_secs(600),
            grace: Duration::from_secs(5),
        }
    }
}

/// Runs jobs of the kinds that it has handlers for; others are left to other workers.
pub struct Worker {
    work: Work,
    handlers: BTreeMap<String, Handler>,
}

/// What each running job shares.
#[derive(Clone)]
struct Work {
    db: Db,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    options: Arc<WorkerOptions>,
}

/// Stops a task when it is dropped: nothing a dead worker began goes on.
struct Running(JoinHandle<Result<(), JobError>>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Running {
    /// Stops the handler at its next `await` and waits until it has ended. An end that it reached
    /// meanwhile is its own.
    async fn stop(&mut self) -> Option<Result<(), JobError>> {
        self.0.abort();
        (&mut self.0).await.ok()
    }
}

/// Why a job's run was over.
enum Ended {
    By(Outcome),
    /// The lease is lost: somebody else may have the job.
    Lost,
}

impl Worker {
    /// A worker without handlers.
    pub fn new(db: Db, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Self {
        let options = Arc::new(WorkerOptions::default());
        Self { work: Work { db, clock, random, options }, handlers: BTreeMap::new() }
    }

    /// With these options.
    #[must_use]
    pub fn options(mut self, options: WorkerOptions) -> Self {
        self.work.options = Arc::new(options);
        self
    }

    /// With a handler for jobs of this kind; one that it had is replaced. It must be idempotent, and
    /// must not block its thread: a lease that cannot be renewed is lost.
    #[must_use]
    pub fn handle<H, F>(mut self, kind: impl Into<String>, handler: H) -> Self
    where
        H: Fn(Job) -> F + Send + Sync + 'static,
        F: Future<Output = Result<(), JobError>> + Send + 'static,
    {
        self.handlers.insert(kind.into(), Arc::new(move |job| Box::pin(handler(job))));
        self
    }

    /// Works until `stop` is over, then waits a little for its handlers, stops those that are still
    /// at it and gives their jobs back. Dropped before that, it is a dead worker: others take its
    /// jobs when their leases run out.
    pub async fn run(self, stop: impl Future<Output = ()> + Send) {
        let kinds: Vec<String> = self.handlers.keys().cloned().collect();
        let mut signal = self.work.db.listen(Signal::Jobs);
        let (stopping, _) = watch::channel(false);
        let mut running = JoinSet::new();
        let mut stop = std::pin::pin!(stop);
        loop {
            while running.try_join_next().is_some() {}
            let free = self.work.options.concurrency.max(1).saturating_sub(running.len());
            signal.mark_unchanged();
            // Not interrupted by `stop`: what is taken is known, and given back.
            let wait = if free == 0 || kinds.is_empty() {
                self.work.options.poll
            } else {
                self.take(&kinds, free, &mut running, &stopping).await
            };
            tokio::select! {
                biased;
                () = &mut stop => break,
                Some(_) = running.join_next() => {}
                changed = signal.changed(), if running.len() < self.work.options.concurrency => {
                    // The database lives as long as this worker.
                    debug_assert!(changed.is_ok());
                }
                () = tokio::time::sleep(wait) => {}
            }
        }
        stopping.send_replace(true);
        while running.join_next().await.is_some() {}
    }

    /// Takes jobs that are due and starts them; answers after how long to look again.
    async fn take(
        &self,
        kinds: &[String],
        free: usize,
        running: &mut JoinSet<()>,
        stopping: &watch::Sender<bool>,
    ) -> Duration {
        let poll = self.work.options.poll;
        let since = Instant::now();
        let now = self.work.clock.now();
        match self.work.claim(kinds, free, now).await {
            Ok(Claimed::Nothing { next }) => {
                let until = next.and_then(|next| (next - self.work.clock.now()).to_std().ok());
                until.map_or(poll, |until| until.max(SHORTEST_WAIT).min(poll))
            }
            Ok(Claimed::Jobs(jobs)) => {
                let wait = match jobs.len() {
                    // Others are about to take what is due, or hold its rows for a change.
                    0 => SHORTEST_WAIT.min(poll),
                    taken if taken >= free => poll,
                    _ => Duration::ZERO,
                };
                for job in jobs {
                    let Some(handler) = self.handlers.get(&job.kind) else { continue };
                    let span = tracing::info_span!("job", id = job.id, kind = %job.kind, attempt = job.attempt);
                    let handled = Running(tokio::spawn(handler(job.clone()).instrument(span.clone())));
                    let care = self.work.clone().care(job, handled, since, stopping.subscribe());
                    running.spawn(care.instrument(span));
                }
                wait
            }
            Err(error) => {
                tracing::warn!(%error, "jobs cannot be taken");
                poll.max(Duration::from_secs(1))
            }
        }
    }
}

enum Claimed {
    Jobs(Vec<Job>),
    Nothing { next: Option<DateTime<Utc>> },
}

impl Work {
    /// Takes jobs, at most `limit`. Looks first whether there are any, which keeps idle workers from
    /// taking turns at SQLite's writer.
    async fn claim(&self, kinds: &[String], limit: usize, now: DateTime<Utc>) -> Result<Claimed, DbError> {
        let next = store::jobs::next_due(self.db.read(), kinds).await?;
        if next.is_none_or(|due| due > now) {
            return Ok(Claimed::Nothing { next });
        }
        let until = later(now, self.options.lease);
        let name = &self.options.name;
        let name = &name[..name.floor_char_boundary(50)];
        let claim = &format!("{name}/{}", self.random.token());
        let work = self;
        let taken = self.db.write(|tx| async move {
            let due = store::jobs::lock_due(&tx, kinds, now, limit as u64).await?;
            let mut ids = Vec::new();
            for job in due {
                if job.status == RUNNING && job.attempts >= job.max_attempts {
                    // Whoever takes this job dies of it.
                    let error = format!("its worker ({}) died or lost the database", job.locked_by);
                    let outcome = Outcome::Failed { error, fatal: false };
                    settle(&tx, &*work.clock, &Job::from(job), outcome, work.backoff()).await?;
                } else {
                    ids.push(job.id);
                }
            }
            Ok::<_, DbError>(store::jobs::hand_over(&tx, &ids, claim, now, until).await?)
        });
        let taken = taken.await?;
        Ok(Claimed::Jobs(taken.into_iter().map(Job::from).collect()))
    }

    fn backoff(&self) -> Backoff {
        let WorkerOptions { first_pause: first, longest_pause: longest, .. } = *self.options;
        Backoff { first, longest, chance: self.random.number() }
    }

    /// Keeps the lease while the handler runs, and stores how it ended.
    async fn care(self, job: Job, mut handled: Running, since: Instant, stopping: watch::Receiver<bool>) {
        // From before the job was taken, so it is over here before it is over for others.
        let mut held_until = since + self.options.lease;
        let ended = self.attend(&job, &mut handled, &mut held_until, stopping).await;
        match ended {
            Ended::By(outcome) => self.conclude(&job, outcome, &mut held_until).await,
            Ended::Lost => {
                handled.stop().await;
                tracing::warn!("the lease of a job was lost; what its handler did may be done again");
            }
        }
    }

    async fn attend(
        &self,
        job: &Job,
        handled: &mut Running,
        held_until: &mut Instant,
        mut stopping: watch::Receiver<bool>,
    ) -> Ended {
        let third = self.options.lease / 3;
        let mut limit = std::pin::pin!(tokio::time::sleep(self.options.time_limit));
        let mut grace = std::pin::pin!(async {
            // The worker is gone altogether without a word: then this task is dropped as well.
            if stopping.wait_for(|stop| *stop).await.is_err() {
                std::future::pending::<()>().await;
            }
            tokio::time::sleep(self.options.grace).await;
        });
        let mut renewal = *held_until - self.options.lease + third;
        loop {
            tokio::select! {
                ended = &mut handled.0 => return Ended::By(match ended {
                    Ok(result) => outcome_of(result),
                    Err(broken) => Outcome::Failed { error: describe_broken(broken), fatal: false },
                }),
                () = tokio::time::sleep_until(renewal) => {
                    match self.renew(job, *held_until).await {
                        Ok(until) => *held_until = until,
                        Err(Renewal::Lost) => return Ended::Lost,
                        Err(Renewal::Failed) => {}
                    }
                    if Instant::now() >= *held_until {
                        return Ended::Lost;
                    }
                    renewal = (Instant::now() + third).min(*held_until);
                }
                () = &mut limit => {
                    let seconds = self.options.time_limit.as_secs_f64();
                    return Ended::By(match handled.stop().await {
                        Some(result) => outcome_of(result),
                        None => Outcome::Failed { error: format!("stopped: it took longer than {seconds} s"), fatal: false },
                    });
                }
                () = &mut grace => {
                    return Ended::By(handled.stop().await.map_or(Outcome::GivenBack, outcome_of));
                }
            }
        }
    }

    /// Prolongs the lease; answers until when it holds.
    async fn renew(&self, job: &Job, held_until: Instant) -> Result<Instant, Renewal> {
        let since = Instant::now();
        let until = later(self.clock.now(), self.options.lease);
        let (id, claim) = (job.id, job.claim.as_str());
        let renewal =
            self.db.write(|tx| async move { Ok::<_, DbError>(store::jobs::renew(&tx, id, claim, until).await?) });
        match tokio::time::timeout_at(held_until, renewal).await {
            Ok(Ok(true)) => Ok(since + self.options.lease),
            Ok(Ok(false)) => Err(Renewal::Lost),
            Ok(Err(error)) => {
                tracing::warn!(%error, "the lease of a job could not be renewed");
                Err(Renewal::Failed)
            }
            Err(_) => Err(Renewal::Failed),
        }
    }

    /// Stores how the attempt ended, as long as the lease holds.
    async fn conclude(&self, job: &Job, outcome: Outcome, held_until: &mut Instant) {
        if let Outcome::Failed { error, .. } = &outcome {
            tracing::warn!(%error, "a job failed");
        }
        let backoff = self.backoff();
        loop {
            let (work, outcome) = (self, &outcome);
            let unit =
                self.db.write(|tx| async move { settle(&tx, &*work.clock, job, outcome.clone(), backoff).await });
            match tokio::time::timeout_at(*held_until + self.options.lease, unit).await {
                Ok(Ok(true)) => return,
                Ok(Ok(false)) => {
                    tracing::debug!("a job was marked by its handler, or its lease was lost");
                    return;
                }
                Ok(Err(error)) => tracing::warn!(%error, "the end of a job could not be stored"),
                Err(_) => tracing::warn!("the end of a job could not be stored in time"),
            }
            // The claim fences: as long as nobody else took the job it may still be marked.
            if Instant::now() >= *held_until {
                return;
            }
            tokio::time::sleep(self.options.lease / 10).await;
        }
    }
}

enum Renewal {
    /// The claim does not hold any more.
    Lost,
    /// Nobody knows; as long as the lease lasts it may be tried again.
    Failed,
}

fn outcome_of(result: Result<(), JobError>) -> Outcome {
    match result {
        Ok(()) => Outcome::Done,
        Err(JobError { message: error, fatal }) => Outcome::Failed { error, fatal },
    }
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker")
            .field("options", &self.work.options)
            .field("kinds", &self.handlers.keys())
            .finish_non_exhaustive()
    }
}
