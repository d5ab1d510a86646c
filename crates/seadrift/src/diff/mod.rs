//! Autodetection: the operations that lead from one schema to another.
//!
//! Pure: values in, values or questions out. [`diff()`] finds the operations, [`reduce()`] makes
//! them fewer, [`arrange()`] puts them into migrations, [`explain::explain`] says them to people;
//! [`difference()`] compares what was expected with what was found. Not here: files, SQL, terminals.

mod arrange;
mod change;
mod conflict;
mod difference;
pub mod explain;
mod footprint;
mod merge;
mod name;
mod order;
mod question;
mod reduce;
mod rename;
mod text;

pub use arrange::{ArrangeError, ArrangeInput, arrange};
pub use conflict::conflicts;
pub use difference::{ColumnProperty, Difference, DifferenceKind, difference};
pub use question::{Answers, Fill, Hints, Nothing, Question};
pub use reduce::reduce;

use crate::{operation::Operation, schema::Schema};

/// The operations that make `after` out of `before`, in an order in which they can run.
///
/// What widens comes before what narrows: new columns, tables and constraints first, dropped
/// columns and tables last, so that a data step can be put between them by hand. Foreign keys
/// that form a cycle are added after their tables, and dropped before them. A part that changed
/// is dropped and added again; a column is altered in place. The order of columns is no difference.
///
/// # Errors
/// With everything that must be answered first: whether something was renamed, what fills a
/// column. Answers can raise further questions, and one answer can settle several of them;
/// so give answers and call again until there are no questions.
pub fn diff(
    before: &Schema,
    after: &Schema,
    hints: &Hints,
    answers: &Answers,
) -> Result<Vec<Operation>, Vec<Question>> {
    let renames = rename::renames(before, after, hints, answers);
    let (changes, fills) = change::changes(&renames, after, answers);
    let mut questions = renames.questions;
    questions.extend(fills);
    if !questions.is_empty() {
        return Err(questions);
    }
    let mut operations = renames.operations;
    operations.extend(changes);
    Ok(operations)
}
