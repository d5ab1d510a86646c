//! What mends one difference between history and live database: the very statements.

use crate::{
    dialect::{Dialect, Step, quote},
    diff::{Difference, DifferenceKind},
    operation::Operation,
    schema::{Schema, Table},
};

/// The statements that make the live object what the history says; or, for what nobody declared,
/// how to keep it or be rid of it.
pub(super) fn mend(difference: &Difference, expected: &Schema, found: &Schema, dialect: Dialect) -> String {
    let Some(table) = expected.table(&difference.table) else {
        return format!(
            "keep it by declaring an entity for it; or, when nobody needs its rows: DROP TABLE {}",
            quote(&difference.table)
        );
    };
    let name = difference.name.clone();
    let of = table.name.clone();
    let operations = match &difference.kind {
        DifferenceKind::MissingTable => vec![Operation::create(table.clone())],
        DifferenceKind::UnexpectedTable => Vec::new(),
        DifferenceKind::UnexpectedColumn => {
            return format!(
                "keep it by declaring it on the entity; or, when nobody needs its values: ALTER TABLE {} DROP COLUMN {}",
                quote(&of),
                quote(&name)
            );
        }
        DifferenceKind::MissingColumn => missing_column(table, &name),
        DifferenceKind::ColumnDiffers { .. } => table
            .column(&name)
            .map(|column| Operation::AlterColumn { table: of, column: column.clone(), fill: None })
            .into_iter()
            .collect(),
        DifferenceKind::PrimaryKeyDiffers => {
            vec![Operation::AlterPrimaryKey { table: of, columns: table.primary_key.clone() }]
        }
        DifferenceKind::UnexpectedIndex => return format!("DROP INDEX {}", quote(&name)),
        DifferenceKind::MissingIndex => add_index(table, &name),
        DifferenceKind::IndexDiffers => {
            let drop = Operation::DropIndex { table: of, index: name.clone() };
            std::iter::once(drop).chain(add_index(table, &name)).collect()
        }
        DifferenceKind::MissingForeignKey => add_foreign_key(table, &name),
        DifferenceKind::ForeignKeyDiffers => {
            let drop = Operation::DropForeignKey { table: of, foreign_key: name.clone() };
            std::iter::once(drop).chain(add_foreign_key(table, &name)).collect()
        }
        DifferenceKind::UnexpectedForeignKey => vec![Operation::DropForeignKey { table: of, foreign_key: name }],
        DifferenceKind::MissingCheck => add_check(table, &name),
        DifferenceKind::CheckDiffers => {
            let drop = Operation::DropCheck { table: of, check: name.clone() };
            std::iter::once(drop).chain(add_check(table, &name)).collect()
        }
        DifferenceKind::UnexpectedCheck => vec![Operation::DropCheck { table: of, check: name }],
    };
    render(&operations, found, dialect)
}

fn add_index(table: &Table, name: &str) -> Vec<Operation> {
    let add = |index: &crate::schema::Index| Operation::AddIndex { table: table.name.clone(), index: index.clone() };
    table.index(name).map(add).into_iter().collect()
}

fn add_foreign_key(table: &Table, name: &str) -> Vec<Operation> {
    let add = |key: &crate::schema::ForeignKey| Operation::AddForeignKey {
        table: table.name.clone(),
        foreign_key: key.clone(),
    };
    table.foreign_key(name).map(add).into_iter().collect()
}

fn add_check(table: &Table, name: &str) -> Vec<Operation> {
    let add = |check: &crate::schema::Check| Operation::AddCheck { table: table.name.clone(), check: check.clone() };
    table.check(name).map(add).into_iter().collect()
}

/// The column, and what went with it.
fn missing_column(table: &Table, name: &str) -> Vec<Operation> {
    let Some(column) = table.column(name) else { return Vec::new() };
    let of = table.name.clone();
    let mut operations = vec![Operation::AddColumn { table: of.clone(), column: column.clone(), fill: None }];
    for key in table.foreign_keys.iter().filter(|k| k.columns.iter().any(|c| c == name)) {
        operations.push(Operation::AddForeignKey { table: of.clone(), foreign_key: key.clone() });
    }
    for check in table.checks.iter().filter(|c| c.expression.mentions(name)) {
        operations.push(Operation::AddCheck { table: of.clone(), check: check.clone() });
    }
    for index in table.indexes.iter().filter(|i| i.keys.iter().any(|k| k.column() == Some(name))) {
        operations.push(Operation::AddIndex { table: of.clone(), index: index.clone() });
    }
    operations
}

/// The statements of these operations on the live database as it is.
fn render(operations: &[Operation], found: &Schema, dialect: Dialect) -> String {
    let Ok(steps) = dialect.render(operations, found) else { return String::new() };
    let statements = steps.into_iter().flat_map(|step| match step {
        Step::Sql(sql) => vec![sql],
        Step::Rebuild(rebuild) => rebuild.plain_statements(),
        Step::Run(_) => Vec::new(),
    });
    statements.collect::<Vec<_>>().join(";\n")
}
