//! Carrying rows from a table that was moved aside into the new one, and telling why a row is not.
//!
//! All rows that can be are first put into a temporary table with the new columns. From there one rule
//! after the other takes out what breaks it, and counts. What is left goes into the new table. Nothing
//! is ever taken out of the table in quarantine.

use serde::Serialize;

use super::{
    aside::Moved,
    columns::{Matching, matching},
    error::{RepairError, number, rows, run},
};
use crate::{
    dialect::{Dialect, quote, quote_text},
    diff::Answers,
    run::Connection,
    schema::{Column, ForeignKey, Schema, Table},
};

/// Rows that were not carried, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeftRows {
    /// How many.
    pub rows: u64,
    /// Why; of several reasons, the first.
    pub why: String,
}

/// A column whose values were not carried, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeftColumn {
    /// The column.
    pub column: String,
    /// How many rows had a value there.
    pub values: u64,
    /// Why.
    pub why: String,
}

/// What came of the rows of one table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Outcome {
    pub carried: u64,
    pub left_rows: Vec<LeftRows>,
    pub left_columns: Vec<LeftColumn>,
}

/// The temporary table.
const STAGE: &str = "seadrift_carry";

/// Carries what fits into `new`, a table of `schema` that exists in the database.
pub(super) async fn carry(
    connection: &mut Connection,
    moved: &Moved,
    new: &Table,
    schema: &Schema,
    answers: &Answers,
) -> Result<Outcome, RepairError> {
    let dialect = connection.dialect();
    let matching = matching(dialect, &moved.before, new, schema, answers)?;
    let mut outcome = Outcome::default();
    for left in &matching.left {
        let sql = format!("SELECT CAST(count({}) AS text) FROM {}", quote(&left.column), moved.place);
        let values = number(connection, &sql).await?;
        outcome.left_columns.push(LeftColumn { column: left.column.clone(), values, why: left.why.clone() });
    }
    if moved.rows > 0 && (!matching.unfilled.is_empty() || matching.carried.is_empty()) {
        let needs = |left: &super::columns::Left| format!("every row needs {}, and {}", left.column, left.why);
        let mut why: Vec<String> = matching.unfilled.iter().map(needs).collect();
        if why.is_empty() {
            why.push("no column of it is in the new table".to_owned());
        }
        outcome.left_rows.push(LeftRows { rows: moved.rows, why: why.join("; ") });
    } else if moved.rows > 0 {
        stage(connection, moved, new, &matching, &mut outcome).await?;
        prune(connection, new, &matching, &mut outcome).await?;
        let columns = quoted(matching.carried.iter().map(|(column, _)| &column.name));
        let staged = number(connection, &format!("SELECT CAST(count(*) AS text) FROM {STAGE}")).await?;
        let sql = format!(
            "INSERT INTO {} ({columns}) SELECT {columns} FROM {STAGE} WHERE true ON CONFLICT DO NOTHING",
            quote(&new.name)
        );
        outcome.carried = run(connection, &sql).await?;
        outcome
            .leave(staged.saturating_sub(outcome.carried), "another row has the same values where they must be unique");
        run(connection, &format!("DROP TABLE {STAGE}")).await?;
    }
    renumber(connection, moved, new).await?;
    Ok(outcome)
}

impl Outcome {
    fn leave(&mut self, rows: u64, why: impl Into<String>) {
        if rows > 0 {
            self.left_rows.push(LeftRows { rows, why: why.into() });
        }
    }
}

fn quoted<'n>(names: impl Iterator<Item = &'n String>) -> String {
    names.map(|name| quote(name)).collect::<Vec<_>>().join(", ")
}

/// Puts every row whose values come into the new types without loss into the temporary table.
async fn stage(
    connection: &mut Connection,
    moved: &Moved,
    new: &Table,
    matching: &Matching,
    outcome: &mut Outcome,
) -> Result<(), RepairError> {
    let dialect = connection.dialect();
    let mut fitting = "true".to_owned();
    for (column, carried) in &matching.carried {
        let Some(fits) = &carried.fits else { continue };
        let sql = format!(
            "SELECT CAST(count(*) AS text) FROM {} WHERE {fitting} AND NOT coalesce({fits}, true)",
            moved.place
        );
        outcome.leave(number(connection, &sql).await?, no_value(column));
        fitting.push_str(&format!(" AND coalesce({fits}, true)"));
    }
    let values = matching.carried.iter().map(|(_, carried)| match &carried.fits {
        // The condition stands around the value as well: a server may compute it before it looks.
        Some(fits) => format!("CASE WHEN {fits} THEN {} END", carried.value),
        None => carried.value.clone(),
    });
    let definitions = matching
        .carried
        .iter()
        .map(|(column, _)| format!("{} {}", quote(&column.name), dialect.staging_type(new, column)));
    run(connection, &format!("CREATE TEMP TABLE {STAGE} ({})", definitions.collect::<Vec<_>>().join(", "))).await?;
    let sql = format!(
        "INSERT INTO {STAGE} SELECT {} FROM {} WHERE {fitting}",
        values.collect::<Vec<_>>().join(", "),
        moved.place
    );
    run(connection, &sql).await.map(drop)
}

fn no_value(column: &Column) -> String {
    format!("the value of {} is none of {}", column.name, column.ty)
}

/// Takes out what breaks a rule of the new table, rule by rule.
async fn prune(
    connection: &mut Connection,
    new: &Table,
    matching: &Matching,
    outcome: &mut Outcome,
) -> Result<(), RepairError> {
    let dialect = connection.dialect();
    let staged = |name: &String| matching.carried.iter().any(|(column, _)| column.name == *name);
    for (column, _) in &matching.carried {
        let name = quote(&column.name);
        if !column.nullable {
            let sql = format!("DELETE FROM {STAGE} WHERE {name} IS NULL");
            outcome.leave(
                run(connection, &sql).await?,
                format!("{} is empty, which the new table does not allow", column.name),
            );
        }
        if let Some(rule) = dialect.type_rule(column, &name) {
            let sql = format!("DELETE FROM {STAGE} WHERE NOT ({rule})");
            outcome.leave(run(connection, &sql).await?, no_value(column));
        }
    }
    for check in &new.checks {
        let absent = new.columns.iter().any(|c| !staged(&c.name) && check.expression.mentions(&c.name));
        if !absent {
            let sql = format!("DELETE FROM {STAGE} WHERE NOT ({})", dialect.check_rule(check)?);
            outcome.leave(run(connection, &sql).await?, format!("check {} does not hold", check.name));
        }
    }
    for key in new.foreign_keys.iter().filter(|key| key.columns.iter().all(staged)) {
        let sql = dangling(key, new);
        let mut gone = 0;
        // A row that goes can leave others of its own table pointing at nothing.
        loop {
            match run(connection, &sql).await? {
                0 => break,
                rows => gone += rows,
            }
        }
        outcome.leave(gone, format!("{} points at no row of {}", key.columns.join(", "), key.references));
    }
    Ok(())
}

/// The statement that takes out rows whose foreign key leads nowhere.
fn dangling(key: &ForeignKey, new: &Table) -> String {
    let given = key.columns.iter().map(|c| format!("s.{} IS NOT NULL", quote(c))).collect::<Vec<_>>().join(" AND ");
    let pairs = key.columns.iter().zip(&key.referenced_columns);
    let equal =
        pairs.map(|(from, to)| format!("t.{} = s.{}", quote(to), quote(from))).collect::<Vec<_>>().join(" AND ");
    let leads = |target: &str| format!("EXISTS (SELECT 1 FROM {target} t WHERE {equal})");
    let mut found = leads(&quote(&key.references));
    if key.references == new.name {
        found = format!("({found} OR {})", leads(STAGE));
    }
    format!("DELETE FROM {STAGE} AS s WHERE {given} AND NOT {found}")
}

/// Lets numbering go on where the old table was, so that no number is given a second time.
async fn renumber(connection: &mut Connection, moved: &Moved, new: &Table) -> Result<(), RepairError> {
    let Some(column) = new.columns.iter().find(|column| column.identity) else { return Ok(()) };
    let (table, name) = (quote(&new.name), quote_text(&new.name));
    let mut last = moved.last_number;
    let held = moved.before.column(&column.name).map(|_| &moved.place);
    for from in [Some(&table), held].into_iter().flatten() {
        let sql = format!("SELECT CAST(max({}) AS text) FROM {from}", quote(&column.name));
        last = last.max(rows(connection, &sql).await?.first().and_then(|row| row[0].as_ref()?.parse().ok()));
    }
    let Some(last) = last else { return Ok(()) };
    match connection.dialect() {
        Dialect::Postgres => {
            let column = quote_text(&column.name);
            let sequence = format!("pg_get_serial_sequence({}, {column})", quote_text(&table));
            rows(connection, &format!("SELECT CAST(setval({sequence}, {last}) AS text)")).await?;
        }
        Dialect::Sqlite => {
            run(connection, &format!("DELETE FROM sqlite_sequence WHERE name = {name}")).await?;
            run(connection, &format!("INSERT INTO sqlite_sequence (name, seq) VALUES ({name}, {last})")).await?;
        }
    }
    Ok(())
}
