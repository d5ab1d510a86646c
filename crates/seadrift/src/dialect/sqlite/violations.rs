//! Rows that point at nothing: `PRAGMA foreign_key_check`, readable.

use std::fmt;

use sea_orm::sqlx::{self, Row, SqliteConnection};

use super::inspect::inspect;

/// A row whose foreign key points at no row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The table of the row.
    pub table: String,
    /// The row's rowid; `None` in a table without one.
    pub rowid: Option<i64>,
    /// The table pointed at.
    pub parent: String,
    /// Name of the foreign key, by convention when it has none of its own.
    pub constraint: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.rowid {
            Some(rowid) => write!(f, "row {rowid} of table {:?}", self.table)?,
            None => write!(f, "a row of table {:?}", self.table)?,
        }
        write!(f, " points at no row of {:?} (foreign key {:?})", self.parent, self.constraint)
    }
}

/// All rows of the database that break a foreign key.
///
/// # Errors
/// When the database cannot be read, or a foreign key points at columns that are no key.
pub async fn violations(connection: &mut SqliteConnection) -> Result<Vec<Violation>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT c.\"table\", c.rowid, c.parent, (SELECT group_concat(\"from\", ',') FROM (SELECT l.\"from\" \
         FROM pragma_foreign_key_list(c.\"table\") l WHERE l.id = c.fkid ORDER BY l.seq)) \
         FROM pragma_foreign_key_check c",
    )
    .fetch_all(&mut *connection)
    .await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let schema = inspect(connection).await?;
    let mut found = Vec::new();
    for row in rows {
        let (table, rowid, parent): (String, Option<i64>, String) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        let columns: String = row.try_get::<Option<String>, _>(3)?.unwrap_or_default();
        let named = schema.table(&table).and_then(|t| {
            let same = |f: &&crate::schema::ForeignKey| {
                f.references.eq_ignore_ascii_case(&parent) && f.columns.join(",").eq_ignore_ascii_case(&columns)
            };
            t.foreign_keys.iter().find(same)
        });
        let constraint = named.map_or_else(|| format!("on {columns}"), |f| f.name.clone());
        found.push(Violation { table, rowid, parent, constraint });
    }
    Ok(found)
}
