//! A table rebuild: the way to change what SQLite's ALTER TABLE cannot.
//!
//! The new table is made under another name, the rows are copied, the old table is dropped and the
//! new one takes its name (the procedure that SQLite's documentation of ALTER TABLE recommends).
//! Here is what a rebuild is and which statements it takes; `live` finds out what the database has
//! beyond the schema and must not lose, `probe` whether views and triggers stand, `run` does it, `rows` explains rows that do not fit.

mod live;
mod probe;
mod rows;
mod run;

use sea_orm::sqlx;
use thiserror::Error;

pub use live::{KeptColumn, LiveExtras};
pub use rows::Offence;
pub use run::RebuildReport;

use super::{
    ddl::{create_index, create_table, identity_key, unsupported},
    types::declared_in,
};
use crate::{
    dialect::{RenderError, quote, quote_text},
    schema::Table,
};

/// A table as it is, as it shall be, and what becomes of its rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rebuild {
    /// The table before.
    pub before: Table,
    /// The table after, of the same name.
    pub after: Table,
    /// Columns of the new table with their values as SQL over the old row. A column that is not
    /// here gets its default.
    pub copy: Vec<(String, String)>,
}

/// Why a table could not be rebuilt.
#[derive(Debug, Error)]
pub enum RebuildError {
    /// Something of the live table would be lost or break.
    #[error("table {table:?} cannot be rebuilt: {reason}")]
    Refused {
        /// The table.
        table: String,
        /// Why, and what to do.
        reason: String,
    },
    /// Rows do not fit the new table.
    #[error("table {table:?} cannot be rebuilt, its rows do not fit: {}", join(.offences))]
    Rows {
        /// The table.
        table: String,
        /// What they break.
        offences: Vec<Offence>,
    },
    /// The new table cannot be written down.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// A statement failed.
    #[error("table {table:?} cannot be rebuilt: {source}\n    statement {sql}")]
    Statement {
        /// The table.
        table: String,
        /// The statement.
        sql: String,
        /// What the database says.
        source: sqlx::Error,
    },
    /// The database could not be read.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

fn join(offences: &[Offence]) -> String {
    offences.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// The statements of a rebuild, in their order.
pub(super) struct Plan {
    pub create: String,
    pub copy: String,
    /// Drops the old table and gives the new one its name.
    pub swap: Vec<String>,
    /// What hangs on the table.
    pub hang: Vec<String>,
}

impl Rebuild {
    /// The statements that keep also what the live database has beyond the schema.
    ///
    /// # Errors
    /// When the new table cannot be written down.
    pub fn statements(&self, live: &LiveExtras) -> Result<Vec<String>, RebuildError> {
        let plan = self.plan(live)?;
        let mut all = vec![plan.create, plan.copy];
        all.extend(plan.swap);
        all.extend(plan.hang);
        Ok(all)
    }

    /// The statements for a database that has nothing beyond the schema, for people to read. A rebuild
    /// that [`render`](super::render) has not made may be impossible; then a comment says why.
    pub fn plain_statements(&self) -> Vec<String> {
        let impossible = |error: RebuildError| vec![format!("-- {}", error.to_string().replace('\n', " "))];
        self.statements(&LiveExtras::default()).unwrap_or_else(impossible)
    }

    /// Whether the new table can be written down at all.
    pub(super) fn check(&self) -> Result<(), RenderError> {
        create_table(&self.after, &self.after.name, &[], &[], &[])?;
        self.after.indexes.iter().try_for_each(|index| create_index(&self.after, index).map(|_| ()))
    }

    /// The name of the new table until it takes its own.
    pub(super) fn new_name(&self) -> String {
        format!("seadrift_new_{}", self.after.name)
    }

    pub(super) fn plan(&self, live: &LiveExtras) -> Result<Plan, RenderError> {
        let (table, new) = (quote(&self.after.name), quote(&self.new_name()));
        if self.before.name != self.after.name {
            return Err(unsupported(
                format!("a rebuild of {:?} into {:?}", self.before.name, self.after.name),
                "rename the table in a step of its own",
            ));
        }
        let mut options = Vec::new();
        if live.strict {
            options.push("STRICT");
        }
        if live.without_rowid {
            options.push("WITHOUT ROWID");
        }
        let definitions: Vec<String> = live.columns.iter().map(|c| c.definition.clone()).collect();
        let create = create_table(&self.after, &self.new_name(), &definitions, &live.constraints, &options)?;
        let swap = vec![
            format!("DROP TABLE {table}"),
            // Without this, SQLite would rewrite what others say about the table.
            "PRAGMA legacy_alter_table = ON".to_owned(),
            format!("ALTER TABLE {new} RENAME TO {table}"),
            "PRAGMA legacy_alter_table = OFF".to_owned(),
        ];
        let mut hang = Vec::new();
        for index in &self.after.indexes {
            hang.push(create_index(&self.after, index)?);
        }
        hang.extend(live.indexes.iter().chain(&live.triggers).cloned());
        if let (Some(last), true) = (live.sequence, identity_key(&self.after)) {
            let name = quote_text(&self.after.name);
            hang.push(format!("DELETE FROM sqlite_sequence WHERE name = {name}"));
            hang.push(format!("INSERT INTO sqlite_sequence (name, seq) VALUES ({name}, {last})"));
        }
        if live.analyzed {
            hang.push(format!("ANALYZE {table}"));
        }
        Ok(Plan { create, copy: self.copy_sql(live, &self.new_name()), swap, hang })
    }

    /// Copies the rows into the table `into`.
    pub(super) fn copy_sql(&self, live: &LiveExtras, into: &str) -> String {
        let mut copy: Vec<(String, String)> = self.copy.iter().map(|(c, sql)| (quote(c), sql.clone())).collect();
        copy.extend(live.columns.iter().filter(|c| !c.generated).map(|c| (quote(&c.name), quote(&c.name))));
        if self.copies_rowid(live) {
            copy.push(("rowid".to_owned(), "rowid".to_owned()));
        }
        let columns = copy.iter().map(|(c, _)| c.as_str()).collect::<Vec<_>>().join(", ");
        let values = copy.iter().map(|(_, v)| v.as_str()).collect::<Vec<_>>().join(", ");
        let (into, from) = (quote(into), quote(&self.before.name));
        // OR ABORT: an ON CONFLICT clause that the table keeps must not swallow rows.
        format!("INSERT OR ABORT INTO {into} ({columns}) SELECT {values} FROM {from}")
    }

    /// Row numbers are kept where they are no column: a full-text index beside the table may use them.
    fn copies_rowid(&self, live: &LiveExtras) -> bool {
        let taken = |t: &Table| t.columns.iter().any(|c| c.name.eq_ignore_ascii_case("rowid"));
        let unknown = live.columns.iter().any(|c| c.name.eq_ignore_ascii_case("rowid"));
        !live.without_rowid && !identity_key(&self.after) && !taken(&self.before) && !taken(&self.after) && !unknown
    }

    /// The words of the new table's types, by column.
    pub(super) fn declared(&self) -> impl Iterator<Item = (&str, String)> {
        self.after.columns.iter().map(|c| (c.name.as_str(), declared_in(&self.after, c)))
    }
}
