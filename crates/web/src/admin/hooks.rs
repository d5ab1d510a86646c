//! Rules of the domains that a change must keep though it is typed by hand: each asks the app's own
//! rules or service. What nobody may do at all stands in `policy`.

use accounts::{
    AccessRefusal,
    service::access::{AccountChange, guard_account},
};
use kernel::Tx;

use super::{catalogue::Model, save::Refusal, staff::Staff, value::Cell};

/// A field and its new value.
pub(crate) type Change = (usize, Cell);

/// Whether this person may not touch this field, though others may.
pub(crate) fn locked(staff: &Staff, model: &Model, at: usize) -> bool {
    let standing = matches!(model.fields[at].column, "is_superuser" | "is_staff");
    model.table == "accounts_user" && standing && !staff.access.is_everything()
}

/// What is wrong with new values in themselves.
pub(crate) fn invalid(model: &Model, changes: &[Change]) -> Vec<(usize, String)> {
    if model.table != "accounts_user" {
        return Vec::new();
    }
    let wrong = |(at, cell): &Change| {
        let text = cell.plain();
        let invalid = match model.fields[*at].column {
            "username" => accounts::rules::username(&text),
            "email" => accounts::rules::email(&text),
            _ => None,
        };
        invalid.map(|invalid| (*at, invalid.to_string()))
    };
    changes.iter().filter_map(wrong).collect()
}

/// Whether a row may be changed like this by this person, as things stand in this unit of work.
pub(crate) async fn before_change(
    tx: &Tx,
    staff: &Staff,
    model: &Model,
    key: &Cell,
    changes: &[Change],
) -> Result<(), Refusal> {
    let Some(user) = account(model, key) else { return Ok(()) };
    let flag = |column: &str| {
        changes.iter().find(|(at, _)| model.fields[*at].column == column).map(|(_, cell)| *cell == Cell::Bool(true))
    };
    let change = AccountChange {
        superuser: flag("is_superuser"),
        staff: flag("is_staff"),
        active: flag("is_active"),
        deleted: false,
    };
    guard(tx, staff, user, change).await?;
    if change.active == Some(false) {
        accounts::service::end_sessions(tx, user).await?;
    }
    Ok(())
}

/// Whether a row may go.
pub(crate) async fn before_delete(tx: &Tx, staff: &Staff, model: &Model, key: &Cell) -> Result<(), Refusal> {
    let Some(user) = account(model, key) else { return Ok(()) };
    guard(tx, staff, user, AccountChange { deleted: true, ..AccountChange::default() }).await
}

fn account(model: &Model, key: &Cell) -> Option<i64> {
    match key {
        Cell::Int(id) if model.table == "accounts_user" => Some(*id),
        _ => None,
    }
}

async fn guard(tx: &Tx, staff: &Staff, user: i64, change: AccountChange) -> Result<(), Refusal> {
    guard_account(tx, staff.user().id, user, change).await.map_err(|refusal| match refusal {
        AccessRefusal::Database(error) => Refusal::Database(error),
        AccessRefusal::Gone => Refusal::Gone,
        other => Refusal::Wrong(vec![(None, other.to_string())]),
    })
}
