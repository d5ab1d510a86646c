//! Going over the bridge: one transaction, which locks and counts, changes, counts again, records, and
//! proves the result before it is kept.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use super::{
    AdoptError, Maker, disagreement,
    plan::{Computed, Plan},
    rows_of,
    value::{self, ValueFunctions},
};
use crate::{
    dialect::{Dialect, RenderError, Step, quote},
    history::History,
    operation::Operation,
    report::verify,
    run::{
        Connection, Function, FunctionError, Functions, execute::run_adoption, foreign, migrate::now, plan::Ordered,
        record,
    },
    schema::Schema,
};

type Counts = Arc<Mutex<BTreeMap<String, i64>>>;

/// Runs the plan.
///
/// # Errors
/// Nothing of it is kept then.
pub(super) async fn run(
    connection: &mut Connection,
    plan: &Plan,
    history: Arc<History>,
    (functions, values): (Functions, ValueFunctions),
    maker: Option<&Maker>,
) -> Result<(), AdoptError> {
    let mut functions = functions;
    let mut steps = vec![Step::Run(BEGIN.to_owned())];
    steps.extend(between(connection.dialect(), plan)?);
    steps.push(Step::Run(END.to_owned()));

    let counts = Counts::default();
    functions.0.insert(BEGIN.to_owned(), begin(plan, counts.clone()));
    for computed in &plan.computed {
        let function = values.get(&computed.function.function).map_err(AdoptError::Answers)?.clone();
        let one = computed.clone();
        let fill: Function = Arc::new(move |connection| {
            let (one, function) = (one.clone(), function.clone());
            Box::pin(async move {
                match connection.dialect() {
                    Dialect::Postgres => value::fill(connection, &one, &function).await,
                    Dialect::Sqlite => value::prepare(connection, &one, &function).await,
                }
            })
        });
        functions.0.insert(computed.step.clone(), fill);
    }
    let foreign: Vec<String> = plan.untouched.iter().chain(&plan.asides).cloned().collect();
    let by = maker.map_or_else(|| "unknown".to_owned(), |maker| format!("{:?}", maker.tool));
    functions.0.insert(END.to_owned(), end(plan, counts, history, foreign, by));
    Ok(run_adoption(connection, &steps, &functions).await?)
}

/// What leads from the live tables to ours.
fn between(dialect: Dialect, plan: &Plan) -> Result<Vec<Step>, AdoptError> {
    let refused = |error: RenderError| AdoptError::Answers(error.to_string());
    match dialect {
        Dialect::Postgres => dialect.render(&plan.operations, &plan.before).map_err(refused),
        Dialect::Sqlite => rebuilt(plan).map_err(refused),
    }
}

/// On SQLite each table is made anew from its rows as they will be: the words of another tool's types
/// promise too little to be altered step by step.
fn rebuilt(plan: &Plan) -> Result<Vec<Step>, RenderError> {
    let mut steps = Vec::new();
    let mut there = Schema::default();
    for table in plan.tables.iter().filter(|table| table.from.is_some()) {
        there.tables.insert(table.ours.name.clone(), table.ours.clone());
    }
    let renames = |op: &&Operation| match op {
        Operation::RenameTable { .. } => true,
        Operation::RenameColumn { table, to, .. } => {
            plan.tables.iter().any(|one| one.ours.name == *table && one.names.contains_key(to))
        }
        _ => false,
    };
    // Columns that take another one's place are the rebuild's.
    let first: Vec<Operation> = plan.operations.iter().filter(renames).cloned().collect();
    steps.extend(Dialect::Sqlite.render(&first, &plan.before)?);
    let is_step = |op: &&Operation| matches!(op, Operation::RunSql { .. } | Operation::Run { .. });
    let prepared = plan.operations.iter().filter(is_step).filter(|op| plan.prepares(op)).cloned().collect::<Vec<_>>();
    steps.extend(Dialect::Sqlite.render(&prepared, &there)?);
    for table in plan.tables.iter().filter(|table| table.from.is_some()) {
        steps.push(Step::Rebuild(Box::new(table.rebuild())));
    }
    let create = |op: &&Operation| matches!(op, Operation::CreateTable(_));
    let last = plan.operations.iter().filter(create).chain(&plan.data_steps).cloned().collect::<Vec<_>>();
    steps.extend(Dialect::Sqlite.render(&last, &there)?);
    Ok(steps)
}

const BEGIN: &str = "adopt: lock and count";
const END: &str = "adopt: count, record and prove";

/// Locks every table, so that nobody changes rows between the counts, and counts their rows.
fn begin(plan: &Plan, counts: Counts) -> Function {
    let ours: Vec<String> = plan.tables.iter().filter_map(|table| table.from.clone()).collect();
    let others: Vec<String> = plan.untouched.iter().chain(plan.moved.keys()).cloned().collect();
    Arc::new(move |connection| {
        let (ours, others, counts) = (ours.clone(), others.clone(), counts.clone());
        Box::pin(async move {
            if connection.dialect() == Dialect::Postgres {
                for (tables, mode) in [(&ours, "ACCESS EXCLUSIVE"), (&others, "SHARE")] {
                    let names: Vec<String> = tables.iter().map(|table| quote(table)).collect();
                    if !names.is_empty() {
                        connection.execute(&format!("LOCK TABLE {} IN {mode} MODE", names.join(", "))).await?;
                    }
                }
            }
            let mut found = BTreeMap::new();
            for table in ours.iter().chain(&others) {
                found.insert(table.clone(), rows_of(connection, table).await?);
            }
            *counts.lock().map_err(|_| "counts are lost")? = found;
            Ok(())
        })
    })
}

/// Counts again, records the history as run, and compares the live schema with it.
fn end(plan: &Plan, counts: Counts, history: Arc<History>, foreign: Vec<String>, by: String) -> Function {
    let mut renamed: BTreeMap<String, String> =
        plan.tables.iter().filter_map(|table| Some((table.from.clone()?, table.ours.name.clone()))).collect();
    renamed.extend(plan.moved.clone());
    let prepared: Vec<String> = plan.computed.iter().map(Computed::prepared).collect();
    Arc::new(move |connection| {
        let prepared = prepared.clone();
        let (counts, history, renamed) = (counts.clone(), history.clone(), renamed.clone());
        let (foreign, by) = (foreign.clone(), by.clone());
        Box::pin(async move {
            let before = counts.lock().map_err(|_| "counts are lost")?.clone();
            for (table, rows) in before {
                let name = renamed.get(&table).unwrap_or(&table);
                let now = rows_of(connection, name).await?;
                if now != rows {
                    return Err(format!("{name} had {rows} rows and would have {now}").into());
                }
            }
            if connection.dialect() == Dialect::Sqlite {
                for table in prepared {
                    connection.execute(&format!("DROP TABLE temp.{}", quote(&table))).await?;
                }
            }
            foreign::add(connection, &foreign, &by, &now()).await?;
            record(connection, &history).await?;
            let report = verify::verify(&history, connection, &verify::Options::default()).await?;
            if report.findings.is_empty() { Ok(()) } else { Err(disagreement(&report).into()) }
        })
    })
}

async fn record(connection: &mut Connection, history: &History) -> Result<(), FunctionError> {
    record::create_table(connection).await?;
    for (migration, hash) in history.ordered() {
        connection.execute(&record::insert(&migration.id, hash, &now())).await?;
    }
    Ok(())
}
