//! Whether the views and triggers of the database stand.
//!
//! SQLite reads them only when they are used, so that a rebuild could break one without a word.

use std::collections::BTreeMap;

use sea_orm::sqlx::{self, AssertSqlSafe, Row, SqliteConnection};

use super::{Rebuild, RebuildError};
use crate::dialect::{
    quote, quote_text,
    sqlite::token::{self, tokens},
};

impl Rebuild {
    /// Refuses with this verdict when a view or trigger does not stand.
    pub(super) async fn probe(&self, connection: &mut SqliteConnection, verdict: &str) -> Result<(), RebuildError> {
        // Renaming a table makes SQLite read every view and trigger, and name the first that does not stand.
        for sql in [
            "CREATE TABLE seadrift_probe (a)",
            "ALTER TABLE seadrift_probe RENAME TO seadrift_probed",
            "DROP TABLE seadrift_probed",
        ] {
            self.try_out(connection, sql, "a view or trigger", verdict).await?;
        }
        // It does not look at the columns that a trigger's own UPDATE and INSERT write to; planning the
        // statements that fire it does.
        for (on, triggers) in self.triggers(connection).await? {
            for (names, sql) in triggers {
                self.try_out(connection, &sql, &format!("{} on {on:?}", names.join(" or ")), verdict).await?;
            }
        }
        Ok(())
    }

    async fn try_out(
        &self,
        connection: &mut SqliteConnection,
        sql: &str,
        what: &str,
        verdict: &str,
    ) -> Result<(), RebuildError> {
        let Err(error) = sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await else { return Ok(()) };
        let Some(database) = error.as_database_error() else { return Err(error.into()) };
        let message = database.message().replace(" after rename", "");
        Err(self.refuse(format!("{what} {verdict}: {message}")))
    }

    /// Where there are triggers that have to do with this table: for each event their names and a
    /// statement that would fire them.
    async fn triggers(
        &self,
        connection: &mut SqliteConnection,
    ) -> Result<BTreeMap<String, Vec<(Vec<String>, String)>>, sqlx::Error> {
        let name = &self.before.name;
        let rows = sqlx::query("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY rowid")
            .fetch_all(&mut *connection)
            .await?;
        let mut events: BTreeMap<(String, &'static str), Vec<String>> = BTreeMap::new();
        for row in rows {
            let (trigger, on, sql): (String, String, String) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
            if let Some(event) = event(&sql)
                && (on == *name || token::names(&sql, name))
            {
                events.entry((on, event)).or_default().push(format!("trigger {trigger:?}"));
            }
        }
        let mut found: BTreeMap<String, Vec<(Vec<String>, String)>> = BTreeMap::new();
        for ((on, event), triggers) in events {
            let table = quote(&on);
            let sql = match event {
                "INSERT" => format!("EXPLAIN INSERT INTO {table} DEFAULT VALUES"),
                "DELETE" => format!("EXPLAIN DELETE FROM {table}"),
                _ => {
                    let query = format!("SELECT name FROM pragma_table_xinfo({}) WHERE hidden = 0", quote_text(&on));
                    let columns: Vec<String> =
                        sqlx::query_scalar(AssertSqlSafe(query)).fetch_all(&mut *connection).await?;
                    let set = columns.iter().map(|c| format!("{0} = {0}", quote(c))).collect::<Vec<_>>().join(", ");
                    format!("EXPLAIN UPDATE {table} SET {set}")
                }
            };
            found.entry(on).or_default().push((triggers, sql));
        }
        Ok(found)
    }
}

/// What fires the trigger.
fn event(sql: &str) -> Option<&'static str> {
    let events = ["INSERT", "UPDATE", "DELETE"];
    tokens(sql).iter().find_map(|t| events.into_iter().find(|event| t.is(event)))
}
