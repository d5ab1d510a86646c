//! What the steps of an operation do on SQLite: there is one writer at a time, and a rebuild writes
//! every row of a table anew.

use super::{render::reads_tables, render_along};
use crate::{
    dialect::{Hazard, Lock, RenderError, Step},
    operation::Operation,
    schema::Schema,
};

/// What the transaction of this operation does, alone. Nothing for hand-written steps, which nobody
/// can know, and for operations that run no statement.
///
/// # Errors
/// When the operation does not fit the schema, or SQLite has no way to do it.
pub fn hazards(operation: &Operation, before: &Schema) -> Result<Vec<Hazard>, RenderError> {
    if matches!(operation, Operation::RunSql { .. } | Operation::Run { .. }) {
        return Ok(Vec::new());
    }
    // What one operation looks at: its own table, and those that it points at.
    let near = operation.table().into_iter().chain(operation.references()).filter_map(|name| before.table(name));
    let steps = render_along(std::slice::from_ref(operation), &mut Schema::of(near.cloned()))?;
    if steps.is_empty() {
        return Ok(Vec::new());
    }
    let hazard = Hazard::of(Lock::Writer);
    let rebuilds = steps.iter().any(|step| matches!(step, Step::Rebuild(_)));
    // Dropping a column writes every row, a table's rows are all touched to be dropped, and an index
    // reads them.
    let writes = matches!(operation, Operation::DropColumn { .. });
    let reads = matches!(operation, Operation::AddIndex { .. }) || reads_tables(operation);
    Ok(vec![match (rebuilds || writes, reads) {
        (true, _) => hazard.rewriting(),
        (false, true) => hazard.scanning(),
        (false, false) => hazard,
    }])
}
