//! Which locks the statements of an operation take on PostgreSQL, and what they do under them.
//!
//! The facts are those of the manual's chapter on explicit locking and of its page on ALTER TABLE;
//! a test runs every kind of operation and compares them with `pg_locks` and the table's files.

use crate::{
    dialect::{Hazard, Lock},
    operation::{Operation, index_uses},
    schema::{Column, ColumnType, DefaultValue, Expression, Index, Schema, Table},
};

use super::{
    online,
    render::{is_constant, resting_on, resting_on_index},
};

/// What each transaction of the operation does to tables that are there already. With `atomic` that is
/// one; without, one for each stage of [`online::stages`]. Nothing for hand-written steps, which
/// nobody can know, and for operations that run no statement.
pub fn hazards(operation: &Operation, before: &Schema, atomic: bool) -> Vec<Hazard> {
    let exclusive = Hazard::of(Lock::AccessExclusive);
    let gentle = Hazard::of(Lock::ShareUpdateExclusive);
    let table = operation.table().and_then(|name| before.table(name));
    match (operation, table) {
        (Operation::AlterModel { .. } | Operation::RunSql { .. } | Operation::Run { .. }, _) => Vec::new(),
        (Operation::CreateTable(table), _) => {
            vec![Hazard::of(Lock::None).locking(pointed_at(table, Lock::ShareRowExclusive))]
        }
        (_, None) => Vec::new(),
        (Operation::AddIndex { .. }, Some(_)) if atomic => vec![Hazard::of(Lock::Share).scanning()],
        (Operation::AddIndex { .. }, Some(_)) => vec![gentle.scanning()],
        (Operation::DropIndex { index, .. }, Some(table)) => {
            let resting = resting_on_index(before, table, index);
            match resting.is_empty() {
                true if atomic => vec![exclusive],
                true => vec![gentle],
                // The foreign keys are made anew on another index.
                false => vec![exclusive.scanning().locking(resting.into_iter().filter_map(not(&table.name)))],
            }
        }
        (Operation::AddForeignKey { foreign_key, .. }, Some(table)) => {
            let both = |lock| (foreign_key.references != table.name).then(|| (foreign_key.references.clone(), lock));
            let add = Hazard::of(Lock::ShareRowExclusive).locking(both(Lock::ShareRowExclusive));
            // The row share lock on the other table keeps nobody from reading or writing there.
            if atomic { vec![add.scanning()] } else { vec![add, gentle.scanning()] }
        }
        (Operation::DropForeignKey { foreign_key, .. }, Some(table)) => {
            let key = table.foreign_key(foreign_key).filter(|key| key.references != table.name);
            vec![exclusive.locking(key.map(|key| (key.references.clone(), Lock::AccessExclusive)))]
        }
        (Operation::AddCheck { .. }, Some(_)) if atomic => vec![exclusive.scanning()],
        (Operation::AddCheck { .. }, Some(_)) => vec![exclusive, gentle.scanning()],
        (Operation::DropTable { .. }, Some(table)) => {
            vec![exclusive.locking(pointed_at(table, Lock::AccessExclusive))]
        }
        (Operation::AddColumn { column, fill, .. }, Some(_)) => add_column(column, fill.as_ref(), atomic),
        (Operation::AlterColumn { column, fill, .. }, Some(table)) => match table.column(&column.name) {
            Some(from) => alter_column((before, table), from, column, fill.as_ref(), atomic),
            None => Vec::new(),
        },
        (Operation::AlterPrimaryKey { columns, .. }, Some(table)) => {
            if table.primary_key == *columns {
                return Vec::new();
            }
            let resting = resting_on(before, table, &table.primary_key).into_iter().filter_map(not(&table.name));
            vec![exclusive.scanning().locking(resting)]
        }
        (Operation::DropCheck { .. } | Operation::RenameTable { .. }, Some(_))
        | (Operation::RenameColumn { .. } | Operation::DropColumn { .. }, Some(_)) => vec![exclusive],
    }
}

/// The tables that this one points at, itself left out.
fn pointed_at(table: &Table, lock: Lock) -> impl Iterator<Item = (String, Lock)> {
    let others = table.foreign_keys.iter().filter(|key| key.references != table.name);
    others.map(move |key| (key.references.clone(), lock))
}

/// Locks the table of a foreign key, unless it is this one.
fn not(table: &str) -> impl Fn((String, crate::schema::ForeignKey)) -> Option<(String, Lock)> {
    move |(other, _)| (other != table).then_some((other, Lock::AccessExclusive))
}

fn add_column(column: &Column, fill: Option<&DefaultValue>, atomic: bool) -> Vec<Hazard> {
    let exclusive = Hazard::of(Lock::AccessExclusive);
    let gentle = Hazard::of(Lock::ShareUpdateExclusive);
    let rows = Hazard::of(Lock::RowExclusive);
    match fill {
        None if column.identity => vec![exclusive.rewriting()],
        None => match &column.default {
            Some(default) if is_volatile(default) => vec![exclusive.rewriting()],
            _ => vec![exclusive],
        },
        Some(fill) if is_constant(fill) => vec![exclusive],
        Some(_) if atomic || column.identity => vec![exclusive.rewriting()],
        Some(_) if column.nullable => vec![exclusive, rows.rewriting()],
        Some(_) => vec![exclusive.clone(), rows.rewriting(), gentle.scanning(), exclusive],
    }
}

fn alter_column(
    (schema, table): (&Schema, &Table),
    from: &Column,
    to: &Column,
    fill: Option<&DefaultValue>,
    atomic: bool,
) -> Vec<Hazard> {
    let bare = |column: &Column| Column { soft_ref: None, ..column.clone() };
    if bare(from) == bare(to) {
        return Vec::new();
    }
    let exclusive = Hazard::of(Lock::AccessExclusive);
    let gentle = Hazard::of(Lock::ShareUpdateExclusive);
    if !atomic && online::becomes_not_null(from, to) {
        let fills = fill.map(|_| Hazard::of(Lock::RowExclusive).rewriting());
        let mut hazards = vec![exclusive.clone()];
        hazards.extend(fills);
        hazards.extend([gentle.scanning(), exclusive]);
        return hazards;
    }
    let retyped = from.ty != to.ty;
    let exclusive = if retyped { exclusive.locking(joined(schema, table, &from.name)) } else { exclusive };
    let filled = fill.is_some() && from.nullable && !to.nullable;
    if filled || retyped && rewrites(&from.ty, &to.ty) {
        return vec![exclusive.rewriting()];
    }
    let searched = from.nullable && !to.nullable || to.identity && !from.identity;
    vec![if searched || retyped && is_in_expression(table, &from.name) { exclusive.scanning() } else { exclusive }]
}

/// The tables whose foreign keys to or from this column are made anew when its type changes.
fn joined(schema: &Schema, table: &Table, column: &str) -> Vec<(String, Lock)> {
    let has = |columns: &[String]| columns.iter().any(|name| name == column);
    let to = table.foreign_keys.iter().filter(|key| has(&key.columns)).map(|key| key.references.clone());
    let points =
        |other: &&Table| other.foreign_keys.iter().any(|k| k.references == table.name && has(&k.referenced_columns));
    let from = schema.tables.values().filter(points).map(|other| other.name.clone());
    to.chain(from).filter(|other| *other != table.name).map(|other| (other, Lock::AccessExclusive)).collect()
}

/// Whether checks or indexes must be made anew when the column's type changes, though no value does:
/// the server takes a plain index over, but none that has an expression.
fn is_in_expression(table: &Table, column: &str) -> bool {
    let plain = |index: &Index| index.predicate.is_none() && index.keys.iter().all(|key| key.column().is_some());
    table.checks.iter().any(|check| check.expression.mentions(column))
        || table.indexes.iter().any(|index| !plain(index) && index_uses(index, column))
}

/// Whether a change of type writes every row anew: all do but those that only loosen a bound.
fn rewrites(from: &ColumnType, to: &ColumnType) -> bool {
    match (from, to) {
        (ColumnType::Varchar(_), ColumnType::Text) => false,
        (ColumnType::Varchar(old), ColumnType::Varchar(new)) => new < old,
        (ColumnType::Decimal(old, scale), ColumnType::Decimal(new, other)) => new < old || scale != other,
        _ => true,
    }
}

/// Whether a default may differ from row to row. The moment does not: it is that of the transaction.
/// What is not known is taken for volatile.
fn is_volatile(default: &DefaultValue) -> bool {
    let moment = |sql: &Expression| {
        let text = sql.as_str().trim().to_ascii_lowercase();
        ["current_timestamp", "current_date", "current_time", "localtimestamp", "localtime", "now()"]
            .contains(&text.as_str())
    };
    match default {
        DefaultValue::Sql { sql } => !is_constant(default) && !moment(sql),
        DefaultValue::Literal(_) => false,
    }
}
