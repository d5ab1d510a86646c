//! What pages show of teams: teams, rosters, and what waits for an answer.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use kernel::{Actor, Clock, DbError, PluginRegistry, text::fold_name};
use profiles::Profile;
use sea_orm::{ConnectionTrait, Iterable, ModelTrait, Value};

use super::desk::{self, game_of};
use crate::{
    model::core::{
        team::Model as Team, team_invite::Model as Invitation, team_join_request::Model as Request,
        team_membership::Model as Membership,
    },
    rules::{
        permission::{Sees, Standing},
        roster::Role,
    },
    store::{self, member::Person},
};

/// Teams on one page.
pub const PAGE: u64 = 24;

/// The team of this id, disbanded ones too.
///
/// # Errors
/// When the database fails.
pub async fn by_id(db: &impl ConnectionTrait, id: i64) -> Result<Option<Team>, DbError> {
    store::team::by_id(db, id).await
}

/// The team whose page stands at this address, disbanded ones too. Who may see it,
/// [`crate::rules::permission::sees_team`] says.
///
/// # Errors
/// When the database fails.
pub async fn by_slug(db: &impl ConnectionTrait, slug: &str) -> Result<Option<Team>, DbError> {
    store::team::by_slug(db, slug).await
}

/// The teams of these ids, in no order; those that are gone are missing.
///
/// # Errors
/// When the database fails.
pub async fn by_ids(db: &impl ConnectionTrait, ids: &[i64]) -> Result<Vec<Team>, DbError> {
    store::team::of_ids(db, ids).await
}

/// What is looked for among the public teams.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// Code of the game; empty for all.
    pub game: String,
    /// Part of a name or tag, in whatever case; empty for all.
    pub text: String,
    /// Only teams that look for players.
    pub recruiting_only: bool,
}

/// One page of teams, those with most points first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The teams.
    pub teams: Vec<Team>,
    /// Where the next page begins, if there is one: points and id of the last team of this one.
    pub next: Option<(i32, i64)>,
}

/// One page of the public teams.
///
/// # Errors
/// When the database fails.
pub async fn list(db: &impl ConnectionTrait, search: &Search, after: Option<(i32, i64)>) -> Result<Page, DbError> {
    let text = fold_name(&search.text);
    let wanted = store::team::Wanted { game: &search.game, text: &text, recruiting_only: search.recruiting_only };
    let mut teams = store::team::list(db, &wanted, after, PAGE + 1).await?;
    let more = teams.len() > PAGE as usize;
    teams.truncate(PAGE as usize);
    let next = teams.last().filter(|_| more).map(|team| (team.total_points, team.id));
    Ok(Page { teams, next })
}

/// A team of somebody, and what they are in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnTeam {
    /// The team.
    pub team: Team,
    /// The role in it.
    pub role: Role,
    /// The role in the game; empty for none.
    pub game_role: String,
    /// Whether this is the captain.
    pub is_captain: bool,
    /// Since when.
    pub joined_at: DateTime<Utc>,
}

/// The teams of a profile, by name.
///
/// # Errors
/// When the database fails.
pub async fn teams_of(db: &impl ConnectionTrait, profile: i64) -> Result<Vec<OwnTeam>, DbError> {
    let found = store::member::teams_of(db, profile).await?;
    let own = |(team, member): (Team, Membership)| {
        let role = Role::parse(&member.role)?;
        let (game_role, is_captain, joined_at) = (member.player_role, member.is_captain, member.joined_at);
        Some(OwnTeam { team, role, game_role, is_captain, joined_at })
    };
    Ok(found.into_iter().filter_map(own).collect())
}

/// How an actor stands to a team: what a page offers, [`Standing::may`] says.
///
/// # Errors
/// When the database fails.
pub async fn standing(db: &impl ConnectionTrait, actor: &Actor, team: i64) -> Result<Standing, DbError> {
    desk::standing(db, actor, team).await
}

/// An id by which a game knows a player.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GameId {
    /// The column of the profile that holds it.
    pub column: &'static str,
    /// What people call it.
    pub label: &'static str,
    /// The id; empty when the player has given none.
    pub value: String,
}

/// A member of a team, with the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RosterMember {
    /// The profile.
    pub profile_id: i64,
    /// The account.
    pub user_id: i64,
    /// The name of the account.
    pub username: String,
    /// The name that others see.
    pub display_name: String,
    /// Storage path of the picture.
    pub avatar: Option<String>,
    /// The role in the team.
    pub role: Role,
    /// The role in the game; empty for none.
    pub game_role: String,
    /// Whether this is the captain.
    pub is_captain: bool,
    /// Since when.
    pub joined_at: DateTime<Utc>,
    /// The ids by which the team's game knows this person.
    pub game_ids: Vec<GameId>,
    /// Whether this person shows them to strangers.
    pub shows_game_ids: bool,
}

/// Everybody in a team: by role, then by how long they have been there. For people of the team and for
/// the acts of others; what strangers see, [`seen`] makes of it.
///
/// # Errors
/// When the database fails.
pub async fn roster(
    db: &impl ConnectionTrait,
    games: &PluginRegistry,
    team: &Team,
) -> Result<Vec<RosterMember>, DbError> {
    let members = store::member::active(db, team.id).await?;
    let profiles: Vec<i64> = members.iter().map(|member| member.profile_id).collect();
    let mut people = store::member::people(db, &profiles).await?;
    let mut roster: Vec<RosterMember> = members
        .into_iter()
        .filter_map(|member| {
            let person = people.remove(&member.profile_id)?;
            Some(roster_member(member.clone(), Role::parse(&member.role)?, person, games, &team.game))
        })
        .collect();
    roster.sort_by_key(|member| (member.role, member.joined_at, member.profile_id));
    Ok(roster)
}

fn roster_member(
    member: Membership,
    role: Role,
    (user, profile): Person,
    games: &PluginRegistry,
    game: &str,
) -> RosterMember {
    RosterMember {
        profile_id: profile.id,
        user_id: user.id,
        username: user.username,
        role,
        game_role: member.player_role,
        is_captain: member.is_captain,
        joined_at: member.joined_at,
        game_ids: game_ids(games, game, &profile),
        shows_game_ids: profile.show_socials && !profile.is_private,
        display_name: profile.display_name,
        avatar: profile.avatar,
    }
}

/// The ids by which a game knows a profile, in the order in which the game asks for them.
pub fn game_ids(games: &PluginRegistry, game: &str, profile: &Profile) -> Vec<GameId> {
    let fields = game_of(games, game).map(|game| game.id_fields()).unwrap_or_default();
    let id = |field: kernel::plugin::GameIdField| GameId {
        column: field.column,
        label: field.label,
        value: id_in(profile, field.column),
    };
    fields.into_iter().map(id).collect()
}

/// What stands in a column of the profile. A Riot ID stands in two, and is one to people.
fn id_in(profile: &Profile, column: &str) -> String {
    use profiles::model::user_profile::Column;

    if column == "riot_id" && !profile.riot_id.contains('#') && !profile.riot_tagline.trim().is_empty() {
        return format!("{}#{}", profile.riot_id.trim(), profile.riot_tagline.trim().trim_start_matches('#'));
    }
    let found = Column::iter().find(|known| sea_orm::IdenStatic::as_str(known) == column);
    match found.map(|column| profile.get(column)) {
        Some(Value::String(Some(text))) => text.trim().to_owned(),
        _ => String::new(),
    }
}

/// What somebody sees of a roster: all, the captain, or nothing; ids only of those who show them, unless
/// they belong together.
pub fn seen(team: &Team, standing: Standing, mut roster: Vec<RosterMember>) -> Vec<RosterMember> {
    match crate::rules::permission::sees_roster(team, standing) {
        Sees::All => {}
        Sees::Captain => roster.retain(|member| member.is_captain),
        Sees::Nothing => roster.clear(),
    }
    if !standing.is_member() && !standing.is_staff {
        let hidden = roster.iter_mut().filter(|member| !member.shows_game_ids);
        hidden.for_each(|member| member.game_ids.clear());
    }
    roster
}

/// An invitation that a person can accept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedInvitation {
    /// The invitation.
    pub invitation: Invitation,
    /// The team.
    pub team: Team,
    /// The display name of who sent it.
    pub inviter: Option<String>,
}

/// The invitations that a profile can accept, newest first.
///
/// # Errors
/// When the database fails.
pub async fn invitations_of(
    db: &impl ConnectionTrait,
    clock: &dyn Clock,
    profile: i64,
) -> Result<Vec<ReceivedInvitation>, DbError> {
    let found = store::invitation::of_profile(db, profile, clock.now()).await?;
    let people = people(db, found.iter().filter_map(|(invitation, _)| invitation.inviter_id)).await?;
    let received = |(invitation, team): (Invitation, Team)| ReceivedInvitation {
        inviter: invitation.inviter_id.and_then(|inviter| Some(people.get(&inviter)?.1.display_name.clone())),
        invitation,
        team,
    };
    Ok(found.into_iter().map(received).collect())
}

/// An invitation that a team has sent and that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentInvitation {
    /// The invitation.
    pub invitation: Invitation,
    /// Username and display name of who is invited; nothing when the invitation went to an address.
    pub invited: Option<(String, String)>,
}

/// The invitations of a team that wait, newest first.
///
/// # Errors
/// When the database fails.
pub async fn invitations_of_team(
    db: &impl ConnectionTrait,
    clock: &dyn Clock,
    team: i64,
) -> Result<Vec<SentInvitation>, DbError> {
    let found = store::invitation::of_team(db, team, clock.now()).await?;
    let people = people(db, found.iter().filter_map(|invitation| invitation.invited_user_id)).await?;
    let sent = |invitation: Invitation| SentInvitation {
        invited: invitation.invited_user_id.and_then(|profile| names(people.get(&profile)?)),
        invitation,
    };
    Ok(found.into_iter().map(sent).collect())
}

/// A request that waits at a team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedRequest {
    /// The request.
    pub request: Request,
    /// The name of the account.
    pub username: String,
    /// The name that others see.
    pub display_name: String,
    /// The ids by which the team's game knows who asks; shown to those who answer.
    pub game_ids: Vec<GameId>,
}

/// The requests that wait at a team, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn requests_of_team(
    db: &impl ConnectionTrait,
    games: &PluginRegistry,
    team: &Team,
) -> Result<Vec<ReceivedRequest>, DbError> {
    let found = store::request::of_team(db, team.id).await?;
    let people = people(db, found.iter().map(|request| request.profile_id)).await?;
    let received = |request: Request| {
        let (user, profile) = people.get(&request.profile_id)?;
        let (username, display_name) = names(&(user.clone(), profile.clone()))?;
        Some(ReceivedRequest { username, display_name, game_ids: game_ids(games, &team.game, profile), request })
    };
    Ok(found.into_iter().filter_map(received).collect())
}

/// The requests of a profile that wait, newest first, with the teams.
///
/// # Errors
/// When the database fails.
pub async fn requests_of(db: &impl ConnectionTrait, profile: i64) -> Result<Vec<(Request, Team)>, DbError> {
    store::request::of_profile(db, profile).await
}

async fn people(
    db: &impl ConnectionTrait,
    profiles: impl Iterator<Item = i64>,
) -> Result<BTreeMap<i64, Person>, DbError> {
    store::member::people(db, &profiles.collect::<Vec<i64>>()).await
}

fn names((user, profile): &Person) -> Option<(String, String)> {
    Some((user.username.clone(), profile.display_name.clone()))
}
