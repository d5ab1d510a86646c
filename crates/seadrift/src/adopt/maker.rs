//! Which tool made a database, by the table in which it keeps its own record.

use sea_orm::sqlx;
use serde::Serialize;

use crate::{run::Connection, schema::Schema};

/// A tool that makes databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Tool {
    Django,
    SeaOrm,
    Diesel,
    Sqlx,
    Prisma,
    Rails,
    Alembic,
    Flyway,
}

/// The tool, its record's table, and the query that sums up what it has run: how many, and which last.
const TOOLS: &[(Tool, &str, &str)] = &[
    (
        Tool::Django,
        "django_migrations",
        "SELECT CAST(count(*) AS text), CAST(count(DISTINCT app) AS text), CAST(max(applied) AS text) FROM django_migrations",
    ),
    (Tool::SeaOrm, "seaql_migrations", "SELECT CAST(count(*) AS text), NULL, max(version) FROM seaql_migrations"),
    (
        Tool::Diesel,
        "__diesel_schema_migrations",
        "SELECT CAST(count(*) AS text), NULL, max(version) FROM __diesel_schema_migrations",
    ),
    (
        Tool::Sqlx,
        "_sqlx_migrations",
        "SELECT CAST(count(*) AS text), NULL, CAST(max(version) AS text) FROM _sqlx_migrations",
    ),
    (
        Tool::Prisma,
        "_prisma_migrations",
        "SELECT CAST(count(*) AS text), NULL, max(migration_name) FROM _prisma_migrations WHERE finished_at IS NOT NULL",
    ),
    (Tool::Rails, "schema_migrations", "SELECT CAST(count(*) AS text), NULL, max(version) FROM schema_migrations"),
    (Tool::Alembic, "alembic_version", "SELECT CAST(count(*) AS text), NULL, max(version_num) FROM alembic_version"),
    (
        Tool::Flyway,
        "flyway_schema_history",
        "SELECT CAST(count(*) AS text), NULL, max(version) FROM flyway_schema_history",
    ),
];

/// The tool that made a database, and what it says it has run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Maker {
    /// The tool.
    pub tool: Tool,
    /// The table in which it keeps its record.
    pub record: &'static str,
    /// How many migrations it has run.
    pub migrations: u64,
    /// Of how many apps, where the tool knows apps.
    pub apps: Option<u64>,
    /// The last of them, or the moment when it ran.
    pub last: Option<String>,
}

/// Reads the traces of a tool; nothing where there are none.
pub(super) async fn detect(connection: &mut Connection, live: &Schema) -> Result<Option<Maker>, sqlx::Error> {
    let Some((tool, record, query)) = TOOLS.iter().find(|(_, record, _)| live.table(record).is_some()) else {
        return Ok(None);
    };
    let rows = connection.rows(query).await?;
    let value = |at: usize| rows.first().and_then(|row| row.get(at).cloned().flatten());
    let number = |at: usize| value(at).and_then(|text| text.parse().ok());
    let (migrations, apps, last) = (number(0).unwrap_or(0), number(1), value(2));
    Ok(Some(Maker { tool: *tool, record, migrations, apps, last }))
}
