//! The hands of the runner: statements, transactions and steps, on one connection.
//!
//! Not here: which migrations run in which order (`execute`), and stages outside of one transaction
//! (`stages`).

use sea_orm::sqlx::{self, Connection as _};

use super::{
    Connection, DatabaseUrl, Functions,
    blockers::Watch,
    connection,
    error::{ExecuteError, Kept},
    execute::Progress,
    plan::Planned,
};
use crate::{
    dialect::{Dialect, Step, sqlite},
    operation::Operation,
};

/// How long a statement waits for a lock before its transaction is tried again, so that it does not
/// hold up everybody who queues behind it. A session that has a `lock_timeout` of its own keeps that.
const LOCK_TIMEOUT_MS: u32 = 4_000;

pub(super) struct Runner<'r, P> {
    pub connection: &'r mut Connection,
    pub functions: &'r Functions,
    pub progress: P,
    watch: Watch,
    /// Whether the session came without a `lock_timeout`.
    sets_timeout: bool,
}

impl<'r, P: FnMut(Progress<'_>)> Runner<'r, P> {
    /// Whose statements are not watched while they wait for a lock.
    pub fn unwatched(connection: &'r mut Connection, functions: &'r Functions, progress: P) -> Self {
        Self { connection, functions, progress, watch: Watch::default(), sets_timeout: true }
    }

    /// Who tells what a statement waits for.
    pub async fn watched(
        connection: &'r mut Connection,
        functions: &'r Functions,
        url: &DatabaseUrl,
        progress: P,
    ) -> Result<Self, sqlx::Error> {
        let mut runner = Self::unwatched(connection, functions, progress);
        if runner.connection.dialect() == Dialect::Postgres {
            let sql = "SELECT CAST(pg_backend_pid() AS text), current_setting('lock_timeout')";
            let row = runner.connection.rows(sql).await?.into_iter().next().unwrap_or_default();
            runner.sets_timeout = row.get(1).is_none_or(|timeout| timeout.as_deref() == Some("0"));
            if let Some(Some(pid)) = row.first() {
                runner.watch = Watch::over(url.clone(), pid.clone());
            }
        }
        Ok(runner)
    }

    /// Runs one statement of a migration.
    pub async fn statement(&mut self, planned: &Planned, sql: &str) -> Result<(), ExecuteError> {
        (self.progress)(Progress::Statement(sql));
        let Self { connection, watch, progress, .. } = self;
        let waits = |blockers: &str| progress(Progress::Waiting(planned, blockers));
        let done = match connection.dialect() {
            Dialect::Postgres => watch.during(connection.execute(sql), waits).await,
            Dialect::Sqlite => connection.execute(sql).await,
        };
        done.map(drop).map_err(|error| statement_error(planned, sql, &error, self.watch.blockers.as_deref()))
    }

    /// Begins the transaction of a migration, or of a stage of it.
    pub async fn begin(&mut self, planned: &Planned) -> Result<(), ExecuteError> {
        let begin = match self.connection.dialect() {
            Dialect::Postgres if self.sets_timeout => format!("BEGIN; SET LOCAL lock_timeout = {LOCK_TIMEOUT_MS}"),
            Dialect::Postgres => "BEGIN".to_owned(),
            Dialect::Sqlite => {
                // Outside the transaction, where alone it has an effect: a rebuild drops a table that
                // others point at, and their rows must stay.
                self.statement(planned, "PRAGMA foreign_keys = OFF").await?;
                "BEGIN IMMEDIATE".to_owned()
            }
        };
        self.statement(planned, &begin).await
    }

    /// Commits or rolls back, and leaves the session as it was.
    pub async fn finish(&mut self, planned: &Planned, result: Result<(), ExecuteError>) -> Result<(), ExecuteError> {
        let result = match result {
            Ok(()) => self.statement(planned, "COMMIT").await,
            Err(error) => Err(error),
        };
        if result.is_err() {
            self.roll_back().await?;
        } else {
            self.look_at_keys().await?;
        }
        result
    }

    /// Takes back what was done since the transaction began, and leaves the session as it was.
    pub async fn roll_back(&mut self) -> Result<(), sqlx::Error> {
        // Also after a commit that failed: a full disk leaves SQLite's transaction open. A session
        // whose transaction is gone already has nothing to roll back.
        let _ = self.connection.execute("ROLLBACK").await;
        self.look_at_keys().await
    }

    async fn look_at_keys(&mut self) -> Result<(), sqlx::Error> {
        if self.connection.dialect() == Dialect::Sqlite {
            self.connection.execute("PRAGMA foreign_keys = ON").await?;
        }
        Ok(())
    }

    /// Runs steps in a transaction of their own, together with these statements of record and journal.
    pub async fn transaction(
        &mut self,
        planned: &Planned,
        steps: &[Step],
        records: &[String],
    ) -> Result<(), ExecuteError> {
        // What is refused at once is refused again one by one, so that the statement can be named.
        if is_plain(planned, steps) && self.at_once(steps, records).await? {
            return Ok(());
        }
        self.begin(planned).await?;
        let result = self.steps(planned, steps, records).await;
        self.finish(planned, result).await
    }

    /// Runs a transaction of SQLite in one go, for the way to its thread and back takes as long as a statement. Where
    /// that is refused nothing is done, and the answer is no.
    async fn at_once(&mut self, steps: &[Step], records: &[String]) -> Result<bool, sqlx::Error> {
        let Self { connection, progress, .. } = self;
        let Connection::Sqlite(sqlite) = &mut **connection else { return Ok(false) };
        let steps = steps.iter().filter_map(|step| if let Step::Sql(sql) = step { Some(sql) } else { None });
        let mut all = "PRAGMA foreign_keys = OFF;\nBEGIN IMMEDIATE".to_owned();
        for sql in steps.chain(records) {
            progress(Progress::Statement(sql));
            all.push_str(";\n");
            all.push_str(sql);
        }
        let done = async { sqlite.begin_with(sqlx::AssertSqlSafe(all)).await?.commit().await };
        if done.await.is_err() {
            self.roll_back().await?;
            return Ok(false);
        }
        self.look_at_keys().await?;
        Ok(true)
    }

    /// Runs steps and statements within the transaction that is open.
    pub async fn steps(&mut self, planned: &Planned, steps: &[Step], records: &[String]) -> Result<(), ExecuteError> {
        for step in steps {
            match step {
                Step::Sql(sql) => self.statement(planned, sql).await?,
                Step::Rebuild(rebuild) => self.rebuild(planned, rebuild).await?,
                Step::Run(name) => self.function(planned, name).await?,
            }
        }
        if may_break_rows(planned, steps) {
            self.refuse_broken_rows(planned).await?;
        }
        for sql in records {
            self.statement(planned, sql).await?;
        }
        Ok(())
    }

    async fn refuse_broken_rows(&mut self, planned: &Planned) -> Result<(), ExecuteError> {
        let Connection::Sqlite(sqlite) = &mut *self.connection else { return Ok(()) };
        let broken = sqlite::violations(sqlite).await?;
        if broken.is_empty() {
            return Ok(());
        }
        let detail = broken.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
        Err(ExecuteError::BrokenRows { id: planned.id.clone(), detail, kept: Kept::Nothing })
    }

    async fn rebuild(&mut self, planned: &Planned, rebuild: &sqlite::Rebuild) -> Result<(), ExecuteError> {
        let Self { connection, progress, .. } = self;
        let Connection::Sqlite(sqlite) = &mut **connection else { return Ok(()) };
        match rebuild.run_telling(sqlite, &mut |sql| progress(Progress::Statement(sql))).await {
            Ok(_) => Ok(()),
            Err(error) => {
                Err(ExecuteError::Rebuild { id: planned.id.clone(), message: error.to_string(), kept: Kept::Nothing })
            }
        }
    }

    async fn function(&mut self, planned: &Planned, name: &str) -> Result<(), ExecuteError> {
        let Some(function) = self.functions.0.get(name) else {
            let known = self.functions.0.keys().cloned().collect::<Vec<_>>().join(", ");
            return Err(ExecuteError::NoFunction { id: planned.id.clone(), name: name.to_owned(), known });
        };
        (self.progress)(Progress::Statement(name));
        function(self.connection).await.map_err(|source| ExecuteError::Function {
            id: planned.id.clone(),
            name: name.to_owned(),
            source,
            kept: Kept::Nothing,
        })
    }
}

/// Whether these are statements alone, all written by Seadrift: one by hand may be cut off and swallow the next.
fn is_plain(planned: &Planned, steps: &[Step]) -> bool {
    let by_hand = |operation: &Operation| matches!(operation, Operation::RunSql { .. });
    steps.iter().all(|step| matches!(step, Step::Sql(_))) && !planned.operations.iter().any(by_hand)
}

/// Whether rows can come to point at nothing while SQLite does not look: it is told not to for the
/// sake of rebuilds, and looking at every table anew takes as long as there are rows.
fn may_break_rows(planned: &Planned, steps: &[Step]) -> bool {
    let unseen = |operation: &Operation| matches!(operation, Operation::RunSql { .. });
    steps.iter().any(|step| !matches!(step, Step::Sql(_))) || planned.operations.iter().any(unseen)
}

fn statement_error(planned: &Planned, sql: &str, error: &sqlx::Error, blockers: Option<&str>) -> ExecuteError {
    let database = error.as_database_error();
    let code = database.and_then(|e| e.code()).unwrap_or_default().into();
    let message = connection::explain(error);
    let (id, sql) = (planned.id.clone(), sql.into());
    let mut error = ExecuteError::Statement { id, sql, message, code, kept: Kept::Nothing };
    let waited = error.lock_wait().is_some();
    if let (true, Some(blockers), ExecuteError::Statement { message, .. }) = (waited, blockers, &mut error) {
        message.push_str(&format!("; the lock is held by {blockers}: wait for it or end it, and run migrate again"));
    }
    error
}
