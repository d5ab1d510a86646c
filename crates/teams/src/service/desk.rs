//! What every act begins with: who acts, on which team, and how the two stand to each other.

use std::sync::Arc;

use accounts::User;
use chrono::{DateTime, Utc};
use kernel::{Actor, Clock, DbError, GamePlugin, PluginRegistry, Tx, db::Constraint};
use profiles::Profile;
use sea_orm::{ActiveValue::Set, ConnectionTrait};

use crate::{
    error::{Denied, Stop},
    model::core::{team::Model as Team, team_membership as membership},
    rules::{
        permission::{Act, Standing},
        roster::{self, Full, Role},
    },
    store,
};

/// Who acts. The program itself has neither account nor profile.
pub(super) struct Who {
    person: Option<(User, Profile)>,
    is_staff: bool,
}

impl Who {
    /// The person, where only a person can act.
    pub(super) fn person(&self) -> Result<(&User, &Profile), Denied> {
        self.person.as_ref().map(|(user, profile)| (user, profile)).ok_or(Denied::SignedOut)
    }

    pub(super) fn profile_id(&self) -> Option<i64> {
        self.person.as_ref().map(|(_, profile)| profile.id)
    }

    /// What others read about who did it.
    pub(super) fn name(&self) -> &str {
        self.person.as_ref().map_or("The platform", |(_, profile)| &profile.display_name)
    }

    fn standing(&self, member: Option<&membership::Model>) -> Standing {
        Standing { is_staff: self.is_staff, ..standing_of(member) }
    }
}

/// How a member stands.
pub(super) fn standing_of(member: Option<&membership::Model>) -> Standing {
    Standing {
        role: member.and_then(|member| Role::parse(&member.role)),
        is_captain: member.is_some_and(|member| member.is_captain),
        is_staff: false,
    }
}

/// Who acts, with a profile.
pub(super) async fn who(tx: &Tx, clock: &dyn Clock, actor: &Actor) -> Result<Who, Stop> {
    if !actor.is_authenticated() {
        return Err(Denied::SignedOut.into());
    }
    let Some(id) = actor.user_id() else { return Ok(Who { person: None, is_staff: actor.is_staff() }) };
    let user = store::member::user(tx, id).await?.ok_or(Denied::SignedOut)?;
    let profile = profiles::service::ensure(tx, clock, &user).await?;
    Ok(Who { person: Some((user, profile)), is_staff: actor.is_staff() })
}

/// A team that stands still until the end of the unit of work, with its active members.
pub(super) struct Room {
    pub(super) team: Team,
    pub(super) members: Vec<membership::Model>,
}

impl Room {
    pub(super) fn member(&self, profile: i64) -> Option<&membership::Model> {
        self.members.iter().find(|member| member.profile_id == profile)
    }

    /// The member that an act is about, and the role.
    pub(super) fn target(&self, profile: i64) -> Option<(&membership::Model, Role)> {
        let member = self.member(profile)?;
        Some((member, Role::parse(&member.role)?))
    }

    pub(super) fn standing(&self, who: &Who) -> Standing {
        who.standing(who.profile_id().and_then(|profile| self.member(profile)))
    }

    /// Whether whoever acts may.
    pub(super) fn allow(&self, who: &Who, act: Act) -> Result<(), Denied> {
        if self.standing(who).may(act) { Ok(()) } else { Err(Denied::NotAllowed(act)) }
    }

    /// The profiles of owner and managers.
    pub(super) fn runners(&self) -> Vec<i64> {
        let runs = |member: &&membership::Model| Role::parse(&member.role).is_some_and(Role::runs_team);
        self.members.iter().filter(runs).map(|member| member.profile_id).collect()
    }

    pub(super) fn roster(&self) -> Vec<roster::Member<'_>> {
        roster_of(&self.members)
    }
}

/// Memberships as the rules of rosters see them.
pub(super) fn roster_of(members: &[membership::Model]) -> Vec<roster::Member<'_>> {
    let member = |row: &membership::Model| Some((Role::parse(&row.role)?, row.is_captain));
    members
        .iter()
        .filter_map(|row| member(row).map(|(role, captain)| (role, captain, row.player_role.as_str())))
        .map(|(role, is_captain, game_role)| roster::Member { role, game_role, is_captain })
        .collect()
}

/// Locks a team and reads who belongs to it.
pub(super) async fn enter(tx: &Tx, team: i64) -> Result<Room, Stop> {
    let found = store::team::locked(tx, &[team]).await?.pop();
    let team = found.filter(|team| team.is_active).ok_or(Denied::NoTeam)?;
    let members = store::member::active(tx, team.id).await?;
    Ok(Room { team, members })
}

/// The game of a code, whether it can be chosen at present or not. `csgo`, which older teams play, is
/// the game that followed it.
pub fn game_of(games: &PluginRegistry, code: &str) -> Option<Arc<dyn GamePlugin>> {
    let code = if code == "csgo" { "cs2" } else { code };
    games.list(false).into_iter().find(|game| game.name() == code)
}

/// Whether one more can play for the team, invitations that wait counted as taken.
pub(super) async fn room_for_one(
    tx: &Tx,
    games: &PluginRegistry,
    room: &Room,
    now: DateTime<Utc>,
) -> Result<Result<(), Full>, DbError> {
    let pending = store::invitation::count_places(tx, room.team.id, now).await?;
    Ok(room_beside(games, room, pending))
}

/// Whether one more can play for the team beside so many others.
pub(super) fn room_beside(games: &PluginRegistry, room: &Room, others: u32) -> Result<(), Full> {
    let game = game_of(games, &room.team.game);
    roster::room_for_one(game.as_deref(), roster::on_roster(&room.roster()), others)
}

/// Why somebody did not become a member.
pub(super) enum NotJoined {
    Member,
    InAnotherTeam,
    Database(DbError),
}

impl From<DbError> for NotJoined {
    fn from(error: DbError) -> Self {
        Self::Database(error)
    }
}

/// Makes a profile an active member; whatever it wished of this and other teams of the game is settled.
/// The unique index is the guard against a second team of the game; the unit of work can go on.
pub(super) async fn join(
    tx: &Tx,
    clock: &dyn Clock,
    team: &Team,
    profile: i64,
    role: Role,
    game_role: &str,
    is_captain: bool,
) -> Result<(), NotJoined> {
    if store::member::of(tx, team.id, profile).await?.is_some() {
        return Err(NotJoined::Member);
    }
    let row = membership::ActiveModel {
        game: Set(team.game.clone()),
        joined_at: Set(clock.now()),
        player_role: Set(game_role.to_owned()),
        is_captain: Set(is_captain),
        ..store::member::role_columns(role)
    };
    let id = team.id;
    let added = tx.savepoint(|part| async move { store::member::add(&part, row, id, profile).await }).await;
    match added {
        Ok(()) => {}
        Err(error) if error.constraint() == Some(Constraint::Unique) => return Err(NotJoined::InAnotherTeam),
        Err(error) => return Err(error.into()),
    }
    Ok(store::request::withdraw_others(tx, team, profile).await?)
}

/// How an actor stands to a team, read without a lock: for pages and for the acts of others.
pub(super) async fn standing(db: &impl ConnectionTrait, actor: &Actor, team: i64) -> Result<Standing, DbError> {
    let member = match actor.user_id() {
        Some(user) => store::member::of_user(db, team, user).await?,
        None => None,
    };
    Ok(Standing { is_staff: actor.is_staff(), ..standing_of(member.as_ref()) })
}
