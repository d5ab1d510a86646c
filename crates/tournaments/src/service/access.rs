//! How somebody stands to a tournament, read from the database.

use kernel::{Actor, DbError};
use sea_orm::ConnectionTrait;

use crate::{
    model::tournament,
    rules::access::{Duty, Standing},
    store,
};

/// States that not everybody sees.
const HIDDEN: [&str; 2] = ["draft", "pending_approval"];

/// How this actor stands to this tournament: duties that were asked for and not accepted do not count.
///
/// # Errors
/// When the database fails.
pub async fn standing(
    db: &impl ConnectionTrait,
    actor: &Actor,
    tournament: &tournament::Model,
) -> Result<Standing, DbError> {
    let user_id = actor.user_id();
    let duty = match user_id {
        Some(user) if user == tournament.organizer_id => Some(Duty::Organizer),
        Some(user) => store::staff::duty(db, tournament.id, user).await?.as_deref().and_then(Duty::parse),
        None => None,
    };
    Ok(Standing {
        duty,
        staff: actor.is_staff(),
        superuser: actor.is_superuser(),
        system: *actor == Actor::System,
        user_id,
        // Published once, it stays visible: also when it was cancelled. A draft that was cancelled was never public.
        public: !tournament.is_deleted
            && !HIDDEN.contains(&tournament.status.as_str())
            && tournament.published_at.is_some(),
    })
}
