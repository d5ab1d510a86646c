//! PostgreSQL.

use super::{RenderError, Step};
use crate::{operation::Operation, schema::Schema};

/// The statements of these operations.
///
/// # Errors
/// When an operation does not fit the schema before it.
pub fn render(operations: &[Operation], before: &Schema) -> Result<Vec<Step>, RenderError> {
    let _ = (operations, before);
    Ok(Vec::new())
}
