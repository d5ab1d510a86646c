//! The operations that lead from the live tables to ours, and the questions that stand before them. Pure.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    AdoptError,
    answers::{Answers, Choice, Convert, Function},
    native::{self, Natives},
    plan::{Computed, KEEP, Open, Plan, TablePlan, step_name},
    rows,
};
use crate::{
    dialect::{Dialect, quote},
    diff::{self, Fill, Hints},
    history::History,
    operation::{Operation, SqlPerDialect, index_uses},
    run::plan::Ordered,
    schema::{Column, ColumnType, Expression, Schema, Table, name},
};

/// Finds the way.
///
/// # Errors
/// When an answer is about something that is not there.
pub(super) fn plan(
    live: &Schema,
    history: &History,
    hints: &Hints,
    answers: &Answers,
    natives: &Natives,
    dialect: Dialect,
) -> Result<Plan, AdoptError> {
    let ours = history.schema();
    let mut builder = Builder::new(live, ours, answers, dialect);
    builder.rename(live, hints)?;
    builder.check_answers()?;
    builder.natives(natives);
    builder.drop_constraints()?;
    builder.values()?;
    builder.settle()?;
    builder.data_steps(history);
    Ok(builder.plan)
}

struct Builder<'a> {
    ours: &'a Schema,
    answers: &'a Answers,
    dialect: Dialect,
    /// The schema after the operations so far.
    schema: Schema,
    plan: Plan,
}

impl<'a> Builder<'a> {
    fn new(live: &Schema, ours: &'a Schema, answers: &'a Answers, dialect: Dialect) -> Self {
        let plan = Plan {
            tables: Vec::new(),
            before: Schema::default(),
            operations: Vec::new(),
            computed: Vec::new(),
            questions: Vec::new(),
            untouched: live.tables.keys().cloned().collect(),
            asides: Vec::new(),
            moved: BTreeMap::new(),
            data_steps: Vec::new(),
            conversions: answers.convert.clone(),
            before_is_enforced: dialect == Dialect::Postgres,
        };
        Self { ours, answers, dialect, schema: Schema::default(), plan }
    }

    fn push(&mut self, operation: Operation) -> Result<(), AdoptError> {
        operation.apply(&mut self.schema).map_err(|misfit| AdoptError::Answers(misfit.to_string()))?;
        self.plan.operations.push(operation);
        Ok(())
    }

    /// Finds each of our tables among the live ones, by its name, a former one, or an answer.
    fn rename(&mut self, live: &Schema, hints: &Hints) -> Result<(), AdoptError> {
        let answered: BTreeMap<&str, &str> =
            live.tables.keys().filter_map(|old| Some((self.answers.table(old)?, old.as_str()))).collect();
        let mut renames = Vec::new();
        for (name, ours) in &self.ours.tables {
            let former = hints.tables.get(name).into_iter().flatten().rev().map(String::as_str);
            let mut candidates = answered.get(name.as_str()).copied().into_iter().chain([name.as_str()]).chain(former);
            let found = candidates.find_map(|candidate| live.table(candidate));
            if let Some(found) = found {
                self.plan.untouched.retain(|table| *table != found.name);
            }
            let aside = found.filter(|found| self.answers.aside.get(&found.name) == Some(&true));
            if let Some(aside) = aside {
                self.table_aside(&aside.name);
            }
            let Some(found) = found.filter(|_| aside.is_none()) else {
                self.plan.tables.push(TablePlan::created(ours));
                continue;
            };
            let mut table = found.clone();
            table.app.clone_from(&ours.app);
            table.model.clone_from(&ours.model);
            self.plan.before.tables.insert(table.name.clone(), table);
            if found.name != *name {
                renames.push(Operation::RenameTable { from: found.name.clone(), to: name.clone() });
            }
            let columns = self.column_renames(found, ours, hints)?;
            let names = columns.iter().map(|(from, to)| (to.clone(), from.clone())).collect();
            let rename = |(from, to)| Operation::RenameColumn { table: name.clone(), from, to };
            renames.extend(columns.into_iter().map(rename));
            self.plan.tables.push(TablePlan { names, ..TablePlan::found(ours, found) });
        }
        for table in self.answers.aside.keys().filter(|key| !key.contains('.')) {
            if !self.plan.moved.contains_key(table) {
                return Err(AdoptError::Answers(format!(
                    "aside.{table:?}: {table:?} is no table of ours that is there"
                )));
            }
        }
        self.schema = self.plan.before.clone();
        renames.into_iter().try_for_each(|operation| self.push(operation))?;
        for plan in self.plan.tables.iter_mut().filter(|plan| plan.from.is_some()) {
            let Some(table) = self.schema.tables.get_mut(&plan.ours.name) else { continue };
            for column in &mut table.columns {
                column.soft_ref = plan.ours.column(&column.name).and_then(|c| c.soft_ref.clone());
            }
            plan.live = table.clone();
            plan.future = rows::future(&plan.ours, &plan.live, self.answers, self.dialect);
        }
        Ok(())
    }

    /// Moves a whole table out of the way of ours.
    fn table_aside(&mut self, table: &str) {
        let to = before_adoption(table);
        let sql = format!("ALTER TABLE {} RENAME TO {}", quote(table), quote(&to));
        self.run_sql(format!("{KEEP}{table} as {to}"), sql);
        self.plan.asides.push(to.clone());
        self.plan.moved.insert(table.to_owned(), to);
    }

    fn column_renames(&self, live: &Table, ours: &Table, hints: &Hints) -> Result<Vec<(String, String)>, AdoptError> {
        let mut pairs = Vec::new();
        for (from, to) in self.answers.columns(&ours.name) {
            let wrong =
                |what: &str| Err(AdoptError::Answers(format!("rename.\"{}.{from} -> {to}\": {what}", ours.name)));
            match (live.column(from), ours.column(to)) {
                (None, _) => return wrong(&format!("the live table has no column {from:?}")),
                (_, None) => return wrong(&format!("our table has no column {to:?}")),
                _ if live.column(to).is_some() => return wrong(&format!("the live table has a column {to:?} already")),
                _ => pairs.push((from.to_owned(), to.to_owned())),
            }
        }
        for (to, former) in hints.columns.get(&ours.name).into_iter().flatten() {
            let new = live.column(to).is_none() && ours.column(to).is_some() && pairs.iter().all(|(_, t)| t != to);
            let free = |was: &&String| live.column(was).is_some() && ours.column(was).is_none();
            if let (true, Some(was)) = (new, former.iter().rev().find(free)) {
                pairs.push((was.clone(), to.clone()));
            }
        }
        Ok(pairs)
    }

    /// Refuses answers about what is not there: a slip would leave the question open, or be passed over.
    fn check_answers(&self) -> Result<(), AdoptError> {
        let refuse = |word: &str, key: &str, why: String| Err(AdoptError::Answers(format!("{word}.{key:?}: {why}")));
        for (word, key) in self.answers.objects() {
            let (table, column) = key.split_once('.').unwrap_or((key, ""));
            let Some(plan) = self.plan.tables.iter().find(|plan| plan.ours.name == table && plan.from.is_some()) else {
                return refuse(word, key, format!("{table:?} is no table of ours that is there"));
            };
            if word == "convert" && plan.ours.column(column).is_none() {
                return refuse(word, key, format!("our table has no column {column:?}"));
            }
            if word != "convert" && plan.live.column(column).is_none() {
                return refuse(word, key, format!("the live table has no column {column:?}"));
            }
            if matches!(word, "aside" | "drop") && plan.ours.column(column).is_some() && !self.converted(table, column)
            {
                return refuse(word, key, "our table has this column, and its values are kept".to_owned());
            }
            if let Some(Convert::Function(Function { of, .. })) =
                self.answers.convert.get(key).filter(|_| word == "convert")
                && let Some(missing) = of.iter().find(|name| plan.live.column(name).is_none())
            {
                return refuse(word, key, format!("the live table has no column {missing:?}"));
            }
            if word == "convert" && plan.live.primary_key.is_empty() {
                return refuse(word, key, "the table has no primary key to find rows by".to_owned());
            }
        }
        Ok(())
    }

    fn converted(&self, table: &str, column: &str) -> bool {
        self.answers.convert.contains_key(&format!("{table}.{column}"))
    }

    /// Takes over what is ours but for its name.
    fn natives(&mut self, natives: &Natives) {
        let mut renamed = Vec::new();
        if self.dialect == Dialect::Postgres {
            for plan in self.plan.tables.iter().filter(|plan| plan.from.is_some()) {
                let going = self.going(plan);
                let Some(live) = self.schema.tables.get_mut(&plan.ours.name) else { continue };
                let mut staying = live.clone();
                staying.indexes.retain(|index| !going.iter().any(|column| index_uses(index, column)));
                staying.checks.retain(|check| !going.iter().any(|column| check.expression.mentions(column)));
                let parts = native::rename_parts(&mut staying, &plan.ours);
                for part in &parts {
                    let indexes = live.indexes.iter_mut().map(|index| &mut index.name);
                    let checks = live.checks.iter_mut().map(|check| &mut check.name);
                    indexes.chain(checks).filter(|name| **name == part.from).for_each(|name| part.to.clone_into(name));
                }
                renamed.extend(parts);
            }
        }
        let found = self.plan.tables.iter();
        let found = found.filter_map(|plan| Some((plan.from.as_deref()?, plan.ours.name.as_str()))).collect();
        let operations = natives.operations(&found, &renamed);
        self.plan.operations.extend(operations);
    }

    /// Columns that do not stay what they are: those that go, and those that are made anew under their name.
    fn going(&self, plan: &TablePlan) -> BTreeSet<String> {
        let anew = |column: &str| plan.ours.column(column).is_none() || self.converted(&plan.ours.name, column);
        plan.live.columns.iter().map(|c| c.name.clone()).filter(|name| anew(name)).collect()
    }

    /// Foreign keys, checks and indexes that are not ours go before any value changes, so that none of
    /// them is in the way.
    fn drop_constraints(&mut self) -> Result<(), AdoptError> {
        let mut operations = Vec::new();
        for plan in self.plan.tables.iter().filter(|plan| plan.from.is_some()) {
            let Some(live) = self.schema.table(&plan.ours.name) else { continue };
            let (form, wanted, going) = (live.canonical(), plan.ours.canonical(), self.going(plan));
            let table = || live.name.clone();
            for key in form.foreign_keys.iter().filter(|key| wanted.foreign_key(&key.name) != Some(*key)) {
                operations.push((0, Operation::DropForeignKey { table: table(), foreign_key: key.name.clone() }));
            }
            for check in form.checks.iter().filter(|check| {
                wanted.check(&check.name) != Some(*check) || going.iter().any(|c| check.expression.mentions(c))
            }) {
                operations.push((1, Operation::DropCheck { table: table(), check: check.name.clone() }));
            }
            for index in form
                .indexes
                .iter()
                .filter(|index| wanted.index(&index.name) != Some(*index) || going.iter().any(|c| index_uses(index, c)))
            {
                operations.push((2, Operation::DropIndex { table: table(), index: index.name.clone() }));
            }
        }
        operations.sort_by_key(|(phase, _)| *phase);
        operations.into_iter().try_for_each(|(_, operation)| self.push(operation))
    }

    /// Values that change, are kept aside, or go.
    fn values(&mut self) -> Result<(), AdoptError> {
        let mut tables = std::mem::take(&mut self.plan.tables);
        let mut there = tables.iter_mut().filter(|plan| plan.from.is_some());
        let done = there.try_for_each(|plan| self.table_values(plan));
        self.plan.tables = tables;
        done
    }

    fn table_values(&mut self, plan: &mut TablePlan) -> Result<(), AdoptError> {
        let table = plan.ours.name.clone();
        self.strays(plan);
        let aside: Vec<String> = plan.gone.iter().filter(|(_, what)| *what == ASIDE).map(|(c, _)| c.clone()).collect();
        if !aside.is_empty() {
            let to = before_adoption(&table);
            let columns = plan.live.primary_key.iter().chain(&aside).map(|c| quote(c)).collect::<Vec<_>>().join(", ");
            let sql = format!("CREATE TABLE {} AS SELECT {columns} FROM {}", quote(&to), quote(&table));
            self.run_sql(format!("{KEEP}{} of {table} in {to}", aside.join(", ")), sql);
            self.plan.asides.push(to);
        }
        // Conversions read values as they were; what is mapped is not theirs.
        let mut anew = Vec::new();
        for (name, convert) in self.answers.conversions(&table).collect::<Vec<_>>() {
            if let Some(column) = plan.ours.column(name).cloned() {
                plan.values.insert(name.to_owned(), convert.to_string());
                anew.push(self.convert(plan, column, convert)?);
            }
        }
        for column in &plan.ours.columns {
            let key = format!("{table}.{}", column.name);
            if let Some(map) = self.answers.map.get(&key).filter(|map| !map.is_empty()) {
                let name = quote(&column.name);
                let old = map.keys().map(|value| crate::dialect::quote_text(value)).collect::<Vec<_>>().join(", ");
                let value = rows::replaced(&column.name, map);
                self.run_sql(
                    format!("replace values of {key}"),
                    format!("UPDATE {} SET {name} = {value} WHERE {name} IN ({old})", quote(&table)),
                );
                let pairs: Vec<String> = map.iter().map(|(old, new)| format!("{old} → {new}")).collect();
                plan.values.insert(column.name.clone(), pairs.join(", "));
            }
        }
        let gone: Vec<String> = plan.gone.keys().cloned().chain(anew.iter().flatten().cloned()).collect();
        for column in gone.into_iter().collect::<BTreeSet<_>>() {
            self.push(Operation::DropColumn { table: table.clone(), column })?;
        }
        for name in anew.into_iter().flatten() {
            let (from, to) = (temporary(&name), name);
            self.push(Operation::RenameColumn { table: table.clone(), from, to })?;
        }
        Ok(())
    }

    /// What becomes of columns that our table does not have, and of fractions that ours has no place for.
    fn strays(&mut self, plan: &mut TablePlan) {
        let table = &plan.ours.name;
        for column in &plan.ours.columns {
            if self.converted(table, &column.name) {
                continue;
            }
            let live = plan.live.column(&column.name).filter(|live| is_fraction(&live.ty) && is_whole(&column.ty));
            self.plan.questions.extend(live.map(|live| Open::Whole {
                table: table.clone(),
                column: column.name.clone(),
                ty: live.ty.to_string(),
            }));
        }
        for column in plan.live.columns.iter().filter(|column| plan.ours.column(&column.name).is_none()) {
            let key = format!("{table}.{}", column.name);
            let read: Vec<&str> = self
                .answers
                .conversions(table)
                .filter(|(_, convert)| convert.reads(&column.name))
                .map(|(target, _)| target)
                .collect();
            let what = if self.answers.aside.get(&key) == Some(&true) {
                ASIDE.to_owned()
            } else if let Some(why) = self.answers.drop.get(&key) {
                format!("dropped: {why}")
            } else if !read.is_empty() {
                format!("carried over into {}", read.join(", "))
            } else {
                let new = |c: &&Column| plan.live.column(&c.name).is_none() && !self.converted(table, &c.name);
                let like = |c: &&Column| kind(&c.ty.to_string()) == kind(&column.ty.to_string());
                let perhaps = plan.ours.columns.iter().filter(new).filter(like).map(|c| c.name.clone()).collect();
                let (table, ty) = (table.clone(), column.ty.to_string());
                self.plan.questions.push(Open::Stray { table, column: column.name.clone(), ty, perhaps });
                OPEN.to_owned()
            };
            plan.gone.insert(column.name.clone(), what);
        }
    }

    /// Adds the column with its values; answers its name where the live table has another one of that name,
    /// which it then takes the place of.
    fn convert(&mut self, plan: &TablePlan, column: Column, convert: &Convert) -> Result<Option<String>, AdoptError> {
        let table = plan.ours.name.clone();
        let replaces = plan.live.column(&column.name).is_some();
        let name = if replaces { temporary(&column.name) } else { column.name.clone() };
        let empty = Column { name, nullable: true, default: None, identity: false, soft_ref: None, ..column.clone() };
        let fill = match convert {
            Convert::Function(_) => None,
            other => Some(Expression(rows::expression(other)).into()),
        };
        self.push(Operation::AddColumn { table: table.clone(), column: empty.clone(), fill })?;
        if let Convert::Function(function) = convert {
            let step = step_name(&table, &column.name);
            self.plan.operations.push(Operation::Run { forward: step.clone(), backward: None });
            let (key, function) = (plan.live.primary_key.clone(), function.clone());
            self.plan.computed.push(Computed { step, table, column: empty, key, function });
        }
        Ok(replaces.then_some(column.name))
    }

    fn run_sql(&mut self, about: String, sql: String) {
        let forward = SqlPerDialect { postgres: vec![sql.clone()], sqlite: vec![sql] };
        self.plan.operations.push(Operation::RunSql { about, forward, backward: None });
    }

    /// Everything else: what the differ finds between the two.
    fn settle(&mut self) -> Result<(), AdoptError> {
        // What a column is to become that nobody has decided on is one question, not one for each new column.
        let mut found = self.schema.clone();
        for plan in &self.plan.tables {
            let open = |column: &Column| plan.gone.get(&column.name).is_some_and(|what| what == OPEN);
            if let Some(table) = found.tables.get_mut(&plan.ours.name) {
                table.columns.retain(|column| !open(column));
            }
        }
        // What a conversion leaves empty in a column that refuses it has been looked for already.
        let mut answers = self.answers.diff.clone();
        for (table, column) in self.answers.convert.keys().filter_map(|key| key.split_once('.')) {
            if answers.fill(table, column).is_none() {
                answers = answers.filled(table, column, Fill::NONE);
            }
        }
        match diff::diff(&found, self.ours, &Hints::default(), &answers) {
            Ok(operations) => operations.into_iter().try_for_each(|operation| self.push(operation)),
            Err(questions) => {
                self.plan.questions.extend(questions.into_iter().map(|question| Open::Fill { question }));
                Ok(())
            }
        }
    }

    fn data_steps(&mut self, history: &History) {
        for (about, sql) in &self.answers.after {
            self.run_sql(about.clone(), sql.clone());
            self.plan.data_steps.extend(self.plan.operations.last().cloned());
        }
        for (migration, _) in history.ordered() {
            let is_step = |op: &&Operation| matches!(op, Operation::RunSql { .. } | Operation::Run { .. });
            let steps: Vec<Operation> = migration.operations.iter().filter(is_step).cloned().collect();
            if steps.is_empty() {
                continue;
            }
            match self.answers.data_step.get(&migration.id.to_string()) {
                Some(Choice::Run) => {
                    self.plan.data_steps.extend(steps.iter().cloned());
                    self.plan.operations.extend(steps);
                }
                Some(Choice::Skip) => {}
                None => self.plan.questions.push(Open::DataStep {
                    migration: migration.id.to_string(),
                    does: steps.iter().map(Operation::describe).collect(),
                }),
            }
        }
    }
}

/// What is said of a column whose values a table of their own keeps.
const ASIDE: &str = "kept aside";
/// What is said of a column that nobody has decided on yet.
const OPEN: &str = "to be decided";

/// The table that keeps what ours has no place for.
fn before_adoption(table: &str) -> String {
    name::fit(format!("{table}_before_adoption"))
}

/// The name of a column that takes another one's place when that has gone.
fn temporary(column: &str) -> String {
    name::fit(format!("seadrift_new_{column}"))
}

fn is_whole(ty: &ColumnType) -> bool {
    matches!(ty, ColumnType::SmallInt | ColumnType::Integer | ColumnType::BigInt)
}

fn is_fraction(ty: &ColumnType) -> bool {
    match ty {
        ColumnType::Decimal(_, scale) => *scale > 0,
        ColumnType::Real | ColumnType::Double => true,
        ColumnType::Other(native) => ["decimal", "numeric", "real", "double", "float", "money"].contains(&kind(native)),
        _ => false,
    }
}

/// The word of a type without its bound: columns of one kind may be the same one under another name.
fn kind(ty: &str) -> &str {
    let word = ty.trim_start_matches("other(").split(['(', ' ', ')']).next().unwrap_or(ty);
    match word {
        "smallint" | "integer" | "bigint" => "integer",
        "varchar" | "char" | "text" => "text",
        other => other,
    }
}
