//! Operations as stages that let others read and write meanwhile, for migrations with `atomic = false`.
//!
//! An index is built concurrently. A foreign key or check is added without a look at the rows that
//! are there, and validated in a second transaction under a weaker lock. A column becomes not null by
//! way of a validated check, which spares the search under a strong lock, and is filled some blocks at
//! a time. Everything else is one transaction an operation.

use crate::{
    dialect::{
        RenderError, Step, quote,
        stage::{Stage, Stages, Work},
    },
    operation::Operation,
    schema::{Check, Column, DefaultValue, Index, Schema, Table, name},
};

use super::{
    ddl,
    render::{is_constant, render_along, resting_on_index},
};

/// The stages of these operations, begun at the schema `before`.
///
/// # Errors
/// When an operation does not fit the schema before it.
pub fn stages(operations: &[Operation], before: &Schema) -> Result<Vec<Stage>, RenderError> {
    let mut schema = before.clone();
    let mut stages = Stages::default();
    for operation in operations {
        let works = works(operation, &mut schema)?;
        // An operation without statements has a stage all the same: the journal counts operations.
        stages.add(1, if works.is_empty() { vec![transaction(Vec::new())] } else { works });
    }
    Ok(stages.list)
}

type Works = Vec<(Work, Vec<String>)>;

fn works(operation: &Operation, schema: &mut Schema) -> Result<Works, RenderError> {
    let table = operation.table().and_then(|name| schema.table(name)).cloned();
    let works = match (operation, &table) {
        (Operation::RunSql { forward, .. }, _) => {
            Some(forward.postgres.iter().map(|sql| (Work::Statement(sql.clone()), Vec::new())).collect())
        }
        (Operation::AddIndex { index, .. }, Some(table)) => {
            let table = Box::new(table.clone());
            Some(vec![(Work::BuildIndex { table, index: index.clone() }, Vec::new())])
        }
        (Operation::DropIndex { index, .. }, Some(table)) => {
            let alone = resting_on_index(schema, table, index).is_empty();
            let work = Work::DropIndex { table: table.name.clone(), index: index.clone() };
            alone.then(|| vec![(work, Vec::new())])
        }
        (Operation::AddForeignKey { foreign_key, .. }, Some(table)) => {
            Some(validated(&table.name, &foreign_key.name, &ddl::foreign_key(foreign_key)))
        }
        (Operation::AddCheck { check, .. }, Some(table)) => {
            Some(validated(&table.name, &check.name, &ddl::check(check)))
        }
        (Operation::AddColumn { column, fill: Some(fill), .. }, Some(table)) => add_filled(&table.name, column, fill),
        (Operation::AlterColumn { column, fill, .. }, Some(table)) => {
            let from = table.column(&column.name);
            from.filter(|from| becomes_not_null(from, column))
                .map(|from| not_null(&table.name, from, column, fill.as_ref()))
        }
        _ => None,
    };
    // Also where the statements are others: whether the operation fits is told there.
    let steps = render_along(std::slice::from_ref(operation), schema)?;
    Ok(works.unwrap_or_else(|| if steps.is_empty() { Vec::new() } else { vec![transaction(steps)] }))
}

fn transaction(steps: Vec<Step>) -> (Work, Vec<String>) {
    (Work::Steps(steps), Vec::new())
}

fn alter(table: &str, change: &str) -> String {
    format!("ALTER TABLE {} {change}", quote(table))
}

fn steps(statements: impl IntoIterator<Item = String>) -> Work {
    Work::Steps(statements.into_iter().map(Step::Sql).collect())
}

/// A constraint that holds for new rows at once, and for the others after a look at them.
fn validated(table: &str, constraint: &str, definition: &str) -> Works {
    let name = quote(constraint);
    vec![
        (steps([alter(table, &format!("ADD {definition} NOT VALID"))]), Vec::new()),
        (
            steps([alter(table, &format!("VALIDATE CONSTRAINT {name}"))]),
            vec![alter(table, &format!("DROP CONSTRAINT {name}"))],
        ),
    ]
}

/// Whether the column stays what it is but for taking no NULL any more.
pub(super) fn becomes_not_null(from: &Column, to: &Column) -> bool {
    from.nullable && !to.nullable && from.ty == to.ty && from.identity == to.identity
}

fn not_null(table: &str, from: &Column, to: &Column, fill: Option<&DefaultValue>) -> Works {
    let rule = Rule::of(table, to);
    let mut begin: Vec<String> = Vec::new();
    let mut undo = vec![rule.drop()];
    if from.default != to.default {
        begin.push(set_default(table, to));
        undo.push(set_default(table, from));
    }
    begin.push(rule.add());
    let mut works = vec![(steps(begin), Vec::new())];
    works.extend(fill.map(|fill| (fill_nulls(table, to, fill), undo.clone())));
    works.push((steps([rule.validate()]), undo));
    works.push((rule.become_not_null(), Vec::new()));
    works
}

/// A new column whose values are computed; `None` where one transaction does it as well.
fn add_filled(table: &str, column: &Column, fill: &DefaultValue) -> Option<Works> {
    if column.identity || is_constant(fill) {
        return None;
    }
    let empty = Column { default: None, nullable: true, ..column.clone() };
    let mut begin = vec![alter(table, &format!("ADD COLUMN {}", ddl::column(&empty)))];
    if column.default.is_some() {
        begin.push(set_default(table, column));
    }
    if column.nullable {
        // A value may be NULL here, so what is filled cannot be told from what is not: all at once.
        let value = ddl::value(fill, &column.ty);
        let update = format!("UPDATE {} SET {} = {value}", quote(table), quote(&column.name));
        return Some(vec![(steps(begin), Vec::new()), (steps([update]), Vec::new())]);
    }
    let rule = Rule::of(table, column);
    begin.push(rule.add());
    Some(vec![
        (steps(begin), Vec::new()),
        (fill_nulls(table, column, fill), Vec::new()),
        (steps([rule.validate()]), Vec::new()),
        (rule.become_not_null(), Vec::new()),
    ])
}

fn set_default(table: &str, column: &Column) -> String {
    let change = match &column.default {
        Some(default) => format!("SET DEFAULT {}", ddl::value(default, &column.ty)),
        None => "DROP DEFAULT".to_owned(),
    };
    alter(table, &format!("ALTER COLUMN {} {change}", quote(&column.name)))
}

/// New rows keep the rule already, so a row that is passed holds no NULL again.
fn fill_nulls(table: &str, column: &Column, fill: &DefaultValue) -> Work {
    let (relation, name) = (quote(table), quote(&column.name));
    let update = format!("UPDATE {relation} SET {name} = {} WHERE {name} IS NULL", ddl::value(fill, &column.ty));
    Work::Batches { table: table.to_owned(), update }
}

/// The check that a column is not null, there for the time that it takes to become so.
struct Rule<'a> {
    table: &'a str,
    column: &'a str,
    check: Check,
}

impl<'a> Rule<'a> {
    fn of(table: &'a str, column: &'a Column) -> Self {
        let check = Check::new(
            name::fit(format!("seadrift_not_null_{table}_{}", column.name)),
            format!("{} IS NOT NULL", quote(&column.name)).as_str(),
        );
        Self { table, column: &column.name, check }
    }

    fn add(&self) -> String {
        alter(self.table, &format!("ADD {} NOT VALID", ddl::check(&self.check)))
    }

    fn validate(&self) -> String {
        alter(self.table, &format!("VALIDATE CONSTRAINT {}", quote(&self.check.name)))
    }

    fn drop(&self) -> String {
        alter(self.table, &format!("DROP CONSTRAINT {}", quote(&self.check.name)))
    }

    /// The validated check proves it, so no row is looked at.
    fn become_not_null(&self) -> Work {
        let change = alter(self.table, &format!("ALTER COLUMN {} SET NOT NULL", quote(self.column)));
        steps([change, self.drop()])
    }
}

/// The statement that builds an index while others write.
pub fn build_index(table: &Table, index: &Index) -> String {
    let plain = ddl::create_index(&quote(&table.name), index);
    let unique = if index.unique { "CREATE UNIQUE INDEX " } else { "CREATE INDEX " };
    format!("{unique}CONCURRENTLY {}", plain.strip_prefix(unique).unwrap_or(&plain))
}

/// The statement that drops an index while others write.
pub fn drop_index(index: &str) -> String {
    format!("DROP INDEX CONCURRENTLY {}", quote(index))
}
