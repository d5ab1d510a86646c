//! What two operations come to when one runs right after the other.

use super::footprint::Placed;
use crate::{
    operation::{Operation, renamed_table},
    schema::{Column, DefaultValue, Table},
};

/// The outcome of merging two operations.
pub(super) enum Merged {
    /// Nothing remains of both.
    Nothing,
    /// This one does what both did.
    One(Box<Placed>),
}

fn one(operation: Operation, undo: Operation) -> Option<Merged> {
    Some(Merged::One(Box::new(Placed::new(operation, Some(undo)))))
}

/// Whether the operation leaves everything as it was.
pub(super) fn is_idle(placed: &Placed) -> bool {
    match (&placed.operation, &placed.undo) {
        (Operation::AlterColumn { column, .. }, Some(Operation::AlterColumn { column: was, .. })) => column == was,
        (operation @ (Operation::AlterPrimaryKey { .. } | Operation::AlterModel { .. }), Some(undo)) => {
            operation == undo
        }
        _ => false,
    }
}

/// What `a` and then `b` come to, if that is less than both. A part that is dropped and added
/// again is not put back when values were lost with it.
pub(super) fn merge(a: &Placed, b: &Placed) -> Option<Merged> {
    use Operation as O;
    let (Some(undo_a), Some(undo_b)) = (&a.undo, &b.undo) else { return None };
    if cancels(&a.operation, &b.operation, undo_a) {
        return Some(Merged::Nothing);
    }
    match (&a.operation, &b.operation) {
        (O::CreateTable(table), O::RenameTable { from, to }) if table.name == *from => {
            one(O::create(renamed_table((**table).clone(), to)), O::DropTable { table: to.clone() })
        }
        (O::CreateTable(table), later) if later.table() == Some(&table.name) => {
            let mut whole = (**table).clone();
            if matches!(later, O::CreateTable(_) | O::DropTable { .. }) || later.apply_within(&mut whole).is_err() {
                return None;
            }
            one(O::create(whole), undo_a.clone())
        }
        (O::RenameTable { from, to }, O::RenameTable { from: middle, to: end }) if to == middle => one(
            O::RenameTable { from: from.clone(), to: end.clone() },
            O::RenameTable { from: end.clone(), to: from.clone() },
        ),
        (earlier, O::DropTable { table }) => before_drop(earlier, undo_a, table, undo_b),
        (earlier, later) if earlier.table() == later.table() => within_table(earlier, later, undo_a, undo_b),
        _ => None,
    }
}

/// Whether `b` undoes `a` without a trace.
fn cancels(a: &Operation, b: &Operation, undo_a: &Operation) -> bool {
    !a.loses_data() && b == undo_a && !matches!(b, Operation::AlterColumn { .. })
}

/// An operation on a table that is dropped afterwards: only the drop remains.
fn before_drop(earlier: &Operation, undo: &Operation, dropped: &str, undo_drop: &Operation) -> Option<Merged> {
    let Operation::CreateTable(whole) = undo_drop else { return None };
    let mut whole: Table = (**whole).clone();
    match earlier {
        Operation::CreateTable(_) | Operation::DropTable { .. } => None,
        Operation::RenameTable { from, to } if to == dropped => {
            one(Operation::DropTable { table: from.clone() }, Operation::create(renamed_table(whole, from)))
        }
        _ if earlier.table() == Some(dropped) => {
            undo.apply_within(&mut whole).ok()?;
            one(Operation::DropTable { table: dropped.to_owned() }, Operation::create(whole))
        }
        _ => None,
    }
}

/// Two operations on parts of one table.
fn within_table(a: &Operation, b: &Operation, undo_a: &Operation, undo_b: &Operation) -> Option<Merged> {
    use Operation as O;
    let table = a.table()?.to_owned();
    match (a, b) {
        (O::AddColumn { column, fill, .. }, O::AlterColumn { column: last, fill: last_fill, .. })
            if column.name == last.name =>
        {
            let fill = fill_of_altered(column, fill.as_ref(), last, last_fill.as_ref())?;
            one(O::AddColumn { table, column: last.clone(), fill }, undo_a.clone())
        }
        (O::AddColumn { column, fill, .. }, O::RenameColumn { from, to, .. }) if column.name == *from => {
            let column = Column { name: to.clone(), ..column.clone() };
            one(
                O::AddColumn { table: table.clone(), column, fill: fill.clone() },
                O::DropColumn { table, column: to.clone() },
            )
        }
        (O::AlterColumn { column, .. }, O::DropColumn { column: dropped, .. }) if column.name == *dropped => {
            let O::AlterColumn { column: was, .. } = undo_a else { return None };
            one(b.clone(), O::AddColumn { table, column: was.clone(), fill: None })
        }
        (O::RenameColumn { from, to, .. }, O::DropColumn { column, .. }) if column == to => {
            let O::AddColumn { column: was, .. } = undo_b else { return None };
            let was = Column { name: from.clone(), ..was.clone() };
            let drop = O::DropColumn { table: table.clone(), column: from.clone() };
            one(drop, O::AddColumn { table, column: was, fill: None })
        }
        (O::RenameColumn { from, to, .. }, O::RenameColumn { from: middle, to: end, .. }) if to == middle => one(
            O::RenameColumn { table: table.clone(), from: from.clone(), to: end.clone() },
            O::RenameColumn { table, from: end.clone(), to: from.clone() },
        ),
        (O::AlterColumn { column, fill, .. }, O::AlterColumn { column: last, fill: last_fill, .. })
            if column.name == last.name =>
        {
            // A fill has changed rows for good; it can be kept only while NULL stays refused.
            let fill = match (fill, column.nullable, last.nullable) {
                (Some(_), false, true) => return None,
                (_, false, _) => fill.clone(),
                (_, true, _) => last_fill.clone(),
            };
            one(O::AlterColumn { table, column: last.clone(), fill }, undo_a.clone())
        }
        (O::AlterPrimaryKey { .. }, O::AlterPrimaryKey { .. }) => one(b.clone(), undo_a.clone()),
        (O::AlterModel { model, .. }, O::AlterModel { model: last, .. }) => {
            let (O::AlterModel { model: was, .. }, O::AlterModel { model: between, .. }) = (undo_a, undo_b) else {
                return None;
            };
            let (undo, model) = (in_app_of(was, between), in_app_of(last, model));
            one(O::AlterModel { table: table.clone(), model }, O::AlterModel { table, model: undo })
        }
        _ => None,
    }
}

/// The label of a model, in the app that `other` names where it names none itself.
fn in_app_of(label: &str, other: &str) -> String {
    match other.split_once('.') {
        Some((app, _)) if !label.contains('.') => format!("{app}.{label}"),
        _ => label.to_owned(),
    }
}

/// The fill of a column that is added and then altered: rows must end with the same value.
/// None when one operation cannot say that.
fn fill_of_altered(
    first: &Column,
    fill: Option<&DefaultValue>,
    last: &Column,
    last_fill: Option<&DefaultValue>,
) -> Option<Option<DefaultValue>> {
    let given = first.default.as_ref().or(fill);
    let value = if last.nullable { given } else { given.or(last_fill) };
    match (value, &last.default) {
        (Some(_), _) if first.ty != last.ty => None,
        (value, None) => Some(value.cloned()),
        (Some(value), Some(default)) if value == default => Some(None),
        _ => None,
    }
}
