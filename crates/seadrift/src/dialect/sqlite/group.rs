//! The changes of one table that become one step.

use super::{
    convert::convert,
    ddl::{create_index, create_table},
    literal::value_sql,
    rebuild::Rebuild,
    render::native,
};
use crate::{
    dialect::{RenderError, Step, quote},
    operation::{Misfit, Operation},
    schema::{Column, DefaultValue, Schema, Table},
};

/// Consecutive changes of one table.
pub(super) struct Group {
    /// The table before, columns already renamed; `None` when the group begins with its creation.
    before: Option<Table>,
    after: Table,
    /// SQLite's own statements for all changes, in order.
    natives: Vec<String>,
    /// Of these, the renamings of columns, which run before a rebuild: SQLite carries them into the
    /// triggers, views and foreign keys of others.
    renames: Vec<String>,
    rebuild: bool,
    sources: Vec<Source>,
}

/// Where a column's values come from.
struct Source {
    target: String,
    /// The column of the table before; `None` for a new one.
    from: Option<String>,
    /// What takes the place of NULL.
    fills: Vec<DefaultValue>,
}

impl Group {
    /// A group that begins with the creation of the table.
    pub fn create(table: Table) -> Self {
        Self { before: None, ..Self::change(table) }
    }

    /// A group that changes a table that is there.
    pub fn change(before: Table) -> Self {
        let same = |c: &Column| Source { target: c.name.clone(), from: Some(c.name.clone()), fills: Vec::new() };
        Self {
            sources: before.columns.iter().map(same).collect(),
            after: before.clone(),
            before: Some(before),
            natives: Vec::new(),
            renames: Vec::new(),
            rebuild: false,
        }
    }

    /// Whether the renaming may run before all other changes of the group.
    pub fn can_rename(&self, from: &str, to: &str) -> bool {
        let free = |table: &Table| table.column(from).is_some() && table.column(to).is_none();
        self.before.as_ref().is_none_or(free)
    }

    /// Adds a change that leads to the table `after`.
    pub fn add(&mut self, change: &Operation, after: Table) -> Result<(), RenderError> {
        if self.before.is_none() {
            self.after = after;
            return Ok(());
        }
        match change {
            Operation::RenameColumn { from, to, .. } => self.rename(change, from, to)?,
            Operation::AddColumn { column, fill, .. } => {
                // The default counts here already: a later change of the group may take it away.
                let fills = fill.iter().chain(&column.default).take(1).cloned().collect();
                self.sources.push(Source { target: column.name.clone(), from: None, fills });
            }
            Operation::DropColumn { column, .. } => self.sources.retain(|s| s.target != *column),
            Operation::AlterColumn { column, fill, .. } => {
                let source = self.sources.iter_mut().find(|s| s.target == column.name);
                if let (Some(source), Some(fill), false) = (source, fill, column.nullable) {
                    source.fills.push(fill.clone());
                }
            }
            _ => {}
        }
        match native(change, &after)? {
            Some(statements) => self.natives.extend(statements),
            None => self.rebuild |= !same_shape(&self.after, &after),
        }
        self.after = after;
        Ok(())
    }

    fn rename(&mut self, change: &Operation, from: &str, to: &str) -> Result<(), RenderError> {
        if let Some(before) = &mut self.before {
            let mut alone = Schema::of([before.clone()]);
            change.apply(&mut alone)?;
            *before = alone.tables.remove(&before.name).ok_or_else(|| Misfit::NoTable(before.name.clone()))?;
        }
        self.renames.extend(native(change, &self.after)?.into_iter().flatten());
        for source in &mut self.sources {
            if source.target == from {
                to.clone_into(&mut source.target);
            }
            if source.from.as_deref() == Some(from) {
                source.from = Some(to.to_owned());
            }
            for fill in &mut source.fills {
                if let DefaultValue::Sql { sql } = fill {
                    *sql = sql.with_column_renamed(from, to);
                }
            }
        }
        Ok(())
    }

    /// The steps of the group.
    pub fn steps(self) -> Result<Vec<Step>, RenderError> {
        let Some(before) = &self.before else {
            let mut statements = vec![create_table(&self.after, &self.after.name, &[], &[], &[])?];
            for index in &self.after.indexes {
                statements.push(create_index(&self.after, index)?);
            }
            return Ok(statements.into_iter().map(Step::Sql).collect());
        };
        if !self.rebuild {
            return Ok(self.natives.into_iter().map(Step::Sql).collect());
        }
        let copy = self.copy(before)?;
        let rebuild = Rebuild { before: before.clone(), after: self.after, copy };
        rebuild.check()?;
        let mut steps: Vec<Step> = self.renames.into_iter().map(Step::Sql).collect();
        steps.push(Step::Rebuild(Box::new(rebuild)));
        Ok(steps)
    }

    /// For each column that gets values from the old row: its name and the value.
    fn copy(&self, before: &Table) -> Result<Vec<(String, String)>, RenderError> {
        let mut copy = Vec::new();
        for source in &self.sources {
            let Some(column) = self.after.column(&source.target) else { continue };
            let old = source.from.as_ref().and_then(|name| before.column(name));
            let mut values: Vec<String> = old.iter().map(|o| convert(&o.ty, &column.ty, &quote(&o.name))).collect();
            for fill in &source.fills {
                values.push(value_sql(&column.ty, fill)?);
            }
            match values.as_slice() {
                // Not left out: a default that came later in the group is not for rows that are there.
                [] => copy.push((source.target.clone(), "NULL".to_owned())),
                [value] => copy.push((source.target.clone(), value.clone())),
                several => copy.push((source.target.clone(), format!("coalesce({})", several.join(", ")))),
            }
        }
        Ok(copy)
    }
}

/// Whether both have the same definition; a soft reference or a model is none of SQLite's business.
fn same_shape(a: &Table, b: &Table) -> bool {
    let bare = |t: &Table| t.columns.iter().map(|c| Column { soft_ref: None, ..c.clone() }).collect::<Vec<_>>();
    a.primary_key == b.primary_key && a.checks == b.checks && a.foreign_keys == b.foreign_keys && bare(a) == bare(b)
}
