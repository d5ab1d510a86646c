//! The part of a repair that moves tables aside: everything in one transaction, so that whoever is
//! killed on the way leaves the database as it was.
//!
//! Order: move aside; build anew what is recorded, and carry its rows; run the migrations whose tables
//! stood in the way, carrying rows as soon as a table is as the rows know it, so that later migrations
//! change them like any other; put back the foreign keys that pointed at what was moved; look for rows
//! that point at nothing; enter it all into the register.

use std::collections::BTreeSet;

use super::{
    Aside, Case, Condemned, Repair,
    aside::{Moved, move_aside},
    carry::{Outcome, carry},
    columns::matching,
    error::{RepairError, run as statement},
    register,
};
use crate::{
    dialect::{Dialect, sqlite},
    migration::MigrationId,
    operation::Operation,
    run::{
        Connection, execute,
        migrate::now,
        plan::{Direction, Plan, Planned},
        record,
    },
    schema::Schema,
};

/// Tables that are there before their migrations, and the migrations that run once they are not.
pub(super) struct Zombies {
    pub tables: Vec<Condemned>,
    pub plan: Plan,
}

/// The zombies of the wanted apps, with those that stand in the way of the same migrations.
pub(super) fn zombies(case: &Case<'_>) -> Result<Zombies, RepairError> {
    let graph = case.history.graph();
    let forward = |apps: &BTreeSet<String>| -> BTreeSet<MigrationId> {
        let latest: Vec<_> =
            apps.iter().filter_map(|app| graph.latest(app)).map(|loaded| loaded.id().clone()).collect();
        graph.forward(&latest).into_iter().cloned().collect()
    };
    let wanted: BTreeSet<String> = if case.options.apps.is_empty() {
        graph.apps().map(str::to_owned).collect()
    } else {
        case.options.apps.iter().cloned().collect()
    };
    let early = |plan: &Plan| -> Vec<(MigrationId, String)> {
        let creates = plan.creates().into_iter().map(|(id, table)| (id.clone(), table.to_owned()));
        creates.filter(|(_, table)| case.live.table(table).is_some()).collect()
    };
    let plan = Plan::forward(case.history, &case.record, &forward(&wanted))?;
    let apps: BTreeSet<String> = early(&plan).into_iter().map(|(id, _)| id.app).collect();
    // Migrations of apps without a zombie are left to `migrate`.
    let mut plan = Plan::forward(case.history, &case.record, &forward(&apps))?;
    let found = early(&plan);
    if let Some(at) = plan.steps.iter().position(|step| !step.atomic) {
        if let Some(later) = plan.steps[at..].iter().find(|step| found.iter().any(|(id, _)| *id == step.id)) {
            return Err(RepairError::NotAtomic { id: later.id.clone() });
        }
        plan.steps.truncate(at);
    }
    if found.is_empty() {
        plan.steps.clear();
    }
    let tables = found.into_iter().filter_map(|(id, table)| {
        let table = case.live.table(&table)?.clone();
        Some(Condemned { table, why: format!("it was there before {id}, which makes it") })
    });
    Ok(Zombies { tables: tables.collect(), plan })
}

/// Does it all; without [`super::Options::run`] takes it back at the end.
pub(super) async fn run(
    connection: &mut Connection,
    case: &Case<'_>,
    condemned: Vec<Condemned>,
    zombies: Zombies,
    operations: Vec<Operation>,
    found: &Schema,
) -> Result<Repair, RepairError> {
    let planned = Planned {
        id: MigrationId::new("repair", "database"),
        direction: Direction::Forward,
        hash: String::new(),
        atomic: true,
        operations,
    };
    let broken = broken_rows(connection).await?;
    execute::begin(connection, &planned).await?;
    let mut work = Work { case, now: now(), moved: Vec::new(), aside: Vec::new() };
    let result = work.all(connection, condemned, &zombies, &planned, found, &broken).await;
    let commit = case.options.run && result.is_ok();
    execute::end(connection, &planned, commit).await?;
    result?;
    Ok(Repair {
        operations: planned.operations.into_iter().filter(|o| !work.builds(o)).collect(),
        aside: work.aside,
        migrations: zombies.plan.steps.into_iter().map(|step| step.id).collect(),
        questions: Vec::new(),
    })
}

struct Work<'c, 'h> {
    case: &'c Case<'h>,
    now: String,
    moved: Vec<Moved>,
    aside: Vec<Aside>,
}

impl Work<'_, '_> {
    /// Whether this operation builds a table anew that was moved aside.
    fn builds(&self, operation: &Operation) -> bool {
        let table = match operation {
            Operation::CreateTable(table) => &table.name,
            Operation::AddForeignKey { table, .. } => table,
            _ => return false,
        };
        self.aside.iter().any(|aside| aside.table == *table)
    }

    async fn all(
        &mut self,
        connection: &mut Connection,
        condemned: Vec<Condemned>,
        zombies: &Zombies,
        planned: &Planned,
        found: &Schema,
        broken: &BTreeSet<String>,
    ) -> Result<(), RepairError> {
        if connection.dialect() == Dialect::Postgres {
            // IF NOT EXISTS still raises a notice; a notice is not news.
            statement(connection, "SET LOCAL client_min_messages = warning").await?;
        }
        let recorded = condemned.len();
        for one in condemned.iter().chain(&zombies.tables) {
            let moved = move_aside(connection, &one.table).await?;
            self.aside.push(Aside {
                table: one.table.name.clone(),
                place: moved.place.clone(),
                why: one.why.clone(),
                rows: moved.rows,
                carried: 0,
                left_rows: Vec::new(),
                left_columns: Vec::new(),
                unanswered: Vec::new(),
                definition: moved.definition.clone(),
            });
            self.moved.push(moved);
        }
        execute::within(connection, planned, found, self.case.functions, None).await.map_err(|source| {
            let tables = condemned.iter().map(|one| one.table.name.clone()).collect();
            RepairError::InPlace { tables, source: Box::new(source) }
        })?;
        for at in targets_first(&self.case.expected, &condemned) {
            self.carry(connection, at, &self.case.expected).await?;
        }
        self.record_anew(connection, &condemned).await?;
        self.migrate(connection, zombies, recorded).await?;
        self.point_again(connection).await?;
        let orphans: Vec<String> = broken_rows(connection).await?.difference(broken).cloned().collect();
        if !orphans.is_empty() {
            return Err(RepairError::Orphans { detail: orphans.join("; ") });
        }
        for aside in &self.aside {
            register::enter(connection, aside, &self.now).await?;
        }
        Ok(())
    }

    /// Runs the migrations, and carries each zombie's rows after the first one that leaves its table
    /// as near to what it was as any does.
    async fn migrate(
        &mut self,
        connection: &mut Connection,
        zombies: &Zombies,
        first: usize,
    ) -> Result<(), RepairError> {
        let mut schemas = Vec::with_capacity(zombies.plan.steps.len());
        let mut schema = zombies.plan.start.clone();
        for step in &zombies.plan.steps {
            execute::advance(&mut schema, step)?;
            schemas.push(schema.clone());
        }
        let mut due: Vec<Vec<usize>> = vec![Vec::new(); schemas.len()];
        for at in first..self.moved.len() {
            if let Some(step) = self.nearest(connection.dialect(), &self.moved[at], &schemas)? {
                due[step].push(at);
            }
        }
        record::create_table(connection).await?;
        let mut before = &zombies.plan.start;
        for ((step, after), due) in zombies.plan.steps.iter().zip(&schemas).zip(due) {
            let insert = record::insert(&step.id, &step.hash, &self.now);
            execute::within(connection, step, before, self.case.functions, Some(&insert)).await?;
            let tables: Vec<Condemned> =
                due.iter().map(|at| Condemned { table: self.moved[*at].before.clone(), why: String::new() }).collect();
            for place in targets_first(after, &tables) {
                self.carry(connection, due[place], after).await?;
            }
            before = after;
        }
        Ok(())
    }

    /// The first step after which the most columns fit.
    fn nearest(&self, dialect: Dialect, moved: &Moved, schemas: &[Schema]) -> Result<Option<usize>, RepairError> {
        let mut best = None;
        for (at, schema) in schemas.iter().enumerate() {
            let Some(new) = schema.table(&moved.before.name) else { continue };
            let score = matching(dialect, &moved.before, new, schema, &self.case.options.answers)?.score();
            if best.is_none_or(|(_, highest)| score > highest) {
                best = Some((at, score));
            }
        }
        Ok(best.map(|(at, _)| at))
    }

    async fn carry(&mut self, connection: &mut Connection, at: usize, schema: &Schema) -> Result<(), RepairError> {
        let moved = &self.moved[at];
        let Some(new) = schema.table(&moved.before.name) else { return Ok(()) };
        let answers = &self.case.options.answers;
        let Outcome { carried, left_rows, left_columns } = carry(connection, moved, new, schema, answers).await?;
        if moved.rows > 0 {
            let open = matching(connection.dialect(), &moved.before, new, schema, answers)?.unfilled;
            self.aside[at].unanswered = open.iter().map(|left| format!("{}.{}", new.name, left.column)).collect();
        }
        let aside = &mut self.aside[at];
        (aside.carried, aside.left_rows, aside.left_columns) = (carried, left_rows, left_columns);
        Ok(())
    }

    /// Rewinds the record of the migrations that made a table, and records that they have run again.
    async fn record_anew(&self, connection: &mut Connection, condemned: &[Condemned]) -> Result<(), RepairError> {
        for (migration, hash) in crate::run::plan::Ordered::ordered(self.case.history) {
            let touches = |one: &Condemned| self.case.history.tables_of(&migration.id).contains(&one.table.name);
            if self.case.record.has(&migration.id) && condemned.iter().any(touches) {
                statement(connection, &record::delete(&migration.id)).await?;
                statement(connection, &record::insert(&migration.id, hash, &self.now)).await?;
            }
        }
        Ok(())
    }

    /// Puts back the foreign keys that pointed at a table that was moved, onto the new one.
    async fn point_again(&self, connection: &mut Connection) -> Result<(), RepairError> {
        for moved in &self.moved {
            let built = self.case.expected.table(&moved.before.name).is_some()
                || self.case.history.schema().table(&moved.before.name).is_some();
            for (table, name, definition) in moved.incoming.iter().filter(|_| built) {
                let from_moved = self
                    .moved
                    .iter()
                    .any(|other| crate::dialect::quote(&other.before.name) == *table || other.before.name == *table);
                if from_moved {
                    continue;
                }
                let sql = format!("ALTER TABLE {table} ADD CONSTRAINT {} {definition}", crate::dialect::quote(name));
                statement(connection, &sql).await.map_err(|error| match error {
                    RepairError::Statement { message, .. } => {
                        RepairError::Orphans { detail: format!("{name} of {table}: {message}") }
                    }
                    other => other,
                })?;
            }
        }
        Ok(())
    }
}

/// The places of these tables, those that others point at first.
fn targets_first(schema: &Schema, tables: &[Condemned]) -> Vec<usize> {
    let mut order: Vec<usize> = Vec::with_capacity(tables.len());
    while order.len() < tables.len() {
        let waits = |at: usize| {
            schema.table(&tables[at].table.name).is_some_and(|table| {
                table.foreign_keys.iter().any(|key| {
                    (0..tables.len()).any(|other| {
                        other != at && !order.contains(&other) && tables[other].table.name == key.references
                    })
                })
            })
        };
        let open: Vec<usize> = (0..tables.len()).filter(|at| !order.contains(at)).collect();
        // In a circle somebody must be first; rows that point at later ones then stay behind.
        let next = open.iter().copied().find(|at| !waits(*at)).unwrap_or(open[0]);
        order.push(next);
    }
    order
}

/// Rows of SQLite that point at nothing; PostgreSQL has none.
async fn broken_rows(connection: &mut Connection) -> Result<BTreeSet<String>, RepairError> {
    match connection {
        Connection::Sqlite(sqlite) => Ok(sqlite::violations(sqlite).await?.iter().map(ToString::to_string).collect()),
        Connection::Postgres(_) => Ok(BTreeSet::new()),
    }
}
