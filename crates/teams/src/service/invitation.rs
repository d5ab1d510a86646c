//! Invitations into a team: sent, cancelled, accepted, declined, run out.

use chrono::TimeDelta;
use kernel::{
    Actor, Clock, DbError, PluginRegistry, Random, Tx,
    db::Constraint,
    event::catalogue::{TeamInviteAccepted, TeamInviteSent, TeamMemberJoined},
    text::fold_name,
};
use sea_orm::{ActiveValue::Set, ConnectionTrait};
use sha2::{Digest, Sha256};

use super::{
    desk::{NotJoined, Who, enter, join, room_beside, room_for_one, who},
    notices::{About, tell},
};
use crate::{
    error::{AcceptRefusal, CancelRefusal, DeclineRefusal, Denied, InviteRefusal},
    model::core::team_invite::{self as invite_row, Model as Invitation},
    rules::{
        form::{MESSAGE_MAX, text},
        permission::Act,
        roster::Role,
    },
    store,
};

/// How long an invitation can be accepted.
pub const INVITATION_LIFE: TimeDelta = TimeDelta::days(7);

/// Whom to invite, and as what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InviteForm {
    /// The username.
    pub username: String,
    /// The role that comes with accepting.
    pub role: Role,
    /// A word to whoever is invited, or nothing.
    pub message: String,
}

/// An invitation that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Its row.
    pub invitation: Invitation,
    /// The secret of its link, which is kept nowhere but in this answer.
    pub token: String,
}

fn token_hash(token: &str) -> String {
    Sha256::digest(token).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Invites somebody. As long as the invitation waits, it holds a place on the roster.
///
/// # Errors
/// Who cannot be invited and why; the unit of work can go on.
pub async fn invite(
    tx: &Tx,
    clock: &dyn Clock,
    random: &dyn Random,
    games: &PluginRegistry,
    actor: &Actor,
    team: i64,
    form: &InviteForm,
) -> Result<Sent, InviteRefusal> {
    let who = who(tx, clock, actor).await?;
    let now = clock.now();
    let room = enter(tx, team).await?;
    room.allow(&who, Act::Invite { role: form.role, members_may: room.team.members_can_invite })?;
    if let Some(invalid) = text(&form.message, MESSAGE_MAX) {
        return Err(InviteRefusal::Message(invalid));
    }
    let username = form.username.trim();
    let Some(user) = store::member::user_by_name(tx, &fold_name(username)).await? else {
        return Err(InviteRefusal::Nobody { username: username.to_owned() });
    };
    let profile = profiles::service::ensure(tx, clock, &user).await?;
    let name = || profile.display_name.clone();
    if Some(profile.id) == who.profile_id() && room.member(profile.id).is_some() {
        return Err(InviteRefusal::Yourself);
    }
    if room.member(profile.id).is_some() {
        return Err(InviteRefusal::Member { name: name() });
    }
    store::invitation::expire(tx, now, Some(team)).await?;
    if store::invitation::is_pending(tx, team, profile.id, now).await? {
        return Err(InviteRefusal::Invited { name: name() });
    }
    if store::request::is_pending(tx, team, profile.id).await? {
        return Err(InviteRefusal::Asked { name: name() });
    }
    if form.role.takes_place() {
        room_for_one(tx, games, &room, now).await??;
    }
    let token = random.token();
    let row = invite_row::ActiveModel {
        team_id: Set(team),
        inviter_id: Set(who.profile_id()),
        invited_user_id: Set(Some(profile.id)),
        role: Set(form.role.as_str().to_owned()),
        message: Set(form.message.trim().to_owned()),
        token: Set(token_hash(&token)),
        expires_at: Set(now + INVITATION_LIFE),
        created_at: Set(now),
        ..Default::default()
    };
    let invitation = match tx.savepoint(|part| async move { store::invitation::insert(&part, row).await }).await {
        Ok(invitation) => invitation,
        Err(error) if error.constraint() == Some(Constraint::Unique) => {
            return Err(InviteRefusal::Invited { name: name() });
        }
        Err(error) => return Err(error.into()),
    };
    let title = format!("{} invites you to join as {}", room.team.name, form.role.word());
    tell(tx, clock, &who, &room.team, [profile.id], (About::Invited, title, form.message.trim())).await?;
    tx.emit(TeamInviteSent { invite_id: invitation.id, team_id: team });
    Ok(Sent { invitation, token })
}

/// Takes an invitation back that waits for an answer. Whoever sent it may, as long as they are a member.
///
/// # Errors
/// When it is over, or whoever acts may not.
pub async fn cancel(tx: &Tx, clock: &dyn Clock, actor: &Actor, invitation: i64) -> Result<(), CancelRefusal> {
    let who = who(tx, clock, actor).await?;
    let invitation = store::invitation::by_id(tx, invitation).await?.ok_or(CancelRefusal::Over)?;
    let room = enter(tx, invitation.team_id).await?;
    let own = who.profile_id().filter(|profile| invitation.inviter_id == Some(*profile));
    if own.and_then(|profile| room.member(profile)).is_none() {
        room.allow(&who, Act::CancelInvitation)?;
    }
    match store::invitation::end(tx, invitation.id, "CANCELLED", None).await? {
        true => Ok(()),
        false => Err(CancelRefusal::Over),
    }
}

/// Whether an invitation is meant for this person: by profile, or by an address that is known to be theirs.
fn is_for(invitation: &Invitation, who: &Who) -> Result<bool, Denied> {
    let (user, profile) = who.person()?;
    let by_mail = user.is_verified && invitation.invited_email_ci == user.email_ci;
    Ok(invitation.invited_user_id.map_or(by_mail, |invited| invited == profile.id))
}

/// Accepts an invitation: whoever was invited is a member, in the role that was offered.
///
/// # Errors
/// Why not; the unit of work can go on.
pub async fn accept(
    tx: &Tx,
    clock: &dyn Clock,
    games: &PluginRegistry,
    actor: &Actor,
    invitation: i64,
) -> Result<Invitation, AcceptRefusal> {
    let who = who(tx, clock, actor).await?;
    let (user, profile) = who.person()?;
    let found = store::invitation::by_id(tx, invitation).await?.ok_or(AcceptRefusal::NotYours)?;
    if !is_for(&found, &who)? {
        return Err(AcceptRefusal::NotYours);
    }
    let room = enter(tx, found.team_id).await?;
    let found = store::invitation::locked(tx, invitation).await?.ok_or(AcceptRefusal::NotYours)?;
    let role = Role::parse(&found.role).filter(|role| *role != Role::Owner);
    let Some(role) = role.filter(|_| found.status == store::PENDING) else { return Err(AcceptRefusal::Over) };
    if found.expires_at <= clock.now() {
        return Err(AcceptRefusal::Expired);
    }
    if role.takes_place() {
        // The invitation itself holds a place; those of others hold theirs until they accept.
        room_beside(games, &room, 0).map_err(AcceptRefusal::Full)?;
    }
    join(tx, clock, &room.team, profile.id, role, "", false).await.map_err(|refusal| match refusal {
        NotJoined::Member => AcceptRefusal::Member,
        NotJoined::InAnotherTeam => AcceptRefusal::InAnotherTeam,
        NotJoined::Database(error) => AcceptRefusal::Database(error),
    })?;
    store::invitation::end(tx, invitation, "ACCEPTED", Some(profile.id)).await?;
    let title = format!("{} joined {} as {}", profile.display_name, room.team.name, role.word());
    let told = room.runners().into_iter().chain(found.inviter_id);
    tell(tx, clock, &who, &room.team, told, (About::Accepted, title, "")).await?;
    tx.emit(TeamInviteAccepted { invite_id: invitation, team_id: room.team.id });
    tx.emit(TeamMemberJoined { team_id: room.team.id, user_id: user.id });
    store::invitation::by_id(tx, invitation).await?.ok_or(AcceptRefusal::NotYours)
}

/// Declines an invitation.
///
/// # Errors
/// When it is somebody else's or over.
pub async fn decline(tx: &Tx, clock: &dyn Clock, actor: &Actor, invitation: i64) -> Result<(), DeclineRefusal> {
    let who = who(tx, clock, actor).await?;
    let (_, profile) = who.person()?;
    let found = store::invitation::by_id(tx, invitation).await?.ok_or(DeclineRefusal::NotYours)?;
    if !is_for(&found, &who)? {
        return Err(DeclineRefusal::NotYours);
    }
    if !store::invitation::end(tx, found.id, "DECLINED", Some(profile.id)).await? {
        return Err(DeclineRefusal::Over);
    }
    if let Some(team) = store::team::by_id(tx, found.team_id).await? {
        let title = format!("{} declined the invitation to {}", profile.display_name, team.name);
        tell(tx, clock, &who, &team, found.inviter_id, (About::Declined, title, "")).await?;
    }
    Ok(())
}

/// Lets every invitation run out that is due; answers how many. A job calls it; nothing waits for it, since
/// what is due can no longer be accepted and holds no place.
///
/// # Errors
/// When the database fails.
pub async fn expire(tx: &Tx, clock: &dyn Clock) -> Result<u64, DbError> {
    store::invitation::expire(tx, clock.now(), None).await
}

/// The invitation that a link's secret opens, whatever became of it.
///
/// # Errors
/// When the database fails.
pub async fn by_token(db: &impl ConnectionTrait, token: &str) -> Result<Option<Invitation>, DbError> {
    store::invitation::by_token_hash(db, &token_hash(token)).await
}
