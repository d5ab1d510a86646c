//! Values that a program computes: what no expression says alike in both databases, such as a name
//! folded for comparison.

use std::{collections::BTreeMap, fmt, sync::Arc};

use sea_orm::sqlx;

use super::plan::Computed;
use crate::{
    dialect::{quote, quote_text},
    run::{Connection, FunctionError},
    schema::ColumnType,
};

/// The value of a column, as text, out of the texts of others; NULL is `None`.
pub type ValueFunction = Arc<dyn Fn(&[Option<String>]) -> Result<Option<String>, String> + Send + Sync>;

/// The functions that an answers file may name.
#[derive(Clone, Default)]
pub struct ValueFunctions(pub BTreeMap<String, ValueFunction>);

impl fmt::Debug for ValueFunctions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl ValueFunctions {
    /// The function of this name.
    ///
    /// # Errors
    /// When there is none, with the names that there are.
    pub(super) fn get(&self, name: &str) -> Result<&ValueFunction, String> {
        self.0.get(name).ok_or_else(|| {
            let known = self.0.keys().cloned().collect::<Vec<_>>().join(", ");
            format!("no value function {name:?} is registered; registered: {known}")
        })
    }
}

/// A row as a function sees it.
#[derive(Debug)]
pub(super) struct Row {
    pub key: Vec<String>,
    pub values: Vec<Option<String>>,
}

/// How many rows are in memory at a time.
const PAGE: usize = 1_000;

/// The next rows behind this key, in the order of the keys as the database has it.
pub(super) async fn read(
    connection: &mut Connection,
    rows: &str,
    key: &[String],
    of: &[String],
    after: Option<Vec<String>>,
) -> Result<Vec<Row>, sqlx::Error> {
    let keys: Vec<String> = key.iter().map(|name| quote(name)).collect();
    // Under names of their own: ORDER BY would take the texts for the keys.
    let texts = key.iter().chain(of).enumerate();
    let texts = texts.map(|(at, name)| format!("CAST({} AS text) AS shown{at}", quote(name))).collect::<Vec<_>>();
    let behind = match after {
        Some(last) => format!("WHERE ({}) > ({})", keys.join(", "), key_values(&last)),
        None => String::new(),
    };
    let sql =
        format!("SELECT {} FROM ({rows}) AS live {behind} ORDER BY {} LIMIT {PAGE}", texts.join(", "), keys.join(", "));
    let split = |mut row: Vec<Option<String>>| {
        let values = row.split_off(key.len());
        Row { key: row.into_iter().flatten().collect(), values }
    };
    Ok(connection.rows(&sql).await?.into_iter().map(split).collect())
}

/// The values of a key as literals: bare where they are whole numbers, which SQLite does not compare with texts.
pub(super) fn key_values(key: &[String]) -> String {
    let literal = |value: &String| if value.parse::<i64>().is_ok() { value.clone() } else { quote_text(value) };
    key.iter().map(literal).collect::<Vec<_>>().join(", ")
}

/// Writes what the function makes of every row into the column.
pub(super) async fn fill(
    connection: &mut Connection,
    computed: &Computed,
    function: &ValueFunction,
) -> Result<(), FunctionError> {
    let Computed { table, column, key, .. } = computed;
    let (of, aliases) = (quote(table), aliases(key));
    let equal = key.iter().zip(&aliases).map(|(name, alias)| format!("{of}.{} = made.{alias}", quote(name)));
    let equal = equal.collect::<Vec<_>>().join(" AND ");
    let value = connection.dialect().carried("made.value", &ColumnType::Text, &column.ty);
    let name = quote(&column.name);
    each_page(connection, computed, function, |values| {
        format!(
            "WITH made ({}, value) AS (VALUES {values}) UPDATE {of} SET {name} = {value} FROM made WHERE {equal}",
            aliases.join(", ")
        )
    })
    .await
}

/// Writes what the function makes of every row into a table of its own, by the row's key.
pub(super) async fn prepare(
    connection: &mut Connection,
    computed: &Computed,
    function: &ValueFunction,
) -> Result<(), FunctionError> {
    let (made, keys) = (format!("temp.{}", quote(&computed.prepared())), aliases(&computed.key).join(", "));
    connection
        .execute(&format!("CREATE TEMP TABLE {} ({keys}, value, PRIMARY KEY ({keys}))", quote(&computed.prepared())))
        .await?;
    each_page(connection, computed, function, |values| format!("INSERT INTO {made} ({keys}, value) VALUES {values}"))
        .await?;
    let value = connection.dialect().carried("value", &ColumnType::Text, &computed.column.ty);
    connection.execute(&format!("UPDATE {made} SET value = {value}")).await?;
    Ok(())
}

fn aliases(key: &[String]) -> Vec<String> {
    (0..key.len()).map(|at| format!("k{at}")).collect()
}

/// Runs a statement on the keys and new values of each page of rows.
async fn each_page(
    connection: &mut Connection,
    computed: &Computed,
    function: &ValueFunction,
    statement: impl Fn(String) -> String,
) -> Result<(), FunctionError> {
    let Computed { table, key, function: named, .. } = computed;
    let others = named.of.iter().filter(|name| !key.contains(name));
    let names = key.iter().chain(others).map(|name| quote(name)).collect::<Vec<_>>().join(", ");
    let rows = format!("SELECT {names} FROM {}", quote(table));
    let mut after = None;
    loop {
        let page = read(connection, &rows, key, &named.of, after).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = Some(last.key.clone());
        let mut values = Vec::with_capacity(page.len());
        for row in &page {
            let value = function(&row.values).map_err(|why| format!("row {}: {why}", row.key.join("/")))?;
            let value = value.map_or("NULL".to_owned(), |value| quote_text(&value));
            values.push(format!("({}, {value})", key_values(&row.key)));
        }
        connection.execute(&statement(values.join(", "))).await?;
    }
}
