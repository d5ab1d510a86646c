//! What tournaments ask of a team: who would play, who speaks for it, and how good it is.
//!
//! Whether a team is let in is not decided here: the tournament does, from the facts and issues that it gets.

use kernel::{Actor, DbError, PluginRegistry, plugin::GameIdRefusal};
use sea_orm::ConnectionTrait;

use super::{
    desk::{self, game_of},
    query::{self, GameId},
};
use crate::{
    model::core::{team::Model as Team, team_membership::Model as Membership},
    rules::{
        permission::Act,
        roster::{self, Role, RosterIssue},
    },
    store,
};

/// A team as it would enter a tournament.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryTeam {
    /// The team.
    pub team: Team,
    /// Its members: by role, then by how long they have been there.
    pub members: Vec<EntryMember>,
    /// What keeps its roster from playing; nothing when it is ready.
    pub issues: Vec<RosterIssue>,
}

/// A member of a team that would enter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryMember {
    /// The profile.
    pub profile_id: i64,
    /// The account.
    pub user_id: i64,
    /// The name of the account.
    pub username: String,
    /// The name that others see.
    pub display_name: String,
    /// The role in the team.
    pub role: Role,
    /// The role in the game; empty for none.
    pub game_role: String,
    /// Whether this is the captain.
    pub is_captain: bool,
    /// Whether this member starts; who neither starts nor substitutes does not play.
    pub starts: bool,
    /// The ids by which the game knows this person.
    pub game_ids: Vec<GameId>,
    /// The ids that are missing or misshapen; only of members who play.
    pub id_issues: Vec<GameIdRefusal>,
}

impl EntryMember {
    /// Whether this member plays, as a starter or a substitute.
    pub fn plays(&self) -> bool {
        self.starts || self.role == Role::Substitute
    }
}

/// A team as it would enter a tournament; nothing when there is none, or it was disbanded. An act that keeps
/// what it reads here first calls [`hold`].
///
/// # Errors
/// When the database fails.
pub async fn entry_team(
    db: &impl ConnectionTrait,
    games: &PluginRegistry,
    team: i64,
) -> Result<Option<EntryTeam>, DbError> {
    let Some(team) = store::team::by_id(db, team).await?.filter(|team| team.is_active) else { return Ok(None) };
    let game = game_of(games, &team.game);
    let roster = query::roster(db, games, &team).await?;
    let rows: Vec<roster::Member<'_>> = roster
        .iter()
        .map(|member| roster::Member { role: member.role, game_role: &member.game_role, is_captain: member.is_captain })
        .collect();
    let issues = roster::readiness(game.as_deref(), &rows);
    let starts: Vec<(bool, bool)> = rows.iter().map(|row| (row.starts(), row.is_on_roster())).collect();
    let members = roster
        .into_iter()
        .zip(starts)
        .map(|(member, (starts, plays))| {
            let value = |column: &str| {
                let found = member.game_ids.iter().find(|id| id.column == column);
                found.map_or("", |id| id.value.as_str())
            };
            let id_issues = match &game {
                Some(game) if plays => crate::rules::id::refusals(&**game, value),
                _ => Vec::new(),
            };
            EntryMember {
                profile_id: member.profile_id,
                user_id: member.user_id,
                username: member.username.clone(),
                display_name: member.display_name.clone(),
                role: member.role,
                game_role: member.game_role.clone(),
                is_captain: member.is_captain,
                starts,
                game_ids: member.game_ids.clone(),
                id_issues,
            }
        })
        .collect();
    Ok(Some(EntryTeam { team, members, issues }))
}

/// Keeps these teams and who belongs to them as they are until the end of the unit of work; answers those
/// that there are, by id.
///
/// # Errors
/// When the database fails.
pub async fn hold(tx: &kernel::Tx, teams: &[i64]) -> Result<Vec<Team>, DbError> {
    store::team::locked(tx, teams).await
}

/// Whether an actor may enter a team into tournaments: owner, managers and captain may, and staff.
///
/// # Errors
/// When the database fails.
pub async fn may_enter(db: &impl ConnectionTrait, actor: &Actor, team: i64) -> Result<bool, DbError> {
    let active = store::team::by_id(db, team).await?.is_some_and(|team| team.is_active);
    Ok(active && desk::standing(db, actor, team).await?.may(Act::Represent))
}

fn represents(member: &Membership) -> bool {
    desk::standing_of(Some(member)).may(Act::Represent)
}

/// The users who speak for a team: owner, managers and captain. A tournament tells them, and they report results.
///
/// # Errors
/// When the database fails.
pub async fn representatives(db: &impl ConnectionTrait, team: i64) -> Result<Vec<i64>, DbError> {
    let members = store::member::active(db, team).await?;
    let profiles: Vec<i64> =
        members.iter().filter(|member| represents(member)).map(|member| member.profile_id).collect();
    store::member::user_ids(db, &profiles).await
}

/// Whether a user speaks for a team.
///
/// # Errors
/// When the database fails.
pub async fn is_representative(db: &impl ConnectionTrait, user: i64, team: i64) -> Result<bool, DbError> {
    Ok(store::member::of_user(db, team, user).await?.is_some_and(|member| represents(&member)))
}

/// The users who are members of a team.
///
/// # Errors
/// When the database fails.
pub async fn members_user_ids(db: &impl ConnectionTrait, team: i64) -> Result<Vec<i64>, DbError> {
    let members = store::member::active(db, team).await?;
    let profiles: Vec<i64> = members.iter().map(|member| member.profile_id).collect();
    store::member::user_ids(db, &profiles).await
}

/// The place of a team among the teams of its game, by ranking points; teams with as many share a place.
/// Nothing for a team that is gone, disbanded or without a game.
///
/// # Errors
/// When the database fails.
pub async fn rank_in_game(db: &impl ConnectionTrait, team: i64) -> Result<Option<u64>, DbError> {
    let found = store::team::by_id(db, team).await?;
    let Some(team) = found.filter(|team| team.is_active && !team.game.is_empty()) else { return Ok(None) };
    Ok(Some(store::team::count_better(db, &team.game, team.total_points).await? + 1))
}
