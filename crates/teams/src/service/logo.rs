//! The logo of a team: a picture that whoever runs the team gives, or takes away.
//!
//! Not here: what a picture may be; whoever stores it has drawn it anew.

use chrono::TimeDelta;
use kernel::{Actor, Clock, Db, DbError, Tx, event::catalogue::TeamUpdated, upload};
use sea_orm::ActiveValue::Set;

use super::desk::{enter, who};
use crate::{
    error::LogoRefusal,
    model::core::team::{ActiveModel, Model as Team},
    rules::permission::Act,
    store,
};

/// Pictures that teams are known by. All may see them.
pub const LOGO: &str = "team_logo";

/// A picture is named within this time after it was given.
const KEPT: TimeDelta = TimeDelta::days(2);

/// Gives a team this picture, a file for a [`LOGO`] that whoever acts has given, or none. The one before it is deleted.
///
/// # Errors
/// When the file is not there or somebody else's, or whoever acts may not.
pub async fn change(
    tx: &Tx,
    clock: &dyn Clock,
    actor: &Actor,
    team: i64,
    token: Option<&str>,
) -> Result<Team, LogoRefusal> {
    let who = who(tx, clock, actor).await?;
    let room = enter(tx, team).await?;
    room.allow(&who, Act::Edit)?;
    let before = room.team.logo.as_deref();
    if before == token {
        return Ok(room.team);
    }
    if let Some(token) = token {
        let given = store::logo::owner(tx, LOGO, token).await?;
        if given.is_none() || given != actor.user_id() {
            return Err(LogoRefusal::Gone);
        }
    }
    let logo = Set(token.map(str::to_owned));
    store::team::update(tx, team, ActiveModel { logo, updated_at: Set(clock.now()), ..Default::default() }).await?;
    // Of older data it is a path, and there is no such file.
    if let Some(before) = before {
        upload::delete(tx, before).await?;
    }
    tx.emit(TeamUpdated { team_id: team });
    Ok(Team { logo: token.map(str::to_owned), updated_at: clock.now(), ..room.team })
}

/// Deletes pictures that no team has; answers how many.
///
/// # Errors
/// When the database fails; what is deleted by then stays deleted.
pub async fn forget_orphans(db: &Db, clock: &dyn Clock) -> Result<u64, DbError> {
    let named = |tokens: Vec<String>| async { store::logo::named(db.read(), tokens).await };
    upload::forget_orphans(db, clock, KEPT, LOGO, named).await
}
