//! What mends one difference between history and live database.

use crate::{
    dialect::quote,
    diff::{Difference, DifferenceKind},
    schema::Schema,
};

/// The command that makes the live object what the history says; or, for what nobody declared,
/// how to keep it or be rid of it.
pub(super) fn mend(difference: &Difference, expected: &Schema) -> String {
    let (of, name) = (quote(&difference.table), quote(&difference.name));
    match (&difference.kind, expected.table(&difference.table)) {
        (_, None) => {
            format!("keep it by declaring an entity for it; or, when nobody needs its rows: DROP TABLE {of}")
        }
        (DifferenceKind::UnexpectedColumn, _) => format!(
            "keep it by declaring it on the entity; or, when nobody needs its values: ALTER TABLE {of} DROP COLUMN {name}"
        ),
        (DifferenceKind::UnexpectedIndex, _) => {
            format!("keep it by declaring it on the entity; or, when no query needs it: DROP INDEX {name}")
        }
        (_, Some(table)) => format!("repair {}   (shows what it would do; --yes does it, rows are kept)", table.app),
    }
}
