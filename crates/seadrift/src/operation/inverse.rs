//! What undoes an operation.

use super::{Misfit, Operation};
use crate::schema::{Column, Schema, Table};

impl Operation {
    /// The operation that undoes this one, given the schema before it ran.
    ///
    /// # Errors
    /// When the operation does not fit `before`, or has no backward step.
    pub fn inverse(&self, before: &Schema) -> Result<Self, Misfit> {
        let table = |name: &str| before.table(name).ok_or_else(|| Misfit::NoTable(name.to_owned()));
        Ok(match self {
            Self::CreateTable(table) => Self::DropTable { table: table.name.clone() },
            Self::DropTable { table: name } => Self::create(table(name)?.clone()),
            Self::RenameTable { from, to } => Self::RenameTable { from: to.clone(), to: from.clone() },
            Self::AlterModel { table: name, model } => {
                let before = table(name)?;
                let moved = model.split_once('.').is_some_and(|(app, _)| app != before.app);
                let model = if moved { format!("{}.{}", before.app, before.model) } else { before.model.clone() };
                Self::AlterModel { table: name.clone(), model }
            }
            Self::AddColumn { table, column, .. } => {
                Self::DropColumn { table: table.clone(), column: column.name.clone() }
            }
            Self::DropColumn { table: name, column } => {
                Self::AddColumn { table: name.clone(), column: column_of(table(name)?, column)?.clone(), fill: None }
            }
            Self::RenameColumn { table, from, to } => {
                Self::RenameColumn { table: table.clone(), from: to.clone(), to: from.clone() }
            }
            Self::AlterColumn { table: name, column, .. } => Self::AlterColumn {
                table: name.clone(),
                column: column_of(table(name)?, &column.name)?.clone(),
                fill: None,
            },
            Self::AlterPrimaryKey { table: name, .. } => {
                Self::AlterPrimaryKey { table: name.clone(), columns: table(name)?.primary_key.clone() }
            }
            Self::AddIndex { table, index } => Self::DropIndex { table: table.clone(), index: index.name.clone() },
            Self::DropIndex { table: name, index } => {
                let index = table(name)?.index(index).ok_or_else(|| missing(name, "index", index))?.clone();
                Self::AddIndex { table: name.clone(), index }
            }
            Self::AddForeignKey { table, foreign_key } => {
                Self::DropForeignKey { table: table.clone(), foreign_key: foreign_key.name.clone() }
            }
            Self::DropForeignKey { table: name, foreign_key: key } => {
                let found = table(name)?.foreign_key(key).ok_or_else(|| missing(name, "foreign key", key))?;
                Self::AddForeignKey { table: name.clone(), foreign_key: found.clone() }
            }
            Self::AddCheck { table, check } => Self::DropCheck { table: table.clone(), check: check.name.clone() },
            Self::DropCheck { table: name, check } => {
                let check = table(name)?.check(check).ok_or_else(|| missing(name, "check", check))?.clone();
                Self::AddCheck { table: name.clone(), check }
            }
            Self::RunSql { about, forward, backward } => Self::RunSql {
                about: about.clone(),
                forward: backward.clone().ok_or_else(|| Misfit::Irreversible(self.describe()))?,
                backward: Some(forward.clone()),
            },
            Self::Run { forward, backward } => Self::Run {
                forward: backward.clone().ok_or_else(|| Misfit::Irreversible(self.describe()))?,
                backward: Some(forward.clone()),
            },
        })
    }
}

fn missing(table: &str, kind: &'static str, name: &str) -> Misfit {
    Misfit::NoPart { table: table.to_owned(), kind, name: name.to_owned() }
}

fn column_of<'a>(table: &'a Table, name: &str) -> Result<&'a Column, Misfit> {
    table.column(name).ok_or_else(|| missing(&table.name, "column", name))
}
