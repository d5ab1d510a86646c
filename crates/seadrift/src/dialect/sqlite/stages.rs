//! Stages of SQLite: what changes the schema is one transaction, as far as no data step stands
//! between, so that a table is rebuilt once; each hand-written step is one of its own.

use super::render_along;
use crate::{
    dialect::{
        RenderError, Step,
        stage::{Stage, Stages, Work},
    },
    operation::Operation,
    schema::Schema,
};

/// The stages of these operations, begun at the schema `before`.
///
/// # Errors
/// When an operation does not fit the schema before it, or SQLite has no way to do it.
pub fn stages(operations: &[Operation], before: &Schema) -> Result<Vec<Stage>, RenderError> {
    let mut schema = before.clone();
    let mut stages = Stages::default();
    let mut rest = operations;
    while !rest.is_empty() {
        let count = rest.iter().take_while(|operation| !is_by_hand(operation)).count();
        let (changes, behind) = rest.split_at(count);
        if !changes.is_empty() {
            let steps = render_along(changes, &mut schema)?;
            stages.add(count, vec![(Work::Steps(steps), Vec::new())]);
        }
        rest = behind;
        if let Some((step, behind)) = rest.split_first() {
            stages.add(1, by_hand(step));
            rest = behind;
        }
    }
    Ok(stages.list)
}

fn is_by_hand(operation: &Operation) -> bool {
    matches!(operation, Operation::RunSql { .. } | Operation::Run { .. })
}

fn by_hand(operation: &Operation) -> Vec<(Work, Vec<String>)> {
    let works: Vec<Work> = match operation {
        Operation::RunSql { forward, .. } => forward.sqlite.iter().cloned().map(Work::Statement).collect(),
        Operation::Run { forward, .. } => vec![Work::Steps(vec![Step::Run(forward.clone())])],
        _ => Vec::new(),
    };
    // Nothing to run is a stage all the same: the journal counts operations.
    let works = if works.is_empty() { vec![Work::Steps(Vec::new())] } else { works };
    works.into_iter().map(|work| (work, Vec::new())).collect()
}
