//! A search for values under which conditions hold, done by SQLite: its joins are the search, its
//! `WHERE` decides, and so a condition means here what it means in the database.

use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement, Value};
use seadrift::{
    dialect::quote,
    entity::rows::Row,
    schema::{Check, Expression},
};

/// What must be true of the row.
#[derive(Clone, Debug)]
pub enum Condition {
    /// The check lets the row pass.
    Passes(Expression),
    /// The check refuses the row.
    Refused(Expression),
    /// The row is in the partial index.
    Inside(Expression),
    /// The row is not in the partial index.
    Outside(Expression),
    /// The column is not NULL.
    Present(String),
    /// The expression is not NULL.
    Known(Expression),
    /// The column has another value.
    Differs(String, Value),
}

impl Condition {
    /// Whether the condition speaks of this column.
    pub fn mentions(&self, column: &str) -> bool {
        match self {
            Self::Passes(e) | Self::Refused(e) | Self::Inside(e) | Self::Outside(e) | Self::Known(e) => {
                e.mentions(column)
            }
            Self::Present(name) | Self::Differs(name, _) => name == column,
        }
    }

    fn sql(&self, values: &mut Vec<Value>) -> String {
        match self {
            Self::Passes(e) => format!("({e}) IS NOT FALSE"),
            Self::Refused(e) => format!("({e}) IS FALSE"),
            Self::Inside(e) => format!("({e}) IS TRUE"),
            Self::Outside(e) => format!("({e}) IS NOT TRUE"),
            Self::Known(e) => format!("({e}) IS NOT NULL"),
            Self::Present(column) => format!("{} IS NOT NULL", quote(column)),
            Self::Differs(column, value) => {
                values.push(value.clone());
                format!("{} IS NOT ?", quote(column))
            }
        }
    }
}

/// That all these checks let the row pass.
pub fn passing(checks: &[Check]) -> Vec<Condition> {
    checks.iter().map(|check| Condition::Passes(check.expression.clone())).collect()
}

/// A SQLite database in memory, without tables.
pub struct Solver(DatabaseConnection);

impl Solver {
    /// A fresh one.
    pub async fn open() -> Self {
        Self(Database::connect("sqlite::memory:").await.expect("a database in memory"))
    }

    /// The row itself when the conditions hold, or else with values of the candidates in the free
    /// columns, the earliest that do; `None` when none do.
    pub async fn solve(&self, row: &Row, free: &[(String, Vec<Value>)], conditions: &[Condition]) -> Option<Row> {
        let mut values: Vec<Value> = Vec::new();
        let fixed = row.iter().filter(|(name, _)| free.iter().all(|(column, _)| column != *name));
        let mut parts = Vec::new();
        let fixed: Vec<String> = fixed
            .map(|(name, value)| {
                values.push(value.clone());
                format!("? AS {}", quote(name))
            })
            .collect();
        parts.push(format!(
            "(SELECT {})",
            if fixed.is_empty() { "1 AS \"nothing fixed\"".to_owned() } else { fixed.join(", ") }
        ));
        for (at, (column, candidates)) in free.iter().enumerate() {
            let picks: Vec<String> = candidates
                .iter()
                .enumerate()
                .map(|(pick, value)| {
                    values.push(value.clone());
                    format!("SELECT {pick} AS \"pick {at}\", ? AS {}", quote(column))
                })
                .collect();
            parts.push(format!("({})", picks.join(" UNION ALL ")));
        }
        let picked: Vec<String> = (0..free.len()).map(|at| format!("\"pick {at}\"")).collect();
        let picked = if picked.is_empty() { "1".to_owned() } else { picked.join(", ") };
        let wanted: Vec<String> = conditions.iter().map(|condition| condition.sql(&mut values)).collect();
        let wanted = if wanted.is_empty() { "TRUE".to_owned() } else { wanted.join(" AND ") };
        let sql = format!("SELECT {picked} FROM {} WHERE {wanted} LIMIT 1", parts.join(" CROSS JOIN "));
        let statement = Statement::from_sql_and_values(DbBackend::Sqlite, &sql, values);
        let found = self.0.query_one_raw(statement).await.unwrap_or_else(|error| panic!("{error}, in: {sql}"))?;
        let mut row = row.clone();
        for (at, (column, candidates)) in free.iter().enumerate() {
            let pick: i64 = found.try_get("", &format!("pick {at}")).expect("a position");
            row.insert(column.clone(), candidates[usize::try_from(pick).expect("a position")].clone());
        }
        Some(row)
    }

    /// What the sides of an expression's equations are for this row, as texts.
    pub async fn sides(&self, row: &Row, expression: &Expression) -> Vec<String> {
        let mut found = Vec::new();
        let parts = expression.as_str().split(" OR ").flat_map(|part| part.split(" AND "));
        for side in parts.filter_map(|part| part.split_once(" = ")).flat_map(|(left, right)| [left, right]) {
            // A part may have lost the other half of its parentheses.
            let side = side.trim_start_matches('(').trim_end_matches(')');
            let mut values = Vec::new();
            let columns: Vec<String> = row
                .iter()
                .map(|(name, value)| {
                    values.push(value.clone());
                    format!("? AS {}", quote(name))
                })
                .collect();
            let sql = format!("SELECT CAST(({side}) AS text) AS side FROM (SELECT {})", columns.join(", "));
            let statement = Statement::from_sql_and_values(DbBackend::Sqlite, &sql, values);
            // What is half of something else is no expression.
            if let Ok(Some(row)) = self.0.query_one_raw(statement).await {
                found.extend(row.try_get::<Option<String>>("", "side").ok().flatten());
            }
        }
        found
    }
}
