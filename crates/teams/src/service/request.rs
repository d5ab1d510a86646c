//! Wishes to join a team: asked, withdrawn, accepted, rejected.

use kernel::{Actor, Clock, PluginRegistry, Tx, db::Constraint, event::catalogue::TeamMemberJoined};
use sea_orm::ActiveValue::Set;

use super::{
    desk::{NotJoined, Room, Who, enter, game_of, join, room_for_one, who},
    notices::{About, tell},
};
use crate::{
    error::{AskRefusal, Denied, ReviewRefusal, WithdrawRefusal},
    model::core::team_join_request::{self as request_row, Model as Request},
    rules::{
        form::{MESSAGE_MAX, text},
        permission::{self, Act},
        roster,
    },
    store::{self, request::Review},
};

/// What came of asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Owner or managers will answer.
    Waits(Request),
    /// The team takes everybody and had room: the person is a member.
    Joined(Request),
}

/// Asks to join a team. A team that takes everybody does so while it has room.
///
/// # Errors
/// Why the team cannot be asked; the unit of work can go on.
pub async fn ask(
    tx: &Tx,
    clock: &dyn Clock,
    games: &PluginRegistry,
    actor: &Actor,
    team: i64,
    message: &str,
) -> Result<Asked, AskRefusal> {
    let who = who(tx, clock, actor).await?;
    let (user, profile) = who.person()?;
    let now = clock.now();
    let room = enter(tx, team).await?;
    let message = message.trim();
    if room.member(profile.id).is_some() {
        return Err(AskRefusal::Member);
    }
    if !permission::sees_team(&room.team, room.standing(&who)) {
        return Err(Denied::NoTeam.into());
    }
    if store::invitation::is_pending(tx, team, profile.id, now).await? {
        return Err(AskRefusal::Invited);
    }
    if store::request::is_pending(tx, team, profile.id).await? {
        return Err(AskRefusal::Asked);
    }
    if !room.team.allow_join_requests {
        return Err(AskRefusal::Closed);
    }
    if message.is_empty() && room.team.require_application_message {
        return Err(AskRefusal::MessageMissing);
    }
    if let Some(invalid) = text(message, MESSAGE_MAX) {
        return Err(AskRefusal::Message(invalid));
    }
    if store::member::plays(tx, profile.id, &room.team.game).await? {
        return Err(AskRefusal::InAnotherTeam);
    }
    let row = request_row::ActiveModel {
        team_id: Set(team),
        profile_id: Set(profile.id),
        message: Set(message.to_owned()),
        created_at: Set(now),
        ..Default::default()
    };
    let request = match tx.savepoint(|part| async move { store::request::insert(&part, row).await }).await {
        Ok(request) => request,
        Err(error) if error.constraint() == Some(Constraint::Unique) => return Err(AskRefusal::Asked),
        Err(error) => return Err(error.into()),
    };
    if !room.team.auto_accept_join_requests || room_for_one(tx, games, &room, now).await?.is_err() {
        let title = format!("{} asks to join {}", profile.display_name, room.team.name);
        tell(tx, clock, &who, &room.team, room.runners(), (About::Asked, title, message)).await?;
        return Ok(Asked::Waits(request));
    }
    let review = Review { by: None, at: now };
    let (there, asked) = (&room, &request);
    let joined = tx.savepoint(|part| async move { take_in(&part, clock, games, there, asked, review).await });
    if let Err(refusal) = joined.await {
        store::request::withdraw(tx, request.id, profile.id).await?;
        return Err(match refusal {
            NotJoined::Member => AskRefusal::Member,
            NotJoined::InAnotherTeam => AskRefusal::InAnotherTeam,
            NotJoined::Database(error) => AskRefusal::Database(error),
        });
    }
    let title = format!("{} joined {}", profile.display_name, room.team.name);
    tell(tx, clock, &who, &room.team, room.runners(), (About::Roster, title, message)).await?;
    tx.emit(TeamMemberJoined { team_id: team, user_id: user.id });
    let request = store::request::by_id(tx, request.id).await?.unwrap_or(request);
    Ok(Asked::Joined(request))
}

/// Makes whoever asked a member, and says so on the request.
async fn take_in(
    tx: &Tx,
    clock: &dyn Clock,
    games: &PluginRegistry,
    room: &Room,
    request: &Request,
    review: Review,
) -> Result<(), NotJoined> {
    // First, since joining withdraws what still waits.
    store::request::review(tx, request.id, "ACCEPTED", review).await?;
    let game = game_of(games, &room.team.game);
    let role = roster::joins_as(game.as_deref(), &room.roster());
    join(tx, clock, &room.team, request.profile_id, role, "", false).await
}

/// Withdraws one's own request.
///
/// # Errors
/// When there is none that waits.
pub async fn withdraw(tx: &Tx, clock: &dyn Clock, actor: &Actor, request: i64) -> Result<(), WithdrawRefusal> {
    let who = who(tx, clock, actor).await?;
    let (_, profile) = who.person()?;
    match store::request::withdraw(tx, request, profile.id).await? {
        true => Ok(()),
        false => Err(WithdrawRefusal::Over),
    }
}

/// The request with its team, locked, for somebody who may answer it.
async fn open(tx: &Tx, who: &Who, request: i64) -> Result<(Room, Request), ReviewRefusal> {
    let found = store::request::by_id(tx, request).await?.ok_or(ReviewRefusal::Over)?;
    let room = enter(tx, found.team_id).await?;
    room.allow(who, Act::Review)?;
    let found = store::request::locked(tx, request).await?.filter(|found| found.status == store::PENDING);
    Ok((room, found.ok_or(ReviewRefusal::Over)?))
}

/// Accepts a request: whoever asked is a member, a player while a starter is missing and then a substitute.
///
/// # Errors
/// Why not; the unit of work can go on.
pub async fn approve(
    tx: &Tx,
    clock: &dyn Clock,
    games: &PluginRegistry,
    actor: &Actor,
    request: i64,
) -> Result<Request, ReviewRefusal> {
    let who = who(tx, clock, actor).await?;
    let (room, found) = open(tx, &who, request).await?;
    let now = clock.now();
    room_for_one(tx, games, &room, now).await??;
    let review = Review { by: who.profile_id(), at: now };
    let (there, asked) = (&room, &found);
    let joined = tx.savepoint(|part| async move { take_in(&part, clock, games, there, asked, review).await });
    joined.await.map_err(|refusal| match refusal {
        NotJoined::Member => ReviewRefusal::Member,
        NotJoined::InAnotherTeam => ReviewRefusal::InAnotherTeam,
        NotJoined::Database(error) => ReviewRefusal::Database(error),
    })?;
    let answered = store::request::by_id(tx, request).await?.ok_or(ReviewRefusal::Over)?;
    let team = &room.team;
    let title = format!("You are a member of {}", team.name);
    let notice = (About::Answered, title, "Your request to join was accepted.");
    tell(tx, clock, &who, team, [answered.profile_id], notice).await?;
    for user_id in store::member::user_ids(tx, &[answered.profile_id]).await? {
        tx.emit(TeamMemberJoined { team_id: team.id, user_id });
    }
    Ok(answered)
}

/// Rejects a request.
///
/// # Errors
/// When it is over, or whoever acts may not.
pub async fn reject(tx: &Tx, clock: &dyn Clock, actor: &Actor, request: i64) -> Result<(), ReviewRefusal> {
    let who = who(tx, clock, actor).await?;
    let (room, found) = open(tx, &who, request).await?;
    let review = Review { by: who.profile_id(), at: clock.now() };
    store::request::review(tx, found.id, "REJECTED", review).await?;
    let title = format!("{} did not accept your request", room.team.name);
    tell(tx, clock, &who, &room.team, [found.profile_id], (About::Answered, title, "")).await?;
    Ok(())
}
