//! What a migration that is not atomic is made of: stages, each done or not, in order.
//!
//! A stage is a transaction with its entry in the journal, or something that cannot run in one and
//! can be seen in the catalogue once it is done. So a runner that died goes on where it stopped.

use super::Step;
use crate::schema::{Index, Table};

/// How far a migration has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// How many operations are done.
    pub operations: usize,
    /// How many stages of the next one are done.
    pub parts: usize,
}

impl Position {
    /// Behind so many operations.
    pub fn after(operations: usize) -> Self {
        Self { operations, parts: 0 }
    }

    /// How many operations have at least begun.
    pub fn touched(self) -> usize {
        self.operations + usize::from(self.parts > 0)
    }
}

/// One stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// How far the migration has come when this is done.
    pub reaches: Position,
    /// What it does.
    pub work: Work,
    /// Statements that take back the earlier stages of its operation, for when this one is refused
    /// because of the rows; empty when they may stay.
    pub undo: Vec<String>,
}

/// What a stage does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Work {
    /// Steps in one transaction.
    Steps(Vec<Step>),
    /// A statement written by hand: in a transaction if the database lets it.
    Statement(String),
    /// PostgreSQL: an update of many rows, in transactions of some blocks each. Behind it stands a
    /// condition on the blocks.
    Batches {
        /// The table.
        table: String,
        /// The statement, up to and with its `WHERE` condition.
        update: String,
    },
    /// PostgreSQL: an index that is built while others write.
    BuildIndex {
        /// The table with the index.
        table: Box<Table>,
        /// The index.
        index: Index,
    },
    /// PostgreSQL: an index that is dropped while others write.
    DropIndex {
        /// Its table.
        table: String,
        /// Its name.
        index: String,
    },
}

/// Stages as they are put together.
#[derive(Debug, Default)]
pub(super) struct Stages {
    done: usize,
    pub list: Vec<Stage>,
}

impl Stages {
    /// The next operations, as these works in order, each with what takes back those before it.
    pub fn add(&mut self, operations: usize, works: Vec<(Work, Vec<String>)>) {
        let last = works.len();
        for (place, (work, undo)) in works.into_iter().enumerate() {
            let reaches = if place + 1 == last {
                Position::after(self.done + operations)
            } else {
                Position { operations: self.done, parts: place + 1 }
            };
            self.list.push(Stage { reaches, work, undo });
        }
        self.done += operations;
    }
}
