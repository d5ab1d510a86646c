//! Who keeps a statement waiting on PostgreSQL, asked on a second connection while it waits.
//!
//! A statement that has given up its wait has nobody in its way any more, so this cannot be asked
//! afterwards.

use std::{future::Future, pin::pin, time::Duration};

use super::{Connection, DatabaseUrl};

/// How long a statement may take before it is looked at, and how long until it is looked at again.
const INTERVAL: Duration = Duration::from_millis(400);

/// Watches the statements of one session.
#[derive(Debug, Default)]
pub(super) struct Watch {
    /// Where to ask, and the server process to ask about; without, nothing is watched.
    session: Option<(DatabaseUrl, String)>,
    connection: Option<Connection>,
    /// Who was last in the way of the statement that is running or has just run.
    pub blockers: Option<String>,
}

impl Watch {
    /// Watches this server process.
    pub fn over(url: DatabaseUrl, pid: String) -> Self {
        Self { session: Some((url, pid)), ..Self::default() }
    }

    /// Waits for the statement; `waits` is told once who is in its way.
    pub async fn during<T>(&mut self, statement: impl Future<Output = T>, mut waits: impl FnMut(&str)) -> T {
        self.blockers = None;
        let mut statement = pin!(statement);
        let mut told = false;
        loop {
            tokio::select! {
                biased;
                done = &mut statement => return done,
                () = tokio::time::sleep(INTERVAL) => {}
            }
            let found = tokio::select! {
                biased;
                done = &mut statement => return done,
                found = ask(&self.session, &mut self.connection) => found,
            };
            if let Some(blockers) = found {
                if !std::mem::replace(&mut told, true) {
                    waits(&blockers);
                }
                self.blockers = Some(blockers);
            }
        }
    }
}

/// Nobody where it cannot be asked: the statement itself must not fail for that.
async fn ask(session: &Option<(DatabaseUrl, String)>, kept: &mut Option<Connection>) -> Option<String> {
    let (url, pid) = session.as_ref()?;
    // Taken out while it is used: a question that is given up leaves its connection unusable.
    let mut connection = match kept.take() {
        Some(connection) => connection,
        None => Connection::open(url, false).await.ok()?,
    };
    let rows = connection
        .rows(&format!(
            "SELECT CAST(a.pid AS text), COALESCE(NULLIF(a.application_name, ''), 'without a name'), \
             CAST(a.usename AS text), a.state, \
             CAST(date_trunc('second', clock_timestamp() - COALESCE(a.query_start, a.backend_start)) AS text), \
             CAST(date_trunc('second', clock_timestamp() - a.xact_start) AS text) \
             FROM unnest(pg_blocking_pids({pid})) b (pid) JOIN pg_stat_activity a ON a.pid = b.pid \
             ORDER BY a.xact_start LIMIT 3"
        ))
        .await
        .ok()?;
    *kept = Some(connection);
    let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "?".to_owned());
    let one = |row: &Vec<Option<String>>| {
        format!(
            "server process {} ({}, user {}, {}; its last query began {} ago, its transaction {} ago)",
            text(&row[0]),
            text(&row[1]),
            text(&row[2]),
            text(&row[3]),
            text(&row[4]),
            text(&row[5])
        )
    };
    (!rows.is_empty()).then(|| rows.iter().map(one).collect::<Vec<_>>().join(" and "))
}
