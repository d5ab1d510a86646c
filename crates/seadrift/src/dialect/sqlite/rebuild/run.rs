//! Running a rebuild.

use sea_orm::sqlx::{self, AssertSqlSafe, Connection, SqliteConnection};

use super::{LiveExtras, Offence, Plan, Rebuild, RebuildError};
use crate::dialect::quote;

/// What a rebuild did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RebuildReport {
    /// The table.
    pub table: String,
    /// How many rows it has, before as after.
    pub rows: i64,
    /// What it kept beyond the schema.
    pub kept: LiveExtras,
}

impl Rebuild {
    /// Rebuilds the table with all its rows and everything that hangs on it.
    ///
    /// The connection has `foreign_keys` off and a transaction open, begun with `BEGIN IMMEDIATE`;
    /// on an error the caller rolls back, and the database is as it was. The caller asks
    /// [`violations`](crate::dialect::sqlite::violations) before it commits.
    ///
    /// # Errors
    /// When rows do not fit the new table, when something of the live table could not be kept, or
    /// when a view or trigger would break.
    pub async fn run(&self, connection: &mut SqliteConnection) -> Result<RebuildReport, RebuildError> {
        self.run_telling(connection, &mut |_| ()).await
    }

    /// The same; each statement that changes something is told before it runs.
    ///
    /// # Errors
    /// As [`Rebuild::run`].
    pub async fn run_telling(
        &self,
        connection: &mut SqliteConnection,
        tell: &mut impl FnMut(&str),
    ) -> Result<RebuildReport, RebuildError> {
        self.guard(connection).await?;
        self.probe(connection, "is broken already; mend or drop it first").await?;
        let live = LiveExtras::read(connection, self).await?;
        let plan = self.plan(&live)?;
        let done = self.run_plan(connection, &live, &plan, tell).await;
        // No transaction takes this back, and the renaming of tables counts on it.
        sqlx::raw_sql("PRAGMA legacy_alter_table = OFF").execute(&mut *connection).await?;
        let rows = done?;
        self.probe(connection, "would break; change or drop it in a migration first").await?;
        Ok(RebuildReport { table: self.after.name.clone(), rows, kept: live })
    }

    async fn run_plan(
        &self,
        connection: &mut SqliteConnection,
        live: &LiveExtras,
        plan: &Plan,
        tell: &mut impl FnMut(&str),
    ) -> Result<i64, RebuildError> {
        tell(&plan.create);
        self.execute(connection, &plan.create).await?;
        tell(&plan.copy);
        if let Err(error) = self.execute(connection, &plan.copy).await {
            let offences = if breaks_rule(&error) { self.offences(connection, live).await? } else { Vec::new() };
            return Err(self.explain(error, offences));
        }
        let before = self.count(connection, &self.before.name).await?;
        let copied = self.count(connection, &self.new_name()).await?;
        if before != copied {
            return Err(self.refuse(format!("of {before} rows, {copied} would be there afterwards")));
        }
        for sql in &plan.swap {
            tell(sql);
            self.execute(connection, sql).await?;
        }
        for sql in &plan.hang {
            tell(sql);
            if let Err(error) = self.execute(connection, sql).await {
                let mut offences = Vec::new();
                if breaks_rule(&error) {
                    for index in self.after.indexes.iter().filter(|i| i.unique) {
                        offences.extend(self.duplicates(connection, &self.after.name, index).await?);
                    }
                }
                return Err(self.explain(error, offences));
            }
        }
        Ok(copied)
    }

    /// Refuses to run where rows could be lost: with foreign keys on, dropping the table would
    /// delete or empty the rows that point at it; without a transaction, a crash would leave half.
    async fn guard(&self, connection: &mut SqliteConnection) -> Result<(), RebuildError> {
        let foreign_keys: i64 = sqlx::query_scalar("PRAGMA foreign_keys").fetch_one(&mut *connection).await?;
        if foreign_keys != 0 {
            let advice = "set PRAGMA foreign_keys = OFF before the transaction begins";
            return Err(self.refuse(format!("foreign keys are on, rows that point at it would go; {advice}")));
        }
        // SQLite has no question for it but this: a second BEGIN fails.
        if !connection.is_in_transaction() && sqlx::raw_sql("BEGIN").execute(&mut *connection).await.is_ok() {
            sqlx::raw_sql("ROLLBACK").execute(&mut *connection).await?;
            return Err(self.refuse("no transaction is open; begin one with BEGIN IMMEDIATE".to_owned()));
        }
        Ok(())
    }

    async fn count(&self, connection: &mut SqliteConnection, table: &str) -> Result<i64, sqlx::Error> {
        let sql = format!("SELECT count(*) FROM {}", quote(table));
        sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(connection).await
    }

    async fn execute(&self, connection: &mut SqliteConnection, sql: &str) -> Result<(), RebuildError> {
        let failed = |source| RebuildError::Statement { table: self.after.name.clone(), sql: sql.to_owned(), source };
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await.map(|_| ()).map_err(failed)
    }

    fn explain(&self, error: RebuildError, offences: Vec<Offence>) -> RebuildError {
        if offences.is_empty() { error } else { RebuildError::Rows { table: self.after.name.clone(), offences } }
    }

    pub(super) fn refuse(&self, reason: String) -> RebuildError {
        RebuildError::Refused { table: self.after.name.clone(), reason }
    }
}

/// Whether SQLite refused a row, as opposed to a statement.
fn breaks_rule(error: &RebuildError) -> bool {
    let RebuildError::Statement { source: sqlx::Error::Database(database), .. } = error else { return false };
    // SQLITE_CONSTRAINT and its extended codes; SQLITE_MISMATCH, a rowid that is no integer.
    database.code().and_then(|c| c.parse::<u32>().ok()).is_some_and(|code| matches!(code & 0xff, 19 | 20))
}
