//! Members of a team: leaving, removing, roles, the captain's badge, and ownership.

use kernel::{
    Actor, Clock, PluginRegistry, Tx,
    event::catalogue::{TeamMemberLeft, TeamUpdated},
};
use sea_orm::ActiveValue::Set;

use super::{
    desk::{enter, game_of, room_for_one, roster_of, who},
    notices::{About, tell},
};
use crate::{
    error::{BadgeRefusal, GameRoleRefusal, HandOverRefusal, LeaveRefusal, RemoveRefusal, RoleRefusal},
    model::core::{team as team_row, team_membership as membership},
    rules::{
        permission::Act,
        roster::{self, Role, RosterIssue},
    },
    store,
};

/// Leaves a team.
///
/// # Errors
/// When whoever acts is no member, or the owner.
pub async fn leave(tx: &Tx, clock: &dyn Clock, actor: &Actor, team: i64) -> Result<(), LeaveRefusal> {
    let who = who(tx, clock, actor).await?;
    let (user, profile) = who.person()?;
    let room = enter(tx, team).await?;
    let (member, role) = room.target(profile.id).ok_or(LeaveRefusal::NotMember)?;
    if role == Role::Owner {
        return Err(LeaveRefusal::Owner);
    }
    store::member::remove(tx, member.id).await?;
    let title = format!("{} left {}", profile.display_name, room.team.name);
    tell(tx, clock, &who, &room.team, room.runners(), (About::Roster, title, "")).await?;
    tx.emit(TeamMemberLeft { team_id: team, user_id: user.id });
    Ok(())
}

/// Takes a member out of a team.
///
/// # Errors
/// When there is no such member, or whoever acts may not.
pub async fn remove(tx: &Tx, clock: &dyn Clock, actor: &Actor, team: i64, profile: i64) -> Result<(), RemoveRefusal> {
    let who = who(tx, clock, actor).await?;
    let room = enter(tx, team).await?;
    let Some((member, of)) = room.target(profile) else {
        room.allow(&who, Act::Remove { of: Role::Substitute })?;
        return Err(RemoveRefusal::NotMember);
    };
    if of == Role::Owner && room.standing(&who).may(Act::HandOver) {
        return Err(RemoveRefusal::Owner);
    }
    room.allow(&who, Act::Remove { of })?;
    store::member::remove(tx, member.id).await?;
    let title = format!("You are no longer a member of {}", room.team.name);
    let body = format!("{} removed you.", who.name());
    tell(tx, clock, &who, &room.team, [profile], (About::Roster, title, &body)).await?;
    for user_id in store::member::user_ids(tx, &[profile]).await? {
        tx.emit(TeamMemberLeft { team_id: team, user_id });
    }
    Ok(())
}

/// Gives a member another role. A role in the game and the captain's badge go where the new role cannot
/// have them.
///
/// # Errors
/// When there is no such member or no place, or whoever acts may not.
pub async fn change_role(
    tx: &Tx,
    clock: &dyn Clock,
    games: &PluginRegistry,
    actor: &Actor,
    team: i64,
    profile: i64,
    role: Role,
) -> Result<(), RoleRefusal> {
    let who = who(tx, clock, actor).await?;
    let room = enter(tx, team).await?;
    let Some((member, from)) = room.target(profile) else {
        room.allow(&who, Act::ChangeRole { from: Role::Substitute, to: role })?;
        return Err(RoleRefusal::NotMember);
    };
    room.allow(&who, Act::ChangeRole { from, to: role })?;
    if from == role {
        return Ok(());
    }
    if role.takes_place() && !from.takes_place() {
        room_for_one(tx, games, &room, clock.now()).await??;
    }
    let mut row = store::member::role_columns(role);
    if !role.may_play() {
        row.player_role = Set(String::new());
    }
    if !role.takes_place() {
        row.is_captain = Set(false);
    }
    store::member::update(tx, member.id, row).await?;
    let title = format!("You are {} of {}", role.word(), room.team.name);
    let body = format!("{} changed your role. Before, you were {}.", who.name(), from.word());
    tell(tx, clock, &who, &room.team, [profile], (About::Roster, title, &body)).await?;
    tx.emit(TeamUpdated { team_id: team });
    Ok(())
}

/// Gives a member a role within the game; an empty one takes it away. An owner plays by having one, and without it
/// gives the captain's badge back.
///
/// # Errors
/// When the game has no such role or it is taken, or whoever acts may not.
pub async fn change_game_role(
    tx: &Tx,
    clock: &dyn Clock,
    games: &PluginRegistry,
    actor: &Actor,
    team: i64,
    profile: i64,
    game_role: &str,
) -> Result<(), GameRoleRefusal> {
    let who = who(tx, clock, actor).await?;
    let room = enter(tx, team).await?;
    let own = who.profile_id() == Some(profile);
    let Some((member, of)) = room.target(profile) else {
        room.allow(&who, Act::ChangeGameRole { of: Role::Substitute, own })?;
        return Err(GameRoleRefusal::NotMember);
    };
    room.allow(&who, Act::ChangeGameRole { of, own })?;
    if member.player_role == game_role {
        return Ok(());
    }
    if !game_role.is_empty() {
        let game = game_of(games, &room.team.game).ok_or(GameRoleRefusal::NoGame)?;
        let after: Vec<membership::Model> = room
            .members
            .iter()
            .map(|row| match row.id == member.id {
                true => membership::Model { player_role: game_role.to_owned(), ..row.clone() },
                false => row.clone(),
            })
            .collect();
        // What was wrong before is no reason to leave this as it is; nor are the numbers, which are judged
        // when the team enters a tournament.
        let before = roster::issues(Some(&*game), &room.roster());
        let issues = roster::issues(Some(&*game), &roster_of(&after));
        let about_roles = |issue: &RosterIssue| {
            matches!(
                issue,
                RosterIssue::RoleTaken { .. } | RosterIssue::UnknownRole { .. } | RosterIssue::DoesNotPlay { .. }
            )
        };
        if let Some(issue) = issues.into_iter().find(|issue| about_roles(issue) && !before.contains(issue)) {
            return Err(issue.into());
        }
        if of == Role::Owner && member.player_role.is_empty() {
            room_for_one(tx, games, &room, clock.now()).await??;
        }
    }
    let mut row = membership::ActiveModel { player_role: Set(game_role.to_owned()), ..Default::default() };
    let plays = roster::Member { role: of, game_role, is_captain: member.is_captain }.is_on_roster();
    let gives_badge_back = member.is_captain && !plays;
    if gives_badge_back {
        row.is_captain = Set(false);
    }
    store::member::update(tx, member.id, row).await?;
    let title = match game_role {
        "" => format!("You have no role in the game in {} any more", room.team.name),
        role => format!("You play as {role} in {}", room.team.name),
    };
    let mut body = format!("{} changed your role in the game.", who.name());
    if gives_badge_back {
        body.push_str(" You are no longer captain.");
    }
    tell(tx, clock, &who, &room.team, [profile], (About::Roster, title, &body)).await?;
    tx.emit(TeamUpdated { team_id: team });
    Ok(())
}

/// Makes somebody who plays the captain, in the place of whoever was.
///
/// # Errors
/// When there is no such member or the member does not play, or whoever acts may not.
pub async fn make_captain(
    tx: &Tx,
    clock: &dyn Clock,
    actor: &Actor,
    team: i64,
    profile: i64,
) -> Result<(), BadgeRefusal> {
    let who = who(tx, clock, actor).await?;
    let room = enter(tx, team).await?;
    room.allow(&who, Act::Badge)?;
    let (member, role) = room.target(profile).ok_or(BadgeRefusal::NotMember)?;
    let plays = roster::Member { role, game_role: &member.player_role, is_captain: member.is_captain }.is_on_roster();
    match role {
        _ if plays => {}
        Role::Owner => return Err(BadgeRefusal::OwnerDoesNotPlay),
        role => return Err(BadgeRefusal::DoesNotPlay(role.word())),
    }
    if member.is_captain {
        return Ok(());
    }
    store::member::clear_captain(tx, team).await?;
    let row = membership::ActiveModel { is_captain: Set(true), ..Default::default() };
    store::member::update(tx, member.id, row).await?;
    let title = format!("You are captain of {}", room.team.name);
    let body = "You speak for the team in tournaments and report its results.";
    tell(tx, clock, &who, &room.team, [profile], (About::Roster, title, body)).await?;
    let before = room.members.iter().filter(|member| member.is_captain).map(|member| member.profile_id);
    let title = format!("You are no longer captain of {}", room.team.name);
    tell(tx, clock, &who, &room.team, before, (About::Roster, title, "")).await?;
    tx.emit(TeamUpdated { team_id: team });
    Ok(())
}

/// Takes the captain's badge away; the team is then without a captain.
///
/// # Errors
/// When this member is not the captain, or whoever acts may not.
pub async fn take_badge(
    tx: &Tx,
    clock: &dyn Clock,
    actor: &Actor,
    team: i64,
    profile: i64,
) -> Result<(), BadgeRefusal> {
    let who = who(tx, clock, actor).await?;
    let room = enter(tx, team).await?;
    room.allow(&who, Act::Badge)?;
    room.member(profile).filter(|member| member.is_captain).ok_or(BadgeRefusal::NotMember)?;
    store::member::clear_captain(tx, team).await?;
    let title = format!("You are no longer captain of {}", room.team.name);
    tell(tx, clock, &who, &room.team, [profile], (About::Roster, title, "")).await?;
    tx.emit(TeamUpdated { team_id: team });
    Ok(())
}

/// Makes another member the owner. Whoever owned the team stays: as a player with a role in the game, as a
/// manager without. A player who becomes owner plays on with the role in the game. Who plays on keeps the captain's badge.
///
/// # Errors
/// When there is no such member, or whoever acts may not.
pub async fn hand_over(
    tx: &Tx,
    clock: &dyn Clock,
    actor: &Actor,
    team: i64,
    profile: i64,
) -> Result<(), HandOverRefusal> {
    let who = who(tx, clock, actor).await?;
    let room = enter(tx, team).await?;
    room.allow(&who, Act::HandOver)?;
    let (member, role) = room.target(profile).ok_or(HandOverRefusal::NotMember)?;
    if role == Role::Owner {
        return Err(HandOverRefusal::Owner);
    }
    let before = room.members.iter().find(|member| Role::parse(&member.role) == Some(Role::Owner));
    if let Some(before) = before {
        let role = if before.player_role.is_empty() { Role::Manager } else { Role::Player };
        store::member::update(tx, before.id, store::member::role_columns(role)).await?;
    }
    let game_role = if role == Role::Player { member.player_role.clone() } else { String::new() };
    let row = membership::ActiveModel {
        is_captain: Set(member.is_captain && !game_role.is_empty()),
        player_role: Set(game_role),
        ..store::member::role_columns(Role::Owner)
    };
    store::member::update(tx, member.id, row).await?;
    let row =
        team_row::ActiveModel { captain_id: Set(Some(profile)), updated_at: Set(clock.now()), ..Default::default() };
    store::team::update(tx, team, row).await?;
    let title = format!("{} is yours now", room.team.name);
    let body = "You own the team. Give yourself a role in the game if you play.";
    tell(tx, clock, &who, &room.team, [profile], (About::Roster, title, body)).await?;
    let title = format!("{} has a new owner", room.team.name);
    let told = before.map(|before| before.profile_id);
    tell(tx, clock, &who, &room.team, told, (About::Roster, title, "")).await?;
    tx.emit(TeamUpdated { team_id: team });
    Ok(())
}
