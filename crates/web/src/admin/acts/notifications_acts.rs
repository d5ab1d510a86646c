//! Notifications: marked as read for the people they are for.

use kernel::Tx;

use crate::admin::{
    act::{Act, Context, Failure, Outcome},
    save::{Refusal, note},
    value::Cell,
};

pub(crate) const ACTS: &[Act] = &[Act::new(
    "notifications_notification",
    "mark_read",
    "Mark as read",
    "As if the person it is for had read it.",
    |context| Box::pin(mark_read(context)),
)
.when("is_read", &["false"])];

async fn mark_read(context: Context<'_>) -> Result<Outcome, Failure> {
    let Context { shared, staff, model, id, .. } = context;
    let unit = |tx: Tx| async move {
        if !notifications::service::set_read(&tx, id).await? {
            return Ok(Outcome::Same);
        }
        let at = model.position("is_read");
        let changes: Vec<_> = at.map(|at| (at, Cell::Bool(false), Cell::Bool(true))).into_iter().collect();
        note(&tx, shared, staff, model, &Cell::Int(id), ("mark_read", &changes)).await?;
        Ok::<_, Refusal>(Outcome::Done)
    };
    Ok(shared.db.write(unit).await?)
}
