//! Operations under other names: what an operation becomes when a rename is put before it.

use super::{
    Operation,
    apply::{rename_in_index, replace},
};
use crate::schema::{DefaultValue, ForeignKey, Table};

impl Operation {
    /// The same operation on the table's new name, also where a foreign key points at it.
    pub(crate) fn with_table_renamed(&self, from: &str, to: &str) -> Self {
        let mut operation = self.clone();
        let rename = |name: &mut String| {
            if name == from {
                to.clone_into(name);
            }
        };
        match &mut operation {
            Self::CreateTable(table) => {
                rename(&mut table.name);
                table.foreign_keys.iter_mut().for_each(|key| rename(&mut key.references));
            }
            Self::RenameTable { from, to } => {
                rename(from);
                rename(to);
            }
            Self::AddForeignKey { table, foreign_key } => {
                rename(table);
                rename(&mut foreign_key.references);
            }
            Self::DropTable { table }
            | Self::AlterModel { table, .. }
            | Self::AddColumn { table, .. }
            | Self::DropColumn { table, .. }
            | Self::RenameColumn { table, .. }
            | Self::AlterColumn { table, .. }
            | Self::AlterPrimaryKey { table, .. }
            | Self::AddIndex { table, .. }
            | Self::DropIndex { table, .. }
            | Self::DropForeignKey { table, .. }
            | Self::AddCheck { table, .. }
            | Self::DropCheck { table, .. } => rename(table),
            Self::RunSql { .. } | Self::Run { .. } => {}
        }
        operation
    }

    /// The same operation on the new name of a column of `of`, also where a foreign key points at it.
    pub(crate) fn with_column_renamed(&self, of: &str, from: &str, to: &str) -> Self {
        let mut operation = self.clone();
        let here = operation.table() == Some(of);
        let points = |key: &mut ForeignKey| {
            if here {
                replace(&mut key.columns, from, to);
            }
            if key.references == of {
                replace(&mut key.referenced_columns, from, to);
            }
        };
        match &mut operation {
            Self::CreateTable(table) => table.foreign_keys.iter_mut().for_each(points),
            Self::AddForeignKey { foreign_key, .. } => points(foreign_key),
            _ if !here => {}
            Self::AddColumn { column, fill, .. } | Self::AlterColumn { column, fill, .. } => {
                if column.name == from {
                    to.clone_into(&mut column.name);
                }
                if let Some(DefaultValue::Sql { sql }) = fill {
                    *sql = sql.with_column_renamed(from, to);
                }
            }
            Self::DropColumn { column, .. } if column == from => to.clone_into(column),
            Self::RenameColumn { from: old, to: new, .. } => {
                for name in [old, new] {
                    if name == from {
                        to.clone_into(name);
                    }
                }
            }
            Self::AlterPrimaryKey { columns, .. } => replace(columns, from, to),
            Self::AddIndex { index, .. } => rename_in_index(index, from, to),
            Self::AddCheck { check, .. } => check.expression = check.expression.with_column_renamed(from, to),
            _ => {}
        }
        operation
    }
}

/// The table under another name, also where it points at itself.
pub(crate) fn renamed_table(mut table: Table, to: &str) -> Table {
    let from = std::mem::replace(&mut table.name, to.to_owned());
    for key in table.foreign_keys.iter_mut().filter(|key| key.references == from) {
        to.clone_into(&mut key.references);
    }
    table
}
