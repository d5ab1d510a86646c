//! Which operation of a history makes and takes away which table and which part of one, whatever
//! the order: the order is what is in question.

use std::collections::HashMap;

use crate::{migration::graph::Graph, operation::Operation, schema::Table};

/// An operation: the node of its migration, and its place there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct At {
    pub(super) node: usize,
    pub(super) operation: usize,
}

/// How a table comes to its name.
#[derive(Clone, Copy, Debug)]
pub(super) enum Made<'g> {
    /// It is created with these parts.
    Created(&'g Table),
    /// It had this name before, and keeps its parts.
    Renamed(&'g str),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Column,
    Index,
    ForeignKey,
    Check,
}

impl Kind {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Column => "column",
            Self::Index => "index",
            Self::ForeignKey => "foreign key",
            Self::Check => "check",
        }
    }

    /// Whether a table is created with such a part.
    pub(super) fn is_in(self, table: &Table, name: &str) -> bool {
        match self {
            Self::Column => table.column(name).is_some(),
            Self::Index => table.index(name).is_some(),
            Self::ForeignKey => table.foreign_key(name).is_some(),
            Self::Check => table.check(name).is_some(),
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct OfTable<'g> {
    pub(super) made: Vec<(At, Made<'g>)>,
    /// With its new name, if it was renamed.
    pub(super) gone: Vec<(At, Option<&'g str>)>,
}

#[derive(Debug, Default)]
pub(super) struct OfPart<'g> {
    /// After the table was created.
    pub(super) made: Vec<At>,
    pub(super) gone: Vec<(At, Option<&'g str>)>,
}

/// Everything that is made and taken away.
#[derive(Debug, Default)]
pub(super) struct Events<'g> {
    pub(super) tables: HashMap<&'g str, OfTable<'g>>,
    pub(super) parts: HashMap<(&'g str, Kind, &'g str), OfPart<'g>>,
}

impl<'g> Events<'g> {
    pub(super) fn of(graph: &'g Graph) -> Self {
        let mut events = Self::default();
        for (node, loaded) in graph.order().enumerate() {
            for (operation, op) in loaded.migration.operations.iter().enumerate() {
                events.read(At { node, operation }, op);
            }
        }
        events
    }

    fn read(&mut self, at: At, operation: &'g Operation) {
        match operation {
            Operation::CreateTable(table) => self.table(&table.name).made.push((at, Made::Created(table))),
            Operation::DropTable { table } => self.table(table).gone.push((at, None)),
            Operation::RenameTable { from, to } => {
                self.table(from).gone.push((at, Some(to)));
                self.table(to).made.push((at, Made::Renamed(from)));
            }
            Operation::AddColumn { table, column, .. } => self.made(table, Kind::Column, &column.name, at),
            Operation::DropColumn { table, column } => self.gone(table, Kind::Column, column, at, None),
            Operation::RenameColumn { table, from, to } => {
                self.gone(table, Kind::Column, from, at, Some(to));
                self.made(table, Kind::Column, to, at);
            }
            Operation::AddIndex { table, index } => self.made(table, Kind::Index, &index.name, at),
            Operation::DropIndex { table, index } => self.gone(table, Kind::Index, index, at, None),
            Operation::AddForeignKey { table, foreign_key } => {
                self.made(table, Kind::ForeignKey, &foreign_key.name, at);
            }
            Operation::DropForeignKey { table, foreign_key } => {
                self.gone(table, Kind::ForeignKey, foreign_key, at, None);
            }
            Operation::AddCheck { table, check } => self.made(table, Kind::Check, &check.name, at),
            Operation::DropCheck { table, check } => self.gone(table, Kind::Check, check, at, None),
            Operation::AlterModel { .. }
            | Operation::AlterColumn { .. }
            | Operation::AlterPrimaryKey { .. }
            | Operation::RunSql { .. }
            | Operation::Run { .. } => {}
        }
    }

    fn table(&mut self, name: &'g str) -> &mut OfTable<'g> {
        self.tables.entry(name).or_default()
    }

    fn made(&mut self, table: &'g str, kind: Kind, name: &'g str, at: At) {
        self.parts.entry((table, kind, name)).or_default().made.push(at);
    }

    fn gone(&mut self, table: &'g str, kind: Kind, name: &'g str, at: At, to: Option<&'g str>) {
        self.parts.entry((table, kind, name)).or_default().gone.push((at, to));
    }
}
