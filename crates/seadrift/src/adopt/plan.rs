//! The way from the live tables to ours, as a value: what proofs, the run and people are told of it.
//! How it is found stands in `bridge`.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    Bridge, Maker,
    answers::{Convert, Function},
    rows::{Future, Source},
};
use crate::{
    dialect::{quote, sqlite::Rebuild},
    diff::Question,
    operation::Operation,
    schema::{Column, Schema, Table},
};

/// How the step begins that keeps values aside.
pub(super) const KEEP: &str = "keep aside ";

/// A question that only the operator can answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub enum Open {
    /// A column that our table does not have.
    Stray {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// Its type.
        #[serde(rename = "type")]
        ty: String,
        /// New columns of the same kind, which it may have become.
        perhaps: Vec<String>,
    },
    /// What rows hold in a column that refuses NULL.
    Fill {
        /// What the differ asks.
        #[serde(flatten)]
        question: Question,
    },
    /// What whole number a number with decimal places becomes: of what unit, or rounded how.
    Whole {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// Its type now.
        #[serde(rename = "type")]
        ty: String,
    },
    /// Whether a data step of the history is run on rows that it has not made.
    DataStep {
        /// The migration.
        migration: String,
        /// What it does.
        does: Vec<String>,
    },
}

/// What becomes of one of our tables.
#[derive(Clone, Debug, Serialize)]
pub struct TableBridge {
    /// Its name.
    pub table: String,
    /// Its live name; nothing for a table that is made new.
    pub from: Option<String>,
    /// How many rows it has.
    pub rows: i64,
    /// Where new and changed values come from, by column.
    pub values: BTreeMap<String, String>,
    /// Columns that go, by what becomes of their values: kept aside, carried over, or dropped and why.
    pub gone: BTreeMap<String, String>,
    /// Every operation, said to people.
    pub operations: Vec<String>,
}

/// A table with what proofs need.
#[derive(Clone, Debug)]
pub(super) struct TablePlan {
    pub ours: Table,
    pub from: Option<String>,
    /// As it is, with columns under their new names.
    pub live: Table,
    /// The live name of each column, by its new name.
    pub names: BTreeMap<String, String>,
    pub future: Vec<Future>,
    pub values: BTreeMap<String, String>,
    pub gone: BTreeMap<String, String>,
}

/// A column that a function computes.
#[derive(Clone, Debug)]
pub(super) struct Computed {
    /// The name under which the operation calls it.
    pub step: String,
    pub table: String,
    pub column: Column,
    pub key: Vec<String>,
    pub function: Function,
}

/// The way, and what it stands on.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub tables: Vec<TablePlan>,
    /// The schema before the operations: our tables as they are live.
    pub before: Schema,
    pub operations: Vec<Operation>,
    pub computed: Vec<Computed>,
    pub questions: Vec<Open>,
    /// Tables that stay as they are.
    pub untouched: Vec<String>,
    /// Tables that are made to keep values aside.
    pub asides: Vec<String>,
    /// Whole tables that are kept aside, with the names they get.
    pub moved: BTreeMap<String, String>,
    /// What runs at the end: the operator's own statements, and data steps of the history.
    pub data_steps: Vec<Operation>,
    /// Where values come from, by `table.column`.
    pub conversions: BTreeMap<String, Convert>,
    /// Whether the database holds to the foreign keys it has: SQLite does so only for who asks it to.
    pub before_is_enforced: bool,
}

impl TablePlan {
    pub fn created(ours: &Table) -> Self {
        Self { from: None, ..Self::found(ours, &Table::new("", "", &ours.name)) }
    }

    pub fn found(ours: &Table, live: &Table) -> Self {
        Self {
            ours: ours.clone(),
            from: Some(live.name.clone()),
            live: live.clone(),
            names: BTreeMap::new(),
            future: Vec::new(),
            values: BTreeMap::new(),
            gone: BTreeMap::new(),
        }
    }
}

impl Computed {
    /// The table that holds the values until the rows are copied, on SQLite.
    pub fn prepared(&self) -> String {
        format!("seadrift_{}", self.step.replace(' ', "_"))
    }
}

impl TablePlan {
    /// The rebuild of the live table into ours, with every row as it will be.
    pub fn rebuild(&self) -> Rebuild {
        let table = &self.ours.name;
        let value = |future: &Future| match &future.source {
            Source::Sql(sql) => Some((future.column.name.clone(), sql.clone())),
            Source::Identity => None,
            Source::Function(function) => {
                let step = step_name(table, &future.column.name);
                let column = future.column.clone();
                let (key, function) = (self.live.primary_key.clone(), function.clone());
                let made = Computed { step, table: table.clone(), column, key, function }.prepared();
                let equal = self.live.primary_key.iter().enumerate();
                let equal = equal.map(|(at, name)| format!("made.k{at} = {}.{}", quote(table), quote(name)));
                let equal = equal.collect::<Vec<_>>().join(" AND ");
                let sql = format!("(SELECT made.value FROM temp.{} made WHERE {equal})", quote(&made));
                Some((future.column.name.clone(), sql))
            }
        };
        let copy = self.future.iter().filter_map(value).collect();
        Rebuild { before: self.live.clone(), after: self.ours.clone(), copy }
    }
}

/// The name of the step that computes a column.
pub(super) fn step_name(table: &str, column: &str) -> String {
    format!("adopt {table}.{column}")
}

impl Plan {
    /// Whether a step is done before rows are copied: what is kept aside, and what functions compute.
    pub fn prepares(&self, operation: &Operation) -> bool {
        match operation {
            Operation::Run { forward, .. } => self.computed.iter().any(|one| one.step == *forward),
            Operation::RunSql { about, .. } => about.starts_with(KEEP),
            _ => false,
        }
    }

    /// What people are told of it.
    pub fn told(&self, maker: Option<Maker>, counts: &BTreeMap<String, i64>) -> Bridge {
        let rows = |table: &str| counts.get(table).copied().unwrap_or_default();
        let told = |plan: &TablePlan| {
            let name = &plan.ours.name;
            let mine = |operation: &&Operation| match operation {
                Operation::RenameTable { to, .. } => to == name,
                other => other.table() == Some(name),
            };
            TableBridge {
                table: name.clone(),
                from: plan.from.clone(),
                rows: plan.from.as_deref().map_or(0, rows),
                values: plan.values.clone(),
                gone: plan.gone.clone(),
                operations: self.operations.iter().filter(mine).map(Operation::describe).collect(),
            }
        };
        Bridge {
            maker,
            tables: self.tables.iter().map(told).collect(),
            untouched: self.untouched.iter().map(|table| (table.clone(), rows(table))).collect(),
            aside: self.moved.iter().map(|(table, to)| (table.clone(), (to.clone(), rows(table)))).collect(),
            questions: self.questions.clone(),
            misfits: Vec::new(),
            done: false,
        }
    }
}
